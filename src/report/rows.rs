//! The figures a person compares, as labelled rows with a cell a policy. `table` and `markdown` only lay them out.

use super::human::{self, NONE};
use crate::experiment::{Comparison, Estimate, PolicyResult, RevisionResult};

/// A label and a cell a policy, in the comparison's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// What is compared.
    pub label: String,
    /// One a policy.
    pub cells: Vec<String>,
}

type Cell = fn(&Comparison, &PolicyResult) -> String;

/// The cost of other spans. A new one is a line here.
const COST_ROWS: &[(&str, Cell)] = &[
    ("cost of 30 days", |_, it| amount(it, "cost.per_30_days")),
    ("cost of a million requests", |_, it| amount(it, "cost.per_million_requests")),
];

/// The rows below the cost. A new one is a line here.
const FIGURE_ROWS: &[(&str, Cell)] = &[
    ("requests", |_, it| of(it, "requests.arrived", human::count)),
    ("latency p50", |_, it| latency(it, "latency_s.p50")),
    ("latency p95", |_, it| latency(it, "latency_s.p95")),
    ("latency p99", |_, it| latency(it, "latency_s.p99")),
    ("latency max", |_, it| latency(it, "latency_s.max")),
    ("timed out", |_, it| counted(it, "requests.timed_out")),
    ("rejected", |_, it| counted(it, "requests.rejected")),
    ("failed", |_, it| counted(it, "requests.failed")),
    ("unfinished at the end", |_, it| counted(it, "requests.in_flight")),
    ("waited for a start", |_, it| of(it, "cold_request_rate", human::share)),
    ("cold starts", |_, it| of(it, "cold_starts", human::count)),
    ("instances, mean", |_, it| of(it, "instances.mean", human::count)),
    ("instances, peak", |_, it| of(it, "instances.max", human::count)),
];

/// Rows that are left out where every policy has zero: they only interest when they happen.
const ONLY_IF_ANY: &[&str] = &["failed", "unfinished at the end"];

/// All rows: cost, what it bought, saving, and the figures.
pub(super) fn figures(comparison: &Comparison) -> Vec<Row> {
    let mut rows = vec![row(comparison, &format!("cost, {}", comparison.about.currency), |_, it| cost(it))];
    rows.extend(cost_lines(comparison));
    rows.extend(COST_ROWS.iter().map(|(label, cell)| row(comparison, label, *cell)));
    rows.extend(by_other_books(comparison));
    if comparison.baseline.is_some() {
        rows.push(row(comparison, "against baseline", against));
    }
    let figures = FIGURE_ROWS.iter().map(|(label, cell)| row(comparison, label, *cell));
    rows.extend(figures.filter(|row| !ONLY_IF_ANY.contains(&row.label.as_str()) || row.cells.iter().any(|cell| cell != "0")));
    rows.extend(revisions(comparison));
    rows
}

/// Rows of each revision, where a service has several.
fn revisions(comparison: &Comparison) -> Vec<Row> {
    let mut names: Vec<(&str, &str)> = Vec::new();
    for it in comparison.policies.iter().flat_map(|policy| &policy.revisions) {
        if !names.contains(&(&it.service, &it.name)) {
            names.push((&it.service, &it.name));
        }
    }
    let several = names.iter().any(|(service, _)| *service != names[0].0);
    let rows = |(service, name): (&str, &str)| {
        let called = if several { format!("{service}/{name}") } else { name.to_owned() };
        REVISION_ROWS.map(|(what, cell)| {
            let of = |policy: &PolicyResult| {
                let found = policy.revisions.iter().find(|it| it.service == service && it.name == name);
                found.map_or(NONE.to_owned(), cell)
            };
            Row { label: format!("{called}: {what}"), cells: comparison.policies.iter().map(of).collect() }
        })
    };
    names.into_iter().flat_map(rows).collect()
}

type RevisionCell = fn(&RevisionResult) -> String;

/// The rows of a revision. A new one is a line here.
const REVISION_ROWS: [(&str, RevisionCell); 5] = [
    ("share", |it| share_of(it, "share")),
    ("share meant", |it| share_of(it, "share_meant")),
    ("share error (by chance)", |it| match (it.figure("share_error"), it.figure("share_error_by_chance")) {
        (Some(error), Some(chance)) => format!("{} ({})", human::share(error.point), human::share(chance.point)),
        _ => NONE.to_owned(),
    }),
    ("latency p99", |it| it.figure("latency_p99_s").map_or(NONE.to_owned(), |figure| human::seconds_worth(&figure))),
    ("ready instances, mean", |it| it.figure("instances_ready_mean").map_or(NONE.to_owned(), |figure| human::count(figure.point))),
];

