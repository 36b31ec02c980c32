//! The JSON contract: stable; fields are added, none is renamed. [`schema`](super::schema) documents it.
//!
//! Figures come from the table [`FIGURES`]: a key `latency_s.p99` becomes `{"latency_s": {"p99": …}}`, and the
//! intervals and differences have the same shape. What does not exist is `null`, never left out.

use serde_json::{Map, Value, json};

use super::blame::{self, Blame, SCOPES, Scope};
use super::break_even_json;
use crate::experiment::figure::Unit;
use crate::experiment::frontier::MEASURES;
use crate::experiment::sensitivity::{Input, MeasureRange, PolicyRange, Sensitivity, Swing, Together};
use crate::experiment::{
    About, BookBill, Comparison, CostLine, Doubt, Estimate, FIGURES, Open, PolicyResult, REVISION_FIGURES, RevisionResult, Settling,
};
use crate::observe::Part;

/// The document, indented, with a line break at its end.
pub fn render(comparison: &Comparison) -> String {
    format!("{:#}\n", summary(comparison))
}

/// The document as a value.
pub fn summary(comparison: &Comparison) -> Value {
    let about = &comparison.about;
    let rest = json!({
        "settling": comparison.settling.as_ref().map(|it| settling(it, comparison)),
        "price_book": about.price_book,
        "baseline": comparison.baseline.map(|index| comparison.policies[index].name.as_str()),
        "policies": comparison.policies.iter().map(|it| policy(it, &about.currency)).collect::<Vec<_>>(),
        "break_even": break_even_json::value(&comparison.break_evens),
        "sensitivity": comparison.sensitivity.as_ref().map(sensitivity),
        "warnings": about.warnings,
    });
    with_head(about, rest)
}

/// A document: what every answer says of its scenario, and then the rest.
pub(super) fn with_head(about: &About, rest: Value) -> Value {
    let mut document = json!({
        "version": about.version,
        "seed": about.seed,
        "scenario": about.scenario,
        "scenario_hash": about.scenario_hash,
        "question": about.question,
        "horizon_s": about.horizon.as_secs_f64(),
        "warmup_s": about.warmup.as_secs_f64(),
        "replications": about.replications,
    });
    let (Value::Object(head), Value::Object(rest)) = (&mut document, rest) else { panic!("a document is an object") };
    head.extend(rest);
    document
}

/// How far the answer reaches within the scenario's ranges.
fn sensitivity(it: &Sensitivity) -> Value {
    let input =
        |it: &Input| json!({ "path": it.path, "range": it.text, "low": it.values[0], "middle": it.values[1], "high": it.values[2] });
    let swing = |it: &Swing| json!({ "at_low": it.at_low, "at_high": it.at_high, "significant": it.is_significant() });
    let measure = |it: &MeasureRange| json!({ "middle": it.middle, "low": it.low, "high": it.high, "inputs": it.swings.iter().map(swing).collect::<Vec<_>>() });
    let policy = |policy: &PolicyRange| {
        let measures = MEASURES.iter().zip(&policy.measures).map(|(key, it)| ((*key).to_owned(), it.as_ref().map_or(Value::Null, measure)));
        json!({ "name": policy.name, "cheapest_in": policy.cheapest_in, "figures": measures.collect::<Map<_, _>>() })
    };
    json!({
        "inputs": it.inputs.iter().map(input).collect::<Vec<_>>(),
        "method": match it.together { Together::Corners(_) => "corners", Together::Hypercube(_) => "latin-hypercube" },
        "points": it.points,
        "replications": it.replications,
        "policies": it.policies.iter().map(policy).collect::<Vec<_>>(),
    })
}

/// How far adding replications led.
fn settling(it: &Settling, comparison: &Comparison) -> Value {
    let open = |it: &Open| json!({ "policy": comparison.policies[it.policy].name, "figure": FIGURES[it.figure].key, "what": doubt(it) });
    json!({
        "settled": it.looks.settled,
        "looks": it.looks.planned,
        "looks_taken": it.looks.taken,
        "confidence": it.looks.confidence(),
        "open": it.open.iter().map(open).collect::<Vec<_>>(),
    })
}

fn doubt(it: &Open) -> &'static str {
    match it.what {
        Doubt::Difference => "difference",
        Doubt::Precision => "precision",
    }
}

