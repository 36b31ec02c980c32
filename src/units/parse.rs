//! Reading quantities with their units, and saying what is missing where one is not.

use std::fmt;

use super::{Bandwidth, Bytes, Percent, Rate, Share, Span};

/// What is wrong with a written quantity, in words that say what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitError(pub String);

impl fmt::Display for UnitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UnitError {}

pub(super) fn refuse<T>(text: impl Into<String>) -> Result<T, UnitError> {
    Err(UnitError(text.into()))
}

/// Splits `1.5GiB` into its number and its unit. The number is finite and not negative.
pub(super) fn split(text: &str) -> Result<(f64, &str), UnitError> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | '_'))).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let Ok(value) = number.replace('_', "").parse::<f64>() else {
        return refuse(format!("`{text}` does not begin with a number"));
    };
    if value.is_sign_negative() && value != 0.0 {
        return refuse(format!("`{text}` is negative"));
    }
    if !value.is_finite() {
        return refuse(format!("`{text}` is not a finite number"));
    }
    Ok((value, unit.trim()))
}

fn unit_of<'a>(table: &'a [(&'a str, f64)], unit: &str, text: &str) -> Result<f64, UnitError> {
    match table.iter().find(|(name, _)| *name == unit) {
        Some((_, factor)) => Ok(*factor),
        None => {
            let names: Vec<_> = table.iter().map(|(name, _)| *name).collect();
            let given = if unit.is_empty() { "has no unit".to_owned() } else { format!("has the unknown unit `{unit}`") };
            refuse(format!("`{text}` {given}; use one of {}", names.join(", ")))
        }
    }
}

pub(super) const TIME_UNITS: [(&str, f64); 9] =
    [("ns", 1.0), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("min", 6e10), ("h", 3.6e12), ("d", 8.64e13)];

/// `500ms`, `1.5h`, or several in a row as Go writes them: `1m30s`. `0` needs no unit.
pub(super) fn span(text: &str) -> Result<Span, UnitError> {
    let mut rest = text.trim();
    if rest == "0" {
        return Ok(Span::ZERO);
    }
    let mut total = 0.0;
    while !rest.is_empty() {
        let number = rest.find(|c: char| c.is_alphabetic()).unwrap_or(rest.len());
        let unit = rest[number..].find(|c: char| !c.is_alphabetic()).map_or(rest.len(), |n| number + n);
        let (value, name) = split(&rest[..unit])?;
        total += value * unit_of(&TIME_UNITS, name, text)?;
        rest = rest[unit..].trim_start();
    }
    if text.trim().is_empty() {
        return refuse("an empty text is no duration");
    }
    // 2^63 ns is 292 years: beyond that the clock could overflow when a time is added to it.
    if total >= 9.2e18 {
        return refuse(format!("`{text}` is longer than 292 years"));
    }
    Ok(Span(total.round() as u64))
}

pub(super) const SIZE_UNITS: [(&str, f64); 15] = [
    ("B", 1.0),
    ("kB", 1e3),
    ("KB", 1e3),
    ("MB", 1e6),
    ("GB", 1e9),
    ("TB", 1e12),
    ("KiB", 1024.0),
    ("MiB", 1_048_576.0),
    ("GiB", 1_073_741_824.0),
    ("TiB", 1_099_511_627_776.0),
    ("Ki", 1024.0),
    ("Mi", 1_048_576.0),
    ("Gi", 1_073_741_824.0),
    ("M", 1e6),
    ("G", 1e9),
];

pub(super) fn bytes(text: &str) -> Result<Bytes, UnitError> {
    let (value, unit) = split(text)?;
    Ok(Bytes((value * unit_of(&SIZE_UNITS, unit, text)?).round() as u64))
}

pub(super) fn bandwidth(text: &str) -> Result<Bandwidth, UnitError> {
    let Some(size) = text.trim().strip_suffix("/s") else {
        return refuse(format!("`{text}` does not end in `/s`; write a bandwidth such as `7.7MB/s`"));
    };
    let (value, unit) = split(size)?;
    let per_second = value * unit_of(&SIZE_UNITS, unit, text)?;
    if per_second <= 0.0 {
        return refuse(format!("`{text}` is no bandwidth: nothing would ever arrive"));
    }
    Ok(Bandwidth(per_second))
}

pub(super) const PER: [(&str, f64); 5] = [("s", 1.0), ("min", 60.0), ("m", 60.0), ("h", 3600.0), ("d", 86_400.0)];

pub(super) fn rate(text: &str) -> Result<Rate, UnitError> {
    let Some((number, per)) = text.split_once('/') else {
        return refuse(format!("`{text}` does not say per what; write `{}/s`, `/min`, `/h` or `/d`", text.trim()));
    };
    let (value, unit) = split(number)?;
    if !unit.is_empty() {
        return refuse(format!("`{text}` is no rate; write a number of requests, such as `3/s`"));
    }
    Ok(Rate(value / unit_of(&PER, per.trim(), text)?))
}

pub(super) fn share(text: &str) -> Result<Share, UnitError> {
    let (value, unit) = split(text)?;
    match unit {
        "%" => unit_interval(value / 100.0).map(Share),
        "" => unit_interval(value).map(Share),
        other => refuse(format!("`{text}` has the unknown unit `{other}`; write a share such as `10%`")),
    }
}

/// A number between 0 and 100.
pub(super) fn percentage(value: f64) -> Result<Percent, UnitError> {
    if (0.0..=100.0).contains(&value) {
        Ok(Percent(value))
    } else {
        refuse(format!("{value} is no percentage: it must lie between 0 and 100"))
    }
}

/// `90%` or `90`.
pub(super) fn percent(text: &str) -> Result<Percent, UnitError> {
    let (value, unit) = split(text)?;
    match unit {
        "" | "%" => percentage(value),
        other => refuse(format!("`{text}` has the unknown unit `{other}`; write a percentage such as `90`")),
    }
}

/// A number between 0 and 1.
pub(super) fn unit_interval(value: f64) -> Result<f64, UnitError> {
    if (0.0..=1.0).contains(&value) { Ok(value) } else { refuse(format!("{value} is no share: it must lie between 0 % and 100 %")) }
}

/// Gives a quantity its written form: `FromStr`, `Deserialize` and a JSON schema.
macro_rules! text_unit {
    ($type:ty, $parse:path, $expected:literal $(, number: $number:expr)?) => {
        impl std::str::FromStr for $type {
            type Err = UnitError;
            fn from_str(text: &str) -> Result<Self, UnitError> {
                $parse(text)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Written;
                impl serde::de::Visitor<'_> for Written {
                    type Value = $type;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str($expected)
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$type, E> {
                        text.parse().map_err(E::custom)
                    }
                    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<$type, E> {
                        self.visit_f64(value as f64)
                    }
                    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<$type, E> {
                        self.visit_f64(value as f64)
                    }
                    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<$type, E> {
                        $(
                            let from_number: fn(f64) -> Result<$type, UnitError> = $number;
                            return from_number(value).map_err(E::custom);
                        )?
                        #[allow(unreachable_code)]
                        if value == 0.0 && stringify!($type) == "Span" {
                            return "0".parse().map_err(E::custom);
                        } else {
                            Err(E::custom(format_args!("the number {value} has no unit; write {}", $expected)))
                        }
                    }
                }
                deserializer.deserialize_any(Written)
            }
        }

        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": ["string", "number"], "description": $expected })
            }
        }
    };
}
pub(super) use text_unit;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: PartialEq + fmt::Debug>(read: Result<T, UnitError>, expected: Result<T, &str>) {
        match (read, expected) {
            (Ok(read), Ok(expected)) => assert_eq!(read, expected),
            (Err(error), Err(part)) => assert!(error.0.contains(part), "`{error}` does not say `{part}`"),
            (read, expected) => panic!("read {read:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn durations() {
        check(span("500ms"), Ok(Span::from_millis(500)));
        check(span("1m30s"), Ok(Span::from_secs(90)));
        check(span("1.5h"), Ok(Span::from_secs(5400)));
        check(span("2d"), Ok(Span::from_secs(172_800)));
        check(span("0"), Ok(Span::ZERO));
        check(span("10"), Err("has no unit"));
        check(span("-1s"), Err("negative"));
        check(span("soon"), Err("does not begin with a number"));
        check(span("3 weeks"), Err("unknown unit `weeks`"));
        check(span(""), Err("empty"));
        check(span("1000000d"), Err("292 years"));
    }

    #[test]
    fn sizes_rates_and_shares() {
        check(bytes("386MB"), Ok(Bytes(386_000_000)));
        check(bytes("4GiB"), Ok(Bytes::from_gib(4)));
        check(bytes("4"), Err("has no unit"));
        check(rate("90/min"), Ok(Rate(1.5)));
        check(rate("-3/s"), Err("negative"));
        check(rate("3"), Err("does not say per what"));
        check(rate("nan/s"), Err("does not begin with a number"));
        check(share("10%"), Ok(Share(0.1)));
        check(share("110%"), Err("between 0 % and 100 %"));
        check(bandwidth("7.7MB/s"), Ok(Bandwidth(7_700_000.0)));
        check(bandwidth("0MB/s"), Err("nothing would ever arrive"));
    }
}
