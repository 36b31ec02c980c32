//! The reserve in a running service: who serves when, what it costs, and when it pays; against hand-computed figures.
#![allow(clippy::disallowed_methods, reason = "the scenarios are files")]

mod common;
#[path = "common/files.rs"]
mod files;

use std::fs;

use coldcast::experiment::break_even::Pays;
use coldcast::experiment::{Comparison, PolicyResult};
use coldcast::observe::Part;
use coldcast::platform::reserve::IdleGap;
use coldcast::units::{Price, Span};
use common::{load, only, run, run_with, try_load};
use files::{figure, folder, named};

/// Hangzhou's prices without rounding to whole seconds.
fn book() -> Vec<(&'static str, Vec<u8>)> {
    let text = include_str!("../src/billing/books/aliyun-cn-hangzhou.yaml").replace("granularity: 1s", "granularity: 1ms");
    vec![("book.yaml", text.into_bytes())]
}

/// One request at `at_ms` and nothing before, to instances that start within 30 s (29.975 s and a part of queue-proxy's probe
/// of 50 ms). It takes 35 s: 5 s more than the standard instance needs to be there.
fn one_request(at_ms: u64, horizon_ms: u64, replications: u32, lines: &[&str]) -> Comparison {
    let indent = |line: &&str| if line.starts_with("policies:") { format!("{line}\n") } else { format!("    {line}\n") };
    let lines: String = lines.iter().map(indent).collect();
    let text = format!(
        "name: r\nrun: {{ horizon: {horizon_ms}ms, replications: {replications} }}\nprices: book.yaml\nservices:\n  s:\n\
         \x20   traffic: [ {{ timer: {{ every: 10d, phase: {at_ms}ms }} }} ]\n    request: {{ io: 35s }}\n\
         \x20   gateway: {{ latency: 0s }}\n    queue-proxy: {{ latency: 0s }}\n    activator: {{ latency: 0s, probe-every: 1ns }}\n\
         \x20   cold-start: {{ application-start: 29975ms, propagation: 0s }}\n{lines}"
    );
    run_with(&text, book())
}

const RESERVED: &str = "autoscaler: { kpa: { ticks: aligned } }";
const KEPT: &str = "autoscaler: { kpa: { ticks: aligned, min-scale: 1 } }";

#[track_caller]
fn cost(comparison: &Comparison, key: &str) -> f64 {
    only(comparison).figure(key).unwrap_or_else(|| panic!("no {key}")).point
}

/// When the swap begins, in milliseconds: from then on the reserve is billed, to the end of a run without a request.
fn swap_ms(standard: &str, reserve: &str, reserve_hourly: f64) -> u64 {
    let horizon_ms = 600_000;
    let asleep = one_request(800_000_000, horizon_ms, 1, &[RESERVED, standard, reserve]);
    horizon_ms - (cost(&asleep, "cost.reserve") / reserve_hourly * 3.6e6).round() as u64
}

/// What the reserve costs more than keeping one, in one idle gap of `idle_ms` from the start of the swap.
fn dearer_by(standard: &str, reserve: &str, swap_ms: u64, idle_ms: u64) -> f64 {
    let (at, end) = (swap_ms + idle_ms, swap_ms + idle_ms + 50_000);
    let total = |lines: &[&str]| cost(&one_request(at, end, 40, lines), "cost.total");
    total(&[RESERVED, standard, reserve]) - total(&[KEPT, standard])
}

