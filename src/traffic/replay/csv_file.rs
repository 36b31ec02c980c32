//! A CSV file with a row for each request: a timestamp, and a duration if it is known.
//!
//! The rows are in order of time. The whole file is validated when it is loaded and read again in every run, so memory
//! does not grow with it. If it has changed in between, the arrivals end there and [`Workload::failure`] says why.
//!
//! [`Workload::failure`]: crate::traffic::Workload::failure

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::azure_2021::{LONGEST, code, whole_seconds};
use super::copies::Copies;
use super::number::{BadNumber, decimal};
use super::table::Table;
use super::timestamp::date_time;
use crate::engine::Streams;
use crate::error::{Error, Problem};
use crate::traffic::Arrival;
use crate::traffic::kind::{Files, Kind, Live, Loaded, Plan};
use crate::traffic::workload::Function;
use crate::units::{SimTime, Span};

/// A row for each request. Timestamps are numbers in `unit`, or dates such as `2014-04-10 00:04:00` or RFC 3339.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CsvFile {
    /// The CSV file, plain or gzipped.
    pub file: String,
    /// The column with the time; `timestamp` if absent.
    pub timestamp: Option<String>,
    /// The column with the execution time; `duration` if absent and there. An empty cell is an unknown one.
    pub duration: Option<String>,
    /// The unit of timestamps that are numbers.
    #[serde(default)]
    pub unit: TimeUnit,
    /// The unit of durations; `unit` if absent.
    pub duration_unit: Option<TimeUnit>,
    /// What time zero is: the number zero, or the first row. Dates always count from the first row.
    #[serde(default)]
    pub origin: Origin,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names are the units")]
pub enum TimeUnit {
    #[default]
    S,
    Ms,
    Us,
    Ns,
}

/// What time zero is for timestamps that are numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The number zero.
    #[default]
    Zero,
    /// The first row, as for seconds since 1970.
    First,
}

impl TimeUnit {
    /// Decimal digits down to a nanosecond.
    fn digits(self) -> usize {
        match self {
            TimeUnit::S => 9,
            TimeUnit::Ms => 6,
            TimeUnit::Us => 3,
            TimeUnit::Ns => 0,
        }
    }
}

/// How the time column is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    Date,
    Number(TimeUnit),
}

impl Writing {
    /// As the row read last is written.
    pub fn of(table: &Table, column: usize, unit: TimeUnit) -> Writing {
        if date_time(table.field(column)).is_some() { Writing::Date } else { Writing::Number(unit) }
    }

    /// The time of the row read last, in nanoseconds from 1970 or from zero.
    pub fn read(self, table: &Table, column: usize) -> Result<i64, Error> {
        let field = table.field(column);
        match self {
            Writing::Date => date_time(field).ok_or_else(|| {
                let what = "it is no date and time between 1900 and 2200, as in the rows before it";
                table.refuse_field(column, "bad-time", what)
            }),
            Writing::Number(unit) => {
                let ns = decimal(field, unit.digits()).and_then(|ns| i64::try_from(ns).map_err(|_| BadNumber::TooLarge));
                ns.map_err(|bad| refuse_time(table, column, bad))
            }
        }
    }
}

fn refuse_time(table: &Table, column: usize, bad: BadNumber) -> Error {
    let error = table.refuse_field(column, code(bad), bad.words());
    match bad {
        BadNumber::Negative => error.with_hint("time begins at zero"),
        BadNumber::TooLarge => error.with_hint("is it in `unit: ms`, `us` or `ns`?"),
        _ => error.with_hint("write seconds, or dates such as 2014-04-10 00:04:00"),
    }
}

/// An open file between two rows. Also reads the times of rate files.
pub(super) struct Rows {
    pub table: Table,
    timestamp: usize,
    writing: Writing,
    duration: Option<(usize, TimeUnit)>,
    /// Time zero, as the file counts.
    origin: i64,
    last: i64,
    first: bool,
}

impl Rows {
    /// Before the first row.
    pub fn new(table: Table, timestamp: usize, duration: Option<(usize, TimeUnit)>) -> Rows {
        Rows { table, timestamp, writing: Writing::Date, duration, origin: 0, last: i64::MIN, first: true }
    }

    /// The next row's time since the origin; nothing at the end. Refuses times that fall and absurd ones.
    pub fn next_time(&mut self, unit: TimeUnit, origin: Origin) -> Result<Option<u64>, Error> {
        if !self.table.next_row()? {
            return Ok(None);
        }
        if self.first {
            self.writing = Writing::of(&self.table, self.timestamp, unit);
        }
        let time = self.writing.read(&self.table, self.timestamp)?;
        if self.first && (self.writing == Writing::Date || origin == Origin::First) {
            self.origin = time;
        }
        self.first = false;
        if time < self.last {
            let what = "it is earlier than the row before it";
            return Err(self.table.refuse_field(self.timestamp, "out-of-order", what).with_hint("sort the file by this column"));
        }
        self.last = time;
        let since = (time - self.origin) as u64;
        if since > LONGEST {
            let what = "it is more than ten years after the beginning";
            let hint = "write `origin: first` for times since 1970, or check `unit`";
            return Err(self.table.refuse_field(self.timestamp, "absurd-time", what).with_hint(hint));
        }
        Ok(Some(since))
    }

