//! What the API server refuses (pkg/apis/autoscaling/validation/validation.go), and what its controller could not run with.
//! A refusal names the function whose rule it is; one that names none is our own.
//!
//! The API's durations are whole seconds, so these are too. The ranges of the flags are our own: the controller has none.

use super::spec::{AverageTarget, BehaviorSpec, CpuTarget, HpaSpec, MemoryTarget, MetricSpec, PolicySpec, RulesSpec};
use crate::error::{Problem, below};
use crate::units::Span;

/// The longest stabilization window (MaxStabilizationWindowSeconds).
const WINDOW_MAX: Span = Span::from_secs(3600);
/// The longest period of a policy (MaxPeriodSeconds).
const PERIOD_MAX: Span = Span::from_secs(1800);
const SECOND: Span = Span::from_secs(1);

/// A value outside its range.
const RANGE: &str = "hpa-range";
/// Values that contradict each other, or of which one is missing.
const CONFLICT: &str = "hpa-conflict";

/// All problems of `spec`, in the order of its parts.
pub(super) fn check(spec: &HpaSpec) -> Vec<Problem> {
    let mut problems = replicas(spec);
    problems.extend(pods(spec));
    for (index, metric) in spec.metrics.iter().enumerate() {
        problems.extend(below(&format!("metrics.{index}"), check_metric(metric)));
    }
    if let Some(behavior) = &spec.behavior {
        problems.extend(below("behavior", check_behavior(behavior)));
    }
    problems.extend(flags(spec));
    problems
}

fn refuse(code: &'static str, key: &str, message: String, hint: &str) -> Problem {
    Problem::new(code, key, message).hint(hint)
}

/// A refusal of the API server, by the rule of this function.
fn refuse_by(named: &str, code: &'static str, key: &str, message: impl std::fmt::Display, hint: &str) -> Problem {
    refuse(code, key, format!("{message}, says Kubernetes (validation.go:{named})"), hint)
}

const SPEC: &str = "validateHorizontalPodAutoscalerSpec";
const RESOURCE: &str = "validateResourceSource";
const TARGET: &str = "validateMetricTarget";
const PODS: &str = "validatePodsSource";
const RULES: &str = "validateScalingRules";
const POLICY: &str = "validateScalingPolicy";

fn replicas(spec: &HpaSpec) -> Vec<Problem> {
    let mut problems = Vec::new();
    let min = spec.min_replicas.unwrap_or(1);
    if min == 0 {
        let hint = "Kubernetes accepts 1 and more: the HPA does not scale to zero; `kpa` does";
        problems.push(refuse_by(SPEC, RANGE, "min-replicas", "0 must be at least 1", hint));
    }
    if i32::try_from(spec.max_replicas).map_or(true, |max| max < 1) {
        let message = format!("{} must be in [1, 2147483647]", spec.max_replicas);
        problems.push(refuse_by(SPEC, RANGE, "max-replicas", message, "write how many pods there may be at most"));
    } else if spec.max_replicas < min {
        let message = format!("{} is below the min-replicas of {min}", spec.max_replicas);
        problems.push(refuse_by(SPEC, CONFLICT, "max-replicas", message, "raise it, or lower `min-replicas`"));
    }
    problems
}

/// What is said of the pods: not part of the API, so the rules are our own.
fn pods(spec: &HpaSpec) -> Vec<Problem> {
    let mut problems = Vec::new();
    if spec.replicas == Some(0) {
        let hint = "the HPA leaves a Deployment without replicas alone; start with 1 or more";
        problems.push(refuse(RANGE, "replicas", "0 is out of range".into(), hint));
    }
    if spec.cpu_request.is_some_and(|vcpu| !(vcpu > 0.0 && vcpu <= 1e6)) {
        problems.push(refuse(
            RANGE,
            "cpu-request",
            "a pod requests some CPU".into(),
            "write vCPU, such as `0.5`; leave it out for the instance's",
        ));
    }
    if spec.memory_request.is_some_and(|it| it.0 == 0) {
        problems.push(refuse(RANGE, "memory-request", "a pod requests some memory".into(), "write a size such as `512Mi`"));
    }
    let measures_memory = spec.metrics.iter().any(|it| matches!(it, MetricSpec::Memory(_)));
    if measures_memory && spec.memory_use.is_none() {
        let hint = "write `memory-use: { base: 300Mi, per-request: 2Mi }`";
        problems.push(refuse(CONFLICT, "memory-use", "a metric asks for memory, but nothing says what a pod uses".into(), hint));
    }
    problems
}

