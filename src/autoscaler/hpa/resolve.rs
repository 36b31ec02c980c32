//! From what was written to the numbers that follow.
//!
//! Defaults: pkg/apis/autoscaling/v2/defaults.go and pkg/controller/podautoscaler/config/v1alpha1/defaults.go; the CPU
//! target of 80 % from memory. Resolving never fails: the API server checks, the controller takes what it finds.

use super::config::{Behavior, Bounds, HpaConfig, Measure, Metric, Policy, PolicyAmount, Rules, Target, Timing, Tolerance};
use super::spec::{AverageTarget, BehaviorSpec, HpaSpec, MetricSpec, PolicySpec, RulesSpec};
use crate::units::Span;

/// The utilization aimed at where no metric is given.
const CPU_UTILIZATION: u32 = 80;
const SYNC_PERIOD: Span = Span::from_secs(15);
const TOLERANCE: f64 = 0.1;
const DOWNSCALE_STABILIZATION: Span = Span::from_secs(300);
const CPU_INITIALIZATION: Span = Span::from_secs(300);
const INITIAL_READINESS: Span = Span::from_secs(30);
/// metrics-server's default; an assumption, not read in code.
const METRICS_RESOLUTION: Span = Span::from_secs(15);
/// The period of the default policies.
const POLICY_PERIOD: Span = Span::from_secs(15);

impl HpaSpec {
    /// The numbers that follow.
    pub fn resolve(&self) -> HpaConfig {
        let downscale_stabilization = self.downscale_stabilization.unwrap_or(DOWNSCALE_STABILIZATION);
        HpaConfig {
            bounds: Bounds { min: self.min_replicas.unwrap_or(1), max: self.max_replicas },
            metrics: self.resolve_metrics(),
            tolerance: self.resolve_tolerance(),
            behavior: self.behavior.as_ref().map(|it| it.resolve(downscale_stabilization)),
            sync_period: self.sync_period.unwrap_or(SYNC_PERIOD),
            downscale_stabilization,
            timing: Timing {
                cpu_initialization: self.cpu_initialization_period.unwrap_or(CPU_INITIALIZATION),
                initial_readiness: self.initial_readiness_delay.unwrap_or(INITIAL_READINESS),
            },
            metrics_resolution: self.metrics_resolution.unwrap_or(METRICS_RESOLUTION),
        }
    }

    fn resolve_metrics(&self) -> Vec<Metric> {
        if self.metrics.is_empty() {
            return vec![Metric { measure: Measure::Cpu, target: Target::Utilization(CPU_UTILIZATION) }];
        }
        self.metrics.iter().map(MetricSpec::resolve).collect()
    }

    fn resolve_tolerance(&self) -> Tolerance {
        let flag = self.tolerance.unwrap_or(TOLERANCE);
        let of = |rules: fn(&BehaviorSpec) -> &RulesSpec| self.behavior.as_ref().and_then(|it| rules(it).tolerance).unwrap_or(flag);
        Tolerance { down: of(|it| &it.scale_down), up: of(|it| &it.scale_up) }
    }
}

impl MetricSpec {
    fn resolve(&self) -> Metric {
        let average = |it: &AverageTarget| Target::Average(milli(it.average_value));
        let (measure, target) = match self {
            MetricSpec::Cpu(it) => (Measure::Cpu, resource(it.utilization.map(|it| it.0), it.average_value.map(milli))),
            MetricSpec::Memory(it) => {
                let bytes = it.average_value.map(|it| it.0.saturating_mul(1000));
                (Measure::Memory, resource(it.utilization.map(|it| it.0), bytes))
            }
            MetricSpec::Concurrency(it) => (Measure::Concurrency, average(it)),
            MetricSpec::RequestsPerSecond(it) => (Measure::RequestsPerSecond, average(it)),
        };
        Metric { measure, target }
    }
}

fn resource(utilization: Option<u32>, average: Option<u64>) -> Target {
    match (utilization, average) {
        (None, Some(average)) => Target::Average(average),
        (utilization, _) => Target::Utilization(utilization.unwrap_or(CPU_UTILIZATION)),
    }
}

