//! The JSON contract of a validation: stable; fields are added, none is renamed.

use serde_json::{Value, json};

use crate::experiment::validate::{Bound, Judged, Point, Series, Validation};

/// The document, indented, with a line break at its end.
pub(super) fn render(it: &Validation) -> String {
    format!("{:#}\n", document(it))
}

pub(super) fn document(it: &Validation) -> Value {
    json!({
        "version": it.version,
        "quick": it.quick,
        "missed": it.is_missed(),
        "cases": it.cases.iter().map(case).collect::<Vec<_>>(),
    })
}

fn case(it: &Judged) -> Value {
    let found = it.found.as_ref().ok();
    json!({
        "name": it.name,
        "title": it.title,
        "against": it.against,
        "read": it.read,
        "verdict": it.verdict().word(),
        "skipped": it.found.as_ref().err(),
        "series": found.map_or(Vec::new(), |found| found.series.iter().map(series).collect()),
        "assumed": found.map_or(&[][..], |found| &found.assumed),
        "notes": found.map_or(&[][..], |found| &found.notes),
    })
}

fn series(it: &Series) -> Value {
    json!({
        "figure": it.figure,
        "bound": bound(it.bound),
        "mean_error": it.mean_error(),
        "verdict": it.verdict().word(),
        "points": it.points.iter().map(|point| self::point(it, point)).collect::<Vec<_>>(),
    })
}

fn bound(it: Bound) -> Value {
    let (kind, most, ends) = match it {
        Bound::StandardErrors(most) => ("standard-errors", Some(most), None),
        Bound::MeanError(most) => ("mean-error", Some(most), None),
        Bound::Equal => ("equal", None, None),
        Bound::Between(low, high) => ("between", None, Some((low, high))),
        Bound::Discussed => ("none", None, None),
    };
    json!({ "kind": kind, "most": most, "low": ends.map(|it| it.0), "high": ends.map(|it| it.1) })
}

/// What is no number, or infinite, is null.
fn point(series: &Series, it: &Point) -> Value {
    let (low, high) = it.simulated.interval(0.95);
    json!({
        "setting": it.label,
        "reference": it.reference.point,
        "reference_standard_error": it.reference.standard_error,
        "simulated": it.simulated.point,
        "low": low,
        "high": high,
        "error": it.error(),
        "standard_errors": it.standard_errors(),
        "missed": series.bound.is_missed_by(it),
    })
}
