//! A JSON Schema of `validation.json`.

use serde_json::{Value, json};

use super::super::schema::{described, document_schema, object};

/// The schema of `validation.json` and of `coldcast validate --format json`, draft 2020-12.
pub fn validation_schema() -> Value {
    let properties = json!({
        "version": described("string", "version of coldcast that was held against the references"),
        "quick": described("boolean", "whether fewer replications were run, for wider intervals"),
        "missed": described("boolean", "whether any case misses its bound"),
        "cases": { "type": "array", "description": "the cases in order", "items": case() },
    });
    document_schema("coldcast validation", "The answer of `coldcast validate`. Fields may be added, none is renamed.", properties)
}

fn strings(description: &str) -> Value {
    json!({ "type": "array", "description": description, "items": { "type": "string" } })
}

fn case() -> Value {
    let properties = json!({
        "name": described("string", "as `--only` takes it"),
        "title": described("string", "what it shows"),
        "against": described("string", "what it is held against"),
        "read": strings("the files its reference figures were read from; none if they are built in"),
        "verdict": verdict(),
        "skipped": described(["string", "null"], "why it was not run, if it was not"),
        "series": { "type": "array", "description": "a figure each, under its bound", "items": series() },
        "assumed": strings("what was assumed where the reference does not say"),
        "notes": strings("what is to be said about the figures"),
    });
    object("one case", properties)
}

fn verdict() -> Value {
    json!({ "type": "string", "description": "what became of it", "enum": ["holds", "missed", "skipped", "discussed"] })
}

fn series() -> Value {
    let kinds = ["standard-errors", "mean-error", "equal", "between", "none"];
    let limit = |description: &str| described(["number", "null"], description);
    let bound = object(
        "what is asked",
        json!({
            "kind": { "type": "string", "description": "of which kind the bound is", "enum": kinds },
            "most": limit("so many combined standard errors for each point, or this mean error, at most"),
            "low": limit("each simulated value is at least this"),
            "high": limit("and at most this"),
        }),
    );
    let properties = json!({
        "figure": described("string", "what was simulated, with its unit"),
        "bound": bound,
        "mean_error": described(["number", "null"], "mean of |simulated ÷ reference − 1| over the points"),
        "verdict": verdict(),
        "points": { "type": "array", "description": "the settings in which it was taken", "items": point() },
    });
    object("a figure under a bound", properties)
}

fn point() -> Value {
    let maybe = |description: &str| described(["number", "null"], description);
    let properties = json!({
        "setting": described("string", "where the figure was taken"),
        "reference": described("number", "the exact or measured value"),
        "reference_standard_error": maybe("its standard error; 0 if it is exact"),
        "simulated": maybe("mean over replications"),
        "low": maybe("lower end of its 95 % interval"),
        "high": maybe("upper end"),
        "error": maybe("simulated ÷ reference − 1"),
        "standard_errors": maybe("how many combined standard errors they lie apart; null if there are none to combine"),
        "missed": described("boolean", "whether this point alone breaks the bound"),
    });
    object("one point", properties)
}

#[cfg(test)]
mod tests {
    use super::super::super::schema::tests::conforms;
    use super::super::{json, sample};
    use super::*;

    #[test]
    fn every_validation_conforms() {
        for validation in sample::all() {
            conforms(&json::document(&validation), &validation_schema(), "$");
        }
    }
}