/// In thousandths, rounded up as Kubernetes' quantities are; the double's own error is not rounded up.
fn milli(value: f64) -> u64 {
    (value * 1000.0 - 1e-6).ceil() as u64
}

impl BehaviorSpec {
    fn resolve(&self, downscale_stabilization: Span) -> Behavior {
        let pods = Policy { amount: PolicyAmount::Pods(4), period: POLICY_PERIOD };
        let percent = Policy { amount: PolicyAmount::Percent(100), period: POLICY_PERIOD };
        Behavior {
            up: self.scale_up.resolve(Span::ZERO, &[pods, percent]),
            down: self.scale_down.resolve(downscale_stabilization, &[percent]),
        }
    }
}

impl RulesSpec {
    fn resolve(&self, window: Span, policies: &[Policy]) -> Rules {
        let written = self.policies.as_ref().map(|it| it.iter().map(PolicySpec::resolve).collect());
        Rules {
            window: self.stabilization_window.unwrap_or(window),
            select: self.select_policy.unwrap_or_default(),
            policies: written.unwrap_or_else(|| policies.to_vec()),
        }
    }
}

impl PolicySpec {
    fn resolve(&self) -> Policy {
        let percent = || PolicyAmount::Percent(self.percent.map_or(0, |it| it.0));
        Policy { amount: self.pods.map_or_else(percent, PolicyAmount::Pods), period: self.period }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::autoscaler::hpa::spec::Select;

    fn resolved(json: &str) -> HpaConfig {
        serde_json::from_str::<HpaSpec>(json).expect("readable").resolve()
    }

    #[test]
    fn the_defaults_are_kubernetes() {
        let config = resolved(r#"{"max-replicas": 10}"#);
        assert_eq!(config.bounds, Bounds { min: 1, max: 10 });
        assert_eq!(config.metrics, [Metric { measure: Measure::Cpu, target: Target::Utilization(80) }]);
        assert_eq!(config.tolerance, Tolerance::both(0.1));
        assert_eq!(config.behavior, None);
        assert_eq!((config.sync_period, config.downscale_stabilization), (Span::from_secs(15), Span::from_secs(300)));
        assert_eq!(config.timing.cpu_initialization, Span::from_secs(300));
        assert_eq!(config.timing.initial_readiness, Span::from_secs(30));
        assert_eq!(config.metrics_resolution, Span::from_secs(15));
    }

    #[test]
    fn a_behavior_that_says_nothing_has_the_default_rules() {
        let behavior = resolved(r#"{"max-replicas": 10, "behavior": {}, "downscale-stabilization": "2m"}"#).behavior.expect("given");
        let (pods, percent) = (PolicyAmount::Pods(4), PolicyAmount::Percent(100));
        let amounts = |rules: &Rules| rules.policies.iter().map(|it| it.amount).collect::<Vec<_>>();
        assert_eq!((behavior.up.window, behavior.up.select, amounts(&behavior.up)), (Span::ZERO, Select::Max, vec![pods, percent]));
        assert_eq!(behavior.down.window, Span::from_secs(120), "that of the flag");
        assert_eq!(amounts(&behavior.down), [percent]);
    }

    #[test]
    fn targets_are_in_thousandths() {
        let json = r#"{"max-replicas": 2, "metrics": [{"cpu": {"average-value": 1.1}}, {"memory": {"average-value": "1KiB"}},
            {"memory": {"utilization": 250}}, {"concurrency": {"average-value": 0.0015}}, {"requests-per-second": {"average-value": 50}}]}"#;
        let targets: Vec<_> = resolved(json).metrics.iter().map(|it| it.target).collect();
        use Target::{Average, Utilization};
        assert_eq!(targets, [Average(1100), Average(1_024_000), Utilization(250), Average(2), Average(50_000)]);
    }

    #[test]
    fn a_direction_may_have_its_own_tolerance() {
        let config = resolved(r#"{"max-replicas": 2, "tolerance": 0.2, "behavior": {"scale-up": {"tolerance": 0}}}"#);
        assert_eq!(config.tolerance, Tolerance { down: 0.2, up: 0.0 });
    }
}
