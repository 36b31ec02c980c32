//! What happened as a trace that ui.perfetto.dev and chrome://tracing open: Chrome's trace event format, JSON.
//!
//! ```text
//! process "requests"   a lane for as many as were under way at once; each request a slice, its parts slices within it
//! process "instances"  a lane each: its start with its steps within it, then its time in service
//! counters             instances starting and usable; of every decision what was wanted, set and seen
//! ```
//!
//! Slices are complete events (`X`); on a lane they nest or follow each other. Times are microseconds with three decimals: whole
//! nanoseconds. (Trace Event Format, Google, the document of that name; Perfetto reads it as it is.)

use std::fmt::Write as _;

use crate::experiment::Explanation;
use crate::observe::witness::Scene;
use crate::observe::{InstanceLife, Part, RequestLife};
use crate::units::SimTime;

const REQUESTS: u32 = 1;
const INSTANCES: u32 = 2;
const COUNTERS: u32 = 3;

/// The trace of what was kept. Empty if nothing was.
pub fn render(it: &Explanation) -> String {
    let mut trace = Trace { text: String::from("{\"displayTimeUnit\":\"ms\",\"traceEvents\":["), first: true };
    if let Some(scene) = &it.everything {
        trace.names(&format!("{} under {}", it.service, it.policy));
        requests(&mut trace, scene);
        let until = end_of(it, scene);
        instances(&mut trace, it, scene, until);
        decisions(&mut trace, it, scene, until);
    }
    trace.text += "\n]}\n";
    trace.text
}

/// A trace on its way.
struct Trace {
    text: String,
    first: bool,
}

impl Trace {
    fn event(&mut self, kind: char, pid: u32, tid: u64, name: &str, rest: &str) {
        let comma = if std::mem::take(&mut self.first) { "" } else { "," };
        let name = serde_json::to_string(name).expect("a string");
        write!(self.text, "{comma}\n{{\"ph\":\"{kind}\",\"pid\":{pid},\"tid\":{tid},\"name\":{name}{rest}}}").expect("writing to memory");
    }

    fn slice(&mut self, lane: (u32, u64), name: &str, from: SimTime, until: SimTime, args: &str) {
        let args = if args.is_empty() { String::new() } else { format!(",\"args\":{{{args}}}") };
        let rest = format!(",\"ts\":{},\"dur\":{}{args}", micros(from.0), micros((until - from).0));
        self.event('X', lane.0, lane.1, name, &rest);
    }

    fn counter(&mut self, name: &str, at: SimTime, args: &str) {
        self.event('C', COUNTERS, 0, name, &format!(",\"ts\":{},\"args\":{{{args}}}", micros(at.0)));
    }

    fn named(&mut self, what: &str, pid: u32, tid: u64, name: &str) {
        let name = serde_json::to_string(name).expect("a string");
        self.event('M', pid, tid, what, &format!(",\"args\":{{\"name\":{name}}}"));
    }

    fn names(&mut self, of: &str) {
        for (pid, name) in [(REQUESTS, "requests"), (INSTANCES, "instances"), (COUNTERS, "autoscaler")] {
            self.named("process_name", pid, 0, &format!("{name} of {of}"));
        }
    }
}

/// Nanoseconds as microseconds, exactly.
fn micros(ns: u64) -> String {
    format!("{}.{:03}", ns / 1000, ns % 1000)
}

/// Requests in lanes: each takes the lowest that is free when it is sent.
fn requests(trace: &mut Trace, scene: &Scene) {
    let mut sorted: Vec<&RequestLife> = scene.requests.iter().collect();
    sorted.sort_by_key(|it| (it.sent(), it.number));
    let mut busy: std::collections::BinaryHeap<std::cmp::Reverse<(SimTime, u64)>> = Default::default();
    let mut free: std::collections::BTreeSet<u64> = Default::default();
    let mut lanes = 0;
    for life in sorted {
        while let Some(std::cmp::Reverse((_, lane))) = busy.peek().copied().filter(|it| it.0.0 <= life.sent()) {
            busy.pop();
            free.insert(lane);
        }
        let lane = free.pop_first().unwrap_or_else(|| {
            lanes += 1;
            lanes
        });
        request(trace, life, lane);
        busy.push(std::cmp::Reverse((life.end(), lane)));
    }
}

