//! Sweeps: the same bytes whatever happens on the way, nothing read twice, and clear words for what cannot be.
#![allow(clippy::disallowed_methods, reason = "a test of the program runs the program")]

mod common;

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use coldcast::experiment::{self, Grid, Standing, Sweep};
use coldcast::scenario::{Axis, Draft, Options};
use coldcast::traffic::Open;
use common::Memory;
use serde_json::Value;

const TINY: &str = "name: tiny\nrun: { horizon: 2m, replications: 2 }\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    \
                    traffic: [ { poisson: { rate: 5/s } } ]\n    request: { cpu: 50ms, timeout: 5s }\n    container-concurrency: 2\n    \
                    cold-start: { profile: eci, runtime: go, image: 20MB }\n\
                    policies:\n  zero: {}\n  one: { services.s.autoscaler.kpa.min-scale: 1 }\n  two: { services.s.autoscaler.fixed.instances: 2 }\n";

/// As long as a test has to catch it at work: each cell some thousands of requests.
const THOUSAND: [&str; 4] = ["--set", "services.s.container-concurrency=1..1000", "--policies", "one"];

fn coldcast(folder: &Path, arguments: &[&str]) -> Command {
    fs::write(folder.join("tiny.yaml"), TINY).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_coldcast"));
    command.args(["sweep", "tiny.yaml"]).args(arguments).current_dir(folder);
    command
}

fn sweep(folder: &Path, arguments: &[&str]) -> Output {
    coldcast(folder, arguments).output().unwrap()
}

#[track_caller]
fn done(output: &Output) {
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Every file below the results, with its content.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<_> = fs::read_dir(folder.join("results/tiny/sweep"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap_or_default()))
        .collect();
    found.sort();
    found
}

fn cells_kept(folder: &Path) -> usize {
    fs::read_dir(folder.join("results/tiny/sweep/cells")).map_or(0, Iterator::count)
}

/// Begins a sweep on one thread and waits until so many cells are kept.
fn begun(folder: &Path, cells: usize) -> Child {
    let mut command = coldcast(folder, &THOUSAND);
    let mut child = command.env("RAYON_NUM_THREADS", "1").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    while cells_kept(folder) < cells {
        assert_eq!(child.try_wait().unwrap(), None, "the sweep was done before it could be caught");
        std::thread::yield_now();
    }
    child
}

#[test]
fn killed_halfway_and_resumed_gives_the_same_bytes() {
    let (whole, cut) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let uninterrupted = sweep(whole.path(), &THOUSAND);
    done(&uninterrupted);
    let mut child = begun(cut.path(), 300);
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    assert!((300..1000).contains(&cells_kept(cut.path())));
    let resumed = sweep(cut.path(), &[&THOUSAND[..], &["--resume"]].concat());
    done(&resumed);
    assert_eq!(text(&uninterrupted.stdout), text(&resumed.stdout));
    let (expected, found) = (files(whole.path()), files(cut.path()));
    let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&expected), names(&found), "the same files, no cells, no lock");
    for ((name, expected), (_, found)) in expected.iter().zip(&found) {
        assert!(expected == found, "{name} differs");
    }
}

#[cfg(unix)]
#[test]
fn an_interruption_says_how_to_go_on_and_leaves_only_whole_cells() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = begun(folder.path(), 20);
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains("of 1000 cells are kept") && said.contains("--policies one --resume`"), "{said}");
    for entry in fs::read_dir(folder.path().join("results/tiny/sweep/cells")).unwrap() {
        let path = entry.unwrap().path();
        let read: Result<Value, _> = serde_json::from_slice(&fs::read(&path).unwrap());
        assert!(read.is_ok_and(|it| it.is_object()) && path.extension().is_some_and(|it| it == "json"), "{path:?}");
    }
    assert!(!folder.path().join("results/tiny/sweep/sweep.json").exists());
}

#[test]
fn two_sweeps_do_not_write_the_same_folder() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = begun(folder.path(), 5);
    let second = sweep(folder.path(), &["--set", "services.s.container-concurrency=1"]);
    child.kill().unwrap();
    child.wait().unwrap();
    let said = text(&second.stderr);
    assert_eq!(second.status.code(), Some(2), "{said}");
    assert!(said.contains("another coldcast") && said.contains(&child.id().to_string()) && said.contains("--out"), "{said}");
    done(&sweep(folder.path(), &["--set", "services.s.container-concurrency=1"]));
}

