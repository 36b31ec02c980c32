//! Scenario files of `scenarios/` and their answers.
#![allow(dead_code, clippy::disallowed_methods, reason = "each test uses its part; the scenarios are files")]

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use coldcast::experiment::{self, Comparison, RevisionResult};
use coldcast::scenario::{self, Options, Scenario};
use coldcast::traffic::Open;

/// Files of a folder.
pub struct Folder(pub PathBuf);

impl Open for Folder {
    fn open(&self, path: &str) -> std::io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(fs::File::open(self.0.join(path))?))
    }
    fn list(&self, folder: &str) -> std::io::Result<Vec<String>> {
        fs::read_dir(self.0.join(folder))?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }
}

/// The folder of scenarios.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

/// Loads a scenario file, with so many replications.
pub fn load(file: &Path, replications: u32) -> Scenario {
    load_text(file, &fs::read_to_string(file).unwrap(), replications)
}

/// Loads a scenario's text as if it stood in this file.
fn load_text(file: &Path, text: &str, replications: u32) -> Scenario {
    let open: Arc<dyn Open> = Arc::new(Folder(file.parent().unwrap().to_path_buf()));
    let options = Options { replications: Some(replications), ..Options::default() };
    scenario::load(&file.to_string_lossy(), text, &options, &open).unwrap_or_else(|error| panic!("{error}"))
}

/// Runs a scenario file, so many replications of it.
pub fn run(file: &Path, replications: u32) -> Comparison {
    experiment::run(&load(file, replications), &()).unwrap()
}

/// The text of a workload of the benchmarks, with another horizon.
pub fn bench_text(name: &str, horizon: &str) -> String {
    let text = fs::read_to_string(folder().join(format!("bench/{name}.yaml"))).unwrap();
    let (before, rest) = text.split_once("horizon: ").expect("it has a horizon");
    format!("{before}horizon: {horizon},{}", rest.split_once(',').expect("and more in `run`").1)
}

/// Runs a workload of the benchmarks once, with a text of its own.
pub fn bench(name: &str, text: &str) -> Comparison {
    experiment::run(&load_text(&folder().join("bench").join(name), text, 1), &()).unwrap()
}

/// Runs two replications of a scenario of this name.
pub fn named(name: &str) -> Comparison {
    run(&folder().join(name), 2)
}

/// A policy's figure.
#[track_caller]
pub fn figure(comparison: &Comparison, policy: &str, key: &str) -> f64 {
    let policy = comparison.policies.iter().find(|it| it.name == policy).unwrap_or_else(|| panic!("no policy {policy}"));
    policy.figure(key).unwrap_or_else(|| panic!("no {key}")).point
}

/// A policy's revision.
#[track_caller]
pub fn revision<'a>(comparison: &'a Comparison, policy: &str, name: &str) -> &'a RevisionResult {
    let policy = comparison.policies.iter().find(|it| it.name == policy).unwrap_or_else(|| panic!("no policy {policy}"));
    policy.revisions.iter().find(|it| it.name == name).unwrap_or_else(|| panic!("no revision {name}"))
}
