//! Knative's pod autoscaler (KPA), to the last bit.
//!
//! ```text
//! queue-proxy  ── RequestStats ──► scrape ┐
//!                                         ├─► Kpa: Metrics ─► Decider ─► desired, excess burst capacity
//! activator    ── ActivatorStats ─────────┘                                        │
//!                          pods ◄── apply, Serve/Proxy ── PodAutoscaler ◄──────────┘
//! ```
//!
//! [`Kpa`] is one revision's metric windows and decision; the platform feeds it statistics and ticks it every
//! [`TICK`]. [`PodAutoscaler`] is the reconciler: it bounds the desired scale, walks it to zero and chooses the mode.
//!
//! Not here: pods, requests, event queues, and the wall clock. Each part is a plain state machine that is told the
//! time; who calls it when is the platform's business.
//!
//! The rules and numbers are those of knative/serving at 98e5ef90aa70; every file names the functions it follows. They are
//! proved by `tests/knative_conformance.rs`, which replays what the real Go code did through these same types.

pub mod activator_stats;
pub mod activators;
pub mod active;
mod check;
pub mod config;
pub mod decide;
pub mod delay;
pub mod fields;
pub mod metrics;
pub mod multiscaler;
pub mod reconcile;
pub mod rule;
pub mod rules;
pub mod scrape;
pub mod spec;
pub mod stats;
pub mod target;
pub mod window;
pub mod zero;

#[cfg(test)]
mod idle_chain;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod pitfalls;

pub use activator_stats::ActivatorStats;
pub use active::{Activity, Condition, Reason};
pub use config::{DeciderSpec, KpaConfig, MetricSpec, ScalingSpec};
pub use decide::Rule;
pub use multiscaler::{Decision, Kpa};
pub use reconcile::{PodAutoscaler, Reconciled, Seen};
pub use spec::{Algorithm, KpaSpec, Metric, PodScraping, Ticks};
pub use stats::{RequestStats, Stat, Via};
pub use zero::{Bound, Mode};

use crate::units::Span;

/// How often a revision is decided on (pkg/autoscaler/scaling/multiscaler.go:tickInterval). A poke adds ticks between.
pub const TICK: Span = Span::from_secs(2);

/// How often queue-proxy and activator cut a report, and how often pods are scraped (pkg/queue/sharedmain/main.go,
/// pkg/activator/handler/concurrency_reporter.go, pkg/autoscaler/metrics/collector.go).
pub const REPORT: Span = Span::from_secs(1);
