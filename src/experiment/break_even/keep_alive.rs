//! How long an idle instance may wait for the next request before its waiting has cost as much as another start.

use super::per_hour;
use super::start::MeanStart;
use crate::billing::InstancePrice;
use crate::platform::{RevisionPlan, ScalerPlan};
use crate::scenario::{Policy, Service};
use crate::units::{Money, Price, Span};

/// τ = cost of a cold start ÷ price of idling. It weighs money alone: that a request waits for a start costs nothing here.
#[derive(Debug, Clone, PartialEq)]
pub struct KeepAliveTime {
    /// The policy.
    pub policy: String,
    /// The service; with its revision where it has several.
    pub service: String,
    /// The billed part of a start, mean, in seconds.
    pub start_billed_s: f64,
    /// What that costs, in the currency.
    pub start_cost: f64,
    /// What an idle instance costs an hour; nothing where idling is free.
    pub idle_per_hour: Option<f64>,
    /// τ, in seconds; nothing where idling is free: then waiting never costs as much as a start.
    pub break_even_s: Option<f64>,
    /// How long an idle instance is kept, in seconds.
    pub kept_s: f64,
}

/// Those of a policy's services that are kept alive for a time.
pub(super) fn of_policy(policy: &Policy) -> Vec<KeepAliveTime> {
    policy.services.iter().flat_map(|service| of_service(policy, service)).collect()
}

fn of_service<'a>(policy: &'a Policy, service: &'a Service) -> impl Iterator<Item = KeepAliveTime> + 'a {
    let revisions = service.plan.revisions.iter().zip(&service.prices);
    let name = |plan: &RevisionPlan| match service.plan.revisions.len() {
        1 => service.name.clone(),
        _ => format!("{}/{}", service.name, plan.name),
    };
    revisions.filter_map(move |(plan, price)| time(policy.name.clone(), name(plan), plan, price))
}

fn time(policy: String, service: String, plan: &RevisionPlan, price: &InstancePrice) -> Option<KeepAliveTime> {
    let ScalerPlan::KeepAlive(spec) = &plan.scaler else { return None };
    let start = MeanStart::of(plan)?;
    let cost = price.price.of(u128::from(start.billed.0));
    Some(KeepAliveTime {
        policy,
        service,
        start_billed_s: start.billed.as_secs_f64(),
        start_cost: cost.as_f64(),
        idle_per_hour: price.idle.map(per_hour),
        break_even_s: price.idle.and_then(|idle| time_for(cost, idle)).map(Span::as_secs_f64),
        kept_s: spec.idle.as_secs_f64(),
    })
}

/// How long this money lasts at this price; nothing if it lasts for ever, or beyond the clock.
fn time_for(money: Money, price: Price) -> Option<Span> {
    let ns = money.0.checked_mul(i128::from(price.per.0))?.checked_div(price.nanos)?;
    u64::try_from(ns).ok().map(Span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_lasts_as_long_as_its_price_says() {
        let hourly = Price { nanos: 360_000_000, per: Span::from_secs(3600) };
        assert_eq!(time_for(Money(3_000_000), hourly), Some(Span::from_secs(30)));
        assert_eq!(time_for(Money(3_000_000), Price { nanos: 0, ..hourly }), None);
        assert_eq!(time_for(Money(i128::MAX), hourly), None);
    }
}
