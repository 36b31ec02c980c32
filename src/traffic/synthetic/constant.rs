//! Requests at equal distances.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::engine::Streams;
use crate::error::{Error, Problem};
use crate::traffic::Arrival;
use crate::traffic::kind::{Files, Kind, Live, Loaded, Plan, check_rate};
use crate::units::{Rate, SimTime};

/// Equidistant requests: the n-th comes n ÷ rate after the start, so the first after one gap.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Constant {
    /// Rate.
    pub rate: Rate,
}

impl Kind for Constant {
    type Plan = Constant;

    fn check(&self) -> Vec<Problem> {
        check_rate("rate", self.rate).into_iter().collect()
    }

    fn load(&self, _: &Files) -> Result<Loaded<Constant>, Error> {
        Ok(Loaded::synthetic(*self))
    }
}

impl Plan for Constant {
    type Live = ConstantLive;

    fn start(&self, scale: f64, _: Streams) -> ConstantLive {
        ConstantLive { gap_ns: 1e9 / (self.rate.0 * scale), n: 0 }
    }
}

/// Running equidistant requests.
pub struct ConstantLive {
    /// Infinite if there are none.
    gap_ns: f64,
    n: u64,
}

impl Live for ConstantLive {
    /// From the number and not from the last one, so that roundings do not add up.
    fn next(&mut self) -> Option<Arrival> {
        self.n += 1;
        let at = (self.n as f64 * self.gap_ns).round();
        (at < 9.2e18).then(|| Arrival::new(SimTime(at as u64)))
    }
}
