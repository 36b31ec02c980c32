//! Where two ways to serve cost the same: closed forms from the scenario's own prices and times, each to be held beside what
//! was simulated.
//!
//! ```text
//! keep_alive  an idle instance has cost as much as another start            cost of a start ÷ price of idling
//! reserve     a reserve has saved what its swap costs                       platform::reserve::IdleGap
//! gateway     a load balancer paid by use costs as much as own gateways     billing::resident::break_even
//! ```
//!
//! They know means only, and one thing at a time: a start of mean length, a gap with one request, an even traffic. Where the
//! simulation says something else, that is what it is for.

mod gateway;
mod keep_alive;
mod pairs;
mod reserve;
mod start;

pub use gateway::{Crossing, GatewayRate};
pub use keep_alive::KeepAliveTime;
pub use reserve::{GapLine, Pays, ReserveRule, Seen, Side};

use super::simulate::Replicas;
use crate::scenario::Scenario;
use crate::units::{Money, Price, Span};

/// Every closed form that applies to some policy, in the order of the policies.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BreakEvens {
    /// How long a keep-alive policy may wait for a start's worth of money.
    pub keep_alive: Vec<KeepAliveTime>,
    /// When a reserve beats a standard instance that is kept.
    pub reserve: Vec<ReserveRule>,
    /// Up to which traffic a load balancer beats gateways of one's own.
    pub gateway: Vec<GatewayRate>,
}

impl BreakEvens {
    /// Whether none applies.
    pub fn is_empty(&self) -> bool {
        self.keep_alive.is_empty() && self.reserve.is_empty() && self.gateway.is_empty()
    }
}

/// Those of a scenario that was run.
pub(super) fn break_evens(scenario: &Scenario, replicas: &[Replicas], confidence: f64) -> BreakEvens {
    BreakEvens {
        keep_alive: scenario.policies.iter().flat_map(keep_alive::of_policy).collect(),
        reserve: reserve::rules(scenario, replicas, confidence),
        gateway: gateway::rates(scenario, replicas),
    }
}

fn per_hour(price: Price) -> f64 {
    hour_of(price).as_f64()
}

fn hour_of(price: Price) -> Money {
    price.of(u128::from(Span::from_secs(3600).0))
}
