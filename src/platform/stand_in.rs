//! A revision's reserve in the running world: what its machine is told, and how it is obeyed.
//!
//! ```text
//! reconciler ─ Wanted ─┐                    ┌─ Standards ─► deployment
//! activator ─ Request ─┼─► reserve::Machine ┼─ StartReserve, Release ─► pools
//! pools ─ Ready, idle ─┘                    └─ Route ─► activator
//! ```
//!
//! The reserve's instances are *pools* beside the service's revisions, one for each type that may be tried: revisions of
//! their own with a CPU, a price and a start of their own, that serve the requests of the revision they stand in for. All
//! their requests come through the activator, which counts them: so the autoscaler sees the load of the reserve. Its count
//! of ready pods does not: Alibaba's reserve is a Deployment of its own (`<rev>-deployment-reserve`, fact sheet
//! `prices-credits-reserve`, 3.1), and Knative counts the pods behind the revision's service. That the reserve's pods are
//! not among these is a guess. A reserve takes the activator's requests only: where the gateway sends requests straight to
//! instances (Serve mode), it absorbs no bursts.

use super::event::Event;
use super::instance::State as Life;
use super::plan::{ReservePools, ServicePlan};
use super::reserve::{After, Input, Machine, Output, Overflow, Route, State};
use super::revision::Revision;
use super::world::World;
use crate::autoscaler::kpa::Reconciled;
use crate::engine::Streams;
use crate::units::{SimTime, Span};

/// The reserve of a revision as it runs.
#[derive(Debug)]
pub(super) struct StandIn {
    machine: Machine,
    /// Its pools are the revisions from this one on, a type each.
    first_pool: u32,
    /// Since when standard instances and reserve are there together; of a time that is over if they are not.
    together_since: SimTime,
    /// When the last swap began.
    swap_since: SimTime,
}

impl StandIn {
    fn pools(&self) -> std::ops::Range<u32> {
        self.first_pool..self.first_pool + self.machine.plan().types
    }

    fn on(&mut self, input: Input, now: SimTime) -> Vec<Output> {
        let before = self.machine.state();
        let todo = self.machine.on(input);
        let after = self.machine.state();
        if before != after && matches!(after, State::Swapping | State::HandingOver) {
            self.together_since = now;
        }
        // Who gives a reserve back puts nobody in its place: it was there to stand in until now.
        if input == Input::Reachable(false) {
            self.together_since = SimTime::NEVER;
        }
        if !before.is_away() && after.is_away() {
            self.swap_since = now;
        }
        todo
    }
}

/// Adds the pools of the reserves to the revisions of a service.
pub(super) fn add_pools<'a>(plan: &'a ServicePlan, revisions: &mut Vec<Revision<'a>>, streams: Streams) {
    for (index, standard) in plan.revisions.iter().enumerate() {
        let Some(ReservePools { rules, types }) = standard.reserve.as_deref() else { continue };
        let machine = Machine::new(*rules, revisions[index].deployment.replicas);
        let machine = if revisions[index].is_reachable() { machine } else { machine.unreachable() };
        let first_pool = revisions.len() as u32;
        revisions[index].reserve =
            Some(Box::new(StandIn { machine, first_pool, together_since: SimTime::ZERO, swap_since: SimTime::ZERO }));
        revisions.extend(types.iter().map(|it| Revision { serves: index as u32, ..Revision::new(it, streams, 0, true) }));
    }
}

