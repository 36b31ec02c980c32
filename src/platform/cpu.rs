//! The CPU of one instance, shared by everything that can run on it: processor sharing, simulated exactly.
//!
//! ```text
//! join ─► runnable: each at min(1 vCPU, capacity ÷ n) ─► due: the first one's work is done ─► take
//! ```
//!
//! *Virtual time* is the work that each of the runnable has been given since the instance was last without work. It goes
//! at the same speed for all of them, so one that joins with work `w` at virtual time `V` is done at `V + w`, whoever
//! joins or leaves later: a heap of these and one instant, [`Cpu::due`], are all there is to keep.
//!
//! Not here: what runs (ids are the caller's), waiting that uses no CPU, and who changes the capacity (`credits`).
//!
//! **Exactness.** Virtual time is an integer with 4,096,000,000 units a nanosecond ([`UNIT`]), and the fraction below a unit
//! is kept as a numerator over the number of runnable: while this number stays, nothing is lost, however an interval is cut.
//! A join, an early leave or a change of the rate rounds that fraction up to the new denominator. So virtual time is never
//! behind the exact one, and ahead of it by less than one unit for each such event in the request's life: 4 billion of
//! them make a nanosecond. Work is done at the first whole nanosecond at which it is done; what the CPU gave beyond it
//! within that nanosecond goes to the others, as it would without a clock of whole nanoseconds.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use crate::units::SimTime;

/// One vCPU, in the integer unit of rates: millionths of a vCPU.
pub const VCPU: u64 = 1_000_000;

/// Units of work to a millionth of a vCPU-nanosecond.
const FINE: u64 = 4096;

/// Units of virtual time, and of work, to a vCPU-nanosecond.
pub const UNIT: u64 = VCPU * FINE;

/// No more work than this, in vCPU-nanoseconds (146 vCPU-years): so that sums cannot overflow.
pub const WORK_MAX: u64 = 1 << 62;

/// What is runnable on one instance, and how far it is.
#[derive(Debug, Clone)]
pub struct Cpu {
    /// In millionths of a vCPU: what the instance has, and what it is given now.
    nominal: u64,
    capacity: u64,
    /// When the state below was true.
    at: SimTime,
    runnable: u64,
    /// Units of work given a nanosecond to all of them together.
    pace: u64,
    /// Virtual time, and what it has beyond a whole unit: so many parts of `runnable`.
    virtual_time: u128,
    fraction: u64,
    /// When the first of the runnable is done.
    due: SimTime,
    /// Work done is this and the virtual time of each of the runnable: less the virtual time at which they joined.
    settled: i128,
    /// How far virtual time is behind what it would be if the capacity had never been cut.
    behind: u128,
    /// (Virtual time at which it is done, id), packed.
    heap: BinaryHeap<Reverse<u128>>,
    /// Those of them that left early.
    left: BinaryHeap<Reverse<u128>>,
    /// Done, and not yet taken.
    done: VecDeque<u32>,
}

/// One of the runnable: what its leaving early takes, and how far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    /// The virtual time at which it is done.
    finish: u128,
    /// How far virtual time was behind when it joined.
    behind: u128,
    /// Its work, in vCPU-nanoseconds.
    pub work: u64,
    /// Its id.
    pub id: u32,
}

impl Ticket {
    fn key(&self) -> u128 {
        self.finish << 32 | u128::from(self.id)
    }

    /// Its work in units.
    pub fn work_units(&self) -> u128 {
        u128::from(self.work) * u128::from(UNIT)
    }

    fn joined(&self) -> u128 {
        self.finish - self.work_units()
    }
}

impl Default for Cpu {
    /// No CPU at all.
    fn default() -> Cpu {
        Cpu {
            nominal: 0,
            capacity: 0,
            at: SimTime::ZERO,
            runnable: 0,
            pace: 0,
            virtual_time: 0,
            fraction: 0,
            due: SimTime::NEVER,
            settled: 0,
            behind: 0,
            heap: BinaryHeap::new(),
            left: BinaryHeap::new(),
            done: VecDeque::new(),
        }
    }
}

