//! A Poisson process whose rate changes in steps that repeat: the engine of `diurnal` and `curve`.
//!
//! Drawn by inversion: a unit exponential is spent against the integral of the rate, step by step. Exact, no rejected
//! candidates, and silence costs one addition a step.

use std::sync::Arc;

use crate::engine::{Rng, Streams};
use crate::traffic::Arrival;
use crate::traffic::kind::{Live, Plan, unit_exponential};
use crate::units::{SimTime, Span};

/// Rates in requests per nanosecond, each for `width`, over and over; time zero lies at `offset`.
#[derive(Debug, Clone, PartialEq)]
pub struct Steps {
    rates: Arc<[f64]>,
    width: Span,
    offset: Span,
}

impl Steps {
    /// From relative weights, so that the mean is `mean` per second.
    pub fn new(weights: &[f64], mean: f64, width: Span, offset: Span) -> Steps {
        let sum: f64 = weights.iter().sum();
        let factor = if sum > 0.0 { mean / 1e9 * weights.len() as f64 / sum } else { 0.0 };
        Steps { rates: weights.iter().map(|weight| weight * factor).collect(), width, offset }
    }
}

impl Plan for Steps {
    type Live = StepsLive;

    fn start(&self, scale: f64, streams: Streams) -> StepsLive {
        let period = self.width * self.rates.len() as u64;
        let phase = self.offset.0 % period.0;
        let step = (phase / self.width.0) as usize;
        let edge = (step as u64 + 1) * self.width.0 - phase;
        let silent = scale <= 0.0 || self.rates.iter().all(|rate| *rate <= 0.0);
        StepsLive { steps: self.clone(), per_need: 1.0 / scale, silent, step, edge, at: 0, rng: streams.child("gaps").rng() }
    }
}

/// A running process in steps.
pub struct StepsLive {
    steps: Steps,
    /// Turns a unit exponential into expected requests of the unscaled rate.
    per_need: f64,
    silent: bool,
    step: usize,
    /// Where the present step ends.
    edge: u64,
    at: u64,
    rng: Rng,
}

impl Live for StepsLive {
    fn next(&mut self) -> Option<Arrival> {
        if self.silent {
            return None;
        }
        let mut need = unit_exponential(&mut self.rng) * self.per_need;
        loop {
            let rate = self.steps.rates[self.step];
            let capacity = rate * (self.edge - self.at) as f64;
            if need < capacity {
                self.at = (self.at + (need / rate) as u64).min(self.edge);
                return Some(Arrival::new(SimTime(self.at)));
            }
            need -= capacity;
            self.at = self.edge;
            self.edge = self.edge.checked_add(self.steps.width.0).filter(|edge| *edge < 1 << 63)?;
            self.step = (self.step + 1) % self.steps.rates.len();
        }
    }
}
