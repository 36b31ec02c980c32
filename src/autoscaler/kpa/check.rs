//! What the keys of a specification say against each other
//! (pkg/apis/autoscaling/annotation_validation.go, pkg/autoscaler/config/config.go:validate).
//!
//! The ranges of single keys are in `rules`. Knative checks each layer by itself: that an annotation contradicts the
//! ConfigMap is seen only where its webhook looks (`max-scale-limit`, `allow-zero-initial-scale`).

use super::fields::KEYS;
use super::rules;
use super::spec::KpaSpec;
use super::target::{TARGET_MIN, utilization};
use crate::error::Problem;

/// Values that contradict each other.
const CONFLICT: &str = "kpa-conflict";

/// Who compares the scales of a revision.
const WEBHOOK: &str = "annotation_validation.go:validateMinMaxScale";
/// Who compares the keys of config-autoscaler.
const CONFIG: &str = "config.go:validate";

/// Values out of their own range, in the order of the keys.
pub(super) fn ranges(spec: &KpaSpec) -> Vec<Problem> {
    let checked = KEYS.iter().filter_map(|key| rules::of_key(key)?.check(spec.get(key)?));
    checked.collect()
}

/// What a revision's keys say against each other and against the cluster's.
pub(super) fn contradictions(own: &KpaSpec, cluster: &KpaSpec) -> Vec<Problem> {
    let together = own.clone().or(cluster);
    let target_is_own = own.container_concurrency_target_default.is_some() || own.container_concurrency_target_percentage.is_some();
    let limit_is_own = own.max_scale_limit.is_some();
    let mut problems: Vec<Problem> = min_above_max(own, WEBHOOK).into_iter().collect();
    match together.max_scale_limit {
        Some(limit) if limit_is_own => problems.extend(default_beyond_limit(&together, limit)),
        Some(limit) => problems.extend(max_beyond_limit(own, limit)),
        None => {}
    }
    problems.extend(activation_scale(own));
    if own.initial_scale.is_some() || own.allow_zero_initial_scale.is_some() {
        problems.extend(zero_not_allowed(&together, "annotation_validation.go:validateInitialScale"));
    }
    problems.extend(target_is_own.then(|| target_too_small(&together)).flatten());
    problems
}

/// What the keys of config-autoscaler say against each other.
pub(super) fn contradictions_of_cluster(cluster: &KpaSpec) -> Vec<Problem> {
    let limit = cluster.max_scale_limit.and_then(|limit| default_beyond_limit(cluster, limit));
    let found = [target_too_small(cluster), zero_not_allowed(cluster, CONFIG), limit, min_above_max(cluster, CONFIG)];
    found.into_iter().flatten().collect()
}

fn refuse(key: &str, message: &str, named: &str, hint: &str) -> Problem {
    Problem::new(CONFLICT, key, format!("{message}, says Knative ({named})")).hint(hint)
}

fn min_above_max(spec: &KpaSpec, named: &str) -> Option<Problem> {
    let (min, max) = (spec.min_scale.unwrap_or(0), spec.max_scale.unwrap_or(0));
    let message = format!("the max-scale of {max} is less than the min-scale of {min}");
    (max > 0 && max < min).then(|| refuse("min-scale", &message, named, "a max-scale of 0 means unlimited"))
}

/// A revision's own max-scale, if it has one, respects the cluster's limit.
fn max_beyond_limit(own: &KpaSpec, limit: u32) -> Option<Problem> {
    let max = own.max_scale.filter(|max| limit > 0 && !(1..=limit).contains(max))?;
    let what = if max == 0 { "0 (unlimited)".to_owned() } else { max.to_string() };
    let message = format!("{what} must be in [1, {limit}], the cluster's max-scale-limit");
    Some(refuse("max-scale", &message, "annotation_validation.go:validateMaxScaleWithinLimit", "write a max-scale within the limit"))
}

/// A cluster with a limit needs a default within it.
fn default_beyond_limit(cluster: &KpaSpec, limit: u32) -> Option<Problem> {
    let max = cluster.max_scale.unwrap_or(0);
    let message = format!("{max} must be in [1, max-scale-limit({limit})]");
    let hint = "with a max-scale-limit, max-scale is at least 1 and at most the limit";
    (limit > 0 && !(1..=limit).contains(&max)).then(|| refuse("max-scale", &message, CONFIG, hint))
}

/// Knative tells the first of these only.
fn activation_scale(own: &KpaSpec) -> Option<Problem> {
    let scale = own.activation_scale?;
    let (min, max) = (own.min_scale.unwrap_or(0), own.max_scale.unwrap_or(0));
    if scale < min {
        let message = format!("the min-scale of {min} is greater than the activation-scale of {scale}");
        return Some(refuse("activation-scale", &message, WEBHOOK, "raise it or leave it out"));
    }
    let message = format!("the max-scale of {max} is less than the activation-scale of {scale}");
    (max > 0 && max < scale).then(|| refuse("activation-scale", &message, WEBHOOK, "lower it or leave it out"))
}

