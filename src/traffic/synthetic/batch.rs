//! Several requests at one instant.

use rand::RngExt as _;
use schemars::JsonSchema;
use serde::Deserialize;

use super::modulated::check_stay;
use crate::engine::{Dist, DistSpec, Rng, Streams};
use crate::error::{Error, Problem};
use crate::traffic::Arrival;
use crate::traffic::kind::{Files, Kind, Live, Loaded, Plan, later, unit};
use crate::units::{SimTime, Span};

/// Batches: after each gap of `every`, several requests at one instant.
///
/// How many: always `size`, or any number from `min-size` to `max-size`, or geometric (1, 2, 3 ...) with `mean-size`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Batch {
    /// The gap before a batch.
    pub every: DistSpec,
    /// Always this many.
    pub size: Option<u32>,
    /// At least this many, all numbers up to `max-size` alike.
    pub min_size: Option<u32>,
    /// At most this many.
    pub max_size: Option<u32>,
    /// Geometric with this mean, at least 1.
    pub mean_size: Option<f64>,
}

/// How many requests a batch has.
#[derive(Debug, Clone, Copy)]
enum Size {
    Between(u32, u32),
    /// ln(1 − 1/mean).
    Geometric(f64),
}

const LARGEST: u32 = 1_000_000;

impl Batch {
    fn parsed_size(&self) -> Option<Size> {
        match (self.size, self.min_size, self.max_size, self.mean_size) {
            (Some(size), None, None, None) => Some(Size::Between(size, size)),
            (None, Some(min), Some(max), None) => Some(Size::Between(min, max)),
            (None, None, None, Some(mean)) => Some(Size::Geometric(libm::log1p(-1.0 / mean))),
            _ => None,
        }
    }

    fn check_size(&self) -> Option<Problem> {
        let refuse = |path: &str, message: &str| Some(Problem::new("batch-size", path, message));
        match self.parsed_size() {
            None => refuse("", "needs either `size`, or `min-size` and `max-size`, or `mean-size`"),
            Some(Size::Between(min, max)) if min == 0 || min > max || max > LARGEST => {
                refuse("", "a batch has at least 1 and at most a million requests, and the smallest is not above the largest")
            }
            Some(Size::Geometric(_)) if self.mean_size.is_none_or(|mean| !(1.0..=f64::from(LARGEST)).contains(&mean)) => {
                refuse("mean-size", "the mean is between 1 and a million")
            }
            Some(_) => None,
        }
    }
}

impl Kind for Batch {
    type Plan = BatchPlan;

    fn check(&self) -> Vec<Problem> {
        check_stay("every", &self.every).into_iter().chain(self.check_size()).collect()
    }

    fn load(&self, _: &Files) -> Result<Loaded<BatchPlan>, Error> {
        let size = self.parsed_size().expect("checked");
        Ok(Loaded::synthetic(BatchPlan { every: Dist::new(&self.every), size }))
    }
}

/// Batches, ready to run.
#[derive(Debug, Clone)]
pub struct BatchPlan {
    every: Dist,
    size: Size,
}

impl Plan for BatchPlan {
    type Live = BatchLive;

    /// The scale shortens the gaps; the batches stay as large as they are.
    fn start(&self, scale: f64, streams: Streams) -> BatchLive {
        let (gaps, sizes) = (streams.child("gaps").rng(), streams.child("sizes").rng());
        BatchLive { plan: self.clone(), scale, at: SimTime::ZERO, left: 0, gaps, sizes }
    }
}

/// Running batches.
pub struct BatchLive {
    plan: BatchPlan,
    scale: f64,
    at: SimTime,
    /// Requests of the present batch that are still to come.
    left: u32,
    gaps: Rng,
    sizes: Rng,
}

impl Live for BatchLive {
    fn next(&mut self) -> Option<Arrival> {
        if self.left == 0 {
            self.at = later(self.at, self.gap()?)?;
            self.left = self.plan.size.draw(&mut self.sizes);
        }
        self.left -= 1;
        Some(Arrival::new(self.at))
    }
}

impl BatchLive {
    fn gap(&mut self) -> Option<Span> {
        let gap = self.plan.every.sample(&mut self.gaps);
        match self.scale {
            1.0 => Some(gap),
            0.0 => None,
            scale => Some(Span((gap.0 as f64 / scale) as u64)),
        }
    }
}

impl Size {
    fn draw(self, rng: &mut Rng) -> u32 {
        match self {
            Size::Between(min, max) if min == max => min,
            Size::Between(min, max) => rng.random_range(min..=max),
            Size::Geometric(log_more) => 1 + (libm::log(1.0 - unit(rng)) / log_more).min(1e9) as u32,
        }
    }
}
