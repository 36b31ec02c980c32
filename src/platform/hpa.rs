//! Kubernetes' horizontal pod autoscaler around a Deployment: what the metrics server measures, and when it is asked.
//!
//! ```text
//! instances ── scrape, every 15 s ──► samples ── sync, every 15 s ──► autoscaler::hpa ──► replicas ──► deployment
//! ```
//!
//! All rules are the autoscaler's (`autoscaler::hpa`). Here is what is seen of the pods: their CPU over the time between the
//! last two scrapes, requests in flight and per second over the same time, memory as the scenario describes it. So what a sync
//! sees is up to two periods old, and a new pod shows no CPU until it was scraped twice. One metrics server scrapes all pods of
//! a service at the same instants; their phase is drawn for every replication, and so is that of the syncs of an autoscaler
//! that stood before the run. One that is made in the run syncs first a period later.

use rand::RngExt as _;

use super::event::Event;
use super::instance::{Instance, State};
use super::knative::Found;
use super::loops;
use super::plan::HpaPlan;
use super::revision::Scaler;
use super::world::World;
use crate::autoscaler::hpa::{Hpa, Phase, PodGroup, Readiness, Sample, Sync, Usage};
use crate::autoscaler::kpa::{RequestStats, Via};
use crate::engine::Streams;
use crate::observe::{DecisionRecord, Trigger};
use crate::units::{SimTime, Span};

/// The autoscaler of one Deployment, and what its metrics server knows.
#[derive(Debug)]
pub struct HpaLoop<'a> {
    plan: &'a HpaPlan,
    /// The revision's.
    name: &'a str,
    hpa: Hpa,
    /// Those of the service.
    streams: Streams,
    /// Requests in flight and arrivals, over all pods, since the last scrape.
    stats: RequestStats,
    /// Of each slot, what was seen of its present tenant.
    scraped: Vec<Scraped>,
    /// Requests in flight, and requests a second, at the last scrape: all pods together, in thousandths.
    load: Option<Load>,
    /// When the metrics server looked last.
    at: SimTime,
}

/// The load of all pods together over the time between two scrapes.
#[derive(Debug, Clone, Copy)]
struct Load {
    concurrency_m: u64,
    requests_per_second_m: u64,
}

/// What was seen of one instance.
#[derive(Debug, Clone, Copy, Default)]
struct Scraped {
    generation: u32,
    /// Its CPU at the last scrape but one, in vCPU-nanoseconds since it was made.
    before: Option<u64>,
    /// Its CPU at the last scrape.
    last: Option<u64>,
    /// The requests in it at the last scrape.
    requests: u64,
}

