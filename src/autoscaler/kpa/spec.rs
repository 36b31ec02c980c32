//! The autoscaler as it is written: Knative's own names, every key optional.
//!
//! One type serves both layers of Knative's configuration, the annotations of a service and the cluster's
//! `config-autoscaler`; [`KpaSpec::over`] lays one over the other. Names and defaults:
//! pkg/autoscaler/config/config.go:defaultConfig, pkg/apis/autoscaling/register.go.
//! Not here: what is valid (`check`) and the numbers that follow (`config`).

use schemars::JsonSchema;
use serde::Deserialize;

use super::check;
use crate::error::Problem;
use crate::units::Span;

/// What a revision is scaled on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// Requests in flight.
    #[default]
    Concurrency,
    /// Requests that arrive in a second.
    Rps,
    /// A metric of the HPA class. It cannot be written here, but target resolution is shared with that class.
    #[serde(skip)]
    Other,
}

/// How a metric window is averaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Algorithm {
    /// Every second counts alike.
    #[default]
    Linear,
    /// Newer seconds count more.
    #[serde(alias = "weightedExponential")]
    WeightedExponential,
}

/// How the loops of reports, scrapes and decisions stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ticks {
    /// Each has a phase of its own, drawn for every replication: nothing aligns them in a cluster.
    #[default]
    Random,
    /// All begin with the run, at whole seconds.
    Aligned,
}

/// Knative's autoscaler of one service. What is left out has Knative's default.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct KpaSpec {
    /// `concurrency` (default) or `rps`.
    pub metric: Option<Metric>,
    /// Wanted load of a pod, in requests in flight or requests per second. It is still multiplied by the utilization.
    pub target: Option<f64>,
    /// Share of the target that counts as full, in percent [1, 100]; default 70.
    pub target_utilization_percentage: Option<f64>,
    /// Burst, in the metric's unit, that must be absorbed without waiting; -1 keeps the activator always in the path,
    /// 0 takes it out whenever there are pods. Default 211.
    pub target_burst_capacity: Option<f64>,
    /// Stable window [6s, 1h]; default that of `stable-window`.
    pub window: Option<Span>,
    /// Stable window of the cluster; default 60s.
    pub stable_window: Option<Span>,
    /// Panic window as a percentage of the stable window [1, 100]; default 10.
    pub panic_window_percentage: Option<f64>,
    /// Wanted pods as a percentage of ready pods at which panic begins [110, 1000]; default 200.
    pub panic_threshold_percentage: Option<f64>,
    /// `linear` (default) or `weighted-exponential`.
    pub metric_aggregation_algorithm: Option<Algorithm>,
    /// Fewest pods; default 0.
    pub min_scale: Option<u32>,
    /// Most pods; default 0, which means unlimited.
    pub max_scale: Option<u32>,
    /// The largest `max-scale` the cluster allows; default 0, which means none.
    pub max_scale_limit: Option<u32>,
    /// Pods of a new revision; default 1. 0 only with `allow-zero-initial-scale`.
    pub initial_scale: Option<u32>,
    /// Whether `initial-scale` may be 0; default false.
    pub allow_zero_initial_scale: Option<bool>,
    /// Fewest pods for any load above zero; at least 2.
    pub activation_scale: Option<u32>,
    /// How long a higher scale is held after the load fell [0s, 1h]; default 0s.
    pub scale_down_delay: Option<Span>,
    /// How long the last pod is kept after the revision became inactive [0s, 1h]; default 0s.
    pub scale_to_zero_pod_retention_period: Option<Span>,
    /// Whether the last pod may go; default true.
    pub enable_scale_to_zero: Option<bool>,
    /// How long the network is given to bring the activator into the path before the last pod goes; default 30s.
    pub scale_to_zero_grace_period: Option<Span>,
    /// Most wanted pods per ready pod and tick, above 1; default 1000.
    pub max_scale_up_rate: Option<f64>,
    /// Most ready pods per wanted pod and tick, above 1; default 2.
    pub max_scale_down_rate: Option<f64>,
    /// Utilization of the concurrency target: a percentage above 1, a fraction up to 1; default 70.
    pub container_concurrency_target_percentage: Option<f64>,
    /// Concurrency target of a revision without a limit; default 100.
    pub container_concurrency_target_default: Option<f64>,
    /// Requests per second of a pod without a `target`; default 200.
    pub requests_per_second_target_default: Option<f64>,
    /// Load one activator is trusted with; default 100.
    pub activator_capacity: Option<f64>,
    /// How long a revision may take to become ready; default 600s.
    pub progress_deadline: Option<Span>,
    /// `random` (default) or `aligned`: how the loops stand to each other. No key of Knative's.
    pub ticks: Option<Ticks>,
}

impl KpaSpec {
    /// Everything Knative's webhook would refuse; empty if the specification is valid.
    pub fn check(&self) -> Vec<Problem> {
        check::check(self)
    }

    /// This specification where it says something, `below` where it does not: annotations over the cluster's config.
    ///
    /// An initial scale of 0 is no answer unless the cluster allows it (kpa/resources/decider.go:GetInitialScale).
    #[must_use]
    pub fn over(self, below: &KpaSpec) -> KpaSpec {
        let allow_zero_initial_scale = self.allow_zero_initial_scale.or(below.allow_zero_initial_scale);
        let own_initial_scale = self.initial_scale.filter(|&pods| pods > 0 || allow_zero_initial_scale == Some(true));
        KpaSpec {
            metric: self.metric.or(below.metric),
            target: self.target.or(below.target),
            target_utilization_percentage: self.target_utilization_percentage.or(below.target_utilization_percentage),
            target_burst_capacity: self.target_burst_capacity.or(below.target_burst_capacity),
            window: self.window.or(below.window),
            stable_window: self.stable_window.or(below.stable_window),
            panic_window_percentage: self.panic_window_percentage.or(below.panic_window_percentage),
            panic_threshold_percentage: self.panic_threshold_percentage.or(below.panic_threshold_percentage),
            metric_aggregation_algorithm: self.metric_aggregation_algorithm.or(below.metric_aggregation_algorithm),
            min_scale: self.min_scale.or(below.min_scale),
            max_scale: self.max_scale.or(below.max_scale),
            max_scale_limit: self.max_scale_limit.or(below.max_scale_limit),
            initial_scale: own_initial_scale.or(below.initial_scale),
            allow_zero_initial_scale,
            activation_scale: self.activation_scale.or(below.activation_scale),
            scale_down_delay: self.scale_down_delay.or(below.scale_down_delay),
            scale_to_zero_pod_retention_period: self.scale_to_zero_pod_retention_period.or(below.scale_to_zero_pod_retention_period),
            enable_scale_to_zero: self.enable_scale_to_zero.or(below.enable_scale_to_zero),
            scale_to_zero_grace_period: self.scale_to_zero_grace_period.or(below.scale_to_zero_grace_period),
            max_scale_up_rate: self.max_scale_up_rate.or(below.max_scale_up_rate),
            max_scale_down_rate: self.max_scale_down_rate.or(below.max_scale_down_rate),
            container_concurrency_target_percentage: self
                .container_concurrency_target_percentage
                .or(below.container_concurrency_target_percentage),
            container_concurrency_target_default: self.container_concurrency_target_default.or(below.container_concurrency_target_default),
            requests_per_second_target_default: self.requests_per_second_target_default.or(below.requests_per_second_target_default),
            activator_capacity: self.activator_capacity.or(below.activator_capacity),
            progress_deadline: self.progress_deadline.or(below.progress_deadline),
            ticks: self.ticks.or(below.ticks),
        }
    }
}
