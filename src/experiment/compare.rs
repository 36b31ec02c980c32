//! From replicas to a comparison: means, intervals, paired differences, and what to doubt.

use std::collections::BTreeMap;

use super::break_even::break_evens;
use super::comparison::{BookBill, Comparison, CostLine, PolicyResult, Settling};
use super::differences::differences;
use super::figure::FIGURES;
use super::revision::revision_results;
use super::sequential::{Looks, Next, Stopping, replicate};
use super::settle;
use super::simulate::{Progress, Replica, Replicas};
use super::values::{present, series};
use super::{About, Estimate};
use crate::billing::{Bill, Line, LineKind, Role};
use crate::error::Error;
use crate::scenario::Scenario;
use crate::units::{Money, Span};

/// Runs a scenario and compares its policies.
///
/// # Errors
/// As [`simulate`](super::simulate()).
pub fn run(scenario: &Scenario, progress: &dyn Progress) -> Result<Comparison, Error> {
    run_until(scenario, &Stopping::default(), progress)
}

/// The same, with replications added until it is settled what differs, or every headline figure is known well enough.
///
/// # Errors
/// As [`simulate`](super::simulate()).
pub fn run_until(scenario: &Scenario, stopping: &Stopping, progress: &dyn Progress) -> Result<Comparison, Error> {
    let open = |replicas: &[Replicas], looks: &Looks| settle::open(scenario, stopping, replicas, looks);
    let next = |replicas: &[Replicas], looks: &Looks| if open(replicas, looks).is_empty() { Next::Settled } else { Next::More };
    let (replicas, looks) = replicate(scenario, stopping, progress, &next)?;
    let settling = stopping.is_sequential().then(|| Settling { open: open(&replicas, &looks), looks: looks.clone() });
    Ok(Comparison { settling, ..compare(scenario, replicas, &looks) })
}

/// Compares what was run.
pub(super) fn compare(scenario: &Scenario, replicas: Vec<Replicas>, looks: &Looks) -> Comparison {
    let confidence = looks.confidence();
    let break_evens = break_evens(scenario, &replicas, confidence);
    let mut differences = differences(&replicas, scenario.baseline, confidence).into_iter();
    let estimates =
        |replicas: &Replicas| (0..FIGURES.len()).map(|figure| Estimate::at(&present(&series(replicas, figure)), confidence)).collect();
    let policies = scenario.policies.iter().zip(replicas).map(|(policy, replicas)| PolicyResult {
        name: policy.name.clone(),
        figures: estimates(&replicas),
        differences: differences.next().expect("one a policy"),
        cost_lines: cost_lines(replicas.each.iter().map(|replica| &replica.bill)),
        bills: book_bills(scenario, &replicas.each, confidence),
        revisions: revision_results(replicas.each.iter().map(|replica| replica.revisions.as_slice())),
        merged: replicas.merged,
    });
    Comparison {
        about: About { replications: looks.replications(), warnings: warnings(scenario, looks.replications()), ..About::of(scenario) },
        policies: policies.collect(),
        baseline: scenario.baseline,
        break_evens,
        sensitivity: None,
        settling: None,
    }
}

/// What a run costs by each further book.
fn book_bills(scenario: &Scenario, replicas: &[Replica], confidence: f64) -> Vec<BookBill> {
    let measured = scenario.window.horizon - scenario.window.warmup;
    let books = scenario.also_priced_by.iter().enumerate();
    books.filter_map(|(index, book)| book_bill(book.name(), replicas, index, measured, confidence)).collect()
}

fn book_bill(name: &str, replicas: &[Replica], index: usize, measured: Span, confidence: f64) -> Option<BookBill> {
    let bills = || replicas.iter().map(|replica| &replica.also[index]);
    let estimate = |of: &dyn Fn(&Bill) -> Option<Bill>| {
        let totals: Vec<f64> = bills().filter_map(of).map(|bill| bill.total().as_f64()).collect();
        Estimate::at(&totals, confidence)
    };
    let (arrived_index, _) = super::figure::find("requests.arrived").expect("it is in the table");
    let arrived = |replica: &Replica| replica.figures[arrived_index].unwrap_or(0.0) as u64;
    let per_million = replicas.iter().filter_map(|it| it.also[index].per_million_requests(arrived(it)));
    Some(BookBill {
        price_book: name.to_owned(),
        total: estimate(&|bill| Some(bill.clone()))?,
        per_30_days: estimate(&|bill| bill.per_30_days(measured))?,
        per_million_requests: Estimate::at(&per_million.map(|bill| bill.total().as_f64()).collect::<Vec<_>>(), confidence),
        lines: cost_lines(bills()),
    })
}

/// The lines of bills, means over replications.
fn cost_lines<'b>(bills: impl ExactSizeIterator<Item = &'b Bill>) -> Vec<CostLine> {
    let n = bills.len() as f64;
    let mut lines: BTreeMap<(LineKind, Option<&str>), (f64, &str, Money)> = BTreeMap::new();
    for Line { line, item, quantity, amount } in bills.flat_map(|bill| &bill.lines) {
        let sum = lines.entry((*line, item.as_deref())).or_insert((0.0, quantity.unit(), Money::ZERO));
        sum.0 += quantity.value();
        sum.2 += *amount;
    }
    let mean = |((kind, item), (quantity, unit, amount)): ((LineKind, Option<&str>), (f64, &str, Money))| CostLine {
        line: kind.name().to_owned(),
        item: item.map(str::to_owned),
        role: kind.role().map(Role::name).map(str::to_owned),
        quantity: quantity / n,
        unit: unit.to_owned(),
        amount: amount.as_f64() / n,
    };
    lines.into_iter().map(mean).collect()
}

/// Said of any answer of a single replication.
pub(super) const ONE_REPLICATION: &str =
    "one replication has no interval, so it cannot tell luck from a difference\n  hint: run with `--replications 10`";

/// What a reader should know before believing the figures.
fn warnings(scenario: &Scenario, replications: u32) -> Vec<String> {
    let mut warnings = scenario.warnings.clone();
    if replications == 1 {
        warnings.push(ONE_REPLICATION.into());
    }
    warnings
}
