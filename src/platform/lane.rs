//! One activator's view of a revision: the requests it holds, and the pods it may send them to.
//!
//! With a limit of concurrency every activator has a share of the pods and reserves a place in one of them before it sends a
//! request (knative/serving pkg/activator/net/throttler.go, pkg/queue/breaker.go). It counts its own requests only: two
//! activators that share a pod may send it more than it has places, and what is too much waits in the pod's queue-proxy.
//! Not here: the statistics (`knative`), and who is in the path (`activator`).

use super::waiting::Waiting;
use crate::engine::BitSet;

/// One activator, as a revision sees it.
#[derive(Debug, Default)]
pub struct Lane {
    /// The requests it holds.
    pub held: Waiting,
    /// The pods it may send to.
    mine: BitSet,
    /// Those of them with a free place, as far as it knows.
    places: BitSet,
    /// Its requests in each slot.
    open: Vec<u32>,
    /// The slot its round robin chose last.
    last_chosen: u32,
}

impl Lane {
    /// The pod for the next request where each takes `limit` at once (above zero): the first available up to 3, round robin
    /// above (pkg/activator/net/throttler.go:182-193).
    #[inline]
    pub fn pick(&mut self, limit: u32) -> Option<u32> {
        if limit <= 3 {
            return self.places.first();
        }
        let chosen = self.places.next_cyclic(self.last_chosen.wrapping_sub(1))?;
        self.last_chosen = chosen.wrapping_add(1);
        Some(chosen)
    }

    /// A request is sent to a slot that takes `limit` at once.
    #[inline]
    pub fn enter(&mut self, slot: u32, limit: u32) {
        if self.open.len() <= slot as usize {
            self.open.resize(slot as usize + 1, 0);
        }
        let open = &mut self.open[slot as usize];
        *open += 1;
        if *open >= limit {
            self.places.remove(slot);
        }
    }

    /// A request has left a slot that takes `limit` at once.
    #[inline]
    pub fn leave(&mut self, slot: u32, limit: u32) {
        let open = &mut self.open[slot as usize];
        *open -= 1;
        if *open < limit && self.mine.contains(slot) {
            self.places.insert(slot);
        }
    }

    /// A pod becomes one of its own.
    pub fn join(&mut self, slot: u32, limit: u32) {
        self.mine.insert(slot);
        if self.open.get(slot as usize).is_none_or(|open| *open < limit) {
            self.places.insert(slot);
        }
    }

    /// A pod is no longer one of its own.
    pub fn part(&mut self, slot: u32) {
        self.mine.remove(slot);
        self.places.remove(slot);
    }

    /// Whether a pod is one of its own.
    pub fn has(&self, slot: u32) -> bool {
        self.mine.contains(slot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::autoscaler::kpa::activators::activator_capacity;

    /// The slots chosen one after the other, each taken at once, until none has a place.
    fn taken(limit: u32, slots: &[u32]) -> Vec<u32> {
        let mut lane = Lane::default();
        slots.iter().for_each(|slot| lane.join(*slot, limit));
        std::iter::from_fn(|| lane.pick(limit).inspect(|slot| lane.enter(*slot, limit))).collect()
    }

    #[test]
    fn a_few_places_are_filled_pod_by_pod_and_many_in_turn() {
        assert_eq!(taken(2, &[5, 1, 3]), [1, 1, 3, 3, 5, 5]);
        assert_eq!(taken(4, &[5, 1, 3])[..6], [1, 3, 5, 1, 3, 5]);
    }

    /// The vectors prove the figure; the places of a lane are that figure, pod by pod.
    #[test]
    fn all_places_together_are_knatives_capacity() {
        for (limit, slots) in [(1, &[4][..]), (2, &[5, 1, 3]), (7, &[2, 9]), (100, &[0, 1, 2, 3]), (1, &[])] {
            let pods = slots.len() as u32;
            assert_eq!(taken(limit, slots).len() as u64, activator_capacity(limit, pods, pods, 1), "{limit} in each of {slots:?}");
        }
    }

    #[test]
    fn a_place_comes_back_only_to_who_still_has_the_pod() {
        let mut lane = Lane::default();
        lane.join(7, 1);
        lane.enter(7, 1);
        assert_eq!(lane.pick(1), None);
        lane.leave(7, 1);
        assert_eq!(lane.pick(1), Some(7));
        lane.enter(7, 1);
        lane.part(7);
        lane.leave(7, 1);
        assert_eq!(lane.pick(1), None);
        lane.join(7, 1);
        assert_eq!(lane.pick(1), Some(7));
    }
}
