//! What the replications so far say of every candidate: does it keep its promises, and is it cheaper than another?

use super::super::frontier::Values;
use super::super::sweep::CellRun;
use super::super::{Estimate, Judgement, Measured};
use super::Goal;
use crate::expression::Relation;

/// Every candidate and what was run of it, and the scenario's own policies behind them.
pub(super) struct Field<'g> {
    pub goal: &'g Goal,
    /// The candidates, then the policies.
    pub runs: Vec<CellRun>,
    /// How many of them are candidates.
    pub count: usize,
}

impl Field<'_> {
    /// The figures of a candidate, a row a replication.
    pub(super) fn values(&self, candidate: usize) -> &Values {
        &self.runs[candidate].values
    }

    /// Why its run was given up, if it was.
    pub(super) fn gave_up(&self, candidate: usize) -> Option<String> {
        self.runs[candidate].gave_up.clone()
    }

    /// What claims see: the scenario's own policies by their position, and behind them the candidate.
    fn rows(&self, candidate: usize) -> Vec<&Values> {
        self.runs[self.count..].iter().map(|run| &run.values).chain([self.values(candidate)]).collect()
    }

    /// What the replications say of every promise.
    pub(super) fn judgements(&self, candidate: usize) -> Vec<Option<Judgement>> {
        let rows = self.rows(candidate);
        self.goal.subject_to.iter().map(|claim| Judgement::over(claim, self.goal.policies, &rows)).collect()
    }

    /// What is to be small, in every replication that has it.
    fn objectives(&self, candidate: usize) -> Vec<Option<f64>> {
        let rows = self.rows(candidate);
        let value = |replication: usize| {
            let of = |figure: usize, policy: usize| rows[policy].get(replication).and_then(|row| row[figure]);
            self.goal.minimize.value(self.goal.policies, &of)
        };
        (0..self.values(candidate).len()).map(value).collect()
    }

    /// Its mean and interval.
    pub(super) fn objective(&self, candidate: usize) -> Option<Estimate> {
        Estimate::of(&self.objectives(candidate).into_iter().flatten().collect::<Vec<_>>())
    }

    /// How much more `a` costs than `b`, in the replications that both have.
    pub(super) fn difference(&self, a: usize, b: usize) -> Vec<f64> {
        let pairs = self.objectives(a).into_iter().zip(self.objectives(b));
        pairs.filter_map(|(a, b)| Some(a? - b?)).collect()
    }

    /// The chance, by promise, that it breaks it although its replications look as if it kept it.
    fn p_holds(&self, candidate: usize) -> Vec<f64> {
        self.judgements(candidate).iter().map(|it| it.map_or(1.0, |it| it.p_holds)).collect()
    }

    /// The chance, by promise, that it keeps it although its replications look as if it broke it.
    pub(super) fn p_broken(&self, candidate: usize) -> Vec<f64> {
        // Where a figure has no value, nothing can be said in favour of it either.
        self.judgements(candidate).iter().map(|it| it.map_or(0.0, |it| it.p_broken)).collect()
    }

    /// How likely it keeps every promise, roughly: for choosing who is looked at again, not for a verdict.
    pub(super) fn likely(&self, candidate: usize) -> f64 {
        self.p_holds(candidate).iter().map(|p| 1.0 - p).product()
    }

    /// The chance that it breaks a promise after all, at most.
    pub(super) fn doubt(&self, candidate: usize) -> f64 {
        self.p_holds(candidate).iter().sum::<f64>().min(1.0)
    }

    /// The chance that `other` keeps its promises and is cheaper than `best` by more than the indifference, at most: it is
    /// ruled out by the strongest evidence against either, which was looked for among all of them.
    pub(super) fn threat(&self, other: usize, best: usize, indifference: f64) -> f64 {
        if self.values(other).is_empty() {
            return 0.0;
        }
        let bound = self.objective(best).map_or(0.0, |it| -indifference * it.point.abs());
        let dearer = Measured::of(&self.difference(other, best)).map_or(1.0, |it| it.tail(bound).at_least);
        let against = self.p_broken(other).into_iter().fold(dearer, f64::min);
        (against * (self.goal.subject_to.len() + 1) as f64).min(1.0)
    }

    /// Whether it cannot be told yet which of two is cheaper.
    pub(super) fn is_close(&self, a: usize, b: usize) -> bool {
        const TOLD: f64 = 1e-3;
        Measured::of(&self.difference(a, b)).is_none_or(|it| it.standard_error > 0.0 && it.tail(0.0).above.min(it.tail(0.0).below) > TOLD)
    }

    /// Whether the means keep every promise.
    pub(super) fn keeps(&self, candidate: usize) -> bool {
        self.excesses(candidate).iter().all(|excess| excess.is_some_and(|excess| excess <= 0.0))
    }

    /// By how much each promise is missed, as a share of what was promised; zero or less where it is kept.
    pub(super) fn excesses(&self, candidate: usize) -> Vec<Option<f64>> {
        let excess = |(claim, judgement): (&crate::expression::Claim, Option<Judgement>)| {
            let it = judgement?;
            let scale = if it.right.point == 0.0 { 1.0 } else { it.right.point.abs() };
            let by = it.margin.point / scale;
            Some(match claim.relation() {
                Relation::AtMost => by,
                Relation::AtLeast => -by,
                // On the limit is not below it.
                Relation::Below => {
                    if by == 0.0 {
                        f64::MIN_POSITIVE
                    } else {
                        by
                    }
                }
                Relation::Above => {
                    if by == 0.0 {
                        f64::MIN_POSITIVE
                    } else {
                        -by
                    }
                }
                Relation::Equal => by.abs() - claim.band().of(it.right.point) / scale,
            })
        };
        self.goal.subject_to.iter().zip(self.judgements(candidate)).map(excess).collect()
    }

    /// The worst of them; infinite where one cannot be told.
    pub(super) fn excess(&self, candidate: usize) -> f64 {
        self.excesses(candidate).into_iter().map(|it| it.unwrap_or(f64::INFINITY)).fold(f64::NEG_INFINITY, f64::max)
    }
}
