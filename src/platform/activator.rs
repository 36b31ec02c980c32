//! The activator: holds requests while there is no place for them, and spreads them as Knative does.
//!
//! It is in the path in Proxy mode, and always where there is no usable instance. Its queue is bounded by a depth
//! (`specs/request-path-and-cold-start.md` 3.3: 10,000 is the documented meaning; today's code bounds it at 2³¹, so a
//! burst ends in timeouts rather than refusals; with `containerConcurrency` 0 there is no bound at all).

use rand::RngExt as _;
use schemars::JsonSchema;
use serde::Deserialize;

use super::event::Event;
use super::gateway::hop;
use super::record::{Cause, Refused};
use super::request::Request;
use super::revision::Scaler;
use super::world::World;
use crate::autoscaler::fixed::FixedQueue;
use crate::engine::DistSpec;
use crate::error::{Problem, below};
use crate::units::{SimTime, Span};

/// More activators than Knative's own autoscaler makes.
const ACTIVATORS_MAX: u8 = 31;

/// The activator in front of a revision.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct ActivatorSpec {
    /// What its hop adds to a request that passes through it. Default: lognormal, median 1 ms, sigma 0.5
    /// (0.5 to 1 ms a hop are measured, the spread is a guess: 3.1).
    pub latency: DistSpec,
    /// How many requests it holds for a revision before it answers 503; without it, as many as come
    /// (today's Knative).
    pub queue_depth: Option<u32>,
    /// How many activators there are, 1 (default) to 31; Knative's own autoscaler of them goes to 20. How many of them stand
    /// in a revision's path follows from its capacity, and each has a share of the pods where concurrency is limited.
    pub replicas: u8,
    /// The time between two probes of an instance that is not yet known to be usable: 200 ms
    /// (knative/serving pkg/activator/net/revision_backends.go). A new instance waits for a uniform part of it.
    pub probe_every: Span,
}

impl Default for ActivatorSpec {
    fn default() -> Self {
        ActivatorSpec { latency: hop(1_000, 0.5), queue_depth: None, replicas: 1, probe_every: Span::from_millis(200) }
    }
}

impl ActivatorSpec {
    /// What is wrong with it.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = below("latency", self.latency.check()).collect();
        if !(1..=ACTIVATORS_MAX).contains(&self.replicas) {
            let problem = Problem::new("activators", "replicas", format!("{} activators cannot be simulated", self.replicas));
            problems.push(problem.hint(format!("write 1 to {ACTIVATORS_MAX}")));
        }
        problems
    }
}

