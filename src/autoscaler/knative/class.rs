//! The class of a revision's autoscaler, and the HPA that the class `hpa` makes
//! (pkg/reconciler/autoscaling/hpa/resources/hpa.go:MakeHPA; `specs/knative-autoscaler.md` 10).

use crate::autoscaler::hpa::percentage::Percentage;
use crate::autoscaler::hpa::spec::{AverageTarget, BehaviorSpec, CpuTarget, HpaSpec, MemoryTarget, MetricSpec, RulesSpec};
use crate::autoscaler::kpa::KpaSpec;
use crate::error::Problem;
use crate::units::{Bytes, Span};

/// Knative's own autoscaler.
pub const KPA: &str = "kpa.autoscaling.knative.dev";
/// Kubernetes' HPA.
pub const HPA: &str = "hpa.autoscaling.knative.dev";

/// The class of an autoscaler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Class {
    /// Knative's own autoscaler.
    Kpa,
    /// Kubernetes' HPA.
    Hpa,
    /// Somebody else's, which is not simulated.
    Other(String),
}

impl Class {
    /// The class of this name.
    pub fn of_name(name: &str) -> Class {
        match name {
            KPA => Class::Kpa,
            HPA => Class::Hpa,
            other => Class::Other(other.to_owned()),
        }
    }
}

/// Settings that the HPA reads nothing of.
pub const WITHOUT_EFFECT: &[&str] = &[
    "target-utilization-percentage",
    "target-burst-capacity",
    "panic-window-percentage",
    "panic-threshold-percentage",
    "metric-aggregation-algorithm",
    "activation-scale",
    "scale-down-delay",
    "scale-to-zero-pod-retention-period",
    "progress-deadline",
];

/// The HPA of a revision of the class `hpa`. `settings` are its annotations over the cluster's configuration, `metric` is
/// that of the annotation. The path of a problem is the key that causes it. The Deployment is made with the initial scale
/// (pkg/reconciler/revision/resources/deploy.go), whatever the class.
///
/// # Errors
/// A metric that is not simulated, a target that the API server would refuse, and an initial scale of 0: the HPA leaves a
/// Deployment without replicas alone.
pub fn hpa_of(settings: &KpaSpec, metric: Option<&str>) -> Result<HpaSpec, Problem> {
    let max = settings.max_scale.filter(|max| *max > 0).unwrap_or(i32::MAX as u32);
    let target = settings.target.map(|target| metric_of(metric.unwrap_or("cpu"), target)).transpose()?;
    let spec = HpaSpec {
        min_replicas: settings.min_scale.filter(|min| *min > 0),
        replicas: settings.initial_scale.map(|initial| initial.max(settings.min_scale.unwrap_or(0))),
        metrics: target.into_iter().collect(),
        behavior: settings.window.map(stabilized),
        ..HpaSpec::up_to(max)
    };
    match spec.check().into_iter().next() {
        None => Ok(spec),
        Some(problem) => Err(explained(problem)),
    }
}

/// The API server's problem, in the words of the annotations.
fn explained(problem: Problem) -> Problem {
    let key = match problem.path.as_str() {
        "min-replicas" | "max-replicas" => "max-scale",
        "replicas" => "initial-scale",
        "memory-use" => {
            let message = "nothing says what memory a pod uses, and annotations cannot";
            let hint = "write `autoscaler: { hpa: { max-replicas: 10, metrics: [...], memory-use: { base: 300Mi, per-request: 2Mi } } }` in place of the class";
            return Problem::new(problem.code, "metric", message).hint(hint);
        }
        _ => "target",
    };
    Problem { path: key.into(), ..problem }
}

/// Knative rounds the target: up to whole percent of CPU, down to whole MiB or to a whole number of anything else.
fn metric_of(name: &str, target: f64) -> Result<MetricSpec, Problem> {
    let average = AverageTarget { average_value: target.trunc() };
    match name {
        "cpu" => Ok(MetricSpec::Cpu(CpuTarget { utilization: Some(Percentage(target.ceil() as u32)), average_value: None })),
        "memory" => {
            let bytes = Bytes((target.trunc() as u64).saturating_mul(1 << 20));
            Ok(MetricSpec::Memory(MemoryTarget { utilization: None, average_value: Some(bytes) }))
        }
        "concurrency" => Ok(MetricSpec::Concurrency(average)),
        "rps" | "requests-per-second" => Ok(MetricSpec::RequestsPerSecond(average)),
        other => {
            let problem =
                Problem::new("hpa-metric", "metric", format!("the metric `{other}` is not simulated: nothing here would measure it"));
            Err(problem.hint("`cpu`, `memory`, `concurrency` and `rps` are"))
        }
    }
}

