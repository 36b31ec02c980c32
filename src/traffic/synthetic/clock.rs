//! Times of a day and of a week, as people write them.

use std::fmt;
use std::str::FromStr;

use crate::units::Span;

/// 24 hours.
pub const DAY: Span = Span::from_secs(86_400);
/// 60 minutes.
pub const HOUR: Span = Span::from_secs(3600);

/// A time of the day, `"14:00"` or `"14:00:30"`, as the distance from midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClockTime(pub Span);

/// A time of the week, `"Wed 08:00"` or `"08:00"` on Monday, as the distance from Monday's midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WeekTime(pub Span);

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl FromStr for ClockTime {
    type Err = String;

    fn from_str(text: &str) -> Result<ClockTime, String> {
        let refuse = || format!("`{text}` is no time of the day; write it such as \"14:00\"");
        let parts: Vec<u64> = text.trim().split(':').map(str::parse).collect::<Result<_, _>>().map_err(|_| refuse())?;
        let (hours, minutes, seconds) = match parts[..] {
            [hours, minutes] => (hours, minutes, 0),
            [hours, minutes, seconds] => (hours, minutes, seconds),
            _ => return Err(refuse()),
        };
        if hours > 23 || minutes > 59 || seconds > 59 {
            return Err(refuse());
        }
        Ok(ClockTime(Span::from_secs(hours * 3600 + minutes * 60 + seconds)))
    }
}

impl FromStr for WeekTime {
    type Err = String;

    fn from_str(text: &str) -> Result<WeekTime, String> {
        let (day, time) = match text.trim().split_once(' ') {
            Some((day, time)) => (day, time),
            None => ("mon", text),
        };
        let short = day.to_lowercase().chars().take(3).collect::<String>();
        let Some(day) = DAYS.iter().position(|name| *name == short) else {
            return Err(format!("`{day}` is no day of the week; write Mon, Tue, Wed, Thu, Fri, Sat or Sun"));
        };
        time.parse::<ClockTime>().map(|time| WeekTime(DAY * day as u64 + time.0))
    }
}

/// Reads a time from a text; a bare `14:00` that YAML 1.1 would take for a number of minutes is explained.
macro_rules! text_time {
    ($type:ty, $expected:literal) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Written;
                impl serde::de::Visitor<'_> for Written {
                    type Value = $type;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expected)
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$type, E> {
                        text.parse().map_err(E::custom)
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
                schemars::json_schema!({ "type": "string", "description": $expected })
            }
        }
    };
}

text_time!(ClockTime, "a time of the day in quotes, such as \"14:00\"");
text_time!(WeekTime, "a time of the week in quotes, such as \"Wed 08:00\" or \"08:00\"");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_and_week() {
        let hours = |h: u64| Span::from_secs(h * 3600);
        assert_eq!("14:00".parse(), Ok(ClockTime(hours(14))));
        assert_eq!("00:00:30".parse(), Ok(ClockTime(Span::from_secs(30))));
        assert_eq!("Wed 08:00".parse(), Ok(WeekTime(hours(56))));
        assert_eq!("sunday 23:00".parse(), Ok(WeekTime(hours(167))));
        assert_eq!("08:00".parse(), Ok(WeekTime(hours(8))));
        for bad in ["24:00", "14", "14:60", "-1:00", "2pm", ""] {
            assert!(bad.parse::<ClockTime>().unwrap_err().contains("no time of the day"), "{bad}");
        }
        assert!("Xyz 08:00".parse::<WeekTime>().unwrap_err().contains("no day of the week"));
    }
}
