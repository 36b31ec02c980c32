//! A CSV file with a row for each interval: when it begins and how many requests it had.
//!
//! Each row covers `every`; if that is not given it is the smallest distance between two rows. A missing row is an
//! interval without requests, as in the Elastic Load Balancing series of NAB.

use schemars::JsonSchema;
use serde::Deserialize;

use super::azure_2021::code;
use super::csv_file::{Origin, Rows, TimeUnit};
use super::number::{BadNumber, count};
use super::series::Writer;
use super::spread::{Counts, Recorded, Spreading};
use super::table::Table;
use crate::error::{Error, Problem};
use crate::traffic::kind::{Files, Kind, Loaded};
use crate::traffic::workload::Function;
use crate::units::Span;

/// A row for each interval. Timestamps as in `csv`; the counts are whole numbers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RateFile {
    /// The CSV file, plain or gzipped.
    pub file: String,
    /// The column with the beginning of the interval; `timestamp` if absent.
    pub timestamp: Option<String>,
    /// The column with the requests; the first of `count`, `requests`, `invocations` and `value` if absent.
    pub count: Option<String>,
    /// How long an interval is; the smallest distance between two rows if absent.
    pub every: Option<Span>,
    /// The unit of timestamps that are numbers.
    #[serde(default)]
    pub unit: TimeUnit,
    /// What time zero is for timestamps that are numbers.
    #[serde(default)]
    pub origin: Origin,
    /// Where within its interval a request comes.
    #[serde(default)]
    pub spread: Spreading,
}

const COUNT_NAMES: [&str; 4] = ["count", "requests", "invocations", "value"];

impl RateFile {
    fn count_column(&self, table: &Table) -> Result<usize, Error> {
        if let Some(name) = &self.count {
            return Ok(table.columns([name])?[0]);
        }
        let guessed = COUNT_NAMES.iter().find_map(|name| table.find(name));
        guessed.ok_or_else(|| table.missing(&["count"]).with_hint("name the column with `count: NAME`"))
    }

    /// Reads all rows: the series before its width is known, the smallest distance, and the last beginning.
    fn read(&self, files: &Files) -> Result<(Writer, Option<u64>, u64), Error> {
        let table = Table::open(&self.file, &*files.open)?;
        let [timestamp] = table.columns([self.timestamp.as_deref().unwrap_or("timestamp")])?;
        let column = self.count_column(&table)?;
        let mut rows = Rows::new(table, timestamp, None);
        let (mut writer, mut smallest, mut last) = (Writer::default(), None, None);
        while let Some(begins) = rows.next_time(self.unit, self.origin)? {
            if let Some(last) = last {
                let gap = self.checked_gap(&rows.table, timestamp, begins - last)?;
                smallest = Some(smallest.map_or(gap, |smallest: u64| smallest.min(gap)));
            }
            last = Some(begins);
            writer.push(begins, count(rows.table.field(column)).map_err(|bad| refuse_count(&rows.table, column, bad))?);
        }
        let last = last.ok_or_else(|| Error::in_file(&self.file, 1, "no-rows", "the file has a header and nothing else"))?;
        Ok((writer, smallest, last))
    }

    fn checked_gap(&self, table: &Table, timestamp: usize, gap: u64) -> Result<u64, Error> {
        if gap == 0 {
            return Err(table.refuse_field(timestamp, "out-of-order", "two rows for the same interval").with_hint("add their counts up"));
        }
        match self.every {
            Some(every) if gap < every.0 => {
                let what = format!("only {} after the row before it, and `every` is {every}", Span(gap));
                Err(table.refuse_field(timestamp, "interval", &what).with_hint("leave `every` out to take the smallest distance"))
            }
            _ => Ok(gap),
        }
    }
}

/// An error about a count of the row read last.
pub(super) fn refuse_count(table: &Table, column: usize, bad: BadNumber) -> Error {
    let code = if bad == BadNumber::TooLarge { "absurd-count" } else { "bad-count" };
    let hint = match bad {
        BadNumber::NotANumber => "write 0 for an interval without requests, or leave its row out",
        BadNumber::Fraction => "a rate must be multiplied by the length of its interval first",
        _ => "counts are whole numbers from 0 to a billion",
    };
    table.refuse_field(column, code, bad.words()).with_hint(hint)
}

impl Kind for RateFile {
    type Plan = Counts;

    fn check(&self) -> Vec<Problem> {
        let file = self.file.is_empty().then(|| Problem::new("file", "file", "names no file"));
        let every = (self.every == Some(Span::ZERO)).then(|| Problem::new("interval", "every", "an interval of no time at all"));
        file.into_iter().chain(every).collect()
    }

    fn load(&self, files: &Files) -> Result<Loaded<Counts>, Error> {
        let (writer, smallest, last) = self.read(files)?;
        let Some(width) = self.every.or(smallest.map(Span)) else {
            let error = Error::in_file(&self.file, 2, code(BadNumber::NotANumber), "one row does not tell how long an interval is");
            return Err(error.with_hint("write it: `every: 1m`"));
        };
        let function = Function { invocations: writer.total, ..Function::default() };
        let plan = Counts { series: Recorded::Kept(writer.finish(Span(1), width)), spreading: self.spread, demand: None };
        Ok(Loaded { parts: vec![(function, plan)], many: false, joined: false, span: Some(Span(last) + width) })
    }
}
