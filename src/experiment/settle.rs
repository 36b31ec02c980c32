//! What `run` would have settled before it stops adding replications.

use super::differences::differences;
use super::headline::{HEADLINE, default_tolerance};
use super::sequential::{Looks, Stopping};
use super::simulate::Replicas;
use super::values::{present, series};
use super::{Estimate, find};
use crate::expression::{Band, Tolerance};
use crate::figure::{FIGURES, Unit};
use crate::scenario::Scenario;

/// Something the replications do not tell yet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Open {
    /// Position of the policy.
    pub policy: usize,
    /// Position of the figure.
    pub figure: usize,
    /// What is not known well enough.
    pub what: Doubt,
    /// As well as it is known.
    pub estimate: Estimate,
}

/// What can be in doubt of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Whether it differs from the baseline's by more than nobody would notice.
    Difference,
    /// The figure itself: its interval is wider than was asked for.
    Precision,
}

/// Everything that is in doubt at a look.
pub(super) fn open(scenario: &Scenario, stopping: &Stopping, replicas: &[Replicas], looks: &Looks) -> Vec<Open> {
    let figures = HEADLINE.map(|key| find(key).expect("a key of the table").0);
    let mut open = Vec::new();
    if let Some(precision) = stopping.precision {
        open.extend(imprecise(precision, &figures, replicas, looks.confidence()));
    }
    if let (true, Some(baseline)) = (stopping.until_sure, scenario.baseline) {
        open.extend(undecided(scenario, baseline, &figures, replicas, looks.confidence()));
    }
    open
}

/// Figures whose interval is wider than `precision` of them (of rates: as many points) on either side.
pub(super) fn imprecise(precision: f64, figures: &[usize], replicas: &[Replicas], confidence: f64) -> Vec<Open> {
    let mut open = Vec::new();
    for (policy, replicas) in replicas.iter().enumerate() {
        for &figure in figures {
            let Some(estimate) = Estimate::at(&present(&series(replicas, figure)), confidence) else { continue };
            let wanted = if FIGURES[figure].unit == Unit::Share { Band::Absolute(precision) } else { Band::Relative(precision) };
            if estimate.half_width() > wanted.of(estimate.point) {
                open.push(Open { policy, figure, what: Doubt::Precision, estimate });
            }
        }
    }
    open
}

/// Differences that are neither more than chance nor known to be too small to matter.
fn undecided(scenario: &Scenario, baseline: usize, figures: &[usize], replicas: &[Replicas], confidence: f64) -> Vec<Open> {
    let mut open = Vec::new();
    for (policy, differences) in differences(replicas, Some(baseline), confidence).into_iter().enumerate() {
        let Some(differences) = differences else { continue };
        for &figure in figures {
            let Some(difference) = differences[figure] else { continue };
            let set = scenario.tolerances.iter().find(|it| it.figure == figure).copied();
            let Tolerance { band, .. } = set.unwrap_or_else(|| default_tolerance(figure));
            let reference = Estimate::of(&present(&series(&replicas[baseline], figure))).map_or(0.0, |it| it.point);
            let estimate = difference.estimate;
            let negligible = estimate.low.abs().max(estimate.high.abs()) <= band.of(reference);
            if !difference.significant && !negligible {
                open.push(Open { policy, figure, what: Doubt::Difference, estimate });
            }
        }
    }
    open
}
