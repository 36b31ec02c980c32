//! Paths that a scenario may have, for "did you mean": from its JSON Schema, and from what it already says.

use serde_json::Value as Json;

use super::tree::{Node, Value};

/// Deeper than this no path is looked for: some distributions hold distributions.
const DEPTH_MAX: usize = 8;
/// How many paths are suggested.
const SUGGESTED: usize = 3;

/// "did you mean …?", with the nearest paths.
pub(super) fn suggestion(base: &Node, written: &str) -> String {
    let known = paths(base);
    let mut ranked: Vec<(u32, &String)> = known.iter().map(|path| (distance(written, path), path)).collect();
    ranked.sort();
    let best = ranked.first().map_or(0, |(distance, _)| *distance);
    // Only those that are about as near as the nearest.
    let near = ranked.iter().take_while(|(distance, _)| *distance <= best + best / 2).take(SUGGESTED);
    let near: Vec<String> = near.map(|(_, path)| format!("`{path}`")).collect();
    format!("did you mean {}?", near.join(" or "))
}

/// What stands at a path now, as an example of what would be right.
pub(super) fn example(base: &Node, path: &str) -> Option<String> {
    let text = match &base.find(path)?.value {
        Value::Bool(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Text(text) => text.clone(),
        Value::Null | Value::List(_) | Value::Map(_) => return None,
    };
    Some(format!("the scenario has `{text}` there"))
}

/// Every path below `services` that can be set.
fn paths(base: &Node) -> Vec<String> {
    let schema = super::schema();
    let mut found = Vec::new();
    let Some(Value::Map(services)) = base.get("services").map(|it| &it.value) else { return found };
    for (key, service) in services {
        let walk = Walk { schema: &schema, root: &schema["$defs"]["ServiceSpec"] };
        walk.below(walk.root, &format!("services.{}", key.name), Some(service), 0, &mut found);
    }
    found.sort();
    found.dedup();
    found
}

struct Walk<'s> {
    schema: &'s Json,
    root: &'s Json,
}

impl Walk<'_> {
    /// The definition that a `$ref` stands for, and every alternative of an `anyOf` or `oneOf`.
    fn meanings<'j>(&'j self, node: &'j Json) -> Vec<&'j Json> {
        if let Some(name) = node["$ref"].as_str().and_then(|it| it.strip_prefix("#/$defs/")) {
            return self.meanings(&self.schema["$defs"][name]);
        }
        let alternatives = ["anyOf", "oneOf", "allOf"].iter().filter_map(|key| node[*key].as_array()).flatten();
        alternatives.flat_map(|it| self.meanings(it)).chain([node]).collect()
    }

    fn below(&self, node: &Json, path: &str, written: Option<&Node>, depth: usize, found: &mut Vec<String>) {
        if depth > DEPTH_MAX {
            return;
        }
        let before = found.len();
        for meaning in self.meanings(node) {
            for (key, child) in meaning["properties"].as_object().into_iter().flatten() {
                self.below(child, &format!("{path}.{key}"), written.and_then(|it| it.get(key)), depth + 1, found);
            }
            // Names and positions are the scenario's own.
            for (name, child) in children(written) {
                let schema = if meaning["items"].is_object() { &meaning["items"] } else { &meaning["additionalProperties"] };
                if schema.is_object() {
                    self.below(schema, &format!("{path}.{name}"), Some(child), depth + 1, found);
                }
            }
        }
        if found.len() == before {
            found.push(path.to_owned());
        }
    }
}

fn children(node: Option<&Node>) -> Vec<(String, &Node)> {
    match node.map(|it| &it.value) {
        Some(Value::Map(entries)) => entries.iter().map(|(key, child)| (key.name.clone(), child)).collect(),
        Some(Value::List(items)) => items.iter().enumerate().map(|(index, child)| (index.to_string(), child)).collect(),
        _ => Vec::new(),
    }
}

/// How far apart two paths are: an edit distance over their parts. A part too many is worse than one that was left out, and
/// two parts that are spelt alike are nearly the same. In hundredths.
fn distance(written: &str, known: &str) -> u32 {
    const LEFT_OUT: u32 = 25;
    const TOO_MANY: u32 = 80;
    let (written, known): (Vec<&str>, Vec<&str>) = (written.split('.').collect(), known.split('.').collect());
    let mut row: Vec<u32> = (0..=known.len() as u32).map(|n| n * LEFT_OUT).collect();
    for part in written {
        let mut next = vec![row[0] + TOO_MANY];
        for (index, other) in known.iter().enumerate() {
            let same = row[index] + unlike(part, other);
            next.push(same.min(row[index + 1] + TOO_MANY).min(next[index] + LEFT_OUT));
        }
        row = next;
    }
    row[known.len()]
}

/// From 0 (the same) to 100 (nothing in common).
fn unlike(a: &str, b: &str) -> u32 {
    ((1.0 - strsim::normalized_damerau_levenshtein(a, b)) * 100.0).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "services:\n  shop:\n    traffic: [ { poisson: { rate: 3/s } } ]\n    request: { timeout: 10s }\n    revisions: { v1: { percent: 100 } }\n";

    #[track_caller]
    fn check(written: &str, first: &str) {
        let suggestion = suggestion(&Node::parse(TEXT).unwrap(), written);
        assert!(suggestion.starts_with(&format!("did you mean `{first}`")), "{written}: {suggestion}");
    }

    #[test]
    fn the_nearest_path_is_suggested() {
        check("services.shop.autoscaler.kpa.min-scal", "services.shop.autoscaler.kpa.min-scale");
        check("services.shop.min-scale", "services.shop.autoscaler.kpa.min-scale");
        check("min-scale", "services.shop.autoscaler.kpa.min-scale");
        check("shop.cold-start.imge", "services.shop.cold-start.image");
        check("services.shop.concurrency", "services.shop.container-concurrency");
        check("services.shop.traffic.poisson.rate", "services.shop.traffic.0.poisson.rate");
        check("services.shop.request.timeot", "services.shop.request.timeout");
        check("services.shop.revisions.v1.percnt", "services.shop.revisions.v1.percent");
        check("services.shop.autoscaler.keepalive.idle", "services.shop.autoscaler.keep-alive.idle");
    }

    #[test]
    fn what_stands_there_is_an_example() {
        let base = Node::parse(TEXT).unwrap();
        assert_eq!(example(&base, "services.shop.request.timeout").as_deref(), Some("the scenario has `10s` there"));
        assert_eq!(example(&base, "services.shop.request.cpu"), None);
    }
}
