//! What every command that runs a scenario is given: the scenario, and what takes the place of something in it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::files::{self, Disk};
use crate::error::Error;
use crate::experiment::Stopping;
use crate::scenario::{self, Draft, Options, Scenario};
use crate::traffic::Open;
use crate::units::Share;

/// The scenario and what replaces something in it.
#[derive(Debug, Args)]
pub(super) struct ScenarioArguments {
    /// The scenario file; `-` reads standard input
    pub scenario: String,
    /// Replay the trace in this folder (or file) in place of the one the scenario names
    #[arg(long, value_name = "PATH")]
    trace: Option<PathBuf>,
    /// First seed, in place of the scenario's
    #[arg(long)]
    seed: Option<u64>,
    /// Replications of every policy, in place of the scenario's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    replications: Option<u32>,
}

/// Where the answer goes, and what is said on the way.
#[derive(Debug, Args)]
pub(super) struct OutputArguments {
    /// Where the results folder is made
    #[arg(long, value_name = "FOLDER", default_value = "results")]
    pub out: PathBuf,
    /// Print the answer only; write no files
    #[arg(long)]
    pub dry: bool,
    /// No progress bar, no notes
    #[arg(short, long)]
    pub quiet: bool,
}

/// When to stop adding replications.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("sequential").args(["until_sure", "precision"]).multiple(true))]
pub(super) struct StoppingArguments {
    /// Add replications until the question is settled
    #[arg(long)]
    until_sure: bool,
    /// Add replications until cost, latencies and rates are known to within this share of themselves, such as `1%` (rates: to
    /// within so many percentage points)
    #[arg(long, value_name = "SHARE", value_parser = precision)]
    precision: Option<f64>,
    /// But no more than these. Default: 16 times the replications one begins with
    #[arg(long, requires = "sequential", value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    replications_max: Option<u32>,
}

impl ScenarioArguments {
    /// Reads and checks the scenario.
    pub(super) fn load(&self) -> Result<Scenario, Error> {
        let text = files::read_text(&self.scenario)?;
        scenario::load(&self.scenario, &text, &self.options()?, &self.open())
    }

    /// The scenario as it was read, and as it runs with every range in its middle.
    pub(super) fn load_draft(&self) -> Result<(Draft, Scenario), Error> {
        let text = files::read_text(&self.scenario)?;
        let draft = Draft::read(&self.scenario, &text)?;
        let scenario = draft.resolve(&self.options()?, &[], &draft.every_policy(), &self.open())?;
        Ok((draft, scenario))
    }

    /// What takes the place of something in the scenario.
    pub(super) fn options(&self) -> Result<Options, Error> {
        Ok(Options { seed: self.seed, replications: self.replications, trace: self.trace.as_deref().map(absolute).transpose()? })
    }

    /// Opens the files that the scenario names.
    pub(super) fn open(&self) -> Arc<dyn Open> {
        Arc::new(Disk::beside(&self.scenario))
    }
}

/// Reads a scenario, and the trace in place of its own if one is given.
pub(super) fn load(file: &str, trace: Option<&Path>, options: Options) -> Result<Scenario, Error> {
    let text = files::read_text(file)?;
    let options = Options { trace: trace.map(absolute).transpose()?, ..options };
    let open: Arc<dyn Open> = Arc::new(Disk::beside(file));
    scenario::load(file, &text, &options, &open)
}

impl StoppingArguments {
    pub(super) fn stopping(&self) -> Stopping {
        Stopping { until_sure: self.until_sure, precision: self.precision, replications_max: self.replications_max }
    }
}

/// A share above nothing.
fn precision(text: &str) -> Result<f64, String> {
    let share: Share = text.parse().map_err(|error: crate::units::UnitError| error.to_string())?;
    if share.0 > 0.0 { Ok(share.0) } else { Err("a precision of nothing would take for ever; write such as `1%`".into()) }
}

/// A trace given on the command line is looked for from where the command is given, not from the scenario's folder.
fn absolute(path: &Path) -> Result<String, Error> {
    let absolute = std::path::absolute(path).map_err(|source| Error::Io { doing: "find", path: path.display().to_string(), source })?;
    Ok(absolute.to_string_lossy().into_owned())
}
