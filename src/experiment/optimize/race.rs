//! Who is run how often: successive halving, and the doubtful once more.
//!
//! A round gives twice the replications to at most half of the candidates: those most likely to be the answer, then those
//! that are hardest to rule out. Who was left behind in doubt comes back when the better ones are settled. It ends when the
//! doubts add up to less than 5 %, or the budget is spent.
//!
//! K. Jamieson, A. Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS 2016.

use rayon::prelude::*;

use super::super::sweep::{CellRun, run_cell};
use super::super::{Estimate, Progress};
use super::evidence::Field;
use super::{Best, DOUBT_MAX, Effort, Finding, Goal};
use crate::error::Error;
use crate::expression::Formula;
use crate::scenario::Scenario;

/// Replications of every candidate in the first round. With three the law of the mean falls fast enough for a large
/// difference to be beyond doubt; with two it does not.
const FIRST: u32 = 3;
/// No candidate is run more often than this many times the scenario's replications.
const LIMIT: u32 = 16;

/// A race that has ended.
pub(super) struct Ended<'g> {
    pub field: Field<'g>,
    pub spent: u64,
    pub budget: u64,
    pub enumeration: u64,
    looks: f64,
    indifference: f64,
}

/// Runs it.
///
/// # Errors
/// As [`optimize`](super::optimize).
pub(super) fn run<'g>(
    scenario: &Scenario,
    goal: &'g Goal,
    effort: &Effort,
    count: usize,
    progress: &dyn Progress,
) -> Result<Ended<'g>, Error> {
    let runs = vec![CellRun::default(); scenario.policies.len()];
    let enumeration = count as u64 * u64::from(scenario.replications);
    let first = (count + spoken_of(goal, count).len()) as u64 * u64::from(FIRST);
    let budget = effort.budget.unwrap_or(enumeration.max(first * 2));
    if budget < first {
        return Err(Error::Refused(format!(
            "a budget of {budget} replications does not suffice: {count} candidates are looked at {FIRST} times each, which takes {first}\n  \
             hint: write `--budget {}`, or take fewer values",
            first * 4
        )));
    }
    let looks = f64::from(looks(scenario.replications));
    let field = Field { goal, runs, count };
    let mut ended = Ended { field, spent: 0, budget, enumeration, looks, indifference: effort.indifference };
    progress.begin(budget as usize);
    let mut target: Vec<u32> = vec![FIRST; count];
    loop {
        ended.advance(scenario, &target, progress)?;
        match ended.next(scenario.replications, &target) {
            Some(next) if next != target => target = next,
            _ => return Ok(ended),
        }
    }
}

/// How many rounds there can be for one candidate.
fn looks(replications: u32) -> u32 {
    let (mut at, mut looks) = (FIRST, 1);
    while at < most(replications) {
        at = next_round(at, replications);
        looks += 1;
    }
    looks
}

/// Twice as many, with a stop at what the scenario says.
fn next_round(at: u32, replications: u32) -> u32 {
    let twice = at * 2;
    if at < replications && twice > replications { replications } else { twice.min(most(replications).max(at)) }
}

fn most(replications: u32) -> u32 {
    replications.saturating_mul(LIMIT).max(FIRST * LIMIT)
}

/// The scenario's own policies that the goal speaks of, as positions among all runs.
fn spoken_of(goal: &Goal, count: usize) -> Vec<usize> {
    let mut found = Vec::new();
    Formula::figures(&goal.minimize, goal.policies, &mut found);
    goal.subject_to.iter().for_each(|claim| found.extend(claim.figures(goal.policies)));
    let mut policies: Vec<usize> = found.into_iter().map(|(policy, _)| policy).filter(|it| *it < goal.policies).collect();
    policies.sort_unstable();
    policies.dedup();
    policies.into_iter().map(|policy| count + policy).collect()
}

