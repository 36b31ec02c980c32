//! `coldcast validate`: a quick part of its exact cases, its command, and its list of guesses against the sources.
#![allow(clippy::disallowed_methods, reason = "a test of the program runs the program, and reads the sources")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use coldcast::experiment::validate::assumptions::{GUESSES, LEGENDS};
use coldcast::experiment::validate::{Context, Data, Judged, Text, Verdict, find, validate};

/// Runs a case in a hurry on a file of this content.
#[track_caller]
fn quickly(case: &str, file: &str, content: &str) -> Judged {
    let text = Text { shown: file.to_owned(), text: content.to_owned() };
    let data = Data::new(Some("d".into()), BTreeMap::from([(file.to_owned(), text)]));
    let context = Context { data: &data, quick: true, progress: &() };
    let mut validation = validate(&[find(case).unwrap()], &context).unwrap_or_else(|error| panic!("{error}"));
    validation.cases.remove(0)
}

/// A point of most families; all of them are run by `coldcast validate`.
#[test]
fn queues_agree_with_their_closed_forms() {
    let points = r#"{ "cases": {
        "MMc": { "points": [{ "lam": 1.5, "mu": 1, "c": 2, "W_mean": 2.28571428571, "Wq_mean": 1.28571428571, "L_mean": 3.42857142857,
            "W_p50": 1.6880679229, "W_p95": 6.47658099897, "W_p99": 9.70950344179 }] },
        "MMcK": { "points": [{ "lam": 0.8, "mu": 1, "c": 1, "K": 5, "P_block": 0.0888194986556, "throughput": 0.728944401076,
            "L": 1.86833203227, "W_accepted": 2.56306520704, "Wq_accepted": 1.56306520704 }] },
        "MMk_setup": { "points": [{ "k": 2, "lam": 1, "mu": 1, "alpha": 0.2, "L": 4.40395562123, "W": 4.40395562123, "Wq": 3.40395562123,
            "on_mean": 1.0, "setup_mean": 0.71351824203 }] },
        "MMk_setup_delayedoff": { "points": [{ "k": 2, "lam": 1, "mu": 1, "alpha": 0.2, "beta": 0.05, "L": 1.94041759248, "W": 1.94041759248,
            "Wq": 0.940417592477, "on_mean": 1.66139196197, "setup_mean": 0.165347990493 }] },
        "scale_per_request_exp_keepalive": { "points": [{ "lam": 2.0, "mean_warm_service": 1.0, "mean_cold_service": 2.0, "mean_keepalive": 20,
            "max_instances": 5, "P_cold_all": 0.05701647099543974, "P_reject": 0.045906827720902495, "mean_cold_busy": 0.22806588398175903,
            "mean_warm_busy": 1.7941534025673156, "mean_idle": 2.28065883981759, "mean_instances": 4.302878126366665,
            "mean_response": 1.059759856429159 }] } } }"#;
    let judged = quickly("queueing", "queueing.json", points);
    let found = judged.found.as_ref().unwrap();
    assert_eq!(found.series.iter().map(|it| it.points.len()).sum::<usize>(), 6 + 5 + 5 + 5 + 6);
    for series in &found.series {
        assert_eq!(series.verdict(), Verdict::Holds, "{series:?}");
    }
    assert_eq!(judged.read, ["queueing.json"]);
}

/// What is wrong by a twentieth is found to be wrong.
#[test]
fn a_wrong_figure_is_missed() {
    let points = r#"{ "cases": { "MMcc": { "points": [{ "lam": 5, "mu": 1, "c": 5, "P_block": 0.2991, "carried_throughput": 3.57566,
        "mean_busy": 3.57566 }] } } }"#;
    let judged = quickly("queueing", "queueing.json", points);
    let verdicts: Vec<Verdict> = judged.found.as_ref().unwrap().series.iter().map(|it| it.verdict()).collect();
    assert_eq!(verdicts, [Verdict::Missed, Verdict::Holds, Verdict::Holds]);
    assert_eq!(judged.verdict(), Verdict::Missed);
}

