//! A growing set of small numbers that answers "first", "last" and "next after" in three steps.
//!
//! Two levels of summary words above the members: finding a member looks at one word a level, whatever the size.

/// A set of `u32`, ordered. Grows as needed; one bit a number that was ever in it.
#[derive(Debug, Clone, Default)]
pub struct BitSet {
    /// Level 0 holds the members; a bit of level n + 1 says that a word of level n is not zero.
    levels: [Vec<u64>; 3],
    len: usize,
}

impl BitSet {
    /// How many members.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether `n` is a member.
    #[inline]
    pub fn contains(&self, n: u32) -> bool {
        self.levels[0].get(n as usize / 64).is_some_and(|word| word >> (n % 64) & 1 == 1)
    }

    /// Adds `n`; no change if it is a member.
    #[inline]
    pub fn insert(&mut self, n: u32) {
        if self.contains(n) {
            return;
        }
        self.len += 1;
        let mut at = n as usize;
        for level in &mut self.levels {
            if level.len() <= at / 64 {
                level.resize(at / 64 + 1, 0);
            }
            let word = &mut level[at / 64];
            let was_empty = *word == 0;
            *word |= 1 << (at % 64);
            if !was_empty {
                return;
            }
            at /= 64;
        }
    }

    /// Removes `n`; no change if it is no member.
    #[inline]
    pub fn remove(&mut self, n: u32) {
        if !self.contains(n) {
            return;
        }
        self.len -= 1;
        let mut at = n as usize;
        for level in &mut self.levels {
            level[at / 64] &= !(1 << (at % 64));
            if level[at / 64] != 0 {
                return;
            }
            at /= 64;
        }
    }

    /// The least member.
    #[inline]
    pub fn first(&self) -> Option<u32> {
        self.next_from(0)
    }

    /// The greatest member.
    pub fn last(&self) -> Option<u32> {
        let top = self.levels[2].iter().rposition(|word| *word != 0)?;
        let mut at = top * 64 + (63 - self.levels[2][top].leading_zeros() as usize);
        for level in [1, 0] {
            at = at * 64 + (63 - self.levels[level][at].leading_zeros() as usize);
        }
        Some(at as u32)
    }

    /// The least member that is at least `n`.
    #[inline]
    pub fn next_from(&self, n: u32) -> Option<u32> {
        let mut at = n as usize;
        for level in 0..3 {
            if let Some(found) = next_bit(&self.levels[level], at) {
                return Some(self.least_below(level, found));
            }
            // Nothing in the rest of this word's siblings: go on one level up, behind the word we stood in.
            at = at / 64 + 1;
        }
        let rest = self.levels[2].iter().skip(at).position(|word| *word != 0)? + at;
        Some(self.least_below(2, rest * 64 + self.levels[2][rest].trailing_zeros() as usize))
    }

    /// The member after `n`, going round: the first again after the last.
    #[inline]
    pub fn next_cyclic(&self, n: u32) -> Option<u32> {
        self.next_from(n.saturating_add(1)).or_else(|| self.first())
    }

    fn least_below(&self, level: usize, mut at: usize) -> u32 {
        for level in (0..level).rev() {
            at = at * 64 + self.levels[level][at].trailing_zeros() as usize;
        }
        at as u32
    }
}

/// The first set bit at or after `at` inside its word.
fn next_bit(words: &[u64], at: usize) -> Option<usize> {
    let rest = words.get(at / 64)? >> (at % 64);
    (rest != 0).then(|| at + rest.trailing_zeros() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn it_answers_as_an_ordered_set_does(steps in proptest::collection::vec((any::<bool>(), 0u32..600_000), 1..200)) {
            let (mut set, mut model) = (BitSet::default(), BTreeSet::new());
            for (add, n) in steps {
                if add { set.insert(n); model.insert(n); } else { set.remove(n); model.remove(&n); }
                prop_assert_eq!(set.len(), model.len());
                prop_assert_eq!(set.first(), model.first().copied());
                prop_assert_eq!(set.last(), model.last().copied());
                prop_assert_eq!(set.next_from(n), model.range(n..).next().copied());
                let cyclic = model.range(n + 1..).next().or_else(|| model.first()).copied();
                prop_assert_eq!(set.next_cyclic(n), cyclic);
            }
        }
    }
}
