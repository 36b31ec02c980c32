//! Keep-alive: an instance is started for a request that finds none free, and goes when nobody used it for a time.
//!
//! What AWS Lambda and its kin do. Which of the free instances is taken is a first-order parameter: packing onto few
//! needs far fewer instances than spreading over all, and far more starts (`specs/peers-speed.md`, outcomes).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::Problem;
use crate::units::Span;

/// One instance a request (or `container-concurrency` requests), kept warm for a time.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct KeepAliveSpec {
    /// How long an unused instance stays; every use begins the time anew. AWS Lambda: about 640 s by its raw logs
    /// (`specs/real-measurements.md` 2), 600 s in most models.
    pub idle: Span,
    /// Whether `idle` is the time itself or the mean of times that differ.
    #[serde(default)]
    pub idle_law: IdleLaw,
    /// Whether an instance is still warm when a request comes after exactly the time.
    #[serde(default)]
    pub at_expiry: AtExpiry,
    /// An instance that has been ready for so long takes no more requests. AWS Lambda: about 2 h (same source). Default: none.
    #[serde(default)]
    pub max_age: Option<Span>,
    /// Which free instance a request takes.
    #[serde(default)]
    pub choice: Choice,
    /// No more instances than this. Default: no limit.
    #[serde(default)]
    pub max_instances: Option<u32>,
    /// What becomes of a request beyond that limit.
    #[serde(default)]
    pub at_limit: AtLimit,
    /// What a request waits for that found no free place.
    #[serde(default)]
    pub waits_for: WaitsFor,
}

/// How long each idle instance stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum IdleLaw {
    /// As long as every other.
    #[default]
    Constant,
    /// An exponential time with the mean `idle`, drawn anew whenever an instance falls idle: a platform that reclaims at
    /// random, and the delayed-off servers of queueing theory.
    Exponential,
}

/// What a request waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WaitsFor {
    /// The instance that was started for it, as on AWS Lambda.
    #[default]
    ItsInstance,
    /// Whichever place is free first. As many instances are started as waiting requests fill; with `cold-start.cancel-starts`
    /// a start that is no longer needed is cancelled.
    AnyPlace,
}

/// Which of the free instances a request takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// The one freed last: 4,346 of 4,346 decisions in AWS Lambda's logs (`specs/real-measurements.md` 2).
    #[default]
    MostRecentlyUsed,
    /// The one freed first.
    LeastRecentlyUsed,
    /// The one started last, be it still starting while it has a place: SimFaaS's rule (its `schedule_warm_instance`).
    NewestCreated,
    /// The one started first.
    OldestCreated,
    /// Any.
    Random,
}

/// What an instance is that has been idle for exactly its time. Where arrivals stand on whole minutes, as in the Azure traces,
/// this decides over most starts (`specs/real-measurements.md` 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AtExpiry {
    /// Gone.
    Expired,
    /// Still there.
    #[default]
    StillWarm,
}

/// What becomes of a request that may start no further instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AtLimit {
    /// It is refused.
    #[default]
    Reject,
    /// It waits for a free place.
    Queue,
}

impl KeepAliveSpec {
    /// What is wrong with it.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.max_age == Some(Span::ZERO) {
            problems.push(Problem::new("keep-alive", "max-age", "an instance would be gone before it started"));
        }
        if self.max_instances == Some(0) {
            problems.push(Problem::new("no-instances", "max-instances", "nobody would ever be served by 0 instances"));
        }
        problems
    }
}
