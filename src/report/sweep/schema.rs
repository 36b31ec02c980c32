//! A JSON Schema of `sweep.json`, built from the same table of figures.

use serde_json::{Value, json};

use super::super::schema::{described, document_schema, figures, head, interval, object, value};

/// The schema of `sweep.json` and of `coldcast sweep --format json`, draft 2020-12.
pub fn sweep_schema() -> Value {
    let mut properties = head();
    let own = json!({
        "currency": described("string", "ISO code of the currency of every amount"),
        "axes": { "type": "array", "description": "what was varied", "items": axis() },
        "frontier": { "type": "array", "description": "numbers of the cells that no other beats, the cheapest first", "items": { "type": "integer" } },
        "cells": { "type": "array", "description": "every cell of the grid, in order", "items": cell() },
        "warnings": { "type": "array", "description": "doubts about the figures, in words", "items": { "type": "string" } },
    });
    properties.as_object_mut().expect("it is one").extend(own.as_object().cloned().unwrap_or_default());
    document_schema(
        "coldcast sweep",
        "The answer of `coldcast sweep`. Figures are means over replications; fields may be added, none is renamed.",
        properties,
    )
}

fn axis() -> Value {
    let values = json!({ "type": "array", "description": "its values, as they are written", "items": { "type": "string" } });
    object("a path and its values", json!({ "path": described("string", "path in the scenario"), "values": values }))
}

fn cell() -> Value {
    let set = json!({
        "type": "object",
        "description": "what is set, by path; null where a path means nothing to the policy",
        "additionalProperties": { "type": ["string", "null"] },
    });
    let same = json!({ "type": "array", "description": "policies that say the same with these values", "items": { "type": "string" } });
    let properties = json!({
        "cell": described("integer", "its number, from 0"),
        "policy": described("string", "name of its policy"),
        "same_as": same,
        "set": set,
        "frontier": described("boolean", "whether no other cell beats it on cost, p99 and timeout rate together"),
        "beaten_by": described(["integer", "null"], "a cell on the frontier that beats it"),
        "beaten_surely": described(["boolean", "null"], "whether the paired differences leave no doubt of that"),
        "gave_up": described(["string", "null"], "why its run was given up, if it was"),
        "figures": object("every figure", Value::Object(figures(value))),
        "intervals": object("the 95 % interval of every figure", Value::Object(figures(interval))),
    });
    object("one cell", properties)
}

#[cfg(test)]
mod tests {
    use super::super::super::schema::tests::conforms;
    use super::super::{json, sample};
    use super::*;

    #[test]
    fn every_sweep_conforms() {
        for sweep in sample::all() {
            conforms(&json::document(&sweep), &sweep_schema(), "$");
        }
    }
}
