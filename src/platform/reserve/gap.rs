//! The closed form: from which idle time on a reserve is cheaper than a standard instance that is kept.
//!
//! One idle gap of length T, counted from the start of the swap to the first request (fact sheet `prices-credits-reserve`,
//! section 3.2; derived from the billing rules, where an instance costs from its image pull to its end):
//!
//! ```text
//! reserve   P_std·B_res + P_res·(T + B_std + D) + P_std·B_std     the standard waits for the reserve, then one stands in
//! keep one  P_std·(T + B_std)
//! to zero   P_std·B_std                                           nobody is there when the first request comes
//! ```
//!
//! B is the billed part of a start, D the time from the hand-over to the reserve's end.

use crate::units::{Money, Price, Span};

/// One idle gap of a service with a reserve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdleGap {
    /// Of a standard instance.
    pub standard: Price,
    /// Of a reserve; in the same currency.
    pub reserve: Price,
    /// The billed part of a standard instance's start.
    pub standard_boot: Span,
    /// The billed part of a reserve's start.
    pub reserve_boot: Span,
    /// From the hand-over to the end of the reserve.
    pub drain: Span,
}

impl IdleGap {
    /// What a gap costs with a reserve.
    pub fn cost_with_reserve(&self, idle: Span) -> Money {
        let standard = u128::from(self.reserve_boot.0) + u128::from(self.standard_boot.0);
        let reserve = u128::from(idle.0) + u128::from(self.standard_boot.0) + u128::from(self.drain.0);
        self.standard.of(standard) + self.reserve.of(reserve)
    }

    /// What it costs to keep one standard instance.
    pub fn cost_of_keeping_one(&self, idle: Span) -> Money {
        self.standard.of(u128::from(idle.0) + u128::from(self.standard_boot.0))
    }

    /// What it costs to have none.
    pub fn cost_of_zero(&self) -> Money {
        self.standard.of(u128::from(self.standard_boot.0))
    }

    /// The reserve is cheaper than keeping one in gaps longer than this, and only in those, to the nanosecond. Nothing if
    /// it never is, or not within the 584 years of the clock.
    pub fn break_even(&self) -> Option<Span> {
        let (standard, reserve) = self.comparable();
        let saved = standard - reserve;
        if saved <= 0 {
            return None;
        }
        let ns = |span: Span| i128::from(span.0);
        let spent = standard.checked_mul(ns(self.reserve_boot))?;
        let spent = spent.checked_add(reserve.checked_mul(ns(self.standard_boot) + ns(self.drain))?)?;
        u64::try_from(spent / saved).ok().map(Span)
    }

    /// Both prices for the same time.
    fn comparable(&self) -> (i128, i128) {
        let (standard_per, reserve_per) = (i128::from(self.standard.per.0), i128::from(self.reserve.per.0));
        let divisor = gcd(standard_per, reserve_per);
        (self.standard.nanos * (reserve_per / divisor), self.reserve.nanos * (standard_per / divisor))
    }
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: Span = Span::from_secs(3600);

    fn hourly(nanos: i128) -> Price {
        Price { nanos, per: HOUR }
    }

    /// Boots of 30 billed seconds, 5 s of draining.
    fn gap(standard_nanos: i128, reserve_nanos: i128) -> IdleGap {
        let boot = Span::from_secs(30);
        let (standard, reserve) = (hourly(standard_nanos), hourly(reserve_nanos));
        IdleGap { standard, reserve, standard_boot: boot, reserve_boot: boot, drain: Span::from_secs(5) }
    }

    /// Prices of cn-hangzhou in billionths of a CNY an hour (fact sheet, 1.3), and the second at which the reserve wins.
    #[track_caller]
    fn check(standard_nanos: i128, reserve_nanos: i128, seconds: f64) {
        let at = gap(standard_nanos, reserve_nanos).break_even().unwrap();
        assert_eq!(at.as_secs_f64().round(), seconds);
    }

    #[test]
    fn the_documented_pairs() {
        check(620_000_000, 333_000_000, 105.0); // ecs.c5.large and ecs.t5-lc1m2.large
        check(390_000_000, 236_000_000, 130.0); // ecs.c6.large and ecs.t6-c1m2.large
        check(390_000_000, 118_000_000, 58.0); // ecs.c6.large and ecs.t6-c1m1.large
    }

    /// ecs.t5-c1m2.large (0.40) costs more than ecs.c6.large (0.39); as much is no better.
    #[test]
    fn a_dearer_reserve_never_pays() {
        assert_eq!(gap(390_000_000, 400_000_000).break_even(), None);
        assert_eq!(gap(390_000_000, 390_000_000).break_even(), None);
    }

    #[test]
    fn the_price_of_a_second_and_of_an_hour_compare() {
        let mixed = IdleGap { reserve: Price { nanos: 92_500, per: Span::from_secs(1) }, ..gap(620_000_000, 0) };
        assert_eq!(mixed.break_even(), gap(620_000_000, 333_000_000).break_even());
    }

    #[test]
    fn having_none_is_cheapest_and_serves_nobody() {
        let gap = gap(620_000_000, 333_000_000);
        assert_eq!(gap.cost_of_zero(), Money(5_166_667), "30 s at 0.62 an hour");
        assert!(gap.cost_with_reserve(HOUR) > gap.cost_of_zero());
        let saved = 1.0 - gap.cost_with_reserve(HOUR * 24).as_f64() / gap.cost_of_keeping_one(HOUR * 24).as_f64();
        // 1 - (0.62 * 60 + 0.333 * 86_435) / (0.62 * 86_430): the 46.29 % of the prices, less what the swap costs.
        assert_eq!((saved * 1e4).round() / 100.0, 46.22);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

        /// Per nanosecond, so that costs are exact: cheaper after it, not before.
        #[test]
        fn it_is_where_the_two_lines_cross(standard in 1i128..1000, reserve in 1i128..1000, boots in (0u64..1000, 0u64..1000, 0u64..1000)) {
            let each = |nanos| Price { nanos, per: Span(1) };
            let (reserve_boot, standard_boot, drain) = (Span(boots.0), Span(boots.1), Span(boots.2));
            let gap = IdleGap { standard: each(standard), reserve: each(reserve), standard_boot, reserve_boot, drain };
            let cheaper = |idle| gap.cost_with_reserve(idle) < gap.cost_of_keeping_one(idle);
            match gap.break_even() {
                Some(at) => prop_assert!(!cheaper(at) && cheaper(Span(at.0 + 1))),
                None => prop_assert!(!cheaper(Span(1_000_000_000))),
            }
        }
    }
}