/// The break-even found by simulation, and that of the closed form, are both the documented second.
#[track_caller]
fn check_break_even(standard: (&str, f64), reserve: (&str, f64), seconds: f64) {
    let instance = format!("instance: {{ type: {} }}", standard.0);
    let stand_in = format!("reserve: {{ type: {} }}", reserve.0);
    let swap = swap_ms(&instance, &stand_in, reserve.1);
    let (short, long) = (40_000, 240_000);
    let (a, b) = (dearer_by(&instance, &stand_in, swap, short), dearer_by(&instance, &stand_in, swap, long));
    assert!(a > 0.0 && b < 0.0, "{}: {a} in a short gap, {b} in a long one", reserve.0);
    // Cost is linear in the idle time.
    let simulated = (short as f64 + (long - short) as f64 * a / (a - b)) / 1e3;
    let hourly = |price: f64| Price { nanos: (price * 1e9).round() as i128, per: Span::from_secs(3600) };
    let boot = Span::from_secs(30);
    let (standard, reserve_price) = (hourly(standard.1), hourly(reserve.1));
    let gap = IdleGap { standard, reserve: reserve_price, standard_boot: boot, reserve_boot: boot, drain: Span::from_secs(5) };
    let closed = gap.break_even().expect("it pays in some gap").as_secs_f64();
    assert_eq!(closed.round(), seconds, "{}: closed form {closed}", reserve.0);
    assert_eq!(simulated.round(), seconds, "{}: simulated {simulated}, closed form {closed}", reserve.0);
    assert!((simulated - closed).abs() < 0.05, "{}: simulated {simulated}, closed form {closed}", reserve.0);
}

#[test]
fn a_single_gap_breaks_even_at_the_documented_second() {
    check_break_even(("ecs.c5.large", 0.62), ("ecs.t5-lc1m2.large", 0.333), 105.0);
    check_break_even(("ecs.c6.large", 0.39), ("ecs.t6-c1m2.large", 0.236), 130.0);
    check_break_even(("ecs.c6.large", 0.39), ("ecs.t6-c1m1.large", 0.118), 58.0);
}

/// What `run` prints: the closed form by the scenario's own prices, starts and drain, beside what its policies' bills say.
#[track_caller]
fn check_printed(standard: &str, reserve: &str, seconds: f64) {
    let base = format!("instance: {{ type: {standard} }}");
    let policies = format!(
        "policies: {{ keep-one: {{ services.s.autoscaler.kpa.min-scale: 1 }}, reserve: {{ services.s.reserve.type: {reserve} }}, \
         kept: {{ services.s.reserve: {{ type: {reserve}, after: keep }} }} }}"
    );
    let it = one_request(600_000, 650_000, 20, &[RESERVED, &base, &policies]);
    let [released, kept] = it.break_evens.reserve.as_slice() else { panic!("two reserves: {:?}", it.break_evens.reserve) };
    let Pays::InGaps(line) = released.pays else { panic!("it is released") };
    assert_eq!(line.break_even_s.map(f64::round), Some(seconds), "{reserve}");
    assert_eq!((released.against.as_deref(), released.drain_s.round()), (Some("keep-one"), 5.0));
    let Pays::IfAwayOver(share) = kept.pays else { panic!("it is kept") };
    assert!((share - kept.reserve.per_hour / kept.standard.per_hour).abs() < 1e-12);
    // One gap, of which probes make the length uncertain by some milliseconds; a kept reserve is started once, too.
    for (rule, tolerance) in [(released, 2e-5), (kept, 0.05)] {
        let seen = rule.seen.expect("there was a gap");
        assert_eq!(seen.gaps, 1.0);
        assert!((seen.saved.point - seen.expected).abs() < tolerance, "{reserve}: {seen:?}");
    }
}

#[test]
fn a_run_says_when_its_reserve_pays_and_what_it_saved() {
    check_printed("ecs.c5.large", "ecs.t5-lc1m2.large", 105.0);
    check_printed("ecs.c6.large", "ecs.t6-c1m2.large", 130.0);
    check_printed("ecs.c6.large", "ecs.t6-c1m1.large", 58.0);
}

