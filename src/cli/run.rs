//! `coldcast run`: every policy of a scenario, compared.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::files;
use super::progress::Bar;
use super::scenario::{ScenarioArguments, StoppingArguments};
use super::talk;
use crate::error::Error;
use crate::experiment::{self, Comparison};
use crate::report::{ARTIFACTS, FORMATS};

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
    /// Where the results folder is made
    #[arg(long, value_name = "FOLDER", default_value = "results")]
    out: PathBuf,
    /// Print the answer only; write no files
    #[arg(long)]
    dry: bool,
    /// No progress bar, no notes
    #[arg(short, long)]
    quiet: bool,
}

pub(super) fn act(arguments: &RunArguments) -> Result<String, Error> {
    let scenario = arguments.scenario.load()?;
    let folder = arguments.out.join(&scenario.name);
    if !arguments.dry {
        files::prepare(&folder)?;
    }
    let bar = Bar::new(arguments.quiet);
    let comparison = experiment::run_until(&scenario, &arguments.stopping.stopping(), &bar);
    bar.finish();
    let comparison = comparison?;
    comparison.warnings.iter().for_each(|warning| talk::warn(warning));
    if !arguments.dry {
        save(&folder, &comparison, arguments.quiet)?;
    }
    let format = FORMATS.iter().find(|it| it.name == arguments.format).expect("clap allows these only");
    Ok((format.render)(&comparison))
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
