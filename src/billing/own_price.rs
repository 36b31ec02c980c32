//! A price of the user's own in place of the book's: what was negotiated, or is being asked about.

use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error as _, Visitor};

use super::decimal::Decimal;
use crate::units::{Price, UnitError};

/// The price of an instance, in units of the book's currency. Written `0.33/h` or `0.0000917/s`; a bare number is per hour,
/// as price lists have it. Above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnPrice(pub Price);

/// What a price may be per, in nanoseconds.
const PER: [(&str, u128); 4] = [("h", 3_600_000_000_000), ("s", 1_000_000_000), ("min", 60_000_000_000), ("d", 86_400_000_000_000)];

impl FromStr for OwnPrice {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<OwnPrice, UnitError> {
        let (number, per) = text.split_once('/').unwrap_or((text, "h"));
        let Some((_, amount)) = PER.iter().find(|(name, _)| *name == per.trim()) else {
            return Err(UnitError(format!("`{text}` does not say per what; write `{}/h`, `/min`, `/s` or `/d`", number.trim())));
        };
        let price = Decimal::parse(number.trim()).map_err(|why| UnitError(format!("the price `{text}` {why}")))?;
        if price.is_negative() || price.is_zero() || price.is_absurd() {
            return Err(UnitError(format!("`{text}` is no price: it must be above 0 and at most 10000")));
        }
        Ok(OwnPrice(price.rate(*amount).per_time()))
    }
}

impl<'de> Deserialize<'de> for OwnPrice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<OwnPrice, D::Error> {
        struct Written;
        impl Visitor<'_> for Written {
            type Value = OwnPrice;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a price such as `0.33/h`")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<OwnPrice, E> {
                text.parse().map_err(E::custom)
            }
            fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<OwnPrice, E> {
                value.to_string().parse().map_err(E::custom)
            }
            fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<OwnPrice, E> {
                value.to_string().parse().map_err(E::custom)
            }
            fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<OwnPrice, E> {
                Err(E::custom(format_args!("{value} is negative")))
            }
        }
        deserializer.deserialize_any(Written).map_err(D::Error::custom)
    }
}

impl schemars::JsonSchema for OwnPrice {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "OwnPrice".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "number"], "description": "a price such as `0.33/h`; a bare number is per hour" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Money;

    #[track_caller]
    fn check(text: &str, hour: i128) {
        assert_eq!(text.parse::<OwnPrice>().unwrap().0.of(3_600_000_000_000), Money(hour), "{text}");
    }

    #[test]
    fn a_price_is_per_hour_unless_it_says_otherwise() {
        check("0.33/h", 330_000_000);
        check("0.33", 330_000_000);
        check("0.0001/s", 360_000_000);
        check("7.2/d", 300_000_000);
        for text in ["0", "-1/h", "0.33/week", "cheap", "20000/h", ""] {
            assert!(text.parse::<OwnPrice>().is_err(), "{text}");
        }
    }
}
