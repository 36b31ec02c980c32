//! The cheapest policy that keeps its promises.
//!
//! ```text
//! Grid ─► race: rounds of twice the replications for at most half of the candidates ─► evidence ─► Optimum
//! ```
//!
//! All candidates meet the same requests, so most are told apart after a few replications. What is said of the answer holds
//! at 95 % whatever the number of candidates and of looks: every chance is multiplied by both (Bonferroni; the union bound
//! holds whatever hangs on what). Not here: a search beyond the grid. Nothing between two values is tried.

mod evidence;
mod explain;
mod race;

use super::about::About;
use super::grid::Grid;
use super::sweep::Varied;
use super::{Estimate, Judgement, Progress};
use crate::error::Error;
use crate::expression::{Claim, Formula};
use crate::figure::Unit;
use crate::scenario::{Draft, Scenario};

pub use explain::{Relaxed, Step};

/// What is asked.
#[derive(Debug, Clone)]
pub struct Goal {
    /// What is to be small.
    pub minimize: Formula,
    /// As it was written.
    pub minimize_text: String,
    /// What must hold.
    pub subject_to: Vec<Claim>,
    /// How many policies the scenario has: the claims may speak of them by their position.
    pub policies: usize,
}

/// How much may be spent on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effort {
    /// Simulated replications in all; nothing: as many as trying every candidate as often as the scenario says.
    pub budget: Option<u64>,
    /// A candidate that is cheaper by less than this share is as good.
    pub indifference: f64,
}

impl Optimum {
    /// The best candidate so far, if anything seems to keep its promises.
    pub fn best(&self) -> Option<&Best> {
        match &self.finding {
            Finding::Found(best) => Some(best),
            Finding::Unsure { best, .. } => best.as_ref(),
            Finding::Nothing { .. } => None,
        }
    }
}

impl Default for Effort {
    fn default() -> Effort {
        Effort { budget: None, indifference: 0.01 }
    }
}

/// Doubts about the answer must not add up to more than this: what [`CONFIDENCE`](super::estimate::CONFIDENCE) leaves out.
pub const DOUBT_MAX: f64 = 1.0 - super::estimate::CONFIDENCE;

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Optimum {
    /// What was asked, and how it was run.
    pub about: About,
    /// What was to be small, as it was written.
    pub minimize: String,
    /// Its unit; nothing for a compound one.
    pub unit: Option<Unit>,
    /// What had to hold.
    pub subject_to: Vec<Promise>,
    /// What was varied.
    pub axes: Vec<Varied>,
    /// Every candidate, in the order of the grid.
    pub candidates: Vec<Candidate>,
    /// What was found.
    pub finding: Finding,
    /// The best candidate as a policy of its own: paths and values.
    pub overlay: Vec<(String, String)>,
    /// Which promise stands in the way of what.
    pub relaxed: Vec<Relaxed>,
    /// Candidates that differ from the answer in one step and are cheaper.
    pub steps: Vec<Step>,
    /// Simulated replications.
    pub spent: u64,
    /// How many were allowed.
    pub budget: u64,
    /// How many it takes to try every candidate as often as the scenario says.
    pub enumeration: u64,
    /// A candidate that is cheaper by less than this share is as good.
    pub indifference: f64,
}

/// A claim, and the unit its sides are written in.
#[derive(Debug, Clone, PartialEq)]
pub struct Promise {
    /// As it was written.
    pub text: String,
    /// Nothing for a compound one.
    pub unit: Option<Unit>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// This candidate is the answer, surely enough.
    Found(Best),
    /// No candidate keeps every promise; this one comes nearest.
    Nothing {
        /// The nearest, if any has figures.
        nearest: Option<usize>,
    },
    /// The budget does not tell.
    Unsure {
        /// What it looks like so far, if anything keeps its promises.
        best: Option<Best>,
        /// Candidates that may still be the answer.
        open: Vec<usize>,
    },
}

/// The best candidate and how sure that is.
#[derive(Debug, Clone, PartialEq)]
pub struct Best {
    /// Its position.
    pub candidate: usize,
    /// The confidence that it keeps every promise, at least.
    pub holds: f64,
    /// The confidence that no other keeps them and is cheaper by more than the indifference, at least.
    pub cheapest: f64,
    /// The next dearer one that seems to keep its promises, and how much more it costs, from paired replications.
    pub runner_up: Option<(usize, Estimate)>,
}

/// A candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Its policy.
    pub policy: String,
    /// Other policies that say the same with these values.
    pub also: Vec<String>,
    /// The level of every axis; nothing where the axis means nothing to the policy.
    pub levels: Vec<Option<usize>>,
    /// How often it was run.
    pub replications: u32,
    /// What was to be small.
    pub objective: Option<Estimate>,
    /// What its replications say of every promise; nothing where a figure has no value.
    pub promises: Vec<Option<Judgement>>,
    /// Its figures, in the order of [`FIGURES`](super::FIGURES).
    pub figures: Vec<Option<Estimate>>,
    /// Why its run was given up, if it was.
    pub gave_up: Option<String>,
}

/// Finds it. `scenario` has a policy for every cell of the grid, in order, and behind them one for each of the scenario's own
/// policies, which the claims may speak of.
///
/// # Errors
/// A budget that is too small to look at every candidate; a trace that changes while it is replayed.
pub fn optimize(
    draft: &Draft,
    grid: &Grid,
    scenario: &Scenario,
    goal: &Goal,
    effort: &Effort,
    progress: &dyn Progress,
) -> Result<Optimum, Error> {
    assert_eq!(grid.cells.len() + goal.policies, scenario.policies.len(), "a policy a cell, and the scenario's own");
    let ended = race::run(scenario, goal, effort, grid.cells.len(), progress)?;
    let candidates = candidates(grid, &ended.field);
    let best = ended.best();
    let (relaxed, steps) = match best {
        Some(best) => (explain::relaxed(&ended.field, best), explain::steps(grid, &ended.field, best)),
        None => Default::default(),
    };
    let mut about = About::of(scenario);
    about.warnings.extend(grid.notes.iter().cloned());
    let overlay = best.map(|best| draft.overlay(&grid.axes, &grid.selection(&grid.cells[best]))).unwrap_or_default();
    Ok(Optimum {
        about,
        minimize: goal.minimize_text.clone(),
        unit: goal.minimize.kind().unit(),
        subject_to: goal.subject_to.iter().map(|claim| Promise { text: claim.to_string(), unit: claim.kind().unit() }).collect(),
        axes: Varied::all(&grid.axes),
        candidates,
        relaxed,
        steps,
        spent: ended.spent,
        budget: ended.budget,
        enumeration: ended.enumeration,
        indifference: effort.indifference,
        finding: ended.finding(),
        overlay,
    })
}

fn candidates(grid: &Grid, field: &evidence::Field) -> Vec<Candidate> {
    let candidate = |(index, cell): (usize, &super::grid::Cell)| Candidate {
        policy: cell.name.clone(),
        also: cell.also.clone(),
        levels: cell.levels.clone(),
        replications: field.values(index).len() as u32,
        objective: field.objective(index),
        promises: field.judgements(index),
        figures: super::sweep::estimates(field.values(index)),
        gave_up: field.gave_up(index),
    };
    grid.cells.iter().enumerate().map(candidate).collect()
}
