//! The words that table and Markdown share.

use super::super::human::{self, NONE};
use crate::experiment::Measured;
use crate::experiment::validate::{Bound, Judged, Point, Series, Validation, Verdict};

/// What was run.
pub(super) fn title(it: &Validation) -> String {
    let quick = if it.quick { ", quick" } else { "" };
    let count = |verdict: Verdict| it.cases.iter().filter(|case| case.verdict() == verdict).count();
    let counts = [Verdict::Holds, Verdict::Missed, Verdict::Discussed, Verdict::Skipped].map(|verdict| (count(verdict), verdict.word()));
    let counts: Vec<String> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    format!("coldcast {} against theory and measurements{quick}: {}", it.version, counts.join(", "))
}

/// What a case is held against, and where its figures were read.
pub(super) fn against(case: &Judged) -> String {
    let read = if case.read.is_empty() { String::new() } else { format!(" Read: {}.", case.read.join(", ")) };
    format!("Held against {}.{read}", case.against)
}

/// A bound, in a few words.
pub(super) fn bound(bound: Bound) -> String {
    match bound {
        Bound::StandardErrors(most) => format!("each ≤ {most} s.e."),
        Bound::MeanError(most) => format!("mean ≤ {} %", (most * 1e9).round() / 1e7),
        Bound::Equal => "equal".to_owned(),
        Bound::Between(low, high) => format!("{low} to {high}"),
        Bound::Discussed => "none".to_owned(),
    }
}

/// A value with its 95 % interval, if it has one.
pub(super) fn value(it: &Measured) -> String {
    let (low, high) = it.interval(0.95);
    let half = (high - low) / 2.0;
    if !it.point.is_finite() {
        NONE.to_owned()
    } else if half.is_finite() && half > it.point.abs() * 1e-9 {
        human::with_interval(it.point, Some(half), 0, 6)
    } else {
        human::significant(it.point, 6).to_string()
    }
}

/// A signed relative error.
pub(super) fn error(error: Option<f64>) -> String {
    error.filter(|it| it.is_finite()).map_or(NONE.to_owned(), |it| {
        let sign = if it > 0.0 { "+" } else { "" };
        format!("{sign}{} %", human::fixed(it * 100.0, 2))
    })
}

/// How many standard errors, where both have none: nothing.
pub(super) fn standard_errors(point: &Point) -> String {
    let apart = point.standard_errors();
    if apart.is_finite() { human::fixed(apart, 1) } else { NONE.to_owned() }
}

/// The point that is farthest off: by the measure of its bound.
pub(super) fn farthest(series: &Series) -> Option<&Point> {
    let off = |point: &Point| match series.bound {
        Bound::StandardErrors(_) => point.standard_errors(),
        _ => point.error().map_or(0.0, f64::abs),
    };
    series.points.iter().max_by(|a, b| off(a).total_cmp(&off(b)))
}

/// A row for each series: points, mean error, the farthest point, bound, verdict.
pub(super) const SERIES_HEAD: [&str; 6] = ["points", "mean error", "farthest", "s.e.", "bound", "verdict"];

/// The cells under [`SERIES_HEAD`].
pub(super) fn series(it: &Series) -> Vec<String> {
    let far = farthest(it);
    let mean = it.mean_error().filter(|error| error.is_finite());
    vec![
        it.points.len().to_string(),
        mean.map_or(NONE.to_owned(), |error| format!("{} %", human::fixed(error * 100.0, 2))),
        error(far.and_then(Point::error)),
        far.map_or(NONE.to_owned(), standard_errors),
        bound(it.bound),
        it.verdict().word().to_owned(),
    ]
}

/// A row for each point.
pub(super) const POINT_HEAD: [&str; 4] = ["reference", "simulated", "error", "s.e."];

/// The cells under [`POINT_HEAD`].
pub(super) fn point(it: &Point) -> Vec<String> {
    vec![value(&it.reference), value(&it.simulated), error(it.error()), standard_errors(it)]
}
