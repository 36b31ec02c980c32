//! How often the gate is wrong, over fixed lists of seeds: the cheaper of the trials of `examples/gate.rs`.
//! `results/gate/gate.md` has all.

#[path = "../examples/gate.rs"]
mod trials;

use trials::{PLANTS, Tally};

#[track_caller]
fn run(name: &str, many: u64) -> Tally {
    let plant = PLANTS.iter().find(|it| it.name == name).unwrap_or_else(|| panic!("no plant `{name}`"));
    trials::trials(plant, many)
}

/// A/A: nothing changed, so "no" is a false alarm. At most 5 % of 200 trials.
#[track_caller]
fn check_false_alarms(name: &str) {
    let it = run(name, 200);
    assert!(it.no <= 10, "{name}: {it:?}");
}

/// Planted: "yes" is a regression that was missed. At most 5 % of 100 trials; and so many are found.
#[track_caller]
fn check_found(name: &str, found_min: u32) {
    let it = run(name, 100);
    assert!(it.yes <= 5 && it.no >= found_min, "{name}: {it:?}");
}

#[test]
fn an_unchanged_scenario_is_let_pass() {
    check_false_alarms("nothing: busy, 5 min");
    check_false_alarms("nothing: quiet, 6 h");
    // Looking again and again does not find something sooner or later.
    check_false_alarms("nothing: busy, 5 min, until sure");
}

#[test]
fn three_per_cent_of_p99_are_found_or_not_told() {
    check_found("p99 +3 %: busy, 20 min", 90);
    check_found("p99 +3 %: busy, 5 min", 0);
}

#[test]
fn two_per_cent_of_cost_are_found_or_not_told() {
    check_found("cost +2 %: quiet, 1 d", 90);
    check_found("cost +2 %: quiet, 6 h", 0);
}
