//! Kubernetes' HorizontalPodAutoscaler, autoscaling/v2, to the last replica.
//!
//! ```text
//! pods ── PodGroup ──► pods: counted, unready, missing ──► proposal ──► stabilize ──► rates ──► Sync ──► replicas
//!                      (for each metric)                   (the most)   (held back)   (limited)
//! ```
//!
//! [`Hpa`] is one autoscaler; the platform calls [`Hpa::sync`] every [`HpaConfig::sync_period`] with what the metrics
//! server would show of the pods, and sets the replicas to what it says.
//!
//! Not here: pods, their CPU, the scrape itself, and the clock. It never goes to zero nor comes back from it, and it knows
//! no activator: Knative's `hpa` class is this one beside Knative's own network.
//!
//! The rules are those of pkg/controller/podautoscaler (`specs/kubernetes-hpa.md` says at which commits); every file names
//! the functions it follows. 95 facts of upstream's own tests prove them in `tests/hpa_cases.rs`; the real controller was
//! never run.

mod check;
pub mod config;
pub mod controller;
pub mod percentage;
pub mod pods;
pub mod proposal;
pub mod rates;
mod resolve;
pub mod spec;
pub mod stabilize;
pub mod tally;
pub mod total;

#[cfg(test)]
mod pitfalls;

pub use config::{Behavior, Bounds, HpaConfig, Measure, Metric, Policy, PolicyAmount, Rules, Target, Timing, Tolerance};
pub use controller::{Hpa, Measured, Reason, Sync};
pub use percentage::Percentage;
pub use pods::{Phase, PodGroup, Readiness, Requests, Sample, Usage};
pub use proposal::{MetricError, Proposal};
pub use rates::Limit;
pub use spec::{HpaSpec, MemoryUse, Select};
