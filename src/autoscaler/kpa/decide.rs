//! The decision (pkg/autoscaler/scaling/autoscaler.go:Scale): averages and ready pods in, desired pods out.
//!
//! Everything is relative to *ready* pods, not to the previous decision. Not here: where the averages come from
//! (`metrics`), what is done with the answer (`zero`, `reconcile`).

use std::fmt;

use super::config::DeciderSpec;
use super::delay::SlidingMax;
use super::metrics::Averages;
use crate::units::{SimTime, Span};

/// Length of a slot of the scale-down delay (pkg/autoscaler/scaling/autoscaler.go: the tick interval).
const DELAY_GRANULARITY: Span = Span::from_secs(2);

/// The decision maker of one revision.
#[derive(Debug, Clone, PartialEq)]
pub struct Decider {
    spec: DeciderSpec,
    /// The last tick over the panic threshold, while in panic.
    panic: Option<SimTime>,
    max_panic_pods: i32,
    delay: Option<SlidingMax>,
}

/// A valid decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// Pods wanted.
    pub desired: i32,
    /// Spare capacity of the ready pods after the target burst, in the metric's unit, rounded down.
    pub excess_burst_capacity: i32,
    /// Which rule set the count.
    pub rule: Rule,
}

/// The rule that set a count: the last one that changed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The stable average over the target.
    Average,
    /// `max-scale-up-rate` times the ready pods.
    UpRate,
    /// The ready pods over `max-scale-down-rate`.
    DownRate,
    /// `activation-scale`.
    ActivationScale,
    /// Panic: the most of this panic.
    Panic,
    /// `scale-down-delay`: the most within it.
    ScaleDownDelay,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Rule::Average => "stable average over target",
            Rule::UpRate => "max-scale-up-rate times ready pods",
            Rule::DownRate => "ready pods over max-scale-down-rate",
            Rule::ActivationScale => "activation-scale",
            Rule::Panic => "most of this panic",
            Rule::ScaleDownDelay => "most within scale-down-delay",
        })
    }
}

/// Pods for the two averages.
struct Wanted {
    stable: i32,
    panic: i32,
    /// What set the stable count.
    rule: Rule,
    /// Whether the panic average asks for so much more than there is that panic begins or goes on.
    over: bool,
}

impl Decider {
    /// A decider made at `now` with `ready` pods, which starts in panic with more than one: it was just restarted and
    /// must not scale down what it knows nothing about. `ready` is 0 where the pods could not be counted.
    pub fn new(spec: DeciderSpec, now: SimTime, ready: u32) -> Decider {
        let delay = spec.scale_down_delay;
        Decider {
            spec,
            panic: (ready > 1).then_some(now),
            max_panic_pods: i32::try_from(ready).unwrap_or(i32::MAX),
            delay: (delay > Span::ZERO).then(|| SlidingMax::new(delay, DELAY_GRANULARITY)),
        }
    }

    /// One tick. None without pods counted or without averages: then nothing changes.
    pub fn scale(&mut self, now: SimTime, ready: Option<u32>, averages: Option<Averages>) -> Option<Scale> {
        let (ready, averages) = (f64::from(ready?), averages?);
        let wanted = self.wanted(ready, averages);
        self.update_panic(now, wanted.over);
        let (mut desired, mut rule) = (wanted.stable, wanted.rule);
        if self.is_panicking() {
            self.max_panic_pods = self.max_panic_pods.max(wanted.stable).max(wanted.panic);
            (desired, rule) = (self.max_panic_pods, Rule::Panic);
        }
        if self.spec.reachable
            && let Some(delay) = &mut self.delay
        {
            let held = delay.record(now, desired);
            rule = if held == desired { rule } else { Rule::ScaleDownDelay };
            desired = held;
        }
        Some(Scale { desired, rule, excess_burst_capacity: self.excess_burst_capacity(ready, averages.panic) })
    }

    fn wanted(&self, ready: f64, averages: Averages) -> Wanted {
        let ready = ready.max(1.0);
        let most = (self.spec.max_scale_up_rate * ready).ceil();
        let fewest = self.fewest(ready);
        let pods = |average: f64| (average / self.spec.target).ceil();
        let clamped = |pods: f64| pods.max(fewest).min(most) as i32;
        let (stable, panic) = (pods(averages.stable), pods(averages.panic));
        let count = self.activated(stable, clamped(stable));
        let rule = match stable {
            _ if count != clamped(stable) => Rule::ActivationScale,
            stable if stable < fewest => Rule::DownRate,
            stable if stable > most => Rule::UpRate,
            _ => Rule::Average,
        };
        Wanted { rule, stable: count, panic: self.activated(panic, clamped(panic)), over: panic / ready >= self.spec.panic_threshold }
    }

    /// Where the scale may fall to in one tick from so many ready pods.
    fn fewest(&self, ready: f64) -> f64 {
        if self.spec.reachable { (ready / self.spec.max_scale_down_rate).floor() } else { 0.0 }
    }

    /// Raises any load above zero to the activation scale, even above the rate limit.
    fn activated(&self, unclamped: f64, pods: i32) -> i32 {
        let activates = self.spec.activation_scale > 1 && unclamped > 0.0;
        if activates { pods.max(self.spec.activation_scale) } else { pods }
    }

    fn update_panic(&mut self, now: SimTime, over: bool) {
        if over {
            self.panic = Some(now);
        } else if self.panic.is_some_and(|last_over| last_over + self.spec.stable_window < now) {
            self.panic = None;
            self.max_panic_pods = 0;
        }
    }

    fn excess_burst_capacity(&self, ready: f64, panic: f64) -> i32 {
        let burst = self.spec.target_burst_capacity;
        if burst == 0.0 {
            0
        } else if burst > 0.0 {
            (ready * self.spec.total - burst - panic).floor() as i32
        } else {
            -1
        }
    }

    /// Changes the parameters. The scale-down delay stays as it was at construction.
    pub fn reconfigure(&mut self, spec: DeciderSpec) {
        self.spec = spec;
    }

    /// Whether the scale may only rise.
    pub fn is_panicking(&self) -> bool {
        self.panic.is_some()
    }

    /// The most pods of this panic; 0 outside, except after construction with one ready pod.
    pub fn max_panic_pods(&self) -> i32 {
        self.max_panic_pods
    }

    /// Whether ticks at zero load and with at most `ready` pods give 0 and change nothing.
    pub fn rests_at_zero(&self, ready: u32) -> bool {
        let held = self.spec.reachable && self.delay.as_ref().is_some_and(|delay| delay.max() != Some(0));
        let falls = self.fewest(f64::from(ready.max(1))) == 0.0;
        !self.is_panicking() && self.spec.panic_threshold > 0.0 && falls && !held
    }
}
