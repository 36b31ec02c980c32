//! CPU credits of the instances of a scenario: checked before a price is known, planned when it is.

use super::raw::ServiceSpec;
use crate::billing::{InstancePrice, InstanceSpec, Rate};
use crate::error::{Problem, below};
use crate::platform::CpuPlan;
use crate::platform::credits::{CpuRate, CreditPlan, CreditsSpec};

/// What is wrong with the credits of a service and its revisions.
pub(super) fn check(service: &ServiceSpec) -> Vec<Problem> {
    let of = |path: &str, credits: &Option<CreditsSpec>, instance: &InstanceSpec| -> Vec<Problem> {
        let instances = instance.each();
        let types: Vec<Option<&str>> = instances.iter().map(InstanceSpec::type_name).collect();
        credits.iter().flat_map(|it| below(path, it.check_all(&types))).collect()
    };
    let mut problems = of("credits", &service.credits, &service.instance);
    for (name, own) in &service.revisions {
        let instance = own.instance.as_ref().unwrap_or(&service.instance);
        problems.extend(of(&format!("revisions.{name}.credits"), &own.credits, instance));
    }
    problems
}

/// The credits of an instance, if they were asked for; they have been checked. What is used beyond them has the price of the
/// book or, where the book has none, that of the family.
pub(super) fn plan(asked: Option<&CreditsSpec>, instance: &InstanceSpec, price: &mut InstancePrice) -> Result<Option<CreditPlan>, Problem> {
    let Some(asked) = asked else { return Ok(None) };
    let plan = asked.plan(instance.type_name(), &price.currency)?;
    price.surcharge = price.surcharge.or_else(|| surcharge(&plan));
    Ok(Some(plan))
}

/// What thousandths of a vCPU × nanoseconds cost beyond the credits.
pub(super) fn surcharge(plan: &CreditPlan) -> Option<Rate> {
    plan.surcharge.map(|it| Rate { nanos: it.nanos, per: u128::from(it.per.0) * u128::from(CpuRate::VCPU.0 / 1000) })
}

/// The CPU of instances with these credits: what they use is counted, and they may be throttled.
pub(super) fn cpu(credits: Option<&CreditPlan>, cpu: CpuPlan) -> CpuPlan {
    CpuPlan { throttles: credits.is_some(), ..cpu }
}
