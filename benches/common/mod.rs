//! What the benchmarks share: the floor, and the scenarios of `scenarios/bench/`.
#![allow(dead_code, clippy::disallowed_methods, missing_docs, reason = "each benchmark uses its part, and reads its scenarios")]

pub mod floor;

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use coldcast::scenario::{self, Options, Scenario};
use coldcast::traffic::Open;

/// A workload of the benchmarks.
pub struct Workload {
    /// Its file in `scenarios/bench/`, without `.yaml`.
    pub name: &'static str,
    /// Two horizons, with about 100,000 requests and three times as many.
    pub horizons: [&'static str; 2],
    /// What it is compared with: so many pending completions in the floor.
    pub pending: u32,
    /// The most instructions a request may cost.
    pub bound: Option<u32>,
}

const fn workload(name: &'static str, horizons: [&'static str; 2], pending: u32, bound: Option<u32>) -> Workload {
    Workload { name, horizons, pending, bound }
}

/// All of them.
pub const WORKLOADS: &[Workload] = &[
    workload("w1", ["1000s", "3000s"], 20, Some(450)),
    workload("w1-hops", ["1000s", "3000s"], 20, None),
    workload("w1-kpa", ["1000s", "3000s"], 20, None),
    workload("w2", ["15m", "45m"], 20, Some(400)),
    workload("w3", ["100s", "300s"], 100, Some(500)),
    workload("ps", ["160s", "480s"], 100, Some(500)),
    workload("burst", ["10h", "30h"], 100, None),
    workload("credits", ["4h", "12h"], 20, None),
];

/// The folder of the benchmarks' scenarios.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/bench")
}

/// The real traces, if they are there.
pub fn traces() -> Option<PathBuf> {
    let named = std::env::var_os("COLDCAST_TRACES").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/traces"));
    folder.join("azure2019_500x480").is_dir().then_some(folder)
}

/// The text of a scenario with another horizon.
pub fn text(name: &str, horizon: &str) -> String {
    with_horizon(&fs::read_to_string(folder().join(format!("{name}.yaml"))).expect("a bench scenario"), horizon)
}

/// The same text with another horizon.
pub fn with_horizon(text: &str, horizon: &str) -> String {
    let (before, rest) = text.split_once("horizon: ").expect("it has a horizon");
    let (_, after) = rest.split_once(',').expect("and more in `run`");
    format!("{before}horizon: {horizon},{after}")
}

/// A replay of the real slice: 257 functions, 2,657,928 requests, eight hours.
pub const AZURE: &str = "\
name: azure
run: { horizon: 8h, replications: 1 }
prices: aliyun-cn-hangzhou
services:
  functions:
    traffic: [ { azure-2019: { folder: azure2019_500x480 } } ]
    request: { timeout: 60s }
    container-concurrency: 1
    cold-start: { profile: eci-imagecache, runtime: node }
    autoscaler: { keep-alive: { idle: 600s } }
";

/// Files of a folder.
struct Folder(PathBuf);

impl Open for Folder {
    fn open(&self, path: &str) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(fs::File::open(self.0.join(path))?))
    }
    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        fs::read_dir(self.0.join(folder))?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }
}

/// Loads a scenario's text; its files are in `folder`.
pub fn load(text: &str, folder: PathBuf) -> Scenario {
    let open: Arc<dyn Open> = Arc::new(Folder(folder));
    scenario::load("bench.yaml", text, &Options::default(), &open).unwrap_or_else(|error| panic!("{error}"))
}
