//! `coldcast optimize`: the cheapest policy that keeps its promises.

use std::path::Path;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::progress::Bar;
use super::scenario::{OutputArguments, ScenarioArguments};
use super::what_if::{self, Question};
use super::{Answered, files, talk};
use crate::error::{Error, Located, Place, Problem};
use crate::experiment::{self, Effort, Finding, Goal, Optimum};
use crate::expression::{Claim, Fault, Formula, Vocabulary};
use crate::report::optimize::{ARTIFACTS, FORMATS};
use crate::units::Share;

/// Arguments of `coldcast optimize`.
#[derive(Debug, Args)]
#[command(after_help = "\
Promises compare figures (`coldcast list figures`) with quantities or with other policies: `latency.p99 < 2s`,
`timeout_rate < 0.1%`, `cost < 0.7 * cost(keep-one)`. Values are written as for `coldcast sweep` (see its --help).

Candidates are tried three times each, on the same requests; then, round by round, at most half of them twice as often,
until what is in doubt adds up to less than 5 %. Without --budget that takes no more replications than trying every
candidate as often as the scenario says.

Examples:
  coldcast optimize scenarios/night-shop.yaml --subject-to 'timeout_rate < 0.001%' \\
      --over services.shop.autoscaler.kpa.min-scale=0..3
  coldcast optimize scenarios/night-shop.yaml --minimize cost --policies scale-to-zero \\
      --subject-to 'latency.p99 < 2s' --subject-to 'timeout_rate < 0.1%' \\
      --over services.shop.container-concurrency=log:1..100/7 \\
      --over services.shop.cold-start.profile=eci,eci-imagecache
  coldcast optimize scenarios/night-shop.yaml --minimize latency.p99 \\
      --subject-to 'cost < 0.9 * cost(keep-one)'

Exit codes: 0 found, 1 no candidate keeps every promise, 2 bad input, 3 the budget does not tell.")]
pub(super) struct OptimizeArguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
    /// What is to be small: a figure, or a formula of figures
    #[arg(long, value_name = "FIGURE", default_value = "cost")]
    minimize: String,
    /// What must hold of it; may be given several times
    #[arg(long, value_name = "CLAIM")]
    subject_to: Vec<String>,
    /// A path of the scenario and the values it may take; several are crossed
    #[arg(long, value_name = "PATH=VALUES")]
    over: Vec<String>,
    /// Only these policies, in place of all; `base` is the scenario without any
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    policies: Vec<String>,
    /// Simulated replications in all. Default: candidates times the scenario's replications
    #[arg(long, value_name = "N")]
    budget: Option<u64>,
    /// A candidate that is cheaper by less than this share is as good
    #[arg(long, value_name = "SHARE", default_value = "1%", value_parser = share)]
    indifference: f64,
    /// How the answer is printed
    #[arg(long, default_value = FORMATS[0].name, value_parser = PossibleValuesParser::new(FORMATS.iter().map(|it| it.name)))]
    format: String,
    #[command(flatten)]
    output: OutputArguments,
}

fn share(text: &str) -> Result<f64, String> {
    text.parse::<Share>().map(|it| it.0).map_err(|error| error.to_string())
}

pub(super) fn act(arguments: &OptimizeArguments) -> Result<Answered, Error> {
    let question = Question {
        scenario: &arguments.scenario,
        flag: "--over",
        axes: &arguments.over,
        policies: &arguments.policies,
        with_policies: true,
    };
    let asked = what_if::load(&question)?;
    let goal = goal(arguments, &asked)?;
    let folder = arguments.output.out.join(&asked.scenario.name).join("optimize");
    if !arguments.output.dry {
        files::prepare(&folder)?;
    }
    let effort = Effort { budget: arguments.budget, indifference: arguments.indifference };
    let bar = Bar::new(arguments.output.quiet);
    let optimum = experiment::optimize(&asked.draft, &asked.grid, &asked.scenario, &goal, &effort, &bar);
    bar.finish();
    let optimum = optimum?;
    optimum.about.warnings.iter().for_each(|warning| talk::warn(warning));
    if !arguments.output.dry {
        save(&folder, &optimum, arguments.output.quiet)?;
    }
    let format = FORMATS.iter().find(|it| it.name == arguments.format).expect("clap allows these only");
    let code = match optimum.finding {
        Finding::Found(_) => 0,
        Finding::Nothing { .. } => 1,
        Finding::Unsure { .. } => 3,
    };
    Ok(Answered { text: (format.render)(&optimum), code })
}

/// What is asked, every mistake in it at once.
fn goal(arguments: &OptimizeArguments, asked: &what_if::Asked) -> Result<Goal, Error> {
    let policies: Vec<String> = asked.draft.policies().into_iter().map(str::to_owned).collect();
    let vocabulary = Vocabulary { policies, currency: asked.scenario.book.currency().to_owned() };
    let mut problems = Vec::new();
    let mut tell = |flag: &str, fault: Fault| problems.push(located(flag, fault.problem("")));
    let minimize = Formula::parse(&arguments.minimize, &vocabulary).map_err(|fault| tell("--minimize", fault)).ok();
    let claims = arguments.subject_to.iter();
    let subject_to = claims.filter_map(|text| Claim::parse(text, &vocabulary).map_err(|fault| tell("--subject-to", fault)).ok()).collect();
    match minimize {
        Some(minimize) if problems.is_empty() => {
            Ok(Goal { minimize, minimize_text: arguments.minimize.clone(), subject_to, policies: vocabulary.policies.len() })
        }
        _ => Err(Error::Input(problems)),
    }
}

fn located(flag: &str, problem: Problem) -> Located {
    Located { place: Place { file: flag.to_owned(), ..Place::default() }, problem }
}

fn save(folder: &Path, optimum: &Optimum, quiet: bool) -> Result<(), Error> {
    let files: Vec<(&str, Vec<u8>)> = ARTIFACTS.iter().filter_map(|artifact| Some((artifact.file, (artifact.render)(optimum)?))).collect();
    files::write_results(folder, &files)?;
    if !quiet {
        talk::note(&format!("{} files in {}", files.len(), folder.display()));
    }
    Ok(())
}
