//! The life of a request in plain words: its causal chain, with times that sum to its latency to the nanosecond, what was around it,
//! and the instance that served it.

use super::human;
use crate::experiment::Explanation;
use crate::observe::witness::{Around, Ending, Wanted};
use crate::observe::{DecisionRecord, InstanceLife, Part, RequestLife, Trigger};
use crate::units::{Bytes, SimTime, Span};

/// The lives of all requests that were asked for, one after another.
pub fn render(it: &Explanation) -> String {
    it.lives.iter().map(|life| Life { it, life }.text()).collect::<Vec<_>>().join("\n")
}

/// The same as data: every time in nanoseconds.
pub fn json(it: &Explanation) -> String {
    format!("{:#}\n", super::explain_json::document(it))
}

/// One request of an explanation.
struct Life<'a> {
    it: &'a Explanation,
    life: &'a RequestLife,
}

impl Life<'_> {
    fn text(&self) -> String {
        let mut lines = vec![self.title(), self.sentence(), String::new()];
        lines.extend(self.chain());
        lines.extend(self.found());
        lines.extend(self.decisions());
        lines.extend(self.instance());
        lines.join("\n") + "\n"
    }

    fn title(&self) -> String {
        let Life { it, life } = self;
        let revision = if it.revisions.len() > 1 { format!(", revision {}", self.revision(life.revision)) } else { String::new() };
        let (number, all) = (human::count(life.number as f64), human::count(it.arrived as f64));
        let (service, policy, seed, replication) = (&it.service, &it.policy, it.seed, it.replication);
        format!("Request {number} of {all} · service {service}{revision} · policy {policy} · seed {seed}, replication {replication}")
    }

    fn revision(&self, revision: u32) -> &str {
        &self.it.revisions[revision as usize].name
    }

    /// What happened, in a line: the parts that matter, and how it ended.
    fn sentence(&self) -> String {
        let life = self.life;
        let latency = life.latency();
        let clauses = self.links().into_iter().filter(|it| latency.is_some_and(|all| it.took.0 >= all.0.div_ceil(LEAST_SHARE)));
        let clauses: Vec<String> = clauses.map(|it| format!("{} {}", it.word, words(it.took))).collect();
        let not_counted = if life.measured { "" } else { " It came in the warm-up and counts in no figure." };
        let end = ending(life.ending, latency);
        let chain = if clauses.is_empty() { String::new() } else { clauses.join("; ") + "; " };
        format!("Arrived at {}: {chain}{end}.{not_counted}", moment(life.arrived))
    }

    /// The parts of its latency in the order in which they happened, and their sum.
    fn chain(&self) -> Vec<String> {
        let Some(latency) = self.life.latency() else { return Vec::new() };
        let mut at = 0;
        let mut lines = vec![format!("  {:>16}  {:>16}", "after, s", "took, s")];
        for link in self.links() {
            lines.push(format!("  {:>16}  {:>16}  {}", exact(at), exact(link.took.0), link.words));
            at += link.took.0;
        }
        assert_eq!(at, latency.0, "the chain of request {} does not sum to its latency", self.life.number);
        lines.push(format!("  {:>16}  {:>16}  {}", exact(at), format!("= {}", exact(at)), ending(self.life.ending, None)));
        lines.push(String::new());
        lines
    }

    /// Where its time went, in order. The hops are in two places: before the route, and between the route and the application.
    fn links(&self) -> Vec<Link> {
        let life = self.life;
        let hops = life.parts[Part::Hops as usize];
        let outside = life.gateway_hop.0.min(hops);
        let mut links = vec![link(outside, "gateway", "gateway hop".into())];
        for part in Part::ALL {
            let took = life.parts[part as usize];
            if part == Part::Queueing {
                links.push(link(took, "waited behind others", "waited behind others for a place".into()));
                links.push(link(
                    hops - outside,
                    "hops",
                    "hops to the application: queue-proxy, and the activator if it was in the path".into(),
                ));
            } else if part != Part::Hops {
                links.push(self.link(part, took));
            }
        }
        links.retain(|it| it.took > Span::ZERO);
        links
    }

    fn link(&self, part: Part, took: u64) -> Link {
        let who = self.life.instance.map_or("its instance".to_owned(), |it| format!("instance {}", it.ordinal + 1));
        let unfinished = if self.is_cut(part) { ", not finished when its time was up" } else { "" };
        let step = |name: &'static str| link(took, name, format!("{who}: {name}{unfinished}"));
        match part {
            Part::Decision => link(took, "held for the decision", self.held(&who)),
            Part::Allocation => step("resource allocation"),
            Part::Scheduling => step("scheduling"),
            Part::ImagePull => {
                let of = self.it.revisions[self.life.revision as usize].image.map_or(String::new(), |it| format!(" of {}", size(it)));
                Link { took: Span(took), word: format!("image pull{of}"), words: format!("{who}: image pull{of}{unfinished}") }
            }
            Part::ContainerCreation => step("container creation"),
            Part::AppStart => step("application start"),
            Part::Propagation => link(took, "propagation", format!("{who} was up, but not yet known to everyone{unfinished}")),
            Part::Contention => link(took, "shared the CPU", "slower than alone: others ran on the instance's CPU".into()),
            Part::Throttling => {
                link(took, "throttled: credits empty", "slower than alone: the instance's CPU was cut, its credits had run out".into())
            }
            Part::Hops | Part::Queueing | Part::Execution => link(took, "served", self.executed()),
        }
    }

    /// Whether this step of the start went on when the request ended.
    fn is_cut(&self, part: Part) -> bool {
        let Some(instance) = self.life.instance else { return false };
        let ended = match Part::STEPS.iter().position(|it| *it == part) {
            Some(index) => instance.steps[index],
            None => instance.usable,
        };
        ended > self.life.end()
    }

    fn held(&self, who: &str) -> String {
        match self.life.instance.filter(|it| it.asked <= self.life.end()) {
            Some(it) => match self.decision_at(it.asked) {
                Some(decision) => format!("held until {who} was asked for: {}", decided(decision)),
                None => format!("held until {who} was asked for"),
            },
            None => "held; no instance was asked for while it waited".into(),
        }
    }

    fn executed(&self) -> String {
        let life = self.life;
        let needs = format!("{} on a CPU, {} waiting for others", words(life.cpu), words(life.io));
        match life.ending {
            Ending::Answered => format!("served ({needs})"),
            _ => format!("in service until its time was up (it asked for {needs})"),
        }
    }

    /// What it found.
    fn found(&self) -> Vec<String> {
        let Around { usable, ready, starting, draining, in_flight, waiting, proxied } = self.life.around;
        let path = if proxied { "through the queue in front of the instances (activator)" } else { "straight to an instance" };
        vec![
            "What it found when it arrived".into(),
            format!("  instances   {usable} usable ({ready} ready), {starting} starting, {draining} draining"),
            format!("  requests    {in_flight} in service, {waiting} waiting"),
            format!("  path        {path}"),
        ]
    }

    fn decision_at(&self, at: SimTime) -> Option<&DecisionRecord> {
        decision_at(self.it, self.life, at)
    }

    fn decisions(&self) -> Vec<String> {
        let lines = decisions_around(self.it, self.life);
        let lines = lines.into_iter().map(|(label, it)| format!("  {}  {label}: {}", moment(it.at), decided(it)));
        let mut lines: Vec<String> = lines.collect();
        if !lines.is_empty() {
            lines.insert(0, "The decisions around it".to_owned());
        }
        lines
    }

    /// The instance that served it, or that it waited for.
    fn instance(&self) -> Vec<String> {
        let Some(it) = self.life.instance else { return Vec::new() };
        let role = if self.life.begun.is_some() { "served it" } else { "was on its way" };
        let mut lines = vec![format!("Instance {} of revision {} {role}", it.ordinal + 1, self.revision(it.revision))];
        if it.usable == SimTime::ZERO {
            lines.push("  stood when the run began".into());
            return lines;
        }
        lines.push(format!("  {}  asked for, {}", moment(it.asked), relative(it.asked, self.life.arrived)));
        lines.extend(stages(&it));
        lines
    }
}