impl<'a> HpaLoop<'a> {
    /// For the Deployment of the revision of this name, made at `now`; the streams are the service's.
    pub fn new(plan: &'a HpaPlan, name: &'a str, now: SimTime, streams: Streams) -> HpaLoop<'a> {
        let hpa = Hpa::new(plan.config.clone());
        HpaLoop { plan, name, hpa, streams, stats: RequestStats::new(now), scraped: Vec::new(), load: None, at: now }
    }

    /// A request enters a pod.
    #[inline]
    pub fn enter(&mut self, now: SimTime) {
        self.stats.enter(now, Via::Gateway);
    }

    /// A request leaves a pod.
    #[inline]
    pub fn leave(&mut self, now: SimTime) {
        self.stats.leave(now, Via::Gateway);
    }

    fn scrape_pod(&mut self, slot: u32, instance: &Instance, used: u64) {
        let generation = instance.generation;
        if self.scraped.len() <= slot as usize {
            self.scraped.resize(slot as usize + 1, Scraped::default());
        }
        let pod = &mut self.scraped[slot as usize];
        if pod.generation != generation {
            *pod = Scraped { generation, ..Scraped::default() };
        }
        (pod.before, pod.last) = (pod.last, Some(used));
        pod.requests = u64::from(instance.in_flight) + instance.waiting.len() as u64;
    }

    fn scrape_load(&mut self, now: SimTime) {
        let stat = self.stats.report(now);
        let seconds = (now - self.at).as_secs_f64();
        let milli = |value: f64| (value * 1000.0).round() as u64;
        self.load =
            (seconds > 0.0).then(|| Load { concurrency_m: milli(stat.concurrency), requests_per_second_m: milli(stat.requests / seconds) });
        self.at = now;
    }

    /// A pod's CPU over the time between its last two scrapes, in thousandths of a vCPU, rounded up as quantities are; none
    /// before the second.
    fn cpu_m(&self, slot: u32, generation: u32) -> Option<u64> {
        let pod = self.seen_of(slot, generation)?;
        let used = pod.last?.checked_sub(pod.before?).expect("CPU time only grows");
        Some((u128::from(used) * 1000).div_ceil(u128::from(self.window().0)) as u64)
    }

    fn seen_of(&self, slot: u32, generation: u32) -> Option<&Scraped> {
        self.scraped.get(slot as usize).filter(|pod| pod.generation == generation && pod.last.is_some())
    }

    fn window(&self) -> Span {
        self.hpa.config().metrics_resolution
    }

    /// Drawn alike for every revision of a service.
    fn first_scrape(&self, now: SimTime) -> SimTime {
        let resolution = self.window();
        loops::next(now, drawn_below(resolution, self.streams.child("metrics-server")), resolution)
    }

    fn first_sync(&self, now: SimTime) -> SimTime {
        let period = self.hpa.config().sync_period;
        let stood_before = now == SimTime::ZERO;
        let streams = self.streams.child(self.name).child("hpa").child("phase");
        now.saturating_add(if stood_before { drawn_below(period, streams) } else { period })
    }

    fn sample(&self, total_m: u64) -> Sample {
        Sample { total_m, at: self.at, window: self.window() }
    }

    /// A pod as the autoscaler sees it.
    fn pod(&self, slot: u32, instance: &Instance, now: SimTime) -> PodGroup {
        let start = &instance.start;
        let running = now >= start.steps[3];
        let ready = matches!(instance.state, State::Ready | State::Usable);
        let cpu = self.cpu_m(slot, instance.generation).filter(|_| running);
        PodGroup {
            count: 1,
            phase: if running { Phase::Running } else { Phase::Pending },
            deleting: false,
            started: (now >= start.steps[1]).then_some(start.steps[1]),
            readiness: running.then_some(Readiness { ready, since: if ready { start.ready } else { start.steps[1] } }),
            usage: Usage { cpu: cpu.map(|it| self.sample(it)), memory: self.memory(slot, instance.generation), ..Usage::default() },
            request: self.plan.request,
        }
    }

    /// A pod's memory at the last scrape, in thousandths of a byte; none before the first.
    fn memory(&self, slot: u32, generation: u32) -> Option<Sample> {
        let (memory, requests) = (self.plan.memory?, self.seen_of(slot, generation)?.requests);
        Some(self.sample(memory.base.0.saturating_add(memory.per_request.0.saturating_mul(requests)).saturating_mul(1000)))
    }

    /// Gives every ready pod its part of what all of them carry: only sums matter to the autoscaler.
    fn share_load(&self, pods: &mut [PodGroup]) {
        let Some(load) = self.load else { return };
        let carries = |it: &PodGroup| it.readiness.is_some_and(|it| it.ready);
        let mut ready = pods.iter().filter(|it| carries(it)).map(|it| u64::from(it.count)).sum::<u64>();
        let (mut concurrency_m, mut requests_m) = (load.concurrency_m, load.requests_per_second_m);
        for pod in pods.iter_mut().filter(|it| carries(it)) {
            let part = |left: &mut u64| {
                let part = *left * u64::from(pod.count) / ready;
                *left -= part;
                Some(self.sample(part))
            };
            pod.usage.concurrency = part(&mut concurrency_m);
            pod.usage.requests_per_second = part(&mut requests_m);
            ready -= u64::from(pod.count);
        }
    }
}

fn drawn_below(period: Span, streams: Streams) -> Span {
    Span(streams.rng().random_range(0..period.0))
}

/// Pods whose start is long past differ in nothing but what they use: one group stands for all of them.
fn join_old(pods: Vec<PodGroup>, now: SimTime, young_for: Span) -> Vec<PodGroup> {
    let mut joined: Vec<PodGroup> = Vec::new();
    let is_old = |it: &PodGroup| {
        it.usage.cpu.is_some()
            && it.readiness.is_some_and(|it| it.ready)
            && it.started.is_some_and(|it| it.saturating_add(young_for) <= now)
    };
    let mut old: Option<usize> = None;
    for pod in pods {
        match old.filter(|_| is_old(&pod)) {
            Some(group) => add(&mut joined[group], &pod),
            None => {
                old = old.or_else(|| is_old(&pod).then_some(joined.len()));
                joined.push(pod);
            }
        }
    }
    joined
}

