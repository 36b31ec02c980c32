//! The composite action: its steps are run here as GitHub's runner would run them, but for the build.
#![allow(clippy::disallowed_methods, reason = "a test of a script runs the script")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const SCENARIO: &str = "name: s\nrun: { horizon: 1h, replications: 3 }\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    \
                        traffic: [ { poisson: { rate: 1/s } } ]\n    request: { cpu: 50ms }\n    autoscaler: { fixed: { instances: 1 } }\n\
                        expect: { base: [ \"latency.p99 < 1s\" ] }\n";

fn action() -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml");
    serde_saphyr::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

fn git(folder: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"];
    let done = Command::new("git").args(identity).args(arguments).current_dir(folder).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// Runs a step of the action with these inputs; what the step does not take is its default.
fn step(action: &Value, name: &str, folder: &Path, inputs: &[(&str, &str)]) -> Output {
    let steps = action["runs"]["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["name"] == name).unwrap_or_else(|| panic!("no step `{name}`"));
    let script = step["run"].as_str().unwrap();
    let mut command = Command::new("bash");
    // As the runner calls bash for `shell: bash`.
    command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]).current_dir(folder.join("repository"));
    for (variable, value) in step["env"].as_object().unwrap() {
        let input = value.as_str().unwrap().trim_start_matches("${{ inputs.").trim_end_matches(" }}");
        let given = inputs.iter().find(|(name, _)| *name == input).map(|(_, value)| *value);
        command.env(variable, given.or(action["inputs"][input]["default"].as_str()).unwrap_or_default());
    }
    let files = ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"].map(|name| (name, folder.join(name)));
    let command = command.env("COLDCAST", env!("CARGO_BIN_EXE_coldcast")).env("RUNNER_TEMP", folder).env("GITHUB_ACTIONS", "true");
    command.envs(files).output().unwrap()
}

/// A pull request that replaces `from` by `to` in the scenario ends with this code, and says these words in its comment.
#[track_caller]
fn check(from: &str, to: &str, inputs: &[(&str, &str)], code: i32, words: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let repository = folder.path().join("repository");
    fs::create_dir(&repository).unwrap();
    git(&repository, &["init", "-q"]);
    fs::write(repository.join("s.yaml"), SCENARIO).unwrap();
    git(&repository, &["add", "."]);
    git(&repository, &["commit", "-qm", "as it was"]);
    assert!(from.is_empty() || SCENARIO.contains(from));
    fs::write(repository.join("s.yaml"), SCENARIO.replace(from, to)).unwrap();
    let action = action();
    let inputs = [&[("scenario", "s.yaml"), ("baseline-ref", "main")], inputs].concat();
    // Twice: a job may use the action for several scenarios.
    step(&action, "Run the scenario as it was", folder.path(), &inputs);
    let before = step(&action, "Run the scenario as it was", folder.path(), &inputs);
    assert_eq!(before.status.code(), Some(0), "{}", String::from_utf8_lossy(&before.stderr));
    let after = step(&action, "Check", folder.path(), &inputs);
    assert_eq!(after.status.code(), Some(code), "{}", String::from_utf8_lossy(&after.stderr));
    let comment = fs::read_to_string(repository.join("coldcast.md")).unwrap();
    let summary = fs::read_to_string(folder.path().join("GITHUB_STEP_SUMMARY")).unwrap();
    assert_eq!(comment, summary, "the step's summary is the comment");
    for word in words {
        assert!(comment.contains(word), "no `{word}` in\n{comment}");
    }
    assert!(fs::read_to_string(repository.join("coldcast.xml")).unwrap().contains("<testsuite "));
    let marked = String::from_utf8_lossy(&after.stderr).contains("::error file=s.yaml,line=");
    assert_eq!(marked, code == 1, "{}", String::from_utf8_lossy(&after.stderr));
    let output = fs::read_to_string(folder.path().join("GITHUB_OUTPUT")).unwrap();
    assert!(output.starts_with("answer="), "{output}");
}

#[test]
fn a_pull_request_is_answered() {
    check("", "", &[], 0, &["✅", "The scenario has not changed since"]);
    check("cpu: 50ms", "cpu: 60ms", &[], 1, &["❌", "latency.p99", "| services.s.request.cpu | 50ms | 60ms |"]);
    check(
        "cpu: 50ms",
        "cpu: 60ms",
        &[("arguments", "--tolerance latency.p50=30% --tolerance latency.p95=30% --tolerance latency.p99=30%")],
        0,
        &["✅"],
    );
    check("latency.p99 < 1s", "latency.p99 < 1ms", &[], 1, &["1 promise broken"]);
    let sure = [("baseline-replications", "12"), ("arguments", "--until-sure")];
    check("cpu: 50ms", "cpu: 49ms", &sure, 0, &["12 replications, the same requests, compared pair by pair"]);
}

#[test]
fn what_cannot_be_told_fails_unless_it_may_pass() {
    let rare = "requests.arrived < 3600";
    check("latency.p99 < 1s", rare, &[], 3, &["❔"]);
    check("latency.p99 < 1s", rare, &[("cannot-tell", "pass")], 0, &["❔"]);
}
