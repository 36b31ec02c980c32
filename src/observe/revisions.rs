//! What is seen of each revision, where a service splits its traffic: its share over time, its requests, its instances.
//!
//! Kept only for services with several revisions: for one it would say everything twice.

use super::{Histogram, Tally, Timeline};
use crate::units::Span;

/// One revision of one service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RevisionOutcome {
    /// Its name.
    pub name: String,
    /// Where its requests ended.
    pub tally: Tally,
    /// How long answered and timed-out requests took.
    pub latency: Histogram,
    /// Its requests and instances over time; latencies are not in it.
    pub timeline: Timeline,
    /// In each bucket of the timeline, the requests that the split sent it: all but those to its tag's own address.
    pub found: Vec<u64>,
    /// The same over the measured time.
    pub found_total: u64,
    /// In each bucket of the timeline, the share that was meant for it at the arrival of every request that was split, in
    /// millionths, summed.
    pub meant_ppm: Vec<u64>,
    /// The same over the measured time.
    pub meant_total_ppm: u128,
}

impl RevisionOutcome {
    /// Of a run of this length.
    pub fn new(name: &str, horizon: Span) -> RevisionOutcome {
        let timeline = Timeline::new(horizon);
        let buckets = timeline.buckets.len();
        let (found, meant_ppm) = (vec![0; buckets], vec![0; buckets]);
        RevisionOutcome { name: name.to_owned(), timeline, found, meant_ppm, ..RevisionOutcome::default() }
    }

    /// Adds the same revision of another replication.
    pub fn merge(&mut self, other: &RevisionOutcome) {
        self.name.clone_from(&other.name);
        self.tally.merge(&other.tally);
        self.latency.merge(&other.latency);
        self.timeline.merge(&other.timeline);
        add(&mut self.found, &other.found);
        self.found_total += other.found_total;
        add(&mut self.meant_ppm, &other.meant_ppm);
        self.meant_total_ppm += other.meant_total_ppm;
    }
}

fn add(mine: &mut Vec<u64>, theirs: &[u64]) {
    mine.resize(theirs.len(), 0);
    mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
}

/// Of the requests of a service that were split, the part that reached one of its revisions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// The part of the requests that came.
    pub found: f64,
    /// The part that was meant.
    pub meant: f64,
}

/// The shares of every revision, over the whole and by bucket. `revisions` are those of one service.
pub fn shares(revisions: &[&RevisionOutcome]) -> Vec<(Option<Share>, Vec<Option<Share>>)> {
    let all: u64 = revisions.iter().map(|it| it.found_total).sum();
    let by_bucket = |bucket: usize| revisions.iter().map(|it| it.found[bucket]).sum::<u64>();
    let of = |it: &&RevisionOutcome| {
        let course = (0..it.meant_ppm.len()).map(|bucket| share(it.found[bucket], u128::from(it.meant_ppm[bucket]), by_bucket(bucket)));
        (share(it.found_total, it.meant_total_ppm, all), course.collect())
    };
    revisions.iter().map(of).collect()
}

/// Nothing where nobody came.
fn share(own: u64, meant_ppm: u128, all: u64) -> Option<Share> {
    (all > 0).then(|| Share { found: own as f64 / all as f64, meant: meant_ppm as f64 / 1e6 / all as f64 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revision(found: [u64; 2], meant_ppm: [u64; 2]) -> RevisionOutcome {
        let mut it = RevisionOutcome::new("v", Span::from_secs(2));
        it.found = found.to_vec();
        it.found_total = found.iter().sum();
        it.meant_ppm = meant_ppm.to_vec();
        it.meant_total_ppm = meant_ppm.iter().map(|it| u128::from(*it)).sum();
        it
    }

    #[test]
    fn shares_are_of_the_service_and_the_meant_one_follows_its_requests() {
        let (v1, v2) = (revision([3, 0], [2_000_000, 0]), revision([1, 0], [2_000_000, 0]));
        let found = shares(&[&v1, &v2]);
        assert_eq!(found[0].0, Some(Share { found: 0.75, meant: 0.5 }));
        assert_eq!(found[1].1, [Some(Share { found: 0.25, meant: 0.5 }), None]);
    }

    #[test]
    fn merging_adds() {
        let mut sum = RevisionOutcome::default();
        sum.merge(&revision([3, 1], [1, 2]));
        sum.merge(&revision([2, 1], [4, 8]));
        assert_eq!(
            (sum.found_total, sum.found.as_slice(), sum.meant_ppm.as_slice(), sum.meant_total_ppm),
            (7, [5, 2].as_slice(), [5, 10].as_slice(), 15)
        );
    }
}
