//! What the gate found, for programs. Fields are added, none is renamed; what does not exist is `null`.

use serde_json::{Value, json};

use super::super::json::with_head;
use super::say;
use crate::experiment::gate::{Against, Answer, Check, Promise, Regression};
use crate::experiment::{FIGURES, Measured};

/// The document, indented, with a line break at its end.
pub(super) fn render(check: &Check) -> String {
    format!("{:#}\n", document(check))
}

pub(super) fn document(check: &Check) -> Value {
    let about = &check.comparison.about;
    let rest = json!({
        "price_book": about.price_book,
        "currency": about.currency,
        "confidence": check.looks.confidence(),
        "settled": check.looks.settled,
        "answer": match check.answer {
            Answer::Yes => "yes",
            Answer::No => "no",
            Answer::Unsure => "cannot tell",
        },
        "promises": check.promises.iter().map(|it| promise(it, check)).collect::<Vec<_>>(),
        "baseline": check.against.as_ref().map(|it| against(it, check)),
        "warnings": about.warnings,
    });
    with_head(about, rest)
}

fn promise(it: &Promise, check: &Check) -> Value {
    json!({
        "policy": say::policy(check, it.policy),
        "claim": it.text,
        "line": it.place.line,
        "column": it.place.column,
        "verdict": say::verdict(it.verdict),
        "left": it.judgement.map(|it| mean(&it.left, check)),
        "right": it.judgement.map(|it| mean(&it.right, check)),
        "margin": it.judgement.map(|it| mean(&it.margin, check)),
        "unseen": it.judgement.and_then(|it| it.unseen),
    })
}

fn against(it: &Against, check: &Check) -> Value {
    json!({
        "version": it.baseline.version,
        "scenario_hash": it.baseline.scenario_hash,
        "seed": it.baseline.seed,
        "replications": it.baseline.replications,
        "paired": it.paired,
        "figures": it.regressions.iter().map(|it| regression(it, check)).collect::<Vec<_>>(),
        "changes": it.changes.iter().map(|it| json!({ "path": it.path, "before": it.before, "after": it.after })).collect::<Vec<_>>(),
        "notes": it.notes,
    })
}

fn regression(it: &Regression, check: &Check) -> Value {
    json!({
        "policy": say::policy(check, it.policy),
        "figure": FIGURES[it.figure].key,
        "verdict": say::outcome(it, check),
        "before": it.before,
        "after": it.after,
        "difference": mean(&it.difference, check),
        "tolerated": it.tolerated,
        "unseen": it.unseen(check.looks.side()),
    })
}

/// A mean with its interval, whose ends are null where there is none.
fn mean(it: &Measured, check: &Check) -> Value {
    let (low, high) = it.interval(check.looks.confidence());
    let end = |end: f64| end.is_finite().then_some(end);
    json!({ "mean": it.point, "low": end(low), "high": end(high) })
}