impl World<'_> {
    fn stand_in(&self, revision: u32) -> Option<&StandIn> {
        self.revisions[revision as usize].reserve.as_deref()
    }

    /// The reconciler's count goes to the deployment; where there is a reserve, by way of it.
    pub(super) fn apply_scale(&mut self, revision: u32, answer: &Reconciled, now: SimTime) {
        if let Some(pools) = self.stand_in(revision).map(StandIn::pools) {
            // The activators in the revision's path are in that of its reserve too.
            pools.for_each(|pool| self.set_in_path(pool, answer.activators, now));
            self.serve_held(revision, now);
            let standards = answer.apply.unwrap_or(self.revisions[revision as usize].deployment.replicas);
            self.tell_reserve(revision, Input::Wanted(standards), now);
        } else if let Some(replicas) = answer.apply {
            self.scale(revision, replicas, now);
        }
    }

    /// So many standard instances are wanted; where there is a reserve, it is told.
    pub(super) fn want(&mut self, revision: u32, standards: u32, now: SimTime) {
        match self.stand_in(revision) {
            Some(_) => self.tell_reserve(revision, Input::Wanted(standards), now),
            None => self.scale(revision, standards, now),
        }
    }

    /// Something happened that a revision's reserve, if it has one, has to know.
    pub(super) fn tell_reserve(&mut self, revision: u32, input: Input, now: SimTime) {
        let Some(it) = self.revisions[revision as usize].reserve.as_mut() else { return };
        let before = it.machine.state();
        let todo = it.on(input, now);
        let after = it.machine.state();
        self.recorder.reserve_turned((before, after), it.swap_since, now);
        if before != after {
            self.mark_leaving(revision, before, after, now);
        }
        for output in todo {
            self.obey_reserve(revision, output, now);
        }
        self.let_idle_ones_go(revision, now);
    }

    /// A reserve that is released after a hand-over drains from then on, unless a new swap takes it back. Which of several
    /// kept ones drains nobody knows before it is idle: of those nothing is said.
    fn mark_leaving(&mut self, revision: u32, before: State, after: State, now: SimTime) {
        let it = self.stand_in(revision).expect("it spoke");
        let leaves = match (before, after) {
            (_, State::Draining) if it.machine.plan().after == After::Release => now,
            (State::Draining, State::Swapping | State::Reserve) => SimTime::NEVER,
            _ => return,
        };
        for pool in it.pools() {
            for index in 0..self.revisions[pool as usize].usable.len() {
                let slot = self.revisions[pool as usize].usable[index];
                self.fleet[slot].leaves = leaves;
            }
        }
    }

    fn obey_reserve(&mut self, revision: u32, output: Output, now: SimTime) {
        match output {
            Output::StartReserve { type_index, count } => {
                let pool = self.stand_in(revision).expect("it spoke").first_pool + type_index;
                for _ in 0..count {
                    if self.is_out_of_stock(pool, now) {
                        self.tell_reserve(revision, Input::StockOut { type_index }, now);
                    } else {
                        self.start(pool, now);
                    }
                }
            }
            Output::Release(count) => (0..count).for_each(|_| self.release_reserve(revision, now)),
            Output::Standards(standards) => self.scale(revision, standards, now),
            Output::Route(_) => self.serve_held(revision, now),
            Output::DecideAgain => {
                let first = self.stand_in(revision).expect("it spoke").first_pool;
                let again = now.saturating_add(self.retry_stock_after(first));
                self.events.push(again, Event::Reconcile(revision));
            }
        }
    }

    /// Standard instances have become usable, or are no longer.
    pub(super) fn tell_usable(&mut self, revision: u32, now: SimTime) {
        if self.stand_in(revision).is_some() {
            let usable = self.revisions[revision as usize].usable.len() as u32;
            self.tell_reserve(revision, Input::Usable(usable), now);
        }
    }

    /// A request has entered the activator: the first one that a reserve gets brings the standard back.
    #[inline]
    pub(super) fn tell_request(&mut self, revision: u32, now: SimTime) {
        if self.stand_in(revision).is_some_and(|it| it.machine.waits_for_request()) {
            self.tell_reserve(revision, Input::Request, now);
        }
    }

    /// A request is held.
    pub(super) fn tell_overflow(&mut self, revision: u32, now: SimTime) {
        if self.stand_in(revision).is_some_and(|it| it.machine.plan().overflow == Overflow::Start) {
            self.tell_reserve(revision, Input::Overflow, now);
        }
    }

    /// An instance of a pool is usable.
    pub(super) fn reserve_ready(&mut self, pool: u32, now: SimTime) {
        let serves = self.revisions[pool as usize].serves;
        if serves != pool {
            self.tell_reserve(serves, Input::ReserveReady, now);
        }
    }

    /// Reserves that have handed over go when they are idle.
    pub(super) fn let_idle_ones_go(&mut self, revision: u32, now: SimTime) {
        while self.stand_in(revision).is_some_and(|it| it.machine.state() == State::Draining) && self.has_idle_reserve(revision) {
            self.tell_reserve(revision, Input::Drained, now);
        }
    }

    fn has_idle_reserve(&self, revision: u32) -> bool {
        let mut usable =
            self.stand_in(revision).into_iter().flat_map(|it| it.pools()).flat_map(|pool| &self.revisions[pool as usize].usable);
        usable.any(|slot| self.fleet[*slot].in_flight == 0)
    }

    /// Lets one reserve go: one that is starting, else one that is idle, else any, which ends what it has begun.
    fn release_reserve(&mut self, revision: u32, now: SimTime) {
        let pools = || self.stand_in(revision).expect("it spoke").pools().map(|pool| &self.revisions[pool as usize]);
        let starting = pools().find_map(|it| it.starting.tail());
        let use_of = |slot: &u32| (self.fleet[*slot].state == Life::Usable, self.fleet[*slot].in_flight);
        let slot = starting.or_else(|| pools().flat_map(|it| it.ready.iter().copied()).min_by_key(use_of));
        self.retire(slot.expect("the machine knows how many there are"), now);
    }

    /// The horizon: those that are away still have been so until now.
    pub(super) fn close_absences(&mut self, horizon: SimTime) {
        for it in self.revisions.iter().filter_map(|revision| revision.reserve.as_deref()) {
            if it.machine.state() == State::Reserve {
                self.recorder.was_away(it.swap_since, horizon);
            }
        }
    }

    /// Whether somebody stands in for a revision, or is about to.
    pub(super) fn is_stood_in(&self, revision: u32) -> bool {
        self.stand_in(revision).is_some_and(|it| it.machine.ready() + it.machine.starting() > 0)
    }

    /// Whether a reserve can take requests of a revision now.
    pub(super) fn has_usable_reserve(&self, revision: u32) -> bool {
        self.stand_in(revision).is_some_and(|it| it.machine.ready() > 0 && it.machine.route() != Route::Standard)
    }

    /// Whether an instance may take a request that is held for the revision it serves.
    pub(super) fn may_take_held(&self, slot: u32) -> bool {
        let pool = self.fleet[slot].revision;
        let serves = self.revisions[pool as usize].serves;
        self.stand_in(serves).is_none_or(|it| match it.machine.route() {
            Route::Standard => pool == serves,
            Route::StandardThenReserve => true,
            Route::Reserve => pool != serves,
        })
    }

    /// The instance the activator chooses among those that the reserve's route allows.
    pub(super) fn pick(&mut self, revision: u32, lane: u8) -> Option<u32> {
        match self.stand_in(revision).map(|it| it.machine.route()) {
            None | Some(Route::Standard) => self.pick_in(revision, lane),
            Some(Route::StandardThenReserve) => self.pick_in(revision, lane).or_else(|| self.pick_reserve(revision, lane)),
            Some(Route::Reserve) => self.pick_reserve(revision, lane),
        }
    }

    fn pick_reserve(&mut self, revision: u32, lane: u8) -> Option<u32> {
        let mut pools = self.stand_in(revision)?.pools();
        pools.find_map(|pool| self.pick_in(pool, lane))
    }

    /// How long an instance that goes at `end` was there, idle, only because another that took its place was not ready or had
    /// just become so: its last idle time within the swap or the hand-over.
    pub(super) fn overlap(&self, slot: u32, end: SimTime) -> Span {
        let instance = &self.fleet[slot];
        let serves = self.revisions[instance.revision as usize].serves;
        let Some(it) = self.stand_in(serves).filter(|_| instance.in_flight == 0) else { return Span::ZERO };
        let is_replaced = match it.machine.state() {
            State::Reserve => instance.revision == serves,
            State::Draining | State::Active => instance.revision != serves && it.machine.plan().after == After::Release,
            State::Swapping | State::HandingOver => false,
        };
        if is_replaced { self.window.measured(instance.idle_since.max(it.together_since), end) } else { Span::ZERO }
    }
}