/// τ: 13.5 s of a start are billed, 2 s before the image's pull are not; ECI charges idle instances as any.
#[test]
fn a_run_says_how_long_keeping_alive_may_last() {
    let text = "name: k\nrun: { horizon: 1h, replications: 1 }\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    traffic: [ { poisson: { rate: 1/m } } ]\n    \
                request: { io: 1s }\n    instance: { type: ecs.c6.large }\n    cold-start: { resource-allocation: 2s, application-start: 13500ms }\n    \
                autoscaler: { keep-alive: { idle: 10m } }\n";
    let it = run(text);
    let [time] = it.break_evens.keep_alive.as_slice() else { panic!("one service is kept alive") };
    assert_eq!((time.start_billed_s, time.kept_s, time.idle_per_hour), (13.5, 600.0, Some(0.39)));
    assert!((time.start_cost - 13.5 * 0.39 / 3600.0).abs() < 1e-9 && (time.break_even_s.unwrap() - 13.5).abs() < 1e-5, "{time:?}");
    let free = text
        .replace("prices: aliyun-cn-hangzhou", "prices: gcp-cloud-run-request-tier-1")
        .replace("type: ecs.c6.large", "vcpu: 1, memory: 1GiB");
    let it = run(&free);
    assert_eq!((it.break_evens.keep_alive[0].break_even_s, it.break_evens.keep_alive[0].idle_per_hour), (None, None), "idling is free");
}

const C6: &str = "instance: { type: ecs.c6.large }";
const T6: &str = "reserve: { type: ecs.t6-c1m1.large }";

#[track_caller]
fn seconds(policy: &PolicyResult, line: &str) -> f64 {
    policy.cost_lines.iter().filter(|it| it.line == line).map(|it| it.quantity * 3600.0).sum()
}

/// Asleep at 300 s: the reserve serves the request at once and is gone 5 s after the standard instance is there.
#[test]
fn the_first_request_is_served_at_once_and_the_standard_takes_over() {
    let it = one_request(300_000, 360_000, 1, &[RESERVED, C6, T6]);
    let policy = only(&it);
    let latency = cost(&it, "latency_s.max");
    assert!((latency - 35.0).abs() < 0.2, "it takes as long as if it had been awake: {latency}");
    assert_eq!((cost(&it, "cold_request_rate"), cost(&it, "wake_ups.count")), (0.0, 0.0));
    // It serves until the standard instance is there, 30 s and a part of a probe's 50 ms later, and drains for the rest.
    let (served, drained) = (seconds(policy, "reserve-serving"), seconds(policy, "reserve-drained"));
    assert!((served + drained - 35.0).abs() < 1e-3, "{served} and {drained}");
    assert!((drained - 5.0).abs() < 0.06, "{drained}");
    assert!((seconds(policy, "reserve-starting") - 30.0).abs() < 0.06);
    // The standard instance waited for its reserve, idle, for as long as that started.
    assert!((seconds(policy, "overlap") - seconds(policy, "reserve-starting")).abs() < 2e-3, "{}", seconds(policy, "overlap"));
    let lines: f64 = policy.cost_lines.iter().map(|it| it.amount).sum();
    assert!((lines - cost(&it, "cost.total")).abs() < 1e-8);
    let of_roles = cost(&it, "cost.standard") + cost(&it, "cost.reserve");
    assert!((lines - of_roles).abs() < 1e-8, "nothing else is billed");
}

#[test]
fn a_kept_reserve_stays_and_min_scale_turns_it_off() {
    let kept = one_request(300_000, 360_000, 1, &[RESERVED, C6, "reserve: { type: ecs.t6-c1m1.large, after: keep }"]);
    let released = one_request(300_000, 360_000, 1, &[RESERVED, C6, T6]);
    let more = (cost(&kept, "cost.reserve") - cost(&released, "cost.reserve")) * 3600.0 / 0.118;
    assert!((more - 25.0).abs() < 1e-2, "from 335 s to the horizon: {more}");
    let off = one_request(300_000, 360_000, 1, &[KEPT, C6, T6]);
    assert_eq!(cost(&off, "cost.reserve"), 0.0);
    assert_eq!(cost(&off, "cost.total"), cost(&one_request(300_000, 360_000, 1, &[KEPT, C6]), "cost.total"));
}

