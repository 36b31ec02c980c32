//! A decimal number as it is written, exactly: `0.000049` never passes through a double on its way to billionths.

use crate::units::{Price, Span};

/// `digits` / 10^`scale`, without trailing zeros after the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    digits: i128,
    scale: u32,
}

/// More decimals than any price list has; keeps [`Price::per`] within 64 bits.
const SCALE_MAX: u32 = 15;
/// A price is known to fewer digits than this.
const DIGITS_MAX: usize = 15;

impl Decimal {
    /// Reads `12`, `0.25` or `-1`; refuses everything else in words that complete "the price `x` ...".
    pub(super) fn parse(text: &str) -> Result<Decimal, String> {
        let text = text.trim();
        let (sign, number) = text.strip_prefix('-').map_or((1, text), |number| (-1, number));
        let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(whole) || !is_digits(decimals) {
            return Err("is not a number; write it as a plain decimal such as 0.000049".to_owned());
        }
        let decimals = decimals.trim_end_matches('0');
        let digits = format!("{whole}{decimals}");
        if digits.trim_start_matches('0').len() > DIGITS_MAX || decimals.len() > SCALE_MAX as usize {
            return Err(format!("has more than {DIGITS_MAX} digits or {SCALE_MAX} decimals"));
        }
        let digits: i128 = digits.parse().expect("15 digits fit in 128 bits");
        Ok(Decimal { digits: sign * digits, scale: decimals.len() as u32 })
    }

    pub(super) fn is_negative(self) -> bool {
        self.digits < 0
    }

    pub(super) fn is_zero(self) -> bool {
        self.digits == 0
    }

    /// Above any price of anything; refusing it keeps money within 128 bits.
    pub(super) fn is_absurd(self) -> bool {
        self.digits > 10_000 * 10i128.pow(self.scale)
    }

    /// This much of the currency per `per`. Decimals beyond the ninth lengthen the time instead of being rounded:
    /// 0.0000166667 per second is 166667 billionths per 10 s.
    pub(super) fn price_per(self, per: Span) -> Price {
        let beyond = 10u64.pow(self.scale.saturating_sub(9));
        let within = 10i128.pow(9u32.saturating_sub(self.scale));
        Price { nanos: self.digits * within, per: Span(per.0.checked_mul(beyond).expect("an hour times a million fits")) }
    }

    /// In thousandths, if that is exact and not negative.
    pub(super) fn milli(self) -> Option<u64> {
        (self.scale <= 3).then(|| u64::try_from(self.digits * 10i128.pow(3 - self.scale)).ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Span = Span::from_secs(3600);
    const SECOND: Span = Span::from_secs(1);

    #[track_caller]
    fn check(text: &str, per: Span, nanos: i128, over: Span) {
        assert_eq!(Decimal::parse(text).expect(text).price_per(per), Price { nanos, per: over });
    }

    #[test]
    fn prices_keep_every_decimal() {
        check("0.000049", SECOND, 49_000, SECOND);
        check("0.00000613", SECOND, 6_130, SECOND);
        check("0.407699", HOUR, 407_699_000, HOUR);
        check("0.620", HOUR, 620_000_000, HOUR);
        check("1", HOUR, 1_000_000_000, HOUR);
        check("0.0000166667", SECOND, 166_667, Span::from_secs(10));
        check("0.000000000000001", HOUR, 1, Span::from_secs(3_600_000_000));
    }

    #[test]
    fn what_is_no_plain_decimal_is_refused() {
        for text in ["", ".", ".nan", "NaN", "inf", "4.9e-05", "0,5", "1.2.3", "--1", "+1", "0.1 CNY", "one", "1."] {
            assert!(Decimal::parse(text).is_err_and(|why| why.contains("not a number")), "{text}");
        }
        for text in ["1234567890123456", "0.0000000000000001"] {
            assert!(Decimal::parse(text).is_err_and(|why| why.contains("more than")), "{text}");
        }
    }

    #[test]
    fn thousandths() {
        let milli = |text| Decimal::parse(text).unwrap().milli();
        assert_eq!([milli("0.25"), milli("2"), milli("0.0001"), milli("-1")], [Some(250), Some(2000), None, None]);
    }
}
