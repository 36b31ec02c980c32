//! The autoscaler's decisions as they were made, to be laid beside a real autoscaler's log. Recorded only on request: an
//! ordinary run keeps none of them.

use crate::units::SimTime;

/// What made the autoscaler look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// Its regular tick, or sync.
    Tick,
    /// The activator's report on a revision at zero.
    Poke,
    /// The reconciler alone: pods became ready, a timer ran out, a route changed.
    Reconcile,
}

/// One decision, or one change the reconciler made without one.
#[derive(Debug, Clone, PartialEq)]
pub struct DecisionRecord {
    /// When.
    pub at: SimTime,
    /// Of which revision, by its place in the service.
    pub revision: u32,
    /// What made it look.
    pub trigger: Trigger,
    /// Average over the stable window, in the metric's unit; nothing without data. For an HPA what the metric that wants most
    /// was measured at, in the unit of its target.
    pub stable: Option<f64>,
    /// Average over the panic window.
    pub panic: Option<f64>,
    /// Ready pods, as the decision found them.
    pub ready: u32,
    /// Pods on their way, likewise.
    pub starting: u32,
    /// Pods wanted, before the bounds of the service; -1 unknown. For an HPA what its metrics propose.
    pub desired: i32,
    /// The count the deployment has after it.
    pub applied: u32,
    /// Whether it is in panic.
    pub panicking: bool,
    /// Whether requests go through the activator from now on.
    pub proxied: bool,
    /// Spare capacity after the target burst; nothing for an HPA.
    pub excess_burst_capacity: Option<i32>,
    /// Which rules made it so, in words.
    pub why: String,
}