fn policy(policy: &PolicyResult, currency: &str) -> Value {
    let mut object = Map::new();
    object.insert("name".to_owned(), json!(policy.name));
    object.extend(nested(|index, unit| policy.figures[index].map_or(Value::Null, |it| number(it.point, unit))));
    bill(&mut object, policy, currency);
    object.insert("bills".to_owned(), policy.bills.iter().map(|it| book_bill(it, currency)).collect());
    object.insert(
        "blame".to_owned(),
        Value::Object(SCOPES.iter().rev().map(|scope| (scope.key.to_owned(), blame(policy, *scope))).collect()),
    );
    object.insert(
        "intervals".to_owned(),
        Value::Object(nested(|index, unit| policy.figures[index].map_or(Value::Null, |it| ends(&it, unit)))),
    );
    let differences =
        policy.differences.as_ref().map_or(Value::Null, |_| Value::Object(nested(|index, unit| difference(policy, index, unit))));
    object.insert("vs_baseline".to_owned(), differences);
    object.insert("revisions".to_owned(), policy.revisions.iter().map(revision).collect());
    Value::Object(object)
}

/// A revision's figures, and their intervals.
fn revision(revision: &RevisionResult) -> Value {
    let of = |take: fn(&Estimate, Unit) -> Value| -> Map<String, Value> {
        let figures = REVISION_FIGURES.iter().zip(&revision.figures);
        figures.map(|(figure, it)| (figure.key.to_owned(), it.map_or(Value::Null, |it| take(&it, figure.unit)))).collect()
    };
    let mut object = Map::new();
    object.insert("service".to_owned(), json!(revision.service));
    object.insert("revision".to_owned(), json!(revision.name));
    object.extend(of(|it, unit| number(it.point, unit)));
    object.insert("intervals".to_owned(), Value::Object(of(ends)));
    Value::Object(object)
}

/// An object with a value for every figure, its keys split at the dots.
pub(super) fn nested(value: impl Fn(usize, Unit) -> Value) -> Map<String, Value> {
    let mut root = Map::new();
    for (index, figure) in FIGURES.iter().enumerate() {
        let mut object = &mut root;
        let mut path = figure.key.split('.').peekable();
        while let Some(key) = path.next() {
            if path.peek().is_none() {
                object.insert(key.to_owned(), value(index, figure.unit));
                break;
            }
            let inner = object.entry(key).or_insert_with(|| Value::Object(Map::new()));
            object = inner.as_object_mut().unwrap_or_else(|| panic!("`{}` is a figure and holds figures", figure.key));
        }
    }
    root
}

/// A number as JSON: counts whole where they are; null where there is none.
pub(super) fn number(value: f64, unit: Unit) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match unit {
        Unit::Count if value.fract() == 0.0 && value.abs() < EXACT => json!(value as i64),
        Unit::Count | Unit::Seconds | Unit::Share | Unit::Money => json!(if value.is_finite() { Some(value) } else { None }),
    }
}

pub(super) fn ends(estimate: &Estimate, unit: Unit) -> Value {
    let end = |value| if estimate.has_interval() { number(value, unit) } else { Value::Null };
    json!({ "low": end(estimate.low), "high": end(estimate.high) })
}

fn difference(policy: &PolicyResult, index: usize, unit: Unit) -> Value {
    let Some(difference) = policy.differences.as_ref().and_then(|differences| differences[index]) else { return Value::Null };
    let mut object = json!({ "difference": number(difference.estimate.point, unit) });
    let fields = object.as_object_mut().expect("it was just made");
    fields.extend(ends(&difference.estimate, unit).as_object().cloned().unwrap_or_default());
    fields.insert("significant".to_owned(), json!(difference.significant));
    object
}

/// Puts the currency before and the lines after the figures of `cost`.
fn bill(object: &mut Map<String, Value>, policy: &PolicyResult, currency: &str) {
    let cost = object.get_mut("cost").and_then(Value::as_object_mut).expect("`cost.total` is a figure");
    let figures = std::mem::take(cost);
    cost.insert("currency".to_owned(), json!(currency));
    cost.extend(figures);
    cost.insert("lines".to_owned(), policy.cost_lines.iter().map(cost_line).collect());
}

