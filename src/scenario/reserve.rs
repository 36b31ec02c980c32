//! The reserve of a service: checked, planned and priced beside its standard instance.

use super::books::Books;
use super::burstable;
use super::raw::ServiceSpec;
use super::stock;
use crate::autoscaler::AutoscalerSpec;
use crate::autoscaler::fixed::{FixedQueue, FixedSpec};
use crate::billing::{InstancePrice, InstanceSpec, Role};
use crate::error::{Problem, below};
use crate::platform::credits::CreditsSpec;
use crate::platform::plan::{ReservePools, RevisionPlan, ScalerPlan};
use crate::platform::reserve::ReserveSpec;
use crate::platform::{CpuPlan, Split};
use crate::units::SimTime;

/// What is wrong with a service's reserve.
pub(super) fn check(service: &ServiceSpec) -> Vec<Problem> {
    let Some(spec) = &service.reserve else { return Vec::new() };
    let mut problems: Vec<Problem> = below("reserve", spec.check(&service.autoscaler)).collect();
    if service.split == Split::ReadyPods {
        let problem =
            Problem::new("reserve", "reserve", "with `split: ready-pods` a revision at zero gets no requests, so nobody stands in");
        problems.push(problem.hint("use `split: percent`, or leave `reserve` out"));
    }
    for (name, own) in service.revisions.iter().filter_map(|(name, it)| it.autoscaler.as_ref().map(|own| (name, own))) {
        // What is wrong with the reserve itself has been said.
        let of_scaler = spec.check(own).into_iter().filter(|it| it.path.is_empty() && !matches!(own, AutoscalerSpec::Kpa(_)));
        problems.extend(below(&format!("revisions.{name}.autoscaler"), of_scaler.collect()));
    }
    problems
}

/// The pools of a reserve and the price of each under every book: the scenario's first.
pub(super) struct Reserve {
    pub(super) pools: ReservePools,
    pub(super) prices: Vec<Vec<InstancePrice>>,
}

/// The reserve beside a standard instance that is planned so, if it ever stands in. It has been checked.
pub(super) fn plan(
    service: &ServiceSpec,
    autoscaler: &AutoscalerSpec,
    standard: &RevisionPlan,
    books: &Books,
) -> Result<Option<Reserve>, Problem> {
    let Some(spec) = service.reserve.as_ref().filter(|it| it.is_on(autoscaler)) else { return Ok(None) };
    let mut types = Vec::new();
    let mut prices = vec![Vec::new(); 1 + books.also.len()];
    let asked = spec.asked_credits();
    for instance in instances(spec) {
        let mut price = books.main.instance(&instance).map_err(at_reserve)?;
        let credits =
            burstable::plan(asked.as_ref().and_then(|it| it.of(instance.type_name())), &instance, &mut price).map_err(at_reserve)?;
        let plan = pool(standard, types.len(), &price);
        let (stock, reclaim) = (stock::plan(service, &instance), stock::reclaim(service, &instance));
        let plan = RevisionPlan { cpu: burstable::cpu(credits.as_ref(), plan.cpu), credits, stock, reclaim, ..plan };
        for (book, prices) in books.also.iter().zip(&mut prices[1..]) {
            let mut like = book.instance_like(&instance, price.shape).map_err(at_reserve)?;
            like.surcharge = like.surcharge.or_else(|| plan.credits.as_ref().and_then(burstable::surcharge));
            prices.push(like.as_reserve());
        }
        prices[0].push(price.as_reserve());
        types.push(plan);
    }
    Ok(Some(Reserve { pools: ReservePools { rules: spec.plan(), types }, prices }))
}

fn instances(spec: &ReserveSpec) -> impl Iterator<Item = InstanceSpec> {
    spec.instances().into_iter().map(|it| InstanceSpec { spot: spec.spot, ..it })
}

fn at_reserve(problem: Problem) -> Problem {
    problem.below("reserve")
}

/// A reserve is like its standard, but for what it is bought as. It starts as long, but for its CPU.
fn pool(standard: &RevisionPlan, index: usize, price: &InstancePrice) -> RevisionPlan {
    RevisionPlan {
        name: format!("{}-reserve-{index}", standard.name),
        cpu: CpuPlan::new(price.shape.vcpu_milli * 1000, price.speed, standard.concurrency, standard.demand.uses_cpu()),
        scaler: ScalerPlan::Fixed(FixedSpec { instances: 0, queue: FixedQueue::Shared }),
        created: SimTime::ZERO,
        kept: 0,
        other_types: Vec::new(),
        ..standard.clone()
    }
}

/// What is doubtful about a service's reserve and its credits. `prices` are those of the plan's revisions, then of its pools.
pub(super) fn doubts(service: &ServiceSpec, revisions: usize, prices: &[InstancePrice]) -> Vec<String> {
    let (standards, others) = prices.split_at(revisions);
    let reserves: Vec<&InstancePrice> = others.iter().filter(|it| it.role == Role::Reserve).collect();
    let mut said = Vec::new();
    if let Some(spec) = &service.reserve {
        let named: Vec<_> = reserves.iter().map(|it| (it.name.as_str(), it.shape)).collect();
        said.extend(spec.warnings(&service.autoscaler, standards[0].shape, &named));
        said.extend(stock::doubt("the reserve's", &spec.instances(), service));
        if spec.asked_credits().is_none() {
            said.extend(reserves.iter().filter_map(|it| without_credits("the reserve ", &it.name)));
        }
    }
    said.extend(stock::never_reclaimed(service));
    said.extend(stock::doubt("the instance's", &service.instance.each(), service));
    if service.credits.is_none() && service.revisions.is_empty() {
        said.extend(without_credits("", &standards[0].name));
    }
    said
}

fn without_credits(who: &str, name: &str) -> Option<String> {
    let hint = "hint: write `credits: {}` beside its type to have them simulated";
    CreditsSpec::is_burstable(name).then(|| {
        format!("{who}`{name}` is burstable, and nothing is said of its CPU credits: it has its full speed all the time\n  {hint}")
    })
}
