//! The gate: does a scenario keep what it promises, and is it no worse than it was?
//!
//! Two kinds of wrong answers are possible, and each is kept to 2.5 %. *No* is said if any of many tests fails, so each of
//! them is held to a stricter level (Holm). *Yes* is said only if every test passes, and the chance that all of them do
//! by mistake is no larger than the chance that one of them does (an intersection-union test), so none needs a correction.
//! Between the two lies *cannot tell*.

mod baseline;
mod regression;

pub use baseline::{Baseline, StoredPolicy};
pub use regression::{MISSED, Regression, is_paired};

use super::compare::compare;
use super::comparison::Comparison;
use super::headline::{self, HEADLINE};
use super::judge::{Judgement, Verdict};
use super::sequential::{Looks, Next, Stopping, replicate};
use super::settle::{Open, imprecise};
use super::simulate::{Progress, Replicas};
use super::{find, holm};
use crate::error::{Error, Place};
use crate::expression::Tolerance;
pub use crate::scenario::Change;
use crate::scenario::{self, Scenario};

/// The answer of the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Everything holds, nothing got worse.
    Yes,
    /// A promise is broken, or a figure got worse.
    No,
    /// The replications do not tell.
    Unsure,
}

/// A promise of the scenario and what became of it.
#[derive(Debug, Clone)]
pub struct Promise {
    /// Position of the policy.
    pub policy: usize,
    /// As it is written.
    pub text: String,
    /// Where.
    pub place: Place,
    /// What the replications say; nothing where no replication has its figures.
    pub judgement: Option<Judgement>,
    /// Its unit, for writing the sides.
    pub kind: crate::expression::Kind,
    /// What is made of it, all that is judged beside it considered.
    pub verdict: Verdict,
}

/// How the scenario stands against a baseline.
#[derive(Debug, Clone)]
pub struct Against {
    /// The baseline.
    pub baseline: Baseline,
    /// Whether replications were compared pair by pair.
    pub paired: bool,
    /// What was changed in the scenario since.
    pub changes: Vec<Change>,
    /// Every judged figure of every policy that both have.
    pub regressions: Vec<Regression>,
    /// What could not be compared, in words.
    pub notes: Vec<String>,
}

/// What the gate found.
#[derive(Debug, Clone)]
pub struct Check {
    /// The figures of this run.
    pub comparison: Comparison,
    /// Where each policy is written.
    pub places: Vec<Place>,
    /// What became of every promise.
    pub promises: Vec<Promise>,
    /// Against the baseline, if there is one.
    pub against: Option<Against>,
    /// When one looked.
    pub looks: Looks,
    /// Figures that are not known as well as was asked for.
    pub imprecise: Vec<Open>,
    /// Yes, no, or cannot tell.
    pub answer: Answer,
    /// This run, to be stored.
    pub record: Baseline,
}

/// What a check is asked.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// What to compare with.
    pub baseline: Option<Baseline>,
    /// In place of the scenario's tolerances, figure by figure.
    pub tolerances: Vec<Tolerance>,
    /// When to stop adding replications.
    pub stopping: Stopping,
}

/// What is judged at a look.
struct Look {
    promises: Vec<Promise>,
    regressions: Vec<Regression>,
    imprecise: Vec<Open>,
}

/// Runs the scenario, until the answer is known if that was asked, and gives it.
///
/// # Errors
/// As [`simulate`](super::simulate()).
pub fn check(scenario: &Scenario, question: Question, progress: &dyn Progress) -> Result<Check, Error> {
    let tolerances: Vec<Tolerance> = scenario.tolerances.iter().chain(&question.tolerances).copied().collect();
    let judged = headline::judged(&tolerances);
    let look = |replicas: &[Replicas], looks: &Looks| look(scenario, &question, &judged, replicas, looks);
    let next = |replicas: &[Replicas], looks: &Looks| next(&question, &look(replicas, looks), looks);
    let (replicas, looks) = replicate(scenario, &question.stopping, progress, &next)?;
    let Look { promises, regressions, imprecise } = look(&replicas, &looks);
    let answer = answer(&promises, &regressions);
    let record = Baseline::of(scenario, &replicas);
    let against = question.baseline.map(|baseline| against(scenario, baseline, regressions));
    let places = scenario.policies.iter().map(|policy| policy.place.clone()).collect();
    Ok(Check { comparison: compare(scenario, replicas, &looks), places, promises, against, looks, imprecise, answer, record })
}

