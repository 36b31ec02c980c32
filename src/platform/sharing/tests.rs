use std::io::{Cursor, Error, ErrorKind, Read};
use std::sync::Arc;

use super::*;
use crate::engine::{Streams, run};
use crate::observe::{Outcome, Part};
use crate::platform::cpu::VCPU;
use crate::platform::{CpuPlan, ServicePlan};
use crate::scenario::{self, Options, Scenario};
use crate::traffic::Open;

/// A trace in memory.
struct Trace(String);

impl Open for Trace {
    fn open(&self, path: &str) -> std::io::Result<Box<dyn Read + Send>> {
        if path == "t.csv" { Ok(Box::new(Cursor::new(self.0.clone().into_bytes()))) } else { Err(Error::new(ErrorKind::NotFound, "none")) }
    }
}

/// One service whose requests come at these nanoseconds with these durations.
fn load(requests: &[(u64, u64)], lines: &[&str]) -> Scenario {
    let rows: String = requests.iter().map(|(at, takes)| format!("{at},{takes}\n")).collect();
    let open: Arc<dyn Open> = Arc::new(Trace(format!("timestamp,duration\n{rows}")));
    let lines: String = lines.iter().map(|line| format!("    {line}\n")).collect();
    let text = format!(
        "name: t\nrun: {{ horizon: 1s, replications: 1 }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    \
         traffic: [ {{ csv: {{ file: t.csv, unit: ns }} }} ]\n    gateway: {{ latency: 0s }}\n{lines}"
    );
    scenario::load("t.yaml", &text, &Options::default(), &open).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

const FIXED: &str = "autoscaler: { fixed: { instances: 1 } }";
const ONE_VCPU: &str = "instance: { vcpu: 1, memory: 2GiB }";
const ALL_CPU: &str = "request: { cpu-share: 1.0 }";

/// Somebody who acts on a world, and when.
type Act<'a> = (u64, &'a mut dyn FnMut(&mut World));

/// Plays the scenario's only service, its CPU plan changed, and lets others act on it in between.
fn play(scenario: &Scenario, change: fn(&mut CpuPlan), acts: &mut [Act]) -> Outcome {
    let mut plan: ServicePlan = scenario.policies[0].services[0].plan.clone();
    plan.revisions.iter_mut().for_each(|revision| change(&mut revision.cpu));
    let arrivals = scenario.workloads[0].arrivals(0, Streams::new(1, 0));
    let mut world = World::new(&plan, scenario.window, arrivals.into(), Streams::new(1, 0));
    for (at, act) in acts {
        run(&mut world, SimTime(*at), u64::MAX);
        act(&mut world);
    }
    run(&mut world, scenario.window.horizon, u64::MAX);
    world.close();
    world.recorder.finish().0
}

fn same(_: &mut CpuPlan) {}

fn throttles(cpu: &mut CpuPlan) {
    cpu.throttles = true;
}

fn measured(cpu: &mut CpuPlan) {
    cpu.measures_cpu = true;
}

fn parts(outcome: &Outcome) -> impl Fn(Part) -> u128 {
    let parts = outcome.blame.above(&outcome.latency, 0.0);
    move |part| parts[part as usize]
}

/// The latencies in nanoseconds: sum and longest; and what of the sum was contention.
#[track_caller]
fn check(requests: &[(u64, u64)], lines: &[&str], expected: (u128, u64, u128)) {
    let outcome = play(&load(requests, &[lines, &[FIXED]].concat()), same, &mut []);
    let found = (outcome.latency.sum_ns(), outcome.latency.max().unwrap().0, parts(&outcome)(Part::Contention));
    assert_eq!(found, expected);
}

#[test]
fn two_on_one_vcpu_take_turns() {
    check(&[(100, 10), (100, 30)], &[ONE_VCPU, ALL_CPU], (20 + 40, 40, 20));
    check(&[(100, 10), (104, 10)], &[ONE_VCPU, ALL_CPU], (16 + 16, 16, 12));
    check(&[(100, 10), (100, 10), (100, 10)], &["instance: { vcpu: 2, memory: 4GiB }", ALL_CPU], (45, 15, 15));
}

