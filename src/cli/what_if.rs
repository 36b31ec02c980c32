//! What `sweep` and `optimize` have in common: a grid over a scenario, its files read once, all problems at once.

use super::files;
use super::scenario::ScenarioArguments;
use crate::error::{Error, Located};
use crate::experiment::Grid;
use crate::scenario::{Axis, Draft, Scenario};

/// What is asked.
pub(super) struct Question<'a> {
    /// The scenario, and what replaces something in it.
    pub scenario: &'a ScenarioArguments,
    /// How the axes are given: `--set`.
    pub flag: &'a str,
    /// Paths and their values.
    pub axes: &'a [String],
    /// The policies; all if there is none.
    pub policies: &'a [String],
    /// Whether the scenario's own policies are wanted behind the cells.
    pub with_policies: bool,
}

/// What was asked, loaded.
pub(super) struct Asked {
    /// The scenario as it was read.
    pub draft: Draft,
    /// The cells.
    pub grid: Grid,
    /// A policy for every cell, and behind them the scenario's own if they are wanted.
    pub scenario: Scenario,
}

/// Loads the scenario and lays out the grid.
///
/// # Errors
/// Everything that is wrong with the scenario, the paths, their values and the policies' names.
pub(super) fn load(question: &Question) -> Result<Asked, Error> {
    let file = &question.scenario.scenario;
    let text = files::read_text(file)?;
    let (options, open) = (question.scenario.options()?, question.scenario.open());
    let mut problems = Vec::new();
    let axes: Vec<Axis> = question.axes.iter().filter_map(|axis| gather(Axis::parse(question.flag, axis), &mut problems)).collect();
    let draft = gather_or(Draft::read(file, &text), &mut problems)?;
    let Some(draft) = draft else { return Err(Error::Input(problems)) };
    let grid = gather_or(Grid::new(&draft, axes, question.policies), &mut problems)?;
    let Some(grid) = grid.filter(|_| problems.is_empty()) else {
        // What is wrong with the scenario itself is told beside what is wrong with the question.
        let _ = gather_or(draft.resolve(&options, &[], &draft.every_policy(), &open), &mut problems)?;
        return Err(Error::Input(problems));
    };
    let own: Vec<_> = if question.with_policies && !draft.policies().is_empty() { draft.every_policy() } else { Vec::new() };
    let scenario = grid.resolve_beside(&draft, &options, &open, &own)?;
    Ok(Asked { draft, grid, scenario })
}

/// The value, or nothing and its problems among the others.
fn gather<T>(result: Result<T, Error>, problems: &mut Vec<Located>) -> Option<T> {
    gather_or(result, problems).unwrap_or_default()
}

/// The same for what may fail otherwise, too.
fn gather_or<T>(result: Result<T, Error>, problems: &mut Vec<Located>) -> Result<Option<T>, Error> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Error::Input(found)) => {
            problems.extend(found);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
