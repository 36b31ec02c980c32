//! A Poisson process whose rate is that of a state, and states that take turns: the engine of `bursts` and `mmpp`.
//!
//! After the last state comes the first. The run begins in a state drawn by the states' share of the time, at the start
//! of a whole stay: exactly stationary if stays are exponential, close to it otherwise.

use std::sync::Arc;

use crate::engine::exponential::Exponential;
use crate::engine::{Dist, DistSpec, Rng, Streams};
use crate::error::Problem;
use crate::traffic::Arrival;
use crate::traffic::kind::{Live, Plan, gaps, later, unit};
use crate::units::{SimTime, Span};

/// States in the order of their turns: the rate per second, and how long a stay is.
#[derive(Debug, Clone)]
pub struct Modulated(pub Arc<[(f64, Dist)]>);

/// Refuses stays that are (nearly) always zero: the turns would never end.
pub fn check_stay(path: &str, stay: &DistSpec) -> Vec<Problem> {
    let problems = stay.check();
    if !problems.is_empty() {
        return problems.into_iter().map(|problem| problem.below(path)).collect();
    }
    if Dist::new(stay).mean_secs() < 0.001 {
        let message = "lasts less than a millisecond on average";
        return vec![Problem::new("stay", path, message).hint("write how long it lasts, such as `{ exponential: { mean: 30s } }`")];
    }
    Vec::new()
}

impl Modulated {
    /// The state in which a run begins.
    fn first(&self, rng: &mut Rng) -> usize {
        let means: Vec<f64> = self.0.iter().map(|(_, stay)| stay.mean_secs().min(1e12)).collect();
        let mut left = unit(rng) * means.iter().sum::<f64>();
        let found = means.iter().position(|mean| {
            left -= mean;
            left < 0.0
        });
        found.unwrap_or(0)
    }
}

impl Plan for Modulated {
    type Live = ModulatedLive;

    fn start(&self, scale: f64, streams: Streams) -> ModulatedLive {
        let mut stays = streams.child("stays").rng();
        let state = self.first(&mut stays);
        let edge = later(SimTime::ZERO, self.0[state].1.sample(&mut stays)).unwrap_or(SimTime::NEVER);
        let gaps: Vec<_> = self.0.iter().map(|(rate, _)| gaps(rate * scale)).collect();
        ModulatedLive { states: self.clone(), gaps, state, at: SimTime::ZERO, edge, stays, rng: streams.child("gaps").rng() }
    }
}

/// A running modulated process.
pub struct ModulatedLive {
    states: Modulated,
    gaps: Vec<Option<Exponential>>,
    state: usize,
    at: SimTime,
    /// Where the present stay ends.
    edge: SimTime,
    stays: Rng,
    rng: Rng,
}

impl Live for ModulatedLive {
    fn next(&mut self) -> Option<Arrival> {
        if self.gaps.iter().all(Option::is_none) {
            return None;
        }
        loop {
            if let Some(gap) = self.gaps[self.state] {
                let at = later(self.at, Span(gap.sample_ns(&mut self.rng)))?;
                if at < self.edge {
                    self.at = at;
                    return Some(Arrival::new(at));
                }
            }
            self.turn()?;
        }
    }
}

impl ModulatedLive {
    /// The next state. Gaps have no memory: the one under way is drawn anew.
    fn turn(&mut self) -> Option<()> {
        self.at = self.edge;
        self.state = (self.state + 1) % self.gaps.len();
        self.edge = later(self.edge, self.states.0[self.state].1.sample(&mut self.stays))?;
        Some(())
    }
}
