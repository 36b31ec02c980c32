//! A grid of what-ifs: every policy crossed with every value of every axis.
//!
//! An axis that means nothing to a policy is not crossed with it: `autoscaler.kpa.min-scale` would make a `fixed` policy
//! another one, so that is run once, as it is. Cells that say the same under several policies are run once.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::error::{Error, Located, Place, Problem};
use crate::scenario::{Axis, BASE, CELLS_MAX, Draft, Options, Scenario, Selection};
use crate::traffic::{Kept, Open};

/// The cells and where they come from.
#[derive(Debug, Clone)]
pub struct Grid {
    /// What is varied.
    pub axes: Vec<Axis>,
    /// Policy by policy; the last axis changes fastest.
    pub cells: Vec<Cell>,
    /// What a reader should know of cells that are not there.
    pub notes: Vec<String>,
}

/// One what-if.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Among the policies of the draft; nothing for the scenario as it stands.
    pub policy: Option<usize>,
    /// Its name.
    pub name: String,
    /// Other policies that say the same with these values.
    pub also: Vec<String>,
    /// The level of every axis; nothing where the axis means nothing to the policy.
    pub levels: Vec<Option<usize>>,
}

/// A policy and which axes it is crossed with.
struct Row {
    policy: Option<usize>,
    name: String,
    crossed: Vec<bool>,
}

impl Grid {
    /// Every one of these policies (all, if none is named) crossed with the axes.
    ///
    /// # Errors
    /// Everything that is wrong with the paths and names, and a grid of more than [`CELLS_MAX`] cells.
    pub fn new(draft: &Draft, axes: Vec<Axis>, policies: &[String]) -> Result<Grid, Error> {
        let mut problems = draft.check_axes(&axes);
        let policies = chosen(draft, policies, &mut problems);
        if !problems.is_empty() {
            return Err(Error::Input(problems));
        }
        let rows = rows(draft, &axes, &policies);
        refuse_too_many(&axes, &rows)?;
        let notes = not_crossed(&axes, &rows);
        let cells = rows.iter().flat_map(|row| cells_of(&axes, row)).collect();
        let mut grid = Grid { axes, cells, notes };
        grid.join_equals(draft);
        Ok(grid)
    }

    /// A scenario with a policy for every cell, in order. Every file is read once, however many cells replay it.
    ///
    /// # Errors
    /// As [`Draft::resolve`].
    pub fn resolve(&self, draft: &Draft, options: &Options, open: &Arc<dyn Open>) -> Result<Scenario, Error> {
        self.resolve_beside(draft, options, open, &[])
    }

    /// The same, and behind the cells a policy for each of these selections.
    ///
    /// # Errors
    /// As [`Draft::resolve`].
    pub fn resolve_beside(&self, draft: &Draft, options: &Options, open: &Arc<dyn Open>, others: &[Selection]) -> Result<Scenario, Error> {
        let open: Arc<dyn Open> = Arc::new(Kept::new(Arc::clone(open)));
        let selections = [self.selections().as_slice(), others].concat();
        let mut scenario = draft.resolve(options, &self.axes, &selections, &open)?;
        scenario.warnings.extend(draft.doubts());
        Ok(scenario)
    }

    /// What each cell runs.
    pub fn selections(&self) -> Vec<Selection> {
        self.cells.iter().map(|cell| self.selection(cell)).collect()
    }

    /// What a cell runs.
    pub fn selection(&self, cell: &Cell) -> Selection {
        let settings: Vec<(usize, usize)> = cell.levels.iter().enumerate().filter_map(|(axis, level)| Some((axis, (*level)?))).collect();
        let said = settings.iter().map(|(axis, level)| format!(", {}={}", self.axes[*axis].path, self.axes[*axis].levels[*level].text));
        Selection { name: format!("{}{}", cell.name, said.collect::<String>()), policy: cell.policy, settings, parts: Vec::new() }
    }

    /// Drops every cell that says the same as an earlier one under another policy.
    fn join_equals(&mut self, draft: &Draft) {
        let mut kept: Vec<Cell> = Vec::new();
        // With the same values: only those can be equal, or the axis would change nothing.
        let mut by_levels: BTreeMap<Vec<Option<usize>>, Vec<usize>> = BTreeMap::new();
        for cell in std::mem::take(&mut self.cells) {
            let rivals = by_levels.entry(cell.levels.clone()).or_default();
            let own = self.selection(&cell);
            match rivals.iter().find(|index| draft.same(&self.axes, &self.selection(&kept[**index]), &own)) {
                Some(index) => kept[*index].also.push(cell.name),
                None => {
                    rivals.push(kept.len());
                    kept.push(cell);
                }
            }
        }
        self.cells = kept;
        self.notes.extend(joined(&self.cells));
    }
}

