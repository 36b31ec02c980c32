//! On and off.

use schemars::JsonSchema;
use serde::Deserialize;

use super::modulated::{Modulated, check_stay};
use crate::engine::{Dist, DistSpec};
use crate::error::{Error, Problem};
use crate::traffic::kind::{Files, Kind, Loaded, check_rate};
use crate::units::Rate;

/// Two rates that take turns, each a Poisson process while it lasts.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Bursts {
    /// The rate during a burst.
    pub on_rate: Rate,
    /// The rate between bursts; silence if absent.
    #[serde(default)]
    pub off_rate: Rate,
    /// How long a burst lasts.
    pub on: DistSpec,
    /// How long the time between bursts lasts.
    pub off: DistSpec,
}

impl Kind for Bursts {
    type Plan = Modulated;

    fn check(&self) -> Vec<Problem> {
        let rates = [check_rate("on-rate", self.on_rate), check_rate("off-rate", self.off_rate)];
        let stays = [check_stay("on", &self.on), check_stay("off", &self.off)];
        rates.into_iter().flatten().chain(stays.into_iter().flatten()).collect()
    }

    fn load(&self, _: &Files) -> Result<Loaded<Modulated>, Error> {
        let states = [(self.on_rate.0, Dist::new(&self.on)), (self.off_rate.0, Dist::new(&self.off))];
        Ok(Loaded::synthetic(Modulated(states.into())))
    }
}
