//! Cold-start profiles: measured durations as data.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::engine::DistSpec;
use crate::engine::dist::{Lognormal, Part};
use crate::error::{Problem, below};
use crate::units::{Bandwidth, Bytes, Share, Span};

/// All profiles and runtimes, read from `profiles.yaml`.
pub static PROFILES: LazyLock<Profiles> =
    LazyLock::new(|| serde_saphyr::from_str(include_str!("profiles.yaml")).expect("the built-in profiles are well-formed"));

/// The file of profiles.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Profiles {
    /// By name.
    pub profiles: BTreeMap<String, Profile>,
    /// Application start by runtime.
    pub runtimes: BTreeMap<String, DistSpec>,
}

/// The five steps on one platform.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Profile {
    /// One line for a list.
    pub summary: String,
    /// Step 1.
    pub resource_allocation: DistSpec,
    /// Step 2.
    pub scheduling: DistSpec,
    /// Step 3.
    pub image_pull: PullSpec,
    /// Step 4.
    pub container_creation: DistSpec,
    /// Step 5.
    pub application_start: ApplicationStart,
    /// What step 5 is multiplied by.
    #[serde(default)]
    pub application_factor: Option<f64>,
    /// Where the figures are from, and which are guesses.
    pub basis: String,
}

/// Whether a profile has an application start of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApplicationStart {
    /// The runtime says how long it takes.
    ByRuntime,
    /// None beyond the other steps.
    None,
}

/// How an image gets to where it runs: a time, or its size over a bandwidth.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct PullSpec {
    /// The whole time, whatever the size. Not together with the others.
    pub time: Option<DistSpec>,
    /// Before the first byte.
    pub fixed: Span,
    /// Median of the lognormal bandwidth.
    pub bandwidth: Option<Bandwidth>,
    /// Standard deviation of the logarithm of the bandwidth.
    pub sigma: f64,
    /// How often the image is already there.
    pub cached: Share,
    /// What a cached image takes all the same.
    pub hit: Span,
}

impl PullSpec {
    /// The distribution for an image of this size.
    ///
    /// A lognormal bandwidth makes a lognormal time: size ÷ bandwidth has the same sigma.
    pub fn dist(&self, image: Option<Bytes>) -> Result<DistSpec, Problem> {
        if let Some(time) = &self.time {
            return Ok(time.clone());
        }
        let (Some(bandwidth), Some(image)) = (self.bandwidth, image) else {
            let problem = Problem::new("image", "image", "the time of the image pull needs the image's size");
            return Err(problem.hint("write `image: 386MB`, or give the time itself: `image-pull: { time: 12s }`"));
        };
        let median = Span::from_secs_f64(image.0 as f64 / bandwidth.0);
        let transfer = DistSpec::Lognormal(Lognormal { median: Some(median), sigma: Some(self.sigma), mean: None, cv: None });
        let missing = DistSpec::Sum(vec![DistSpec::Constant(self.fixed), transfer]);
        let part = |weight, of| Part { weight, of };
        if self.cached.0 == 0.0 {
            return Ok(missing);
        }
        Ok(DistSpec::Mixture(vec![part(self.cached.0, DistSpec::Constant(self.hit)), part(1.0 - self.cached.0, missing)]))
    }

    /// What is wrong with it.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = self.time.iter().flat_map(|time| below("time", time.check())).collect();
        if !(0.0..=10.0).contains(&self.sigma) {
            problems.push(Problem::new("distribution", "sigma", format!("{} does not lie between 0 and 10", self.sigma)));
        }
        if self.time.is_none() && self.bandwidth.is_none() {
            problems.push(Problem::new("image-pull", "", "needs a `time` or a `bandwidth`"));
        }
        if self.time.is_some() && self.bandwidth.is_some() {
            problems.push(Problem::new("image-pull", "", "has both a `time` and a `bandwidth`: which?"));
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Dist;

    #[test]
    fn every_profile_and_runtime_can_be_drawn() {
        for (name, profile) in &PROFILES.profiles {
            for dist in [&profile.resource_allocation, &profile.scheduling, &profile.container_creation] {
                assert_eq!(dist.check(), [], "{name}");
            }
            assert_eq!(profile.image_pull.check(), [], "{name}");
            assert!(!profile.basis.is_empty(), "{name} says where it is from");
        }
        assert!(PROFILES.runtimes.values().all(|dist| dist.check().is_empty()));
    }

    /// The one measured pull: 386.26 MB in 50 s (ECI documentation; specs/request-path-and-cold-start.md 2.2).
    #[test]
    fn the_documented_pull_takes_its_documented_time() {
        let mut pull = PROFILES.profiles["eci"].image_pull.clone();
        pull.sigma = 0.0;
        let dist = pull.dist(Some(Bytes(386_260_000))).unwrap();
        assert!((Dist::new(&dist).mean_secs() - 50.66).abs() < 0.01);
    }
}
