//! What a price is per: the units a book may write.

use crate::error::{Problem, did_you_mean};

/// What is counted, and in which smallest unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitOf {
    /// A whole instance for a time, in nanoseconds.
    Instance,
    /// vCPUs for a time, in thousandths of a vCPU × nanoseconds.
    Vcpu,
    /// Memory for a time, in bytes × nanoseconds. A platform's GB is 1024³ bytes here, as a platform that sells
    /// megabytes in steps of 128 counts them.
    Gib,
    /// Requests.
    Request,
    /// Surplus CPU credits, in thousandths of a vCPU × nanoseconds: a credit is a vCPU-minute.
    Credit,
    /// Having something, whatever its size, for a time, in nanoseconds.
    Thing,
    /// Capacity of a load balancer for a time, in millionths of an LCU × nanoseconds.
    Lcu,
    /// Data, in bytes; a GB is 1024³ of them.
    Data,
    /// Bandwidth for a time, in bits per second × nanoseconds.
    Bandwidth,
}

/// The unit of a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// As books write it: `vCPU-second`.
    pub name: &'static str,
    /// Of what.
    pub of: UnitOf,
    /// How many of the smallest unit of `of` it is.
    pub amount: u128,
}

const SECOND: u128 = 1_000_000_000;
const HOUR: u128 = 3600 * SECOND;
const GIB: u128 = 1 << 30;

const fn unit(name: &'static str, of: UnitOf, amount: u128) -> Unit {
    Unit { name, of, amount }
}

/// Every unit a book may write.
pub const UNITS: &[Unit] = &[
    unit("instance-second", UnitOf::Instance, SECOND),
    unit("instance-hour", UnitOf::Instance, HOUR),
    unit("vCPU-second", UnitOf::Vcpu, 1000 * SECOND),
    unit("vCPU-hour", UnitOf::Vcpu, 1000 * HOUR),
    unit("GiB-second", UnitOf::Gib, GIB * SECOND),
    unit("GiB-hour", UnitOf::Gib, GIB * HOUR),
    unit("GB-second", UnitOf::Gib, GIB * SECOND),
    unit("GB-hour", UnitOf::Gib, GIB * HOUR),
    unit("request", UnitOf::Request, 1),
    unit("10k-requests", UnitOf::Request, 10_000),
    unit("million-requests", UnitOf::Request, 1_000_000),
    unit("credit", UnitOf::Credit, 60 * 1000 * SECOND),
    unit("surplus-vCPU-hour", UnitOf::Credit, 1000 * HOUR),
    unit("hour", UnitOf::Thing, HOUR),
    unit("LCU-hour", UnitOf::Lcu, 1_000_000 * HOUR),
    unit("GB", UnitOf::Data, GIB),
    unit("Mbps-hour", UnitOf::Bandwidth, 1_000_000 * HOUR),
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
