//! What a validation finds: points, what they are held against, and whether they hold.

use crate::experiment::measured::Measured;

/// A figure in one setting: what it should be and what was simulated.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// The setting: `c 10, λ 8/s, µ 1/s`.
    pub label: String,
    /// The exact or measured value. Exact ones have a standard error of zero.
    pub reference: Measured,
    /// What was simulated: the mean over replications and its standard error.
    pub simulated: Measured,
}

impl Point {
    /// (simulated − reference) ÷ reference; nothing where the reference is zero.
    pub fn error(&self) -> Option<f64> {
        (self.reference.point != 0.0).then(|| self.simulated.point / self.reference.point - 1.0)
    }

    /// How many combined standard errors simulated and reference lie apart; infinite where they differ without any.
    pub fn standard_errors(&self) -> f64 {
        let apart = (self.simulated.point - self.reference.point).abs();
        let error = libm::hypot(self.simulated.standard_error, self.reference.standard_error);
        if apart == 0.0 { 0.0 } else { apart / error }
    }

    /// Half the 95 % interval of what was simulated, as a share of it; nothing where that is zero or has no error.
    pub fn precision(&self) -> Option<f64> {
        let (low, high) = self.simulated.interval(0.95);
        let share = (high - low) / 2.0 / self.simulated.point.abs();
        share.is_finite().then_some(share)
    }
}

/// What is asked of the points of a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// Each lies within so many combined standard errors.
    StandardErrors(f64),
    /// The mean of |error| over the points is at most this share.
    MeanError(f64),
    /// Each simulated value is the reference, to the integer.
    Equal,
    /// Each simulated value lies between these.
    Between(f64, f64),
    /// Nothing: it is shown and discussed.
    Discussed,
}

impl Bound {
    /// Whether one point alone breaks it; a bound on the mean is broken by no single one.
    pub fn is_missed_by(&self, point: &Point) -> bool {
        match *self {
            // What is no number, or has an error that nobody knows, shows nothing.
            Bound::StandardErrors(most) => !point.simulated.has_error() || !(0.0..=most).contains(&point.standard_errors()),
            Bound::Equal => point.simulated.point != point.reference.point,
            Bound::Between(low, high) => !(low..=high).contains(&point.simulated.point),
            Bound::MeanError(_) | Bound::Discussed => false,
        }
    }
}

/// Points of one figure under one bound.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What was simulated: `M/M/c: mean time in system, s`.
    pub figure: String,
    /// What is asked of the points.
    pub bound: Bound,
    /// Where each figure was taken.
    pub points: Vec<Point>,
}

impl Series {
    /// The mean of |error| over the points whose reference is not zero.
    pub fn mean_error(&self) -> Option<f64> {
        let errors: Vec<f64> = self.points.iter().filter_map(Point::error).map(f64::abs).collect();
        (!errors.is_empty()).then(|| errors.iter().sum::<f64>() / errors.len() as f64)
    }

    /// The points that break the bound by themselves.
    pub fn missed(&self) -> impl Iterator<Item = &Point> {
        self.points.iter().filter(|point| self.bound.is_missed_by(point))
    }

    /// Whether it holds. Without a point nothing was shown: missed.
    pub fn verdict(&self) -> Verdict {
        let holds = match self.bound {
            Bound::Discussed => return Verdict::Discussed,
            Bound::MeanError(most) => self.mean_error().is_some_and(|error| error <= most),
            Bound::StandardErrors(_) | Bound::Equal | Bound::Between(..) => self.missed().next().is_none(),
        };
        if holds && !self.points.is_empty() { Verdict::Holds } else { Verdict::Missed }
    }
}

/// What became of a case or a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Within its bound.
    Holds,
    /// Not.
    Missed,
    /// Its data are not there.
    Skipped,
    /// It has no bound.
    Discussed,
}

impl Verdict {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::Missed => "missed",
            Verdict::Skipped => "skipped",
            Verdict::Discussed => "discussed",
        }
    }
}

/// What a case found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Findings {
    /// The figures, each under its bound.
    pub series: Vec<Series>,
    /// What was assumed where the reference does not say, each in a sentence.
    pub assumed: Vec<String>,
    /// What is to be said about the figures: why a bound is missed, why data cannot decide.
    pub notes: Vec<String>,
}

/// A case after it was run, or why it was not.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Its name, as `--only` takes it.
    pub name: &'static str,
    /// What it shows, in a line.
    pub title: &'static str,
    /// What it is held against, and where that is from.
    pub against: &'static str,
    /// Where its reference figures were read: a file as the user named it, or `built in`.
    pub read: Vec<String>,
    /// What it found, or why it was skipped.
    pub found: Result<Findings, String>,
}

impl Judged {
    /// Missed if any of its series is; discussed if none has a bound.
    pub fn verdict(&self) -> Verdict {
        let Ok(found) = &self.found else { return Verdict::Skipped };
        let verdicts: Vec<Verdict> = found.series.iter().map(Series::verdict).collect();
        match () {
            () if verdicts.contains(&Verdict::Missed) => Verdict::Missed,
            () if verdicts.contains(&Verdict::Holds) => Verdict::Holds,
            () => Verdict::Discussed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(reference: f64, simulated: f64, standard_error: f64) -> Point {
        let simulated = Measured { point: simulated, standard_error, degrees_of_freedom: 30.0 };
        Point { label: String::new(), reference: Measured::exact(reference), simulated }
    }

    #[track_caller]
    fn check(bound: Bound, points: &[(f64, f64, f64)], expected: Verdict) {
        let points = points.iter().map(|it| point(it.0, it.1, it.2)).collect();
        assert_eq!(Series { figure: String::new(), bound, points }.verdict(), expected);
    }

    #[test]
    fn a_series_holds_within_its_bound() {
        check(Bound::StandardErrors(3.0), &[(1.0, 1.29, 0.1), (2.0, 2.0, 0.0)], Verdict::Holds);
        check(Bound::StandardErrors(3.0), &[(1.0, 1.31, 0.1)], Verdict::Missed);
        check(Bound::StandardErrors(3.0), &[(1.0, f64::NAN, 0.1)], Verdict::Missed);
        check(Bound::MeanError(0.1), &[(1.0, 1.15, 0.0), (2.0, 1.9, 0.0)], Verdict::Holds);
        check(Bound::MeanError(0.1), &[(1.0, 1.15, 0.0), (2.0, 1.8, 0.0)], Verdict::Missed);
        check(Bound::Equal, &[(7.0, 7.0, 0.0)], Verdict::Holds);
        check(Bound::Equal, &[(7.0, 8.0, 0.0)], Verdict::Missed);
        check(Bound::Between(55.0, 62.0), &[(60.0, 55.0, 0.0)], Verdict::Holds);
        check(Bound::Discussed, &[(1.0, 9.0, 0.0)], Verdict::Discussed);
        check(Bound::Equal, &[], Verdict::Missed);
    }

    #[test]
    fn a_difference_without_any_error_is_infinitely_far() {
        assert_eq!(point(1.0, 2.0, 0.0).standard_errors(), f64::INFINITY);
        assert_eq!(point(2.0, 2.0, 0.0).standard_errors(), 0.0);
        assert_eq!(point(0.0, 2.0, 0.0).error(), None);
    }
}
