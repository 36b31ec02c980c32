//! CPU credits over time: what instances have at the end of every bucket, and for how long they are throttled.
//!
//! Kept only where instances have credits; empty elsewhere.

use super::Timeline;
use crate::units::{SimTime, Span};

/// One bucket, summed over instances.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CreditBucket {
    /// Instances with credits at its end.
    pub instances: u64,
    /// What they have then, in thousandths of a credit (a credit is a vCPU-minute).
    pub balance_millis: u128,
    /// What they owe then, likewise: advances that are not earned back.
    pub advance_millis: u128,
    /// Time in which instances with credits were there, in nanoseconds.
    pub present_ns: u128,
    /// Of that, with nothing left and as much in use as the baseline allows.
    pub throttled_ns: u128,
}

/// Buckets as those of the [`Timeline`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CreditSeries {
    /// Width of a bucket.
    pub width: Span,
    /// From time zero; none where no instance has credits.
    pub buckets: Vec<CreditBucket>,
}

impl CreditSeries {
    /// For a run of this length.
    pub fn new(horizon: Span) -> CreditSeries {
        let timeline = Timeline::new(horizon);
        CreditSeries { width: timeline.width, buckets: vec![CreditBucket::default(); timeline.buckets.len()] }
    }

    /// An instance was there over `[from, until)`, throttled or not.
    pub fn add(&mut self, from: SimTime, until: SimTime, throttled: bool) {
        let mut from = from;
        while from < until {
            let index = (from.0 / self.width.0) as usize;
            let end = self.end(index).min(until);
            let Some(bucket) = self.buckets.get_mut(index) else { return };
            let ns = u128::from((end - from).0);
            bucket.present_ns += ns;
            bucket.throttled_ns += if throttled { ns } else { 0 };
            from = end;
        }
    }

    /// The buckets that end in `(from, until]`, with their ends.
    pub fn ends(&self, from: SimTime, until: SimTime) -> impl Iterator<Item = (usize, SimTime)> + use<> {
        let width = self.width.0.max(1);
        let ends = from.0 / width..until.0 / width;
        let count = self.buckets.len();
        ends.map(|index| index as usize).filter(move |index| *index < count).map(move |index| (index, SimTime((index as u64 + 1) * width)))
    }

    fn end(&self, index: usize) -> SimTime {
        SimTime((index as u64 + 1) * self.width.0)
    }

    /// Adds that of another service or replication.
    pub fn merge(&mut self, other: &CreditSeries) {
        if other.buckets.is_empty() {
            return;
        }
        if self.buckets.is_empty() {
            *self = other.clone();
            return;
        }
        assert_eq!((self.width, self.buckets.len()), (other.width, other.buckets.len()), "credits of different runs");
        for (mine, theirs) in self.buckets.iter_mut().zip(&other.buckets) {
            mine.instances += theirs.instances;
            mine.balance_millis += theirs.balance_millis;
            mine.advance_millis += theirs.advance_millis;
            mine.present_ns += theirs.present_ns;
            mine.throttled_ns += theirs.throttled_ns;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    #[test]
    fn an_end_is_seen_once_however_time_is_cut() {
        let series = CreditSeries::new(Span::from_secs(4));
        let seen =
            |from_ms: u64, until_ms: u64| series.ends(SimTime(from_ms * MS), SimTime(until_ms * MS)).map(|it| it.0).collect::<Vec<_>>();
        assert_eq!([seen(0, 999), seen(999, 1000), seen(1000, 1001), seen(500, 9000)], [vec![], vec![0], vec![], vec![0, 1, 2, 3]]);
    }

    #[test]
    fn time_is_cut_at_the_borders() {
        let mut series = CreditSeries::new(Span::from_secs(3));
        series.add(SimTime(500 * MS), SimTime(2250 * MS), true);
        series.add(SimTime(2250 * MS), SimTime(9000 * MS), false);
        let throttled: Vec<u128> = series.buckets.iter().map(|it| it.throttled_ns / u128::from(MS)).collect();
        let present: Vec<u128> = series.buckets.iter().map(|it| it.present_ns / u128::from(MS)).collect();
        assert_eq!((throttled, present), (vec![500, 1000, 250], vec![500, 1000, 1000]));
    }
}
