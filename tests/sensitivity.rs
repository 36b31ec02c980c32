//! Ranges in a scenario: the main table is for their middle, and beside it stands how far the answer reaches.
#![allow(clippy::disallowed_methods, reason = "a test of the program runs the program")]

mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use coldcast::experiment::sensitivity::{Sensitivity, Together};
use coldcast::experiment::{self, FIGURES};
use coldcast::scenario::{Draft, Options};
use serde_json::Value;

const TEXT: &str = "\
name: ranged
run: { horizon: 1h, replications: 3 }
prices: aliyun-cn-hangzhou
services:
  s:
    traffic: [ { poisson: { rate: 30/h } } ]
    request: { cpu: 50ms, timeout: 60s }
    instance: { vcpu: 2, memory: 4GiB, price: 0.30..0.36 }
    container-concurrency: 10
    cold-start: { profile: eci, runtime: go, image: 300MB..500MB }
policies:
  zero: {}
  one: { services.s.autoscaler.kpa.min-scale: 1 }
  some: { services.s.autoscaler.kpa.min-scale: 1..2 }
";

fn study(text: &str) -> Option<Sensitivity> {
    let draft = Draft::read("ranged.yaml", text).unwrap_or_else(|error| panic!("{error}"));
    experiment::sensitivity(&draft, &Options::default(), &common::no_files(), &()).unwrap_or_else(|error| panic!("{error}"))
}

/// The figures of every policy as `run` has them for this text.
fn figures(text: &str) -> Vec<Vec<Option<f64>>> {
    common::run(text).policies.iter().map(|policy| policy.figures.iter().map(|it| it.map(|it| it.point)).collect()).collect()
}

#[test]
fn each_end_is_what_a_run_with_that_value_gives() {
    let it = study(TEXT).unwrap();
    assert_eq!(it.inputs.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["price", "image", "min-scale"]);
    assert_eq!(it.inputs[2].values, ["1", "2", "2"], "half an instance cannot be kept");
    assert_eq!((it.together, it.points), (Together::Corners(8), 1 + 6 + 8));
    let cost = FIGURES.iter().position(|figure| figure.key == "cost.total").unwrap();
    let middle = TEXT.replace("0.30..0.36", "0.33").replace("300MB..500MB", "400MB").replace("1..2", "2");
    let cheap = middle.replace("price: 0.33", "price: 0.30");
    let large = middle.replace("400MB", "500MB");
    for policy in 0..3 {
        let range = it.policies[policy].measures[0].as_ref().unwrap();
        assert_eq!(Some(range.middle), figures(&middle)[policy][cost]);
        assert_eq!(Some(range.swings[0].at_low), figures(&cheap)[policy][cost]);
        assert_eq!(Some(range.swings[1].at_high), figures(&large)[policy][cost]);
    }
}

/// One instance is kept for an hour: it costs what an hour costs, whatever the image.
#[test]
fn the_whole_range_is_that_of_the_corners() {
    let it = study(TEXT).unwrap();
    let one = it.policies[1].measures[0].as_ref().unwrap();
    assert!((one.low - 0.30).abs() < 1e-6 && (one.high - 0.36).abs() < 1e-6, "{} to {}", one.low, one.high);
    assert!(one.swings[0].is_significant() && one.swings[1].width() == 0.0 && one.swings[2].width() == 0.0);
    let some = it.policies[2].measures[0].as_ref().unwrap();
    assert!((some.low - 0.30).abs() < 1e-6 && (some.high - 0.72).abs() < 1e-6, "{} to {}", some.low, some.high);
    let zero = it.policies[0].measures[2].as_ref().unwrap();
    assert!(zero.swings[1].at_high > zero.swings[1].at_low, "a larger image takes longer than more clients wait");
    assert_eq!(it.policies.iter().map(|policy| policy.cheapest_in).sum::<usize>(), it.points);
}

#[test]
fn without_a_range_there_is_nothing_to_study() {
    assert_eq!(study(&TEXT.replace("0.30..0.36", "0.33").replace("300MB..500MB", "400MB").replace("1..2", "2")), None);
}

