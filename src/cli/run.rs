//! `coldcast run`: every policy of a scenario, compared.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::files;
use super::progress::Bar;
use super::scenario::{OutputArguments, ScenarioArguments, StoppingArguments};
use super::talk;
use crate::error::Error;
use crate::experiment::{self, Comparison};
use crate::report::{ARTIFACTS, FORMATS, decisions_csv};
use crate::scenario::{Draft, Scenario};

/// Arguments of `coldcast run`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  coldcast run scenarios/night-shop.yaml\n  coldcast run scenarios/night-shop.yaml --replications 30 --format json | jq .policies[].cost.total\n  coldcast run scenarios/night-shop.yaml --precision 1%\n  coldcast run scenarios/azure-day.yaml --trace /data/azure2019"
)]
pub(super) struct RunArguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
    #[command(flatten)]
    stopping: StoppingArguments,
    /// How the answer is printed
    #[arg(long, default_value = FORMATS[0].name, value_parser = PossibleValuesParser::new(FORMATS.iter().map(|it| it.name)))]
    format: String,
    #[command(flatten)]
    output: OutputArguments,
    /// Write every decision of the autoscalers in the first replication, with its inputs, as CSV: to this file, or to
    /// decisions.csv beside the other results
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    trace_decisions: Option<Option<PathBuf>>,
}

pub(super) fn act(arguments: &RunArguments) -> Result<String, Error> {
    let (draft, scenario) = arguments.scenario.load_draft()?;
    let folder = arguments.output.out.join(&scenario.name);
    refuse_dry_decisions(arguments)?;
    if !arguments.output.dry {
        files::prepare(&folder)?;
    }
    let bar = Bar::new(arguments.output.quiet);
    let comparison = experiment::run_until(&scenario, &arguments.stopping.stopping(), &bar);
    bar.finish();
    let comparison = Comparison { sensitivity: sensitivity(arguments, &draft)?, ..comparison? };
    comparison.about.warnings.iter().for_each(|warning| talk::warn(warning));
    if let Some(file) = &arguments.trace_decisions {
        let beside = folder.join("decisions.csv");
        save_decisions(&scenario, file.as_ref().unwrap_or(&beside), arguments.output.quiet)?;
    }
    if !arguments.output.dry {
        save(&folder, &comparison, arguments.output.quiet)?;
    }
    let format = FORMATS.iter().find(|it| it.name == arguments.format).expect("clap allows these only");
    Ok((format.render)(&comparison))
}

/// How far the answer reaches, if a figure of the scenario is a range.
fn sensitivity(arguments: &RunArguments, draft: &Draft) -> Result<Option<experiment::Sensitivity>, Error> {
    if draft.ranges().is_empty() {
        return Ok(None);
    }
    let bar = Bar::new(arguments.output.quiet);
    let found = experiment::sensitivity(draft, &arguments.scenario.options()?, &arguments.scenario.open(), &bar);
    bar.finish();
    found
}

/// With `--dry` there is no results folder to write decisions into.
fn refuse_dry_decisions(arguments: &RunArguments) -> Result<(), Error> {
    if !arguments.output.dry || arguments.trace_decisions != Some(None) {
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
    files::write_results(folder, &files)?;
    if !quiet {
        talk::note(&format!("{} files in {}", files.len(), folder.display()));
    }
    Ok(())
}
