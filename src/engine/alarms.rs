//! One alarm for each of many: set anew as often as one likes, found by when it rings.
//!
//! A binary heap that knows where each of its members stands, so an alarm is moved and not left behind as a stale event.

use crate::units::SimTime;

/// Not in the heap.
const NIL: u32 = u32::MAX;

/// Alarms by small numbers; at one instant the lowest number rings first.
#[derive(Debug, Clone, Default)]
pub struct Alarms {
    heap: Vec<(SimTime, u32)>,
    /// Where each number stands in the heap.
    positions: Vec<u32>,
}

impl Alarms {
    /// When the next rings; [`SimTime::NEVER`] if none is set.
    #[inline]
    pub fn next_time(&self) -> SimTime {
        self.heap.first().map_or(SimTime::NEVER, |(at, _)| *at)
    }

    /// Whose the next is.
    pub fn next(&self) -> Option<u32> {
        self.heap.first().map(|(_, whose)| *whose)
    }

    /// The alarm of `whose` rings at `at`, and no more when it was to ring before; never at all at [`SimTime::NEVER`].
    #[inline]
    pub fn set(&mut self, whose: u32, at: SimTime) {
        match self.positions.get(whose as usize).copied().unwrap_or(NIL) {
            NIL if at == SimTime::NEVER => {}
            NIL => self.add(whose, at),
            position if at == SimTime::NEVER => self.remove(position as usize),
            position => self.change(position as usize, (at, whose)),
        }
    }

    fn add(&mut self, whose: u32, at: SimTime) {
        if self.positions.len() <= whose as usize {
            self.positions.resize(whose as usize + 1, NIL);
        }
        self.heap.push((at, whose));
        self.rise(self.heap.len() - 1, (at, whose));
    }

    fn remove(&mut self, position: usize) {
        let (_, whose) = self.heap[position];
        self.positions[whose as usize] = NIL;
        let last = self.heap.pop().expect("it holds one at least");
        if position < self.heap.len() {
            self.change(position, last);
        }
    }

    /// Puts a member in the place of another, and from there to where it belongs.
    fn change(&mut self, position: usize, member: (SimTime, u32)) {
        if position > 0 && member < self.heap[(position - 1) / 2] {
            self.rise(position, member);
        } else {
            self.sink(position, member);
        }
    }

    fn rise(&mut self, mut position: usize, member: (SimTime, u32)) {
        while position > 0 && member < self.heap[(position - 1) / 2] {
            self.place(position, self.heap[(position - 1) / 2]);
            position = (position - 1) / 2;
        }
        self.place(position, member);
    }

    fn sink(&mut self, mut position: usize, member: (SimTime, u32)) {
        loop {
            let left = 2 * position + 1;
            let Some(mut child) = self.heap.get(left).copied() else { break };
            let mut at = left;
            if let Some(right) = self.heap.get(left + 1).filter(|right| **right < child) {
                (child, at) = (*right, left + 1);
            }
            if member < child {
                break;
            }
            self.place(position, child);
            position = at;
        }
        self.place(position, member);
    }

    #[inline]
    fn place(&mut self, position: usize, member: (SimTime, u32)) {
        self.heap[position] = member;
        self.positions[member.1 as usize] = position as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn the_earliest_is_next_whoever_was_set_anew(steps in proptest::collection::vec((0u32..12, 0u64..9), 1..200)) {
            let (mut alarms, mut model) = (Alarms::default(), BTreeMap::new());
            for (whose, at) in steps {
                let at = if at == 0 { SimTime::NEVER } else { SimTime(at) };
                alarms.set(whose, at);
                model.insert(whose, at);
                let first = model.iter().map(|(whose, at)| (*at, *whose)).filter(|(at, _)| *at < SimTime::NEVER).min();
                prop_assert_eq!(alarms.next(), first.map(|(_, whose)| whose));
                prop_assert_eq!(alarms.next_time(), first.map_or(SimTime::NEVER, |(at, _)| at));
            }
        }
    }
}
