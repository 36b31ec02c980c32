//! The horizontal pod autoscaler against the expectations of Kubernetes' own tests: 95 facts, each exactly.
//!
//! File: `COLDCAST_HPA_CASES`, else `../shared/vectors/hpa-cases.json`, else the committed copy; its form is described in
//! the README beside the copy. The types are those the simulator runs.
#![allow(clippy::disallowed_methods, reason = "a test reads its data files and may be told where they are")]
#![allow(clippy::print_stdout, reason = "the number of comparisons is worth seeing: `cargo test -- --nocapture`")]

use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};

use coldcast::autoscaler::hpa::proposal::propose;
use coldcast::autoscaler::hpa::rates::{Events, limit_by};
use coldcast::autoscaler::hpa::stabilize::Recommendations;
use coldcast::autoscaler::hpa::tally::Tally;
use coldcast::autoscaler::hpa::total::{by_average_value, by_value};
use coldcast::autoscaler::hpa::{Behavior, Bounds, Measure, Metric, Phase, PodGroup, Policy, PolicyAmount};
use coldcast::autoscaler::hpa::{Readiness, Requests, Rules, Sample, Select, Target, Timing, Tolerance, Usage};
use coldcast::units::{SimTime, Span};
use serde_json::Value;

/// Comparisons made, or what the first difference is.
type Checked = Result<usize, String>;

/// The present of every fact, in seconds: as late as its oldest age.
const NOW: u64 = 10_000_000_000;

#[test]
fn every_fact_agrees_with_kubernetes() {
    let file = file();
    let count = check_all(&cases(&file)).unwrap_or_else(|difference| panic!("{}: {difference}", file.display()));
    println!("{count:>4} comparisons in {}", file.display());
}

#[test]
fn the_committed_copy_agrees_too_and_holds_every_kind() {
    let cases = cases(&copy());
    assert_eq!(cases.len(), 95);
    assert_eq!(check_all(&cases), Ok(157));
    for kind in ["resource_cpu_utilization", "pods_metric_average", "object_or_external_value", "rate_limit", "stabilize"] {
        assert!(cases.iter().any(|it| it["fn"] == kind), "no {kind}");
    }
}

/// A harness that accepts everything would prove nothing: each fact must notice a changed expectation.
#[test]
fn a_changed_expectation_is_noticed() {
    for mut case in cases(&copy()) {
        case["expected"] = case["expected"].as_u64().map_or(1, |it| it + 1).into();
        assert!(check(&case).is_err(), "{case}");
    }
}

#[test]
fn nothing_to_compare_is_a_failure() {
    assert!(check_all(&[]).is_err());
}

fn copy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/hpa/hpa-cases.json")
}

fn file() -> PathBuf {
    if let Some(named) = std::env::var_os("COLDCAST_HPA_CASES") {
        return named.into();
    }
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors/hpa-cases.json");
    if shared.is_file() { shared } else { copy() }
}

fn cases(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mut whole: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    match whole["cases"].take() {
        Value::Array(cases) => cases,
        other => panic!("{}: `cases` is {other}", file.display()),
    }
}

fn check_all(cases: &[Value]) -> Checked {
    let mut total = 0;
    for case in cases {
        total += check(case).map_err(|difference| format!("{} `{}`: {difference}", case["fn"], text(&case["name"])))?;
    }
    if total == 0 { Err("nothing was compared".into()) } else { Ok(total) }
}

fn check(case: &Value) -> Checked {
    match text(&case["fn"]) {
        "resource_cpu_utilization" => check_proposal(case, Measure::Cpu, Target::Utilization(count(&case["target_utilization_percent"]))),
        "pods_metric_average" => check_proposal(case, Measure::Concurrency, Target::Average(number(&case["target_m"]))),
        "object_or_external_value" => check_value(case),
        "object_or_external_average_value" => check_average_value(case),
        "rate_limit" => check_rate(case),
        "stabilize" => check_stabilize(case),
        other => Err(format!("unknown kind {other}")),
    }
}

fn check_proposal(case: &Value, measure: Measure, target: Target) -> Checked {
    let mut groups: Vec<_> = list(&case["pods"]).iter().map(|it| pod(it, measure)).collect();
    groups.extend(case["metrics_of_unknown_pods_m"].as_array().into_iter().flatten().map(|it| gone(number(it), measure)));
    let timing = Timing {
        cpu_initialization: span(&case["config"]["cpu_initialization_period_s"]),
        initial_readiness: span(&case["config"]["initial_readiness_delay_s"]),
    };
    let metric = Metric { measure, target };
    let tally = Tally::new(&groups, &metric, now(), timing);
    let proposal = propose(count(&case["current"]), &metric, tolerance(case), &tally);
    let replicas = same("replicas", proposal.ok().map(|it| it.replicas), optional(&case["expected"]))?;
    match case.get("expected_utilization_percent") {
        None => Ok(replicas),
        Some(percent) => Ok(replicas + same("utilization", proposal.ok().map(|it| it.measured), percent.as_u64())?),
    }
}

