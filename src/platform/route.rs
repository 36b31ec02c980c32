//! The route: which revision a request goes to, and what it asks for.
//!
//! By percent, as Knative's Route and Istio's VirtualService do, whatever pods there are; or by ready pods, as a Kubernetes
//! Service does that selects the pods of several Deployments. A revision whose share is zero and that has no tag is not in
//! the route: Knative calls it unreachable.

use rand::Rng as _;
use schemars::JsonSchema;
use serde::Deserialize;

use super::event::Event;
use super::plan::RevisionPlan;
use super::request::Request;
use super::world::World;
use crate::traffic::Arrival;
use crate::units::{SimTime, Span};

/// What decides over a revision's share of the traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Split {
    /// The percentages: Knative's Route, Istio's VirtualService.
    #[default]
    Percent,
    /// The number of ready pods: a Kubernetes Service over all of them. The percentages are what is meant, and the error is
    /// told.
    ReadyPods,
}

/// How a service's traffic is split over its revisions, and when that changes.
#[derive(Debug, Clone, PartialEq)]
pub struct RoutePlan {
    /// What decides.
    pub split: Split,
    /// The shares over time: at least one step, the first at time zero, in order.
    pub steps: Vec<RouteStep>,
}

/// The shares from a time on.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteStep {
    /// From when.
    pub at: SimTime,
    /// By revision, 0 to 1; they sum to 1.
    pub shares: Vec<f64>,
    /// Whether it comes as long after the step before it came into force as `at` says, however late that was.
    pub follows: bool,
}

/// The route as it runs.
#[derive(Debug)]
pub(super) struct Route {
    /// The shares in force.
    pub shares: Vec<f64>,
    /// A step that waits for a revision to become ready.
    waiting: Option<u32>,
    /// The newest step that was due.
    newest: u32,
}

impl Route {
    /// As at time zero.
    pub fn new(plan: &RoutePlan) -> Route {
        Route { shares: plan.steps[0].shares.clone(), waiting: None, newest: 0 }
    }
}

impl World<'_> {
    /// Schedules the changes of the split.
    pub(super) fn begin_routing(&mut self) {
        for (index, step) in self.plan.route.steps.iter().enumerate().skip(1).filter(|(_, step)| !step.follows) {
            self.events.push(step.at, Event::Route(index as u32));
        }
    }

    /// A step of the split is due. It takes the place of one that still waits, and of all that would have followed that.
    pub(super) fn on_route(&mut self, step: u32, now: SimTime) {
        if step < self.route.newest {
            return;
        }
        self.route.newest = step;
        self.route.waiting = Some(step);
        self.reroute(now);
    }

    /// Puts a waiting step in force once every revision that gains traffic by it has been ready.
    pub(super) fn reroute(&mut self, now: SimTime) {
        let Some(step) = self.route.waiting else { return };
        let shares = &self.plan.route.steps[step as usize].shares;
        let gains = |index: usize| shares[index] > self.route.shares[index];
        if (0..shares.len()).any(|index| gains(index) && !self.revisions[index].was_ready) {
            return;
        }
        self.route.waiting = None;
        self.route.shares.clone_from(shares);
        self.schedule_follower(step, now);
        for revision in 0..self.plan.revisions.len() as u32 {
            let reachable = self.is_reachable(revision);
            self.set_reachable(revision, reachable, now);
        }
    }

    /// What follows a step counts from when that came into force.
    fn schedule_follower(&mut self, step: u32, now: SimTime) {
        let steps = &self.plan.route.steps;
        let (current, next) = (&steps[step as usize], steps.get(step as usize + 1));
        if let Some(next) = next.filter(|next| next.follows) {
            self.events.push(now.saturating_add(next.at - current.at), Event::Route(step + 1));
        }
    }

    /// Whether the route points at the revision, or has never yet: Knative takes a new revision for reachable until its Route
    /// has found it (pkg/apis/serving/v1/revision_lifecycle.go:GetReachability: pending is unknown).
    fn is_reachable(&mut self, revision: u32) -> bool {
        let it = &mut self.revisions[revision as usize];
        let routed = self.route.shares[revision as usize] > 0.0 || it.plan.tagged;
        it.was_routed |= routed;
        routed || !it.was_routed
    }

    /// Draws the revision of the next request. Drawn for every request, in the order of arrival, under every policy.
    #[inline]
    pub(super) fn route(&mut self) -> u32 {
        if self.plan.revisions.len() == 1 {
            return 0;
        }
        let drawn = (self.chance.route.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
        match self.plan.route.split {
            Split::Percent => self.by_percent(drawn),
            Split::ReadyPods => self.by_ready_pods(drawn).unwrap_or_else(|| self.by_percent(drawn)),
        }
    }

    fn by_percent(&self, drawn: f64) -> u32 {
        let mut left = drawn;
        for (index, share) in self.route.shares.iter().enumerate() {
            left -= share;
            if left < 0.0 {
                return index as u32;
            }
        }
        // The shares sum to a hair less than 1, and the draw fell into the hair.
        self.route.shares.iter().rposition(|share| *share > 0.0).expect("the shares sum to 1") as u32
    }

    /// The revision of a pod that is drawn among all that requests can reach; none without any.
    fn by_ready_pods(&self, drawn: f64) -> Option<u32> {
        let pods: usize = self.revisions.iter().map(|it| it.usable.len()).sum();
        let mut left = (drawn * pods as f64) as usize;
        for (index, revision) in self.revisions.iter().enumerate() {
            match left.checked_sub(revision.usable.len()) {
                Some(rest) => left = rest,
                None => return Some(index as u32),
            }
        }
        None
    }

    /// The request that has just arrived.
    #[inline]
    pub(super) fn request(&mut self, revision: u32, arrival: &Arrival, now: SimTime) -> Request {
        self.expire_idle(now);
        let gateway_hop = self.plan.gateway_latency.sample(&mut self.chance.gateway);
        let it = &self.revisions[revision as usize];
        let plan = it.plan;
        let (deadline, gives_up) = plan.timeouts.deadline(now, gateway_hop);
        let woke_up = it.wanted_alive() == 0 && !self.is_stood_in(revision);
        let (cpu, io) = self.demand(plan, arrival);
        Request { arrived: now, gateway_hop, cpu, io, deadline, gives_up, woke_up, revision, activator: None }
    }

    #[inline]
    fn demand(&mut self, plan: &RevisionPlan, arrival: &Arrival) -> (Span, Span) {
        let demand = &plan.demand;
        match arrival.demand {
            Some(recorded) => demand.split(recorded),
            None => (demand.cpu.sample(&mut self.chance.demand), demand.io.sample(&mut self.chance.demand)),
        }
    }
}
