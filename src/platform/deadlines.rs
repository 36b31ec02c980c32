//! When the clients of requests in execution give up, and the one alarm that watches the first of them.
//!
//! Only for those whose end is not known and can come too late. Deadlines come in nearly the order in which requests
//! begin, so a sorted queue is kept by looking at its last few entries. A request that ends in time is not searched for:
//! its entry is recognised as stale when it comes to the front.

use std::collections::VecDeque;

use super::jobs::{JobId, Jobs};
use crate::units::SimTime;

/// Requests in execution by deadline.
#[derive(Debug)]
pub struct Deadlines {
    queue: VecDeque<(SimTime, JobId)>,
    /// When the alarm rings next.
    armed: SimTime,
}

impl Default for Deadlines {
    fn default() -> Deadlines {
        Deadlines { queue: VecDeque::new(), armed: SimTime::NEVER }
    }
}

impl Deadlines {
    /// Watches a request.
    pub fn push(&mut self, deadline: SimTime, job: JobId, jobs: &Jobs) {
        self.forget_ended(jobs);
        let later = self.queue.iter().rev().take_while(|(at, _)| *at > deadline).count();
        match later {
            0 => self.queue.push_back((deadline, job)),
            _ => self.queue.insert(self.queue.len() - later, (deadline, job)),
        }
    }

    /// Takes the first request whose client gives up at `now`.
    pub fn pop_due(&mut self, now: SimTime, jobs: &Jobs) -> Option<JobId> {
        self.forget_ended(jobs);
        let (_, job) = *self.queue.front().filter(|(at, _)| *at <= now)?;
        self.queue.pop_front();
        Some(job)
    }

    /// When an alarm must be set for the first; nothing if one is set that rings no later, or nobody is watched.
    pub fn arm(&mut self, jobs: &Jobs) -> Option<SimTime> {
        // Whether or not the first has ended, no other rings before it.
        self.queue.front().filter(|(at, _)| *at < self.armed)?;
        self.forget_ended(jobs);
        let (first, _) = *self.queue.front().filter(|(at, _)| *at < self.armed)?;
        self.armed = first;
        Some(first)
    }

    /// An alarm has rung.
    pub fn disarm(&mut self, now: SimTime) {
        if self.armed <= now {
            self.armed = SimTime::NEVER;
        }
    }

    fn forget_ended(&mut self, jobs: &Jobs) {
        while self.queue.front().is_some_and(|(_, job)| !jobs.is_alive(*job)) {
            self.queue.pop_front();
        }
    }
}
