//! Completions under way: packed keys, the nearest in a sorted row, the rest in a heap.
//!
//! A key is (time, insertion number, payload) in one `u128`, so a comparison is one instruction pair and the order
//! is total. The payload is the caller's: here usually the number of an instance. Up to about two hundred a sorted row is
//! cheaper than any heap, beyond that it is dearer (`specs/speed-study.md` B2): so it is kept short, and what lies beyond its end
//! waits in a heap until the row has run empty.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::units::SimTime;

/// The longest row.
const NEAR_MAX: usize = 256;

/// Pending completions, earliest first; at one instant, in the order in which they were added.
#[derive(Debug, Clone, Default)]
pub struct Pending {
    /// The nearest, the earliest at the end. Empty only if there are none at all.
    near: Vec<u128>,
    /// The others: all of them after all of the near ones.
    far: BinaryHeap<Reverse<u128>>,
    added: u32,
}

impl Pending {
    /// Adds a completion at `at`.
    #[inline]
    pub fn push(&mut self, at: SimTime, payload: u32) {
        let key = (u128::from(at.0) << 64) | (u128::from(self.added) << 32) | u128::from(payload);
        self.added = self.added.wrapping_add(1);
        if !self.far.is_empty() && self.near.first().is_some_and(|last| time_of(*last) <= at) {
            return self.far.push(Reverse(key));
        }
        // Of those at the same instant it is the last to go: so times decide, and they compare faster than keys.
        let place = self.near.partition_point(|it| time_of(*it) > at);
        self.near.insert(place, key);
        if self.near.len() > NEAR_MAX {
            self.shorten();
        }
    }

    /// When the next is due; [`SimTime::NEVER`] if there is none.
    #[inline]
    pub fn next_time(&self) -> SimTime {
        self.near.last().map_or(SimTime::NEVER, |key| time_of(*key))
    }

    /// Takes the next one's payload.
    #[inline]
    pub fn pop(&mut self) -> Option<u32> {
        let key = self.near.pop()?;
        if self.near.is_empty() {
            self.refill();
        }
        Some(key as u32)
    }

    /// The later half of the row goes to the heap.
    #[cold]
    fn shorten(&mut self) {
        self.far.extend(self.near.drain(..NEAR_MAX / 2).map(Reverse));
    }

    /// Half a row comes from the heap.
    #[inline]
    fn refill(&mut self) {
        if !self.far.is_empty() {
            self.take_from_far();
        }
    }

    #[cold]
    fn take_from_far(&mut self) {
        let earliest = std::iter::from_fn(|| self.far.pop()).map(|Reverse(key)| key);
        self.near.extend(earliest.take(NEAR_MAX / 2));
        self.near.reverse();
    }

    /// How many are under way.
    pub fn len(&self) -> usize {
        self.near.len() + self.far.len()
    }

    /// Whether none is under way.
    pub fn is_empty(&self) -> bool {
        self.near.is_empty()
    }
}

#[inline]
fn time_of(key: u128) -> SimTime {
    SimTime((key >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn order_is_time_then_insertion() {
        let mut pending = Pending::default();
        for (at, payload) in [(30, 9), (10, 3), (10, 1), (20, 7)] {
            pending.push(SimTime(at), payload);
        }
        assert_eq!(pending.next_time(), SimTime(10));
        let order: Vec<u32> = std::iter::from_fn(|| pending.pop()).collect();
        assert_eq!(order, [3, 1, 7, 9]);
    }

    proptest! {
        /// Stretches of adding (more than of taking) and of taking, so that the row overflows and runs empty; many at one instant.
        #[test]
        fn it_gives_what_a_sorted_set_gives(stretches in proptest::collection::vec((0usize..700, 0usize..600, 1u64..2000), 1..8)) {
            let (mut pending, mut model, mut number) = (Pending::default(), BTreeSet::new(), 0);
            for (adds, takes, within) in stretches {
                for _ in 0..adds {
                    let at = SimTime(u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15) % within);
                    pending.push(at, number);
                    model.insert((at, number));
                    number += 1;
                }
                for _ in 0..takes {
                    prop_assert_eq!(pending.next_time(), model.first().map_or(SimTime::NEVER, |(at, _)| *at));
                    prop_assert_eq!(pending.pop(), model.pop_first().map(|(_, number)| number));
                    prop_assert_eq!((pending.len(), pending.is_empty()), (model.len(), model.is_empty()));
                }
            }
        }
    }
}
