//! One name or a list of names, as they are written.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::error::Problem;

/// ECI tries no more types than these (csk, 保留实例.md, 2021: at most five).
const TYPES_MAX: usize = 5;

/// Names in the order in which they are tried. Written `type: a` or `type: [a, b]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names(pub Vec<String>);

impl Names {
    /// What is wrong with them as the types of an instance.
    pub fn check_types(&self) -> Vec<Problem> {
        let names = &self.0;
        let mut problems = Vec::new();
        if names.is_empty() {
            let problem = Problem::new("types", "type", "the list of types is empty");
            problems.push(problem.hint("write at least one, such as `type: ecs.t6-c1m2.large`"));
        }
        if names.len() > TYPES_MAX {
            let message = format!("{} types are more than the {TYPES_MAX} that are tried", names.len());
            problems.push(Problem::new("types", "type", message).hint("leave out the last ones"));
        }
        let distinct: BTreeSet<&String> = names.iter().collect();
        if distinct.len() < names.len() {
            problems.push(
                Problem::new("types", "type", "the same type twice: what was out of stock once is not tried again").hint("leave one out"),
            );
        }
        problems
    }
}

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Names, D::Error> {
        struct Written;
        impl<'de> Visitor<'de> for Written {
            type Value = Names;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name, or a list of names in the order in which they are tried")
            }
            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Names, E> {
                Ok(Names(vec![name.to_owned()]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Names, A::Error> {
                let mut names = Vec::new();
                while let Some(name) = items.next_element()? {
                    names.push(name);
                }
                Ok(Names(names))
            }
        }
        deserializer.deserialize_any(Written)
    }
}

impl schemars::JsonSchema for Names {
    fn schema_name() -> Cow<'static, str> {
        "Names".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "a name, or a list of names in the order in which they are tried",
            "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }]
        })
    }
}
