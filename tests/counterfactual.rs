//! Counterfactuals: a cause that is not there changes nothing, to the bit; one that is there is gone from the blame.

mod common;

use coldcast::experiment::{self, CAUSES, Comparison};
use coldcast::observe::Part;
use coldcast::scenario::Options;

fn text(service: &str) -> String {
    format!(
        "name: c\nrun: {{ horizon: 20m, replications: 2 }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    traffic: [ {{ poisson: {{ rate: 2/s }} }}, {{ batch: {{ every: 5m, size: 20 }} }} ]\n{service}"
    )
}

#[track_caller]
fn without(service: &str, causes: &[&str]) -> Comparison {
    let scenario = common::right(&text(service), &Options::default());
    let causes: Vec<String> = causes.iter().map(|it| (*it).to_owned()).collect();
    let scenario = experiment::without_each(scenario, None, &causes).unwrap_or_else(|error| panic!("{error}"));
    experiment::run(&scenario, &()).unwrap()
}

const COLD: &str = "    request: { cpu: 80ms, io: 10ms }\n    container-concurrency: 3\n    instance: { type: ecs.c5.large }\n    \
                    cold-start: { profile: eci, runtime: java-spring, image: 386MB, propagation: 300ms }\n    \
                    autoscaler: { keep-alive: { idle: 20s } }\n";
/// Nothing takes time but the requests themselves, and each has an instance of its own.
const BARE: &str = "    request: { cpu: 80ms, io: 10ms }\n    container-concurrency: 1\n    gateway: { latency: 0s }\n    \
                    cold-start: {}\n    autoscaler: { keep-alive: { idle: 1m } }\n";

#[test]
fn a_cause_that_is_not_there_changes_nothing() {
    let comparison = without(BARE, &[]);
    assert_eq!(comparison.policies.len(), 1 + CAUSES.len());
    for policy in &comparison.policies[1..] {
        assert_eq!(policy.merged, comparison.policies[0].merged, "{}", policy.name);
        assert_eq!(policy.cost_lines, comparison.policies[0].cost_lines, "{}", policy.name);
    }
    // And the decision, where nobody decides at a tick; the contention, where there is a CPU for everyone.
    let fixed = without(
        "    request: { cpu: 80ms }\n    container-concurrency: 2\n    instance: { type: ecs.c5.large }\n    autoscaler: { fixed: { instances: 2 } }\n",
        &["decision", "cpu-contention", "cold-start"],
    );
    assert!(fixed.policies.iter().all(|it| it.merged == fixed.policies[0].merged));
}

/// Nanoseconds of a part over all requests of a policy.
fn blamed(comparison: &Comparison, policy: usize, part: Part) -> u128 {
    let outcome = &comparison.policies[policy].merged;
    outcome.blame.above(&outcome.latency, 0.0)[part as usize]
}

#[test]
fn a_cause_that_is_taken_away_is_gone_from_the_blame() {
    let cases = [
        ("hops", vec![Part::Hops]),
        ("resource-allocation", vec![Part::Allocation]),
        ("scheduling", vec![Part::Scheduling]),
        ("image-pull", vec![Part::ImagePull]),
        ("container-creation", vec![Part::ContainerCreation]),
        ("application-start", vec![Part::AppStart]),
        ("propagation", vec![Part::Propagation]),
        ("cpu-contention", vec![Part::Contention]),
        ("cold-start", [Part::STEPS.as_slice(), &[Part::Propagation]].concat()),
    ];
    let names: Vec<&str> = cases.iter().map(|it| it.0).collect();
    let comparison = without(COLD, &names);
    for (name, parts) in cases {
        let policy = comparison.policies.iter().position(|it| it.name == format!("without {name}")).unwrap();
        for part in parts {
            assert!(blamed(&comparison, 0, part) > 0, "{name}: the policy as it is has {}", part.name());
            assert_eq!(blamed(&comparison, policy, part), 0, "without {name} there is no {}", part.name());
        }
        assert_eq!(comparison.policies[policy].merged.tally.arrived, comparison.policies[0].merged.tally.arrived, "the same requests");
    }
}

#[test]
fn without_queueing_nobody_waits_for_a_place_that_is_there() {
    let crowded = "    request: { cpu: 10ms, io: 700ms }\n    container-concurrency: 1\n    gateway: { latency: 0s }\n    autoscaler: { fixed: { instances: 2 } }\n";
    let comparison = without(crowded, &["queueing"]);
    assert!(blamed(&comparison, 0, Part::Queueing) > 0);
    assert_eq!(blamed(&comparison, 1, Part::Queueing), 0);
}

/// Under keep-alive with instances that are there at once, every request takes as long as it takes alone: nothing is faster.
/// (A single step less is no such law: an instance that is there sooner is used again, so fewer are there for the next burst.)
#[test]
fn without_a_cold_start_keep_alive_serves_as_if_alone() {
    let pool = "    request: { cpu: 80ms, io: 10ms }\n    container-concurrency: 1\n    gateway: { latency: 0s }\n    \
                cold-start: { profile: eci, runtime: go, image: 20MB }\n    autoscaler: { keep-alive: { idle: 1m } }\n";
    let comparison = without(pool, &["cold-start"]);
    let latency = |policy: usize, key: &str| comparison.policies[policy].figure(key).unwrap().point;
    assert_eq!((latency(1, "latency_s.p50"), latency(1, "latency_s.max")), (latency(0, "latency_s.p50"), 0.09));
    assert!(latency(0, "latency_s.max") > 1.0);
}

#[test]
fn an_unknown_cause_is_refused() {
    let scenario = common::right(&text(BARE), &Options::default());
    let error = experiment::without_each(scenario, None, &["image-pul".to_owned()]).err().expect("refused").to_string();
    assert!(error.contains("no cause `image-pul`") && error.contains("did you mean `image-pull`?"), "{error}");
}
