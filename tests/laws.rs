//! Laws that hold for every scenario, tried on random ones. Conservation, blame and order are asserted by the simulator
//! itself, in release builds too: a run that breaks one panics here.

mod common;

use coldcast::engine::{Stopped, Streams};
use coldcast::observe::Part;
use coldcast::platform;
use common::run;
use proptest::prelude::*;

/// The same runs are billed by every kind of book.
const BOOKS: &str = "also-priced-by: [ gcp-cloud-run-request-tier-1, aws-lambda-arm-us-east-1, aws-fargate-x86-us-east-1, alibaba-fc-cn, azure-container-apps-westus2, own-nodes-aliyun-cn-hangzhou ]\nexchange-rates: { USD: 7.1 }\nfree-grant: true\n";

/// A scenario of a few hundred requests with anything switched on.
fn scenario() -> impl Strategy<Value = String> {
    let autoscaler = prop_oneof![
        (0u32..3, 0u32..40)
            .prop_map(|(min, max)| format!("{{ kpa: {{ min-scale: {min}, max-scale: {} }} }}", if max < 3 { 0 } else { max })),
        (-1i32..300, 1u32..100).prop_map(|(tbc, target)| format!("{{ kpa: {{ target-burst-capacity: {tbc}, target: {target} }} }}")),
        Just("{ kpa: { metric: rps, target: 5, scale-down-delay: 30s } }".to_owned()),
        (1u32..4, prop_oneof![Just("shared"), Just("instance")])
            .prop_map(|(n, queue)| format!("{{ fixed: {{ instances: {n}, queue: {queue} }} }}")),
        (
            0u32..120,
            prop_oneof![
                Just("most-recently-used"),
                Just("least-recently-used"),
                Just("newest-created"),
                Just("oldest-created"),
                Just("random")
            ],
            prop_oneof![
                Just(""),
                Just(", max-instances: 2, at-expiry: expired"),
                Just(", max-instances: 2, at-limit: queue"),
                Just(", max-age: 40s, max-instances: 3, at-limit: queue"),
                Just(", idle-law: exponential, waits-for: any-place"),
                Just(", max-instances: 3, at-limit: queue, waits-for: any-place, max-age: 50s"),
                Just(", max-instances: 2, waits-for: any-place, idle-law: exponential")
            ],
        )
            .prop_map(|(idle, choice, limit)| format!("{{ keep-alive: {{ idle: {idle}s, choice: {choice}{limit} }} }}")),
    ];
    let traffic = prop_oneof![
        (1u32..100).prop_map(|per_min| format!("{{ poisson: {{ rate: {per_min}/min }} }}")),
        (1u32..40).prop_map(|size| format!("{{ batch: {{ every: 70s, size: {size} }} }}")),
        Just("{ bursts: { on-rate: 5/s, off-rate: 0/s, on: 20s, off: { exponential: { mean: 100s } } } }".to_owned()),
    ];
    let request = prop_oneof![
        Just("{ io: { exponential: { mean: 3s } }, timeout: 8s }"),
        Just("{ cpu: 100ms }"),
        Just("{ cpu: { lognormal: { mean: 2s, cv: 1.5 } }, io: { exponential: { mean: 1s } }, timeout: 20s }"),
        Just("{ cpu: { exponential: { mean: 4s } }, timeout: 6s, on-timeout: stop }"),
        Just("{ io: 2s, timeout: 1s, on-timeout: stop }"),
        Just("{ cpu: 300ms, timeout: 3s, load-law: { concurrency: { seconds: [0.1, 0.2] } } }"),
        Just("{ load-law: { rate-per-instance: { rate: 3/s, seconds: [1, 0.5, -0.1] } } }")
    ];
    let revisions = prop_oneof![
        Just(""),
        Just("    revisions: { a: { percent: 50 }, b: { percent: 50, autoscaler: { keep-alive: { idle: 20s, max-age: 90s } } } }\n"),
        Just("    revisions: { a: { percent: 70, autoscaler: { kpa: {} } }, b: { percent: 30, request: { io: 4s, timeout: 2s } } }\n"),
        Just("    revisions: { a: { percent: 100 }, b: { tag: b, created: 3m, traffic: [ { poisson: { rate: 2/s } } ] } }\n"),
    ];
    let instance = prop_oneof![
        Just("{ vcpu: 2, memory: 4GiB }"),
        Just("{ vcpu: 1, memory: 2GiB, speed: 0.7 }"),
        Just("{ vcpu: 0.5, memory: 1GiB }"),
        Just("{ vcpu: 3, memory: 6GiB, speed: 1.3 }")
    ];
    (autoscaler, traffic, request, revisions, 0u32..12, any::<u16>(), prop_oneof![Just("0s"), Just("5m")], instance).prop_map(
        |(autoscaler, traffic, request, revisions, concurrency, seed, warmup, instance)| {
            // Not every platform sells the largest.
            let first = if seed % 3 == 0 { ", first-request: 2s" } else { "" };
            let books = if instance.contains("vcpu: 8") { "" } else { BOOKS };
            format!(
                "name: law\nrun: {{ horizon: 20m, warmup: {warmup}, replications: 1, seed: {seed} }}\nprices: aliyun-cn-hangzhou\n{books}services:\n  s:\n    \
                 traffic: [ {traffic} ]\n    request: {request}\n    instance: {instance}\n    container-concurrency: {concurrency}\n    \
                 cold-start: {{ profile: own-nodes, runtime: python, image: 50MB{first} }}\n    autoscaler: {autoscaler}\n{revisions}"
            )
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_run_keeps_the_laws(text in scenario()) {
        let comparison = run(&text);
        let policy = common::only(&comparison);
        let outcome = &policy.merged;
        outcome.tally.assert_conserved();
        let counted = outcome.tally.completed + outcome.tally.timed_out() + outcome.tally.failed;
        prop_assert_eq!(outcome.latency.count(), counted, "one latency for each that was answered or gave up");
        prop_assert_eq!(outcome.blame.above(&outcome.latency, 0.0).iter().sum::<u128>(), outcome.latency.sum_ns());
        let lines: f64 = policy.cost_lines.iter().map(|line| line.amount).sum();
        prop_assert!((lines - policy.figure("cost.total").unwrap().point).abs() < 1e-9, "lines sum to the bill");
        for bill in &policy.bills {
            let lines: f64 = bill.lines.iter().map(|line| line.amount).sum();
            prop_assert!((lines - bill.total.point).abs() < 1e-9, "{}: lines sum to the bill", bill.price_book);
            prop_assert!(bill.total.point >= 0.0, "{}: nobody is paid for being served", bill.price_book);
        }
        prop_assert!(outcome.instances.serving_ns <= outcome.instances.ready_ns);
        prop_assert!(outcome.instances.ready_ns <= outcome.instances.alive_ns);
        let waited = outcome.timeline.buckets.iter().map(|bucket| bucket.waited).sum::<u64>();
        prop_assert!(outcome.waited.count() <= waited);
    }

    #[test]
    fn what_was_never_needed_costs_no_one_time(idle in 1u32..100) {
        let text = format!("name: l\nrun: {{ horizon: 10m, replications: 1 }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    traffic: [ {{ timer: {{ every: 1h, phase: 30m }} }} ]\n    \
                            cold-start: {{ profile: eci, runtime: go, image: 9MB }}\n    autoscaler: {{ keep-alive: {{ idle: {idle}s }} }}\n");
        let comparison = run(&text);
        let policy = common::only(&comparison);
        prop_assert_eq!(policy.merged.tally.arrived, 0);
        prop_assert_eq!(policy.figure("cost.total").unwrap().point, 0.0);
        prop_assert!(policy.figure("latency_s.p99").is_none());
    }
}

/// min-scale 1 and room for everyone: nobody waits for a start, and the bill is that of one instance.
#[test]
fn one_kept_with_room_for_all_is_never_cold() {
    let comparison = run(
        "name: w\nrun: { horizon: 6h, replications: 2 }\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    traffic: [ { poisson: { rate: 2/s } } ]\n    \
                          request: { io: 100ms }\n    cold-start: { profile: eci, runtime: go, image: 9MB }\n    autoscaler: { kpa: { min-scale: 1 } }\n",
    );
    let policy = common::only(&comparison);
    assert_eq!(policy.merged.waited.count(), 0);
    assert_eq!(policy.merged.blame.above(&policy.merged.latency, 0.0)[Part::ImagePull as usize], 0);
    assert!((policy.figure("cost.total").unwrap().point - 6.0 * 0.441072).abs() < 1e-9);
}

/// A revision that sleeps schedules nothing: the run ends with its last event, not at the horizon.
#[test]
fn a_sleeping_revision_schedules_no_events() {
    let traffic = "    traffic: [ { spike: { rate: 5/s, at: 10s, for: 2s } } ]\n    request: { io: 50ms }\n";
    let text = format!(
        "name: t\nrun: {{ horizon: 365d, replications: 1 }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n{traffic}    \
         cold-start: {{ application-start: 1s }}\n"
    );
    let scenario = common::try_load(&text, Vec::new()).unwrap();
    let (service, streams) = (&scenario.policies[0].services[0], Streams::new(1, 0));
    let arrivals = scenario.workloads[0].arrivals(0, streams.child("traffic"));
    let ran = platform::simulate(&service.plan, scenario.window, arrivals.into(), streams);
    assert_eq!(ran.stopped, Stopped::Empty, "something is scheduled for ever");
    assert!(ran.outcome.tally.completed > 0);
}
