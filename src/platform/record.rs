//! The recorder: what is written down of every request and every instance, once both ends are known.
//!
//! A request's end is known when its service starts (or when it is refused or given up), an instance's when it goes:
//! so each is booked once, as an interval, and nothing is kept of it afterwards. Requests that arrive during the
//! warm-up and time before its end are left out of everything but the timeline.

use super::instance::Instance;
use super::metering::{Leaving, Metering};
use super::plan::{ServicePlan, Window};
use super::request::{GivesUp, Request};
use super::witness::{End, Witness};
use crate::billing::Usage;
use crate::observe::blame::Parts;
use crate::observe::histogram::bucket_of;
use crate::observe::timeline::Series;
use crate::observe::witness::Ending;
use crate::observe::{CreditSeries, Outcome, Part, RevisionOutcome, Tally, Timeline};
use crate::units::{SimTime, Span};

/// Where a request that was not answered was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The activator's queue was full.
    Activator,
    /// The instance's queue-proxy was full.
    QueueProxy,
    /// No further instance may be started.
    Limit,
}

/// Writes down one service's run.
#[derive(Debug)]
pub struct Recorder {
    pub(super) window: Window,
    pub(super) outcome: Outcome,
    /// What the price books want to know.
    pub metering: Metering,
    service: String,
    /// The first that is no revision but the pool of a reserve.
    first_pool: u32,
    /// What is seen of each revision; empty where there is only one.
    revisions: Vec<RevisionOutcome>,
    alive: u32,
    /// Since when so many are.
    alive_since: SimTime,
    /// The bucket of the timeline into which the last arrival fell, from when and until when.
    present: (usize, SimTime, SimTime),
    /// Requests that end before this may be booked the short way: the horizon, or nothing if somebody watches.
    pub(super) at_once_before: SimTime,
    /// Who watches.
    pub(super) witness: Option<Box<Witness>>,
}

/// Time on a CPU that a request would not have needed alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lost {
    /// Because others ran on it too.
    pub contention: Span,
    /// Because the instance was given less CPU than it has.
    pub throttling: Span,
}

/// How a request fared in its instance, from its beginning to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Served {
    /// When it began.
    pub begun: SimTime,
    /// What of the time was on the way.
    pub hop: Span,
    /// What of it was lost on a shared CPU.
    pub lost: Lost,
    /// When it ended, or would have.
    pub finish: SimTime,
}

/// How a request's wait is to be explained: by the start of the instance that served it, or that it waited for.
#[derive(Debug, Clone, Copy)]
pub enum Cause<'a> {
    /// It waited for (or was served by) this instance.
    Instance(&'a Instance),
    /// It waited behind others.
    Queue,
    /// Nothing had been started for it yet.
    Decision,
}

impl Recorder {
    /// For a run of this service.
    pub fn new(window: Window, plan: &ServicePlan) -> Recorder {
        let mut outcome = Outcome {
            measured: window.horizon - window.warmup,
            timeline: Timeline::new(window.horizon - SimTime::ZERO),
            ..Outcome::default()
        };
        if plan.pools().any(|it| it.credits.is_some()) {
            outcome.credits = CreditSeries::new(window.horizon - SimTime::ZERO);
        }
        outcome.peaks = vec![0; outcome.timeline.buckets.len()];
        let split = plan.revisions.iter().filter(|_| plan.revisions.len() > 1);
        Recorder {
            window,
            outcome,
            metering: Metering::new(window, plan.pools()),
            service: plan.name.clone(),
            first_pool: plan.revisions.len() as u32,
            revisions: split.map(|it| RevisionOutcome::new(&it.name, window.horizon - SimTime::ZERO)).collect(),
            alive: 0,
            alive_since: SimTime::ZERO,
            present: (0, SimTime::ZERO, SimTime::ZERO),
            at_once_before: window.horizon,
            witness: None,
        }
    }

    #[inline]
    fn is_measured(&self, request: &Request) -> bool {
        request.arrived >= self.window.warmup
    }

    /// A request reached the route while these shares were meant, or was sent past it to a tag's own address.
    #[inline]
    pub fn arrived(&mut self, request: &Request, shares: Option<&[f64]>) {
        if request.arrived >= self.present.2 {
            self.turn_to(request.arrived);
        }
        self.outcome.timeline.buckets[self.present.0].arrived += 1;
        if self.is_measured(request) {
            self.outcome.tally.arrived += 1;
            self.outcome.wake_ups += u64::from(request.woke_up);
        }
        if !self.revisions.is_empty() {
            self.arrived_at_revision(request, shares);
        }
    }

