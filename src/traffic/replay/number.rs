//! Numbers from bytes: decimals to whole nanoseconds without a detour over doubles, and counts.

/// What is wrong with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadNumber {
    /// It is below zero.
    Negative,
    /// It is no finite number.
    NotANumber,
    /// It has a fraction where none can be.
    Fraction,
    /// It is larger than anything sensible.
    TooLarge,
}

impl BadNumber {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            BadNumber::Negative => "it is negative",
            BadNumber::NotANumber => "it is not a number",
            BadNumber::Fraction => "a count is a whole number",
            BadNumber::TooLarge => "it is absurdly large",
        }
    }
}

/// Splits off a sign: whether it is a minus, and the rest.
fn sign(bytes: &[u8]) -> (bool, &[u8]) {
    match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, bytes),
    }
}

/// A decimal times 10^`digits`, rounded half up: with 9 digits, seconds become nanoseconds.
pub fn decimal(bytes: &[u8], digits: usize) -> Result<u64, BadNumber> {
    let (negative, rest) = sign(bytes.trim_ascii());
    let point = rest.iter().position(|byte| *byte == b'.').unwrap_or(rest.len());
    let (whole, fraction) = (&rest[..point], rest.get(point + 1..).unwrap_or(&[]));
    let plain = whole.iter().chain(fraction).all(u8::is_ascii_digit) && whole.len() + fraction.len() > 0;
    let value = if plain { fixed_point(whole, fraction, digits)? } else { floating_point(rest, digits)? };
    if negative && value > 0 { Err(BadNumber::Negative) } else { Ok(value) }
}

fn fixed_point(whole: &[u8], fraction: &[u8], digits: usize) -> Result<u64, BadNumber> {
    let mut value: u64 = 0;
    for i in 0..whole.len() + digits {
        let digit = whole.get(i).or_else(|| fraction.get(i.wrapping_sub(whole.len()))).map_or(0, |byte| byte - b'0');
        value = value.checked_mul(10).and_then(|value| value.checked_add(u64::from(digit))).ok_or(BadNumber::TooLarge)?;
    }
    let half = fraction.get(digits).is_some_and(|byte| *byte >= b'5');
    Ok(value + u64::from(half))
}

/// Numbers with an exponent.
fn floating_point(bytes: &[u8], digits: usize) -> Result<u64, BadNumber> {
    let text = std::str::from_utf8(bytes).map_err(|_| BadNumber::NotANumber)?;
    let value: f64 = text.parse().map_err(|_| BadNumber::NotANumber)?;
    if !value.is_finite() {
        return Err(BadNumber::NotANumber);
    }
    let scaled = (value * libm::pow(10.0, digits as f64)).round();
    if scaled < 1.8e19 { Ok(scaled as u64) } else { Err(BadNumber::TooLarge) }
}

/// The largest count of one interval. More is a mistake, not traffic.
const COUNT_MAX: u64 = 1_000_000_000;

/// A count: a whole number of at least 0; `94.0` is one too.
#[inline]
pub fn count(bytes: &[u8]) -> Result<u32, BadNumber> {
    match bytes {
        [digit @ b'0'..=b'9'] => Ok(u32::from(digit - b'0')),
        _ => long_count(bytes),
    }
}

fn long_count(bytes: &[u8]) -> Result<u32, BadNumber> {
    if (1..=9).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_digit) {
        return Ok(bytes.iter().fold(0, |value, byte| value * 10 + u32::from(byte - b'0')));
    }
    let thousandths = decimal(bytes, 3)?;
    if thousandths > COUNT_MAX * 1000 {
        return Err(BadNumber::TooLarge);
    }
    if thousandths % 1000 == 0 { Ok((thousandths / 1000) as u32) } else { Err(BadNumber::Fraction) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact_to_the_last_digit() {
        let cases = [
            ("0", Ok(0)),
            ("57.15786004066467", Ok(57_157_860_041)),
            ("0.0000000005", Ok(1)),
            ("1e3", Ok(1_000_000_000_000)),
            (".5", Ok(500_000_000)),
            ("-0.0", Ok(0)),
            ("-0.5", Err(BadNumber::Negative)),
            ("-1e3", Err(BadNumber::Negative)),
            ("nan", Err(BadNumber::NotANumber)),
            ("inf", Err(BadNumber::NotANumber)),
            ("", Err(BadNumber::NotANumber)),
            (".", Err(BadNumber::NotANumber)),
            ("12:30", Err(BadNumber::NotANumber)),
            ("99999999999", Err(BadNumber::TooLarge)),
            ("1e300", Err(BadNumber::TooLarge)),
        ];
        for (text, expected) in cases {
            assert_eq!(decimal(text.as_bytes(), 9), expected, "{text}");
        }
        assert_eq!(decimal(b"1500", 6), Ok(1_500_000_000));
    }

    #[test]
    fn counts_are_whole() {
        let cases = [
            ("7", Ok(7)),
            ("4294", Ok(4294)),
            ("94.0", Ok(94)),
            ("94.5", Err(BadNumber::Fraction)),
            ("-1", Err(BadNumber::Negative)),
            ("NaN", Err(BadNumber::NotANumber)),
            ("", Err(BadNumber::NotANumber)),
            ("99999999999", Err(BadNumber::TooLarge)),
        ];
        for (text, expected) in cases {
            assert_eq!(count(text.as_bytes()), expected, "{text}");
        }
    }
}
