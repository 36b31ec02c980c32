//! Completions under way: a heap of packed keys, nothing else.
//!
//! A key is (time, insertion number, payload) in one `u128`, so a comparison is one instruction pair and the order
//! is total (`specs/speed-study.md` B2). The payload is the caller's: here usually the number of an instance.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::units::SimTime;

/// Pending completions, earliest first; at one instant, in the order in which they were added.
#[derive(Debug, Clone, Default)]
pub struct Pending {
    heap: BinaryHeap<Reverse<u128>>,
    added: u32,
}

impl Pending {
    /// Adds a completion at `at`.
    #[inline]
    pub fn push(&mut self, at: SimTime, payload: u32) {
        let key = (u128::from(at.0) << 64) | (u128::from(self.added) << 32) | u128::from(payload);
        self.added = self.added.wrapping_add(1);
        self.heap.push(Reverse(key));
    }

    /// When the next is due; [`SimTime::NEVER`] if there is none.
    #[inline]
    pub fn next_time(&self) -> SimTime {
        self.heap.peek().map_or(SimTime::NEVER, |Reverse(key)| SimTime((key >> 64) as u64))
    }

    /// Takes the next one's payload.
    #[inline]
    pub fn pop(&mut self) -> Option<u32> {
        self.heap.pop().map(|Reverse(key)| key as u32)
    }

    /// How many are under way.
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Whether none is under way.
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