    /// Another bucket of the timeline begins. Requests arrive in order, so this is seldom, and saves a division each.
    #[cold]
    fn turn_to(&mut self, now: SimTime) {
        let index = self.outcome.timeline.index(now);
        let border = |index: usize| SimTime(self.outcome.timeline.width.0.saturating_mul(index as u64));
        let is_last = index + 1 == self.outcome.timeline.buckets.len();
        self.present = (index, border(index), if is_last { SimTime::NEVER } else { border(index + 1) });
    }

    #[inline(never)]
    fn arrived_at_revision(&mut self, request: &Request, shares: Option<&[f64]>) {
        let own = &mut self.revisions[request.revision as usize];
        own.timeline.at(request.arrived).arrived += 1;
        own.tally.arrived += u64::from(request.arrived >= self.window.warmup);
        shares.iter().for_each(|shares| self.routed(request, shares));
    }

    /// The split sent it to its revision while these shares were meant.
    fn routed(&mut self, request: &Request, shares: &[f64]) {
        let measured = self.is_measured(request);
        for (revision, share) in self.revisions.iter_mut().zip(shares) {
            let meant_ppm = (share * 1e6).round() as u64;
            let bucket = revision.timeline.index(request.arrived);
            revision.meant_ppm[bucket] += meant_ppm;
            revision.meant_total_ppm += if measured { u128::from(meant_ppm) } else { 0 };
        }
        let own = &mut self.revisions[request.revision as usize];
        let bucket = own.timeline.index(request.arrived);
        own.found[bucket] += 1;
        own.found_total += u64::from(measured);
    }

    /// Counts a measured request where it ended, in the whole and in its revision.
    #[inline]
    fn count(&mut self, request: &Request, count: impl Fn(&mut Tally)) {
        if self.is_measured(request) {
            count(&mut self.outcome.tally);
            if let Some(own) = self.revisions.get_mut(request.revision as usize) {
                count(&mut own.tally);
            }
        }
    }

    /// Books a measured latency, in the whole and in its revision.
    fn record_latency(&mut self, request: &Request, latency: Span) {
        self.outcome.latency.record(latency);
        if let Some(own) = self.revisions.get_mut(request.revision as usize) {
            own.latency.record(latency);
        }
    }

    /// Whether a request, its end being known, is the common case: it waited for nothing and will be answered in time.
    #[inline]
    pub fn is_answered_at_once(&self, request: &Request, served: &Served) -> bool {
        served.finish <= request.deadline && served.begun == request.arrived && served.finish < self.at_once_before
    }

    /// Writes down one that [`Recorder::is_answered_at_once`].
    #[inline(always)]
    pub fn answered_at_once(&mut self, request: &Request, served: &Served) {
        let Served { hop, lost, finish, .. } = *served;
        let time = finish - request.arrived;
        let latency = time + request.gateway_hop;
        let (index, from, until) = self.present;
        let bucket = if from <= request.arrived && finish <= until {
            let bucket = &mut self.outcome.timeline.buckets[index];
            bucket.concurrency_ns += u128::from(time.0);
            bucket
        } else {
            self.outcome.timeline.add(Series::Concurrency, request.arrived, finish, 1);
            self.outcome.timeline.at(request.arrived)
        };
        bucket.completed += 1;
        bucket.latency_ns += u128::from(latency.0);
        bucket.latency_max_ns = bucket.latency_max_ns.max(latency.0);
        if self.is_measured(request) {
            let (place, hops) = (bucket_of(latency), request.gateway_hop + hop);
            self.outcome.tally.completed += 1;
            self.outcome.latency.record_in(place, latency);
            self.outcome.blame.record_warm(place, hops);
            if !self.revisions.is_empty() {
                let own = &mut self.revisions[request.revision as usize];
                own.tally.completed += 1;
                own.latency.record_in(place, latency);
            }
            if lost != Lost::default() {
                self.outcome.blame.record_slowed(place, lost.contention, lost.throttling);
            }
        }
    }

    /// Writes down any other whose end is known.
    #[inline(never)]
    pub fn served_late(&mut self, request: &Request, instance: &Instance, served: &Served) {
        let Served { begun, hop, lost, finish } = *served;
        let end = finish.min(request.deadline);
        self.book_concurrency(request, end);
        if end >= self.window.horizon {
            self.in_flight(request);
            return;
        }
        let mut parts = Parts::default();
        let cause = if instance.start.usable > request.arrived { Cause::Instance(instance) } else { Cause::Queue };
        blame_wait(&mut parts, request.arrived, begun.min(end), cause);
        let inside = (end - begun) - lost.contention - lost.throttling;
        let hop = hop.min(inside);
        parts[Part::Contention as usize] = lost.contention.0;
        parts[Part::Throttling as usize] = lost.throttling.0;
        parts[Part::Hops as usize] += hop.0;
        parts[Part::Execution as usize] += (inside - hop).0;
        let ending = if finish > request.deadline { Ending::from(request.gives_up) } else { Ending::Answered };
        self.tell(request, &End { ending, parts, begun: Some(begun), instance: Some(instance) });
        if finish > request.deadline { self.gave_up(request, parts, cause) } else { self.answered(request, parts, cause) }
    }

