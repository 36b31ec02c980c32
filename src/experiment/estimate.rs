//! A figure and what it is worth: the mean over replications with its interval.

use super::measured::{self, Measured};

/// Confidence of every interval, of all looks at it together.
pub const CONFIDENCE: f64 = 0.95;

/// A mean over replications and its two-sided interval by Student's t.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The mean.
    pub point: f64,
    /// Lower end; equals the point where every replication agrees.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// How many replications had the figure.
    pub replications: u32,
}

impl Estimate {
    /// Of these values, one a replication, with a 95 % interval. Nothing without a value; with only one there is no
    /// interval (infinite ends).
    pub fn of(values: &[f64]) -> Option<Estimate> {
        Estimate::at(values, CONFIDENCE)
    }

    /// The same with another confidence.
    pub fn at(values: &[f64], confidence: f64) -> Option<Estimate> {
        let mean = Measured::of(values)?;
        let (low, high) = mean.interval(confidence);
        Some(Estimate { point: mean.point, low, high, replications: values.len() as u32 })
    }

    /// Half the interval's width; infinite with a single replication.
    pub fn half_width(&self) -> f64 {
        (self.high - self.low) / 2.0
    }

    /// Whether there is an interval at all.
    pub fn has_interval(&self) -> bool {
        self.replications > 1
    }

    /// Whether zero lies outside the interval.
    pub fn excludes_zero(&self) -> bool {
        self.has_interval() && (self.low > 0.0 || self.high < 0.0)
    }
}

/// The quantile of Student's t that a two-sided 95 % interval needs.
pub fn student_t(degrees_of_freedom: u32) -> f64 {
    measured::quantile(f64::from(degrees_of_freedom), 0.5 + CONFIDENCE / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_printed_tables() {
        for (degrees, t) in [(1, 12.7062), (4, 2.7764), (9, 2.2622), (30, 2.0423)] {
            assert!((student_t(degrees) - t).abs() < 1e-4, "t({degrees}) = {}", student_t(degrees));
        }
    }

    #[test]
    fn an_interval_needs_two_replications_and_vanishes_where_they_agree() {
        assert_eq!(Estimate::of(&[]), None);
        assert!(!Estimate::of(&[3.0]).unwrap().has_interval());
        let agreed = Estimate::of(&[3.0, 3.0, 3.0]).unwrap();
        assert_eq!((agreed.low, agreed.point, agreed.high), (3.0, 3.0, 3.0));
        assert!(agreed.excludes_zero());
        let spread = Estimate::of(&[1.0, 2.0, 3.0]).unwrap();
        assert!((spread.high - (2.0 + 4.302_65 / 3f64.sqrt())).abs() < 1e-4);
        assert!(Estimate::at(&[1.0, 2.0, 3.0], 0.99).unwrap().high > spread.high);
    }
}
