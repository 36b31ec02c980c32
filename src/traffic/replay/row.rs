//! Rows of a CSV file, one at a time: plain ones by a look for commas, all others by the `csv` crate.
//!
//! A trace is tens of thousands of rows of a thousand cells of one byte: what a general parser does for each of them is most
//! of the time it takes to read. Almost no trace has a quote in it; from the first row that does (or has a carriage return
//! of its own) the general parser takes over for the rest of the file.

use std::io::{self, BufRead as _, BufReader, Chain, Cursor, Read};

use csv::ByteRecord;

/// An open file, from its beginning.
pub type Input = Box<dyn Read + Send>;

/// A file between two rows, and the row read last.
pub struct Rows {
    source: Source,
    /// The row's fields, with one byte between any two.
    bytes: Vec<u8>,
    /// Where each field ends, as far as the row has been split.
    ends: Vec<usize>,
    /// Whether nothing beyond `ends` is left of the row.
    is_whole: bool,
    /// Bytes read so far, and where the row begins among them.
    read: u64,
    begins: u64,
    /// Lines read so far, the row's included, and the one under way where reading fails.
    lines: usize,
}

enum Source {
    Plain(BufReader<Input>),
    General(Box<General>),
}

/// The general parser, and what it counts.
struct General {
    reader: csv::Reader<Chain<Cursor<Vec<u8>>, BufReader<Input>>>,
    record: ByteRecord,
    /// Lines before it took over.
    before: usize,
}

/// What is read at once.
const BUFFER: usize = 1 << 16;

impl Rows {
    /// Before the first row.
    pub fn new(input: Input) -> Rows {
        let source = Source::Plain(BufReader::with_capacity(BUFFER, input));
        Rows { source, bytes: Vec::new(), ends: Vec::new(), is_whole: true, read: 0, begins: 0, lines: 0 }
    }

    /// Reads the next row that is not empty and splits it into fields, as many as `columns` at the most: what is left of a plain
    /// row is the [`rest`](Rows::rest). False at the end.
    pub fn read(&mut self, columns: usize) -> Result<bool, csv::Error> {
        while let Source::Plain(input) = &mut self.source {
            self.bytes.clear();
            let read = input.read_until(b'\n', &mut self.bytes);
            self.lines += 1;
            let len = read?;
            if len == 0 {
                return Ok(false);
            }
            self.begins = self.read;
            self.read += len as u64;
            let len = without_end(&self.bytes).len();
            if self.bytes[..len].contains(&b'"') || self.bytes[..len].contains(&b'\r') {
                self.take_over();
                break;
            }
            self.bytes.truncate(len);
            if len > 0 {
                self.split(columns);
                return Ok(true);
            }
        }
        self.read_general()
    }

    /// Splits a plain row.
    fn split(&mut self, columns: usize) {
        let commas = self.bytes.iter().enumerate().filter(|(_, byte)| **byte == b',').map(|(at, _)| at);
        self.ends.clear();
        self.ends.extend(commas.take(columns));
        self.is_whole = self.ends.len() < columns;
        if self.is_whole {
            self.ends.push(self.bytes.len());
        }
    }

    /// Splits the rest of the row, too.
    pub fn split_rest(&mut self) {
        if !self.is_whole {
            self.split(usize::MAX);
        }
    }

