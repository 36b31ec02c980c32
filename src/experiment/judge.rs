//! Whether a claim holds, is broken, or cannot be told: the margin between its sides, replication by replication, and
//! what its mean is worth.
//!
//! A claim speaks of means over replications. Each replication gives one margin (left less right, from the same requests),
//! and Student's t says on which side of zero the mean lies. Either verdict on its own is wrong at most one time in forty
//! ([`SIDE`]); where neither can be given, more replications may.
//!
//! Where every replication agrees the answer is certain, with one exception: that none of N requests timed out does not
//! show that none ever would. Such a rate may be as large as [`UNSEEN`] / N, and the claim must hold for that too.

use super::estimate::CONFIDENCE;
use super::frontier::Values;
use super::measured::{Measured, Tail};
use super::simulate::Replicas;
use super::values::present;
use crate::expression::{Claim, Relation, Sides};
use crate::figure::{FIGURES, Unit, find};

/// The risk of a wrong verdict on either side: half of what a two-sided interval leaves out.
pub const SIDE: f64 = (1.0 - CONFIDENCE) / 2.0;

/// -ln([`SIDE`]): were a rate above `UNSEEN` / N, N requests would show it with a chance of 97.5 % ("rule of three").
pub const UNSEEN: f64 = 3.689;

/// What was run of a policy: a row a replication, a column a figure.
pub trait Rows {
    /// How many replications.
    fn replications(&self) -> usize;
    /// A figure by its position in [`FIGURES`]; nothing where the replication does not have it.
    fn value(&self, replication: usize, figure: usize) -> Option<f64>;
}

impl Rows for Replicas {
    fn replications(&self) -> usize {
        self.each.len()
    }
    fn value(&self, replication: usize, figure: usize) -> Option<f64> {
        self.each[replication].figures[figure]
    }
}

impl Rows for &Values {
    fn replications(&self) -> usize {
        self.len()
    }
    fn value(&self, replication: usize, figure: usize) -> Option<f64> {
        self[replication][figure]
    }
}

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
    pub left: Measured,
    /// The right side.
    pub right: Measured,
    /// Left less right, from paired replications.
    pub margin: Measured,
    /// How many replications have both sides.
    pub replications: u32,
    /// The chance of margins at least as good if the claim were just not true.
    pub p_holds: f64,
    /// The chance of margins at least as bad if the claim were just true.
    pub p_broken: f64,
    /// A rate that was zero throughout but may be as large as this, so that the claim cannot be told.
    pub unseen: Option<f64>,
}

impl Judgement {
    /// Of these sides, a replication each; nothing without any.
    pub fn of(claim: &Claim, sides: &[Sides]) -> Option<Judgement> {
        let measure = |value: fn(&Sides) -> f64| Measured::of(&sides.iter().map(value).collect::<Vec<_>>());
        let (left, right, margin) = (measure(|it| it.left)?, measure(|it| it.right)?, measure(Sides::margin)?);
        let (p_holds, p_broken) = chances(claim, margin, right.point);
        Some(Judgement { left, right, margin, replications: sides.len() as u32, p_holds, p_broken, unseen: None })
    }

    /// Of a claim about policy `own`. Replications in which a figure has no value are left out; nothing if none has one.
    pub fn over<R: Rows>(claim: &Claim, own: usize, replicas: &[R]) -> Option<Judgement> {
        let seen = Judgement::of(claim, &sides(claim, own, replicas))?;
        let rates = claim.figures(own).into_iter().filter_map(|(policy, figure)| unseen(&replicas[policy], figure));
        let rate = rates.fold(0.0, f64::max);
        // A claim about the very zero that was seen ("no timeouts") speaks of what was seen.
        if rate == 0.0 || seen.margin.point == 0.0 {
            return Some(seen);
        }
        let feared = Judgement::of(claim, &feared_sides(claim, own, replicas))?;
        let matters = feared.p_holds > seen.p_holds.max(SIDE);
        Some(if matters { Judgement { p_holds: feared.p_holds, unseen: Some(rate), ..seen } } else { seen })
    }

