//! `coldcast validate`: how far the simulator is from what is known exactly, and from what was measured.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::files;
use super::listing::Listing;
use super::progress::Bar;
use super::scenario::OutputArguments;
use super::{Answered, talk};
use crate::error::{Error, Located, Place, Problem};
use crate::experiment::validate::assumptions::{GUESSES, NOT_MODELLED};
use crate::experiment::validate::{CASES, Case, Context, Data, Text, Validation, find, validate};
use crate::report::validate::{FORMATS, artifacts};

/// Arguments of `coldcast validate`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  coldcast validate --quick\n  coldcast validate --data ../shared/validation\n  \
                        coldcast validate --assumptions\n  \
                        coldcast validate --only queueing --format json | jq '.cases[].series[].mean_error'\n\n\
                        Without --data the exact cases run on built-in points. With it every case reads the folder's files; a case whose \
                        files are not there is skipped and says so. Traces are looked for in DIR/traces and in DIR/../traces. Files go to \
                        <out>/validation/.\n\n\
                        Exit codes: 0 every bound is kept, 1 a bound is missed, 2 bad input.")]
pub(super) struct ValidateArguments {
    /// Run this case only. May be repeated
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Fewer replications: wider intervals, in seconds
    #[arg(long)]
    quick: bool,
    /// The folder of reference figures and measurements
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// List what is guessed and what is not modelled, and run nothing
    #[arg(long, conflicts_with_all = ["only", "quick", "data"])]
    assumptions: bool,
    /// How the answer is printed
    #[arg(long, default_value = FORMATS[0].name, value_parser = PossibleValuesParser::new(FORMATS.iter().map(|it| it.name)))]
    format: String,
    #[command(flatten)]
    output: OutputArguments,
}

pub(super) fn act(arguments: &ValidateArguments) -> Result<Answered, Error> {
    if arguments.assumptions {
        return Ok(Answered { text: assumptions().render(&arguments.format), code: 0 });
    }
    let cases = cases(&arguments.only)?;
    let data = arguments.data.as_deref().map_or(Ok(Data::default()), |folder| read(folder, &cases))?;
    let folder = arguments.output.out.join("validation");
    if !arguments.output.dry {
        files::prepare(&folder)?;
    }
    let bar = Bar::new(arguments.output.quiet);
    let validation = validate(&cases, &Context { data: &data, quick: arguments.quick, progress: &bar });
    bar.finish();
    let validation = validation?;
    if !arguments.output.dry {
        save(&folder, &validation, arguments.output.quiet)?;
    }
    let format = FORMATS.iter().find(|it| it.name == arguments.format).expect("clap allows these only");
    Ok(Answered { text: (format.render)(&validation), code: u8::from(validation.is_missed()) })
}

/// Where the simulator is not to be trusted.
fn assumptions() -> Listing {
    let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
    let guesses = GUESSES.iter().map(|it| row(["guess", it.what, it.file]));
    let absent = NOT_MODELLED.iter().map(|it| row(["not modelled", it.what, it.so]));
    Listing { columns: vec!["kind", "what", "place_or_effect"], rows: guesses.chain(absent).collect() }
}

/// The cases of these names, all without any.
fn cases(only: &[String]) -> Result<Vec<&'static Case>, Error> {
    let problem = |name: &String| {
        let place = Place { file: format!("--only {name}"), ..Place::default() };
        find(name).err().map(|message| Located { place, problem: Problem::new("unknown-name", "", message) })
    };
    let problems: Vec<Located> = only.iter().filter_map(problem).collect();
    if !problems.is_empty() {
        return Err(Error::Input(problems));
    }
    let wanted = |case: &&Case| only.is_empty() || only.iter().any(|name| name == case.name);
    Ok(CASES.iter().filter(wanted).collect())
}

/// What the cases name, as far as it is there.
fn read(folder: &Path, cases: &[&'static Case]) -> Result<Data, Error> {
    if !folder.is_dir() {
        let error = Error::in_file(&folder.display().to_string(), 0, "no-folder", "there is no such folder");
        return Err(error.with_hint("`--data` takes a folder laid out as `../shared/validation`"));
    }
    let mut texts = BTreeMap::new();
    for name in cases.iter().flat_map(|case| case.files) {
        for place in places(folder, name) {
            read_into(&mut texts, &place, name)?;
        }
    }
    Ok(Data::new(Some(folder.display().to_string()), texts))
}

/// Where a name may lie: traces also beside the folder.
fn places(folder: &Path, name: &str) -> Vec<PathBuf> {
    let beside = name.starts_with("traces/").then(|| folder.join("..").join(name));
    [folder.join(name)].into_iter().chain(beside).collect()
}

/// Reads a file, or the files of a folder; what was found at an earlier place stays.
fn read_into(texts: &mut BTreeMap<String, Text>, place: &Path, name: &str) -> Result<(), Error> {
    if !name.ends_with('/') {
        if place.is_file() && !texts.contains_key(name) {
            let shown = place.display().to_string();
            texts.insert(name.to_owned(), Text { text: files::read_text(&shown)?, shown });
        }
        return Ok(());
    }
    let Ok(entries) = std::fs::read_dir(place) else { return Ok(()) };
    let mut names: Vec<String> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names.retain(|file| [".csv", ".json"].iter().any(|ending| file.ends_with(ending)));
    names.iter().try_for_each(|file| read_into(texts, &place.join(file), &format!("{name}{file}")))
}

fn save(folder: &Path, validation: &Validation, quiet: bool) -> Result<(), Error> {
    let files = artifacts(validation);
    let files: Vec<(&str, Vec<u8>)> = files.iter().map(|(name, content)| (name.as_str(), content.clone())).collect();
    files::write_results(folder, &files)?;
    if !quiet {
        talk::note(&format!("{} files in {}", files.len(), folder.display()));
    }
    Ok(())
}
