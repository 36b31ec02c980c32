//! Explained requests as data. Times are whole nanoseconds, from the start of the run; what is not known is `null`.

use serde_json::{Map, Value, json};

use super::decisions_csv::trigger;
use super::explain::{decisions_around, looked_for};
use crate::experiment::Explanation;
use crate::observe::{DecisionRecord, InstanceLife, Part, RequestLife};
use crate::units::SimTime;

/// The document.
pub(super) fn document(it: &Explanation) -> Value {
    json!({
        "version": it.version,
        "scenario": it.scenario,
        "scenario_hash": it.scenario_hash,
        "policy": it.policy,
        "service": it.service,
        "seed": it.seed,
        "replication": it.replication,
        "looked_for": looked_for(it.wanted),
        "requests_arrived": it.arrived,
        "requests": it.lives.iter().map(|life| request(it, life)).collect::<Vec<_>>(),
    })
}

fn request(it: &Explanation, life: &RequestLife) -> Value {
    let parts: Map<String, Value> = Part::ALL.iter().map(|part| (part.name().to_owned(), json!(life.parts[*part as usize]))).collect();
    let around = life.around;
    json!({
        "number": life.number,
        "revision": it.revisions[life.revision as usize].name,
        "arrived_ns": life.arrived.0,
        "ending": life.ending.name(),
        "measured": life.measured,
        "latency_ns": life.latency().map(|it| it.0),
        "begun_ns": life.begun.map(|it| it.0),
        "demand": { "cpu_ns": life.cpu.0, "io_ns": life.io.0 },
        "blame_ns": parts,
        "found": {
            "usable": around.usable,
            "ready": around.ready,
            "starting": around.starting,
            "draining": around.draining,
            "in_service": around.in_flight,
            "waiting": around.waiting,
            "path": if around.proxied { "proxy" } else { "serve" },
        },
        "instance": life.instance.map(|it| instance(&it)),
        "decisions": decisions_around(it, life).into_iter().map(|(relation, it)| decision(relation, it)).collect::<Vec<_>>(),
    })
}

/// A decision around it; `relation` says what it was to the request.
fn decision(relation: &str, it: &DecisionRecord) -> Value {
    json!({
        "relation": relation,
        "at_ns": it.at.0,
        "trigger": trigger(it.trigger),
        "stable": it.stable,
        "panic": it.panic,
        "mode": if it.panicking { "panic" } else { "stable" },
        "desired": it.desired,
        "applied": it.applied,
        "ready": it.ready,
        "starting": it.starting,
        "path": if it.proxied { "proxy" } else { "serve" },
        "why": it.why,
    })
}

fn instance(it: &InstanceLife) -> Value {
    let known = |at: SimTime| if at == SimTime::NEVER { Value::Null } else { json!(at.0) };
    let steps: Map<String, Value> = Part::STEPS.iter().zip(it.steps).map(|(part, end)| (part.name().to_owned(), known(end))).collect();
    json!({
        "number": it.ordinal + 1,
        "asked_ns": known(it.asked),
        "step_ends_ns": steps,
        "ready_ns": known(it.ready),
        "usable_ns": known(it.usable),
    })
}
