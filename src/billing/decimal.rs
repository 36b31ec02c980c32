//! A decimal number as it is written, exactly: `0.000049` never passes through a double on its way to billionths.

use super::Rate;

/// `digits` / 10^`scale`, without trailing zeros after the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    digits: i128,
    scale: u32,
}

/// More decimals than any price list has; keeps the time that a price is per within 64 bits.
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

    /// This much of the currency per `amount` of a smallest unit. Decimals beyond the ninth lengthen the amount instead
    /// of being rounded: 0.0000166667 per second is 166667 billionths per 10 s.
    pub(super) fn rate(self, amount: u128) -> Rate {
        let beyond = 10u128.pow(self.scale.saturating_sub(9));
        let within = 10i128.pow(9u32.saturating_sub(self.scale));
        Rate { nanos: self.digits * within, per: amount * beyond }
    }

    /// The product, if it is known to no more digits than a price.
    pub(super) fn times(self, other: Decimal) -> Option<Decimal> {
        let mut product = Decimal { digits: self.digits * other.digits, scale: self.scale + other.scale };
        while product.scale > 0 && product.digits % 10 == 0 {
            product = Decimal { digits: product.digits / 10, scale: product.scale - 1 };
        }
        (product.scale <= SCALE_MAX && product.digits.unsigned_abs() < 10u128.pow(DIGITS_MAX as u32)).then_some(product)
    }

    /// As a fraction of two numbers of 64 bits; nothing if it is negative or too long.
    pub(super) fn fraction(self) -> Option<(u64, u64)> {
        Some((u64::try_from(self.digits).ok()?, 10u64.checked_pow(self.scale)?))
    }

    /// In thousandths, if that is exact and not negative.
    pub(super) fn milli(self) -> Option<u64> {
        (self.scale <= 3).then(|| u64::try_from(self.digits * 10i128.pow(3 - self.scale)).ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u128 = 1_000_000_000;
    const HOUR: u128 = 3600 * SECOND;

    #[track_caller]
    fn check(text: &str, amount: u128, nanos: i128, per: u128) {
        assert_eq!(Decimal::parse(text).expect(text).rate(amount), Rate { nanos, per });
    }

    #[test]
    fn prices_keep_every_decimal() {
        check("0.000049", SECOND, 49_000, SECOND);
        check("0.00000613", SECOND, 6_130, SECOND);
        check("0.407699", HOUR, 407_699_000, HOUR);
        check("0.620", HOUR, 620_000_000, HOUR);
        check("1", HOUR, 1_000_000_000, HOUR);
        check("0.0000166667", SECOND, 166_667, 10 * SECOND);
        check("0.000000000000001", HOUR, 1, 1_000_000 * HOUR);
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
    fn a_factor_times_a_price_is_a_price() {
        let times = |a, b| Decimal::parse(a).unwrap().times(Decimal::parse(b).unwrap()).map(|it| it.rate(1));
        assert_eq!(times("0.15", "0.00011"), Some(Rate { nanos: 16_500, per: 1 }));
        assert_eq!(times("75", "0.00002"), Some(Rate { nanos: 1_500_000, per: 1 }));
        assert_eq!(times("0.1234567891", "0.1234567891"), None, "twenty digits");
    }

    #[test]
    fn thousandths() {
        let milli = |text| Decimal::parse(text).unwrap().milli();
        assert_eq!([milli("0.25"), milli("2"), milli("0.0001"), milli("-1")], [Some(250), Some(2000), None, None]);
    }
}
