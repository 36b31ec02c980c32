//! Differences from the baseline, replication by replication, and which of them are more than chance.
//!
//! All differences of a comparison are read together, so they are judged together: of 5 % of comparisons at most, one
//! single difference is called significant that is none (Holm).

use super::comparison::Difference;
use super::figure::FIGURES;
use super::simulate::Replicas;
use super::values::{paired, present, series};
use super::{Estimate, Measured, holm};

/// By policy, by figure. Nothing for the baseline itself, and where no replication has a figure under both.
pub(super) fn differences(replicas: &[Replicas], baseline: Option<usize>, confidence: f64) -> Vec<Option<Vec<Option<Difference>>>> {
    let Some(baseline) = baseline else { return vec![None; replicas.len()] };
    let of = |policy: usize, figure: usize| paired(&series(&replicas[policy], figure), &series(&replicas[baseline], figure));
    let all: Vec<Vec<Vec<f64>>> = (0..replicas.len()).map(|policy| (0..FIGURES.len()).map(|figure| of(policy, figure)).collect()).collect();
    let level = level(all.iter().enumerate().filter(|(policy, _)| *policy != baseline).flat_map(|(_, figures)| figures), confidence);
    let difference = |policy: usize, (figure, values): (usize, &Vec<f64>)| {
        let estimate = Estimate::at(values, confidence)?;
        let significant = Measured::of(values).is_some_and(|it| two_sided(&it) <= level);
        let both = [policy, baseline].map(|it| present(&series(&replicas[it], figure)));
        Some(Difference { estimate, significant, variance_ratio: variance_ratio(&both, values) })
    };
    let row = |(policy, figures): (usize, &Vec<Vec<f64>>)| {
        (policy != baseline).then(|| figures.iter().enumerate().map(|it| difference(policy, it)).collect())
    };
    all.iter().enumerate().map(row).collect()
}

/// The largest p-value that Holm's correction still lets pass. What does not scatter is no matter of chance, and not counted.
fn level<'v>(differences: impl Iterator<Item = &'v Vec<f64>>, confidence: f64) -> f64 {
    let doubtful = differences.filter_map(|values| Measured::of(values)).filter(|it| it.has_error() && it.standard_error > 0.0);
    let p: Vec<f64> = doubtful.map(|it| two_sided(&it)).collect();
    let passed = holm::adjusted(&p).into_iter().zip(&p).filter(|(adjusted, _)| *adjusted < 1.0 - confidence);
    passed.map(|(_, p)| *p).fold(0.0, f64::max)
}

/// The variance of the difference of two independent means over that of the paired one. The standard errors of as many
/// replications each: their number falls out.
fn variance_ratio(both: &[Vec<f64>; 2], difference: &[f64]) -> Option<f64> {
    let square = |values: &[f64]| Measured::of(values).map(|it| it.standard_error * it.standard_error);
    let (unpaired, paired) = (square(&both[0])? + square(&both[1])?, square(difference)?);
    Some(unpaired / paired).filter(|ratio| ratio.is_finite())
}

/// The chance of a mean as far from zero, on either side.
fn two_sided(it: &Measured) -> f64 {
    let tail = it.tail(0.0);
    (2.0 * tail.above.min(tail.below)).min(1.0)
}
