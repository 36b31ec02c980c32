//! The state machine of one revision's reserve, beside the reconciler that decides how many standard instances are wanted.
//!
//! ```text
//!            standards wanted: 0                 reserves ready
//! Active ────────────────────────► Swapping ───────────────────────► Reserve ◄──────────────────┐
//!   ▲  ▲  └─ a kept reserve is there ────────────────────────────────►  │                       │ 0 wanted again,
//!   │  │ wanted again, or no reserve to be had │                        │ first request         │ or the standard
//!   │  └───────────────────────────────────────┘                        ▼                       │ cannot be had
//!   └─ drained ─ Draining ◄──────────────────────────────────────── HandingOver ────────────────┘
//!                            standard ready (one, or enough)
//! ```
//!
//! In *Active* the standard instances serve, in *Swapping* too: they go when the reserve is there. In *Reserve* the reserve
//! serves, in *HandingOver* still, while standard instances start. In *Draining* these serve, and the reserve ends what it
//! has begun. A request in the middle of a swap changes nothing by itself: a standard instance serves it, and the
//! autoscaler will want one again (which calls the swap off) or the reserve is there first (which makes it the first request
//! of that reserve's time: the autoscaler's wish then starts the hand-over).
//!
//! Decided here, because no document says it (fact sheet, end of 3.1): a swap waits for all replicas; a swap that is
//! called off releases a reserve that is not kept; when every type is out of stock the standard stays and the next decision
//! tries again; a draining reserve is taken back by a new swap; a reserve that is reclaimed is replaced, unless the standard
//! is on its way; a revision that the route no longer points at goes to zero without a reserve and gives back what it has.

use super::plan::{After, HandOver, Overflow, ReservePlan};
use super::signal::{Input, Output, Route, State};

/// A revision's reserve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    plan: ReservePlan,
    state: State,
    /// Whether the route points at its revision: one that nobody calls has no reserve.
    reachable: bool,
    /// Reserves that are usable, and on their way.
    ready: u32,
    starting: u32,
    /// Of the usable ones, those that go when they are idle.
    leaving: u32,
    /// Standard instances: as the reconciler wants them, as the deployment has been told, and usable.
    wanted: u32,
    deployed: u32,
    usable: u32,
}

impl Machine {
    /// A revision that stands with so many standard instances and has no reserve yet.
    pub fn new(plan: ReservePlan, standards: u32) -> Machine {
        assert!(plan.types > 0 && plan.replicas > 0, "a reserve was checked to be one: {plan:?}");
        let (wanted, deployed, usable) = (standards, standards, standards);
        Machine { plan, state: State::Active, reachable: true, ready: 0, starting: 0, leaving: 0, wanted, deployed, usable }
    }

    /// Of a revision that the route does not point at when the run begins.
    #[must_use]
    pub fn unreachable(self) -> Machine {
        Machine { reachable: false, ..self }
    }

    /// Its rules.
    pub fn plan(&self) -> &ReservePlan {
        &self.plan
    }

    /// Where it is.
    pub fn state(&self) -> State {
        self.state
    }

    /// Reserves that are usable.
    pub fn ready(&self) -> u32 {
        self.ready
    }

    /// Reserves on their way.
    pub fn starting(&self) -> u32 {
        self.starting
    }

    /// Whether the next request is the one that brings the standard back. Requests need not be told otherwise.
    #[inline]
    pub fn waits_for_request(&self) -> bool {
        self.state == State::Reserve
    }

    /// Where new requests go.
    pub fn route(&self) -> Route {
        match self.state {
            State::Active if self.plan.absorb_bursts && self.ready > 0 => Route::StandardThenReserve,
            State::Active | State::Swapping | State::Draining => Route::Standard,
            State::Reserve => Route::Reserve,
            State::HandingOver if self.usable > 0 => Route::StandardThenReserve,
            State::HandingOver => Route::Reserve,
        }
    }

