//! One service as a model for the engine: its traffic, its route, its revisions, its instances.
//!
//! ```text
//! arrive ─► route ─┬─ keep-alive ─────────────► a free instance, or a new one bound to the request
//!                  ├─ activator (Proxy mode) ─► a free place, or held
//!                  └─ gateway (Serve mode) ───► an instance, its queue-proxy, or 503
//! complete ─► next request of the instance's queue ─► next held request ─► idle
//! ```
//!
//! Services that share nothing are worlds of their own and run one after another. The world does no input or output
//! and cannot fail on what a user wrote: a plan in hand is valid.

use super::accounts::Accounts;
use super::event::{Event, Handle};
use super::instance::{Fleet, State};
use super::plan::{RevisionPlan, ScalerPlan, ServicePlan, Window};
use super::record::{Lost, Recorder, Served};
use super::request::{OnTimeout, Request};
use super::revision::{Revision, Scaler};
use super::route::Route;
use super::sharing::Sharing;
use super::stand_in::add_pools;
use super::visitors::{Visit, Visitors};
use crate::billing::Usage;
use crate::engine::{EventQueue, Model, Pending, Rng, Stopped, Streams, run};
use crate::observe::{DecisionRecord, Outcome, Watch, Witnessed};
use crate::units::{SimTime, Span};

/// More requests at once than this, waiting or being served, are no service but a slip of the pen; they would fill memory.
pub const UNDER_WAY_MAX: usize = 20_000_000;

/// Likewise more instances than this.
pub const INSTANCES_MAX: u32 = 1_000_000;

/// What a run of one service leaves behind.
#[derive(Debug)]
pub struct Ran {
    /// What was seen.
    pub outcome: Outcome,
    /// What each revision used, in the plan's order, as each of its meters saw it.
    pub usage: Vec<Vec<Usage>>,
    /// Why it ended.
    pub stopped: Stopped,
    /// The autoscaler's decisions in order; empty unless they were asked for.
    pub decisions: Vec<DecisionRecord>,
}

/// The random streams of a service that are drawn from as it runs. Those of its traffic are the source's.
#[derive(Debug)]
pub(super) struct Chance {
    /// What requests ask for: drawn for every request as it arrives.
    pub demand: Rng,
    /// The gateway's hops: likewise.
    pub gateway: Rng,
    /// Which revision a request goes to: likewise.
    pub route: Rng,
    /// The other hops, drawn on the way.
    pub hops: Rng,
    /// Which instance.
    pub balance: Rng,
}

/// A request whose end is known, as the engine keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Payload {
    /// Whose place it frees.
    pub slot: u32,
    /// The activator the request came through.
    pub activator: Option<u8>,
    /// Whether it still counts in the statistics.
    pub counted: bool,
}

impl Payload {
    #[inline]
    pub(super) fn packed(self) -> u32 {
        self.slot << 7 | self.activator.map_or(0, |lane| u32::from(lane) + 1) << 1 | u32::from(self.counted)
    }

    #[inline]
    fn of(packed: u32) -> Payload {
        Payload { slot: packed >> 7, activator: (packed >> 1 & 63).checked_sub(1).map(|lane| lane as u8), counted: packed & 1 != 0 }
    }
}

/// What instances are bought as.
#[derive(Debug)]
pub(super) struct Kind<'a> {
    /// What they are.
    pub plan: &'a RevisionPlan,
    /// How often one was asked for where that can fail.
    pub tries: u64,
    /// Its random streams.
    pub streams: Streams,
}

