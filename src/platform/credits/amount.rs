//! CPU speed and CPU time in integers fine enough for every documented rate.
//!
//! The unit of speed is the millionth of a vCPU, as on the CPU itself (`platform::cpu`). Every baseline is printed in
//! percent with at most three decimals, which is a whole number of it; so is what an instance uses. Speed times
//! nanoseconds is CPU time, a product of integers: nothing is ever rounded, so nothing can add up.

use std::ops::{Add, AddAssign, Sub};

use crate::platform::cpu::VCPU;
use crate::units::Span;

/// A speed of earning or using CPU time, in millionths of a vCPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct CpuRate(pub u64);

impl CpuRate {
    /// None at all.
    pub const ZERO: CpuRate = CpuRate(0);
    /// One vCPU.
    pub const VCPU: CpuRate = CpuRate(VCPU);

    /// So many thousandths of a vCPU.
    pub const fn from_vcpu_milli(milli: u64) -> CpuRate {
        CpuRate(milli * 1000)
    }

    /// In vCPUs, rounded to the nearest double.
    pub fn as_vcpu_f64(self) -> f64 {
        self.0 as f64 / CpuRate::VCPU.0 as f64
    }
}

/// An amount of CPU time, in millionths of a vCPU-nanosecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct CpuTime(pub i128);

impl CpuTime {
    /// None at all.
    pub const ZERO: CpuTime = CpuTime(0);
    /// What a credit buys, with every provider: one vCPU for a minute.
    pub const CREDIT: CpuTime = CpuTime(VCPU as i128 * 60_000_000_000);

    /// What a speed makes of a time.
    pub fn of(rate: CpuRate, time: Span) -> CpuTime {
        CpuTime(i128::from(rate.0) * i128::from(time.0))
    }

    /// So many thousandths of a credit.
    pub const fn from_credits_milli(milli: u64) -> CpuTime {
        CpuTime(CpuTime::CREDIT.0 / 1000 * milli as i128)
    }

    /// In credits, rounded to the nearest double.
    pub fn as_credits_f64(self) -> f64 {
        self.0 as f64 / CpuTime::CREDIT.0 as f64
    }
}

impl Add for CpuTime {
    type Output = CpuTime;
    fn add(self, rhs: CpuTime) -> CpuTime {
        CpuTime(self.0 + rhs.0)
    }
}

impl AddAssign for CpuTime {
    fn add_assign(&mut self, rhs: CpuTime) {
        self.0 += rhs.0;
    }
}

impl Sub for CpuTime {
    type Output = CpuTime;
    fn sub(self, rhs: CpuTime) -> CpuTime {
        CpuTime(self.0 - rhs.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credit_is_a_vcpu_for_a_minute() {
        assert_eq!(CpuTime::of(CpuRate::VCPU, Span::from_secs(60)), CpuTime::CREDIT);
        let half_for_two = CpuTime::of(CpuRate::from_vcpu_milli(500), Span::from_secs(120));
        assert_eq!((half_for_two, half_for_two.as_credits_f64()), (CpuTime::CREDIT, 1.0));
        assert_eq!(CpuTime::from_credits_milli(81_600).as_credits_f64(), 81.6);
    }
}
