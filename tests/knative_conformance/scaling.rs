//! Bounds and the way to zero (`zero`), and the Active condition (`active`).

use coldcast::autoscaler::kpa::active::{Activity, Condition, Reason, Replicas};
use coldcast::autoscaler::kpa::zero::{Mode, Situation, scale};
use coldcast::autoscaler::kpa::{KpaSpec, ScalingSpec};
use coldcast::units::{SimTime, Span};
use serde_json::Value;

use super::Checked;
use super::read::{count, expects_only, flag, given, int32, integer, number, rows, same, seconds, text};

/// The cluster's configuration with the service's annotations over it, of a `zero` or `active` case.
fn scaling_spec(case: &Value) -> ScalingSpec {
    let cluster = KpaSpec {
        min_scale: given(&case["cfg_min_scale"], count),
        max_scale: given(&case["cfg_max_scale"], count),
        initial_scale: given(&case["cfg_initial_scale"], count),
        allow_zero_initial_scale: given(&case["cfg_allow_zero_initial_scale"], flag),
        enable_scale_to_zero: given(&case["cfg_enable_scale_to_zero"], flag),
        scale_to_zero_grace_period: given(&case["cfg_grace_s"], seconds),
        scale_to_zero_pod_retention_period: given(&case["cfg_retention_s"], seconds),
        stable_window: given(&case["cfg_stable_window_s"], seconds),
        target_burst_capacity: given(&case["cfg_tbc"], number),
        progress_deadline: given(&case["cfg_progress_deadline_s"], seconds),
        ..KpaSpec::default()
    };
    let annotations = KpaSpec {
        min_scale: given(&case["ann_min_scale"], count),
        max_scale: given(&case["ann_max_scale"], count),
        initial_scale: given(&case["ann_initial_scale"], count),
        window: given(&case["ann_window_s"], seconds),
        scale_to_zero_pod_retention_period: given(&case["ann_retention_s"], seconds),
        target_burst_capacity: given(&case["ann_tbc"], number),
        progress_deadline: given(&case["ann_progress_deadline_s"], seconds),
        ..KpaSpec::default()
    };
    annotations.over(&cluster).resolve(0).scaling
}

fn activity(value: &Value) -> Activity {
    match text(value) {
        "activating" => Activity::Activating,
        "active" => Activity::Active,
        "inactive" => Activity::Inactive,
        other => panic!("unknown status {other}"),
    }
}

fn reason(value: &Value) -> Reason {
    match text(value) {
        "" => Reason::None,
        "Queued" => Reason::Queued,
        "NoTraffic" => Reason::NoTraffic,
        "TimedOut" => Reason::TimedOut,
        other => panic!("unknown reason {other}"),
    }
}

fn situation(case: &Value) -> Situation {
    Situation {
        desired: int32(&case["desired"]),
        activity: activity(&case["active"]),
        in_status: seconds(&case["in_status_s"]),
        initialized: flag(&case["scale_target_initialized"]),
        reachable: reachable(case),
        requested_mode: mode(&case["sks_mode"]),
        proxy_for: seconds(&case["proxy_for_s"]),
        probe_answered: probe_answered(&case["probe"]),
    }
}

/// Knative's unknown counts as yes.
fn reachable(case: &Value) -> bool {
    match text(&case["reachability"]) {
        "" | "Unknown" | "Reachable" => true,
        "Unreachable" => false,
        other => panic!("unknown reachability {other}"),
    }
}

fn mode(value: &Value) -> Mode {
    match text(value) {
        "Serve" => Mode::Serve,
        "Proxy" => Mode::Proxy,
        other => panic!("unknown mode {other}"),
    }
}

fn probe_answered(value: &Value) -> bool {
    match text(value) {
        "ok" => true,
        "fail" | "error" => false,
        other => panic!("unknown probe {other}"),
    }
}

pub fn check_zero(line: &Value) -> Checked {
    let (case, expected) = (&line["in"], &line["out"]);
    expects_only(expected, &["want", "apply", "enqueue_after_s", "sync_probes", "async_probe_offers"])?;
    let scaling = scale(&situation(case), &scaling_spec(case));
    let tenths = |span: Span| (span.as_secs_f64() * 10.0).round() / 10.0;
    let requeues: Vec<f64> = scaling.requeue_after.map(tenths).into_iter().collect();
    same("want", scaling.want, int32(&expected["want"]))?;
    same("apply", scaling.apply, flag(&expected["apply"]))?;
    same("enqueue after", requeues, rows(&expected["enqueue_after_s"]).iter().map(number).collect())?;
    same("probes at once", i64::from(scaling.probed), integer(&expected["sync_probes"]))?;
    same("probes later", i64::from(scaling.probes_later), integer(&expected["async_probe_offers"]))?;
    Ok(1)
}

pub fn check_active(line: &Value) -> Checked {
    let (case, expected) = (&line["in"], &line["out"]);
    expects_only(expected, &["active", "reason", "initialized", "transition_restamped"])?;
    let (before, now) = (SimTime::ZERO, SimTime::from_secs(1));
    let mut condition = Condition { activity: activity(&case["active"]), reason: reason(&case["reason"]), since: before };
    let mut initialized = flag(&case["initialized"]);
    let replicas = Replicas { want: int32(&case["want"]), ready: count(&case["ready"]), service_name_set: flag(&case["service_name_set"]) };
    condition.update(now, &replicas, &scaling_spec(case), reachable(case), &mut initialized);
    same("active", condition.activity, activity(&expected["active"]))?;
    same("reason", condition.reason, reason(&expected["reason"]))?;
    same("initialized", initialized, flag(&expected["initialized"]))?;
    same("time stamp renewed", condition.since == now, flag(&expected["transition_restamped"]))?;
    Ok(1)
}