/// SimFaaS where it is cheap to run: a limit that rejects, and an expiry that is short.
#[test]
fn simfaas_agrees() {
    let points = "point,lambda,warm_s,cold_s,expiry_s,limit,concurrency,sim_s,p_cold,p_cold_se,p_reject,servers,servers_se,running,running_se,idle,idle_se\n\
                  F,5.0,1.991,2.244,60,10,1,5e4,4.002e-5,5.7e-8,0.21261,9.9996,0.0001,7.8356,0.0056,2.1640,0.0057\n";
    let judged = quickly("simfaas", "simfaas_points.csv", points);
    assert_eq!(judged.verdict(), Verdict::Holds, "{judged:?}");
}

fn coldcast(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_coldcast")).args(arguments).current_dir(folder).output().unwrap()
}

/// Runs it with these files in `d`; what it says on stderr and its exit code.
#[track_caller]
fn refused(files: &[(&str, &str)], arguments: &[&str], words: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("d")).unwrap();
    files.iter().for_each(|(name, content)| fs::write(folder.path().join("d").join(name), content).unwrap());
    let output = coldcast(folder.path(), arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    words.iter().for_each(|word| assert!(said.contains(word), "no `{word}` in\n{said}"));
    assert!(!folder.path().join("results").exists(), "nothing is left behind");
}

#[test]
fn bad_input_is_refused_with_its_place() {
    let all = ["validate", "--data", "d", "--only", "queueing", "--only", "simfaas"];
    refused(
        &[],
        &["validate", "--only", "queuing", "--only", "weather"],
        &["--only queuing", "did you mean `queueing`?", "--only weather"],
    );
    refused(&[], &["validate", "--data", "nowhere"], &["nowhere: there is no such folder", "hint:"]);
    refused(&[("queueing.json", "{\n \"cases\": [\n")], &all, &["d/queueing.json:"]);
    refused(&[("queueing.json", "{ \"cases\": { \"MMd\": { \"points\": [] } } }")], &all, &["there is no queue `MMd`", "did you mean"]);
    let missing = "{ \"cases\": { \"MMc\": { \"points\": [ { \"lam\": 1, \"mu\": 2, \"c\": 1 } ] } } }";
    refused(&[("queueing.json", missing)], &all, &["`W_mean` is not a number", "cases.MMc.points.0"]);
    let csv = "point,lambda,warm_s\nA,x,1\n";
    refused(
        &[("simfaas_points.csv", csv)],
        &["validate", "--data", "d", "--only", "simfaas"],
        &["d/simfaas_points.csv:1: there is no column `cold_s`"],
    );
}

#[test]
fn assumptions_are_listed_and_nothing_is_run() {
    let folder = tempfile::tempdir().unwrap();
    for format in ["table", "json", "csv", "markdown"] {
        let output = coldcast(folder.path(), &["validate", "--assumptions", "--format", format]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0));
        GUESSES.iter().for_each(|guess| assert!(text.contains(guess.file), "{format}: {}", guess.what));
    }
    assert!(!folder.path().join("results").exists());
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs" || it == "yaml") {
            found.push(path);
        }
    }
}

/// The lines of the sources that say of something that it is a guess: in comments of code, anywhere in data.
fn marked() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    files.sort();
    let mut marked = Vec::new();
    for path in files {
        let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        if name.contains("/validate/") || name == "src/cli/validate.rs" {
            continue;
        }
        for line in fs::read_to_string(&path).unwrap().lines() {
            let said = if name.ends_with(".rs") { line.split_once("//").map_or("", |it| it.1) } else { line };
            if said.split(|c: char| !c.is_alphabetic()).any(|word| word == "guess" || word == "guesses") {
                marked.push((name.clone(), line.to_owned()));
            }
        }
    }
    marked
}

#[test]
fn every_guess_is_marked_and_every_mark_is_listed() {
    let marked = marked();
    let is_at = |file: &str, words: &str, (name, line): &(String, String)| name == file && line.contains(words);
    let unlisted: Vec<_> = marked
        .iter()
        .filter(|mark| !GUESSES.iter().any(|it| is_at(it.file, it.line, mark)) && !LEGENDS.iter().any(|it| is_at(it.0, it.1, mark)))
        .collect();
    assert!(unlisted.is_empty(), "not in `coldcast validate --assumptions`: {unlisted:#?}");
    let unmarked: Vec<_> = GUESSES.iter().filter(|it| !marked.iter().any(|mark| is_at(it.file, it.line, mark))).collect();
    assert!(unmarked.is_empty(), "not marked where they are defined: {unmarked:#?}");
}
