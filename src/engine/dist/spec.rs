//! Distributions as they are written.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, MapAccess, Visitor};

use crate::error::{Problem, below};
use crate::units::{Share, Span};

/// A distribution of durations. A bare duration is a constant: `timeout: 10s`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the line above each variant names its fields")]
pub enum DistSpec {
    /// Always this long.
    Constant(Span),
    /// Any duration from `min` to `max`, all alike.
    Uniform { min: Span, max: Span },
    /// Exponential with this mean.
    Exponential { mean: Span },
    /// Its logarithm is normal.
    Lognormal(Lognormal),
    /// Gamma by mean and coefficient of variation (standard deviation ÷ mean).
    Gamma { mean: Span, cv: f64 },
    /// Weibull by shape and scale.
    Weibull { shape: f64, scale: Span },
    /// Pareto: at least `min`, the tail falls as (min / x)^shape.
    Pareto { min: Span, shape: f64 },
    /// Its logarithm is uniform between those of `min` and `max`.
    LogUniform { min: Span, max: Span },
    /// A table of quantiles: `p[i]` of all draws are at most `x[i]`; between them log-linear, nothing beyond them.
    Empirical { p: Vec<f64>, x: Vec<Span> },
    /// Several, one after the other.
    Sum(Vec<DistSpec>),
    /// One of several, by weight.
    Mixture(Vec<Part>),
    /// Zero with this probability, otherwise something else.
    ZeroInflated { zero: Share, otherwise: Box<DistSpec> },
}

/// A lognormal, by its median and the standard deviation of its logarithm, or by its mean and coefficient of variation.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Lognormal {
    /// Half of the draws are below it.
    pub median: Option<Span>,
    /// Standard deviation of the logarithm.
    pub sigma: Option<f64>,
    /// Mean.
    pub mean: Option<Span>,
    /// Standard deviation ÷ mean.
    pub cv: Option<f64>,
}

impl Lognormal {
    /// μ of ln ns, and σ; nothing unless exactly one of the two pairs is given.
    pub fn parameters(&self) -> Option<(f64, f64)> {
        match *self {
            Lognormal { median: Some(median), sigma: Some(sigma), mean: None, cv: None } => Some((libm::log(median.0 as f64), sigma)),
            Lognormal { median: None, sigma: None, mean: Some(mean), cv: Some(cv) } => {
                let variance = libm::log(1.0 + cv * cv);
                Some((libm::log(mean.0 as f64) - variance / 2.0, variance.sqrt()))
            }
            _ => None,
        }
    }
}

/// A part of a mixture.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Part {
    /// Its weight; the weights need not sum to one.
    pub weight: f64,
    /// What it is.
    pub of: DistSpec,
}

/// The forms with a name, as a map with one key.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Named {
    Constant(Span),
    Uniform { min: Span, max: Span },
    Exponential { mean: Span },
    Lognormal(Lognormal),
    Gamma { mean: Span, cv: f64 },
    Weibull { shape: f64, scale: Span },
    Pareto { min: Span, shape: f64 },
    LogUniform { min: Span, max: Span },
    Empirical { p: Vec<f64>, x: Vec<Span> },
    Sum(Vec<DistSpec>),
    Mixture(Vec<Part>),
    ZeroInflated { zero: Share, otherwise: Box<DistSpec> },
}

impl From<Named> for DistSpec {
    fn from(named: Named) -> DistSpec {
        match named {
            Named::Constant(span) => DistSpec::Constant(span),
            Named::Uniform { min, max } => DistSpec::Uniform { min, max },
            Named::Exponential { mean } => DistSpec::Exponential { mean },
            Named::Lognormal(it) => DistSpec::Lognormal(it),
            Named::Gamma { mean, cv } => DistSpec::Gamma { mean, cv },
            Named::Weibull { shape, scale } => DistSpec::Weibull { shape, scale },
            Named::Pareto { min, shape } => DistSpec::Pareto { min, shape },
            Named::LogUniform { min, max } => DistSpec::LogUniform { min, max },
            Named::Empirical { p, x } => DistSpec::Empirical { p, x },
            Named::Sum(parts) => DistSpec::Sum(parts),
            Named::Mixture(parts) => DistSpec::Mixture(parts),
            Named::ZeroInflated { zero, otherwise } => DistSpec::ZeroInflated { zero, otherwise },
        }
    }
}

