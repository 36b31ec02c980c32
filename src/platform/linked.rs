//! Slots in an order, joined and left in constant time: a doubly linked ring in an array.

/// An ordered set of slots, each at most once.
#[derive(Debug, Clone)]
pub struct Linked {
    /// (previous, next) by place: place 0 is before the first and after the last, slot n has place n + 1. A slot that is not in
    /// the ring points to itself on both sides.
    links: Vec<(u32, u32)>,
}

impl Default for Linked {
    fn default() -> Self {
        Linked { links: vec![(0, 0)] }
    }
}

impl Linked {
    /// The slot that joined first.
    #[inline]
    pub fn head(&self) -> Option<u32> {
        self.links[0].1.checked_sub(1)
    }

    /// The slot that joined last.
    #[inline]
    pub fn tail(&self) -> Option<u32> {
        self.links[0].0.checked_sub(1)
    }

    /// Whether `slot` is in it.
    #[cfg(test)]
    pub fn contains(&self, slot: u32) -> bool {
        self.links.get(slot as usize + 1).is_some_and(|links| links.0 != slot + 1)
    }

    /// All slots, in the order in which they joined.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(self.head(), |slot| self.links[*slot as usize + 1].1.checked_sub(1))
    }

    /// Joins at the end. `slot` is not in it.
    #[inline]
    pub fn push(&mut self, slot: u32) {
        let place = slot + 1;
        if self.links.len() <= place as usize {
            self.grow(place);
        }
        let last = self.links[0].0;
        let own = &mut self.links[place as usize];
        assert!(own.0 == place, "slot {slot} is in the list already");
        *own = (last, 0);
        self.links[last as usize].1 = place;
        self.links[0].0 = place;
    }

    /// Leaves; no change if it is not in it.
    #[inline]
    pub fn remove(&mut self, slot: u32) {
        let place = slot + 1;
        let Some(own) = self.links.get_mut(place as usize) else { return };
        let (previous, next) = std::mem::replace(own, (place, place));
        // One that is not in the ring is a ring of its own, and leaving that changes nothing.
        self.links[previous as usize].1 = next;
        self.links[next as usize].0 = previous;
    }

    #[cold]
    fn grow(&mut self, place: u32) {
        let from = self.links.len() as u32;
        self.links.extend((from..=place).map(|own| (own, own)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_keeps_the_order_in_which_slots_joined() {
        let mut list = Linked::default();
        [3, 0, 7, 5].into_iter().for_each(|slot| list.push(slot));
        list.remove(7);
        list.remove(7);
        list.remove(3);
        list.push(3);
        let order: Vec<u32> = std::iter::from_fn(|| list.head().inspect(|slot| list.remove(*slot))).collect();
        assert_eq!(order, [0, 5, 3]);
        assert_eq!((list.head(), list.tail()), (None, None));
    }

    #[test]
    fn a_single_slot_is_both_ends() {
        let mut list = Linked::default();
        list.push(0);
        assert_eq!((list.head(), list.tail(), list.contains(0), list.contains(1)), (Some(0), Some(0), true, false));
    }
}