/// The policies that are crossed, and what is wrong with their names.
fn chosen(draft: &Draft, wanted: &[String], problems: &mut Vec<Located>) -> Vec<Option<usize>> {
    let known = draft.policies();
    if wanted.is_empty() {
        return if known.is_empty() { vec![None] } else { (0..known.len()).map(Some).collect() };
    }
    let mut found = Vec::new();
    for name in wanted {
        match draft.policy(name) {
            Ok(policy) if found.contains(&policy) => {}
            Ok(policy) => found.push(policy),
            Err(problem) => problems.push(Located { place: Place { file: "--policies".into(), ..Place::default() }, problem }),
        }
    }
    found
}

fn rows(draft: &Draft, axes: &[Axis], policies: &[Option<usize>]) -> Vec<Row> {
    let applies: Vec<Vec<bool>> =
        policies.iter().map(|policy| axes.iter().map(|axis| draft.applies(*policy, &axis.path)).collect()).collect();
    let known = draft.policies();
    // An axis that means nothing to any policy is meant to change what they are.
    let meant = |axis: usize| applies.iter().any(|row| row[axis]);
    let row = |(policy, own): (&Option<usize>, &Vec<bool>)| Row {
        policy: *policy,
        name: policy.map_or(BASE, |index| known[index]).to_owned(),
        crossed: own.iter().enumerate().map(|(axis, applies)| *applies || !meant(axis)).collect(),
    };
    policies.iter().zip(&applies).map(row).collect()
}

fn refuse_too_many(axes: &[Axis], rows: &[Row]) -> Result<(), Error> {
    let levels = |(axis, crossed): (&Axis, &bool)| if *crossed { axis.levels.len() as u128 } else { 1 };
    let of_row = |row: &Row| axes.iter().zip(&row.crossed).map(levels).fold(1, u128::saturating_mul);
    let cells = rows.iter().map(of_row).fold(0, u128::saturating_add);
    if cells <= CELLS_MAX as u128 {
        return Ok(());
    }
    let message = format!("{cells} cells are more than {CELLS_MAX}");
    let problem = Problem::new("too-many", "", message).hint("take fewer values, or fewer policies: `--policies NAME`");
    let file = axes.first().map_or("--policies".to_owned(), |axis| axis.flag.clone());
    Err(Error::Input(vec![Located { place: Place { file, ..Place::default() }, problem }]))
}

/// Every combination of the levels of the axes that a policy is crossed with.
fn cells_of(axes: &[Axis], row: &Row) -> Vec<Cell> {
    let mut combinations: Vec<Vec<Option<usize>>> = vec![Vec::new()];
    for (axis, crossed) in axes.iter().zip(&row.crossed) {
        let levels: Vec<Option<usize>> = if *crossed { (0..axis.levels.len()).map(Some).collect() } else { vec![None] };
        let longer = |before: &Vec<Option<usize>>| levels.iter().map(|level| [before.as_slice(), &[*level]].concat()).collect::<Vec<_>>();
        combinations = combinations.iter().flat_map(longer).collect();
    }
    let cell = |levels| Cell { policy: row.policy, name: row.name.clone(), also: Vec::new(), levels };
    combinations.into_iter().map(cell).collect()
}

/// Which policies an axis means nothing to.
fn not_crossed(axes: &[Axis], rows: &[Row]) -> Vec<String> {
    let note = |(index, axis): (usize, &Axis)| {
        let names: Vec<&str> = rows.iter().filter(|row| !row.crossed[index]).map(|row| row.name.as_str()).collect();
        let run = if names.len() == 1 { "runs" } else { "run" };
        (!names.is_empty()).then(|| format!("`{}` means nothing to {}, which {run} without it", axis.path, names.join(", ")))
    };
    axes.iter().enumerate().filter_map(note).collect()
}

