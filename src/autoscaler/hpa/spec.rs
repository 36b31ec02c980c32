//! The autoscaler as it is written: the HPA's own names in kebab-case; all but `max-replicas` optional.
//!
//! The object (`min-replicas`, `metrics`, `behavior`) and the flags of its controller (`sync-period`, `tolerance`, ...)
//! stand side by side. Not here: what is valid (`check`) and the numbers that follow (`config`).
//!
//! ```
//! # use coldcast::autoscaler::hpa::HpaSpec;
//! let text = r#"{ "max-replicas": 20, "metrics": [{ "cpu": { "utilization": "60%" } }, { "concurrency": { "average-value": 8 } }],
//!     "behavior": { "scale-down": { "stabilization-window": "1m", "policies": [{ "pods": 2, "period": "30s" }] } } }"#;
//! let spec: HpaSpec = serde_json::from_str(text).unwrap();
//! assert!(spec.check().is_empty());
//! ```

use schemars::JsonSchema;
use serde::Deserialize;

use super::check;
use super::percentage::Percentage;
use crate::error::Problem;
use crate::units::{Bytes, Span};

/// Kubernetes' horizontal pod autoscaler of one service. What is left out has Kubernetes' default.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HpaSpec {
    /// Fewest pods, at least 1; default 1.
    pub min_replicas: Option<u32>,
    /// Most pods.
    pub max_replicas: u32,
    /// Replicas of the Deployment when it is made; default `min-replicas`.
    pub replicas: Option<u32>,
    /// vCPU each pod requests; default the instance's.
    pub cpu_request: Option<f64>,
    /// Memory each pod requests; default the instance's.
    pub memory_request: Option<Bytes>,
    /// The memory a pod uses, where a metric asks for it.
    pub memory_use: Option<MemoryUse>,
    /// What is measured; the metric that wants most pods decides. Default: CPU at a utilization of 80 %.
    #[serde(default)]
    pub metrics: Vec<MetricSpec>,
    /// How fast the count may change. Without it, it may double at each sync, and falls to the highest count wanted
    /// within `downscale-stabilization`.
    pub behavior: Option<BehaviorSpec>,
    /// How often it decides (--horizontal-pod-autoscaler-sync-period); default 15s.
    pub sync_period: Option<Span>,
    /// How far usage may be from its target before anything happens (--horizontal-pod-autoscaler-tolerance); default 0.1.
    pub tolerance: Option<f64>,
    /// How long a higher wanted count is kept (--horizontal-pod-autoscaler-downscale-stabilization); default 300s.
    pub downscale_stabilization: Option<Span>,
    /// How long a new pod's CPU is distrusted (--horizontal-pod-autoscaler-cpu-initialization-period); default 300s.
    pub cpu_initialization_period: Option<Span>,
    /// A pod that turned unready within this time of its start has never been ready
    /// (--horizontal-pod-autoscaler-initial-readiness-delay); default 30s.
    pub initial_readiness_delay: Option<Span>,
    /// How often the metrics server measures, hence how old and how wide a sample is; default 15s. An assumption: this is
    /// metrics-server's setting, not the controller's.
    pub metrics_resolution: Option<Span>,
}

/// The memory a pod uses: what an idle one holds, and what each request in it adds.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MemoryUse {
    /// Of an idle pod.
    pub base: Bytes,
    /// Of each request in it.
    #[serde(default)]
    pub per_request: Bytes,
}

/// One metric and its target.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MetricSpec {
    /// CPU: a share of the request, or vCPU a pod.
    Cpu(CpuTarget),
    /// Memory: a share of the request, or bytes a pod.
    Memory(MemoryTarget),
    /// Requests in flight, as a metric of the type `Pods`.
    Concurrency(AverageTarget),
    /// Requests that arrive in a second, as a metric of the type `Pods`.
    RequestsPerSecond(AverageTarget),
}

/// How much CPU a pod should use: one of the two.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CpuTarget {
    /// Percentage of the request, such as `80%`.
    pub utilization: Option<Percentage>,
    /// vCPU of a pod on average, such as 0.5.
    pub average_value: Option<f64>,
}

/// How much memory a pod should use: one of the two.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MemoryTarget {
    /// Percentage of the request, such as `80%`.
    pub utilization: Option<Percentage>,
    /// Memory of a pod on average, such as `300Mi`.
    pub average_value: Option<Bytes>,
}

/// How much a pod should carry.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AverageTarget {
    /// Average over the pods, in the metric's unit.
    pub average_value: f64,
}

/// How fast the count may change, each way. What is left out has its default; the other way too.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct BehaviorSpec {
    /// Upwards; default: at once, by 4 pods or 100 % in 15 s, whichever is more.
    pub scale_up: RulesSpec,
    /// Downwards; default: after `downscale-stabilization`, by all pods.
    pub scale_down: RulesSpec,
}

/// How fast the count may change in one direction.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct RulesSpec {
    /// Only what was wanted all through this time is done [0s, 1h]; default 0s up, `downscale-stabilization` down.
    pub stabilization_window: Option<Span>,
    /// Which of the policies counts: `max` (default, the largest change), `min`, or `disabled` (no change at all).
    pub select_policy: Option<Select>,
    /// How much may change in which time.
    pub policies: Option<Vec<PolicySpec>>,
    /// The tolerance in this direction; default that of the controller.
    pub tolerance: Option<f64>,
}

/// Which of several policies counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Select {
    /// The one that allows most change.
    #[default]
    Max,
    /// The one that allows least change.
    Min,
    /// None: no change in this direction.
    Disabled,
}

/// How much may change in which time: pods, or a percentage of the pods there were.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PolicySpec {
    /// So many pods.
    pub pods: Option<u32>,
    /// So many percent of the pods at the start of the period.
    pub percent: Option<Percentage>,
    /// In this time [1s, 30m].
    pub period: Span,
}

impl HpaSpec {
    /// A specification of the defaults and so many pods at most.
    pub fn up_to(max_replicas: u32) -> HpaSpec {
        HpaSpec {
            min_replicas: None,
            max_replicas,
            replicas: None,
            cpu_request: None,
            memory_request: None,
            memory_use: None,
            metrics: Vec::new(),
            behavior: None,
            sync_period: None,
            tolerance: None,
            downscale_stabilization: None,
            cpu_initialization_period: None,
            initial_readiness_delay: None,
            metrics_resolution: None,
        }
    }

    /// Everything the API server would refuse; empty if the specification is valid.
    pub fn check(&self) -> Vec<Problem> {
        check::check(self)
    }
}