/// Two revisions that share a sleeping service have a reserve each. When all traffic has moved to the second, the first gives
/// its back; when it has moved back, the first, still asleep, gets one again.
#[test]
fn each_revision_in_the_route_has_a_reserve_of_its_own() {
    let reserves = |revisions: &str, rollout: &str| {
        let lines = [RESERVED, C6, T6, revisions, rollout];
        let it = one_request(800_000_000, 7_200_000, 1, &lines);
        seconds(only(&it), "reserve-idle")
    };
    let alone = reserves("container-concurrency: 0", "");
    let (both, split) = ("revisions: { v1: { percent: 50 }, v2: { percent: 50 } }", "rollout: []");
    let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1.0, "{found} s, not {expected}");
    near(reserves(both, split), 2.0 * alone);
    let given_back = reserves(both, "rollout: [ { at: 1h, to: v2 } ]");
    near(given_back, 2.0 * alone - 3600.0);
    // It starts again within 30 s.
    near(reserves(both, "rollout: [ { at: 1h, to: v2 }, { at: 90m, percent: { v1: 50, v2: 50 } } ]"), given_back + 1800.0 - 30.0);
    // Nobody calls a revision without a share, and it has none.
    near(reserves("revisions: { v1: { percent: 100 }, v2: { percent: 0 } }", split), alone);
    // One that is created in the middle of the run sleeps as well, with a reserve, as soon as it has been routed.
    let created = reserves("revisions: { v1: { percent: 100 }, v2: { created: 30m } }", "rollout: [ { at: 1h, to: v2 } ]");
    // Its first pod takes 30 s to start, before anything can fall asleep.
    let expected = 3600.0 + 5400.0 - 2.0 * (7200.0 - alone) - 30.0;
    assert!((created - expected).abs() < 1.0, "{created} is not about {expected}");
}

/// A rollout under traffic: each revision's requests are served or accounted for, and nobody wakes an empty revision.
#[test]
fn a_rollout_with_reserves_keeps_every_request() {
    let lines = |after: &str| {
        format!(
            "name: r\nrun: {{ horizon: 8h, replications: 2 }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n\
             \x20   traffic: [ {{ poisson: {{ rate: 30/h }} }} ]\n    request: {{ cpu: 120ms, timeout: 30s }}\n    instance: {{ type: ecs.c6.large }}\n\
             \x20   cold-start: {{ profile: eci-imagecache, runtime: go }}\n    reserve: {{ type: ecs.t6-c1m1.large, credits: {{}}, after: {after} }}\n\
             \x20   revisions: {{ v1: {{ percent: 100 }}, v2: {{ created: 1h }} }}\n\
             \x20   rollout: [ {{ at: 2h, to: v2, step: 10%, every: 20m }}, {{ at: 7h, to: v1 }} ]\n"
        )
    };
    for after in ["release", "keep"] {
        let it = run(&lines(after));
        let policy = only(&it);
        let sum: f64 = policy.cost_lines.iter().map(|it| it.amount).sum();
        assert!((sum - cost(&it, "cost.total")).abs() < 1e-7, "{after}");
        assert!(cost(&it, "cost.reserve") > 0.0 && policy.merged.tally.completed > 400, "{after}");
    }
}