/// Which policies are the same as others once the values are set.
fn joined(cells: &[Cell]) -> Vec<String> {
    let mut notes = Vec::new();
    for cell in cells.iter().filter(|cell| !cell.also.is_empty()) {
        let note = format!("{} with these values is the same as {}, which stands for both", cell.also.join(" and "), cell.name);
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    notes
}

/// Names as short as they can be told apart: the last parts of each path.
pub fn short_names(paths: &[&str]) -> Vec<String> {
    let last = |path: &str, parts: usize| {
        let all: Vec<&str> = path.split('.').collect();
        all[all.len().saturating_sub(parts)..].join(".")
    };
    let named = |name: &str| !name.starts_with(|c: char| c.is_ascii_digit());
    let short = |path: &&str| {
        let alone = |parts: &usize| {
            let name = last(path, *parts);
            named(&name) && paths.iter().filter(|other| last(other, *parts) == name).count() == 1
        };
        (1..=path.split('.').count()).find(alone).map_or((*path).to_owned(), |parts| last(path, parts))
    };
    paths.iter().map(short).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "name: t\nservices:\n  s:\n    autoscaler: { kpa: {} }\npolicies:\n  one: { services.s.autoscaler.kpa.min-scale: 1 }\n  zero: {}\n  fixed: { services.s.autoscaler.fixed.instances: 2 }\n";

    fn grid(axes: &[&str], policies: &[&str]) -> Result<Grid, String> {
        let draft = Draft::read("t.yaml", TEXT).unwrap();
        let axes = axes.iter().map(|axis| Axis::parse("--set", axis).unwrap()).collect();
        let policies: Vec<String> = policies.iter().map(|name| (*name).to_owned()).collect();
        Grid::new(&draft, axes, &policies).map_err(|error| error.to_string())
    }

    #[track_caller]
    fn check(axes: &[&str], policies: &[&str], expected: &str) {
        let grid = grid(axes, policies).unwrap_or_else(|error| panic!("{error}"));
        let level = |level: &Option<usize>| level.map_or("-".to_owned(), |level| level.to_string());
        let show = |cell: &Cell| {
            let also: String = cell.also.iter().map(|name| format!("={name}")).collect();
            format!("{}{also}:{}", cell.name, cell.levels.iter().map(level).collect::<Vec<_>>().join(""))
        };
        assert_eq!(grid.cells.iter().map(show).collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn policies_are_crossed_with_what_means_something_to_them() {
        let kpa = "services.s.autoscaler.kpa.target=50,70";
        let fixed = "services.s.autoscaler.fixed.instances=1..3";
        check(&[], &[], "one: zero: fixed:");
        check(&["services.s.request.timeout=1s,2s"], &[], "one:0 one:1 zero:0 zero:1 fixed:0 fixed:1");
        check(&[kpa], &[], "one:0 one:1 zero:0 zero:1 fixed:-");
        check(&[kpa, fixed], &[], "one:0- one:1- zero:0- zero:1- fixed:-0 fixed:-1 fixed:-2");
        check(&[kpa], &["zero"], "zero:0 zero:1");
        check(&[fixed], &["zero"], "zero:0 zero:1 zero:2");
        check(&[kpa], &["base"], "base:0 base:1");
    }

    #[test]
    fn cells_that_say_the_same_are_run_once() {
        check(&["services.s.autoscaler.kpa.min-scale=0,1"], &[], "one=zero:0 one=zero:1 fixed:-");
        check(&["services.s.autoscaler.keep-alive.idle=1m"], &[], "one=zero=fixed:0");
        let notes = grid(&["services.s.autoscaler.kpa.min-scale=0,1"], &[]).unwrap().notes.join("\n");
        assert!(notes.contains("min-scale` means nothing to fixed"), "{notes}");
        assert!(notes.contains("zero with these values is the same as one"), "{notes}");
    }

    #[track_caller]
    fn check_refused(axes: &[&str], policies: &[&str], words: &[&str]) {
        let Err(error) = grid(axes, policies) else { panic!("{axes:?} are refused") };
        for word in words {
            assert!(error.contains(word), "no `{word}` in\n{error}");
        }
    }

    #[test]
    fn grids_that_cannot_be_are_refused() {
        check_refused(&["services.s.a=0..99", "services.s.b=0..99"], &[], &["30000 cells are more than 10000", "--policies"]);
        check_refused(&["min-scale=1"], &["twice"], &["did you mean `services.s.autoscaler.kpa.min-scale`", "no policy `twice`"]);
        check_refused(&["run.horizon=1d,2d"], &[], &["`run` is the same for every run"]);
        check_refused(&["services.s.a=1", "services.s.a=2"], &[], &["given twice"]);
    }

    #[test]
    fn names_are_as_short_as_they_can_be_told_apart() {
        let names = short_names(&["services.s.a.min", "services.s.b.min", "services.s.c", "services.s.traffic.0"]);
        assert_eq!(names, ["a.min", "b.min", "c", "traffic.0"]);
    }
}