impl<'a> Kind<'a> {
    fn new(plan: &'a RevisionPlan, streams: Streams) -> Kind<'a> {
        Kind { plan, tries: 0, streams: streams.child(&plan.name) }
    }
}

/// One service, running.
pub struct World<'a> {
    pub(super) plan: &'a ServicePlan,
    pub(super) window: Window,
    pub(super) revisions: Vec<Revision<'a>>,
    /// What instances are bought as: the revisions, the pools of their reserves, then their further types.
    pub(super) kinds: Vec<Kind<'a>>,
    pub(super) route: Route,
    pub(super) fleet: Fleet,
    pub(super) events: EventQueue<Event>,
    pub(super) recorder: Recorder,
    pub(super) chance: Chance,
    /// Requests that activators hold.
    pub(super) held: usize,
    /// Requests that wait inside instances.
    pub(super) inside: usize,
    /// No idle instance has been so for too long before this moment.
    pub(super) idle_until: SimTime,
    /// The decisions so far, if somebody wants them.
    pub(super) decisions: Option<Vec<DecisionRecord>>,
    /// The CPUs of instances where they are shared, and the requests that run on them.
    pub(super) sharing: Sharing,
    /// The CPU credits of burstable instances.
    pub(super) accounts: Accounts,
    pub(super) pending: Pending,
    visitors: Visitors,
    /// Whether some autoscaler counts requests.
    counts: bool,
    next: Visit,
}

/// Runs one service to the horizon.
pub fn simulate(plan: &ServicePlan, window: Window, visitors: Visitors, streams: Streams) -> Ran {
    simulate_watched(plan, window, visitors, streams, None).0
}

/// The same, with somebody who watches single requests. What is left behind is the same.
pub fn simulate_watched(
    plan: &ServicePlan,
    window: Window,
    visitors: Visitors,
    streams: Streams,
    watch: Option<Watch>,
) -> (Ran, Option<Witnessed>) {
    let mut world = World::new(plan, window, visitors, streams);
    if let Some(watch) = watch {
        world.recorder.watch(watch);
    }
    let stopped = run(&mut world, window.horizon, window.steps_max);
    world.close();
    let witnessed = world.recorder.witness.take().map(|witness| witness.finish());
    let (outcome, usage) = world.recorder.finish();
    (Ran { outcome, usage, stopped, decisions: world.decisions.unwrap_or_default() }, witnessed)
}

impl<'a> World<'a> {
    pub(super) fn new(plan: &'a ServicePlan, window: Window, mut visitors: Visitors, streams: Streams) -> World<'a> {
        let stream = |name: &str| streams.child(name).rng();
        let chance = Chance {
            demand: stream("demand"),
            gateway: stream("gateway"),
            route: stream("route"),
            hops: stream("hops"),
            balance: stream("balance"),
        };
        let next = visitors.next();
        let mut world = World {
            plan,
            window,
            revisions: pools(plan, streams),
            kinds: plan.pools().map(|it| Kind::new(it, streams)).collect(),
            route: Route::new(&plan.route),
            fleet: Fleet::default(),
            events: EventQueue::default(),
            recorder: Recorder::new(window, plan),
            chance,
            held: 0,
            inside: 0,
            idle_until: SimTime::NEVER,
            decisions: window.decisions.then(Vec::new),
            sharing: Sharing::default(),
            accounts: Accounts::default(),
            pending: Pending::default(),
            visitors,
            counts: plan.revisions.iter().any(|it| matches!(it.scaler, ScalerPlan::Kpa(_) | ScalerPlan::Hpa(_))),
            next,
        };
        world.open();
        world
    }

    /// What an instance was bought as.
    #[inline]
    pub(super) fn kind_of(&self, slot: u32) -> &'a RevisionPlan {
        self.kinds[self.fleet[slot].kind as usize].plan
    }

    /// Time zero: what stands, stands.
    fn open(&mut self) {
        for revision in 0..self.revisions.len() as u32 {
            let created = self.revisions[revision as usize].plan.created;
            if created > SimTime::ZERO {
                self.events.push(created, Event::Create(revision));
                continue;
            }
            for _ in 0..self.revisions[revision as usize].deployment.replicas {
                self.stand(revision);
            }
            self.begin_deciding(revision, SimTime::ZERO);
        }
        self.begin_routing();
    }

