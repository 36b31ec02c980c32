//! A mean that was measured, and what its error says: intervals and the chance that the true mean lies beyond a bound.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// A mean with its standard error, or a difference of two means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// The mean.
    pub point: f64,
    /// Its standard error; zero where every value agrees, infinite with a single one.
    pub standard_error: f64,
    /// Of Student's t. Not whole for a difference of unpaired means.
    pub degrees_of_freedom: f64,
}

/// The chance of a mean as far on one side of a bound, were the true one just on the other. Where every value agrees the
/// answer is certain; a mean on the bound itself is then neither above nor below it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tail {
    /// Small if the mean is above.
    pub above: f64,
    /// Small if it is above or on the bound.
    pub at_least: f64,
    /// Small if it is below.
    pub below: f64,
    /// Small if it is below or on the bound.
    pub at_most: f64,
}

impl Measured {
    /// Of independent values; nothing without any.
    pub fn of(values: &[f64]) -> Option<Measured> {
        let (mean, variance) = moments(values)?;
        let n = values.len() as f64;
        Some(Measured { point: mean, standard_error: (variance / n).sqrt(), degrees_of_freedom: n - 1.0 })
    }

    /// Of `after` less `before`, which share nothing: Welch's, who lets either scatter as it likes.
    pub fn unpaired(before: &[f64], after: &[f64]) -> Option<Measured> {
        let ((old, old_variance), (new, new_variance)) = (moments(before)?, moments(after)?);
        let (n, m) = (before.len() as f64, after.len() as f64);
        let (a, b) = (old_variance / n, new_variance / m);
        let degrees = match a + b {
            0.0 => n + m - 2.0,
            sum if sum.is_infinite() => 0.0,
            sum => sum * sum / (a * a / (n - 1.0) + b * b / (m - 1.0)),
        };
        Some(Measured { point: new - old, standard_error: (a + b).sqrt(), degrees_of_freedom: degrees })
    }

    /// A value that is known: a closed form, a count of what must be.
    pub fn exact(value: f64) -> Measured {
        Measured::with_error(value, 0.0)
    }

    /// A value that somebody else has measured, with the standard error that they say; its interval is the normal one.
    pub fn with_error(value: f64, standard_error: f64) -> Measured {
        Measured { point: value, standard_error, degrees_of_freedom: 1e6 }
    }

    /// Whether it has an error at all: a single value has none that anybody knows.
    pub fn has_error(&self) -> bool {
        self.standard_error.is_finite()
    }

    /// Both ends of the two-sided interval; infinite with a single value.
    pub fn interval(&self, confidence: f64) -> (f64, f64) {
        let half = match self.standard_error {
            0.0 => 0.0,
            error if error.is_infinite() => f64::INFINITY,
            error => quantile(self.degrees_of_freedom, 0.5 + confidence / 2.0) * error,
        };
        (self.point - half, self.point + half)
    }

    /// What its error says of a bound.
    pub fn tail(&self, bound: f64) -> Tail {
        if !self.has_error() {
            return Tail { above: 1.0, at_least: 1.0, below: 1.0, at_most: 1.0 };
        }
        let by = self.point - bound;
        if self.standard_error == 0.0 {
            let certain = |is: bool| if is { 0.0 } else { 1.0 };
            return Tail { above: certain(by > 0.0), at_least: certain(by >= 0.0), below: certain(by < 0.0), at_most: certain(by <= 0.0) };
        }
        let law = student(self.degrees_of_freedom);
        let (above, below) = (law.sf(by / self.standard_error), law.cdf(by / self.standard_error));
        Tail { above, at_least: above, below, at_most: below }
    }
}

/// Mean and unbiased variance; the variance of a single value is infinite.
fn moments(values: &[f64]) -> Option<(f64, f64)> {
    let (first, rest) = values.split_first()?;
    if rest.is_empty() {
        return Some((*first, f64::INFINITY));
    }
    // What agrees to the last bit has a mean of just that, whatever a division by n would round.
    if rest.iter().all(|value| value == first) {
        return Some((*first, 0.0));
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    Some((mean, values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (n - 1.0)))
}

fn student(degrees_of_freedom: f64) -> StudentsT {
    StudentsT::new(0.0, 1.0, degrees_of_freedom).expect("at least one degree of freedom")
}

/// The quantile `q` of Student's t.
pub fn quantile(degrees_of_freedom: f64, q: f64) -> f64 {
    student(degrees_of_freedom).inverse_cdf(q)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Welch's test by hand: means 3 and 6, variances 2.5 and 2.5 of five values each is the pooled test with 8 degrees.
    #[test]
    fn unpaired_differences_are_welchs() {
        let it = Measured::unpaired(&[1.0, 2.0, 3.0, 4.0, 5.0], &[4.0, 5.0, 6.0, 7.0, 8.0]).unwrap();
        assert_eq!((it.point, it.standard_error, it.degrees_of_freedom), (3.0, 1.0, 8.0));
        let (low, high) = it.interval(0.95);
        assert!((low - (3.0 - 2.306)).abs() < 1e-3 && (high - (3.0 + 2.306)).abs() < 1e-3, "{low} {high}");
        assert!((it.tail(0.0).above - 0.008_54).abs() < 1e-5, "{}", it.tail(0.0).above);
        // Unequal: the degrees lie between those of the smaller sample and the sum of both.
        let it = Measured::unpaired(&[0.0, 10.0], &[1.0, 1.1, 0.9, 1.0]).unwrap();
        assert!((it.degrees_of_freedom - 1.0).abs() < 1e-3, "{}", it.degrees_of_freedom);
    }

    #[test]
    fn what_agrees_is_certain_and_a_single_value_says_nothing() {
        let same = Measured::of(&[2.0, 2.0]).unwrap();
        assert_eq!(same.interval(0.95), (2.0, 2.0));
        assert_eq!((same.tail(2.0).above, same.tail(2.0).at_least, same.tail(1.0).above), (1.0, 0.0, 0.0));
        let one = Measured::of(&[2.0]).unwrap();
        assert!(!one.has_error());
        assert_eq!(one.tail(0.0).above, 1.0);
        assert!(!Measured::unpaired(&[1.0], &[1.0, 2.0]).unwrap().has_error());
        assert_eq!(Measured::of(&[]), None);
        let tenths = Measured::of(&[0.1; 10]).unwrap();
        assert_eq!((tenths.point, tenths.standard_error), (0.1, 0.0), "ten tenths do not scatter");
    }
}
