//! How a user asks for a reserve.

use schemars::JsonSchema;
use serde::Deserialize;

use super::plan::{After, HandOver, Overflow, ReservePlan};
use crate::autoscaler::AutoscalerSpec;
use crate::billing::{InstanceSpec, Names, Shape};
use crate::error::{Problem, below};
use crate::platform::credits::{CreditsSpec, Mode};
use crate::units::Bytes;

/// A reserve: what stands in while the service has scaled to zero. Give a `type` (or several, tried in order), or `vcpu`
/// and `memory`. It is off under an autoscaler that never goes to zero (`min-scale` of 1 or more).
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct ReserveSpec {
    /// An instance type of the price book, or up to five: the next is tried where one is out of stock.
    #[serde(rename = "type")]
    pub types: Option<Names>,
    /// vCPUs, in place of a type; needs `memory`.
    pub vcpu: Option<f64>,
    /// Memory, in place of a type; needs `vcpu`.
    pub memory: Option<Bytes>,
    /// Class of the prices by vCPU and memory, such as `economy`.
    pub class: Option<String>,
    /// How many stand in. Default: 1 (a guess: the documented default was not found).
    pub replicas: Option<u32>,
    /// What becomes of it after the hand-over: `release` (default) or `keep`.
    pub after: After,
    /// When the standard instances take over: `first-ready` (default) or `enough-ready`.
    pub hand_over: HandOver,
    /// What becomes of requests it has no place for: `hold` (default) or `start`.
    pub overflow: Overflow,
    /// Whether a kept reserve also takes what the standard instances have no place for. Needs `after: keep`.
    pub absorb_bursts: bool,
    /// Whether a burstable reserve runs on when its credits are used up, for money. The same as `credits: { mode: unlimited }`.
    pub unlimited: bool,
    /// CPU credits of a burstable reserve, where the provider's defaults are not meant.
    pub credits: Option<CreditsSpec>,
    /// Bought on the spot market.
    pub spot: bool,
}

impl ReserveSpec {
    /// What is wrong with it, in front of this autoscaler.
    pub fn check(&self, autoscaler: &AutoscalerSpec) -> Vec<Problem> {
        let mut problems = Vec::new();
        if !matches!(autoscaler, AutoscalerSpec::Kpa(_)) {
            let problem =
                Problem::new("reserve", "", "a reserve stands in for a service that scales to zero, and this autoscaler does not");
            problems.push(problem.hint("use `autoscaler: { kpa: {} }`, or leave `reserve` out"));
        }
        if self.replicas == Some(0) {
            let problem = Problem::new("reserve", "replicas", "a reserve of 0 instances stands in for nobody");
            problems.push(problem.hint("leave `reserve` out to scale to zero without one"));
        }
        if self.absorb_bursts && self.after == After::Release {
            let problem = Problem::new("reserve", "absorb-bursts", "a reserve that is released after the hand-over absorbs no bursts");
            problems.push(problem.hint("write `after: keep` beside it"));
        }
        self.check_instance(&mut problems);
        self.check_credits(&mut problems);
        problems
    }

    fn check_instance(&self, problems: &mut Vec<Problem>) {
        let by_size = self.vcpu.is_some() || self.memory.is_some() || self.class.is_some();
        match &self.types {
            None if !by_size => {
                let problem = Problem::new("reserve", "", "a reserve needs an instance");
                problems.push(problem.hint("write `type: ecs.t6-c1m2.large`, or `vcpu` and `memory`"));
            }
            None => {}
            Some(_) if by_size => {
                let problem = Problem::new("type-and-size", "type", "a type says its vCPU and memory itself");
                problems.push(problem.hint("write either `type`, or `vcpu` and `memory`"));
            }
            Some(types) => problems.extend(types.check_types()),
        }
    }