/// Waiting uses no CPU: half of each request is I/O after the CPU time.
#[test]
fn waiting_is_not_shared() {
    check(&[(100, 20), (100, 60)], &[ONE_VCPU, "request: { cpu-share: 50% }"], (20 + 10 + 40 + 30, 70, 20));
    check(&[(100, 20), (100, 60)], &[ONE_VCPU], (80, 60, 0));
}

#[test]
fn a_slower_vcpu_takes_longer_and_a_faster_one_less() {
    let speed = |speed: &str| format!("instance: {{ vcpu: 1, memory: 2GiB, speed: {speed} }}");
    check(&[(100, 10), (100, 30)], &[&speed("0.5"), ALL_CPU], (40 + 80, 80, 40));
    check(&[(100, 10), (100, 30)], &[&speed("2"), ALL_CPU], (10 + 20, 20, 10));
    check(&[(100, 10)], &[&speed("0.8"), ALL_CPU, "container-concurrency: 1"], (13, 13, 0));
}

/// With a limit the rest waits its turn; with a place each and a vCPU each nobody shares.
#[test]
fn places_come_before_the_cpu() {
    check(&[(100, 10), (100, 10), (100, 10)], &[ONE_VCPU, ALL_CPU, "container-concurrency: 2"], (20 + 20 + 30, 30, 20));
    check(&[(100, 10), (100, 10), (100, 10)], &[ONE_VCPU, ALL_CPU, "container-concurrency: 1"], (10 + 20 + 30, 30, 0));
}

/// Two on one vCPU, 60 ns each, and 50 ns of patience.
#[test]
fn a_deadline_on_the_cpu_is_kept_to_the_nanosecond() {
    let request = |on_timeout: &str| format!("request: {{ cpu-share: 1.0, timeout: 50ns, on-timeout: {on_timeout} }}");
    let of = |on_timeout: &str| play(&load(&[(100, 60), (110, 60)], &[ONE_VCPU, &request(on_timeout), FIXED]), same, &mut []);
    let kept = of("keep-working");
    assert_eq!((kept.tally.timed_out_client, kept.latency.sum_ns(), kept.instances.serving_ns), (2, 100, 120));
    // The first has run 10 alone and 20 of 40 shared; the second 20 of 40 and then 5 of 10.
    assert_eq!(parts(&kept)(Part::Contention), 20 + 25);
    let stopped = of("stop");
    // The first is dropped at 150; the second runs 20 of 40, then 10 alone.
    assert_eq!((stopped.tally.timed_out_client, stopped.latency.sum_ns(), stopped.instances.serving_ns), (2, 100, 60));
    assert_eq!(parts(&stopped)(Part::Contention), 20 + 20);
}

/// One that is done just at its deadline is answered, on the CPU or waiting.
#[test]
fn an_answer_at_the_deadline_is_in_time() {
    for (share, timeout) in [("1.0", "120ns"), ("50%", "90ns")] {
        let request = format!("request: {{ cpu-share: {share}, timeout: {timeout} }}");
        let outcome = play(&load(&[(100, 60), (100, 60)], &[ONE_VCPU, &request, FIXED]), same, &mut []);
        assert_eq!((outcome.tally.completed, outcome.tally.timed_out()), (2, 0), "{share}");
    }
}

/// A throttled instance: the loss is told apart from that to others, and use is known while it runs.
#[test]
fn a_cut_is_felt_at_once_and_blamed() {
    let scenario = load(&[(100, 100), (100, 100)], &["instance: { vcpu: 2, memory: 4GiB }", ALL_CPU, FIXED]);
    let mut used = Vec::new();
    let mut cut = |world: &mut World| {
        used.push(world.cpu_used(0, SimTime(150)));
        world.set_capacity(0, SimTime(150), VCPU / 2);
    };
    let mut back = |world: &mut World| {
        assert_eq!(world.cpu_used(0, SimTime(250)), 100 + 50);
        world.set_capacity(0, SimTime(250), 2 * VCPU);
    };
    // 50 each until 150, 25 each until 250, then the last 25.
    let outcome = play(&scenario, throttles, &mut [(150, &mut cut), (250, &mut back)]);
    assert_eq!((used, outcome.latency.max()), (vec![100], Some(Span(175))));
    let part = parts(&outcome);
    assert_eq!((part(Part::Throttling), part(Part::Contention), part(Part::Execution)), (150, 0, 200));
}