fn zero_not_allowed(spec: &KpaSpec, named: &str) -> Option<Problem> {
    let refused = spec.initial_scale == Some(0) && spec.allow_zero_initial_scale != Some(true);
    let hint = "a cluster with `allow-zero-initial-scale: true` starts without pods";
    refused.then(|| refuse("initial-scale", "an initial-scale of 0 is not allowed by the cluster", named, hint))
}

/// The percentage and the default yield a target together.
fn target_too_small(spec: &KpaSpec) -> Option<Problem> {
    let fraction = utilization(spec.container_concurrency_target_percentage);
    let target = fraction * spec.container_concurrency_target_default.unwrap_or(100.0);
    let message = format!("with a target percentage of {} it yields a target of {target}, less than {TARGET_MIN}", fraction * 100.0);
    let key = "container-concurrency-target-default";
    (target < TARGET_MIN).then(|| refuse(key, &message, CONFIG, "the default is 100 requests in flight"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys that are refused, in order.
    #[track_caller]
    fn refused(json: &str, expected: &[&str]) {
        let spec: KpaSpec = serde_json::from_str(json).expect("readable");
        let problems = spec.check();
        let paths: Vec<_> = problems.iter().map(|it| it.path.as_str()).collect();
        assert_eq!(paths, expected, "{json}: {problems:?}");
        assert!(problems.iter().all(|it| it.hint.is_some()));
    }

    #[test]
    fn nothing_and_the_defaults_are_valid() {
        refused("{}", &[]);
        refused(r#"{"target": 0.01, "target-burst-capacity": -1, "window": "6s", "panic-threshold-percentage": 110}"#, &[]);
        refused(r#"{"min-scale": 3, "max-scale": 0, "activation-scale": 3, "initial-scale": 0, "allow-zero-initial-scale": true}"#, &[]);
        refused(r#"{"container-concurrency-target-percentage": 0.7, "container-concurrency-target-default": 100}"#, &[]);
    }

    #[test]
    fn targets_out_of_range() {
        refused(r#"{"target": 0}"#, &["target"]);
        refused(r#"{"target-utilization-percentage": 101}"#, &["target-utilization-percentage"]);
        refused(r#"{"target-burst-capacity": -2}"#, &["target-burst-capacity"]);
        refused(r#"{"container-concurrency-target-percentage": 100.5}"#, &["container-concurrency-target-percentage"]);
        refused(r#"{"container-concurrency-target-default": 0.014}"#, &["container-concurrency-target-default"]);
        refused(r#"{"requests-per-second-target-default": 0.009}"#, &["requests-per-second-target-default"]);
        refused(r#"{"activator-capacity": 0.9}"#, &["activator-capacity"]);
    }

    #[test]
    fn windows_out_of_range() {
        refused(r#"{"window": "5s"}"#, &["window"]);
        refused(r#"{"window": "6500ms"}"#, &["window"]);
        refused(r#"{"stable-window": "61m"}"#, &["stable-window"]);
        refused(r#"{"panic-window-percentage": 0.5}"#, &["panic-window-percentage"]);
        refused(r#"{"panic-threshold-percentage": 109}"#, &["panic-threshold-percentage"]);
        refused(r#"{"panic-threshold-percentage": 1001}"#, &["panic-threshold-percentage"]);
        refused(r#"{"max-scale-up-rate": 1, "max-scale-down-rate": 1}"#, &["max-scale-up-rate", "max-scale-down-rate"]);
    }

    #[test]
    fn scales_that_contradict_each_other() {
        refused(r#"{"min-scale": 3, "max-scale": 2}"#, &["min-scale"]);
        refused(r#"{"initial-scale": 0}"#, &["initial-scale"]);
        refused(r#"{"activation-scale": 1}"#, &["activation-scale"]);
        refused(r#"{"activation-scale": 2, "min-scale": 3}"#, &["activation-scale"]);
        refused(r#"{"activation-scale": 3, "max-scale": 2}"#, &["activation-scale"]);
        refused(r#"{"max-scale-limit": 5}"#, &["max-scale"]);
        refused(r#"{"max-scale-limit": 5, "max-scale": 6}"#, &["max-scale"]);
        refused(r#"{"max-scale": 2147483648}"#, &["max-scale"]);
    }

    #[test]
    fn durations_out_of_range() {
        refused(r#"{"scale-down-delay": "90m"}"#, &["scale-down-delay"]);
        refused(r#"{"scale-down-delay": "1500ms"}"#, &["scale-down-delay"]);
        refused(r#"{"scale-to-zero-pod-retention-period": "2h"}"#, &["scale-to-zero-pod-retention-period"]);
        refused(r#"{"scale-to-zero-grace-period": "0"}"#, &["scale-to-zero-grace-period"]);
    }

    #[test]
    fn a_key_knative_does_not_know_is_refused() {
        assert!(serde_json::from_str::<KpaSpec>(r#"{"minscale": 1}"#).is_err());
        assert!(serde_json::from_str::<KpaSpec>(r#"{"metric": "cpu"}"#).is_err());
    }
}
