//! The gateway: a hop before the route, a timeout, and the choice of an instance where the activator is not in the path.
//!
//! A traffic source says when a request reaches the route; the client sent it one gateway hop earlier. So a hop costs
//! latency and counts against the timeouts without a place in the queue of events, and the order of requests is the
//! source's.

use rand::RngExt as _;
use schemars::JsonSchema;
use serde::Deserialize;

use super::request::Request;
use super::world::World;
use crate::engine::DistSpec;
use crate::engine::dist::Lognormal;
use crate::error::{Problem, below};
use crate::units::{SimTime, Span};

/// The gateway or load balancer in front of a service.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct GatewaySpec {
    /// What the hop adds to every request. Default: lognormal, median 1 ms, sigma 0.4
    /// (0.5 to 1 ms a hop are measured, the spread is a guess: `specs/request-path-and-cold-start.md` 3.1).
    pub latency: DistSpec,
    /// After this it answers 504. Default 60 s, as Alibaba's ALB does (same document, 3.2).
    pub timeout: Span,
    /// How it chooses among the instances when the activator is not in the path.
    pub balancing: GatewayBalancing,
}

/// How the gateway chooses an instance: Envoy's two usual rules, and that of a plain Kubernetes Service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GatewayBalancing {
    /// The less loaded of two drawn at random: Istio's default.
    #[default]
    RandomOfTwo,
    /// One after the other.
    RoundRobin,
    /// Any, all alike: kube-proxy.
    Random,
}

impl Default for GatewaySpec {
    fn default() -> Self {
        GatewaySpec { latency: hop(1_000, 0.4), timeout: Span::from_secs(60), balancing: GatewayBalancing::default() }
    }
}

/// A lognormal hop with this median in microseconds.
pub(super) fn hop(median_us: u64, sigma: f64) -> DistSpec {
    DistSpec::Lognormal(Lognormal { median: Some(Span(median_us * 1_000)), sigma: Some(sigma), mean: None, cv: None })
}

impl GatewaySpec {
    /// What is wrong with it.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = below("latency", self.latency.check()).collect();
        if self.timeout == Span::ZERO {
            problems.push(Problem::new("timeout", "timeout", "a gateway that waits for nothing answers nothing"));
        }
        problems
    }
}

impl World<'_> {
    /// Serve mode: the gateway sends a request straight to an instance, without knowing whether it has a place.
    pub(super) fn send_to_instance(&mut self, revision: u32, request: &Request, now: SimTime) {
        let slot = match self.plan.gateway_balancing {
            GatewayBalancing::RandomOfTwo => self.less_loaded_of_two(revision),
            GatewayBalancing::RoundRobin => self.next_in_turn(revision),
            GatewayBalancing::Random => self.any_usable(revision),
        };
        let slot = slot.expect("without a usable instance the activator is in the path");
        self.enter_pods(slot, now);
        self.admit(slot, request, now);
    }

    fn any_usable(&mut self, revision: u32) -> Option<u32> {
        let usable = &self.revisions[revision as usize].usable;
        (!usable.is_empty()).then(|| usable[self.chance.balance.random_range(0..usable.len())])
    }

    fn next_in_turn(&mut self, revision: u32) -> Option<u32> {
        let it = &mut self.revisions[revision as usize];
        let turn = it.last_turn.wrapping_add(1) as usize;
        let turn = if turn < it.usable.len() { turn } else { 0 };
        it.last_turn = turn as u32;
        it.usable.get(turn).copied()
    }
}
