//! A figure and what it is worth: the mean over replications with its 95 % interval.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// Confidence of every interval.
pub const CONFIDENCE: f64 = 0.95;

/// A mean over replications and its two-sided 95 % interval by Student's t.
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
    /// Of these values, one a replication. Nothing without a value; with only one there is no interval (infinite ends).
    pub fn of(values: &[f64]) -> Option<Estimate> {
        if values.is_empty() {
            return None;
        }
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let half = half_width(values, mean);
        Some(Estimate { point: mean, low: mean - half, high: mean + half, replications: values.len() as u32 })
    }

    /// Half the interval's width; infinite with a single replication.
    pub fn half_width(&self) -> f64 {
        (self.high - self.low) / 2.0
    }

    /// The standard error of the mean; infinite with a single replication.
    pub fn standard_error(&self) -> f64 {
        if self.has_interval() { self.half_width() / student_t(self.replications - 1) } else { f64::INFINITY }
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

fn half_width(values: &[f64], mean: f64) -> f64 {
    let n = values.len() as f64;
    if values.len() < 2 {
        return f64::INFINITY;
    }
    let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (n - 1.0);
    student_t(values.len() as u32 - 1) * (variance / n).sqrt()
}

/// The quantile of Student's t that a two-sided 95 % interval needs.
pub fn student_t(degrees_of_freedom: u32) -> f64 {
    let law = StudentsT::new(0.0, 1.0, f64::from(degrees_of_freedom)).expect("at least one degree of freedom");
    law.inverse_cdf(0.5 + CONFIDENCE / 2.0)
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
    }
}