fn check_metric(metric: &MetricSpec) -> Vec<Problem> {
    match metric {
        MetricSpec::Cpu(CpuTarget { utilization, average_value }) => {
            let average = average_value.map(|it| positive(TARGET, it, "vCPU"));
            below("cpu", resource(utilization.map(|it| it.0), average)).collect()
        }
        MetricSpec::Memory(MemoryTarget { utilization, average_value }) => {
            let average = average_value.map(|it| positive(TARGET, it.0 as f64, "bytes"));
            below("memory", resource(utilization.map(|it| it.0), average)).collect()
        }
        MetricSpec::Concurrency(AverageTarget { average_value }) => {
            below("concurrency", positive(PODS, *average_value, "requests")).collect()
        }
        MetricSpec::RequestsPerSecond(AverageTarget { average_value }) => {
            below("requests-per-second", positive(PODS, *average_value, "requests per second")).collect()
        }
    }
}

/// A target of a resource: a utilization or an average value, of which the problems are given.
fn resource(utilization: Option<u32>, average: Option<Vec<Problem>>) -> Vec<Problem> {
    match (utilization, average) {
        (Some(0), None) => vec![refuse_by(TARGET, RANGE, "utilization", "0% must be greater than 0", "write `80%`, the default")],
        (Some(percent), None) if i32::try_from(percent).is_err() => {
            vec![refuse(RANGE, "utilization", format!("{percent}% is no int32"), "Kubernetes holds at most 2147483647 %")]
        }
        (Some(_), None) => Vec::new(),
        (None, Some(problems)) => problems,
        (Some(_), Some(_)) => {
            vec![refuse_by(RESOURCE, CONFLICT, "average-value", "there is a `utilization` too", "write one of the two")]
        }
        (None, None) => {
            let hint = "write `utilization: 80%` or an `average-value`";
            vec![refuse_by(RESOURCE, CONFLICT, "", "the metric has no target", hint)]
        }
    }
}

/// NaN is not positive either.
fn positive(named: &str, value: f64, unit: &str) -> Vec<Problem> {
    let hint = format!("write how much a pod carries, in {unit}");
    if value.is_finite() && value >= 0.001 {
        Vec::new()
    } else if value > 0.0 && value < 0.001 {
        vec![refuse(RANGE, "average-value", format!("{value} is less than a thousandth, in which it is counted"), &hint)]
    } else {
        vec![refuse_by(named, RANGE, "average-value", format!("{value} must be positive"), &hint)]
    }
}

fn check_behavior(behavior: &BehaviorSpec) -> Vec<Problem> {
    let mut problems: Vec<_> = below("scale-up", check_rules(&behavior.scale_up)).collect();
    problems.extend(below("scale-down", check_rules(&behavior.scale_down)));
    problems
}

fn check_rules(rules: &RulesSpec) -> Vec<Problem> {
    let mut problems = seconds(RULES, "stabilization-window", rules.stabilization_window, Span::ZERO, WINDOW_MAX);
    match rules.policies.as_deref() {
        None => {}
        Some([]) => {
            let hint = "leave `policies` out for the default, or write `select-policy: disabled` for no change";
            problems.push(refuse_by(RULES, RANGE, "policies", "there is no policy", hint));
        }
        Some(policies) => {
            for (index, policy) in policies.iter().enumerate() {
                problems.extend(below(&format!("policies.{index}"), check_policy(policy)));
            }
        }
    }
    problems.extend(tolerance(rules.tolerance));
    problems
}

