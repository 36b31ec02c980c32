//! The usable instances with a free place, by the rule that chooses among them. Every rule in constant time, or nearly.

use std::collections::BTreeSet;

use rand::RngExt as _;

use super::idle::Idle;
use super::linked::Linked;
use crate::autoscaler::keep_alive::Choice;
use crate::engine::Rng;

/// Free instances by slot.
#[derive(Debug)]
pub enum Free {
    /// The idle ones, in the order in which they became so: where each takes one request, the free ones are they, so their list
    /// is the pool's. `newest` takes the end, otherwise the head.
    Idle {
        /// Which end is taken.
        newest: bool,
    },
    /// In the order in which they were last freed; `newest` takes the end, otherwise the head.
    Used {
        /// The order.
        order: Linked,
        /// Which end is taken.
        newest: bool,
    },
    /// In the order of creation.
    Created {
        /// (ordinal, slot).
        order: BTreeSet<(u64, u32)>,
        /// Which end is taken.
        newest: bool,
    },
    /// Any of them.
    Any {
        /// The free slots, in no order.
        slots: Vec<u32>,
        /// Where each slot is among them.
        positions: Vec<u32>,
    },
}

impl Free {
    /// None free yet. `are_idle`: whether the free ones are the idle ones, and these are in the order in which they became so.
    pub fn new(choice: Choice, are_idle: bool) -> Free {
        match choice {
            Choice::MostRecentlyUsed if are_idle => Free::Idle { newest: true },
            Choice::LeastRecentlyUsed if are_idle => Free::Idle { newest: false },
            Choice::MostRecentlyUsed => Free::Used { order: Linked::default(), newest: true },
            Choice::LeastRecentlyUsed => Free::Used { order: Linked::default(), newest: false },
            Choice::NewestCreated => Free::Created { order: BTreeSet::new(), newest: true },
            Choice::OldestCreated => Free::Created { order: BTreeSet::new(), newest: false },
            Choice::Random => Free::Any { slots: Vec::new(), positions: Vec::new() },
        }
    }

    /// The instance the next request takes. `idle` are those of the pool.
    #[inline]
    pub fn choose(&self, idle: &Idle, rng: &mut Rng) -> Option<u32> {
        if let Free::Idle { newest } = self {
            return if *newest { idle.tail() } else { idle.head() };
        }
        self.choose_other(rng)
    }

    #[inline(never)]
    fn choose_other(&self, rng: &mut Rng) -> Option<u32> {
        match self {
            Free::Idle { .. } => unreachable!("that is chosen at once"),
            Free::Used { order, newest: true } => order.tail(),
            Free::Used { order, newest: false } => order.head(),
            Free::Created { order, newest: true } => order.last().map(|(_, slot)| *slot),
            Free::Created { order, newest: false } => order.first().map(|(_, slot)| *slot),
            Free::Any { slots, .. } if slots.is_empty() => None,
            Free::Any { slots, .. } => Some(slots[rng.random_range(0..slots.len())]),
        }
    }

    /// An instance has a free place, or has just been freed once more.
    #[inline]
    pub fn insert(&mut self, slot: u32, ordinal: u64) {
        if !matches!(self, Free::Idle { .. }) {
            self.insert_other(slot, ordinal);
        }
    }

    #[inline(never)]
    fn insert_other(&mut self, slot: u32, ordinal: u64) {
        match self {
            Free::Idle { .. } => {}
            Free::Used { order, .. } => {
                order.remove(slot);
                order.push(slot);
            }
            Free::Created { order, .. } => {
                order.insert((ordinal, slot));
            }
            Free::Any { slots, positions } => join(slots, positions, slot),
        }
    }

    /// An instance has no free place any more.
    #[inline]
    pub fn remove(&mut self, slot: u32, ordinal: u64) {
        if !matches!(self, Free::Idle { .. }) {
            self.remove_other(slot, ordinal);
        }
    }

    #[inline(never)]
    fn remove_other(&mut self, slot: u32, ordinal: u64) {
        match self {
            Free::Idle { .. } => {}
            Free::Used { order, .. } => order.remove(slot),
            Free::Created { order, .. } => {
                order.remove(&(ordinal, slot));
            }
            Free::Any { slots, positions } => leave(slots, positions, slot),
        }
    }
}

/// Nowhere.
const NIL: u32 = u32::MAX;

fn join(slots: &mut Vec<u32>, positions: &mut Vec<u32>, slot: u32) {
    if positions.len() <= slot as usize {
        positions.resize(slot as usize + 1, NIL);
    }
    if positions[slot as usize] == NIL {
        positions[slot as usize] = slots.len() as u32;
        slots.push(slot);
    }
}

fn leave(slots: &mut Vec<u32>, positions: &mut [u32], slot: u32) {
    let Some(position) = positions.get(slot as usize).copied().filter(|position| *position != NIL) else { return };
    positions[slot as usize] = NIL;
    slots.swap_remove(position as usize);
    if let Some(moved) = slots.get(position as usize) {
        positions[*moved as usize] = position;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Streams;
    use crate::units::SimTime;

    /// Slots 4, 2 and 9 were created in the order 2, 4, 9 and freed in the order 4, 9, 2; then 9 is taken away.
    #[track_caller]
    fn check(choice: Choice, expected: &[u32]) {
        for are_idle in [true, false] {
            let spec = serde_json::from_str(r#"{ "idle": "10s" }"#).unwrap();
            let (mut free, mut idle) = (Free::new(choice, are_idle), Idle::new(&spec, Streams::new(1, 0)));
            let mut rng = Streams::new(1, 0).rng();
            for (slot, ordinal) in [(4, 1), (9, 2), (2, 0)] {
                free.insert(slot, ordinal);
                idle.push(slot, SimTime::ZERO);
            }
            let mut takes = |slots: &[(u32, u64)]| {
                for (slot, ordinal) in slots {
                    free.remove(*slot, *ordinal);
                    idle.remove(*slot);
                }
                free.choose(&idle, &mut rng)
            };
            takes(&[(9, 2), (9, 2)]);
            for _ in 0..20 {
                assert!(expected.contains(&takes(&[]).unwrap()), "{choice:?} {are_idle}");
            }
            assert_eq!(takes(&[(2, 0), (4, 1)]), None);
        }
    }

    #[test]
    fn each_rule_takes_its_own() {
        check(Choice::MostRecentlyUsed, &[2]);
        check(Choice::LeastRecentlyUsed, &[4]);
        check(Choice::NewestCreated, &[4]);
        check(Choice::OldestCreated, &[2]);
        check(Choice::Random, &[2, 4]);
    }
}
