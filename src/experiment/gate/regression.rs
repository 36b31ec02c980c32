//! Against a baseline: whether a figure got worse, by more than is tolerated and by more than chance.
//!
//! A rate that is zero before and after does not scatter, and yet is not certain: that none of N requests timed out does not
//! show that none ever would (as in [`super::super::judge`]). It is let pass only if so many requests would have shown what may
//! not be missed.

use super::super::headline::worse;
use super::super::judge::{Verdict, never_seen};
use super::super::measured::{Measured, quantile};
use super::super::simulate::Replicas;
use super::super::values::{paired, present, series};
use super::baseline::Baseline;
use crate::expression::Tolerance;
use crate::scenario::Scenario;

/// A figure that got worse by so many times what is tolerated is not let pass. Between once and twice lies what may be let
/// pass or not: without such a strip a figure just at the limit could never be judged, however often it were run.
pub const MISSED: f64 = 2.0;

/// A figure of a policy, before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct Regression {
    /// Position of the policy in the scenario.
    pub policy: usize,
    /// Position of the figure.
    pub figure: usize,
    /// Its mean in the baseline.
    pub before: f64,
    /// Its mean now.
    pub after: f64,
    /// After less before.
    pub difference: Measured,
    /// The part of the difference's error that comes from the baseline and that no further replication makes smaller: its
    /// mean's standard error, with its degrees of freedom. Nothing where replications are paired.
    pub fixed: Option<(f64, f64)>,
    /// In so many requests a rate was never seen to be anything but zero, neither before nor after: what it is may be more than
    /// that. Nothing for any other figure, and where the same scenario met the same requests.
    pub never_in: Option<f64>,
    /// How much worse it may be, in the figure's unit.
    pub tolerated: f64,
    /// The chance of a difference as bad if nothing had got worse.
    pub p_worse: f64,
    /// What is made of it: `Holds` where it did not get worse by more than is tolerated.
    pub verdict: Verdict,
}

impl Regression {
    /// By how much it got worse.
    pub fn worsening(&self) -> f64 {
        worse(self.figure, self.difference.point)
    }

    /// The difference as seen by who fears it: above zero is worse.
    fn feared(&self) -> Measured {
        Measured { point: self.worsening(), ..self.difference }
    }

    /// What is made of it with this risk on either side, where `p_worse` was corrected for what is judged beside it.
    ///
    /// Worse: by more than is tolerated, and certainly worse. Fine: certainly not worse by [`MISSED`] times what is tolerated.
    /// That no figure got worse needs no correction, since each of them must say so.
    pub fn verdict_at(&self, side: f64, p_worse: f64) -> Verdict {
        let fine = self.p_missed() < side;
        match self.worsening() > self.tolerated && p_worse < side {
            true => Verdict::Broken,
            false if fine => Verdict::Holds,
            false => Verdict::Unsure,
        }
    }

    /// The chance of what was seen if the figure had got worse by as much as may not be missed.
    fn p_missed(&self) -> f64 {
        let missed = MISSED * self.tolerated;
        let seen = self.feared().tail(missed).at_most;
        // Where nothing is tolerated, "no worse" speaks of what was seen.
        match self.never_in.filter(|_| missed > 0.0) {
            Some(requests) => seen.max(libm::exp(-missed * requests)),
            None => seen,
        }
    }

    /// How large a rate that was never seen may be, with this risk of being larger.
    pub fn unseen(&self, side: f64) -> Option<f64> {
        self.never_in.map(|requests| (-libm::log(side) / requests).min(1.0))
    }

    /// How far the difference is from the nearest thing that an interval would have to leave out for a verdict.
    pub fn distance(&self) -> f64 {
        let worse = if self.worsening() > self.tolerated { self.worsening() } else { 0.0 };
        worse.max(MISSED * self.tolerated - self.worsening())
    }

    /// Whether a baseline of so many replications keeps this from being told, whatever else is run.
    pub(super) fn is_spent(&self, side: f64, stored: u32, run: u32) -> bool {
        // A rate that was never seen is sharpened by this run's requests alone.
        if self.verdict != Verdict::Unsure || (self.never_in.is_some() && self.difference.has_error()) {
            return false;
        }
        match self.fixed {
            None => run >= stored,
            Some((error, degrees)) if error > 0.0 && degrees > 0.0 => quantile(degrees, 1.0 - side) * error > self.distance(),
            Some(_) => false,
        }
    }

    /// Whether it certainly got better.
    pub fn better(&self, side: f64) -> bool {
        self.feared().tail(0.0).below < side
    }
}

/// Whether this run meets the requests that the baseline's met.
pub fn is_paired(scenario: &Scenario, baseline: &Baseline) -> bool {
    scenario.seed == baseline.seed
}

/// Every judged figure of every policy that the baseline knows. The verdicts are each figure's own.
pub(super) fn regressions(scenario: &Scenario, baseline: &Baseline, judged: &[Tolerance], replicas: &[Replicas]) -> Vec<Regression> {
    let mut found = Vec::new();
    for (policy, replicas) in replicas.iter().enumerate() {
        for tolerance in judged {
            let before = baseline.values(&scenario.policies[policy].name, tolerance.figure);
            let after = series(replicas, tolerance.figure);
            let regression = before.and_then(|before| regression(policy, tolerance, before, &after, is_paired(scenario, baseline)));
            // What is the same to the last bit is no worse, however little was seen of it.
            let is_same = is_paired(scenario, baseline) && scenario.hash == baseline.scenario_hash;
            let never_in = if is_same { None } else { never_seen(replicas, tolerance.figure) };
            found.extend(regression.map(|it| Regression { never_in: never_in.filter(|_| it.before == 0.0 && it.after == 0.0), ..it }));
        }
    }
    found
}

fn regression(policy: usize, tolerance: &Tolerance, before: &[Option<f64>], after: &[Option<f64>], is_paired: bool) -> Option<Regression> {
    let (old, new) = (present(before), present(after));
    let difference = if is_paired { Measured::of(&paired(after, before))? } else { Measured::unpaired(&old, &new)? };
    let (before, after) = match is_paired {
        // The means of the replications that are compared.
        true => {
            let common = before.len().min(after.len());
            (Measured::of(&present(&before[..common]))?.point, Measured::of(&present(&after[..common]))?.point)
        }
        false => (Measured::of(&old)?.point, Measured::of(&new)?.point),
    };
    let fixed = if is_paired { None } else { Measured::of(&old).map(|it| (it.standard_error, it.degrees_of_freedom)) };
    let mut found = Regression {
        policy,
        fixed,
        figure: tolerance.figure,
        before,
        after,
        difference,
        never_in: None,
        tolerated: tolerance.band.of(before),
        p_worse: 1.0,
        verdict: Verdict::Unsure,
    };
    found.p_worse = found.feared().tail(0.0).above;
    Some(found)
}
