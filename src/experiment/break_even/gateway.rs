//! Up to which traffic a load balancer that is paid by use costs less than gateways of one's own.

use crate::billing::HourUse;
use crate::billing::resident::{BreakEven, LoadBalancerSpec, PerRequest};
use crate::experiment::simulate::Replicas;
use crate::observe::Outcome;
use crate::scenario::{Policy, Scenario};
use crate::units::Span;

/// Two policies' resident cost: one has a load balancer, the other gateways of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct GatewayRate {
    /// The policy with the load balancer.
    pub policy: String,
    /// The policy with gateways of its own.
    pub against: String,
    /// What the load balancer's policy has resident costs an hour in which nobody calls, in the currency.
    pub silent_per_hour: f64,
    /// What the other one's costs an hour, whoever calls.
    pub own_per_hour: f64,
    /// Where they meet.
    pub crossing: Crossing,
    /// Requests that arrived a second, mean over the simulated time.
    pub seen_per_second: f64,
    /// What the simulated traffic made of the load balancer's hour, mean.
    pub seen_per_hour: f64,
}

/// Where a load balancer begins to be the dearer one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Crossing {
    /// Though nobody calls.
    OwnAlways,
    /// Beyond so many requests a second, evenly spread.
    PerSecond(f64),
    /// At no traffic that can be thought of.
    LoadBalancerAlways,
}

/// Every policy with a load balancer beside every one with gateways of its own.
pub(super) fn rates(scenario: &Scenario, replicas: &[Replicas]) -> Vec<GatewayRate> {
    let own = || scenario.policies.iter().filter(|policy| policy.resident.is_own_gateway());
    let by_use = scenario.policies.iter().zip(replicas);
    by_use.flat_map(|(policy, replicas)| own().filter_map(|own| rate(policy, own, replicas))).collect()
}

fn rate(policy: &Policy, own: &Policy, replicas: &Replicas) -> Option<GatewayRate> {
    let request = per_request(policy.resident.load_balancer()?, &replicas.merged);
    let own_hour = own.resident.an_hour(HourUse::default());
    let hours = replicas.merged.measured.as_secs_f64() / 3600.0;
    let mean = |key: &str| {
        let (figure, _) = crate::figure::find(key).expect("it is in the table");
        let values = replicas.each.iter().filter_map(|replica| replica.figures[figure]);
        values.sum::<f64>() / replicas.each.len() as f64
    };
    Some(GatewayRate {
        policy: policy.name.clone(),
        against: own.name.clone(),
        silent_per_hour: policy.resident.an_hour(HourUse::default()).as_f64(),
        own_per_hour: own_hour.as_f64(),
        crossing: match policy.resident.break_even(own_hour, &request) {
            BreakEven::OwnAlways => Crossing::OwnAlways,
            BreakEven::Requests(an_hour) => Crossing::PerSecond(an_hour as f64 / 3600.0),
            BreakEven::LoadBalancerAlways => Crossing::LoadBalancerAlways,
        },
        seen_per_second: mean("requests.arrived") / hours / 3600.0,
        seen_per_hour: mean("cost.resident") / hours,
    })
}

/// What a load balancer sees of a request: its connection is open for as long as the requests that share it took.
fn per_request(spec: &LoadBalancerSpec, outcome: &Outcome) -> PerRequest {
    let latency_s = outcome.latency.mean_secs().unwrap_or(0.0);
    PerRequest {
        response: spec.response,
        requests_per_connection: spec.requests_per_connection,
        rules: spec.rules_per_request,
        connection: Span::from_secs_f64(latency_s * f64::from(spec.requests_per_connection)),
    }
}
