//! A whole percentage that may exceed 100, as Kubernetes' integers are. `80%` or `80`.
//!
//! Not [`units::Percent`](crate::units::Percent), which is a share of a whole: a pod may use five times its request.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

/// A whole percentage, without an upper bound. Written `80%` or `80`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percentage(pub u32);

const EXPECTED: &str = "a whole percentage such as `80%`";

struct Written;

impl Visitor<'_> for Written {
    type Value = Percentage;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Percentage, E> {
        u32::try_from(value).map(Percentage).map_err(|_| E::custom(format_args!("{value} is too large for {EXPECTED}")))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Percentage, E> {
        let value = u64::try_from(value).map_err(|_| E::custom(format_args!("{value} is negative; write {EXPECTED}")))?;
        self.visit_u64(value)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Percentage, E> {
        let number = text.trim().trim_end_matches('%').trim_end();
        let value = number.parse().map_err(|_| E::custom(format_args!("`{text}` is not {EXPECTED}")))?;
        Ok(Percentage(value))
    }
}

impl<'de> Deserialize<'de> for Percentage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Written)
    }
}

impl JsonSchema for Percentage {
    fn schema_name() -> Cow<'static, str> {
        "Percentage".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "integer"], "description": EXPECTED })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_whole_and_may_exceed_a_hundred() {
        let read = |json: &str| serde_json::from_str::<Percentage>(json).ok().map(|it| it.0);
        assert_eq!(read(r#""80%""#), Some(80));
        assert_eq!(read("250"), Some(250));
        for refused in [r#""80.5%""#, "-1", r#""%""#, r#""-3%""#, "5000000000", "0.8"] {
            assert_eq!(read(refused), None, "{refused}");
        }
    }
}
