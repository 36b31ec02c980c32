//! The outcome of one replication of one policy: plain data, a function of (version, scenario, seed, replication) only.

use std::collections::BTreeMap;

use super::{Absences, BlameTable, CreditSeries, Histogram, RevisionOutcome, Timeline};
use crate::units::Span;

/// Where each request ended. Every request that arrived is in exactly one of the other fields.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Requests that arrived, after the warm-up and before the horizon.
    pub arrived: u64,
    /// Answered in time.
    pub completed: u64,
    /// The client gave up first.
    pub timed_out_client: u64,
    /// The gateway gave up first.
    pub timed_out_gateway: u64,
    /// The revision's own timeout (activator or queue-proxy) came first.
    pub timed_out_revision: u64,
    /// Refused with 503 by a full queue of the activator.
    pub rejected_activator: u64,
    /// Refused with 503 by a full queue-proxy.
    pub rejected_queue_proxy: u64,
    /// Refused because no instance may be started any more.
    pub rejected_limit: u64,
    /// Failed for any other reason.
    pub failed: u64,
    /// Not ended at the horizon.
    pub in_flight: u64,
}

impl Tally {
    /// Timed out anywhere.
    pub fn timed_out(&self) -> u64 {
        self.timed_out_client + self.timed_out_gateway + self.timed_out_revision
    }

    /// Rejected anywhere.
    pub fn rejected(&self) -> u64 {
        self.rejected_activator + self.rejected_queue_proxy + self.rejected_limit
    }

    /// No request is lost and none is counted twice: a law, asserted in release builds.
    pub fn assert_conserved(&self) {
        let accounted = self.completed + self.timed_out() + self.rejected() + self.failed + self.in_flight;
        assert_eq!(self.arrived, accounted, "requests are not conserved: {self:?}");
    }

    pub(super) fn merge(&mut self, other: &Tally) {
        self.arrived += other.arrived;
        self.completed += other.completed;
        self.timed_out_client += other.timed_out_client;
        self.timed_out_gateway += other.timed_out_gateway;
        self.timed_out_revision += other.timed_out_revision;
        self.rejected_activator += other.rejected_activator;
        self.rejected_queue_proxy += other.rejected_queue_proxy;
        self.rejected_limit += other.rejected_limit;
        self.failed += other.failed;
        self.in_flight += other.in_flight;
    }
}

/// Instances over the measured time, in nanoseconds summed over instances.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Instances {
    /// Started on demand (those that stood at time zero are not counted).
    pub cold_starts: u64,
    /// How often a start found an instance type out of stock.
    pub out_of_stock: u64,
    /// Spot instances that their provider wanted back.
    pub reclaimed: u64,
    /// Alive: asked for and not gone.
    pub alive_ns: u128,
    /// Usable and not gone.
    pub ready_ns: u128,
    /// Serving at least one request.
    pub serving_ns: u128,
}

/// The most instances alive at one moment, within the measured time, by bucket of the timeline.
pub type Peaks = Vec<u32>;

/// One replication of one policy, summed over its services.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The time the figures cover: the horizon less the warm-up.
    pub measured: Span,
    /// Where requests ended.
    pub tally: Tally,
    /// How long answered and timed-out requests took: a client that gave up waited until then.
    pub latency: Histogram,
    /// Where that time went.
    pub blame: BlameTable,
    /// The latency of those that waited for an instance to start.
    pub waited: Histogram,
    /// Requests that found no instance, not even one on its way: each wakes a service.
    pub wake_ups: u64,
    /// Of those, timed out.
    pub wake_ups_timed_out: u64,
    /// Instances over the measured time.
    pub instances: Instances,
    /// The most instances alive in each bucket of the timeline, within the measured time.
    pub peaks: Peaks,
    /// What happened when, from time zero.
    pub timeline: Timeline,
    /// CPU credits over time, where instances have any.
    pub credits: CreditSeries,
    /// When reserves stood in.
    pub absences: Absences,
    /// Each revision by service and place in it, where a service has several.
    pub revisions: BTreeMap<(String, u32), RevisionOutcome>,
}

impl Outcome {
    /// Adds the outcome of another service of the same run.
    pub fn merge(&mut self, other: &Outcome) {
        self.measured = self.measured.max(other.measured);
        self.tally.merge(&other.tally);
        self.latency.merge(&other.latency);
        self.blame.merge(&other.blame);
        self.waited.merge(&other.waited);
        self.wake_ups += other.wake_ups;
        self.wake_ups_timed_out += other.wake_ups_timed_out;
        self.instances.cold_starts += other.instances.cold_starts;
        self.instances.out_of_stock += other.instances.out_of_stock;
        self.instances.reclaimed += other.instances.reclaimed;
        self.instances.alive_ns += other.instances.alive_ns;
        self.instances.ready_ns += other.instances.ready_ns;
        self.instances.serving_ns += other.instances.serving_ns;
        self.peaks.resize(self.peaks.len().max(other.peaks.len()), 0);
        for (mine, theirs) in self.peaks.iter_mut().zip(&other.peaks) {
            *mine += theirs;
        }
        self.timeline.merge(&other.timeline);
        self.credits.merge(&other.credits);
        self.absences.merge(&other.absences);
        for (key, theirs) in &other.revisions {
            self.revisions.entry(key.clone()).or_default().merge(theirs);
        }
    }

    /// The most instances alive at one moment. Exact for one service; for several, which run apart, the greatest sum of
    /// their peaks within a bucket: at most so many.
    pub fn instances_max(&self) -> u32 {
        self.peaks.iter().copied().max().unwrap_or(0)
    }
}
