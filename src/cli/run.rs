//! `coldcast run`: every policy of a scenario, compared.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::files::{self, Disk};
use super::progress::Bar;
use super::talk;
use crate::error::Error;
use crate::experiment::{self, Comparison};
use crate::report::{ARTIFACTS, FORMATS, decisions_csv};
use crate::scenario::{self, Options, Scenario};
use crate::traffic::Open;

/// Arguments of `coldcast run`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  coldcast run scenarios/night-shop.yaml\n  coldcast run scenarios/night-shop.yaml --replications 30 --format json | jq .policies[].cost.total\n  coldcast run scenarios/azure-day.yaml --trace /data/azure2019"
)]
pub(super) struct RunArguments {
    /// The scenario file; `-` reads standard input
    scenario: String,
    /// Replay the trace in this folder (or file) in place of the one the scenario names
    #[arg(long, value_name = "PATH")]
    trace: Option<PathBuf>,
    /// First seed, in place of the scenario's
    #[arg(long)]
    seed: Option<u64>,
    /// Replications of every policy, in place of the scenario's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    replications: Option<u32>,
    /// How the answer is printed
    #[arg(long, default_value = FORMATS[0].name, value_parser = PossibleValuesParser::new(FORMATS.iter().map(|it| it.name)))]
    format: String,
    /// Where the results folder is made
    #[arg(long, value_name = "FOLDER", default_value = "results")]
    out: PathBuf,
    /// Write every decision of the autoscalers in the first replication, with its inputs, as CSV: to this file, or to
    /// decisions.csv beside the other results
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    trace_decisions: Option<Option<PathBuf>>,
    /// Print the answer only; write no files
    #[arg(long)]
    dry: bool,
    /// No progress bar, no notes
    #[arg(short, long)]
    quiet: bool,
}

pub(super) fn act(arguments: &RunArguments) -> Result<String, Error> {
    let options = Options { seed: arguments.seed, replications: arguments.replications, trace: None };
    let scenario = load(&arguments.scenario, arguments.trace.as_deref(), options)?;
    let folder = arguments.out.join(&scenario.name);
    refuse_dry_decisions(arguments)?;
    if !arguments.dry {
        files::prepare(&folder)?;
    }
    let bar = Bar::new(arguments.quiet);
    let comparison = experiment::run(&scenario, &bar);
    bar.finish();
    let comparison = comparison?;
    comparison.warnings.iter().for_each(|warning| talk::warn(warning));
    if !arguments.dry {
        save(&folder, &comparison, arguments.quiet)?;
    }
    if let Some(file) = &arguments.trace_decisions {
        let beside = folder.join("decisions.csv");
        save_decisions(&scenario, file.as_ref().unwrap_or(&beside), arguments.quiet)?;
    }
    let format = FORMATS.iter().find(|it| it.name == arguments.format).expect("clap allows these only");
    Ok((format.render)(&comparison))
}

/// Reads a scenario, and the trace in place of its own if one is given.
pub(super) fn load(file: &str, trace: Option<&Path>, options: Options) -> Result<Scenario, Error> {
    let text = files::read_text(file)?;
    let options = Options { trace: trace.map(absolute).transpose()?, ..options };
    let open: Arc<dyn Open> = Arc::new(Disk::beside(file));
    scenario::load(file, &text, &options, &open)
}

/// A trace given on the command line is looked for from where the command is given, not from the scenario's folder.
fn absolute(path: &Path) -> Result<String, Error> {
    let absolute = std::path::absolute(path).map_err(|source| Error::Io { doing: "find", path: path.display().to_string(), source })?;
    Ok(absolute.to_string_lossy().into_owned())
}

/// With `--dry` there is no results folder to write decisions into.
fn refuse_dry_decisions(arguments: &RunArguments) -> Result<(), Error> {
    if !arguments.dry || arguments.trace_decisions != Some(None) {
        return Ok(());
    }
    let error = Error::in_file("--trace-decisions", 0, "usage", "with `--dry` nothing is written to the results folder");
    Err(error.with_hint("name a file: `--trace-decisions=decisions.csv`"))
}

/// A run of its own, so that an ordinary one keeps no decisions.
fn save_decisions(scenario: &Scenario, file: &Path, quiet: bool) -> Result<(), Error> {
    let decisions = experiment::decisions(scenario, 0)?;
    let (folder, name) = (file.parent().unwrap_or(Path::new("")), file.file_name().unwrap_or_default().to_string_lossy());
    files::write_all(folder, &[(&name, decisions_csv::render(&decisions).into_bytes())])?;
    if !quiet {
        talk::note(&format!("{} decisions in {}", decisions.len(), file.display()));
    }
    Ok(())
}

fn save(folder: &Path, comparison: &Comparison, quiet: bool) -> Result<(), Error> {
    let files: Vec<(&str, Vec<u8>)> =
        ARTIFACTS.iter().filter_map(|artifact| Some((artifact.file, (artifact.render)(comparison)?))).collect();
    files::write_all(folder, &files)?;
    if !quiet {
        talk::note(&format!("{} files in {}", files.len(), folder.display()));
    }
    Ok(())
}
