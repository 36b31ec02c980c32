//! The reconciler of one revision (pkg/reconciler/autoscaling/kpa/kpa.go:ReconcileKind) and what its
//! ServerlessService makes of the mode (pkg/reconciler/serverlessservice).
//!
//! A change of its own status or of the mode makes Knative reconcile again at once; that happens inside one call here.
//! Not here: how long a flip of the mode takes to reach the data plane, and the pods.

use super::activators::activator_count;
use super::active::{Condition, Replicas};
use super::config::KpaConfig;
use super::zero::{Bound, Mode, Scaling, Situation, scale};
use crate::units::{SimTime, Span};

/// More rounds than any chain of own changes takes.
const ROUNDS_MAX: u32 = 8;

/// What the reconciler looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The decider's count ([`super::Kpa::desired`]).
    pub desired: i32,
    /// The decider's excess burst capacity ([`super::Kpa::excess_burst_capacity`]).
    pub excess_burst_capacity: i32,
    /// Pods that are ready.
    pub ready: u32,
    /// The count the deployment was last given; at first the initial scale.
    pub replicas: u32,
    /// Whether a route points at the revision.
    pub reachable: bool,
    /// Whether the network has given the revision a private service. True from the start in a simulation without it.
    pub service_name_set: bool,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reconciled {
    /// Pods wanted; -1 unknown.
    pub want: i32,
    /// The count to give to the deployment, if it is to change.
    pub apply: Option<u32>,
    /// Where requests go; always through the activators without ready pods.
    pub mode: Mode,
    /// Activators wanted in the path.
    pub activators: i32,
    /// When to call again if nothing else happens. Set only where nothing is pending from earlier calls, or something
    /// later: then this replaces it.
    pub requeue_after: Option<Span>,
    /// Which rule set what is wanted.
    pub rule: Bound,
}

/// The reconciler of one revision.
#[derive(Debug, Clone, PartialEq)]
pub struct PodAutoscaler {
    config: KpaConfig,
    condition: Condition,
    initialized: bool,
    requested_mode: Mode,
    /// Since when the activators are in the path, while they are.
    proxy_since: Option<SimTime>,
    /// The work queue holds one wake-up of a revision: the earliest.
    wake_at: Option<SimTime>,
}

impl PodAutoscaler {
    /// A revision made at `now`: no pods ready, through the activators. Its deployment gets the initial scale.
    pub fn new(config: KpaConfig, now: SimTime) -> PodAutoscaler {
        PodAutoscaler {
            config,
            condition: Condition::new(now),
            initialized: false,
            requested_mode: Mode::Proxy,
            proxy_since: Some(now),
            wake_at: None,
        }
    }

    /// Call when the decider notifies, when pods become ready or go, when reachability changes, and when a wake-up is due.
    pub fn reconcile(&mut self, now: SimTime, seen: &Seen) -> Reconciled {
        self.wake_at = self.wake_at.filter(|&at| at > now);
        let pending = self.wake_at;
        let mut replicas = seen.replicas;
        for _ in 0..ROUNDS_MAX {
            let before = (self.condition, self.initialized, self.requested_mode, self.proxy_since);
            let scaling = self.round(now, seen, &mut replicas);
            if before == (self.condition, self.initialized, self.requested_mode, self.proxy_since) {
                return self.reconciled(now, seen, scaling, replicas, pending);
            }
        }
        panic!("a reconciler does not settle: {self:?} seeing {seen:?}");
    }

    /// One run of Knative's reconciler: scale, then the mode, then the condition.
    fn round(&mut self, now: SimTime, seen: &Seen, replicas: &mut u32) -> Scaling {
        let scaling = scale(&self.situation(now, seen), &self.config.scaling);
        if scaling.apply {
            *replicas = u32::try_from(scaling.want).expect("only counts are applied");
        }
        self.wake_after(now, scaling.requeue_after);
        let serve = scaling.want > 0 && seen.excess_burst_capacity >= 0;
        self.requested_mode = if serve { Mode::Serve } else { Mode::Proxy };
        let proxied = seen.ready == 0 || self.requested_mode == Mode::Proxy;
        self.proxy_since = proxied.then(|| self.proxy_since.unwrap_or(now));
        let pods = Replicas { want: scaling.want, ready: seen.ready, service_name_set: seen.service_name_set };
        self.condition.update(now, &pods, &self.config.scaling, seen.reachable, &mut self.initialized);
        scaling
    }