/// The same runs by another book.
fn book_bill(bill: &BookBill, currency: &str) -> Value {
    json!({
        "price_book": bill.price_book,
        "currency": currency,
        "total": number(bill.total.point, Unit::Money),
        "interval": ends(&bill.total, Unit::Money),
        "per_30_days": number(bill.per_30_days.point, Unit::Money),
        "per_million_requests": bill.per_million_requests.map_or(Value::Null, |it| number(it.point, Unit::Money)),
        "lines": bill.lines.iter().map(cost_line).collect::<Vec<_>>(),
    })
}

fn cost_line(it: &CostLine) -> Value {
    let CostLine { line, item, role, quantity, unit, amount } = it;
    let (quantity, amount) = (number(*quantity, Unit::Money), number(*amount, Unit::Money));
    json!({ "line": line, "quantity": quantity, "unit": unit, "amount": amount, "item": item, "role": role })
}

/// Mean seconds by part; they sum to the mean latency.
fn blame(policy: &PolicyResult, scope: Scope) -> Value {
    let blame = Blame::of(policy, scope);
    let part = |part: &Part| (blame::key(*part), json!(blame.mean_s(blame.parts[*part as usize])));
    Value::Object(Part::ALL.iter().map(part).collect())
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[track_caller]
    fn keys(value: &Value) -> Vec<&str> {
        value.as_object().expect("an object").keys().map(String::as_str).collect()
    }

    #[test]
    fn the_contract_is_kept() {
        let summary = summary(&sample::policies(4));
        assert_eq!(keys(&summary)[..4], ["version", "seed", "scenario", "scenario_hash"]);
        let policy = &summary["policies"][1];
        assert_eq!(keys(policy)[..2], ["name", "requests"]);
        assert_eq!(keys(&policy["requests"]), ["arrived", "completed", "timed_out", "rejected", "failed", "in_flight"]);
        assert_eq!(keys(&policy["latency_s"]), ["mean", "p50", "p90", "p95", "p99", "p999", "max"]);
        assert_eq!(
            keys(&policy["cost"]),
            ["currency", "total", "per_30_days", "per_million_requests", "starting", "idle", "standard", "reserve", "resident", "lines"]
        );
        assert_eq!(keys(&policy["cost"]["lines"][0]), ["line", "quantity", "unit", "amount", "item", "role"]);
        for key in ["mean", "ready_mean", "max"] {
            assert!(policy["instances"][key].is_number());
            assert!(policy["intervals"]["instances"][key]["low"].is_number());
        }
        for key in ["cold_starts", "cold_request_rate", "timeout_rate", "error_rate"] {
            assert!(policy[key].is_number());
        }
        assert_eq!(keys(&policy["vs_baseline"]["cost"]["total"]), ["difference", "low", "high", "significant"]);
        assert_eq!(keys(&policy["blame"]), ["all", "slowest_1_percent"]);
        assert!(summary["policies"][0]["vs_baseline"].is_null());
        assert_eq!(summary["baseline"], "keep-one");
    }

    #[test]
    fn what_does_not_exist_is_null() {
        let silent = summary(&sample::silent());
        assert_eq!(silent["policies"][0]["requests"]["arrived"], 0);
        assert!(silent["policies"][0]["latency_s"]["p99"].is_null());
        assert!(silent["policies"][0]["intervals"]["latency_s"]["p99"].is_null());
        assert!(silent["policies"][0]["blame"]["all"]["execution"].is_null());
        let once = summary(&sample::once());
        assert_eq!(once["policies"][1]["intervals"]["cost"]["total"], json!({ "low": null, "high": null }));
        assert!(once["policies"][1]["vs_baseline"]["cost"]["total"]["difference"].is_number());
    }

    #[test]
    fn blame_sums_to_the_mean_latency() {
        let comparison = sample::policies(4);
        let summary = summary(&comparison);
        let parts = summary["policies"][1]["blame"]["all"].as_object().unwrap();
        let sum: f64 = parts.values().map(|part| part.as_f64().unwrap()).sum();
        let mean = comparison.policies[1].merged.latency.mean_secs().unwrap();
        assert!((sum - mean).abs() < 1e-12, "{sum} against {mean}");
    }
}