    /// Takes note of what happened, and says what is to be done.
    pub fn on(&mut self, input: Input) -> Vec<Output> {
        let before = self.route();
        let mut todo = Vec::new();
        match input {
            Input::Wanted(standards) => self.on_wanted(standards, &mut todo),
            Input::Reachable(reachable) => self.on_reachable(reachable, &mut todo),
            Input::Usable(standards) => self.on_usable(standards, &mut todo),
            Input::StandardFailed => self.on_standard_failed(&mut todo),
            Input::ReserveReady => self.on_reserve_ready(&mut todo),
            Input::StockOut { type_index } => self.on_stock_out(type_index, &mut todo),
            Input::ReserveLost => self.on_reserve_lost(&mut todo),
            Input::StartLost => self.on_start_lost(&mut todo),
            Input::Request => self.on_request(&mut todo),
            Input::Overflow => self.on_overflow(&mut todo),
            Input::Drained => self.on_drained(&mut todo),
        }
        if self.route() != before {
            todo.push(Output::Route(self.route()));
        }
        self.assert_lawful();
        todo
    }

    fn on_wanted(&mut self, standards: u32, todo: &mut Vec<Output>) {
        self.wanted = standards;
        match (self.state, standards) {
            (State::Active | State::Draining, 0) if self.reachable => self.swap(todo),
            (State::Active | State::Draining, _) => self.deploy(standards, todo),
            (State::Swapping, 0) => {}
            (State::Swapping, _) => self.call_off(todo),
            // The autoscaler may not have seen the request yet that began the hand-over.
            (State::Reserve | State::HandingOver, 0) => {}
            (State::Reserve | State::HandingOver, _) => self.bring_back(todo),
        }
    }

    /// A revision that leaves the route gives its reserve back; one that comes back asleep gets one.
    fn on_reachable(&mut self, reachable: bool, todo: &mut Vec<Output>) {
        self.reachable = reachable;
        if !reachable {
            (self.state, self.leaving) = (State::Active, 0);
            self.deploy(self.wanted, todo);
            self.release(self.starting + self.ready, todo);
        } else if self.state == State::Active && self.wanted == 0 {
            self.swap(todo);
        }
    }

    fn deploy(&mut self, standards: u32, todo: &mut Vec<Output>) {
        if self.deployed != standards {
            self.deployed = standards;
            todo.push(Output::Standards(standards));
        }
    }

    /// Scale to zero: at once if reserves are there, else when they are.
    fn swap(&mut self, todo: &mut Vec<Output>) {
        self.leaving = 0;
        self.state = State::Swapping;
        let there = self.ready + self.starting;
        self.release(there.saturating_sub(self.plan.replicas), todo);
        self.start_reserves(self.plan.replicas.saturating_sub(there), todo);
        self.swap_if_ready(todo);
    }

    fn start_reserves(&mut self, count: u32, todo: &mut Vec<Output>) {
        if count > 0 {
            self.starting += count;
            todo.push(Output::StartReserve { type_index: 0, count });
        }
    }

    fn swap_if_ready(&mut self, todo: &mut Vec<Output>) {
        if self.ready > 0 && self.starting == 0 {
            self.state = State::Reserve;
            self.usable = 0;
            self.deploy(0, todo);
        }
    }

    /// The service is wanted again before its reserve was there.
    fn call_off(&mut self, todo: &mut Vec<Output>) {
        self.state = State::Active;
        self.deploy(self.wanted, todo);
        if self.plan.after == After::Release {
            self.release(self.starting + self.ready, todo);
        }
    }

    /// Lets reserves go, those that are starting first.
    fn release(&mut self, count: u32, todo: &mut Vec<Output>) {
        if count == 0 {
            return;
        }
        let starting = count.min(self.starting);
        self.starting -= starting;
        self.ready -= count - starting;
        todo.push(Output::Release(count));
    }

    /// Standard instances are wanted; at least one, whatever the autoscaler has seen so far.
    fn bring_back(&mut self, todo: &mut Vec<Output>) {
        self.state = State::HandingOver;
        self.deploy(self.wanted.max(1), todo);
        self.hand_over_if_enough(todo);
    }

    fn on_request(&mut self, todo: &mut Vec<Output>) {
        if self.state == State::Reserve {
            self.bring_back(todo);
        }
    }

    fn on_usable(&mut self, standards: u32, todo: &mut Vec<Output>) {
        self.usable = standards;
        if self.state == State::HandingOver {
            self.hand_over_if_enough(todo);
        }
    }

