//! A range of a quantity, written `300MB..500MB`: the ends, and the values between them.

use super::parse::{UnitError, refuse};
use super::{Kind, Quantity};

/// From one value up to another of the same kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    /// The lower end.
    pub low: Quantity,
    /// The upper end, above the lower.
    pub high: Quantity,
}

impl Range {
    /// Splits a text at its two dots, if there are any.
    pub fn split(text: &str) -> Option<(&str, &str)> {
        let (low, high) = text.split_once("..")?;
        Some((low.trim(), high.trim()))
    }

    /// Of these two ends.
    ///
    /// # Errors
    /// If they are not quantities of one kind, or the lower one is not the first.
    pub fn of(low: &str, high: &str) -> Result<Range, UnitError> {
        let range = Range { low: low.parse()?, high: high.parse()? };
        let Range { low: from, high: to } = &range;
        if from.kind != to.kind {
            return refuse(format!(
                "`{low}` is {}, but `{high}` is {}; both ends need the same kind of unit",
                from.kind.name(),
                to.kind.name()
            ));
        }
        if from.value > to.value {
            return refuse(format!("the ends are reversed: `{low}` is above `{high}`; write `{high}..{low}`"));
        }
        if from.value == to.value {
            return refuse(format!("both ends are the same; write `{low}`"));
        }
        Ok(range)
    }

    /// What both ends measure.
    pub fn kind(&self) -> Kind {
        self.low.kind
    }

    /// Whether both ends are whole numbers of things.
    pub fn is_whole(&self) -> bool {
        self.low.is_whole() && self.high.is_whole()
    }

    /// The value at this part of the way up, 0 to 1.
    pub fn at(&self, part: f64) -> f64 {
        match part {
            0.0 => self.low.value,
            1.0 => self.high.value,
            _ => self.low.value + part * (self.high.value - self.low.value),
        }
    }

    /// A value between the ends as a person would write it: in the upper end's unit if it holds at least one of it.
    pub fn write(&self, value: f64) -> String {
        if self.high.reaches(value) { self.high.write(value) } else { self.low.write(value) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> Result<Range, UnitError> {
        let (low, high) = Range::split(text).unwrap();
        Range::of(low, high)
    }

    #[test]
    fn values_between_the_ends_are_written_as_the_ends_are() {
        for (text, middle) in [
            ("300MB..500MB", "400MB"),
            ("30s..5m", "2.75m"),
            ("100ms..1.5s", "800ms"),
            ("0.30..0.36", "0.33"),
            ("1..4", "2.5"),
            ("1/s..90/min", "75/min"),
            ("10%..20%", "15%"),
            ("0s..10s", "5s"),
        ] {
            let range = range(text).unwrap();
            assert_eq!(range.write(range.at(0.5)), middle, "{text}");
        }
    }

    #[test]
    fn ends_that_make_no_range_are_refused() {
        for (text, why) in [
            ("5s..3s", "reversed: `5s` is above `3s`; write `3s..5s`"),
            ("5s..3MB", "`5s` is a duration, but `3MB` is a size"),
            ("5s..10", "`10` is a number"),
            ("5s..5000ms", "the same"),
            ("5s..many", "does not begin with a number"),
        ] {
            let error = range(text).unwrap_err();
            assert!(error.0.contains(why), "{text}: {error}");
        }
        assert_eq!(Range::split("../trace"), Some(("", "/trace")), "its lower end is no quantity");
    }
}
