//! The optimizer against enumeration: the same answer for less work; and what it says when there is none.
#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a test of the program runs it, and prints what it measured")]

mod common;

use coldcast::experiment::{self, Effort, Finding, Goal, Grid, Optimum, Sweep};
use coldcast::expression::{Claim, Formula, Vocabulary};
use coldcast::scenario::{Axis, Draft, Options};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// A shop that sleeps: how many stand by, and how long an instance is kept.
const SHOP: &str = "\
name: shop
run: { horizon: 6h, replications: 20 }
prices: aliyun-cn-hangzhou
services:
  s:
    traffic: [ { bursts: { on-rate: 2/s, on: { exponential: { mean: 10m } }, off: { exponential: { mean: 20m } } } } ]
    request: { cpu: 60ms, io: 40ms, timeout: 10s }
    container-concurrency: 10
    cold-start: { profile: eci-imagecache, runtime: node, image: 100MB }
policies:
  knative: {}
  keep-alive: { services.s.autoscaler.keep-alive.idle: 10m }
";

/// A steady crowd on instances that never start: how many, and how large.
const CROWD: &str = "\
name: crowd
run: { horizon: 20m, replications: 8 }
prices: aliyun-cn-hangzhou
services:
  s:
    traffic: [ { poisson: { rate: 8/s } } ]
    request: { cpu: { lognormal: { median: 150ms, sigma: 0.8 } }, timeout: 5s }
    container-concurrency: 4
    instance: { vcpu: 1, memory: 2GiB }
    cold-start: { profile: eci-imagecache, runtime: go, image: 50MB }
    autoscaler: { fixed: { instances: 2 } }
";

/// Rare visitors: what is worth paying for a quick start.
const RARE: &str = "\
name: rare
run: { horizon: 12h, replications: 10 }
prices: aliyun-cn-hangzhou
services:
  s:
    traffic: [ { poisson: { rate: 6/h } } ]
    request: { cpu: 200ms, timeout: 60s }
    container-concurrency: 10
    cold-start: { profile: eci, runtime: java-spring, image: 386MB }
policies:
  zero: {}
  one: { services.s.autoscaler.kpa.min-scale: 1 }
";

struct Case {
    text: &'static str,
    minimize: &'static str,
    subject_to: &'static [&'static str],
    over: &'static [&'static str],
    indifference: f64,
}

const CASES: [Case; 3] = [
    Case {
        text: SHOP,
        minimize: "cost",
        subject_to: &["latency.p99 < 1s", "timeout_rate < 1%"],
        over: &[
            "services.s.autoscaler.kpa.min-scale=0..3",
            "services.s.autoscaler.keep-alive.idle=1m,10m,30m",
            "services.s.container-concurrency=2,5,10",
        ],
        indifference: 0.01,
    },
    Case {
        text: CROWD,
        minimize: "cost",
        subject_to: &["latency.p95 < 1s", "error_rate < 1%", "timeout_rate < 1%"],
        over: &["services.s.autoscaler.fixed.instances=1..8", "services.s.container-concurrency=1,2,4,8"],
        indifference: 0.01,
    },
    Case {
        text: RARE,
        minimize: "latency.mean",
        subject_to: &["cost < 0.9 * cost(one)"],
        over: &[
            "services.s.cold-start.profile=eci,eci-imagecache",
            "services.s.cold-start.runtime=java-spring,java-native,go",
            "services.s.autoscaler.kpa.min-scale=0,1",
        ],
        indifference: 0.01,
    },
];

fn goal(text: &str, case: &Case, draft: &Draft) -> Goal {
    let policies: Vec<String> = draft.policies().into_iter().map(str::to_owned).collect();
    let vocabulary = Vocabulary { policies, currency: "CNY".into() };
    assert!(text.contains("prices: aliyun-cn"), "the prices are in CNY");
    Goal {
        minimize: Formula::parse(case.minimize, &vocabulary).unwrap(),
        minimize_text: case.minimize.into(),
        subject_to: case
            .subject_to
            .iter()
            .map(|claim| Claim::parse(claim, &vocabulary).unwrap_or_else(|error| panic!("{error}")))
            .collect(),
        policies: vocabulary.policies.len(),
    }
}

