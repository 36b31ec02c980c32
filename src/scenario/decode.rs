//! From the tree to typed values, with every problem and its path.
//!
//! serde stops at the first error; a person wants all of them. So unknown keys are collected and passed over, and a value
//! that does not decode is noted, taken out of the tree, and the rest is decoded again.

use std::cell::RefCell;
use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde::{Deserialize, Deserializer, forward_to_deserialize_any};

use super::tree::{Key, Node, Value};
use crate::error::{Problem, did_you_mean};

/// More problems than this are not looked for: nobody reads them.
const PROBLEMS_MAX: usize = 30;

/// What a document decodes to.
pub struct Decoded<T> {
    /// The value, without what had to be taken out.
    pub value: Option<T>,
    /// What is wrong; nothing if the value is whole.
    pub problems: Vec<Problem>,
    /// The paths that were taken out.
    removed: Vec<String>,
}

impl<T> Decoded<T> {
    /// Whether a problem at `path` may only come from something having been taken out.
    pub fn is_doubtful(&self, path: &str) -> bool {
        self.removed.iter().any(|removed| removed.starts_with(path) || path.starts_with(removed.as_str()))
    }
}

/// Decodes `node` and says everything that is wrong with it.
pub fn decode<T: for<'de> Deserialize<'de>>(node: &Node) -> Decoded<T> {
    let mut found = Decoded { value: None, problems: Vec::new(), removed: Vec::new() };
    let mut node = node.clone();
    while found.value.is_none() && found.problems.len() < PROBLEMS_MAX {
        let unknown = RefCell::new(Vec::new());
        let decoded = T::deserialize(Decoder { node: &node, path: &Path::Root, unknown: &unknown });
        for problem in unknown.into_inner() {
            if !found.problems.contains(&problem) {
                found.problems.push(problem);
            }
        }
        match decoded {
            Ok(value) => found.value = Some(value),
            Err(Fault(problem)) => {
                let path = taken_out(&problem, &found);
                if !found.is_doubtful(&problem.path) {
                    found.problems.push(problem);
                }
                if path.is_empty() || !node.remove(&path) {
                    break;
                }
                found.removed.push(path);
            }
        }
    }
    found
}

/// What must be taken out so that decoding gets further: the value itself, or what cannot be without the missing key.
fn taken_out<T>(problem: &Problem, found: &Decoded<T>) -> String {
    let is_missing = problem.code == "missing-key" || found.removed.contains(&problem.path);
    match problem.path.rsplit_once('.') {
        Some((parent, _)) if is_missing => parent.to_owned(),
        None if is_missing => String::new(),
        _ => problem.path.clone(),
    }
}

/// The way from the root to a node, as a list on the stack.
#[derive(Clone, Copy)]
enum Path<'p> {
    Root,
    Key(&'p Path<'p>, &'p str),
    Item(&'p Path<'p>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (parent, name): (&Path, &dyn fmt::Display) = match self {
            Path::Root => return Ok(()),
            Path::Key(parent, name) => (parent, name),
            Path::Item(parent, index) => (parent, index),
        };
        if !matches!(parent, Path::Root) {
            write!(f, "{parent}.")?;
        }
        write!(f, "{name}")
    }
}

/// The first thing that is wrong. Its path is filled in by the innermost node that was being decoded.
#[derive(Debug)]
struct Fault(Problem);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Fault {}

/// Marks a fault whose path is not known yet.
const NOWHERE: &str = "\0";

impl serde::de::Error for Fault {
    fn custom<M: fmt::Display>(message: M) -> Fault {
        Fault(Problem::new("wrong-value", NOWHERE, message.to_string()))
    }
    fn invalid_type(_: serde::de::Unexpected, expected: &dyn serde::de::Expected) -> Fault {
        Fault(Problem::new("wrong-type", NOWHERE, format!("expected {}", plain(&expected.to_string()))))
    }
    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Fault {
        let problem = Problem::new("unknown-name", NOWHERE, format!("`{variant}` is not known here"));
        Fault(problem.hint(did_you_mean(variant, expected.iter().copied())))
    }
    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Fault {
        let problem = Problem::new("unknown-key", format!("{NOWHERE}{field}"), format!("unknown key `{field}`"));
        Fault(problem.hint(did_you_mean(field, expected.iter().copied())))
    }
    fn missing_field(field: &'static str) -> Fault {
        Fault(Problem::new("missing-key", format!("{NOWHERE}{field}"), format!("`{field}` is missing")))
    }
}

