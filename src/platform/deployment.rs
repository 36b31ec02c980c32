//! The Deployment of a revision: so many replicas are wanted, and instances come and go to match.
//!
//! Not here: who wants them (`knative`, `hpa`). Deleted are those that are not ready first, then the youngest ready, as a
//! ReplicaSet does (kubernetes pkg/controller/controller_utils.go, ActivePodsWithRanks).

use super::event::Event;
use super::instance::State;
use super::revision::Scaler;
use super::world::{INSTANCES_MAX, World};
use crate::units::SimTime;

/// How many replicas are wanted, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deployment {
    /// Replicas wanted.
    pub replicas: u32,
    /// Since when.
    pub since: SimTime,
}

impl Deployment {
    /// With so many replicas from the start.
    pub fn new(replicas: u32) -> Deployment {
        Deployment { replicas, since: SimTime::ZERO }
    }
}

impl World<'_> {
    /// The deployment is given a number of replicas.
    pub(super) fn scale(&mut self, revision: u32, replicas: u32, now: SimTime) {
        let before = std::mem::replace(&mut self.revisions[revision as usize].deployment, Deployment { replicas, since: now });
        self.recorder.desired(revision, before.since, now, before.replicas);
        self.match_replicas(revision, now);
    }

    /// The horizon: what was wanted last was wanted until now.
    pub(super) fn stop_deciding(&mut self, revision: u32, now: SimTime) {
        let it = &self.revisions[revision as usize];
        if !matches!(it.scaler, Scaler::KeepAlive(_)) {
            self.recorder.desired(revision, it.deployment.since, now, it.deployment.replicas);
        }
    }

    /// An instance became ready: if it is one too many it goes again, and whoever decides sees it.
    pub(super) fn ready_changed(&mut self, revision: u32, now: SimTime) {
        if self.is_deployed(revision) {
            self.match_replicas(revision, now);
            self.reconcile(revision, now);
        }
    }

    /// Whether a controller starts and deletes the revision's instances.
    fn is_deployed(&self, revision: u32) -> bool {
        matches!(self.revisions[revision as usize].scaler, Scaler::Kpa(_) | Scaler::Hpa(_))
    }

    /// Starts what is missing and retires what is too much. Starts under way are let finish where the scenario says so.
    pub(super) fn match_replicas(&mut self, revision: u32, now: SimTime) {
        // Instances of other revisions that were idle too long have gone before.
        self.expire_idle(now);
        let wanted = self.revisions[revision as usize].deployment.replicas;
        while self.revisions[revision as usize].wanted_alive() < wanted && self.fleet.len() < INSTANCES_MAX as usize {
            self.start(revision, now);
        }
        while self.revisions[revision as usize].plan.cancel_starts && self.revisions[revision as usize].wanted_alive() > wanted {
            let Some(slot) = self.revisions[revision as usize].starting.tail() else { break };
            self.retire(slot, now);
        }
        while self.revisions[revision as usize].ready.len() as u32 > wanted {
            let slot = *self.revisions[revision as usize].ready.last().expect("more than none");
            debug_assert!(matches!(self.fleet[slot].state, State::Ready | State::Usable));
            self.retire(slot, now);
            if matches!(self.revisions[revision as usize].scaler, Scaler::Kpa(_)) {
                self.events.push(now, Event::Reconcile(revision));
            }
        }
        self.tell_usable(revision, now);
    }
}
