//! A Markov-modulated Poisson process.

use schemars::JsonSchema;
use serde::Deserialize;

use super::modulated::{Modulated, check_stay};
use crate::engine::{Dist, DistSpec};
use crate::error::{Error, Problem};
use crate::traffic::kind::{Files, Kind, Loaded, check_rate};
use crate::units::{Rate, Span};

/// States that take turns in the order of the list (after the last the first), each with a rate and exponential stays.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Mmpp {
    /// At least two states.
    pub states: Vec<MmppState>,
}

/// A state of an MMPP.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MmppState {
    /// The rate while it lasts.
    pub rate: Rate,
    /// The mean of its stays.
    pub mean: Span,
}

impl MmppState {
    fn stay(self) -> DistSpec {
        DistSpec::Exponential { mean: self.mean }
    }
}

impl Kind for Mmpp {
    type Plan = Modulated;

    fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.states.len() < 2 {
            let message = format!("has {} states; it needs two or more to take turns", self.states.len());
            problems.push(Problem::new("states", "states", message).hint("a single rate is `poisson: { rate: 3/s }`"));
        }
        for (i, state) in self.states.iter().enumerate() {
            problems.extend(check_rate(&format!("states.{i}.rate"), state.rate));
            let stay = check_stay("", &state.stay()).into_iter().next();
            problems.extend(stay.map(|problem| Problem { path: format!("states.{i}.mean"), ..problem }));
        }
        problems
    }

    fn load(&self, _: &Files) -> Result<Loaded<Modulated>, Error> {
        let states = self.states.iter().map(|state| (state.rate.0, Dist::new(&state.stay())));
        Ok(Loaded::synthetic(Modulated(states.collect())))
    }
}
