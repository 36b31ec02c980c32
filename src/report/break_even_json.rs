//! Closed forms in the JSON contract, and the schema of that.

use serde_json::{Value, json};

use super::json::{ends, number};
use super::schema::{described, object};
use crate::experiment::break_even::{BreakEvens, Crossing, GatewayRate, KeepAliveTime, Pays, ReserveRule, Seen, Side};
use crate::experiment::figure::Unit;

/// The value of `break_even`.
pub(super) fn value(it: &BreakEvens) -> Value {
    json!({
        "keep_alive": it.keep_alive.iter().map(keep_alive).collect::<Vec<_>>(),
        "reserve": it.reserve.iter().map(reserve).collect::<Vec<_>>(),
        "gateway": it.gateway.iter().map(gateway).collect::<Vec<_>>(),
    })
}

fn keep_alive(it: &KeepAliveTime) -> Value {
    json!({
        "policy": it.policy,
        "service": it.service,
        "start_billed_s": it.start_billed_s,
        "start_cost": it.start_cost,
        "idle_per_hour": it.idle_per_hour,
        "break_even_s": it.break_even_s,
        "kept_s": it.kept_s,
    })
}

fn reserve(it: &ReserveRule) -> Value {
    let side = |it: &Side| json!({ "name": it.name, "per_hour": it.per_hour, "start_billed_s": it.start_billed_s });
    let (line, share) = match it.pays {
        Pays::InGaps(line) => (Some(line), None),
        Pays::IfAwayOver(share) => (None, Some(share)),
    };
    let seen = |it: &Seen| {
        json!({
            "gaps": it.gaps,
            "gap_mean_s": it.gap_mean_s,
            "away_share": it.away_share,
            "saved_closed_form": it.expected,
            "saved": number(it.saved.point, Unit::Money),
            "interval": ends(&it.saved, Unit::Money),
        })
    };
    json!({
        "policy": it.policy,
        "service": it.service,
        "against": it.against,
        "standard": side(&it.standard),
        "reserve": side(&it.reserve),
        "replicas": it.replicas,
        "drain_s": it.drain_s,
        "break_even_s": line.and_then(|it| it.break_even_s),
        "swap_cost": line.map(|it| it.swap_cost),
        "saved_per_hour": line.map(|it| it.saved_per_hour),
        "break_even_share": share,
        "simulated": it.seen.as_ref().map(seen),
    })
}

fn gateway(it: &GatewayRate) -> Value {
    let per_second = match it.crossing {
        Crossing::OwnAlways => Some(0.0),
        Crossing::PerSecond(rate) => Some(rate),
        Crossing::LoadBalancerAlways => None,
    };
    json!({
        "policy": it.policy,
        "against": it.against,
        "silent_per_hour": it.silent_per_hour,
        "own_per_hour": it.own_per_hour,
        "break_even_requests_per_s": per_second,
        "simulated": { "requests_per_s": it.seen_per_second, "per_hour": it.seen_per_hour },
    })
}

/// The schema of [`value`].
pub(super) fn schema() -> Value {
    let list = |description: &str, item: Value| json!({ "type": "array", "description": description, "items": item });
    let properties = json!({
        "keep_alive": list("how long an idle instance may wait before that has cost as much as another start", keep_alive_schema()),
        "reserve": list("when a reserve is cheaper than a standard instance that is kept", reserve_schema()),
        "gateway": list("up to which traffic a load balancer is cheaper than gateways of one's own", gateway_schema()),
    });
    object("where two ways to serve cost the same, in closed form, beside what was simulated", properties)
}

fn keep_alive_schema() -> Value {
    let properties = json!({
        "policy": described("string", "the policy"),
        "service": described("string", "the service, with its revision where it has several"),
        "start_billed_s": described("number", "the billed part of a start, mean (seconds)"),
        "start_cost": described("number", "what that costs (units of `cost.currency`)"),
        "idle_per_hour": described(["number", "null"], "what an idle instance costs an hour; null where that is free"),
        "break_even_s": described(["number", "null"], "cost of a start ÷ price of idling (seconds); null where idling is free"),
        "kept_s": described("number", "how long the policy keeps an idle instance (seconds)"),
    });
    object("a service that is kept alive for a time", properties)
}

fn reserve_schema() -> Value {
    let side = |description: &str| {
        let properties = json!({
            "name": described("string", "its type, or the class by whose prices it is charged"),
            "per_hour": described("number", "what it costs an hour"),
            "start_billed_s": described("number", "the billed part of its start, mean (seconds)"),
        });
        object(description, properties)
    };
    let properties = json!({
        "policy": described("string", "the policy with the reserve"),
        "service": described("string", "the service that has it"),
        "against": described(["string", "null"], "the policy that keeps a standard instance; null if there is none"),
        "standard": side("the standard instance"),
        "reserve": side("the reserve, all its replicas together"),
        "replicas": described("integer", "how many these are"),
        "drain_s": described("number", "from the hand-over to the end of the reserve, mean (seconds)"),
        "break_even_s": described(["number", "null"], "it is cheaper in idle gaps longer than this (seconds); null if in none, or if it is kept"),
        "swap_cost": described(["number", "null"], "what the swap and the hand-over of a gap cost; null if it is kept"),
        "saved_per_hour": described(["number", "null"], "what every hour of a gap saves; null if it is kept"),
        "break_even_share": described(["number", "null"], "a reserve that is kept is cheaper if it stands in for more than this share of the time; null if it is released"),
        "simulated": seen_schema(),
    });
    object("a reserve", properties)
}

fn seen_schema() -> Value {
    let number = |description: &str| described(["number", "null"], description);
    let interval =
        json!({ "low": number("lower end; null with a single replication"), "high": number("upper end; null with a single replication") });
    let properties = json!({
        "gaps": described("number", "gaps in a run, mean"),
        "gap_mean_s": described("number", "their mean length, from the start of the swap to the first request (seconds)"),
        "away_share": described("number", "the share of the time in which the reserve stood in"),
        "saved_closed_form": described("number", "what the closed form says is saved: in a gap of that length, or in an hour if it is kept"),
        "saved": number("what the bills say of the same"),
        "interval": object("its 95 % interval", interval),
    });
    let mut schema = object("what was simulated; null without a policy to compare with, or without a gap", properties);
    schema["type"] = json!(["object", "null"]);
    schema
}

fn gateway_schema() -> Value {
    let simulated = json!({
        "requests_per_s": described("number", "requests that arrived a second, mean"),
        "per_hour": described("number", "what was paid an hour for what is resident, mean"),
    });
    let properties = json!({
        "policy": described("string", "the policy with the load balancer"),
        "against": described("string", "the policy with gateways of its own"),
        "silent_per_hour": described("number", "what the former has resident costs an hour in which nobody calls"),
        "own_per_hour": described("number", "what the latter has resident costs an hour"),
        "break_even_requests_per_s": described(["number", "null"], "evenly spread requests a second beyond which the former is dearer; null if it never is"),
        "simulated": object("what was simulated of the former", simulated),
    });
    object("a load balancer beside gateways of one's own", properties)
}
