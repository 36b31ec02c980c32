//! One autoscaler, sync by sync (horizontal.go:reconcileAutoscaler, computeReplicasForMetrics).

use std::fmt;

use super::config::{HpaConfig, Measure, Metric};
use super::pods::PodGroup;
use super::proposal::{MetricError, Proposal, propose};
use super::rates::{Events, Limit, limit, limit_by};
use super::stabilize::Recommendations;
use super::tally::Tally;
use crate::units::SimTime;

/// One autoscaler: its configuration, what it wanted lately and what it did.
///
/// It is synced every [`HpaConfig::sync_period`], the first time one period after it was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Hpa {
    config: HpaConfig,
    recommendations: Recommendations,
    events: Events,
}

/// What the metric that wants most was measured at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// The metric.
    pub measure: Measure,
    /// Percent of the request, or vCPU, bytes or requests a pod, as its target is written.
    pub amount: f64,
}

/// What a sync decided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sync {
    /// What the metrics want, before anything holds it back; none where they were not asked or had no answer.
    pub proposal: Option<u32>,
    /// What the metric that wants most was measured at.
    pub measured: Option<Measured>,
    /// Replicas from now on.
    pub desired: u32,
    /// Why.
    pub reason: Reason,
}

/// Why a sync decided as it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// There are no replicas, so scaling is disabled.
    Disabled,
    /// There are more replicas than the most.
    AboveMax,
    /// There are fewer replicas than the fewest.
    BelowMin,
    /// All metrics are in error, or some are and the others would scale down; the first error.
    Unmeasured(MetricError),
    /// The metrics were asked.
    Measured {
        /// The proposal after stabilization.
        stabilized: u32,
        /// What that ran into.
        limit: Limit,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Disabled => f.write_str("no replicas: scaling is disabled"),
            Reason::AboveMax => f.write_str("above max-replicas"),
            Reason::BelowMin => f.write_str("below min-replicas"),
            Reason::Unmeasured(error) => write!(f, "no change: {error}"),
            Reason::Measured { stabilized, limit } => write!(f, "stabilized to {stabilized}; {limit}"),
        }
    }
}

impl Hpa {
    /// A new autoscaler. The replicas it finds at its first sync count as wanted then.
    pub fn new(config: HpaConfig) -> Hpa {
        Hpa { config, recommendations: Recommendations::default(), events: Events::default() }
    }

    /// The numbers it runs on.
    pub fn config(&self) -> &HpaConfig {
        &self.config
    }

    /// One sync, where `current` replicas are asked for and `pods` is what can be seen of them.
    pub fn sync(&mut self, now: SimTime, current: u32, pods: &[PodGroup]) -> Sync {
        self.recommendations.begin(now, current);
        let sync = match self.out_of_bounds(current) {
            Some((desired, reason)) => Sync { proposal: None, measured: None, desired, reason },
            None => self.measure(now, current, pods),
        };
        if let Some(behavior) = &self.config.behavior {
            self.events.store(now, current, sync.desired, behavior);
        }
        sync
    }

    /// What needs no metrics, and heeds neither stabilization nor rates.
    fn out_of_bounds(&self, current: u32) -> Option<(u32, Reason)> {
        let bounds = self.config.bounds;
        if current == 0 && bounds.min != 0 {
            Some((0, Reason::Disabled))
        } else if current > bounds.max {
            Some((bounds.max, Reason::AboveMax))
        } else if current < bounds.min {
            Some((bounds.min, Reason::BelowMin))
        } else {
            None
        }
    }

    fn measure(&mut self, now: SimTime, current: u32, pods: &[PodGroup]) -> Sync {
        match self.proposal(now, current, pods) {
            Err(error) => Sync { proposal: None, measured: None, desired: current, reason: Reason::Unmeasured(error) },
            Ok((proposal, measured)) => {
                let (stabilized, desired, limit) = self.normalize(now, current, proposal);
                assert!(desired >= self.config.bounds.min, "the rates lead below the fewest replicas");
                assert!(desired <= self.config.bounds.max, "the rates lead above the most replicas");
                Sync { proposal: Some(proposal), measured: Some(measured), desired, reason: Reason::Measured { stabilized, limit } }
            }
        }
    }

    /// The most any metric wants. A metric in error is passed over, unless the others would scale down.
    fn proposal(&self, now: SimTime, current: u32, pods: &[PodGroup]) -> Result<(u32, Measured), MetricError> {
        let mut most: Option<(u32, Measured)> = None;
        let mut error = None;
        for metric in &self.config.metrics {
            let tally = Tally::new(pods, metric, now, self.config.timing);
            match propose(current, metric, self.config.tolerance, &tally) {
                Ok(it) if most.is_none_or(|most| it.replicas > most.0) => most = Some((it.replicas, measured(metric, it))),
                Ok(_) => {}
                Err(it) => error = error.or(Some(it)),
            }
        }
        match (most, error) {
            (Some(most), None) => Ok(most),
            (Some(most), Some(_)) if most.0 >= current => Ok(most),
            (_, error) => Err(error.expect("a metric either wants something or is in error; the list is not empty")),
        }
    }

    /// The proposal, stabilized; and that as far as the rates and the bounds allow.
    fn normalize(&mut self, now: SimTime, current: u32, proposal: u32) -> (u32, u32, Limit) {
        let bounds = self.config.bounds;
        let Some(behavior) = &self.config.behavior else {
            let stabilized = self.recommendations.highest(now, proposal, self.config.downscale_stabilization);
            let (desired, limit) = limit(current, stabilized, bounds);
            return (stabilized, desired, limit);
        };
        let stabilized = self.recommendations.between(now, current, proposal, behavior.up.window, behavior.down.window);
        let (desired, limit) = limit_by(behavior, now, current, stabilized, bounds, &self.events);
        (stabilized, desired, limit)
    }
}

fn measured(metric: &Metric, proposal: Proposal) -> Measured {
    Measured { measure: metric.measure, amount: metric.target.amount(proposal.measured) }
}
