//! `timeline.csv`: a row a policy and time bucket, means over replications, from time zero (the warm-up included).

use super::summary_csv::{decimal, write};
use crate::experiment::{Comparison, PolicyResult};
use crate::observe::{Bucket, Timeline};
use crate::units::Span;

const COLUMNS: [&str; 16] = [
    "policy",
    "start_s",
    "arrived",
    "completed",
    "timed_out",
    "rejected",
    "waited",
    "latency_mean_s",
    "latency_max_s",
    "concurrency_mean",
    "instances_starting_mean",
    "instances_ready_mean",
    "instances_desired_mean",
    "instances_peak",
    "reserves_starting_mean",
    "reserves_ready_mean",
];

/// The whole table, with a header.
pub(super) fn render(comparison: &Comparison) -> String {
    let header = COLUMNS.map(str::to_owned);
    let rows = comparison.policies.iter().flat_map(|policy| {
        let moments = moments(&policy.merged.timeline, comparison.about.horizon, comparison.about.replications);
        moments.into_iter().map(move |moment| row(policy, &moment))
    });
    write([header].into_iter().chain(rows))
}

/// A bucket of the merged timeline, ready to be averaged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// When the bucket begins.
    pub start: Span,
    /// How long it lasts: the last one may be cut by the horizon.
    pub length: Span,
    bucket: Bucket,
    replications: f64,
}

/// The buckets of a timeline that is the sum of so many replications.
pub(super) fn moments(timeline: &Timeline, horizon: Span, replications: u32) -> Vec<Moment> {
    let moment = |(index, bucket): (usize, &Bucket)| {
        let start = timeline.width * index as u64;
        let length = if start < horizon { timeline.width.min(horizon - start) } else { timeline.width };
        Moment { start, length, bucket: *bucket, replications: f64::from(replications.max(1)) }
    };
    timeline.buckets.iter().enumerate().map(moment).collect()
}

impl Moment {
    /// A count, mean over replications.
    pub(super) fn count(&self, of: fn(&Bucket) -> u64) -> f64 {
        of(&self.bucket) as f64 / self.replications
    }

    /// Nanoseconds summed over things, as the mean number of things.
    pub(super) fn level(&self, of: fn(&Bucket) -> u128) -> f64 {
        of(&self.bucket) as f64 / self.replications / self.length.0 as f64
    }

    fn latency_mean_s(&self) -> Option<f64> {
        let ended = self.bucket.completed + self.bucket.timed_out;
        (ended > 0).then(|| self.bucket.latency_ns as f64 / ended as f64 / 1e9)
    }

    fn latency_max_s(&self) -> Option<f64> {
        self.latency_mean_s().map(|_| self.bucket.latency_max_ns as f64 / 1e9)
    }
}

fn row(policy: &PolicyResult, moment: &Moment) -> [String; 16] {
    let count = |of: fn(&Bucket) -> u64| decimal(Some(moment.count(of)));
    let level = |of: fn(&Bucket) -> u128| decimal(Some(moment.level(of)));
    [
        policy.name.clone(),
        decimal(Some(moment.start.as_secs_f64())),
        count(|it| it.arrived),
        count(|it| it.completed),
        count(|it| it.timed_out),
        count(|it| it.rejected),
        count(|it| it.waited),
        decimal(moment.latency_mean_s()),
        decimal(moment.latency_max_s()),
        level(|it| it.concurrency_ns),
        level(|it| it.starting_ns),
        level(|it| it.ready_ns),
        level(|it| it.desired_ns),
        count(|it| u64::from(it.instances_peak)),
        level(|it| it.reserve_starting_ns),
        level(|it| it.reserve_ready_ns),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_row_a_policy_and_bucket() {
        let comparison = sample::policies(2);
        let text = render(&comparison);
        assert_eq!(text.lines().count(), 1 + 2 * comparison.policies[0].merged.timeline.buckets.len());
        assert!(text.lines().nth(2).unwrap().starts_with("keep-one,300,"));
        assert!(text.lines().all(|line| line.split(',').count() == COLUMNS.len()));
    }

    #[test]
    fn the_last_bucket_is_as_long_as_the_horizon_lets_it() {
        let bucket = Bucket { ready_ns: 2_000_000_000, arrived: 4, ..Bucket::default() };
        let timeline = Timeline { width: Span::from_secs(2), buckets: vec![bucket, bucket] };
        let levels: Vec<f64> = moments(&timeline, Span::from_secs(3), 2).iter().map(|it| it.level(|b| b.ready_ns)).collect();
        assert_eq!(levels, [0.5, 1.0]);
        assert_eq!(moments(&timeline, Span::from_secs(3), 2)[0].count(|b| b.arrived), 2.0);
    }
}
