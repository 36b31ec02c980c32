//! Money and prices in integers: a bill is the same whatever the order in which it was added up.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

use super::Span;

/// An amount in billionths of the price book's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Money(pub i128);

impl Money {
    /// Nothing.
    pub const ZERO: Money = Money(0);

    /// In units of the currency, rounded to the nearest double.
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / 1e9
    }
}

impl Add for Money {
    type Output = Money;
    fn add(self, rhs: Money) -> Money {
        Money(self.0 + rhs.0)
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, rhs: Money) {
        self.0 += rhs.0;
    }
}

impl Sub for Money {
    type Output = Money;
    fn sub(self, rhs: Money) -> Money {
        Money(self.0 - rhs.0)
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(items: I) -> Money {
        items.fold(Money::ZERO, Add::add)
    }
}

/// A price for keeping something for a time: `nanos` billionths of the currency per `per`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// Billionths of the currency.
    pub nanos: i128,
    /// The time that buys; above zero.
    pub per: Span,
}

impl Price {
    /// What `time` (in nanoseconds, summed over instances) costs, rounded half up to a billionth.
    pub fn of(self, time_ns: u128) -> Money {
        let per = i128::from(self.per.0);
        let time = i128::try_from(time_ns).expect("more instance time than 10^29 years");
        Money((self.nanos * time + per / 2).div_euclid(per))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_at_an_hourly_price_costs_that_price() {
        let hourly = Price { nanos: 390_000_000, per: Span::from_secs(3600) };
        assert_eq!(hourly.of(3_600_000_000_000), Money(390_000_000));
        assert_eq!(hourly.of(1_000_000_000), Money(108_333), "0.39 / 3600 = 0.000108333...");
        assert_eq!(hourly.of(0), Money::ZERO);
    }
}
