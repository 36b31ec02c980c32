//! Spot instances that the provider takes back.
//!
//! ```text
//! bought ── protection ──►┐ ... checks every 5 minutes ... ─► notice: takes no new requests ── 3 minutes ──► gone
//! ```
//!
//! The rules and their times are ECI's (fact sheet `prices-credits-reserve`, 1.1, spot): an hour of protection, then a check
//! every 5 minutes, an event about 3 minutes before the end. When the provider wants an instance back nobody publishes: that
//! is a distribution the user states. At the notice the instance is taken out of service and drains, and whoever decides
//! how many there are replaces it (a guess: the documents leave what is done at the event to its owner). Requests that still
//! run at the end fail.

use schemars::JsonSchema;
use serde::Deserialize;

use super::event::{Event, Handle};
use super::instance::State;
use super::jobs::Job;
use super::reserve::Input;
use super::revision::Scaler;
use super::world::World;
use crate::engine::{Dist, DistSpec, Streams};
use crate::error::{Problem, below};
use crate::units::{SimTime, Span};

/// When the provider takes spot instances back.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ReclaimSpec {
    /// How long after its protection an instance is left to its owner: `{ exponential: { mean: 20h } }`. Nobody publishes it.
    pub after: DistSpec,
    /// For so long after it was bought an instance is not taken back. Default: 1 hour, as ECI's.
    #[serde(default = "protection")]
    pub protection: Span,
    /// It is taken back at a multiple of this after its protection. Default: 5 minutes, as ECI's; 0 = at any time.
    #[serde(default = "check_every")]
    pub check_every: Span,
    /// How long before the end it is told: it takes no new requests from then on. Default: 3 minutes, as ECI's.
    #[serde(default = "notice")]
    pub notice: Span,
}

fn protection() -> Span {
    Span::from_secs(3600)
}

fn check_every() -> Span {
    Span::from_secs(300)
}

fn notice() -> Span {
    Span::from_secs(180)
}

impl ReclaimSpec {
    /// What is wrong with it.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = below("after", self.after.check()).collect();
        if self.protection == Span::ZERO && self.check_every == Span::ZERO {
            let problem = Problem::new("reclaim", "protection", "an instance that may be taken back at once may never come to serve");
            problems.push(problem.hint("leave `protection` or `check-every` above 0"));
        }
        problems
    }

    /// Its rules, ready to be drawn.
    pub fn plan(&self) -> ReclaimPlan {
        ReclaimPlan { after: Dist::new(&self.after), protection: self.protection, check_every: self.check_every, notice: self.notice }
    }
}

/// When instances of a kind are taken back.
#[derive(Debug, Clone, PartialEq)]
pub struct ReclaimPlan {
    after: Dist,
    protection: Span,
    check_every: Span,
    notice: Span,
}

impl ReclaimPlan {
    /// When the notice comes to an instance with these streams that was bought at `bought`: at the first check after its time,
    /// but not before one check after the protection.
    fn notice_at(&self, bought: SimTime, streams: Streams) -> SimTime {
        let left = self.after.sample(&mut streams.child("reclaim").rng());
        let until = match self.check_every {
            Span::ZERO => left,
            every => every * left.0.div_ceil(every.0).max(1),
        };
        bought.saturating_add(self.protection).saturating_add(until)
    }
}

impl World<'_> {
    /// An instance was bought at `bought`: when it will be taken back is settled.
    pub(super) fn expect_reclaim(&mut self, slot: u32, bought: SimTime) {
        let Some(plan) = self.kind_of(slot).reclaim.as_deref() else { return };
        let at = plan.notice_at(bought, self.starts_of(slot));
        self.fleet[slot].reclaimed = at.saturating_add(plan.notice);
        if at <= self.window.horizon {
            self.events.push(at, Event::Notice(self.fleet.handle(slot)));
        }
    }

    /// An instance is to be taken back: it goes, and is replaced.
    pub(super) fn on_notice(&mut self, slot: u32, now: SimTime) {
        let instance = &self.fleet[slot];
        let (revision, state) = (instance.revision, instance.state);
        let handle = self.fleet.handle(slot);
        self.recorder.reclaimed(now);
        self.retire(slot, now);
        if self.fleet.find(handle).is_some() {
            self.events.push(self.fleet[slot].reclaimed, Event::Taken(handle));
        }
        if matches!(state, State::Starting | State::Ready | State::Usable) {
            self.replace(revision, state, now);
        }
    }

    /// An instance that was in this state is gone, or going.
    fn replace(&mut self, revision: u32, state: State, now: SimTime) {
        let it = &self.revisions[revision as usize];
        match it.scaler {
            Scaler::Fixed(_) if it.serves != revision => {
                let input = if state == State::Usable { Input::ReserveLost } else { Input::StartLost };
                self.tell_reserve(it.serves, input, now);
            }
            Scaler::Fixed(_) => self.match_replicas(revision, now),
            Scaler::Kpa(_) | Scaler::Hpa(_) => self.ready_changed(revision, now),
            // The next request finds one fewer.
            Scaler::KeepAlive(_) => {}
        }
    }

    /// The provider takes an instance: what is in it fails. Requests whose end was known have ended at this moment.
    pub(super) fn on_taken(&mut self, handle: Handle, now: SimTime) {
        let Some(slot) = self.fleet.find(handle) else { return };
        while let Some(request) = self.next_inside(slot, now) {
            self.recorder.failed(&request, &self.fleet[slot], now);
            self.leave(slot, request.activator, now);
            self.leave_lane(slot, request.activator);
        }
        let stopped: Vec<Job> = self.stop_running(slot, now);
        for job in stopped {
            self.recorder.metering.executed(self.fleet[slot].kind, job.begun, now);
            if !job.abandoned {
                self.recorder.failed(&job.request, &self.fleet[slot], now);
                self.leave(slot, job.request.activator, now);
            }
            self.release(slot, job.request.activator, now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_comes_at_a_check_after_the_protection() {
        let at = |json: &str| {
            let spec: ReclaimSpec = serde_json::from_str(json).expect("readable");
            assert_eq!(spec.check(), []);
            spec.plan().notice_at(SimTime::from_secs(10), Streams::new(1, 0)).whole_secs()
        };
        assert_eq!(at(r#"{"after": "0s"}"#), 10 + 3600 + 300);
        assert_eq!(at(r#"{"after": "300s"}"#), 10 + 3600 + 300);
        assert_eq!(at(r#"{"after": "301s", "protection": "0s"}"#), 10 + 600);
        assert_eq!(at(r#"{"after": "301s", "protection": "1m", "check-every": "0s"}"#), 10 + 60 + 301);
    }
}
