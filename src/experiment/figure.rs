//! The figures of the JSON contract: one table that the summary, the intervals, the differences and the gate all read.
//!
//! A new figure is one line here.

use crate::billing::{Bill, LineKind, Phase, Role};
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
