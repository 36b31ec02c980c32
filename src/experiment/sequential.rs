//! Adding replications until a question is settled, without fooling oneself.
//!
//! Whoever looks again and again and stops at the first significant difference finds one sooner or later. So the looks are
//! fixed beforehand (twice as many replications each time, up to a limit) and every one of K looks may use one K-th of the
//! 5 % only (Bonferroni). By the union bound the chance that any look is wrong is at most 5 %, whatever the looks share,
//! and an interval at the look where one stops covers the truth in at least 95 % of cases. Pocock's or O'Brien and
//! Fleming's boundaries would need a few per cent fewer replications, but hold for normal means only.

use super::estimate::CONFIDENCE;
use super::simulate::{Progress, Replicas, simulate_range};
use crate::error::Error;
use crate::scenario::Scenario;

/// Without another limit, so many times the scenario's replications.
pub const LIMIT: u32 = 16;

/// When to stop.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Stopping {
    /// Not before the question is settled.
    pub until_sure: bool,
    /// Not before the headline figures are known to within this share of themselves (rates: so many points).
    pub precision: Option<f64>,
    /// But at this many replications. Default: [`LIMIT`] times the scenario's.
    pub replications_max: Option<u32>,
}

impl Stopping {
    /// Whether replications are to be added at all.
    pub fn is_sequential(&self) -> bool {
        self.until_sure || self.precision.is_some()
    }

    /// The numbers of replications at which one looks.
    fn schedule(&self, first: u32) -> Vec<u32> {
        if !self.is_sequential() {
            return vec![first];
        }
        let last = self.replications_max.unwrap_or(first.saturating_mul(LIMIT)).max(first);
        let doubling = std::iter::successors(Some(first), |n| n.checked_mul(2));
        doubling.take_while(|n| *n < last).chain([last]).collect()
    }
}

/// What a look leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The question is settled.
    Settled,
    /// More replications may settle it.
    More,
    /// It is not settled, and more replications would not help.
    NoUse,
}

/// The looks at a run that replications were added to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looks {
    /// The replications of every look that was planned.
    pub planned: Vec<u32>,
    /// How many were taken.
    pub taken: usize,
    /// Whether the last of them settled the question.
    pub settled: bool,
}

impl Looks {
    /// The confidence of each look that leaves 95 % for all together.
    pub fn confidence(&self) -> f64 {
        1.0 - (1.0 - CONFIDENCE) / self.planned.len() as f64
    }

    /// The risk of a wrong verdict on either side, at each look.
    pub fn side(&self) -> f64 {
        (1.0 - self.confidence()) / 2.0
    }

    /// How many replications were run.
    pub fn replications(&self) -> u32 {
        self.planned[self.taken - 1]
    }
}

/// Runs replications until `next` says that it is enough, or the last look is taken.
///
/// # Errors
/// As [`simulate`](super::simulate()).
pub fn replicate(
    scenario: &Scenario,
    stopping: &Stopping,
    progress: &dyn Progress,
    next: &dyn Fn(&[Replicas], &Looks) -> Next,
) -> Result<(Vec<Replicas>, Looks), Error> {
    let mut looks = Looks { planned: stopping.schedule(scenario.replications), taken: 1, settled: false };
    let mut replicas = simulate_range(scenario, 0..looks.planned[0], progress)?;
    loop {
        let next = next(&replicas, &looks);
        looks.settled = next == Next::Settled;
        if next != Next::More || looks.taken == looks.planned.len() {
            return Ok((replicas, looks));
        }
        let more = simulate_range(scenario, looks.planned[looks.taken - 1]..looks.planned[looks.taken], progress)?;
        replicas.iter_mut().zip(more).for_each(|(mine, more)| mine.append(more));
        looks.taken += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(first: u32, max: Option<u32>, expected: &[u32]) {
        let stopping = Stopping { until_sure: true, replications_max: max, ..Stopping::default() };
        assert_eq!(stopping.schedule(first), expected);
    }

    #[test]
    fn looks_double_up_to_the_limit() {
        check(10, None, &[10, 20, 40, 80, 160]);
        check(10, Some(50), &[10, 20, 40, 50]);
        check(10, Some(10), &[10]);
        check(10, Some(3), &[10]);
        check(1, Some(2), &[1, 2]);
        check(4_000_000_000, None, &[4_000_000_000, u32::MAX]);
        assert_eq!(Stopping::default().schedule(7), [7]);
    }

    #[test]
    fn all_looks_together_leave_five_per_cent() {
        let looks = Looks { planned: vec![10, 20, 40, 80, 160], taken: 2, settled: true };
        assert!((looks.confidence() - 0.99).abs() < 1e-12);
        assert_eq!(looks.replications(), 20);
    }
}
