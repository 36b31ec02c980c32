//! What the tests of this module share: files in memory, and workloads from YAML.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read, Write as _};
use std::sync::{Arc, Mutex};

use super::{Arrival, Open, SourceSpec, Workload, load};
use crate::engine::Streams;
use crate::error::Error;

/// Files as bytes.
#[derive(Default)]
pub struct InMemory(pub Mutex<BTreeMap<String, Vec<u8>>>);

impl Open for InMemory {
    fn open(&self, path: &str) -> io::Result<Box<dyn Read + Send>> {
        let bytes = self.0.lock().unwrap().get(path).cloned().ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(Cursor::new(bytes)))
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let prefix = format!("{folder}/");
        Ok(self.0.lock().unwrap().keys().filter_map(|path| path.strip_prefix(&prefix).map(str::to_owned)).collect())
    }
}

/// These files.
pub fn files<B: AsRef<[u8]>>(files: &[(&str, B)]) -> Arc<InMemory> {
    let files = files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.as_ref().to_vec()));
    Arc::new(InMemory(Mutex::new(files.collect())))
}

/// As gzip.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A list of sources from YAML.
#[track_caller]
pub fn specs(yaml: &str) -> Vec<SourceSpec> {
    serde_saphyr::from_str(yaml).unwrap_or_else(|error| panic!("{yaml}: {error}"))
}

/// A workload from YAML and files.
pub fn try_load(yaml: &str, files: &Arc<InMemory>) -> Result<Workload, Error> {
    let open: Arc<dyn Open> = files.clone();
    load(&specs(yaml), &open)
}

/// A workload without files.
#[track_caller]
pub fn workload(yaml: &str) -> Workload {
    try_load(yaml, &Arc::default()).unwrap_or_else(|error| panic!("{yaml}: {error}"))
}

/// All arrivals of a function before `seconds`. Checks that they are in order.
#[track_caller]
pub fn arrivals(workload: &Workload, function: usize, seed: u64, seconds: f64) -> Vec<Arrival> {
    let streams = Streams::new(seed, 0).child("traffic");
    let list: Vec<Arrival> = workload.arrivals(function, streams).take_while(|it| it.at.as_secs_f64() < seconds).collect();
    assert!(list.is_sorted_by_key(|arrival| arrival.at), "arrivals out of order");
    list
}

/// The times in seconds of all arrivals before `seconds`.
#[track_caller]
pub fn times(yaml: &str, seconds: f64) -> Vec<f64> {
    arrivals(&workload(yaml), 0, 1, seconds).iter().map(|it| it.at.as_secs_f64()).collect()
}
