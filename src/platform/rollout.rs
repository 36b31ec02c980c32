//! How a service's traffic is split over its revisions, and how that changes over time: what the user writes.
//!
//! ```yaml
//! rollout:
//!   - { at: 1h, to: v2, step: 10%, every: 10m }   # ten steps of 10 %
//!   - { at: 2h, percent: { v1: 50, v2: 50 } }     # exactly so
//!   - { at: 3h, to: v1 }                          # back, all at once
//! ```
//!
//! Not here: what a request does with it (`route`).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::route::RouteStep;
use crate::error::{Problem, did_you_mean};
use crate::units::{Percent, SimTime, Span};

/// A change of the split at a time: either exact percentages, or a shift to one revision.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RolloutSpec {
    /// When, from the start of the run. It waits until every revision that gains traffic has once had the pods it
    /// starts with (initial or fewest): Knative's Route points at ready revisions only.
    pub at: Span,
    /// The share of every revision from then on; one that is not named gets nothing.
    #[serde(default)]
    pub percent: Option<BTreeMap<String, Percent>>,
    /// The revision that gets all traffic in the end; the others keep their proportions on the way.
    #[serde(default)]
    pub to: Option<String>,
    /// How much it gains at a time; without `step` and `over` all at once.
    #[serde(default)]
    pub step: Option<Percent>,
    /// The time between two steps.
    #[serde(default)]
    pub every: Option<Span>,
    /// In place of `step` and `every`: Knative's `rollout-duration`. 1 % at once and the rest in equal steps of 1 % over this
    /// time (knative/serving pkg/reconciler/route/traffic/rollout.go). Knative takes larger steps where a revision took
    /// longer to become ready than a step lasts; that is not modelled.
    #[serde(default)]
    pub over: Option<Span>,
}

/// A gradual shift: so much at first, then so much at a time.
struct Shift {
    first: f64,
    step: f64,
    every: Span,
}

impl RolloutSpec {
    /// What is wrong with it where these are the revisions.
    pub fn check(&self, revisions: &[&str]) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut refuse = |path: &str, message: &str, hint: &str| problems.push(Problem::new("rollout", path, message).hint(hint));
        match (&self.percent, &self.to) {
            (None, None) => refuse("", "a change of the split needs `percent` or `to`", "write `to: v2` or `percent: { v1: 50, v2: 50 }`"),
            (Some(_), Some(_)) => refuse("", "both `percent` and `to`: which?", "one entry is one change"),
            _ => {}
        }
        if self.step.is_some() != self.every.is_some() {
            refuse("", "`step` and `every` go together", "write `step: 10%, every: 10m`");
        }
        if self.over.is_some() && self.step.is_some() {
            refuse("over", "both `over` and `step`: which?", "`over` is Knative's rollout-duration, `step` and `every` are your own");
        }
        if self.to.is_none() && (self.over.is_some() || self.step.is_some()) {
            refuse("", "only a shift `to` a revision has steps", "name the revision: `to: v2`");
        }
        if self.step.is_some_and(|step| step.0 == 0.0) || [self.every, self.over].contains(&Some(Span::ZERO)) {
            refuse("", "a shift in steps of nothing never ends", "leave steps and times out to shift all at once");
        }
        problems.extend(self.check_names(revisions));
        problems.extend(self.percent.iter().filter_map(check_sum));
        problems
    }

    fn check_names(&self, revisions: &[&str]) -> Vec<Problem> {
        let named = self.percent.iter().flat_map(|it| it.keys()).map(|name| (format!("percent.{name}"), name));
        let named = named.chain(self.to.iter().map(|name| ("to".to_owned(), name)));
        let unknown = named.filter(|(_, name)| !revisions.contains(&name.as_str()));
        let problem = |(path, name): (String, &String)| {
            Problem::new("unknown-name", path, format!("there is no revision `{name}`")).hint(did_you_mean(name, revisions.iter().copied()))
        };
        unknown.map(problem).collect()
    }

    fn shift(&self) -> Shift {
        match (self.step, self.every, self.over) {
            (Some(step), Some(every), _) => Shift { first: step.0 / 100.0, step: step.0 / 100.0, every },
            (_, _, Some(over)) => Shift { first: 0.01, step: 0.01, every: Span(over.0.div_ceil(99)) },
            _ => Shift { first: 1.0, step: 1.0, every: Span::MAX },
        }
    }

    /// Its steps, from these shares on.
    fn steps(&self, names: &[&str], shares: &[f64]) -> Vec<RouteStep> {
        let at = SimTime(self.at.0);
        if let Some(percent) = &self.percent {
            let shares = names.iter().map(|name| percent.get(*name).map_or(0.0, |it| it.0 / 100.0)).collect();
            return vec![RouteStep { at, shares }];
        }
        let target = names.iter().position(|name| Some(*name) == self.to.as_deref()).expect("checked");
        let Shift { first, step, every } = self.shift();
        let mut steps = Vec::new();
        let (mut at, mut share) = (at, shares[target] + first);
        loop {
            steps.push(RouteStep { at, shares: toward(shares, target, share) });
            if share >= 1.0 - 1e-9 {
                return steps;
            }
            (at, share) = (at.saturating_add(every), share + step);
        }
    }
}

