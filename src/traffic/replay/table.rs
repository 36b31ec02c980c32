//! A CSV file with a header, read row by row: gzip, line numbers, and words for everything that can be wrong with it.
//!
//! Columns are found by name, never by position. Not here: what the columns mean.

use std::io::{self, Cursor, Read};

use super::row::{Input, Rows};
use crate::error::{Error, did_you_mean, nearest};
use crate::traffic::Open;

/// An open file, and the row read last.
pub struct Table {
    path: String,
    rows: Rows,
    packed: bool,
    /// The names of the columns.
    pub header: Vec<String>,
}

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Unpacks gzip, told by its first two bytes, and tells whether it was.
fn unpacked(mut raw: Input) -> io::Result<(Input, bool)> {
    let mut magic = [0; 2];
    let mut len = 0;
    while len < magic.len() {
        match raw.read(&mut magic[len..])? {
            0 => break,
            n => len += n,
        }
    }
    let whole = Cursor::new(magic[..len].to_vec()).chain(raw);
    Ok(if magic == GZIP { (Box::new(flate2::read::MultiGzDecoder::new(whole)), true) } else { (Box::new(whole), false) })
}

impl Table {
    /// Opens a file and reads its header.
    pub fn open(path: &str, files: &dyn Open) -> Result<Table, Error> {
        let (input, packed) =
            files.open(path).and_then(unpacked).map_err(|source| Error::Io { doing: "read", path: path.to_owned(), source })?;
        let mut table = Table { path: path.to_owned(), rows: Rows::new(input), packed, header: Vec::new() };
        if !table.read(usize::MAX)? {
            let hint = "the first line names the columns";
            return Err(Error::in_file(path, 0, "empty-file", "the file is empty").with_hint(hint));
        }
        table.header = table.parsed_header()?;
        table.refuse_duplicates()?;
        Ok(table)
    }

    fn parsed_header(&self) -> Result<Vec<String>, Error> {
        if self.rows.fields().any(|name| name.contains(&0)) {
            let message = "this is not a text file (it has a zero byte in its first line)";
            return Err(self.refuse("not-text", message).with_hint("a CSV file in UTF-8 is expected, plain or gzipped"));
        }
        let name = |bytes: &[u8]| std::str::from_utf8(bytes).map(|text| text.trim_start_matches('\u{feff}').trim().to_owned());
        let names = self.rows.fields().map(name).collect::<Result<_, _>>();
        names.map_err(|_| self.refuse("not-utf-8", "the header is not UTF-8").with_hint("convert the file: `iconv -t UTF-8`"))
    }

