//! `coldcast completions` and `coldcast man`: what a shell and `man` know of the program, made from its arguments.

use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;

use super::files;
use crate::error::Error;

/// Arguments of `coldcast completions`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  coldcast completions bash > ~/.local/share/bash-completion/completions/coldcast\n  coldcast completions zsh > \"${fpath[1]}/_coldcast\"\n  coldcast completions fish > ~/.config/fish/completions/coldcast.fish"
)]
pub(super) struct CompletionsArguments {
    /// For which shell
    shell: Shell,
}

/// Arguments of `coldcast man`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  coldcast man | man -l -\n  coldcast man check | man -l -\n  coldcast man --out ~/.local/share/man/man1"
)]
pub(super) struct ManArguments {
    /// The page of this command, such as `run`; that of the program without
    command: Vec<String>,
    /// Write every page into this folder instead
    #[arg(long, value_name = "FOLDER", conflicts_with = "command")]
    out: Option<PathBuf>,
}

pub(super) fn completions(arguments: &CompletionsArguments, mut program: Command) -> String {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut program, "coldcast", &mut script);
    String::from_utf8(script).expect("a script is text")
}

pub(super) fn man(arguments: &ManArguments, mut program: Command) -> Result<String, Error> {
    program = program.disable_help_subcommand(true);
    program.build();
    let Some(folder) = &arguments.out else {
        let command = arguments.command.iter().try_fold(&program, |command, name| command.find_subcommand(name));
        let known = || program.get_subcommands().map(Command::get_name).collect::<Vec<_>>();
        let command = command.ok_or_else(|| {
            let name = arguments.command.join(" ");
            let error = Error::in_file("man", 0, "unknown-name", format!("there is no command `{name}`"));
            error.with_hint(crate::error::did_you_mean(&name, known()))
        })?;
        return Ok(page(command));
    };
    let mut pages = Vec::new();
    pages_of(&program, &mut pages);
    let files: Vec<(&str, Vec<u8>)> = pages.iter().map(|(name, page)| (name.as_str(), page.clone().into_bytes())).collect();
    files::write_all(folder, &files)?;
    Ok(pages.iter().map(|(name, _)| format!("{}\n", folder.join(name).display())).collect())
}

/// The page of a command and of those below it.
fn pages_of(command: &Command, pages: &mut Vec<(String, String)>) {
    let name = command.get_display_name().unwrap_or(command.get_name());
    pages.push((format!("{name}.1"), page(command)));
    command.get_subcommands().for_each(|below| pages_of(below, pages));
}

fn page(command: &Command) -> String {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page).expect("writing to memory");
    String::from_utf8(page).expect("a page is text")
}
