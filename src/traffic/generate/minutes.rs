//! How often each minute: strict timers, a day's wave for people, batches for queues and events.

use rand::distr::Distribution as _;
use rand_distr::Gamma;

use super::marginals::{Profile, Trigger};
use crate::engine::{Rng, Streams};
use crate::traffic::kind::{unit, unit_exponential};

/// The hourly profile of 306 http functions of Azure 2019 over a day, relative to its mean (`specs/traces.md` 3).
const HOURS: [f64; 24] = [
    0.74, 0.62, 0.70, 0.58, 0.61, 0.68, 0.83, 0.97, 1.12, 1.12, 1.06, 1.11, 1.26, 1.58, 1.29, 1.40, 1.34, 1.07, 1.22, 1.11, 0.95, 0.93,
    0.76, 0.97,
];

/// The periods of strict timers, in minutes.
const PERIODS: [f64; 11] = [1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 360.0, 1440.0];

/// The counts of a function.
pub fn counts(profile: &Profile, minutes: usize, streams: Streams) -> Vec<u64> {
    let mut rng = streams.child("minutes").rng();
    let per_minute = profile.per_day / 1440.0;
    match profile.trigger {
        Trigger::Timer => timer(per_minute, minutes, &mut rng),
        Trigger::Http => waves(per_minute, minutes, &mut rng),
        Trigger::Queue | Trigger::Orchestration | Trigger::Event | Trigger::Storage => batches(per_minute, minutes, &mut rng),
    }
}

/// Once a period, at a phase; the period is the one nearest to the rate.
fn timer(per_minute: f64, minutes: usize, rng: &mut Rng) -> Vec<u64> {
    let distance = |period: f64| libm::log(period * per_minute).abs();
    let nearest = PERIODS.into_iter().min_by(|a, b| distance(*a).total_cmp(&distance(*b)));
    let period = nearest.expect("a constant list") as usize;
    let phase = (unit(rng) * period as f64) as usize;
    (0..minutes).map(|minute| u64::from(minute % period == phase)).collect()
}

/// Poisson with the hour's rate, itself modulated by a gamma each minute, so that variance ÷ mean is 1.3 to 8.
fn waves(per_minute: f64, minutes: usize, rng: &mut Rng) -> Vec<u64> {
    let dispersion = 1.3 * libm::pow(8.0 / 1.3, unit(rng));
    (0..minutes)
        .map(|minute| {
            let mean = per_minute * HOURS[minute / 60 % 24];
            let modulated = Gamma::new(mean / (dispersion - 1.0), dispersion - 1.0).map_or(0.0, |law| law.sample(rng));
            poisson(modulated, rng)
        })
        .collect()
}

/// Geometric batches at Poisson moments. Variance ÷ mean is 2 · mean − 1, between 3 and 20.
fn batches(per_minute: f64, minutes: usize, rng: &mut Rng) -> Vec<u64> {
    let dispersion = 3.0 * libm::pow(20.0 / 3.0, unit(rng));
    let mean = f64::midpoint(dispersion, 1.0);
    let size = |rng: &mut Rng| 1 + (libm::log(1.0 - unit(rng)) / libm::log1p(-1.0 / mean)) as u64;
    (0..minutes).map(|_| (0..poisson(per_minute / mean, rng)).map(|_| size(rng)).sum()).collect()
}

/// Counts the unit exponentials that fit into `mean`. Means are a few hundred at most.
fn poisson(mean: f64, rng: &mut Rng) -> u64 {
    let mut left = mean - unit_exponential(rng);
    let mut count = 0;
    while left > 0.0 {
        count += 1;
        left -= unit_exponential(rng);
    }
    count
}
