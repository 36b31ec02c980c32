//! `coldcast schema`: what the files may hold, as JSON Schema.

use clap::{Args, ValueEnum};

use crate::{report, scenario};

/// Arguments of `coldcast schema`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  coldcast schema scenario > scenario.schema.json\n  coldcast schema results\n  coldcast schema check")]
pub(super) struct SchemaArguments {
    /// Of which file
    file: File,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum File {
    /// A scenario, as `coldcast run` reads it
    Scenario,
    /// summary.json, as `coldcast run` writes it
    Results,
    /// sweep.json, as `coldcast sweep` writes it
    Sweep,
    /// validation.json, as `coldcast validate` writes it
    Validation,
    /// What `coldcast check --format json` prints
    Check,
}

pub(super) fn act(arguments: &SchemaArguments) -> String {
    let schema = match arguments.file {
        File::Scenario => scenario::schema(),
        File::Results => report::schema::results_schema(),
        File::Sweep => report::sweep::sweep_schema(),
        File::Validation => report::validate::validation_schema(),
        File::Check => report::check::check_schema(),
    };
    format!("{schema:#}\n")
}
