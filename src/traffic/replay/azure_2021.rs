//! Azure Functions Invocation Trace 2021: `app,func,end_timestamp,duration`, in seconds.
//!
//! A request comes at end − duration. The file is in no order that can be relied on, so it is sorted; it is held in
//! memory (16 bytes a row, 32 MB for the whole trace). A start up to a second before zero is an effect of rounding
//! (durations are in whole milliseconds) and becomes zero; earlier ones are refused. A duration of 0, one row in
//! twelve, is kept as it is. Functions are unique only within an application.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::copies::Copies;
use super::number::{BadNumber, decimal};
use super::table::Table;
use crate::engine::Streams;
use crate::error::{Error, Problem, did_you_mean};
use crate::traffic::Arrival;
use crate::traffic::kind::{Files, Kind, Live, Loaded, Plan};
use crate::traffic::workload::Function;
use crate::units::{SimTime, Span};

/// Single invocations of the Azure Functions trace of 2021. Each function becomes a service.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Azure2021 {
    /// The CSV file, plain or gzipped.
    pub file: String,
    /// Only the function whose hash begins like this (or `APP/FUNCTION`).
    pub function: Option<String>,
}

impl Kind for Azure2021 {
    type Plan = Events;

    fn check(&self) -> Vec<Problem> {
        self.file.is_empty().then(|| Problem::new("file", "file", "names no file")).into_iter().collect()
    }

    fn load(&self, files: &Files) -> Result<Loaded<Events>, Error> {
        let mut parts = read(&self.file, files)?;
        if let Some(wanted) = &self.function {
            let index = chosen(wanted, parts.iter().map(|(function, _)| function), &self.file)?;
            parts = vec![parts.swap_remove(index)];
        }
        let last = parts.iter().filter_map(|(_, events)| events.0.last()).map(|(start, _)| *start).max();
        Ok(Loaded { parts, many: self.function.is_none(), joined: false, span: Some(whole_seconds(last)) })
    }
}

/// The first whole second after the last arrival.
pub(super) fn whole_seconds(last_ns: Option<u64>) -> Span {
    last_ns.map_or(Span::ZERO, |last| Span::from_secs(last / 1_000_000_000 + 1))
}

/// The place of the one function that `wanted` means.
pub(super) fn chosen<'a>(wanted: &str, functions: impl Iterator<Item = &'a Function> + Clone, file: &str) -> Result<usize, Error> {
    let matches = |function: &Function| match wanted.split_once('/') {
        Some((app, id)) => function.app.starts_with(app) && function.id.starts_with(id),
        None => function.id.starts_with(wanted),
    };
    let found: Vec<usize> = functions.clone().enumerate().filter(|(_, function)| matches(function)).map(|(i, _)| i).collect();
    match found[..] {
        [one] => Ok(one),
        [] => {
            let names: Vec<&str> = functions.map(|function| function.id.get(..8).unwrap_or(&function.id)).take(500).collect();
            let hint =
                if names.len() < 20 { did_you_mean(wanted, names) } else { "the first digits of a HashFunction are enough".to_owned() };
            Err(Error::in_file(file, 0, "unknown-function", format!("there is no function `{wanted}`")).with_hint(hint))
        }
        _ => Err(Error::in_file(file, 0, "unknown-function", format!("{} functions begin with `{wanted}`", found.len()))
            .with_hint("write more digits, or `APP/FUNCTION`")),
    }
}

type Rows = BTreeMap<(String, String), Vec<(u64, u64)>>;

fn read(path: &str, files: &Files) -> Result<Vec<(Function, Events)>, Error> {
    let mut table = Table::open(path, &*files.open)?;
    let [app, func, end, duration] = table.columns(["app", "func", "end_timestamp", "duration"])?;
    let mut rows = Rows::new();
    while table.next_row()? {
        let event = event(&table, end, duration)?;
        let key = (table.text(app)?.to_owned(), table.text(func)?.to_owned());
        rows.entry(key).or_default().push(event);
    }
    if rows.is_empty() {
        return Err(Error::in_file(path, 1, "no-rows", "the file has a header and nothing else"));
    }
    Ok(rows.into_iter().map(|((app, id), events)| part(app, id, events)).collect())
}

/// Start and duration of the row read last, in nanoseconds.
fn event(table: &Table, end: usize, duration: usize) -> Result<(u64, u64), Error> {
    let ended = seconds(table, end)?;
    let lasted = seconds(table, duration)?;
    if ended + 1_000_000_000 < lasted {
        let message = "it began more than a second before time zero: `duration` is longer than `end_timestamp`";
        return Err(table.refuse_field(duration, "negative-time", message));
    }
    Ok((ended.saturating_sub(lasted), lasted))
}

/// The longest time that can be meant: ten years.
pub(super) const LONGEST: u64 = 315_360_000_000_000_000;

fn seconds(table: &Table, column: usize) -> Result<u64, Error> {
    let value = decimal(table.field(column), 9).and_then(|ns| if ns > LONGEST { Err(BadNumber::TooLarge) } else { Ok(ns) });
    value.map_err(|bad| table.refuse_field(column, code(bad), bad.words()))
}

/// The code of a bad time.
pub(super) fn code(bad: BadNumber) -> &'static str {
    match bad {
        BadNumber::Negative => "negative-time",
        BadNumber::TooLarge => "absurd-time",
        BadNumber::NotANumber | BadNumber::Fraction => "bad-number",
    }
}

fn part(app: String, id: String, mut events: Vec<(u64, u64)>) -> (Function, Events) {
    events.sort_unstable();
    let invocations = events.len() as u64;
    let sum: u128 = events.iter().map(|(_, lasted)| u128::from(*lasted)).sum();
    let mean_duration = Some(Span((sum / u128::from(invocations)) as u64));
    (Function { id, app, mean_duration, invocations, ..Function::default() }, Events(events.into()))
}

/// Starts and durations in nanoseconds, in order.
#[derive(Debug, Clone)]
pub struct Events(Arc<[(u64, u64)]>);

impl Plan for Events {
    type Live = Copies<EventsLive>;

    fn start(&self, scale: f64, streams: Streams) -> Copies<EventsLive> {
        Copies::new(EventsLive { events: self.clone(), next: 0 }, scale, streams)
    }
}

/// A replay of single invocations.
pub struct EventsLive {
    events: Events,
    next: usize,
}

impl Live for EventsLive {
    fn next(&mut self) -> Option<Arrival> {
        let (start, lasted) = *self.events.0.get(self.next)?;
        self.next += 1;
        Some(Arrival { at: SimTime(start), demand: Some(Span(lasted)) })
    }
}
