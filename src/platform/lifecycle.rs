//! The life of instances: asked for, ready, usable, draining, gone.

use super::cold_start::{Application, Start};
use super::event::{Event, Handle};
use super::instance::State;
use super::metering::Leaving;
use super::revision::Scaler;
use super::world::World;
use crate::billing::BilledFrom;
use crate::engine::Streams;
use crate::units::{SimTime, Span};

impl World<'_> {
    /// An instance that stands before the run begins.
    pub(super) fn stand(&mut self, revision: u32) {
        let slot = self.add(revision, Start::standing(), true);
        self.open_cpu(slot, SimTime::ZERO);
        self.expect_reclaim(slot, SimTime::ZERO);
        self.revisions[revision as usize].was_ready = true;
        self.revisions[revision as usize].ready.push(slot);
        self.make_usable(slot, SimTime::ZERO);
    }

    /// Asks for a new instance.
    pub(super) fn start(&mut self, revision: u32, now: SimTime) -> u32 {
        let slot = self.add(revision, Start::asked(now), false);
        let it = &mut self.revisions[revision as usize];
        it.starting.push(slot);
        it.starting_count += 1;
        self.buy(slot, now);
        slot
    }

    /// The start of an instance begins, which is bought as this kind.
    pub(super) fn begin_start(&mut self, slot: u32, kind: u32, now: SimTime) {
        let plan = self.kinds[kind as usize].plan;
        let streams = self.starts_of(slot);
        let (start, application) = plan.cold_start.draw(now, streams);
        let instance = &mut self.fleet[slot];
        instance.kind = kind;
        instance.start = Start { asked: instance.start.asked, ..start };
        self.open_cpu(slot, now);
        self.expect_reclaim(slot, start.steps[0]);
        if plan.cpu.runs_starts() {
            self.sharing.expect(slot, application);
            return self.events.push(start.steps[3], Event::Application(self.fleet.handle(slot)));
        }
        let (mut at, mut application) = (start.steps[3], application);
        while let Some(wait) = application.retry {
            at = at.saturating_add(plan.cpu.alone(application.cpu)).saturating_add(wait);
            application = plan.cold_start.next_try(&application, streams);
        }
        self.application_up(slot, &application, at.saturating_add(plan.cpu.alone(application.cpu)));
    }

    /// The streams of an instance's start.
    pub(super) fn starts_of(&self, slot: u32) -> Streams {
        let instance = &self.fleet[slot];
        self.revisions[instance.revision as usize].starts.nth(instance.ordinal)
    }

    /// An instance has the CPU and the credits of its kind.
    fn open_cpu(&mut self, slot: u32, now: SimTime) {
        let plan = self.kind_of(slot);
        if plan.cpu.is_shared() {
            self.sharing.open(slot, now, plan.cpu.capacity);
        }
        if let Some(credits) = &plan.credits {
            self.accounts.open(slot, credits, self.fleet[slot].start.metered_from(BilledFrom::ImagePull));
        }
    }

    /// When an instance's application is up is known, and so when it will be ready and usable.
    pub(super) fn application_up(&mut self, slot: u32, application: &Application, at: SimTime) {
        let instance = &mut self.fleet[slot];
        instance.start.application_up(at, application);
        instance.idle_since = instance.start.usable;
        let (start, revision) = (instance.start, instance.revision as usize);
        let handle = self.fleet.handle(slot);
        self.events.push(start.ready, Event::Ready(handle));
        if let Scaler::KeepAlive(pool) = &self.revisions[revision].scaler
            && let Some(age) = pool.spec.max_age
        {
            self.events.push(start.usable.saturating_add(age), Event::Aged(handle));
        }
    }

    fn add(&mut self, revision: u32, start: Start, standing: bool) -> u32 {
        let it = &mut self.revisions[revision as usize];
        let ordinal = it.started;
        it.started += 1;
        // A reserve is started by a decision, not for a request.
        self.recorder.asked(start.asked, standing || it.serves != revision);
        let first = it.plan.cold_start.first_request.as_ref().filter(|_| !standing);
        let first = first.map(|law| law.sample(&mut it.starts.nth(ordinal).child("first-request").rng()));
        let slot = self.fleet.add(revision, ordinal, start).slot;
        self.fleet[slot].first_io = first;
        self.open_statistics(slot, start.asked);
        slot
    }

    /// Ready, as Kubernetes counts: the autoscaler sees it from now on.
    pub(super) fn on_ready(&mut self, slot: u32, now: SimTime) {
        if self.fleet[slot].state != State::Starting {
            return;
        }
        let revision = self.fleet[slot].revision;
        self.leave_starting(slot);
        self.fleet[slot].state = State::Ready;
        self.revisions[revision as usize].ready.push(slot);
        self.first_ready(revision, now);
        let usable = self.fleet[slot].start.usable;
        if usable == now {
            self.on_usable(slot, now);
        } else {
            self.events.push(usable, Event::Usable(self.fleet.handle(slot)));
        }
        self.ready_changed(revision, now);
    }

    /// A route may point at a revision once it has had all the pods that it starts with: its initial scale, or its fewest.
    fn first_ready(&mut self, revision: u32, now: SimTime) {
        let it = &mut self.revisions[revision as usize];
        if !it.was_ready && it.ready.len() >= it.plan.standing_instances() as usize {
            it.was_ready = true;
            self.reroute(now);
        }
    }

    /// The revision is created: its deployment gets its first replicas, and somebody begins to decide.
    pub(super) fn on_create(&mut self, revision: u32, now: SimTime) {
        let replicas = self.revisions[revision as usize].plan.standing_instances();
        self.begin_deciding(revision, now);
        self.want(revision, replicas, now);
    }

    /// Requests can reach it: those that wait for it come first.
    pub(super) fn on_usable(&mut self, slot: u32, now: SimTime) {
        if self.fleet[slot].state != State::Ready {
            return;
        }
        self.make_usable(slot, now);
        self.serve_bound(slot, now);
        let revision = self.fleet[slot].revision;
        self.tell_usable(revision, now);
        self.reserve_ready(revision, now);
        self.serve_held(self.revisions[revision as usize].serves, now);
    }

    fn make_usable(&mut self, slot: u32, now: SimTime) {
        let instance = &mut self.fleet[slot];
        instance.state = State::Usable;
        self.recorder.metering.usable(instance.revision, now);
        let revision = &mut self.revisions[instance.revision as usize];
        instance.position = revision.usable.len() as u32;
        revision.usable.push(slot);
        if let Scaler::KeepAlive(pool) = &mut revision.scaler
            && pool.opening == Some(slot)
        {
            pool.opening = None;
        }
        self.join_lanes(slot);
        self.mark_free(slot);
    }

    /// An instance has a free place: whoever chooses may choose it.
    #[inline]
    pub(super) fn mark_free(&mut self, slot: u32) {
        let instance = &self.fleet[slot];
        let stays_until = self.revisions[instance.revision as usize].mark_free(slot, instance);
        self.idle_until = self.idle_until.min(stays_until);
    }

    /// The instance has reached its greatest age.
    pub(super) fn on_aged(&mut self, handle: Handle, now: SimTime) {
        self.expire_idle(now);
        if let Some(slot) = self.fleet.find(handle) {
            self.retire(slot, now);
        }
    }

    /// Takes an instance out of service: it ends what it has begun and goes.
    pub(super) fn retire(&mut self, slot: u32, now: SimTime) {
        match self.fleet[slot].state {
            State::Starting => self.leave_starting(slot),
            State::Ready => self.leave_ready(slot),
            State::Usable => {
                self.leave_ready(slot);
                self.leave_usable(slot, now);
            }
            State::Draining | State::Gone => return,
        }
        self.fleet[slot].state = State::Draining;
        self.fleet[slot].retired = now;
        self.revisions[self.fleet[slot].revision as usize].draining += 1;
        self.leave_all_pods(slot, now);
        self.hand_back(slot, now);
        if self.fleet[slot].in_flight == 0 {
            return self.remove(slot, now);
        }
        let leaves = &mut self.fleet[slot].leaves;
        *leaves = now.min(*leaves);
    }

    /// The instance is gone.
    pub(super) fn remove(&mut self, slot: u32, end: SimTime) {
        // Those that were idle too long have gone before it: instances are booked in the order in which they go.
        self.expire_idle(end);
        let instance = &self.fleet[slot];
        let (revision, was_draining) = (instance.revision, instance.state == State::Draining);
        self.recorder.gone(instance, Leaving { overlap: self.overlap(slot, end), drained: self.drained(slot) }, end);
        self.release_credits(slot, end);
        self.sharing.close(slot, end);
        self.fleet.remove(slot);
        if was_draining {
            self.revisions[revision as usize].draining -= 1;
            self.start_for_held(revision, end);
        }
    }

    /// How much of an instance's serving came after it took no new requests: the end of its last stretch.
    fn drained(&self, slot: u32) -> Span {
        let instance = &self.fleet[slot];
        let until = instance.idle_since;
        if instance.leaves >= until { Span::ZERO } else { self.window.measured(instance.leaves.max(instance.serving_since), until) }
    }

    fn leave_starting(&mut self, slot: u32) {
        let revision = &mut self.revisions[self.fleet[slot].revision as usize];
        revision.starting.remove(slot);
        revision.starting_count -= 1;
    }

    fn leave_ready(&mut self, slot: u32) {
        let ready = &mut self.revisions[self.fleet[slot].revision as usize].ready;
        let position = ready.iter().rposition(|it| *it == slot).expect("a ready instance is in the list");
        ready.remove(position);
    }

    fn leave_usable(&mut self, slot: u32, now: SimTime) {
        let (ordinal, position) = (self.fleet[slot].ordinal, self.fleet[slot].position);
        self.recorder.metering.unusable(self.fleet[slot].revision, self.fleet[slot].in_flight > 0, now);
        let revision = &mut self.revisions[self.fleet[slot].revision as usize];
        revision.usable.swap_remove(position as usize);
        if let Some(moved) = revision.usable.get(position as usize) {
            self.fleet[*moved].position = position;
        }
        if let Scaler::KeepAlive(pool) = &mut revision.scaler {
            pool.free.remove(slot, ordinal);
            pool.idle.remove(slot);
        }
        self.part_lanes(slot);
    }
}
