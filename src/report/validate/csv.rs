//! `validation.csv`: a row a point, every digit written.

use super::super::summary_csv::{decimal, write};
use super::say;
use crate::experiment::validate::{Judged, Point, Series, Validation};

const HEAD: [&str; 12] = [
    "case",
    "figure",
    "setting",
    "reference",
    "reference_standard_error",
    "simulated",
    "simulated_low",
    "simulated_high",
    "error",
    "standard_errors",
    "bound",
    "verdict",
];

/// The whole table, with a header.
pub(super) fn render(it: &Validation) -> String {
    let rows = it.cases.iter().flat_map(|case| {
        let series = case.found.iter().flat_map(|found| &found.series);
        series.flat_map(move |series| series.points.iter().map(move |point| row(case, series, point)))
    });
    write([HEAD.map(str::to_owned).to_vec()].into_iter().chain(rows))
}

fn row(case: &Judged, series: &Series, point: &Point) -> Vec<String> {
    let finite = |value: f64| decimal(Some(value).filter(|it| it.is_finite()));
    let (low, high) = point.simulated.interval(0.95);
    vec![
        case.name.to_owned(),
        series.figure.clone(),
        point.label.clone(),
        finite(point.reference.point),
        finite(point.reference.standard_error),
        finite(point.simulated.point),
        finite(low),
        finite(high),
        decimal(point.error().filter(|it| it.is_finite())),
        finite(point.standard_errors()),
        say::bound(series.bound),
        series.verdict().word().to_owned(),
    ]
}