fn share_of(revision: &RevisionResult, key: &str) -> String {
    revision.figure(key).map_or(NONE.to_owned(), |it| human::percent(it.point, human::half(&it)))
}

fn row(comparison: &Comparison, label: &str, cell: Cell) -> Row {
    Row { label: label.to_owned(), cells: comparison.policies.iter().map(|policy| cell(comparison, policy)).collect() }
}

fn of(policy: &PolicyResult, key: &str, write: fn(f64) -> String) -> String {
    policy.figure(key).map_or(NONE.to_owned(), |figure| write(figure.point))
}

fn latency(policy: &PolicyResult, key: &str) -> String {
    policy.figure(key).map_or(NONE.to_owned(), |figure| human::seconds_worth(&figure))
}

/// A number of requests and its share of those that arrived.
fn counted(policy: &PolicyResult, key: &str) -> String {
    let (Some(count), Some(arrived)) = (policy.figure(key), policy.figure("requests.arrived")) else { return NONE.to_owned() };
    let share = if arrived.point > 0.0 { count.point / arrived.point } else { 0.0 };
    if count.point == 0.0 { "0".to_owned() } else { format!("{} ({})", human::count(count.point), human::share(share)) }
}

fn cost(policy: &PolicyResult) -> String {
    amount(policy, "cost.total")
}

fn amount(policy: &PolicyResult, key: &str) -> String {
    policy.figure(key).as_ref().map_or(NONE.to_owned(), human::amount)
}

/// A row for every further book that the runs are billed by.
fn by_other_books(comparison: &Comparison) -> Vec<Row> {
    let books = comparison.policies.first().map_or(&[][..], |policy| &policy.bills);
    let of = |policy: &PolicyResult, index: usize| policy.bills.get(index).map_or(NONE.to_owned(), |bill| human::amount(&bill.total));
    let row = |(index, book): (usize, &crate::experiment::BookBill)| Row {
        label: format!("cost by {}", book.price_book),
        cells: comparison.policies.iter().map(|policy| of(policy, index)).collect(),
    };
    books.iter().enumerate().map(row).collect()
}

/// A row for every line that stands on some policy's bill; none where the bill has a single line.
fn cost_lines(comparison: &Comparison) -> Vec<Row> {
    let mut names: Vec<&str> = Vec::new();
    for line in comparison.policies.iter().flat_map(|policy| &policy.cost_lines) {
        if !names.contains(&line.line.as_str()) {
            names.push(&line.line);
        }
    }
    names.retain(|_| comparison.policies.iter().any(|policy| policy.cost_lines.len() > 1));
    names
        .into_iter()
        .map(|name| Row { label: format!("· {name}"), cells: comparison.policies.iter().map(|it| bought(it, name)).collect() })
        .collect()
}

/// What a policy pays for one thing.
fn bought(policy: &PolicyResult, name: &str) -> String {
    let lines: Vec<f64> = policy.cost_lines.iter().filter(|line| line.line == name).map(|line| line.amount).collect();
    if lines.is_empty() { NONE.to_owned() } else { human::plain_amount(lines.iter().sum()) }
}

fn against(comparison: &Comparison, policy: &PolicyResult) -> String {
    if policy.differences.is_none() {
        return "baseline".to_owned();
    }
    match Change::of_cost(comparison, policy) {
        Some(change) if change.significant || change.half.is_none() => signed(&change),
        Some(change) => format!("({})", signed(&change)),
        None => NONE.to_owned(),
    }
}

/// A change with its sign: `+12 %` is no share of the baseline.
fn signed(change: &Change) -> String {
    let sign = if change.share > 0.0 { "+" } else { "" };
    format!("{sign}{}", human::percent(change.share, change.half))
}

/// A policy's cost less the baseline's, as a share of the baseline's mean cost.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change {
    /// Below zero: a saving.
    pub share: f64,
    /// Half the width of its interval; nothing with a single replication.
    pub half: Option<f64>,
    /// Whether the interval excludes zero.
    pub significant: bool,
}

impl Change {
    /// Nothing without a baseline, or where the baseline costs nothing.
    pub(super) fn of_cost(comparison: &Comparison, policy: &PolicyResult) -> Option<Change> {
        let base = comparison.policies[comparison.baseline?].figure("cost.total")?.point;
        let difference = policy.difference("cost.total")?;
        let Estimate { point, .. } = difference.estimate;
        let half = human::half(&difference.estimate);
        (base > 0.0).then(|| Change { share: point / base, half: half.map(|half| half / base), significant: difference.significant })
    }
}
