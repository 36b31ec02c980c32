//! Why the answer is not cheaper: which promise keeps which candidate out, and what one step would break.

use super::super::{Estimate, Grid};
use super::evidence::Field;

/// A promise, and the cheapest candidate that breaks it alone: what one pays for that promise.
#[derive(Debug, Clone, PartialEq)]
pub struct Relaxed {
    /// Which promise.
    pub promise: usize,
    /// The candidate that would be the answer without it.
    pub candidate: usize,
    /// How much less than the answer it costs, from paired replications: below zero.
    pub saves: Estimate,
}

/// A candidate one step from the answer that is cheaper.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The axis that the step is on; nothing for another policy with the same values.
    pub axis: Option<usize>,
    /// Where it leads.
    pub candidate: usize,
    /// How much less than the answer it costs, from paired replications: below zero.
    pub saves: Estimate,
    /// The promises that it breaks.
    pub breaks: Vec<usize>,
}

/// For every promise the cheapest candidate that breaks nothing else and is cheaper than the answer.
pub(super) fn relaxed(field: &Field, best: usize) -> Vec<Relaxed> {
    let cheapest = |promise: usize| {
        let alone = (0..field.count).filter(|it| breaks(field, *it) == [promise]);
        let saving = |it: usize| Some((it, saves(field, it, best)?));
        let (candidate, saves) = alone.filter_map(saving).min_by(|a, b| a.1.point.total_cmp(&b.1.point))?;
        Some(Relaxed { promise, candidate, saves })
    };
    (0..field.goal.subject_to.len()).filter_map(cheapest).collect()
}

/// Every cheaper candidate that differs from the answer by one level of one axis, or by its policy alone.
pub(super) fn steps(grid: &Grid, field: &Field, best: usize) -> Vec<Step> {
    let from = &grid.cells[best];
    let step = |(candidate, cell): (usize, &super::super::Cell)| {
        let differing: Vec<usize> = (0..grid.axes.len()).filter(|axis| cell.levels[*axis] != from.levels[*axis]).collect();
        let axis = match (differing.as_slice(), cell.policy == from.policy) {
            ([], false) => None,
            ([axis], true) if is_next(grid, *axis, cell.levels[*axis], from.levels[*axis]) => Some(*axis),
            _ => return None,
        };
        Some(Step { axis, candidate, saves: saves(field, candidate, best)?, breaks: breaks(field, candidate) })
    };
    let mut steps: Vec<Step> = grid.cells.iter().enumerate().filter_map(step).collect();
    steps.sort_by(|a, b| a.saves.point.total_cmp(&b.saves.point));
    steps
}

/// Whether two levels lie side by side; names have no order, so every one is beside every other.
fn is_next(grid: &Grid, axis: usize, a: Option<usize>, b: Option<usize>) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return false };
    grid.axes[axis].numbers().is_none_or(|(_, numbers)| {
        let (low, high) = (numbers[a].min(numbers[b]), numbers[a].max(numbers[b]));
        !numbers.iter().any(|between| low < *between && *between < high)
    })
}

/// What a cheaper candidate saves; nothing if it is not cheaper.
fn saves(field: &Field, candidate: usize, best: usize) -> Option<Estimate> {
    Estimate::of(&field.difference(candidate, best)).filter(|it| it.point < 0.0)
}

/// The promises that its means do not keep.
fn breaks(field: &Field, candidate: usize) -> Vec<usize> {
    let excesses = field.excesses(candidate);
    (0..excesses.len()).filter(|promise| excesses[*promise].is_none_or(|excess| excess > 0.0)).collect()
}
