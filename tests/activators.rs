//! Several activators in a revision's path, and pods that are scraped by sample.

mod common;

use common::run;

/// A burst of requests of a second each at once, to a revision with one pod of ten places that stays, or as said.
fn burst(requests: u32, activators: u32, kpa: &str) -> coldcast::experiment::Comparison {
    run(&format!(
        "name: t\nrun: {{ horizon: 2m, replications: 1 }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    \
         traffic: [ {{ batch: {{ every: 1m, size: {requests} }} }} ]\n    request: {{ io: 1s }}\n    container-concurrency: 10\n    \
         activator: {{ replicas: {activators}, latency: 0s }}\n    gateway: {{ latency: 0s }}\n    queue-proxy: {{ latency: 0s }}\n    \
         cold-start: {{ application-start: 30s }}\n    autoscaler: {{ kpa: {kpa} }}\n"
    ))
}

/// Two activators that share a pod reserve its places twice: what is too much waits in its queue-proxy, and is served there.
#[test]
fn activators_that_share_a_pod_overrun_its_places() {
    let one_pod = "{ max-scale: 1, initial-scale: 1, min-scale: 1 }";
    for (requests, activators, longest) in [(10, 1, 1.0), (20, 1, 2.0), (20, 2, 2.0), (30, 3, 3.0)] {
        let it = burst(requests, activators, one_pod);
        let policy = &it.policies[0];
        assert_eq!(policy.merged.tally.completed, u64::from(requests), "{requests} by {activators}");
        let max = policy.figure("latency_s.max").unwrap().point;
        assert!((max - longest).abs() < 1e-6, "{requests} by {activators}: {max}");
    }
}

/// With pods of its own each, an activator may hold a request while the other's pods are free: never better than one.
#[test]
fn shares_of_the_pods_cost_waiting() {
    let four_pods = "{ max-scale: 4, min-scale: 4 }";
    let waits = |activators| burst(40, activators, four_pods).policies[0].figure("latency_s.mean").unwrap().point;
    assert!((waits(1) - 1.0).abs() < 1e-6, "all forty fit: {}", waits(1));
    assert!(waits(2) > 1.0, "one of two draws more than its twenty: {}", waits(2));
}

/// A sample of many pods finds about what all of them say: the mean number of instances stays.
#[test]
fn a_sample_of_the_pods_says_about_the_same() {
    let mean = |scraping: &str| {
        let it = run(&format!(
            "name: t\nrun: {{ horizon: 2h, replications: 2 }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    \
             traffic: [ {{ poisson: {{ rate: 100/s }} }} ]\n    request: {{ io: {{ exponential: {{ mean: 500ms }} }} }}\n    \
             cold-start: {{ application-start: 1s }}\n    \
             autoscaler: {{ kpa: {{ target: 5, target-burst-capacity: 0, scraping: {scraping} }} }}\n"
        ));
        it.policies[0].figure("instances.ready_mean").unwrap().point
    };
    let (exact, sampled) = (mean("exact"), mean("sampled"));
    assert!((exact - 15.0).abs() < 3.0, "50 in flight at 3.5 a pod: {exact}");
    assert!((sampled / exact - 1.0).abs() < 0.1 && sampled != exact, "{sampled} against {exact}");
}
