//! Case 8: fixed keep-alive on real minutes, against exact counts: the traffic reader and the whole simulator.
//!
//! Requests that take no time, instances that start in none, any number of requests at once in an instance: a request is cold
//! if and only if nobody called for longer than the keep-alive time, which can be counted from the minutes alone (`exact`).

mod exact;
mod read;

use self::exact::{Key, Minutes};
use self::read::Reference;
use super::case::{Bound, Findings, Point, Series};
use super::{Case, Context, Found, watched};
use crate::error::Error;
use crate::experiment::measured::Measured;
use crate::experiment::simulate::replicate;
use crate::scenario::Scenario;

/// The published counts.
const COUNTS: &str = "azure_keepalive_counts.json";
/// The trace that is counted.
const TRACE: &str = "traces/azure2019_500x480/invocations.csv";

/// Keep-alive times in minutes where the file of counts names none.
pub(super) const KEEP_ALIVE_MIN: [u32; 6] = [1, 5, 10, 20, 60, 120];

/// Runs of a uniform placement.
const RUNS: u32 = 5;

/// A way to place the requests of a minute, and the rule when nobody called for exactly the keep-alive time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Way {
    title: &'static str,
    /// As a scenario says them.
    spread: &'static str,
    at_expiry: &'static str,
}

const WAYS: &[Way] = &[
    Way { title: "all at the minute's start, exactly K is warm", spread: "start", at_expiry: "still-warm" },
    Way { title: "all at the minute's start, exactly K is cold", spread: "start", at_expiry: "expired" },
    Way { title: "equidistant, exactly K is warm", spread: "equidistant", at_expiry: "still-warm" },
    Way { title: "equidistant, exactly K is cold", spread: "equidistant", at_expiry: "expired" },
    Way { title: "uniform", spread: "uniform", at_expiry: "still-warm" },
];

/// The case.
pub(super) const CASE: Case = Case {
    name: "minutes",
    title: "fixed keep-alive on real minutes, equal to exact counts",
    against: "Azure Functions 2019, Shahrad et al., ATC'20 (CC BY 4.0), counted independently",
    files: &[COUNTS, TRACE],
    run,
};

fn run(context: &Context) -> Result<Found, Error> {
    let reference = read::reference(context.data)?;
    let Some(text) = context.data.get(&reference.trace) else { return Ok(Err(context.data.missing(&reference.trace))) };
    let minutes = exact::minutes(text)?;
    let mut series = Vec::new();
    for way in WAYS {
        let bound = if way.spread == "uniform" { Bound::StandardErrors(4.0) } else { Bound::Equal };
        let mut points = Vec::new();
        for key in [Key::Function, Key::App] {
            points.extend(held_against(*way, key, &minutes, &reference, context)?);
        }
        series.push(Series { figure: format!("cold starts, {}", way.title), bound, points });
    }
    Ok(Ok(Findings { series, assumed: assumed(), notes: notes(&minutes, &reference) }))
}

fn assumed() -> Vec<String> {
    let assumed = "Requests and starts take no time, and simultaneous requests share an instance: what the exact counts are of.";
    vec![assumed.to_owned()]
}

fn notes(minutes: &Minutes, reference: &Reference) -> Vec<String> {
    let counted = format!(
        "{} functions of {} applications, {} requests: counted from the minutes of {}.",
        minutes.functions(),
        minutes.keys(Key::App),
        minutes.requests(),
        reference.trace
    );
    let uniform = format!("Uniform placement: the mean of {RUNS} runs, its error from the exact chances of each gap of K minutes.");
    let mut notes = vec![counted, uniform];
    notes.extend(reference.differs_from(minutes));
    notes
}

/// A point for every keep-alive time.
fn held_against(way: Way, key: Key, minutes: &Minutes, reference: &Reference, context: &Context) -> Result<Vec<Point>, Error> {
    let times = times(reference, context.quick);
    let scenario = watched::load(&scenario(way, key, &reference.trace, &times), context.data)?;
    let runs = if way.spread == "uniform" && !context.quick { RUNS } else { 1 };
    let points = times.iter().enumerate().map(|(policy, keep_alive)| {
        let (exact, deviation) = minutes.cold_starts(key, *keep_alive, way);
        let mean = mean_starts(&scenario, policy, runs, context)?;
        Ok(Point {
            label: format!("{keep_alive} min, per {}", key.name()),
            reference: Measured::exact(reference.count(key, *keep_alive, way).unwrap_or(exact)),
            simulated: Measured::with_error(mean, deviation / f64::from(runs).sqrt()),
        })
    });
    points.collect()
}

/// The times of the reference; the tenth minute or so of them is enough for a rough answer.
fn times(reference: &Reference, quick: bool) -> Vec<u32> {
    let times = &reference.keep_alive_min;
    if quick { vec![times[times.len() / 3]] } else { times.clone() }
}

fn mean_starts(scenario: &Scenario, policy: usize, runs: u32, context: &Context) -> Result<f64, Error> {
    let starts = (0..runs).map(|run| {
        let (outcome, _) = replicate(scenario, &scenario.policies[policy], run, context.progress)?;
        Ok(outcome.instances.cold_starts)
    });
    Ok(starts.sum::<Result<u64, Error>>()? as f64 / f64::from(runs))
}

/// A policy for every keep-alive time.
fn scenario(way: Way, key: Key, trace: &str, times: &[u32]) -> String {
    let policies: String =
        times.iter().map(|minutes| format!("  k{minutes}: {{ services.all.autoscaler.keep-alive.idle: {minutes}m }}\n")).collect();
    format!(
        "name: minutes\nrun: {{ replications: 1, seed: 1 }}\nprices: aliyun-cn-hangzhou\nservices:\n  all:\n    \
         traffic: [ {{ azure-2019: {{ invocations: {trace:?}, spread: {}, per: {} }} }} ]\n    request: {{ io: 0s }}\n    \
         gateway: {{ latency: 0s }}\n    cold-start: {{}}\n    autoscaler: {{ keep-alive: {{ idle: 1m, at-expiry: {} }} }}\npolicies:\n{policies}",
        way.spread,
        key.name(),
        way.at_expiry
    )
}
