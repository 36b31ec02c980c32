//! The autoscaler against Knative's own: every comparison of the golden vectors, through the types the simulator runs.
//!
//! The vectors were produced by driving the Go code of knative/serving 98e5ef90aa70; their form is described in the
//! README beside them. Folder: `COLDCAST_KNATIVE_VECTORS`, else `../shared/vectors/knative`, else the committed sample
//! (every ninth line). Integers, linear averages, targets and excess burst capacity must be equal in every bit;
//! weighted averages to 1e-9, because Go's `pow` is not libm's.
//!
//! Nothing passes in silence: a folder without vectors, a file of a family that is not known, a file that compares nothing,
//! a line that cannot be read, an expectation that is not looked at, and a crash are failures, each with its file and line.
#![allow(clippy::disallowed_methods, reason = "a test reads its data files and may be told where they are")]

#[path = "knative_conformance/decisions.rs"]
mod decisions;
#[path = "knative_conformance/functions.rs"]
mod functions;
#[path = "knative_conformance/harness.rs"]
mod harness;
#[path = "knative_conformance/read.rs"]
mod read;
#[path = "knative_conformance/scaling.rs"]
mod scaling;
#[path = "knative_conformance/statistics.rs"]
mod statistics;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Comparisons made, or where and what the first difference is.
type Checked = Result<usize, String>;

/// One line of a family's files.
type Check = fn(&Value) -> Checked;

const FAMILIES: [(&str, Check); 7] = [
    ("window", statistics::check_window),
    ("scale", decisions::check_scale),
    ("e2e", decisions::check_e2e),
    ("zero", scaling::check_zero),
    ("pure", functions::check_pure),
    ("reqstats", statistics::check_reqstats),
    ("active", scaling::check_active),
];

#[test]
fn every_comparison_agrees_with_knative() {
    let (folder, told) = folder();
    let report = harness::replay(&folder).unwrap_or_else(|difference| panic!("{difference}"));
    // Past the capture of the test runner: the counts are always shown.
    std::io::stdout().write_all(report.to_string().as_bytes()).expect("written");
    // Who names a folder may have a part of the vectors; the ones at hand are whole.
    assert!(told || report.missing().next().is_none(), "a family is missing from {}", folder.display());
}

/// The folder, and whether somebody asked for it.
fn folder() -> (PathBuf, bool) {
    if let Some(told) = std::env::var_os("COLDCAST_KNATIVE_VECTORS") {
        return (PathBuf::from(told), true);
    }
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors/knative");
    (if shared.is_dir() { shared } else { sample() }, false)
}

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/knative")
}

#[test]
fn the_committed_sample_agrees_and_holds_every_family() {
    let report = harness::replay(&sample()).unwrap_or_else(|difference| panic!("{difference}"));
    assert_eq!(report.missing().next(), None);
}

/// A harness that accepts everything would prove nothing: every single expectation of the sample's first lines is changed
/// in turn, and each change must be noticed.
#[test]
fn a_changed_expectation_is_noticed() {
    for (family, check) in FAMILIES {
        let mut changed = 0;
        for file in harness::files(&sample()).expect("a sample").iter().filter(|file| harness::family_of(file) == Some(family)) {
            let text = std::fs::read_to_string(file).expect("readable");
            for line in text.lines().step_by(if family == "pure" { 1 } else { 7 }) {
                changed += change_each(check, line, &file.display().to_string());
            }
        }
        assert!(changed > 10, "only {changed} expectations of {family} were changed");
    }
}

/// Changes every expectation of a line in turn, at most some hundred of them; how many there were.
fn change_each(check: Check, line: &str, file: &str) -> usize {
    let whole: Value = serde_json::from_str(line).expect("JSON");
    assert!(harness::guarded(check, &whole).is_ok());
    let places: Vec<String> = harness::expectations(&whole);
    for place in places.iter().take(150) {
        let mut spoiled = whole.clone();
        harness::spoil(spoiled.pointer_mut(place).expect("a place"));
        assert!(harness::guarded(check, &spoiled).is_err(), "{file} does not notice a wrong {place} in {line}");
    }
    places.len().min(150)
}

/// A folder of these files is refused, in these words.
#[track_caller]
fn check_refused(files: &[(&str, &str)], words: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).expect("written");
    }
    match harness::replay(folder.path()) {
        Ok(report) => panic!("{files:?} passes:\n{report}"),
        Err(error) => assert!(error.contains(words), "`{error}` does not say `{words}`"),
    }
}

const LINE: &str = r#"{"fn": "sample_size", "in": 5, "out": 4}"#;
const WRONG: &str = r#"{"fn": "sample_size", "in": 5, "out": 5}"#;

#[test]
fn what_is_no_set_of_vectors_is_refused() {
    check_refused(&[], "no vectors");
    check_refused(&[("README.md", "about vectors")], "no vectors");
    check_refused(&[("pure.jsonl", LINE), ("poke.jsonl", LINE)], "poke.jsonl: no known family");
    check_refused(&[("pure.jsonl", "")], "pure.jsonl compares nothing");
    check_refused(&[("pure.jsonl", LINE), ("pure_edges.jsonl", "\n\n")], "pure_edges.jsonl compares nothing");
    check_refused(&[("pure.jsonl", &format!("{LINE}\n{}", &LINE[..20]))], "pure.jsonl:2: ");
    check_refused(&[("pure.jsonl", &LINE.replace("\"in\": 5, ", ""))], "pure.jsonl:1: it cannot be read");
    check_refused(&[("window.jsonl", r#"{"kind": "linear", "window_s": 6, "ops": [["x", 1]]}"#)], "window.jsonl:1: ");
    assert!(harness::replay(Path::new("/nowhere/at/all")).is_err());
    assert!(harness::replay(Path::new("")).is_err());
}

#[test]
fn every_file_of_a_family_is_taken() {
    for name in ["pure2.jsonl", "pure_edges2.jsonl", "pure-more.jsonl", "pure.extra.jsonl"] {
        check_refused(&[("pure.jsonl", LINE), (name, WRONG)], &format!("{name}:1: sample_size 5"));
    }
    check_refused(&[("purely.jsonl", LINE)], "no known family");
    check_refused(&[("pure.jsonl", LINE), ("pure_edges.jsonl.gz", "packed")], "pure_edges.jsonl.gz: of vectors only `.jsonl` is read");
    check_refused(&[("pure.jsonl", LINE), ("window.json", "[]")], "window.json: of vectors only");
}

/// However a line is spelled, it says the same.
#[test]
fn spelling_is_nothing_to_fail_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let lines = [LINE, &LINE.replace('5', "5.0").replace('4', "4e0"), "", "  ", &LINE.replace("{", r#"{"id": "x", "#), ""];
    std::fs::write(folder.path().join("pure_more.jsonl"), lines.join("\r\n")).expect("written");
    assert_eq!(harness::replay(folder.path()).map(|it| it.to_string().contains("3 comparisons in")), Ok(true));
}
