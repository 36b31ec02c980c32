//! Quantities, each a type of its own: only meaningful arithmetic compiles.
//!
//! Time is in integer nanoseconds, money in integer billionths, memory in mebibytes, so that no sum depends on
//! its order. At the edges a quantity is written with its unit (`250ms`, `386MB`, `3/s`, `10%`): a bare number
//! is refused, because a missing unit is the commonest way to be wrong by a factor of a thousand.

mod money;
mod parse;
mod quantity;
mod range;
mod time;

pub use money::{Money, Price};
pub use parse::UnitError;
pub use quantity::{Kind, Quantity};
pub use range::Range;
pub use time::{SimTime, Span};

use parse::text_unit;

/// How often something happens, in events per second. Written `3/s`, `90/min`, `10/h` or `500/d`; at least 0.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Rate(pub f64);

/// A share of a whole, 0 to 1. Written `2.5%`, or as a plain number between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Share(pub f64);

/// A percentage, 0 to 100. Written `90`, as Knative writes it, or `90%`.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Percent(pub f64);

/// An amount of memory or data in bytes. Written `386MB`, `4GiB`, `512Mi` (Kubernetes' form) and the like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Bytes(pub u64);

impl Bytes {
    /// `n` gibibytes.
    pub const fn from_gib(n: u64) -> Bytes {
        Bytes(n << 30)
    }

    /// In gibibytes.
    pub fn as_gib_f64(self) -> f64 {
        self.0 as f64 / (1u64 << 30) as f64
    }
}

/// Data per second, in bytes. Written `7.7MB/s`; above 0.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Bandwidth(pub f64);

text_unit!(Rate, parse::rate, "a rate such as `3/s`, `90/min` or `10/h`");
text_unit!(Bytes, parse::bytes, "a size such as `386MB` or `4GiB`");
text_unit!(Bandwidth, parse::bandwidth, "a bandwidth such as `7.7MB/s`");
text_unit!(Span, parse::span, "a duration such as `500ms`, `10s` or `1m30s`");
text_unit!(Share, parse::share, "a share such as `10%`", number: |value: f64| parse::unit_interval(value).map(Share));
text_unit!(Percent, parse::percent, "a percentage such as `90`", number: parse::percentage);