    /// The horizon: what waits or lives still is written down as it is.
    pub(super) fn close(&mut self) {
        let horizon = self.window.horizon;
        self.close_absences(horizon);
        self.expire_idle(horizon);
        for revision in 0..self.revisions.len() as u32 {
            while let Some(request) = self.revisions[revision as usize].pop_held() {
                self.held -= 1;
                self.close_request(&request, revision);
            }
            self.stop_deciding(revision, horizon);
        }
        self.close_running(horizon);
        for slot in self.fleet.alive() {
            while let Some(request) = self.fleet[slot].waiting.pop() {
                if request.deadline < horizon {
                    self.expire_inside_request(slot, &request, horizon);
                } else {
                    self.recorder.unfinished(&request);
                }
            }
            self.end_serving(slot, horizon);
            self.remove(slot, horizon);
        }
        self.sharing.assert_conserved();
    }

    fn close_request(&mut self, request: &Request, revision: u32) {
        let horizon = self.window.horizon;
        if request.deadline < horizon { self.expire_held_request(revision, request, horizon) } else { self.recorder.unfinished(request) }
    }

    /// Starts a request in an instance that has a place for it.
    #[inline]
    pub(super) fn serve(&mut self, request: &Request, slot: u32, now: SimTime) {
        let instance = &mut self.fleet[slot];
        let revision = &mut self.revisions[instance.revision as usize];
        if instance.in_flight == 0 {
            instance.serving_since = now;
            self.recorder.metering.began(instance.revision, now);
        }
        instance.in_flight += 1;
        revision.fill_place(slot, instance);
        let plan = revision.plan;
        self.begin(plan, request, slot, now);
    }

    /// A request in an instance begins. If it has a CPU to itself its end is known.
    pub(super) fn execute(&mut self, request: &Request, slot: u32, now: SimTime) {
        let plan = self.revisions[self.fleet[slot].revision as usize].plan;
        self.begin(plan, request, slot, now);
    }

    #[inline(always)]
    fn begin(&mut self, plan: &RevisionPlan, request: &Request, slot: u32, now: SimTime) {
        let hop = self.hop(plan, request.activator.is_some());
        let by_load = if plan.demand.load.is_some() { self.wait_by_load(slot) } else { Span::ZERO };
        let io = self.fleet[slot].first_io.take().unwrap_or(request.io) + by_load;
        let cpu = &self.kind_of(slot).cpu;
        if cpu.is_shared() {
            return self.compute(request, slot, now, hop, io);
        }
        let finish = now.saturating_add(hop).saturating_add(cpu.alone(request.cpu)).saturating_add(io);
        let (leaves, payload) = self.end_at(plan, request, slot, &Served { begun: now, hop, lost: Lost::default(), finish });
        self.pending.push(leaves, payload.packed());
    }

    /// The end of a request in an instance is known: it is written down. When it frees its place.
    #[inline(always)]
    pub(super) fn end_at(&mut self, plan: &RevisionPlan, request: &Request, slot: u32, served: &Served) -> (SimTime, Payload) {
        let leaves = match plan.on_timeout {
            OnTimeout::KeepWorking => served.finish,
            OnTimeout::Stop => served.finish.min(request.deadline),
        };
        // Whatever still runs in it when its provider takes it has ended then.
        let taken = self.fleet[slot].reclaimed;
        let leaves = leaves.min(taken);
        // Once the client has gone, activator and queue-proxy no longer count the request, though the instance works on.
        let counted = leaves <= request.deadline;
        if !counted && self.is_counting(self.fleet[slot].revision as usize) {
            self.events.push(request.deadline, Event::GaveUp { instance: self.fleet.handle(slot), activator: request.activator });
        }
        if self.recorder.metering.is_asked() {
            self.recorder.metering.executed(self.fleet[slot].kind, served.begun, leaves);
        }
        if served.finish > taken && request.deadline > taken {
            self.recorder.failed(request, &self.fleet[slot], taken);
        } else if self.recorder.is_answered_at_once(request, served) {
            self.recorder.answered_at_once(request, served);
        } else {
            self.recorder.served_late(request, &self.fleet[slot], served);
        }
        (leaves, Payload { slot, activator: request.activator, counted })
    }

