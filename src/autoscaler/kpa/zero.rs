//! Bounding the desired scale and going to zero (pkg/reconciler/autoscaling/kpa/scaler.go: scale, handleScaleToZero).
//!
//! ```text
//! Active ── desired 0 for a stable window ──► Inactive, Proxy ── probe, retention, grace or proxied long enough ──► 0 pods
//! Activating ── deadline + 30 s ──► 0 pods
//! ```
//!
//! Pure: it says what to do and asks for the result of the probe; `reconcile` keeps the state.

use std::fmt;

use super::active::Activity;
use super::config::ScalingSpec;
use crate::units::Span;

/// Added to the progress deadline before an activation is given up (activationTimeoutBuffer).
const ACTIVATION_BUFFER: Span = Span::from_secs(30);
/// When to look again after becoming inactive with the activator already in the path.
const INACTIVE_RECHECK: Span = Span::from_secs(3);

/// Where a revision's requests go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Straight to the pods.
    Serve,
    /// Through the activators.
    Proxy,
}

/// Everything the scaler looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Situation {
    /// The decider's count; -1 unknown.
    pub desired: i32,
    /// The Active condition.
    pub activity: Activity,
    /// How long it has held.
    pub in_status: Span,
    /// Whether the revision once reached its initial scale.
    pub initialized: bool,
    /// Whether a route points at the revision.
    pub reachable: bool,
    /// The mode that was asked for last.
    pub requested_mode: Mode,
    /// How long the activators have been in the path; zero if they are not.
    pub proxy_for: Span,
    /// Whether a probe of the service would be answered by an activator. Read only where one is sent.
    pub probe_answered: bool,
}

/// What the scaler does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scaling {
    /// Pods wanted; -1 unknown.
    pub want: i32,
    /// Whether to give the count to the deployment.
    pub apply: bool,
    /// When to reconcile again, if nothing else happens.
    pub requeue_after: Option<Span>,
    /// Whether the service was probed at once.
    pub probed: bool,
    /// Whether a probe in the background was begun; it reconciles again when it ends.
    pub probes_later: bool,
    /// Which rule set what is wanted.
    pub rule: Bound,
}

/// The rule that set what the scaler wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// None: it is what the decider wants.
    Free,
    /// Nothing is decided yet.
    Undecided,
    /// `min-scale`, or the initial scale until it was once reached.
    Min,
    /// `max-scale`.
    Max,
    /// `enable-scale-to-zero` is false.
    NeverZero,
    /// An activation has not had its time yet.
    Activating,
    /// An activation has had its time.
    GaveUp,
    /// Active for less than a stable window: one pod stays.
    LastPod,
    /// It has just become inactive.
    Deactivated,
    /// Inactive: the activator is being brought into the path, or the last pod is kept for its retention period.
    Waiting,
    /// Inactive long enough.
    ToZero,
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Bound::Free => "",
            Bound::Undecided => "nothing decided yet",
            Bound::Min => "min-scale or initial-scale",
            Bound::Max => "max-scale",
            Bound::NeverZero => "scale to zero is off",
            Bound::Activating => "pods wanted are not ready yet",
            Bound::GaveUp => "progress-deadline passed",
            Bound::LastPod => "one pod stays for a stable window",
            Bound::Deactivated => "inactive from now on",
            Bound::Waiting => "inactive, waiting for grace or retention",
            Bound::ToZero => "inactive long enough",
        })
    }
}

impl Scaling {
    fn applied(want: i32, rule: Bound) -> Scaling {
        Scaling { want, apply: true, requeue_after: None, probed: false, probes_later: false, rule }
    }

    fn held(want: i32, requeue_after: Option<Span>, rule: Bound) -> Scaling {
        Scaling { want, apply: false, requeue_after, probed: false, probes_later: false, rule }
    }
}

/// The scale to want and whether to apply it.
pub fn scale(seen: &Situation, spec: &ScalingSpec) -> Scaling {
    if seen.desired < 0 && seen.activity != Activity::Activating {
        return Scaling::held(seen.desired, None, Bound::Undecided);
    }
    match bounded(seen, spec) {
        (0, _) => to_zero(seen, spec),
        (pods, rule) => Scaling::applied(pods, rule),
    }
}

fn bounded(seen: &Situation, spec: &ScalingSpec) -> (i32, Bound) {
    let (mut min, max) = spec.bounds(seen.reachable);
    if spec.initial_scale > 1 && !seen.initialized && seen.reachable {
        min = min.max(spec.initial_scale);
    }
    if seen.desired < min {
        (min, Bound::Min) // even above a smaller max
    } else if max != 0 && seen.desired > max {
        (max, Bound::Max)
    } else {
        (seen.desired, Bound::Free)
    }
}

fn to_zero(seen: &Situation, spec: &ScalingSpec) -> Scaling {
    if !spec.enable_scale_to_zero {
        return Scaling::applied(1, Bound::NeverZero);
    }
    match seen.activity {
        Activity::Activating => give_up(seen, spec),
        Activity::Active => deactivate(seen, spec),
        Activity::Inactive => remove_last(seen, spec),
    }
}

/// Asks for the whole time again, not for the rest: so does Knative.
fn give_up(seen: &Situation, spec: &ScalingSpec) -> Scaling {
    let timeout = spec.progress_deadline + ACTIVATION_BUFFER;
    if seen.in_status > timeout { Scaling::applied(0, Bound::GaveUp) } else { Scaling::held(-1, Some(timeout), Bound::Activating) }
}

/// An active revision keeps one pod for a stable window; then wanting 0 makes it inactive, and nothing is applied yet.
fn deactivate(seen: &Situation, spec: &ScalingSpec) -> Scaling {
    if seen.in_status < spec.stable_window {
        return Scaling { requeue_after: Some(spec.stable_window - seen.in_status), ..Scaling::applied(1, Bound::LastPod) };
    }
    Scaling::held(0, (seen.requested_mode == Mode::Proxy).then_some(INACTIVE_RECHECK), Bound::Deactivated)
}

fn remove_last(seen: &Situation, spec: &ScalingSpec) -> Scaling {
    let probed = spec.target_burst_capacity != -1.0;
    if probed && !seen.probe_answered {
        return Scaling { probed, probes_later: true, ..Scaling::held(0, None, Bound::Waiting) };
    }
    Scaling { probed, ..remove_when_due(seen, spec) }
}

fn remove_when_due(seen: &Situation, spec: &ScalingSpec) -> Scaling {
    let retention = if seen.reachable { spec.retention } else { Span::ZERO };
    if seen.in_status >= spec.grace_period.max(retention) {
        Scaling::applied(0, Bound::ToZero)
    } else if seen.in_status < retention {
        Scaling::held(0, Some(retention - seen.in_status), Bound::Waiting)
    } else if seen.proxy_for >= spec.grace_period {
        Scaling::applied(0, Bound::ToZero)
    } else {
        Scaling::held(0, Some(spec.grace_period - seen.proxy_for), Bound::Waiting)
    }
}