fn check_policy(policy: &PolicySpec) -> Vec<Problem> {
    let mut problems = Vec::new();
    match (policy.pods, policy.percent.map(|it| it.0)) {
        (Some(value), None) => problems.extend(policy_value("pods", value)),
        (None, Some(value)) => problems.extend(policy_value("percent", value)),
        (Some(_), Some(_)) => {
            let hint = "write two policies; the larger counts by default";
            problems.push(refuse(CONFLICT, "percent", "there are `pods` too".into(), hint));
        }
        (None, None) => {
            problems.push(refuse_by(POLICY, CONFLICT, "", "the policy allows nothing", "write `pods: 4` or `percent: 100`"));
        }
    }
    problems.extend(seconds(POLICY, "period", Some(policy.period), SECOND, PERIOD_MAX));
    problems
}

fn policy_value(key: &str, value: u32) -> Option<Problem> {
    let valid = i32::try_from(value).is_ok_and(|it| it > 0);
    let hint = "write how much may change in a period";
    (!valid).then(|| refuse_by(POLICY, RANGE, key, format!("{value} must be in [1, 2147483647]"), hint))
}

/// The controller's flag has no rule of its own; that of the `behavior` holds for it too.
fn tolerance(value: Option<f64>) -> Option<Problem> {
    let value = value.filter(|it| !(it.is_finite() && *it >= 0.0))?;
    Some(refuse_by(RULES, RANGE, "tolerance", format!("{value} must be at least 0"), "0.1, the default, is a tenth of the target"))
}

fn seconds(named: &str, key: &str, value: Option<Span>, min: Span, max: Span) -> Vec<Problem> {
    let mut problems = Vec::new();
    let Some(value) = value else { return problems };
    if value < min || value > max {
        problems.push(refuse_by(named, RANGE, key, format!("{value} must be in [{min}, {max}]"), "write it in seconds, such as `60s`"));
    }
    if !value.0.is_multiple_of(SECOND.0) {
        problems.push(refuse(RANGE, key, format!("{value} is not in whole seconds"), "Kubernetes counts it in seconds"));
    }
    problems
}

