//! `decisions.csv`: every decision of the autoscalers in one replication, with what it was made of.

use super::summary_csv::{decimal, write};
use crate::experiment::Decided;
use crate::observe::Trigger;

const COLUMNS: [&str; 15] = [
    "policy",
    "service",
    "revision",
    "time_s",
    "trigger",
    "stable",
    "panic",
    "ready",
    "starting",
    "desired",
    "applied",
    "mode",
    "path",
    "excess_burst_capacity",
    "why",
];

/// The whole table, with a header.
pub fn render(decisions: &[Decided]) -> String {
    write([COLUMNS.map(str::to_owned)].into_iter().chain(decisions.iter().map(row)))
}

fn row(decided: &Decided) -> [String; 15] {
    let it = &decided.record;
    [
        decided.policy.clone(),
        decided.service.clone(),
        decided.revision.clone(),
        decimal(Some(it.at.0 as f64 / 1e9)),
        trigger(it.trigger).to_owned(),
        decimal(it.stable),
        decimal(it.panic),
        it.ready.to_string(),
        it.starting.to_string(),
        it.desired.to_string(),
        it.applied.to_string(),
        if it.panicking { "panic" } else { "stable" }.to_owned(),
        if it.proxied { "proxy" } else { "serve" }.to_owned(),
        it.excess_burst_capacity.map_or(String::new(), |it| it.to_string()),
        it.why.clone(),
    ]
}

fn trigger(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::Tick => "tick",
        Trigger::Poke => "poke",
        Trigger::Reconcile => "reconcile",
    }
}
