//! The autoscalers' decisions of one replication, in the order in which they were made: a run of its own, made on request.

use rayon::prelude::*;

use super::simulate::{refuse_unfinished, simulate_function};
use crate::error::Error;
use crate::observe::DecisionRecord;
use crate::platform::Window;
use crate::scenario::Scenario;

/// One decision, and whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// The policy.
    pub policy: String,
    /// The service; of a trace of many functions with the function's name behind it.
    pub service: String,
    /// The revision.
    pub revision: String,
    /// What was decided on what.
    pub record: DecisionRecord,
}

/// Every decision of this replication under every policy: by policy, service and time.
///
/// # Errors
/// As [`simulate`](super::simulate()).
pub fn decisions(scenario: &Scenario, replication: u32) -> Result<Vec<Decided>, Error> {
    let mut parts = Vec::new();
    for (policy, it) in scenario.policies.iter().enumerate() {
        for (service, it) in it.services.iter().enumerate() {
            parts.extend((0..scenario.workloads[it.workload].functions().len()).map(|function| (policy, service, function)));
        }
    }
    let runs = parts.into_par_iter().map(|(policy, service, function)| of_function(scenario, replication, policy, service, function));
    let runs: Vec<Result<Vec<Decided>, Error>> = runs.collect();
    Ok(runs.into_iter().collect::<Result<Vec<_>, _>>()?.concat())
}

fn of_function(scenario: &Scenario, replication: u32, policy: usize, service: usize, function: usize) -> Result<Vec<Decided>, Error> {
    let policy = &scenario.policies[policy];
    let service = &policy.services[service];
    let window = Window { decisions: true, ..scenario.window };
    let ran = simulate_function(scenario, service, function, replication, window)?;
    refuse_unfinished(ran.stopped, scenario, policy, service)?;
    let name = &scenario.workloads[service.workload].functions()[function].name;
    let called = if name.is_empty() { service.name.clone() } else { format!("{}/{name}", service.name) };
    let decided = |record: DecisionRecord| Decided {
        policy: policy.name.clone(),
        service: called.clone(),
        revision: service.plan.revisions[record.revision as usize].name.clone(),
        record,
    };
    Ok(ran.decisions.into_iter().map(decided).collect())
}
