//! From replicas to a comparison: means, intervals, paired differences, and what to doubt.

use std::collections::BTreeMap;

use super::Estimate;
use super::comparison::{BookBill, Comparison, CostLine, Difference, PolicyResult};
use super::figure::FIGURES;
use super::revision::revision_results;
use super::simulate::{Progress, Replica, Replicas, simulate};
use crate::billing::{Bill, Line, LineKind, Role};
use crate::error::Error;
use crate::scenario::Scenario;
use crate::units::{Money, SimTime, Span};

/// Runs a scenario and compares its policies.
///
/// # Errors
/// As [`simulate`].
pub fn run(scenario: &Scenario, progress: &dyn Progress) -> Result<Comparison, Error> {
    let replicas = simulate(scenario, progress)?;
    Ok(compare(scenario, replicas))
}

/// One value a replication, for every figure.
type Values = Vec<Vec<Option<f64>>>;

fn compare(scenario: &Scenario, replicas: Vec<Replicas>) -> Comparison {
    let values: Vec<Values> = replicas.iter().map(|replicas| values_of(&replicas.each)).collect();
    let policies = scenario.policies.iter().zip(replicas).enumerate().map(|(index, (policy, replicas))| PolicyResult {
        name: policy.name.clone(),
        figures: values[index].iter().map(|values| Estimate::of(&values.iter().copied().flatten().collect::<Vec<_>>())).collect(),
        differences: scenario.baseline.filter(|baseline| *baseline != index).map(|baseline| differences(&values[index], &values[baseline])),
        cost_lines: cost_lines(replicas.each.iter().map(|replica| &replica.bill)),
        bills: book_bills(scenario, &replicas.each),
        revisions: revision_results(replicas.each.iter().map(|replica| replica.revisions.as_slice())),
        merged: replicas.merged,
    });
    Comparison {
        version: env!("CARGO_PKG_VERSION"),
        scenario: scenario.name.clone(),
        question: scenario.question.clone(),
        scenario_hash: scenario.hash.clone(),
        seed: scenario.seed,
        replications: scenario.replications,
        horizon: scenario.window.horizon - SimTime::ZERO,
        warmup: scenario.window.warmup - SimTime::ZERO,
        price_book: scenario.book.name().to_owned(),
        currency: scenario.book.currency().to_owned(),
        warnings: warnings(scenario),
        policies: policies.collect(),
        baseline: scenario.baseline,
    }
}

fn values_of(replicas: &[Replica]) -> Values {
    (0..FIGURES.len()).map(|figure| replicas.iter().map(|replica| replica.figures[figure]).collect()).collect()
}

/// Differences replication by replication: what both share (the requests) falls out.
fn differences(policy: &Values, baseline: &Values) -> Vec<Option<Difference>> {
    let pair = |(mine, base): (&Vec<Option<f64>>, &Vec<Option<f64>>)| {
        let pairs: Vec<f64> = mine.iter().zip(base).filter_map(|(mine, base)| Some((*mine)? - (*base)?)).collect();
        let estimate = Estimate::of(&pairs)?;
        Some(Difference { estimate, significant: estimate.excludes_zero() })
    };
    policy.iter().zip(baseline).map(pair).collect()
}

/// What a run costs by each further book.
fn book_bills(scenario: &Scenario, replicas: &[Replica]) -> Vec<BookBill> {
    let measured = scenario.window.horizon - scenario.window.warmup;
    let books = scenario.also_priced_by.iter().enumerate();
    books.filter_map(|(index, book)| book_bill(book.name(), replicas, index, measured)).collect()
}

fn book_bill(name: &str, replicas: &[Replica], index: usize, measured: Span) -> Option<BookBill> {
    let bills = || replicas.iter().map(|replica| &replica.also[index]);
    let estimate = |of: &dyn Fn(&Bill) -> Option<Bill>| {
        let totals: Vec<f64> = bills().filter_map(of).map(|bill| bill.total().as_f64()).collect();
        Estimate::of(&totals)
    };
    let (arrived_index, _) = super::figure::find("requests.arrived").expect("it is in the table");
    let arrived = |replica: &Replica| replica.figures[arrived_index].unwrap_or(0.0) as u64;
    let per_million = replicas.iter().filter_map(|it| it.also[index].per_million_requests(arrived(it)));
    Some(BookBill {
        price_book: name.to_owned(),
        total: estimate(&|bill| Some(bill.clone()))?,
        per_30_days: estimate(&|bill| bill.per_30_days(measured))?,
        per_million_requests: Estimate::of(&per_million.map(|bill| bill.total().as_f64()).collect::<Vec<_>>()),
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

/// What a reader should know before believing the figures.
fn warnings(scenario: &Scenario) -> Vec<String> {
    let mut warnings = scenario.warnings.clone();
    if scenario.replications == 1 {
        warnings
            .push("one replication has no interval, so it cannot tell luck from a difference\n  hint: run with `--replications 10`".into());
    }
    warnings
}
