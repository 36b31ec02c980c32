//! A JSON Schema of the results, built from the same table as the results: neither can forget a figure.

use serde_json::{Map, Value, json};

use super::blame::{self, SCOPES};
use super::break_even_json;
use super::json::nested;
use crate::experiment::figure::{Figure, Unit};
use crate::experiment::revision::RevisionFigure;
use crate::experiment::{FIGURES, REVISION_FIGURES};
use crate::observe::Part;

/// The schema of `summary.json` and of `--format json`, draft 2020-12.
pub fn results_schema() -> Value {
    let mut properties = head();
    let own = json!({
        "settling": settling(),
        "baseline": described(["string", "null"], "name of the policy the others are compared with"),
        "policies": list("the policies, in the scenario's order", policy()),
        "break_even": break_even_json::schema(),
        "sensitivity": sensitivity(),
        "warnings": texts("doubts about the figures, in words"),
    });
    properties.as_object_mut().expect("it is one").extend(own.as_object().cloned().unwrap_or_default());
    let description = "The answer of `coldcast run`. Figures are means over replications; fields may be added, none is renamed.";
    document_schema("coldcast results", description, properties)
}

/// The properties that every answer begins with.
pub(super) fn head() -> Value {
    json!({
        "version": described("string", "version of coldcast that ran"),
        "seed": described("integer", "seed of the first replication"),
        "scenario": described("string", "name of the scenario"),
        "scenario_hash": described("string", "SHA-256 of the content of the scenario and its traces, in hex"),
        "question": described(["string", "null"], "what the scenario asks, in the user's words"),
        "horizon_s": described("number", "simulated length of a run, in seconds"),
        "warmup_s": described("number", "of that, left out of the figures at the start, in seconds"),
        "replications": described("integer", "how many times each policy was run"),
        "price_book": described("string", "name of the price book"),
    })
}

