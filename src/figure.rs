//! The figures of the JSON contract: one table that the summary, the intervals, the differences, expressions and the gate
//! all read.
//!
//! A new figure is one line here. It is not said here how figures are estimated (`experiment`) nor written (`report`).

use crate::billing::{Bill, LineKind, Phase, Role};
use crate::error::nearest;
use crate::observe::Outcome;
use crate::units::Money;

/// What a figure is taken from: one replication of one policy.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    /// The outcome.
    pub outcome: &'a Outcome,
    /// Its whole bill.
    pub bill: &'a Bill,
}

impl Sample<'_> {
    /// What went into instances while they did this, whatever their role.
    fn spent(&self, phase: Phase) -> Option<f64> {
        money(self.bill.amount_of(|line| line.phase() == Some(phase)))
    }

    /// What went into instances of a role.
    fn of_role(&self, role: Role) -> Option<f64> {
        money(self.bill.of_role(role))
    }
}

fn money(amount: Money) -> Option<f64> {
    Some(amount.as_f64())
}

/// What kind of quantity a figure is, for formatting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A number of things.
    Count,
    /// Seconds.
    Seconds,
    /// A share between 0 and 1.
    Share,
    /// Units of the price book's currency.
    Money,
}

/// A figure: its place in the JSON contract and how it is taken.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    /// Dotted path in the JSON object of a policy: `latency_s.p99`.
    pub key: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// What it means, for the schema and `coldcast list figures`.
    pub meaning: &'static str,
    /// Takes it; nothing where it is not defined (a latency without requests).
    pub take: fn(&Sample) -> Option<f64>,
}

const fn figure(key: &'static str, unit: Unit, meaning: &'static str, take: fn(&Sample) -> Option<f64>) -> Figure {
    Figure { key, unit, meaning, take }
}

use Unit::{Count, Money as Currency, Seconds, Share};

/// Every figure, in the order in which it is written.
pub const FIGURES: &[Figure] = &[
    figure("requests.arrived", Count, "requests that arrived after the warm-up and before the horizon", |s| count(s.outcome.tally.arrived)),
    figure("requests.completed", Count, "answered in time", |s| count(s.outcome.tally.completed)),
    figure("requests.timed_out", Count, "given up by client, gateway or revision", |s| count(s.outcome.tally.timed_out())),
    figure("requests.rejected", Count, "refused with 503", |s| count(s.outcome.tally.rejected())),
    figure("requests.failed", Count, "failed for any other reason", |s| count(s.outcome.tally.failed)),
    figure("requests.in_flight", Count, "not ended at the horizon", |s| count(s.outcome.tally.in_flight)),
    figure("latency_s.mean", Seconds, "mean latency of answered and timed-out requests", |s| s.outcome.latency.mean_secs()),
    figure("latency_s.p50", Seconds, "median latency", |s| s.outcome.latency.quantile_secs(0.5)),
    figure("latency_s.p90", Seconds, "90th percentile", |s| s.outcome.latency.quantile_secs(0.9)),
    figure("latency_s.p95", Seconds, "95th percentile", |s| s.outcome.latency.quantile_secs(0.95)),
    figure("latency_s.p99", Seconds, "99th percentile", |s| s.outcome.latency.quantile_secs(0.99)),
    figure("latency_s.p999", Seconds, "99.9th percentile", |s| s.outcome.latency.quantile_secs(0.999)),
    figure("latency_s.max", Seconds, "longest latency", |s| s.outcome.latency.max().map(|max| max.as_secs_f64())),
    figure("cold_starts", Count, "instances started on demand", |s| count(s.outcome.instances.cold_starts)),
    figure("out_of_stock", Count, "how often a start found an instance type out of stock", |s| count(s.outcome.instances.out_of_stock)),
    figure("reclaimed", Count, "spot instances that their provider wanted back", |s| count(s.outcome.instances.reclaimed)),
    figure("cold_request_rate", Share, "share of requests that waited for an instance to start", |s| share(s, s.outcome.waited.count())),
    figure("cold_latency_s.p50", Seconds, "median latency of those that waited for a start", |s| s.outcome.waited.quantile_secs(0.5)),
    figure("cold_latency_s.max", Seconds, "longest latency of those that waited for a start", |s| {
        s.outcome.waited.max().map(|max| max.as_secs_f64())
    }),
    figure("wake_ups.count", Count, "requests that found no instance, not even one on its way", |s| count(s.outcome.wake_ups)),
    figure("wake_ups.timed_out", Count, "of those, timed out", |s| count(s.outcome.wake_ups_timed_out)),
    figure("timeout_rate", Share, "share of requests that timed out", |s| share(s, s.outcome.tally.timed_out())),
    figure("error_rate", Share, "share of requests that were rejected or failed", |s| {
        share(s, s.outcome.tally.rejected() + s.outcome.tally.failed)
    }),
    figure("instances.mean", Count, "instances alive, mean over time", |s| mean(s, s.outcome.instances.alive_ns)),
    figure("instances.ready_mean", Count, "instances usable, mean over time", |s| mean(s, s.outcome.instances.ready_ns)),
    figure("instances.serving_mean", Count, "instances serving a request, mean over time", |s| mean(s, s.outcome.instances.serving_ns)),
    figure("instances.max", Count, "most instances alive at one moment (of several services: at most so many)", |s| {
        count(u64::from(s.outcome.instances_max()))
    }),
    figure("cost.total", Currency, "the whole bill", |s| money(s.bill.total())),
    figure("cost.per_30_days", Currency, "the whole bill of 30 days of the same", |s| {
        s.bill.per_30_days(s.outcome.measured).and_then(|bill| money(bill.total()))
    }),
    figure("cost.per_million_requests", Currency, "the whole bill of a million requests of the same", |s| {
        s.bill.per_million_requests(s.outcome.tally.arrived).and_then(|bill| money(bill.total()))
    }),
    figure("cost.starting", Currency, "of the bill, for instances on their way to ready", |s| s.spent(Phase::Starting)),
    figure("cost.idle", Currency, "of the bill, for ready instances without a request", |s| s.spent(Phase::Idle)),
    figure("cost.standard", Currency, "of the bill, for standard instances, whatever they did", |s| s.of_role(Role::Standard)),
    figure("cost.reserve", Currency, "of the bill, for instances that stand in for standard ones", |s| s.of_role(Role::Reserve)),
    figure("cost.resident", Currency, "of the bill, for control plane, gateway and unused nodes", |s| {
        money(s.bill.amount_of(LineKind::is_resident))
    }),
];