    fn check_credits(&self, problems: &mut Vec<Problem>) {
        let mode = self.credits.as_ref().and_then(|credits| credits.mode);
        if self.unlimited && mode == Some(Mode::Standard) {
            let problem = Problem::new("reserve", "unlimited", "`unlimited: true` and `mode: standard` contradict each other");
            problems.push(problem.hint("leave one of them out"));
        }
        let Some(credits) = self.asked_credits() else { return };
        let path = if self.credits.is_some() { "credits" } else { "unlimited" };
        let instances = self.instances();
        let types: Vec<Option<&str>> = instances.iter().map(InstanceSpec::type_name).collect();
        problems.extend(below(path, credits.check_all(&types)));
    }

    /// What is asked of its CPU credits, if anything is.
    pub fn asked_credits(&self) -> Option<CreditsSpec> {
        let asked = self.credits.clone().unwrap_or_default();
        match (self.unlimited, &self.credits) {
            (true, _) => Some(CreditsSpec { mode: Some(Mode::Unlimited), ..asked }),
            (false, Some(_)) => Some(asked),
            (false, None) => None,
        }
    }

    /// The instances to try, in order. Whether they are spot instances is said by `spot`.
    pub fn instances(&self) -> Vec<InstanceSpec> {
        match &self.types {
            Some(types) => types.0.iter().map(|name| InstanceSpec::of_type(name)).collect(),
            None => {
                let by_size = InstanceSpec { vcpu: self.vcpu, memory: self.memory, class: self.class.clone(), ..InstanceSpec::default() };
                vec![by_size]
            }
        }
    }

    /// Whether it ever stands in: not where an instance is kept anyway.
    pub fn is_on(&self, autoscaler: &AutoscalerSpec) -> bool {
        matches!(autoscaler, AutoscalerSpec::Kpa(kpa) if kpa.min_scale.unwrap_or(0) == 0)
    }

    /// What is doubtful about it, of reserves (by name) of these sizes beside a standard instance of that.
    pub fn warnings(&self, autoscaler: &AutoscalerSpec, standard: Shape, reserves: &[(&str, Shape)]) -> Vec<String> {
        let mut warnings = Vec::new();
        if !self.is_on(autoscaler) {
            warnings.push("the reserve is off: with a `min-scale` of 1 or more an instance is kept anyway".to_owned());
        }
        for (name, shape) in reserves {
            if shape.vcpu_milli > standard.vcpu_milli || shape.memory > standard.memory {
                warnings.push(format!("the reserve `{name}` ({shape}) is larger than the standard instance ({standard})"));
            }
        }
        warnings
    }