/// A distance that is only rounding.
const ROUNDING: f64 = 1e-6;

/// Percentages that do not sum to a hundred lose requests or make them up.
fn check_sum(percent: &BTreeMap<String, Percent>) -> Option<Problem> {
    let sum: f64 = percent.values().map(|it| it.0).sum();
    let message = format!("the percentages sum to {}, not to 100", (sum * 1e6).round() / 1e6);
    ((sum - 100.0).abs() > ROUNDING).then(|| Problem::new("percent", "percent", message))
}

/// The shares when one has reached `share`: the others keep their proportions.
fn toward(shares: &[f64], target: usize, share: f64) -> Vec<f64> {
    let share = share.min(1.0);
    let others = 1.0 - shares[target];
    let scale = if others > 0.0 { (1.0 - share) / others } else { 0.0 };
    shares.iter().enumerate().map(|(index, own)| if index == target { share } else { own * scale }).collect()
}

/// All steps of a rollout that begins with these shares, in order of time. A change that begins before the one before it is
/// done takes its place. The entries have been checked and are in order.
pub fn route_steps(rollout: &[RolloutSpec], names: &[&str], shares: Vec<f64>) -> Vec<RouteStep> {
    let mut steps = vec![RouteStep { at: SimTime::ZERO, shares }];
    for change in rollout {
        steps.retain(|step| step.at < SimTime(change.at.0) || step.at == SimTime::ZERO);
        let last = steps.last().expect("the first step stays").shares.clone();
        steps.extend(change.steps(names, &last));
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(json: &str) -> Vec<RolloutSpec> {
        serde_json::from_str(json).expect("readable")
    }

    /// The second of each step, and the percentages then.
    #[track_caller]
    fn check(json: &str, expected: &[(u64, [f64; 2])]) {
        let steps = route_steps(&spec(json), &["v1", "v2"], vec![1.0, 0.0]);
        let found: Vec<(u64, [f64; 2])> =
            steps.iter().map(|it| (it.at.whole_secs(), [it.shares[0], it.shares[1]].map(|share| (share * 1e8).round() / 1e6))).collect();
        assert_eq!(found, expected, "{json}");
    }

    #[test]
    fn a_rollout_is_steps() {
        check("[]", &[(0, [100.0, 0.0])]);
        check(r#"[{"at": "5s", "to": "v2"}]"#, &[(0, [100.0, 0.0]), (5, [0.0, 100.0])]);
        let halves = [(0, [100.0, 0.0]), (5, [60.0, 40.0]), (15, [20.0, 80.0]), (25, [0.0, 100.0])];
        check(r#"[{"at": "5s", "to": "v2", "step": "40%", "every": "10s"}]"#, &halves);
        let back = [(0, [100.0, 0.0]), (5, [60.0, 40.0]), (15, [100.0, 0.0])];
        check(r#"[{"at": "5s", "to": "v2", "step": "40%", "every": "10s"}, {"at": "15s", "to": "v1"}]"#, &back);
        check(r#"[{"at": "5s", "percent": {"v1": 25, "v2": 75}}]"#, &[(0, [100.0, 0.0]), (5, [25.0, 75.0])]);
    }

    #[test]
    fn knatives_rollout_duration_is_a_hundred_steps() {
        let steps = route_steps(&spec(r#"[{"at": "1s", "to": "v2", "over": "99s"}]"#), &["v1", "v2"], vec![1.0, 0.0]);
        assert_eq!(steps.len(), 101);
        assert_eq!(steps[100].at, SimTime::from_secs(100));
        assert!((steps[50].shares[1] - 0.5).abs() < 1e-9);
    }

    #[track_caller]
    fn refused(json: &str, expected: &[&str]) {
        let problems: Vec<Problem> = spec(json).iter().flat_map(|it| it.check(&["v1", "v2"])).collect();
        assert_eq!(problems.iter().map(|it| it.path.as_str()).collect::<Vec<_>>(), expected, "{problems:?}");
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        refused(r#"[{"at": "1s"}]"#, &[""]);
        refused(r#"[{"at": "1s", "to": "v3"}]"#, &["to"]);
        refused(r#"[{"at": "1s", "to": "v2", "step": "10%"}]"#, &[""]);
        refused(r#"[{"at": "1s", "to": "v2", "step": "0%", "every": "1s"}]"#, &[""]);
        refused(r#"[{"at": "1s", "to": "v2", "step": "1%", "every": "1s", "over": "1m"}]"#, &["over"]);
        refused(r#"[{"at": "1s", "percent": {"v1": 50, "v2": 51}}]"#, &["percent"]);
        refused(r#"[{"at": "1s", "percent": {"v4": 100}, "to": "v2"}]"#, &["", "percent.v4"]);
    }
}