/// Every figure of a replication, in the order of [`FIGURES`].
pub fn values(sample: &Sample) -> Vec<Option<f64>> {
    FIGURES.iter().map(|figure| (figure.take)(sample)).collect()
}

/// The figure with this key.
pub fn find(key: &str) -> Option<(usize, &'static Figure)> {
    FIGURES.iter().enumerate().find(|(_, figure)| figure.key == key)
}

/// The short name of a key: a unit at the end of a part (`_s`) and a last part `total` are left out.
///
/// `latency_s.p99` is `latency.p99`, `cost.total` is `cost`. The one rule of aliases: there is no list of them.
pub fn short_name(key: &str) -> String {
    let parts = key.split('.').map(|part| part.strip_suffix("_s").unwrap_or(part));
    let short = parts.collect::<Vec<_>>().join(".");
    short.strip_suffix(".total").unwrap_or(&short).to_owned()
}

/// The position of the figure that a person means: by its key, its short name, or anything between the two.
pub fn named(name: &str) -> Option<usize> {
    let short = short_name(name);
    FIGURES.iter().position(|figure| figure.key == name || short_name(figure.key) == short)
}

/// What a person who wrote an unknown name may have meant: the nearest name, or those that end alike.
pub fn suggestion(name: &str) -> String {
    let names: Vec<String> = FIGURES.iter().map(|figure| short_name(figure.key)).collect();
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let alike: Vec<String> = names.iter().filter(|known| last(known) == last(name)).map(|known| format!("`{known}`")).collect();
    match (nearest(name, names.iter().map(String::as_str)), alike.as_slice()) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, []) => "`coldcast list figures` shows them all".into(),
        (None, alike) => format!("did you mean {}?", alike.join(" or ")),
    }
}

fn count(n: u64) -> Option<f64> {
    Some(n as f64)
}

/// A share of the requests that arrived; nothing if none did.
fn share(sample: &Sample, n: u64) -> Option<f64> {
    let arrived = sample.outcome.tally.arrived;
    (arrived > 0).then(|| n as f64 / arrived as f64)
}

/// A sum over instances as a mean over the measured time.
fn mean(sample: &Sample, ns: u128) -> Option<f64> {
    Some(ns as f64 / sample.outcome.measured.0 as f64)
}

/// A bill with one line, for tests that make figures by hand.
#[cfg(test)]
pub(crate) fn bill_of(amount: Money) -> Bill {
    use crate::billing::{Line, Quantity};
    let mut bill = Bill::empty("CNY");
    bill.add(Line::new(LineKind::Instance(Role::Standard, Phase::Serving), Quantity::InstanceTime(1), amount));
    bill
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, key: &str) {
        assert_eq!(named(name).map(|index| FIGURES[index].key), Some(key), "{name}");
    }

    #[test]
    fn figures_answer_to_their_key_and_their_short_name() {
        check("latency_s.p99", "latency_s.p99");
        check("latency.p99", "latency_s.p99");
        check("cold_latency.max", "cold_latency_s.max");
        check("cost", "cost.total");
        check("cost.total", "cost.total");
        check("timeout_rate", "timeout_rate");
        check("cold_starts", "cold_starts");
        assert_eq!(named("latency"), None);
        assert_eq!(named("requests"), None);
    }

    #[test]
    fn no_two_figures_share_a_name() {
        for figure in FIGURES {
            check(figure.key, figure.key);
            check(&short_name(figure.key), figure.key);
        }
    }

    #[test]
    fn unknown_names_have_a_suggestion() {
        for (name, hint) in [("latency.p98", "latency.p9"), ("p99", "`latency.p99`"), ("costs", "`cost`"), ("weather", "list figures")] {
            assert!(suggestion(name).contains(hint), "{name}: {}", suggestion(name));
        }
    }
}
