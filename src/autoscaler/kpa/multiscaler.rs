//! One revision's decisions as the rest of the system sees them (pkg/autoscaler/scaling/multiscaler.go).

use super::config::{DeciderSpec, KpaConfig};
use super::decide::{Decider, Rule};
use super::metrics::{Averages, Metrics};
use super::stats::Stat;
use crate::units::SimTime;

/// No decision yet.
const UNKNOWN: i32 = -1;

/// One revision's metric windows, decision maker and last decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Kpa {
    metrics: Metrics,
    decider: Decider,
    desired: i32,
    excess_burst_capacity: i32,
    /// Ready pods of the last valid tick.
    ready: u32,
}

/// What a valid tick decided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision {
    /// Pods wanted, before the bounds of the service.
    pub desired: i32,
    /// Spare capacity after the target burst, in the metric's unit.
    pub excess_burst_capacity: i32,
    /// Average over the stable window, in the metric's unit.
    pub stable: f64,
    /// Average over the panic window, in the metric's unit.
    pub panic: f64,
    /// Whether the decider is in panic.
    pub panicking: bool,
    /// Which rule set the count.
    pub rule: Rule,
    /// Whether the reconciler hears of it: the count changed, or the sign of the excess burst capacity.
    pub notify: bool,
}

impl Kpa {
    /// An autoscaler made at `now` with `ready` pods; with more than one it starts in panic.
    pub fn new(config: &KpaConfig, now: SimTime, ready: u32) -> Kpa {
        Kpa {
            metrics: Metrics::new(&config.metric),
            decider: Decider::new(config.decider, now, ready),
            desired: UNKNOWN,
            excess_burst_capacity: initial_excess_burst_capacity(&config.decider),
            ready,
        }
    }

    /// Takes in one report of an activator or of the scraper.
    pub fn record(&mut self, at: SimTime, stat: &Stat) {
        self.metrics.record(at, stat);
    }

    /// Whether an activator's report, once recorded, asks for a tick at once. Only from a decision of exactly 0: a new
    /// revision waits for its ticker.
    pub fn wants_poke(&self, stat: &Stat) -> bool {
        self.desired == 0 && stat.concurrency != 0.0
    }

    /// One tick with so many ready pods (none where they could not be counted; a deployment that does not exist has 0).
    /// None if the tick is invalid: then nothing has changed, and the last decision stands.
    pub fn tick(&mut self, now: SimTime, ready: Option<u32>) -> Option<Decision> {
        let averages = self.metrics.averages(now);
        let scale = self.decider.scale(now, ready, averages)?;
        let (ready, averages) = (ready?, averages?);
        let sign_changed = (scale.excess_burst_capacity < 0) != (self.excess_burst_capacity < 0);
        let notify = scale.desired != self.desired || sign_changed;
        self.desired = scale.desired;
        self.excess_burst_capacity = scale.excess_burst_capacity;
        self.ready = ready;
        Some(Decision {
            desired: scale.desired,
            excess_burst_capacity: scale.excess_burst_capacity,
            stable: averages.stable,
            panic: averages.panic,
            panicking: self.decider.is_panicking(),
            rule: scale.rule,
            notify,
        })
    }

    /// The averages a tick at `now` would decide on; none without data.
    pub fn averages(&self, now: SimTime) -> Option<Averages> {
        self.metrics.averages(now)
    }

    /// The last valid decision; -1 before the first.
    pub fn desired(&self) -> i32 {
        self.desired
    }

    /// Excess burst capacity of the last valid decision, in the metric's unit; before the first, what the initial scale gives.
    pub fn excess_burst_capacity(&self) -> i32 {
        self.excess_burst_capacity
    }

    /// Whether pods are scraped: not where the activators see everything (target burst capacity -1).
    pub fn is_scraped(&self) -> bool {
        self.metrics.is_scraped()
    }

    /// Whether the decider is in panic.
    pub fn is_panicking(&self) -> bool {
        self.decider.is_panicking()
    }

    /// The most pods of this panic.
    pub fn max_panic_pods(&self) -> i32 {
        self.decider.max_panic_pods()
    }

    /// Whether ticks may stop until the next report: every later one would be invalid, or would decide the same again.
    ///
    /// True for a revision that is scraped once its window is empty (pods that exist are scraped each second, so it has
    /// none). Without scraping silence means zero load, and the count must also have come down to 0; there ticks must
    /// resume when more pods become ready than the last tick saw, too.
    pub fn is_asleep(&self, now: SimTime) -> bool {
        self.metrics.is_empty(now) && (self.metrics.is_scraped() || self.desired == 0 && self.decider.rests_at_zero(self.ready))
    }

    /// Changes the configuration while in use, as a changed `config-autoscaler` or a lost route
    /// ([`DeciderSpec::reachable`]) does. The scale-down delay, the metric and the algorithm stay.
    pub fn reconfigure(&mut self, now: SimTime, config: &KpaConfig) {
        self.metrics.reconfigure(now, &config.metric);
        self.decider.reconfigure(config.decider);
    }
}

/// Excess burst capacity before the first decision, in the metric's unit: as if the initial scale were ready and idle.
pub fn initial_excess_burst_capacity(spec: &DeciderSpec) -> i32 {
    let burst = spec.target_burst_capacity;
    if burst == -1.0 || burst == 0.0 {
        return burst as i32;
    }
    (f64::from(spec.initial_scale) * spec.total - burst) as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::autoscaler::kpa::spec::KpaSpec;

    #[test]
    fn the_reconciler_hears_of_a_new_count_or_a_new_sign() {
        let mut kpa = Kpa::new(&KpaSpec::default().resolve(100), SimTime::ZERO, 0);
        kpa.record(SimTime::ZERO, &Stat { concurrency: 70.0, ..Stat::default() });
        let mut notified = |second, ready| kpa.tick(SimTime::from_secs(second), Some(ready)).expect("valid").notify;
        assert!(notified(2, 1), "-1 became 1");
        assert!(!notified(4, 1));
        assert!(notified(6, 3), "300 - 211 - 70 is not negative any more");
        assert!(!notified(8, 3));
    }
}
