//! Files of vectors: which there are, what is made of their lines, and what a line expects.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Check, Checked, FAMILIES};

/// Comparisons made, for each family and file.
pub struct Report {
    folder: PathBuf,
    files: BTreeMap<(&'static str, PathBuf), usize>,
}

impl Report {
    /// Families of which there is no file.
    pub fn missing(&self) -> impl Iterator<Item = &'static str> {
        FAMILIES.iter().map(|(name, _)| *name).filter(|name| !self.files.keys().any(|(family, _)| family == name))
    }

    fn count(&self, family: Option<&str>) -> usize {
        self.files.iter().filter(|((of, _), _)| family.is_none_or(|family| *of == family)).map(|(_, count)| count).sum()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (family, _) in FAMILIES {
            let files = self.files.iter().filter(|((of, _), _)| *of == family);
            let files: Vec<String> = files.map(|((_, file), count)| format!("{} {count}", name_of(file))).collect();
            let files = if files.is_empty() { "NO FILE".to_owned() } else { files.join(", ") };
            writeln!(f, "{:>7} comparisons of {family:<9} ({files})", self.count(Some(family)))?;
        }
        writeln!(f, "{:>7} comparisons in {}", self.count(None), self.folder.display())
    }
}

fn name_of(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Replays all vectors of a folder, up to the first difference.
pub fn replay(folder: &Path) -> Result<Report, String> {
    let mut report = Report { folder: folder.to_owned(), files: BTreeMap::new() };
    for file in files(folder)? {
        let family = family_of(&file).ok_or_else(|| unknown(&file))?;
        let count = check_file(family, &file)?;
        if count == 0 {
            return Err(format!("{} compares nothing", file.display()));
        }
        report.files.insert((family, file), count);
    }
    if report.files.is_empty() { Err(format!("no vectors in {}", folder.display())) } else { Ok(report) }
}

fn unknown(file: &Path) -> String {
    let known: Vec<&str> = FAMILIES.iter().map(|(name, _)| *name).collect();
    format!("{}: no known family, so nothing of it would be compared; known: {}", file.display(), known.join(", "))
}

/// The files of vectors in a folder, in the order of their names.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let at = |error| format!("{}: {error}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(at)? {
        files.push(entry.map_err(at)?.path());
    }
    let (mut files, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| file.extension().is_some_and(|it| it == "jsonl"));
    files.sort();
    match others.iter().find(|file| family_of(file).is_some()) {
        None => Ok(files),
        Some(passed_over) => Err(format!("{}: of vectors only `.jsonl` is read", passed_over.display())),
    }
}

/// `window` for `window.jsonl`, `window_edges.jsonl` and `window2.jsonl`: the name begins with it, and goes on with no letter.
pub fn family_of(file: &Path) -> Option<&'static str> {
    let name = name_of(file);
    let begins = |family: &str| name.strip_prefix(family).is_some_and(|rest| !rest.starts_with(|it: char| it.is_ascii_alphabetic()));
    FAMILIES.iter().map(|(family, _)| *family).find(|family| begins(family))
}

fn check_file(family: &str, file: &Path) -> Checked {
    let check = FAMILIES.iter().find(|(name, _)| *name == family).expect("known").1;
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut count = 0;
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let at = |difference| format!("{}:{}: {difference}", file.display(), number + 1);
        let line = serde_json::from_str(line).map_err(|error| at(error.to_string()))?;
        count += guarded(check, &line).map_err(at)?;
    }
    Ok(count)
}

/// A check that panics, in reading a line or in the code under test, fails like one that finds a difference.
pub fn guarded(check: Check, line: &Value) -> Checked {
    let checked = catch_unwind(AssertUnwindSafe(|| check(line)));
    checked.unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|it| (*it).to_owned()));
        Err(format!("it cannot be read, or the autoscaler fails on it: {}", said.unwrap_or_default()))
    })
}

/// The places of all expectations of a line, as JSON pointers. Where one is null there is nothing to change.
pub fn expectations(line: &Value) -> Vec<String> {
    let mut places = Vec::new();
    rows(line, "ticks", &mut places, |_| 4..9);
    rows(line, "events", &mut places, |row| if row[0] == "t" { 3..10 } else { 0..0 });
    rows(line, "ops", &mut places, |row| match row[0].as_str() {
        Some("q") => 2..4,
        Some("report") => 2..row.as_array().map_or(0, Vec::len),
        _ => 0..0,
    });
    match &line["out"] {
        Value::Null => {}
        Value::Object(fields) => places.extend(fields.keys().map(|key| format!("/out/{key}"))),
        Value::Array(items) if line["fn"] == "max_window" => places.extend((0..items.len()).map(|at| format!("/out/{at}/2"))),
        Value::Array(items) if !items.is_empty() => places.extend((0..items.len()).map(|at| format!("/out/{at}"))),
        _ => places.push("/out".into()),
    }
    places.retain(|place| line.pointer(place).is_some_and(|it| !it.is_null()));
    places
}

fn rows(line: &Value, key: &str, places: &mut Vec<String>, columns: impl Fn(&Value) -> std::ops::Range<usize>) {
    for (at, row) in line[key].as_array().into_iter().flatten().enumerate() {
        places.extend(columns(row).map(|column| format!("/{key}/{at}/{column}")));
    }
}

/// Changes an expectation.
pub fn spoil(value: &mut Value) {
    *value = match &*value {
        Value::Bool(flag) => Value::from(!flag),
        Value::String(text) if text == "inactive" => "active".into(),
        Value::String(text) if text == "NoTraffic" => "Queued".into(),
        Value::String(text) if ["active", "activating"].contains(&text.as_str()) => "inactive".into(),
        Value::String(_) => "NoTraffic".into(),
        Value::Array(items) => Value::Array(items.iter().cloned().chain([Value::from(7)]).collect()),
        number => match number.as_i64() {
            // 0 or 1 may stand for yes and no.
            Some(it @ (0 | 1)) => Value::from(1 - it),
            Some(it) => Value::from(it + 1),
            None => Value::from(number.as_f64().expect("a number") * 1.000_001 + 0.000_01),
        },
    };
}
