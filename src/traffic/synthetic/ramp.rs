//! A rate that rises or falls evenly.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::engine::{Rng, Streams};
use crate::error::{Error, Problem};
use crate::traffic::Arrival;
use crate::traffic::kind::{Files, Kind, Live, Loaded, Plan, check_rate, unit_exponential};
use crate::units::{Rate, SimTime, Span};

/// A Poisson process whose rate goes from `from` to `to` in a straight line during `over`, and then stays at `to`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Ramp {
    /// The rate at the beginning.
    pub from: Rate,
    /// The rate at the end of the ramp, and after it.
    pub to: Rate,
    /// How long the ramp is.
    pub over: Span,
}

impl Kind for Ramp {
    type Plan = Ramp;

    fn check(&self) -> Vec<Problem> {
        let over = (self.over == Span::ZERO).then(|| Problem::new("ramp", "over", "a ramp over no time at all is a step"));
        [check_rate("from", self.from), check_rate("to", self.to), over].into_iter().flatten().collect()
    }

    fn load(&self, _: &Files) -> Result<Loaded<Ramp>, Error> {
        Ok(Loaded::synthetic(*self))
    }
}

impl Plan for Ramp {
    type Live = RampLive;

    fn start(&self, scale: f64, streams: Streams) -> RampLive {
        let (from, to) = (self.from.0 * scale, self.to.0 * scale);
        RampLive { from, to, over: self.over.as_secs_f64(), at: 0.0, rng: streams.child("gaps").rng() }
    }
}

/// A running ramp. Seconds as doubles: 10 ns exact after a year.
pub struct RampLive {
    from: f64,
    to: f64,
    over: f64,
    at: f64,
    rng: Rng,
}

impl RampLive {
    /// The time by which `need` requests are expected after `self.at`: the integral of the rate, inverted.
    fn invert(&self, need: f64) -> f64 {
        let slope = (self.to - self.from) / self.over;
        let left = (self.over - self.at).max(0.0);
        let rate = if left > 0.0 { self.from + slope * self.at } else { self.to };
        let capacity = (rate + slope * left / 2.0) * left;
        if left > 0.0 && need < capacity {
            // rate·t + slope·t²/2 = need, in the form without cancellation.
            return self.at + 2.0 * need / (rate + (rate * rate + 2.0 * slope * need).max(0.0).sqrt());
        }
        let rest = if left > 0.0 { need - capacity } else { need };
        self.at + left + rest / self.to
    }
}

impl Live for RampLive {
    fn next(&mut self) -> Option<Arrival> {
        let need = unit_exponential(&mut self.rng);
        self.at = self.invert(need).max(self.at);
        (self.at < 9.2e9).then(|| Arrival::new(SimTime(Span::from_secs_f64(self.at).0)))
    }
}
