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

pub(super) fn trigger(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::Tick => "tick",
        Trigger::Poke => "poke",
        Trigger::Reconcile => "reconcile",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::DecisionRecord;
    use crate::units::SimTime;

    #[test]
    fn a_row_a_decision_with_what_it_was_made_of() {
        let record = DecisionRecord {
            at: SimTime(2_500_000_000),
            revision: 0,
            trigger: Trigger::Poke,
            stable: Some(1.5),
            panic: None,
            ready: 1,
            starting: 2,
            desired: 3,
            applied: 3,
            panicking: true,
            proxied: true,
            excess_burst_capacity: Some(-111),
            why: "most of this panic; max-scale".to_owned(),
        };
        let decided = Decided { policy: "p".into(), service: "s".into(), revision: "main".into(), record };
        let row = render(&[decided]).lines().nth(1).unwrap().to_owned();
        assert_eq!(row, "p,s,main,2.5,poke,1.5,,1,2,3,3,panic,proxy,-111,most of this panic; max-scale");
    }
}
