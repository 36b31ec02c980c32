//! The JSON contract of an optimum: stable; fields are added, none is renamed.

use serde_json::{Value, json};

use super::super::json::{ends, nested, number, with_head};
use super::say;
use crate::experiment::optimize::{Best, Relaxed, Step};
use crate::experiment::{Estimate, Finding, Judgement, Optimum};
use crate::figure::Unit;

/// The document, indented, with a line break at its end.
pub(super) fn render(it: &Optimum) -> String {
    format!("{:#}\n", document(it))
}

fn document(it: &Optimum) -> Value {
    let about = &it.about;
    let (verdict, nearest, open) = match &it.finding {
        Finding::Found(_) => ("found", None, Vec::new()),
        Finding::Nothing { nearest } => ("nothing", *nearest, Vec::new()),
        Finding::Unsure { open, .. } => ("unsure", None, open.clone()),
    };
    let rest = json!({
        "price_book": about.price_book,
        "currency": about.currency,
        "minimize": it.minimize,
        "subject_to": it.subject_to.iter().map(|promise| promise.text.as_str()).collect::<Vec<_>>(),
        "axes": it.axes.iter().map(|axis| json!({ "path": axis.path, "values": axis.levels })).collect::<Vec<_>>(),
        "verdict": verdict,
        "best": it.best().map(|best| self::best(it, best)),
        "nearest": nearest,
        "open": open,
        "policy": it.overlay.iter().map(|(path, value)| (path.clone(), json!(value))).collect::<serde_json::Map<_, _>>(),
        "binding": it.relaxed.iter().map(relaxed).collect::<Vec<_>>(),
        "steps": it.steps.iter().map(|step| self::step(it, step)).collect::<Vec<_>>(),
        "spent": it.spent,
        "budget": it.budget,
        "enumeration": it.enumeration,
        "indifference": it.indifference,
        "candidates": (0..it.candidates.len()).map(|candidate| self::candidate(it, candidate)).collect::<Vec<_>>(),
        "warnings": about.warnings,
    });
    with_head(about, rest)
}

fn measured(estimate: &Estimate) -> Value {
    let ends = ends(estimate, Unit::Money);
    json!({ "value": number(estimate.point, Unit::Money), "low": ends["low"], "high": ends["high"] })
}

fn best(it: &Optimum, best: &Best) -> Value {
    let runner_up = best.runner_up.as_ref().map(|(other, more)| json!({ "candidate": other, "more": measured(more) }));
    json!({ "candidate": best.candidate, "name": say::name(it, best.candidate), "keeps_promises": best.holds, "is_cheapest": best.cheapest, "runner_up": runner_up })
}

fn relaxed(it: &Relaxed) -> Value {
    json!({ "promise": it.promise, "candidate": it.candidate, "saves": measured(&it.saves) })
}

fn step(it: &Optimum, step: &Step) -> Value {
    let axis = step.axis.map(|axis| it.axes[axis].path.as_str());
    json!({ "path": axis, "candidate": step.candidate, "saves": measured(&step.saves), "breaks": step.breaks })
}

fn promise(judgement: &Option<Judgement>) -> Value {
    let side = |it: f64| number(it, Unit::Money);
    judgement.as_ref().map_or(Value::Null, |it| {
        json!({ "left": side(it.left.point), "right": side(it.right.point), "p_holds": it.p_holds, "p_broken": it.p_broken, "unseen": it.unseen })
    })
}

fn candidate(it: &Optimum, candidate: usize) -> Value {
    let cell = &it.candidates[candidate];
    let set = it.axes.iter().zip(&cell.levels).map(|(axis, level)| (axis.path.clone(), json!(level.map(|level| &axis.levels[level]))));
    json!({
        "candidate": candidate,
        "policy": cell.policy,
        "same_as": cell.also,
        "set": set.collect::<serde_json::Map<_, _>>(),
        "replications": cell.replications,
        "standing": say::standing(it, candidate),
        "gave_up": cell.gave_up,
        "objective": cell.objective.as_ref().map(measured),
        "promises": cell.promises.iter().map(promise).collect::<Vec<_>>(),
        "figures": nested(|index, unit| cell.figures[index].map_or(Value::Null, |it| number(it.point, unit))),
        "intervals": nested(|index, unit| cell.figures[index].map_or(Value::Null, |it| ends(&it, unit))),
    })
}
