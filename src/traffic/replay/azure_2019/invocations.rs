//! The file with the counts.

use std::sync::Arc;

use super::super::number::count;
use super::super::rates::refuse_count;
use super::super::series::Writer;
use super::super::spread::Recorded;
use super::super::table::Table;
use super::in_file::{File, Row};
use crate::error::Error;
use crate::traffic::kind::Files;
use crate::traffic::workload::Function;
use crate::units::Span;

/// The counts of every function.
pub struct Invocations {
    pub functions: Vec<(Function, Recorded)>,
    /// From the first to the last minute named.
    pub span: Span,
}

/// What each column is.
#[derive(Clone)]
pub struct Columns {
    app: usize,
    function: usize,
    trigger: Option<usize>,
    /// The columns with counts and their minutes, in order of minutes.
    minutes: Vec<(usize, u64)>,
    /// The first of them, if they stand side by side in order at the end: then a row is read in one go.
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
        Columns { app, function, trigger, minutes, from: None }.in_order(path, table.header.len())
    }

    fn in_order(mut self, path: &str, width: usize) -> Result<Columns, Error> {
        let rising = self.minutes.is_sorted_by(|a, b| a.1 < b.1);
        self.minutes.sort_by_key(|(_, minute)| *minute);
        let Some((first, _)) = self.minutes.first().copied() else {
            return Err(Error::in_file(path, 1, "missing-column", "no column is a minute").with_hint("minutes are called 1 to 1440"));
        };
        if let Some(pair) = self.minutes.windows(2).find(|pair| pair[0].1 == pair[1].1) {
            return Err(Error::in_file(path, 1, "duplicate-column", format!("minute {} is there twice", pair[0].1)));
        }
        self.from = (rising && first + self.minutes.len() == width).then_some(first);
        Ok(self)
    }

    /// From the first to the last minute, in columns.
    fn length(&self) -> u64 {
        self.minutes.last().map_or(0, |last| last.1) - self.minutes[0].1 + 1
    }

    /// The counts of the row read last, whatever its cells look like.
    fn cell_by_cell(&self, table: &mut Table) -> Result<Writer, Error> {
        table.split_rest()?;
        let mut writer = Writer::default();
        for (column, minute) in &self.minutes {
            let count = count(table.field(*column)).map_err(|bad| refuse_count(table, *column, bad))?;
            writer.push(minute - self.minutes[0].1, count);
        }
        Ok(writer)
    }

    /// The counts of a row whose cells are digits and nothing else, one for each minute: the common case, in one go.
    fn digits(&self, cells: &[u8]) -> Option<Writer> {
        let (mut writer, mut at, mut column) = (Writer::default(), 0, 0);
        while at < cells.len() {
            // Most of the trace is empty minutes.
            if cells[at..].starts_with(b"0,0,0,0,") {
                (at, column) = (at + 8, column + 4);
                continue;
            }
            let digits = cells[at..].iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(cells.len() - at);
            let plain = (1..=9).contains(&digits) && cells.get(at + digits).is_none_or(|byte| *byte == b',');
            let (_, minute) = *self.minutes.get(column).filter(|_| plain)?;
            let count = cells[at..at + digits].iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
            writer.push(minute - self.minutes[0].1, count);
            (at, column) = (at + digits + 1, column + 1);
        }
        (column == self.minutes.len() && cells.last() != Some(&b',')).then_some(writer)
    }

    /// The same of a whole row.
    pub fn digits_of_row(&self, row: &[u8]) -> Option<Writer> {
        let (before, _) = row.iter().enumerate().filter(|(_, byte)| **byte == b',').nth(self.from?.checked_sub(1)?)?;
        self.digits(&row[before + 1..])
    }

    fn function(&self, table: &Table, invocations: u64) -> Result<Function, Error> {
        let text = |column: usize| table.text(column).map(str::to_owned);
        let trigger = self.trigger.map(text).transpose()?;
        Ok(Function { id: text(self.function)?, app: text(self.app)?, trigger, invocations, ..Function::default() })
    }
}

impl Invocations {
    /// Reads the file; a column is an interval of `width`. At most `kept` bytes of counts are kept in memory, as far as the
    /// others can be found again.
    pub fn read(path: &str, files: &Files, width: Span, kept: usize) -> Result<Invocations, Error> {
        let mut table = Table::open(path, &*files.open)?;
        let columns = Columns::of(&table, path)?;
        let file = Arc::new(File { path: path.to_owned(), files: files.clone(), columns: columns.clone(), width });
        let (mut functions, mut left) = (Vec::new(), kept);
        while table.next_row_to(columns.from.unwrap_or(usize::MAX))? {
            let plain = table.rest().and_then(|cells| columns.digits(cells));
            let again = plain.as_ref().and_then(|_| table.begins());
            let writer = plain.map_or_else(|| columns.cell_by_cell(&mut table), Ok)?;
            let (total, len) = (writer.total, writer.len());
            let recorded = match again {
                Some(begins) if len > left => Recorded::InFile(Row { file: Arc::clone(&file), begins, total }),
                _ => {
                    left = left.saturating_sub(len);
                    Recorded::Kept(writer.finish(width, width))
                }
            };
            functions.push((columns.function(&table, total)?, recorded));
        }
        if functions.is_empty() {
            return Err(Error::in_file(path, 1, "no-rows", "the file has a header and nothing else"));
        }
        Ok(Invocations { functions, span: width * columns.length() })
    }
}