/// Bursts on and off, with every variant: what arrived is accounted for (asserted in every run) and served; lines sum.
#[test]
fn bursts_with_every_variant_keep_every_request() {
    let variants = [
        "type: ecs.t6-c1m1.large, credits: {}",
        "type: ecs.t6-c4m1.large, unlimited: true, after: keep, absorb-bursts: true",
        "type: [ ecs.t6-c4m1.large, ecs.n1.small ], credits: {}, replicas: 3, hand-over: enough-ready",
        "vcpu: 1, memory: 2GiB, overflow: start, replicas: 2",
        "type: ecs.t6-c1m1.large, after: keep, hand-over: enough-ready, overflow: start",
    ];
    for (variant, concurrency, activators) in variants.iter().flat_map(|it| [(it, 0, 1), (it, 1, 1), (it, 1, 3), (it, 5, 4)]) {
        let text = format!(
            "name: r\nrun: {{ horizon: 6h, warmup: 20m, replications: 2 }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n\
             \x20   traffic: [ {{ poisson: {{ rate: 12/h }} }}, {{ bursts: {{ on-rate: 20/s, on: {{ exponential: {{ mean: 20s }} }}, off: {{ exponential: {{ mean: 10m }} }} }} }} ]\n\
             \x20   request: {{ cpu: 120ms, io: 40ms, timeout: 20s }}\n    instance: {{ type: ecs.c6.large }}\n    container-concurrency: {concurrency}\n\
             \x20   activator: {{ replicas: {activators} }}\n\
             \x20   cold-start: {{ profile: eci-imagecache, runtime: java-spring }}\n    reserve: {{ {variant} }}\n"
        );
        let it = run(&text);
        let policy = only(&it);
        let tally = &policy.merged.tally;
        assert!(tally.completed > 0 && cost(&it, "cost.reserve") > 0.0, "{variant}");
        assert_eq!(cost(&it, "wake_ups.count"), 0.0, "{variant}: somebody always stands there");
        let lines: f64 = policy.cost_lines.iter().map(|it| it.amount).sum();
        assert!((lines - cost(&it, "cost.total")).abs() < 1e-7, "{variant}: {lines}");
    }
}

const WITH_RESERVE: &str = "\
name: bad
run: { horizon: 1h }
prices: aliyun-cn-hangzhou
services:
  s:
    traffic: [ { poisson: { rate: 3/s } } ]
    request: { cpu: 40ms }
    instance: { type: ecs.c6.large }
    cold-start: { profile: eci, runtime: go, image: 50MB }
    reserve: { type: ecs.t6-c1m1.large }
";

#[track_caller]
fn refused(from: &str, to: &str, words: &[&str]) {
    assert!(WITH_RESERVE.contains(from));
    let error = load(&WITH_RESERVE.replace(from, to)).to_string();
    for word in words {
        assert!(error.contains(word), "the error does not say `{word}`:\n{error}");
    }
}

#[test]
fn what_is_no_reserve_is_refused() {
    assert!(try_load(WITH_RESERVE, Vec::new()).is_ok());
    refused("ecs.t6-c1m1.large }", "ecs.t6-c1m1.larg }", &["unknown instance type", "did you mean `ecs.t6-c1m1.large`?", "test.yaml:10:"]);
    refused("ecs.t6-c1m1.large }", "ecs.e-c1m1.large, credits: {} }", &["is no burstable type", "test.yaml:10:"]);
    refused("ecs.t6-c1m1.large }", "ecs.c6.large, unlimited: true }", &["is no burstable type", "test.yaml:10:", "leave `credits` out"]);
    refused(
        "ecs.t6-c1m1.large }",
        "ecs.t6-c1m1.large, credits: { type: t9.nano } }",
        &["`t9.nano` is no burstable type", "t3", "test.yaml:10:"],
    );
    refused(
        "instance: { type: ecs.c6.large }",
        "instance: { type: ecs.c6.large }\n    credits: {}",
        &["`ecs.c6.large` is no burstable type", "test.yaml:9:"],
    );
    refused(
        "prices: aliyun-cn-hangzhou",
        "prices: aliyun-us-east-1",
        &["`aliyun-us-east-1` has no price for `ecs.t6-c1m1.large` in us-east-1", "test.yaml:10:"],
    );
    refused("    reserve", "    autoscaler: { fixed: { instances: 1 } }\n    reserve", &["scales to zero", "test.yaml:11:"]);
    let by_pods = "    revisions: { a: { percent: 50 }, b: { percent: 50 } }\n    split: ready-pods\n    reserve";
    refused("    reserve", by_pods, &["a revision at zero gets no requests", "test.yaml:12:"]);
    let hpa = "    revisions: { a: { percent: 50 }, b: { percent: 50, autoscaler: { fixed: { instances: 1 } } } }\n    reserve";
    refused("    reserve", hpa, &["scales to zero", "test.yaml:10:"]);
    refused("type: ecs.t6-c1m1.large }", "class: cheap, vcpu: 2, memory: 4GiB }", &["unknown class"]);
    refused("type: ecs.t6-c1m1.large }", "replicas: 2 }", &["a reserve needs an instance"]);
}

