//! A YAML document as a tree that knows where each of its nodes was written.
//!
//! Overlays are laid over the tree before anything is decoded, so an error in a policy points at the policy's line.

use serde::Deserialize;
use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use crate::error::Problem;

/// A value and where it was written. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
    /// What was written.
    pub value: Value,
}

/// What can be written.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Text(String),
    /// `[a, b]`.
    List(Vec<Node>),
    /// `{ key: value }`, in the order in which it was written.
    Map(Vec<(Key, Node)>),
}

/// A key and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// The key.
    pub name: String,
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

/// Nesting deeper than this is refused: no scenario needs it, and a stack is finite.
const DEPTH_MAX: usize = 64;

impl Node {
    /// Reads a document. The problem's path is empty; line and column come beside it.
    pub fn parse(text: &str) -> Result<Node, (usize, usize, Problem)> {
        let options = serde_saphyr::options! { with_snippet: false };
        let node: Node = serde_saphyr::from_str_with_options(text, options).map_err(|error| {
            let at = error.location().map_or((0, 0), |at| (at.line() as usize, at.column() as usize));
            (at.0, at.1, Problem::new("yaml", "", syntax_message(&error.to_string())))
        })?;
        match node.value {
            Value::Map(_) => Ok(node),
            Value::Null => {
                Err((0, 0, Problem::new("empty", "", "the file is empty").hint("`coldcast schema scenario` shows what it may hold")))
            }
            _ => Err((node.line, node.column, Problem::new("yaml", "", "a scenario is a map of keys such as `name:` and `services:`"))),
        }
    }

    /// Reads a single value, such as one that is set from the command line. It has no place.
    pub fn parse_value(text: &str) -> Result<Node, String> {
        let options = serde_saphyr::options! { with_snippet: false };
        let mut node: Node = serde_saphyr::from_str_with_options(text, options).map_err(|error| syntax_message(&error.to_string()))?;
        node.stand_at(0, 0);
        Ok(node)
    }

    /// Moves the node and all below it to one place.
    pub fn stand_at(&mut self, line: usize, column: usize) {
        (self.line, self.column) = (line, column);
        match &mut self.value {
            Value::List(items) => items.iter_mut().for_each(|item| item.stand_at(line, column)),
            Value::Map(entries) => entries.iter_mut().for_each(|(key, node)| {
                (key.line, key.column) = (line, column);
                node.stand_at(line, column);
            }),
            _ => {}
        }
    }