impl Cpu {
    /// A CPU of this capacity (millionths of a vCPU) with nothing on it; what was allocated is used again.
    pub fn reset(&mut self, now: SimTime, capacity: u64) {
        assert!(self.runnable == 0 && self.done.is_empty(), "an instance goes when nothing runs on it");
        let heap = std::mem::take(&mut self.heap);
        *self = Cpu { nominal: capacity, capacity, at: now, heap, ..Cpu::default() };
    }

    /// When the first of the runnable is done, if nobody joins, leaves or changes the capacity before.
    #[inline]
    pub fn due(&self) -> SimTime {
        if self.done.is_empty() { self.due } else { self.at }
    }

    /// One whose work is done by `now`; in the order in which they were done.
    #[inline]
    pub fn take(&mut self, now: SimTime) -> Option<u32> {
        if self.due <= now {
            self.advance(now);
        }
        self.done.pop_front()
    }

    /// What it is given now, in millionths of a vCPU.
    pub fn capacity(&self) -> u64 {
        self.capacity
    }

    /// How many are runnable.
    pub fn runnable(&self) -> u64 {
        self.runnable
    }

    /// The CPU in use from `now` on, in millionths of a vCPU: what credits are spent by.
    pub fn in_use(&self) -> u64 {
        self.capacity.min(self.runnable * VCPU)
    }

    /// Work done up to `now`, in vCPU-nanoseconds (rounded down). Once nothing runs it is the sum of all work that joined, less
    /// what those that left early had still to do.
    pub fn used(&mut self, now: SimTime) -> u128 {
        self.used_units(now) / u128::from(UNIT)
    }

    /// The same in units, exactly.
    pub fn used_units(&mut self, now: SimTime) -> u128 {
        self.advance(now);
        let running = u128::from(self.runnable) * self.virtual_time + u128::from(self.fraction);
        u128::try_from(self.settled + running as i128).expect("work done is never negative")
    }

    /// Somebody becomes runnable with this much work, in vCPU-nanoseconds: above zero and at most [`WORK_MAX`].
    pub fn join(&mut self, now: SimTime, work: u64, id: u32) -> Ticket {
        assert!((1..=WORK_MAX).contains(&work), "{work} ns of work");
        self.advance(now);
        let mut ticket = Ticket { finish: self.virtual_time, behind: self.behind, work, id };
        ticket.finish += ticket.work_units();
        self.settled -= self.virtual_time as i128;
        self.heap.push(Reverse(ticket.key()));
        self.share_among(self.runnable + 1);
        self.set_due();
        ticket
    }

    /// Somebody who joined with this ticket leaves, and is not taken any more; the units of work that it was given.
    pub fn leave(&mut self, now: SimTime, ticket: &Ticket) -> u128 {
        let given = self.done_units(now, ticket);
        if let Some(index) = self.done.iter().position(|id| *id == ticket.id) {
            self.done.remove(index);
            return given;
        }
        self.settled += self.virtual_time as i128;
        self.left.push(Reverse(ticket.key()));
        self.share_among(self.runnable - 1);
        self.drop_left();
        self.set_due();
        given
    }

    /// The instance is given this capacity from `now` on: it is throttled to less than it has, or no longer.
    pub fn set_capacity(&mut self, now: SimTime, capacity: u64) {
        self.advance(now);
        self.capacity = capacity;
        self.pace = self.pace_of(self.runnable);
        self.set_due();
    }

    /// The units of work that somebody who joined with this ticket, and was not taken yet, has been given up to `now`.
    pub fn done_units(&mut self, now: SimTime, ticket: &Ticket) -> u128 {
        self.advance(now);
        if self.done.contains(&ticket.id) { ticket.work_units() } else { self.virtual_time - ticket.joined() }
    }

    /// The units of work that were done in all, when nothing runs any more.
    pub fn settle(&mut self) -> u128 {
        assert!(self.runnable == 0 && self.done.is_empty(), "an instance goes when nothing runs on it");
        u128::try_from(std::mem::take(&mut self.settled)).expect("work done is never negative")
    }

    /// By how many units the work of somebody who joined with this ticket is behind because the capacity was cut.
    pub fn lost_to_cuts(&self, ticket: &Ticket) -> u128 {
        self.behind - ticket.behind
    }

    /// Units of work that are given a nanosecond to so many together.
    #[inline]
    fn pace_of(&self, runnable: u64) -> u64 {
        (self.capacity * FINE).min(runnable * UNIT)
    }

