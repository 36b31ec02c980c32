//! Pitfalls of Knative's autoscaler that show only in the whole loop (`specs/knative-autoscaler.md` 12, same numbers); the
//! others are tested beside the autoscaler (`src/autoscaler/kpa/pitfalls.rs`).

mod common;

use common::{only, run};

/// Most instances alive at once of a service that gets 8 requests of half a minute at once, several times.
fn most_instances(horizon: &str, start: &str, autoscaler: &str) -> f64 {
    let text = format!(
        "name: pitfall\nrun: {{ horizon: {horizon}, replications: 1 }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    \
         traffic: [ {{ batch: {{ every: 10m, size: 8 }} }} ]\n    request: {{ io: 30s }}\n    container-concurrency: 1\n    \
         cold-start: {{ application-start: {start} }}\n    autoscaler: {{ kpa: {{ min-scale: 1, {autoscaler} }} }}\n"
    );
    only(&run(&text)).figure("instances.max").expect("a figure").point
}

/// Eight requests in one pod that takes one at a time are a concurrency of 8, and ceil(8 / 0.7) = 12 pods.
#[test]
fn pitfall_15_requests_queued_in_a_pod_count() {
    assert_eq!(most_instances("30m", "1s", "target-burst-capacity: 0"), 12.0);
}

/// The limit is twice the ready pods, and there is one for the whole minute that a start takes: 30 ticks do not compound.
#[test]
fn pitfall_04_a_slow_start_does_not_compound() {
    assert_eq!(most_instances("10m50s", "1m", "max-scale-up-rate: 2"), 2.0);
}
