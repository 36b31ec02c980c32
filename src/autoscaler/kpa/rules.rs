//! What Knative accepts of each key, in each of its two layers: the annotations of a revision, which the webhook checks,
//! and the cluster's ConfigMaps.
//!
//! Ranges of pkg/apis/autoscaling/annotation_validation.go, pkg/apis/serving/v1/revision_validation.go,
//! pkg/autoscaler/config/config.go:validate and pkg/deployment/config.go (`specs/knative-autoscaler.md` 1.1 and 1.2). The
//! layers differ: a panic threshold is not validated in the ConfigMap, a scale-down delay has no upper bound there.
//! Not here: how a value is read and refused (`rule`), what keys say of each other (`check`).

use super::rule::{Range, Rule, SECOND, rule};

const HOUR: i64 = 3600 * SECOND;

/// Who checks a value: the names of functions of knative/serving.
const WINDOW: &str = "annotation_validation.go:validateWindow";
const FLOATS: &str = "annotation_validation.go:validateFloats";
const MIN_MAX_SCALE: &str = "annotation_validation.go:validateMinMaxScale";
const CONFIG: &str = "config.go:validate";
const CONFIG_PARSE: &str = "config.go:NewConfigFromMap";

fn at_least_a_hundredth(it: f64) -> bool {
    it >= 0.01
}

fn burst(it: f64) -> bool {
    it >= 0.0 || it == -1.0
}

fn percentage(it: f64) -> bool {
    (1.0..=100.0).contains(&it)
}

fn above_one(it: f64) -> bool {
    it > 1.0
}

const INT32: &str = "a whole number in [0, 2147483647]";
const BURST: &str = "0 or more, or -1 for a permanent activator";
const BURST_HINT: &str = "the default is 211; 0 takes the activator out whenever there are pods";

/// The annotations; their domain is `autoscaling.knative.dev` but for `progress-deadline`, which is `serving.knative.dev`'s.
pub const ANNOTATIONS: &[Rule] = &[
    rule(
        "metric",
        Range::Metric,
        "`concurrency` or `rps`",
        "annotation_validation.go:validateMetric",
        "`cpu` and `memory` need the class hpa.autoscaling.knative.dev",
    ),
    rule("target", Range::Number(at_least_a_hundredth), "at least 0.01", FLOATS, "the default is 100 requests in flight, or 200 a second"),
    rule("target-utilization-percentage", Range::Number(percentage), "in [1, 100]", FLOATS, "write 70 for 70 %, the default"),
    rule("target-burst-capacity", Range::Number(burst), BURST, FLOATS, BURST_HINT),
    rule(
        "window",
        Range::Seconds { min: 6 * SECOND, max: HOUR },
        "in [6s, 1h0m0s]",
        WINDOW,
        "the default is 60s; below 6s a panic window would miss reports",
    ),
    rule(
        "panic-window-percentage",
        Range::Number(percentage),
        "in [1, 100]",
        FLOATS,
        "it is a percentage of the stable window; the default is 10",
    ),
    rule(
        "panic-threshold-percentage",
        Range::Number(|it| (110.0..=1000.0).contains(&it)),
        "in [110, 1000]",
        FLOATS,
        "it is a percentage of the ready pods; the default is 200",
    ),
    rule(
        "metric-aggregation-algorithm",
        Range::Algorithm,
        "`linear` or `weighted-exponential`",
        "annotation_validation.go:validateAlgorithm",
        "the default is `linear`; if no class is written, Knative takes it without a word",
    ),
    rule("min-scale", Range::Count(0), INT32, MIN_MAX_SCALE, "0, the default, lets the last pod go"),
    rule("max-scale", Range::Count(0), INT32, MIN_MAX_SCALE, "0, the default, means unlimited"),
    rule("initial-scale", Range::Count(0), INT32, "annotation_validation.go:validateInitialScale", "the default is 1"),
    rule("activation-scale", Range::Count(2), "greater than 1", MIN_MAX_SCALE, "leave it out for 1, which is what any load gets"),
    rule(
        "scale-down-delay",
        Range::Seconds { min: 0, max: HOUR },
        "in [0s, 1h0m0s]",
        "annotation_validation.go:validateScaleDownDelay",
        "the default is 0s",
    ),
    rule(
        "scale-to-zero-pod-retention-period",
        Range::Time { min: 0, max: HOUR },
        "in [0s, 1h0m0s]",
        "annotation_validation.go:validateLastPodRetention",
        "`min-scale: 1` keeps a pod for ever",
    ),
    rule(
        "progress-deadline",
        Range::Seconds { min: 0, max: i64::MAX },
        "0s or more",
        "revision_validation.go:validateProgressDeadlineAnnotation",
        "the default is 600s",
    ),
];

