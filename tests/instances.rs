//! Instances come and go: what they cost while they drain, against hand-computed figures.

mod common;

use common::{only, run};

/// A service of Alibaba's ECI whose request every so often takes `io`, with these further lines; nothing takes time of itself.
fn scenario(run: &str, traffic: &str, io: &str, lines: &[&str]) -> String {
    let lines: String = lines.iter().map(|line| format!("    {line}\n")).collect();
    format!(
        "name: i\nrun: {{ {run} }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    traffic: [ {traffic} ]\n    request: {{ io: {io} }}\n    \
         gateway: {{ latency: 0s }}\n    queue-proxy: {{ latency: 0s }}\n{lines}"
    )
}

/// The lines of the only policy's bill, in seconds.
#[track_caller]
fn check_seconds(text: &str, expected: &[(&str, f64)]) {
    let it = run(text);
    let policy = only(&it);
    let seconds = |name: &str| policy.cost_lines.iter().filter(|it| it.line == name).map(|it| it.quantity * 3600.0).sum::<f64>();
    let found: Vec<(&str, f64)> = expected.iter().map(|(name, _)| (*name, (seconds(name) * 1e6).round() / 1e6)).collect();
    assert_eq!(found, expected, "{:?}", policy.cost_lines);
    let sum: f64 = policy.cost_lines.iter().map(|it| it.amount).sum();
    let total = policy.figure("cost.total").expect("a bill has a total").point;
    assert!((sum - total).abs() < 1e-8, "the lines sum to {sum}, the bill is {total}");
}

/// Up at 10 s, it serves until 40 s and again from 45 s; at 70 s it is 60 s old, and drains until 75 s.
#[test]
fn what_drains_has_a_line_of_its_own() {
    let lines = ["cold-start: { application-start: 10s }", "autoscaler: { keep-alive: { idle: 10m, max-age: 60s } }"];
    let every = "{ timer: { every: 45s } }";
    let text = scenario("horizon: 80s, replications: 1", every, "30s", &lines);
    check_seconds(&text, &[("starting", 10.0), ("serving", 55.0), ("idle", 5.0), ("drained", 5.0), ("rounding", 0.0)]);
    // What is measured begins at 72 s, and the run may end before the last request does.
    let text = scenario("horizon: 74s, warmup: 72s, replications: 1", every, "30s", &lines);
    check_seconds(&text, &[("starting", 0.0), ("serving", 0.0), ("idle", 0.0), ("drained", 2.0)]);
    // Where each request is charged by itself, those of an instance that drains are charged like all others, and once.
    let text = scenario("horizon: 80s, replications: 1", every, "30s", &lines).replace("aliyun-cn-hangzhou", "aws-lambda-x86-us-east-1");
    check_seconds(&text, &[("serving", 60.0), ("drained", 0.0)]);
}
