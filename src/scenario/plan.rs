//! From what was written of a service to what is simulated: defaults filled in, names resolved, prices looked up.

use super::raw::{RevisionSpec, ServiceSpec};
use crate::autoscaler::AutoscalerSpec;
use crate::billing::{Book, InstancePrice};
use crate::engine::{Dist, DistSpec};
use crate::error::Problem;
use crate::platform::activator::ActivatorSpec;
use crate::platform::cold_start::ColdStartSpec;
use crate::platform::plan::{RevisionPlan, ScalerPlan, ServicePlan};
use crate::platform::queue_proxy::QueueProxySpec;
use crate::platform::request::{Demand, RequestSpec, Timeouts};
use crate::units::Span;

/// Knative's default `timeoutSeconds` (knative/serving pkg/apis/config/defaults.go:42).
const REVISION_TIMEOUT: Span = Span::from_secs(300);

/// The plan of a service and the price of each of its revisions' instances.
pub(super) fn service_plan(name: &str, spec: &ServiceSpec, book: &Book) -> Result<(ServicePlan, Vec<InstancePrice>), Problem> {
    let mut revisions = Vec::new();
    let mut prices = Vec::new();
    for (revision, own) in written_revisions(spec) {
        let instance = own.and_then(|own| own.instance.as_ref()).unwrap_or(&spec.instance);
        let path = if own.is_some_and(|own| own.instance.is_some()) { format!("revisions.{revision}.instance") } else { "instance".into() };
        prices.push(book.instance(instance).map_err(|problem| problem.below(&path))?);
        revisions.push(revision_plan(revision, own, spec, book));
    }
    let plan = ServicePlan {
        name: name.to_owned(),
        timeouts: Timeouts {
            client: spec.request.timeout.unwrap_or(Span::MAX),
            gateway: spec.gateway.timeout,
            revision: spec.revision_timeout.unwrap_or(REVISION_TIMEOUT),
        },
        on_timeout: spec.request.on_timeout,
        gateway_latency: Dist::new(&spec.gateway.latency),
        gateway_balancing: spec.gateway.balancing,
        revisions,
    };
    Ok((plan, prices))
}

/// The revisions as written; one for everything where none is.
fn written_revisions(spec: &ServiceSpec) -> Vec<(&str, Option<&RevisionSpec>)> {
    if spec.revisions.is_empty() {
        return vec![("main", None)];
    }
    spec.revisions.iter().map(|(name, revision)| (name.as_str(), Some(revision))).collect()
}

fn revision_plan(name: &str, own: Option<&RevisionSpec>, spec: &ServiceSpec, book: &Book) -> RevisionPlan {
    let autoscaler = own.and_then(|own| own.autoscaler.as_ref()).unwrap_or(&spec.autoscaler);
    let concurrency = own.and_then(|own| own.container_concurrency).unwrap_or(spec.container_concurrency);
    let request = own.and_then(|own| own.request.as_ref()).unwrap_or(&spec.request);
    let knative = matches!(autoscaler, AutoscalerSpec::Kpa(_));
    let activator = spec.activator.clone().unwrap_or_else(|| if knative { ActivatorSpec::default() } else { no_activator() });
    let queue_proxy = spec.queue_proxy.clone().unwrap_or_else(|| if knative { QueueProxySpec::default() } else { no_queue_proxy() });
    let cold_start = own.and_then(|own| own.cold_start.as_ref()).or(spec.cold_start.as_ref());
    let nothing = ColdStartSpec::default();
    let cold_start = cold_start.unwrap_or(&nothing);
    RevisionPlan {
        name: name.to_owned(),
        share: own.map_or(1.0, |own| own.percent.0 / 100.0),
        demand: demand(request),
        concurrency,
        activator_latency: Dist::new(&activator.latency),
        activator_depth: activator.queue_depth,
        queue_depth: queue_proxy.depth(concurrency),
        queue_proxy_latency: Dist::new(&queue_proxy.latency),
        cold_start: cold_start.plan(knative.then_some(activator.probe_every)),
        cancel_starts: cold_start.cancel_starts,
        scaler: scaler_plan(autoscaler, concurrency),
        meter: book.meter(),
    }
}

fn demand(request: &RequestSpec) -> Demand {
    let dist = |spec: &Option<DistSpec>| spec.as_ref().map_or(Dist::Constant(Span::ZERO), Dist::new);
    Demand { cpu: dist(&request.cpu), io: dist(&request.io) }
}

fn no_activator() -> ActivatorSpec {
    ActivatorSpec { latency: DistSpec::Constant(Span::ZERO), ..ActivatorSpec::default() }
}

fn no_queue_proxy() -> QueueProxySpec {
    QueueProxySpec { latency: DistSpec::Constant(Span::ZERO), ..QueueProxySpec::default() }
}

fn scaler_plan(autoscaler: &AutoscalerSpec, concurrency: u32) -> ScalerPlan {
    match autoscaler {
        AutoscalerSpec::Kpa(spec) => ScalerPlan::Kpa(spec.resolve(concurrency)),
        AutoscalerSpec::Fixed(spec) => ScalerPlan::Fixed(spec.clone()),
        AutoscalerSpec::KeepAlive(spec) => ScalerPlan::KeepAlive(spec.clone()),
    }
}
