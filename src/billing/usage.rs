//! What was measured of one kind of instance, and how a book wants it measured.

use std::iter::Sum;
use std::ops::{Add, AddAssign};

use super::{BilledFrom, Book, Charging};
use crate::units::Span;

/// Time of one kind of instance, summed over instances, in nanoseconds, as one book meters it.
///
/// Every nanosecond of an instance is in one of the first five fields only. Sum first, then price: a
/// [`Statement`](super::Statement) rounds money once a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// From the start of the meter ([`Meter::from`]) until the instance was ready.
    pub starting_ns: u128,
    /// Ready, with at least one request in it; requests at the same time count once.
    pub serving_ns: u128,
    /// Ready, with no request in it.
    pub idle_ns: u128,
    /// Takes no new requests and ends those it has.
    pub draining_ns: u128,
    /// Ready, without a request, and only there until the instance that takes over is ready (or because it has just
    /// become so).
    pub overlap_ns: u128,
    /// Nobody used it: added by the book's granularity and minimum.
    pub rounding_ns: u128,
    /// Of `serving_ns`, by instances that were asked to be kept; only for a meter that tells ([`Meter::kept`]).
    pub kept_serving_ns: u128,
    /// Of `idle_ns`, likewise.
    pub kept_idle_ns: u128,
    /// Executions, each by itself, summed; only for a meter of [`Charging::Requests`].
    pub request_ns: u128,
    /// Executions begun; only for a meter that counts ([`Meter::counts_requests`]).
    pub requests: u64,
    /// Surplus CPU credits to be charged, in thousandths of a vCPU × nanoseconds (a credit is a vCPU-minute).
    pub surplus_credit: u128,
    /// How many instances were billed.
    pub instances: u64,
}

impl Usage {
    /// All time that is metered, in nanoseconds.
    pub fn total_ns(&self) -> u128 {
        self.starting_ns + self.serving_ns + self.idle_ns + self.draining_ns + self.overlap_ns + self.rounding_ns
    }
}

impl Add for Usage {
    type Output = Usage;
    fn add(self, rhs: Usage) -> Usage {
        Usage {
            starting_ns: self.starting_ns + rhs.starting_ns,
            serving_ns: self.serving_ns + rhs.serving_ns,
            idle_ns: self.idle_ns + rhs.idle_ns,
            draining_ns: self.draining_ns + rhs.draining_ns,
            overlap_ns: self.overlap_ns + rhs.overlap_ns,
            rounding_ns: self.rounding_ns + rhs.rounding_ns,
            kept_serving_ns: self.kept_serving_ns + rhs.kept_serving_ns,
            kept_idle_ns: self.kept_idle_ns + rhs.kept_idle_ns,
            request_ns: self.request_ns + rhs.request_ns,
            requests: self.requests + rhs.requests,
            surplus_credit: self.surplus_credit + rhs.surplus_credit,
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

/// The life of one instance that is gone, cut into what it did while it was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Life {
    /// While its meter ran and it was not yet ready.
    pub starting: Span,
    /// Ready, with at least one request.
    pub serving: Span,
    /// Ready, without.
    pub idle: Span,
    /// Of no more use to new requests.
    pub draining: Span,
    /// Waiting for, or just replaced by, another.
    pub overlap: Span,
}

impl Life {
    /// All of it.
    pub fn total(&self) -> Span {
        self.starting + self.serving + self.idle + self.draining + self.overlap
    }
}

/// How use is metered: the rules of a book that whoever measures must know. Rounding happens where a life, a stretch of
/// serving or a request ends, never later: a sum cannot be rounded after the fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meter {
    /// When in an instance's start the meter starts.
    pub from: BilledFrom,
    /// What is rounded: lives, stretches of serving, or requests.
    pub charging: Charging,
    /// Metered time is rounded up to a multiple of this; above zero.
    pub granularity: Span,
    /// And is at least this.
    pub minimum: Span,
    /// Whether what is kept has another price than what is not: then [`Kept`](super::Kept) must be told.
    pub kept: bool,
    /// Whether requests have a price.
    pub counts_requests: bool,
}

impl Book {
    /// How use is metered under this book.
    pub fn meter(&self) -> Meter {
        Meter {
            from: self.rules.billed_from,
            charging: self.rules.charging,
            granularity: self.rules.granularity,
            minimum: self.rules.minimum,
            kept: self.classes.values().any(|class| class.prices_kept()),
            counts_requests: self.requests.is_some(),
        }
    }
}

impl Meter {
    /// What is billed of a stretch of `time`: rounded up to the granularity, at least the minimum. Nothing for nothing.
    pub fn billed(&self, time: Span) -> Span {
        if time == Span::ZERO {
            return Span::ZERO;
        }
        let granules = time.max(self.minimum).0.div_ceil(self.granularity.0);
        self.granularity * granules
    }

    /// What rounding adds to a stretch of `time`, in nanoseconds.
    #[inline]
    pub fn rounding_ns(&self, time: Span) -> u64 {
        (self.billed(time) - time).0
    }

    /// The usage of one instance that is gone. Stretches of serving and requests are rounded as they end
    /// ([`Meter::rounding_ns`]), not here.
    pub fn usage_of(&self, life: Life) -> Usage {
        let rounding = if self.charging == Charging::Instances { self.rounding_ns(life.total()) } else { 0 };
        Usage {
            starting_ns: u128::from(life.starting.0),
            serving_ns: u128::from(life.serving.0),
            idle_ns: u128::from(life.idle.0),
            draining_ns: u128::from(life.draining.0),
            overlap_ns: u128::from(life.overlap.0),
            rounding_ns: u128::from(rounding),
            instances: u64::from(life.total() > Span::ZERO),
            ..Usage::default()
        }
    }
}
