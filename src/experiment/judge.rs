//! Whether a claim holds, is broken, or cannot be told: the margin between its sides, replication by replication, and
//! what its mean is worth.
//!
//! A claim speaks of means over replications. Each replication gives one margin (left less right, from the same requests),
//! and Student's t says on which side of zero the mean lies. Either verdict is wrong at most one time in forty
//! ([`SIDE`]); where neither can be given, more replications may.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::Estimate;
use super::estimate::CONFIDENCE;
use super::simulate::Replicas;
use crate::expression::{Band, Claim, Relation, Sides};

/// The risk of a wrong verdict on either side: half of what a two-sided interval leaves out.
pub const SIDE: f64 = (1.0 - CONFIDENCE) / 2.0;

/// What the replications say of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is true.
    Holds,
    /// It is not.
    Broken,
    /// They do not tell.
    Unsure,
}

/// A claim and what its replications are worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    /// The left side, its mean over the replications.
    pub left: Estimate,
    /// The right side.
    pub right: Estimate,
    /// Left less right, from paired replications.
    pub margin: Estimate,
    /// The chance of margins at least as good if the claim were just not true.
    pub p_holds: f64,
    /// The chance of margins at least as bad if the claim were just true.
    pub p_broken: f64,
}

impl Judgement {
    /// Of these sides, a replication each; nothing without any.
    pub fn of(claim: &Claim, sides: &[Sides]) -> Option<Judgement> {
        let estimate = |value: fn(&Sides) -> f64| Estimate::of(&sides.iter().map(value).collect::<Vec<_>>());
        let (left, right, margin) = (estimate(|it| it.left)?, estimate(|it| it.right)?, estimate(|it| it.left - it.right)?);
        let above = |bound: f64| Tail::of(&margin, bound);
        let (p_holds, p_broken) = match claim.relation() {
            Relation::Below => (above(0.0).below, above(0.0).at_least),
            Relation::AtMost => (above(0.0).at_most, above(0.0).above),
            Relation::Above => (above(0.0).above, above(0.0).at_most),
            Relation::AtLeast => (above(0.0).at_least, above(0.0).below),
            Relation::Equal => {
                let band = width(claim.band(), right.point);
                let holds = above(band).at_most.max(above(-band).at_least);
                (holds, (2.0 * above(band).above.min(above(-band).below)).min(1.0))
            }
        };
        Some(Judgement { left, right, margin, p_holds, p_broken })
    }

    /// Of a claim about policy `own`. Replications in which a figure has no value are left out; nothing if none has one.
    pub fn over(claim: &Claim, own: usize, replicas: &[Replicas]) -> Option<Judgement> {
        Judgement::of(claim, &sides(claim, own, replicas))
    }

    /// On its own: without a correction for other claims judged beside it.
    pub fn verdict(&self) -> Verdict {
        match (self.p_holds < SIDE, self.p_broken < SIDE) {
            (true, _) => Verdict::Holds,
            (_, true) => Verdict::Broken,
            _ => Verdict::Unsure,
        }
    }
}

/// Both sides of a claim about policy `own`, in every replication that has them.
pub fn sides(claim: &Claim, own: usize, replicas: &[Replicas]) -> Vec<Sides> {
    let replications = replicas.iter().map(|it| it.each.len()).min().unwrap_or(0);
    let of = |replication: usize| claim.sides(own, &|figure, policy| replicas[policy].each[replication].figures[figure]);
    (0..replications).filter_map(of).collect()
}

fn width(band: Band, right: f64) -> f64 {
    match band {
        Band::Relative(share) => share * right.abs(),
        Band::Absolute(amount) => amount,
    }
}

/// p-values that a mean lies on one side of a bound. Where every replication agrees the answer is certain, and a mean on
/// the bound itself is neither above nor below it.
struct Tail {
    above: f64,
    at_least: f64,
    below: f64,
    at_most: f64,
}

impl Tail {
    fn of(mean: &Estimate, bound: f64) -> Tail {
        let certain = |is: bool| if is { 0.0 } else { 1.0 };
        if !mean.has_interval() {
            return Tail { above: 1.0, at_least: 1.0, below: 1.0, at_most: 1.0 };
        }
        if mean.standard_error() == 0.0 {
            let by = mean.point - bound;
            return Tail { above: certain(by > 0.0), at_least: certain(by >= 0.0), below: certain(by < 0.0), at_most: certain(by <= 0.0) };
        }
        let t = (mean.point - bound) / mean.standard_error();
        let law = StudentsT::new(0.0, 1.0, f64::from(mean.replications - 1)).expect("at least one degree of freedom");
        let (above, below) = (law.sf(t), law.cdf(t));
        Tail { above, at_least: above, below, at_most: below }
    }
}
