//! `coldcast check`: the gate. Does a scenario keep its promises, and is it no worse than it was?

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::files;
use super::progress::Bar;
use super::scenario::{ScenarioArguments, StoppingArguments};
use super::{Answered, talk};
use crate::error::{Error, Located, Place, Problem};
use crate::experiment::gate::{self, Answer, Baseline, Check, Question};
use crate::expression::{Tolerance, Vocabulary};
use crate::report::check::{CHECK_FORMATS, annotations, junit, markdown};
use crate::scenario::Scenario;

/// Arguments of `coldcast check`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  coldcast check scenarios/night-shop.yaml --save-baseline baseline.json\n  coldcast check scenarios/night-shop.yaml --baseline baseline.json --until-sure\n  coldcast check scenarios/night-shop.yaml --baseline baseline.json \\\n      --tolerance latency.p99=3% --junit check.xml --markdown check.md\n\nThe answer is no if a figure is worse by more than is tolerated and by more than chance, all figures considered. It is yes if certainly none is worse by twice what is tolerated. Tolerated are 1 % of a cost, 1.5 % of a latency, 5 % (at least 0.1 percentage points) of a rate, unless the scenario's `tolerances:` or --tolerance say otherwise.\n\nExit codes: 0 everything holds, 1 a promise is broken or a figure is worse, 2 bad input, 3 the replications cannot tell."
)]
pub(super) struct CheckArguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
    /// Compare with the run that was stored here: pair by pair if it had the same seed, as a whole otherwise
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Store this run; beside --baseline only if the answer is yes
    #[arg(long, value_name = "FILE")]
    save_baseline: Option<PathBuf>,
    /// How much worse a figure may be: `latency.p99=3%`, `cost=1CNY`, `timeout_rate=0.2%` (points). May be repeated
    #[arg(long, value_name = "FIGURE=AMOUNT", value_parser = tolerance)]
    tolerance: Vec<(String, String)>,
    #[command(flatten)]
    stopping: StoppingArguments,
    /// How the answer is printed
    #[arg(long, default_value = CHECK_FORMATS[0].name, value_parser = PossibleValuesParser::new(CHECK_FORMATS.iter().map(|it| it.name)))]
    format: String,
    /// Write test results as JUnit's XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write a comment for a pull request
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Mark the scenario's lines with GitHub's workflow commands (on stderr) and write a step summary; by itself in GitHub Actions
    #[arg(long)]
    github: bool,
    /// No progress bar, no notes
    #[arg(short, long)]
    quiet: bool,
}

fn tolerance(text: &str) -> Result<(String, String), String> {
    let (figure, amount) = text.split_once('=').ok_or("write a figure and what is tolerated of it, such as `latency.p99=3%`")?;
    Ok((figure.trim().to_owned(), amount.trim().to_owned()))
}

pub(super) fn act(arguments: &CheckArguments) -> Result<Answered, Error> {
    let scenario = arguments.scenario.load()?;
    let question = question(arguments, &scenario)?;
    let files = [&arguments.save_baseline, &arguments.junit, &arguments.markdown];
    files.into_iter().flatten().try_for_each(|file| files::prepare(files::folder_of(file)))?;
    let bar = Bar::new(arguments.quiet);
    let check = gate::check(&scenario, question, &bar);
    bar.finish();
    let check = check?;
    check.comparison.about.warnings.iter().for_each(|warning| talk::warn(warning));
    save(arguments, &check)?;
    tell_github(arguments, &check)?;
    let format = CHECK_FORMATS.iter().find(|it| it.name == arguments.format).expect("clap allows these only");
    let code = match check.answer {
        Answer::Yes => 0,
        Answer::No => 1,
        Answer::Unsure => 3,
    };
    Ok(Answered { text: (format.render)(&check), code })
}

/// What is asked, with everything that is wrong with the asking.
fn question(arguments: &CheckArguments, scenario: &Scenario) -> Result<Question, Error> {
    if scenario.expectations.is_empty() && arguments.baseline.is_none() && arguments.save_baseline.is_none() {
        let hint = "write `expect: { \"*\": [ \"timeout_rate < 1%\" ] }` into it, or begin with `--save-baseline FILE`";
        let error = Error::in_file(&arguments.scenario.scenario, 0, "nothing", "there is nothing to check: the scenario promises nothing");
        return Err(error.with_hint(hint));
    }
    let tolerances = tolerances(&arguments.tolerance, &scenario.vocabulary())?;
    let baseline = arguments.baseline.as_deref().map(|file| read_baseline(file, scenario)).transpose()?;
    Ok(Question { baseline, tolerances, stopping: arguments.stopping.stopping() })
}

fn tolerances(given: &[(String, String)], vocabulary: &Vocabulary) -> Result<Vec<Tolerance>, Error> {
    let mut problems = Vec::new();
    let mut tolerances = Vec::new();
    for (figure, amount) in given {
        match Tolerance::parse(figure, amount, vocabulary) {
            Ok(tolerance) => tolerances.push(tolerance),
            Err(fault) => {
                let place = Place { file: format!("--tolerance {figure}={amount}"), ..Place::default() };
                problems.push(Located { place, problem: Problem { path: String::new(), ..fault.problem("") } });
            }
        }
    }
    if problems.is_empty() { Ok(tolerances) } else { Err(Error::Input(problems)) }
}

fn read_baseline(file: &Path, scenario: &Scenario) -> Result<Baseline, Error> {
    let name = file.display().to_string();
    let baseline = Baseline::parse(&name, &files::read_text(&name)?)?;
    baseline.check_comparable(&name, scenario)?;
    Ok(baseline)
}

/// Writes what is to be written, all of it or nothing.
fn save(arguments: &CheckArguments, check: &Check) -> Result<(), Error> {
    let mut files: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    files.extend(arguments.junit.clone().map(|file| (file, junit(check).into_bytes())));
    files.extend(arguments.markdown.clone().map(|file| (file, markdown(check).into_bytes())));
    if let Some(file) = &arguments.save_baseline {
        if arguments.baseline.is_none() || check.answer == Answer::Yes {
            files.push((file.clone(), check.record.render().into_bytes()));
        } else {
            talk::warn(&format!("{} is not written: the answer is not yes\n  hint: without `--baseline` it is", file.display()));
        }
    }
    files::write_files(&files)?;
    if !arguments.quiet {
        files.iter().for_each(|(file, _)| talk::note(&format!("wrote {}", file.display())));
    }
    Ok(())
}

/// Annotations and a step summary, where GitHub Actions would show them.
fn tell_github(arguments: &CheckArguments, check: &Check) -> Result<(), Error> {
    let inside = std::env::var("GITHUB_ACTIONS").is_ok_and(|it| it == "true");
    if !inside && !arguments.github {
        return Ok(());
    }
    annotations(check).lines().for_each(talk::note);
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else { return Ok(()) };
    // GitHub gathers the summary of a step from what is appended to this file.
    let opened = std::fs::OpenOptions::new().create(true).append(true).open(&path);
    let appended = opened.and_then(|mut file| file.write_all(markdown(check).as_bytes()));
    appended.map_err(|source| Error::Io { doing: "append to", path: path.to_string_lossy().into_owned(), source })
}
