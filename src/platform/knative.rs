//! The control loop of Knative around a revision: reports each second, decisions every other, the reconciler.
//!
//! ```text
//! requests ─► activator / queue-proxy statistics ──1 s──► windows ──2 s──► decision ─► reconciler ─► deployment
//!                    └── first request of an unknown revision: at once, and a decision if it stands at zero (poke)
//! ```
//!
//! All rules are the autoscaler's (`autoscaler::kpa`); here is only when they are called and what is done with their
//! answers. The pods' reports (`reporter`) are taken as one exact sum, all cut at one phase, or from a sample of them
//! (`sampling`); a pod that is going is not scraped, so what is in it is no longer seen. A revision that is asleep (no traffic,
//! no instance, nothing a tick could change) schedules no events.

use rand::RngExt as _;

use super::event::Event;
use super::instance::State;
use super::loops::Loops;
use super::reporter::Reporter;
use super::reserve::Input;
use super::revision::Scaler;
use super::sampling::Sampling;
use super::world::World;
use crate::autoscaler::kpa::{ActivatorStats, Bound, Decision, Kpa, KpaConfig, Mode, PodAutoscaler, REPORT, Seen, Stat};
use crate::engine::Streams;
use crate::observe::{DecisionRecord, Trigger};
use crate::units::{SimTime, Span};

/// Knative's view of one revision.
#[derive(Debug)]
pub struct Knative {
    kpa: Kpa,
    reconciler: PodAutoscaler,
    /// One an activator.
    activators: Vec<ActivatorStats>,
    /// The pods as one exact sum, or each for itself where they are sampled.
    pods: Reporter,
    sampling: Option<Sampling>,
    mode: Mode,
    /// The rule that set what the reconciler last wanted.
    bound: Bound,
    loops: Loops,
    /// Whether a [`Event::Loop`] is scheduled.
    awake: bool,
    /// Whether the route points at the revision.
    reachable: bool,
    config: KpaConfig,
}

impl Knative {
    /// A revision that has just been created with `ready` instances.
    pub fn new(config: &KpaConfig, now: SimTime, ready: u32, reachable: bool, activators: u8, streams: Streams) -> Knative {
        let mut config = config.clone();
        config.decider.reachable = reachable;
        let loops = if config.aligned { Loops::default() } else { drawn(now, streams) };
        let phase = if config.aligned { Span::ZERO } else { Span(streams.child("reports").rng().random_range(0..REPORT.0)) };
        Knative {
            kpa: Kpa::new(&config, now, ready),
            reconciler: PodAutoscaler::new(config.clone(), now),
            activators: vec![ActivatorStats::default(); activators as usize],
            pods: Reporter::new(now, phase),
            sampling: config.sampled.then(|| Sampling::new(config.aligned, streams)),
            mode: Mode::Proxy,
            bound: Bound::Free,
            loops: if config.decides_at_reports { loops.deciding_at_reports() } else { loops },
            awake: false,
            reachable,
            config,
        }
    }

    fn enter_pod(&mut self, slot: u32, now: SimTime) {
        match &mut self.sampling {
            Some(sampling) => sampling.enter(slot, now),
            None => self.pods.enter(now),
        }
    }

    fn leave_pod(&mut self, slot: u32, now: SimTime) {
        match &mut self.sampling {
            Some(sampling) => sampling.leave(slot, now),
            None => self.pods.leave(now),
        }
    }

    /// Whether the route points at the revision.
    pub fn is_reachable(&self) -> bool {
        self.reachable
    }

    /// Whether the activator is in the path.
    #[inline]
    pub fn is_proxied(&self) -> bool {
        self.mode == Mode::Proxy
    }
}

/// The loops of a revision; those of one that stands when the run begins were started some time before it.
fn drawn(created: SimTime, streams: Streams) -> Loops {
    let loops = Loops::drawn(&mut streams.child("loops").rng());
    if created > SimTime::ZERO { loops.started(created) } else { loops }
}

/// A revision's instances as a decision finds them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    /// Ready.
    pub ready: u32,
    /// On their way.
    pub starting: u32,
}

