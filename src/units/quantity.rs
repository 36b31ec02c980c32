//! A quantity of any kind, and how a person writes it.
//!
//! Ranges need it: `30s..5m` has values between its ends, and these are written as the ends are. A field's own type
//! still decides what it takes.

use std::str::FromStr;

use super::Span;
use super::parse::{self, PER, SIZE_UNITS, TIME_UNITS, UnitError, refuse};

/// What is measured. Only quantities of a kind have values between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A number of things, or a factor.
    Number,
    /// Nanoseconds.
    Time,
    /// Bytes.
    Size,
    /// Per second.
    Rate,
    /// Bytes per second.
    Bandwidth,
    /// A share of a whole, in percent.
    Share,
}

impl Kind {
    /// In words, with an article.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Number => "a number",
            Kind::Time => "a duration",
            Kind::Size => "a size",
            Kind::Rate => "a rate",
            Kind::Bandwidth => "a bandwidth",
            Kind::Share => "a percentage",
        }
    }
}

/// A quantity and the unit it was written in.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    /// In the unit of its kind.
    pub value: f64,
    /// What it measures.
    pub kind: Kind,
    unit: String,
    /// What one of the written unit is.
    factor: f64,
    /// Whether it was written without a decimal point.
    whole: bool,
}

impl FromStr for Quantity {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Quantity, UnitError> {
        match parse::split(text).and_then(|(number, unit)| Ok((number, unit_of(unit, text)?, unit))) {
            Ok((number, (kind, factor), unit)) => {
                Ok(Quantity { value: number * factor, kind, unit: unit.to_owned(), factor, whole: !text.contains('.') })
            }
            Err(error) => compound(text).ok_or(error),
        }
    }
}

/// `1m30s`: written on in its last unit.
fn compound(text: &str) -> Option<Quantity> {
    let span: Span = text.parse().ok()?;
    let unit = text.trim().trim_start_matches(|c: char| !c.is_alphabetic());
    let unit = unit.rsplit(|c: char| !c.is_alphabetic()).next()?;
    let factor = factor_of(&TIME_UNITS, unit)?;
    Some(Quantity { value: span.0 as f64, kind: Kind::Time, unit: unit.to_owned(), factor, whole: false })
}

fn factor_of(table: &[(&str, f64)], unit: &str) -> Option<f64> {
    table.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor)
}

/// The kind that a unit measures, and what one of it is.
fn unit_of(unit: &str, text: &str) -> Result<(Kind, f64), UnitError> {
    let found = match unit.split_once('/') {
        _ if unit.is_empty() => Some((Kind::Number, 1.0)),
        _ if unit == "%" => Some((Kind::Share, 1.0)),
        Some(("", per)) => factor_of(&PER, per.trim()).map(|seconds| (Kind::Rate, 1.0 / seconds)),
        Some((size, "s")) => factor_of(&SIZE_UNITS, size.trim()).map(|bytes| (Kind::Bandwidth, bytes)),
        Some(_) => None,
        None => {
            let time = factor_of(&TIME_UNITS, unit).map(|ns| (Kind::Time, ns));
            time.or_else(|| factor_of(&SIZE_UNITS, unit).map(|bytes| (Kind::Size, bytes)))
        }
    };
    found.map_or_else(|| refuse(format!("`{text}` has the unknown unit `{unit}`")), Ok)
}

impl Quantity {
    /// Whether it is a whole number of things, written as one.
    pub fn is_whole(&self) -> bool {
        self.kind == Kind::Number && self.whole
    }

    /// Another value of the same kind, as a person would write it: in this quantity's unit.
    pub fn write(&self, value: f64) -> String {
        format!("{}{}", short(value / self.factor), self.unit)
    }

    /// Whether `value` is at least one of the unit this quantity was written in.
    pub fn reaches(&self, value: f64) -> bool {
        value == 0.0 || value.abs() >= self.factor * (1.0 - 1e-9)
    }
}

/// A number without the dust of binary fractions: twelve significant digits, no more than it needs.
fn short(value: f64) -> f64 {
    format!("{value:.11e}").parse().expect("a float that was just written")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, value: f64, kind: Kind, thrice: &str) {
        let read: Quantity = text.parse().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((read.value, read.kind), (value, kind), "{text}");
        assert_eq!(read.write(read.value * 3.0), thrice);
    }

    #[test]
    fn a_quantity_is_written_in_its_own_unit() {
        check("5", 5.0, Kind::Number, "15");
        check("0.1", 0.1, Kind::Number, "0.3");
        check("30s", 3e10, Kind::Time, "90s");
        check("1m30s", 9e10, Kind::Time, "270s");
        check("300MB", 3e8, Kind::Size, "900MB");
        check("5m", 3e11, Kind::Time, "15m");
        check("5M", 5e6, Kind::Size, "15M");
        check("90/min", 1.5, Kind::Rate, "270/min");
        check("7.7MB/s", 7.7e6, Kind::Bandwidth, "23.1MB/s");
        check("10%", 10.0, Kind::Share, "30%");
    }

    #[test]
    fn what_is_no_quantity_is_refused() {
        for text in ["", "many", "3 parsecs", "3MB/h", "-1s", "3/", "1m30"] {
            assert!(text.parse::<Quantity>().is_err(), "{text}");
        }
    }
}