fn decisions_of<'a>(it: &'a Explanation, life: &RequestLife) -> impl DoubleEndedIterator<Item = &'a DecisionRecord> {
    let revision = life.revision;
    it.decisions.iter().filter(move |it| it.revision == revision)
}

fn decision_at<'a>(it: &'a Explanation, life: &RequestLife, at: SimTime) -> Option<&'a DecisionRecord> {
    decisions_of(it, life).rfind(|it| it.at == at && it.applied > 0)
}

/// The last decision before a request came, what was decided as it came, that which asked for its instance, the next, the last before
/// its end and the first after it: in the order in which they were made, each with what it was to the request.
pub(super) fn decisions_around<'a>(it: &'a Explanation, life: &RequestLife) -> Vec<(&'static str, &'a DecisionRecord)> {
    let (arrived, end) = (life.arrived, life.end());
    let asked = life.instance.map(|it| it.asked).filter(|at| *at > SimTime::ZERO);
    let own = || decisions_of(it, life);
    let chosen = [
        ("before it came", own().rfind(|it| it.at < arrived)),
        ("for its instance", asked.and_then(|at| decision_at(it, life, at))),
        ("as it came", own().find(|it| it.at == arrived)),
        ("next", own().find(|it| it.at > arrived)),
        ("last before its end", own().rfind(|it| it.at <= end && it.at > arrived)),
        ("after its end", own().find(|it| it.at > end)),
    ];
    let label_of = |it: &DecisionRecord| chosen.iter().find(|(_, other)| other.is_some_and(|other| std::ptr::eq(it, other))).map(|it| it.0);
    own().filter_map(|it| Some((label_of(it)?, it))).collect()
}

