//! What a replication costs: one bill a price book, all for the same run.

use crate::billing::resident::LoadBalancerSpec;
use crate::billing::{Bill, Book, HourUse, InstancePrice, Statement, Terms, Usage};
use crate::observe::Outcome;
use crate::observe::timeline::Bucket;
use crate::platform::Window;
use crate::scenario::{Policy, Scenario, Service};

/// By service, then by revision, then by meter: that of the scenario's book first.
pub(super) type Used = Vec<Vec<Vec<Usage>>>;

/// The bills of a replication.
#[derive(Debug, Clone)]
pub(super) struct Bills {
    /// By the scenario's book, what is resident included.
    pub(super) main: Bill,
    /// By each further book, for instances and requests alone.
    pub(super) also: Vec<Bill>,
}

/// Bills what was used.
pub(super) fn bills(scenario: &Scenario, policy: &Policy, outcome: &Outcome, used: &Used) -> Bills {
    let terms = Terms { measured: outcome.measured, free_grant: scenario.free_grant, instances_max: outcome.instances_max() };
    let mut main = bill(&scenario.book, policy, |service| &service.prices, used, 0, &terms);
    if !policy.resident.is_empty() {
        let hours = policy.resident.load_balancer().map_or(Vec::new(), |spec| hours(outcome, scenario.window, spec));
        main.merge(&policy.resident.bill(scenario.window.warmup, scenario.window.horizon, &hours));
    }
    let also = scenario.also_priced_by.iter().enumerate();
    let also = also.map(|(index, book)| bill(book, policy, |service| &service.also_prices[index], used, index + 1, &terms));
    Bills { also: also.collect(), main }
}

/// What the instances and requests of all services cost under one book, whose meter is the `meter`th.
fn bill(book: &Book, policy: &Policy, prices: impl Fn(&Service) -> &Vec<InstancePrice>, used: &Used, meter: usize, terms: &Terms) -> Bill {
    let mut statement = Statement::new(book);
    for (service, revisions) in policy.services.iter().zip(used) {
        for (price, usage) in prices(service).iter().zip(revisions) {
            statement.add(price, &usage[meter]);
        }
    }
    statement.finish(terms)
}

const HOUR_NS: u64 = 3_600_000_000_000;

/// What went through a load balancer in every hour of the wall clock, which shows a whole hour at time zero. Peaks are
/// those of the timeline's buckets: means over seconds or minutes, over hours in a run of weeks. What the warm-up cuts in half
/// is left out with it.
fn hours(outcome: &Outcome, window: Window, spec: &LoadBalancerSpec) -> Vec<HourUse> {
    let width = outcome.timeline.width.0;
    let first = (window.warmup.0 / HOUR_NS) as usize;
    let mut hours = vec![HourUse::default(); (window.horizon.0.div_ceil(HOUR_NS)) as usize];
    for (index, bucket) in outcome.timeline.buckets.iter().enumerate() {
        let start = index as u64 * width;
        if start < window.warmup.0 {
            continue;
        }
        // A bucket lies within an hour, or is several whole ones.
        let parts = (width / HOUR_NS).max(1);
        for part in 0..parts {
            if let Some(hour) = hours.get_mut((start / HOUR_NS + part) as usize) {
                add(hour, bucket, part, parts, width, spec);
            }
        }
    }
    hours.split_off(first.min(hours.len()))
}

/// Adds the `part`th of so many equal parts of a bucket to an hour.
fn add(hour: &mut HourUse, bucket: &Bucket, part: u64, parts: u64, width: u64, spec: &LoadBalancerSpec) {
    let requests = bucket.arrived / parts + u64::from(part < bucket.arrived % parts);
    let new_connections = requests.div_ceil(u64::from(spec.requests_per_connection));
    let seconds = (width / parts).div_ceil(1_000_000_000).max(1);
    hour.requests += requests;
    hour.new_connections += new_connections;
    hour.connection_ns += bucket.concurrency_ns / u128::from(parts);
    hour.rules += requests * u64::from(spec.rules_per_request);
    hour.bytes += u128::from(requests) * u128::from(spec.response.0);
    hour.requests_peak = hour.requests_peak.max(requests.div_ceil(seconds));
    hour.new_connections_peak = hour.new_connections_peak.max(new_connections.div_ceil(seconds));
    hour.connections_peak = hour.connections_peak.max(bucket.concurrency_ns.div_ceil(u128::from(width)) as u64);
}
