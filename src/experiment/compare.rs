//! From replicas to a comparison: means, intervals, paired differences, and what to doubt.

use std::collections::BTreeMap;

use super::Estimate;
use super::comparison::{Comparison, CostLine, Difference, PolicyResult};
use super::figure::{FIGURES, Sample};
use super::simulate::{Progress, Replica, simulate};
use crate::billing::LineKind;
use crate::error::Error;
use crate::observe::{Outcome, Part};
use crate::scenario::{Policy, Scenario};
use crate::units::{Money, SimTime};

/// Runs a scenario and compares its policies.
///
/// # Errors
/// As [`simulate`].
pub fn run(scenario: &Scenario, progress: &dyn Progress) -> Result<Comparison, Error> {
    let replicas = simulate(scenario, progress)?;
    Ok(compare(scenario, &replicas))
}

/// One value a replication, for every figure.
type Values = Vec<Vec<Option<f64>>>;

fn compare(scenario: &Scenario, replicas: &[Vec<Replica>]) -> Comparison {
    let values: Vec<Values> = replicas.iter().map(|replicas| values_of(replicas)).collect();
    let policies = scenario.policies.iter().enumerate().map(|(index, policy)| PolicyResult {
        name: policy.name.clone(),
        figures: values[index].iter().map(|values| Estimate::of(&values.iter().copied().flatten().collect::<Vec<_>>())).collect(),
        differences: scenario.baseline.filter(|baseline| *baseline != index).map(|baseline| differences(&values[index], &values[baseline])),
        cost_lines: cost_lines(&replicas[index]),
        merged: merged(&replicas[index]),
    });
    let policies: Vec<PolicyResult> = policies.collect();
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
        warnings: warnings(scenario, &policies),
        policies,
        baseline: scenario.baseline,
    }
}

fn values_of(replicas: &[Replica]) -> Values {
    let take = |figure: &super::Figure| {
        replicas.iter().map(|replica| (figure.take)(&Sample { outcome: &replica.outcome, cost: replica.bill.total() })).collect()
    };
    FIGURES.iter().map(take).collect()
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

fn merged(replicas: &[Replica]) -> Outcome {
    replicas.iter().fold(Outcome::default(), |mut sum, replica| {
        sum.merge(&replica.outcome);
        sum
    })
}

/// What a reader should know before believing the figures.
fn warnings(scenario: &Scenario, policies: &[PolicyResult]) -> Vec<String> {
    let mut warnings = scenario.warnings.clone();
    if scenario.replications == 1 {
        warnings
            .push("one replication has no interval, so it cannot tell luck from a difference\n  hint: run with `--replications 10`".into());
    }
    let busy: Vec<&str> =
        scenario.policies.iter().zip(policies).filter(|(policy, it)| shares_cpu(policy, it)).map(|(it, _)| it.name.as_str()).collect();
    if !busy.is_empty() {
        warnings.push(format!(
            "under {} the requests of an instance would often want more CPU than it has; this version gives each the speed of a vCPU of its own, so latencies are too good\n  hint: lower `container-concurrency`, or take a larger `instance`",
            busy.join(", ")
        ));
    }
    warnings
}

/// Whether serving instances run more CPU-seconds a second than half of what they have: then contention, which is not
/// modelled, would show.
fn shares_cpu(policy: &Policy, result: &PolicyResult) -> bool {
    let Some(service) = policy.services.first().filter(|_| policy.services.len() == 1) else { return false };
    let demand = &service.plan.revisions[0].demand;
    let (cpu, io) = (demand.cpu.mean_secs(), demand.io.mean_secs());
    let execution = result.merged.blame.above(&result.merged.latency, 0.0)[Part::Execution as usize] as f64;
    let running = execution * cpu / (cpu + io);
    running > 0.5 * service.prices[0].vcpu() * result.merged.instances.serving_ns as f64
}
