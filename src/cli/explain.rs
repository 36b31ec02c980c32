//! `coldcast explain`: the life of single requests, and a trace of everything for Perfetto.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::scenario::load;
use super::{files, talk};
use crate::error::Error;
use crate::experiment::{self, Explanation, Question};
use crate::observe::witness::{Everything, Wanted, Watch};
use crate::report::{explain as words, perfetto};
use crate::scenario::Options;
use crate::units::{SimTime, Span};

/// Arguments of `coldcast explain`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  coldcast explain scenarios/first-request.yaml --policy docker-hub --slowest 3\n  coldcast explain scenarios/night-shop.yaml --policy keep-alive --at 14h\n  coldcast explain scenarios/night-shop.yaml --policy scale-to-zero --timeouts 5 --format json\n  coldcast explain scenarios/night-shop.yaml --policy scale-to-zero \\\n      --perfetto trace.json   # open it at ui.perfetto.dev"
)]
pub(super) struct ExplainArguments {
    /// The scenario file; `-` reads standard input
    scenario: String,
    /// Under which policy; needed where the scenario has several
    #[arg(long, value_name = "NAME")]
    policy: Option<String>,
    /// Of which service; needed where there are several. One function of a trace is `service/function`
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    #[command(flatten)]
    which: Which,
    /// In which replication, counted from 1
    #[arg(long, value_name = "R", default_value_t = 1)]
    replication: u32,
    /// First seed, in place of the scenario's
    #[arg(long)]
    seed: Option<u64>,
    /// Replay the trace in this folder (or file) in place of the one the scenario names
    #[arg(long, value_name = "PATH")]
    trace: Option<PathBuf>,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write requests, instances and decisions as a trace for ui.perfetto.dev or chrome://tracing
    #[arg(long, value_name = "FILE")]
    perfetto: Option<PathBuf>,
    /// No more requests than this are in that trace, nor more instances
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000), requires = "perfetto")]
    perfetto_requests: u32,
    /// That trace begins with the first request at this time or later
    #[arg(long, value_name = "TIME", default_value = "0s", requires = "perfetto")]
    perfetto_from: Span,
    /// No notes
    #[arg(short, long)]
    quiet: bool,
}

/// Which requests; without a word the slowest one.
#[derive(Debug, Args)]
#[group(multiple = false)]
struct Which {
    /// The N slowest
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=MOST))]
    slowest: Option<u32>,
    /// The one with this number, counted from 1 in order of arrival
    #[arg(long, value_name = "N")]
    request: Option<u64>,
    /// The first one that arrives at this time after the start of the run, or later
    #[arg(long, value_name = "TIME")]
    at: Option<Span>,
    /// The first N that timed out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=MOST))]
    timeouts: Option<u32>,
}

/// Nobody reads more lives than this.
const MOST: i64 = 100_000;

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// In words
    Text,
    /// As data, in nanoseconds
    Json,
}

impl Which {
    fn wanted(&self) -> Wanted {
        let slowest = Wanted::Slowest(self.slowest.unwrap_or(1) as usize);
        let request = self.request.map(Wanted::Number);
        let at = self.at.map(|at| Wanted::At(SimTime::ZERO.saturating_add(at)));
        request.or(at).or(self.timeouts.map(|n| Wanted::TimedOut(n as usize))).unwrap_or(slowest)
    }
}

pub(super) fn act(arguments: &ExplainArguments) -> Result<String, Error> {
    let options = Options { seed: arguments.seed, ..Options::default() };
    let scenario = load(&arguments.scenario, arguments.trace.as_deref(), options)?;
    let everything =
        Everything { from: SimTime::ZERO.saturating_add(arguments.perfetto_from), limit: arguments.perfetto_requests as usize };
    let question = Question {
        policy: arguments.policy.clone(),
        service: arguments.service.clone(),
        replication: arguments.replication,
        watch: Watch { wanted: arguments.which.wanted(), everything: arguments.perfetto.is_some().then_some(everything) },
    };
    if let Some(file) = &arguments.perfetto {
        files::prepare(parent(file))?;
    }
    let explanation = experiment::explain(&scenario, &question)?;
    if let Some(file) = &arguments.perfetto {
        save(&explanation, file, arguments.quiet)?;
    }
    Ok(match arguments.format {
        Format::Text => words::render(&explanation),
        Format::Json => words::json(&explanation),
    })
}

fn parent(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes the trace, and says what it leaves out.
fn save(explanation: &Explanation, file: &Path, quiet: bool) -> Result<(), Error> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    files::write_all(parent(file), &[(&name, perfetto::render(explanation).into_bytes())])?;
    let scene = explanation.everything.as_ref().expect("it was asked for");
    let (kept, cut) = (scene.requests.len(), scene.requests_left_out);
    if cut > 0 || scene.instances_left_out > 0 {
        let instances = if scene.instances_left_out > 0 { format!(", {} instances too", scene.instances_left_out) } else { String::new() };
        talk::warn(&format!(
            "the trace ends after {kept} requests; {cut} later ones are left out{instances}\n  hint: `--perfetto-from TIME` begins later, \
             `--perfetto-requests N` keeps more"
        ));
    }
    if !quiet {
        talk::note(&format!("{kept} requests in {}", file.display()));
    }
    Ok(())
}
