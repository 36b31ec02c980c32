//! The target of a pod and the length of the panic window
//! (pkg/reconciler/autoscaling/resources/target.go:ResolveMetricTarget, resources/metric.go:MakeMetric).

use super::spec::{KpaSpec, Metric};
use crate::units::Span;

/// Utilization of an rps target (`TargetUtilization`; no key sets it).
pub const RPS_UTILIZATION: f64 = 0.7;

/// No target is smaller (pkg/apis/autoscaling/register.go:TargetMin).
pub const TARGET_MIN: f64 = 0.01;

/// What one pod is trusted with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    /// What a pod should carry: the total times the utilization.
    pub target: f64,
    /// What a pod can carry.
    pub total: f64,
}

/// `container-concurrency-target-percentage` as a fraction: above 1 it is a percentage, up to 1 it already is one.
pub fn utilization(percentage: Option<f64>) -> f64 {
    let percentage = percentage.unwrap_or(70.0);
    if percentage > 1.0 { percentage / 100.0 } else { percentage }
}

/// The target of a pod with this hard limit (`containerConcurrency`, 0 = unlimited). `rps_utilization` is
/// [`RPS_UTILIZATION`] outside of tests.
pub fn resolve_target(spec: &KpaSpec, container_concurrency: u32, rps_utilization: f64) -> Target {
    let metric = spec.metric.unwrap_or_default();
    let limit = f64::from(container_concurrency);
    let (default_total, default_utilization) = match metric {
        Metric::Rps => (spec.requests_per_second_target_default.unwrap_or(200.0), rps_utilization),
        Metric::Concurrency | Metric::Other => {
            let unlimited = spec.container_concurrency_target_default.unwrap_or(100.0);
            let total = if container_concurrency == 0 { unlimited } else { limit };
            (total, utilization(spec.container_concurrency_target_percentage))
        }
    };
    let total = match spec.target {
        Some(target) if metric == Metric::Concurrency && container_concurrency > 0 => target.min(limit),
        Some(target) => target,
        None => default_total,
    };
    let utilization = spec.target_utilization_percentage.map_or(default_utilization, |it| it / 100.0);
    Target { target: (total * utilization).max(TARGET_MIN), total }
}

/// The panic window: a percentage of the stable one, in whole seconds rounded half away from zero, at least one.
pub fn panic_window(stable: Span, percentage: f64) -> Span {
    // Go's float to integer conversion truncates, and the rounding to seconds comes after it.
    let nanoseconds = Span((stable.0 as f64 * percentage / 100.0) as u64);
    let second = Span::from_secs(1);
    let whole_seconds = (nanoseconds.0 + second.0 / 2) / second.0;
    Span::from_secs(whole_seconds.max(1))
}
