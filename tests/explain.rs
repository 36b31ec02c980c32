//! Explained requests: their parts sum to their latency, the slowest is the slowest, the words are as expected, and the trace for
//! Perfetto parses and nests.
#![allow(clippy::disallowed_methods, reason = "the scenarios are files")]

#[path = "common/files.rs"]
mod files;

use std::path::{Path, PathBuf};

use coldcast::experiment::{self, Explanation, Question};
use coldcast::observe::witness::{Everything, Wanted, Watch};
use coldcast::report::{explain, perfetto};
use coldcast::scenario::Scenario;
use coldcast::units::{SimTime, Span};
use proptest::prelude::*;
use serde_json::Value;

use files::{folder, load};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/explain").join(name)
}

fn tiny() -> Scenario {
    load(&data("tiny.yaml"), 1)
}

fn ask(policy: &str, wanted: Wanted, everything: Option<Everything>) -> Question {
    Question { policy: Some(policy.to_owned()), service: None, replication: 1, watch: Watch { wanted, everything } }
}

#[track_caller]
fn explained(scenario: &Scenario, policy: &str, wanted: Wanted) -> Explanation {
    experiment::explain(scenario, &ask(policy, wanted, None)).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn check_words(policy: &str, wanted: Wanted, file: &str) {
    let words = explain::render(&explained(&tiny(), policy, wanted));
    let expected = std::fs::read_to_string(data(file)).unwrap();
    assert_eq!(words, expected, "\n{words}");
}

#[test]
fn the_words_of_a_scenario_made_by_hand() {
    check_words("patient", Wanted::Slowest(1), "patient.txt");
    check_words("hasty", Wanted::TimedOut(1), "hasty.txt");
}

/// Text of a refusal.
#[track_caller]
fn refused(question: &Question) -> String {
    experiment::explain(&tiny(), question).expect_err("this was to be refused").to_string()
}

#[test]
fn bad_questions_are_refused_with_a_way_out() {
    let patient = |wanted| ask("patient", wanted, None);
    let cases = [
        (ask("patent", Wanted::Slowest(1), None), "there is no policy `patent`", "did you mean `patient`?"),
        (Question { policy: None, ..patient(Wanted::Slowest(1)) }, "2 policies; which one?", "patient, hasty"),
        (Question { service: Some("shap".into()), ..patient(Wanted::Slowest(1)) }, "no service `shap`", "did you mean `shop`?"),
        (patient(Wanted::Number(0)), "no request 0", "counted from 1"),
        (patient(Wanted::Number(2)), "there is no request 2", "1 arrived, counted from 1"),
        (patient(Wanted::At(SimTime::from_secs(300))), "not before the horizon of 5m", "start of the run"),
        (patient(Wanted::At(SimTime::from_secs(200))), "no request arrived at 200s or later", "the last of 1 requests arrived at 2m"),
        (patient(Wanted::TimedOut(3)), "no request timed out", "--slowest"),
        (Question { replication: 2, ..patient(Wanted::Slowest(1)) }, "no replication 2", "the scenario has 1"),
        (Question { replication: 0, ..patient(Wanted::Slowest(1)) }, "no replication 0", "counted from 1"),
    ];
    for (question, message, hint) in cases {
        let text = refused(&question);
        assert!(text.contains(message) && text.contains(hint), "no `{message}` and `{hint}` in\n{text}");
    }
}

/// Every request that is explained has parts that sum to its latency, and the slowest has the greatest latency there is.
#[track_caller]
fn check_slowest(scenario: &Scenario, policy: &str) {
    let explanation = explained(scenario, policy, Wanted::Slowest(50));
    let run = experiment::run(scenario, &()).unwrap();
    let max = run.policies.iter().find(|it| it.name == policy).unwrap().figure("latency_s.max").unwrap().point;
    assert_eq!(explanation.lives[0].latency().unwrap().as_secs_f64(), max, "{policy}");
    let mut before = Span::MAX;
    for life in &explanation.lives {
        let latency = life.latency().unwrap();
        assert!(latency <= before, "the slowest come first");
        assert_eq!(life.end() - life.sent(), latency, "request {} was sent, lived and ended", life.number);
        assert_eq!(explained(scenario, policy, Wanted::Number(life.number)).lives, [*life], "asked for by its number");
        before = latency;
        if life.number > 3 {
            break;
        }
    }
    // The words assert that the chain sums.
    assert!(!explain::render(&explanation).is_empty());
}

#[test]
fn the_slowest_request_has_the_longest_latency() {
    check_slowest(&tiny(), "patient");
    check_slowest(&tiny(), "hasty");
    let first = load(&folder().join("first-request.yaml"), 1);
    check_slowest(&first, "docker-hub");
    check_slowest(&first, "image-cache");
    check_slowest(&load(&folder().join("burst-from-zero.yaml"), 1), &policy_of("burst-from-zero.yaml"));
}

fn policy_of(file: &str) -> String {
    load(&folder().join(file), 1).policies[0].name.clone()
}

/// Slices of a lane nest or follow each other, and those within a request last as long as it.
#[track_caller]
fn check_trace(text: &str) -> usize {
    let trace: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}"));
    let ns = |event: &Value, key: &str| (event[key].as_f64().unwrap() * 1000.0).round() as i64;
    let slices: Vec<(u64, u64, i64, i64, String)> = trace["traceEvents"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["ph"] == "X")
        .map(|it| {
            let (from, name) = (ns(it, "ts"), it["name"].as_str().unwrap().to_owned());
            (it["pid"].as_u64().unwrap(), it["tid"].as_u64().unwrap(), from, from + ns(it, "dur"), name)
        })
        .collect();
    let mut open: Vec<&(u64, u64, i64, i64, String)> = Vec::new();
    let mut sorted: Vec<_> = slices.iter().collect();
    sorted.sort_by_key(|it| (it.0, it.1, it.2, -it.3));
    for slice in sorted {
        while open.last().is_some_and(|it| (it.0, it.1) != (slice.0, slice.1) || it.3 <= slice.2) {
            open.pop();
        }
        assert!(open.last().is_none_or(|it| it.2 <= slice.2 && slice.3 <= it.3), "{slice:?} crosses {:?}", open.last());
        open.push(slice);
    }
    let whole: i64 = slices.iter().filter(|it| it.4.starts_with("request ")).map(|it| it.3 - it.2).sum();
    let parts: i64 = slices.iter().filter(|it| it.0 == 1 && !it.4.starts_with("request ")).map(|it| it.3 - it.2).sum();
    assert_eq!(whole, parts, "the parts of requests last as long as they");
    slices.iter().filter(|it| it.4.starts_with("request ")).count()
}

