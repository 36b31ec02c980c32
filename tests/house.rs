//! The rules of the house, executed: who may import whom, no hidden inputs below `cli/`, no file too long to read.
#![allow(clippy::disallowed_methods, reason = "a test over the source text reads the source text")]

use std::fs;
use std::path::{Path, PathBuf};

/// What each module may import from the crate. Data flows one way; nothing imports what stands right of it.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("error", &[]),
    ("engine", &["units", "error"]),
    ("traffic", &["units", "error", "engine"]),
    ("autoscaler", &["units", "error", "engine"]),
    ("billing", &["units", "error", "engine"]),
    ("observe", &["units"]),
    ("platform", &["units", "error", "engine", "traffic", "autoscaler", "billing", "observe"]),
    ("figure", &["units", "error", "billing", "observe"]),
    ("expression", &["units", "error", "figure"]),
    ("scenario", &["units", "error", "engine", "traffic", "autoscaler", "billing", "platform", "expression"]),
    ("experiment", &["units", "error", "engine", "traffic", "billing", "observe", "platform", "figure", "expression", "scenario"]),
    ("report", &["units", "error", "observe", "figure", "expression", "experiment"]),
];

/// Words of hidden inputs: files, the environment, clocks, the global generator. They belong to `cli/`.
const HIDDEN_INPUTS: &[&str] =
    &["std::fs", "std::env", "std::net", "Instant::now", "SystemTime", "rand::rng()", "thread_rng", "HashMap<", "println!"];

/// A longer file is two files.
const LINES_MAX: usize = 500;

fn source_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            source_files(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(path);
        }
    }
}

/// Every file of `src/`: its module, its path below `src/`, its text.
fn sources() -> Vec<(String, String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    source_files(&src, &mut files);
    files.sort();
    let describe = |path: PathBuf| {
        let name = path.strip_prefix(&src).unwrap().to_string_lossy().into_owned();
        let module = name.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
        (module, name, fs::read_to_string(&path).unwrap())
    };
    files.into_iter().map(describe).collect()
}

/// Code lines: without comments, and without what follows the tests' mark.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().take_while(|(_, line)| !line.starts_with("#[cfg(test)]"));
    lines.map(|(index, line)| (index + 1, line.split("//").next().unwrap_or_default()))
}

#[test]
fn nothing_imports_what_stands_right_of_it() {
    let mut wrong = Vec::new();
    for (module, file, text) in sources().into_iter().filter(|(_, file, _)| !file.ends_with("tests.rs")) {
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == module) else { continue };
        for (line, code) in code(&text) {
            for import in code.match_indices("crate::").map(|(at, _)| &code[at + "crate::".len()..]) {
                let name: String = import.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if name != module && !allowed.contains(&name.as_str()) && !name.is_empty() {
                    wrong.push(format!("{file}:{line}: `{module}` must not see `{name}`"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_module_is_in_the_table() {
    let known = |module: &str| MAY_IMPORT.iter().any(|(name, _)| *name == module) || ["lib", "main", "cli"].contains(&module);
    let unknown: Vec<String> = sources().into_iter().map(|(module, ..)| module).filter(|module| !known(module)).collect();
    assert!(unknown.is_empty(), "no rule for {unknown:?}");
}

#[test]
fn hidden_inputs_stay_in_cli() {
    let mut wrong = Vec::new();
    for (module, file, text) in sources().into_iter().filter(|(module, ..)| module != "cli") {
        for (line, code) in code(&text) {
            wrong.extend(
                HIDDEN_INPUTS.iter().filter(|word| code.contains(**word)).map(|word| format!("{file}:{line}: `{word}` in {module}")),
            );
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn no_file_is_too_long_to_read() {
    let long: Vec<String> = sources()
        .iter()
        .filter(|(_, _, text)| text.lines().count() > LINES_MAX)
        .map(|(_, file, text)| format!("{file}: {} lines", text.lines().count()))
        .collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn every_module_opens_with_what_it_is() {
    let silent: Vec<String> = sources()
        .into_iter()
        .filter(|(_, file, text)| !file.ends_with("tests.rs") && !text.starts_with("//!"))
        .map(|(_, file, _)| file)
        .collect();
    assert!(silent.is_empty(), "no header in {silent:?}");
}

/// The table and the words of the README's first answer are those of `results/`.
#[test]
fn the_readme_shows_the_committed_answer() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let answer = fs::read_to_string(root.join("results/night-shop/summary.md")).unwrap();
    let table = answer.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let shown = table.chain(answer.lines().filter(|line| line.starts_with("- ")));
    let missing: Vec<&str> = shown.filter(|line| !readme.contains(line)).collect();
    assert!(missing.is_empty(), "not in the README:\n{}", missing.join("\n"));
}