    /// Goes on to `now`, over everything that is done until then.
    #[inline]
    fn advance(&mut self, now: SimTime) {
        while self.due <= now {
            let due = self.due;
            self.run_to(due);
            self.finish_first();
        }
        self.run_to(now);
    }

    /// Goes on to `now`, which is not after `due`.
    #[inline]
    fn run_to(&mut self, now: SimTime) {
        let ns = (now - self.at).0;
        self.at = now;
        if self.runnable == 0 || ns == 0 {
            return;
        }
        if self.capacity < self.nominal {
            let uncut = (self.nominal * FINE).min(self.runnable * UNIT);
            self.behind += u128::from(uncut - self.pace) * u128::from(ns) / u128::from(self.runnable);
        }
        // Numbers of 64 bits hold two seconds of two vCPUs; a division of longer ones is slow.
        match self.pace.checked_mul(ns).and_then(|work| work.checked_add(self.fraction)) {
            Some(work) => self.give(work),
            None => self.give_much(u128::from(self.pace) * u128::from(ns) + u128::from(self.fraction)),
        }
    }

    /// Gives work to the runnable, in equal parts.
    #[inline]
    fn give(&mut self, work: u64) {
        self.virtual_time += u128::from(work / self.runnable);
        self.fraction = work % self.runnable;
    }

    #[cold]
    fn give_much(&mut self, work: u128) {
        let n = u128::from(self.runnable);
        self.virtual_time += work / n;
        self.fraction = (work % n) as u64;
    }

    /// The first of the runnable is done, at the present instant or within the nanosecond before it.
    fn finish_first(&mut self) {
        let Reverse(key) = self.heap.pop().expect("it was due");
        let (finish, before) = (key >> 32, self.runnable);
        // What all of them were given since, less than in a nanosecond: it goes to the others, at their own pace.
        let since = (self.virtual_time - finish) as u64 * before + self.fraction;
        let (fast, slow) = (self.pace, self.pace_of(before - 1));
        assert!(since <= fast, "it was due before");
        let others = if fast == slow { since } else { (u128::from(since) * u128::from(slow)).div_ceil(u128::from(fast)) as u64 };
        self.settled += finish as i128;
        (self.runnable, self.pace) = (before - 1, slow);
        self.done.push_back(key as u32);
        if self.runnable == 0 {
            self.rest();
        } else {
            self.virtual_time = finish;
            self.give(others);
        }
        self.drop_left();
        self.set_due();
    }

    /// The fraction below a unit, when the number of the runnable changes.
    fn share_among(&mut self, runnable: u64) {
        if self.fraction > 0 && runnable > 0 {
            self.fraction = (self.fraction * runnable).div_ceil(self.runnable);
        }
        (self.runnable, self.pace) = (runnable, self.pace_of(runnable));
        if runnable == 0 {
            self.rest();
        } else if self.fraction >= runnable {
            self.fraction -= runnable;
            self.virtual_time += 1;
        }
    }

    /// Nothing runs: virtual time begins anew.
    fn rest(&mut self) {
        (self.virtual_time, self.fraction) = (0, 0);
    }

    /// Those who left early and would be first are forgotten.
    fn drop_left(&mut self) {
        while let Some(key) = self.left.peek()
            && self.heap.peek() == Some(key)
        {
            self.left.pop();
            self.heap.pop();
        }
    }

    /// The first whole nanosecond at which the first of the runnable is done.
    #[inline]
    fn set_due(&mut self) {
        self.due = match self.heap.peek() {
            Some(Reverse(key)) => SimTime(self.at.0.saturating_add(self.ns_for((key >> 32).saturating_sub(self.virtual_time)))),
            None => SimTime::NEVER,
        };
    }

    /// How long it takes until virtual time has gone on by this much.
    fn ns_for(&self, each: u128) -> u64 {
        let (pace, n) = (self.pace, self.runnable);
        if pace == 0 {
            return u64::MAX;
        }
        match u64::try_from(each).ok().and_then(|each| each.checked_mul(n)) {
            Some(work) => work.saturating_sub(self.fraction).div_ceil(pace),
            None => u64::try_from((each * u128::from(n) - u128::from(self.fraction)).div_ceil(u128::from(pace))).unwrap_or(u64::MAX),
        }
    }
}

#[cfg(test)]
mod tests;
