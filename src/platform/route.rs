//! The route: which revision a request goes to, by percent, and what it asks for.

use rand::Rng as _;

use super::request::Request;
use super::world::World;
use crate::traffic::Arrival;
use crate::units::{SimTime, Span};

impl World<'_> {
    /// Draws the revision of the next request. Drawn for every request, in the order of arrival, under every policy.
    #[inline]
    pub(super) fn route(&mut self) -> u32 {
        if self.revisions.len() == 1 {
            return 0;
        }
        let mut left = (self.chance.route.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
        for (index, revision) in self.revisions.iter().enumerate() {
            left -= revision.plan.share;
            if left < 0.0 {
                return index as u32;
            }
        }
        self.revisions.len() as u32 - 1
    }

    /// The request that has just arrived.
    #[inline]
    pub(super) fn request(&mut self, revision: u32, arrival: &Arrival, now: SimTime) -> Request {
        let gateway_hop = self.plan.gateway_latency.sample(&mut self.chance.gateway);
        let (deadline, gives_up) = self.revisions[revision as usize].plan.timeouts.deadline(now, gateway_hop);
        self.expire_idle(now);
        let woke_up = self.revisions[revision as usize].wanted_alive() == 0;
        let (cpu, io) = self.demand(revision, arrival);
        Request { arrived: now, gateway_hop, cpu, io, deadline, gives_up, woke_up }
    }

    #[inline]
    fn demand(&mut self, revision: u32, arrival: &Arrival) -> (Span, Span) {
        let demand = &self.revisions[revision as usize].plan.demand;
        match arrival.demand {
            Some(recorded) => demand.split(recorded),
            None => (demand.cpu.sample(&mut self.chance.demand), demand.io.sample(&mut self.chance.demand)),
        }
    }
}
