//! The argument of the article as scenarios: Kubernetes by hand beside Knative, a rollout, and known trouble by its signature.

#[path = "common/files.rs"]
mod files;

use coldcast::experiment::{Decided, decisions};
use coldcast::observe::revisions::shares;
use coldcast::units::SimTime;
use files::{figure, folder, load, named, revision};

/// The third that is meant for v2, and the half width of a share's interval over two replications of a day.
const THIRD: f64 = 1.0 / 3.0;

/// The share of v2 in every bucket of the day, over all replications.
fn course(comparison: &coldcast::experiment::Comparison, policy: &str) -> Vec<f64> {
    let policy = comparison.policies.iter().find(|it| it.name == policy).unwrap();
    let revisions: Vec<_> = policy.merged.revisions.values().collect();
    shares(&revisions)[1].1.iter().flatten().map(|share| share.found).collect()
}

#[test]
fn split_by_pods_loses_the_third_at_the_peak() {
    let it = named("canary-by-pods.yaml");
    for policy in ["same-code", "heavier-v2"] {
        let v2 = revision(&it, policy, "v2");
        let (error, chance) = (v2.figure("share_error").unwrap().point, v2.figure("share_error_by_chance").unwrap().point);
        assert!(error > 5.0 * chance, "{policy}: {error} is no more than chance ({chance})");
        let course = course(&it, policy);
        assert!((course[0] - THIRD).abs() < 0.05, "{policy} begins with a third: {}", course[0]);
        assert!(course.iter().any(|share| (share - THIRD).abs() > 0.05), "{policy} keeps its third");
    }
    let heavier = revision(&it, "heavier-v2", "v2").figure("share").unwrap();
    assert!(heavier.low > 0.4, "the heavier version draws the traffic: {heavier:?}");
    let fixed = revision(&it, "fixed-three", "v2").figure("share").unwrap();
    assert!((fixed.point - THIRD).abs() < 0.002, "without autoscalers the third holds: {fixed:?}");
}

#[test]
fn split_by_percent_keeps_the_third() {
    let it = named("canary-by-percent.yaml");
    for policy in ["same-code", "heavier-v2"] {
        let v2 = revision(&it, policy, "v2");
        let (error, chance) = (v2.figure("share_error").unwrap().point, v2.figure("share_error_by_chance").unwrap().point);
        assert!((0.8 * chance..1.2 * chance).contains(&error), "{policy}: {error} where chance makes {chance}");
        // The standard error of a share of 2.7 million requests, three times.
        assert!((v2.figure("share").unwrap().point - 0.333_333).abs() < 3.0 * (THIRD * 2.0 * THIRD / 2.7e6_f64).sqrt());
        assert!(figure(&it, policy, "instances.max") > 4.0, "its pods change as much as by hand");
    }
}

#[test]
fn a_rollout_goes_by_its_steps_and_back() {
    let it = named("rollout.yaml");
    let course = course(&it, "ten-steps");
    let at = |minute: usize| course[minute * 60 / 120];
    assert_eq!(at(58), 0.0, "nothing before it is created");
    for (minute, share) in [(66, 0.1), (76, 0.2), (106, 0.5), (156, 1.0), (215, 0.0)] {
        assert!((at(minute) - share).abs() < 0.05, "{} at minute {minute}, not {share}", at(minute));
    }
    let rejected = figure(&it, "at-once-burst-0", "requests.rejected");
    assert!(rejected > 0.0 && figure(&it, "ten-steps", "requests.rejected") == 0.0, "the way back overruns the pods: {rejected}");
}

/// knative/serving#13284: what waits for a slow start is load, and brings up more of them.
#[test]
fn panic_over_creates_for_a_slow_starter() {
    let it = named("panic-slow-start.yaml");
    let peak = |policy: &str| figure(&it, policy, "instances.max");
    assert!(peak("slow-start") > 4.0 * peak("fast-start"), "{} against {}", peak("slow-start"), peak("fast-start"));
    assert_eq!(peak("slow-but-capped"), 20.0);
}

/// The first replication's decisions of a policy.
fn decided(scenario: &str, policy: &str) -> Vec<Decided> {
    let scenario = load(&folder().join(scenario), 1);
    decisions(&scenario, 0).unwrap().into_iter().filter(|it| it.policy == policy).collect()
}

/// knative/serving#3153: at the end of panic the calm autoscaler undoes nearly everything within a few ticks.
#[test]
fn the_exit_from_panic_undoes_it() {
    let it = decided("panic-exit.yaml", "knative");
    let peak = it.iter().map(|it| it.record.applied).max().unwrap();
    let last = it.iter().rposition(|it| it.record.panicking && it.record.applied == peak).expect("a panic");
    let exit = it[last].record.at;
    let later = it.iter().find(|it| it.record.at > exit + coldcast::units::Span::from_secs(20)).unwrap();
    assert!(!later.record.panicking);
    assert!(later.record.applied * 50 < peak, "{} of {peak} are left", later.record.applied);
    let delayed = decided("panic-exit.yaml", "delayed");
    let kept = delayed.iter().filter(|it| it.record.at > exit && it.record.at < exit + coldcast::units::Span::from_secs(60));
    assert!(kept.map(|it| it.record.applied).min().unwrap() > 100, "scale-down-delay holds them");
}

/// knative/serving#15121: under a constant load the pods become fewer and fewer, and then there are far too many.
#[test]
fn slow_decay_ends_in_an_explosion() {
    let it = decided("decay-then-explosion.yaml", "concurrency");
    let fewest =
        it.iter().enumerate().filter(|(_, it)| it.record.at > SimTime::from_secs(60)).min_by_key(|(_, it)| it.record.applied).unwrap();
    let before = it[..fewest.0].iter().map(|it| it.record.applied).max().unwrap();
    let after = it[fewest.0..].iter().map(|it| it.record.applied).max().unwrap();
    assert!(before > fewest.1.record.applied, "{before} pods decay to {}", fewest.1.record.applied);
    assert!(after > 5 * before, "and then there are {after}");
    let comparison = named("decay-then-explosion.yaml");
    assert!(figure(&comparison, "concurrency", "timeout_rate") > 0.005);
    assert_eq!(figure(&comparison, "requests-per-second", "requests.timed_out"), 0.0);
}

/// knative/serving#12971: a rollout with `min-scale` needs the pods of both revisions at once.
#[test]
fn a_rollout_with_min_scale_needs_twice_the_pods() {
    let it = named("rollout-doubles.yaml");
    assert_eq!(figure(&it, "gradual", "instances.max"), 20.0);
    assert_eq!(figure(&it, "at-once", "instances.max"), 20.0);
    assert!(figure(&it, "without-min-scale", "instances.max") < 15.0);
    assert!(figure(&it, "gradual", "cost.total") > 1.15 * figure(&it, "at-once", "cost.total"), "and for as long as it lasts");
}

/// knative/serving#2988: a burst at zero is held today, and was refused beyond the queue of old.
#[test]
fn a_burst_from_zero_is_held_or_refused() {
    let it = named("burst-from-zero.yaml");
    let (arrived, refused) = (figure(&it, "queue-of-500", "requests.arrived"), figure(&it, "queue-of-500", "requests.rejected"));
    assert_eq!(refused, arrived - 500.0, "the queue holds 500 while nothing is ready");
    assert_eq!(figure(&it, "today", "requests.completed"), arrived);
    assert!(figure(&it, "today", "cold_request_rate") > 0.9);
    assert!(figure(&it, "impatient-clients", "timeout_rate") > 0.1);
}
