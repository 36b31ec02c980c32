//! What CPU the instances of a revision have, and whether it matters who else runs on it.
//!
//! A request's CPU demand is time on one vCPU of relative speed 1. Where an instance has a vCPU for each request it may
//! hold, and neither throttling nor a measurement of its CPU hangs on it, a request's end is known when it begins; otherwise
//! requests are run on the instance's [`Cpu`](super::cpu::Cpu). Both give the same ends where both apply.

use super::cpu::{UNIT, VCPU, WORK_MAX};
use super::record::Lost;
use crate::units::Span;

/// The CPU of an instance of a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CpuPlan {
    /// What an instance has, in millionths of a vCPU; above zero.
    pub capacity: u64,
    /// How fast a vCPU of it is, in millionths of the reference; above zero.
    pub speed: u64,
    /// Whether the requests in one instance can want more CPU than it has.
    pub contended: bool,
    /// Whether somebody reads how much CPU instances use (the HPA).
    pub measures_cpu: bool,
    /// Whether the capacity of an instance can be cut (CPU credits).
    pub throttles: bool,
}

impl CpuPlan {
    /// Of an instance of so many millionths of a vCPU whose requests (at most `concurrency` at once, 0 = any number) use CPU
    /// or not. Nobody measures it, nobody cuts it.
    pub fn new(capacity: u64, speed: u64, concurrency: u32, uses_cpu: bool) -> CpuPlan {
        let fits = concurrency == 1 || concurrency > 0 && u64::from(concurrency) * VCPU <= capacity;
        CpuPlan { capacity, speed, contended: uses_cpu && !fits, measures_cpu: false, throttles: false }
    }

    /// Whether requests are run on the instance's CPU, because their end is not known when they begin.
    #[inline]
    pub fn is_shared(&self) -> bool {
        self.contended || self.measures_cpu || self.throttles
    }

    /// Whether an application's start is run on it too. Otherwise it has the instance to itself, so its end is known.
    pub fn runs_starts(&self) -> bool {
        self.measures_cpu || self.throttles
    }

    /// The work of this demand on a vCPU of this speed, in vCPU-nanoseconds, rounded to the nearest (but not to nothing).
    #[inline]
    pub fn work(&self, demand: Span) -> u64 {
        if self.speed == VCPU || demand == Span::ZERO {
            return demand.0.min(WORK_MAX);
        }
        let speed = u128::from(self.speed);
        let work = (u128::from(demand.0) * u128::from(VCPU) + speed / 2) / speed;
        work.clamp(1, u128::from(WORK_MAX)) as u64
    }

    /// How long this demand takes on an instance of its own: one request gains nothing from a second vCPU.
    #[inline]
    pub fn alone(&self, demand: Span) -> Span {
        if demand == Span::ZERO { demand } else { self.time_alone(self.work(demand)) }
    }

    /// How long this work, in vCPU-nanoseconds, takes alone.
    #[inline]
    pub fn time_alone(&self, work: u64) -> Span {
        if self.capacity >= VCPU { Span(work) } else { span((u128::from(work) * u128::from(VCPU)).div_ceil(u128::from(self.capacity))) }
    }

    /// How long so many [`UNIT`]ths of a vCPU-nanosecond of work take alone.
    pub fn time_of(&self, units: u128) -> Span {
        span(units.div_ceil(self.units_per_ns()))
    }

    fn units_per_ns(&self) -> u128 {
        u128::from(UNIT / VCPU) * u128::from(self.capacity.min(VCPU))
    }

    /// The longest that this demand can take among `concurrency` requests (0 = any number) if the capacity is not cut.
    pub fn slowest(&self, demand: Span, concurrency: u32) -> Span {
        if concurrency == 0 || self.throttles {
            return Span::MAX;
        }
        let among = u128::from(concurrency) * u128::from(VCPU);
        let slowest = (u128::from(self.work(demand)) * among).div_ceil(u128::from(self.capacity));
        span(slowest).max(self.alone(demand))
    }

    /// What of the time on the CPU was lost to others and to cuts of the capacity, given how long the work that was done in it
    /// takes alone, and by how many units cuts have put it behind.
    pub fn lost(&self, elapsed: Span, alone: Span, cut_units: u128) -> Lost {
        let lost = elapsed.0.saturating_sub(alone.0);
        let throttling = if cut_units == 0 { 0 } else { lost.min(span(cut_units / self.units_per_ns()).0) };
        Lost { contention: Span(lost - throttling), throttling: Span(throttling) }
    }
}

fn span(ns: u128) -> Span {
    u64::try_from(ns).map_or(Span::MAX, Span)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(capacity: u64, speed: u64) -> CpuPlan {
        CpuPlan::new(capacity, speed, 0, true)
    }

    #[test]
    fn cpu_is_shared_only_where_that_can_matter() {
        let cases = [
            (2_000_000, 0, true, true),
            (2_000_000, 0, false, false),
            (2_000_000, 2, true, false),
            (2_000_000, 3, true, true),
            (500_000, 1, true, false),
            (1_500_000, 2, true, true),
        ];
        for (capacity, concurrency, uses_cpu, shared) in cases {
            let plan = CpuPlan::new(capacity, VCPU, concurrency, uses_cpu);
            assert_eq!(plan.is_shared(), shared, "{capacity} {concurrency} {uses_cpu}");
            assert!(CpuPlan { measures_cpu: true, ..plan }.is_shared() && CpuPlan { throttles: true, ..plan }.is_shared());
        }
    }

    #[test]
    fn work_alone_takes_longer_on_less_and_on_slower_cpu() {
        let cases = [
            (2_000_000, VCPU, 40, 40),
            (500_000, VCPU, 40, 80),
            (300_000, VCPU, 1, 4),
            (4_000_000, 800_000, 40, 50),
            (250_000, 2 * VCPU, 40, 80),
        ];
        for (capacity, speed, demand, alone) in cases {
            assert_eq!(plan(capacity, speed).alone(Span(demand)), Span(alone), "{demand} ns on {capacity} at {speed}");
        }
        assert_eq!(plan(1, 1).alone(Span(1 << 61)), Span::MAX);
        assert_eq!(plan(VCPU, 100 * VCPU).work(Span(1)), 1, "no demand is rounded to nothing");
    }

    #[test]
    fn the_slowest_is_shared_with_all_that_fit() {
        assert_eq!(plan(2 * VCPU, VCPU).slowest(Span(40), 10), Span(200));
        assert_eq!(plan(2 * VCPU, VCPU).slowest(Span(40), 1), Span(40));
        assert_eq!(plan(2 * VCPU, VCPU).slowest(Span(40), 0), Span::MAX);
    }

    #[test]
    fn what_is_lost_is_what_the_work_alone_would_not_have_taken() {
        let lost = |elapsed, done: u64, cut: u64| {
            let plan = plan(500_000, VCPU);
            let lost = plan.lost(Span(elapsed), plan.time_of(u128::from(done * UNIT)), u128::from(cut * UNIT));
            (lost.contention.0, lost.throttling.0)
        };
        assert_eq!(lost(100, 20, 0), (60, 0), "20 ns of work take 40 alone on half a vCPU");
        assert_eq!(lost(100, 20, 5), (50, 10), "and 5 ns of work behind are 10 ns");
        assert_eq!(lost(100, 20, 50), (0, 60));
        assert_eq!(lost(100, 50, 0), (0, 0));
    }
}
