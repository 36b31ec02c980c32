//! Counterfactuals: the same requests, the same chance, and one cause of waiting taken away. What is worth engineering?
//!
//! Each is a change of the plan and nothing else: the engine does not know of it. A plan that does not have the cause is left as
//! it is, so its outcome is the same to the bit. What a cause costs is not what its part of the blame says: without the image
//! pull an instance is there sooner, so the autoscaler sees fewer requests at once, and others wait less too.

use crate::engine::Dist;
use crate::error::{Error, did_you_mean};
use crate::observe::Part;
use crate::platform::cpu::VCPU;
use crate::platform::{RevisionPlan, ScalerPlan, ServicePlan};
use crate::scenario::{Policy, Scenario};
use crate::units::Span;

/// A cause that can be taken away.
#[derive(Debug, Clone, Copy)]
pub struct Cause {
    /// Its name on the command line and in reports: that of its part of the blame.
    pub name: &'static str,
    /// What is left when it is gone.
    pub meaning: &'static str,
    /// Takes it away.
    pub remove: fn(&mut ServicePlan),
}

const fn cause(name: &'static str, meaning: &'static str, remove: fn(&mut ServicePlan)) -> Cause {
    Cause { name, meaning, remove }
}

/// Every cause, in the order in which they come in a request's life.
pub const CAUSES: &[Cause] = &[
    cause("hops", "gateway, activator and queue-proxy take no time", without_hops),
    cause(
        "decision",
        "the autoscaler decides each second, as its reports come, not at its tick or sync; what it sees is as old as before",
        without_decision,
    ),
    cause("resource-allocation", "step 1 of a start takes no time", |plan| without_step(plan, Part::Allocation)),
    cause("scheduling", "step 2 of a start takes no time", |plan| without_step(plan, Part::Scheduling)),
    cause("image-pull", "step 3 of a start takes no time", |plan| without_step(plan, Part::ImagePull)),
    cause("container-creation", "step 4 of a start takes no time", |plan| without_step(plan, Part::ContainerCreation)),
    cause("application-start", "step 5 of a start takes no time", |plan| without_step(plan, Part::AppStart)),
    cause("propagation", "an instance that is up is known to everyone at once: no readiness probe, no propagation", without_propagation),
    cause("queueing", "an instance, or a keep-alive pool, has a place for every request; its CPU is shared as before", without_queueing),
    cause(
        "cpu-contention",
        "requests have a CPU each, as fast as the instance's (not where less than a vCPU is measured or cut)",
        without_contention,
    ),
    cause("credit-throttling", "burstable instances have all their CPU at any time, for nothing", without_throttling),
    cause("cold-start", "all five steps and the propagation at once take no time", without_cold_start),
];

/// Takes the place of the policies of a scenario: one of them as it is, and the same without each of these causes (all of them,
/// if none is named). The first is the baseline.
///
/// # Errors
/// If there is no such policy or cause.
pub fn without_each(scenario: Scenario, policy: Option<&str>, causes: &[String]) -> Result<Scenario, Error> {
    let real = super::explain::find_policy(&scenario, policy)?.clone();
    let causes = find_all(causes)?;
    let without = causes.into_iter().map(|cause| without(&real, cause));
    let policies = std::iter::once(real.clone()).chain(without).collect();
    Ok(Scenario { policies, baseline: Some(0), ..scenario })
}

fn find_all(names: &[String]) -> Result<Vec<&'static Cause>, Error> {
    if let Some(unknown) = names.iter().find(|name| CAUSES.iter().all(|it| it.name != name.as_str())) {
        let error = Error::in_file("--step", 0, "usage", format!("there is no cause `{unknown}`"));
        return Err(error.with_hint(did_you_mean(unknown, CAUSES.iter().map(|it| it.name))));
    }
    Ok(CAUSES.iter().filter(|it| names.is_empty() || names.iter().any(|name| name == it.name)).collect())
}

fn without(policy: &Policy, cause: &Cause) -> Policy {
    let mut changed = Policy { name: format!("without {}", cause.name), ..policy.clone() };
    changed.services.iter_mut().for_each(|service| (cause.remove)(&mut service.plan));
    changed
}

const NOTHING: Dist = Dist::Constant(Span::ZERO);

/// Changes every revision and every type of its reserve.
fn each(plan: &mut ServicePlan, change: impl Fn(&mut RevisionPlan)) {
    for revision in &mut plan.revisions {
        change(revision);
        revision.reserve.iter_mut().flat_map(|it| &mut it.types).for_each(&change);
    }
}

fn without_hops(plan: &mut ServicePlan) {
    plan.gateway_latency = NOTHING;
    each(plan, |it| (it.activator_latency, it.queue_proxy_latency) = (NOTHING, NOTHING));
}

fn without_decision(plan: &mut ServicePlan) {
    for revision in &mut plan.revisions {
        match &mut revision.scaler {
            ScalerPlan::Kpa(config) => config.decides_at_reports = true,
            ScalerPlan::Hpa(hpa) => hpa.config.sync_period = hpa.config.sync_period.min(SYNC_SOON),
            ScalerPlan::Fixed(_) | ScalerPlan::KeepAlive(_) => {}
        }
    }
}

/// As often as Knative's activator reports.
const SYNC_SOON: Span = Span::from_secs(1);

fn without_step(plan: &mut ServicePlan, step: Part) {
    let index = Part::STEPS.iter().position(|it| *it == step).expect("it is a step of a start");
    each(plan, |it| it.cold_start.steps[index] = NOTHING);
}

fn without_propagation(plan: &mut ServicePlan) {
    each(plan, |it| (it.cold_start.readiness, it.cold_start.propagation) = (NOTHING, NOTHING));
}

fn without_cold_start(plan: &mut ServicePlan) {
    Part::STEPS.into_iter().for_each(|step| without_step(plan, step));
    without_propagation(plan);
}

fn without_queueing(plan: &mut ServicePlan) {
    each(plan, |it| match &mut it.scaler {
        // A keep-alive pool starts an instance where it finds no place: requests wait behind others only at its limit.
        ScalerPlan::KeepAlive(spec) => spec.max_instances = None,
        ScalerPlan::Fixed(_) | ScalerPlan::Kpa(_) | ScalerPlan::Hpa(_) => (it.concurrency, it.activator_depth) = (0, None),
    });
}

fn without_contention(plan: &mut ServicePlan) {
    each(plan, uncontended);
}

fn without_throttling(plan: &mut ServicePlan) {
    each(plan, |it| (it.credits, it.cpu.throttles) = (None, false));
}

/// Where nothing else hangs on how the CPU is shared, a request's end is known as it begins. Where an autoscaler reads what is used
/// of it, or it is cut, it is made as large as its requests can want; what they use is the same.
fn uncontended(revision: &mut RevisionPlan) {
    revision.cpu.contended = false;
    if revision.cpu.is_shared() && revision.cpu.capacity >= VCPU {
        revision.cpu.capacity = revision.cpu.capacity.max(VCPUS_MANY * VCPU);
    }
}

/// More requests at once on an instance than this are still contended, where its CPU is measured.
const VCPUS_MANY: u64 = 1000;