    fn hand_over_if_enough(&mut self, todo: &mut Vec<Output>) {
        let enough = match self.plan.hand_over {
            HandOver::FirstReady => 1,
            HandOver::EnoughReady => self.wanted.max(1),
        };
        if self.usable < enough {
            return;
        }
        let kept = match self.plan.after {
            After::Release => 0,
            After::Keep => self.plan.replicas,
        };
        // Nobody waits for those that are still starting any more.
        let too_many = (self.ready + self.starting).saturating_sub(kept);
        self.release(too_many.min(self.starting), todo);
        self.leaving = self.ready.saturating_sub(kept);
        self.state = if self.leaving > 0 { State::Draining } else { State::Active };
    }

    fn on_drained(&mut self, todo: &mut Vec<Output>) {
        if self.state == State::Draining {
            self.leaving -= 1;
            self.ready -= 1;
            todo.push(Output::Release(1));
            self.end_draining();
        }
    }

    fn end_draining(&mut self) {
        if self.leaving == 0 {
            self.state = State::Active;
        }
    }

    fn on_standard_failed(&mut self, todo: &mut Vec<Output>) {
        if self.state == State::HandingOver && self.usable == 0 {
            self.state = State::Reserve;
            self.deploy(0, todo);
            if self.ready + self.starting == 0 {
                self.start_reserves(self.plan.replicas, todo);
            }
        }
    }

    fn on_reserve_ready(&mut self, todo: &mut Vec<Output>) {
        assert!(self.starting > 0, "a reserve is ready that nobody started: {self:?}");
        self.starting -= 1;
        self.ready += 1;
        if self.state == State::Swapping {
            self.swap_if_ready(todo);
        }
    }

    /// The next type is tried; after the last one it goes on with what there is.
    fn on_stock_out(&mut self, type_index: u32, todo: &mut Vec<Output>) {
        assert!(self.starting > 0, "a type is out of stock that nobody asked for: {self:?}");
        if type_index + 1 < self.plan.types {
            todo.push(Output::StartReserve { type_index: type_index + 1, count: 1 });
            return;
        }
        self.starting -= 1;
        match self.state {
            State::Swapping if self.ready > 0 => self.swap_if_ready(todo),
            State::Swapping if self.starting == 0 => {
                self.state = State::Active;
                todo.push(Output::DecideAgain);
            }
            State::Reserve if self.ready + self.starting == 0 => self.bring_back(todo),
            State::Active | State::Swapping | State::Reserve | State::HandingOver | State::Draining => {}
        }
    }

    fn on_reserve_lost(&mut self, todo: &mut Vec<Output>) {
        assert!(self.ready > 0, "a reserve is lost that was not there: {self:?}");
        self.ready -= 1;
        match self.state {
            State::Swapping | State::Reserve => self.start_reserves(1, todo),
            State::Active if self.plan.after == After::Keep => self.start_reserves(1, todo),
            State::Draining => {
                self.leaving = self.leaving.min(self.ready);
                self.end_draining();
            }
            // The standard is on its way.
            State::Active | State::HandingOver => {}
        }
    }

    fn on_start_lost(&mut self, todo: &mut Vec<Output>) {
        assert!(self.starting > 0, "a reserve is lost on its way that nobody started: {self:?}");
        self.starting -= 1;
        match self.state {
            State::Swapping | State::Reserve => self.start_reserves(1, todo),
            State::Active | State::HandingOver | State::Draining => {}
        }
    }

    fn on_overflow(&mut self, todo: &mut Vec<Output>) {
        let serves = matches!(self.state, State::Reserve | State::HandingOver);
        if serves && self.plan.overflow == Overflow::Start && self.starting == 0 {
            self.start_reserves(1, todo);
        }
    }

    fn assert_lawful(&self) {
        assert!(self.leaving <= self.ready, "more reserves leave than there are: {self:?}");
        assert!((self.state == State::Draining) == (self.leaving > 0), "draining is having somebody who leaves: {self:?}");
        let somebody = self.ready + self.starting > 0;
        assert!(somebody || !matches!(self.state, State::Swapping | State::Reserve), "nobody stands in: {self:?}");
    }
}
