//! Runs every cell of a grid on the same requests and says which are worth a look.
//!
//! ```text
//! Grid + Scenario (a policy a cell, traffic shared) ──► CellRun, kept as each is finished ──► Sweep
//! ```
//!
//! Cells and replications run in parallel; each draws from its own streams, so the bytes are the same on any number of
//! threads, and for a sweep that was interrupted and resumed. Where cells are kept is the caller's: see [`Store`].

use rayon::prelude::*;

use super::about::About;
use super::compare::ONE_REPLICATION;
use super::frontier::{self, Standing, Values};
use super::grid::{Grid, short_names};
use super::simulate::{parts_of, replicate};
use super::{Estimate, FIGURES, Progress, Sample, figure};
use crate::error::Error;
use crate::platform;
use crate::scenario::{Axis, Scenario};
use crate::units::Kind;

/// A finished cell: all that a report needs of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CellRun {
    /// The figures in the order of [`FIGURES`], a row a replication; none if the run was given up.
    pub values: Values,
    /// Why the run was given up, if it was.
    pub gave_up: Option<String>,
}

/// Where finished cells are kept while others run.
pub trait Store: Sync {
    /// A cell that was finished before.
    fn find(&self, cell: usize) -> Option<CellRun>;
    /// Keeps a cell that was just finished.
    ///
    /// # Errors
    /// If it cannot be kept; the sweep ends there.
    fn keep(&self, cell: usize, run: &CellRun) -> Result<(), Error>;
}

/// Nowhere.
impl Store for () {
    fn find(&self, _: usize) -> Option<CellRun> {
        None
    }
    fn keep(&self, _: usize, _: &CellRun) -> Result<(), Error> {
        Ok(())
    }
}

/// The answer to a grid of what-ifs.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweep {
    /// What was asked, and how it was run.
    pub about: About,
    /// What was varied.
    pub axes: Vec<Varied>,
    /// The cells, in the order of the grid.
    pub cells: Vec<SweptCell>,
}

/// An axis, as a report shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Varied {
    /// Its path in the scenario.
    pub path: String,
    /// As short as it can be told from the others.
    pub name: String,
    /// Its values as they are written.
    pub levels: Vec<String>,
    /// Its values in the unit of their kind, if all are quantities of one kind.
    pub numbers: Option<(Kind, Vec<f64>)>,
    /// Whether they were asked for at equal ratios.
    pub logarithmic: bool,
}

impl Varied {
    /// All of these axes.
    pub fn all(axes: &[Axis]) -> Vec<Varied> {
        let names = short_names(&axes.iter().map(|axis| axis.path.as_str()).collect::<Vec<_>>());
        let varied = |(axis, name): (&Axis, String)| Varied {
            path: axis.path.clone(),
            name,
            levels: axis.levels.iter().map(|level| level.text.clone()).collect(),
            numbers: axis.numbers(),
            logarithmic: axis.logarithmic,
        };
        axes.iter().zip(names).map(varied).collect()
    }
}

/// A cell and its figures.
#[derive(Debug, Clone, PartialEq)]
pub struct SweptCell {
    /// Its policy.
    pub policy: String,
    /// Other policies that say the same with these values.
    pub also: Vec<String>,
    /// The level of every axis; nothing where the axis means nothing to the policy.
    pub levels: Vec<Option<usize>>,
    /// In the order of [`FIGURES`]; nothing where no replication has the figure.
    pub figures: Vec<Option<Estimate>>,
    /// How it stands among the others.
    pub standing: Standing,
    /// Why its run was given up, if it was.
    pub gave_up: Option<String>,
}

impl SweptCell {
    /// The figure with this key.
    ///
    /// # Panics
    /// If there is no such figure: a key is part of the program, not of its input.
    pub fn figure(&self, key: &str) -> Option<Estimate> {
        self.figures[figure::find(key).unwrap_or_else(|| panic!("no figure `{key}`")).0]
    }
}

