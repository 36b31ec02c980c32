//! From what was written of a service to what is simulated: defaults filled in, names resolved, prices looked up.

use super::books::Books;
use super::burstable;
use super::raw::{RevisionSpec, ServiceSpec};
use super::reserve;
use super::revisions::route_plan;
use super::stock;
use crate::autoscaler::AutoscalerSpec;
use crate::autoscaler::hpa::{HpaSpec, Measure, Requests};
use crate::billing::{Book, Category, InstancePrice, InstanceSpec, Shape};
use crate::engine::{Dist, DistSpec};
use crate::error::Problem;
use crate::platform::activator::ActivatorSpec;
use crate::platform::cold_start::ColdStartSpec;
use crate::platform::credits::{CreditPlan, CreditsSpec};
use crate::platform::plan::{HpaPlan, RevisionPlan, ScalerPlan, ServicePlan};
use crate::platform::queue_proxy::QueueProxySpec;
use crate::platform::request::{Demand, RequestSpec, Timeouts};
use crate::platform::{CpuPlan, INSTANCES_MAX};
use crate::units::{SimTime, Span};

/// Knative's default `timeoutSeconds` (knative/serving pkg/apis/config/defaults.go:42).
const REVISION_TIMEOUT: Span = Span::from_secs(300);

/// A revision as it is meant: its own where it says something, its service's elsewhere.
struct Meant<'s> {
    name: &'s str,
    created: Span,
    tagged: bool,
    service: &'s ServiceSpec,
    request: &'s RequestSpec,
    instance: &'s InstanceSpec,
    instance_path: String,
    credits: Option<&'s CreditsSpec>,
    credits_path: String,
    concurrency: u32,
    cold_start: Option<&'s ColdStartSpec>,
    autoscaler: &'s AutoscalerSpec,
}

