//! The files a scenario names beside itself: remembering which, and replaying others in their place.

use std::collections::BTreeSet;
use std::io::Read;
use std::sync::{Arc, Mutex};

use sha2::{Digest as _, Sha256};

use crate::error::Error;
use crate::traffic::{Open, SourceSpec};

/// Remembers which files were opened, so that a scenario's hash covers what they hold.
pub(super) struct Remembering {
    inner: Arc<dyn Open>,
    opened: Mutex<BTreeSet<String>>,
}

impl Remembering {
    pub(super) fn new(inner: &Arc<dyn Open>) -> Arc<Remembering> {
        Arc::new(Remembering { inner: Arc::clone(inner), opened: Mutex::default() })
    }

    /// SHA-256 of a scenario's text and of the content of every file that was opened for it, in hex.
    pub(super) fn hash(&self, text: &str) -> Result<String, Error> {
        let mut hash = Sha256::new();
        hash.update(text.as_bytes());
        let opened = self.opened.lock().expect("nobody panicked while opening a file").clone();
        for path in opened {
            let read = self.inner.open(&path).and_then(|file| hash_all(file, &mut hash));
            read.map_err(|source| Error::Io { doing: "read", path, source })?;
        }
        Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// Adds a file's content to a hash.
fn hash_all(mut file: Box<dyn Read + Send>, hash: &mut Sha256) -> std::io::Result<()> {
    let mut chunk = vec![0; 1 << 16];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(()),
            n => hash.update(&chunk[..n]),
        }
    }
}

impl Open for Remembering {
    fn open(&self, path: &str) -> std::io::Result<Box<dyn Read + Send>> {
        self.opened.lock().expect("nobody panicked while opening a file").insert(path.to_owned());
        self.inner.open(path)
    }
    fn open_at(&self, path: &str, begins: u64) -> std::io::Result<Box<dyn Read + Send>> {
        self.inner.open_at(path, begins)
    }
    fn list(&self, folder: &str) -> std::io::Result<Vec<String>> {
        self.inner.list(folder)
    }
}

/// Replays another trace in place of each that is named: `path` is the folder of an Azure 2019 trace, the file of any other.
/// Says whether there was one.
pub(super) fn redirect(sources: &mut [SourceSpec], path: &str) -> bool {
    let mut found = false;
    for source in sources {
        if let Some(azure) = &mut source.azure_2019 {
            (azure.folder, azure.invocations, azure.durations, azure.memory) = (Some(path.to_owned()), None, None, None);
            found = true;
        }
        let files = [
            source.azure_2021.as_mut().map(|it| &mut it.file),
            source.csv.as_mut().map(|it| &mut it.file),
            source.rates.as_mut().map(|it| &mut it.file),
            source.mean_rates.as_mut().map(|it| &mut it.file),
        ];
        for file in files.into_iter().flatten() {
            *file = path.to_owned();
            found = true;
        }
    }
    found
}
