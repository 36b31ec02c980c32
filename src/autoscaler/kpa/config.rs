//! The numbers the autoscaler runs on, every default filled in.
//!
//! Holding a [`KpaConfig`] does not prove that the specification was checked: resolving never fails, as in Knative,
//! where the webhook checks and the controller takes what it finds.

use super::spec::{Algorithm, KpaSpec, Metric, PodScraping, Ticks};
use super::target::{RPS_UTILIZATION, panic_window, resolve_target};
use crate::units::Span;

/// One revision's autoscaler, resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct KpaConfig {
    /// What is measured.
    pub metric: MetricSpec,
    /// How a decision is made of it.
    pub decider: DeciderSpec,
    /// How a decision is applied.
    pub scaling: ScalingSpec,
    /// Load one activator is trusted with, in the metric's unit.
    pub activator_capacity: f64,
    /// Whether the loops begin together, at whole seconds; otherwise chance gives each its phase.
    pub aligned: bool,
    /// Whether pods are scraped by sample; otherwise all of them.
    pub sampled: bool,
    /// Whether it decides whenever an activator reports, each second, in place of its tick. No Knative does: it is for asking what
    /// the wait for the tick costs.
    pub decides_at_reports: bool,
}

/// What is measured, and over which windows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MetricSpec {
    /// Concurrency or requests per second.
    pub metric: Metric,
    /// How the windows are averaged.
    pub algorithm: Algorithm,
    /// The stable window, in whole seconds.
    pub stable_window: Span,
    /// The panic window, in whole seconds.
    pub panic_window: Span,
    /// Whether pods are scraped: not with a target burst capacity of -1, where the activators see everything.
    pub scraped: bool,
}

/// The parameters of the decision (pkg/autoscaler/scaling/multiscaler.go:DeciderSpec).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DeciderSpec {
    /// What a pod should carry, in the metric's unit.
    pub target: f64,
    /// What a pod can carry, in the metric's unit.
    pub total: f64,
    /// Burst to be absorbed, in the metric's unit; -1 means always through the activator.
    pub target_burst_capacity: f64,
    /// Most wanted pods per ready pod.
    pub max_scale_up_rate: f64,
    /// Most ready pods per wanted pod.
    pub max_scale_down_rate: f64,
    /// Wanted pods per ready pod at which panic begins.
    pub panic_threshold: f64,
    /// How long panic outlasts the last tick over the threshold.
    pub stable_window: Span,
    /// How long a higher scale is held; read at construction only.
    pub scale_down_delay: Span,
    /// Fewest pods for any load above zero; up to 1 means none.
    pub activation_scale: i32,
    /// Pods the revision starts with.
    pub initial_scale: i32,
    /// Whether a route points at the revision; Knative's unknown counts as yes.
    pub reachable: bool,
}

/// The parameters of the reconciler (pkg/reconciler/autoscaling/kpa/scaler.go).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScalingSpec {
    /// Fewest pods, while a route points at the revision.
    pub min_scale: i32,
    /// Most pods; 0 means unlimited.
    pub max_scale: i32,
    /// Pods the revision starts with.
    pub initial_scale: i32,
    /// Whether the last pod may go.
    pub enable_scale_to_zero: bool,
    /// How long a revision stays active at least.
    pub stable_window: Span,
    /// How long the activator must be in the path before the last pod goes.
    pub grace_period: Span,
    /// How long the last pod is kept after the revision became inactive.
    pub retention: Span,
    /// How long a revision may take to become ready.
    pub progress_deadline: Span,
    /// Burst to be absorbed; -1 means always through the activator, and then nothing is probed.
    pub target_burst_capacity: f64,
}

impl ScalingSpec {
    /// Fewest and most pods (pa_lifecycle.go:ScaleBounds); a most of 0 means unlimited.
    pub fn bounds(&self, reachable: bool) -> (i32, i32) {
        (if reachable { self.min_scale } else { 0 }, self.max_scale)
    }
}

impl KpaSpec {
    /// The numbers that follow, for a hard limit of `container_concurrency` requests a pod (0 = unlimited).
    pub fn resolve(&self, container_concurrency: u32) -> KpaConfig {
        KpaConfig {
            metric: self.resolve_metric(),
            decider: self.resolve_decider(container_concurrency),
            scaling: self.resolve_scaling(),
            activator_capacity: self.activator_capacity.unwrap_or(100.0),
            aligned: self.ticks == Some(Ticks::Aligned),
            sampled: self.scraping == Some(PodScraping::Sampled),
            decides_at_reports: false,
        }
    }

    fn resolve_metric(&self) -> MetricSpec {
        let stable_window = self.resolve_stable_window();
        MetricSpec {
            metric: self.metric.unwrap_or_default(),
            algorithm: self.metric_aggregation_algorithm.unwrap_or_default(),
            stable_window,
            panic_window: panic_window(stable_window, self.panic_window_percentage.unwrap_or(10.0)),
            scraped: self.resolve_burst_capacity() != -1.0,
        }
    }

    fn resolve_decider(&self, container_concurrency: u32) -> DeciderSpec {
        let resolved = resolve_target(self, container_concurrency, RPS_UTILIZATION);
        DeciderSpec {
            target: resolved.target,
            total: resolved.total,
            target_burst_capacity: self.resolve_burst_capacity(),
            max_scale_up_rate: self.max_scale_up_rate.unwrap_or(1000.0),
            max_scale_down_rate: self.max_scale_down_rate.unwrap_or(2.0),
            panic_threshold: self.panic_threshold_percentage.unwrap_or(200.0) / 100.0,
            stable_window: self.resolve_stable_window(),
            scale_down_delay: self.scale_down_delay.unwrap_or(Span::ZERO),
            activation_scale: pods(self.activation_scale, 0),
            initial_scale: pods(self.initial_scale, 1),
            reachable: true,
        }
    }

    fn resolve_scaling(&self) -> ScalingSpec {
        ScalingSpec {
            min_scale: pods(self.min_scale, 0),
            max_scale: pods(self.max_scale, 0),
            initial_scale: pods(self.initial_scale, 1),
            enable_scale_to_zero: self.enable_scale_to_zero.unwrap_or(true),
            stable_window: self.resolve_stable_window(),
            grace_period: self.scale_to_zero_grace_period.unwrap_or(Span::from_secs(30)),
            retention: self.scale_to_zero_pod_retention_period.unwrap_or(Span::ZERO),
            progress_deadline: self.progress_deadline.unwrap_or(Span::from_secs(600)),
            target_burst_capacity: self.resolve_burst_capacity(),
        }
    }

    fn resolve_stable_window(&self) -> Span {
        self.window.or(self.stable_window).unwrap_or(Span::from_secs(60))
    }

    fn resolve_burst_capacity(&self) -> f64 {
        self.target_burst_capacity.unwrap_or(211.0)
    }
}

/// A number of pods as Knative's int32.
fn pods(written: Option<u32>, default: i32) -> i32 {
    written.map_or(default, |pods| i32::try_from(pods).unwrap_or(i32::MAX))
}

impl KpaConfig {
    /// Instances of a revision that has been there for a while when a run begins: its initial scale, within its bounds.
    pub fn standing_instances(&self) -> u32 {
        let (min, max) = self.scaling.bounds(true);
        let wanted = self.scaling.initial_scale.max(min);
        (if max > 0 { wanted.min(max) } else { wanted }) as u32
    }
}
