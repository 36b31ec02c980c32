//! A day's wave.

use schemars::JsonSchema;
use serde::Deserialize;

use super::clock::{ClockTime, DAY};
use super::steps::Steps;
use crate::error::{Error, Problem};
use crate::traffic::kind::{Files, Kind, Loaded, check_rate};
use crate::units::{Rate, Share, Span};

/// A raised cosine over 24 hours, as a Poisson process with that rate. Time zero is midnight.
///
/// The rate is mean · (1 + (1 − trough) · cos(2π (t − peak) ÷ 24 h)): at the low point mean · trough, at the peak
/// mean · (2 − trough). Within a minute the rate is constant, at the minute's exact mean.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Diurnal {
    /// Mean rate over the day.
    pub mean: Rate,
    /// The rate at the low point, as a share of the mean: 0 is silence, 1 no wave at all.
    pub trough: Share,
    /// When the peak is: `"14:00"`. The low point is twelve hours away.
    pub peak_at: ClockTime,
}

const MINUTES: u64 = 1440;

impl Diurnal {
    /// The mean over a minute, relative to the mean of the day.
    fn weight(&self, minute: u64) -> f64 {
        let angle = |minute: f64| (minute / MINUTES as f64 - self.peak_at.0.0 as f64 / DAY.0 as f64) * std::f64::consts::TAU;
        let (from, to) = (angle(minute as f64), angle((minute + 1) as f64));
        1.0 + (1.0 - self.trough.0) * (libm::sin(to) - libm::sin(from)) / (to - from)
    }
}

impl Kind for Diurnal {
    type Plan = Steps;

    fn check(&self) -> Vec<Problem> {
        check_rate("mean", self.mean).into_iter().collect()
    }

    fn load(&self, _: &Files) -> Result<Loaded<Steps>, Error> {
        let weights: Vec<f64> = (0..MINUTES).map(|minute| self.weight(minute).max(0.0)).collect();
        Ok(Loaded::synthetic(Steps::new(&weights, self.mean.0, DAY / MINUTES, Span::ZERO)))
    }
}