impl Ended<'_> {
    /// Runs every candidate up to its target, and the policies they are compared with up to the highest.
    fn advance(&mut self, scenario: &Scenario, target: &[u32], progress: &dyn Progress) -> Result<(), Error> {
        let highest = target.iter().copied().max().unwrap_or(0);
        let others = spoken_of(self.field.goal, self.field.count).into_iter().map(|it| (it, highest));
        let wanted: Vec<(usize, u32)> = target.iter().copied().enumerate().chain(others).collect();
        let missing = |(index, target): &(usize, u32)| {
            let run = &self.field.runs[*index];
            let have = run.values.len() as u32;
            (run.gave_up.is_none() && have < *target).then_some((*index, have..*target))
        };
        let missing: Vec<_> = wanted.iter().filter_map(missing).collect();
        let more = |(index, range): &(usize, std::ops::Range<u32>)| {
            let run = run_cell(scenario, *index, range.clone(), &())?;
            range.clone().for_each(|_| progress.advance());
            Ok((*index, run))
        };
        let ran: Vec<(usize, CellRun)> = missing.par_iter().map(more).collect::<Result<_, Error>>()?;
        self.spent += missing.iter().map(|(_, range)| range.len() as u64).sum::<u64>();
        for (index, run) in ran {
            let known = &mut self.field.runs[index];
            match run.gave_up {
                Some(reason) => *known = CellRun { values: Vec::new(), gave_up: Some(reason) },
                None => known.values.extend(run.values),
            }
        }
        Ok(())
    }

    /// How often each candidate is to be run by the next round; nothing if the answer is settled or nothing more helps.
    fn next(&self, replications: u32, target: &[u32]) -> Option<Vec<u32>> {
        let raise = |candidate: usize| next_round(target[candidate], replications);
        let wanted = match self.best() {
            // Settled: the answer and its rival are shown as often as `run` would run them.
            _ if self.is_settled() => {
                self.shown().into_iter().filter(|it| target[*it] < replications).map(|it| (it, replications)).collect()
            }
            _ => self.contenders(target, replications).into_iter().map(|it| (it, raise(it))).collect::<Vec<_>>(),
        };
        let mut next = target.to_vec();
        let mut left = self.budget.saturating_sub(self.spent);
        let mut highest = target.iter().copied().max().unwrap_or(0);
        let others = spoken_of(self.field.goal, self.field.count).len() as u64;
        for (candidate, to) in wanted {
            let price = u64::from(to - target[candidate]) + others * u64::from(to.saturating_sub(highest));
            if price > 0 && price <= left {
                (left, highest) = (left - price, highest.max(to));
                next[candidate] = to;
            }
        }
        Some(next)
    }

    /// At most half of those that are left, of those in doubt: the most likely to be the answer first, then the hardest to
    /// rule out. And the best so far, where it is not known yet whether one of them is cheaper.
    fn contenders(&self, target: &[u32], replications: u32) -> Vec<usize> {
        let (scores, doubts) = (self.scores(), self.doubts());
        let highest = target.iter().copied().max().unwrap_or(0);
        let field = target.iter().filter(|at| **at == highest).count();
        let may_run = |it: &usize| next_round(target[*it], replications) > target[*it];
        let mut open: Vec<usize> = (0..self.field.count).filter(|it| doubts[*it] > self.share()).filter(may_run).collect();
        open.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(doubts[*b].total_cmp(&doubts[*a])).then(a.cmp(b)));
        // Those that are likely stay in any case: halving is for the many that are not.
        let likely = open.iter().filter(|it| scores[**it] >= DOUBT_MAX).count();
        open.truncate(field.div_ceil(2).max(likely).max(2));
        if let Some(best) = self.best().filter(|best| !open.contains(best) && may_run(best)) {
            let behind = |it: &usize| target[best] <= target[*it] && self.field.is_close(*it, best);
            if open.iter().any(behind) {
                open.insert(0, best);
            }
        }
        open
    }

    /// The doubt that one candidate may leave if all together may leave [`DOUBT_MAX`].
    fn share(&self) -> f64 {
        DOUBT_MAX / 2.0 / self.field.count as f64
    }

    /// Candidates by what they cost, cheapest first, as far as they have figures. Compared in pairs: one that was run twice as
    /// often is not dearer for the busier days it saw.
    fn by_cost(&self) -> Vec<usize> {
        let run = |it: &usize| !self.field.values(*it).is_empty();
        let Some(longest) = (0..self.field.count).filter(run).max_by_key(|it| (self.field.values(*it).len(), std::cmp::Reverse(*it)))
        else {
            return Vec::new();
        };
        let cost = |candidate: usize| {
            let differences = self.field.difference(candidate, longest);
            Estimate::of(&differences).map(|it| it.point)
        };
        let mut order: Vec<(f64, usize)> = (0..self.field.count).filter(run).filter_map(|it| Some((cost(it)?, it))).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        order.into_iter().map(|(_, candidate)| candidate).collect()
    }

    /// How likely each is the answer, roughly: it keeps its promises and no cheaper one does.
    fn scores(&self) -> Vec<f64> {
        let mut scores = vec![0.0; self.field.count];
        let mut none_before = 1.0;
        for candidate in self.by_cost() {
            let likely = self.field.likely(candidate);
            scores[candidate] = none_before * likely;
            none_before *= 1.0 - likely;
        }
        scores
    }

    /// The best so far: the most likely answer.
    pub(super) fn best(&self) -> Option<usize> {
        let scores = self.scores();
        let best = (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]).then(b.cmp(a)))?;
        (scores[best] > 0.0 && self.field.keeps(best)).then_some(best)
    }

    /// What each candidate leaves in doubt: that it is the answer and not the best so far; without one, that it keeps its
    /// promises after all.
    fn doubts(&self) -> Vec<f64> {
        let best = self.best();
        let doubt = |candidate: usize| match best {
            _ if self.field.values(candidate).is_empty() => 0.0,
            Some(best) if best == candidate => self.field.doubt(best),
            Some(best) => self.field.threat(candidate, best, self.indifference),
            None => self.field.p_broken(candidate).into_iter().fold(1.0, f64::min) * self.field.goal.subject_to.len() as f64,
        };
        (0..self.field.count).map(|candidate| (doubt(candidate) * self.looks).min(1.0)).collect()
    }

    fn is_settled(&self) -> bool {
        let doubts = self.doubts();
        match self.best() {
            Some(best) => doubts[best] <= DOUBT_MAX && doubts.iter().sum::<f64>() - doubts[best] <= DOUBT_MAX,
            None => doubts.iter().sum::<f64>() <= DOUBT_MAX,
        }
    }

    /// Whose figures are shown: the answer and the next dearer one, or the nearest.
    fn shown(&self) -> Vec<usize> {
        match self.best() {
            Some(best) => [Some(best), self.runner_up(best)].into_iter().flatten().collect(),
            None => self.nearest().into_iter().collect(),
        }
    }

    fn runner_up(&self, best: usize) -> Option<usize> {
        self.by_cost().into_iter().find(|it| *it != best && self.field.keeps(*it))
    }

    fn nearest(&self) -> Option<usize> {
        self.by_cost().into_iter().min_by(|a, b| self.field.excess(*a).total_cmp(&self.field.excess(*b)))
    }

    /// What came of it.
    pub(super) fn finding(&self) -> Finding {
        let doubts = self.doubts();
        let best = self.best().map(|candidate| Best {
            candidate,
            holds: 1.0 - doubts[candidate],
            cheapest: (1.0 - doubts.iter().sum::<f64>() + doubts[candidate]).max(0.0),
            runner_up: self.runner_up(candidate).and_then(|other| Some((other, Estimate::of(&self.field.difference(other, candidate))?))),
        });
        match (self.is_settled(), best) {
            (true, Some(best)) => Finding::Found(best),
            (true, None) => Finding::Nothing { nearest: self.nearest() },
            (false, best) => {
                let open = (0..self.field.count).filter(|it| doubts[*it] > self.share()).collect();
                Finding::Unsure { best, open }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_double_and_stop_at_what_the_scenario_says() {
        let rounds = |replications: u32| {
            let mut at = FIRST;
            std::iter::from_fn(move || {
                let now = at;
                at = next_round(at, replications);
                (now < at).then_some(now)
            })
            .collect::<Vec<u32>>()
        };
        assert_eq!(rounds(10), [3, 6, 10, 20, 40, 80]);
        assert_eq!(rounds(2), [3, 6, 12, 24]);
        assert_eq!(looks(10), 7);
    }
}
