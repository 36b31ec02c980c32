//! What Knative's webhook refuses (pkg/apis/autoscaling/annotation_validation.go, pkg/autoscaler/config/config.go:validate).
//!
//! Where a key exists both as an annotation and in the config map, the annotation's stricter range holds.

use super::spec::KpaSpec;
use super::target::utilization;
use crate::error::Problem;
use crate::units::Span;

const HOUR: Span = Span::from_secs(3600);
const WINDOW_MIN: Span = Span::from_secs(6);

/// A value outside its range.
const RANGE: &str = "kpa-range";
/// Values that contradict each other.
const CONFLICT: &str = "kpa-conflict";

/// All problems of `spec`, in the order of its parts.
pub(super) fn check(spec: &KpaSpec) -> Vec<Problem> {
    let mut problems = Problems(Vec::new());
    problems.targets(spec);
    problems.windows(spec);
    problems.rates(spec);
    problems.scales(spec);
    problems.max_scale_limit(spec);
    problems.activation_scale(spec);
    problems.durations(spec);
    problems.0
}

struct Problems(Vec<Problem>);

impl Problems {
    fn refuse(&mut self, code: &'static str, key: &str, message: String, hint: &str) {
        self.0.push(Problem::new(code, key, message).hint(hint));
    }

    /// NaN is in no range, so it is refused too.
    fn number(&mut self, key: &str, value: Option<f64>, valid: impl Fn(f64) -> bool, expected: &str) {
        if let Some(value) = value
            && !(value.is_finite() && valid(value))
        {
            self.refuse(RANGE, key, format!("{value} is out of range"), &format!("Knative accepts {expected}"));
        }
    }

    fn percentage(&mut self, key: &str, value: Option<f64>, min: f64, max: f64) {
        self.number(key, value, |it| (min..=max).contains(&it), &format!("{min} to {max} (percent)"));
    }

    fn whole_seconds(&mut self, key: &str, value: Option<Span>, min: Span) {
        let Some(value) = value else { return };
        if value < min || value > HOUR {
            self.refuse(RANGE, key, format!("{value} is out of range"), &format!("Knative accepts {min} to {HOUR}"));
        }
        if !value.0.is_multiple_of(Span::from_secs(1).0) {
            self.refuse(RANGE, key, format!("{value} is not in whole seconds"), "Knative's windows have buckets of a second");
        }
    }

    fn targets(&mut self, spec: &KpaSpec) {
        self.number("target", spec.target, |it| it >= 0.01, "0.01 and more");
        self.percentage("target-utilization-percentage", spec.target_utilization_percentage, 1.0, 100.0);
        let burst = |it| it >= 0.0 || it == -1.0;
        self.number("target-burst-capacity", spec.target_burst_capacity, burst, "0 and more, or -1 for a permanent activator");
        let percentage = "container-concurrency-target-percentage";
        self.number(percentage, spec.container_concurrency_target_percentage, |it| it > 0.0 && it <= 100.0, "(0, 100]");
        let fraction = utilization(spec.container_concurrency_target_percentage);
        let reachable = |it| fraction * it >= 0.01;
        let expected = "a default that is at least 0.01 after the target percentage";
        self.number("container-concurrency-target-default", spec.container_concurrency_target_default, reachable, expected);
        let rps = spec.requests_per_second_target_default;
        self.number("requests-per-second-target-default", rps, |it| it >= 0.01, "0.01 and more");
        self.number("activator-capacity", spec.activator_capacity, |it| it >= 1.0, "1 and more");
    }

    fn windows(&mut self, spec: &KpaSpec) {
        self.whole_seconds("window", spec.window, WINDOW_MIN);
        self.whole_seconds("stable-window", spec.stable_window, WINDOW_MIN);
        self.percentage("panic-window-percentage", spec.panic_window_percentage, 1.0, 100.0);
        self.percentage("panic-threshold-percentage", spec.panic_threshold_percentage, 110.0, 1000.0);
    }

    fn rates(&mut self, spec: &KpaSpec) {
        self.number("max-scale-up-rate", spec.max_scale_up_rate, |it| it > 1.0, "more than 1");
        self.number("max-scale-down-rate", spec.max_scale_down_rate, |it| it > 1.0, "more than 1");
    }

    fn scales(&mut self, spec: &KpaSpec) {
        let scales = [
            ("min-scale", spec.min_scale),
            ("max-scale", spec.max_scale),
            ("max-scale-limit", spec.max_scale_limit),
            ("initial-scale", spec.initial_scale),
            ("activation-scale", spec.activation_scale),
        ];
        for (key, scale) in scales {
            let scale = scale.filter(|&it| i32::try_from(it).is_err());
            self.number(key, scale.map(f64::from), |_| false, "at most 2147483647");
        }
        let (min, max) = (spec.min_scale.unwrap_or(0), spec.max_scale.unwrap_or(0));
        if max > 0 && min > max {
            self.refuse(CONFLICT, "min-scale", format!("{min} is above the max-scale of {max}"), "a max-scale of 0 means unlimited");
        }
        if spec.initial_scale == Some(0) && spec.allow_zero_initial_scale != Some(true) {
            let hint = "set `allow-zero-initial-scale: true` to start without pods";
            self.refuse(CONFLICT, "initial-scale", "0 is not allowed by the cluster".into(), hint);
        }
    }

    fn max_scale_limit(&mut self, spec: &KpaSpec) {
        let (limit, max) = (spec.max_scale_limit.unwrap_or(0), spec.max_scale.unwrap_or(0));
        if limit > 0 && !(1..=limit).contains(&max) {
            let message = format!("{max} does not respect the max-scale-limit of {limit}");
            self.refuse(CONFLICT, "max-scale", message, "with a limit the max-scale is at least 1 and at most the limit");
        }
    }

    fn activation_scale(&mut self, spec: &KpaSpec) {
        let Some(scale) = spec.activation_scale else { return };
        let (min, max) = (spec.min_scale.unwrap_or(0), spec.max_scale.unwrap_or(0));
        if scale < 2 {
            self.refuse(RANGE, "activation-scale", format!("{scale} is out of range"), "Knative accepts 2 and more; leave it out for 1");
        }
        if scale < min {
            self.refuse(CONFLICT, "activation-scale", format!("{scale} is below the min-scale of {min}"), "raise it or leave it out");
        }
        if max > 0 && scale > max {
            self.refuse(CONFLICT, "activation-scale", format!("{scale} is above the max-scale of {max}"), "lower it or leave it out");
        }
    }

    fn durations(&mut self, spec: &KpaSpec) {
        self.whole_seconds("scale-down-delay", spec.scale_down_delay, Span::ZERO);
        let retention = spec.scale_to_zero_pod_retention_period;
        if let Some(retention) = retention.filter(|&it| it > HOUR) {
            let hint = "Knative accepts 0s to 1h; `min-scale: 1` keeps a pod for ever";
            self.refuse(RANGE, "scale-to-zero-pod-retention-period", format!("{retention} is out of range"), hint);
        }
        if spec.scale_to_zero_grace_period == Some(Span::ZERO) {
            self.refuse(RANGE, "scale-to-zero-grace-period", "0s is out of range".into(), "Knative accepts more than 0s");
        }
    }
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