/// The keys of config-autoscaler, and `progress-deadline` of config-deployment.
pub const CONFIG_MAP: &[Rule] = &[
    rule("enable-scale-to-zero", Range::Flag, "true or false", CONFIG_PARSE, "the default is true"),
    rule("allow-zero-initial-scale", Range::Flag, "true or false", CONFIG_PARSE, "the default is false"),
    rule("max-scale-up-rate", Range::Number(above_one), "greater than 1.0", CONFIG, "the default is 1000"),
    rule("max-scale-down-rate", Range::Number(above_one), "greater than 1.0", CONFIG, "the default is 2"),
    rule(
        "container-concurrency-target-percentage",
        Range::Number(|it| it > 0.0 && it <= 100.0),
        "in (0, 100]",
        CONFIG,
        "the default is 70; up to 1 it is a fraction",
    ),
    rule("container-concurrency-target-default", Range::Number(|_| true), "a number", CONFIG_PARSE, "the default is 100"),
    rule("requests-per-second-target-default", Range::Number(at_least_a_hundredth), "at least 0.01", CONFIG, "the default is 200"),
    rule("target-burst-capacity", Range::Number(burst), BURST, CONFIG, BURST_HINT),
    rule(
        "panic-window-percentage",
        Range::Number(percentage),
        "in [1, 100]",
        CONFIG,
        "it is a percentage of the stable window; the default is 10",
    ),
    rule("activator-capacity", Range::Number(|it| it >= 1.0), "at least 1", CONFIG, "the default is 100"),
    rule("panic-threshold-percentage", Range::Number(|_| true), "a number", CONFIG_PARSE, "the default is 200"),
    rule("initial-scale", Range::Count(0), "at least 0", CONFIG, "the default is 1"),
    rule("min-scale", Range::Count(0), "at least 0", CONFIG, "0, the default, lets the last pod go"),
    rule("max-scale", Range::Count(0), "at least 0", CONFIG, "0, the default, means unlimited"),
    rule("max-scale-limit", Range::Count(0), "at least 0", CONFIG, "0, the default, means none"),
    rule("stable-window", Range::Seconds { min: 6 * SECOND, max: HOUR }, "in [6s, 1h0m0s]", CONFIG, "the default is 60s"),
    rule("scale-down-delay", Range::Seconds { min: 0, max: i64::MAX }, "0s or more", CONFIG, "the default is 0s"),
    rule("scale-to-zero-grace-period", Range::Time { min: 1, max: i64::MAX }, "positive", CONFIG, "the default is 30s"),
    rule("scale-to-zero-pod-retention-period", Range::Time { min: 0, max: i64::MAX }, "0s or more", CONFIG, "the default is 0s"),
    rule(
        "progress-deadline",
        Range::Seconds { min: 1, max: i64::MAX },
        "positive",
        "pkg/deployment/config.go:NewConfigFromMap",
        "the default is 600s",
    ),
];

/// How long a new revision takes to get its traffic: the annotation `serving.knative.dev/rollout-duration` of a service
/// (pkg/apis/serving/metadata_validation.go:ValidateRolloutDurationAnnotation).
pub const ROLLOUT_DURATION: Rule = rule(
    "rollout-duration",
    Range::Seconds { min: 0, max: i64::MAX },
    "0s or more",
    "metadata_validation.go:ValidateRolloutDurationAnnotation",
    "the default is 0s: at once",
);

/// The rule for a key that is written without a layer: the annotation's where there is one, which is the stricter.
pub fn of_key(key: &str) -> Option<&'static Rule> {
    ANNOTATIONS.iter().chain(CONFIG_MAP).find(|rule| rule.key == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(rules: &'static [Rule], key: &str) -> &'static Rule {
        rules.iter().find(|it| it.key == key).unwrap_or_else(|| panic!("no rule for {key}"))
    }

    /// Whether the annotation and the ConfigMap accept a text of a key that both know.
    #[track_caller]
    fn check(key: &str, text: &str, annotation: bool, config_map: bool) {
        let accepts = |rules| find(rules, key).read(text).is_ok();
        assert_eq!((accepts(ANNOTATIONS), accepts(CONFIG_MAP)), (annotation, config_map), "{key}: {text}");
    }

    #[test]
    fn the_layers_differ_where_knative_differs() {
        check("panic-threshold-percentage", "109", false, true);
        check("panic-threshold-percentage", "0", false, true);
        check("panic-threshold-percentage", "-5", false, true);
        check("scale-down-delay", "2h", false, true);
        check("scale-to-zero-pod-retention-period", "2h", false, true);
        check("progress-deadline", "0s", true, false);
    }

    #[test]
    fn the_layers_agree_elsewhere() {
        for (key, fine, wrong) in [
            ("target-burst-capacity", "-1", "-2"),
            ("panic-window-percentage", "1", "0.9"),
            ("min-scale", "+0", "-1"),
            ("max-scale", "2147483647", "2147483648"),
            ("initial-scale", "3", "3.0"),
            ("scale-down-delay", "1m", "1500ms"),
            ("progress-deadline", "1s", "1.5s"),
        ] {
            check(key, fine, true, true);
            check(key, wrong, false, false);
        }
    }

    #[test]
    fn a_refusal_names_the_rule_its_bounds_and_a_way_out() {
        let problem = find(ANNOTATIONS, "window").read("5s").unwrap_err();
        assert_eq!(problem.message, "5s must be in [6s, 1h0m0s], says Knative (annotation_validation.go:validateWindow)");
        assert!(problem.hint.is_some());
        let problem = find(ANNOTATIONS, "window").read("1 minute").unwrap_err();
        assert!(problem.message.starts_with("`1 minute` is no duration such as `1m30s`: it must be in [6s, 1h0m0s]"), "{problem:?}");
    }

    #[test]
    fn what_no_number_can_be_computed_with_is_refused_in_both_layers() {
        for text in ["NaN", "Inf", "-Inf", "1e999"] {
            check("panic-threshold-percentage", text, false, false);
        }
        assert!(find(CONFIG_MAP, "container-concurrency-target-default").read("nan").is_err());
    }
}
