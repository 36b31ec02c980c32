//! What may be said of one key, who in Knative says so, and how a value is read.

use super::fields::Value;
use super::spec::{Algorithm, Metric};
use crate::autoscaler::go::{self, Unreadable};
use crate::error::Problem;

/// A value outside its range.
pub const RANGE: &str = "kpa-range";

pub(super) const SECOND: i64 = 1_000_000_000;

/// The values a key may have.
#[derive(Debug, Clone, Copy)]
pub(super) enum Range {
    /// Numbers of which this holds. It never holds of NaN or infinity: Go lets them pass, but nothing could be computed.
    Number(fn(f64) -> bool),
    /// Counts of at least this many, up to an int32.
    Count(i64),
    /// Durations from the one to the other, in nanoseconds.
    Time { min: i64, max: i64 },
    /// The same, in whole seconds.
    Seconds { min: i64, max: i64 },
    /// Yes or no.
    Flag,
    /// A metric of the KPA.
    Metric,
    /// A way to average.
    Algorithm,
}

/// What is accepted of one key.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The key, without a domain.
    pub key: &'static str,
    range: Range,
    /// The range in words that follow "must be".
    bounds: &'static str,
    /// Knative's own function.
    named: &'static str,
    /// The way out.
    hint: &'static str,
}

pub(super) const fn rule(key: &'static str, range: Range, bounds: &'static str, named: &'static str, hint: &'static str) -> Rule {
    Rule { key, range, bounds, named, hint }
}

impl Rule {
    /// Reads a value as Go does, and checks it. The problem's path is the key.
    pub fn read(&self, text: &str) -> Result<Value, Problem> {
        let value = self.parse(text).map_err(|why| self.unreadable(text, why))?;
        match self.check(value) {
            None => Ok(value),
            Some(problem) => Err(problem),
        }
    }

    fn parse(&self, text: &str) -> Result<Value, Unreadable> {
        match self.range {
            Range::Number(_) => go::parse_float(text).map(Value::Number),
            Range::Count(_) => go::parse_int32(text).map(|it| Value::Count(it.into())),
            Range::Time { .. } | Range::Seconds { .. } => go::parse_duration(text).map(Value::Time),
            Range::Flag => go::parse_bool(text).map(Value::Flag),
            Range::Metric => Metric::of_name(text).map(Value::Metric).ok_or(Unreadable::Syntax),
            Range::Algorithm => Algorithm::of_name(text).map(Value::Algorithm).ok_or(Unreadable::Syntax),
        }
    }

    fn unreadable(&self, text: &str, why: Unreadable) -> Problem {
        let form = match self.range {
            _ if why == Unreadable::Range => return self.refuse(&format!("`{text}` is too large: it")),
            Range::Number(_) => "number",
            Range::Count(_) => "whole number",
            Range::Time { .. } | Range::Seconds { .. } => "duration such as `1m30s`",
            Range::Flag | Range::Metric | Range::Algorithm => return self.refuse(&format!("`{text}` is not known: it")),
        };
        self.refuse(&format!("`{text}` is no {form}: it"))
    }

    /// What is wrong with a value, if anything is.
    pub fn check(&self, value: Value) -> Option<Problem> {
        match (self.range, value) {
            (Range::Number(holds), Value::Number(it)) => self.unless(it.is_finite() && holds(it), value),
            (Range::Count(min), Value::Count(it)) => self.unless((min..=i64::from(i32::MAX)).contains(&it), value),
            (Range::Time { min, max }, Value::Time(it)) => self.unless((min..=max).contains(&it), value),
            (Range::Seconds { min, max }, Value::Time(it)) if !(min..=max).contains(&it) => self.unless(false, value),
            (Range::Seconds { .. }, Value::Time(it)) if it % SECOND != 0 => {
                let message = format!("{value} must be in whole seconds, says Knative ({})", self.named);
                Some(Problem::new(RANGE, self.key, message).hint("the windows of the autoscaler have buckets of a second"))
            }
            _ => None,
        }
    }

    fn unless(&self, fine: bool, value: Value) -> Option<Problem> {
        (!fine).then(|| self.refuse(&value.to_string()))
    }

    fn refuse(&self, what: &str) -> Problem {
        let message = format!("{what} must be {}, says Knative ({})", self.bounds, self.named);
        Problem::new(RANGE, self.key, message).hint(self.hint)
    }
}