/// What the optimizer finds, and the whole grid as often as the scenario says.
fn both(case: &Case, budget: Option<u64>) -> (Optimum, Sweep, Goal) {
    let open = common::no_files();
    let draft = Draft::read("t.yaml", case.text).unwrap();
    let axes = || case.over.iter().map(|axis| Axis::parse("--over", axis).unwrap()).collect();
    let grid = Grid::new(&draft, axes(), &[]).unwrap_or_else(|error| panic!("{error}"));
    let goal = goal(case.text, case, &draft);
    let own = if draft.policies().is_empty() { Vec::new() } else { draft.every_policy() };
    let scenario = grid.resolve_beside(&draft, &Options::default(), &open, &own).unwrap_or_else(|error| panic!("{error}"));
    let effort = Effort { budget, indifference: case.indifference };
    let optimum = experiment::optimize(&draft, &grid, &scenario, &goal, &effort, &()).unwrap_or_else(|error| panic!("{error}"));
    let whole = grid.resolve(&draft, &Options::default(), &open).unwrap();
    (optimum, experiment::sweep(&grid, &whole, &(), &()).unwrap(), goal)
}

/// The cheapest cell whose means keep every promise.
fn enumerated(sweep: &Sweep, goal: &Goal) -> Option<usize> {
    let own = |cell: usize| {
        move |figure: usize, policy: usize| {
            // The policy `one` is a cell of its own: the first that says the same.
            let cell = if policy == goal.policies { cell } else { sweep.cells.iter().position(|it| is_policy(it, policy)).unwrap() };
            sweep.cells[cell].figures[figure].map(|it| it.point)
        }
    };
    fn is_policy(cell: &experiment::SweptCell, policy: usize) -> bool {
        // The rare scenario's second policy: eci, java-spring, one instance.
        policy == 1 && cell.levels == [Some(0), Some(0), Some(1)]
    }
    let keeps = |cell: &usize| {
        goal.subject_to.iter().all(|claim| {
            let sides = claim.sides(goal.policies, &own(*cell)).unwrap();
            sides.left < sides.right
        })
    };
    let value = |cell: usize| goal.minimize.value(goal.policies, &own(cell)).unwrap();
    (0..sweep.cells.len()).filter(keeps).min_by(|a, b| value(*a).total_cmp(&value(*b)))
}

#[test]
fn it_finds_what_enumeration_finds_for_less() {
    for case in &CASES {
        let (optimum, sweep, goal) = both(case, None);
        let expected = enumerated(&sweep, &goal).expect("something keeps the promises");
        let Finding::Found(best) = &optimum.finding else { panic!("{:?} of {}", optimum.finding, optimum.about.scenario) };
        let share = optimum.spent as f64 / optimum.enumeration as f64;
        println!(
            "{}: {} candidates, {} of {} replications ({:.0} %), keeps {:.4}, cheapest {:.4}",
            optimum.about.scenario,
            optimum.candidates.len(),
            optimum.spent,
            optimum.enumeration,
            share * 100.0,
            best.holds,
            best.cheapest
        );
        assert_eq!(best.candidate, expected, "{}", optimum.about.scenario);
        assert!(share < 0.75, "{} took {share} of the work", optimum.about.scenario);
        assert_eq!(optimum.candidates[best.candidate].figures, sweep.cells[expected].figures, "the same figures as a run");
        assert!(best.holds >= 0.95 && best.cheapest >= 0.95);
    }
}

#[test]
fn the_same_question_has_the_same_answer_on_one_thread() {
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(both(&CASES[1], None).0, one.install(|| both(&CASES[1], None).0));
}

#[test]
fn what_binds_and_what_a_step_would_break() {
    let (optimum, ..) = both(&CASES[1], None);
    let best = optimum.best().unwrap().candidate;
    let step = optimum.steps.iter().find(|step| step.axis == Some(0)).expect("one instance less is cheaper");
    assert_eq!(optimum.candidates[step.candidate].levels[0], optimum.candidates[best].levels[0].map(|level| level - 1));
    assert!(!step.breaks.is_empty() && step.saves.point < 0.0);
    for relaxed in &optimum.relaxed {
        assert!(relaxed.saves.point < 0.0);
    }
    let (path, value) = &optimum.overlay[0];
    assert_eq!(path, "services.s.autoscaler.fixed.instances");
    assert_eq!(*value, (optimum.candidates[best].levels[0].unwrap() + 1).to_string());
}