fn add(group: &mut PodGroup, pod: &PodGroup) {
    let sum = |mine: &mut Option<Sample>, theirs: Option<Sample>| {
        if let (Some(mine), Some(theirs)) = (mine.as_mut(), theirs) {
            mine.total_m += theirs.total_m;
        }
    };
    group.count += pod.count;
    sum(&mut group.usage.cpu, pod.usage.cpu);
    sum(&mut group.usage.memory, pod.usage.memory);
}

impl<'a> World<'a> {
    fn hpa(&mut self, revision: u32) -> Option<&mut HpaLoop<'a>> {
        match &mut self.revisions[revision as usize].scaler {
            Scaler::Hpa(it) => Some(it),
            Scaler::Fixed(_) | Scaler::KeepAlive(_) | Scaler::Kpa(_) => None,
        }
    }

    /// The Deployment and its autoscaler are there: the metrics server looks at it, and the autoscaler does.
    pub(super) fn begin_syncing(&mut self, revision: u32, now: SimTime) {
        let Some(it) = self.hpa(revision) else { return };
        let (scrape, sync) = (it.first_scrape(now), it.first_sync(now));
        self.events.push(scrape, Event::Scrape(revision));
        self.events.push(sync, Event::Sync(revision));
    }

    /// The metrics server looks at every pod whose containers run.
    pub(super) fn on_scrape(&mut self, revision: u32, now: SimTime) {
        let mut pods = self.pods(revision);
        pods.retain(|slot| now >= self.fleet[*slot].start.steps[3]);
        for slot in pods {
            let used = u64::try_from(self.cpu_used(slot, now)).expect("CPU time of 584 years");
            let Scaler::Hpa(it) = &mut self.revisions[revision as usize].scaler else { return };
            it.scrape_pod(slot, &self.fleet[slot], used);
        }
        let it = self.hpa(revision).expect("it is scraped");
        it.scrape_load(now);
        let next = now.saturating_add(it.window());
        self.events.push(next, Event::Scrape(revision));
    }

    /// Instances that are ready or on their way.
    fn pods(&self, revision: u32) -> Vec<u32> {
        let it = &self.revisions[revision as usize];
        it.ready.iter().copied().chain(it.starting.iter()).collect()
    }

    /// The autoscaler decides.
    pub(super) fn on_sync(&mut self, revision: u32, now: SimTime) {
        let (pods, found) = (self.pods(revision), self.found(revision));
        let (fleet, it) = (&self.fleet, &mut self.revisions[revision as usize]);
        let replicas = it.deployment.replicas;
        let Scaler::Hpa(hpa) = &mut it.scaler else { return };
        let seen = pods.iter().map(|slot| hpa.pod(*slot, &fleet[*slot], now)).collect();
        let mut seen = join_old(seen, now, hpa.hpa.config().timing.cpu_initialization);
        hpa.share_load(&mut seen);
        let sync = hpa.hpa.sync(now, replicas, &seen);
        let period = hpa.hpa.config().sync_period;
        self.events.push(now.saturating_add(period), Event::Sync(revision));
        if sync.desired != replicas {
            self.scale(revision, sync.desired, now);
        }
        if self.decisions.is_some() {
            self.write_sync(revision, &sync, found, now);
        }
    }

    fn write_sync(&mut self, revision: u32, sync: &Sync, found: Found, now: SimTime) {
        let it = &self.revisions[revision as usize];
        let record = DecisionRecord {
            at: now,
            revision,
            trigger: Trigger::Tick,
            stable: sync.measured.map(|it| it.amount),
            panic: None,
            ready: found.ready,
            starting: found.starting,
            desired: sync.proposal.map_or(-1, |it| i32::try_from(it).unwrap_or(i32::MAX)),
            applied: it.deployment.replicas,
            panicking: false,
            proxied: false,
            excess_burst_capacity: None,
            why: sync.measured.map_or_else(|| sync.reason.to_string(), |it| format!("{}: {}", it.measure, sync.reason)),
        };
        self.decisions.as_mut().expect("somebody wants them").push(record);
    }
}
