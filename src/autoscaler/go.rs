//! Numbers, truth values and durations as Go reads them: what a webhook would accept, to the letter.
//!
//! Follows the behaviour of strconv (ParseBool, ParseInt, ParseFloat) and time.ParseDuration. Hexadecimal numbers
//! are the one thing left out: Go takes `0x1p4` for a number, here it is none.

/// Why Go would not read a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// It is not of the form.
    Syntax,
    /// It is of the form, and too large.
    Range,
}

/// strconv.ParseBool.
pub fn parse_bool(text: &str) -> Result<bool, Unreadable> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err(Unreadable::Syntax),
    }
}

/// strconv.ParseInt with base 10 and 32 bits.
pub fn parse_int32(text: &str) -> Result<i32, Unreadable> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return Err(Unreadable::Syntax);
    }
    text.parse().map_err(|_| Unreadable::Range)
}

/// strconv.ParseFloat with 64 bits. Underscores between digits are skipped, `NaN` and `Inf` are numbers.
pub fn parse_float(text: &str) -> Result<f64, Unreadable> {
    let value: f64 = without_underscores(text).and_then(|it| it.parse().ok()).ok_or(Unreadable::Syntax)?;
    let says_infinite = text.bytes().any(|it| it.eq_ignore_ascii_case(&b'i'));
    if value.is_infinite() && !says_infinite { Err(Unreadable::Range) } else { Ok(value) }
}

/// The text without its underscores, if each stands between two digits.
fn without_underscores(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let fine = bytes.iter().enumerate().all(|(at, byte)| *byte != b'_' || digit(at.checked_sub(1)) && digit(Some(at + 1)));
    fine.then(|| text.replace('_', ""))
}

/// The longest duration Go can hold, in nanoseconds, as a magnitude.
const NANOSECONDS_MAX: u64 = 1 << 63;

/// Nanoseconds of Go's units (time/format.go:unitMap).
const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// time.ParseDuration, in nanoseconds.
pub fn parse_duration(text: &str) -> Result<i64, Unreadable> {
    let (negative, mut rest) = match text.strip_prefix(['+', '-']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(Unreadable::Syntax);
    }
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let (nanoseconds, after) = quantity(rest)?;
        total = total.checked_add(nanoseconds).filter(|it| *it <= NANOSECONDS_MAX).ok_or(Unreadable::Range)?;
        rest = after;
    }
    match (negative, i64::try_from(total)) {
        (true, _) => Ok((total as i64).wrapping_neg()),
        (false, total) => total.map_err(|_| Unreadable::Range),
    }
}

/// One number with its unit, in nanoseconds, and what follows it.
fn quantity(text: &str) -> Result<(u64, &str), Unreadable> {
    let (whole, rest) = digits(text);
    let (fraction, rest) = rest.strip_prefix('.').map_or(("", rest), digits);
    if whole.is_empty() && fraction.is_empty() {
        return Err(Unreadable::Syntax);
    }
    let end = rest.find(|it: char| it == '.' || it.is_ascii_digit()).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    let unit = UNITS.iter().find(|(known, _)| *known == name).ok_or(Unreadable::Syntax)?.1;
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| Unreadable::Range)? };
    let whole = whole.checked_mul(unit).filter(|it| *it <= NANOSECONDS_MAX).ok_or(Unreadable::Range)?;
    Ok((whole + part_of(unit, fraction), rest))
}

/// The leading digits, and the rest.
fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len()))
}

/// A decimal fraction of a unit, cut off to whole nanoseconds. As in Go, digits beyond the 18th or so do not count.
fn part_of(unit: u64, digits: &str) -> u64 {
    let (mut fraction, mut scale) = (0u64, 1.0);
    for digit in digits.bytes().map(|it| u64::from(it - b'0')) {
        if fraction > (NANOSECONDS_MAX - 1) / 10 {
            break;
        }
        fraction = fraction * 10 + digit;
        scale *= 10.0;
    }
    (fraction as f64 * (unit as f64 / scale)) as u64
}

#[cfg(test)]
mod tests {
    use super::Unreadable::{Range, Syntax};
    use super::*;

    #[track_caller]
    fn check<T: PartialEq + std::fmt::Debug>(read: fn(&str) -> Result<T, Unreadable>, cases: &[(&str, Result<T, Unreadable>)]) {
        for (text, expected) in cases {
            assert_eq!(read(text), *expected, "{text:?}");
        }
    }

    #[test]
    fn truth_values() {
        check(parse_bool, &[("true", Ok(true)), ("T", Ok(true)), ("0", Ok(false)), ("False", Ok(false))]);
        check(parse_bool, &[("yes", Err(Syntax)), ("tRUE", Err(Syntax)), ("", Err(Syntax)), (" true", Err(Syntax))]);
    }

    #[test]
    fn whole_numbers() {
        check(parse_int32, &[("0", Ok(0)), ("+5", Ok(5)), ("-3", Ok(-3)), ("007", Ok(7)), ("2147483647", Ok(i32::MAX))]);
        check(parse_int32, &[("2147483648", Err(Range)), ("-2147483649", Err(Range)), ("99999999999999999999", Err(Range))]);
        check(parse_int32, &[("", Err(Syntax)), ("-", Err(Syntax)), ("1.0", Err(Syntax)), ("1_0", Err(Syntax)), ("1 ", Err(Syntax))]);
    }

    #[test]
    fn numbers() {
        check(parse_float, &[("70", Ok(70.0)), (".5", Ok(0.5)), ("5.", Ok(5.0)), ("1e2", Ok(100.0)), ("1_000.5", Ok(1000.5))]);
        check(parse_float, &[("inf", Ok(f64::INFINITY)), ("-Infinity", Ok(f64::NEG_INFINITY)), ("1e400", Err(Range))]);
        check(parse_float, &[("5%", Err(Syntax)), ("", Err(Syntax)), ("_1", Err(Syntax)), ("1__0", Err(Syntax)), ("1_.5", Err(Syntax))]);
        assert!(parse_float("NaN").unwrap().is_nan());
    }

    #[test]
    fn durations() {
        const S: i64 = 1_000_000_000;
        check(parse_duration, &[("0", Ok(0)), ("-0", Ok(0)), ("1m30s", Ok(90 * S)), ("1h", Ok(3600 * S)), ("-5s", Ok(-5 * S))]);
        check(parse_duration, &[("1.5s", Ok(3 * S / 2)), (".5s", Ok(S / 2)), ("1.s", Ok(S)), ("+90s", Ok(90 * S)), ("1µs", Ok(1000))]);
        check(parse_duration, &[("30", Err(Syntax)), ("30 s", Err(Syntax)), ("", Err(Syntax)), ("s", Err(Syntax)), (".s", Err(Syntax))]);
        check(parse_duration, &[("1d", Err(Syntax)), ("1min", Err(Syntax)), ("1e3s", Err(Syntax)), ("-", Err(Syntax))]);
        check(parse_duration, &[("9223372036854775807ns", Ok(i64::MAX)), ("9223372036854775808ns", Err(Range)), ("2562048h", Err(Range))]);
        check(parse_duration, &[("-9223372036854775808ns", Ok(i64::MIN)), ("0.1234567891s", Ok(123_456_789))]);
    }
}
