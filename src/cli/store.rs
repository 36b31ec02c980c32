//! Finished cells on disk, so that an interrupted sweep goes on where it was.
//!
//! ```text
//! results/<scenario>/sweep/cells/about.json    which scenario, version and seed the cells are of
//!                                <key>.json    a cell; the key is a hash of all that its figures depend on
//! ```
//!
//! Each is written beside its place and renamed, so that whatever is there is whole. When the sweep is complete its results
//! hold the same figures and the cells are removed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::files;
use super::talk;
use crate::error::Error;
use crate::experiment::{About, CellRun, FIGURES, Store};
use crate::scenario::{Scenario, Selection};

/// What the cells of one sweep are kept in.
pub(super) struct Cells {
    folder: PathBuf,
    /// The file of each cell.
    files: Vec<String>,
    kept: AtomicUsize,
}

const ABOUT: &str = "about.json";

impl Cells {
    /// The cells of this scenario below `folder`, which is ours. Those of an earlier run are used if `resume` is wanted and
    /// they are of the same scenario; otherwise they are removed.
    ///
    /// # Errors
    /// If cells of something else are to be resumed, or the folder cannot be written.
    pub(super) fn open(folder: &Path, scenario: &Scenario, selections: &[Selection], resume: bool) -> Result<Cells, Error> {
        let folder = folder.join("cells");
        let about = identity(&About::of(scenario));
        let files = selections.iter().map(|selection| format!("{}.json", key(&about, &selection.name))).collect();
        let cells = Cells { folder, files, kept: AtomicUsize::new(0) };
        match (resume, cells.written_about()) {
            (true, Some(written)) => cells.refuse_others(&about, &written)?,
            (true, None) => talk::note("there is nothing to resume: every cell is run"),
            (false, None) => {}
            (false, Some(_)) => {
                talk::note("the cells of an interrupted sweep are removed (`--resume` would have used them)");
                cells.clear()?;
            }
        }
        files::write_all(&cells.folder, &[(ABOUT, format!("{about:#}\n").into_bytes())])?;
        Ok(cells)
    }

    /// How many cells are there, and how many there will be.
    pub(super) fn progress(&self) -> (usize, usize) {
        (self.kept.load(Ordering::SeqCst), self.files.len())
    }

    /// Takes the cells away: the results hold what they held.
    pub(super) fn clear(&self) -> Result<(), Error> {
        match fs::remove_dir_all(&self.folder) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                Err(Error::Io { doing: "remove", path: self.folder.display().to_string(), source })
            }
            _ => Ok(()),
        }
    }

    fn written_about(&self) -> Option<Value> {
        let text = fs::read_to_string(self.folder.join(ABOUT)).ok()?;
        Some(serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// Cells of another scenario or version are not mixed with these.
    fn refuse_others(&self, mine: &Value, written: &Value) -> Result<(), Error> {
        let words = SAME.into_iter().filter(|key| mine[key] != written[key]);
        let words: Vec<String> = words.map(|key| format!("{key} {} there, {} here", written[key], mine[key])).collect();
        if words.is_empty() {
            return Ok(());
        }
        Err(Error::Refused(format!(
            "the cells in `{}` are not of this sweep: {}\n  hint: without `--resume` they are removed and every cell is run",
            self.folder.display(),
            words.join("; ").replace('_', " ")
        )))
    }
}

/// What must be the same for cells to be used again.
const SAME: [&str; 5] = ["version", "scenario", "scenario_hash", "seed", "replications"];

fn identity(about: &About) -> Value {
    json!({
        "version": about.version,
        "scenario": about.scenario,
        "scenario_hash": about.scenario_hash,
        "seed": about.seed,
        "replications": about.replications,
        "horizon_ns": about.horizon.0,
        "warmup_ns": about.warmup.0,
    })
}

/// A name for a cell: all that its figures depend on, hashed.
fn key(about: &Value, cell: &str) -> String {
    let hash = Sha256::digest(format!("{about}\n{cell}"));
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

impl Store for Cells {
    fn find(&self, cell: usize) -> Option<CellRun> {
        let text = fs::read_to_string(self.folder.join(&self.files[cell])).ok()?;
        let run = read(&serde_json::from_str(&text).ok()?)?;
        self.kept.fetch_add(1, Ordering::SeqCst);
        Some(run)
    }

    fn keep(&self, cell: usize, run: &CellRun) -> Result<(), Error> {
        talk::uninterrupted(|| files::put(self.folder.join(&self.files[cell]), &written(run)))?;
        self.kept.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

fn written(run: &CellRun) -> Vec<u8> {
    format!("{}\n", json!({ "values": run.values, "gave_up": run.gave_up })).into_bytes()
}

/// Nothing if this is no cell of this version.
fn read(value: &Value) -> Option<CellRun> {
    let values: Vec<Vec<Option<f64>>> = serde_json::from_value(value.get("values")?.clone()).ok()?;
    let gave_up: Option<String> = serde_json::from_value(value.get("gave_up")?.clone()).ok()?;
    values.iter().all(|row| row.len() == FIGURES.len()).then_some(CellRun { values, gave_up })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_read_as_it_was_written() {
        let mut row = vec![Some(1.0 / 3.0), None, Some(1e-300)];
        row.resize(FIGURES.len(), Some(0.1 + 0.2));
        for run in [CellRun { values: vec![row], gave_up: None }, CellRun { values: Vec::new(), gave_up: Some("too much".into()) }] {
            let text = written(&run);
            assert_eq!(read(&serde_json::from_slice(&text).unwrap()), Some(run));
        }
        assert_eq!(read(&json!({ "values": [[1.0]], "gave_up": null })), None, "a row of another version");
    }
}
