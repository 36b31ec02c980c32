//! The numbers the autoscaler runs on, every default filled in.
//!
//! Holding a [`HpaConfig`] does not prove that the specification was checked. Not here: where the numbers come from
//! (`resolve`).

use std::fmt;

use super::spec::Select;
use crate::units::Span;

/// One service's autoscaler, resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct HpaConfig {
    /// Fewest and most replicas.
    pub bounds: Bounds,
    /// What is measured; never empty.
    pub metrics: Vec<Metric>,
    /// How far usage may be from its target.
    pub tolerance: Tolerance,
    /// How fast the count may change; none for the rules of old.
    pub behavior: Option<Behavior>,
    /// How often it decides; the first time one period after it was made.
    pub sync_period: Span,
    /// How long a higher wanted count is kept, without `behavior`.
    pub downscale_stabilization: Span,
    /// When a pod's CPU is trusted.
    pub timing: Timing,
    /// Time between two looks of the metrics server, above zero. Usage is averaged over it, so what a sync sees is up to
    /// twice as old. An assumption, not part of the controller and not read in code.
    pub metrics_resolution: Span,
}

/// Fewest and most replicas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Fewest.
    pub min: u32,
    /// Most.
    pub max: u32,
}

/// What is measured of each pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// CPU, in milli-vCPU. The only one for which readiness is looked at.
    Cpu,
    /// Memory, in thousandths of a byte.
    Memory,
    /// Requests in flight, in thousandths.
    Concurrency,
    /// Requests that arrive in a second, in thousandths.
    RequestsPerSecond,
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Measure::Cpu => "cpu",
            Measure::Memory => "memory",
            Measure::Concurrency => "concurrency",
            Measure::RequestsPerSecond => "requests-per-second",
        })
    }
}

/// What a pod should use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A percentage of its request.
    Utilization(u32),
    /// An amount, in milli-units.
    Average(u64),
}

impl Target {
    /// What was measured against it, in the unit in which people write it: percent of the request, or vCPU, bytes or
    /// requests a pod.
    pub fn amount(self, measured: u64) -> f64 {
        match self {
            Target::Utilization(_) => measured as f64,
            Target::Average(_) => measured as f64 / 1000.0,
        }
    }
}

/// One metric and its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// What is measured.
    pub measure: Measure,
    /// What a pod should use.
    pub target: Target,
}

/// How far the ratio of usage to target may be from 1 before anything happens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tolerance {
    /// Below 1.
    pub down: f64,
    /// Above 1.
    pub up: f64,
}

impl Tolerance {
    /// The same both ways.
    pub const fn both(tolerance: f64) -> Tolerance {
        Tolerance { down: tolerance, up: tolerance }
    }

    /// Whether nothing is done about `ratio` (replica_calculator.go:isWithin, both ends included).
    pub fn holds(self, ratio: f64) -> bool {
        1.0 - self.down <= ratio && ratio <= 1.0 + self.up
    }
}

/// When a pod's CPU is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// How long after its start a pod's CPU counts only if it is ready, and has been for a metric window.
    pub cpu_initialization: Span,
    /// A pod that turned unready within this time of its start has never been ready.
    pub initial_readiness: Span,
}

/// How fast the count may change, each way.
#[derive(Debug, Clone, PartialEq)]
pub struct Behavior {
    /// Upwards.
    pub up: Rules,
    /// Downwards.
    pub down: Rules,
}

/// How fast the count may change in one direction.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// Only what was wanted all through this time is done.
    pub window: Span,
    /// Which of the policies counts.
    pub select: Select,
    /// How much may change in which time.
    pub policies: Vec<Policy>,
}

/// How much may change in which time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// How much.
    pub amount: PolicyAmount,
    /// In this time.
    pub period: Span,
}

/// How much may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyAmount {
    /// So many pods.
    Pods(u32),
    /// So many percent of the pods at the start of the period.
    Percent(u32),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edges_of_the_tolerance_hold() {
        assert!(Tolerance::both(0.1).holds(1.1) && Tolerance::both(0.1).holds(0.9));
        assert!(!Tolerance::both(0.1).holds(1.11) && !Tolerance::both(0.1).holds(0.89));
    }
}
