//! The credits of one instance type as they are simulated and billed: resolved, nothing left to look up.

use super::amount::{CpuRate, CpuTime};
use super::family::{Edition, Family, TypeRow};
use super::ledger::{Mode, Rules};
use crate::units::{Money, Price, Span};

/// The credits of an instance type under a mode, with the price of what is overdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditPlan {
    /// The provider's family: `alibaba-t5`.
    pub family: String,
    /// The type the credits are those of: `ecs.t5-lc1m2.large`.
    pub type_name: String,
    /// The edition of the family's table: `2021`.
    pub edition: String,
    /// Its vCPUs.
    pub vcpu: u32,
    /// What a ledger follows.
    pub rules: Rules,
    /// Of one vCPU used beyond the advance; nothing in standard mode, where nothing ever is.
    pub surcharge: Option<Price>,
    /// Of the surcharge.
    pub currency: String,
}

impl Rules {
    /// The rules of a type.
    pub fn new(family: &Family, edition: &Edition, row: &TypeRow, mode: Mode) -> Rules {
        let cap = edition.cap(row);
        let per_vcpu = if family.initial.modes.contains(&mode) { family.initial.per_vcpu } else { 0 };
        let granted = CpuTime::from_credits_milli(1000 * u64::from(per_vcpu) * u64::from(row.vcpu));
        Rules {
            earn: edition.earn(row),
            cap,
            initial: if row.burst.is_some() { cap } else { granted },
            initial_within_cap: family.initial.within_cap,
            mode,
        }
    }
}

impl CreditPlan {
    /// What CPU time beyond the advance costs, rounded half up to a billionth. Sum the time over instances first: a
    /// sum of roundings is not the rounding of a sum.
    pub fn charge(&self, overdrawn: CpuTime) -> Money {
        match self.surcharge {
            None => {
                assert_eq!(overdrawn, CpuTime::ZERO, "a standard instance owes nothing");
                Money::ZERO
            }
            Some(price) => {
                let scaled = Price { nanos: price.nanos, per: Span(price.per.0 * CpuRate::VCPU.0) };
                scaled.of(u128::try_from(overdrawn.0).expect("nobody is owed a surcharge"))
            }
        }
    }

    /// The average use of the whole instance (1 = all its vCPUs all the time) above which an unlimited instance that
    /// costs `own` is dearer, with its surcharge, than a fixed one of as many vCPUs that costs `fixed`. The initial
    /// credits are left out, as providers do. Below the baseline if it is dearer anyway; nothing in standard mode.
    pub fn break_even(&self, own: Price, fixed: Price) -> Option<f64> {
        let per_ns = |price: Price| price.nanos as f64 / price.per.0 as f64;
        let vcpu = f64::from(self.vcpu);
        let surcharge = per_ns(self.surcharge?) * vcpu;
        Some(self.rules.earn.as_vcpu_f64() / vcpu + (per_ns(fixed) - per_ns(own)) / surcharge)
    }
}
