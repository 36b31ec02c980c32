//! Policies are overlays: each sets some paths of the base to other values and leaves the rest.
//!
//! `services.shop.autoscaler.kpa.min-scale: 1` sets one value; a value that is a map replaces what was there. `*` in a path
//! stands for every key (`services.*.autoscaler`). A key that names one of several alternatives (`autoscaler`) holds only
//! one: naming another replaces it. What follows a map of texts (`annotations`) is one key, dots and all:
//! `services.shop.annotations.autoscaling.knative.dev/min-scale: "1"`. Elsewhere `path` says how to write a key with dots.

use super::path::{Part, parts, plain};
use super::tree::{Key, Node, Value};
use crate::error::{Problem, did_you_mean};

/// Keys whose value is one of several alternatives.
const ALTERNATIVES: [&str; 1] = ["autoscaler"];
/// Keys whose value is a map of texts, with nothing below.
const FLAT: [&str; 4] = ["annotations", "config-autoscaler", "config-defaults", "config-deployment"];
/// What of the document a policy may set beside its services: the configuration of the cluster, and what is resident.
pub const BESIDE_SERVICES: [&str; 4] = ["config-autoscaler", "config-defaults", "config-deployment", "resident"];

/// Lays a policy's paths over the base.
pub fn apply(base: &mut Node, policy: &Node) -> Result<(), Problem> {
    let entries = match &policy.value {
        Value::Map(entries) => entries,
        Value::Null => return Ok(()),
        _ => return Err(Problem::new("wrong-type", "", format!("a policy is a map of paths to values, found {}", policy.kind()))),
    };
    let mut paths = Vec::new();
    for (key, value) in entries {
        paths.push((key, parts(&key.name).map_err(|message| Problem::new("path", &key.name, message))?, value));
    }
    check_alternatives(&paths)?;
    for (key, path, value) in paths {
        check_path(base, &path).map_err(|problem| Problem { path: key.name.clone(), ..problem })?;
        set(base, &path, key, value).map_err(|message| Problem::new("path", &key.name, message))?;
    }
    Ok(())
}

/// One policy cannot choose two alternatives at one place: the later would silently win.
fn check_alternatives(paths: &[(&Key, Vec<Part>, &Node)]) -> Result<(), Problem> {
    let mut chosen: Vec<(String, &str)> = Vec::new();
    for (key, path, _) in paths {
        let Some(at) = path.iter().position(|part| ALTERNATIVES.contains(&part.text.as_str())) else { continue };
        let Some(alternative) = path.get(at + 1).map(|part| part.text.as_str()) else { continue };
        let place = plain(&path[..=at]);
        if let Some((_, other)) = chosen.iter().find(|(known, other)| *known == place && *other != alternative) {
            let message = format!("`{place}` is one of `{other}` and `{alternative}`, not both");
            return Err(Problem::new("path", &key.name, message));
        }
        chosen.push((place, alternative));
    }
    Ok(())
}

/// Whether setting `path` leaves every alternative as it is chosen in `tree`. What is not chosen is the default, `kpa`.
pub fn keeps_alternatives(tree: &Node, path: &str) -> bool {
    let Ok(path) = parts(path) else { return true };
    let Some(at) = path.iter().position(|part| ALTERNATIVES.contains(&part.text.as_str())) else { return true };
    let Some(wanted) = path.get(at + 1) else { return true };
    let mut holders = vec![tree];
    for part in &path[..=at] {
        holders = holders.into_iter().flat_map(|node| below(node, part)).collect();
    }
    let chosen = |node: &&Node| match &node.value {
        Value::Map(entries) if !entries.is_empty() => entries.iter().any(|(key, _)| key.name == wanted.text),
        Value::Text(chosen) => *chosen == wanted.text,
        _ => wanted.text == "kpa",
    };
    if holders.is_empty() { wanted.text == "kpa" } else { holders.iter().any(chosen) }
}

/// What stands below a node under this part of a path.
fn below<'n>(node: &'n Node, part: &Part) -> Vec<&'n Node> {
    match &node.value {
        Value::Map(entries) => entries.iter().filter(|(key, _)| part.is_every() || key.name == part.text).map(|(_, node)| node).collect(),
        _ => Vec::new(),
    }
}

