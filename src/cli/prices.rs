//! `coldcast prices`: what things cost, and where that was read.

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::files;
use super::listing::{FORMATS, Listing};
use crate::billing::{self, BOOKS, Book, Listed, Rules};
use crate::error::{Error, Located, Place};
use crate::scenario;

/// Arguments of `coldcast prices`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  coldcast prices list\n  coldcast prices show gcp-cloud-run-request-tier-2\n  coldcast prices show aliyun-cn-hangzhou --format csv\n  coldcast prices check my-book.yaml"
)]
pub(super) struct PricesArguments {
    #[command(subcommand)]
    command: PricesCommand,
}

#[derive(Debug, Subcommand)]
enum PricesCommand {
    /// List the price books that ship
    List(ListArguments),
    /// Show a book: its rules, and every price with its unit, source and date
    Show(ShowArguments),
    /// Check a book of your own; every problem at once
    Check(CheckArguments),
}

#[derive(Debug, Args)]
struct ListArguments {
    #[command(flatten)]
    format: FormatArgument,
}

#[derive(Debug, Args)]
struct ShowArguments {
    /// Name of a book, or the path of a file of the same form
    book: String,
    #[command(flatten)]
    format: FormatArgument,
}

#[derive(Debug, Args)]
struct CheckArguments {
    /// The file; `-` reads standard input
    file: String,
}

#[derive(Debug, Args)]
struct FormatArgument {
    /// How it is printed
    #[arg(long, default_value = FORMATS[0], value_parser = PossibleValuesParser::new(FORMATS))]
    format: String,
}

pub(super) fn act(arguments: &PricesArguments) -> Result<String, Error> {
    match &arguments.command {
        PricesCommand::List(list) => Ok(books().render(&list.format.format)),
        PricesCommand::Show(show) => Ok(shown(&book(&show.book)?, &show.format.format)),
        PricesCommand::Check(check) => {
            let book = scenario::read_book(&check.file, &files::read_text(&check.file)?)?;
            let prices = book.entries().iter().filter(|it| it.text.is_some()).count();
            let (file, platform, region, currency) = (&check.file, book.platform(), book.region(), book.currency());
            Ok(format!("{file} is a price book: {platform} in {region}, {prices} prices in {currency}\n"))
        }
    }
}

/// A book that ships; a name that looks like a path is a file.
fn book(name: &str) -> Result<Book, Error> {
    if name.contains('/') || name.ends_with(".yaml") || name.ends_with(".yml") || name == "-" {
        return scenario::read_book(name, &files::read_text(name)?);
    }
    billing::find(name)
        .map_err(|problem| Error::Input(vec![Located { place: Place { file: "prices".into(), ..Place::default() }, problem }]))
}

fn books() -> Listing {
    let row = |(name, _): &(&str, &str)| {
        let book = billing::find(name).expect("every book that ships is parsed by a test");
        let text = |it: &str| it.to_owned();
        vec![text(name), text(book.platform()), text(book.region()), text(book.currency()), text(book.date()), charged(&book)]
    };
    Listing { columns: vec!["book", "platform", "region", "currency", "date", "charges"], rows: BOOKS.iter().map(row).collect() }
}

/// What a book charges, in a word or two.
fn charged(book: &Book) -> String {
    match book.load_balancer() {
        Some(_) => "load balancer".to_owned(),
        None if book.node().is_some() => "nodes".to_owned(),
        None => name_of(book.rules().charging),
    }
}

/// As a book writes it.
fn name_of<T: serde::Serialize>(value: T) -> String {
    serde_json::to_value(value).ok().and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default()
}

fn shown(book: &Book, format: &str) -> String {
    let (prices, sources) = (prices(book), sources(book));
    match format {
        "json" => format!("{:#}\n", json_of(book, &prices, &sources)),
        "csv" => prices.render(format),
        "markdown" => format!("### {}\n\n{}\n{}\n{}", book.name(), head(book, "- "), prices.render(format), sources.render(format)),
        _ => format!("{}\n{}\n{}\n{}", book.name(), head(book, "  "), prices.render(format), listed(&sources)),
    }
}

/// A source a line: its text is longer than a column.
fn listed(sources: &Listing) -> String {
    sources.rows.iter().map(|row| format!("{}: {} ({}; confidence {})\n", row[0], row[3], row[1], row[2])).collect()
}

fn prices(book: &Book) -> Listing {
    let row = |it: &Listed| {
        let text = |it: Option<&str>| it.unwrap_or_default().to_owned();
        let size = book.types().find(|(name, _)| *name == it.item).map(|(_, it)| it.shape.to_string()).unwrap_or_default();
        vec![it.item.clone(), it.text.unwrap_or("none").to_owned(), text(it.unit), size, text(it.source_name)]
    };
    let columns = vec!["item", "price", "unit", "size", "source"];
    Listing { columns, rows: book.entries().iter().map(row).collect() }
}

fn sources(book: &Book) -> Listing {
    let row = |(name, it): (&str, &billing::Source)| vec![name.to_owned(), it.date.clone(), name_of(it.confidence), it.text.clone()];
    Listing { columns: vec!["source", "date", "confidence", "text"], rows: book.sources().map(row).collect() }
}

/// What a reader of the prices should know first, a line each.
fn head(book: &Book, bullet: &str) -> String {
    let Rules { billed_from, charging, granularity, minimum, idle, instances_min } = book.rules();
    let grant = book.free_grant();
    let mut lines = vec![
        format!("{} in {}, {}, as of {}", book.platform(), book.region(), book.currency(), book.date()),
        format!("charges {} in steps of {granularity}, at least {minimum}", name_of(charging)),
        format!("a start is billed from: {}", name_of(billed_from)),
        format!("idle instances that nobody asked to keep: {}", name_of(idle)),
    ];
    if instances_min > 0 {
        lines.push(format!("at least {instances_min} instance(s), always"));
    }
    if grant.source.is_some() {
        let (vcpu, gib, requests) = (grant.vcpu_seconds, grant.gib_seconds, grant.requests);
        lines.push(format!("free every month: {vcpu} vCPU-seconds, {gib} GiB-seconds, {requests} requests"));
    }
    lines.push(format!("rules: {}", book.source()));
    lines.extend(book.note().map(|note| format!("note: {note}")));
    lines.into_iter().map(|line| format!("{bullet}{line}\n")).collect()
}

fn json_of(book: &Book, prices: &Listing, sources: &Listing) -> Value {
    let Rules { billed_from, charging, granularity, minimum, idle, instances_min } = book.rules();
    let grant = book.free_grant();
    json!({
        "book": book.name(),
        "platform": book.platform(),
        "region": book.region(),
        "currency": book.currency(),
        "date": book.date(),
        "source": book.source(),
        "note": book.note(),
        "billed_from": name_of(billed_from),
        "charging": name_of(charging),
        "granularity_s": granularity.as_secs_f64(),
        "minimum_s": minimum.as_secs_f64(),
        "idle": name_of(idle),
        "instances_min": instances_min,
        "free_grant": { "vcpu_seconds": grant.vcpu_seconds, "gib_seconds": grant.gib_seconds, "requests": grant.requests },
        "prices": prices.json(),
        "sources": sources.json(),
    })
}
