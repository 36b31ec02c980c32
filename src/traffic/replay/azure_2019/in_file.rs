//! The counts of a function that are not kept but read again in every run, so that memory does not grow with the trace.
//!
//! What is kept of a row is where it begins. A row that is not as it was when the file was read first is a failure of the run.

use std::io::{self, BufRead as _, BufReader};
use std::sync::Arc;

use super::super::row::without_end;
use super::super::series::{Series, Writer};
use super::invocations::Columns;
use crate::error::Error;
use crate::traffic::kind::Files;
use crate::units::Span;

/// A file whose rows are read again.
pub struct File {
    pub path: String,
    pub files: Files,
    pub columns: Columns,
    pub width: Span,
}

/// A row of it.
#[derive(Clone)]
pub struct Row {
    pub file: Arc<File>,
    /// Where it begins, in bytes from the file's beginning.
    pub begins: u64,
    /// What its counts sum up to.
    pub total: u64,
}

/// As long as a row usually is.
const BUFFER: usize = 1 << 13;

impl Row {
    /// Its counts; none if they cannot be read any more, which the run then fails for.
    pub fn series(&self) -> Series {
        let File { path, files, width, .. } = &*self.file;
        let writer = match self.read() {
            Ok(writer) if writer.as_ref().is_some_and(|it| it.total == self.total) => writer,
            Ok(_) => {
                files.fail(Error::in_file(path, 0, "file-changed", "the file changed during the run: a row is not what it was"));
                None
            }
            Err(source) => {
                files.fail(Error::in_file(path, 0, "file-changed", format!("the file cannot be read any more: {source}")));
                None
            }
        };
        writer.unwrap_or_default().finish(*width, *width)
    }

    fn read(&self) -> io::Result<Option<Writer>> {
        let File { path, files, columns, .. } = &*self.file;
        let mut row = Vec::new();
        BufReader::with_capacity(BUFFER, files.open.open_at(path, self.begins)?).read_until(b'\n', &mut row)?;
        Ok(columns.digits_of_row(without_end(&row)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::invocations::Invocations;
    use super::*;
    use crate::traffic::Open;
    use crate::traffic::testing::{InMemory, files, gzip};

    const TEXT: &str = "HashOwner,HashApp,HashFunction,Trigger,1,2,3,4,5\no,a,f,http,0,0,0,0,7\r\no,a,g,http,1,200,3,4,500000\n\
                        o,a,\"h\",http,5,6,7,8,9\no,a,i,http,0,0,0,0,0";

    /// Minutes with their counts.
    type Series = Vec<(u64, u32)>;

    /// The counts of all functions, with so many bytes of them kept.
    fn counts(open: &Arc<InMemory>, kept: usize) -> (Vec<Series>, Vec<bool>, Files) {
        let files = Files { open: Arc::clone(open) as Arc<dyn Open>, failure: Arc::default() };
        let read = Invocations::read("f", &files, Span::from_secs(60), kept).unwrap();
        let series = read.functions.iter().map(|(_, it)| it.reader().collect()).collect();
        (series, read.functions.iter().map(|(_, it)| it.is_kept()).collect(), files)
    }

    #[test]
    fn what_is_read_again_is_what_was_there() {
        let plain = files(&[("f", TEXT)]);
        let (kept, all, _) = counts(&plain, usize::MAX);
        let (again, some, files_read) = counts(&plain, 4);
        assert_eq!((&all, &some), (&vec![true; 4], &vec![true, false, true, true]), "quoted rows are kept");
        assert_eq!(kept, again);
        assert_eq!(kept[0], [(240_000_000_000, 7)]);
        assert!(files_read.failure.get().is_none());
        let (unpacked, all, _) = counts(&files(&[("f", gzip(TEXT.as_bytes()))]), 0);
        assert_eq!((unpacked, all), (kept, vec![true; 4]), "a compressed file has no place to go back to");
    }

    #[test]
    fn a_row_that_changes_is_a_failure() {
        for changed in [TEXT.replace("200", "201"), TEXT[..90].to_owned(), TEXT.replace("f,http", "ff,http")] {
            let open = files(&[("f", TEXT)]);
            let files = Files { open: Arc::clone(&open) as Arc<dyn Open>, failure: Arc::default() };
            let read = Invocations::read("f", &files, Span::from_secs(60), 0).unwrap();
            open.0.lock().unwrap().insert("f".into(), changed.into_bytes());
            assert_eq!(read.functions[1].1.reader().count(), 0);
            assert!(files.failure.get().unwrap().to_string().contains("the file changed"));
        }
    }
}
