//! A scenario as it was read, before it is decided which of its documents are run.
//!
//! ```text
//! text ─► Draft ── resolve(selections) ─► Scenario
//!           policies · ranges · axes         a policy for every selection, the traffic shared
//! ```
//!
//! `run` selects every policy; a sweep selects every cell of a grid; a sensitivity study moves ranges to their ends.

use std::sync::Arc;

use super::axis::Axis;
use super::check::{self, Findings};
use super::overlay;
use super::ranged::{self, Ranged};
use super::tree::{Key, Node, Value};
use super::{Options, Scenario, known};
use crate::error::{Error, Problem, did_you_mean};
use crate::traffic::Open;

/// A scenario that was read and whose ranges are known. Not checked yet: [`Draft::resolve`] does that.
pub struct Draft {
    pub(super) file: String,
    pub(super) text: String,
    pub(super) base: Node,
    ranges: Vec<Ranged>,
}

/// One document to run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Selection {
    /// What it is called, in results and in errors.
    pub name: String,
    /// Its policy, among [`Draft::policies`]; nothing for the scenario as it stands.
    pub policy: Option<usize>,
    /// What is set on top of it: an axis and one of its levels each.
    pub settings: Vec<(usize, usize)>,
    /// Where each range stands, from its lower end (0) to its upper (1); in the middle where nothing is said.
    pub parts: Vec<f64>,
}

/// What a scenario without policies calls its one document.
pub const BASE: &str = "base";

impl Draft {
    /// Reads a scenario.
    ///
    /// # Errors
    /// If it is no YAML, or one of its ranges is none; then with every other problem beside it.
    pub fn read(file: &str, text: &str) -> Result<Draft, Error> {
        let mut findings = Findings::new(file, &[]);
        let base = match Node::parse(text) {
            Ok(node) => node,
            Err((line, column, problem)) => return Err(findings.fail_at(line, column, problem)),
        };
        let (ranges, problems) = ranged::find(&base);
        let mut draft = Draft { file: file.to_owned(), text: text.to_owned(), base, ranges };
        draft.tell_whole();
        if !problems.is_empty() {
            let bad: Vec<(usize, usize)> = problems.iter().map(|(line, column, _)| (*line, *column)).collect();
            problems.into_iter().for_each(|(line, column, problem)| findings.add_at(line, column, problem));
            let mut others = Findings::new(file, &[]);
            check::variants(&draft, &[], &draft.every_policy(), &mut others);
            findings.take_other_places(others, &bad);
        }
        findings.finish()?;
        Ok(draft)
    }

    /// The names of the policies, in the order of the file; none if the scenario has none.
    pub fn policies(&self) -> Vec<&str> {
        self.policy_entries().iter().map(|(key, _)| key.name.as_str()).collect()
    }

    /// The policy that the others are compared with, if the scenario names one that it has.
    pub fn baseline(&self) -> Option<usize> {
        let Value::Text(wanted) = &self.base.get("baseline")?.value else { return None };
        self.policies().iter().position(|name| name == wanted)
    }

    /// The figures that are ranges, in the order of the file.
    pub fn ranges(&self) -> &[Ranged] {
        &self.ranges
    }

    /// What a reader should know who is shown one value of each range only.
    pub fn doubts(&self) -> Option<String> {
        let shown: Vec<String> = self.ranges.iter().map(|it| format!("`{}` is {} of {}", it.path, it.value(0.5), it.text)).collect();
        let hint = "`coldcast run` shows how much the rest of a range would change";
        (!shown.is_empty()).then(|| format!("the figures are for the middle of every range: {}\n  hint: {hint}", shown.join(", ")))
    }

    /// What `coldcast run` runs: every policy, or the scenario as it stands if it has none.
    pub fn every_policy(&self) -> Vec<Selection> {
        let policies = self.policies();
        if policies.is_empty() {
            return vec![Selection { name: BASE.to_owned(), ..Selection::default() }];
        }
        let of = |(index, name): (usize, &&str)| Selection { name: (*name).to_owned(), policy: Some(index), ..Selection::default() };
        policies.iter().enumerate().map(of).collect()
    }

    /// Checks the selected documents and resolves them into one scenario that has a policy for each.
    ///
    /// # Errors
    /// Everything that is wrong with any of them, each with its place; a file that cannot be read.
    pub fn resolve(&self, options: &Options, axes: &[Axis], selections: &[Selection], open: &Arc<dyn Open>) -> Result<Scenario, Error> {
        check::resolve_all(self, options, axes, selections, open)
    }

    /// What is wrong with the paths of these axes, before any value is tried.
    pub fn check_axes(&self, axes: &[Axis]) -> Vec<crate::error::Located> {
        let mut findings = Findings::new(&self.file, axes);
        for (index, axis) in axes.iter().enumerate() {
            let varies = |top: &str| top == "services" || overlay::BESIDE_SERVICES.contains(&top);
            let problem = match axis.path.split_once('.') {
                Some((top, _)) if varies(top) && axes[..index].iter().any(|other| other.path == axis.path) => {
                    Some(Problem::new("axis", "", "this path is given twice").hint("put all its values behind one `=`"))
                }
                Some((top, _)) if varies(top) => None,
                _ => Some(self.not_a_service(&axis.path)),
            };
            problem.into_iter().for_each(|problem| findings.add_at(0, super::level_column(index, 0), problem));
        }
        findings.into_found()
    }

