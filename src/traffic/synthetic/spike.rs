//! Extra requests in a window.

use schemars::JsonSchema;
use serde::Deserialize;

use super::poisson::{Poisson, PoissonLive};
use crate::engine::Streams;
use crate::error::{Error, Problem};
use crate::traffic::Arrival;
use crate::traffic::kind::{Files, Kind, Live, Loaded, Plan, check_rate, later};
use crate::units::{Rate, SimTime, Span};

/// A Poisson process from `at` on for `for`; add it to a source that goes on all the time.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Spike {
    /// The extra rate.
    pub rate: Rate,
    /// When it begins.
    pub at: Span,
    /// How long it lasts.
    #[serde(rename = "for")]
    pub lasts: Span,
}

impl Kind for Spike {
    type Plan = Spike;

    fn check(&self) -> Vec<Problem> {
        let lasts = (self.lasts == Span::ZERO).then(|| Problem::new("spike", "for", "a spike that lasts no time adds nothing"));
        check_rate("rate", self.rate).into_iter().chain(lasts).collect()
    }

    fn load(&self, _: &Files) -> Result<Loaded<Spike>, Error> {
        Ok(Loaded::synthetic(*self))
    }
}

impl Plan for Spike {
    type Live = SpikeLive;

    fn start(&self, scale: f64, streams: Streams) -> SpikeLive {
        SpikeLive { inside: Poisson { rate: self.rate }.start(scale, streams), begins: self.at, lasts: self.lasts }
    }
}

/// A running spike.
pub struct SpikeLive {
    inside: PoissonLive,
    begins: Span,
    lasts: Span,
}

impl Live for SpikeLive {
    fn next(&mut self) -> Option<Arrival> {
        let arrival = self.inside.next().filter(|arrival| arrival.at < SimTime(self.lasts.0))?;
        later(arrival.at, self.begins).map(Arrival::new)
    }
}