#[test]
fn what_is_doubtful_is_said() {
    let warned = |to: &str, words: &str| {
        let text = WITH_RESERVE.replace("reserve: { type: ecs.t6-c1m1.large }", to);
        let warnings = try_load(&text, Vec::new()).unwrap_or_else(|error| panic!("{error}")).warnings;
        assert!(warnings.iter().any(|it| it.contains(words)), "{warnings:?} do not say `{words}`");
    };
    warned("reserve: { type: ecs.g7.xlarge }", "is larger than the standard instance");
    warned("reserve: { type: ecs.t6-c1m1.large }\n    autoscaler: { kpa: { min-scale: 1 } }", "the reserve is off");
    warned("reserve: { type: ecs.t6-c1m1.large }", "nothing is said of its CPU credits");
    warned("reserve: { type: [ ecs.t6-c1m1.large, ecs.n1.small ], credits: {} }", "nothing says that it is ever out of stock");
    warned("reserve: { type: ecs.c5.large, spot: true }", "reclaim");
}

/// A week with idle nights: every reserve answers as if the shop had been awake, and costs less than keeping one.
#[test]
fn reserve_answers_the_night_for_less() {
    let it = named("reserve.yaml");
    let cold = |policy: &str| figure(&it, policy, "cold_request_rate");
    let total = |policy: &str| figure(&it, policy, "cost.total");
    assert!(cold("none") > 0.0 && cold("keep-one") < cold("none"));
    for policy in ["burstable", "unlimited", "enough-ready", "burstable-kept", "absorbs-bursts", "economy", "two-burstable"] {
        assert_eq!(figure(&it, policy, "wake_ups.count"), 0.0, "{policy}: somebody always stands there");
        assert!(total("none") < total(policy), "{policy}");
    }
    assert!(total("burstable") < total("keep-one"));
    assert!(total("burstable") < total("two-burstable") && total("burstable") < total("economy"));
    assert_eq!(total("unlimited"), total("burstable"), "credits never run out");
    let p99 = |policy: &str| figure(&it, policy, "latency_s.p99");
    assert!(p99("absorbs-bursts") < 0.5 * p99("burstable-kept"), "{} s, {} s", p99("absorbs-bursts"), p99("burstable-kept"));
}

/// Gaps from a minute to six hours: the bills lie on the line of the closed form, on both sides of its zero. What is rounded up
/// to whole seconds of two instances more is at most 2 s of each price.
#[test]
fn gaps_of_every_length_lie_on_the_line() {
    let it = named("reserve-gap.yaml");
    let rules = &it.break_evens.reserve;
    assert_eq!(rules.len(), 9);
    let mut signs = Vec::new();
    for rule in rules {
        let (Pays::InGaps(line), Some(seen)) = (rule.pays, rule.seen) else { panic!("{rule:?}") };
        assert!((line.break_even_s.unwrap() - 105.5).abs() < 1.0, "{line:?}");
        assert!((seen.saved.point - seen.expected).abs() < 2.0 * (0.62 + 0.333) / 3600.0, "{}: {seen:?}", rule.policy);
        if (seen.gap_mean_s - 105.0).abs() > 10.0 {
            assert_eq!(seen.saved.point > 0.0, seen.gap_mean_s > 105.0, "{}: {seen:?}", rule.policy);
            signs.push(seen.saved.point > 0.0);
        }
    }
    assert!(signs.contains(&true) && signs.contains(&false), "gaps on both sides of the break-even");
    let longest = rules.last().unwrap();
    let share = longest.seen.unwrap().saved.point / longest.kept_cost(longest.seen.unwrap().gap_mean_s);
    assert!((0.455..0.4629).contains(&share), "near the 46.29 % of the prices: {share}");
}

