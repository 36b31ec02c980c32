//! Runs every policy of a scenario in every replication, on all cores, to the same bytes as on one.
//!
//! Services that share nothing run apart; what they leave behind is integers, so their sum does not depend on who was
//! done first. Streams are named by replication, service and function, never by policy: every policy meets the same
//! requests.

use std::cmp::Reverse;
use std::ops::Range;
use std::sync::Mutex;

use rayon::prelude::*;

use super::bills::{Bills, Used, bills};
use super::figure::Sample;
use super::revision::{RevisionValues, revision_values};
use crate::billing::{Bill, Usage};
use crate::engine::{Stopped, Streams};
use crate::error::Error;
use crate::observe::{Absences, Outcome, Watch, Witnessed};
use crate::platform::{self, Ran, Visitors, Window};
use crate::scenario::{Policy, Scenario, Service};
use crate::traffic::Workload;
use crate::units::SimTime;

/// One replication of one policy: its figures and its bill. What was seen is kept merged over all replications only.
#[derive(Debug, Clone)]
pub struct Replica {
    /// In the order of [`FIGURES`](super::FIGURES).
    pub figures: Vec<Option<f64>>,
    /// What it cost.
    pub bill: Bill,
    /// What it cost by each of the scenario's further books.
    pub also: Vec<Bill>,
    /// The figures of each revision, where a service has several.
    pub revisions: Vec<RevisionValues>,
    /// When reserves stood in.
    pub absences: Absences,
}

/// All replications of one policy.
#[derive(Debug, Clone)]
pub struct Replicas {
    /// In order.
    pub each: Vec<Replica>,
    /// What was seen in all of them together.
    pub merged: Outcome,
}

impl Replicas {
    /// Adds later replications to earlier ones: the same as if all had been run at once.
    pub fn append(&mut self, later: Replicas) {
        self.each.extend(later.each);
        self.merged.merge(&later.merged);
    }
}

/// Who wants to know how far a run is.
pub trait Progress: Sync {
    /// So many parts will be done, beside those that were.
    fn begin(&self, parts: usize);
    /// One more is done.
    fn advance(&self);
}

/// Nobody does.
impl Progress for () {
    fn begin(&self, _: usize) {}
    fn advance(&self) {}
}

/// From so many recorded requests on, a function's traffic is made on a thread of its own where there is more than one: some ten
/// milliseconds of work, beside which a thread costs nothing.
const AHEAD_FROM: u64 = 100_000;

/// What the services of one replication add up to.
#[derive(Debug, Default)]
struct Sum {
    outcome: Outcome,
    usage: Used,
}

impl Sum {
    fn add(mut self, other: Sum) -> Sum {
        self.outcome.merge(&other.outcome);
        for (service, theirs) in other.usage.into_iter().enumerate() {
            if self.usage.len() <= service {
                self.usage.resize(service + 1, Vec::new());
            }
            add_usage(&mut self.usage[service], theirs);
        }
        self
    }
}

fn add_usage(mine: &mut Vec<Vec<Usage>>, theirs: Vec<Vec<Usage>>) {
    mine.resize(mine.len().max(theirs.len()), Vec::new());
    for (mine, theirs) in mine.iter_mut().zip(theirs) {
        mine.resize(mine.len().max(theirs.len()), Usage::default());
        mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
    }
}

/// Every policy in every replication, by policy.
///
/// # Errors
/// If a run reaches its limit of steps, or a trace changes while it is replayed.
pub fn simulate(scenario: &Scenario, progress: &dyn Progress) -> Result<Vec<Replicas>, Error> {
    simulate_range(scenario, 0..scenario.replications, progress)
}

/// Every policy in these replications, by policy.
///
/// # Errors
/// As [`simulate`].
pub fn simulate_range(scenario: &Scenario, range: Range<u32>, progress: &dyn Progress) -> Result<Vec<Replicas>, Error> {
    let parts: usize = scenario.policies.iter().map(|policy| parts_of(scenario, policy)).sum();
    progress.begin(parts * range.len());
    let replications = range.len();
    let merged: Vec<Mutex<Outcome>> = scenario.policies.iter().map(|_| Mutex::default()).collect();
    let runs = (0..scenario.policies.len() * replications).into_par_iter().map(|index| {
        let (policy, replication) = (index / replications, range.start + (index % replications) as u32);
        let (outcome, Bills { main: bill, also }) = replicate(scenario, &scenario.policies[policy], replication, progress)?;
        let figures = super::figure::values(&Sample { outcome: &outcome, bill: &bill });
        let revisions = revision_values(&outcome, scenario.window.horizon - SimTime::ZERO);
        // Sums of integers: the same whoever comes first.
        merged[policy].lock().expect("no run has panicked").merge(&outcome);
        Ok(Replica { figures, bill, also, revisions, absences: outcome.absences })
    });
    let runs: Vec<Result<Replica, Error>> = runs.collect();
    let mut runs = runs.into_iter();
    let gather = |merged: Mutex<Outcome>| {
        let each = runs.by_ref().take(replications).collect::<Result<_, _>>()?;
        Ok(Replicas { each, merged: merged.into_inner().expect("no run has panicked") })
    };
    merged.into_iter().map(gather).collect()
}

