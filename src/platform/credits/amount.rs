//! CPU speed and CPU time in integers fine enough for every documented rate.
//!
//! The unit of speed is 1/6000 vCPU: a credit an hour is 1/60 vCPU, and the tables go down to hundredths of a credit an
//! hour (`t2.2xlarge`: 81.6). It is also a sixth of a thousandth of a vCPU, so what an instance uses is whole too. Speed
//! times nanoseconds is CPU time, a product of integers: nothing is ever rounded, so nothing can add up.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

use crate::units::Span;

/// A speed of earning or using CPU time, in 6000ths of a vCPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct CpuRate(pub u64);

impl CpuRate {
    /// None at all.
    pub const ZERO: CpuRate = CpuRate(0);
    /// One vCPU.
    pub const VCPU: CpuRate = CpuRate(6000);

    /// So many thousandths of a vCPU.
    pub const fn from_vcpu_milli(milli: u64) -> CpuRate {
        CpuRate(milli * 6)
    }

    /// What `runnable` requests use at full speed on an instance of `vcpu_milli` thousandths: at most one vCPU each.
    pub fn of_runnable(runnable: u32, vcpu_milli: u64) -> CpuRate {
        CpuRate::from_vcpu_milli((u64::from(runnable) * 1000).min(vcpu_milli))
    }

    /// In vCPUs, rounded to the nearest double.
    pub fn as_vcpu_f64(self) -> f64 {
        self.0 as f64 / CpuRate::VCPU.0 as f64
    }
}

/// An amount of CPU time, in 6000ths of a vCPU-nanosecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct CpuTime(pub i128);

impl CpuTime {
    /// None at all.
    pub const ZERO: CpuTime = CpuTime(0);
    /// What a credit buys, with every provider: one vCPU for a minute.
    pub const CREDIT: CpuTime = CpuTime(6000 * 60_000_000_000);

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

impl Sum for CpuTime {
    fn sum<I: Iterator<Item = CpuTime>>(items: I) -> CpuTime {
        items.fold(CpuTime::ZERO, Add::add)
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

    #[test]
    fn a_runnable_request_uses_at_most_one_vcpu_and_all_of_them_what_there_is() {
        let vcpus = |runnable, milli| CpuRate::of_runnable(runnable, milli).as_vcpu_f64();
        assert_eq!([vcpus(0, 2000), vcpus(1, 2000), vcpus(2, 2000), vcpus(9, 2000), vcpus(1, 250)], [0.0, 1.0, 2.0, 2.0, 0.25]);
    }
}