    /// A path that does not begin with `services.`: another part of the scenario, or an attempt at one.
    fn not_a_service(&self, path: &str) -> Problem {
        let top = path.split('.').next().unwrap_or(path);
        if self.base.get(top).is_some() || ["run", "prices"].contains(&top) {
            let problem = Problem::new("path", "", format!("`{top}` is the same for every run, or they could not be compared"));
            return problem.hint("a path begins with `services.`, such as `services.shop.container-concurrency`");
        }
        Problem::new("path", "", "there is no such path").hint(known::suggestion(&self.base, path))
    }

    /// Whether setting `path` leaves what the policy is: `autoscaler.kpa.min-scale` means nothing to one that is `fixed`.
    pub fn applies(&self, policy: Option<usize>, path: &str) -> bool {
        match self.tree(&[], &Selection { policy, ..Selection::default() }) {
            Ok(tree) => overlay::keeps_alternatives(&tree, path),
            Err(_) => true,
        }
    }

    /// Whether two selections say the same.
    pub fn same(&self, axes: &[Axis], a: &Selection, b: &Selection) -> bool {
        match (self.tree(axes, a), self.tree(axes, b)) {
            (Ok(a), Ok(b)) => a.says_the_same(&b),
            _ => false,
        }
    }

    /// The whole document of a selection in one line, to tell which say the same.
    pub fn document(&self, selection: &Selection) -> String {
        self.tree(&[], selection).map_or_else(|problem| format!("{problem:?}"), |tree| tree.written())
    }

    /// What a selection sets, path by path, as it would be written in a policy of its own.
    pub fn overlay(&self, axes: &[Axis], selection: &Selection) -> Vec<(String, String)> {
        let policy = selection.policy.map(|index| &self.policy_entries()[index].1.value);
        let own: &[(Key, Node)] = if let Some(Value::Map(entries)) = policy { entries } else { &[] };
        let set = |path: &str| selection.settings.iter().any(|(axis, _)| axes[*axis].path == path);
        let kept = own.iter().filter(|(key, _)| !set(&key.name)).map(|(key, node)| (key.name.clone(), node.written()));
        kept.chain(selection.settings.iter().map(|(axis, level)| (axes[*axis].path.clone(), axes[*axis].levels[*level].node.written())))
            .collect()
    }

    /// The policy of this name.
    ///
    /// # Errors
    /// A problem without a place that names the nearest.
    pub fn policy(&self, name: &str) -> Result<Option<usize>, Problem> {
        let policies = self.policies();
        match policies.iter().position(|known| *known == name) {
            None if name == BASE => Ok(None),
            None => {
                let hint = did_you_mean(name, policies.iter().copied().chain([BASE]));
                Err(Problem::new("unknown-name", "", format!("there is no policy `{name}`")).hint(hint))
            }
            found => Ok(found),
        }
    }

    pub(super) fn policy_entries(&self) -> &[(Key, Node)] {
        match self.base.get("policies").map(|node| &node.value) {
            Some(Value::Map(entries)) => entries,
            _ => &[],
        }
    }

    /// The document of a selection: the base, its policy laid over it, its settings over both. The ranges are settled.
    pub(super) fn tree(&self, axes: &[Axis], selection: &Selection) -> Result<Node, Problem> {
        let mut tree = self.base.clone();
        for (index, range) in self.ranges.iter().enumerate() {
            range.settle(&mut tree, selection.parts.get(index).copied().unwrap_or(0.5));
        }
        lay(tree, axes, selection)
    }

    /// Finds out which ranges take whole numbers only: those whose field refuses a fraction.
    fn tell_whole(&mut self) {
        if !self.ranges.iter().any(Ranged::may_be_whole) {
            return;
        }
        let mut base = self.base.clone();
        self.ranges.iter().filter(|it| it.may_be_whole()).for_each(|it| it.settle_fraction(&mut base));
        let trial = Draft { file: self.file.clone(), text: String::new(), base, ranges: Vec::new() };
        let mut findings = Findings::new(&self.file, &[]);
        check::variants(&trial, &[], &trial.every_policy(), &mut findings);
        let refused: Vec<(usize, usize)> = findings.into_found().iter().map(|it| (it.place.line, it.place.column)).collect();
        for range in self.ranges.iter_mut().filter(|it| it.may_be_whole()) {
            range.whole = refused.contains(&(range.line, range.column));
        }
    }
}

/// Lays the policy and the settings of a selection over a base.
fn lay(mut tree: Node, axes: &[Axis], selection: &Selection) -> Result<Node, Problem> {
    let policies = tree.take("policies");
    if let (Some(index), Some(Value::Map(mut entries))) = (selection.policy, policies.map(|node| node.value)) {
        let (key, policy) = entries.swap_remove(index);
        overlay::apply(&mut tree, &policy).map_err(|problem| problem.below(&format!("policies.{}", key.name)))?;
    }
    if !selection.settings.is_empty() {
        overlay::apply(&mut tree, &settings(axes, selection))?;
    }
    Ok(tree)
}

/// The settings of a selection as an overlay, each standing where its argument does.
fn settings(axes: &[Axis], selection: &Selection) -> Node {
    let entry = |(axis, level): &(usize, usize)| {
        let column = super::level_column(*axis, *level);
        let mut node = axes[*axis].levels[*level].node.clone();
        node.stand_at(0, column);
        (Key { name: axes[*axis].path.clone(), line: 0, column }, node)
    };
    Node { line: 0, column: 0, value: Value::Map(selection.settings.iter().map(entry).collect()) }
}