/// A policy changes services, what is resident and the cluster's configuration: the run, the prices and the name are the
/// scenario's, or policies could not be compared. And a path into a service that does not exist would make a new one: a slip
/// of the pen, surely.
fn check_path(base: &Node, path: &[Part]) -> Result<(), Problem> {
    if path.len() > 1 && BESIDE_SERVICES.contains(&path[0].text.as_str()) {
        return Ok(());
    }
    if path.len() < 2 || path[0].text != "services" {
        let problem = Problem::new("path", "", format!("a policy cannot set `{}`: it is the same for all policies", plain(path)));
        return Err(problem.hint("a path begins with `services.`, such as `services.shop.autoscaler.kpa.min-scale`"));
    }
    let Some(Value::Map(services)) = base.get("services").map(|it| &it.value) else { return Ok(()) };
    if path[1].is_every() || longest(services, &path[1..]).is_some() {
        return Ok(());
    }
    let name = &path[1].text;
    let names = services.iter().map(|(key, _)| key.name.as_str());
    Err(Problem::new("unknown-name", "", format!("there is no service `{name}`")).hint(did_you_mean(name, names)))
}

/// The entry that a path begins with, and how many parts its key takes: the longest, if dots are in keys.
fn longest(entries: &[(Key, Node)], path: &[Part]) -> Option<(usize, usize)> {
    let joined = path.iter().skip(1).take_while(|part| !part.quoted).count();
    let taken = if path[0].quoted { 1 } else { joined + 1 };
    (1..=taken).rev().find_map(|count| {
        let name = plain(&path[..count]);
        entries.iter().position(|(key, _)| key.name == name).map(|at| (at, count))
    })
}

/// Sets `path`, which is not empty, below `node`.
fn set(node: &mut Node, path: &[Part], at: &Key, value: &Node) -> Result<(), String> {
    if let Value::List(items) = &mut node.value {
        return set_item(items, path, at, value);
    }
    if node.value == Value::Null {
        node.value = Value::Map(Vec::new());
    }
    let Value::Map(entries) = &mut node.value else {
        return Err(format!("there is nothing below a value: `{}` cannot be set", plain(path)));
    };
    if path[0].is_every() && path.len() > 1 {
        if entries.is_empty() {
            return Err(format!("`*` in `{}` stands for nothing: there is no key", at.name));
        }
        return entries.iter_mut().try_for_each(|(_, child)| set(child, &path[1..], at, value));
    }
    match longest(entries, path) {
        Some((found, count)) => {
            let (key, child) = &mut entries[found];
            set_child(&key.name, child, &path[count..], at, value)
        }
        None => add(entries, path, at, value),
    }
}

/// Sets what is below the key `name`, or its whole value.
fn set_child(name: &str, child: &mut Node, rest: &[Part], at: &Key, value: &Node) -> Result<(), String> {
    if rest.is_empty() {
        *child = value.clone();
        return Ok(());
    }
    if ALTERNATIVES.contains(&name) {
        keep_alternative(child, &rest[0].text);
    }
    if FLAT.contains(&name) {
        return set(child, &[Part { text: plain(rest), quoted: true }], at, value);
    }
    set(child, rest, at, value)
}

fn set_item(items: &mut [Node], path: &[Part], at: &Key, value: &Node) -> Result<(), String> {
    let (index, count) = (&path[0].text, items.len());
    let item = index.parse().ok().and_then(|index: usize| items.get_mut(index));
    let item = item.ok_or_else(|| format!("`{index}` is no position in a list of {count}"))?;
    set_child("", item, &path[1..], at, value)
}

fn add(entries: &mut Vec<(Key, Node)>, path: &[Part], at: &Key, value: &Node) -> Result<(), String> {
    let mut child = Node { line: at.line, column: at.column, value: Value::Map(Vec::new()) };
    set_child(&path[0].text, &mut child, &path[1..], at, value)?;
    entries.push((Key { name: path[0].text.clone(), ..at.clone() }, child));
    Ok(())
}

