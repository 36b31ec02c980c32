//! The control loop of Knative around a revision: reports each second, decisions every other, the reconciler.
//!
//! ```text
//! requests ─► activator / queue-proxy statistics ──1 s──► windows ──2 s──► decision ─► reconciler ─► deployment
//!                    └── first request of an unknown revision: at once, and a decision if it stands at zero (poke)
//! ```
//!
//! All rules are the autoscaler's (`autoscaler::kpa`); here is only when they are called and what is done with their
//! answers. The pods' reports are taken as one exact sum, not from a sample of them, and a draining pod's requests are in
//! it until they end. A revision that is asleep (no traffic, no instance, nothing a tick could change) schedules no events.

use super::event::Event;
use super::loops::Loops;
use super::revision::Scaler;
use super::world::World;
use crate::autoscaler::kpa::{ActivatorStats, Bound, Decision, Kpa, KpaConfig, Mode, PodAutoscaler, RequestStats, Seen, Stat, Via};
use crate::engine::Streams;
use crate::observe::{DecisionRecord, Trigger};
use crate::units::SimTime;

/// Knative's view of one revision.
#[derive(Debug)]
pub struct Knative {
    kpa: Kpa,
    reconciler: PodAutoscaler,
    activator: ActivatorStats,
    pods: RequestStats,
    mode: Mode,
    loops: Loops,
    /// Whether a [`Event::Loop`] is scheduled.
    awake: bool,
    /// Whether the route points at the revision.
    reachable: bool,
    config: KpaConfig,
}

impl Knative {
    /// A revision that has just been created with `ready` instances.
    pub fn new(config: &KpaConfig, now: SimTime, ready: u32, reachable: bool, streams: Streams) -> Knative {
        let mut config = config.clone();
        config.decider.reachable = reachable;
        let loops = if config.aligned { Loops::default() } else { Loops::drawn(&mut streams.child("loops").rng()) };
        Knative {
            kpa: Kpa::new(&config, now, ready),
            reconciler: PodAutoscaler::new(config.clone(), now),
            activator: ActivatorStats::default(),
            pods: RequestStats::new(now),
            mode: Mode::Proxy,
            loops: if config.decides_at_reports { loops.deciding_at_reports() } else { loops },
            awake: false,
            reachable,
            config,
        }
    }

    /// Whether the activator is in the path.
    #[inline]
    pub fn is_proxied(&self) -> bool {
        self.mode == Mode::Proxy
    }
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

    /// A request enters the activator. The first of an unknown revision is reported at once, and wakes a revision at zero.
    #[inline]
    pub(super) fn enter_activator(&mut self, revision: u32, now: SimTime) {
        let Some(knative) = self.knative(revision) else { return };
        if let Some(first) = knative.activator.enter(now) {
            self.wake(revision, now);
            self.report(revision, &first, now);
        }
    }

    /// A request has left the activator, answered or not.
    #[inline]
    pub(super) fn leave_activator(&mut self, revision: u32, now: SimTime) {
        if let Some(knative) = self.knative(revision) {
            knative.activator.leave(now);
        }
    }

    /// A request enters an instance without having passed the activator.
    #[inline]
    pub(super) fn enter_pods(&mut self, revision: u32, now: SimTime) {
        match &mut self.revisions[revision as usize].scaler {
            Scaler::Kpa(knative) => knative.pods.enter(now, Via::Gateway),
            Scaler::Hpa(hpa) => hpa.enter(now),
            Scaler::Fixed(_) | Scaler::KeepAlive(_) => {}
        }
    }

    /// Such a request has left.
    #[inline]
    pub(super) fn leave_pods(&mut self, revision: u32, now: SimTime) {
        match &mut self.revisions[revision as usize].scaler {
            Scaler::Kpa(knative) => knative.pods.leave(now, Via::Gateway),
            Scaler::Hpa(hpa) => hpa.leave(now),
            Scaler::Fixed(_) | Scaler::KeepAlive(_) => {}
        }
    }

    /// Whether somebody counts this revision's requests.
    pub(super) fn is_counting(&self, revision: usize) -> bool {
        matches!(self.revisions[revision].scaler, Scaler::Kpa(_) | Scaler::Hpa(_))
    }