    /// The duration of the row read last.
    fn demand(&self) -> Result<Option<Span>, Error> {
        let Some((column, unit)) = self.duration else { return Ok(None) };
        let field = self.table.field(column);
        if field.trim_ascii().is_empty() {
            return Ok(None);
        }
        let ns = decimal(field, unit.digits()).and_then(|ns| if ns > LONGEST { Err(BadNumber::TooLarge) } else { Ok(ns) });
        ns.map(|ns| Some(Span(ns))).map_err(|bad| self.table.refuse_field(column, code(bad), bad.words()))
    }
}

impl CsvFile {
    fn open(&self, files: &Files) -> Result<Rows, Error> {
        let table = Table::open(&self.file, &*files.open)?;
        let [timestamp] = table.columns([self.timestamp.as_deref().unwrap_or("timestamp")])?;
        let duration = match &self.duration {
            Some(name) => Some(table.columns([name])?[0]),
            None => table.find("duration"),
        };
        let unit = self.duration_unit.unwrap_or(self.unit);
        Ok(Rows::new(table, timestamp, duration.map(|column| (column, unit))))
    }

    fn next(&self, rows: &mut Rows) -> Result<Option<Arrival>, Error> {
        let Some(ns) = rows.next_time(self.unit, self.origin)? else { return Ok(None) };
        Ok(Some(Arrival { at: SimTime(ns), demand: rows.demand()? }))
    }
}

impl Kind for CsvFile {
    type Plan = CsvPlan;

    fn check(&self) -> Vec<Problem> {
        self.file.is_empty().then(|| Problem::new("file", "file", "names no file")).into_iter().collect()
    }

    fn load(&self, files: &Files) -> Result<Loaded<CsvPlan>, Error> {
        let mut rows = self.open(files)?;
        let (mut invocations, mut last, mut known, mut sum) = (0, None, 0_u64, 0_u128);
        while let Some(arrival) = self.next(&mut rows)? {
            invocations += 1;
            last = Some(arrival.at.0);
            known += u64::from(arrival.demand.is_some());
            sum += arrival.demand.map_or(0, |span| u128::from(span.0));
        }
        if invocations == 0 {
            return Err(Error::in_file(&self.file, 1, "no-rows", "the file has a header and nothing else"));
        }
        let mean_duration = sum.checked_div(u128::from(known)).map(|ns| Span(ns as u64));
        let function = Function { mean_duration, invocations, ..Function::default() };
        let plan = CsvPlan { spec: Arc::new(self.clone()), files: files.clone(), invocations };
        Ok(Loaded { parts: vec![(function, plan)], many: false, joined: false, span: Some(whole_seconds(last)) })
    }
}

/// A validated file, to be read again.
#[derive(Clone)]
pub struct CsvPlan {
    spec: Arc<CsvFile>,
    files: Files,
    invocations: u64,
}

impl Plan for CsvPlan {
    type Live = Copies<CsvLive>;

    fn start(&self, scale: f64, streams: Streams) -> Copies<CsvLive> {
        Copies::new(CsvLive { plan: self.clone(), rows: None, read: 0, ended: false }, scale, streams)
    }
}

/// A file being read in a run. It is opened with the first request.
pub struct CsvLive {
    plan: CsvPlan,
    rows: Option<Box<Rows>>,
    read: u64,
    ended: bool,
}

impl CsvLive {
    fn try_next(&mut self) -> Result<Option<Arrival>, Error> {
        let spec = Arc::clone(&self.plan.spec);
        if self.rows.is_none() {
            self.rows = Some(Box::new(spec.open(&self.plan.files)?));
        }
        let arrival = spec.next(self.rows.as_mut().expect("just opened"))?;
        self.read += u64::from(arrival.is_some());
        let as_validated = if arrival.is_some() { self.read <= self.plan.invocations } else { self.read == self.plan.invocations };
        if as_validated {
            return Ok(arrival);
        }
        let message = format!("the file changed during the run: it had {} rows when it was validated", self.plan.invocations);
        Err(Error::in_file(&spec.file, 0, "file-changed", message))
    }

    fn report(&self, error: Error) {
        let files = &self.plan.files;
        match error {
            Error::Input(_) => files.fail(error),
            other => files.fail(Error::in_file(&self.plan.spec.file, 0, "file-changed", other.to_string())),
        }
    }
}

impl Live for CsvLive {
    fn next(&mut self) -> Option<Arrival> {
        if self.ended {
            return None;
        }
        let arrival = self.try_next().unwrap_or_else(|error| {
            self.report(error);
            None
        });
        self.ended = arrival.is_none();
        if self.ended {
            self.rows = None;
        }
        arrival
    }
}
