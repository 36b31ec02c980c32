//! `coldcast trace`: traces made from published distributions.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::files;
use crate::engine::Streams;
use crate::error::Error;
use crate::traffic;

/// Arguments of `coldcast trace`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  coldcast trace generate /tmp/trace --functions 100 --minutes 1440")]
pub(super) struct TraceArguments {
    #[command(subcommand)]
    command: TraceCommand,
}

#[derive(Debug, Subcommand)]
enum TraceCommand {
    /// Make a small trace in the schema of Azure Functions 2019, from published distributions
    Generate(GenerateArguments),
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  coldcast trace generate /tmp/trace\n  coldcast trace generate /tmp/trace --functions 100 --minutes 480 --seed 7"
)]
struct GenerateArguments {
    /// The folder the three files are written to
    folder: PathBuf,
    /// How many functions
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    functions: u32,
    /// How many minutes
    #[arg(long, default_value_t = 1440, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    minutes: u32,
    /// Seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub(super) fn act(arguments: &TraceArguments) -> Result<String, Error> {
    let TraceCommand::Generate(wanted) = &arguments.command;
    let trace = traffic::generate(wanted.functions as usize, wanted.minutes as usize, Streams::new(wanted.seed, 0));
    let names = ["invocations.csv", "durations.csv", "memory.csv"];
    let contents = [trace.invocations, trace.durations, trace.memory].map(String::into_bytes);
    let files: Vec<(&str, Vec<u8>)> = names.into_iter().zip(contents).collect();
    files::write_all(&wanted.folder, &files)?;
    Ok(names.map(|name| format!("{}\n", wanted.folder.join(name).display())).concat())
}
