//! Hourly and daily weights.

use schemars::JsonSchema;
use serde::Deserialize;

use super::clock::{HOUR, WeekTime};
use super::steps::Steps;
use crate::error::{Error, Problem};
use crate::traffic::kind::{Files, Kind, Loaded, check_rate};
use crate::units::Rate;

/// A Poisson process whose rate follows hourly weights, and daily ones if given. Each hour has one rate.
///
/// The weights are relative: they are scaled so that the mean over the whole curve is `mean`. Weight 0 is silence.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Curve {
    /// Mean rate over the whole curve.
    pub mean: Rate,
    /// 24 weights, the first for the hour after midnight.
    pub hours: Vec<f64>,
    /// 7 weights, Monday first.
    pub days: Option<Vec<f64>>,
    /// The time of the week at which the run begins: `"08:00"` or `"Wed 08:00"`. Otherwise Monday at midnight.
    pub starts_at: Option<WeekTime>,
}

impl Curve {
    fn weights(&self) -> Vec<f64> {
        let days = self.days.as_deref().unwrap_or(&[1.0]);
        days.iter().flat_map(|day| self.hours.iter().map(move |hour| hour * day)).collect()
    }
}

/// `count` weights, at least 0, not all 0.
fn check_weights(path: &str, weights: &[f64], count: usize) -> Option<Problem> {
    let refuse = |message: String| Some(Problem::new("weights", path, message));
    if weights.len() != count {
        return refuse(format!("has {} weights; it needs {count}", weights.len()));
    }
    if let Some(bad) = weights.iter().find(|weight| !(0.0..=1e12).contains(*weight)) {
        return refuse(format!("the weight {bad} is not a number of at least 0"));
    }
    if weights.iter().sum::<f64>() <= 0.0 {
        return refuse("all weights are 0, so there is no curve".to_owned());
    }
    None
}

impl Kind for Curve {
    type Plan = Steps;

    fn check(&self) -> Vec<Problem> {
        let days = self.days.as_deref().and_then(|days| check_weights("days", days, 7));
        check_rate("mean", self.mean).into_iter().chain(check_weights("hours", &self.hours, 24)).chain(days).collect()
    }

    fn load(&self, _: &Files) -> Result<Loaded<Steps>, Error> {
        let offset = self.starts_at.unwrap_or_default().0;
        Ok(Loaded::synthetic(Steps::new(&self.weights(), self.mean.0, HOUR, offset)))
    }
}
