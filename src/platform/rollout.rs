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
    /// In place of `step` and `every`: Knative's `rollout-duration`. 1 % once the revision is ready, and from then on the rest
    /// in equal steps, of 1 % or, within less than 100 s, a step a second (knative/serving
    /// pkg/reconciler/route/traffic/rollout.go: computeProperties, where the gateway is told within a second).
    #[serde(default)]
    pub over: Option<Span>,
}

/// A gradual shift: so much at first, then so much at a time.
struct Shift {
    first: f64,
    step: f64,
    every: Span,
    /// Whether its steps count from when its first came into force.
    follows: bool,
}

impl Shift {
    /// That of Knative's `rollout-duration`. Moving the first 1 % takes the gateway a second of it, the least that Knative
    /// reckons with, and no step is shorter. Rounded steps may take a little longer than asked for.
    fn over(duration: Span) -> Shift {
        const SECOND: u64 = 1_000_000_000;
        const REST: f64 = 99.0;
        let left = duration.0.saturating_sub(SECOND).max(SECOND) as f64;
        let steps = REST.min(left / SECOND as f64);
        Shift { first: 0.01, step: (REST / steps).round() / 100.0, every: Span((left / steps) as u64), follows: true }
    }
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
            (Some(step), Some(every), _) => Shift { first: step.0 / 100.0, step: step.0 / 100.0, every, follows: false },
            (_, _, Some(over)) => Shift::over(over),
            _ => Shift { first: 1.0, step: 1.0, every: Span::MAX, follows: false },
        }
    }

    /// Its steps, from these shares on.
    fn steps(&self, names: &[&str], shares: &[f64]) -> Vec<RouteStep> {
        let at = SimTime(self.at.0);
        if let Some(percent) = &self.percent {
            let shares = names.iter().map(|name| percent.get(*name).map_or(0.0, |it| it.0 / 100.0)).collect();
            return vec![RouteStep { at, shares, follows: false }];
        }
        let target = names.iter().position(|name| Some(*name) == self.to.as_deref()).expect("checked");
        let Shift { first, step, every, follows } = self.shift();
        let mut steps = Vec::new();
        let (mut at, mut share) = (at, shares[target] + first);
        loop {
            steps.push(RouteStep { at, shares: toward(shares, target, share), follows: follows && !steps.is_empty() });
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
    let mut steps = vec![RouteStep { at: SimTime::ZERO, shares, follows: false }];
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

    /// Steps, their length in seconds and size in percent, of a `rollout-duration`: worked out by Knative's formula.
    #[test]
    fn knatives_rollout_duration_by_hand() {
        for (over, count, every, size) in
            [("100m", 100, 60.595_959, 1.0), ("1m40s", 100, 1.0, 1.0), ("30s", 34, 1.0, 3.0), ("5s", 5, 1.0, 25.0), ("1s", 2, 1.0, 99.0)]
        {
            let steps = route_steps(&spec(&format!(r#"[{{"at": "1s", "to": "v2", "over": "{over}"}}]"#)), &["v1", "v2"], vec![1.0, 0.0]);
            assert_eq!(steps.len() - 1, count, "{over}");
            assert!(((steps[2].at - steps[1].at).as_secs_f64() - every).abs() < 1e-6, "{over}: {}", steps[2].at - steps[1].at);
            assert!(((steps[2].shares[1] - steps[1].shares[1]) * 100.0 - size).abs() < 1e-9, "{over}");
            assert!(!steps[1].follows && steps[2..].iter().all(|it| it.follows), "{over}");
        }
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
