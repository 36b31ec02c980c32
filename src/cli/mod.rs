//! The command line: the only place that knows arguments, files, the environment, the terminal and the wall clock.
//!
//! stdout carries results, stderr talk. Exit codes: 0 fine · 1 the answer is no · 2 bad input or usage · 3 cannot tell.
#![expect(clippy::disallowed_methods, reason = "files, environment and the terminal are what cli/ is for")]

mod check;
mod explain;
mod files;
mod init;
mod list;
mod listing;
mod lock;
mod optimize;
mod prices;
mod progress;
mod run;
mod scenario;
mod schema;
mod shell;
mod store;
mod sweep;
mod talk;
mod trace;
mod validate;
mod what_if;
mod what_if_free;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum};

use crate::error::Error;

/// What will it cost, and who will wait? Simulates serverless cost and cold starts.
#[derive(Debug, Parser)]
#[command(name = "coldcast", version, about, max_term_width = 100)]
#[command(
    after_help = "Examples:\n  coldcast run scenarios/night-shop.yaml\n  coldcast run scenarios/azure-day.yaml --trace ../traces/azure2019\n  coldcast sweep scenarios/night-shop.yaml --set services.shop.container-concurrency=1,10,100\n  coldcast check scenarios/night-shop.yaml --save-baseline baseline.json\n  coldcast explain scenarios/first-request.yaml --policy docker-hub\n  coldcast list profiles\n\nExit codes: 0 fine, 1 the answer is no (check, optimize, validate), 2 bad input or usage, 3 cannot tell (check, optimize)."
)]
struct Arguments {
    /// Whether colours are used: by default on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, display_order = 100, value_name = "WHEN", default_value = "auto")]
    color: Color,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

/// What a command says in the end.
struct Answered {
    /// On stdout.
    text: String,
    /// Exit code.
    code: u8,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run every policy of a scenario and compare them
    Run(run::RunArguments),
    /// Try a grid of values and show the cells that no other beats
    Sweep(sweep::SweepArguments),
    /// Find the cheapest policy that keeps its promises
    Optimize(optimize::OptimizeArguments),
    /// The gate for CI: does a scenario keep its promises, and is it no worse than a stored baseline?
    Check(check::CheckArguments),
    /// Write a commented scenario to begin with
    Init(init::InitArguments),
    /// Tell the life of single requests: what each waited for, and what was around it
    Explain(explain::ExplainArguments),
    /// Take away one cause of waiting after another, to see what is worth engineering
    WhatIfFree(what_if_free::WhatIfFreeArguments),
    /// Hold the simulator against exact results and against measurements of real systems
    Validate(validate::ValidateArguments),
    /// Print the JSON Schema of a scenario, or of an answer: `results`, `sweep`, `validation`, `check`
    Schema(schema::SchemaArguments),
    /// List what a scenario may name: policies, sources, profiles, runtimes, books, types, figures
    List(list::ListArguments),
    /// Price books: list them, show one, check one of your own
    Prices(prices::PricesArguments),
    /// Make traces
    Trace(trace::TraceArguments),
    /// Print completions for a shell
    Completions(shell::CompletionsArguments),
    /// Print a manual page, or write all of them
    Man(shell::ManArguments),
}

/// Runs the program.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    arguments.color.apply();
    talk::install_interrupt();
    match act(arguments.command) {
        Ok(answered) => print(&answered),
        Err(error) => {
            talk::error(&error);
            ExitCode::from(2)
        }
    }
}

impl Color {
    /// For everything that is written from now on.
    fn apply(self) {
        let choice = match self {
            Color::Auto => anstream::ColorChoice::Auto,
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
    }
}

fn act(command: Command) -> Result<Answered, Error> {
    let text = match command {
        Command::Check(arguments) => return check::act(&arguments),
        Command::Optimize(arguments) => return optimize::act(&arguments),
        Command::Validate(arguments) => return validate::act(&arguments),
        Command::Run(arguments) => run::act(&arguments),
        Command::Sweep(arguments) => sweep::act(&arguments),
        Command::Init(arguments) => init::act(&arguments),
        Command::Explain(arguments) => explain::act(&arguments),
        Command::WhatIfFree(arguments) => what_if_free::act(&arguments),
        Command::Schema(arguments) => Ok(schema::act(&arguments)),
        Command::List(arguments) => list::act(&arguments),
        Command::Prices(arguments) => prices::act(&arguments),
        Command::Trace(arguments) => trace::act(&arguments),
        Command::Completions(arguments) => Ok(shell::completions(&arguments, Arguments::command())),
        Command::Man(arguments) => shell::man(&arguments, Arguments::command()),
    };
    Ok(Answered { text: text?, code: 0 })
}

/// Prints a result. A reader that has had enough (`| head`) is no error.
fn print(answered: &Answered) -> ExitCode {
    let mut out = anstream::stdout().lock();
    match out.write_all(answered.text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            talk::error(&Error::Io { doing: "write", path: "stdout".into(), source: error });
            ExitCode::from(2)
        }
        _ => ExitCode::from(answered.code),
    }
}