    /// The general parser begins with the row that is in `bytes`.
    fn take_over(&mut self) {
        let nothing = Source::Plain(BufReader::with_capacity(0, Box::new(io::empty())));
        let Source::Plain(rest) = std::mem::replace(&mut self.source, nothing) else { unreachable!("it takes over once") };
        let whole = Cursor::new(std::mem::take(&mut self.bytes)).chain(rest);
        let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).buffer_capacity(BUFFER).from_reader(whole);
        self.source = Source::General(Box::new(General { reader, record: ByteRecord::new(), before: self.lines - 1 }));
    }

    fn read_general(&mut self) -> Result<bool, csv::Error> {
        let Source::General(general) = &mut self.source else { return Ok(false) };
        let read = general.reader.read_byte_record(&mut general.record);
        let place = if matches!(read, Ok(true)) { general.record.position() } else { Some(general.reader.position()) };
        self.lines = general.before + place.map_or(0, |place| place.line() as usize);
        self.is_whole = true;
        self.bytes.clear();
        self.ends.clear();
        for field in &general.record {
            self.bytes.extend_from_slice(field);
            self.ends.push(self.bytes.len());
            self.bytes.push(b',');
        }
        read
    }

    /// The line of the row read last.
    pub fn line(&self) -> usize {
        self.lines
    }

    /// Where a plain row begins, in bytes from the file's beginning.
    pub fn begins(&self) -> Option<u64> {
        matches!(self.source, Source::Plain(_)).then_some(self.begins)
    }

    /// How many fields of the row have been split off.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// A field of the row.
    #[inline]
    pub fn field(&self, column: usize) -> &[u8] {
        let begins = column.checked_sub(1).map_or(0, |before| self.ends[before] + 1);
        &self.bytes[begins..self.ends[column]]
    }

    /// All fields of the row that have been split off.
    pub fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let begins = std::iter::once(0).chain(self.ends.iter().map(|end| end + 1));
        begins.zip(&self.ends).map(|(begins, end)| &self.bytes[begins..*end])
    }

    /// What is left of a row that was not split as a whole.
    pub fn rest(&self) -> Option<&[u8]> {
        let begins = self.ends.last().filter(|_| !self.is_whole)? + 1;
        Some(&self.bytes[begins..])
    }
}

/// A line without what ends it.
pub fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each row's line and fields are those the `csv` crate finds.
    #[track_caller]
    fn check(text: &str, lines: &[usize]) {
        let whole = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes()).into_byte_records();
        let expected: Vec<Vec<Vec<u8>>> = whole.map(|row| row.unwrap().iter().map(<[u8]>::to_vec).collect()).collect();
        for columns in [2, usize::MAX] {
            let mut rows = Rows::new(Box::new(Cursor::new(text.as_bytes().to_vec())));
            let (mut found, mut at) = (Vec::new(), Vec::new());
            while rows.read(columns).unwrap() {
                rows.split_rest();
                assert!(rows.rest().is_none() && rows.len() == rows.fields().count());
                found.push(rows.fields().map(<[u8]>::to_vec).collect::<Vec<_>>());
                assert_eq!(rows.field(rows.len() - 1), found.last().unwrap().last().unwrap());
                at.push(rows.line());
            }
            assert_eq!((found, at), (expected.clone(), lines.to_vec()), "{text:?}");
        }
    }

    #[test]
    fn plain_and_quoted_rows_are_read_alike() {
        check("", &[]);
        check("a,b,c\n1,2,3\n", &[1, 2]);
        check("a,b,c\r\n\r\n\n1,,3", &[1, 4]);
        check("a\n,\n,,\nx,y,z,\n", &[1, 2, 3, 4]);
        check("a,b,c\n1,\"2,5\",3\n\"x\ny\",2,\"\"\n7,8,9\n", &[1, 2, 3, 5]);
        check("\"a\",b\n1,2\n", &[1, 2]);
        check("a,b\r1,2\r3,4\r", &[1, 1, 1]);
    }

    #[test]
    fn the_rest_is_what_was_not_asked_for() {
        let mut rows = Rows::new(Box::new(Cursor::new(b"a,b,1,2\na\n".to_vec())));
        assert!(rows.read(2).unwrap());
        assert_eq!((rows.len(), rows.field(1), rows.rest()), (2, &b"b"[..], Some(&b"1,2"[..])));
        assert!(rows.read(2).unwrap());
        assert_eq!((rows.len(), rows.field(0), rows.rest()), (1, &b"a"[..], None));
    }
}