    fn situation(&self, now: SimTime, seen: &Seen) -> Situation {
        Situation {
            desired: seen.desired,
            activity: self.condition.activity,
            in_status: now - self.condition.since,
            initialized: self.initialized,
            reachable: seen.reachable,
            requested_mode: self.requested_mode,
            proxy_for: self.proxy_since.map_or(Span::ZERO, |since| now - since),
            // An inactive revision is in Proxy mode, and here the network follows at once.
            probe_answered: true,
        }
    }

    /// A real timer fires a little late. The simulated one does so by 1 ns: one limit (`give_up`) is compared with `>`, and
    /// on the dot it would ask for its whole time again.
    fn wake_after(&mut self, now: SimTime, after: Option<Span>) {
        let Some(after) = after else { return };
        let at = now.saturating_add(after + Span(1));
        self.wake_at = Some(self.wake_at.map_or(at, |pending| pending.min(at)));
    }

    fn reconciled(&self, now: SimTime, seen: &Seen, scaling: Scaling, replicas: u32, pending: Option<SimTime>) -> Reconciled {
        let decider = &self.config.decider;
        Reconciled {
            want: scaling.want,
            rule: scaling.rule,
            apply: (replicas != seen.replicas).then_some(replicas),
            mode: if seen.ready == 0 { Mode::Proxy } else { self.requested_mode },
            activators: activator_count(seen.ready, decider.total, decider.target_burst_capacity, self.config.activator_capacity),
            requeue_after: self.wake_at.filter(|_| self.wake_at != pending).map(|at| at - now),
        }
    }

    /// Changes the configuration while in use. Status, mode and the pending wake-up stay; reconcile after it.
    pub fn reconfigure(&mut self, config: KpaConfig) {
        self.config = config;
    }

    /// The Active condition.
    pub fn condition(&self) -> Condition {
        self.condition
    }

    /// Whether the revision once reached its initial scale.
    pub fn is_initialized(&self) -> bool {
        self.initialized
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::autoscaler::kpa::spec::KpaSpec;

    /// A second reconcile after one in which two pods were ready and wanted.
    #[track_caller]
    fn check_mode(desired: i32, excess_burst_capacity: i32, ready: u32, expected: Mode) {
        let mut it = PodAutoscaler::new(KpaSpec::default().resolve(0), SimTime::ZERO);
        let seen = Seen { desired: 2, excess_burst_capacity: 0, ready: 2, replicas: 2, reachable: true, service_name_set: true };
        assert_eq!(it.reconcile(SimTime::ZERO, &seen).mode, Mode::Serve);
        let seen = Seen { desired, excess_burst_capacity, ready, ..seen };
        assert_eq!(it.reconcile(SimTime::from_secs(1), &seen).mode, expected);
    }

    #[test]
    fn the_mode_is_serve_only_with_pods_wanted_ready_and_enough() {
        check_mode(2, 0, 2, Mode::Serve);
        check_mode(2, -1, 2, Mode::Proxy);
        check_mode(-1, 0, 2, Mode::Proxy);
        check_mode(2, 0, 0, Mode::Proxy);
    }

    #[test]
    fn only_the_earliest_wake_up_is_asked_for() {
        let mut it = PodAutoscaler::new(KpaSpec::default().resolve(0), SimTime::ZERO);
        let seen = Seen { desired: 0, excess_burst_capacity: -111, ready: 0, replicas: 1, reachable: true, service_name_set: true };
        let activation = Span::from_secs(630) + Span(1);
        assert_eq!(it.reconcile(SimTime::ZERO, &seen).requeue_after, Some(activation));
        assert_eq!(it.reconcile(SimTime::from_secs(5), &seen).requeue_after, None, "the first is pending");
        let ready = Seen { ready: 1, ..seen };
        let stable = Span::from_secs(60) + Span(1);
        assert_eq!(it.reconcile(SimTime::from_secs(9), &ready).requeue_after, Some(stable), "earlier, so it replaces");
        assert_eq!(it.reconcile(SimTime::from_secs(69) + Span(1), &ready).apply, Some(0), "in Proxy all the while");
    }

    #[test]
    fn the_count_of_the_deployment_is_applied_once() {
        let mut it = PodAutoscaler::new(KpaSpec::default().resolve(0), SimTime::ZERO);
        let seen = Seen { desired: 4, excess_burst_capacity: -1, ready: 1, replicas: 1, reachable: true, service_name_set: true };
        assert_eq!(it.reconcile(SimTime::ZERO, &seen).apply, Some(4));
        assert_eq!(it.reconcile(SimTime::ZERO, &Seen { replicas: 4, ..seen }).apply, None);
    }
}
