//! Which of a folder's files are the three.

use super::Azure2019;
use crate::error::Error;
use crate::traffic::kind::Files;

/// The files to read.
#[derive(Debug, PartialEq, Eq)]
pub struct Paths {
    pub invocations: String,
    pub durations: Option<String>,
    pub memory: Option<String>,
}

/// What a file's name contains: official and InVitro's names, and InVitro's short ones.
const INVOCATIONS: [&str; 2] = ["invocations", "_inv."];
const DURATIONS: [&str; 2] = ["durations", "_run."];
const MEMORY: [&str; 2] = ["memory", "_mem."];

impl Paths {
    /// As they are named, or as they are found in the folder.
    pub fn of(spec: &Azure2019, files: &Files) -> Result<Paths, Error> {
        match (&spec.folder, &spec.invocations) {
            (Some(folder), _) => find(folder, spec.day, files),
            (None, Some(invocations)) => {
                Ok(Paths { invocations: invocations.clone(), durations: spec.durations.clone(), memory: spec.memory.clone() })
            }
            (None, None) => unreachable!("check refuses a trace without a file"),
        }
    }
}

fn find(folder: &str, day: Option<u32>, files: &Files) -> Result<Paths, Error> {
    let mut names = files.open.list(folder).map_err(|source| Error::Io { doing: "read", path: folder.to_owned(), source })?;
    names.retain(|name| name.ends_with(".csv") || name.ends_with(".csv.gz"));
    if let Some(day) = day {
        names.retain(|name| name.contains(&format!(".d{day:02}.")));
    }
    names.sort_unstable();
    let one = |parts: [&str; 2]| one_of(folder, &names, parts);
    let Some(invocations) = one(INVOCATIONS)? else {
        let message = "the folder has no file with invocations";
        let hint = "it would be called invocations.csv or invocations_per_function_md.anon.d01.csv";
        return Err(Error::in_file(folder, 0, "no-trace", message).with_hint(hint));
    };
    Ok(Paths { invocations, durations: one(DURATIONS)?, memory: one(MEMORY)? })
}

fn one_of(folder: &str, names: &[String], parts: [&str; 2]) -> Result<Option<String>, Error> {
    let matches = |name: &&String| parts.iter().any(|part| name.to_lowercase().contains(part));
    let found: Vec<&String> = names.iter().filter(matches).collect();
    match found[..] {
        [] => Ok(None),
        [one] => Ok(Some(format!("{}/{one}", folder.trim_end_matches('/')))),
        [first, second, ..] => {
            let message = format!("the folder has {} files of the same kind, such as `{first}` and `{second}`", found.len());
            Err(Error::in_file(folder, 0, "several-files", message).with_hint("choose a day with `day: 1`, or name the files"))
        }
    }
}
