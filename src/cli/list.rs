//! `coldcast list`: what a scenario may name.

use clap::{Args, ValueEnum};

use crate::autoscaler::AUTOSCALERS;
use crate::billing::{self, BOOKS};
use crate::error::{Error, Located, Place};
use crate::experiment::FIGURES;
use crate::figure::{Figure, Unit, short_name};
use crate::platform::cold_start::PROFILES;
use crate::traffic::SOURCES;

/// Arguments of `coldcast list`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  coldcast list sources\n  coldcast list types --book aliyun-cn-shanghai\n  coldcast list figures")]
pub(super) struct ListArguments {
    /// Of what
    what: What,
    /// For `types`: the price book
    #[arg(long, default_value = "aliyun-cn-hangzhou")]
    book: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum What {
    /// Autoscalers: `services.NAME.autoscaler`
    Policies,
    /// Traffic sources: `services.NAME.traffic`
    Sources,
    /// Cold-start profiles: `cold-start.profile`
    Profiles,
    /// Runtimes: `cold-start.runtime`
    Runtimes,
    /// Price books: `prices`
    Books,
    /// Instance types of a price book: `instance.type`
    Types,
    /// Figures, as expressions name them: short name, unit, meaning, key in summary.json
    Figures,
}

pub(super) fn act(arguments: &ListArguments) -> Result<String, Error> {
    let rows: Vec<(String, String)> = match arguments.what {
        What::Policies => pairs(AUTOSCALERS),
        What::Sources => pairs(SOURCES),
        What::Profiles => PROFILES.profiles.iter().map(|(name, profile)| (name.clone(), profile.summary.clone())).collect(),
        What::Runtimes => PROFILES.runtimes.keys().map(|name| (name.clone(), String::new())).collect(),
        What::Books => BOOKS.iter().map(|(name, _)| ((*name).to_owned(), summary_of(name))).collect(),
        What::Types => types_of(&arguments.book)?,
        What::Figures => FIGURES.iter().map(|figure| (short_name(figure.key), figure_words(figure))).collect(),
    };
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    Ok(rows.iter().map(|(name, summary)| format!("{name:width$}  {summary}").trim_end().to_owned() + "\n").collect())
}

/// What a figure means, in what unit, and where it stands in summary.json.
fn figure_words(figure: &Figure) -> String {
    let unit = match figure.unit {
        Unit::Count => "number",
        Unit::Seconds => "s",
        Unit::Share => "share",
        Unit::Money => "money",
    };
    format!("{unit:6}  {} (`{}`)", figure.meaning, figure.key)
}

fn pairs(table: &[(&str, &str)]) -> Vec<(String, String)> {
    table.iter().map(|(name, summary)| ((*name).to_owned(), (*summary).to_owned())).collect()
}

fn summary_of(book: &str) -> String {
    billing::find(book)
        .map(|book| format!("{} in {}, {}, {}", book.platform(), book.region(), book.currency(), book.date()))
        .unwrap_or_default()
}

fn types_of(book: &str) -> Result<Vec<(String, String)>, Error> {
    let book = billing::find(book)
        .map_err(|problem| Error::Input(vec![Located { place: Place { file: "--book".into(), ..Place::default() }, problem }]))?;
    let shape = |item: &str| book.types().find(|(name, _)| *name == item).map(|(_, it)| format!("  {}", it.shape)).unwrap_or_default();
    let listed = |it: &billing::Listed| {
        let price = it.text.zip(it.unit).map_or("no price".into(), |(text, unit)| format!("{text} {} per {unit}", book.currency()));
        (it.item.clone(), format!("{price}{}", shape(&it.item)))
    };
    Ok(book.entries().iter().map(listed).collect())
}
