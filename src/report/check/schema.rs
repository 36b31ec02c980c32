//! A JSON Schema of what `coldcast check --format json` prints.

use serde_json::{Value, json};

use super::super::schema::{described, document_schema, head, list, nullable, object, texts};

/// The schema of `coldcast check --format json`, draft 2020-12.
pub fn check_schema() -> Value {
    let mut properties = head();
    let own = json!({
        "currency": described("string", "ISO code of the currency of every amount"),
        "confidence": described("number", "of every interval: wider than 95 % where one looked more than once"),
        "settled": described("boolean", "whether nothing was left open when replications were no longer added"),
        "answer": described("string", "`yes` (exit code 0), `no` (1) or `cannot tell` (3)"),
        "promises": list("what the scenario's `expect` says, policy by policy", promise()),
        "baseline": nullable(baseline()),
        "warnings": texts("doubts about the figures, in words"),
    });
    properties.as_object_mut().expect("it is one").extend(own.as_object().cloned().unwrap_or_default());
    let description = "The answer of `coldcast check`. Fields may be added, none is renamed.";
    document_schema("coldcast check", description, properties)
}

fn promise() -> Value {
    let side = |what: &str| nullable(mean(what));
    let properties = json!({
        "policy": described("string", "of which policy"),
        "claim": described("string", "as it is written"),
        "line": described("integer", "where, in the scenario, counted from 1"),
        "column": described("integer", "and in that line"),
        "verdict": described("string", "`holds`, `broken` or `cannot tell`, all that is judged beside it considered"),
        "left": side("its left side, in seconds, units of `currency` or as a plain number; null where no replication has its figures"),
        "right": side("its right side"),
        "margin": side("left less right, from paired replications"),
        "unseen": described(["number", "null"], "a rate that was never seen, so that the promise cannot be told, may be as large as this"),
    });
    object("a promise", properties)
}

fn baseline() -> Value {
    let change = json!({
        "path": described("string", "path in the scenario"),
        "before": described(["string", "null"], "what it was; null if it is new"),
        "after": described(["string", "null"], "what it is; null if it is gone"),
    });
    let properties = json!({
        "version": described("string", "version of coldcast that made it"),
        "scenario_hash": described("string", "SHA-256 of the content of its scenario and traces, in hex"),
        "seed": described("integer", "seed of its first replication"),
        "replications": described("integer", "how many it has of every policy"),
        "paired": described("boolean", "whether replications met the same requests and were compared pair by pair"),
        "figures": list("every judged figure of every policy that both have", figure()),
        "changes": list("what was changed in the scenario since", object("a change", change)),
        "notes": texts("what could not be compared, in words"),
    });
    object("how the scenario stands against a baseline; null without one", properties)
}

fn figure() -> Value {
    let properties = json!({
        "policy": described("string", "of which policy"),
        "figure": described("string", "its key, as in the results"),
        "verdict": described("string", "`worse`, `better`, `no worse` or `cannot tell`, all that is judged beside it considered"),
        "before": described("number", "its mean in the baseline, in its unit"),
        "after": described("number", "its mean now"),
        "difference": mean("after less before"),
        "tolerated": described("number", "by how much it may be worse, in its unit"),
        "unseen": described(["number", "null"], "a rate that was zero before and after may be as large as this; null for any other figure"),
    });
    object("a figure, before and after", properties)
}

fn mean(what: &str) -> Value {
    let properties = json!({
        "mean": described("number", "its mean"),
        "low": described(["number", "null"], "lower end of its interval; null with a single replication"),
        "high": described(["number", "null"], "upper end; null with a single replication"),
    });
    object(what, properties)
}

#[cfg(test)]
mod tests {
    use super::super::super::schema::tests::conforms;
    use super::super::{json, sample};
    use super::*;

    #[test]
    fn every_check_conforms() {
        for check in sample::all() {
            conforms(&json::document(&check), &check_schema(), "$");
        }
    }
}