#[test]
fn a_trace_for_perfetto_parses_and_nests() {
    let everything = |limit| Some(Everything { from: SimTime::ZERO, limit });
    let of = |file: &str, limit| {
        let scenario = load(&folder().join(file), 1);
        experiment::explain(&scenario, &ask(&scenario.policies[0].name, Wanted::Slowest(1), everything(limit))).unwrap()
    };
    let burst = of("burst-from-zero.yaml", 500);
    assert_eq!(check_trace(&perfetto::render(&burst)) as u64, burst.arrived.min(500));
    let first = of("first-request.yaml", 100);
    let scene = first.everything.as_ref().unwrap();
    assert_eq!((scene.requests.len() as u64 + scene.requests_left_out, scene.requests.len()), (first.arrived, 100));
    assert_eq!(check_trace(&perfetto::render(&first)), 100);
    assert_eq!(perfetto::render(&first), perfetto::render(&of("first-request.yaml", 100)), "the same bytes");
}

/// A scenario of this text.
fn written(text: &str) -> Scenario {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.yaml");
    std::fs::write(&path, text).unwrap();
    load(&path, 1)
}

/// A reserve's instances are in pools behind the revisions: they have names, and are part of what a request finds.
#[test]
fn a_request_that_a_reserve_serves_is_explained() {
    let scenario = written(
        "name: r\nrun: { horizon: 2h, replications: 1 }\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    traffic: [ { timer: { every: 30m, phase: 20m } } ]\n    \
         request: { cpu: 50ms }\n    container-concurrency: 1\n    instance: { type: ecs.c5.large }\n    cold-start: { profile: eci, runtime: go, image: 20MB }\n    \
         reserve: { type: ecs.t6-c1m1.large, credits: {} }\npolicies:\n  reserve: {}\n",
    );
    let explanation = explained(&scenario, "reserve", Wanted::Number(2));
    let life = explanation.lives[0];
    let instance = life.instance.unwrap();
    assert_eq!(explanation.revisions[instance.revision as usize].name, "main-reserve-0");
    assert_eq!((life.around.usable, life.revision, life.begun), (1, 0, Some(life.arrived)));
    assert!(explain::render(&explanation).contains("of revision main-reserve-0 served it"), "{}", explain::render(&explanation));
    check_slowest(&scenario, "reserve");
}

const POLICIES: [&str; 4] =
    ["kpa: {}", "keep-alive: { idle: 20s, max-instances: 3, at-limit: queue }", "fixed: { instances: 1 }", "hpa: { max-replicas: 5 }"];