/// The steps of a start, those that took time.
fn stages(it: &InstanceLife) -> Vec<String> {
    let ends = it.steps.into_iter().chain([it.ready, it.usable]);
    let names = ["resource allocation", "scheduling", "image pull", "container creation", "application start", "ready", "usable"];
    let mut from = it.asked;
    let mut lines = Vec::new();
    for (name, end) in names.into_iter().zip(ends) {
        if end == SimTime::NEVER {
            lines.push(format!("  not known when the request ended: the end of {name}"));
            break;
        }
        if end > from {
            lines.push(format!("  {}  {name}, after {}", moment(end), words(end - from)));
        }
        from = end;
    }
    lines
}

/// One part of a latency.
struct Link {
    took: Span,
    /// In the sentence.
    word: String,
    /// In the chain.
    words: String,
}

fn link(took: u64, word: &str, words: String) -> Link {
    Link { took: Span(took), word: word.to_owned(), words }
}

/// A part below a hundredth of the latency is not in the sentence.
const LEAST_SHARE: u64 = 100;

fn ending(ending: Ending, latency: Option<Span>) -> String {
    let after = latency.map_or(String::new(), |it| format!(" after {}", words(it)));
    match ending {
        Ending::Answered => format!("answered{after}"),
        Ending::TimedOutClient => format!("given up by the client{after}"),
        Ending::TimedOutGateway => format!("timed out at the gateway{after}"),
        Ending::TimedOutRevision => format!("timed out at the revision{after}"),
        Ending::RefusedActivator => "refused with 503: the activator's queue was full".into(),
        Ending::RefusedQueueProxy => "refused with 503: the queue in its instance was full".into(),
        Ending::RefusedLimit => "refused: no further instance may be started".into(),
        Ending::Failed => "failed: the provider took its instance".into(),
        Ending::UnderWay => "still under way at the horizon, so nobody knows where its time went".into(),
    }
}

/// What a decision was made of, and what came of it.
pub(super) fn decided(it: &DecisionRecord) -> String {
    let trigger = match it.trigger {
        Trigger::Tick => "tick",
        Trigger::Poke => "poke by the activator",
        Trigger::Reconcile => "reconciler",
    };
    let average = |name: &str, value: Option<f64>| value.map(|value| format!("{name} {}", human::count(value)));
    let averages: Vec<String> = [average("stable", it.stable), average("panic", it.panic)].into_iter().flatten().collect();
    let saw = if averages.is_empty() { String::new() } else { format!(", {}", averages.join(", ")) };
    let mode = if it.panicking { "panic" } else { "stable" };
    let why = if it.why.is_empty() { String::new() } else { format!(" ({})", it.why) };
    let wanted = if it.desired < 0 { "nothing yet".to_owned() } else { it.desired.to_string() };
    let (ready, starting, applied) = (it.ready, it.starting, it.applied);
    format!("{trigger}{saw}: {mode} mode asks for {wanted}, {ready} ready and {starting} starting, set to {applied}{why}")
}

/// A duration as a person reads it.
fn words(span: Span) -> String {
    human::seconds(span.as_secs_f64())
}

/// Megabytes as they are written in a scenario: 386 MB.
fn size(bytes: Bytes) -> String {
    format!("{} MB", human::count(bytes.0 as f64 / 1e6))
}

/// Seconds to the nanosecond.
fn exact(ns: u64) -> String {
    format!("{}.{:09}", ns / 1_000_000_000, ns % 1_000_000_000)
}

/// A moment of the run: `1d 03:12:05.250`.
fn moment(at: SimTime) -> String {
    let ms = at.0 / 1_000_000;
    let (days, hours, minutes, seconds) = (ms / 86_400_000, ms / 3_600_000 % 24, ms / 60_000 % 60, ms / 1000 % 60);
    let day = if days > 0 { format!("{days}d ") } else { String::new() };
    format!("{day}{hours:02}:{minutes:02}:{seconds:02}.{:03}", ms % 1000)
}

fn relative(at: SimTime, arrived: SimTime) -> String {
    match at.cmp(&arrived) {
        std::cmp::Ordering::Less => format!("{} before the request arrived", words(arrived - at)),
        std::cmp::Ordering::Equal => "as the request arrived".into(),
        std::cmp::Ordering::Greater => format!("{} after the request arrived", words(at - arrived)),
    }
}

/// What was looked for, in words.
pub(super) fn looked_for(wanted: Wanted) -> String {
    match wanted {
        Wanted::Slowest(n) => format!("slowest {n}"),
        Wanted::Number(n) => format!("request {n}"),
        Wanted::At(at) => format!("at {}", at - SimTime::ZERO),
        Wanted::TimedOut(n) => format!("timeouts {n}"),
    }
}
