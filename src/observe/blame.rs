//! Where the time of requests went, exactly to the nanosecond.
//!
//! A row of parts for every bucket of the latency histogram, so that the tail can be blamed on its own. Execution is
//! not stored: it is what remains of a bucket's sum, so a warm request that waited for nothing costs one addition.

use super::histogram::{Histogram, bucket_of};
use crate::units::Span;

/// What a part of a request's latency was spent on, in the order in which it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Gateway, activator and queue-proxy hops.
    Hops,
    /// Waiting until the autoscaler asked for the instance that served it.
    Decision,
    /// Cold start step 1: resource allocation.
    Allocation,
    /// Cold start step 2: scheduling.
    Scheduling,
    /// Cold start step 3: image pull.
    ImagePull,
    /// Cold start step 4: container creation.
    ContainerCreation,
    /// Cold start step 5: application start.
    AppStart,
    /// Endpoint propagation and the activator's probe, after the instance was ready.
    Propagation,
    /// Waiting behind other requests for a place in a usable instance.
    Queueing,
    /// Running slower than alone because others share the instance's CPU.
    Contention,
    /// Running slower than alone because the instance's CPU was cut: its credits had run out.
    Throttling,
    /// Being served, as long as it takes alone.
    Execution,
}

impl Part {
    /// All parts, in order.
    pub const ALL: [Part; 12] = [
        Part::Hops,
        Part::Decision,
        Part::Allocation,
        Part::Scheduling,
        Part::ImagePull,
        Part::ContainerCreation,
        Part::AppStart,
        Part::Propagation,
        Part::Queueing,
        Part::Contention,
        Part::Throttling,
        Part::Execution,
    ];

    /// The five steps of a cold start, in order.
    pub const STEPS: [Part; 5] = [Part::Allocation, Part::Scheduling, Part::ImagePull, Part::ContainerCreation, Part::AppStart];

    /// Name in files and tables.
    pub fn name(self) -> &'static str {
        match self {
            Part::Hops => "hops",
            Part::Decision => "decision",
            Part::Allocation => "resource-allocation",
            Part::Scheduling => "scheduling",
            Part::ImagePull => "image-pull",
            Part::ContainerCreation => "container-creation",
            Part::AppStart => "application-start",
            Part::Propagation => "propagation",
            Part::Queueing => "queueing",
            Part::Contention => "cpu-contention",
            Part::Throttling => "credit-throttling",
            Part::Execution => "execution",
        }
    }
}

/// Nanoseconds by part. Indexed by [`Part`] in the order of [`Part::ALL`].
pub type Parts = [u64; Part::ALL.len()];

/// How many parts are stored: all but execution, the last.
const STORED: usize = Part::ALL.len() - 1;

/// Blame by latency bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BlameTable {
    rows: Vec<[u128; STORED]>,
}

impl BlameTable {
    /// Books the parts of one request of this latency.
    ///
    /// The parts sum to the latency: that is a law, and a request that breaks it is a bug.
    pub fn record(&mut self, latency: Span, parts: &Parts) {
        assert_eq!(parts.iter().sum::<u64>(), latency.0, "blame does not sum to the latency: {parts:?}");
        let row = self.row(bucket_of(latency));
        for (mine, part) in row.iter_mut().zip(parts) {
            *mine += u128::from(*part);
        }
    }

    /// Books a request that waited for nothing, in the bucket that its latency falls into: the common case.
    #[inline]
    pub fn record_warm(&mut self, bucket: usize, hops: Span) {
        self.row(bucket)[Part::Hops as usize] += u128::from(hops.0);
    }

    /// Books what such a request lost because it shared the CPU.
    #[inline]
    pub fn record_slowed(&mut self, bucket: usize, contention: Span, throttling: Span) {
        let row = self.row(bucket);
        row[Part::Contention as usize] += u128::from(contention.0);
        row[Part::Throttling as usize] += u128::from(throttling.0);
    }

    #[inline(always)]
    fn row(&mut self, index: usize) -> &mut [u128; STORED] {
        if index >= self.rows.len() {
            self.grow(index);
        }
        &mut self.rows[index]
    }

    #[cold]
    fn grow(&mut self, index: usize) {
        self.rows.resize((index + 1).next_multiple_of(128), [0; STORED]);
    }

    /// Adds what another has booked.
    pub fn merge(&mut self, other: &BlameTable) {
        if self.rows.len() < other.rows.len() {
            self.rows.resize(other.rows.len(), [0; STORED]);
        }
        for (mine, theirs) in self.rows.iter_mut().zip(&other.rows) {
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                *mine += theirs;
            }
        }
    }

    /// Nanoseconds by part over the requests at or above quantile `q` of `latency` (0: over all of them).
    /// They sum to the sum of those latencies.
    pub fn above(&self, latency: &Histogram, q: f64) -> [u128; Part::ALL.len()] {
        let mut parts = [0; Part::ALL.len()];
        let first = latency.bucket_at(q).unwrap_or(0);
        for (index, _, sum_ns) in latency.buckets().filter(|(index, ..)| *index >= first) {
            let row = self.rows.get(index).copied().unwrap_or_default();
            let stored: u128 = row.iter().sum();
            for (total, part) in parts.iter_mut().zip(row) {
                *total += part;
            }
            let execution = sum_ns.checked_sub(stored).expect("blame exceeds the latency of its bucket");
            parts[Part::Execution as usize] += execution;
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_sum_to_the_latency_overall_and_in_the_tail() {
        let (mut latency, mut blame) = (Histogram::default(), BlameTable::default());
        for ms in 1..=100 {
            latency.record(Span::from_millis(ms));
            blame.record_warm(bucket_of(Span::from_millis(ms)), Span::from_millis(1));
        }
        let mut cold = Parts::default();
        cold[Part::ImagePull as usize] = 9_000_000_000;
        cold[Part::Execution as usize] = 1_000_000_000;
        latency.record(Span::from_secs(10));
        blame.record(Span::from_secs(10), &cold);
        assert_eq!(blame.above(&latency, 0.0).iter().sum::<u128>(), latency.sum_ns());
        let tail = blame.above(&latency, 1.0);
        assert_eq!(tail[Part::ImagePull as usize], 9_000_000_000);
        assert_eq!(tail[Part::Execution as usize], 1_000_000_000);
    }
}
