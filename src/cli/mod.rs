//! The command line: the only place that knows arguments, files, the environment, the terminal and the wall clock.
//!
//! stdout carries results, stderr talk. Exit codes: 0 fine · 2 bad input or usage (1 and 3 belong to `check`).
#![expect(clippy::disallowed_methods, reason = "files, environment and the terminal are what cli/ is for")]

mod explain;
mod files;
mod list;
mod progress;
mod run;
mod schema;
mod talk;
mod trace;
mod what_if;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::Error;

/// What will it cost, and who will wait? Simulates serverless cost and cold starts.
#[derive(Debug, Parser)]
#[command(name = "coldcast", version, about, max_term_width = 100)]
#[command(
    after_help = "Examples:\n  coldcast run scenarios/night-shop.yaml\n  coldcast run scenarios/azure-day.yaml --trace ../traces/azure2019\n  coldcast explain scenarios/first-request.yaml --policy docker-hub\n  coldcast list profiles\n\nExit codes: 0 fine, 2 bad input or usage."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run every policy of a scenario and compare them
    Run(run::RunArguments),
    /// Tell the life of single requests: what each waited for, and what was around it
    Explain(explain::ExplainArguments),
    /// Take away one cause of waiting after another, to see what is worth engineering
    WhatIfFree(what_if::WhatIfArguments),
    /// Print the JSON Schema of a file: `scenario` or `results`
    Schema(schema::SchemaArguments),
    /// List what a scenario may name: policies, sources, profiles, runtimes, books, types, figures
    List(list::ListArguments),
    /// Make traces
    Trace(trace::TraceArguments),
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
    talk::install_interrupt();
    match act(arguments.command) {
        Ok(output) => print(&output),
        Err(error) => {
            talk::error(&error);
            ExitCode::from(2)
        }
    }
}

fn act(command: Command) -> Result<String, Error> {
    match command {
        Command::Run(arguments) => run::act(&arguments),
        Command::Explain(arguments) => explain::act(&arguments),
        Command::WhatIfFree(arguments) => what_if::act(&arguments),
        Command::Schema(arguments) => Ok(schema::act(&arguments)),
        Command::List(arguments) => list::act(&arguments),
        Command::Trace(arguments) => trace::act(&arguments),
    }
}

/// Prints a result. A reader that has had enough (`| head`) is no error.
fn print(output: &str) -> ExitCode {
    let mut out = std::io::stdout().lock();
    match out.write_all(output.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            talk::error(&Error::Io { doing: "write", path: "stdout".into(), source: error });
            ExitCode::from(2)
        }
        _ => ExitCode::SUCCESS,
    }
}