impl<'de> Deserialize<'de> for DistSpec {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;
        impl<'de> Visitor<'de> for Written {
            type Value = DistSpec;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a duration such as `40ms`, or a distribution such as `{ exponential: { mean: 40ms } }`")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<DistSpec, E> {
                text.parse().map(DistSpec::Constant).map_err(E::custom)
            }
            fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<DistSpec, E> {
                self.visit_f64(value as f64)
            }
            fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<DistSpec, E> {
                self.visit_f64(value as f64)
            }
            fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<DistSpec, E> {
                if value == 0.0 {
                    return Ok(DistSpec::Constant(Span::ZERO));
                }
                Err(E::custom(format_args!("the number {value} has no unit; write a duration such as `500ms`")))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<DistSpec, A::Error> {
                let named = Named::deserialize(MapAccessDeserializer::new(&mut map))?;
                match map.next_key::<String>()? {
                    None => Ok(named.into()),
                    Some(second) => Err(A::Error::custom(format_args!("a second distribution beside the first: `{second}`"))),
                }
            }
        }
        deserializer.deserialize_any(Written)
    }
}

impl JsonSchema for DistSpec {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Distribution".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let named = generator.subschema_for::<Named>();
        schemars::json_schema!({ "anyOf": [{ "type": "string", "description": "a constant, such as `40ms`" }, named] })
    }
}

impl DistSpec {
    /// What is wrong with the parameters; nothing if it can be drawn.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut refuse = |path: &str, message: String| problems.push(Problem::new("distribution", path, message));
        match self {
            DistSpec::Constant(_) => {}
            DistSpec::Uniform { min, max } if min > max => refuse("uniform", format!("min {min} is above max {max}")),
            DistSpec::LogUniform { min, max } if min > max || min.0 == 0 => {
                refuse("log-uniform", "needs 0 < min <= max".into());
            }
            DistSpec::Uniform { .. } | DistSpec::LogUniform { .. } => {}
            DistSpec::Exponential { mean } if mean.0 >= 1 << 60 => refuse("exponential.mean", "is over 36 years".into()),
            DistSpec::Exponential { .. } => {}
            DistSpec::Lognormal(it) => match it.parameters() {
                None => refuse("lognormal", "needs either `median` and `sigma`, or `mean` and `cv`".into()),
                Some((mu, sigma)) if !mu.is_finite() || !(0.0..=10.0).contains(&sigma) => {
                    refuse("lognormal", "needs a median or mean above 0 and a sigma or cv between 0 and 10".into());
                }
                Some(_) => {}
            },
            DistSpec::Gamma { mean, cv } if mean.0 == 0 || !positive(*cv) => refuse("gamma", "needs mean and cv above 0".into()),
            DistSpec::Gamma { .. } => {}
            DistSpec::Weibull { shape, .. } if !positive(*shape) => refuse("weibull.shape", format!("{shape} is not above 0")),
            DistSpec::Weibull { .. } => {}
            DistSpec::Pareto { min, shape } if min.0 == 0 || !positive(*shape) => refuse("pareto", "needs min and shape above 0".into()),
            DistSpec::Pareto { .. } => {}
            DistSpec::Empirical { p, x } => {
                if p.len() != x.len() || p.is_empty() {
                    refuse("empirical", format!("has {} probabilities for {} durations", p.len(), x.len()));
                } else if !p.is_sorted_by(|a, b| a < b) || !x.is_sorted() || !p.iter().all(|p| (0.0..=1.0).contains(p)) {
                    refuse("empirical", "needs rising probabilities between 0 and 1 and durations that do not fall".into());
                }
            }
            DistSpec::Sum(parts) => {
                problems
                    .extend(parts.iter().enumerate().flat_map(|(i, part)| below(&format!("sum.{i}"), part.check()).collect::<Vec<_>>()));
            }
            DistSpec::Mixture(parts) => {
                if !parts.iter().all(|part| part.weight >= 0.0) || !positive(parts.iter().map(|part| part.weight).sum()) {
                    refuse("mixture", "needs weights of at least 0 with a sum above 0".into());
                }
                problems.extend(
                    parts.iter().enumerate().flat_map(|(i, part)| below(&format!("mixture.{i}.of"), part.of.check()).collect::<Vec<_>>()),
                );
            }
            DistSpec::ZeroInflated { otherwise, .. } => {
                problems.extend(below("zero-inflated.otherwise", otherwise.check()));
            }
        }
        problems
    }
}

fn positive(value: f64) -> bool {
    value.is_finite() && value > 0.0
}
