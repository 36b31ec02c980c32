//! What a naive re-implementation gets wrong (section 12 of the specification), one test each.

use super::activator_stats::ActivatorStats;
use super::active::Activity;
use super::config::{DeciderSpec, KpaConfig, ScalingSpec};
use super::decide::Decider;
use super::delay::SlidingMax;
use super::metrics::Averages;
use super::multiscaler::Kpa;
use super::scrape::{choose, extrapolate, sample_size};
use super::spec::{Algorithm, KpaSpec};
use super::stats::{RequestStats, Stat, Via};
use super::window::Window;
use super::zero::{Bound, Mode, Scaling, Situation, scale};
use crate::engine::Streams;
use crate::units::{SimTime, Span};

const LIMIT: u32 = 100;

fn config(json: &str) -> KpaConfig {
    let spec: KpaSpec = serde_json::from_str(json).expect("readable");
    assert_eq!(spec.check(), []);
    spec.resolve(LIMIT)
}

fn decider_spec(json: &str) -> DeciderSpec {
    config(json).decider
}

fn at(seconds: f64) -> SimTime {
    SimTime::ZERO + Span::from_secs_f64(seconds)
}

fn concurrency(value: f64) -> Stat {
    Stat { concurrency: value, ..Stat::default() }
}

/// A decision with this load in both windows.
fn desired(decider: &mut Decider, second: f64, ready: u32, load: f64) -> i32 {
    let averages = Averages { stable: load, panic: load };
    decider.scale(at(second), Some(ready), Some(averages)).expect("valid").desired
}

fn idle(activity: Activity, in_status: u64) -> Situation {
    Situation {
        desired: 0,
        activity,
        in_status: Span::from_secs(in_status),
        initialized: true,
        reachable: true,
        requested_mode: Mode::Serve,
        proxy_for: Span::ZERO,
        probe_answered: true,
    }
}

fn scaled(seen: Situation, json: &str) -> Scaling {
    let spec: ScalingSpec = config(json).scaling;
    scale(&seen, &spec)
}

/// A minute of load 10, and one zero after it.
fn minute_of_ten() -> Window {
    let mut window = Window::new(Algorithm::Linear, Span::from_secs(60));
    for second in 0..60 {
        window.record(SimTime::from_secs(second), 10.0);
    }
    window.record(SimTime::from_secs(60), 0.0);
    window
}

#[test]
fn pitfall_01_no_data_is_not_zero() {
    let silent = minute_of_ten();
    for (after, average) in [(0, 9.833_333), (10, 9.8), (30, 9.666_667), (50, 9.0), (58, 5.0), (59, 0.0)] {
        assert_eq!(silent.average(SimTime::from_secs(60 + after)), average, "{after} s of silence");
    }
    let mut scraped = minute_of_ten();
    for (after, average) in [(10, 8.166_667), (30, 4.833_333), (50, 1.5), (58, 0.166_667), (59, 0.0)] {
        for second in 60..=60 + after {
            scraped.record(SimTime::from_secs(second), 0.0);
        }
        assert_eq!(scraped.average(SimTime::from_secs(60 + after)), average, "{after} s of zeros");
    }
}

#[test]
fn pitfall_02_the_first_seconds_divide_by_what_was_written() {
    let mut window = Window::new(Algorithm::Linear, Span::from_secs(60));
    window.record(at(3.0), 10.0);
    assert_eq!(window.average(at(62.9)), 10.0);
    window.record(at(8.0), 10.0);
    assert_eq!(window.average(at(8.0)), 3.333_333);
}

#[test]
fn pitfall_03_panic_compares_whole_pods() {
    for (load, panics) in [(70.0, false), (71.0, true)] {
        let mut decider = Decider::new(decider_spec("{}"), at(0.0), 1);
        desired(&mut decider, 2.0, 1, load);
        assert_eq!(decider.is_panicking(), panics, "load {load} at a target of 70");
    }
}

