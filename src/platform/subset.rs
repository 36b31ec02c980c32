//! Which activators stand in a revision's path, and which pods each of them may send to.
//!
//! With a limit of concurrency the pods are shared out among the activators in the path, in order of their addresses
//! (`autoscaler::kpa::activators`); here a slot stands for an address. Without a limit every activator sees all pods.

use super::instance::State;
use super::revision::Scaler;
use super::world::World;
use crate::autoscaler::kpa::activators::Slice;
use crate::units::SimTime;

impl World<'_> {
    /// An activator sends a request to an instance.
    #[inline]
    pub(super) fn enter_lane(&mut self, slot: u32, lane: u8) {
        let revision = &mut self.revisions[self.fleet[slot].revision as usize];
        if revision.reserves_places() {
            revision.lanes[lane as usize].enter(slot, revision.plan.concurrency);
        }
    }

    /// A request that came through this activator has left an instance.
    #[inline]
    pub(super) fn leave_lane(&mut self, slot: u32, activator: Option<u8>) {
        let Some(lane) = activator else { return };
        let revision = &mut self.revisions[self.fleet[slot].revision as usize];
        if revision.reserves_places() {
            revision.lanes[lane as usize].leave(slot, revision.plan.concurrency);
        }
    }

    /// A request has ended in an instance, and with it a reservation of the activator it came through, which may send the next
    /// that it holds. Whether the place in the instance is taken then; `taken` if it was already.
    #[inline]
    pub(super) fn release_lane(&mut self, slot: u32, activator: Option<u8>, taken: bool, now: SimTime) -> bool {
        self.leave_lane(slot, activator);
        // Most of the time nothing is held anywhere.
        if self.held == 0 {
            return taken;
        }
        let serves = self.revisions[self.fleet[slot].revision as usize].serves;
        let revision = &self.revisions[serves as usize];
        let lane = activator.unwrap_or(0);
        // The gateway's requests free no place of an activator; a pool has one queue for all of its places.
        let pooled = matches!(revision.scaler, Scaler::KeepAlive(_)) && !taken;
        let sends = activator.is_some() || pooled;
        if !sends || revision.lanes[lane as usize].held.is_empty() {
            return taken;
        }
        self.send_next_held(slot, lane, taken, now)
    }

    #[inline(never)]
    fn send_next_held(&mut self, slot: u32, lane: u8, taken: bool, now: SimTime) -> bool {
        let it = &self.revisions[self.fleet[slot].revision as usize];
        let reachable = !it.reserves_places() || it.lanes[lane as usize].has(slot);
        let may = reachable && self.fleet[slot].state == State::Usable && self.may_take_held(slot);
        let serves = it.serves;
        let Some(request) = (if may { self.next_held(serves, lane, now) } else { None }) else { return taken };
        self.enter_lane(slot, lane);
        if taken {
            self.admit(slot, &request, now);
        } else {
            self.execute(&request, slot, now);
        }
        self.match_starts(serves, now);
        true
    }

    /// An instance has become usable: some activator may send to it.
    pub(super) fn join_lanes(&mut self, slot: u32) {
        let revision = &mut self.revisions[self.fleet[slot].revision as usize];
        if !revision.reserves_places() {
            return;
        }
        match revision.lanes.as_mut_slice() {
            [only] => only.join(slot, revision.plan.concurrency),
            _ => self.share_out(self.fleet[slot].revision),
        }
    }

    /// An instance takes no more requests.
    pub(super) fn part_lanes(&mut self, slot: u32) {
        let revision = &mut self.revisions[self.fleet[slot].revision as usize];
        revision.lanes.iter_mut().for_each(|lane| lane.part(slot));
        if revision.reserves_places() && revision.lanes.len() > 1 {
            self.share_out(self.fleet[slot].revision);
        }
    }

    /// So many activators are wanted in the path, as far as there are.
    pub(super) fn set_in_path(&mut self, revision: u32, wanted: i32, now: SimTime) {
        let it = &mut self.revisions[revision as usize];
        let in_path = wanted.clamp(1, it.lanes.len() as i32) as u8;
        if std::mem::replace(&mut it.in_path, in_path) != in_path && it.reserves_places() {
            self.share_out(revision);
            self.serve_held(revision, now);
        }
    }

    /// Gives every activator its share of the usable instances. One that is no longer in the path may send what it still holds
    /// to all of them.
    fn share_out(&mut self, revision: u32) {
        let it = &mut self.revisions[revision as usize];
        let mut pods = it.usable.clone();
        pods.sort_unstable();
        for (index, lane) in it.lanes.iter_mut().enumerate() {
            let own = (index < it.in_path as usize).then_some(index);
            let mine: Vec<u32> = Slice::new(pods.len(), it.in_path as usize, own).iter().map(|place| pods[place]).collect();
            pods.iter().filter(|pod| !mine.contains(pod)).for_each(|pod| lane.part(*pod));
            mine.iter().for_each(|pod| lane.join(*pod, it.plan.concurrency));
        }
    }
}