fn made(rate: u32, cpu_ms: u32, concurrency: u32, timeout_s: u32, policy: &str, warmup_s: u32) -> Scenario {
    let text = format!(
        "name: p\nrun: {{ horizon: 4m, warmup: {warmup_s}s, replications: 1 }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    traffic: [ {{ poisson: {{ rate: {rate}/s }} }}, {{ batch: {{ every: 1m, size: 30 }} }} ]\n    \
         request: {{ cpu: {cpu_ms}ms, timeout: {timeout_s}s }}\n    container-concurrency: {concurrency}\n    \
         cold-start: {{ profile: eci, runtime: go, image: 20MB }}\n    autoscaler: {{ {policy} }}\n"
    );
    written(&text)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// A witness changes nothing, sees everyone, and what the slowest ones' parts sum to is their latency, whatever the policy.
    #[test]
    fn a_witness_sees_what_the_figures_say(
        rate in 1_u32..20, cpu_ms in 1_u32..300, concurrency in 0_u32..4, timeout_s in 1_u32..30, policy in 0_usize..4, warmup_s in 0_u32..100,
    ) {
        let scenario = made(rate, cpu_ms, concurrency, timeout_s, POLICIES[policy], warmup_s);
        let run = experiment::run(&scenario, &()).unwrap();
        let name = &scenario.policies[0].name;
        let everything = Some(Everything { from: SimTime::ZERO, limit: 1_000_000 });
        let explanation = experiment::explain(&scenario, &ask(name, Wanted::Slowest(usize::MAX), everything)).unwrap();
        explain::render(&explanation);
        let outcome = &run.policies[0].merged;
        let latencies: Vec<u64> = explanation.lives.iter().map(|it| it.latency().unwrap().0).collect();
        prop_assert_eq!(latencies.len() as u64, outcome.latency.count());
        prop_assert_eq!(latencies.iter().map(|it| u128::from(*it)).sum::<u128>(), outcome.latency.sum_ns());
        let blame = outcome.blame.above(&outcome.latency, 0.0);
        for (part, total) in blame.iter().enumerate() {
            prop_assert_eq!(explanation.lives.iter().map(|it| u128::from(it.parts[part])).sum::<u128>(), *total, "part {}", part);
        }
        let scene = explanation.everything.as_ref().unwrap();
        let timed_out = scene.requests.iter().filter(|it| it.measured && it.ending.is_timeout()).count() as u64;
        prop_assert_eq!(timed_out, outcome.tally.timed_out());
        prop_assert_eq!(scene.requests.iter().filter(|it| it.measured).count() as u64, outcome.tally.arrived);
        prop_assert_eq!(check_trace(&perfetto::render(&explanation)) as u64, explanation.arrived);
    }
}

/// Runs the program in a folder of its own.
fn coldcast(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_coldcast")).args(arguments).current_dir(folder).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_program_writes_a_trace_and_says_what_it_leaves_out() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = files::folder().join("first-request.yaml").to_string_lossy().into_owned();
    let (code, stdout, stderr) = coldcast(
        folder.path(),
        &["explain", &scenario, "--policy", "docker-hub", "--format", "json", "--perfetto", "trace.json", "--perfetto-requests", "10"],
    );
    assert_eq!(code, Some(0), "{stderr}");
    let answer: Value = serde_json::from_str(&stdout).unwrap();
    let request = &answer["requests"][0];
    let parts: u64 = request["blame_ns"].as_object().unwrap().values().map(|it| it.as_u64().unwrap()).sum();
    assert_eq!(request["latency_ns"].as_u64(), Some(parts));
    assert!(stderr.contains("the trace ends after 10 requests; 710 later ones are left out"), "{stderr}");
    assert_eq!(check_trace(&std::fs::read_to_string(folder.path().join("trace.json")).unwrap()), 10);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays");
}

#[test]
fn the_program_refuses_with_exit_code_2_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = data("tiny.yaml").to_string_lossy().into_owned();
    let cases: [&[&str]; 6] = [
        &["--policy", "patent", "--perfetto", "trace.json"],
        &["--policy", "patient", "--request", "9", "--perfetto", "trace.json"],
        &["--policy", "patient", "--at", "5m"],
        &["--policy", "patient", "--slowest", "1", "--request", "1"],
        &["--policy", "patient", "--slowest", "0"],
        &["--policy", "patient", "--perfetto-requests", "5"],
    ];
    for case in cases {
        let (code, stdout, stderr) = coldcast(folder.path(), &[&["explain", scenario.as_str()], case].concat());
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{case:?}: {stderr}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "{case:?} wrote something");
    }
}
