//! Flat tables of text in every format that answers have: for listings that are no run's answer.

use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle};
use serde_json::{Map, Value};

const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─'));

/// Names of the formats, the default first: those of `coldcast run`.
pub(super) const FORMATS: [&str; 4] = ["table", "json", "csv", "markdown"];

/// A table: names of the columns, and the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listing {
    /// Names of the columns, as JSON keys.
    pub(super) columns: Vec<&'static str>,
    /// One cell a column; empty where there is nothing.
    pub(super) rows: Vec<Vec<String>>,
}

impl Listing {
    /// In one of [`FORMATS`].
    pub(super) fn render(&self, format: &str) -> String {
        match format {
            "json" => format!("{:#}\n", self.json()),
            "csv" => self.csv(),
            "markdown" => self.markdown(),
            _ => self.table(),
        }
    }

    /// A list of objects; an empty cell is null.
    pub(super) fn json(&self) -> Value {
        let cell = |text: &String| if text.is_empty() { Value::Null } else { Value::String(text.clone()) };
        let object = |row: &Vec<String>| {
            let cells = self.columns.iter().zip(row).map(|(column, text)| ((*column).to_owned(), cell(text)));
            Value::Object(cells.collect::<Map<_, _>>())
        };
        self.rows.iter().map(object).collect()
    }

    fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&self.columns).expect("writing to memory");
        self.rows.iter().for_each(|row| writer.write_record(row).expect("writing to memory"));
        String::from_utf8(writer.into_inner().expect("writing to memory")).expect("written from strings")
    }

    fn markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let escaped = |row: &Vec<String>| line(row.iter().map(|cell| cell.replace('|', "\\|").replace('\n', " ")).collect());
        let head = line(self.columns.iter().map(|it| (*it).to_owned()).collect());
        let rule = format!("|{}\n", "---|".repeat(self.columns.len()));
        [head, rule].into_iter().chain(self.rows.iter().map(escaped)).collect()
    }

    fn table(&self) -> String {
        let mut table = Table::new();
        table.load_style(STYLE).set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(self.columns.clone());
        for row in &self.rows {
            table.add_row(row);
        }
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_padding((if index == 0 { 0 } else { 2 }, 0));
        }
        table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
    }
}
