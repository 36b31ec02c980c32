//! How a user describes the cold start of a service.

use schemars::JsonSchema;
use serde::Deserialize;

use super::profile::{ApplicationStart, PROFILES, Profile, PullSpec};
use super::{ColdStart, FailuresSpec};
use crate::engine::{Dist, DistSpec};
use crate::error::{Problem, below, did_you_mean};
use crate::units::{Bandwidth, Bytes, Span};

/// The cold start of a service: a profile, and what differs from it.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct ColdStartSpec {
    /// Where it starts: `coldcast list profiles`. Without one, every step that is not given takes no time.
    pub profile: Option<String>,
    /// What starts: `coldcast list runtimes`.
    pub runtime: Option<String>,
    /// Size of the image.
    pub image: Option<Bytes>,
    /// Median bandwidth of the registry, in place of the profile's.
    pub registry: Option<Bandwidth>,
    /// Step 1, in place of the profile's.
    pub resource_allocation: Option<DistSpec>,
    /// Step 2, in place of the profile's.
    pub scheduling: Option<DistSpec>,
    /// Step 3, in place of the profile's.
    pub image_pull: Option<PullSpec>,
    /// Step 4, in place of the profile's.
    pub container_creation: Option<DistSpec>,
    /// Step 5, in place of the runtime's: time on one vCPU, so it takes longer where there is less or slower CPU.
    pub application_start: Option<DistSpec>,
    /// From Ready to known by gateway and activator, before the activator's probe. Default: lognormal, median 100 ms,
    /// sigma 0.6 (a guess: no measured figure was found, `specs/request-path-and-cold-start.md` 2.3); none under keep-alive.
    pub propagation: Option<DistSpec>,
    /// How often steps fail and are tried again. Default: they do not.
    pub failures: Option<FailuresSpec>,
    /// The waiting (`io`) of the first request in an instance, in place of the request's own: what is loaded, compiled and
    /// connected only then. An instance that stood before the run has that behind it.
    pub first_request: Option<DistSpec>,
    /// Whether a start that is no longer wanted is cancelled. Default: yes, since a ReplicaSet deletes pods that are not
    /// ready before those that are (kubernetes pkg/controller/controller_utils.go, ActivePodsWithRanks).
    pub cancel_starts: Option<bool>,
}

/// queue-proxy asks the application every 50 ms (knative/serving pkg/queue/readiness/probe.go:35).
const READINESS_EVERY: Span = Span::from_millis(50);

impl ColdStartSpec {
    /// What is wrong with it.
    pub fn check(&self) -> Vec<Problem> {
        let steps = [
            ("resource-allocation", &self.resource_allocation),
            ("scheduling", &self.scheduling),
            ("container-creation", &self.container_creation),
            ("application-start", &self.application_start),
            ("propagation", &self.propagation),
            ("first-request", &self.first_request),
        ];
        let mut problems: Vec<Problem> =
            steps.iter().flat_map(|(path, dist)| dist.iter().flat_map(|dist| below(path, dist.check()))).collect();
        problems.extend(self.image_pull.iter().flat_map(|pull| below("image-pull", pull.check())));
        problems.extend(self.failures.iter().flat_map(|it| below("failures", it.check())));
        problems.extend(unknown("profile", self.profile.as_deref(), PROFILES.profiles.keys()));
        problems.extend(unknown("runtime", self.runtime.as_deref(), PROFILES.runtimes.keys()));
        if problems.is_empty() {
            problems.extend(self.pull().err());
            problems.extend(self.application().err());
        }
        problems
    }

    fn profile(&self) -> Option<&'static Profile> {
        self.profile.as_ref().map(|name| &PROFILES.profiles[name])
    }

    fn pull(&self) -> Result<DistSpec, Problem> {
        let mut pull = match (&self.image_pull, self.profile()) {
            (Some(pull), _) => pull.clone(),
            (None, Some(profile)) => profile.image_pull.clone(),
            (None, None) => return Ok(DistSpec::Constant(Span::ZERO)),
        };
        if let (Some(registry), true) = (self.registry, pull.bandwidth.is_some()) {
            pull.bandwidth = Some(registry);
        }
        pull.dist(self.image)
    }

    fn application(&self) -> Result<DistSpec, Problem> {
        if let Some(dist) = &self.application_start {
            return Ok(dist.clone());
        }
        let by_runtime = self.profile().is_some_and(|profile| profile.application_start == ApplicationStart::ByRuntime);
        match (&self.runtime, by_runtime) {
            (Some(name), _) => Ok(PROFILES.runtimes[name].clone()),
            (None, false) => Ok(DistSpec::Constant(Span::ZERO)),
            (None, true) => {
                let problem = Problem::new("runtime", "runtime", "the application's start needs a runtime");
                let known = PROFILES.runtimes.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
                Err(problem.hint(format!("write `runtime:` with one of {known}, or give the time: `application-start: 2s`")))
            }
        }
    }

    /// The steps, ready to be drawn. `probe_every` is the activator's; nothing where there is none in the path. The
    /// application's start is time on one vCPU: with less or slower CPU it takes longer
    /// (`specs/request-path-and-cold-start.md` 2.4). The spec has been checked.
    pub fn plan(&self, probe_every: Option<Span>) -> ColdStart {
        let profile = self.profile();
        let step = |own: &Option<DistSpec>, profiled: fn(&Profile) -> &DistSpec| match (own, profile) {
            (Some(dist), _) => Dist::new(dist),
            (None, Some(profile)) => Dist::new(profiled(profile)),
            (None, None) => Dist::Constant(Span::ZERO),
        };
        let factor = profile.and_then(|profile| profile.application_factor).unwrap_or(1.0);
        let application = Dist::new(&self.application().expect("checked"));
        ColdStart {
            steps: [
                step(&self.resource_allocation, |profile| &profile.resource_allocation),
                step(&self.scheduling, |profile| &profile.scheduling),
                Dist::new(&self.pull().expect("checked")),
                step(&self.container_creation, |profile| &profile.container_creation),
                application.times(factor),
            ],
            readiness: probe_every.map_or(Dist::Constant(Span::ZERO), |_| part_of(READINESS_EVERY)),
            propagation: self.propagation(probe_every),
            failures: self.failures.as_ref().and_then(FailuresSpec::plan),
            first_request: self.first_request.as_ref().map(Dist::new),
            image: self.image,
        }
    }

    fn propagation(&self, probe_every: Option<Span>) -> Dist {
        let guess = crate::platform::gateway::hop(100_000, 0.6);
        match (&self.propagation, probe_every) {
            (Some(dist), probe) => Dist::Sum(vec![Dist::new(dist), part_of(probe.unwrap_or(Span::ZERO))]),
            (None, Some(probe)) => Dist::Sum(vec![Dist::new(&guess), part_of(probe)]),
            (None, None) => Dist::Constant(Span::ZERO),
        }
    }
}

/// The wait for the next of regular probes: any part of their distance, all alike.
fn part_of(every: Span) -> Dist {
    Dist::new(&DistSpec::Uniform { min: Span::ZERO, max: every })
}

fn unknown<'a>(path: &'static str, name: Option<&str>, known: impl Iterator<Item = &'a String> + Clone) -> Option<Problem> {
    let name = name.filter(|name| !known.clone().any(|it| it == name))?;
    let problem = Problem::new("unknown-name", path, format!("there is no {path} `{name}`"));
    Some(problem.hint(did_you_mean(name, known.map(String::as_str))))
}
