//! Distributions as they are drawn.

use rand::distr::Distribution as _;
use rand::{Rng as _, RngExt as _};
use rand_distr::{Gamma, StandardNormal};

use super::DistSpec;
use crate::engine::Rng;
use crate::engine::exponential::{Exponential, unit};
use crate::units::Span;

/// No draw is longer: 73 years, so that a heavy tail cannot overflow the clock.
pub const LONGEST: Span = Span(1 << 61);

/// A distribution of durations, ready to be drawn from.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the line above each variant names its fields")]
pub enum Dist {
    /// Always the same.
    Constant(Span),
    /// From a minimum, so many nanoseconds more at most.
    Uniform { min: u64, width: u64 },
    /// Exponential.
    Exponential(Exponential),
    /// exp(μ + σ·normal), in nanoseconds.
    Lognormal { mu: f64, sigma: f64 },
    /// Gamma, in nanoseconds, and its mean.
    Gamma { law: Gamma<f64>, mean: f64 },
    /// scale · (−ln u)^(1/shape), in nanoseconds.
    Weibull { inverse_shape: f64, scale: f64 },
    /// min · u^(−1/shape), in nanoseconds.
    Pareto { inverse_shape: f64, min: f64 },
    /// exp of a uniform, in ln nanoseconds.
    LogUniform { low: f64, width: f64 },
    /// Quantiles.
    Empirical { p: Vec<f64>, x: Vec<f64> },
    /// Several, one after the other.
    Sum(Vec<Dist>),
    /// Another, multiplied by a factor.
    Times(Box<Dist>, f64),
    /// Parts with the cumulated share of each.
    Mixture(Vec<(f64, Dist)>),
}

impl Dist {
    /// Makes it ready. `spec` has been checked.
    pub fn new(spec: &DistSpec) -> Dist {
        match spec {
            DistSpec::Constant(span) => Dist::Constant(*span),
            DistSpec::Uniform { min, max } => Dist::Uniform { min: min.0, width: max.0 - min.0 },
            DistSpec::Exponential { mean } => Dist::Exponential(Exponential::new(mean.0)),
            DistSpec::Lognormal(it) => {
                let (mu, sigma) = it.parameters().expect("checked");
                Dist::Lognormal { mu, sigma }
            }
            DistSpec::Gamma { mean, cv } => {
                let shape = 1.0 / (cv * cv);
                let mean = mean.0 as f64;
                Dist::Gamma { law: Gamma::new(shape, mean / shape).expect("checked"), mean }
            }
            DistSpec::Weibull { shape, scale } => Dist::Weibull { inverse_shape: 1.0 / shape, scale: scale.0 as f64 },
            DistSpec::Pareto { min, shape } => Dist::Pareto { inverse_shape: 1.0 / shape, min: min.0 as f64 },
            DistSpec::LogUniform { min, max } => {
                let low = libm::log(min.0 as f64);
                Dist::LogUniform { low, width: libm::log(max.0 as f64) - low }
            }
            DistSpec::Empirical { p, x } => Dist::Empirical { p: p.clone(), x: x.iter().map(|x| x.0 as f64).collect() },
            DistSpec::Sum(parts) => Dist::Sum(parts.iter().map(Dist::new).collect()),
            DistSpec::Mixture(parts) => Dist::mixture(parts.iter().map(|part| (part.weight, Dist::new(&part.of)))),
            DistSpec::ZeroInflated { zero, otherwise } => {
                Dist::mixture([(zero.0, Dist::Constant(Span::ZERO)), (1.0 - zero.0, Dist::new(otherwise))].into_iter())
            }
        }
    }

    /// This distribution, multiplied by `factor`.
    #[must_use]
    pub fn times(self, factor: f64) -> Dist {
        match self {
            same if factor == 1.0 => same,
            Dist::Constant(span) => Dist::Constant(Span((span.0 as f64 * factor).round() as u64)),
            other => Dist::Times(Box::new(other), factor),
        }
    }

