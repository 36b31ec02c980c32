//! Policies are overlays: each sets some paths of the base to other values and leaves the rest.
//!
//! `services.shop.autoscaler.kpa.min-scale: 1` sets one value; a value that is a map replaces what was there. `*` in a path
//! stands for every key (`services.*.autoscaler`). A key that names one of several alternatives (`autoscaler`) holds only
//! one: naming another replaces it.

use super::tree::{Key, Node, Value};
use crate::error::{Problem, did_you_mean};

/// Keys whose value is one of several alternatives.
const ALTERNATIVES: [&str; 1] = ["autoscaler"];

/// Lays a policy's paths over the base.
pub fn apply(base: &mut Node, policy: &Node) -> Result<(), Problem> {
    let entries = match &policy.value {
        Value::Map(entries) => entries,
        Value::Null => return Ok(()),
        _ => return Err(Problem::new("wrong-type", "", format!("a policy is a map of paths to values, found {}", policy.kind()))),
    };
    check_alternatives(entries)?;
    for (key, value) in entries {
        check_path(base, &key.name).map_err(|problem| Problem { path: key.name.clone(), ..problem })?;
        set(base, &key.name, key, value).map_err(|message| Problem::new("path", &key.name, message))?;
    }
    Ok(())
}

/// One policy cannot choose two alternatives at one place: the later would silently win.
fn check_alternatives(entries: &[(Key, Node)]) -> Result<(), Problem> {
    let mut chosen: Vec<(&str, &str)> = Vec::new();
    for (key, _) in entries {
        for name in ALTERNATIVES {
            let Some((place, rest)) = key.name.split_once(&format!(".{name}.")) else { continue };
            let alternative = rest.split('.').next().unwrap_or(rest);
            if let Some((_, other)) = chosen.iter().find(|(at, other)| *at == place && *other != alternative) {
                let message = format!("`{place}.{name}` is one of `{other}` and `{alternative}`, not both");
                return Err(Problem::new("path", key.name.clone(), message));
            }
            chosen.push((place, alternative));
        }
    }
    Ok(())
}

/// Whether setting `path` leaves every alternative as it is chosen in `tree`. What is not chosen is the default, `kpa`.
pub fn keeps_alternatives(tree: &Node, path: &str) -> bool {
    ALTERNATIVES.iter().all(|name| {
        let Some((place, rest)) = path.split_once(&format!(".{name}.")) else { return true };
        let wanted = rest.split('.').next().unwrap_or(rest);
        let chosen = |place: &str| match tree.find(&format!("{place}.{name}")).map(|it| &it.value) {
            Some(Value::Map(entries)) if !entries.is_empty() => entries.iter().any(|(key, _)| key.name == wanted),
            Some(Value::Text(chosen)) => chosen == wanted,
            _ => wanted == "kpa",
        };
        match (place.strip_prefix("services.*"), tree.get("services").map(|it| &it.value)) {
            (Some(rest), Some(Value::Map(services))) => services.iter().any(|(key, _)| chosen(&format!("services.{}{rest}", key.name))),
            _ => chosen(place),
        }
    })
}

/// A policy changes services: the run, the prices and the name are the scenario's, or policies could not be compared. And a
/// path into a service that does not exist would make a new one: a slip of the pen, surely.
fn check_path(base: &Node, path: &str) -> Result<(), Problem> {
    let Some(rest) = path.strip_prefix("services.") else {
        let problem = Problem::new("path", "", format!("a policy cannot set `{path}`: it is the same for all policies"));
        return Err(problem.hint("a path begins with `services.`, such as `services.shop.autoscaler.kpa.min-scale`"));
    };
    let Some(Value::Map(services)) = base.get("services").map(|it| &it.value) else { return Ok(()) };
    let known = |(key, _): &(Key, Node)| rest == key.name || rest.starts_with(&format!("{}.", key.name));
    if rest.starts_with('*') || services.iter().any(known) {
        return Ok(());
    }
    let name = rest.split('.').next().unwrap_or(rest);
    let names = services.iter().map(|(key, _)| key.name.as_str());
    Err(Problem::new("unknown-name", "", format!("there is no service `{name}`")).hint(did_you_mean(name, names)))
}

/// Sets `path` below `node`.
fn set(node: &mut Node, path: &str, at: &Key, value: &Node) -> Result<(), String> {
    if let Value::List(items) = &mut node.value {
        return set_item(items, path, at, value);
    }
    if node.value == Value::Null {
        node.value = Value::Map(Vec::new());
    }
    let Value::Map(entries) = &mut node.value else {
        return Err(format!("there is nothing below a value: `{path}` cannot be set"));
    };
    if let Some(rest) = path.strip_prefix("*.") {
        if entries.is_empty() {
            return Err(format!("`*` in `{}` stands for nothing: there is no key", at.name));
        }
        return entries.iter_mut().try_for_each(|(_, child)| set(child, rest, at, value));
    }
    match entries.iter_mut().find_map(|(key, child)| below(path, &key.name).map(|rest| (key.name.as_str(), child, rest))) {
        Some((_, child, "")) => *child = value.clone(),
        Some((name, child, rest)) => {
            if ALTERNATIVES.contains(&name) {
                keep_alternative(child, rest);
            }
            return set(child, rest, at, value);
        }
        None => return add(entries, path, at, value),
    }
    Ok(())
}

fn set_item(items: &mut [Node], path: &str, at: &Key, value: &Node) -> Result<(), String> {
    let (index, rest) = path.split_once('.').unwrap_or((path, ""));
    let count = items.len();
    let item = index.parse().ok().and_then(|index: usize| items.get_mut(index));
    let item = item.ok_or_else(|| format!("`{index}` is no position in a list of {count}"))?;
    if rest.is_empty() {
        *item = value.clone();
        return Ok(());
    }
    set(item, rest, at, value)
}

fn add(entries: &mut Vec<(Key, Node)>, path: &str, at: &Key, value: &Node) -> Result<(), String> {
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    if name.is_empty() {
        return Err(format!("`{}` has an empty part", at.name));
    }
    let mut child = Node { line: at.line, column: at.column, value: Value::Map(Vec::new()) };
    match rest {
        "" => child = value.clone(),
        rest => set(&mut child, rest, at, value)?,
    }
    entries.push((Key { name: name.to_owned(), ..at.clone() }, child));
    Ok(())
}

/// Drops the alternative that was chosen, if the path names another.
fn keep_alternative(node: &mut Node, path: &str) {
    if let Value::Map(entries) = &mut node.value {
        entries.retain(|(key, _)| below(path, &key.name).is_some());
    }
}

/// The rest of a path below `name`, if it begins with it.
fn below<'p>(path: &'p str, name: &str) -> Option<&'p str> {
    match path.strip_prefix(name)? {
        "" => Some(""),
        rest => rest.strip_prefix('.'),
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
