//! The life of single requests, and what the autoscaler decided around them: a run of its own, made on request.

use super::simulate::{refuse_unfinished, watch_function};
use crate::error::{Error, did_you_mean};
use crate::observe::witness::{Scene, Wanted, Watch};
use crate::observe::{DecisionRecord, RequestLife};
use crate::platform::Window;
use crate::scenario::{Policy, Scenario, Service};
use crate::units::{Bytes, SimTime, Span};

/// What is to be explained.
#[derive(Debug, Clone)]
pub struct Question {
    /// Under which policy; the only one if none is named.
    pub policy: Option<String>,
    /// Of which service (of a trace of many functions with the function's name behind it: `service/function`); the only one if
    /// none is named.
    pub service: Option<String>,
    /// In which replication, from 1.
    pub replication: u32,
    /// Which requests.
    pub watch: Watch,
}

/// A revision, as far as an explanation needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct RevisionFacts {
    /// Its name.
    pub name: String,
    /// The size of its image, if that was given.
    pub image: Option<Bytes>,
}

/// Lives of requests, and what was around them.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// Version of coldcast.
    pub version: &'static str,
    /// Name of the scenario.
    pub scenario: String,
    /// SHA-256 of its text and of every file it names, in hex.
    pub scenario_hash: String,
    /// First seed of the scenario.
    pub seed: u64,
    /// Which replication this is, from 1.
    pub replication: u32,
    /// The policy.
    pub policy: String,
    /// The service; of a trace of many functions with the function's name behind it.
    pub service: String,
    /// Its revisions, then the pools of their reserves.
    pub revisions: Vec<RevisionFacts>,
    /// How long the run is.
    pub horizon: Span,
    /// What was looked for.
    pub wanted: Wanted,
    /// How many requests arrived in all.
    pub arrived: u64,
    /// The requests; never empty.
    pub lives: Vec<RequestLife>,
    /// Every decision of the run, in order.
    pub decisions: Vec<DecisionRecord>,
    /// Everything that happened for a while, if that was asked for.
    pub everything: Option<Scene>,
}

/// Runs one service in one replication and tells the lives of the requests that were asked for.
///
/// # Errors
/// If there is no such policy, service, replication or request, and as [`simulate`](super::simulate()).
pub fn explain(scenario: &Scenario, question: &Question) -> Result<Explanation, Error> {
    let policy = find_policy(scenario, question.policy.as_deref())?;
    let (service, function, called) = find_service(scenario, policy, question.service.as_deref())?;
    refuse_absurd(scenario, question)?;
    let window = Window { decisions: true, ..scenario.window };
    let (ran, seen) = watch_function(scenario, service, function, question.replication - 1, window, Some(question.watch))?;
    refuse_unfinished(ran.stopped, scenario, policy, service)?;
    let seen = seen.expect("somebody watched");
    if seen.lives.is_empty() {
        return Err(nobody(question.watch.wanted, seen.arrived, seen.last));
    }
    let facts = service.plan.pools().map(|it| RevisionFacts { name: it.name.clone(), image: it.cold_start.image });
    Ok(Explanation {
        version: env!("CARGO_PKG_VERSION"),
        scenario: scenario.name.clone(),
        scenario_hash: scenario.hash.clone(),
        seed: scenario.seed,
        replication: question.replication,
        policy: policy.name.clone(),
        service: called,
        revisions: facts.collect(),
        horizon: scenario.window.horizon - SimTime::ZERO,
        wanted: question.watch.wanted,
        arrived: seen.arrived,
        lives: seen.lives,
        decisions: ran.decisions,
        everything: seen.everything,
    })
}

/// The policy of this name, or the only one.
///
/// # Errors
/// If there is none, or if there are several and none is named.
pub fn find_policy<'s>(scenario: &'s Scenario, name: Option<&str>) -> Result<&'s Policy, Error> {
    let names = || scenario.policies.iter().map(|it| it.name.as_str());
    choose("policy", name, names().collect()).map(|index| &scenario.policies[index])
}

