//! Meters: what each price book wants to know of a run, summed as it happens.
//!
//! An instance's life is booked when it goes, a stretch of serving when it ends, a request when its end is known: each
//! is rounded there, once for every book, and nothing of it is kept. What no book asks for costs a comparison.

use super::credits::CpuTime;
use super::instance::{Instance, State};
use super::plan::{RevisionPlan, Window};
use crate::billing::{Charging, Kept, Life, Meter, Usage};
use crate::units::{SimTime, Span};

/// How an instance that is gone left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Leaving {
    /// Of its idle time, how long it waited for another to take its place.
    pub overlap: Span,
    /// Of its serving, how long it only ended what it had begun.
    pub drained: Span,
}

/// The meters of a service: of its revisions, of the pools of their reserves, of their further types.
#[derive(Debug)]
pub struct Metering {
    window: Window,
    kinds: Vec<Kind>,
    /// Whether some book asks for more than the lives of instances.
    is_asked: bool,
}

/// The meters of one kind of instance, a book each. How many are kept is counted for a whole revision, at its first kind.
#[derive(Debug)]
struct Kind {
    meters: Vec<Meter>,
    /// One a meter.
    usage: Vec<Usage>,
    kept: Kept,
    counts_kept: bool,
    rounds_stretches: bool,
    counts_requests: bool,
    requests: u64,
    request_ns: u128,
    /// CPU time beyond credits and advance.
    overdrawn: CpuTime,
}

impl Kind {
    fn new(plan: &RevisionPlan) -> Kind {
        let any = |of: fn(&Meter) -> bool| plan.meters.iter().any(of);
        Kind {
            usage: vec![Usage::default(); plan.meters.len()],
            kept: Kept::new(plan.kept),
            counts_kept: plan.kept > 0 && any(|meter| meter.kept),
            rounds_stretches: any(|meter| meter.charging == Charging::Serving),
            counts_requests: any(|meter| meter.counts_requests || meter.charging == Charging::Requests),
            requests: 0,
            request_ns: 0,
            overdrawn: CpuTime::ZERO,
            meters: plan.meters.clone(),
        }
    }

    /// Adds what rounding adds to a stretch that has ended, under the meters that round such stretches.
    fn round(&mut self, charging: Charging, stretch: Span) {
        for (meter, usage) in self.meters.iter().zip(&mut self.usage).filter(|(meter, _)| meter.charging == charging) {
            usage.rounding_ns += u128::from(meter.rounding_ns(stretch));
        }
    }
}

impl Metering {
    /// For these kinds of instance.
    pub fn new<'p>(window: Window, plans: impl Iterator<Item = &'p RevisionPlan>) -> Metering {
        let kinds: Vec<Kind> = plans.map(Kind::new).collect();
        let is_asked = kinds.iter().any(|it| it.counts_kept || it.rounds_stretches || it.counts_requests);
        Metering { window, kinds, is_asked }
    }

    /// An instance can be reached from now on.
    pub fn usable(&mut self, revision: u32, now: SimTime) {
        self.change(revision, now, 1, 0);
    }

    /// An instance takes no further requests, whether it still has some or not.
    pub fn unusable(&mut self, revision: u32, is_busy: bool, now: SimTime) {
        self.change(revision, now, -1, if is_busy { -1 } else { 0 });
    }

    /// An instance got its first request.
    #[inline]
    pub fn began(&mut self, revision: u32, now: SimTime) {
        if self.is_asked {
            self.change(revision, now, 0, 1);
        }
    }

    /// An instance has served until now without a pause, and may have been declared unusable meanwhile.
    #[inline]
    pub fn rested(&mut self, instance: &Instance, now: SimTime) {
        if self.is_asked {
            self.stretch_ended(instance, now);
        }
    }

    fn stretch_ended(&mut self, instance: &Instance, now: SimTime) {
        if instance.state != State::Draining {
            self.change(instance.revision, now, 0, -1);
        }
        let it = &mut self.kinds[instance.kind as usize];
        if it.rounds_stretches {
            it.round(Charging::Serving, self.window.measured(instance.serving_since, now));
        }
    }

    /// Whether some book asks for more than the lives of instances.
    #[inline]
    pub fn is_asked(&self) -> bool {
        self.is_asked
    }

    /// An instance executes a request over `[from, until)`.
    pub fn executed(&mut self, kind: u32, from: SimTime, until: SimTime) {
        let it = &mut self.kinds[kind as usize];
        if it.counts_requests && from >= self.window.warmup {
            let span = self.window.measured(from, until);
            it.requests += 1;
            it.request_ns += u128::from(span.0);
            it.round(Charging::Requests, span);
        }
    }

    /// An instance that is gone owes this CPU time.
    pub fn overdrawn(&mut self, kind: u32, time: CpuTime) {
        self.kinds[kind as usize].overdrawn += time;
    }

    fn change(&mut self, revision: u32, now: SimTime, ready: i32, busy: i32) {
        let window = self.window;
        let it = &mut self.kinds[revision as usize];
        if it.counts_kept {
            it.kept.change(now, ready, busy, |from, until| window.measured(from, until));
        }
    }

    /// An instance is gone at `end`, having been usable since `usable` (or never, if that is the end).
    pub fn gone(&mut self, instance: &Instance, usable: SimTime, leaving: Leaving, end: SimTime) {
        let (busy, Leaving { overlap, drained }) = (Span(instance.serving_ns), leaving);
        let ready = self.window.measured(usable, end);
        assert!(busy <= ready, "an instance serves while it is usable");
        assert!(drained <= busy, "an instance drains while it serves");
        let it = &mut self.kinds[instance.kind as usize];
        for (meter, usage) in it.meters.iter().zip(&mut it.usage) {
            let starting = self.window.measured(instance.start.metered_from(meter.from), usable);
            // Where each request is charged by itself, those of an instance that drains are requests like all others.
            let draining = if meter.charging == Charging::Requests { Span::ZERO } else { drained };
            *usage += meter.usage_of(Life { starting, serving: busy - draining, idle: ready - busy - overlap, draining, overlap });
        }
    }

    /// The run is over: the usage of each kind, as each of its meters saw it.
    pub fn finish(mut self) -> Vec<Vec<Usage>> {
        (0..self.kinds.len() as u32).for_each(|revision| self.change(revision, self.window.horizon, 0, 0));
        let filled = |mut it: Kind| {
            for (meter, usage) in it.meters.iter().zip(&mut it.usage) {
                (usage.requests, usage.request_ns) = (it.requests, it.request_ns);
                // From millionths of a vCPU to the bill's thousandths: once, over all instances.
                usage.surplus_credit = u128::try_from(it.overdrawn.0).expect("nobody is owed a surcharge") / 1000;
                if meter.kept {
                    it.kept.fill(usage);
                }
            }
            it.usage
        };
        self.kinds.into_iter().map(filled).collect()
    }
}
