//! A service law: how much longer a request takes in an instance that is loaded, as a measurement or a regression says it.
//!
//! For a service whose slowing down is known but not why. Where the reason is the CPU, give the request CPU time instead: sharing
//! is then simulated exactly (`cpu`). The law is evaluated once, when the request begins in its instance, so later arrivals do
//! not slow down those that run already. What it gives is waiting and comes on top of `io`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::world::World;
use crate::error::Problem;
use crate::units::{Rate, Span};

/// More coefficients than this are no law but noise.
const COEFFICIENTS_MAX: usize = 8;

/// No request takes longer: a year.
const LONGEST_S: f64 = 365.0 * 86_400.0;

/// Seconds of waiting as a polynomial of an instance's load: `seconds: [1.2, 0.08, 0.07]` is 1.2 + 0.08 x + 0.07 x². Where it is
/// negative it is 0.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum LoadLaw {
    /// x is the number of requests in execution in the instance, this one included.
    #[serde(rename_all = "kebab-case")]
    Concurrency {
        /// The coefficients, the constant first.
        seconds: Vec<f64>,
    },
    /// x is a rate divided by the number of Ready instances, in requests per second: what open-loop experiments publish.
    #[serde(rename_all = "kebab-case")]
    RatePerInstance {
        /// The steady rate of the whole service.
        rate: Rate,
        /// The coefficients, the constant first.
        seconds: Vec<f64>,
    },
}

impl LoadLaw {
    fn seconds(&self) -> &[f64] {
        match self {
            LoadLaw::Concurrency { seconds } | LoadLaw::RatePerInstance { seconds, .. } => seconds,
        }
    }

    /// What is wrong with it.
    pub fn check(&self) -> Vec<Problem> {
        let seconds = self.seconds();
        let mut problems = Vec::new();
        if !(1..=COEFFICIENTS_MAX).contains(&seconds.len()) {
            let message = format!("has {} coefficients, not 1 to {COEFFICIENTS_MAX}", seconds.len());
            problems.push(
                Problem::new("load-law", "seconds", message).hint("the constant comes first: `seconds: [1.2, 0.08]` is 1.2 + 0.08 x"),
            );
        }
        if !seconds.iter().all(|it| it.is_finite() && it.abs() <= LONGEST_S) {
            problems.push(Problem::new("load-law", "seconds", "a coefficient is no number of seconds below a year"));
        }
        problems
    }

    /// The waiting at this load: at least 0, at most a year.
    fn at(&self, load: f64) -> Span {
        let seconds = self.seconds().iter().rev().fold(0.0, |sum, coefficient| sum * load + coefficient);
        Span::from_secs_f64(seconds.clamp(0.0, LONGEST_S))
    }
}

impl World<'_> {
    /// What a request that begins in an instance now waits besides, by the law of its revision.
    #[inline]
    pub(super) fn wait_by_load(&self, slot: u32) -> Span {
        let revision = &self.revisions[self.fleet[slot].revision as usize];
        revision.plan.demand.load.as_ref().map_or(Span::ZERO, |law| self.wait_by(law, slot))
    }

    #[inline(never)]
    fn wait_by(&self, law: &LoadLaw, slot: u32) -> Span {
        match law {
            LoadLaw::Concurrency { .. } => law.at(f64::from(self.fleet[slot].in_flight)),
            LoadLaw::RatePerInstance { rate, .. } => law.at(rate.0 / self.ready_beside(slot)),
        }
    }

    /// The Ready instances that serve the same revision as this one: at least itself, though it may be going.
    fn ready_beside(&self, slot: u32) -> f64 {
        let serves = self.revisions[self.fleet[slot].revision as usize].serves;
        let ready: usize = self.revisions.iter().filter(|it| it.serves == serves).map(|it| it.ready.len()).sum();
        ready.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_polynomial_is_never_negative_nor_endless() {
        let law = |seconds: &[f64]| LoadLaw::Concurrency { seconds: seconds.to_vec() };
        for (seconds, load, ms) in [
            (&[1.2, 0.08, 0.07][..], 2.0, 1640),
            (&[0.5][..], 9.0, 500),
            (&[0.5, -0.1][..], 9.0, 0),
            (&[0.0, LONGEST_S][..], 9.0, 31_536_000_000),
        ] {
            assert_eq!(law(seconds).at(load), Span::from_millis(ms), "{seconds:?} at {load}");
        }
    }

    #[test]
    fn laws_without_sense_are_refused() {
        for (seconds, problems) in [(vec![], 1), (vec![1.0; 9], 1), (vec![f64::NAN], 1), (vec![1.0], 0)] {
            assert_eq!(LoadLaw::Concurrency { seconds }.check().len(), problems);
        }
    }
}