    /// As YAML in one line.
    pub fn written(&self) -> String {
        match &self.value {
            Value::Null => "null".into(),
            Value::Bool(value) => value.to_string(),
            Value::Integer(value) => value.to_string(),
            Value::Float(value) => format!("{value:?}"),
            Value::Text(text) => quoted_if_needed(text),
            Value::List(items) => format!("[{}]", items.iter().map(Node::written).collect::<Vec<_>>().join(", ")),
            Value::Map(entries) => {
                let entries = entries.iter().map(|(key, node)| format!("{}: {}", quoted_if_needed(&key.name), node.written()));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// Whether both say the same, wherever they stand and in whatever order their keys are.
    pub fn says_the_same(&self, other: &Node) -> bool {
        match (&self.value, &other.value) {
            (Value::List(mine), Value::List(theirs)) => {
                mine.len() == theirs.len() && mine.iter().zip(theirs).all(|(mine, theirs)| mine.says_the_same(theirs))
            }
            (Value::Map(mine), Value::Map(theirs)) => {
                let found = |(key, node): &(Key, Node)| other.get(&key.name).is_some_and(|it| it.says_the_same(node));
                mine.len() == theirs.len() && mine.iter().all(found)
            }
            (mine, theirs) => mine == theirs,
        }
    }

    /// The value of a key, if this is a map that has it.
    pub fn get(&self, name: &str) -> Option<&Node> {
        let Value::Map(entries) = &self.value else { return None };
        entries.iter().find(|(key, _)| key.name == name).map(|(_, node)| node)
    }

    /// What stands at `path`, if anything does.
    pub fn find(&self, path: &str) -> Option<&Node> {
        if path.is_empty() {
            return Some(self);
        }
        match self.step(path)? {
            (Child::Entry(_, node) | Child::Item(node), rest) => node.find(rest),
        }
    }

    /// The child at this position of a map or list.
    pub fn child_mut(&mut self, index: usize) -> Option<&mut Node> {
        match &mut self.value {
            Value::List(items) => items.get_mut(index),
            Value::Map(entries) => entries.get_mut(index).map(|(_, node)| node),
            _ => None,
        }
    }

    /// Takes the value of a key out.
    pub fn take(&mut self, name: &str) -> Option<Node> {
        let Value::Map(entries) = &mut self.value else { return None };
        let at = entries.iter().position(|(key, _)| key.name == name)?;
        Some(entries.remove(at).1)
    }

    /// Where `path` was written; if it was not, the nearest part of it that was.
    pub fn place(&self, path: &str) -> (usize, usize) {
        match self.step(path) {
            Some((Child::Entry(key, node), "")) => match node.value {
                Value::Map(_) | Value::List(_) => (key.line, key.column),
                _ => (node.line, node.column),
            },
            Some((Child::Entry(key, node), rest)) => match node.step(rest) {
                Some(_) => node.place(rest),
                None if matches!(node.value, Value::Map(_) | Value::List(_)) => (key.line, key.column),
                None => (node.line, node.column),
            },
            Some((Child::Item(node), rest)) => node.place(rest),
            None => (self.line, self.column),
        }
    }

    /// The child that the path begins with, and the rest of the path. A key may itself hold dots.
    fn step<'n, 'p>(&'n self, path: &'p str) -> Option<(Child<'n>, &'p str)> {
        match &self.value {
            Value::Map(entries) => {
                let (index, rest) = entry_of(entries, path)?;
                let (key, node) = &entries[index];
                Some((Child::Entry(key, node), rest))
            }
            Value::List(items) => {
                let (index, rest) = path.split_once('.').unwrap_or((path, ""));
                Some((Child::Item(items.get(index.parse::<usize>().ok()?)?), rest))
            }
            _ => None,
        }
    }

    /// Removes what is at `path`; whether there was anything.
    pub fn remove(&mut self, path: &str) -> bool {
        match &mut self.value {
            Value::Map(entries) => {
                let Some((index, rest)) = entry_of(entries, path) else { return false };
                if rest.is_empty() || !entries[index].1.remove(rest) {
                    entries.remove(index);
                }
                true
            }
            Value::List(items) => {
                let (index, rest) = path.split_once('.').unwrap_or((path, ""));
                let Some(index) = index.parse().ok().filter(|index: &usize| *index < items.len()) else { return false };
                if rest.is_empty() || !items[index].remove(rest) {
                    items.remove(index);
                }
                true
            }
            _ => false,
        }
    }

    /// What kind of thing was written, in words.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Integer(_) | Value::Float(_) => "a number",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }
}

enum Child<'n> {
    Entry(&'n Key, &'n Node),
    Item(&'n Node),
}

/// The entry that a path begins with, and the rest of the path. A key may hold dots; the longest that fits is meant.
fn entry_of<'p>(entries: &[(Key, Node)], path: &'p str) -> Option<(usize, &'p str)> {
    let fitting = entries.iter().enumerate().filter_map(|(index, (key, _))| {
        let rest = path.strip_prefix(key.name.as_str())?;
        let rest = if rest.is_empty() { rest } else { rest.strip_prefix('.')? };
        Some((index, rest))
    });
    fitting.min_by_key(|(_, rest)| rest.len())
}

/// A text that YAML would take for something else, or for the end of it, in quotes.
fn quoted_if_needed(text: &str) -> String {
    let plain = !text.contains([',', ':', '#', '[', ']', '{', '}', '"', '\'', '\n']) && text.trim() == text;
    let read = Node::parse_value(text).is_ok_and(|node| node.value == Value::Text(text.to_owned()));
    if plain && read { text.to_owned() } else { serde_json::to_string(text).expect("a text is JSON") }
}

/// The parser's message without the place it repeats.
fn syntax_message(message: &str) -> String {
    let first = message.lines().next().unwrap_or_default();
    let first = &first[..first.find(" at line ").unwrap_or(first.len())];
    let first = &first[..first.find(", set ").or(first.find("; set ")).unwrap_or(first.len())];
    match first.strip_suffix(" rejected by the configured policy") {
        Some(what) => format!("a number must be finite: {what}"),
        None => format!("this is not YAML: {first}"),
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
        let spanned = Spanned::<Value>::deserialize(deserializer)?;
        let at = spanned.referenced;
        let node = Node { line: at.line() as usize, column: at.column() as usize, value: spanned.value };
        if node.depth() > DEPTH_MAX { Err(D::Error::custom("nested too deeply")) } else { Ok(node) }
    }
}

impl Node {
    fn depth(&self) -> usize {
        match &self.value {
            Value::List(items) => 1 + items.iter().map(Node::depth).max().unwrap_or(0),
            Value::Map(entries) => 1 + entries.iter().map(|(_, node)| node.depth()).max().unwrap_or(0),
            _ => 0,
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Value;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a YAML value")
            }
            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }
            fn visit_none<E>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }
            fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
                Ok(Value::Bool(value))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
                Ok(Value::Integer(value))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
                Ok(i64::try_from(value).map_or(Value::Float(value as f64), Value::Integer))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
                Ok(Value::Float(value))
            }
            fn visit_str<E>(self, value: &str) -> Result<Value, E> {
                Ok(Value::Text(value.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Value::List(list))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
                let mut map = Vec::new();
                while let Some(key) = entries.next_key::<Spanned<String>>()? {
                    let at = key.referenced;
                    let key = Key { name: key.value, line: at.line() as usize, column: at.column() as usize };
                    map.push((key, entries.next_value()?));
                }
                Ok(Value::Map(map))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "name: shop\nservices:\n  api:\n    timeout: 10s\n    traffic:\n      - { poisson: { rate: 3/s } }\n";

    #[track_caller]
    fn check_place(path: &str, expected: (usize, usize)) {
        assert_eq!(Node::parse(TEXT).unwrap().place(path), expected, "{path}");
    }

    #[test]
    fn every_path_has_a_place_and_a_missing_one_has_its_parents() {
        check_place("name", (1, 7));
        check_place("services.api.timeout", (4, 14));
        check_place("services.api", (3, 3));
        check_place("services.api.traffic.0.poisson.rate", (6, 28));
        check_place("services.api.request.cpu", (3, 3));
        check_place("nowhere", (1, 1));
    }

    #[test]
    fn keys_with_dots_are_found_and_the_longest_is_meant() {
        let node = Node::parse("a: { b: 1 }\na.b/c: 2\na.b: 3\n").unwrap();
        assert_eq!([node.place("a.b"), node.place("a.b/c"), node.place("a.b.x")], [(3, 6), (2, 8), (3, 6)]);
    }

    #[test]
    fn what_is_no_document_is_refused_with_its_place() {
        for (text, code, line) in [("", "empty", 0), ("a: [1, 2", "yaml", 1), ("a: 1\na: 2\n", "yaml", 2), ("- 1\n", "yaml", 1)] {
            let (found, _, problem) = Node::parse(text).unwrap_err();
            assert_eq!((problem.code, found >= line), (code, true), "{text:?}: {problem:?} at {found}");
        }
    }

    #[test]
    fn what_is_written_says_the_same() {
        let cases = [
            "{kpa: {min-scale: 1, list: [a, 1.5, null, true]}}",
            "'1'",
            "'a, b'",
            "10s",
            "3/s",
            "\"it's\"",
            "{'a: b': {}}",
            "2.0",
            "''",
            "'# no'",
        ];
        for text in cases {
            let node = Node::parse_value(text).unwrap();
            assert!(Node::parse_value(&node.written()).unwrap().says_the_same(&node), "{text} became {}", node.written());
        }
    }

    #[test]
    fn removing_a_path_leaves_the_rest() {
        let mut node = Node::parse(TEXT).unwrap();
        assert!(node.remove("services.api.timeout"));
        assert!(!node.remove("services.api.nothing") || node.get("services").is_some());
        assert!(node.get("name").is_some());
    }
}
