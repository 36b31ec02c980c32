//! What a load balancer costs: for every wall-clock hour begun, and for its use in that hour.
//!
//! Rules: the fact sheet `prices-credits-reserve`, 4.1 and 4.2 (按量计费.md 2021-02; document_detail/27692 and 197203;
//! AWS golden 2024-07). A partial hour counts as a whole one; hours are those of the wall clock.

use std::collections::BTreeMap;

use super::bill::{Line, LineKind, Quantity};
use super::entry::Entry;
use super::rate::mul_div;
use crate::units::{Bytes, Money, SimTime};

/// The prices of a kind of load balancer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadBalancer {
    /// For every hour begun, all of them.
    pub hourly: BTreeMap<String, Entry>,
    /// For every hour begun, one of them.
    pub editions: BTreeMap<String, Entry>,
    /// For data that goes out.
    pub traffic: Option<Entry>,
    /// For bandwidth that is kept, in place of traffic.
    pub bandwidth: Option<Entry>,
    /// Sizes, the smallest first; an hour is billed as the first that covers its peaks.
    pub specs: Vec<Spec>,
    /// Capacity units.
    pub lcu: Option<Lcu>,
}

/// A size of load balancer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    /// `slb.s1.small`.
    pub name: String,
    /// Most connections at once.
    pub connections: u64,
    /// Most new connections in a second.
    pub new_connections: u64,
    /// Most requests in a second.
    pub requests: u64,
    /// For an hour.
    pub price: Entry,
}

/// What one capacity unit holds; an hour is billed by the dimension it uses most of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lcu {
    /// New connections a second.
    pub new_connections: Option<u64>,
    /// Connections at once.
    pub connections: Option<u64>,
    /// Data an hour.
    pub data: Option<Bytes>,
    /// Rule evaluations a second.
    pub rules: Option<u64>,
    /// For an LCU-hour; nothing if the sources have no price.
    pub price: Option<Entry>,
}

/// What went through a load balancer within one hour of the wall clock, or within a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HourUse {
    /// Requests.
    pub requests: u64,
    /// New connections.
    pub new_connections: u64,
    /// Connections at once, summed over time, in connections × nanoseconds.
    pub connection_ns: u128,
    /// Rule evaluations.
    pub rules: u64,
    /// Data that went out, in bytes.
    pub bytes: u128,
    /// Most requests in a second.
    pub requests_peak: u64,
    /// Most new connections in a second.
    pub new_connections_peak: u64,
    /// Most connections at once.
    pub connections_peak: u64,
}

const HOUR_NS: u64 = 3_600_000_000_000;
const MICRO: u128 = 1_000_000;

/// How many hours of the wall clock are begun in `[from, until)`, if the clock shows a whole hour at zero.
pub fn hours_begun(from: SimTime, until: SimTime) -> u64 {
    if until <= from { 0 } else { until.0.div_ceil(HOUR_NS) - from.0 / HOUR_NS }
}

impl Entry {
    /// A line for `hours` whole hours of this.
    pub(super) fn hours(&self, item: &str, hours: u64) -> Line {
        let ns = u128::from(hours) * u128::from(HOUR_NS);
        Line { line: LineKind::Gateway, item: Some(item.to_owned()), quantity: Quantity::Hours(ns), amount: self.price.of(ns) }
    }
}

impl LoadBalancer {
    /// What `hours` hours of having it cost, whatever goes through it.
    pub fn standing(&self, edition: Option<&str>, hours: u64) -> Vec<Line> {
        let edition = edition.and_then(|name| self.editions.get_key_value(name));
        self.hourly.iter().chain(edition).map(|(name, entry)| entry.hours(name, hours)).collect()
    }

    /// The size that covers the peaks of an hour; the largest if none does.
    pub fn spec(&self, hour: &HourUse) -> Option<&Spec> {
        let covers = |spec: &&Spec| {
            hour.connections_peak <= spec.connections
                && hour.new_connections_peak <= spec.new_connections
                && hour.requests_peak <= spec.requests
        };
        self.specs.iter().find(covers).or(self.specs.last())
    }

    /// What the use of these hours costs: the fitting size of each hour, data, and capacity units, as far as it has prices.
    pub fn used(&self, hours: &[HourUse]) -> Vec<Line> {
        let mut lines: Vec<Line> = hours.iter().filter_map(|hour| self.spec(hour)).map(|spec| spec.price.hours(&spec.name, 1)).collect();
        if let Some(traffic) = &self.traffic {
            let bytes = hours.iter().map(|hour| hour.bytes).sum();
            let (quantity, amount) = (Quantity::Data(bytes), traffic.price.of(bytes));
            lines.push(Line { line: LineKind::Gateway, item: Some("traffic".to_owned()), quantity, amount });
        }
        if let Some((lcu, price)) = self.lcu.as_ref().and_then(|lcu| lcu.price.as_ref().map(|price| (lcu, price))) {
            let used = hours.iter().map(|hour| lcu.used(hour)).sum();
            let (quantity, amount) = (Quantity::LcuTime(used), price.price.of(used));
            lines.push(Line { line: LineKind::Gateway, item: Some("LCU".to_owned()), quantity, amount });
        }
        lines
    }

    /// What keeping a bandwidth for `hours` hours costs; nothing if it has no such price.
    pub fn kept_bandwidth(&self, bits_per_second: u64, hours: u64) -> Option<Line> {
        let entry = self.bandwidth.as_ref()?;
        let per_hour = entry.tiered(u128::from(bits_per_second) * u128::from(HOUR_NS));
        let quantity = Quantity::Hours(u128::from(hours) * u128::from(HOUR_NS));
        let amount = Money(per_hour.0 * i128::from(hours));
        Some(Line { line: LineKind::Gateway, item: Some("bandwidth".to_owned()), quantity, amount })
    }
}

impl Lcu {
    /// What an hour uses, in millionths of an LCU × nanoseconds: the largest of the dimensions.
    pub fn used(&self, hour: &HourUse) -> u128 {
        const SECOND_NS: u128 = 1_000_000_000;
        let a_second = |n: u64, of: Option<u64>| of.map_or(0, |of| mul_div(u128::from(n), SECOND_NS * MICRO, u128::from(of)));
        let open = self.connections.map_or(0, |of| mul_div(hour.connection_ns, MICRO, u128::from(of)));
        let data = self.data.map_or(0, |of| mul_div(hour.bytes, u128::from(HOUR_NS) * MICRO, u128::from(of.0)));
        let new = a_second(hour.new_connections, self.new_connections);
        new.max(open).max(data).max(a_second(hour.rules, self.rules))
    }
}