    /// A request has ended.
    #[inline(always)]
    pub(super) fn end(&mut self, payload: Payload, now: SimTime) {
        if payload.counted && self.counts {
            self.leave(payload.slot, payload.activator, now);
        }
        self.release(payload.slot, payload.activator, now);
    }

    /// The hops between the route and the application.
    #[inline]
    fn hop(&mut self, plan: &RevisionPlan, proxied: bool) -> Span {
        let inside = plan.queue_proxy_latency.sample(&mut self.chance.hops);
        if proxied { inside + plan.activator_latency.sample(&mut self.chance.hops) } else { inside }
    }

    /// One request in an instance has ended: the next takes its place without a pause.
    #[inline(always)]
    pub(super) fn release(&mut self, slot: u32, activator: Option<u8>, now: SimTime) {
        // Most of the time nothing waits anywhere, and that is seen without a call.
        let taken = self.inside > 0 && !self.fleet[slot].waiting.is_empty() && self.execute_next_inside(slot, now);
        let taken = self.release_lane(slot, activator, taken, now);
        if !taken {
            self.rest(slot, now);
        }
    }

    /// The next request that waits in the instance begins, if there is one.
    #[inline(never)]
    fn execute_next_inside(&mut self, slot: u32, now: SimTime) -> bool {
        let next = self.next_inside(slot, now);
        next.inspect(|request| self.execute(request, slot, now)).is_some()
    }

    /// An instance has one request less and nothing waits for the place.
    #[inline]
    fn rest(&mut self, slot: u32, now: SimTime) {
        let instance = &mut self.fleet[slot];
        instance.in_flight -= 1;
        let state = instance.state;
        if instance.in_flight == 0 {
            self.end_serving_at_zero(slot, now);
            if state == State::Draining {
                return self.remove(slot, now);
            }
        }
        if state == State::Usable {
            let instance = &self.fleet[slot];
            let revision = &mut self.revisions[instance.revision as usize];
            let stays_until = revision.mark_free(slot, instance);
            self.idle_until = self.idle_until.min(stays_until);
            let serves = revision.serves;
            if serves != instance.revision {
                self.let_idle_ones_go(serves, now);
            }
        }
    }

    #[inline]
    fn end_serving_at_zero(&mut self, slot: u32, now: SimTime) {
        let instance = &mut self.fleet[slot];
        instance.serving_ns += self.recorder.measured_ns(instance.serving_since, now);
        self.recorder.metering.rested(instance, now);
        instance.idle_since = now;
    }

    /// At the horizon: what is being served has been served until now.
    fn end_serving(&mut self, slot: u32, now: SimTime) {
        if self.fleet[slot].in_flight > 0 {
            self.end_serving_at_zero(slot, now);
        }
    }

    fn with(&mut self, handle: Handle, act: impl FnOnce(&mut Self, u32)) {
        if let Some(slot) = self.fleet.find(handle) {
            act(self, slot);
        }
    }
}

/// The revisions, then the pools of their reserves.
fn pools(plan: &ServicePlan, streams: Streams) -> Vec<Revision<'_>> {
    let mut revisions = revisions(plan, streams);
    (0..).zip(&mut revisions).for_each(|(index, it)| it.serves = index);
    add_pools(plan, &mut revisions, streams);
    let mut next = revisions.len() as u32;
    for (it, revision) in plan.revisions.iter().zip(&mut revisions) {
        revision.other_kinds = next..next + it.other_types.len() as u32;
        next = revision.other_kinds.end;
    }
    revisions
}

