//! The file with the counts.

use super::super::number::count;
use super::super::rates::refuse_count;
use super::super::series::{Series, Writer};
use super::super::table::Table;
use crate::error::Error;
use crate::traffic::kind::Files;
use crate::traffic::workload::Function;
use crate::units::Span;

/// The counts of every function.
pub struct Invocations {
    pub functions: Vec<(Function, Series)>,
    /// From the first to the last minute named.
    pub span: Span,
}

/// What each column is.
struct Columns {
    app: usize,
    function: usize,
    trigger: Option<usize>,
    /// The columns with counts and their minutes, in order of minutes.
    minutes: Vec<(usize, u64)>,
    /// The first of them, if they stand side by side in order: then a row is read in one go.
    from: Option<usize>,
}

/// The number of a minute: `480`, `minute_480` or `480_minute`.
fn minute(name: &str) -> Option<u64> {
    let lower = name.to_ascii_lowercase();
    let digits = lower.strip_prefix("minute_").or_else(|| lower.strip_suffix("_minute")).unwrap_or(&lower);
    (1..=7).contains(&digits.len()).then(|| digits.parse().ok()).flatten()
}

impl Columns {
    fn of(table: &Table, path: &str) -> Result<Columns, Error> {
        let [owner, app, function] = table.columns(["HashOwner", "HashApp", "HashFunction"])?;
        let trigger = table.find("Trigger");
        let mut minutes = Vec::new();
        for (column, name) in table.header.iter().enumerate() {
            match minute(name) {
                Some(minute) => minutes.push((column, minute)),
                None if [owner, app, function].contains(&column) || trigger == Some(column) => {}
                None => {
                    let message = format!("the column `{name}` is neither an id nor a minute");
                    let hint = "minutes are called 1 to 1440, `minute_1` or `1_minute`";
                    return Err(Error::in_file(path, 1, "unknown-column", message).with_hint(hint));
                }
            }
        }
        Columns { app, function, trigger, minutes, from: None }.in_order(path)
    }

    fn in_order(mut self, path: &str) -> Result<Columns, Error> {
        let rising = self.minutes.is_sorted_by(|a, b| a.1 < b.1);
        self.minutes.sort_by_key(|(_, minute)| *minute);
        let Some((first, _)) = self.minutes.first().copied() else {
            return Err(Error::in_file(path, 1, "missing-column", "no column is a minute").with_hint("minutes are called 1 to 1440"));
        };
        if let Some(pair) = self.minutes.windows(2).find(|pair| pair[0].1 == pair[1].1) {
            return Err(Error::in_file(path, 1, "duplicate-column", format!("minute {} is there twice", pair[0].1)));
        }
        let without_gap = self.minutes.last().is_some_and(|(last, _)| *last + 1 == first + self.minutes.len());
        self.from = (rising && without_gap).then_some(first);
        Ok(self)
    }

    /// From the first to the last minute, in columns.
    fn length(&self) -> u64 {
        self.minutes.last().map_or(0, |last| last.1) - self.minutes[0].1 + 1
    }

    fn series(&self, table: &Table) -> Result<Writer, Error> {
        let mut writer = Writer::default();
        let mut push = |column: usize, minute: u64, field: &[u8]| {
            // Most cells of the trace are empty minutes.
            if field != b"0" {
                writer.push(minute - self.minutes[0].1, count(field).map_err(|bad| refuse_count(table, column, bad))?);
            }
            Ok(())
        };
        match self.from {
            Some(from) => {
                let mut cells = table.fields().skip(from).zip(&self.minutes);
                cells.try_for_each(|(field, (column, minute))| push(*column, *minute, field))?;
            }
            None => self.minutes.iter().try_for_each(|(column, minute)| push(*column, *minute, table.field(*column)))?,
        }
        Ok(writer)
    }

    fn function(&self, table: &Table, invocations: u64) -> Result<Function, Error> {
        let text = |column: usize| table.text(column).map(str::to_owned);
        let trigger = self.trigger.map(text).transpose()?;
        Ok(Function { id: text(self.function)?, app: text(self.app)?, trigger, invocations, ..Function::default() })
    }
}

impl Invocations {
    /// Reads the file; a column is an interval of `width`.
    pub fn read(path: &str, files: &Files, width: Span) -> Result<Invocations, Error> {
        let mut table = Table::open(path, &*files.open)?;
        let columns = Columns::of(&table, path)?;
        let mut functions = Vec::new();
        while table.next_row()? {
            let writer = columns.series(&table)?;
            functions.push((columns.function(&table, writer.total)?, writer.finish(width, width)));
        }
        if functions.is_empty() {
            return Err(Error::in_file(path, 1, "no-rows", "the file has a header and nothing else"));
        }
        Ok(Invocations { functions, span: width * columns.length() })
    }
}
