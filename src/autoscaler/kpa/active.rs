//! The Active condition of a PodAutoscaler (pkg/reconciler/autoscaling/kpa/kpa.go:computeActiveCondition).

use super::config::ScalingSpec;
use crate::units::SimTime;

/// Status of the condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// Pods are wanted but not there (Unknown in Kubernetes' words).
    Activating,
    /// Enough pods are ready.
    Active,
    /// No pods are wanted.
    Inactive,
}

/// Why the condition is as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Active needs none.
    None,
    /// Requests wait for pods.
    Queued,
    /// Nothing arrives.
    NoTraffic,
    /// The pods did not become ready in time.
    TimedOut,
}

/// The condition and since when it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    /// Status.
    pub activity: Activity,
    /// Reason.
    pub reason: Reason,
    /// When status or reason last changed.
    pub since: SimTime,
}

/// What the condition is computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replicas {
    /// Pods the scaler wants; -1 unknown.
    pub want: i32,
    /// Pods that are ready.
    pub ready: u32,
    /// Whether the network has given the revision a private service.
    pub service_name_set: bool,
}

impl Condition {
    /// A new revision waits for its pods.
    pub fn new(now: SimTime) -> Condition {
        Condition { activity: Activity::Activating, reason: Reason::Queued, since: now }
    }

    /// Computes the condition anew. `initialized` says whether the revision once reached its initial scale; it never
    /// becomes false again.
    pub fn update(&mut self, now: SimTime, seen: &Replicas, scaling: &ScalingSpec, reachable: bool, initialized: &mut bool) {
        // Not computed again after the revision became initialised, although it would be smaller then.
        let threshold = threshold(scaling, reachable, *initialized);
        let enough = i64::from(seen.ready) >= i64::from(threshold);
        *initialized |= enough && seen.service_name_set;
        if let Some((activity, reason)) = self.next(seen.want, enough, threshold) {
            self.set(now, activity, reason);
        }
    }

    fn next(&self, want: i32, enough: bool, threshold: i32) -> Option<(Activity, Reason)> {
        let awake = want > 0 || self.activity != Activity::Inactive;
        if want == 0 || threshold == 0 {
            let timed_out = self.activity == Activity::Activating && threshold > 0;
            return Some((Activity::Inactive, if timed_out { Reason::TimedOut } else { Reason::NoTraffic }));
        }
        match (enough, awake) {
            (false, true) => Some((Activity::Activating, Reason::Queued)),
            (false, false) => Some((Activity::Inactive, Reason::NoTraffic)),
            (true, true) => Some((Activity::Active, Reason::None)),
            (true, false) => None,
        }
    }

    /// Marking it the same again keeps the time stamp.
    fn set(&mut self, now: SimTime, activity: Activity, reason: Reason) {
        if (self.activity, self.reason) != (activity, reason) {
            *self = Condition { activity, reason, since: now };
        }
    }
}

/// Ready pods that make a revision active (kpa.go:activeThreshold). The initial scale is not dropped when no route is left.
fn threshold(scaling: &ScalingSpec, reachable: bool, initialized: bool) -> i32 {
    let (min, _) = scaling.bounds(reachable);
    min.max(if initialized { 1 } else { scaling.initial_scale })
}
