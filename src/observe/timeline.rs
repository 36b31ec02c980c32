//! What happened when: sums by equal buckets of simulated time, so memory does not grow with the traffic.
//!
//! Instances and requests are booked as intervals `[from, until)` once both ends are known; an interval that spans
//! several buckets is cut exactly.

use crate::units::{SimTime, Span};

/// Sums over one bucket. Times are nanoseconds summed over instances or requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bucket {
    /// Requests that arrived.
    pub arrived: u64,
    /// Of those, answered.
    pub completed: u64,
    /// Of those, timed out.
    pub timed_out: u64,
    /// Of those, rejected or failed.
    pub rejected: u64,
    /// Of those, waited for an instance to start.
    pub waited: u64,
    /// Latency of the answered and timed-out ones, summed.
    pub latency_ns: u128,
    /// The longest of those latencies.
    pub latency_max_ns: u64,
    /// Requests being served or held, summed over time: concurrency × time.
    pub concurrency_ns: u128,
    /// Instances starting.
    pub starting_ns: u128,
    /// Instances usable.
    pub ready_ns: u128,
    /// Of those starting, reserves.
    pub reserve_starting_ns: u128,
    /// Of those usable, reserves.
    pub reserve_ready_ns: u128,
    /// Instances wanted by the autoscaler.
    pub desired_ns: u128,
    /// The most instances alive at one moment; for services that run apart the sum of their peaks: at most so many.
    pub instances_peak: u32,
}

/// A quantity that is booked over an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Series {
    /// [`Bucket::concurrency_ns`]
    Concurrency,
    /// [`Bucket::starting_ns`]
    Starting,
    /// [`Bucket::ready_ns`]
    Ready,
    /// [`Bucket::reserve_starting_ns`]
    ReserveStarting,
    /// [`Bucket::reserve_ready_ns`]
    ReserveReady,
    /// [`Bucket::desired_ns`]
    Desired,
}

/// Buckets of equal width from the start of the run to the horizon.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    /// Width of a bucket.
    pub width: Span,
    /// The buckets, in order.
    pub buckets: Vec<Bucket>,
}

/// About how many buckets a run gets.
const BUCKETS: u64 = 288;
/// Widths that a person reads well, in seconds; above the last, whole days.
const WIDTHS_S: [u64; 13] = [1, 2, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 21_600];

impl Timeline {
    /// For a run of this length, with buckets of a width that a person reads well.
    pub fn new(horizon: Span) -> Timeline {
        let wanted = (horizon.0 / BUCKETS).div_ceil(1_000_000_000).max(1);
        let seconds = WIDTHS_S.iter().copied().find(|s| *s >= wanted).unwrap_or_else(|| wanted.div_ceil(86_400) * 86_400);
        let width = Span::from_secs(seconds);
        let count = horizon.0.div_ceil(width.0).max(1);
        Timeline { width, buckets: vec![Bucket::default(); count as usize] }
    }

    /// The bucket of a moment; moments after the horizon fall into the last.
    #[inline]
    pub fn at(&mut self, time: SimTime) -> &mut Bucket {
        let index = self.index(time);
        &mut self.buckets[index]
    }

    /// The place of that bucket.
    #[inline]
    pub fn index(&self, time: SimTime) -> usize {
        ((time.0 / self.width.0) as usize).min(self.buckets.len() - 1)
    }

    /// Books `amount` units of a series over `[from, until)`, cut at the bucket borders.
    #[inline]
    pub fn add(&mut self, series: Series, from: SimTime, until: SimTime, amount: u64) {
        let mut from = from;
        while from < until {
            let border = SimTime((from.0 / self.width.0 + 1) * self.width.0);
            let end = border.min(until);
            let bucket = self.at(from);
            let sum = match series {
                Series::Concurrency => &mut bucket.concurrency_ns,
                Series::Starting => &mut bucket.starting_ns,
                Series::Ready => &mut bucket.ready_ns,
                Series::ReserveStarting => &mut bucket.reserve_starting_ns,
                Series::ReserveReady => &mut bucket.reserve_ready_ns,
                Series::Desired => &mut bucket.desired_ns,
            };
            *sum += u128::from((end - from).0) * u128::from(amount);
            from = end;
        }
    }

    /// Adds another timeline of the same run length.
    pub fn merge(&mut self, other: &Timeline) {
        if self.buckets.is_empty() {
            *self = other.clone();
            return;
        }
        assert_eq!((self.width, self.buckets.len()), (other.width, other.buckets.len()), "timelines of different runs");
        for (mine, theirs) in self.buckets.iter_mut().zip(&other.buckets) {
            mine.merge(theirs);
        }
    }
}

impl Bucket {
    fn merge(&mut self, other: &Bucket) {
        self.arrived += other.arrived;
        self.completed += other.completed;
        self.timed_out += other.timed_out;
        self.rejected += other.rejected;
        self.waited += other.waited;
        self.latency_ns += other.latency_ns;
        self.latency_max_ns = self.latency_max_ns.max(other.latency_max_ns);
        self.concurrency_ns += other.concurrency_ns;
        self.starting_ns += other.starting_ns;
        self.ready_ns += other.ready_ns;
        self.reserve_starting_ns += other.reserve_starting_ns;
        self.reserve_ready_ns += other.reserve_ready_ns;
        self.desired_ns += other.desired_ns;
        self.instances_peak += other.instances_peak;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_cut_at_the_borders() {
        let mut timeline = Timeline::new(Span::from_secs(4));
        assert_eq!(timeline.width, Span::from_secs(1));
        timeline.add(Series::Ready, SimTime(500_000_000), SimTime(2_250_000_000), 2);
        let ready: Vec<u128> = timeline.buckets.iter().map(|bucket| bucket.ready_ns).collect();
        assert_eq!(ready, [1_000_000_000, 2_000_000_000, 500_000_000, 0]);
    }

    #[test]
    fn widths_are_readable() {
        let cases = [(60, 1), (86_400, 300), (172_800, 600), (604_800, 3600), (2_592_000, 21_600), (31_536_000, 172_800)];
        for (horizon_s, width_s) in cases {
            assert_eq!(Timeline::new(Span::from_secs(horizon_s)).width, Span::from_secs(width_s), "horizon {horizon_s} s");
        }
    }
}
