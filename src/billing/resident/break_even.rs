//! From which traffic on a gateway of one's own is cheaper than a load balancer that is paid by use.

use super::super::{HourUse, LoadBalancer};
use super::Resident;
use crate::units::{Bytes, Money, SimTime, Span};

/// What one request means to a load balancer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerRequest {
    /// What its response weighs.
    pub response: Bytes,
    /// How many requests come over one connection; at least 1.
    pub requests_per_connection: u32,
    /// How many rules are evaluated for it.
    pub rules: u32,
    /// How long its connection is open.
    pub connection: Span,
}

/// Where two prices meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakEven {
    /// The load balancer is dearer though nobody calls.
    OwnAlways,
    /// The load balancer is not dearer up to so many requests an hour, evenly spread.
    Requests(u64),
    /// No traffic that can be thought of makes the load balancer dearer.
    LoadBalancerAlways,
}

/// More requests an hour than any gateway sees: a hundred million a second.
const REQUESTS_MAX: u64 = 360_000_000_000;

/// The most requests an hour, evenly spread, for which `load_balancer` (in an edition, if it has several) costs no more
/// than `own` an hour. Not counted is what is kept of it (a size, a bandwidth).
pub fn break_even(own: Money, load_balancer: &LoadBalancer, edition: Option<&str>, request: &PerRequest) -> BreakEven {
    meet(own, request, |hour| {
        let lines = load_balancer.standing(edition, 1).into_iter().chain(load_balancer.used(&[hour]));
        lines.map(|line| line.amount).sum()
    })
}

impl Resident {
    /// The same for all that is resident here, as it is: with what it keeps, its pods and its nodes.
    pub fn break_even(&self, own: Money, request: &PerRequest) -> BreakEven {
        meet(own, request, |hour| self.an_hour(hour))
    }

    /// What an hour costs in which this goes through the load balancer.
    pub fn an_hour(&self, used: HourUse) -> Money {
        self.bill(SimTime::ZERO, SimTime::from_secs(3600), &[used]).total()
    }
}

/// Where the price of an hour meets `own`. It never falls with traffic, so the point is found by halving.
fn meet(own: Money, request: &PerRequest, price: impl Fn(HourUse) -> Money) -> BreakEven {
    let dearer = |requests: u64| price(request.hour(requests)) > own;
    if dearer(0) {
        return BreakEven::OwnAlways;
    }
    if !dearer(REQUESTS_MAX) {
        return BreakEven::LoadBalancerAlways;
    }
    let (mut fine, mut too_many) = (0, REQUESTS_MAX);
    while too_many - fine > 1 {
        let middle = fine + (too_many - fine) / 2;
        if dearer(middle) { too_many = middle } else { fine = middle }
    }
    BreakEven::Requests(fine)
}

impl PerRequest {
    /// An hour of so many such requests, evenly spread.
    fn hour(&self, requests: u64) -> HourUse {
        let new_connections = requests.div_ceil(u64::from(self.requests_per_connection.max(1)));
        let connection_ns = u128::from(new_connections) * u128::from(self.connection.0);
        HourUse {
            requests,
            new_connections,
            connection_ns,
            rules: requests * u64::from(self.rules),
            bytes: u128::from(requests) * u128::from(self.response.0),
            requests_peak: requests.div_ceil(3600),
            new_connections_peak: new_connections.div_ceil(3600),
            connections_peak: connection_ns.div_ceil(3_600_000_000_000) as u64,
        }
    }
}
