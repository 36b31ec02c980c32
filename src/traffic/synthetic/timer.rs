//! A strict timer.

use rand::RngExt as _;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::engine::{Rng, Streams};
use crate::error::{Error, Problem};
use crate::traffic::Arrival;
use crate::traffic::kind::{Files, Kind, Live, Loaded, Plan};
use crate::units::{SimTime, Span};

/// A request at `phase`, `phase + every`, `phase + 2 · every` ... each up to `jitter` late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Timer {
    /// From one to the next.
    pub every: Span,
    /// When the first one is; time zero if absent.
    #[serde(default)]
    pub phase: Span,
    /// The most by which one is late, uniform; at most `every`.
    #[serde(default)]
    pub jitter: Span,
}

impl Kind for Timer {
    type Plan = Timer;

    fn check(&self) -> Vec<Problem> {
        let too_often = (self.every < Span(1000)).then(|| {
            let message = format!("a timer every {} has no end in sight; at least 1us", self.every);
            Problem::new("timer", "every", message)
        });
        let too_late = (self.jitter > self.every).then(|| {
            let message = format!("a jitter of {} is longer than {}, the time to the next one", self.jitter, self.every);
            Problem::new("timer", "jitter", message)
        });
        too_often.into_iter().chain(too_late).collect()
    }

    fn load(&self, _: &Files) -> Result<Loaded<Timer>, Error> {
        Ok(Loaded::synthetic(*self))
    }
}

impl Plan for Timer {
    type Live = TimerLive;

    fn start(&self, scale: f64, streams: Streams) -> TimerLive {
        let every = self.every.0 as f64 / scale;
        let jitter = Span((self.jitter.0 as f64).min(every) as u64);
        TimerLive { every, phase: self.phase, jitter, n: 0, rng: streams.child("jitter").rng() }
    }
}

/// A running timer.
pub struct TimerLive {
    /// In nanoseconds, exact up to 2⁵³; infinite if it never fires.
    every: f64,
    phase: Span,
    jitter: Span,
    n: u64,
    rng: Rng,
}

impl Live for TimerLive {
    fn next(&mut self) -> Option<Arrival> {
        let tick = if self.n == 0 { 0.0 } else { (self.n as f64 * self.every).round() };
        let late = if self.jitter == Span::ZERO { 0 } else { self.rng.random_range(0..=self.jitter.0) };
        self.n += 1;
        let silent = !self.every.is_finite();
        (!silent && tick < 4.6e18).then(|| Arrival::new(SimTime(tick as u64).saturating_add(self.phase).saturating_add(Span(late))))
    }
}