    /// A request was given up on its way to the route: its hop took longer than its sender waits.
    pub fn lost_on_the_way(&mut self, request: &Request, timeout: Span) {
        let mut parts = Parts::default();
        parts[Part::Hops as usize] = timeout.0;
        self.tell_lost(request, parts);
        self.gave_up(&Request { gateway_hop: Span::ZERO, ..*request }, parts, Cause::Queue);
    }

    /// A request in a queue was given up at its deadline.
    pub fn expired(&mut self, request: &Request, cause: Cause) {
        self.book_concurrency(request, request.deadline);
        if request.deadline >= self.window.horizon {
            self.in_flight(request);
            return;
        }
        let mut parts = Parts::default();
        blame_wait(&mut parts, request.arrived, request.deadline, cause);
        let instance = if let Cause::Instance(instance) = cause { Some(instance) } else { None };
        self.tell(request, &End { ending: request.gives_up.into(), parts, begun: None, instance });
        self.gave_up(request, parts, cause);
    }

    /// A request was refused with 503.
    pub fn refused(&mut self, request: &Request, refused: Refused) {
        self.tell(request, &End::without_latency(refused.into()));
        self.outcome.timeline.at(request.arrived).rejected += 1;
        self.count(request, |tally| match refused {
            Refused::Activator => tally.rejected_activator += 1,
            Refused::QueueProxy => tally.rejected_queue_proxy += 1,
            Refused::Limit => tally.rejected_limit += 1,
        });
    }

    /// A request was in an instance that its provider took at `end`.
    pub fn failed(&mut self, request: &Request, instance: &Instance, end: SimTime) {
        self.book_concurrency(request, end);
        if end >= self.window.horizon {
            return self.in_flight(request);
        }
        self.tell(request, &End { instance: Some(instance), ..End::without_latency(Ending::Failed) });
        self.outcome.timeline.at(request.arrived).rejected += 1;
        self.count(request, |tally| tally.failed += 1);
    }

    /// A request waits still when the run ends.
    pub fn unfinished(&mut self, request: &Request) {
        self.book_concurrency(request, self.window.horizon);
        self.in_flight(request);
    }

    fn in_flight(&mut self, request: &Request) {
        self.tell(request, &End::without_latency(Ending::UnderWay));
        self.count(request, |tally| tally.in_flight += 1);
    }

    fn book_concurrency(&mut self, request: &Request, end: SimTime) {
        self.outcome.timeline.add(Series::Concurrency, request.arrived, end.min(self.window.horizon), 1);
    }

    fn gave_up(&mut self, request: &Request, parts: Parts, cause: Cause) {
        self.outcome.timeline.at(request.arrived).timed_out += 1;
        self.count(request, |tally| match request.gives_up {
            GivesUp::Client => tally.timed_out_client += 1,
            GivesUp::Gateway => tally.timed_out_gateway += 1,
            GivesUp::Revision => tally.timed_out_revision += 1,
        });
        if self.is_measured(request) {
            self.outcome.wake_ups_timed_out += u64::from(request.woke_up);
        }
        self.waited_for(request, parts, cause);
    }

    fn answered(&mut self, request: &Request, parts: Parts, cause: Cause) {
        self.outcome.timeline.at(request.arrived).completed += 1;
        self.count(request, |tally| tally.completed += 1);
        self.waited_for(request, parts, cause);
    }

    /// Books the latency of a request that waited, or that was given up.
    fn waited_for(&mut self, request: &Request, mut parts: Parts, cause: Cause) {
        parts[Part::Hops as usize] += request.gateway_hop.0;
        let latency = Span(parts.iter().sum());
        let cold = !matches!(cause, Cause::Queue);
        let bucket = self.outcome.timeline.at(request.arrived);
        bucket.waited += u64::from(cold);
        bucket.latency_ns += u128::from(latency.0);
        bucket.latency_max_ns = bucket.latency_max_ns.max(latency.0);
        if self.is_measured(request) {
            self.record_latency(request, latency);
            self.outcome.blame.record(latency, &parts);
            if cold {
                self.outcome.waited.record(latency);
            }
        }
    }

    /// An instance was asked for; `standing` if it was there before the run began.
    pub fn asked(&mut self, now: SimTime, standing: bool) {
        self.alive_until(now);
        self.alive += 1;
        self.outcome.instances.cold_starts += u64::from(!standing && now >= self.window.warmup);
    }

