//! Azure Functions 2019: three files that are joined.
//!
//! ```text
//! invocations  HashOwner,HashApp,HashFunction[,Trigger],1..1440   counts per minute of each function
//! durations    ... Average,Count,Minimum,Maximum,percentile_*     milliseconds, of each function
//! memory       HashOwner,HashApp,... AverageAllocatedMb, *_pct*   of each application
//! ```
//!
//! Columns are found by name, so every order is read, and the header variants in the wild too: minutes that begin at
//! 480, `minute_1` or `1_minute`, no Trigger, a memory file with a HashFunction in front. A file without a header is
//! refused. The first minute named becomes time zero. A count belongs to the minute in which the requests *ended*
//! (`specs/traces.md` 2); it is replayed as if they came in it.

mod durations;
mod folder;
mod in_file;
mod invocations;
mod memory;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use self::durations::Durations;
use self::folder::Paths;
pub(super) use self::in_file::Row;
use self::invocations::Invocations;
use self::memory::Memory;
use super::azure_2021::chosen;
use super::spread::{Counts, Spreading};
use crate::error::{Error, Problem};
use crate::traffic::kind::{Files, Kind, Loaded};
use crate::traffic::workload::Function;
use crate::units::Span;

/// A day of the Azure Functions trace of 2019, or files in its form. Each function becomes a service.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Azure2019 {
    /// A folder with the files, by their official names or as `invocations.csv`, `durations.csv`, `memory.csv`.
    pub folder: Option<String>,
    /// The day, if the folder holds several: 1 for `...d01.csv`.
    pub day: Option<u32>,
    /// The file with the counts, if no folder is given.
    pub invocations: Option<String>,
    /// The file with the durations. Without it the demand is the service's own.
    pub durations: Option<String>,
    /// The file with the memory.
    pub memory: Option<String>,
    /// What becomes a service of its own: each function, or each application with all its functions, as Azure scales them.
    #[serde(default)]
    pub per: Per,
    /// Only the function whose hash begins like this (or `APP/FUNCTION`).
    pub function: Option<String>,
    /// How long the interval of one column is; a minute if absent.
    pub every: Option<Span>,
    /// Where within its minute a request comes.
    #[serde(default)]
    pub spread: Spreading,
}

/// What of a trace becomes a service of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// Each function.
    #[default]
    Function,
    /// Each application: its functions share its instances. Its memory is what all of them hold.
    App,
}

/// So many bytes of a file's counts are kept (about two for each minute that is not empty): a sixth of the whole trace's day.
/// Rows beyond them are read again when their function is simulated.
const KEPT_MAX: usize = 1 << 22;

impl Kind for Azure2019 {
    type Plan = Counts;

    fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let files = [&self.invocations, &self.durations, &self.memory];
        match &self.folder {
            Some(_) if files.iter().any(|file| file.is_some()) => {
                problems.push(Problem::new("file", "folder", "names a folder where files are named too").hint("write either or"));
            }
            None if self.invocations.is_none() => {
                let hint = "write `folder: PATH`, or `invocations: FILE`";
                problems.push(Problem::new("file", "", "names no file with invocations").hint(hint));
            }
            _ => {}
        }
        if self.per == Per::App && self.function.is_some() {
            let problem = Problem::new("one-function", "per", "asks for whole applications where one function is picked");
            problems.push(problem.hint("write either `function:` or `per: app`"));
        }
        if self.every == Some(Span::ZERO) {
            problems.push(Problem::new("interval", "every", "an interval of no time at all"));
        }
        problems
    }

    fn load(&self, files: &Files) -> Result<Loaded<Counts>, Error> {
        let paths = Paths::of(self, files)?;
        let durations = paths.durations.as_deref().map(|path| Durations::read(path, files)).transpose()?;
        let memory = paths.memory.as_deref().map(|path| Memory::read(path, files)).transpose()?;
        let width = self.every.unwrap_or(Span::from_secs(60));
        let mut counts = Invocations::read(&paths.invocations, files, width, KEPT_MAX)?;
        if let Some(wanted) = &self.function {
            let index = chosen(wanted, counts.functions.iter().map(|(function, _)| function), &paths.invocations)?;
            counts.functions = vec![counts.functions.swap_remove(index)];
        }
        let joined = self.per == Per::App;
        let join = |(mut function, series): (Function, _)| {
            let law = durations.as_ref().map(|it| it.of(&function));
            function.memory = memory.as_ref().and_then(|it| if joined { it.of_app(&function) } else { it.of(&function) });
            function.mean_duration = law.as_ref().map(|law| law.mean);
            if joined {
                function.id.clone_from(&function.app);
            }
            (function, Counts { series, spreading: self.spread, demand: law.map(|law| Arc::clone(&law.dist)) })
        };
        Ok(Loaded {
            parts: counts.functions.into_iter().map(join).collect(),
            many: self.function.is_none(),
            joined,
            span: Some(counts.span),
        })
    }
}