#[test]
fn pitfall_04_everything_is_relative_to_ready_pods() {
    let mut decider = Decider::new(decider_spec(r#"{"max-scale-up-rate": 10}"#), at(0.0), 1);
    assert_eq!(desired(&mut decider, 2.0, 1, 70_000.0), 10);
    assert_eq!(desired(&mut decider, 4.0, 1, 70_000.0), 10, "a slow cold start does not compound");
    assert_eq!(desired(&mut decider, 6.0, 10, 70_000.0), 100);
}

#[test]
fn pitfall_05_panic_never_falls_and_outlasts_its_cause_by_more_than_a_window() {
    let mut decider = Decider::new(decider_spec("{}"), at(0.0), 0);
    assert_eq!(desired(&mut decider, 2.0, 1, 700.0), 10);
    assert_eq!(desired(&mut decider, 4.0, 1, 140.0), 10, "still over the threshold: the exit moves");
    assert_eq!(desired(&mut decider, 64.0, 10, 0.0), 10, "exactly a window is not enough");
    assert_eq!(desired(&mut decider, 64.001, 10, 0.0), 5, "half of the ready pods");
}

#[test]
fn pitfall_06_a_restart_with_pods_begins_in_panic() {
    let mut decider = Decider::new(decider_spec("{}"), at(0.0), 3);
    assert!(decider.is_panicking());
    assert_eq!(desired(&mut decider, 60.0, 3, 0.0), 3);
    assert_eq!(desired(&mut decider, 62.0, 3, 0.0), 1);
    assert!(!Decider::new(decider_spec("{}"), at(0.0), 1).is_panicking());
}

#[test]
fn pitfall_07_zero_is_reached_by_halves_of_the_ready_pods() {
    let mut decider = Decider::new(decider_spec("{}"), at(0.0), 0);
    let walk = [8, 5, 2, 1].map(|ready| desired(&mut decider, 2.0, ready, 0.0));
    assert_eq!(walk, [4, 2, 1, 0]);
    // And a decision of 0 is still far from no pods: the revision must have been active for a window, then become inactive,
    // then wait until the activator is surely in the path.
    let proxied = Situation { proxy_for: Span::from_secs(30), ..idle(Activity::Inactive, 1) };
    let way = [idle(Activity::Active, 59), idle(Activity::Active, 60), idle(Activity::Inactive, 29), idle(Activity::Inactive, 30), proxied];
    let way = way.map(|seen| scaled(seen, "{}")).map(|it| (it.want, it.apply));
    assert_eq!(way, [(1, true), (0, false), (0, false), (0, true), (0, true)]);
}

#[test]
fn pitfall_08_a_young_active_revision_goes_to_one() {
    let expected = Scaling {
        want: 1,
        apply: true,
        requeue_after: Some(Span::from_secs(20)),
        probed: false,
        probes_later: false,
        rule: Bound::LastPod,
    };
    assert_eq!(scaled(idle(Activity::Active, 40), "{}"), expected);
    let due = scaled(idle(Activity::Active, 60), "{}");
    assert_eq!((due.want, due.apply), (0, false), "the pod stays until the revision is inactive");
}

#[test]
fn pitfall_09_without_data_the_last_decision_stands() {
    for (json, valid, kept) in [("{}", false, 2), (r#"{"target-burst-capacity": -1}"#, true, 0)] {
        let mut kpa = Kpa::new(&config(json), at(0.0), 0);
        kpa.record(at(1.0), &concurrency(90.0));
        assert_eq!(kpa.tick(at(2.0), Some(2)).expect("valid").desired, 2);
        assert_eq!(kpa.tick(at(200.0), Some(1)).is_some(), valid, "{json}");
        assert_eq!(kpa.desired(), kept, "{json}");
    }
}

#[test]
fn pitfall_10_activation_scale_ignores_the_rate_and_holds_for_any_load() {
    let spec = decider_spec(r#"{"activation-scale": 5, "max-scale-up-rate": 2}"#);
    let mut decider = Decider::new(spec, at(0.0), 0);
    assert_eq!(desired(&mut decider, 2.0, 0, 1.0), 5);
    assert_eq!(desired(&mut decider, 4.0, 8, 1.0), 5, "not only from zero");
    assert_eq!(desired(&mut decider, 6.0, 1, 0.0), 0, "it is no min-scale");
}

#[test]
fn pitfall_11_an_explicit_target_is_still_multiplied() {
    let spec = decider_spec(r#"{"target": 50}"#);
    assert_eq!((spec.target, spec.total), (35.0, 50.0));
    let spec = decider_spec(r#"{"target": 50, "target-utilization-percentage": 100}"#);
    assert_eq!((spec.target, spec.total), (50.0, 50.0));
    let spec = decider_spec(r#"{"metric": "rps", "target": 150}"#);
    assert_eq!((spec.target, spec.total), (105.0, 150.0), "the hard limit caps concurrency only");
}

#[test]
fn pitfall_12_the_activator_leaves_at_three_idle_pods() {
    assert_eq!(Kpa::new(&config("{}"), at(0.0), 0).excess_burst_capacity(), -111);
    let mut decider = Decider::new(decider_spec("{}"), at(0.0), 0);
    let mut ebc = |ready, panic| {
        let averages = Averages { stable: 0.0, panic };
        decider.scale(at(2.0), Some(ready), Some(averages)).expect("valid").excess_burst_capacity
    };
    assert_eq!([ebc(0, 0.0), ebc(1, 0.0), ebc(2, 0.0), ebc(3, 0.0), ebc(3, 89.5)], [-211, -111, -11, 89, -1]);
}

#[test]
fn pitfall_13_delay_slots_are_absolute_and_fixed_at_construction() {
    let mut window = SlidingMax::new(Span::from_secs(4), Span::from_secs(2));
    assert_eq!(window.record(at(1.9), 9), 9);
    assert_eq!(window.record(at(3.9), 1), 9);
    assert_eq!(window.record(at(4.0), 1), 1, "held for 2.1 s of a delay of 4 s");
    let mut decider = Decider::new(decider_spec("{}"), at(0.0), 0);
    decider.reconfigure(decider_spec(r#"{"scale-down-delay": "60s"}"#));
    assert_eq!([desired(&mut decider, 2.0, 1, 70.0), desired(&mut decider, 4.0, 1, 0.0)], [1, 0]);
}

#[test]
fn pitfall_14_only_a_decision_of_zero_is_poked() {
    let mut kpa = Kpa::new(&config("{}"), at(0.0), 0);
    assert!(!kpa.wants_poke(&concurrency(1.0)), "a new revision waits for its ticker");
    kpa.record(at(1.0), &concurrency(0.0));
    assert!(kpa.tick(at(2.0), Some(0)).is_some_and(|it| it.desired == 0 && it.notify));
    assert!(kpa.wants_poke(&concurrency(1.0)));
    assert!(!kpa.wants_poke(&concurrency(0.0)));
}

#[test]
fn pitfall_15_queued_and_held_requests_count() {
    let mut activator = ActivatorStats::default();
    let mut kpa = Kpa::new(&config(r#"{"target": 10}"#), at(0.0), 0);
    for _ in 0..25 {
        if let Some(first) = activator.enter(at(1.25)) {
            kpa.record(at(1.0), &first);
        }
    }
    kpa.record(at(1.0), &activator.report(at(1.9)).expect("known"));
    assert_eq!(kpa.tick(at(2.0), Some(0)).expect("valid").desired, 4, "25 held at a target of 7");
}

#[test]
fn pitfall_16_a_poke_and_the_report_of_its_second_add_up() {
    let mut activator = ActivatorStats::default();
    let mut window = Window::new(Algorithm::Linear, Span::from_secs(60));
    for stat in [activator.enter(at(1.25)), activator.enter(at(1.5)), activator.report(at(1.75))].into_iter().flatten() {
        window.record(at(1.75), stat.concurrency);
    }
    assert_eq!(window.average(at(2.0)), 1.5, "1 at once, 1.5 − 1 with the report");
    let mut brief = ActivatorStats::default();
    assert_eq!(brief.enter(at(3.0)).map(|it| it.concurrency), Some(1.0));
    brief.leave(at(3.25));
    let report = brief.report(at(4.0)).expect("known");
    assert_eq!((report.concurrency, report.requests), (0.0, 0.0), "never below zero, so the second says 1, not 0.25");
    assert_eq!(brief.report(at(5.0)), Some(Stat::default()), "one zero");
    assert_eq!(brief.report(at(6.0)), None, "then silence");
}

#[test]
fn pitfall_17_a_sample_stands_for_all_pods() {
    let sizes = [0, 1, 4, 5, 6, 7, 9, 10, 12, 20, 100, 1_000_000].map(sample_size);
    assert_eq!(sizes, [0, 1, 4, 4, 5, 6, 6, 7, 7, 9, 14, 16]);
    // 20 old pods are idle, 80 young ones have 5 requests each: the old are asked, and nobody hears of the 400.
    let (mut old, mut young) = ([0.0; 20], [5.0; 80]);
    let mut rng = Streams::new(1, 0).child("pitfall").rng();
    let asked: Vec<Stat> = choose(&mut old, &mut young, &mut rng).map(concurrency).collect();
    assert_eq!(extrapolate(asked, 100), Some(concurrency(0.0)));
    let mut none: [f64; 0] = [];
    let asked: Vec<Stat> = choose(&mut none, &mut young, &mut rng).map(concurrency).collect();
    assert_eq!((asked.len(), extrapolate(asked, 80)), (14, Some(concurrency(400.0))));
}

#[test]
fn pitfall_18_zero_comes_a_second_before_no_data() {
    let mut window = Window::new(Algorithm::Linear, Span::from_secs(60));
    window.record(at(10.0), 6.0);
    let seen = [69.0, 70.0, 71.0].map(|second| (window.average(at(second)), window.is_empty(at(second))));
    assert_eq!(seen, [(6.0, false), (0.0, false), (0.0, true)]);
}

#[test]
fn pitfall_19_without_a_route_nothing_is_held() {
    let spec = DeciderSpec { reachable: false, ..decider_spec(r#"{"scale-down-delay": "60s"}"#) };
    let mut decider = Decider::new(spec, at(0.0), 0);
    assert_eq!(desired(&mut decider, 2.0, 8, 700.0), 10);
    assert_eq!(desired(&mut decider, 4.0, 8, 0.0), 0, "no limit on the way down, no delay");
    let json = r#"{"min-scale": 3, "scale-to-zero-pod-retention-period": "10m"}"#;
    let unreachable = Situation { reachable: false, ..idle(Activity::Inactive, 30) };
    let gone = scaled(unreachable, json);
    assert_eq!((gone.want, gone.apply), (0, true));
    assert_eq!(scaled(idle(Activity::Inactive, 30), json).want, 3);
}

#[test]
fn pitfall_20_an_activation_is_given_up_only_when_nothing_is_wanted() {
    let json = r#"{"progress-deadline": "100s"}"#;
    let waiting = scaled(idle(Activity::Activating, 130), json);
    assert_eq!((waiting.want, waiting.apply, waiting.requeue_after), (-1, false, Some(Span::from_secs(130))));
    let late = idle(Activity::Activating, 131);
    assert_eq!((scaled(late, json).want, scaled(late, json).apply), (0, true));
    let wanted = Situation { desired: 2, ..late };
    assert_eq!((scaled(wanted, json).want, scaled(wanted, json).apply), (2, true));
}

/// The queue-proxy's half of pitfall 15: a request counts while it waits for a slot, and a proxied one counts twice.
#[test]
fn a_pod_reports_means_over_the_second() {
    let mut pod = RequestStats::new(at(0.0));
    pod.enter(at(0.25), Via::Activator);
    pod.enter(at(0.5), Via::Gateway);
    pod.leave(at(0.75), Via::Activator);
    let expected = Stat { concurrency: 1.0, proxied_concurrency: 0.5, requests: 2.0, proxied_requests: 1.0 };
    assert_eq!(pod.report(at(1.0)), expected);
    assert_eq!(pod.report(at(2.0)), concurrency(1.0), "what is open stays open");
}