#[test]
fn many_ranges_are_tried_along_a_hypercube() {
    let text = TEXT
        .replace("cpu: 50ms, timeout: 60s", "cpu: 40ms..60ms, io: 10ms..20ms, timeout: 60s")
        .replace("run: { horizon: 1h", "run: { horizon: 5m");
    let it = study(&text).unwrap();
    assert_eq!((it.inputs.len(), it.together, it.points), (5, Together::Hypercube(32), 1 + 10 + 32));
}

fn coldcast(folder: &Path, text: &str, arguments: &[&str]) -> Output {
    fs::write(folder.join("ranged.yaml"), text).unwrap();
    Command::new(env!("CARGO_BIN_EXE_coldcast")).args(arguments).current_dir(folder).output().unwrap()
}

#[test]
fn run_shows_the_middle_and_how_far_the_answer_reaches() {
    let folder = tempfile::tempdir().unwrap();
    let output = coldcast(folder.path(), TEXT, &["run", "ranged.yaml"]);
    // Lines are folded, wherever that falls.
    let said = String::from_utf8_lossy(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    for word in [
        "Within 3 ranges",
        "8 corners",
        "0.300 … 0.360",
        "· price 0.30 … 0.36",
        "cost hangs most on",
        "zero is the cheapest at all 15 points",
    ] {
        assert!(said.contains(word), "no `{word}` in\n{said}");
    }
    let summary: Value = serde_json::from_slice(&fs::read(folder.path().join("results/ranged/summary.json")).unwrap()).unwrap();
    assert_eq!(summary["sensitivity"]["inputs"][0]["middle"], "0.33");
    assert_eq!(summary["sensitivity"]["policies"][1]["figures"]["cost.total"]["inputs"][1]["significant"], false);
    for file in ["sensitivity.csv", "sensitivity.svg", "sensitivity.png"] {
        assert!(folder.path().join("results/ranged").join(file).exists(), "{file}");
    }
}

/// Commands that show one value of each range say so.
#[test]
fn other_commands_say_that_they_show_the_middle() {
    let folder = tempfile::tempdir().unwrap();
    let commands: [&[&str]; 3] =
        [&["sweep", "ranged.yaml"], &["optimize", "ranged.yaml"], &["check", "ranged.yaml", "--save-baseline", "b.json"]];
    for arguments in commands {
        let (command, output) = (arguments[0], coldcast(folder.path(), TEXT, arguments));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            said.contains("the middle of every range") && said.contains("`services.s.cold-start.image` is 400MB of 300MB..500MB"),
            "{command}: {said}"
        );
    }
}

#[track_caller]
fn check_refused(from: &str, to: &str, words: &[&str]) {
    assert!(TEXT.contains(from));
    let folder = tempfile::tempdir().unwrap();
    let output = coldcast(folder.path(), &TEXT.replace(from, to), &["run", "ranged.yaml"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(!folder.path().join("results").exists());
    for word in words {
        assert!(said.contains(word), "no `{word}` in\n{said}");
    }
}

#[test]
fn ranges_that_are_none_are_refused_with_their_place() {
    check_refused("300MB..500MB", "500MB..300MB", &["ranged.yaml:10:53", "the ends are reversed", "write `300MB..500MB`"]);
    check_refused("300MB..500MB", "300MB..5s", &["ranged.yaml:10:53", "`300MB` is a size, but `5s` is a duration"]);
    check_refused("300MB..500MB", "300MB..500", &["`500` is a number"]);
    check_refused("horizon: 1h", "horizon: 1h..2h", &["ranged.yaml:2:", "holds for every run alike"]);
    check_refused("runtime: go, image: 300MB..500MB", "runtime: gopher, image: 500MB..300MB", &["reversed", "no runtime `gopher`"]);
    check_refused("price: 0.30..0.36", "price: 0.0..0.36", &["above 0"]);
    check_refused("300MB..500MB", "3s..5s", &["ranged.yaml:10:53", "unknown unit `s`"]);
}