/// The revisions as they are at time zero: what was created then and is routed stands.
fn revisions(plan: &ServicePlan, streams: Streams) -> Vec<Revision<'_>> {
    let shares = &plan.route.steps[0].shares;
    let new = |(it, share): (&'_ RevisionPlan, &f64)| {
        let created_later = it.created > SimTime::ZERO;
        let reachable = *share > 0.0 || it.tagged || created_later;
        let asleep = created_later || (matches!(it.scaler, ScalerPlan::Kpa(_)) && !reachable);
        (if asleep { 0 } else { it.standing_instances() }, reachable)
    };
    let all = plan.revisions.iter().zip(shares).map(|pair| (pair.0, new(pair)));
    all.map(|(it, (standing, reachable))| Revision::new(it, streams, standing, reachable)).collect()
}

impl Model for World<'_> {
    type Event = Event;

    #[inline]
    fn next_arrival(&self) -> SimTime {
        self.next.arrival.at
    }

    #[inline]
    fn arrive(&mut self, now: SimTime) {
        let Visit { arrival, addressed } = std::mem::replace(&mut self.next, self.visitors.next());
        let revision = addressed.unwrap_or_else(|| self.route());
        let request = self.request(revision, &arrival, now);
        self.recorder.arrived(&request, addressed.is_none().then_some(&self.route.shares));
        self.show(&request);
        if request.deadline <= now {
            return self.recorder.lost_on_the_way(&request, self.revisions[revision as usize].plan.timeouts.outside());
        }
        match self.revisions[revision as usize].scaler {
            Scaler::KeepAlive(_) => self.take_or_start(revision, &request, now),
            Scaler::Fixed(_) | Scaler::Kpa(_) | Scaler::Hpa(_) if self.is_proxied(revision) => self.activate(revision, &request, now),
            Scaler::Fixed(_) | Scaler::Kpa(_) | Scaler::Hpa(_) => self.send_to_instance(revision, &request, now),
        }
    }

    #[inline]
    fn next_completion(&self) -> SimTime {
        self.pending.next_time().min(self.sharing.next_time())
    }

    #[inline]
    fn complete(&mut self, now: SimTime) {
        // At one instant those on a shared CPU come before those whose end was known.
        if self.sharing.next_time() <= now {
            return self.on_cpu_due(now);
        }
        let payload = self.pending.pop().expect("the engine asked when it is");
        self.end(Payload::of(payload), now);
    }

    fn is_crowded(&self) -> bool {
        self.pending.len() + self.held + self.inside + self.sharing.running() + self.events.len() > UNDER_WAY_MAX
            || self.fleet.len() >= INSTANCES_MAX as usize
    }

    fn events(&mut self) -> &mut EventQueue<Event> {
        &mut self.events
    }

    fn handle(&mut self, now: SimTime, event: Event) {
        match event {
            Event::Buy(handle) => self.with(handle, |world, slot| world.buy(slot, now)),
            Event::Application(handle) => self.with(handle, |world, slot| world.start_application(slot, now)),
            Event::Ready(handle) => self.with(handle, |world, slot| world.on_ready(slot, now)),
            Event::Usable(handle) => self.with(handle, |world, slot| world.on_usable(slot, now)),
            Event::CreditsOut(handle) => self.with(handle, |world, slot| world.on_credits_out(slot, now)),
            Event::Notice(handle) => self.with(handle, |world, slot| world.on_notice(slot, now)),
            Event::Taken(handle) => self.on_taken(handle, now),
            Event::Aged(handle) => self.on_aged(handle, now),
            Event::ExpireInside(handle) => self.with(handle, |world, slot| world.expire_inside(slot, now)),
            Event::ExpireHeld { revision, lane } => self.expire_held(revision, lane, now),
            Event::ExpireRunning(revision) => self.expire_running(revision, now),
            Event::GaveUp { instance, activator } => self.with(instance, |world, slot| world.leave(slot, activator, now)),
            Event::Loop(revision) => self.on_loop(revision, now),
            Event::Reconcile(revision) => self.reconcile(revision, now),
            Event::Scrape(revision) => self.on_scrape(revision, now),
            Event::Sync(revision) => self.on_sync(revision, now),
            Event::Route(step) => self.on_route(step, now),
            Event::Create(revision) => self.on_create(revision, now),
        }
    }
}
