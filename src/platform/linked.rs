//! Slots in an order, joined and left in constant time: a doubly linked list in two arrays.

/// No slot.
const NIL: u32 = u32::MAX;

/// An ordered set of slots, each at most once.
#[derive(Debug, Clone)]
pub struct Linked {
    /// (previous, next) by slot; a slot that is not in the list points to itself on both sides.
    links: Vec<(u32, u32)>,
    head: u32,
    tail: u32,
}

impl Default for Linked {
    fn default() -> Self {
        Linked { links: Vec::new(), head: NIL, tail: NIL }
    }
}

impl Linked {
    /// The slot that joined first.
    pub fn head(&self) -> Option<u32> {
        (self.head != NIL).then_some(self.head)
    }

    /// The slot that joined last.
    pub fn tail(&self) -> Option<u32> {
        (self.tail != NIL).then_some(self.tail)
    }

    /// Whether `slot` is in the list.
    pub fn contains(&self, slot: u32) -> bool {
        self.links.get(slot as usize).is_some_and(|links| *links != (slot, slot))
    }

    /// All slots, in the order in which they joined.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(self.head(), |slot| Some(self.links[*slot as usize].1).filter(|next| *next != NIL))
    }

    /// Joins at the end. `slot` is not in the list.
    pub fn push(&mut self, slot: u32) {
        while self.links.len() <= slot as usize {
            let own = self.links.len() as u32;
            self.links.push((own, own));
        }
        assert!(!self.contains(slot), "slot {slot} is in the list already");
        self.links[slot as usize] = (self.tail, NIL);
        match self.tail {
            NIL => self.head = slot,
            tail => self.links[tail as usize].1 = slot,
        }
        self.tail = slot;
    }

    /// Leaves; no change if it is not in the list.
    pub fn remove(&mut self, slot: u32) {
        if !self.contains(slot) {
            return;
        }
        let (previous, next) = std::mem::replace(&mut self.links[slot as usize], (slot, slot));
        match previous {
            NIL => self.head = next,
            previous => self.links[previous as usize].1 = next,
        }
        match next {
            NIL => self.tail = previous,
            next => self.links[next as usize].0 = previous,
        }
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
