//! Files that are read once and kept in memory: for many scenarios over the same traces.
//!
//! A single run reads a plain CSV again in every replication, so that its memory does not grow with the trace. A sweep of a
//! hundred cells would read it a thousand times: there the bytes are kept, as they are in the file (compressed or not).

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read, Result};
use std::sync::{Arc, Mutex};

use super::Open;

/// More bytes than this are not kept in all: 512 MiB, a part of any machine's memory. Larger files are read again.
pub const KEPT_MAX: usize = 1 << 29;

/// Opens every file once.
pub struct Kept {
    inner: Arc<dyn Open>,
    max: usize,
    files: Mutex<Files>,
}

#[derive(Default)]
struct Files {
    content: BTreeMap<String, Arc<[u8]>>,
    bytes: usize,
    /// Those for which there was no room.
    large: BTreeSet<String>,
    lists: BTreeMap<String, Vec<String>>,
}

impl Kept {
    /// Keeps what `inner` opens, up to [`KEPT_MAX`] bytes.
    pub fn new(inner: Arc<dyn Open>) -> Kept {
        Kept { inner, max: KEPT_MAX, files: Mutex::default() }
    }
}

impl Open for Kept {
    fn open(&self, path: &str) -> Result<Box<dyn Read + Send>> {
        // Held while a file is read: two who want it at once read it once.
        let mut files = self.files.lock().expect("nobody panicked while reading a file");
        if let Some(content) = files.content.get(path) {
            return Ok(Box::new(Cursor::new(Arc::clone(content))));
        }
        let mut file = self.inner.open(path)?;
        if files.large.contains(path) {
            return Ok(file);
        }
        let mut start = Vec::new();
        let left = self.max - files.bytes;
        file.by_ref().take(left as u64 + 1).read_to_end(&mut start)?;
        if start.len() > left {
            files.large.insert(path.to_owned());
            return Ok(Box::new(Cursor::new(start).chain(file)));
        }
        let content: Arc<[u8]> = start.into();
        files.bytes += content.len();
        files.content.insert(path.to_owned(), Arc::clone(&content));
        Ok(Box::new(Cursor::new(content)))
    }

    fn open_at(&self, path: &str, begins: u64) -> Result<Box<dyn Read + Send>> {
        let files = self.files.lock().expect("nobody panicked while reading a file");
        match files.content.get(path) {
            Some(content) => {
                let mut from = Cursor::new(Arc::clone(content));
                from.set_position(begins);
                Ok(Box::new(from))
            }
            None => self.inner.open_at(path, begins),
        }
    }

    fn list(&self, folder: &str) -> Result<Vec<String>> {
        let mut files = self.files.lock().expect("nobody panicked while reading a file");
        if let Some(names) = files.lists.get(folder) {
            return Ok(names.clone());
        }
        let names = self.inner.list(folder)?;
        files.lists.insert(folder.to_owned(), names.clone());
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    /// Seven bytes under every name, and how often they were asked for.
    #[derive(Default)]
    struct Counting(AtomicU32);

    impl Open for Counting {
        fn open(&self, _: &str) -> Result<Box<dyn Read + Send>> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Ok(Box::new(&b"content"[..]))
        }
    }

    /// Opens three files twice, with room for so many bytes.
    #[track_caller]
    fn check(max: usize, opens: u32) {
        let counting = Arc::new(Counting::default());
        let kept = Kept { max, ..Kept::new(Arc::clone(&counting) as Arc<dyn Open>) };
        for path in ["a", "b", "c", "a", "b", "c"] {
            let mut text = String::new();
            kept.open(path).unwrap().read_to_string(&mut text).unwrap();
            assert_eq!(text, "content");
        }
        assert_eq!(counting.0.load(Ordering::Relaxed), opens, "room for {max} bytes");
    }

    #[test]
    fn a_file_is_read_once_while_there_is_room() {
        check(KEPT_MAX, 3);
        check(21, 3);
        check(20, 4);
        check(7, 5);
        check(0, 6);
    }
}