/// The same run to another horizon.
fn alone_for(horizon_ms: u64) -> Comparison {
    let text = fs::read_to_string(folder().join("credits-run-out.yaml")).unwrap();
    run(&text.replace("horizon: 12h", &format!("horizon: {horizon_ms}ms")))
}

#[track_caller]
fn throttled_s(it: &Comparison, policy: &str) -> f64 {
    let merged = &it.policies.iter().find(|it| it.name == policy).unwrap_or_else(|| panic!("no {policy}")).merged;
    merged.blame.above(&merged.latency, 0.0)[Part::Throttling as usize] as f64 / 1e9
}

/// The balance of every bucket is what launch credits, baseline and half a busy vCPU leave: 60 + (60 b - 30) a hour, for
/// pooled baselines of 0.1, 0.2, 0.4 and 0.6 vCPU; what an unlimited one owes is an advance.
#[test]
fn credits_are_seen_over_time() {
    let it = named("credits-run-out.yaml");
    let at = |policy: &str, hours: f64| {
        let policy = it.policies.iter().find(|it| it.name == policy).unwrap();
        let series = &policy.merged.credits;
        let bucket = series.buckets[(hours * 3600.0 / series.width.as_secs_f64()).round() as usize - 1];
        let each = |millis: u128| millis as f64 / 1e3 / bucket.instances as f64;
        (each(bucket.balance_millis), each(bucket.advance_millis), bucket.throttled_ns as f64 / bucket.present_ns as f64)
    };
    for (policy, vcpu) in [("t6-c4m1", 0.1), ("t6-c2m1", 0.2), ("t6-c1m1", 0.4), ("t6-c1m4", 0.6)] {
        let (balance, advance, throttled) = at(policy, 2.0);
        let expected = 60.0 + (60.0 * vcpu - 30.0) * 2.0;
        assert!((balance - expected).abs() < 0.02, "{policy}: {balance} is not {expected}");
        assert_eq!((advance, throttled), (0.0, 0.0), "{policy}");
    }
    assert!((at("t6-c4m1-unlimited", 6.0).1 - 84.0).abs() < 0.02, "{:?}", at("t6-c4m1-unlimited", 6.0));
    assert_eq!([at("t6-c4m1", 6.0), at("t6-c2m1", 6.0)].map(|it| (it.0, it.2)), [(0.0, 1.0); 2], "throttled all the time");
    assert_eq!(at("t6-c1m4", 12.0).2, 0.0);
}

/// 60 launch credits are those of 7,200 requests, in which a baseline of b vCPU accrues 7,200 b s; then each request takes
/// 0.5 - b: with b = 0.1, 0.2 and 0.4 the first that finds too few for its half second of 1 - b is the 9,000th, the 12,000th and the 35,999th; with
/// b = 0.6 there is none.
#[test]
fn credits_run_out_at_the_computed_request() {
    for (policy, requests) in [("t6-c4m1", 9_000), ("t6-c2m1", 12_000), ("t6-c1m1", 35_999)] {
        let last_begins_ms = (requests - 1) * 1000;
        assert_eq!(throttled_s(&alone_for(last_begins_ms), policy), 0.0, "{policy}: the one before it is at full speed");
        assert!(throttled_s(&alone_for(last_begins_ms + 3_000), policy) > 0.0, "{policy}: throttled soon after it");
    }
    let it = named("credits-run-out.yaml");
    assert_eq!([throttled_s(&it, "t6-c1m4"), throttled_s(&it, "t6-c4m1-unlimited")], [0.0, 0.0]);
}
