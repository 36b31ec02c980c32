//! CPU credits in a running service: when they end, what that does, what it costs. Hand-computed, to the request.

mod common;

use coldcast::experiment::{Comparison, PolicyResult};
use common::{load, only, run};

/// A request a second, each half a second of one vCPU, on an instance that stands from the start.
fn service(horizon: &str, lines: &[&str]) -> String {
    let lines: String = lines.iter().map(|line| format!("    {line}\n")).collect();
    format!(
        "name: c\nrun: {{ horizon: {horizon}, replications: 1 }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n\
         \x20   traffic: [ {{ timer: {{ every: 1s }} }} ]\n    request: {{ cpu: 500ms }}\n    gateway: {{ latency: 0s }}\n\
         \x20   autoscaler: {{ fixed: {{ instances: 1 }} }}\n{lines}"
    )
}

/// 2 vCPU, 60 launch credits, 12 credits an hour: a baseline of a tenth of a vCPU.
const T6: &str = "instance: { type: ecs.t6-c4m1.large }";

#[track_caller]
fn throttled_s(comparison: &Comparison) -> f64 {
    let merged = &only(comparison).merged;
    let parts = merged.blame.above(&merged.latency, 0.0);
    parts[coldcast::observe::Part::Throttling as usize] as f64 / 1e9
}

#[track_caller]
fn surcharge(policy: &PolicyResult) -> f64 {
    policy.cost_lines.iter().filter(|it| it.line == "credits-surcharge").map(|it| it.amount).sum()
}

/// 60 launch credits are 3,600 s of one vCPU: those of 7,200 requests, in which 720 s accrue. Each request after takes 0.45
/// of them and 0.05 come back before the next: the 9,000th begins with 0.4 s, which pay for 0.4 / 0.9 s at full speed. The
/// other 0.05 / 0.9 s of its work are done at a tenth, so it takes half a second longer.
#[test]
fn the_nine_thousandth_request_is_the_first_to_be_throttled() {
    let lines = [T6, "credits: {}"];
    assert_eq!(throttled_s(&run(&service("8999200ms", &lines))), 0.0);
    let all = run(&service("9000001ms", &lines));
    assert!((throttled_s(&all) - 0.5).abs() < 1e-6, "{}", throttled_s(&all));
    assert_eq!(throttled_s(&run(&service("9000001ms", &[T6]))), 0.0, "without `credits` it has its full speed");
}

/// An unlimited instance is never throttled. It owes what it used beyond what it had: 3,600 s in two hours are the launch
/// credits; after three hours 5,400 - 3,600 - 1,080 s = 12 credits are owed, at 0.005 CNY each.
#[test]
fn an_unlimited_instance_owes_its_advance_at_the_end() {
    let unlimited = [T6, "credits: { mode: unlimited }"];
    let run_for = |hours| run(&service(hours, &unlimited));
    assert_eq!(surcharge(only(&run_for("2h"))), 0.0);
    let long = run_for("3h");
    assert_eq!(throttled_s(&long), 0.0);
    assert!((surcharge(only(&long)) - 12.0 * 0.005).abs() < 2e-9, "{}", surcharge(only(&long)));
}

#[test]
fn credits_are_refused_where_there_are_none() {
    let refused = |lines: &[&str]| load(&service("1h", lines)).to_string();
    let says = |lines: &[&str], words: &str| assert!(refused(lines).contains(words), "{}", refused(lines));
    says(&["instance: { type: ecs.c6.large }", "credits: {}"], "is no burstable type");
    says(&["credits: {}"], "by vCPU and memory earns no CPU credits");
    says(&[T6, "credits: { mode: borrowed }"], "unlimited");
    says(&[T6, "credits: { family: aws-t3 }"], "is not of the family");
}
