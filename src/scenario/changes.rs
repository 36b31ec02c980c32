//! What was changed between two texts of a scenario, key by key. Comments, order and layout are no change.

use super::tree::{Node, Value};

/// A key whose value differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Dotted path.
    pub path: String,
    /// What it was; nothing if it is new.
    pub before: Option<String>,
    /// What it is; nothing if it is gone.
    pub after: Option<String>,
}

/// Every change, in the order of the newer text, what is gone behind it. A text that is no YAML has no keys.
pub fn changes(before: &str, after: &str) -> Vec<Change> {
    let (old, new) = (leaves(before), leaves(after));
    let value = |all: &[(String, String)], path: &str| all.iter().find(|(key, _)| key == path).map(|(_, value)| value.clone());
    let mut changes: Vec<Change> = Vec::new();
    for (path, now) in &new {
        let was = value(&old, path);
        if was.as_ref() != Some(now) {
            changes.push(Change { path: path.clone(), before: was, after: Some(now.clone()) });
        }
    }
    let gone = old.into_iter().filter(|(path, _)| value(&new, path).is_none());
    changes.extend(gone.map(|(path, was)| Change { path, before: Some(was), after: None }));
    changes
}

/// Every value that holds no others, by its path.
fn leaves(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    if let Ok(node) = Node::parse(text) {
        walk(&node, String::new(), &mut found);
    }
    found
}

fn walk(node: &Node, path: String, found: &mut Vec<(String, String)>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    let leaf = match &node.value {
        Value::Map(entries) if !entries.is_empty() => {
            return entries.iter().for_each(|(key, child)| walk(child, below(&key.name), found));
        }
        Value::List(items) if !items.is_empty() => {
            return items.iter().enumerate().for_each(|(index, child)| walk(child, below(&index.to_string()), found));
        }
        Value::Map(_) => "{}".to_owned(),
        Value::List(_) => "[]".to_owned(),
        Value::Null => "~".to_owned(),
        Value::Bool(it) => it.to_string(),
        Value::Integer(it) => it.to_string(),
        Value::Float(it) => it.to_string(),
        Value::Text(it) => it.clone(),
    };
    found.push((path, leaf));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str, expected: &[(&str, Option<&str>, Option<&str>)]) {
        let found = changes(before, after);
        let found: Vec<_> = found.iter().map(|it| (it.path.as_str(), it.before.as_deref(), it.after.as_deref())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn keys_that_changed_came_or_went() {
        check("a: 1\nb: { c: x }\n", "b: { c: x } # as before\na: 1\n", &[]);
        check("a: 1\n", "a: 2\n", &[("a", Some("1"), Some("2"))]);
        check("a: { b: 1s }\n", "a: { c: 1s }\n", &[("a.c", None, Some("1s")), ("a.b", Some("1s"), None)]);
        check("a: [1, 2]\n", "a: [1, 3]\n", &[("a.1", Some("2"), Some("3"))]);
        check("a: {}\n", "a: ~\n", &[("a", Some("{}"), Some("~"))]);
        check("not yaml: [", "a: 1\n", &[("a", None, Some("1"))]);
    }
}