impl World<'_> {
    /// Whether a request of this revision goes through the queue in front of all instances.
    #[inline]
    pub(super) fn is_proxied(&self, revision: u32) -> bool {
        let revision = &self.revisions[revision as usize];
        match &revision.scaler {
            Scaler::Fixed(FixedQueue::Shared) => true,
            Scaler::Fixed(FixedQueue::Instance) | Scaler::KeepAlive(_) | Scaler::Hpa(_) => revision.usable.is_empty(),
            Scaler::Kpa(knative) => knative.is_proxied() || revision.usable.is_empty(),
        }
    }

    /// A request reaches an activator, any of those in the path: it goes on at once if there is a place, otherwise it is held.
    pub(super) fn activate(&mut self, revision: u32, request: &Request, now: SimTime) {
        let in_path = self.revisions[revision as usize].in_path;
        let lane = if in_path <= 1 { 0 } else { self.chance.balance.random_range(0..in_path) };
        let request = Request { activator: Some(lane), ..*request };
        self.enter_activator(revision, lane, now);
        self.tell_request(revision, now);
        let waits = !self.revisions[revision as usize].lanes[lane as usize].held.is_empty();
        match if waits { None } else { self.pick(revision, lane) } {
            Some(slot) => self.forward(slot, lane, &request, now),
            None => {
                self.hold(revision, &request, now);
                self.tell_overflow(revision, now);
            }
        }
    }

    /// A request waits for a place, unless the queue is full.
    pub(super) fn hold(&mut self, revision: u32, request: &Request, now: SimTime) {
        let lane = request.activator.unwrap_or(0);
        let it = &mut self.revisions[revision as usize];
        let held = &mut it.lanes[lane as usize].held;
        if it.plan.activator_depth.is_some_and(|depth| held.len() >= depth as usize) {
            self.recorder.refused(request, Refused::Activator);
            return self.leave_activator(revision, lane, now);
        }
        held.push(*request);
        self.held += 1;
        self.arm_held(revision, lane, now);
    }

    /// As many held requests as there are places begin.
    pub(super) fn serve_held(&mut self, revision: u32, now: SimTime) {
        // Most of the time nothing is held anywhere.
        if self.held > 0 {
            self.send_held(revision, now);
        }
        self.match_starts(revision, now);
    }

    fn send_held(&mut self, revision: u32, now: SimTime) {
        for lane in 0..self.revisions[revision as usize].lanes.len() as u8 {
            while !self.revisions[revision as usize].lanes[lane as usize].held.is_empty() {
                let Some(slot) = self.pick(revision, lane) else { break };
                let Some(request) = self.next_held(revision, lane, now) else { break };
                self.forward(slot, lane, &request, now);
            }
        }
    }

    /// An activator sends a request to an instance it has chosen.
    fn forward(&mut self, slot: u32, lane: u8, request: &Request, now: SimTime) {
        self.enter_lane(slot, lane);
        self.admit(slot, request, now);
    }

    /// The instance an activator chooses: random choice of two without a limit of concurrency, otherwise as [`Lane::pick`].
    pub(super) fn pick_in(&mut self, revision: u32, lane: u8) -> Option<u32> {
        let it = &mut self.revisions[revision as usize];
        match (&it.scaler, it.plan.concurrency) {
            (Scaler::KeepAlive(pool), _) => pool.free.choose(&pool.idle, &mut self.chance.balance),
            (_, 0) => self.less_loaded_of_two(revision),
            (_, limit) => it.lanes[lane as usize].pick(limit),
        }
    }

    /// The less loaded of two usable instances drawn at random; a tie goes to the first drawn.
    pub(super) fn less_loaded_of_two(&mut self, revision: u32) -> Option<u32> {
        let usable = &self.revisions[revision as usize].usable;
        let count = usable.len();
        match count {
            0 => None,
            1 => Some(usable[0]),
            _ => {
                let first = self.chance.balance.random_range(0..count);
                let second = (first + self.chance.balance.random_range(1..count)) % count;
                let load = |slot: u32| self.fleet[slot].in_flight as usize + self.fleet[slot].waiting.len();
                let (first, second) = (usable[first], usable[second]);
                Some(if load(second) < load(first) { second } else { first })
            }
        }
    }

    /// The next held request whose deadline has not passed.
    pub(super) fn next_held(&mut self, revision: u32, lane: u8, now: SimTime) -> Option<Request> {
        loop {
            let request = self.revisions[revision as usize].lanes[lane as usize].held.pop()?;
            self.held -= 1;
            if request.deadline > now {
                return Some(request);
            }
            self.expire_held_request(revision, &request, now);
        }
    }

    /// Held requests whose time is up.
    pub(super) fn expire_held(&mut self, revision: u32, lane: u8, now: SimTime) {
        self.revisions[revision as usize].lanes[lane as usize].held.disarm();
        while let Some(request) = self.revisions[revision as usize].lanes[lane as usize].held.pop_expired(now) {
            self.held -= 1;
            self.expire_held_request(revision, &request, now);
        }
        self.arm_held(revision, lane, now);
        self.match_starts(revision, now);
    }

    /// Writes down a held request that nobody has served in time.
    pub(super) fn expire_held_request(&mut self, revision: u32, request: &Request, now: SimTime) {
        let it = &self.revisions[revision as usize];
        let cause = match (it.usable.is_empty() && !self.has_usable_reserve(revision), it.starting.head().or(it.ready.first().copied())) {
            (false, _) => Cause::Queue,
            (true, Some(slot)) => Cause::Instance(&self.fleet[slot]),
            (true, None) => Cause::Decision,
        };
        self.recorder.expired(request, cause);
        self.leave_activator(revision, request.activator.unwrap_or(0), now);
    }

    fn arm_held(&mut self, revision: u32, lane: u8, now: SimTime) {
        if let Some(at) = self.revisions[revision as usize].lanes[lane as usize].held.arm(now) {
            self.events.push(at, Event::ExpireHeld { revision, lane });
        }
    }
}
