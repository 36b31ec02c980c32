//! The cells of a sweep as a person reads them: what they are called, in which order, and their row of a table.

use super::super::human::{self, NONE};
use super::super::rows::Row;
use super::fold::Folded;
use crate::experiment::{Standing, Sweep, SweptCell, Varied};

/// Axes whose values are quantities, so that there is something between two of them: what a plot is drawn over.
pub(in crate::report) fn quantities(sweep: &Sweep) -> Vec<usize> {
    (0..sweep.axes.len()).filter(|axis| sweep.axes[*axis].numbers.is_some() && sweep.axes[*axis].levels.len() > 1).collect()
}

/// A policy and those that are the same.
pub(super) fn policy(cell: &SweptCell) -> String {
    [std::slice::from_ref(&cell.policy), cell.also.as_slice()].concat().join(" = ")
}

/// The value of an axis.
pub(super) fn level<'s>(axis: &'s Varied, index: usize, cell: &SweptCell) -> &'s str {
    cell.levels[index].map_or(NONE, |level| axis.levels[level].as_str())
}

/// A cell in words: `keep-one, min-scale 2`.
pub(in crate::report) fn described(sweep: &Sweep, cell: &SweptCell) -> String {
    let levels = sweep.axes.iter().enumerate().filter(|(index, _)| cell.levels[*index].is_some());
    let levels = levels.map(|(index, axis)| format!(", {} {}", axis.name, level(axis, index, cell)));
    format!("{}{}", cell.policy, levels.collect::<String>())
}

/// The positions of the cells on the frontier, the cheapest first.
pub(in crate::report) fn frontier(sweep: &Sweep) -> Vec<usize> {
    let mut cells: Vec<usize> = (0..sweep.cells.len()).filter(|index| sweep.cells[*index].standing == Standing::Frontier).collect();
    cells.sort_by(|a, b| point(sweep, *a, "cost.total").total_cmp(&point(sweep, *b, "cost.total")));
    cells
}

fn point(sweep: &Sweep, cell: usize, key: &str) -> f64 {
    sweep.cells[cell].figure(key).map_or(f64::INFINITY, |it| it.point)
}

/// What was swept: `3 policies × min-scale (4 values): 12 cells`.
pub(super) fn extent(sweep: &Sweep) -> String {
    let mut policies: Vec<&str> = sweep.cells.iter().map(|cell| cell.policy.as_str()).collect();
    policies.dedup();
    let policies = match policies.as_slice() {
        [one] => (*one).to_owned(),
        many => format!("{} policies", many.len()),
    };
    let axes = sweep.axes.iter().map(|axis| match axis.levels.as_slice() {
        [one] => format!(" × {} {one}", axis.name),
        many => format!(" × {} ({} values)", axis.name, many.len()),
    });
    let cells = sweep.cells.len();
    format!("{policies}{}: {cells} cell{}", axes.collect::<String>(), if cells == 1 { "" } else { "s" })
}

/// A table of some cells.
pub(super) struct Listing {
    /// Above the columns.
    pub names: Vec<String>,
    /// A row a cell.
    pub rows: Vec<Row>,
}

type Figure = fn(&SweptCell) -> String;

const FIGURES: &[(&str, Figure)] = &[
    ("latency p50", |it| it.figure("latency_s.p50").as_ref().map_or(NONE.into(), human::seconds_worth)),
    ("latency p99", |it| it.figure("latency_s.p99").as_ref().map_or(NONE.into(), human::seconds_worth)),
    ("timed out", |it| share(it, "timeout_rate")),
    ("rejected", |it| share(it, "error_rate")),
    ("waited for a start", |it| share(it, "cold_request_rate")),
];

/// Left out where every cell has zero.
const ONLY_IF_ANY: [&str; 1] = ["rejected"];

fn share(cell: &SweptCell, key: &str) -> String {
    cell.figure(key).map_or(NONE.into(), |it| human::share(it.point))
}

/// The figures that are listed where there is little room.
const BRIEF: [&str; 3] = ["latency p99", "timed out", "rejected"];

/// The rows of these cells; those with the same figures are one.
pub(super) fn listing(sweep: &Sweep, rows: &[Folded], brief: bool) -> Listing {
    let cost = format!("cost, {}", sweep.about.currency);
    let figures: Vec<&(&str, Figure)> = FIGURES
        .iter()
        .filter(|(name, _)| !brief || BRIEF.contains(name))
        .filter(|(name, figure)| {
            !ONLY_IF_ANY.contains(name) || rows.iter().any(|row| !["0 %", NONE].contains(&figure(&sweep.cells[row.cells[0]]).as_str()))
        })
        .collect();
    let names = sweep.axes.iter().map(|axis| axis.name.clone()).chain([cost]).chain(figures.iter().map(|(name, _)| (*name).to_owned()));
    let row = |folded: &Folded| {
        let cell = &sweep.cells[folded.cells[0]];
        let levels = (0..sweep.axes.len()).map(|axis| folded.values(sweep, axis));
        let cost = cell.figure("cost.total").as_ref().map_or(NONE.into(), human::amount);
        Row { label: policy(cell), cells: levels.chain([cost]).chain(figures.iter().map(|(_, figure)| figure(cell))).collect() }
    };
    Listing { names: names.collect(), rows: rows.iter().map(row).collect() }
}

/// How the cells stand, in a sentence.
pub(super) fn verdict(sweep: &Sweep) -> String {
    let count = |wanted: fn(&Standing) -> bool| sweep.cells.iter().filter(|cell| wanted(&cell.standing)).count();
    let (frontier, all) = (count(|it| *it == Standing::Frontier), sweep.cells.len());
    let beaten = count(|it| matches!(it, Standing::Beaten { .. }));
    let surely = count(|it| matches!(it, Standing::Beaten { surely: true, .. }));
    let mut text =
        format!("{frontier} of {all} cells are on the frontier: no other is at least as good on cost, p99 and timeouts and better on one");
    if beaten > 0 {
        let are = if beaten == 1 { "is" } else { "are" };
        text += &format!(". {beaten} {are} beaten, {surely} of them beyond chance");
    }
    text + "."
}

/// The best cells, a sentence each.
pub(super) fn best(sweep: &Sweep) -> Vec<String> {
    const BEST: [(&str, &str); 3] = [("cheapest", "cost.total"), ("lowest p99", "latency_s.p99"), ("fewest timeouts", "timeout_rate")];
    let frontier = frontier(sweep);
    let of = |(what, key): (&str, &str)| {
        // Of several that are the best, the cheapest: the frontier is in that order.
        let best = frontier.iter().copied().min_by(|a, b| point(sweep, *a, key).total_cmp(&point(sweep, *b, key)))?;
        Some(format!("{what}: {}", with_measures(sweep, &sweep.cells[best])))
    };
    BEST.into_iter().filter_map(of).collect()
}

fn with_measures(sweep: &Sweep, cell: &SweptCell) -> String {
    let cost = cell.figure("cost.total").map_or(NONE.into(), |it| human::amount(&it));
    let p99 = cell.figure("latency_s.p99").map_or(NONE.into(), |it| human::seconds_worth(&it));
    format!("{} ({} {cost}, p99 {p99}, {} time out)", described(sweep, cell), sweep.about.currency, share(cell, "timeout_rate"))
}
