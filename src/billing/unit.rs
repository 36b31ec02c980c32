//! What a price is per: the units a book may write.

use std::fmt;

use crate::error::{Problem, did_you_mean};
use crate::units::Span;

/// What is kept for the time of a [`Unit`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitOf {
    /// A whole instance, of whatever size.
    Instance,
    /// One vCPU of an instance.
    Vcpu,
    /// One GiB (2³⁰ bytes) of an instance's memory.
    Gib,
}

/// The unit of a price: one of something, for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// As books write it: `vCPU-second`.
    pub name: &'static str,
    /// One of what.
    pub of: UnitOf,
    /// For how long.
    pub per: Span,
}

const SECOND: Span = Span::from_secs(1);
const HOUR: Span = Span::from_secs(3600);

/// Every unit a book may write.
const UNITS: &[Unit] = &[
    Unit { name: "instance-second", of: UnitOf::Instance, per: SECOND },
    Unit { name: "instance-hour", of: UnitOf::Instance, per: HOUR },
    Unit { name: "vCPU-second", of: UnitOf::Vcpu, per: SECOND },
    Unit { name: "vCPU-hour", of: UnitOf::Vcpu, per: HOUR },
    Unit { name: "GiB-second", of: UnitOf::Gib, per: SECOND },
    Unit { name: "GiB-hour", of: UnitOf::Gib, per: HOUR },
];

impl Unit {
    /// The unit called `name`, which must be one of `of`. The problem's path is that of the entry's `unit`.
    pub(super) fn find(name: &str, of: UnitOf) -> Result<Unit, Problem> {
        let Some(unit) = UNITS.iter().find(|unit| unit.name == name) else {
            return Err(Problem::new("unknown-unit", "unit", format!("unknown unit `{name}`"))
                .hint(did_you_mean(name, UNITS.iter().map(|unit| unit.name))));
        };
        if unit.of != of {
            let fitting: Vec<_> = UNITS.iter().filter(|unit| unit.of == of).map(|unit| unit.name).collect();
            return Err(Problem::new("wrong-unit", "unit", format!("`{name}` is not a unit of this price"))
                .hint(format!("write {}", fitting.join(" or "))));
        }
        Ok(*unit)
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
