//! The autoscalers' decisions in a scenario, row by row.
#![allow(dead_code, reason = "each test uses its part")]

use coldcast::experiment::{self, Decided};
use coldcast::observe::{DecisionRecord, Trigger};
use coldcast::scenario::Scenario;

/// The decisions of the first replication about one policy's revision, in the order in which they were made.
pub fn about(scenario: &Scenario, policy: &str, revision: &str) -> Vec<DecisionRecord> {
    let all = experiment::decisions(scenario, 0).unwrap_or_else(|error| panic!("{error}"));
    let mine = all.into_iter().filter(|it: &Decided| it.policy == policy && it.revision == revision);
    mine.map(|it| it.record).collect()
}

/// Those of a scenario with one policy and one revision, from its text.
#[track_caller]
pub fn only(text: &str, files: Vec<(&'static str, Vec<u8>)>) -> Vec<DecisionRecord> {
    let scenario = super::try_load(text, files).unwrap_or_else(|error| panic!("{error}\n{text}"));
    experiment::decisions(&scenario, 0).unwrap_or_else(|error| panic!("{error}")).into_iter().map(|it| it.record).collect()
}

/// The row of the tick at this second.
#[track_caller]
pub fn tick_at(rows: &[DecisionRecord], second: f64) -> &DecisionRecord {
    let found = rows.iter().find(|it| it.trigger == Trigger::Tick && it.at.0 as f64 == second * 1e9);
    found.unwrap_or_else(|| panic!("no tick at {second} s"))
}
