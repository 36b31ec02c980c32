//! The things a simple version gets wrong, each with the number it has in `specs/kubernetes-hpa.md`. The ninth, the lag of the
//! metrics, is the loop's: `tests/hpa_loop.rs`.

use super::*;
use crate::units::{SimTime, Span};

const REQUEST_M: u64 = 1000;

fn hpa(json: &str) -> Hpa {
    Hpa::new(serde_json::from_str::<HpaSpec>(json).expect("readable").resolve())
}

fn at(second: u64) -> SimTime {
    SimTime::from_secs(1000 + second)
}

/// Pods that started and became ready long ago, each using so many milli-vCPU of its 1000, measured at `now`.
fn pods(now: SimTime, count: u32, cpu_m: u64) -> PodGroup {
    let sample = Sample { total_m: u64::from(count) * cpu_m, at: now, window: Span::from_secs(15) };
    PodGroup {
        count,
        started: Some(SimTime::ZERO),
        readiness: Some(Readiness { ready: true, since: SimTime::from_secs(100) }),
        usage: Usage { cpu: Some(sample), ..Usage::default() },
        request: Requests { cpu_m: Some(REQUEST_M), memory_m: None },
        ..PodGroup::default()
    }
}

fn missing(count: u32) -> PodGroup {
    PodGroup { usage: Usage::default(), ..pods(at(0), count, 0) }
}

fn pending(count: u32) -> PodGroup {
    PodGroup { phase: Phase::Pending, started: None, readiness: None, ..missing(count) }
}

