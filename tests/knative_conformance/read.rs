//! Reading values, and comparing. A missing field is a broken vector, so reading it panics; the harness tells where.

use std::fmt::{Debug, Display};

use coldcast::autoscaler::go;
use coldcast::autoscaler::kpa::{Algorithm, Stat};
use coldcast::units::{SimTime, Span};
use serde_json::Value;

/// Start of the families with a clock, in Unix seconds.
pub const START: u64 = 1_700_000_000;
const WEIGHTED_TOLERANCE: f64 = 1e-9;

pub fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

pub fn integer(value: &Value) -> i64 {
    value.as_i64().or_else(|| whole(value.as_f64()?)).unwrap_or_else(|| panic!("{value} is no integer"))
}

/// A whole number that is written as a float: `3.0`, `-0`.
fn whole(value: f64) -> Option<i64> {
    (value.fract() == 0.0 && value.abs() < 1e15).then_some(value as i64)
}

pub fn int32(value: &Value) -> i32 {
    i32::try_from(integer(value)).unwrap_or_else(|_| panic!("{value} is no int32"))
}

pub fn count(value: &Value) -> u32 {
    u32::try_from(integer(value)).unwrap_or_else(|_| panic!("{value} is no count"))
}

pub fn flag(value: &Value) -> bool {
    match value.as_f64() {
        Some(it) if it == 0.0 || it == 1.0 => it == 1.0,
        _ => value.as_bool().unwrap_or_else(|| panic!("{value} is neither true nor false")),
    }
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

pub fn rows(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

/// A row of so many columns: more would be an expectation that is not looked at.
pub fn row(value: &Value, columns: usize) -> &[Value] {
    let row = rows(value);
    assert_eq!(row.len(), columns, "{value} has not {columns} columns");
    row
}

/// The names of the columns, where a line gives them, are these.
pub fn has_columns(line: &Value, key: &str, columns: &[&str]) -> Result<(), String> {
    let given = line[key].as_array();
    let agree = given.is_none_or(|given| given.iter().map(text).eq(columns.iter().copied()));
    if agree { Ok(()) } else { Err(format!("{key} is {}, not {columns:?}", line[key])) }
}

/// Nothing else is expected than what is looked at.
pub fn expects_only(expected: &Value, keys: &[&str]) -> Result<(), String> {
    let fields = expected.as_object().ok_or_else(|| format!("{expected} is no map of expectations"))?;
    match fields.keys().find(|key| !keys.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => Err(format!("the expectation `{key}` is not looked at")),
    }
}

/// None for null and for a field that is not there.
pub fn given<T>(value: &Value, read: fn(&Value) -> T) -> Option<T> {
    (!value.is_null()).then(|| read(value))
}

pub fn seconds(value: &Value) -> Span {
    Span::from_secs_f64(number(value))
}

/// An annotation as it stands in the manifest; one that does not parse is as if absent.
pub fn annotation(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| go::parse_float(value.as_str()?).ok())
}

pub fn time(start: u64, milliseconds: &Value) -> SimTime {
    let after = integer(milliseconds).checked_mul(1_000_000).expect("within 292 years");
    SimTime(SimTime::from_secs(start).0.checked_add_signed(after).expect("after 1970"))
}

pub fn algorithm(name: &str) -> Algorithm {
    match name {
        "linear" => Algorithm::Linear,
        "weighted" | "weighted-exponential" | "weightedExponential" => Algorithm::WeightedExponential,
        other => panic!("unknown algorithm {other}"),
    }
}

pub fn stat(row: &[Value]) -> Stat {
    Stat {
        concurrency: number(&row[0]),
        proxied_concurrency: number(&row[1]),
        requests: number(&row[2]),
        proxied_requests: number(&row[3]),
    }
}

pub fn same<T: PartialEq + Debug>(place: impl Display, got: T, expected: T) -> Result<(), String> {
    if got == expected { Ok(()) } else { Err(format!("{place}: expected {expected:?}, got {got:?}")) }
}

pub fn same_average(place: impl Display, algorithm: Algorithm, got: f64, expected: f64) -> Result<(), String> {
    let tolerance = if algorithm == Algorithm::Linear { 0.0 } else { WEIGHTED_TOLERANCE * expected.abs() };
    if (got - expected).abs() <= tolerance { Ok(()) } else { Err(format!("{place}: expected {expected:?}, got {got:?}")) }
}