impl World<'_> {
    fn knative(&mut self, revision: u32) -> Option<&mut Knative> {
        match &mut self.revisions[revision as usize].scaler {
            Scaler::Kpa(knative) => Some(knative),
            Scaler::Fixed(_) | Scaler::KeepAlive(_) | Scaler::Hpa(_) => None,
        }
    }

    /// The revision is there: the loops start.
    pub(super) fn begin_deciding(&mut self, revision: u32, now: SimTime) {
        self.begin_syncing(revision, now);
        if self.knative(revision).is_some() {
            self.wake(revision, now);
            self.reconcile(revision, now);
        }
    }

    /// The route points at the revision, or no more.
    pub(super) fn set_reachable(&mut self, revision: u32, reachable: bool, now: SimTime) {
        let Some(knative) = self.knative(revision).filter(|knative| knative.reachable != reachable) else { return };
        knative.reachable = reachable;
        knative.config.decider.reachable = reachable;
        knative.kpa.reconfigure(now, &knative.config);
        self.tell_reserve(revision, Input::Reachable(reachable), now);
        self.wake(revision, now);
        self.reconcile(revision, now);
    }

    /// Schedules the next round of a loop, if none is.
    fn wake(&mut self, revision: u32, now: SimTime) {
        let Some(knative) = self.knative(revision) else { return };
        if !knative.awake {
            knative.awake = true;
            let next = knative.loops.next(now);
            self.events.push(next, Event::Loop(revision));
        }
    }

    /// A request enters an activator. The first of an unknown revision is reported at once, and wakes a revision at zero.
    #[inline]
    pub(super) fn enter_activator(&mut self, revision: u32, lane: u8, now: SimTime) {
        let Some(knative) = self.knative(revision) else { return };
        if let Some(first) = knative.activators[lane as usize].enter(now) {
            self.wake(revision, now);
            self.report(revision, &first, now);
        }
    }

    /// A request has left the activator, answered or not.
    #[inline]
    pub(super) fn leave_activator(&mut self, revision: u32, lane: u8, now: SimTime) {
        if let Some(knative) = self.knative(revision) {
            knative.activators[lane as usize].leave(now);
        }
    }

    /// A request enters an instance without having passed an activator.
    #[inline]
    pub(super) fn enter_pods(&mut self, slot: u32, now: SimTime) {
        let instance = &mut self.fleet[slot];
        match &mut self.revisions[instance.revision as usize].scaler {
            Scaler::Kpa(knative) => knative.enter_pod(slot, now),
            Scaler::Hpa(hpa) => hpa.enter(now),
            Scaler::Fixed(_) | Scaler::KeepAlive(_) => return,
        }
        instance.direct += 1;
    }

    /// Such a request has left. Those of a pod that is going are no longer counted: it is not scraped.
    #[inline]
    fn leave_pods(&mut self, slot: u32, now: SimTime) {
        let instance = &mut self.fleet[slot];
        if instance.state == State::Draining {
            return;
        }
        match &mut self.revisions[instance.revision as usize].scaler {
            Scaler::Kpa(knative) => knative.leave_pod(slot, now),
            Scaler::Hpa(hpa) => hpa.leave(now),
            Scaler::Fixed(_) | Scaler::KeepAlive(_) => return,
        }
        instance.direct -= 1;
    }

    /// A pod begins to go: what is in it is no longer seen.
    pub(super) fn leave_all_pods(&mut self, slot: u32, now: SimTime) {
        let instance = &mut self.fleet[slot];
        for _ in 0..std::mem::take(&mut instance.direct) {
            match &mut self.revisions[instance.revision as usize].scaler {
                Scaler::Kpa(knative) => knative.leave_pod(slot, now),
                Scaler::Hpa(hpa) => hpa.leave(now),
                Scaler::Fixed(_) | Scaler::KeepAlive(_) => {}
            }
        }
    }

    /// A pod is asked for: it has statistics of its own where pods are sampled.
    pub(super) fn open_statistics(&mut self, slot: u32, now: SimTime) {
        if let Scaler::Kpa(knative) = &mut self.revisions[self.fleet[slot].revision as usize].scaler
            && let Some(sampling) = &mut knative.sampling
        {
            sampling.open(slot, now);
        }
    }

    /// Whether somebody counts this revision's requests.
    pub(super) fn is_counting(&self, revision: usize) -> bool {
        let serves = self.revisions[revision].serves as usize;
        matches!(self.revisions[serves].scaler, Scaler::Kpa(_) | Scaler::Hpa(_))
    }

    /// A request that was sent to this instance has been answered, or nobody waits for it any more.
    #[inline]
    pub(super) fn leave(&mut self, slot: u32, activator: Option<u8>, now: SimTime) {
        match activator {
            Some(lane) => self.leave_activator(self.revisions[self.fleet[slot].revision as usize].serves, lane, now),
            None => self.leave_pods(slot, now),
        }
    }

    /// A report of an activator reaches the autoscaler; one that shows load on a revision at zero is decided on at once.
    fn report(&mut self, revision: u32, stat: &Stat, now: SimTime) {
        let Some(knative) = self.knative(revision) else { return };
        knative.kpa.record(now, stat);
        if knative.kpa.wants_poke(stat) {
            self.decide(revision, Trigger::Poke, now);
        }
    }

    /// A loop comes round: the pods are scraped, the activator reports, the autoscaler decides.
    pub(super) fn on_loop(&mut self, revision: u32, now: SimTime) {
        let Some(knative) = self.knative(revision) else { return };
        knative.awake = false;
        let due = knative.loops.due(now);
        if due.scrape {
            self.scrape(revision, now);
        }
        if due.report {
            self.report_held(revision, now);
        }
        if due.decide {
            self.decide(revision, Trigger::Tick, now);
        }
        if self.is_busy(revision, now) {
            self.wake(revision, now);
        }
    }

    /// The pods' reports are read. Without pods there is no report, not a zero.
    fn scrape(&mut self, revision: u32, now: SimTime) {
        let it = &mut self.revisions[revision as usize];
        let Scaler::Kpa(knative) = &mut it.scaler else { return };
        let served = match &mut knative.sampling {
            Some(sampling) => sampling.scrape(&it.ready, &self.fleet, knative.config.metric.stable_window, now),
            None => Some(knative.pods.newest(now)).filter(|_| !it.ready.is_empty()),
        };
        if let Some(stat) = served.filter(|_| knative.kpa.is_scraped()) {
            knative.kpa.record(now, &stat);
        }
    }

    /// The activators cut their reports and send them.
    fn report_held(&mut self, revision: u32, now: SimTime) {
        for lane in 0..self.revisions[revision as usize].lanes.len() {
            let held = self.knative(revision).and_then(|knative| knative.activators[lane].report(now));
            if let Some(stat) = held {
                self.report(revision, &stat, now);
            }
        }
    }

    /// Whether a later tick could change anything.
    fn is_busy(&mut self, revision: u32, now: SimTime) -> bool {
        let instances = self.revisions[revision as usize].wanted_alive();
        self.knative(revision)
            .is_some_and(|knative| instances > 0 || knative.activators.iter().any(ActivatorStats::is_known) || !knative.kpa.is_asleep(now))
    }

    /// The instances there are now.
    pub(super) fn found(&self, revision: u32) -> Found {
        let it = &self.revisions[revision as usize];
        Found { ready: it.ready.len() as u32, starting: it.starting_count }
    }

    fn decide(&mut self, revision: u32, trigger: Trigger, now: SimTime) {
        let found = self.found(revision);
        let Some(knative) = self.knative(revision) else { return };
        let decision = knative.kpa.tick(now, Some(found.ready));
        if decision.is_some_and(|it| it.notify) {
            self.obey(revision, now);
        }
        if self.decisions.is_some() {
            self.write_decision(revision, trigger, decision, found, now);
        }
    }

    /// The reconciler is called: by a timer, or since pods or the route have changed. It may be called at any time.
    pub(super) fn reconcile(&mut self, revision: u32, now: SimTime) {
        let before = self.decisions.is_some().then(|| (self.found(revision), self.applied(revision)));
        self.obey(revision, now);
        if let Some((found, applied)) = before
            && applied != self.applied(revision)
        {
            self.write_decision(revision, Trigger::Reconcile, None, found, now);
        }
    }

    /// What a reconciler may change: the count, and the way of requests.
    fn applied(&self, revision: u32) -> (u32, bool) {
        (self.revisions[revision as usize].deployment.replicas, self.is_proxied(revision))
    }

    /// Writes down what was found, what was decided on it, and what is applied from now on.
    fn write_decision(&mut self, revision: u32, trigger: Trigger, decision: Option<Decision>, found: Found, now: SimTime) {
        let (applied, proxied) = self.applied(revision);
        let Some(knative) = self.knative(revision) else { return };
        let rule = match decision {
            Some(decision) => decision.rule.to_string(),
            None if trigger == Trigger::Reconcile => String::new(),
            None => "no data: the last decision stands".to_owned(),
        };
        // The reconciler hears of changes only: until then its last word holds.
        let why: Vec<String> = [rule, knative.bound.to_string()].into_iter().filter(|it| !it.is_empty()).collect();
        let record = DecisionRecord {
            at: now,
            revision,
            trigger,
            stable: decision.map(|it| it.stable),
            panic: decision.map(|it| it.panic),
            ready: found.ready,
            starting: found.starting,
            desired: knative.kpa.desired(),
            applied,
            panicking: knative.kpa.is_panicking(),
            proxied,
            excess_burst_capacity: Some(knative.kpa.excess_burst_capacity()),
            why: why.join("; "),
        };
        self.decisions.as_mut().expect("somebody wants them").push(record);
    }

    /// The reconciler looks at the revision and is obeyed.
    fn obey(&mut self, revision: u32, now: SimTime) {
        let it = &mut self.revisions[revision as usize];
        let ready = it.ready.len() as u32;
        let Scaler::Kpa(knative) = &mut it.scaler else { return };
        let seen = Seen {
            desired: knative.kpa.desired(),
            excess_burst_capacity: knative.kpa.excess_burst_capacity(),
            ready,
            replicas: it.deployment.replicas,
            reachable: knative.reachable,
            service_name_set: true,
        };
        let answer = knative.reconciler.reconcile(now, &seen);
        (knative.mode, knative.bound) = (answer.mode, answer.rule);
        if let Some(after) = answer.requeue_after {
            self.events.push(now.saturating_add(after), Event::Reconcile(revision));
        }
        self.set_in_path(revision, answer.activators, now);
        self.apply_scale(revision, &answer, now);
    }
}