/// Judges everything, each test in the light of all.
fn look(scenario: &Scenario, question: &Question, judged: &[Tolerance], replicas: &[Replicas], looks: &Looks) -> Look {
    let mut promises: Vec<Promise> = scenario.expectations.iter().map(|it| promise(it, replicas)).collect();
    let baseline = question.baseline.as_ref();
    let mut regressions = baseline.map_or(Vec::new(), |it| regression::regressions(scenario, it, judged, replicas));
    let side = looks.side();
    let tests = promises.iter().map(|it| it.judgement.map(|it| (it.margin.standard_error, it.p_broken)));
    let tests = tests.chain(regressions.iter().map(|it| Some((it.difference.standard_error, it.p_worse))));
    let mut adjusted = adjusted(&tests.collect::<Vec<_>>()).into_iter();
    for (promise, p_broken) in promises.iter_mut().zip(&mut adjusted) {
        promise.verdict = promise.judgement.map_or(Verdict::Unsure, |it| it.verdict_at(side, p_broken));
    }
    for (regression, p_worse) in regressions.iter_mut().zip(adjusted) {
        regression.verdict = regression.verdict_at(side, p_worse);
    }
    let imprecise = question.stopping.precision.map_or(Vec::new(), |precision| {
        let figures = HEADLINE.map(|key| find(key).expect("a key of the table").0);
        imprecise(precision, &figures, replicas, looks.confidence())
    });
    Look { promises, regressions, imprecise }
}

/// p-values raised by Holm's correction. What does not scatter is no matter of chance: it raises no other.
fn adjusted(tests: &[Option<(f64, f64)>]) -> Vec<f64> {
    let is_chance = |test: &Option<(f64, f64)>| test.is_some_and(|(error, _)| error > 0.0 && error.is_finite());
    let family: Vec<f64> = tests.iter().filter(|test| is_chance(test)).flatten().map(|(_, p)| *p).collect();
    let mut raised = holm::adjusted(&family).into_iter();
    let of = |test: &Option<(f64, f64)>| if is_chance(test) { raised.next().unwrap_or(1.0) } else { test.map_or(1.0, |(_, p)| p) };
    tests.iter().map(of).collect()
}

fn promise(expectation: &scenario::Expectation, replicas: &[Replicas]) -> Promise {
    Promise {
        policy: expectation.policy,
        text: expectation.claim.to_string(),
        place: expectation.place.clone(),
        judgement: Judgement::over(&expectation.claim, expectation.policy, replicas),
        kind: expectation.claim.kind(),
        verdict: Verdict::Unsure,
    }
}

fn answer(promises: &[Promise], regressions: &[Regression]) -> Answer {
    let verdicts = || promises.iter().map(|it| it.verdict).chain(regressions.iter().map(|it| it.verdict));
    if verdicts().any(|it| it == Verdict::Broken) {
        Answer::No
    } else if verdicts().any(|it| it == Verdict::Unsure) {
        Answer::Unsure
    } else {
        Answer::Yes
    }
}

/// Whether more replications are wanted, and of any use.
fn next(question: &Question, look: &Look, looks: &Looks) -> Next {
    let answer = answer(&look.promises, &look.regressions);
    let sure = !question.stopping.until_sure || answer != Answer::Unsure;
    if sure && look.imprecise.is_empty() {
        return Next::Settled;
    }
    let stored = question.baseline.as_ref().map_or(0, |it| it.replications);
    let spent = |it: &Regression| it.verdict != Verdict::Unsure || it.is_spent(looks.side(), stored, looks.replications());
    let only_regressions = look.imprecise.is_empty() && look.promises.iter().all(|it| it.verdict != Verdict::Unsure);
    if only_regressions && look.regressions.iter().all(spent) { Next::NoUse } else { Next::More }
}

impl Against {
    /// Whether the baseline's replications keep something from being told.
    pub fn is_spent(&self, looks: &Looks) -> bool {
        self.regressions.iter().any(|it| it.is_spent(looks.side(), self.baseline.replications, looks.replications()))
    }
}

fn against(scenario: &Scenario, baseline: Baseline, regressions: Vec<Regression>) -> Against {
    let mut notes = Vec::new();
    let known = |name: &str| baseline.policies.iter().any(|it| it.name == name);
    let here = |name: &str| scenario.policies.iter().any(|it| it.name == name);
    notes.extend(scenario.policies.iter().filter(|it| !known(&it.name)).map(|it| format!("`{}` is new: it has no baseline", it.name)));
    notes.extend(baseline.policies.iter().filter(|it| !here(&it.name)).map(|it| format!("`{}` is gone", it.name)));
    let changes = scenario::changes(&baseline.text, &scenario.text);
    if changes.is_empty() && baseline.scenario_hash != scenario.hash && baseline.text == scenario.text {
        notes.push("a file that the scenario names has changed".into());
    }
    if baseline.version != env!("CARGO_PKG_VERSION") {
        notes.push(format!("coldcast {} made the baseline, this is {}", baseline.version, env!("CARGO_PKG_VERSION")));
    }
    let paired = is_paired(scenario, &baseline);
    Against { paired, changes, regressions, notes, baseline }
}
