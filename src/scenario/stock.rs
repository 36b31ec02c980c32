//! The stock of instance types and the market of spot instances: checked against what a service starts, planned for each type.

use super::raw::ServiceSpec;
use crate::billing::InstanceSpec;
use crate::error::{Problem, below, did_you_mean};
use crate::platform::reclaim::ReclaimPlan;
use crate::platform::stock::StockPlan;

/// The class of what is bought by vCPU and memory, if nothing is said.
const GENERAL: &str = "general";

/// What is wrong with a service's lists of types and with what it says of their stock.
pub(super) fn check(service: &ServiceSpec) -> Vec<Problem> {
    let mut problems: Vec<Problem> = below("instance", service.instance.check()).collect();
    for (name, revision) in &service.revisions {
        let own = revision.instance.as_ref().map_or(Vec::new(), InstanceSpec::check);
        problems.extend(below(&format!("revisions.{name}.instance"), own));
    }
    problems.extend(service.reclaim.iter().flat_map(|it| below("reclaim", it.check())));
    if service.reclaim.is_some() && service.cold_start.is_none() {
        let problem =
            Problem::new("missing-key", "cold-start", "`cold-start` is missing: how long does it take to replace what is reclaimed?");
        problems.push(problem.hint("write `cold-start: { profile: eci, runtime: go, image: 100MB }`"));
    }
    let Some(stock) = &service.stock else { return problems };
    problems.extend(below("stock", stock.check()));
    let instances = every_instance(service);
    let bought: Vec<&str> = instances.iter().map(name_of).collect();
    for name in stock.types.keys().filter(|name| !bought.contains(&name.as_str())) {
        let problem = Problem::new("unknown-name", format!("stock.types.{name}"), format!("no instance of the service is a `{name}`"));
        problems.push(problem.hint(did_you_mean(name, bought.iter().copied())));
    }
    problems
}

/// Every instance that a service may start.
fn every_instance(service: &ServiceSpec) -> Vec<InstanceSpec> {
    let own = service.revisions.values().filter_map(|it| it.instance.as_ref());
    let standard = own.chain([&service.instance]).flat_map(InstanceSpec::each);
    let reserves = service.reserve.iter().flat_map(|spec| spec.instances().into_iter().map(|it| InstanceSpec { spot: spec.spot, ..it }));
    standard.chain(reserves).collect()
}

/// What an instance is called where its stock is told.
fn name_of(instance: &InstanceSpec) -> &str {
    instance.type_name().or(instance.class.as_deref()).unwrap_or(GENERAL)
}

/// When an instance of a service is out of stock, if it ever is.
pub(super) fn plan(service: &ServiceSpec, instance: &InstanceSpec) -> Option<Box<StockPlan>> {
    service.stock.as_ref().and_then(|it| it.plan(name_of(instance))).map(Box::new)
}

/// When an instance of a service is taken back by its provider, if it ever is.
pub(super) fn reclaim(service: &ServiceSpec, instance: &InstanceSpec) -> Option<Box<ReclaimPlan>> {
    service.reclaim.as_ref().filter(|_| instance.spot).map(|it| Box::new(it.plan()))
}

/// Spot instances that are never taken back.
pub(super) fn never_reclaimed(service: &ServiceSpec) -> Option<String> {
    let spot = service.reclaim.is_none() && every_instance(service).iter().any(|it| it.spot);
    let hint = "hint: write `reclaim: { after: { exponential: { mean: 20h } } }`, with a time of your own: nobody publishes it";
    spot.then(|| {
        format!("spot instances are priced as such, but nothing says when the provider will reclaim them: it never does\n  {hint}")
    })
}

/// What is said of a market in which no policy buys: the service as each policy has it.
pub(super) fn reclaims_nothing<'s>(policies: impl Iterator<Item = &'s ServiceSpec> + Clone) -> Option<&'static str> {
    let said = policies.clone().any(|it| it.reclaim.is_some());
    let bought = policies.flat_map(every_instance).any(|it| it.spot);
    (said && !bought).then_some(
        "`reclaim` has no effect: only spot instances are taken back, and none is one\n  \
         hint: write `spot: true` in the `instance` or the `reserve` that is bought there",
    )
}

/// A list of types of which the first is always in stock.
pub(super) fn doubt(whose: &str, instances: &[InstanceSpec], service: &ServiceSpec) -> Option<String> {
    let idle = instances.len() > 1 && plan(service, &instances[0]).is_none();
    let first = name_of(&instances[0]);
    idle.then(|| {
        format!(
            "of {whose} types only `{first}` is started: nothing says that it is ever out of stock\n  \
             hint: write `stock: {{ types: {{ {first}: {{ out-of-stock: 10% }} }} }}` beside it"
        )
    })
}