/// The service of this name, or the only one; its function, and both their names.
fn find_service<'s>(scenario: &Scenario, policy: &'s Policy, name: Option<&str>) -> Result<(&'s Service, usize, String), Error> {
    let mut all = Vec::new();
    for service in &policy.services {
        for (function, it) in scenario.workloads[service.workload].functions().iter().enumerate() {
            let called = if it.name.is_empty() { service.name.clone() } else { format!("{}/{}", service.name, it.name) };
            all.push((service, function, called));
        }
    }
    let index = choose("service", name, all.iter().map(|it| it.2.as_str()).collect())?;
    Ok(all.swap_remove(index))
}

/// How many names a hint lists.
const LISTED: usize = 12;

fn choose(what: &str, name: Option<&str>, known: Vec<&str>) -> Result<usize, Error> {
    let flag = format!("--{what}");
    let listed = || {
        let more = if known.len() > LISTED { format!(" and {} more", known.len() - LISTED) } else { String::new() };
        known.iter().take(LISTED).copied().collect::<Vec<_>>().join(", ") + &more
    };
    match name {
        Some(name) => known.iter().position(|it| *it == name).ok_or_else(|| {
            let hint = if known.len() > LISTED { near_or_some(name, &known, listed()) } else { did_you_mean(name, known.iter().copied()) };
            usage(&flag, &format!("there is no {what} `{name}`")).with_hint(hint)
        }),
        None if known.len() == 1 => Ok(0),
        None => {
            let plural = if what == "policy" { "policies" } else { "services" };
            Err(usage(&flag, &format!("the scenario has {} {plural}; which one?", known.len()))
                .with_hint(format!("`{flag} NAME` with one of {}", listed())))
        }
    }
}

fn near_or_some(name: &str, known: &[&str], listed: String) -> String {
    crate::error::nearest(name, known.iter().copied()).map_or(format!("known: {listed}"), |near| format!("did you mean `{near}`?"))
}

fn usage(flag: &str, message: &str) -> Error {
    Error::in_file(flag, 0, "usage", message)
}

/// What can be refused before the run.
fn refuse_absurd(scenario: &Scenario, question: &Question) -> Result<(), Error> {
    if question.replication == 0 || question.replication > scenario.replications {
        let message = format!("there is no replication {}", question.replication);
        return Err(usage("--replication", &message).with_hint(format!("the scenario has {}, counted from 1", scenario.replications)));
    }
    let horizon = scenario.window.horizon;
    let beyond = |flag: &str, at: SimTime| {
        let message = format!("{} is not before the horizon of {}", at - SimTime::ZERO, horizon - SimTime::ZERO);
        Err(usage(flag, &message).with_hint("times count from the start of the run"))
    };
    match (question.watch.wanted, question.watch.everything) {
        (Wanted::At(at), _) if at >= horizon => beyond("--at", at),
        (_, Some(everything)) if everything.from >= horizon => beyond("--perfetto-from", everything.from),
        (Wanted::Number(0), _) => {
            Err(usage("--request", "there is no request 0").with_hint("requests are counted from 1 in order of arrival"))
        }
        _ => Ok(()),
    }
}

/// Nobody fits what was asked for.
fn nobody(wanted: Wanted, arrived: u64, last: SimTime) -> Error {
    let until = format!("the last of {arrived} requests arrived at {}", last - SimTime::ZERO);
    let (flag, message, hint) = match wanted {
        _ if arrived == 0 => {
            ("--request", "no request arrived".to_owned(), "look at the scenario's `traffic` and `run.horizon`".to_owned())
        }
        Wanted::Number(number) => ("--request", format!("there is no request {number}"), format!("{arrived} arrived, counted from 1")),
        Wanted::At(at) => ("--at", format!("no request arrived at {} or later", at - SimTime::ZERO), until),
        Wanted::TimedOut(_) => {
            ("--timeouts", "no request timed out".to_owned(), "`--slowest N` shows those that waited longest".to_owned())
        }
        Wanted::Slowest(_) => {
            ("--slowest", "no request was answered or given up after the warm-up".to_owned(), "`--request N` shows any".to_owned())
        }
    };
    usage(flag, &message).with_hint(hint)
}
