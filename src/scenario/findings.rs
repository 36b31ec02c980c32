//! The problems of a scenario, each with its place: a line of the file, or an argument of the command line.

use super::axis::Axis;
use super::tree::Node;
use super::{known, level_of_column};
use crate::error::{Error, Located, Place, Problem};

/// Collects problems with their places; the same problem under several policies is told once.
pub(super) struct Findings<'f> {
    file: &'f str,
    axes: &'f [Axis],
    found: Vec<Located>,
}

impl<'f> Findings<'f> {
    pub(super) fn new(file: &'f str, axes: &'f [Axis]) -> Findings<'f> {
        Findings { file, axes, found: Vec::new() }
    }

    pub(super) fn add(&mut self, tree: &Node, problem: Problem) {
        let (line, column) = tree.place(&problem.path);
        self.add_at(line, column, problem);
    }

    pub(super) fn add_at(&mut self, line: usize, column: usize, problem: Problem) {
        let located = match level_of_column(line, column) {
            Some((axis, level)) => self.on_the_command_line(axis, level, problem),
            None => Located { place: Place { file: self.file.to_owned(), line, column }, problem },
        };
        let same = |it: &Located| it.place == located.place && it.problem.message == located.problem.message;
        if !self.found.iter().any(same) {
            self.found.push(located);
        }
    }

    /// A problem with a value that was set, or with its path.
    fn on_the_command_line(&self, axis: usize, level: usize, problem: Problem) -> Located {
        let axis = &self.axes[axis];
        let about_value = problem.path == axis.path && !["unknown-key", "axis", "path"].contains(&problem.code);
        let message = if about_value { format!("`{}`: {}", axis.levels[level].text, problem.message) } else { problem.message };
        // The place says the path already, unless the problem is deeper.
        let path = if axis.path.starts_with(&problem.path) { String::new() } else { problem.path };
        Located { place: axis.place(), problem: Problem { message, path, ..problem } }
    }

    /// Says for every argument what would be right: the nearest paths, or what the scenario has there.
    pub(super) fn explain_paths(&mut self, base: &Node) {
        let of_axis = |it: &Located| self.axes.iter().find(|axis| it.place == axis.place());
        let hints: Vec<Option<String>> = self
            .found
            .iter()
            .map(|it| match (of_axis(it), it.problem.code) {
                (Some(axis), "unknown-key" | "path" | "missing-key") if it.problem.path.is_empty() => {
                    Some(known::suggestion(base, &axis.path))
                }
                (Some(axis), "wrong-type" | "wrong-value") => known::example(base, &axis.path),
                _ => None,
            })
            .collect();
        for (it, hint) in self.found.iter_mut().zip(hints) {
            it.problem.hint = hint.or(it.problem.hint.take());
        }
    }

    /// Adds what others found, but not at these places: what stands there is known to be wrong already.
    pub(super) fn take_other_places(&mut self, others: Findings, known: &[(usize, usize)]) {
        for it in others.found {
            if !known.contains(&(it.place.line, it.place.column)) {
                self.add_at(it.place.line, it.place.column, it.problem);
            }
        }
    }

    /// The error that this one problem makes.
    pub(super) fn fail_at(mut self, line: usize, column: usize, problem: Problem) -> Error {
        self.add_at(line, column, problem);
        Error::Input(self.found)
    }

    pub(super) fn into_found(self) -> Vec<Located> {
        self.found
    }

    pub(super) fn finish(mut self) -> Result<(), Error> {
        self.found.sort_by_key(|it| (it.place.line, it.place.column));
        if self.found.is_empty() { Ok(()) } else { Err(Error::Input(self.found)) }
    }
}