fn check_value(case: &Value) -> Checked {
    let (total_m, target_m) = (number(&case["metric_total_m"]), number(&case["target_m"]));
    let replicas = by_value(count(&case["current"]), number(&case["ready_pods"]), total_m, target_m, tolerance(case));
    same("replicas", Some(replicas), optional(&case["expected"]))
}

fn check_average_value(case: &Value) -> Checked {
    let (total_m, target_m) = (number(&case["metric_total_m"]), number(&case["target_m"]));
    let replicas = by_average_value(count(&case["current"]), total_m, target_m, tolerance(case));
    same("replicas", Some(replicas), optional(&case["expected"]))
}

fn check_rate(case: &Value) -> Checked {
    let behavior = Behavior { up: rules(&case["scale_up"]), down: rules(&case["scale_down"]) };
    let bounds = Bounds { min: count(&case["min"]), max: count(&case["max"]) };
    let mut events = Events::default();
    for (up, key) in [(true, "up_events"), (false, "down_events")] {
        for event in list(&case[key]) {
            events.add(at(&event[1]), up, count(&event[0]));
        }
    }
    let (replicas, limit) = limit_by(&behavior, now(), count(&case["current"]), count(&case["desired"]), bounds, &events);
    let compared = same("replicas", Some(replicas), optional(&case["expected"]))?;
    Ok(compared + same("condition", format!("{limit:?}").as_str(), text(&case["expected_condition"]))?)
}

fn check_stabilize(case: &Value) -> Checked {
    let mut made = Recommendations::default();
    for it in list(&case["recommendations_value_age_s"]) {
        made.record(at(&it[1]), count(&it[0]));
    }
    let (up, down) = (span(&case["up_window_s"]), span(&case["down_window_s"]));
    let replicas = made.between(now(), count(&case["current"]), count(&case["desired"]), up, down);
    same("replicas", Some(replicas), optional(&case["expected"]))
}

fn pod(pod: &Value, measure: Measure) -> PodGroup {
    let sample =
        pod["metric_m"].as_u64().map(|total_m| Sample { total_m, at: at(&pod["metric_age_s"]), window: span(&pod["metric_window_s"]) });
    PodGroup {
        count: 1,
        phase: phase(text(&pod["phase"])),
        deleting: flag(&pod["deleted"]),
        started: Some(at(&pod["start_age_s"])),
        readiness: Some(Readiness { ready: flag(&pod["ready"]), since: at(&pod["ready_transition_age_s"]) }),
        usage: usage(sample, measure),
        request: Requests { cpu_m: pod.get("request_m").and_then(Value::as_u64), memory_m: None },
    }
}

fn gone(total_m: u64, measure: Measure) -> PodGroup {
    let sample = Sample { total_m, at: now(), window: Span::from_secs(60) };
    PodGroup { count: 1, phase: Phase::Gone, usage: usage(Some(sample), measure), ..PodGroup::default() }
}

fn usage(sample: Option<Sample>, measure: Measure) -> Usage {
    match measure {
        Measure::Cpu => Usage { cpu: sample, ..Usage::default() },
        _ => Usage { concurrency: sample, ..Usage::default() },
    }
}

fn phase(name: &str) -> Phase {
    match name {
        "Running" => Phase::Running,
        "Pending" => Phase::Pending,
        "Failed" => Phase::Failed,
        other => panic!("unknown phase {other}"),
    }
}

fn rules(rules: &Value) -> Rules {
    let select = match text(&rules["select"]) {
        "Max" => Select::Max,
        "Min" => Select::Min,
        "Disabled" => Select::Disabled,
        other => panic!("unknown selection {other}"),
    };
    Rules { window: span(&rules["stabilization_s"]), select, policies: list(&rules["policies"]).iter().map(policy).collect() }
}

fn policy(policy: &Value) -> Policy {
    let value = count(&policy[1]);
    let amount = match text(&policy[0]) {
        "Pods" => PolicyAmount::Pods(value),
        "Percent" => PolicyAmount::Percent(value),
        other => panic!("unknown policy {other}"),
    };
    Policy { amount, period: span(&policy[2]) }
}

fn tolerance(case: &Value) -> Tolerance {
    Tolerance::both(case["config"]["tolerance"].as_f64().expect("a tolerance"))
}

fn now() -> SimTime {
    SimTime::from_secs(NOW)
}

fn at(age_s: &Value) -> SimTime {
    SimTime::from_secs(NOW.checked_sub(number(age_s)).expect("no age is beyond the zero time"))
}

fn span(seconds: &Value) -> Span {
    Span::from_secs(number(seconds))
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no whole number"))
}

fn count(value: &Value) -> u32 {
    u32::try_from(number(value)).expect("a count")
}

fn optional(value: &Value) -> Option<u32> {
    (!value.is_null()).then(|| count(value))
}

fn flag(value: &Value) -> bool {
    value.as_bool().unwrap_or_else(|| panic!("{value} is neither true nor false"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

fn same<T: PartialEq + Debug>(what: &str, ours: T, expected: T) -> Checked {
    if ours == expected { Ok(1) } else { Err(format!("{what}: we say {ours:?}, Kubernetes {expected:?}")) }
}