    /// Its rules. The spec has been checked.
    pub fn plan(&self) -> ReservePlan {
        ReservePlan {
            types: self.instances().len() as u32,
            replicas: self.replicas.unwrap_or(1),
            after: self.after,
            hand_over: self.hand_over,
            overflow: self.overflow,
            absorb_bursts: self.absorb_bursts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(json: &str) -> ReserveSpec {
        serde_json::from_str(json).expect("readable")
    }

    fn autoscaler(json: &str) -> AutoscalerSpec {
        serde_json::from_str(json).expect("readable")
    }

    /// Paths of what is refused, in front of Knative's autoscaler.
    #[track_caller]
    fn refused(json: &str, expected: &[&str]) {
        let problems = spec(json).check(&AutoscalerSpec::default());
        assert_eq!(problems.iter().map(|it| it.path.as_str()).collect::<Vec<_>>(), expected, "{json}: {problems:?}");
        assert!(problems.iter().all(|it| it.hint.is_some()), "{problems:?}");
    }

    #[test]
    fn what_is_fine() {
        refused(r#"{"type": "ecs.t5-lc1m2.large"}"#, &[]);
        refused(r#"{"type": ["ecs.t6-c1m1.large", "ecs.n1.small"], "replicas": 2, "overflow": "start", "spot": true}"#, &[]);
        refused(r#"{"vcpu": 2, "memory": "4GiB", "class": "economy", "hand-over": "enough-ready"}"#, &[]);
        refused(r#"{"type": "ecs.t6-c1m1.large", "after": "keep", "absorb-bursts": true, "unlimited": true}"#, &[]);
        refused(r#"{"type": "ecs.t5-lc1m2.large", "credits": {"edition": "2020"}}"#, &[]);
    }

    #[test]
    fn an_instance_is_needed_and_only_one_way_of_saying_it() {
        refused("{}", &[""]);
        refused(r#"{"type": []}"#, &["type"]);
        refused(r#"{"type": ["a", "b", "c", "d", "e", "f"]}"#, &["type"]);
        refused(r#"{"type": ["a", "b", "a"]}"#, &["type"]);
        refused(r#"{"type": "a", "memory": "4GiB"}"#, &["type"]);
        refused(r#"{"type": "a", "replicas": 0}"#, &["replicas"]);
        refused(r#"{"type": "a", "absorb-bursts": true}"#, &["absorb-bursts"]);
        assert!(serde_json::from_str::<ReserveSpec>(r#"{"type": 5}"#).unwrap_err().to_string().contains("a name, or a list"));
        assert!(serde_json::from_str::<ReserveSpec>(r#"{"typ": "a"}"#).is_err());
    }

    /// Of a mixed list only the burstable ones are meant; a list without one has nobody to be unlimited.
    #[test]
    fn credits_of_a_reserve() {
        refused(r#"{"type": ["ecs.n1.small", "ecs.t6-c1m1.large"], "unlimited": true}"#, &[]);
        refused(r#"{"type": ["ecs.n1.small", "ecs.c6.large"], "unlimited": true}"#, &["unlimited"]);
        refused(r#"{"vcpu": 2, "memory": "4GiB", "unlimited": true}"#, &["unlimited"]);
        refused(r#"{"type": "e2-small", "unlimited": true}"#, &["unlimited.mode"]);
        let twice = r#"{"type": ["ecs.t6-c1m1.large", "ecs.t6-c1m2.large"], "credits": {"edition": "1999"}}"#;
        refused(twice, &["credits.edition"]);
        refused(r#"{"type": "ecs.t6-c1m1.large", "unlimited": true, "credits": {"mode": "standard"}}"#, &["unlimited"]);
        let asked = |json| spec(json).asked_credits().map(|it| it.mode);
        assert_eq!(asked(r#"{"type": "a", "unlimited": true, "credits": {}}"#), Some(Some(Mode::Unlimited)));
        assert_eq!((asked(r#"{"type": "a", "credits": {}}"#), asked(r#"{"type": "a"}"#)), (Some(None), None));
    }

    #[test]
    fn a_reserve_needs_an_autoscaler_that_goes_to_zero() {
        let reserve = spec(r#"{"type": "a"}"#);
        for never in [r#"{"fixed": {"instances": 2}}"#, r#"{"keep-alive": {"idle": "5m"}}"#] {
            assert_eq!(reserve.check(&autoscaler(never))[0].path, "");
            assert!(!reserve.is_on(&autoscaler(never)));
        }
        assert!(reserve.is_on(&AutoscalerSpec::default()) && reserve.is_on(&autoscaler(r#"{"kpa": {"min-scale": 0}}"#)));
    }

    #[test]
    fn min_scale_turns_it_off_and_its_size_is_doubted() {
        let shape = |vcpu_milli, gib| Shape { vcpu_milli, memory: Bytes::from_gib(gib) };
        let kept = autoscaler(r#"{"kpa": {"min-scale": 1}}"#);
        let warnings =
            |autoscaler: &AutoscalerSpec, reserve| spec(r#"{"type": "r"}"#).warnings(autoscaler, shape(2000, 4), &[("r", reserve)]);
        assert_eq!(spec(r#"{"type": "r"}"#).check(&kept), [], "a switch, not a mistake");
        assert!(warnings(&kept, shape(1000, 2))[0].starts_with("the reserve is off"));
        assert_eq!(warnings(&AutoscalerSpec::default(), shape(2000, 4)), [""; 0]);
        let larger = warnings(&AutoscalerSpec::default(), shape(1000, 8));
        assert_eq!(larger, ["the reserve `r` (1 vCPU 8 GiB) is larger than the standard instance (2 vCPU 4 GiB)"]);
    }
}
