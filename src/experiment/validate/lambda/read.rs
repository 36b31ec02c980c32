//! The measured runs: from tables of them, and from raw logs.

use super::FOLDER;
use super::count::{Counted, REQUESTS_MIN, Seen, count};
use crate::error::Error;
use crate::experiment::measured::Measured;
use crate::experiment::validate::case::Point;
use crate::experiment::validate::data::{Data, Text};
use crate::experiment::validate::table::{Row, Table};

/// One measured run.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    pub label: String,
    /// Whether its figures were published in a table; otherwise they are counted from its log.
    pub is_published: bool,
    /// Requests a second.
    pub rate: f64,
    pub length_s: f64,
    /// Mean response of warm and of cold requests, seconds.
    pub warm_s: f64,
    pub cold_s: f64,
    /// Share of cold requests.
    pub cold: Measured,
    /// The same as the mean of ten parts, as the authors' script has it; of a published run there is no other.
    pub cold_in_parts: Measured,
    /// Mean number of instances.
    pub instances: f64,
}

/// What the folder holds.
#[derive(Debug, Default)]
pub struct Read {
    /// The runs to be simulated, by rate.
    pub runs: Vec<Run>,
    /// Runs of which there is a log and a row of a table: the cold share of both.
    pub recounted: Vec<Point>,
}

/// A run in a table lasts 28 hours (specs/real-measurements.md 2).
const LENGTH_S: f64 = 28.0 * 3600.0;

/// Rates that differ by less belong to one run: they are counted from the same log.
const SAME: f64 = 1e-4;

/// What a table of runs must have.
const COLUMNS: [&str; 6] =
    ["ArrivalRate", "ServiceTimeWarm", "ServiceTimeCold", "AverageInstanceCount", "ColdStartProbability", "ColdStartProbabilitySE"];

/// Reads every table and log.
pub fn read(data: &Data) -> Result<Read, Error> {
    let mut read = Read::default();
    let is = |text: &Text, column: &str| text.text.lines().next().is_some_and(|header| header.split(',').any(|name| name.trim() == column));
    for (_, text) in data.below(FOLDER).filter(|(_, text)| is(text, "ArrivalRate")) {
        for row in Table::read(text, &COLUMNS)?.rows() {
            read.runs.push(of_row(&row)?);
        }
    }
    for (_, text) in data.below(FOLDER).filter(|(_, text)| is(text, "is_cold")) {
        let run = of_log(text)?;
        match read.runs.iter().find(|it| (it.rate / run.rate - 1.0).abs() < SAME) {
            Some(row) => read.recounted.push(Point {
                label: run.label,
                reference: Measured::exact(row.cold.point),
                simulated: Measured::exact(run.cold_in_parts.point),
            }),
            None => read.runs.push(run),
        }
    }
    read.runs.sort_by(|a, b| a.rate.total_cmp(&b.rate));
    Ok(read)
}

fn of_row(row: &Row) -> Result<Run, Error> {
    let rate = row.positive("ArrivalRate")?;
    let share = row.positive("ColdStartProbability")?;
    let (warm_s, cold_s) = (row.positive("ServiceTimeWarm")? / 1e3, row.positive("ServiceTimeCold")? / 1e3);
    if share > 1.0 || rate > 1000.0 || cold_s > 3600.0 || warm_s > 3600.0 {
        return Err(row.refuse("no run of Lambda: a share above 1, a rate above 1000/s or a service of more than an hour".into()));
    }
    let cold = Measured::with_error(share, row.number("ColdStartProbabilitySE")?);
    Ok(Run {
        label: label(rate),
        is_published: true,
        rate,
        length_s: LENGTH_S,
        warm_s,
        cold_s,
        cold,
        cold_in_parts: cold,
        instances: row.positive("AverageInstanceCount")?,
    })
}

fn label(rate: f64) -> String {
    format!("{rate:.5}/s")
}

/// A raw log: a row for each request, in order.
fn of_log(text: &Text) -> Result<Run, Error> {
    let table = Table::read(text, &["t_s", "is_cold", "inst", "client_ms"])?;
    let mut seen: Vec<Seen> = Vec::new();
    for row in table.rows() {
        let request = request(&row)?;
        if seen.last().is_some_and(|last| request.sent < last.sent) {
            return Err(row.refuse("`t_s` is earlier than in the row before it".into()));
        }
        seen.push(request);
    }
    summed_up(&seen).ok_or_else(|| {
        let message = format!("{} requests, all of a kind or in no time: fewer than {REQUESTS_MIN}, or none warm or cold", seen.len());
        Error::in_file(&text.shown, 1, "reference", message)
    })
}

fn request(row: &Row) -> Result<Seen, Error> {
    let sent = row.number("t_s")?;
    let is_cold = match row.text("is_cold") {
        "0" | "False" | "false" => false,
        "1" | "True" | "true" => true,
        other => return Err(row.refuse(format!("`is_cold` is `{other}`, neither 0 nor 1"))),
    };
    let instance = row.number("inst")?;
    if instance < 0.0 || instance.fract() != 0.0 {
        return Err(row.refuse(format!("`inst` is {instance}, no number of an instance")));
    }
    Ok(Seen { sent, end: sent + row.positive("client_ms")? / 1e3, is_cold, instance: instance as u64 })
}

fn summed_up(seen: &[Seen]) -> Option<Run> {
    let length_s = seen.last()?.sent - seen.first()?.sent;
    let from = seen[0].sent + length_s / 4.0;
    let mean = |cold: bool| {
        let took: Vec<f64> = seen.iter().filter(|it| it.is_cold == cold && it.sent > from).map(|it| it.end - it.sent).collect();
        (!took.is_empty()).then(|| took.iter().sum::<f64>() / took.len() as f64)
    };
    let (warm_s, cold_s) = (mean(false)?, mean(true)?);
    let rate = seen.len() as f64 / length_s;
    let counted = (seen.len() >= REQUESTS_MIN && length_s > 0.0).then(|| count(seen))?;
    let Counted { cold, cold_in_parts, instances } = counted;
    let cold = Measured::with_error(cold, cold_in_parts.standard_error);
    Some(Run { label: label(rate), is_published: false, rate, length_s, warm_s, cold_s, cold, cold_in_parts, instances })
}
