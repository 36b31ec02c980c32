//! The reconciler of one revision (pkg/reconciler/autoscaling/kpa/kpa.go:ReconcileKind) and what its
//! ServerlessService makes of the mode (pkg/reconciler/serverlessservice).
//!
//! A change of its own status or of the mode makes Knative reconcile again at once; that happens inside one call here.
//! Not here: how long a flip of the mode takes to reach the data plane, and the pods.

use super::activators::activator_count;
use super::active::{Condition, Replicas};
use super::config::KpaConfig;
use super::zero::{Mode, Situation, scale};
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
    /// When to call again if nothing else happens. Set only where this is earlier than what earlier calls asked for.
    pub requeue_after: Option<Span>,
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
            let want = self.round(now, seen, &mut replicas);
            if before == (self.condition, self.initialized, self.requested_mode, self.proxy_since) {
                return self.reconciled(now, seen, want, replicas, pending);
            }
        }
        panic!("a reconciler does not settle: {self:?} seeing {seen:?}");
    }

    /// One run of Knative's reconciler: scale, then the mode, then the condition.
    fn round(&mut self, now: SimTime, seen: &Seen, replicas: &mut u32) -> i32 {
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
        scaling.want
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

    /// Limits are compared with `>` in one place, and a real timer fires a little late; the simulated one does by 1 ns.
    fn wake_after(&mut self, now: SimTime, after: Option<Span>) {
        let Some(after) = after else { return };
        let at = now.saturating_add(after + Span(1));
        self.wake_at = Some(self.wake_at.map_or(at, |pending| pending.min(at)));
    }

    fn reconciled(&self, now: SimTime, seen: &Seen, want: i32, replicas: u32, pending: Option<SimTime>) -> Reconciled {
        let decider = &self.config.decider;
        Reconciled {
            want,
            apply: (replicas != seen.replicas).then_some(replicas),
            mode: if seen.ready == 0 { Mode::Proxy } else { self.requested_mode },
            activators: activator_count(seen.ready, decider.total, decider.target_burst_capacity, self.config.activator_capacity),
            requeue_after: self.wake_at.filter(|_| self.wake_at != pending).map(|at| at - now),
        }
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
