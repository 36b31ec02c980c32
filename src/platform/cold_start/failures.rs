//! Steps of a start that fail and are tried again.
//!
//! A try that fails has taken as long as one that does not; after it the kubelet waits, twice as long after every further
//! failure of that step, up to a limit, and tries again: 10 s at first, 5 minutes at most, for the pull of an image and for a
//! container that crashes (kubernetes pkg/kubelet/kubelet.go: `imageBackOffPeriod`, `MaxImageBackOff`,
//! `initialCrashLoopBackOff`, `MaxContainerBackOff`; for the other steps that is a guess). All of it is part of the step.

use rand::RngExt as _;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::engine::{Dist, Streams};
use crate::error::Problem;
use crate::observe::Part;
use crate::units::{Share, Span};

/// More than this share of failures is no start but an outage, and would be tried for ever.
const SHARE_MAX: f64 = 0.99;

/// How often a try of a step fails, and how long is waited before the next.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct FailuresSpec {
    /// The share of tries of step 1 that fail, each by itself; default none. Whether a type is out of stock is said by `stock`.
    pub resource_allocation: Share,
    /// Of step 2, likewise.
    pub scheduling: Share,
    /// Of step 3, likewise.
    pub image_pull: Share,
    /// Of step 4, likewise.
    pub container_creation: Share,
    /// Of step 5, likewise: the application crashes instead of becoming ready, and is started again in its instance.
    pub application_start: Share,
    /// The wait after the first failure of a step: 10 s; twice as long after each further one.
    pub backoff: Span,
    /// The longest such wait: 5 minutes.
    pub backoff_max: Span,
}

impl Default for FailuresSpec {
    fn default() -> Self {
        let never = Share(0.0);
        FailuresSpec {
            resource_allocation: never,
            scheduling: never,
            image_pull: never,
            container_creation: never,
            application_start: never,
            backoff: Span::from_secs(10),
            backoff_max: Span::from_secs(300),
        }
    }
}

impl FailuresSpec {
    /// In the order of [`Part::STEPS`].
    fn shares(&self) -> [Share; 5] {
        [self.resource_allocation, self.scheduling, self.image_pull, self.container_creation, self.application_start]
    }

    /// What is wrong with it.
    pub fn check(&self) -> Vec<Problem> {
        const PATHS: [&str; 5] = ["resource-allocation", "scheduling", "image-pull", "container-creation", "application-start"];
        let too_often = PATHS.iter().zip(self.shares()).filter(|(_, share)| share.0 > SHARE_MAX);
        let mut problems: Vec<Problem> = too_often
            .map(|(path, share)| {
                let message = format!("with {}% of all tries failing, hardly a start would ever end", share.0 * 100.0);
                Problem::new("failures", *path, message).hint("write at most `99%`")
            })
            .collect();
        if self.backoff_max < self.backoff {
            let problem = Problem::new("failures", "backoff-max", "the longest wait is shorter than the first");
            problems.push(problem.hint("`backoff` is doubled after every failure, up to `backoff-max`"));
        }
        problems
    }

    /// Its rules, if any step ever fails.
    pub fn plan(&self) -> Option<Failures> {
        let shares = self.shares().map(|share| share.0);
        let ever = shares.iter().any(|share| *share > 0.0);
        ever.then_some(Failures { shares, backoff: self.backoff, backoff_max: self.backoff_max })
    }
}

/// Which share of tries fails, and how long is waited.
#[derive(Debug, Clone, PartialEq)]
pub struct Failures {
    shares: [f64; 5],
    backoff: Span,
    backoff_max: Span,
}

impl Failures {
    /// The wait after the `n`th failure of a step, counted from 0.
    fn wait(&self, n: u32) -> Span {
        let doubled = self.backoff.0.checked_mul(1u64.checked_shl(n).unwrap_or(u64::MAX)).map_or(Span::MAX, Span);
        doubled.min(self.backoff_max)
    }

    /// How long is waited after the `n`th try of a step whose streams these are; nothing if it does not fail.
    pub(super) fn after(&self, step: usize, n: u32, streams: Streams) -> Option<Span> {
        let share = self.shares[step];
        let fails = share > 0.0 && streams.child("failures").nth(u64::from(n)).rng().random::<f64>() < share;
        fails.then(|| self.wait(n))
    }

    /// What failures add to a step of this length whose streams these are: waits and further tries.
    pub(super) fn add_to(&self, step: usize, dist: &Dist, streams: Streams) -> Span {
        let mut added = Span::ZERO;
        let mut n = 0;
        while let Some(wait) = self.after(step, n, streams) {
            n += 1;
            added += wait + again(dist, n, streams);
        }
        added
    }
}

/// How long the `n`th try takes, after the first.
pub(super) fn again(dist: &Dist, n: u32, streams: Streams) -> Span {
    dist.sample(&mut streams.child("again").nth(u64::from(n)).rng())
}

/// The application's start among the steps.
pub(super) const APPLICATION: usize = Part::STEPS.len() - 1;

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(json: &str) -> FailuresSpec {
        serde_json::from_str(json).expect("readable")
    }

    #[test]
    fn waits_are_doubled_up_to_the_longest() {
        let plan = spec(r#"{"image-pull": "50%"}"#).plan().unwrap();
        let waits: Vec<u64> = [0, 1, 2, 3, 4, 5, 40, 80].map(|n| plan.wait(n).0 / 1_000_000_000).to_vec();
        assert_eq!(waits, [10, 20, 40, 80, 160, 300, 300, 300]);
    }

    /// Of n independent tries a share p fails: p / (1 - p) further tries a start, within three standard errors.
    #[test]
    fn so_many_tries_fail_as_is_said() {
        let plan = spec(r#"{"image-pull": "40%", "backoff": "0s", "backoff-max": "0s"}"#).plan().unwrap();
        let second = Dist::Constant(Span::from_secs(1));
        let starts = 20_000;
        let further: u64 = (0..starts).map(|n| plan.add_to(2, &second, Streams::new(1, 0).nth(n)).0 / 1_000_000_000).sum();
        let (p, mean) = (0.4f64, further as f64 / starts as f64);
        let standard_error = (p / ((1.0 - p) * (1.0 - p)) / starts as f64).sqrt();
        assert!((mean - p / (1.0 - p)).abs() < 3.0 * standard_error, "{mean}");
        assert_eq!(plan.add_to(3, &second, Streams::new(1, 0)), Span::ZERO, "the other steps never fail");
    }

    #[test]
    fn nothing_is_planned_where_nothing_fails() {
        assert_eq!(FailuresSpec::default().plan(), None);
        let refused = |json: &str| spec(json).check().iter().map(|it| it.path.clone()).collect::<Vec<_>>();
        assert_eq!(refused("{}"), [""; 0]);
        assert_eq!(refused(r#"{"scheduling": "99.5%", "backoff": "1m", "backoff-max": "10s"}"#), ["scheduling", "backoff-max"]);
    }
}