    /// On its own: without a correction for other claims judged beside it.
    pub fn verdict(&self) -> Verdict {
        self.verdict_at(SIDE, self.p_broken)
    }

    /// With this risk on either side, where `p_broken` was corrected for what is judged beside it.
    pub fn verdict_at(&self, side: f64, p_broken: f64) -> Verdict {
        match (self.p_holds < side, p_broken < side) {
            (true, _) => Verdict::Holds,
            (_, true) => Verdict::Broken,
            _ => Verdict::Unsure,
        }
    }
}

/// The p-values for and against.
fn chances(claim: &Claim, margin: Measured, right: f64) -> (f64, f64) {
    let zero = margin.tail(0.0);
    match claim.relation() {
        Relation::Below => (zero.below, zero.at_least),
        Relation::AtMost => (zero.at_most, zero.above),
        Relation::Above => (zero.above, zero.at_most),
        Relation::AtLeast => (zero.at_least, zero.below),
        Relation::Equal => {
            let band = claim.band().of(right);
            within(margin.tail(-band), margin.tail(band))
        }
    }
}

/// Inside a band: both ends must be told (two one-sided tests); outside it on either side.
fn within(low: Tail, high: Tail) -> (f64, f64) {
    (low.at_least.max(high.at_most), (2.0 * low.below.min(high.above)).min(1.0))
}

/// Both sides of a claim about policy `own`, in every replication that has them.
pub fn sides<R: Rows>(claim: &Claim, own: usize, replicas: &[R]) -> Vec<Sides> {
    sides_by(claim, own, replicas, &|_, _, value| value)
}

/// The same, with every rate that was never seen to be anything but 0 or 1 as far from there as it may be.
fn feared_sides<R: Rows>(claim: &Claim, own: usize, replicas: &[R]) -> Vec<Sides> {
    sides_by(claim, own, replicas, &|policy, figure, value| match unseen(&replicas[policy], figure) {
        Some(bound) if value == 0.0 => bound,
        Some(bound) => 1.0 - bound,
        None => value,
    })
}

/// Both sides, each figure's value passed through `of(policy, figure, value)`.
fn sides_by<R: Rows>(claim: &Claim, own: usize, replicas: &[R], of: &dyn Fn(usize, usize, f64) -> f64) -> Vec<Sides> {
    let spoken_of = claim.figures(own).into_iter().map(|(policy, _)| replicas[policy].replications());
    let replications = spoken_of.min().unwrap_or(0);
    let value = |replication: usize, figure: usize, policy: usize| {
        replicas[policy].value(replication, figure).map(|value| of(policy, figure, value))
    };
    (0..replications).filter_map(|it| claim.sides(own, &|figure, policy| value(it, figure, policy))).collect()
}

/// How large a rate may be that was 0 in every replication, or how far below 1 one that was 1; nothing for any other.
fn unseen<R: Rows>(replicas: &R, figure: usize) -> Option<f64> {
    let all = |wanted: f64| constant_in(replicas, figure, wanted);
    all(0.0).or_else(|| all(1.0)).map(|requests| (UNSEEN / requests).min(1.0))
}

/// In how many requests, over all replications, a rate was never seen to be anything but 0; nothing for any other figure.
pub(super) fn never_seen<R: Rows>(replicas: &R, figure: usize) -> Option<f64> {
    constant_in(replicas, figure, 0.0)
}

/// How many requests arrived, where a rate was `wanted` in every replication.
fn constant_in<R: Rows>(replicas: &R, figure: usize, wanted: f64) -> Option<f64> {
    if FIGURES[figure].unit != Unit::Share {
        return None;
    }
    let series = |figure| (0..replicas.replications()).map(|it| replicas.value(it, figure)).collect::<Vec<_>>();
    let constant = present(&series(figure)).iter().all(|value| *value == wanted);
    let arrived = find("requests.arrived").expect("a key of the table").0;
    let requests: f64 = present(&series(arrived)).iter().sum();
    (constant && requests > 0.0).then_some(requests)
}
