//! The program as it is called: what it prints, what it writes, how it ends.
#![allow(clippy::disallowed_methods, reason = "a test of the program runs the program")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// Runs `coldcast` in a folder of its own.
fn coldcast(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_coldcast")).args(arguments).current_dir(folder).output().unwrap()
}

fn scenario(name: &str) -> String {
    format!("{}/scenarios/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

const QUICK: &str = "name: quick\nquestion: Is it quick?\nrun: { horizon: 1h, replications: 3 }\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    \
                     traffic: [ { poisson: { rate: 1/s } } ]\n    request: { cpu: 50ms }\n    cold-start: { profile: eci, runtime: go, image: 20MB }\n\
                     policies:\n  zero: {}\n  one: { services.s.autoscaler.kpa.min-scale: 1 }\n";

fn quick(folder: &Path) {
    fs::write(folder.join("quick.yaml"), QUICK).unwrap();
}

#[test]
fn a_run_prints_its_answer_and_writes_its_files() {
    let folder = tempfile::tempdir().unwrap();
    quick(folder.path());
    let output = coldcast(folder.path(), &["run", "quick.yaml"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let answer = text(&output.stdout);
    for word in ["Is it quick?", "zero", "one", "latency p99", "cost, CNY", "cold starts"] {
        assert!(answer.contains(word), "no `{word}` in\n{answer}");
    }
    assert!(answer.lines().all(|line| line.chars().count() <= 120));
    let mut files: Vec<_> =
        fs::read_dir(folder.path().join("results/quick")).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    files.sort();
    for file in [
        "summary.json",
        "summary.csv",
        "timeline.csv",
        "latency.svg",
        "latency.png",
        "timeline.svg",
        "timeline.png",
        "cost-latency.svg",
        "cost-latency.png",
    ] {
        assert!(files.iter().any(|it| it == file), "no {file} in {files:?}");
    }
    assert!(files.iter().all(|file| !file.starts_with('.')), "no temporary file stays: {files:?}");
}

#[test]
fn json_is_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    quick(folder.path());
    let output = coldcast(folder.path(), &["run", "quick.yaml", "--format", "json", "--dry", "--quiet"]);
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    for key in ["version", "seed", "scenario", "scenario_hash", "policies"] {
        assert!(!summary[key].is_null(), "{key}");
    }
    let policy = &summary["policies"][1];
    let places = [
        "/name",
        "/requests/arrived",
        "/requests/completed",
        "/requests/timed_out",
        "/requests/rejected",
        "/requests/failed",
        "/requests/in_flight",
        "/latency_s/mean",
        "/latency_s/p50",
        "/latency_s/p90",
        "/latency_s/p95",
        "/latency_s/p99",
        "/latency_s/p999",
        "/latency_s/max",
        "/cold_starts",
        "/cold_request_rate",
        "/timeout_rate",
        "/error_rate",
        "/instances/mean",
        "/instances/ready_mean",
        "/instances/max",
        "/cost/currency",
        "/cost/total",
        "/cost/lines/0/line",
        "/cost/lines/0/quantity",
        "/cost/lines/0/unit",
        "/cost/lines/0/amount",
        "/intervals/latency_s/p99/low",
        "/intervals/cost/total/high",
        "/vs_baseline/cost/total/difference",
        "/vs_baseline/cost/total/low",
        "/vs_baseline/cost/total/significant",
    ];
    for place in places {
        assert!(policy.pointer(place).is_some_and(|value| !value.is_null()), "{place} in {policy:#}");
    }
    assert!(!folder.path().join("results").exists(), "--dry writes nothing");
}

#[test]
fn schemas_are_json_schemas() {
    let folder = tempfile::tempdir().unwrap();
    for (which, word) in
        [("scenario", "container-concurrency"), ("results", "cold_request_rate"), ("sweep", "beaten_by"), ("check", "unseen")]
    {
        let output = coldcast(folder.path(), &["schema", which]);
        let schema: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(schema["$schema"].as_str().unwrap().contains("json-schema.org"));
        assert!(text(&output.stdout).contains(word));
    }
}

/// Examples can be pasted as they stand: no line is broken without a backslash, and what they name is there.
#[test]
fn examples_of_the_help_can_be_run() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["run", "sweep", "optimize", "check", "explain", "what-if-free", "schema", "list", "prices"] {
        let output = coldcast(folder.path(), &[command, "--help"]);
        let help = text(&output.stdout).replace("\\\n", " ");
        let examples = help.split_once("Examples:\n").unwrap_or_else(|| panic!("{command} has no examples")).1;
        for example in examples.lines().take_while(|line| !line.is_empty()) {
            assert!(example.starts_with(&format!("  coldcast {command} ")), "broken: {example}");
            let words: Vec<&str> = example.split_whitespace().collect();
            let Some(file) = words.iter().find_map(|word| word.strip_prefix("scenarios/")) else { continue };
            let content = fs::read_to_string(scenario(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
            for named in words.windows(2).filter(|pair| pair[0].starts_with("--polic")) {
                assert!(content.contains(&format!("\n  {}:", named[1])), "{file} has no policy {}", named[1]);
            }
        }
    }
}

#[test]
fn every_list_lists() {
    let folder = tempfile::tempdir().unwrap();
    for (what, word) in [
        ("policies", "keep-alive"),
        ("sources", "poisson"),
        ("profiles", "eci-imagecache"),
        ("runtimes", "java-spring"),
        ("books", "aliyun-cn-hangzhou"),
        ("types", "ecs.c6.large"),
        ("figures", "latency_s.p99"),
    ] {
        let output = coldcast(folder.path(), &["list", what]);
        assert!(text(&output.stdout).contains(word), "{what}");
    }
}

/// Bad input ends with 2, says why on stderr, prints nothing on stdout and writes nothing.
#[track_caller]
fn check_refused(prepare: impl Fn(&Path), arguments: &[&str], words: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    quick(folder.path());
    prepare(folder.path());
    let output = coldcast(folder.path(), arguments);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(output.stdout.is_empty());
    assert!(!folder.path().join("results").is_dir(), "nothing is written");
    for word in words {
        assert!(said.contains(word), "no `{word}` in\n{said}");
    }
    assert!(!said.contains("panicked"), "{said}");
}

fn nothing(_: &Path) {}

/// A scenario that replays `trace.csv`.
fn replay(source: &str) -> impl Fn(&Path) {
    let text = QUICK.replace("{ poisson: { rate: 1/s } }", source);
    move |folder: &Path| fs::write(folder.join("quick.yaml"), &text).unwrap()
}

#[test]
fn files_that_are_not_there_or_not_right() {
    check_refused(nothing, &["run", "none.yaml"], &["could not read `none.yaml`"]);
    check_refused(nothing, &["run", "."], &["could not read `.`", "folder"]);
    check_refused(
        |folder| fs::write(folder.join("quick.yaml"), [0x6e, 0xff, 0xfe, 0x00]).unwrap(),
        &["run", "quick.yaml"],
        &["quick.yaml:1", "UTF-8"],
    );
    check_refused(nothing, &["run", "quick.yaml", "--format", "xml"], &["xml", "markdown"]);
    check_refused(nothing, &["run"], &["SCENARIO"]);
    check_refused(nothing, &["run", "quick.yaml", "--trace", "somewhere"], &["the scenario replays none"]);
    check_refused(|folder| fs::write(folder.join("results"), "a file").unwrap(), &["run", "quick.yaml"], &["could not write to"]);
}

#[test]
fn traces_that_are_not_right() {
    let csv = "{ csv: { file: trace.csv } }";
    let with = |content: &'static [u8]| {
        move |folder: &Path| {
            replay(csv)(folder);
            fs::write(folder.join("trace.csv"), content).unwrap();
        }
    };
    check_refused(replay(csv), &["run", "quick.yaml"], &["trace.csv"]);
    check_refused(with(b""), &["run", "quick.yaml"], &["trace.csv", "empty"]);
    check_refused(with(b"time,duration\n1,2\n"), &["run", "quick.yaml"], &["trace.csv:1", "timestamp"]);
    check_refused(with(b"timestamp,duration\n1,1\n0.5,1\n"), &["run", "quick.yaml"], &["trace.csv:3"]);
    check_refused(with(b"timestamp,duration\n1,1\n2\n"), &["run", "quick.yaml"], &["trace.csv:3"]);
    check_refused(with(b"timestamp,duration\n-5,1\n"), &["run", "quick.yaml"], &["trace.csv:2"]);
    check_refused(with(b"timestamp,duration\n1e300,1\n"), &["run", "quick.yaml"], &["trace.csv:2"]);
    check_refused(with(b"timestamp\n1\n\xff\xfe\n"), &["run", "quick.yaml"], &["trace.csv:3"]);
    check_refused(with(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x2b]), &["run", "quick.yaml"], &["trace.csv"]);
    check_refused(replay("{ csv: { file: /dev/zero } }"), &["run", "quick.yaml"], &["/dev/zero", "a pipe or a device"]);
    check_refused(replay("{ azure-2019: { folder: nowhere } }"), &["run", "quick.yaml"], &["nowhere"]);
}

#[test]
fn standard_input_is_a_scenario_too() {
    use std::io::Write as _;
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_coldcast"));
    let command = command.args(["run", "-", "--dry", "--format", "csv", "-q"]).current_dir(folder.path());
    let mut child = command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(QUICK.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && text(&output.stdout).starts_with("policy,"));
}

#[test]
fn a_made_trace_can_be_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let made = coldcast(folder.path(), &["trace", "generate", "trace", "--functions", "5", "--minutes", "60", "--seed", "7"]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let output = coldcast(
        folder.path(),
        &["run", &scenario("azure-day.yaml"), "--trace", "trace", "--dry", "-q", "--replications", "1", "--format", "json"],
    );
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
    assert_eq!(summary["horizon_s"].as_f64(), Some(3600.0));
}

/// The committed trace is what the documented command makes.
#[test]
fn the_shipped_trace_is_what_its_command_makes() {
    let folder = tempfile::tempdir().unwrap();
    assert!(coldcast(folder.path(), &["trace", "generate", "made"]).status.success());
    for file in ["invocations.csv", "durations.csv", "memory.csv"] {
        let made = fs::read(folder.path().join("made").join(file)).unwrap();
        assert!(made == fs::read(scenario(&format!("azure-day/{file}"))).unwrap(), "{file} differs");
    }
}

#[test]
fn prices_are_listed_shown_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    let said = |arguments: &[&str]| {
        let output = coldcast(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output.stderr));
        text(&output.stdout).to_owned()
    };
    for format in ["table", "json", "csv", "markdown"] {
        assert!(said(&["prices", "list", "--format", format]).contains("gcp-cloud-run-request-tier-2"), "{format}");
        let shown = said(&["prices", "show", "aws-lambda-x86-us-east-1", "--format", format]);
        for word in ["0.0000166667", "GB-second", "15000000000", "golden"] {
            assert!(shown.contains(word), "no `{word}` in {format}:\n{shown}");
        }
    }
    let book: Value = serde_json::from_str(&said(&["prices", "show", "alibaba-clb-cn", "--format", "json"])).unwrap();
    assert_eq!((book["currency"].as_str(), book["prices"].as_array().unwrap().len()), (Some("CNY"), 11));
    assert_eq!(coldcast(folder.path(), &["prices", "show", "aliyun"]).status.code(), Some(2));

    let own = said(&["prices", "show", "own-nodes-aws-us-east-1", "--format", "csv"]);
    assert!(own.starts_with("item,price,unit,size,source\n") && own.contains("m5.large,0.096,instance-hour,2 vCPU 8 GiB,docs\n"), "{own}");
}

#[test]
fn a_book_of_ones_own_is_checked_with_every_problem_and_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let (_, good) = coldcast::billing::BOOKS.iter().find(|(name, _)| *name == "alibaba-fc-cn").unwrap();
    fs::write(folder.path().join("good.yaml"), good).unwrap();
    let output = coldcast(folder.path(), &["prices", "check", "good.yaml"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).starts_with("good.yaml is a price book: alibaba-fc in cn, "));
    let bad = good.replace("currency: CNY", "currency: CNYY").replace("price: 0.15, unit: CU/GB-second", "price: .nan, unit: CU/GB-secnd");
    let line = |what: &str| bad.lines().position(|line| line.contains(what)).unwrap() + 1;
    fs::write(folder.path().join("bad.yaml"), &bad).unwrap();
    let output = coldcast(folder.path(), &["prices", "check", "bad.yaml"]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    for place in [format!("bad.yaml:{}:", line("CNYY")), format!("bad.yaml:{}:", line("GB-secnd"))] {
        assert!(said.contains(&place), "no `{place}` in\n{said}");
    }
    assert!(said.contains("not a number") && said.contains("did you mean `GB-second`?"), "{said}");
    assert!(output.stdout.is_empty());
}