fn request(trace: &mut Trace, life: &RequestLife, lane: u64) {
    let instance = life.instance.map_or(String::new(), |it| format!(",\"instance\":{}", it.ordinal + 1));
    let args = format!("\"number\":{},\"ending\":\"{}\"{instance}", life.number, life.ending.name());
    let (lane, end) = ((REQUESTS, lane), life.end());
    trace.slice(lane, &format!("request {}", life.number), life.sent(), end.max(life.sent()), &args);
    let mut at = life.sent();
    for (part, ns) in ordered(life) {
        let until = SimTime(at.0 + ns).min(end);
        if until > at {
            trace.slice(lane, part.name(), at, until, "");
        }
        at = until.max(at);
    }
}

/// Its parts as they came: the gateway's hop first, the other hops when it had a place.
fn ordered(life: &RequestLife) -> Vec<(Part, u64)> {
    let hops = life.parts[Part::Hops as usize];
    let outside = life.arrived - life.sent();
    let inside = hops.saturating_sub(life.gateway_hop.0);
    let mut parts = vec![(Part::Hops, outside.0)];
    for part in Part::ALL.into_iter().filter(|part| *part != Part::Hops) {
        parts.push((part, life.parts[part as usize]));
        if part == Part::Queueing {
            parts.push((Part::Hops, inside));
        }
    }
    parts
}

/// The last moment that is of interest: where requests were left out, what came after those that were kept is not.
fn end_of(it: &Explanation, scene: &Scene) -> SimTime {
    let horizon = SimTime(it.horizon.0);
    if scene.requests_left_out == 0 { horizon } else { scene.requests.iter().map(RequestLife::end).max().unwrap_or(horizon) }
}

fn instances(trace: &mut Trace, it: &Explanation, scene: &Scene, until: SimTime) {
    let mut sorted: Vec<&InstanceLife> = scene.instances.iter().filter(|it| it.asked <= until).collect();
    sorted.sort_by_key(|it| (it.asked, it.revision, it.ordinal));
    let mut changes: Vec<(SimTime, i64, i64)> = Vec::new();
    for (lane, life) in sorted.into_iter().enumerate() {
        let lane = (INSTANCES, lane as u64 + 1);
        let name = format!("{} {}", it.revisions[life.revision as usize].name, life.ordinal + 1);
        trace.named("thread_name", lane.0, lane.1, &name);
        instance(trace, life, lane, &mut changes);
    }
    changes.sort();
    let (mut starting, mut usable) = (0, 0);
    for (index, (at, more_starting, more_usable)) in changes.iter().enumerate() {
        (starting, usable) = (starting + more_starting, usable + more_usable);
        if changes.get(index + 1).is_none_or(|next| next.0 != *at) {
            trace.counter("instances", *at, &format!("\"starting\":{starting},\"usable\":{usable}"));
        }
    }
}

/// An instance's start with its steps, and its time in service.
fn instance(trace: &mut Trace, life: &InstanceLife, lane: (u32, u64), changes: &mut Vec<(SimTime, i64, i64)>) {
    let gone = life.gone.expect("an instance is written down as it goes");
    let usable = life.usable.min(gone);
    if usable > life.asked {
        trace.slice(lane, "start", life.asked, usable, "");
        let mut at = life.asked;
        for (part, end) in Part::STEPS.into_iter().zip(life.steps).chain([(Part::Propagation, life.usable)]) {
            let end = end.min(usable);
            if end > at {
                trace.slice(lane, part.name(), at, end, "");
            }
            at = end.max(at);
        }
    }
    changes.extend([(life.asked, 1, 0), (usable, -1, 0)]);
    if gone > usable {
        trace.slice(lane, "usable", usable, gone, "");
        changes.extend([(usable, 0, 1), (gone, 0, -1)]);
    }
}

fn decisions(trace: &mut Trace, it: &Explanation, scene: &Scene, until: SimTime) {
    let from = scene.requests.first().map_or(SimTime::ZERO, RequestLife::sent);
    for decision in it.decisions.iter().filter(|it| it.at >= from && it.at <= until) {
        let revision = &it.revisions[decision.revision as usize].name;
        let (desired, applied) = (decision.desired, decision.applied);
        let (ready, starting) = (decision.ready, decision.starting);
        let counts = format!("\"desired\":{desired},\"applied\":{applied},\"ready\":{ready},\"starting\":{starting}");
        trace.counter(&format!("decision {revision}"), decision.at, &counts);
        let averages = [("stable", decision.stable), ("panic", decision.panic)];
        let averages: Vec<String> =
            averages.into_iter().filter_map(|(name, value)| Some(format!("\"{name}\":{}", value.filter(|it| it.is_finite())?))).collect();
        if !averages.is_empty() {
            trace.counter(&format!("average {revision}"), decision.at, &averages.join(","));
        }
    }
}
