//! queue-proxy: the sidecar that admits `containerConcurrency` requests to an instance and queues the rest.
//!
//! It matters in Serve mode, where the gateway does not know who is busy; in Proxy mode the activator sends no more
//! than there are places.

use schemars::JsonSchema;
use serde::Deserialize;

use super::gateway::hop;
use super::record::Refused;
use super::request::Request;
use super::world::World;
use crate::engine::DistSpec;
use crate::error::{Problem, below};
use crate::units::SimTime;

/// The queue-proxy beside every instance.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct QueueProxySpec {
    /// What its hop adds to every request. Default: lognormal, median 0.7 ms, sigma 0.4
    /// (0.5 to 1 ms a hop are measured, the spread is a guess: `specs/request-path-and-cold-start.md` 3.1).
    pub latency: DistSpec,
    /// How many requests wait in it before it answers 503. Default 10 × `container-concurrency`
    /// (knative/serving pkg/queue/sharedmain/main.go, buildBreaker); with concurrency 0 nothing ever waits.
    pub queue_depth: Option<u32>,
}

impl Default for QueueProxySpec {
    fn default() -> Self {
        QueueProxySpec { latency: hop(700, 0.4), queue_depth: None }
    }
}

impl QueueProxySpec {
    /// What is wrong with it.
    pub fn check(&self) -> Vec<Problem> {
        below("latency", self.latency.check()).collect()
    }

    /// Its queue for this `containerConcurrency`.
    pub fn depth(&self, container_concurrency: u32) -> u32 {
        self.queue_depth.unwrap_or(container_concurrency.saturating_mul(10))
    }
}

impl World<'_> {
    /// A request reaches an instance: it begins if there is a place, waits if there is room, and gets 503 otherwise.
    pub(super) fn admit(&mut self, slot: u32, request: &Request, now: SimTime) {
        let instance = &self.fleet[slot];
        let revision = &self.revisions[instance.revision as usize];
        if revision.has_place(instance.in_flight) {
            self.serve(request, slot, now);
        } else if instance.waiting.len() < revision.plan.queue_depth as usize {
            self.wait_inside(slot, request, now);
        } else {
            self.recorder.refused(request, Refused::QueueProxy);
            self.leave(slot, request.activator, now);
            self.leave_lane(slot, request.activator);
        }
    }
}
