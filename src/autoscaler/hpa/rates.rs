//! How far one sync may go (horizontal.go:convertDesiredReplicasWithRules, convertDesiredReplicasWithBehaviorRate).
//!
//! Without `behavior` the count may double at each sync, or reach 4. With it, policies allow so much within a period, from
//! the count at its start: what is there now, without what the scale events of the period did, in either direction.

use std::fmt;

use super::config::{Behavior, Bounds, Policy, PolicyAmount, Rules};
use super::spec::Select;
use crate::units::{SimTime, Span};

/// What the wanted count ran into, by Kubernetes' names for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Nothing.
    DesiredWithinRange,
    /// The rate of scaling up.
    ScaleUpLimit,
    /// The rate of scaling down.
    ScaleDownLimit,
    /// The most replicas; also where the rate allows just as many.
    TooManyReplicas,
    /// The fewest replicas; also where the rate allows just as few.
    TooFewReplicas,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Limit::DesiredWithinRange => "within range",
            Limit::ScaleUpLimit => "limited by the rate of scaling up",
            Limit::ScaleDownLimit => "limited by the rate of scaling down",
            Limit::TooManyReplicas => "limited by max-replicas",
            Limit::TooFewReplicas => "limited by min-replicas",
        })
    }
}

/// Without `behavior`: `desired`, at most doubled from `current` (or 4), and within the bounds. The lower bound goes first.
pub fn limit(current: u32, desired: u32, bounds: Bounds) -> (u32, Limit) {
    let doubled = current.saturating_mul(2).max(4);
    let limit = if bounds.max > doubled { Limit::ScaleUpLimit } else { Limit::TooManyReplicas };
    let most = bounds.max.min(doubled);
    if desired < bounds.min {
        (bounds.min, Limit::TooFewReplicas)
    } else if desired > most {
        (most, limit)
    } else {
        (desired, Limit::DesiredWithinRange)
    }
}

/// With `behavior`: `desired`, as far as the rules allow, and within the bounds.
pub fn limit_by(behavior: &Behavior, now: SimTime, current: u32, desired: u32, bounds: Bounds, events: &Events) -> (u32, Limit) {
    if desired > current {
        let rate = u32_of(highest(&behavior.up, now, current, events)).max(current);
        let limit = if bounds.max > rate { Limit::ScaleUpLimit } else { Limit::TooManyReplicas };
        let most = bounds.max.min(rate);
        if desired > most { (most, limit) } else { (desired, Limit::DesiredWithinRange) }
    } else if desired < current {
        let rate = u32_of(lowest(&behavior.down, now, current, events)).min(current);
        let limit = if bounds.min < rate { Limit::ScaleDownLimit } else { Limit::TooFewReplicas };
        let least = bounds.min.max(rate);
        if desired < least { (least, limit) } else { (desired, Limit::DesiredWithinRange) }
    } else {
        (desired, Limit::DesiredWithinRange)
    }
}

/// The count the rules allow to rise to; may be below `current` where more was added than allowed.
fn highest(rules: &Rules, now: SimTime, current: u32, events: &Events) -> i64 {
    let allowed = rules.policies.iter().map(|it| risen(it.amount, events.base(now, current, it)));
    match rules.select {
        Select::Max => allowed.max(),
        Select::Min => allowed.min(),
        Select::Disabled => None,
    }
    .unwrap_or(i64::from(current))
}

/// The count the rules allow to fall to; may be above `current`, and below zero.
fn lowest(rules: &Rules, now: SimTime, current: u32, events: &Events) -> i64 {
    let allowed = rules.policies.iter().map(|it| fallen(it.amount, events.base(now, current, it)));
    match rules.select {
        Select::Max => allowed.min(),
        Select::Min => allowed.max(),
        Select::Disabled => None,
    }
    .unwrap_or(i64::from(current))
}

/// Rounded up: one percent of three pods is a pod.
fn risen(amount: PolicyAmount, base: i64) -> i64 {
    match amount {
        PolicyAmount::Pods(pods) => base + i64::from(pods),
        PolicyAmount::Percent(percent) => (base as f64 * (1.0 + f64::from(percent) / 100.0)).ceil() as i64,
    }
}

/// Cut off towards zero.
fn fallen(amount: PolicyAmount, base: i64) -> i64 {
    match amount {
        PolicyAmount::Pods(pods) => base - i64::from(pods),
        PolicyAmount::Percent(percent) => (base as f64 * (1.0 - f64::from(percent) / 100.0)) as i64,
    }
}

fn u32_of(count: i64) -> u32 {
    u32::try_from(count.max(0)).unwrap_or(u32::MAX)
}