#[test]
fn cells_of_something_else_are_not_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = begun(folder.path(), 5);
    child.kill().unwrap();
    child.wait().unwrap();
    let kept = cells_kept(folder.path());
    let about = folder.path().join("results/tiny/sweep/cells/about.json");
    let written = fs::read_to_string(&about).unwrap();
    let version = format!("\"{}\"", env!("CARGO_PKG_VERSION"));
    for (from, to, words) in [
        (version.as_str(), "\"0.0.1\"", "version \"0.0.1\" there"),
        ("\"seed\": 1", "\"seed\": 7", "seed 7 there, 1 here"),
        ("\"scenario_hash\": \"", "\"scenario_hash\": \"0", "scenario hash"),
    ] {
        assert!(written.contains(from), "{written}");
        fs::write(&about, written.replace(from, to)).unwrap();
        let output = sweep(folder.path(), &[&THOUSAND[..], &["--resume"]].concat());
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(words) && said.contains("without `--resume`"), "{said}");
        assert_eq!(cells_kept(folder.path()), kept, "nothing is touched");
    }
    let anew = sweep(folder.path(), &["--policies", "one"]);
    done(&anew);
    assert!(text(&anew.stderr).contains("cells of an interrupted sweep are removed"), "{}", text(&anew.stderr));
}

#[test]
fn every_format_and_file_of_a_sweep() {
    let folder = tempfile::tempdir().unwrap();
    let axes = ["--set", "services.s.request.timeout=1s,5s", "--set", "services.s.container-concurrency=1..3"];
    let table = sweep(folder.path(), &axes);
    done(&table);
    for word in ["3 policies × timeout (2 values) × container-concurrency (3 values): 18 cells", "The frontier", "• cheapest: "] {
        assert!(text(&table.stdout).contains(word), "no `{word}` in\n{}", text(&table.stdout));
    }
    let names: Vec<String> = files(folder.path()).into_iter().map(|(name, _)| name).collect();
    let heat = ["cost", "p99", "timeouts"].map(|it| [format!("heat-{it}.png"), format!("heat-{it}.svg")]).concat();
    let rest = ["frontier.png", "frontier.svg", "sweep.csv", "sweep.json", "sweep.md"].map(str::to_owned).to_vec();
    assert_eq!(names, {
        let mut all = [heat, rest].concat();
        all.sort();
        all
    });
    let json = sweep(folder.path(), &[&axes[..], &["--dry", "--format", "json"]].concat());
    let document: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(document["cells"].as_array().unwrap().len(), 18);
    assert_eq!(document["cells"][0]["set"]["services.s.request.timeout"], "1s");
    let first = document["frontier"][0].as_u64().unwrap() as usize;
    assert_eq!(document["cells"][first]["frontier"], true);
    assert!(document["cells"][0]["intervals"]["cost"]["total"]["low"].is_number());
    let csv = sweep(folder.path(), &[&axes[..], &["--dry", "--format", "csv"]].concat());
    assert_eq!(text(&csv.stdout).lines().count(), 19);
    // Another sweep of one quantity takes the heat maps away.
    done(&sweep(folder.path(), &axes[2..]));
    let names: Vec<String> = files(folder.path()).into_iter().map(|(name, _)| name).collect();
    assert!(names.contains(&"lines.png".to_owned()) && !names.iter().any(|name| name.starts_with("heat")), "{names:?}");
}

/// Bad questions: exit code 2, these words, nothing written.
#[track_caller]
fn check_refused(arguments: &[&str], words: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let output = sweep(folder.path(), arguments);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(output.stdout.is_empty() && !folder.path().join("results").exists());
    for word in words {
        assert!(said.contains(word), "no `{word}` in\n{said}");
    }
}

