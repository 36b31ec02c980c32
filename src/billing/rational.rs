//! Exact sums of prices: an instance by vCPU and memory is one price again, without rounding.

use super::Rate;
use crate::units::{Price, Span};

/// Price times time stays within 128 bits for five thousand instance-years.
const NANOS_MAX: i128 = 1_000_000_000_000_000_000;
const SECOND_NS: i128 = 1_000_000_000;

/// The price of keeping `quantity` (of the smallest unit but its time: thousandths of a vCPU, bytes), exactly; nothing if
/// that takes numbers too large to multiply with later.
pub(super) fn of(rate: Rate, quantity: u64) -> Option<Price> {
    reduced(rate.nanos.checked_mul(i128::from(quantity))?, i128::try_from(rate.per).ok()?)
}

/// `price` times `numerator` / `denominator`, exactly, likewise.
pub(super) fn times(price: Price, numerator: u64, denominator: u64) -> Option<Price> {
    let nanos = price.nanos.checked_mul(i128::from(numerator))?;
    reduced(nanos, i128::from(price.per.0).checked_mul(i128::from(denominator))?)
}

/// The price of having both, exactly, likewise.
pub(super) fn plus(a: Price, b: Price) -> Option<Price> {
    let (a_per, b_per) = (i128::from(a.per.0), i128::from(b.per.0));
    let nanos = a.nanos.checked_mul(b_per)?.checked_add(b.nanos.checked_mul(a_per)?)?;
    reduced(nanos, a_per.checked_mul(b_per)?)
}

/// In lowest terms, or per second where that is a whole number of billionths: the form a reader expects.
fn reduced(nanos: i128, per: i128) -> Option<Price> {
    assert!(nanos >= 0 && per > 0, "a price is not negative, and is per some time");
    let divisor = gcd(nanos, per);
    let (nanos, per) = (nanos / divisor, per / divisor);
    let (nanos, per) = if SECOND_NS % per == 0 { (nanos * (SECOND_NS / per), SECOND_NS) } else { (nanos, per) };
    (nanos <= NANOS_MAX).then_some(Price { nanos, per: Span(u64::try_from(per).ok()?) })
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn per_second(nanos: i128) -> Price {
        Price { nanos, per: Span::from_secs(1) }
    }

    #[test]
    fn two_vcpu_and_four_gib_are_one_price() {
        let vcpu = of(Rate { nanos: 49_000, per: 1_000_000_000_000 }, 2000).unwrap();
        let memory = of(Rate { nanos: 6_130, per: (1 << 30) * 1_000_000_000 }, 4 << 30).unwrap();
        assert_eq!(plus(vcpu, memory), Some(per_second(122_520)));
    }

    #[test]
    fn a_third_of_a_billionth_is_not_lost() {
        assert_eq!(times(per_second(1), 1, 3), Some(Price { nanos: 1, per: Span::from_secs(3) }));
        let hourly = Price { nanos: 1, per: Span::from_secs(3600) };
        assert_eq!(plus(per_second(1), hourly), Some(Price { nanos: 3601, per: Span::from_secs(3600) }));
    }

    #[test]
    fn a_price_too_fine_for_64_bits_is_nothing() {
        assert_eq!(times(per_second(1), 1, u64::MAX), None);
    }
}