    /// A request has been answered.
    #[inline]
    pub(super) fn leave(&mut self, revision: u32, now: SimTime, proxied: bool) {
        if proxied { self.leave_activator(revision, now) } else { self.leave_pods(revision, now) }
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
        let ready = self.revisions[revision as usize].ready.len() as u32;
        let Some(knative) = self.knative(revision) else { return };
        let served = knative.pods.report(now);
        if knative.kpa.is_scraped() && ready > 0 {
            knative.kpa.record(now, &served);
        }
    }

    /// The activator cuts its report and sends it.
    fn report_held(&mut self, revision: u32, now: SimTime) {
        let held = self.knative(revision).and_then(|knative| knative.activator.report(now));
        if let Some(stat) = held {
            self.report(revision, &stat, now);
        }
    }

    /// Whether a later tick could change anything.
    fn is_busy(&mut self, revision: u32, now: SimTime) -> bool {
        let instances = self.revisions[revision as usize].wanted_alive();
        self.knative(revision).is_some_and(|knative| instances > 0 || knative.activator.is_known() || !knative.kpa.is_asleep(now))
    }

    fn decide(&mut self, revision: u32, trigger: Trigger, now: SimTime) {
        let ready = self.revisions[revision as usize].ready.len() as u32;
        let Some(knative) = self.knative(revision) else { return };
        let decision = knative.kpa.tick(now, Some(ready));
        let bound = if decision.is_some_and(|it| it.notify) { self.obey(revision, now) } else { Bound::Free };
        if self.decisions.is_some() {
            self.write_decision(revision, trigger, decision, bound, now);
        }
    }

    /// The reconciler is called: by a timer, or since pods or the route have changed. It may be called at any time.
    pub(super) fn reconcile(&mut self, revision: u32, now: SimTime) {
        let before = self.decisions.is_some().then(|| self.applied(revision));
        let bound = self.obey(revision, now);
        if before.is_some_and(|before| before != self.applied(revision)) {
            self.write_decision(revision, Trigger::Reconcile, None, bound, now);
        }
    }

    /// What a reconciler may change: the count, and the way of requests.
    fn applied(&self, revision: u32) -> (u32, bool) {
        (self.revisions[revision as usize].deployment.replicas, self.is_proxied(revision))
    }

    fn write_decision(&mut self, revision: u32, trigger: Trigger, decision: Option<Decision>, bound: Bound, now: SimTime) {
        let (applied, proxied) = self.applied(revision);
        let it = &self.revisions[revision as usize];
        let Scaler::Kpa(knative) = &it.scaler else { return };
        let rule = match decision {
            Some(decision) => decision.rule.to_string(),
            None if trigger == Trigger::Reconcile => String::new(),
            None => "no data: the last decision stands".to_owned(),
        };
        let why: Vec<String> = [rule, bound.to_string()].into_iter().filter(|it| !it.is_empty()).collect();
        let record = DecisionRecord {
            at: now,
            revision,
            trigger,
            stable: decision.map(|it| it.stable),
            panic: decision.map(|it| it.panic),
            ready: it.ready.len() as u32,
            starting: it.starting_count,
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
    fn obey(&mut self, revision: u32, now: SimTime) -> Bound {
        let it = &mut self.revisions[revision as usize];
        let ready = it.ready.len() as u32;
        let Scaler::Kpa(knative) = &mut it.scaler else { return Bound::Free };
        let seen = Seen {
            desired: knative.kpa.desired(),
            excess_burst_capacity: knative.kpa.excess_burst_capacity(),
            ready,
            replicas: it.deployment.replicas,
            reachable: knative.reachable,
            service_name_set: true,
        };
        let answer = knative.reconciler.reconcile(now, &seen);
        knative.mode = answer.mode;
        if let Some(after) = answer.requeue_after {
            self.events.push(now.saturating_add(after), Event::Reconcile(revision));
        }
        if let Some(replicas) = answer.apply {
            self.scale(revision, replicas, now);
        }
        answer.rule
    }
}