/// A whole schema with its title.
pub(super) fn document_schema(title: &str, description: &str, properties: Value) -> Value {
    let mut schema = object(description, properties);
    let fields = schema.as_object_mut().expect("it was just made");
    fields.shift_insert(0, "$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    fields.shift_insert(1, "title".to_owned(), json!(title));
    schema
}

/// How far the answer reaches within the scenario's ranges.
fn sensitivity() -> Value {
    let input = json!({
        "path": described("string", "path in the scenario"),
        "range": described("string", "as it is written"),
        "low": described("string", "the lower end"),
        "middle": described("string", "the value that the other figures are for"),
        "high": described("string", "the upper end"),
    });
    let swing = json!({
        "at_low": described("number", "the figure with this input at its lower end, the others in the middle"),
        "at_high": described("number", "and at its upper end"),
        "significant": described("boolean", "whether the paired difference excludes zero"),
    });
    let measure = json!({
        "middle": described("number", "with every input in the middle"),
        "low": described("number", "the least over all points"),
        "high": described("number", "the greatest"),
        "inputs": { "type": "array", "description": "what each input does alone, in their order", "items": object("an input", swing) },
    });
    let measure = nullable(object("how far a figure reaches; null where some point does not have it", measure));
    let policy = json!({
        "name": described("string", "name of the policy"),
        "cheapest_in": described("integer", "in how many points it is the cheapest"),
        "figures": { "type": "object", "description": "by key", "additionalProperties": measure },
    });
    let properties = json!({
        "inputs": list("the figures that are ranges", object("a range", input)),
        "method": described("string", "how inputs were moved together: `corners` or `latin-hypercube`"),
        "points": described("integer", "how many points were run"),
        "replications": described("integer", "how often each was run"),
        "policies": list("the policies, in the scenario's order", object("a policy", policy)),
    });
    nullable(object("how far the answer reaches where figures are ranges; null where none is", properties))
}

fn settling() -> Value {
    let open = json!({
        "policy": described("string", "of which policy"),
        "figure": described("string", "key of the figure"),
        "what": described("string", "`difference` from the baseline, or `precision`"),
    });
    let properties = json!({
        "settled": described("boolean", "whether nothing was left open"),
        "looks": { "type": "array", "description": "replications of every planned look", "items": { "type": "integer" } },
        "looks_taken": described("integer", "how many of them were taken"),
        "confidence": described("number", "of every interval, so that all looks together leave 5 %"),
        "open": list("what is not known", object("something that is not known", open)),
    });
    nullable(object("how far adding replications led; null where none were to be added", properties))
}

fn policy() -> Value {
    let mut properties = Map::new();
    properties.insert("name".to_owned(), described("string", "name of the policy"));
    properties.extend(figures(value));
    let cost = properties["cost"]["properties"].as_object_mut().expect("`cost.total` is a figure");
    cost.shift_insert(0, "currency".to_owned(), described("string", "ISO code of the currency of every amount"));
    cost.insert("lines".to_owned(), json!({ "type": "array", "description": "what the money bought; sums to the total", "items": line() }));
    properties["cost"]["required"] = required(&properties["cost"]["properties"]);
    let bills = "the same runs by each of the scenario's further books: instances and requests, without what is resident";
    properties.insert("bills".to_owned(), json!({ "type": "array", "description": bills, "items": book_bill() }));
    let scopes: Map<String, Value> = SCOPES.iter().rev().map(|scope| (scope.key.to_owned(), parts(scope.words))).collect();
    properties.insert("blame".to_owned(), object("where the time of requests went, over all replications", Value::Object(scopes)));
    properties.insert("intervals".to_owned(), object("the 95 % interval of every figure", Value::Object(figures(interval))));
    let differences = object("less the baseline, from paired replications; null for the baseline", Value::Object(figures(difference)));
    properties.insert("vs_baseline".to_owned(), nullable(differences));
    let revisions = json!({ "type": "array", "description": "each revision, where a service has several", "items": revision() });
    properties.insert("revisions".to_owned(), revisions);
    object("one policy", Value::Object(properties))
}

/// A revision: its figures, and their intervals.
fn revision() -> Value {
    let described_figure = |it: &RevisionFigure| described(["number", "null"], &format!("{} ({})", it.meaning, unit(it.unit)));
    let mut properties = Map::new();
    properties.insert("service".to_owned(), described("string", "its service"));
    properties.insert("revision".to_owned(), described("string", "its name"));
    properties.extend(REVISION_FIGURES.iter().map(|it| (it.key.to_owned(), described_figure(it))));
    let intervals = REVISION_FIGURES.iter().map(|it| (it.key.to_owned(), ends(json!({})))).collect();
    properties.insert("intervals".to_owned(), object("the 95 % interval of every figure", Value::Object(intervals)));
    object("one revision", Value::Object(properties))
}

/// A schema for every figure, in the nested shape of the results.
pub(super) fn figures(schema: fn(&Figure) -> Value) -> Map<String, Value> {
    let tree = nested(|index, _| json!(index));
    tree.into_iter().map(|(key, value)| (key, inner(value, schema))).collect()
}

fn inner(tree: Value, schema: fn(&Figure) -> Value) -> Value {
    match tree {
        Value::Object(children) => {
            let properties: Map<String, Value> = children.into_iter().map(|(key, value)| (key, inner(value, schema))).collect();
            json!({ "type": "object", "required": required(&Value::Object(properties.clone())), "properties": properties })
        }
        leaf => schema(&FIGURES[leaf.as_u64().expect("an index of FIGURES") as usize]),
    }
}

pub(super) fn value(figure: &Figure) -> Value {
    described(["number", "null"], &format!("{} ({})", figure.meaning, unit(figure.unit)))
}

pub(super) fn interval(_: &Figure) -> Value {
    ends(json!({}))
}

fn difference(_: &Figure) -> Value {
    let mut schema = ends(json!({ "difference": described(["number", "null"], "this policy less the baseline") }));
    schema["properties"]["significant"] =
        described("boolean", "whether it is more than chance, all differences considered (Holm's correction)");
    schema["required"] = required(&schema["properties"]);
    schema
}

/// An interval, after these other properties; null where the figure does not exist.
fn ends(mut properties: Value) -> Value {
    properties["low"] = described(["number", "null"], "lower end; null with a single replication");
    properties["high"] = described(["number", "null"], "upper end; null with a single replication");
    json!({ "type": ["object", "null"], "required": required(&properties), "properties": properties })
}

fn line() -> Value {
    let properties = json!({
        "line": described("string", "what the money bought"),
        "quantity": described(["number", "null"], "how much of it"),
        "unit": described("string", "in what"),
        "amount": described(["number", "null"], "what it cost, in the currency; below zero for what a grant or a tier takes off"),
        "item": described(["string", "null"], "which of several of that kind: a component of the control plane, a fee"),
        "role": described(["string", "null"], "what the instances are there for: `standard` or `reserve`; null for other lines"),
    });
    object("a line of the bill", properties)
}

fn book_bill() -> Value {
    let properties = json!({
        "price_book": described("string", "name of the book"),
        "currency": described("string", "ISO code of the currency of every amount"),
        "total": described(["number", "null"], "the whole bill (units of `currency`)"),
        "interval": ends(json!({})),
        "per_30_days": described(["number", "null"], "the same for 30 days"),
        "per_million_requests": described(["number", "null"], "the same for a million requests; null without requests"),
        "lines": { "type": "array", "description": "what the money bought; sums to the total", "items": line() },
    });
    object("what the runs cost by another book", properties)
}

fn parts(words: &str) -> Value {
    let part = |part: &Part| (blame::key(*part), json!({ "type": ["number", "null"] }));
    object(&format!("mean seconds by part over {words}; null without requests"), Value::Object(Part::ALL.iter().map(part).collect()))
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Count => "count",
        Unit::Seconds => "seconds",
        Unit::Share => "share between 0 and 1",
        Unit::Money => "units of `cost.currency`",
    }
}