/// Drops the alternative that was chosen, if the path names another.
fn keep_alternative(node: &mut Node, name: &str) {
    if let Value::Map(entries) = &mut node.value {
        entries.retain(|(key, _)| key.name == name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "services:\n  shop:\n    autoscaler: { kpa: { target: 70 } }\n    list: [1, 2]\n    timeout: 1s\n";

    /// The base under a policy, as JSON-like text without places.
    fn show(node: &Node) -> String {
        match &node.value {
            Value::Null => "~".into(),
            Value::Bool(it) => it.to_string(),
            Value::Integer(it) => it.to_string(),
            Value::Float(it) => it.to_string(),
            Value::Text(it) => it.clone(),
            Value::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(" ")),
            Value::Map(entries) => {
                let entries: Vec<_> = entries.iter().map(|(key, node)| format!("{}:{}", key.name, show(node))).collect();
                format!("{{{}}}", entries.join(" "))
            }
        }
    }

    #[track_caller]
    fn check(policy: &str, expected: &str) {
        let mut base = Node::parse(BASE).unwrap();
        let policy = Node::parse(&format!("p: {policy}")).unwrap();
        let result = apply(&mut base, policy.get("p").unwrap());
        let shown = match result {
            Ok(()) => show(base.get("services").unwrap().get("shop").unwrap()),
            Err(problem) => problem.message,
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn overlays_set_values_and_leave_the_rest() {
        check("{}", "{autoscaler:{kpa:{target:70}} list:[1 2] timeout:1s}");
        check("{ services.shop.timeout: 2s }", "{autoscaler:{kpa:{target:70}} list:[1 2] timeout:2s}");
        check("{ services.*.timeout: 2s }", "{autoscaler:{kpa:{target:70}} list:[1 2] timeout:2s}");
        check("{ services.shop.list.1: 5 }", "{autoscaler:{kpa:{target:70}} list:[1 5] timeout:1s}");
        check("{ services.shop.autoscaler.kpa.min-scale: 1 }", "{autoscaler:{kpa:{target:70 min-scale:1}} list:[1 2] timeout:1s}");
        check("{ services.shop.autoscaler.fixed.instances: 3 }", "{autoscaler:{fixed:{instances:3}} list:[1 2] timeout:1s}");
        check("{ services.shop.autoscaler: { fixed: { instances: 3 } } }", "{autoscaler:{fixed:{instances:3}} list:[1 2] timeout:1s}");
        check("{ services.shop.request.cpu: 1s }", "{autoscaler:{kpa:{target:70}} list:[1 2] timeout:1s request:{cpu:1s}}");
    }

    #[test]
    fn annotations_are_set_with_dots_and_all() {
        let expected = "{autoscaler:{kpa:{target:70}} list:[1 2] timeout:1s annotations:{autoscaling.knative.dev/min-scale:1}}";
        for path in ["autoscaling.knative.dev/min-scale", r"autoscaling\.knative\.dev/min-scale", "\"autoscaling.knative.dev/min-scale\""] {
            check(&format!("{{ services.shop.annotations.{path}: 1 }}"), expected);
        }
        check("{ 'services.*.annotations[\"autoscaling.knative.dev/min-scale\"]': 1 }", expected);
        check("{ services.shop.annotations: { autoscaling.knative.dev/min-scale: 1 } }", expected);
    }

    #[test]
    fn the_longest_key_is_meant() {
        let mut base = Node::parse("services:\n  a: { b: { c: 1 } }\n  a.b: { c: 2 }\n").unwrap();
        let policy = Node::parse("{ services.a.b.c: 3, 'services[a].b.d': 4, config-autoscaler.stable-window: 30s }").unwrap();
        apply(&mut base, &policy).unwrap();
        assert_eq!(show(&base), "{services:{a:{b:{c:1 d:4}} a.b:{c:3}} config-autoscaler:{stable-window:30s}}");
    }

    #[test]
    fn what_cannot_be_set_is_refused() {
        check("{ services.shpo.timeout: 2s }", "there is no service `shpo`");
        check("{ services.shop.timeout.x: 2s }", "there is nothing below a value: `x` cannot be set");
        check("{ services.shop.list.9: 2s }", "`9` is no position in a list of 2");
        check("{ services.shop.revisions.*.percent: 5 }", "`*` in `services.shop.revisions.*.percent` stands for nothing: there is no key");
        check("{ run.horizon: 2h }", "a policy cannot set `run.horizon`: it is the same for all policies");
        let both = "{ services.shop.autoscaler.kpa.min-scale: 1, services.shop.autoscaler.fixed.instances: 3 }";
        check(both, "`services.shop.autoscaler` is one of `kpa` and `fixed`, not both");
        check("5", "a policy is a map of paths to values, found a number");
    }
}