/// Runs every cell of the grid that the store does not have. `scenario` has a policy for each cell, in order.
///
/// # Errors
/// If a trace changes while it is replayed, or the store fails.
pub fn sweep(grid: &Grid, scenario: &Scenario, store: &dyn Store, progress: &dyn Progress) -> Result<Sweep, Error> {
    assert_eq!(grid.cells.len(), scenario.policies.len(), "a policy a cell");
    let runs = run_cells(scenario, store, progress)?;
    let standings = frontier::standings(&runs.iter().map(|run| &run.values).collect::<Vec<_>>());
    let cells = grid.cells.iter().zip(runs).zip(standings).map(|((cell, run), standing)| SweptCell {
        policy: cell.name.clone(),
        also: cell.also.clone(),
        levels: cell.levels.clone(),
        figures: estimates(&run.values),
        standing,
        gave_up: run.gave_up,
    });
    let mut about = About::of(scenario);
    about.warnings.extend(grid.notes.iter().cloned());
    let cells: Vec<SweptCell> = cells.collect();
    about.warnings.extend(doubts(&cells, scenario.replications));
    Ok(Sweep { about, axes: Varied::all(&grid.axes), cells })
}

/// An estimate a figure.
pub(super) fn estimates(values: &Values) -> Vec<Option<Estimate>> {
    (0..FIGURES.len()).map(|column| frontier::estimate_of(values, column)).collect()
}

fn run_cells(scenario: &Scenario, store: &dyn Store, progress: &dyn Progress) -> Result<Vec<CellRun>, Error> {
    let mut runs: Vec<Option<CellRun>> = (0..scenario.policies.len()).map(|cell| store.find(cell)).collect();
    let missing: Vec<usize> = (0..runs.len()).filter(|cell| runs[*cell].is_none()).collect();
    let parts: usize = missing.iter().map(|cell| parts_of(scenario, &scenario.policies[*cell])).sum();
    progress.begin(parts * scenario.replications as usize);
    let finish = |cell: &usize| {
        let run = run_cell(scenario, *cell, 0..scenario.replications, progress)?;
        store.keep(*cell, &run)?;
        Ok((*cell, run))
    };
    let finished: Vec<(usize, CellRun)> = missing.par_iter().map(finish).collect::<Result<_, Error>>()?;
    for (cell, run) in finished {
        runs[cell] = Some(run);
    }
    Ok(runs.into_iter().map(|run| run.expect("found or run")).collect())
}

/// Some replications of a cell. A cell that is given up has no figures; the others go on.
///
/// # Errors
/// Any but the limits of a run.
pub(super) fn run_cell(
    scenario: &Scenario,
    cell: usize,
    replications: std::ops::Range<u32>,
    progress: &dyn Progress,
) -> Result<CellRun, Error> {
    let policy = &scenario.policies[cell];
    let run = |replication: u32| {
        let (outcome, bill) = replicate(scenario, policy, replication, progress)?;
        Ok(figure::values(&Sample { outcome: &outcome, bill: &bill.main }))
    };
    match replications.into_par_iter().map(run).collect::<Result<Values, Error>>() {
        Ok(values) => Ok(CellRun { values, gave_up: None }),
        Err(Error::Limit(_)) => Ok(CellRun { values: Vec::new(), gave_up: Some(gave_up(scenario)) }),
        Err(error) => Err(error),
    }
}

/// In the same words whichever replication came first to its limit.
fn gave_up(scenario: &Scenario) -> String {
    format!(
        "given up before the horizon: more than {} steps (`run.steps-max`), {} requests or {} instances at once",
        scenario.window.steps_max,
        platform::UNDER_WAY_MAX,
        platform::INSTANCES_MAX
    )
}

/// What a reader should know before believing the frontier.
fn doubts(cells: &[SweptCell], replications: u32) -> Vec<String> {
    let mut doubts = Vec::new();
    let given_up = cells.iter().filter(|cell| cell.gave_up.is_some()).count();
    if given_up > 0 {
        doubts.push(format!(
            "{given_up} of {} cells have no figures: each was {}",
            cells.len(),
            cells.iter().find_map(|cell| cell.gave_up.as_deref()).unwrap_or_default()
        ));
    }
    let refuses = |cell: &&SweptCell| cell.standing == Standing::Frontier && cell.figure("error_rate").is_some_and(|it| it.point > 0.0);
    let refusing = cells.iter().filter(refuses).count();
    if refusing > 0 {
        let are = if refusing == 1 { "cell on the frontier rejects or fails" } else { "cells on the frontier reject or fail" };
        doubts.push(format!(
            "{refusing} {are} requests: those cost nothing, wait for nothing and time out nowhere, so such a cell looks better than it is\n  hint: look at its error rate"
        ));
    }
    // A figure that only one of several replications has (the wait of the only request that waited) is no such matter.
    if replications == 1 {
        doubts.push(ONE_REPLICATION.into());
    }
    doubts
}
