//! From counts per interval to requests: where within its interval each one comes.
//!
//! All at second 0, as naive replays do, makes every function fire at once and fakes a storm of cold starts
//! (`specs/traces.md` 4). The default places them as n independent uniform moments.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::azure_2019::Row;
use super::series::{Reader, Series};
use crate::engine::exponential::Exponential;
use crate::engine::{Dist, Rng, Streams};
use crate::traffic::Arrival;
use crate::traffic::kind::{Live, Plan, unit};
use crate::units::SimTime;

/// Where the n requests of an interval come within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Spreading {
    /// At n independent uniform moments.
    #[default]
    Uniform,
    /// The first at the start, then n exponential gaps rescaled so that they fill the interval: what the loader of
    /// InVitro calls `exponential`. All functions fire together at the start of a minute.
    Exponential,
    /// In the middle of n equal slots.
    Equidistant,
    /// All at the start.
    Start,
}

/// How many when.
#[derive(Clone)]
pub enum Recorded {
    /// Kept in memory.
    Kept(Series),
    /// Read again in every run.
    InFile(Row),
}

impl Recorded {
    /// From the beginning.
    pub fn reader(&self) -> Reader {
        match self {
            Recorded::Kept(series) => series.reader(),
            Recorded::InFile(row) => row.series().reader(),
        }
    }

    /// Whether it is in memory.
    #[cfg(test)]
    pub fn is_kept(&self) -> bool {
        matches!(self, Recorded::Kept(_))
    }
}

/// Counts, ready to be replayed.
#[derive(Clone)]
pub struct Counts {
    /// How many when.
    pub series: Recorded,
    /// Where within an interval.
    pub spreading: Spreading,
    /// How long a request executes, if it is known.
    pub demand: Option<Arc<Dist>>,
}

impl Plan for Counts {
    type Live = CountsLive;

    fn start(&self, scale: f64, streams: Streams) -> CountsLive {
        CountsLive {
            reader: self.series.reader(),
            spreading: self.spreading,
            demand: self.demand.clone(),
            scale,
            begins: 0,
            left: 0,
            done: 0,
            sum: 0,
            per_unit: 0.0,
            places: streams.child("places").rng(),
            counts: streams.child("counts").rng(),
            demands: streams.child("demands").rng(),
        }
    }
}

/// A replay of counts.
pub struct CountsLive {
    reader: Reader,
    spreading: Spreading,
    demand: Option<Arc<Dist>>,
    scale: f64,
    /// The interval under way: when it begins, how many requests are left, how many are done.
    begins: u64,
    left: u64,
    done: u64,
    /// Spacings drawn so far, and what one unit of them is in nanoseconds.
    sum: u64,
    per_unit: f64,
    places: Rng,
    counts: Rng,
    demands: Rng,
}

/// The unit of a spacing. A billion spacings of 2³⁰ fit into 64 bits.
const SPACING: u64 = 1 << 30;

impl Live for CountsLive {
    fn next(&mut self) -> Option<Arrival> {
        while self.left == 0 {
            let (begins, count) = self.reader.next()?;
            self.begins = begins;
            self.left = self.scaled(count);
            self.prepare();
        }
        let place = self.place();
        self.left -= 1;
        self.done += 1;
        let demand = self.demand.as_ref().map(|dist| dist.sample(&mut self.demands));
        Some(Arrival { at: SimTime(self.begins + place), demand })
    }
}

impl CountsLive {
    /// `count` times the scale; the fraction is rounded up with its own probability.
    fn scaled(&mut self, count: u32) -> u64 {
        if self.scale == 1.0 {
            return u64::from(count);
        }
        let scaled = f64::from(count) * self.scale;
        let whole = scaled.floor();
        whole as u64 + u64::from(unit(&mut self.counts) < scaled - whole)
    }

    /// Sums up the spacings of the interval. They are drawn twice from the same state, so none has to be kept:
    /// n + 1 exponentials, divided by their sum, are the gaps between n sorted uniforms (Devroye 1986, V.2.1).
    fn prepare(&mut self) {
        (self.done, self.sum) = (0, 0);
        let spacings = match self.spreading {
            Spreading::Uniform => self.left + 1,
            Spreading::Exponential => self.left,
            Spreading::Equidistant | Spreading::Start => return,
        };
        let (law, mut ahead) = (Exponential::new(SPACING), self.places.clone());
        let total = (0..spacings).fold(0_u64, |sum, _| sum.saturating_add(law.sample_ns(&mut ahead)));
        self.per_unit = self.reader.width() as f64 / (total.max(1)) as f64;
    }

    /// The place of the next request in its interval, in nanoseconds.
    fn place(&mut self) -> u64 {
        let width = self.reader.width();
        match self.spreading {
            Spreading::Uniform => {
                let place = self.spacing().min(width - 1);
                if self.left == 1 {
                    // The last spacing reaches to the interval's end: draw it, so that the next interval begins afresh.
                    self.spacing();
                }
                place
            }
            Spreading::Exponential => {
                let place = (self.sum as f64 * self.per_unit) as u64;
                self.spacing();
                place.min(width - 1)
            }
            Spreading::Equidistant => {
                let slots = 2 * u128::from(self.left + self.done);
                (u128::from(width) * u128::from(2 * self.done + 1) / slots) as u64
            }
            Spreading::Start => 0,
        }
    }

    /// Draws a spacing; where it ends.
    fn spacing(&mut self) -> u64 {
        self.sum = self.sum.saturating_add(Exponential::new(SPACING).sample_ns(&mut self.places));
        (self.sum as f64 * self.per_unit) as u64
    }
}
