//! What a quantity costs, exactly: money is rounded once, to a billionth, however large the quantity.

use crate::units::{Money, Price, Span};

/// `nanos` billionths of the currency for every `per` of the smallest unit of what is sold: nanoseconds, thousandths of a
/// vCPU × nanoseconds, bytes × nanoseconds, requests ([`Unit::amount`](super::Unit)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Billionths of the currency; not negative.
    pub nanos: i128,
    /// Of the smallest unit; above zero.
    pub per: u128,
}

impl Rate {
    /// What `quantity` of the smallest unit costs, rounded half up to a billionth.
    pub fn of(self, quantity: u128) -> Money {
        Money(mul_div(self.nanos.unsigned_abs(), quantity, self.per) as i128)
    }

    /// As the price of keeping one for a time, if the smallest unit is a nanosecond.
    pub fn per_time(self) -> Price {
        Price { nanos: self.nanos, per: Span(u64::try_from(self.per).expect("a time that was read fits 64 bits")) }
    }

    /// Times `numerator` / `denominator`; nothing if that takes numbers beyond 128 bits.
    pub(super) fn times(self, numerator: u64, denominator: u64) -> Option<Rate> {
        let nanos = self.nanos.checked_mul(i128::from(numerator))?;
        Some(Rate { nanos, per: self.per.checked_mul(u128::from(denominator))? })
    }
}

/// `a` × `b` / `c`, rounded half up; exact whatever the size of the product.
///
/// # Panics
/// If the result does not fit 128 bits, or `c` is zero or beyond 2¹²⁵.
pub(super) fn mul_div(a: u128, b: u128, c: u128) -> u128 {
    assert!(c > 0 && c < 1 << 125, "the divisor is out of range");
    if let Some(product) = a.checked_mul(b) {
        return product / c + u128::from(product % c >= c - product % c);
    }
    // Horner over the bits of `a`: what was read of it, times b, is quotient × c + rest.
    let (mut quotient, mut rest) = (0u128, 0u128);
    for bit in (0..128).rev().map(|shift| a >> shift & 1) {
        rest = 2 * rest + bit * (b % c);
        quotient = 2 * quotient + bit * (b / c) + rest / c;
        rest %= c;
    }
    quotient + u128::from(rest >= c - rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_beyond_128_bits_are_exact() {
        assert_eq!(mul_div(10, 3, 4), 8, "7.5, half up");
        assert_eq!(mul_div(0, u128::MAX, 7), 0);
        let large = 10u128.pow(30);
        assert_eq!(mul_div(large, large, large), large);
        assert_eq!(mul_div(3 * large, large, 2 * large), large / 2 * 3);
        assert_eq!(mul_div(large + 1, large, 2 * large), large / 2 + 1, "half up");
        assert_eq!(mul_div(large - 1, large, 2 * large), large / 2, "half up again, from below");
    }

    #[test]
    fn a_rate_is_rounded_once() {
        let per_million = Rate { nanos: 200_000_000, per: 1_000_000 };
        assert_eq!(per_million.of(7), Money(1_400));
        assert_eq!(Rate { nanos: 1, per: 3 }.of(1), Money(0));
        assert_eq!(Rate { nanos: 1, per: 3 }.of(2), Money(1));
    }
}
