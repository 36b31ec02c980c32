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

/// Which pods are asked for their statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PodScraping {
    /// All of them, whatever their number: one exact sum.
    #[default]
    Exact,
    /// With more than four only a sample, old pods first, as Knative does. Costs a statistic of every pod.
    Sampled,
}

impl Metric {
    /// The metric of this name, if the KPA has it.
    pub fn of_name(name: &str) -> Option<Metric> {
        [Metric::Concurrency, Metric::Rps].into_iter().find(|it| it.name() == name)
    }

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Metric::Concurrency => "concurrency",
            Metric::Rps => "rps",
            Metric::Other => "a metric of the HPA",
        }
    }
}

impl Algorithm {
    /// The algorithm of this name; `weightedExponential` is an older spelling.
    pub fn of_name(name: &str) -> Option<Algorithm> {
        match name {
            "linear" => Some(Algorithm::Linear),
            "weighted-exponential" | "weightedExponential" => Some(Algorithm::WeightedExponential),
            _ => None,
        }
    }

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Linear => "linear",
            Algorithm::WeightedExponential => "weighted-exponential",
        }
    }
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
    /// `random` (default) or `aligned`: how the loops stand to each other. No key of Knative's, but of the simulation.
    pub ticks: Option<Ticks>,
    /// `exact` (default) or `sampled`: which pods are asked for their statistics. Likewise.
    pub scraping: Option<PodScraping>,
}

impl KpaSpec {
    /// Everything Knative would refuse in a cluster with its default configuration; empty if the specification is valid.
    pub fn check(&self) -> Vec<Problem> {
        self.out_of_range().into_iter().chain(self.contradictions(&KpaSpec::default())).collect()
    }

    /// Values out of their own range. Where a key exists in both of Knative's layers, the annotation's range holds.
    pub fn out_of_range(&self) -> Vec<Problem> {
        check::ranges(self)
    }

    /// What the keys of a revision say against each other and against the cluster's.
    pub fn contradictions(&self, cluster: &KpaSpec) -> Vec<Problem> {
        check::contradictions(self, cluster)
    }

    /// What the keys of a cluster's configuration say against each other.
    pub fn contradictions_of_cluster(&self) -> Vec<Problem> {
        check::contradictions_of_cluster(self)
    }

    /// This specification where it says something, `below` where it does not: annotations over the cluster's config.
    ///
    /// An initial scale of 0 is no answer unless the cluster allows it (kpa/resources/decider.go:GetInitialScale).
    #[must_use]
    pub fn over(mut self, below: &KpaSpec) -> KpaSpec {
        let zero_is_allowed = self.allow_zero_initial_scale.or(below.allow_zero_initial_scale) == Some(true);
        self.initial_scale = self.initial_scale.filter(|&pods| pods > 0 || zero_is_allowed);
        self.or(below)
    }
}
