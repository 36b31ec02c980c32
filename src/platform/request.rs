//! A request: what it asks for, how long anyone waits for it, and where it ends.

use schemars::JsonSchema;
use serde::Deserialize;

use super::load::LoadLaw;
use crate::engine::{Dist, DistSpec};
use crate::error::{Problem, below};
use crate::units::{Share, SimTime, Span};

/// What one request asks of an instance, and how long its client waits.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct RequestSpec {
    /// Time on one vCPU of relative speed 1. It comes first; the requests in an instance share its vCPUs, each with at most
    /// one.
    pub cpu: Option<DistSpec>,
    /// Time spent waiting for something else (a database, another service), using no CPU. It comes after the CPU time.
    pub io: Option<DistSpec>,
    /// Further waiting that depends on how loaded the instance is when the request begins there, as it was measured:
    /// `{ concurrency: { seconds: [0.1, 0.02] } }` or `{ rate-per-instance: { rate: 10/s, seconds: [1.2, 0.08] } }`.
    pub load_law: Option<LoadLaw>,
    /// What part of a duration that a trace has recorded is CPU time. The rest, by default all of it, is waiting: it was
    /// measured by the clock elsewhere, contention included.
    pub cpu_share: Option<Share>,
    /// After this the client gives up. Without it the client waits as long as the gateway and the revision do.
    pub timeout: Option<Span>,
    /// What an instance does with a request whose client has gone: `keep-working` (default) or `stop`.
    pub on_timeout: OnTimeout,
}

/// What becomes of a request in execution when its client has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OnTimeout {
    /// It is worked on to its end, as most HTTP servers do (`specs/request-path-and-cold-start.md` 3.2).
    #[default]
    KeepWorking,
    /// It is dropped at once and its place is free.
    Stop,
}

impl RequestSpec {
    /// What is wrong with it.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (path, dist) in [("cpu", &self.cpu), ("io", &self.io)] {
            problems.extend(dist.iter().flat_map(|dist| below(path, dist.check())));
        }
        problems.extend(self.load_law.iter().flat_map(|law| below("load-law", law.check())));
        if self.timeout == Some(Span::ZERO) {
            let problem = Problem::new("timeout", "timeout", "a request would time out before it arrives");
            problems.push(problem.hint("leave `timeout` out for a client that waits"));
        }
        problems
    }
}

/// What requests ask for, ready to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    /// Time on one vCPU of relative speed 1.
    pub cpu: Dist,
    /// Time waiting for something else, after that.
    pub io: Dist,
    /// What of a recorded duration is CPU time.
    pub cpu_share: f64,
    /// Waiting that depends on the instance's load, after all of that.
    pub load: Option<LoadLaw>,
}

impl Demand {
    /// Whether any request ever runs on a CPU.
    pub fn uses_cpu(&self) -> bool {
        self.cpu != Dist::Constant(Span::ZERO) || self.cpu_share > 0.0
    }

    /// The CPU time and the waiting in a recorded duration.
    #[inline]
    pub(super) fn split(&self, recorded: Span) -> (Span, Span) {
        if self.cpu_share == 0.0 {
            return (Span::ZERO, recorded);
        }
        let cpu = Span((recorded.0 as f64 * self.cpu_share).round() as u64).min(recorded);
        (cpu, recorded - cpu)
    }
}

/// Who gives up first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivesUp {
    /// The client.
    Client,
    /// The gateway or load balancer.
    Gateway,
    /// The revision's timeout, in the activator and again in queue-proxy.
    Revision,
}

/// How long client, gateway and revision wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// From when the client sent the request.
    pub client: Span,
    /// From when the gateway received it.
    pub gateway: Span,
    /// From when the activator or queue-proxy received it.
    pub revision: Span,
}

impl Timeouts {
    /// How long the client and the gateway wait: the shorter of the two.
    pub fn outside(&self) -> Span {
        self.client.min(self.gateway)
    }

    /// Who gives up first, and when, on a request that reached the route at `now`, `hop` after it was sent. A client or
    /// gateway that has given up before gives `now`.
    #[inline]
    pub(super) fn deadline(&self, now: SimTime, hop: Span) -> (SimTime, GivesUp) {
        let outside = SimTime(now.0.saturating_add(self.outside().0).saturating_sub(hop.0).max(now.0));
        let inside = now.saturating_add(self.revision);
        if inside < outside {
            (inside, GivesUp::Revision)
        } else if self.client <= self.gateway {
            (outside, GivesUp::Client)
        } else {
            (outside, GivesUp::Gateway)
        }
    }
}

/// A request that has reached the route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// When it reached the route: one gateway hop after it was sent.
    pub arrived: SimTime,
    /// That hop.
    pub gateway_hop: Span,
    /// Its time on one vCPU of relative speed 1.
    pub cpu: Span,
    /// Its waiting, after that.
    pub io: Span,
    /// When somebody gives up on it; not after `arrived` if it was given up on its way to the route.
    pub deadline: SimTime,
    /// Who.
    pub gives_up: GivesUp,
    /// Whether it found no instance, not even one on its way.
    pub woke_up: bool,
    /// The revision it was routed to.
    pub revision: u32,
    /// The activator it goes through; nothing if the gateway sends it straight to an instance.
    pub activator: Option<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_to_give_up_decides() {
        let s = Span::from_secs;
        let now = SimTime::from_secs(100);
        let deadline = |client, gateway, revision, hop| Timeouts { client, gateway, revision }.deadline(now, hop);
        assert_eq!(deadline(s(10), s(60), s(300), s(1)), (SimTime::from_secs(109), GivesUp::Client));
        assert_eq!(deadline(Span::MAX, s(60), s(300), s(0)), (SimTime::from_secs(160), GivesUp::Gateway));
        assert_eq!(deadline(Span::MAX, Span::MAX, s(300), s(1)), (SimTime::from_secs(400), GivesUp::Revision));
        assert_eq!(deadline(s(1), s(60), s(300), s(2)), (now, GivesUp::Client), "a hop longer than the timeout");
    }
}
