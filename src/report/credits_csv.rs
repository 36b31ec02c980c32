//! `credits.csv`: CPU credits over time, a row a policy and bucket of the timeline; means over the instances that had some.

use super::summary_csv::{decimal, write};
use crate::experiment::Comparison;
use crate::observe::{CreditBucket, CreditSeries};
use crate::units::Span;

const COLUMNS: [&str; 6] = ["policy", "end_s", "instances", "balance_credits", "advance_credits", "throttled_share"];

/// A bucket, ready to be read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct CreditMoment {
    /// When it begins.
    pub start: Span,
    /// When it ends.
    pub end: Span,
    /// Instances with credits at its end, mean over replications.
    pub instances: f64,
    /// What one of them has then, mean; nothing without one.
    pub balance: Option<f64>,
    /// What one of them owes then, mean.
    pub advance: Option<f64>,
    /// The share of their time in which they were throttled; nothing without one.
    pub throttled: Option<f64>,
}

/// The buckets of a series that is the sum of so many replications, as far as the horizon.
pub(super) fn moments(series: &CreditSeries, horizon: Span, replications: u32) -> Vec<CreditMoment> {
    let share = |part: u128, of: u128| (of > 0).then(|| part as f64 / of as f64);
    let moment = |(index, it): (usize, &CreditBucket)| {
        let start = series.width * index as u64;
        let each = |millis: u128| share(millis, u128::from(it.instances)).map(|mean| mean / 1e3);
        CreditMoment {
            start,
            end: (start + series.width).min(horizon),
            instances: it.instances as f64 / f64::from(replications.max(1)),
            balance: each(it.balance_millis),
            advance: each(it.advance_millis),
            throttled: share(it.throttled_ns, it.present_ns),
        }
    };
    series.buckets.iter().enumerate().map(moment).collect()
}

/// The table; nothing where no policy has instances with credits.
pub(super) fn render(comparison: &Comparison) -> Option<Vec<u8>> {
    let with = |it: &&crate::experiment::PolicyResult| !it.merged.credits.buckets.is_empty();
    comparison.policies.iter().find(with)?;
    let header = COLUMNS.map(str::to_owned);
    let rows = comparison.policies.iter().filter(with).flat_map(|policy| {
        let moments = moments(&policy.merged.credits, comparison.about.horizon, comparison.about.replications);
        moments.into_iter().map(move |it| row(&policy.name, &it))
    });
    Some(write([header].into_iter().chain(rows)).into_bytes())
}

fn row(policy: &str, it: &CreditMoment) -> [String; 6] {
    [
        policy.to_owned(),
        decimal(Some(it.end.as_secs_f64())),
        decimal(Some(it.instances)),
        decimal(it.balance),
        decimal(it.advance),
        decimal(it.throttled),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_row_a_policy_with_credits_and_bucket() {
        let comparison = sample::with_credits();
        let text = String::from_utf8(render(&comparison).unwrap()).unwrap();
        assert_eq!(text.lines().count(), 1 + comparison.policies[1].merged.credits.buckets.len());
        assert_eq!(text.lines().nth(1), Some("scale-to-zero,300,0,,,"));
        assert_eq!(text.lines().nth(13), Some("scale-to-zero,3900,1,135,0,0"));
        assert!(render(&sample::policies(2)).is_none());
    }
}
