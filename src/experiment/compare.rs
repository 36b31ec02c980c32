//! From replicas to a comparison: means, intervals, paired differences, and what to doubt.

use std::collections::BTreeMap;

use super::Estimate;
use super::comparison::{Comparison, CostLine, Difference, PolicyResult};
use super::figure::FIGURES;
use super::revision::revision_results;
use super::simulate::{Progress, Replica, Replicas, simulate};
use crate::billing::LineKind;
use crate::error::Error;
use crate::scenario::Scenario;
use crate::units::{Money, SimTime};

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
        cost_lines: cost_lines(&replicas.each),
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

/// The bill's lines, means over replications.
fn cost_lines(replicas: &[Replica]) -> Vec<CostLine> {
    let n = replicas.len() as f64;
    let mut lines: BTreeMap<LineKind, (f64, &str, Money)> = BTreeMap::new();
    for line in replicas.iter().flat_map(|replica| &replica.bill.lines) {
        let sum = lines.entry(line.line).or_insert((0.0, line.quantity.unit(), Money::ZERO));
        sum.0 += line.quantity.value();
        sum.2 += line.amount;
    }
    let mean = |(kind, (quantity, unit, amount)): (LineKind, (f64, &str, Money))| CostLine {
        line: kind.name().to_owned(),
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