    /// A provider wants an instance back.
    pub fn reclaimed(&mut self, now: SimTime) {
        self.outcome.instances.reclaimed += u64::from(now >= self.window.warmup);
    }

    /// A start asked for an instance that was out of stock, or not.
    pub fn out_of_stock(&mut self, is_out: bool, now: SimTime) {
        self.outcome.instances.out_of_stock += u64::from(is_out && now >= self.window.warmup);
    }

    /// An instance is gone at `end`, or the run is over.
    pub fn gone(&mut self, instance: &Instance, leaving: Leaving, end: SimTime) {
        let end = end.min(self.window.horizon);
        self.tell_gone(instance, end);
        self.alive_until(end);
        self.alive -= 1;
        let measured = |from: SimTime| self.window.measured(from, end);
        let usable = instance.start.usable.min(end);
        let (alive, ready) = (measured(instance.start.asked), measured(usable));
        self.outcome.timeline.add(Series::Starting, instance.start.asked, usable, 1);
        self.outcome.timeline.add(Series::Ready, usable, end, 1);
        if instance.revision >= self.first_pool {
            self.outcome.timeline.add(Series::ReserveStarting, instance.start.asked, usable, 1);
            self.outcome.timeline.add(Series::ReserveReady, usable, end, 1);
        }
        if let Some(own) = self.revisions.get_mut(instance.revision as usize) {
            own.timeline.add(Series::Starting, instance.start.asked, usable, 1);
            own.timeline.add(Series::Ready, usable, end, 1);
        }
        let instances = &mut self.outcome.instances;
        instances.alive_ns += u128::from(alive.0);
        instances.ready_ns += u128::from(ready.0);
        instances.serving_ns += u128::from(instance.serving_ns);
        self.metering.gone(instance, usable, leaving, end);
    }

    /// So many instances were alive until now: every bucket since the last change has seen them.
    fn alive_until(&mut self, now: SimTime) {
        assert!(now >= self.alive_since, "instances come and go in order");
        let width = self.outcome.timeline.width.0;
        let last = self.outcome.peaks.len() - 1;
        let from = (self.alive_since.0 / width) as usize;
        let until = (now.0.saturating_sub(1).max(self.alive_since.0) / width) as usize;
        for index in from.min(last)..=until.min(last) {
            let bucket = &mut self.outcome.timeline.buckets[index];
            bucket.instances_peak = bucket.instances_peak.max(self.alive);
            // Only what was alive after the warm-up is measured.
            if now > self.window.warmup && (index as u64 + 1) * width > self.window.warmup.0 {
                self.outcome.peaks[index] = self.outcome.peaks[index].max(self.alive);
            }
        }
        self.alive_since = now;
    }

    /// The part of a stretch of serving that is measured, in nanoseconds.
    #[inline]
    pub fn measured_ns(&self, from: SimTime, until: SimTime) -> u64 {
        self.window.measured(from, until).0
    }

    /// So many instances of a revision were wanted over `[from, until)`.
    pub fn desired(&mut self, revision: u32, from: SimTime, until: SimTime, height: u32) {
        let until = until.min(self.window.horizon);
        self.outcome.timeline.add(Series::Desired, from, until, u64::from(height));
        if let Some(own) = self.revisions.get_mut(revision as usize) {
            own.timeline.add(Series::Desired, from, until, u64::from(height));
        }
    }

    /// The run is over: its outcome, conserved, and what each revision used under each price book.
    pub fn finish(mut self) -> (Outcome, Vec<Vec<Usage>>) {
        let named = |(index, it): (usize, RevisionOutcome)| ((self.service.clone(), index as u32), it);
        self.outcome.revisions = std::mem::take(&mut self.revisions).into_iter().enumerate().map(named).collect();
        self.outcome.tally.assert_conserved();
        assert_eq!(self.alive, 0, "every instance is booked");
        (self.outcome, self.metering.finish())
    }
}

/// Explains the wait `[from, until)`: what of it lay in which stage of the instance's start, the rest behind others.
fn blame_wait(parts: &mut Parts, from: SimTime, until: SimTime, cause: Cause) {
    let mut at = from;
    let mut book = |part: Part, end: SimTime| {
        let end = end.clamp(at, until.max(at));
        parts[part as usize] += (end - at).0;
        at = end;
    };
    match cause {
        Cause::Queue => {}
        Cause::Decision => book(Part::Decision, until),
        Cause::Instance(instance) => {
            book(Part::Decision, instance.start.asked);
            for (part, end) in Part::STEPS.into_iter().zip(instance.start.steps) {
                book(part, end);
            }
            book(Part::Propagation, instance.start.usable);
        }
    }
    book(Part::Queueing, until);
}
