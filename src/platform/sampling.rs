//! The pods' own statistics, where a scenario wants them sampled as Knative does (`scraping: sampled`): a report of every pod
//! each second, of which a few are read and taken for all.
//!
//! The rules of the sample are the autoscaler's (`autoscaler::kpa::scrape`). It costs a step of work a pod and second, so by
//! default all pods are read as one exact sum (`knative`).

use super::instance::Fleet;
use crate::autoscaler::kpa::scrape::{choose, extrapolate};
use crate::autoscaler::kpa::{RequestStats, Stat, Via};
use crate::engine::Rng;
use crate::units::{SimTime, Span};

/// The statistics of every pod of a revision.
#[derive(Debug)]
pub struct Sampling {
    by_slot: Vec<RequestStats>,
    rng: Rng,
}

impl Sampling {
    /// No pods yet; which of them are asked is drawn from `rng`.
    pub fn new(rng: Rng) -> Sampling {
        Sampling { by_slot: Vec::new(), rng }
    }

    /// A pod is there.
    pub fn open(&mut self, slot: u32, now: SimTime) {
        if self.by_slot.len() <= slot as usize {
            self.by_slot.resize(slot as usize + 1, RequestStats::new(now));
        }
        self.by_slot[slot as usize] = RequestStats::new(now);
    }

    /// A request enters a pod straight from the gateway. What comes through an activator is the activator's to count.
    pub fn enter(&mut self, slot: u32, now: SimTime) {
        self.by_slot[slot as usize].enter(now, Via::Gateway);
    }

    /// Such a request leaves.
    pub fn leave(&mut self, slot: u32, now: SimTime) {
        self.by_slot[slot as usize].leave(now, Via::Gateway);
    }

    /// What a sample of the `ready` pods says of all of them; those of at least the age `old_from` are preferred.
    pub fn scrape(&mut self, ready: &[u32], fleet: &Fleet, old_from: Span, now: SimTime) -> Option<Stat> {
        let (mut old, mut young) = (Vec::new(), Vec::new());
        for slot in ready {
            let stat = self.by_slot[*slot as usize].report(now);
            let age = now - fleet[*slot].start.asked;
            if age >= old_from { old.push(stat) } else { young.push(stat) }
        }
        let sampled: Vec<Stat> = choose(&mut old, &mut young, &mut self.rng).collect();
        extrapolate(sampled, ready.len() as u32)
    }
}
