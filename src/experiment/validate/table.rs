//! A small CSV file with a header, from memory: columns by name, every fault with its line.

use crate::error::{Error, did_you_mean};

use super::data::Text;

/// The rows of a file.
pub struct Table<'a> {
    shown: &'a str,
    columns: Vec<String>,
    rows: Vec<(usize, Vec<String>)>,
}

/// One row.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    table: &'a Table<'a>,
    line: usize,
    cells: &'a [String],
}

impl Table<'_> {
    /// Reads a file; it must have these columns and may have others.
    pub fn read<'a>(text: &'a Text, columns: &[&str]) -> Result<Table<'a>, Error> {
        let mut reader = csv::ReaderBuilder::new().from_reader(text.text.as_bytes());
        let refuse = |error: &csv::Error| {
            let line = error.position().map_or(0, |at| at.line() as usize);
            Error::in_file(&text.shown, line, "csv", error.to_string())
        };
        let header = reader.headers().map_err(|error| refuse(&error))?;
        let header: Vec<String> = header.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned()).collect();
        if let Some(missing) = columns.iter().find(|wanted| !header.iter().any(|name| name == *wanted)) {
            let error = Error::in_file(&text.shown, 1, "column", format!("there is no column `{missing}`"));
            return Err(error.with_hint(did_you_mean(missing, header.iter().map(String::as_str))));
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| refuse(&error))?;
            let line = record.position().map_or(0, |at| at.line() as usize);
            rows.push((line, record.iter().map(|cell| cell.trim().to_owned()).collect()));
        }
        Ok(Table { shown: &text.shown, columns: header, rows })
    }

    /// The rows in order.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, cells)| Row { table: self, line: *line, cells })
    }
}

impl<'a> Row<'a> {
    /// The text of a cell; empty where there is no such column.
    pub fn text(&self, column: &str) -> &'a str {
        let index = self.table.columns.iter().position(|name| name == column);
        index.and_then(|index| self.cells.get(index)).map_or("", String::as_str)
    }

    /// A finite number.
    pub fn number(&self, column: &str) -> Result<f64, Error> {
        let text = self.text(column);
        let refuse = || self.refuse(format!("`{column}` is `{text}`, which is not a number"));
        text.parse().ok().filter(|value: &f64| value.is_finite()).ok_or_else(refuse)
    }

    /// A number above zero.
    pub fn positive(&self, column: &str) -> Result<f64, Error> {
        let value = self.number(column)?;
        if value > 0.0 { Ok(value) } else { Err(self.refuse(format!("`{column}` is {value}, which is not above 0"))) }
    }

    /// A number, or nothing where the cell is empty or there is no such column.
    pub fn maybe(&self, column: &str) -> Result<Option<f64>, Error> {
        if self.text(column).is_empty() { Ok(None) } else { self.number(column).map(Some) }
    }

    /// Something wrong in this row.
    pub fn refuse(&self, message: String) -> Error {
        Error::in_file(self.table.shown, self.line, "reference", message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(content: &str) -> Text {
        Text { shown: "d/x.csv".into(), text: content.into() }
    }

    /// The second row's `b`, or what is wrong with it.
    #[track_caller]
    fn check(content: &str, expected: &str) {
        let text = text(content);
        let found = Table::read(&text, &["a", "b"]).and_then(|table| table.rows().nth(1).expect("two rows").positive("b"));
        let found = found.map_or_else(|error| error.to_string(), |value| value.to_string());
        assert_eq!(found.lines().next().unwrap(), expected);
    }

    #[test]
    fn cells_are_found_by_name_and_faults_by_line() {
        check("b,a\n1,2\n3.5,4\n", "3.5");
        check("a,b\n1,2\n3,x\n", "d/x.csv:3: `b` is `x`, which is not a number");
        check("a,b\n1,2\n3,0\n", "d/x.csv:3: `b` is 0, which is not above 0");
        check("a,b\n1,2\n3,NaN\n", "d/x.csv:3: `b` is `NaN`, which is not a number");
        check("a,c\n1,2\n", "d/x.csv:1: there is no column `b`");
        assert!(Table::read(&text("a,b\n1\n"), &[]).err().unwrap().to_string().starts_with("d/x.csv:2:"));
    }
}
