//! What was measured of one kind of instance.

use std::iter::Sum;
use std::ops::{Add, AddAssign};

use super::{BilledFrom, Book};
use crate::units::Span;

/// Billed time of one kind of instance, summed over instances, in nanoseconds. Every nanosecond is in one field only.
///
/// Sum first, then price: [`InstancePrice::bill`](super::InstancePrice::bill) rounds once a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// From the start of the meter ([`Meter::from`]) until the instance was ready.
    pub starting_ns: u128,
    /// Ready, with at least one request in it.
    pub serving_ns: u128,
    /// Ready, with no request in it.
    pub idle_ns: u128,
    /// Nobody used it: added by the book's granularity and minimum.
    pub rounding_ns: u128,
    /// How many instances were billed.
    pub instances: u64,
}

impl Usage {
    /// All time that is billed, in nanoseconds.
    pub fn total_ns(&self) -> u128 {
        self.starting_ns + self.serving_ns + self.idle_ns + self.rounding_ns
    }
}

impl Add for Usage {
    type Output = Usage;
    fn add(self, rhs: Usage) -> Usage {
        Usage {
            starting_ns: self.starting_ns + rhs.starting_ns,
            serving_ns: self.serving_ns + rhs.serving_ns,
            idle_ns: self.idle_ns + rhs.idle_ns,
            rounding_ns: self.rounding_ns + rhs.rounding_ns,
            instances: self.instances + rhs.instances,
        }
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, rhs: Usage) {
        *self = *self + rhs;
    }
}

impl Sum for Usage {
    fn sum<I: Iterator<Item = Usage>>(usages: I) -> Usage {
        usages.fold(Usage::default(), Add::add)
    }
}

/// How an instance's time is metered: the rules of a book that whoever measures must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meter {
    /// When in an instance's start the meter starts.
    pub from: BilledFrom,
    /// Billed time is rounded up to a multiple of this; above zero.
    pub granularity: Span,
    /// And is at least this.
    pub minimum: Span,
}

impl Book {
    /// How instances are metered under this book.
    pub fn meter(&self) -> Meter {
        Meter { from: self.billed_from, granularity: self.granularity, minimum: self.minimum }
    }
}

impl Meter {
    /// What is billed of an instance whose meter ran for `lifetime`: rounded up to the granularity, at least the minimum.
    /// Nothing for an instance whose meter never started.
    pub fn billed(&self, lifetime: Span) -> Span {
        if lifetime == Span::ZERO {
            return Span::ZERO;
        }
        let granules = lifetime.max(self.minimum).0.div_ceil(self.granularity.0);
        self.granularity * granules
    }

    /// The usage of one instance that is gone, from its three parts as they were measured while its meter ran.
    pub fn usage_of(&self, starting: Span, serving: Span, idle: Span) -> Usage {
        let lifetime = starting + serving + idle;
        let billed = self.billed(lifetime);
        Usage {
            starting_ns: u128::from(starting.0),
            serving_ns: u128::from(serving.0),
            idle_ns: u128::from(idle.0),
            rounding_ns: u128::from((billed - lifetime).0),
            instances: u64::from(billed > Span::ZERO),
        }
    }
}