/// What Rust calls a type, in words of whoever writes a scenario.
fn plain(expected: &str) -> &str {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, not below zero",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "bool" | "a boolean" => "`true` or `false`",
        "a string" => "a text",
        "a sequence" => "a list",
        other => other,
    }
}

impl Fault {
    /// Gives a fault the path of the node it arose in.
    fn at(mut self, decoder: &Decoder) -> Fault {
        if let Some(field) = self.0.path.strip_prefix(NOWHERE) {
            let field = field.to_owned();
            if self.0.code == "wrong-type" {
                self.0.message = format!("{}, found {}", self.0.message, decoder.node.kind());
            }
            self.0.path = decoder.path.to_string();
            if !field.is_empty() {
                self.0 = Problem { path: field, ..self.0.clone() }.below(&self.0.path);
            }
        }
        self
    }
}

#[derive(Clone, Copy)]
struct Decoder<'t> {
    node: &'t Node,
    path: &'t Path<'t>,
    unknown: &'t RefCell<Vec<Problem>>,
}

impl<'t> Decoder<'t> {
    fn entries(&self) -> Result<&'t [(Key, Node)], Fault> {
        match &self.node.value {
            Value::Map(entries) => Ok(entries),
            Value::Null => Ok(&[]),
            _ => Err(<Fault as serde::de::Error>::invalid_type(serde::de::Unexpected::Other("value"), &"a map of keys and values")),
        }
    }

    fn note_unknown(&self, key: &str, known: &'static [&'static str]) {
        let problem = Problem::new("unknown-key", key, format!("unknown key `{key}`"));
        let problem = problem.hint(did_you_mean(key, known.iter().copied())).below(&self.path.to_string());
        self.unknown.borrow_mut().push(problem);
    }

    fn visit_struct<'de, V: Visitor<'de>>(self, known: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        let entries = self.entries()?;
        visitor.visit_map(Entries { decoder: self, entries: entries.iter(), value: None, known: Some(known) })
    }
}

impl<'de> Deserializer<'de> for Decoder<'_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.node.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Integer(value) if *value >= 0 => visitor.visit_u64(*value as u64),
            Value::Integer(value) => visitor.visit_i64(*value),
            Value::Float(value) => visitor.visit_f64(*value),
            Value::Text(text) => visitor.visit_str(text),
            Value::List(items) => visitor.visit_seq(Items { decoder: self, items: items.iter().enumerate() }),
            Value::Map(entries) => visitor.visit_map(Entries { decoder: self, entries: entries.iter(), value: None, known: None }),
        }
        .map_err(|fault| fault.at(&self))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.node.value == Value::Null { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(self, _: &'static str, known: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        self.visit_struct(known, visitor).map_err(|fault| fault.at(&self))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let entries = self.entries().map_err(|fault| fault.at(&self))?;
        visitor.visit_map(Entries { decoder: self, entries: entries.iter(), value: None, known: None }).map_err(|fault| fault.at(&self))
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _: &'static str, known: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        let variant = match &self.node.value {
            Value::Text(name) => Ok(Choice { name, content: None, decoder: self }),
            Value::Map(entries) => match entries.as_slice() {
                [(key, content)] => Ok(Choice { name: &key.name, content: Some(content), decoder: self }),
                _ => Err(format!("expected exactly one of {}, found {} keys", known.join(", "), entries.len())),
            },
            _ => Err(format!("expected one of {}, found {}", known.join(", "), self.node.kind())),
        };
        let chosen = variant.map_err(<Fault as serde::de::Error>::custom).and_then(|variant| visitor.visit_enum(variant));
        chosen.map_err(|fault| fault.at(&self))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct identifier ignored_any
    }
}

struct Items<'t> {
    decoder: Decoder<'t>,
    items: std::iter::Enumerate<std::slice::Iter<'t, Node>>,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Fault;
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let Some((index, node)) = self.items.next() else { return Ok(None) };
        let path = Path::Item(self.decoder.path, index);
        let decoder = Decoder { node, path: &path, unknown: self.decoder.unknown };
        seed.deserialize(decoder).map(Some).map_err(|fault| fault.at(&decoder))
    }
}

