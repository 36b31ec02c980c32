//! The pods' own statistics, where a scenario wants them sampled as Knative does (`scraping: sampled`): a report of every pod
//! each second, of which a few are read and taken for all.
//!
//! The rules of the sample are the autoscaler's (`autoscaler::kpa::scrape`). Every queue-proxy cuts its reports at a phase of
//! its own. It costs a step of work a pod and second, so by
//! default all pods are read as one exact sum (`knative`).

use rand::RngExt as _;

use super::instance::Fleet;
use super::reporter::Reporter;
use crate::autoscaler::kpa::scrape::{choose, extrapolate};
use crate::autoscaler::kpa::{REPORT, Stat};
use crate::engine::{Rng, Streams};
use crate::units::{SimTime, Span};

/// The statistics of every pod of a revision.
#[derive(Debug)]
pub struct Sampling {
    by_slot: Vec<Reporter>,
    /// Which pods are asked.
    chance: Rng,
    /// When each pod cuts its reports; none where all do at whole seconds.
    phases: Option<Rng>,
}

impl Sampling {
    /// No pods yet. If `aligned` they cut their reports at whole seconds.
    pub fn new(aligned: bool, streams: Streams) -> Sampling {
        let phases = (!aligned).then(|| streams.child("reports").rng());
        Sampling { by_slot: Vec::new(), chance: streams.child("scrape").rng(), phases }
    }

    /// A pod is there.
    pub fn open(&mut self, slot: u32, now: SimTime) {
        let phase = self.phases.as_mut().map_or(Span::ZERO, |rng| Span(rng.random_range(0..REPORT.0)));
        let reporter = Reporter::new(now, phase);
        if self.by_slot.len() <= slot as usize {
            self.by_slot.resize(slot as usize + 1, reporter.clone());
        }
        self.by_slot[slot as usize] = reporter;
    }

    /// A request enters a pod straight from the gateway.
    pub fn enter(&mut self, slot: u32, now: SimTime) {
        self.by_slot[slot as usize].enter(now);
    }

    /// Such a request leaves.
    pub fn leave(&mut self, slot: u32, now: SimTime) {
        self.by_slot[slot as usize].leave(now);
    }

    /// What a sample of the `ready` pods says of all of them; those of at least the age `old_from` are preferred. A pod's age
    /// counts from when a node took it up (pkg/resources/pods.go: status.startTime).
    pub fn scrape(&mut self, ready: &[u32], fleet: &Fleet, old_from: Span, now: SimTime) -> Option<Stat> {
        let (mut old, mut young) = (Vec::new(), Vec::new());
        for slot in ready {
            let stat = self.by_slot[*slot as usize].newest(now);
            let age = now - fleet[*slot].start.steps[1];
            if age >= old_from { old.push(stat) } else { young.push(stat) }
        }
        let sampled: Vec<Stat> = choose(&mut old, &mut young, &mut self.chance).collect();
        extrapolate(sampled, ready.len() as u32)
    }
}
