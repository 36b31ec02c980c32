//! What `sweep` and `optimize` have in common: a grid over a scenario, its files read once, all problems at once.

use std::sync::Arc;

use super::files::{self, Disk};
use crate::error::{Error, Located};
use crate::experiment::Grid;
use crate::scenario::{Axis, Draft, Options, Scenario};
use crate::traffic::Open;

/// What is asked.
pub(super) struct Question<'a> {
    /// The scenario file.
    pub scenario: &'a str,
    /// How the axes are given: `--set`.
    pub flag: &'a str,
    /// Paths and their values.
    pub axes: &'a [String],
    /// The policies; all if there is none.
    pub policies: &'a [String],
    /// In place of what the scenario says.
    pub options: Options,
}

/// The grid, and a scenario with a policy for every cell.
///
/// # Errors
/// Everything that is wrong with the scenario, the paths, their values and the policies' names.
pub(super) fn load(question: &Question) -> Result<(Grid, Scenario), Error> {
    let text = files::read_text(question.scenario)?;
    let open: Arc<dyn Open> = Arc::new(Disk::beside(question.scenario));
    let mut problems = Vec::new();
    let axes: Vec<Axis> = question.axes.iter().filter_map(|axis| gather(Axis::parse(question.flag, axis), &mut problems)).collect();
    let draft = gather_or(Draft::read(question.scenario, &text), &mut problems)?;
    let Some(draft) = draft else { return Err(Error::Input(problems)) };
    let grid = gather_or(Grid::new(&draft, axes, question.policies, question.flag), &mut problems)?;
    let Some(grid) = grid.filter(|_| problems.is_empty()) else {
        // What is wrong with the scenario itself is told beside what is wrong with the question.
        let _ = gather_or(draft.resolve(&question.options, &[], &draft.every_policy(), &open), &mut problems)?;
        return Err(Error::Input(problems));
    };
    let scenario = grid.resolve(&draft, &question.options, &open)?;
    Ok((grid, scenario))
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
