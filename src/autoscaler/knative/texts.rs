//! A map of texts, as annotations and the data of a ConfigMap are. A number, `true` or `false` without quotes is taken for
//! its text: Kubernetes would refuse it, but nobody means anything else by it.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

/// Keys and their texts, in the order in which they were written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Texts(pub Vec<(String, String)>);

impl Texts {
    /// The text of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, text)| text.as_str())
    }
}

/// A single text.
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
        struct Scalar;
        impl Visitor<'_> for Scalar {
            type Value = Text;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text such as \"1\"")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
                Ok(Text(text.to_owned()))
            }
            fn visit_bool<E: Error>(self, value: bool) -> Result<Text, E> {
                Ok(Text(value.to_string()))
            }
            fn visit_i64<E: Error>(self, value: i64) -> Result<Text, E> {
                Ok(Text(value.to_string()))
            }
            fn visit_u64<E: Error>(self, value: u64) -> Result<Text, E> {
                Ok(Text(value.to_string()))
            }
            // `1.0` stays `1.0`, which is no whole number.
            fn visit_f64<E: Error>(self, value: f64) -> Result<Text, E> {
                Ok(Text(format!("{value:?}")))
            }
        }
        deserializer.deserialize_any(Scalar)
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Texts, D::Error> {
        struct Map;
        impl<'de> Visitor<'de> for Map {
            type Value = Texts;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of keys and texts")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Texts, A::Error> {
                let mut texts = Vec::new();
                while let Some((key, Text(text))) = entries.next_entry::<String, Text>()? {
                    texts.push((key, text));
                }
                Ok(Texts(texts))
            }
        }
        deserializer.deserialize_map(Map)
    }
}

impl JsonSchema for Texts {
    fn schema_name() -> Cow<'static, str> {
        "Texts".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "additionalProperties": { "type": ["string", "number", "boolean"] } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_are_taken_for_their_texts() {
        let texts: Texts = serde_json::from_str(r#"{"a": "1", "b": 1, "c": 1.0, "d": true, "e": -1, "f": 0.7}"#).expect("readable");
        let read: Vec<&str> = texts.0.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(read, ["1", "1", "1.0", "true", "-1", "0.7"]);
        assert_eq!((texts.get("d"), texts.get("x")), (Some("true"), None));
        for refused in [r#"{"a": null}"#, r#"{"a": [1]}"#, r#"{"a": {}}"#, "[]"] {
            assert!(serde_json::from_str::<Texts>(refused).is_err(), "{refused}");
        }
    }
}
