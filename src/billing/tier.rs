//! Prices that fall (or rise) with the quantity, and what a month of them is when a run is no month.

use super::entry::Entry;
use super::rate::mul_div;
use crate::units::{Money, Span};

/// The month that grants and tiers are counted in: thirty days, as a bill is reported for.
pub(super) const MONTH: Span = Span::from_secs(30 * 86_400);

impl Entry {
    /// What `quantity` of the smallest unit costs, each part of it in its tier; the tiers are taken as they stand.
    pub(super) fn tiered(&self, quantity: u128) -> Money {
        self.price.of(quantity) + self.beyond(quantity, MONTH)
    }

    /// What the tiers add to the first one's price (below zero: take from it), if `quantity` was used in a run of this
    /// length. A run is a sample of a month: of half a month, half of every tier.
    pub(super) fn beyond(&self, quantity: u128, measured: Span) -> Money {
        let mut sum = Money::ZERO;
        let mut price = self.price;
        for tier in &self.tiers {
            let above = quantity.saturating_sub(prorated(u128::from(tier.from) * self.amount, measured));
            sum = sum + tier.price.of(above) - price.of(above);
            price = tier.price;
        }
        sum
    }

    /// How much of `quantity` lies beyond the first tier.
    pub(super) fn quantity_beyond(&self, quantity: u128, measured: Span) -> u128 {
        self.tiers.first().map_or(0, |tier| quantity.saturating_sub(prorated(u128::from(tier.from) * self.amount, measured)))
    }
}

/// The part of a monthly quantity that belongs to a run of this length.
pub(super) fn prorated(monthly: u128, measured: Span) -> u128 {
    mul_div(monthly, u128::from(measured.0), u128::from(MONTH.0))
}
