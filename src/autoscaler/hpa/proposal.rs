//! How many replicas one metric wants (replica_calculator.go:GetResourceReplicas, calcPlainMetricReplicas).
//!
//! Integers where Kubernetes has integers: the utilization is a whole percentage and the average a whole number of
//! milli-units, both cut off, before anything is compared with the target.

use std::fmt;

use super::config::{Metric, Target, Tolerance};
use super::tally::{Entries, Tally};

/// What one metric wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal {
    /// Replicas wanted.
    pub replicas: u32,
    /// What was measured, before anything was assumed of missing and unready pods: whole percent of the request, or
    /// milli-units a pod.
    pub measured: u64,
}

/// Why a metric wants nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricError {
    /// There are no pods.
    NoPods,
    /// No pod that counts has a metric.
    NoMetrics,
    /// A utilization is asked for, but a pod does not say what it requests.
    NoRequest,
    /// A utilization is asked for, but the pods with a metric request nothing or are gone.
    NothingRequested,
}

impl fmt::Display for MetricError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            MetricError::NoPods => "there are no pods",
            MetricError::NoMetrics => "no pod that counts has a metric",
            MetricError::NoRequest => "a pod does not say what it requests",
            MetricError::NothingRequested => "the pods with a metric request nothing",
        })
    }
}

/// What `metric` wants where there are `current` replicas.
pub fn propose(current: u32, metric: &Metric, tolerance: Tolerance, pods: &Tally) -> Result<Proposal, MetricError> {
    if pods.pods == 0 {
        return Err(MetricError::NoPods);
    }
    if pods.entries.count == 0 {
        return Err(MetricError::NoMetrics);
    }
    if pods.lacks_request && matches!(metric.target, Target::Utilization(_)) {
        return Err(MetricError::NoRequest);
    }
    let usage = pods.entries.usage(metric.target).ok_or(MetricError::NothingRequested)?;
    let replicas = replicas(current, metric.target, tolerance, pods, usage.ratio);
    Ok(Proposal { replicas, measured: usage.measured })
}

/// Usage beside its target.
#[derive(Debug, Clone, Copy, PartialEq)]
struct MeasuredUsage {
    ratio: f64,
    measured: u64,
}

impl Entries {
    /// Usage beside `target` (metrics/utilization.go). None where a utilization has nothing to be divided by.
    fn usage(&self, target: Target) -> Option<MeasuredUsage> {
        let (measured, target) = match target {
            Target::Utilization(percent) => ((self.usage_m * 100).checked_div(self.request_m)?, u64::from(percent)),
            Target::Average(target) => ((self.usage_m + self.gone_m).checked_div(u128::from(self.count))?, target),
        };
        let measured = u64::try_from(measured).unwrap_or(u64::MAX);
        Some(MeasuredUsage { ratio: measured as f64 / target as f64, measured })
    }
}

fn replicas(current: u32, target: Target, tolerance: Tolerance, pods: &Tally, ratio: f64) -> u32 {
    if pods.missing.count == 0 && !unready_dampen(pods, ratio) {
        return if tolerance.holds(ratio) { current } else { scaled(ratio, pods.counted) };
    }
    let entries = with_assumptions(pods, ratio);
    let dampened = entries.usage(target).expect("entries were only added").ratio;
    if tolerance.holds(dampened) || turns(ratio, dampened) {
        return current;
    }
    let wanted = scaled(dampened, entries.count);
    let against = (dampened < 1.0 && wanted > current) || (dampened > 1.0 && wanted < current);
    if against { current } else { wanted }
}

/// Unready pods only dampen scaling up.
fn unready_dampen(pods: &Tally, ratio: f64) -> bool {
    pods.unready.count > 0 && ratio > 1.0
}

/// The metrics, and what is assumed where there are none: the worst for the direction the metrics point in.
fn with_assumptions(pods: &Tally, ratio: f64) -> Entries {
    let mut entries = pods.entries;
    if ratio < 1.0 {
        entries = entries.with(pods.missing);
    } else if ratio > 1.0 {
        entries = entries.with(pods.missing.idle());
    }
    if unready_dampen(pods, ratio) { entries.with(pods.unready.idle()) } else { entries }
}

fn turns(before: f64, after: f64) -> bool {
    (before < 1.0 && after > 1.0) || (before > 1.0 && after < 1.0)
}

/// `ratio` times `pods`, rounded up, at most what Kubernetes' integers hold.
pub(super) fn scaled(ratio: f64, pods: u64) -> u32 {
    (ratio * pods as f64).ceil().min(f64::from(i32::MAX)) as u32
}