/// The settings of the controller and of the metrics server.
fn flags(spec: &HpaSpec) -> Vec<Problem> {
    let mut problems: Vec<_> = tolerance(spec.tolerance).into_iter().collect();
    for (key, value) in [("sync-period", spec.sync_period), ("metrics-resolution", spec.metrics_resolution)] {
        if value == Some(Span::ZERO) {
            problems.push(refuse(RANGE, key, "0s is out of range".into(), "it happens again and again: write more than 0s"));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys that are refused, in order.
    #[track_caller]
    fn refused(json: &str, expected: &[&str]) {
        let text = format!(r#"{{"max-replicas": 10, {json}}}"#).replace(", }", "}");
        let spec: HpaSpec = serde_json::from_str(&text).expect("readable");
        let problems = spec.check();
        let paths: Vec<_> = problems.iter().map(|it| it.path.as_str()).collect();
        assert_eq!(paths, expected, "{json}: {problems:?}");
        assert!(problems.iter().all(|it| it.hint.is_some()));
    }

    /// The same for a `scale-up`.
    #[track_caller]
    fn refused_rules(json: &str, expected: &[&str]) {
        let expected: Vec<_> = expected.iter().map(|it| format!("behavior.scale-up.{it}")).collect();
        refused(&format!(r#""behavior": {{"scale-up": {{{json}}}}}"#), &expected.iter().map(String::as_str).collect::<Vec<_>>());
    }

    #[test]
    fn the_defaults_and_the_edges_are_valid() {
        refused("", &[]);
        refused(r#""min-replicas": 10, "metrics": [], "behavior": {}, "tolerance": 0"#, &[]);
        let memory =
            r#""metrics": [{"cpu": {"utilization": "1%"}}, {"memory": {"average-value": "300Mi"}}], "memory-use": {"base": "99Mi"}"#;
        refused(memory, &[]);
        refused_rules(
            r#""stabilization-window": "1h", "policies": [{"pods": 1, "period": "1s"}, {"percent": "900%", "period": "30m"}]"#,
            &[],
        );
    }

    #[test]
    fn replicas_out_of_range() {
        refused(r#""min-replicas": 0"#, &["min-replicas"]);
        refused(r#""min-replicas": 11"#, &["max-replicas"]);
        for max in [0, u32::MAX] {
            assert_eq!(HpaSpec::up_to(max).check()[0].path, "max-replicas");
        }
        assert!(serde_json::from_str::<HpaSpec>("{}").is_err(), "max-replicas is required");
    }

    #[test]
    fn a_metric_has_one_positive_target() {
        refused(r#""metrics": [{"cpu": {}}, {"memory": {}}]"#, &["memory-use", "metrics.0.cpu", "metrics.1.memory"]);
        refused(r#""metrics": [{"cpu": {"utilization": 0}}]"#, &["metrics.0.cpu.utilization"]);
        refused(r#""metrics": [{"cpu": {"utilization": 9, "average-value": 1}}]"#, &["metrics.0.cpu.average-value"]);
        refused(r#""metrics": [{"memory": {"average-value": "0B"}}]"#, &["memory-use", "metrics.0.memory.average-value"]);
        refused(r#""metrics": [{"concurrency": {"average-value": 0}}]"#, &["metrics.0.concurrency.average-value"]);
        refused(r#""metrics": [{"requests-per-second": {"average-value": -1}}]"#, &["metrics.0.requests-per-second.average-value"]);
    }

    #[test]
    fn pods_that_say_nothing_are_refused() {
        refused(r#""replicas": 0, "cpu-request": 0, "memory-request": "0B""#, &["replicas", "cpu-request", "memory-request"]);
        refused(r#""replicas": 3, "cpu-request": 0.5, "memory-request": "512Mi""#, &[]);
    }

    #[test]
    fn a_refusal_names_its_rule() {
        let problem = &HpaSpec { min_replicas: Some(0), ..HpaSpec::up_to(1) }.check()[0];
        assert_eq!(problem.message, "0 must be at least 1, says Kubernetes (validation.go:validateHorizontalPodAutoscalerSpec)");
    }

    #[test]
    fn rules_out_of_range() {
        refused_rules(r#""stabilization-window": "3601s""#, &["stabilization-window"]);
        refused_rules(r#""stabilization-window": "1500ms""#, &["stabilization-window"]);
        refused_rules(r#""policies": []"#, &["policies"]);
        refused_rules(r#""tolerance": -0.1"#, &["tolerance"]);
        refused_rules(r#""policies": [{"pods": 0, "period": "1801s"}]"#, &["policies.0.pods", "policies.0.period"]);
        refused_rules(r#""policies": [{"percent": 0, "period": "0s"}]"#, &["policies.0.percent", "policies.0.period"]);
        refused_rules(
            r#""policies": [{"period": "1s"}, {"pods": 1, "percent": 1, "period": "1s"}]"#,
            &["policies.0", "policies.1.percent"],
        );
    }

    #[test]
    fn flags_out_of_range() {
        refused(r#""tolerance": -1, "sync-period": "0", "metrics-resolution": "0s""#, &["tolerance", "sync-period", "metrics-resolution"]);
    }

    #[test]
    fn a_key_kubernetes_does_not_know_is_refused() {
        for json in [r#"{"max-replicas": 1, "minReplicas": 1}"#, r#"{"max-replicas": 1, "metrics": [{"gpu": {}}]}"#] {
            assert!(serde_json::from_str::<HpaSpec>(json).is_err(), "{json}");
        }
    }
}