struct Entries<'t> {
    decoder: Decoder<'t>,
    entries: std::slice::Iter<'t, (Key, Node)>,
    value: Option<&'t (Key, Node)>,
    /// The keys of a struct; a map takes any.
    known: Option<&'static [&'static str]>,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Fault;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        for entry in self.entries.by_ref() {
            let name = entry.0.name.as_str();
            if let Some(known) = self.known.filter(|known| !known.contains(&name)) {
                self.decoder.note_unknown(name, known);
                continue;
            }
            self.value = Some(entry);
            let key: StrDeserializer<Fault> = name.into_deserializer();
            return seed.deserialize(key).map(Some);
        }
        Ok(None)
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let (key, node) = self.value.take().expect("serde asks for a value after its key");
        let path = Path::Key(self.decoder.path, &key.name);
        let decoder = Decoder { node, path: &path, unknown: self.decoder.unknown };
        seed.deserialize(decoder).map_err(|fault| fault.at(&decoder))
    }
}

/// One alternative of an enum: its name alone, or a map with its one key.
struct Choice<'t> {
    name: &'t str,
    content: Option<&'t Node>,
    decoder: Decoder<'t>,
}

impl<'de, 't> EnumAccess<'de> for Choice<'t> {
    type Error = Fault;
    type Variant = Self;
    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Fault> {
        let name: StrDeserializer<Fault> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl Choice<'_> {
    fn inside<T>(self, act: impl FnOnce(Decoder) -> Result<T, Fault>) -> Result<T, Fault> {
        let Some(node) = self.content else {
            return Err(<Fault as serde::de::Error>::custom(format_args!("`{}` needs more: write `{}: {{ ... }}`", self.name, self.name)));
        };
        let path = Path::Key(self.decoder.path, self.name);
        let decoder = Decoder { node, path: &path, unknown: self.decoder.unknown };
        act(decoder).map_err(|fault| fault.at(&decoder))
    }
}

impl<'de> VariantAccess<'de> for Choice<'_> {
    type Error = Fault;
    fn unit_variant(self) -> Result<(), Fault> {
        match self.content {
            None => Ok(()),
            Some(_) => Err(<Fault as serde::de::Error>::custom(format_args!("`{}` takes nothing more", self.name))),
        }
    }
    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Fault> {
        self.inside(|decoder| seed.deserialize(decoder))
    }
    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.inside(|decoder| decoder.deserialize_any(visitor))
    }
    fn struct_variant<V: Visitor<'de>>(self, known: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        self.inside(|decoder| decoder.visit_struct(known, visitor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::DistSpec;
    use crate::units::Span;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "kebab-case", deny_unknown_fields)]
    #[expect(dead_code, reason = "read by serde only")]
    struct Sample {
        timeout: Span,
        #[serde(default)]
        cpu: Option<DistSpec>,
        #[serde(default)]
        count: u32,
    }

    /// Codes and paths of the problems of a document.
    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let found = decode::<Sample>(&Node::parse(text).unwrap()).problems;
        let found: Vec<_> = found.iter().map(|problem| (problem.code, problem.path.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn every_problem_is_found_with_its_path() {
        check("timeout: 1s", &[]);
        check("count: 1", &[("missing-key", "timeout")]);
        check("timeout: 10", &[("wrong-value", "timeout")]);
        check("timeout: 1s\ncuont: 3", &[("unknown-key", "cuont")]);
        check("timeout: 10\ncount: many\nx: 1", &[("wrong-value", "timeout"), ("wrong-type", "count"), ("unknown-key", "x")]);
        check("timeout: 1s\ncpu: { exponentail: { mean: 1s } }", &[("unknown-name", "cpu")]);
        check("timeout: 1s\ncpu: { exponential: { mean: 1 } }", &[("wrong-value", "cpu.exponential.mean")]);
        check(
            "timeout: 1s\ncpu: { exponential: { maen: 1s } }",
            &[("unknown-key", "cpu.exponential.maen"), ("missing-key", "cpu.exponential.mean")],
        );
        check("timeout: 1s\ncpu: { uniform: { min: 1s, max: 2s }, constant: 1s }", &[("wrong-value", "cpu")]);
        check("timeout: 1s\ncount: -1", &[("wrong-value", "count")]);
    }
}