#[test]
fn questions_that_cannot_be_asked() {
    let near = "did you mean `services.s.autoscaler.kpa.min-scale`";
    check_refused(&["--set", "min-scale=1"], &["--set min-scale: there is no such path", near]);
    check_refused(&["--set", "services.s.min-scale=1"], &["unknown key `min-scale`", near]);
    check_refused(&["--set", "services.x.container-concurrency=1"], &["no service `x`", "services.s.container-concurrency"]);
    check_refused(
        &["--set", "services.s.container-concurrency=1,many", "--set", "services.s.request.timeout=5"],
        &[
            "`many`: expected a whole number, not below zero, found a text",
            "the scenario has `2` there",
            "`5`: the number 5 has no unit",
            "the scenario has `5s` there",
        ],
    );
    check_refused(
        &["--set", "services.s.container-concurrency=10..1", "--set", "services.s.container-concurency=1", "--policies", "tow"],
        &["reversed", "--policies: there is no policy `tow`", "did you mean `two`?"],
    );
    check_refused(
        &["--set", "services.s.request.timeout=1s..9s/100", "--set", "services.s.container-concurrency=1..100"],
        &["30000 cells are more than 10000"],
    );
    check_refused(&["--set", "run.horizon=1h,2h"], &["`run` is the same for every run"]);
    check_refused(&["--set", "services.s.container-concurrency"], &["it has no values", "=1,10,100"]);
    check_refused(&["--set", "services.s.cold-start.runtime=go,gopher"], &["no runtime `gopher`"]);
}

/// Files in memory that count how often they are opened.
struct Counting(Memory, AtomicUsize);

impl Open for Counting {
    fn open(&self, path: &str) -> std::io::Result<Box<dyn Read + Send>> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.open(path)
    }
    fn list(&self, folder: &str) -> std::io::Result<Vec<String>> {
        self.0.list(folder)
    }
}

/// A sweep of a replayed trace: its answer, and how often a file was opened.
fn replay(cells: u32) -> (Sweep, usize) {
    let text = TINY.replace("poisson: { rate: 5/s }", "csv: { file: trace.csv }");
    let rows: String = (0..100).map(|second| format!("{second},0.1\n")).collect();
    let trace = format!("timestamp,duration\n{rows}").into_bytes();
    let counting = Arc::new(Counting(Memory(vec![("trace.csv", trace)]), AtomicUsize::new(0)));
    let open: Arc<dyn Open> = Arc::clone(&counting) as Arc<dyn Open>;
    let draft = Draft::read("tiny.yaml", &text).unwrap();
    let axis = Axis::parse("--set", &format!("services.s.container-concurrency=1..{cells}")).unwrap_or_else(|error| panic!("{error}"));
    let grid = Grid::new(&draft, vec![axis], &["zero".to_owned()]).unwrap();
    let scenario = grid.resolve(&draft, &Options::default(), &open).unwrap_or_else(|error| panic!("{error}"));
    let sweep = experiment::sweep(&grid, &scenario, &(), &()).unwrap();
    (sweep, counting.1.load(Ordering::Relaxed))
}

#[test]
fn a_hundred_cells_read_no_more_than_two() {
    let (few, opened_by_few) = replay(2);
    let (many, opened) = replay(100);
    assert_eq!((few.cells.len(), many.cells.len()), (2, 100));
    assert_eq!((opened_by_few, opened), (1, 1));
    assert_eq!(many.cells[0].figures, few.cells[0].figures, "the same cell, the same figures");
    assert_eq!(many.cells[0].figure("requests.arrived").unwrap().point, 100.0);
}

#[test]
fn a_cell_beyond_its_limits_does_not_end_the_sweep() {
    let text = TINY.replace("replications: 2", "replications: 2, steps-max: 3000");
    let draft = Draft::read("tiny.yaml", &text).unwrap();
    let axis = Axis::parse("--set", "services.s.traffic.0.poisson.rate=1/s,1000/s").unwrap();
    let grid = Grid::new(&draft, vec![axis], &["two".to_owned()]).unwrap();
    let open: Arc<dyn Open> = Arc::new(Memory(Vec::new()));
    let scenario = grid.resolve(&draft, &Options::default(), &open).unwrap();
    let sweep = experiment::sweep(&grid, &scenario, &(), &()).unwrap();
    assert_eq!([sweep.cells[0].standing, sweep.cells[1].standing], [Standing::Frontier, Standing::Unknown]);
    assert!(sweep.cells[1].gave_up.as_ref().unwrap().contains("3000 steps"));
    assert!(sweep.about.warnings.iter().any(|it| it.contains("1 of 2 cells have no figures")), "{:?}", sweep.about.warnings);
}
