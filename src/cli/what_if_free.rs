//! `coldcast what-if-free`: the same run with one cause of waiting taken away at a time.

use clap::{Args, ValueEnum};

use super::progress::Bar;
use super::scenario::{OutputArguments, ScenarioArguments};
use super::{files, talk};
use crate::error::Error;
use crate::experiment::{self, Comparison};
use crate::report::{json, what_if};

/// Arguments of `coldcast what-if-free`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  coldcast what-if-free scenarios/first-request.yaml --policy docker-hub\n  coldcast what-if-free scenarios/night-shop.yaml --policy scale-to-zero \\\n      --step image-pull --step queueing\n\nSteps: hops, decision, resource-allocation, scheduling, image-pull, container-creation, application-start, propagation, queueing, cpu-contention, credit-throttling, cold-start (the five steps and propagation together)."
)]
pub(super) struct WhatIfFreeArguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
    /// Of which policy; needed where the scenario has several
    #[arg(long, value_name = "NAME")]
    policy: Option<String>,
    /// What takes no time; may be repeated. Without it, each in turn
    #[arg(long, value_name = "STEP")]
    step: Vec<String>,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    #[command(flatten)]
    output: OutputArguments,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For a person at a terminal
    Table,
    /// As `coldcast run` writes it: the policy as it is, and the same without each cause
    Json,
}

pub(super) fn act(arguments: &WhatIfFreeArguments) -> Result<String, Error> {
    let scenario = arguments.scenario.load()?;
    let scenario = experiment::without_each(scenario, arguments.policy.as_deref(), &arguments.step)?;
    let folder = arguments.output.out.join(&scenario.name).join(format!("what-if-free-{}", scenario.policies[0].name));
    if !arguments.output.dry {
        files::prepare(&folder)?;
    }
    let bar = Bar::new(arguments.output.quiet);
    let comparison = experiment::run(&scenario, &bar);
    bar.finish();
    let comparison = comparison?;
    comparison.about.warnings.iter().for_each(|warning| talk::warn(warning));
    if !arguments.output.dry {
        save(&folder, &comparison, arguments.output.quiet)?;
    }
    Ok(match arguments.format {
        Format::Table => what_if::render(&comparison),
        Format::Json => json::render(&comparison),
    })
}

fn save(folder: &std::path::Path, comparison: &Comparison, quiet: bool) -> Result<(), Error> {
    let files: Vec<(&str, Vec<u8>)> = what_if::ARTIFACTS.iter().map(|it| (it.file, (it.render)(comparison))).collect();
    files::write_all(folder, &files)?;
    if !quiet {
        talk::note(&format!("{} files in {}", files.len(), folder.display()));
    }
    Ok(())
}