/// The changes of one autoscaler's count, as far as rates depend on them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Events {
    ups: Vec<(SimTime, u32)>,
    downs: Vec<(SimTime, u32)>,
}

impl Events {
    /// Remembers a change of the count.
    ///
    /// As upstream does, a change takes the place of one in its own direction that is older than the longest period of that
    /// direction, even if a longer period of the other would still count it (storeScaleEvent).
    pub fn store(&mut self, now: SimTime, before: u32, after: u32, behavior: &Behavior) {
        if after > before {
            replace_or_push(&mut self.ups, now, after - before, longest(&behavior.up));
        } else if after < before {
            replace_or_push(&mut self.downs, now, before - after, longest(&behavior.down));
        }
    }

    /// Adds a change of so many replicas up, or down.
    pub fn add(&mut self, at: SimTime, up: bool, replicas: u32) {
        if up { &mut self.ups } else { &mut self.downs }.push((at, replicas));
    }

    /// The count at the start of the policy's period.
    fn base(&self, now: SimTime, current: u32, policy: &Policy) -> i64 {
        i64::from(current) - changed(&self.ups, now, policy.period) + changed(&self.downs, now, policy.period)
    }
}

fn longest(rules: &Rules) -> Span {
    rules.policies.iter().map(|it| it.period).max().unwrap_or(Span::ZERO)
}

fn replace_or_push(events: &mut Vec<(SimTime, u32)>, now: SimTime, replicas: u32, period: Span) {
    match events.iter().rposition(|&(at, _)| now.saturating_since(at) > period) {
        Some(outdated) => events[outdated] = (now, replicas),
        None => events.push((now, replicas)),
    }
}

/// What the events younger than `period` changed.
fn changed(events: &[(SimTime, u32)], now: SimTime, period: Span) -> i64 {
    events.iter().filter(|(at, _)| now.saturating_since(*at) < period).map(|&(_, it)| i64::from(it)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::autoscaler::hpa::HpaSpec;

    fn behavior(json: &str) -> Behavior {
        let text = format!(r#"{{"max-replicas": 1000, "behavior": {json}}}"#);
        serde_json::from_str::<HpaSpec>(&text).expect("readable").resolve().behavior.expect("given")
    }

    const BOUNDS: Bounds = Bounds { min: 1, max: 1000 };

    #[track_caller]
    fn check(json: &str, current: u32, desired: u32, expected: (u32, Limit)) {
        assert_eq!(limit_by(&behavior(json), SimTime::ZERO, current, desired, BOUNDS, &Events::default()), expected, "{json}");
    }

    #[test]
    fn the_smallest_change_may_be_selected_or_none_at_all() {
        let policies = r#""policies": [{"pods": 2, "period": "1m"}, {"percent": 50, "period": "1m"}]"#;
        check(&format!(r#"{{"scale-up": {{{policies}, "select-policy": "min"}}}}"#), 10, 99, (12, Limit::ScaleUpLimit));
        check(&format!(r#"{{"scale-up": {{{policies}, "select-policy": "max"}}}}"#), 10, 99, (15, Limit::ScaleUpLimit));
        check(&format!(r#"{{"scale-down": {{{policies}, "select-policy": "min"}}}}"#), 10, 1, (8, Limit::ScaleDownLimit));
        check(&format!(r#"{{"scale-down": {{{policies}, "select-policy": "max"}}}}"#), 10, 1, (5, Limit::ScaleDownLimit));
        check(r#"{"scale-up": {"select-policy": "disabled"}}"#, 10, 99, (10, Limit::ScaleUpLimit));
        check(r#"{"scale-down": {"select-policy": "disabled"}}"#, 10, 1, (10, Limit::ScaleDownLimit));
    }

    #[test]
    fn a_change_takes_the_place_of_an_outdated_one() {
        let (rules, mut events) = (behavior("{}"), Events::default());
        for second in [0, 5, 16, 31, 46] {
            events.store(SimTime::from_secs(second), 1, 2, &rules);
        }
        let seconds: Vec<_> = events.ups.iter().map(|(at, _)| at.whole_secs()).collect();
        assert_eq!(seconds, [46, 31], "16 took the place of 0, 31 that of 5, 46 that of 16");
    }

    #[test]
    fn without_behavior_the_lower_bound_goes_first() {
        assert_eq!(limit(1, 0, Bounds { min: 3, max: 2 }), (3, Limit::TooFewReplicas));
        assert_eq!(limit(3, 9, Bounds { min: 1, max: 6 }), (6, Limit::TooManyReplicas));
        assert_eq!(limit(3, 9, Bounds { min: 1, max: 7 }), (6, Limit::ScaleUpLimit));
    }
}