/// How many parts of a run a policy has in each replication: its services, or the functions of its traces.
pub(super) fn parts_of(scenario: &Scenario, policy: &Policy) -> usize {
    policy.services.iter().map(|it| scenario.workloads[it.workload].functions().len()).sum()
}

/// One replication of one policy.
pub(super) fn replicate(
    scenario: &Scenario,
    policy: &Policy,
    replication: u32,
    progress: &dyn Progress,
) -> Result<(Outcome, Bills), Error> {
    let sum = parts(scenario, policy)
        .into_iter()
        .par_bridge()
        .map(|(service, function)| {
            let ran = run_one(scenario, policy, service, function, replication);
            progress.advance();
            ran
        })
        .try_reduce_with(|a, b| Ok(a.add(b)))
        .unwrap_or_else(|| Ok(Sum::default()))?;
    let bills = bills(scenario, policy, &sum.outcome, &sum.usage);
    Ok((sum.outcome, bills))
}

/// The services of a policy, or the functions of their traces. Those with most recorded requests come first: whoever has nothing
/// to do takes the next one, and nobody begins the longest when all others are done.
fn parts(scenario: &Scenario, policy: &Policy) -> Vec<(usize, usize)> {
    let functions = |service: usize| scenario.workloads[policy.services[service].workload].functions();
    let of_service = |service: usize| (0..functions(service).len()).map(move |function| (service, function));
    let mut parts: Vec<(usize, usize)> = (0..policy.services.len()).flat_map(of_service).collect();
    parts.sort_by_key(|(service, function)| Reverse(functions(*service)[*function].invocations));
    parts
}

fn run_one(scenario: &Scenario, policy: &Policy, index: usize, function: usize, replication: u32) -> Result<Sum, Error> {
    let service = &policy.services[index];
    let ran = simulate_function(scenario, service, function, replication, scenario.window)?;
    refuse_unfinished(ran.stopped, scenario, policy, service)?;
    let mut usage = vec![Vec::new(); index + 1];
    usage[index] = ran.usage;
    Ok(Sum { outcome: ran.outcome, usage })
}

/// One service in one replication, or one function of its trace.
pub(super) fn simulate_function(
    scenario: &Scenario,
    service: &Service,
    function: usize,
    replication: u32,
    window: Window,
) -> Result<Ran, Error> {
    Ok(watch_function(scenario, service, function, replication, window, None)?.0)
}

/// The same, with somebody who watches single requests.
pub(super) fn watch_function(
    scenario: &Scenario,
    service: &Service,
    function: usize,
    replication: u32,
    window: Window,
    watch: Option<Watch>,
) -> Result<(Ran, Option<Witnessed>), Error> {
    let workload = &scenario.workloads[service.workload];
    let named = &workload.functions()[function];
    let streams = Streams::new(scenario.seed, replication).child(&service.name).child(&named.app).child(&named.id).child(&named.name);
    let spare = rayon::current_num_threads() > 1 && named.invocations >= AHEAD_FROM;
    let arrivals = if spare { Workload::arrivals_ahead } else { Workload::arrivals };
    let mut visitors = Visitors::from(arrivals(workload, function, streams.child("traffic")));
    for &(revision, tagged) in &service.tagged {
        let it = &service.plan.revisions[revision as usize];
        let arrivals = scenario.workloads[tagged].arrivals(0, streams.child("tagged").child(&it.name));
        visitors.address(revision, it.created, arrivals);
    }
    let ran = platform::simulate_watched(&service.plan, window, visitors, streams, watch);
    let read = [service.workload].into_iter().chain(service.tagged.iter().map(|it| it.1));
    read.filter_map(|it| scenario.workloads[it].failure()).next().map_or(Ok(ran), Err)
}

/// A run that was cut short has no figures worth printing.
pub(super) fn refuse_unfinished(stopped: Stopped, scenario: &Scenario, policy: &Policy, service: &Service) -> Result<(), Error> {
    let what = match stopped {
        Stopped::Empty | Stopped::Horizon => return Ok(()),
        Stopped::StepLimit => format!("took more than {} steps (`run.steps-max`)", scenario.window.steps_max),
        Stopped::Crowded => {
            format!("held more than {} requests or {} instances at once", platform::UNDER_WAY_MAX, platform::INSTANCES_MAX)
        }
    };
    Err(Error::Limit(format!(
        "service `{}` under policy `{}` {what} and was given up before the horizon; nothing was written\n  \
         hint: are the rates, sizes and timeouts right? A shorter `run.horizon` helps where they are",
        service.name, policy.name
    )))
}