/// The window stabilizes both ways.
fn stabilized(window: Span) -> BehaviorSpec {
    let rules = RulesSpec { stabilization_window: Some(window), ..RulesSpec::default() };
    BehaviorSpec { scale_up: rules.clone(), scale_down: rules }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(json: &str) -> KpaSpec {
        serde_json::from_str(json).expect("readable")
    }

    /// The HPA that a manifest would describe like this.
    #[track_caller]
    fn check(json: &str, metric: Option<&str>, expected: &str) {
        let expected: HpaSpec = serde_json::from_str(expected).expect("readable");
        assert_eq!(hpa_of(&settings(json), metric), Ok(expected), "{json}");
    }

    #[track_caller]
    fn check_refused(json: &str, metric: &str, key: &str) {
        assert_eq!(hpa_of(&settings(json), Some(metric)).map_err(|it| it.path), Err(key.to_owned()), "{json}");
    }

    #[test]
    fn bounds_are_those_of_the_scales() {
        check("{}", None, r#"{"max-replicas": 2147483647}"#);
        check(r#"{"min-scale": 2, "max-scale": 5}"#, None, r#"{"min-replicas": 2, "max-replicas": 5}"#);
        check(r#"{"min-scale": 0, "max-scale": 0}"#, None, r#"{"max-replicas": 2147483647}"#);
        check(r#"{"initial-scale": 3}"#, None, r#"{"max-replicas": 2147483647, "replicas": 3}"#);
        check(r#"{"initial-scale": 1, "min-scale": 2}"#, None, r#"{"max-replicas": 2147483647, "min-replicas": 2, "replicas": 2}"#);
    }

    #[test]
    fn targets_are_rounded_as_knative_rounds_them() {
        let max = r#""max-replicas": 2147483647"#;
        let of = |metric: &str| format!(r#"{{{max}, "metrics": [{metric}]}}"#);
        check(r#"{"target": 70.1}"#, None, &of(r#"{"cpu": {"utilization": 71}}"#));
        check(r#"{"target": 0.01}"#, Some("cpu"), &of(r#"{"cpu": {"utilization": 1}}"#));
        let memory = MemoryTarget { utilization: None, average_value: Some(Bytes(100 << 20)) };
        assert_eq!(metric_of("memory", 100.9), Ok(MetricSpec::Memory(memory)));
        check(r#"{"target": 8.9}"#, Some("concurrency"), &of(r#"{"concurrency": {"average-value": 8}}"#));
        check(r#"{"target": 50}"#, Some("rps"), &of(r#"{"requests-per-second": {"average-value": 50}}"#));
    }

    #[test]
    fn the_window_stabilizes_both_ways() {
        let rules = r#"{"stabilization-window": "90s"}"#;
        let expected = format!(r#"{{"max-replicas": 2147483647, "behavior": {{"scale-up": {rules}, "scale-down": {rules}}}}}"#);
        check(r#"{"window": "90s", "stable-window": "30s"}"#, None, &expected);
        check(r#"{"stable-window": "30s"}"#, None, r#"{"max-replicas": 2147483647}"#);
    }

    #[test]
    fn what_the_api_server_or_the_simulation_cannot_take_is_refused() {
        check_refused(r#"{"target": 100}"#, "memory", "metric");
        check_refused(r#"{"initial-scale": 0}"#, "cpu", "initial-scale");
        check_refused(r#"{"min-scale": 3, "max-scale": 2}"#, "cpu", "max-scale");
        check_refused(r#"{"target": 0.5}"#, "concurrency", "target");
        check_refused(r#"{"target": 3000000000}"#, "cpu", "target");
        check_refused(r#"{"target": 5}"#, "queue-length", "metric");
    }
}
