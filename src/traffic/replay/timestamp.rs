//! Dates and times from bytes, read leniently: `2014-04-10 00:04:00`, `2023-11-16T18:17:03.9799600Z`, `...+02:00`.
//!
//! The Azure LLM trace has seven fractional digits and no zone, so this is not RFC 3339 only. Without a zone a time is
//! taken as it stands; only distances matter.

/// Nanoseconds since 1970; nothing if this is no date with a time, or one outside 1900 to 2200.
pub fn date_time(bytes: &[u8]) -> Option<i64> {
    let bytes = bytes.trim_ascii();
    let (date, time) = (bytes.get(..10)?, bytes.get(11..)?);
    if date[4] != b'-' || date[7] != b'-' || !matches!(bytes[10], b'T' | b't' | b' ') {
        return None;
    }
    let days = days_since_1970(number(&date[..4])?, number(&date[5..7])?, number(&date[8..])?)?;
    let seconds = seconds_of_day(time.get(..8)?)?;
    let (fraction, zone) = fraction_ns(&time[8..])?;
    Some((days * 86_400 + seconds - zone_seconds(zone)?) * 1_000_000_000 + fraction)
}

fn number(digits: &[u8]) -> Option<i64> {
    let valid = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    valid.then(|| digits.iter().fold(0, |value, byte| value * 10 + i64::from(byte - b'0')))
}

/// Howard Hinnant's `days_from_civil`, for the Gregorian calendar.
fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1900..2200).contains(&year) || !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

fn days_in(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// `HH:MM:SS`; second 60 is a leap second.
fn seconds_of_day(time: &[u8]) -> Option<i64> {
    if time[2] != b':' || time[5] != b':' {
        return None;
    }
    let (hours, minutes, seconds) = (number(&time[..2])?, number(&time[3..5])?, number(&time[6..])?);
    (hours < 24 && minutes < 60 && seconds <= 60).then_some(hours * 3600 + minutes * 60 + seconds)
}

/// A fraction of up to nine digits, if there is one, and what follows it.
fn fraction_ns(rest: &[u8]) -> Option<(i64, &[u8])> {
    let [b'.' | b',', digits @ ..] = rest else { return Some((0, rest)) };
    let len = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=9).contains(&len) {
        return None;
    }
    Some((number(&digits[..len])? * 10_i64.pow(9 - len as u32), &digits[len..]))
}

/// Nothing, `Z`, `+02:00`, `+0200` or `+02`.
fn zone_seconds(zone: &[u8]) -> Option<i64> {
    let zone = zone.trim_ascii();
    let (sign, hours, minutes) = match zone {
        [] | [b'Z' | b'z'] => return Some(0),
        [sign @ (b'+' | b'-'), a, b, b':', c, d] | [sign @ (b'+' | b'-'), a, b, c, d] => (sign, [*a, *b], [*c, *d]),
        [sign @ (b'+' | b'-'), a, b] => (sign, [*a, *b], *b"00"),
        _ => return None,
    };
    let (hours, minutes) = (number(&hours)?, number(&minutes)?);
    let seconds = hours * 3600 + minutes * 60;
    (hours < 24 && minutes < 60).then_some(if *sign == b'-' { -seconds } else { seconds })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_every_accepted_form() {
        let cases = [
            ("1970-01-01 00:00:00", Some(0)),
            ("2014-04-10 00:04:00", Some(1_397_088_240_000_000_000)),
            ("2023-11-16 18:17:03.9799600", Some(1_700_158_623_979_960_000)),
            ("2023-11-16T18:17:03.97996Z", Some(1_700_158_623_979_960_000)),
            ("2023-11-16T20:17:03.979960000+02:00", Some(1_700_158_623_979_960_000)),
            ("2023-11-16T13:17:03.97996-0500", Some(1_700_158_623_979_960_000)),
            ("2024-02-29 00:00:00", Some(1_709_164_800_000_000_000)),
            ("1969-12-31 23:59:59", Some(-1_000_000_000)),
            ("2023-02-29 00:00:00", None),
            ("2023-13-01 00:00:00", None),
            ("2023-11-16", None),
            ("2023-11-16 25:00:00", None),
            ("2023-11-16 18:17:03.", None),
            ("2023-11-16 18:17:03.1234567890", None),
            ("2023-11-16 18:17:03 CET", None),
            ("9999-01-01 00:00:00", None),
            ("17/May/2015:10:05:03", None),
            ("\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}", None),
        ];
        for (text, expected) in cases {
            assert_eq!(date_time(text.as_bytes()), expected, "{text}");
        }
    }
}
