//! `coldcast init`: a scenario to begin with.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{files, talk};
use crate::error::Error;

/// Arguments of `coldcast init`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  coldcast init\n  coldcast init checkout.yaml && coldcast run checkout.yaml\n  coldcast init - | less\n\nA file that is there already is left alone."
)]
pub(super) struct InitArguments {
    /// The file to write; `-` prints it
    #[arg(default_value = "scenario.yaml")]
    file: PathBuf,
}

/// A small scenario that runs, every key explained.
const STARTER: &str = include_str!("starter.yaml");
/// Its name.
const NAME: &str = "name: my-service";

pub(super) fn act(arguments: &InitArguments) -> Result<String, Error> {
    let text = STARTER.replacen(NAME, &format!("name: {}", name(&arguments.file)), 1);
    if arguments.file == Path::new("-") {
        return Ok(STARTER.to_owned());
    }
    files::write_new(&arguments.file, text.as_bytes())?;
    let shown = arguments.file.display();
    talk::note(&format!("next: coldcast run {shown}\n      coldcast check {shown}"));
    Ok(format!("{shown}\n"))
}

/// The scenario is called as its file, if that can be a name.
fn name(file: &Path) -> String {
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let fine = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' };
    let name: String = stem.chars().map(fine).collect();
    // A bare number or a word such as `true` would be no text in YAML.
    if name.starts_with(|c: char| c.is_alphabetic()) && !["true", "false", "null", "yes", "no"].contains(&name.as_str()) {
        name
    } else {
        format!("scenario-{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_is_called_as_its_file() {
        for (file, expected) in
            [("shop.yaml", "shop"), ("my shop.v2.yaml", "my-shop-v2"), ("2.yaml", "scenario-2"), ("a/null.yaml", "scenario-null")]
        {
            assert_eq!(name(Path::new(file)), expected);
        }
        assert!(STARTER.contains(NAME));
    }
}
