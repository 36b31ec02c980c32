//! Independent requests at a steady rate.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::engine::exponential::Exponential;
use crate::engine::{Rng, Streams};
use crate::error::{Error, Problem};
use crate::traffic::Arrival;
use crate::traffic::kind::{Files, Kind, Live, Loaded, Plan, check_rate, gaps, later};
use crate::units::{Rate, SimTime, Span};

/// A Poisson process: exponential gaps.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Poisson {
    /// Mean rate.
    pub rate: Rate,
}

impl Kind for Poisson {
    type Plan = Poisson;

    fn check(&self) -> Vec<Problem> {
        check_rate("rate", self.rate).into_iter().collect()
    }

    fn load(&self, _: &Files) -> Result<Loaded<Poisson>, Error> {
        Ok(Loaded::synthetic(*self))
    }
}

impl Plan for Poisson {
    type Live = PoissonLive;

    fn start(&self, scale: f64, streams: Streams) -> PoissonLive {
        PoissonLive { gaps: gaps(self.rate.0 * scale), at: SimTime::ZERO, rng: streams.child("gaps").rng() }
    }
}

/// A running Poisson process.
pub struct PoissonLive {
    gaps: Option<Exponential>,
    at: SimTime,
    rng: Rng,
}

impl Live for PoissonLive {
    #[inline(always)]
    fn next(&mut self) -> Option<Arrival> {
        self.at = later(self.at, Span(self.gaps?.sample_ns(&mut self.rng)))?;
        Some(Arrival::new(self.at))
    }
}