#[test]
fn where_nothing_keeps_the_promises_the_nearest_is_named() {
    let case = Case { subject_to: &["latency.p95 < 10ms"], ..CASES[1] };
    let (optimum, ..) = both(&case, None);
    let Finding::Nothing { nearest: Some(nearest) } = optimum.finding else { panic!("{:?}", optimum.finding) };
    let p95 = |candidate: usize| optimum.candidates[candidate].promises[0].unwrap().left.point;
    assert!((0..optimum.candidates.len()).all(|other| p95(nearest) <= p95(other) + 1e-9));
}

/// Whether the edge candidate itself keeps the promise is a coin flip, and a few replications may drop it. What is called sure
/// must keep the promise all the same, by the figures of the whole sweep.
#[test]
fn a_promise_on_the_edge_is_never_called_kept_by_who_breaks_it() {
    // The limit is the mean of the answer's own mean latency, to a hair.
    let (optimum, sweep, _) = both(&CASES[1], None);
    let latency = |cell: usize| sweep.cells[cell].figure("latency_s.mean").unwrap().point;
    let edge = latency(optimum.best().unwrap().candidate) + 1e-6;
    let claim: &'static str = Box::leak(format!("latency.mean < {edge}s").into_boxed_str());
    let claims: &'static [&'static str] = Box::leak(vec![claim].into_boxed_slice());
    let (optimum, ..) = both(&Case { subject_to: claims, ..CASES[1] }, Some(160));
    match &optimum.finding {
        Finding::Found(best) => assert!(latency(best.candidate) < edge, "{best:?}"),
        Finding::Unsure { open, .. } => assert!(!open.is_empty()),
        Finding::Nothing { .. } => panic!("the edge candidate keeps it by a hair: {:?}", optimum.finding),
    }
    assert!(optimum.spent <= 160, "{}", optimum.spent);
}

fn coldcast(folder: &Path, arguments: &[&str]) -> Output {
    fs::write(folder.join("crowd.yaml"), CROWD).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_coldcast"));
    command.args(["optimize", "crowd.yaml"]).args(arguments).current_dir(folder).output().unwrap()
}

/// The program ends with this code and says all of these words.
#[track_caller]
fn check(arguments: &[&str], code: i32, words: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let output = coldcast(folder.path(), arguments);
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{said}");
    for word in words {
        assert!(said.contains(word), "no `{word}` in\n{said}");
    }
    assert_eq!(folder.path().join("results/crowd/optimize/optimize.json").exists(), code != 2 && !arguments.contains(&"--dry"));
    output
}

const OVER: &str = "services.s.autoscaler.fixed.instances=2..6";

#[test]
fn the_exit_code_is_the_answer() {
    check(
        &["--subject-to", "latency.p95 < 900ms", "--over", OVER],
        0,
        &["Answer: base, instances", "What binds", "One step cheaper", "  cheapest:"],
    );
    check(
        &["--subject-to", "latency.p95 < 1ms", "--over", OVER],
        1,
        &["None of 5 candidates keeps every promise", "The nearest is base, instances"],
    );
    let json = check(&["--subject-to", "latency.p95 < 900ms", "--over", OVER, "--dry", "--format", "json"], 0, &[]);
    let document: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(document["verdict"], "found");
    assert!(document["best"]["keeps_promises"].as_f64().unwrap() >= 0.95);
    assert_eq!(document["candidates"].as_array().unwrap().len(), 5);
}

#[test]
fn questions_that_cannot_be_asked() {
    check(
        &["--subject-to", "latency.p98 < 1s", "--subject-to", "cost < 2s", "--minimize", "coast", "--over", OVER],
        2,
        &["--minimize", "--subject-to", "^", "latency.p9", "cost"],
    );
    check(
        &["--over", "services.s.autoscaler.fixed.instance=1"],
        2,
        &["--over services.s.autoscaler.fixed.instance", "`services.s.autoscaler.fixed.instances`"],
    );
    check(&["--over", OVER, "--budget", "5"], 2, &["a budget of 5 replications", "`--budget"]);
    check(&["--over", OVER, "--policies", "none"], 2, &["no policy `none`"]);
}