impl<'s> Meant<'s> {
    /// The only revision of a service that names none.
    fn only(service: &'s ServiceSpec) -> Meant<'s> {
        Meant {
            name: "main",
            created: Span::ZERO,
            tagged: false,
            service,
            request: &service.request,
            instance: &service.instance,
            instance_path: "instance".into(),
            credits: service.credits.as_ref(),
            credits_path: "credits".into(),
            concurrency: service.container_concurrency,
            cold_start: service.cold_start.as_ref(),
            autoscaler: &service.autoscaler,
        }
    }

    fn of(name: &'s str, own: &'s RevisionSpec, service: &'s ServiceSpec) -> Meant<'s> {
        let base = Meant::only(service);
        Meant {
            name,
            created: own.created.unwrap_or_default(),
            tagged: own.tag.is_some(),
            request: own.request.as_ref().unwrap_or(base.request),
            instance: own.instance.as_ref().unwrap_or(base.instance),
            instance_path: if own.instance.is_some() { format!("revisions.{name}.instance") } else { base.instance_path },
            credits: own.credits.as_ref().or(base.credits.filter(|_| own.instance.is_none())),
            credits_path: if own.credits.is_some() { format!("revisions.{name}.credits") } else { base.credits_path },
            concurrency: own.container_concurrency.unwrap_or(base.concurrency),
            cold_start: own.cold_start.as_ref().or(base.cold_start),
            autoscaler: own.autoscaler.as_ref().unwrap_or(base.autoscaler),
            service,
        }
    }

    fn all(service: &'s ServiceSpec) -> Vec<Meant<'s>> {
        if service.revisions.is_empty() {
            return vec![Meant::only(service)];
        }
        service.revisions.iter().map(|(name, own)| Meant::of(name, own, service)).collect()
    }
}

/// What an instance of each of a plan's pools costs, in their order: under the scenario's book, and under each further one.
pub(super) struct Prices {
    pub(super) main: Vec<InstancePrice>,
    pub(super) also: Vec<Vec<InstancePrice>>,
}

/// An instance of a revision, bought as one of its types: its plan, and its price under every book.
type Kind = (RevisionPlan, Vec<InstancePrice>);

/// The plan of a service and the price of each of its pools' instances.
pub(super) fn service_plan(name: &str, spec: &ServiceSpec, books: &Books) -> Result<(ServicePlan, Prices), Problem> {
    let (mut revisions, mut others) = (Vec::new(), Vec::new());
    let mut prices: Vec<Vec<InstancePrice>> = vec![Vec::new(); 1 + books.also.len()];
    let all = Meant::all(spec);
    for meant in &all {
        let mut kinds = kinds(meant, books)?.into_iter();
        let (mut plan, own) = kinds.next().expect("an instance has a type, or a size");
        prices.iter_mut().zip(own).for_each(|(prices, price)| prices.push(price));
        for (kind, price) in kinds {
            plan.other_types.push(RevisionPlan { name: format!("{}-{}", plan.name, plan.other_types.len() + 1), kept: 0, ..kind });
            others.push(price);
        }
        revisions.push(plan);
    }
    for (meant, standard) in all.iter().zip(&mut revisions) {
        if let Some(reserve) = reserve::plan(spec, meant.autoscaler, standard, books)? {
            standard.reserve = Some(Box::new(reserve.pools));
            prices.iter_mut().zip(reserve.prices).for_each(|(prices, reserves)| prices.extend(reserves));
        }
    }
    for other in others {
        prices.iter_mut().zip(other).for_each(|(prices, price)| prices.push(price));
    }
    let plan = ServicePlan {
        name: name.to_owned(),
        gateway_latency: Dist::new(&spec.gateway.latency),
        gateway_balancing: spec.gateway.balancing,
        route: route_plan(spec),
        revisions,
    };
    let also = prices.split_off(1);
    Ok((plan, Prices { main: prices.pop().expect("there is a book"), also }))
}

/// A revision's instance, as each of the types that are tried.
fn kinds(meant: &Meant, books: &Books) -> Result<Vec<Kind>, Problem> {
    let instances = meant.instance.each();
    let kinds: Vec<Kind> = instances.iter().map(|instance| kind(meant, instance, books)).collect::<Result<_, _>>()?;
    let by_kept = books.all().find(|book| book.meter().kept);
    if let Some(book) = by_kept.filter(|_| kinds.len() > 1 && kinds[0].0.kept > 0) {
        let message = format!("`{}` has a price of its own for instances that are kept, which several types would share", book.name());
        return Err(Problem::new("types", format!("{}.type", meant.instance_path), message).hint("write one type"));
    }
    Ok(kinds)
}

fn kind(meant: &Meant, instance: &InstanceSpec, books: &Books) -> Result<Kind, Problem> {
    let below = |problem: Problem| problem.below(&meant.instance_path);
    let mut price = books.main.instance(instance).map_err(below)?;
    // Of a single type whoever asks for credits means it; of a list, those that earn some.
    let alone = meant.instance.each().len() == 1;
    let asked = meant.credits.and_then(|it| if alone { Some(it) } else { it.of(instance.type_name()) });
    let credits = burstable::plan(asked, instance, &mut price).map_err(|problem| problem.below(&meant.credits_path))?;
    let (stock, reclaim) = (stock::plan(meant.service, instance), stock::reclaim(meant.service, instance));
    let plan = RevisionPlan { stock, reclaim, ..revision_plan(meant, &price, credits, books) };
    if plan.standing_instances() >= INSTANCES_MAX {
        let message = format!("{} instances at once are more than the {INSTANCES_MAX} a run may hold", plan.standing_instances());
        return Err(Problem::new("too-many", "autoscaler", message));
    }
    let mut prices = vec![kept(&books.main, price.clone(), plan.kept)?];
    for book in &books.also {
        let mut like = book.instance_like(instance, price.shape).map_err(below)?;
        if like.category == Some(Category::Burstable) {
            like.surcharge = like.surcharge.or_else(|| plan.credits.as_ref().and_then(burstable::surcharge));
        }
        prices.push(kept(book, like, plan.kept)?);
    }
    Ok((plan, prices))
}

/// The price, unless instances are kept and the book has none for that.
fn kept(book: &Book, price: InstancePrice, kept: u32) -> Result<InstancePrice, Problem> {
    book.check_kept(&price, kept).map_err(|problem| problem.below("autoscaler"))?;
    Ok(price)
}

fn revision_plan(it: &Meant, price: &InstancePrice, credits: Option<CreditPlan>, books: &Books) -> RevisionPlan {
    let knative = matches!(it.autoscaler, AutoscalerSpec::Kpa(_));
    let activator = it.service.activator.clone().unwrap_or_else(|| if knative { ActivatorSpec::default() } else { no_activator() });
    let queue_proxy = it.service.queue_proxy.clone().unwrap_or_else(|| if knative { QueueProxySpec::default() } else { no_queue_proxy() });
    let nothing = ColdStartSpec::default();
    let cold_start = it.cold_start.unwrap_or(&nothing);
    let demand = demand(it.request);
    let scaler = scaler_plan(it.autoscaler, it.concurrency, price.shape);
    RevisionPlan {
        name: it.name.to_owned(),
        created: SimTime(it.created.0),
        tagged: it.tagged,
        timeouts: Timeouts {
            client: it.request.timeout.unwrap_or(Span::MAX),
            gateway: it.service.gateway.timeout,
            revision: it.service.revision_timeout.unwrap_or(REVISION_TIMEOUT),
        },
        on_timeout: it.request.on_timeout,
        cpu: burstable::cpu(
            credits.as_ref(),
            CpuPlan {
                measures_cpu: measures_cpu(&scaler),
                ..CpuPlan::new(price.shape.vcpu_milli * 1000, price.speed, it.concurrency, demand.uses_cpu())
            },
        ),
        credits,
        other_types: Vec::new(),
        stock: None,
        reclaim: None,
        reserve: None,
        demand,
        concurrency: it.concurrency,
        activator_latency: Dist::new(&activator.latency),
        activator_depth: activator.queue_depth,
        activators: if knative { activator.replicas } else { 1 },
        queue_depth: queue_proxy.depth(it.concurrency),
        queue_proxy_latency: Dist::new(&queue_proxy.latency),
        cold_start: cold_start.plan(knative.then_some(activator.probe_every)),
        cancel_starts: cold_start.cancel_starts.unwrap_or(true),
        kept: kept_instances(&scaler),
        scaler,
        meters: books.all().map(Book::meter).collect(),
    }
}

/// How many instances are asked to be kept while nobody calls.
fn kept_instances(scaler: &ScalerPlan) -> u32 {
    match scaler {
        ScalerPlan::Fixed(spec) => spec.instances,
        ScalerPlan::KeepAlive(_) => 0,
        ScalerPlan::Kpa(config) => u32::try_from(config.scaling.min_scale).unwrap_or(0),
        ScalerPlan::Hpa(plan) => plan.config.bounds.min,
    }
}

fn demand(request: &RequestSpec) -> Demand {
    let dist = |spec: &Option<DistSpec>| spec.as_ref().map_or(Dist::Constant(Span::ZERO), Dist::new);
    Demand {
        cpu: dist(&request.cpu),
        io: dist(&request.io),
        cpu_share: request.cpu_share.map_or(0.0, |share| share.0),
        load: request.load_law.clone(),
    }
}

fn no_activator() -> ActivatorSpec {
    ActivatorSpec { latency: DistSpec::Constant(Span::ZERO), ..ActivatorSpec::default() }
}

fn no_queue_proxy() -> QueueProxySpec {
    QueueProxySpec { latency: DistSpec::Constant(Span::ZERO), ..QueueProxySpec::default() }
}

fn scaler_plan(autoscaler: &AutoscalerSpec, concurrency: u32, size: Shape) -> ScalerPlan {
    match autoscaler {
        AutoscalerSpec::Kpa(spec) => ScalerPlan::Kpa(spec.resolve(concurrency)),
        AutoscalerSpec::Hpa(spec) => ScalerPlan::Hpa(Box::new(hpa_plan(spec, size))),
        AutoscalerSpec::Fixed(spec) => ScalerPlan::Fixed(spec.clone()),
        AutoscalerSpec::KeepAlive(spec) => ScalerPlan::KeepAlive(spec.clone()),
    }
}

/// A Deployment's autoscaler. What a pod requests is the instance it runs on, unless it is said.
fn hpa_plan(spec: &HpaSpec, size: Shape) -> HpaPlan {
    let cpu_m = spec.cpu_request.map_or(size.vcpu_milli, |vcpu| (vcpu * 1000.0).ceil() as u64);
    let memory = spec.memory_request.unwrap_or(size.memory);
    HpaPlan {
        config: spec.resolve(),
        replicas: spec.replicas.or(spec.min_replicas).unwrap_or(1),
        request: Requests { cpu_m: Some(cpu_m), memory_m: Some(memory.0.saturating_mul(1000)) },
        memory: spec.memory_use,
    }
}

/// Whether an autoscaler reads how much CPU instances use.
fn measures_cpu(scaler: &ScalerPlan) -> bool {
    matches!(scaler, ScalerPlan::Hpa(plan) if plan.config.metrics.iter().any(|it| it.measure == Measure::Cpu))
}
