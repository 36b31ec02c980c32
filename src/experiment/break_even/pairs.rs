//! Which policy is another one's counterpart: the same services and requests, but for one thing.

use crate::billing::Role;
use crate::scenario::{Policy, Scenario, Service};

/// The only service of a policy that has a reserve.
pub(super) fn reserved(policy: &Policy) -> Option<&Service> {
    let mut reserved = policy.services.iter().filter(|service| has_reserve(service));
    let only = reserved.next()?;
    reserved.next().is_none().then_some(only)
}

/// The first policy that keeps a standard instance where this one has a reserve, on the same requests, at the same price.
pub(super) fn keep_one(scenario: &Scenario, policy: &Policy) -> Option<usize> {
    let service = reserved(policy)?;
    scenario.policies.iter().position(|other| {
        let kept = other.services.iter().find(|it| it.name == service.name);
        kept.is_some_and(|it| keeps_one(it) && it.prices[0] == service.prices[0]) && same_requests(policy, other)
    })
}

fn has_reserve(service: &Service) -> bool {
    service.prices.iter().any(|price| price.role == Role::Reserve)
}

fn keeps_one(service: &Service) -> bool {
    !has_reserve(service) && matches!(service.plan.revisions.as_slice(), [only] if only.kept == 1)
}

fn same_requests(a: &Policy, b: &Policy) -> bool {
    let of = |policy: &Policy| policy.services.iter().map(|it| (it.name.clone(), it.workload)).collect::<Vec<_>>();
    of(a) == of(b)
}