pub(super) fn described(kind: impl Into<Value>, description: &str) -> Value {
    json!({ "type": kind.into(), "description": description })
}

pub(super) fn object(description: &str, properties: Value) -> Value {
    json!({ "type": "object", "description": description, "required": required(&properties), "properties": properties })
}

/// An array.
pub(super) fn list(description: &str, item: Value) -> Value {
    json!({ "type": "array", "description": description, "items": item })
}

/// An array of strings.
pub(super) fn texts(description: &str) -> Value {
    list(description, json!({ "type": "string" }))
}

/// The same, or null.
pub(super) fn nullable(mut schema: Value) -> Value {
    schema["type"] = json!([schema["type"], "null"]);
    schema
}

/// The names of all properties: none is ever left out.
fn required(properties: &Value) -> Value {
    properties.as_object().into_iter().flat_map(Map::keys).cloned().collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::{json, sample};
    use super::*;

    /// Every property of the document is declared with its type, and every required one is there.
    #[track_caller]
    pub(in crate::report) fn conforms(document: &Value, schema: &Value, path: &str) {
        let types = match &schema["type"] {
            Value::Array(types) => types.clone(),
            one => vec![one.clone()],
        };
        assert!(
            types.iter().any(|it| it == kind(document) || (it == "number" && kind(document) == "integer")),
            "{path}: {document} is not {types:?}"
        );
        if let Value::Object(fields) = document {
            for key in schema["required"].as_array().into_iter().flatten() {
                assert!(fields.contains_key(key.as_str().unwrap()), "{path} lacks {key}");
            }
            for (key, value) in fields {
                let declared = schema["properties"].get(key).or(schema.get("additionalProperties"));
                conforms(value, declared.unwrap_or_else(|| panic!("{path}.{key} is not declared")), &format!("{path}.{key}"));
            }
        }
        for item in document.as_array().into_iter().flatten() {
            conforms(item, &schema["items"], &format!("{path}[]"));
        }
    }

    fn kind(value: &Value) -> &'static str {
        match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        }
    }

    #[test]
    fn every_summary_conforms() {
        let schema = results_schema();
        for comparison in sample::all() {
            conforms(&json::summary(&comparison), &schema, "$");
        }
    }

    #[test]
    fn figures_are_explained_with_their_unit() {
        let schema = results_schema();
        let p99 = &schema["properties"]["policies"]["items"]["properties"]["latency_s"]["properties"]["p99"];
        assert_eq!(p99["description"], "99th percentile (seconds)");
    }
}