/// The application's start is work on the instance's CPU where that can be cut or is measured, and takes the same where not.
#[test]
fn an_application_starts_on_the_cpu() {
    let lines = [
        "instance: { vcpu: 2, memory: 4GiB, speed: 0.5 }",
        "cold-start: { container-creation: 20ns, application-start: 100ns, propagation: 7ns }",
        "autoscaler: { keep-alive: { idle: 1m } }",
        ALL_CPU,
    ];
    let scenario = load(&[(1000, 10)], &lines);
    for change in [same, measured, throttles] {
        let outcome = play(&scenario, change, &mut []);
        assert_eq!(outcome.latency.max(), Some(Span(20 + 200 + 7 + 20)));
        assert_eq!(parts(&outcome)(Part::AppStart), 200);
    }
    let mut cut = |world: &mut World| world.set_capacity(0, SimTime(1120), VCPU / 4);
    let mut back = |world: &mut World| world.set_capacity(0, SimTime(1220), VCPU);
    let outcome = play(&scenario, throttles, &mut [(1120, &mut cut), (1220, &mut back)]);
    assert_eq!(parts(&outcome)(Part::AppStart), 275, "100 ns at a quarter put it off by 75");
    let mut looked = false;
    let mut look = |world: &mut World| {
        looked = true;
        assert_eq!(world.cpu_used(0, SimTime(1100)), 80, "the start is measured too");
    };
    play(&scenario, measured, &mut [(1100, &mut look)]);
    assert!(looked);
}

/// An instance that goes while its application starts takes what was done with it.
#[test]
fn a_start_may_be_cancelled() {
    let lines = [
        "cold-start: { application-start: 1000ns, cancel-starts: true, propagation: 0s }",
        "autoscaler: { keep-alive: { idle: 1m, max-age: 1ns } }",
        ALL_CPU,
    ];
    let outcome = play(&load(&[(1000, 10), (999_999_500, 10)], &lines), measured, &mut []);
    assert_eq!((outcome.tally.completed, outcome.tally.in_flight), (1, 1));
}

/// Where nobody shares, both ways of running a request give the same outcome: random traffic under every autoscaler.
#[test]
fn with_a_vcpu_each_sharing_changes_nothing() {
    for autoscaler in
        ["{ fixed: { instances: 3 } }", "{ keep-alive: { idle: 2m, max-age: 5m } }", "{ kpa: { min-scale: 1 } }", "{ kpa: {} }"]
    {
        for (instance, request) in [
            ("{ vcpu: 0.5, memory: 1GiB }", "{ cpu: { exponential: { mean: 800ms } }, timeout: 4s }"),
            ("{ vcpu: 2, memory: 4GiB, speed: 0.7 }", "{ cpu: 300ms, io: { exponential: { mean: 1s } }, timeout: 3s, on-timeout: stop }"),
        ] {
            let text = format!(
                "name: t\nrun: {{ horizon: 2h, replications: 1 }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    traffic: [ {{ poisson: {{ rate: 1/s }} }} ]\n    \
                 instance: {instance}\n    request: {request}\n    container-concurrency: 1\n    cold-start: {{ profile: eci-imagecache, runtime: node }}\n    \
                 autoscaler: {autoscaler}\n"
            );
            let open: Arc<dyn Open> = Arc::new(Trace(String::new()));
            let scenario = scenario::load("t.yaml", &text, &Options::default(), &open).unwrap_or_else(|error| panic!("{error}"));
            let known = play(&scenario, same, &mut []);
            assert!(known.tally.completed > 1000 && known.tally.timed_out() > 0, "{:?}", known.tally);
            for change in [measured, throttles] {
                assert!(play(&scenario, change, &mut []) == known, "{autoscaler} {instance}");
            }
        }
    }
}
