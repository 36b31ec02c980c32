//! What went wrong once: each case is the scenario that showed it.

mod common;

use common::{only, run, try_load};

/// A service with these lines, under these run settings.
fn service(run: &str, lines: &[&str]) -> String {
    let lines: String = lines.iter().map(|line| format!("    {line}\n")).collect();
    format!("name: r\nrun: {{ {run} }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n{lines}")
}

#[track_caller]
fn figure(text: &str, key: &str) -> f64 {
    only(&run(text)).figure(key).unwrap_or_else(|| panic!("no {key}")).point
}

#[test]
fn a_revision_has_its_own_timeout() {
    let text = service(
        "horizon: 1h, replications: 2",
        &[
            "traffic: [ { poisson: { rate: 1/s } } ]",
            "request: { cpu: 3s }",
            "autoscaler: { fixed: { instances: 50 } }",
            "container-concurrency: 1",
            "revisions: { v1: { percent: 50 }, v2: { percent: 50, request: { cpu: 3s, timeout: 1s } } }",
        ],
    );
    assert!((figure(&text, "timeout_rate") - 0.5).abs() < 0.03);
}

#[test]
fn the_peak_of_the_warm_up_is_not_counted() {
    let text = service(
        "horizon: 99m, warmup: 1h, replications: 1",
        &[
            "traffic: [ { batch: { every: 50m, size: 200 } }, { timer: { every: 1m } } ]",
            "request: { cpu: 1s }",
            "container-concurrency: 1",
            "cold-start: {}",
            "autoscaler: { keep-alive: { idle: 1m } }",
        ],
    );
    let peak = figure(&text, "instances.max");
    assert!(peak <= 2.0, "200 instances at 50 min lie in the warm-up: {peak}");
}

#[test]
fn a_limit_of_instances_holds_while_old_ones_drain() {
    let text = service(
        "horizon: 1h, replications: 1",
        &[
            "traffic: [ { constant: { rate: 1/s } } ]",
            "request: { cpu: 30s }",
            "container-concurrency: 1",
            "cold-start: { application-start: 1s }",
            "autoscaler: { keep-alive: { idle: 1m, max-age: 10s, max-instances: 2 } }",
        ],
    );
    assert_eq!(figure(&text, "instances.max"), 2.0);
}

#[test]
fn peaks_of_revisions_at_different_moments_do_not_add_up() {
    let text = service(
        "horizon: 2h, replications: 1",
        &[
            "traffic: [ { timer: { every: 10m, phase: 5m } } ]",
            "request: { cpu: 1s }",
            "cold-start: {}",
            "autoscaler: { keep-alive: { idle: 1m } }",
            "revisions: { a: { percent: 50 }, b: { percent: 50 } }",
        ],
    );
    assert_eq!(figure(&text, "instances.max"), 1.0);
}

/// Once a client has gone, Knative counts its request no longer, whatever the application still does: the autoscaler sees the
/// same load whether work is kept up or dropped.
#[test]
fn given_up_requests_do_not_drive_the_autoscaler() {
    let text = |on_timeout: &str| {
        service(
            "horizon: 2h, replications: 1",
            &[
                "traffic: [ { poisson: { rate: 2/s } } ]",
                &format!("request: {{ io: 60s, timeout: 5s, on-timeout: {on_timeout} }}"),
                "cold-start: { application-start: 1s }",
                "autoscaler: { kpa: { target: 10 } }",
            ],
        )
    };
    let (kept, stopped) = (figure(&text("keep-working"), "instances.mean"), figure(&text("stop"), "instances.mean"));
    assert!((kept / stopped - 1.0).abs() < 0.05, "{kept} against {stopped}");
}

#[test]
fn nobody_waits_longer_than_the_timeout() {
    let text = service(
        "horizon: 1h, replications: 1",
        &[
            "traffic: [ { poisson: { rate: 1/s } } ]",
            "request: { cpu: 100ms, timeout: 2s }",
            "gateway: { latency: { exponential: { mean: 2s } } }",
            "autoscaler: { fixed: { instances: 5 } }",
        ],
    );
    assert!(figure(&text, "latency_s.max") <= 2.0);
    assert!(figure(&text, "timeout_rate") > 0.3);
}

/// Tails heavier than the clock can hold are cut, not a panic.
#[test]
fn heavy_tails_do_not_overflow_the_clock() {
    for cpu in ["{ pareto: { min: 1s, shape: 0.1 } }", "{ lognormal: { median: 10s, sigma: 9 } }"] {
        let text = service(
            "horizon: 1h, replications: 2",
            &["traffic: [ { poisson: { rate: 10/s } } ]", &format!("request: {{ cpu: {cpu} }}"), "autoscaler: { fixed: { instances: 1 } }"],
        );
        run(&text);
    }
    let long = service(
        "horizon: 1h, replications: 1",
        &[
            "traffic: [ { poisson: { rate: 1/s } } ]",
            "cold-start: { resource-allocation: 105000d, scheduling: 105000d, container-creation: 105000d }",
            "autoscaler: { keep-alive: { idle: 1m } }",
        ],
    );
    run(&long);
}

/// Sums over many long waits are exact: the parts' mean is the latency's mean.
#[test]
fn sums_do_not_wrap() {
    let text = service(
        "horizon: 100000d, replications: 1",
        &[
            "traffic: [ { constant: { rate: 1/d } } ]",
            "request: { io: 90000d }",
            "gateway: { timeout: 100000d }",
            "revision-timeout: 100000d",
            "autoscaler: { fixed: { instances: 1 } }",
        ],
    );
    let comparison = run(&text);
    let outcome = &only(&comparison).merged;
    let mean = outcome.latency.mean_secs().unwrap();
    assert!((mean / (90_000.0 * 86_400.0) - 1.0).abs() < 1e-3, "{mean}");
}

#[test]
fn what_would_fill_memory_is_refused() {
    let of = |autoscaler: &str| {
        let text =
            service("horizon: 1h", &["traffic: [ { poisson: { rate: 1/s } } ]", "cold-start: {}", &format!("autoscaler: {autoscaler}")]);
        try_load(&text, Vec::new()).err().map(|error| error.to_string()).unwrap_or_default()
    };
    for autoscaler in ["{ fixed: { instances: 4000000000 } }", "{ kpa: { min-scale: 2000000000 } }"] {
        assert!(of(autoscaler).contains("instances at once"), "{autoscaler}");
    }
}

/// The hash of a scenario covers the files it names.
#[test]
fn another_trace_is_another_hash() {
    let text = service("horizon: 1h", &["traffic: [ { csv: { file: t.csv } } ]", "autoscaler: { fixed: { instances: 1 } }"]);
    let hash = |trace: &str| try_load(&text, vec![("t.csv", trace.as_bytes().to_vec())]).unwrap().hash;
    assert_eq!(hash("timestamp\n1\n2\n"), hash("timestamp\n1\n2\n"));
    assert_ne!(hash("timestamp\n1\n2\n"), hash("timestamp\n1\n2\n3\n"));
}