    fn mixture(parts: impl Iterator<Item = (f64, Dist)>) -> Dist {
        let mut cumulated = 0.0;
        let mut parts: Vec<_> = parts
            .map(|(weight, dist)| {
                cumulated += weight;
                (cumulated, dist)
            })
            .collect();
        for (share, _) in &mut parts {
            *share /= cumulated;
        }
        Dist::Mixture(parts)
    }

    /// One draw, at most 73 years.
    #[inline(always)]
    pub fn sample(&self, rng: &mut Rng) -> Span {
        match self {
            Dist::Constant(span) => *span,
            Dist::Exponential(law) => Span(law.sample_ns(rng)),
            _ => self.sample_general(rng).min(LONGEST),
        }
    }

    #[inline(never)]
    fn sample_general(&self, rng: &mut Rng) -> Span {
        let ns = match self {
            Dist::Constant(span) => return *span,
            Dist::Exponential(law) => return Span(law.sample_ns(rng)),
            Dist::Uniform { min, width } => return Span(min + rng.random_range(0..=*width)),
            Dist::Lognormal { mu, sigma } => {
                let normal: f64 = StandardNormal.sample(rng);
                libm::exp(mu + sigma * normal)
            }
            Dist::Gamma { law, .. } => law.sample(rng),
            Dist::Weibull { inverse_shape, scale } => scale * libm::pow(-libm::log(unit(rng)), *inverse_shape),
            Dist::Pareto { inverse_shape, min } => min * libm::pow(unit(rng), -inverse_shape),
            Dist::LogUniform { low, width } => libm::exp(low + width * unit(rng)),
            Dist::Empirical { p, x } => quantile(p, x, unit(rng)),
            Dist::Sum(parts) => return parts.iter().fold(Span::ZERO, |sum, part| sum + part.sample(rng)),
            Dist::Times(dist, factor) => dist.sample(rng).0 as f64 * factor,
            Dist::Mixture(parts) => {
                let u = (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
                let chosen = parts.iter().find(|(share, _)| u < *share).unwrap_or(parts.last().expect("checked"));
                return chosen.1.sample(rng);
            }
        };
        Span(ns.round() as u64)
    }

    /// The mean, in seconds; infinite for a Pareto of shape 1 or less.
    pub fn mean_secs(&self) -> f64 {
        let ns = match self {
            Dist::Constant(span) => span.0 as f64,
            Dist::Exponential(law) => law.mean_ns() as f64,
            Dist::Uniform { min, width } => *min as f64 + *width as f64 / 2.0,
            Dist::Lognormal { mu, sigma } => libm::exp(mu + sigma * sigma / 2.0),
            Dist::Gamma { mean, .. } => *mean,
            Dist::Weibull { inverse_shape, scale } => scale * libm::tgamma(1.0 + inverse_shape),
            Dist::Pareto { inverse_shape, min } if *inverse_shape < 1.0 => min / (1.0 - inverse_shape),
            Dist::Pareto { .. } => f64::INFINITY,
            Dist::LogUniform { low, width } if *width > 0.0 => libm::exp(*low) * (libm::exp(*width) - 1.0) / width,
            Dist::LogUniform { low, .. } => libm::exp(*low),
            Dist::Empirical { p, x } => (0..1000).map(|i| quantile(p, x, (f64::from(i) + 0.5) / 1000.0)).sum::<f64>() / 1000.0,
            Dist::Sum(parts) => return parts.iter().map(Dist::mean_secs).sum(),
            Dist::Times(dist, factor) => return dist.mean_secs() * factor,
            Dist::Mixture(parts) => {
                let mut before = 0.0;
                return parts.iter().fold(0.0, |sum, (share, dist)| {
                    let weight = share - std::mem::replace(&mut before, *share);
                    sum + weight * dist.mean_secs()
                });
            }
        };
        ns / 1e9
    }
}

/// The quantile at `u`: log-linear between the points of the table (linear where one is zero), flat beyond them.
fn quantile(p: &[f64], x: &[f64], u: f64) -> f64 {
    let above = p.partition_point(|p| *p < u);
    if above == 0 {
        return x[0];
    }
    if above == p.len() {
        return x[above - 1];
    }
    let (low, high) = (x[above - 1], x[above]);
    let part = (u - p[above - 1]) / (p[above] - p[above - 1]);
    if low > 0.0 { low * libm::pow(high / low, part) } else { low + (high - low) * part }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Streams;
    use crate::engine::dist::{Lognormal, Part};
    use crate::units::Share;

    const fn ms(ms: u64) -> Span {
        Span::from_millis(ms)
    }

    /// The mean of 200,000 draws is the exact mean within `tolerance`; every draw is at least `least`.
    #[track_caller]
    fn check(spec: DistSpec, mean_s: f64, tolerance: f64, least: Span) {
        assert_eq!(spec.check(), []);
        let (dist, mut rng) = (Dist::new(&spec), Streams::new(3, 0).rng());
        assert!((dist.mean_secs() / mean_s - 1.0).abs() < 0.005, "exact mean {} is not {mean_s}", dist.mean_secs());
        let draws: Vec<Span> = (0..200_000).map(|_| dist.sample(&mut rng)).collect();
        let mean = draws.iter().map(|span| span.as_secs_f64()).sum::<f64>() / draws.len() as f64;
        assert!((mean / mean_s - 1.0).abs() < tolerance, "{spec:?}: drawn mean {mean}, exact {mean_s}");
        assert!(draws.iter().all(|span| *span >= least));
    }

    #[test]
    fn every_kind_has_its_mean() {
        let lognormal = |median, sigma, mean, cv| DistSpec::Lognormal(Lognormal { median, sigma, mean, cv });
        check(DistSpec::Constant(ms(40)), 0.04, 1e-12, ms(40));
        check(DistSpec::Uniform { min: ms(1000), max: ms(1200) }, 1.1, 0.001, ms(1000));
        check(DistSpec::Exponential { mean: ms(200) }, 0.2, 0.01, Span::ZERO);
        check(lognormal(Some(ms(40)), Some(0.6), None, None), 0.04 * libm::exp(0.18), 0.01, Span::ZERO);
        check(lognormal(None, None, Some(ms(100)), Some(3.0)), 0.1, 0.05, Span::ZERO);
        check(DistSpec::Gamma { mean: ms(50), cv: 0.5 }, 0.05, 0.01, Span::ZERO);
        check(DistSpec::Weibull { shape: 2.0, scale: ms(100) }, 0.088_622_7, 0.01, Span::ZERO);
        check(DistSpec::Pareto { min: ms(10), shape: 3.0 }, 0.015, 0.01, ms(10));
        check(DistSpec::LogUniform { min: ms(10), max: ms(1000) }, 0.214_976, 0.01, ms(10));
        let table = DistSpec::Empirical { p: vec![0.0, 1.0], x: vec![ms(10), ms(1000)] };
        check(table, 0.214_976, 0.01, ms(10));
        let parts = vec![Part { weight: 3.0, of: DistSpec::Constant(ms(10)) }, Part { weight: 1.0, of: DistSpec::Constant(ms(50)) }];
        check(DistSpec::Mixture(parts), 0.02, 0.01, ms(10));
        let otherwise = Box::new(DistSpec::Constant(ms(100)));
        check(DistSpec::ZeroInflated { zero: Share(0.68), otherwise }, 0.032, 0.02, Span::ZERO);
    }

    #[test]
    fn impossible_parameters_are_refused() {
        let bad = [
            DistSpec::Uniform { min: ms(2), max: ms(1) },
            DistSpec::LogUniform { min: Span::ZERO, max: ms(1) },
            DistSpec::Lognormal(Lognormal { median: Some(ms(1)), sigma: None, mean: None, cv: Some(1.0) }),
            DistSpec::Gamma { mean: ms(1), cv: 0.0 },
            DistSpec::Weibull { shape: f64::NAN, scale: ms(1) },
            DistSpec::Pareto { min: Span::ZERO, shape: 1.0 },
            DistSpec::Empirical { p: vec![0.5, 0.4], x: vec![ms(1), ms(2)] },
            DistSpec::Mixture(vec![]),
        ];
        for spec in bad {
            assert_eq!(spec.check().len(), 1, "{spec:?}");
        }
    }
}
