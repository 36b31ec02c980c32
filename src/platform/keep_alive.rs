//! Keep-alive routing: a free instance by the rule of choice, or a new one for the request.

use super::record::Refused;
use super::request::Request;
use super::revision::{KeepAlive, Revision, Scaler};
use super::world::World;
use crate::autoscaler::keep_alive::{AtExpiry, AtLimit, Choice, WaitsFor};
use crate::units::SimTime;

impl<'a> World<'a> {
    fn pool(&mut self, revision: u32) -> &mut KeepAlive<'a> {
        match &mut self.revisions[revision as usize].scaler {
            Scaler::KeepAlive(pool) => pool,
            Scaler::Fixed(_) | Scaler::Kpa(_) | Scaler::Hpa(_) => unreachable!("only a keep-alive revision has a pool"),
        }
    }

    /// A request takes a free instance, or a place in one that is starting, or has one started for it.
    #[inline]
    pub(super) fn take_or_start(&mut self, revision: u32, request: &Request, now: SimTime) {
        let Scaler::KeepAlive(pool) = &self.revisions[revision as usize].scaler else { unreachable!("as above") };
        // The newest instance is one that is still starting, if that has a place.
        let takes_newest = pool.opening.is_some() && pool.spec.choice == Choice::NewestCreated;
        match if takes_newest { None } else { pool.free.choose(&pool.idle, &mut self.chance.balance) } {
            Some(slot) => self.serve(request, slot, now),
            None => self.wait_or_start(revision, request, now),
        }
    }

    #[inline(never)]
    fn wait_or_start(&mut self, revision: u32, request: &Request, now: SimTime) {
        let pool = self.pool(revision);
        if pool.spec.waits_for == WaitsFor::AnyPlace {
            self.wait_for_any(revision, request, now);
        } else if let Some(slot) = pool.opening {
            self.bind(slot, request, now);
        } else if self.may_start(revision) {
            let slot = self.start(revision, now);
            self.pool(revision).opening = Some(slot);
            self.bind(slot, request, now);
        } else {
            self.refuse_or_hold(revision, request, now);
        }
    }

    /// A request waits for an instance that is starting.
    fn bind(&mut self, slot: u32, request: &Request, now: SimTime) {
        self.wait_inside(slot, request, now);
        let revision = self.fleet[slot].revision;
        if !self.revisions[revision as usize].has_place(self.fleet[slot].waiting.len() as u32) {
            self.pool(revision).opening = None;
        }
    }

    /// Whether the limit of instances leaves room for another.
    fn may_start(&mut self, revision: u32) -> bool {
        let limit = self.pool(revision).spec.max_instances;
        let it = &self.revisions[revision as usize];
        limit.is_none_or(|max| it.wanted_alive() + it.draining < max)
    }

    fn refuse_or_hold(&mut self, revision: u32, request: &Request, now: SimTime) {
        match self.pool(revision).spec.at_limit {
            AtLimit::Reject => self.recorder.refused(request, Refused::Limit),
            AtLimit::Queue => self.hold(revision, request, now),
        }
    }

    /// A request waits in the pool's one line for whichever place is free first.
    fn wait_for_any(&mut self, revision: u32, request: &Request, now: SimTime) {
        let it = &self.revisions[revision as usize];
        let room = it.held_len() < it.coming() as usize * it.plan.concurrency.max(1) as usize;
        if !room && !self.may_start(revision) {
            return self.refuse_or_hold(revision, request, now);
        }
        self.hold(revision, request, now);
        self.match_starts(revision, now);
    }

    /// Where requests wait for any place: as many instances are on their way as those that wait fill.
    pub(super) fn match_starts(&mut self, revision: u32, now: SimTime) {
        let it = &self.revisions[revision as usize];
        if !matches!(&it.scaler, Scaler::KeepAlive(pool) if pool.spec.waits_for == WaitsFor::AnyPlace) {
            return;
        }
        let waiting = it.held_len();
        // Without a limit of requests in an instance one start is enough.
        let wanted = if it.plan.concurrency == 0 { waiting.min(1) } else { waiting.div_ceil(it.plan.concurrency as usize) } as u32;
        while self.revisions[revision as usize].coming() < wanted && self.may_start(revision) {
            self.start(revision, now);
        }
        while self.revisions[revision as usize].plan.cancel_starts && self.revisions[revision as usize].coming() > wanted {
            let Some(slot) = self.revisions[revision as usize].starting.tail() else { return };
            self.retire(slot, now);
        }
    }

    /// An instance has become usable: the requests bound to it begin.
    pub(super) fn serve_bound(&mut self, slot: u32, now: SimTime) {
        let revision = self.fleet[slot].revision as usize;
        while self.revisions[revision].has_place(self.fleet[slot].in_flight) {
            let Some(request) = self.next_inside(slot, now) else { return };
            self.serve(&request, slot, now);
        }
    }

    /// Instances that were idle for longer than the keep-alive time are gone, each at its own moment, the earliest first.
    ///
    /// Done when it can matter: as a request arrives, before an instance comes or goes, and at the horizon. Whether an instance
    /// idle for exactly the time has gone is the pool's rule.
    #[inline]
    pub(super) fn expire_idle(&mut self, now: SimTime) {
        if self.idle_until <= now {
            self.expire_due(now);
        }
    }

    #[inline(never)]
    fn expire_due(&mut self, now: SimTime) {
        // Those that go call for this again, and it must find nothing to do.
        self.idle_until = SimTime::NEVER;
        while let Some((due, _, slot)) = self.next_expiry().filter(|(due, rule, _)| *due < now || *due == now && *rule == AtExpiry::Expired)
        {
            self.retire(slot, due);
        }
        self.idle_until = self.next_expiry().map_or(SimTime::NEVER, |(due, ..)| due);
    }

    /// The idle instance that expires first, and when; of several at one instant one that is gone then.
    fn next_expiry(&self) -> Option<(SimTime, AtExpiry, u32)> {
        self.revisions.iter().filter_map(|revision| self.first_expiry(revision)).min()
    }

    fn first_expiry(&self, revision: &Revision) -> Option<(SimTime, AtExpiry, u32)> {
        let Scaler::KeepAlive(pool) = &revision.scaler else { return None };
        let (due, slot) = pool.idle.first(|slot| self.fleet[slot].idle_since)?;
        Some((due, pool.spec.at_expiry, slot))
    }

    /// An instance that goes gives back the requests that waited for it: they are routed anew.
    pub(super) fn hand_back(&mut self, slot: u32, now: SimTime) {
        if !matches!(self.revisions[self.fleet[slot].revision as usize].scaler, Scaler::KeepAlive(_)) {
            return;
        }
        let revision = self.fleet[slot].revision;
        if self.pool(revision).opening == Some(slot) {
            self.pool(revision).opening = None;
        }
        while let Some(request) = self.next_inside(slot, now) {
            self.take_or_start(revision, &request, now);
        }
    }

    /// An instance is gone and leaves its place under the limit to those that wait for one.
    pub(super) fn start_for_held(&mut self, revision: u32, now: SimTime) {
        if !matches!(self.revisions[revision as usize].scaler, Scaler::KeepAlive(_)) {
            return;
        }
        if self.pool(revision).spec.waits_for == WaitsFor::AnyPlace {
            return self.match_starts(revision, now);
        }
        while (self.pool(revision).opening.is_some() || self.may_start(revision))
            && let Some(request) = self.next_held(revision, 0, now)
        {
            self.take_or_start(revision, &request, now);
        }
    }
}