/// What the CPU alone wants, at a target of 50 %.
fn wanted(current: u32, seen: &[PodGroup]) -> u32 {
    let mut hpa = hpa(r#"{"max-replicas": 1000, "metrics": [{"cpu": {"utilization": "50%"}}]}"#);
    hpa.sync(at(0), current, seen).proposal.expect("measured")
}

/// Syncs every 15 s with pods that all run and use so much; what each sync decides.
fn walk(hpa: &mut Hpa, from: u32, cpu_m: impl Fn(u64, u32) -> u64, seconds: impl Iterator<Item = u64>) -> Vec<u32> {
    let mut current = from;
    let step = |second| {
        current = hpa.sync(at(second), current, &[pods(at(second), current, cpu_m(second, current))]).desired;
        current
    };
    seconds.map(step).collect()
}

#[test]
fn pitfall_1_utilization_and_average_are_cut_off() {
    // 55.9 % is 55 %, a ratio of 1.1, which the tolerance still holds.
    assert_eq!(wanted(10, &[pods(at(0), 10, 559)]), 10);
    assert_eq!(wanted(10, &[pods(at(0), 10, 560)]), 12);
    let average = |total_m| {
        let sample = Some(Sample { total_m, at: at(0), window: Span::from_secs(15) });
        let seen = PodGroup { count: 3, usage: Usage { concurrency: sample, ..Usage::default() }, ..PodGroup::default() };
        let json = r#"{"max-replicas": 9, "tolerance": 0, "metrics": [{"concurrency": {"average-value": 1}}]}"#;
        hpa(json).sync(at(0), 3, &[seen]).desired
    };
    assert_eq!((average(3002), average(3003)), (3, 4), "1000.67 thousandths are 1000");
}

#[test]
fn pitfall_2_the_ratio_is_multiplied_with_the_pods_measured() {
    assert_eq!(wanted(10, &[pods(at(0), 4, 1000)]), 8, "twice the 4 that are counted, not the 10 asked for");
    assert_eq!(wanted(10, &[pods(at(0), 8, 1000), pending(2)]), 16, "160 % of 10 entries: 10 · 80/50");
}

#[test]
fn pitfall_3_the_default_doubles_at_each_sync() {
    let counts = walk(&mut hpa(r#"{"max-replicas": 100}"#), 1, |_, _| 1_000_000, (0..75).step_by(15));
    assert_eq!(counts, [4, 8, 16, 32, 64]);
    let counts = walk(&mut hpa(r#"{"max-replicas": 100, "sync-period": "5s"}"#), 1, |_, _| 1_000_000, (0..15).step_by(5));
    assert_eq!(counts, [4, 8, 16], "a sync, not a period, doubles");
}

#[test]
fn pitfall_4_a_new_autoscaler_keeps_what_it_finds() {
    let counts = walk(&mut hpa(r#"{"max-replicas": 100}"#), 10, |_, _| 0, (0..330).step_by(15));
    assert_eq!(counts[..21], [10; 21], "the first recommendation is 10, and counts up to an age of 300 s");
    assert_eq!(counts[21], 1);
}

#[test]
fn pitfall_5_stabilization_remembers_proposals() {
    let mut hpa = hpa(r#"{"max-replicas": 10}"#);
    let spike = |second, _| if second == 0 { 100_000 } else { 80 };
    let counts = walk(&mut hpa, 5, spike, (0..330).step_by(15));
    assert_eq!(counts[..21], [10; 21], "the proposal of 625 blocks, though 10 were applied");
    assert_eq!(counts[21], 1);
    let stabilized = hpa.sync(at(330), 1, &[pods(at(330), 1, 80)]).reason;
    assert_eq!(stabilized, Reason::Measured { stabilized: 1, limit: Limit::DesiredWithinRange });
}

#[test]
fn pitfall_6_unready_pods_dampen_up_missing_pods_both_ways() {
    assert_eq!(wanted(10, &[pods(at(0), 10, 1000)]), 20);
    assert_eq!(wanted(10, &[pods(at(0), 5, 1000), pending(5)]), 10, "as if they were idle: 50 %");
    assert_eq!(wanted(10, &[pods(at(0), 5, 1000), missing(5)]), 10);
    assert_eq!(wanted(10, &[pods(at(0), 5, 100), pending(5)]), 1, "unready pods do not count on the way down");
    assert_eq!(wanted(10, &[pods(at(0), 5, 100), missing(5)]), 10, "missing pods use all they request: 55 %");
}

#[test]
fn pitfall_7_zero_is_neither_reached_nor_left() {
    let mut hpa = hpa(r#"{"max-replicas": 10}"#);
    let sync = hpa.sync(at(0), 0, &[]);
    assert_eq!(sync, Sync { proposal: None, measured: None, desired: 0, reason: Reason::Disabled });
    let counts = walk(&mut hpa, 1, |_, _| 0, (15..900).step_by(15));
    assert!(counts.iter().all(|&it| it == 1));
    assert_eq!(HpaSpec { min_replicas: Some(0), ..HpaSpec::up_to(1) }.check()[0].path, "min-replicas");
}

#[test]
fn pitfall_8_a_new_pod_counts_after_a_metric_window_of_being_ready() {
    let standing = |since: u64, now: u64, started: u64, ready: bool| {
        let pod = PodGroup { started: Some(at(started)), readiness: Some(Readiness { ready, since: at(since) }), ..pods(at(now), 1, 900) };
        pod.standing(Measure::Cpu, at(now), HpaSpec::up_to(1).resolve().timing)
    };
    use super::pods::Standing::{Counted, Unready};
    assert_eq!(standing(10, 24, 0, true), Unready, "ready for 14 s of a window of 15 s");
    assert_eq!(standing(10, 25, 0, true), Counted);
    assert_eq!(standing(290, 299, 0, true), Unready);
    assert_eq!(standing(290, 300, 0, true), Counted, "after the CPU initialization period nothing is asked");
    assert_eq!(standing(200, 300, 0, false), Counted, "it was ready once: it may be unready because it is overloaded");
    assert_eq!(standing(29, 300, 0, false), Unready, "it has never been ready");
}

#[test]
fn a_metric_in_error_forbids_scaling_down_only() {
    let json = r#"{"max-replicas": 100, "downscale-stabilization": "0s",
        "metrics": [{"cpu": {"utilization": 50}}, {"concurrency": {"average-value": 1}}]}"#;
    let sync = |cpu_m| hpa(json).sync(at(0), 10, &[pods(at(0), 10, cpu_m)]);
    assert_eq!(sync(1000).desired, 20);
    assert_eq!(sync(500).proposal, Some(10));
    assert_eq!(sync(100), Sync { proposal: None, measured: None, desired: 10, reason: Reason::Unmeasured(MetricError::NoMetrics) });
}

#[test]
fn out_of_bounds_needs_no_metrics_and_heeds_no_rates_but_is_an_event() {
    let rules = r#""behavior": {"scale-up": {"policies": [{"pods": 1, "period": "1m"}]}}"#;
    let mut hpa = hpa(&format!(r#"{{"min-replicas": 5, "max-replicas": 9, {rules}}}"#));
    assert_eq!(hpa.sync(at(0), 2, &[]), Sync { proposal: None, measured: None, desired: 5, reason: Reason::BelowMin });
    assert_eq!(hpa.sync(at(15), 5, &[pods(at(15), 5, 2000)]).desired, 5, "the 3 of 15 s ago use up the rate");
    assert_eq!(hpa.sync(at(60), 5, &[pods(at(60), 5, 2000)]).desired, 6);
    assert_eq!(hpa.sync(at(75), 20, &[]), Sync { proposal: None, measured: None, desired: 9, reason: Reason::AboveMax });
}

#[test]
fn groups_are_only_sums() {
    let one = |cpu_m| pods(at(0), 1, cpu_m);
    assert_eq!(wanted(3, &[one(100), one(900), one(1301)]), wanted(3, &[pods(at(0), 3, 767)]));
    assert_eq!(wanted(3, &[pods(at(0), 3, 767), pods(at(0), 0, 9)]), wanted(3, &[pods(at(0), 3, 767)]));
}
