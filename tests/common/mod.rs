//! What several tests share: running a scenario from text, with files from memory.
#![allow(dead_code, reason = "each test uses its part")]

pub mod decided;

use std::io::{Cursor, Error, ErrorKind, Read, Result};
use std::sync::Arc;

use coldcast::experiment::{self, Comparison, Estimate, PolicyResult};
use coldcast::scenario::{self, Options, Scenario};
use coldcast::traffic::Open;

/// Files in memory: (name, content).
pub struct Memory(pub Vec<(&'static str, Vec<u8>)>);

impl Open for Memory {
    fn open(&self, path: &str) -> Result<Box<dyn Read + Send>> {
        let found = self.0.iter().find(|(name, _)| *name == path);
        let content = found.ok_or_else(|| Error::new(ErrorKind::NotFound, "no such file"))?.1.clone();
        Ok(Box::new(Cursor::new(content)))
    }
    fn list(&self, folder: &str) -> Result<Vec<String>> {
        let below = |name: &str| name.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')).map(str::to_owned);
        Ok(self.0.iter().filter_map(|(name, _)| below(name)).collect())
    }
}

/// Loads a scenario that names no files.
pub fn load(text: &str) -> coldcast::error::Error {
    match try_load(text, Vec::new()) {
        Ok(_) => panic!("this was to be refused:\n{text}"),
        Err(error) => error,
    }
}

/// Loads a scenario beside these files.
pub fn try_load(text: &str, files: Vec<(&'static str, Vec<u8>)>) -> std::result::Result<Scenario, coldcast::error::Error> {
    let open: Arc<dyn Open> = Arc::new(Memory(files));
    scenario::load("test.yaml", text, &Options::default(), &open)
}

/// Where a scenario that names no files finds none.
pub fn no_files() -> Arc<dyn Open> {
    Arc::new(Memory(Vec::new()))
}

/// Loads a scenario that names no files and must be right.
#[track_caller]
pub fn right(text: &str, options: &Options) -> Scenario {
    scenario::load("test.yaml", text, options, &no_files()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Loads and runs a scenario that must be right.
#[track_caller]
pub fn run(text: &str) -> Comparison {
    run_with(text, Vec::new())
}

/// The same beside these files.
#[track_caller]
pub fn run_with(text: &str, files: Vec<(&'static str, Vec<u8>)>) -> Comparison {
    let scenario = try_load(text, files).unwrap_or_else(|error| panic!("{error}\n{text}"));
    experiment::run(&scenario, &()).unwrap_or_else(|error| panic!("{error}"))
}

/// A figure of the only policy.
#[track_caller]
pub fn only(comparison: &Comparison) -> &PolicyResult {
    assert_eq!(comparison.policies.len(), 1);
    &comparison.policies[0]
}

/// The estimate agrees with an exact value: within three standard errors, and these are at most `precision` of it.
#[track_caller]
pub fn check_exact(what: &str, estimate: Option<Estimate>, exact: f64, precision: f64) {
    let it = estimate.unwrap_or_else(|| panic!("{what} has no value"));
    let standard_error = it.half_width() / experiment::estimate::student_t(it.replications - 1);
    assert!(standard_error <= precision * exact, "{what}: standard error {standard_error} is more than {precision} of {exact}");
    assert!((it.point - exact).abs() <= 3.0 * standard_error, "{what}: {} ± {standard_error} is not {exact}", it.point);
}
