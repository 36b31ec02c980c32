//! `coldcast sweep`: a grid of what-ifs and the cells that no other beats.

use std::path::Path;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::files;
use super::lock::Lock;
use super::progress::Bar;
use super::scenario::{OutputArguments, ScenarioArguments};
use super::store::Cells;
use super::talk;
use super::what_if::{self, Question};
use crate::error::Error;
use crate::experiment::{self, Grid, Sweep};
use crate::report::sweep::{ARTIFACTS, FORMATS};
use crate::scenario::Scenario;

/// Arguments of `coldcast sweep`.
#[derive(Debug, Args)]
#[command(after_help = "\
Values:
  1,2,5                     these; a value may be anything YAML has: 10s, eci, {fixed: {instances: 2}}
  1..10                     whole numbers, one by one
  1..10/2   30s..5m/30s     in steps of 2, of 30 s
  30s..5m/4   0.1..0.9/x5   4 values, 5 values, at equal distances, both ends among them
  log:100ms..10s/5          5 values at equal ratios, to three digits
Between whole numbers there are whole numbers only; write 0.0..1.0/x5 for fractions. `*` in a path stands for every key:
services.*.container-concurrency.

Examples:
  coldcast sweep scenarios/night-shop.yaml --set services.shop.autoscaler.kpa.min-scale=0..3
  coldcast sweep scenarios/night-shop.yaml --policies scale-to-zero \\
      --set services.shop.container-concurrency=log:1..100/7 \\
      --set services.shop.cold-start.image=50MB,386MB,1GB
  coldcast sweep scenarios/night-shop.yaml --format json | jq '.cells[.frontier[]]'
  coldcast sweep scenarios/night-shop.yaml --resume \\
      --set services.shop.request.timeout=log:1s..60s/9

Every policy is crossed with every value, unless a path means nothing to it (autoscaler.kpa.* to a policy that is `fixed`):
then it runs once, as it is. Without --set the policies themselves are compared. A grid has at most 10000 cells.")]
pub(super) struct SweepArguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
    /// A path of the scenario and the values it is given; several are crossed
    #[arg(long, value_name = "PATH=VALUES")]
    set: Vec<String>,
    /// Only these policies, in place of all; `base` is the scenario without any
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    policies: Vec<String>,
    /// Go on where an interrupted sweep was: cells that are finished are not run again
    #[arg(long, conflicts_with = "dry")]
    resume: bool,
    /// How the answer is printed
    #[arg(long, default_value = FORMATS[0].name, value_parser = PossibleValuesParser::new(FORMATS.iter().map(|it| it.name)))]
    format: String,
    #[command(flatten)]
    output: OutputArguments,
}

pub(super) fn act(arguments: &SweepArguments) -> Result<String, Error> {
    let question = Question {
        scenario: &arguments.scenario,
        flag: "--set",
        axes: &arguments.set,
        policies: &arguments.policies,
        with_policies: false,
    };
    let what_if::Asked { grid, scenario, .. } = what_if::load(&question)?;
    let sweep = if arguments.output.dry { run(&grid, &scenario, &(), arguments.output.quiet)? } else { kept(arguments, &grid, &scenario)? };
    sweep.about.warnings.iter().for_each(|warning| talk::warn(warning));
    let format = FORMATS.iter().find(|it| it.name == arguments.format).expect("clap allows these only");
    Ok((format.render)(&sweep))
}

fn run(grid: &Grid, scenario: &Scenario, store: &dyn experiment::Store, quiet: bool) -> Result<Sweep, Error> {
    let bar = Bar::new(quiet);
    let sweep = experiment::sweep(grid, scenario, store, &bar);
    bar.finish();
    sweep
}

/// Runs the sweep in its folder, keeps each cell as it is finished, and writes the results.
fn kept(arguments: &SweepArguments, grid: &Grid, scenario: &Scenario) -> Result<Sweep, Error> {
    let folder = arguments.output.out.join(&scenario.name).join("sweep");
    files::make(&folder)?;
    let lock = Lock::take(&folder)?;
    let cells = std::sync::Arc::new(Cells::open(&folder, scenario, &grid.selections(), arguments.resume)?);
    let told = std::sync::Arc::clone(&cells);
    talk::when_interrupted(move || {
        let (kept, all) = told.progress();
        format!("interrupted; {kept} of {all} cells are kept\n  hint: go on with `{}`", resume_command())
    });
    let sweep = run(grid, scenario, cells.as_ref(), arguments.output.quiet)?;
    save(&folder, &sweep, arguments.output.quiet)?;
    cells.clear()?;
    drop(lock);
    Ok(sweep)
}

fn save(folder: &Path, sweep: &Sweep, quiet: bool) -> Result<(), Error> {
    let files: Vec<(&str, Vec<u8>)> = ARTIFACTS.iter().filter_map(|artifact| Some((artifact.file, (artifact.render)(sweep)?))).collect();
    files::write_results(folder, &files)?;
    // Pictures of an earlier sweep over other quantities would be taken for this one's.
    for other in ARTIFACTS.iter().filter(|artifact| files.iter().all(|(file, _)| *file != artifact.file)) {
        let _ = std::fs::remove_file(folder.join(other.file));
    }
    if !quiet {
        talk::note(&format!("{} files in {}", files.len(), folder.display()));
    }
    Ok(())
}

/// This command, as a shell reads it, with `--resume`.
fn resume_command() -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,:+%@".contains(c);
    let quoted =
        |word: String| if !word.is_empty() && word.chars().all(plain) { word } else { format!("'{}'", word.replace('\'', r"'\''")) };
    let mut words: Vec<String> = std::env::args().map(quoted).collect();
    if !words.iter().any(|word| word == "--resume") {
        words.push("--resume".into());
    }
    words.join(" ")
}