    fn refuse_duplicates(&self) -> Result<(), Error> {
        let mut names: Vec<&str> = self.header.iter().map(String::as_str).collect();
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            // Without a header equal fields are likely, and "no header" is the better message.
            Some(pair) if !looks_like_data(&self.header[0]) => {
                Err(self.refuse("duplicate-column", format!("two columns are called `{}`", pair[0])))
            }
            _ => Ok(()),
        }
    }

    /// The line of the row read last.
    pub fn line(&self) -> usize {
        self.rows.line()
    }

    /// An error at the row read last.
    pub fn refuse(&self, code: &'static str, message: impl Into<String>) -> Error {
        Error::in_file(&self.path, self.line(), code, message)
    }

    /// The column called `name`; in another case if there is no exact one.
    pub fn find(&self, name: &str) -> Option<usize> {
        let exact = self.header.iter().position(|it| it == name);
        exact.or_else(|| self.header.iter().position(|it| it.eq_ignore_ascii_case(name)))
    }

    /// The columns called `names`, or an error with all that are missing and those there are.
    pub fn columns<const N: usize>(&self, names: [&str; N]) -> Result<[usize; N], Error> {
        let found = names.map(|name| self.find(name));
        if found.iter().all(Option::is_some) {
            return Ok(found.map(|column| column.expect("all are there")));
        }
        let missing: Vec<&str> = names.iter().zip(found).filter(|(_, column)| column.is_none()).map(|(name, _)| *name).collect();
        Err(self.missing(&missing))
    }

    /// The error of missing columns.
    pub fn missing(&self, names: &[&str]) -> Error {
        if looks_like_data(&self.header[0]) {
            let message = format!("the file has no header: its first line is already data (`{}`...)", shortened(&self.header[0]));
            return Error::in_file(&self.path, 1, "no-header", message)
                .with_hint(format!("add a first line that names: {}", names.join(", ")));
        }
        let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let there: Vec<&str> = self.header.iter().map(String::as_str).filter(|name| !looks_like_data(name)).take(16).collect();
        let message = format!("no column {}; there are {}", quoted(names), quoted(&there));
        let hint = match nearest(names[0], there.iter().copied()) {
            _ if there.len() == 1 && there[0].contains([';', '\t']) => "separate the columns with commas".to_owned(),
            Some(_) => did_you_mean(names[0], there.iter().copied()),
            None => "columns are found by name".to_owned(),
        };
        Error::in_file(&self.path, 1, "missing-column", message).with_hint(hint)
    }

    /// Reads the next row; false at the end. A row has as many fields as the header.
    pub fn next_row(&mut self) -> Result<bool, Error> {
        Ok(self.read(usize::MAX)? && self.as_wide_as_the_header()?)
    }

    /// Reads the next row, but leaves what stands beyond its first `columns` as it is, if the row is a plain one: see
    /// [`rest`](Table::rest). False at the end.
    pub fn next_row_to(&mut self, columns: usize) -> Result<bool, Error> {
        Ok(self.read(columns)? && (self.rest().is_some() || self.as_wide_as_the_header()?))
    }

    /// What `next_row_to` has left as it is.
    pub fn rest(&self) -> Option<&[u8]> {
        self.rows.rest()
    }

    /// Where the row read last begins, in bytes, if it can be found there again.
    pub fn begins(&self) -> Option<u64> {
        self.rows.begins().filter(|_| !self.packed)
    }

    /// Splits what `next_row_to` has left as it is.
    pub fn split_rest(&mut self) -> Result<(), Error> {
        self.rows.split_rest();
        self.as_wide_as_the_header().map(drop)
    }

    fn as_wide_as_the_header(&self) -> Result<bool, Error> {
        let (fields, named) = (self.rows.len(), self.header.len());
        if fields == named {
            return Ok(true);
        }
        let code = if fields < named { "too-few-fields" } else { "too-many-fields" };
        let message = format!("this row has {fields} fields, the header names {named}");
        Err(self.refuse(code, message).with_hint("if the file was cut off, delete the last line"))
    }

    fn read(&mut self, columns: usize) -> Result<bool, Error> {
        self.rows.read(columns).map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) => failed_read(&self.path, self.rows.line(), error),
            other => Error::in_file(&self.path, self.rows.line(), "bad-csv", format!("{other:?}")),
        })
    }

    /// A field of the row read last.
    #[inline]
    pub fn field(&self, column: usize) -> &[u8] {
        self.rows.field(column)
    }

    /// A field as text.
    pub fn text(&self, column: usize) -> Result<&str, Error> {
        let column_name = &self.header[column];
        std::str::from_utf8(self.field(column))
            .map(str::trim)
            .map_err(|_| self.refuse("not-utf-8", format!("`{column_name}` is not UTF-8")).with_hint("convert the file: `iconv -t UTF-8`"))
    }

    /// An error about a field of the row read last.
    pub fn refuse_field(&self, column: usize, code: &'static str, what: &str) -> Error {
        let written = String::from_utf8_lossy(self.field(column));
        self.refuse(code, format!("`{}` is `{}`: {what}", self.header[column], shortened(&written)))
    }
}

/// A gzip that ends early or is broken is the file's fault; anything else the system's.
fn failed_read(path: &str, line: usize, error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Error::in_file(path, line, "truncated-gzip", "the gzip file ends in the middle: it is truncated")
            .with_hint("copy or download it again"),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
            Error::in_file(path, line, "bad-gzip", format!("the gzip file is damaged: {error}")).with_hint("copy or download it again")
        }
        _ => Error::Io { doing: "read", path: path.to_owned(), source: error },
    }
}

/// At most 24 characters.
fn shortened(text: &str) -> String {
    if text.chars().count() <= 24 { text.to_owned() } else { format!("{}...", text.chars().take(20).collect::<String>()) }
}

/// A number, a date or a long hash.
fn looks_like_data(field: &str) -> bool {
    let numeric = !field.is_empty()
        && field.bytes().all(|byte| byte.is_ascii_digit() || b"+-.:TZ eE".contains(&byte))
        && field.contains(|c: char| c.is_ascii_digit());
    numeric || (field.len() >= 32 && field.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
