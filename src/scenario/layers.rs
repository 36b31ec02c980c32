//! One autoscaler for each revision out of all that says something about it: its annotations, the short form
//! (`autoscaler: { kpa: ... }`) and the cluster's ConfigMaps.
//!
//! ```text
//! annotations ∪ short form   over   config-autoscaler, config-deployment   over   Knative's defaults
//! ```
//!
//! Each layer is checked by its own rules (`autoscaler::kpa::rules`). Annotations and short form are one layer in two
//! spellings, so they must not say different things of one key.

use super::gradual;
use super::raw::{RawScenario, ServiceSpec};
use super::tree::Node;
use crate::autoscaler::AutoscalerSpec;
use crate::autoscaler::knative::class::hpa_of;
use crate::autoscaler::knative::{Annotations, Class, Cluster, Findings, Origin};
use crate::autoscaler::kpa::KpaSpec;
use crate::autoscaler::kpa::fields::KEYS;
use crate::error::{Problem, below};
use crate::platform::queue_proxy::QueueProxySpec;

/// All that says something about one revision's autoscaler. Paths begin below the service.
struct Layers<'s> {
    /// Whose it is, in words.
    owner: String,
    short: &'s AutoscalerSpec,
    /// Where the short form is.
    path: String,
    /// Whether the short form was written, and is not the default.
    written: bool,
    annotations: Annotations,
    cluster: &'s Cluster,
}

/// Puts the autoscaler that follows in the place of each short form, and gives what was found.
pub(super) fn merge(raw: &mut RawScenario, tree: &Node) -> Findings {
    let (cluster, mut found) = Cluster::read(&raw.config_autoscaler, &raw.config_deployment);
    for (name, service) in &mut raw.services {
        let of_service = merge_service(name, service, tree.get("services").and_then(|it| it.get(name)), &cluster);
        found.problems.extend(below(&format!("services.{name}"), of_service.problems));
        found.warnings.extend(of_service.warnings);
    }
    found
}

fn merge_service(name: &str, service: &mut ServiceSpec, tree: Option<&Node>, cluster: &Cluster) -> Findings {
    let mut found = Findings::default();
    let written = |node: Option<&Node>| node.is_some_and(|it| it.get("autoscaler").is_some());
    let owner = format!("service `{name}`");
    let origin = Origin { owner: &owner, path: "annotations", texts: &service.annotations, of_revision: false };
    for (revision, own) in &mut service.revisions {
        let node = tree.and_then(|it| it.get("revisions")).and_then(|it| it.get(revision));
        let owner = format!("revision `{revision}` of service `{name}`");
        let path = format!("revisions.{revision}");
        let nearer = Origin { owner: &owner, path: &format!("{path}.annotations"), texts: &own.annotations, of_revision: true };
        let annotations = read(&[origin, nearer], &mut found);
        let (short, path) = match &own.autoscaler {
            Some(own) => (own, format!("{path}.autoscaler")),
            None => (&service.autoscaler, "autoscaler".to_owned()),
        };
        let written = written(node) || written(tree);
        let layers = Layers { owner: owner.clone(), short, path, written, annotations, cluster };
        own.autoscaler = Some(layers.merged(&mut found, &mut service.queue_proxy));
    }
    let annotations = read(&[origin], &mut found);
    if service.revisions.is_empty() {
        let (short, path) = (&service.autoscaler, "autoscaler".to_owned());
        let layers = Layers { owner: owner.clone(), short, path, written: written(tree), annotations, cluster };
        service.autoscaler = layers.merged(&mut found, &mut service.queue_proxy);
    } else {
        found.problems.extend(below("autoscaler", alone(&service.autoscaler)));
    }
    found.warnings.extend(gradual::apply(&owner, service));
    found
}

/// What is wrong with a short form that no revision may use: nothing is merged with it.
fn alone(short: &AutoscalerSpec) -> Vec<Problem> {
    match short {
        AutoscalerSpec::Kpa(short) => below("kpa", short.out_of_range()).collect(),
        other => other.check(),
    }
}

fn read(origins: &[Origin], found: &mut Findings) -> Annotations {
    let (annotations, of_annotations) = Annotations::read(origins);
    found.problems.extend(of_annotations.problems);
    found.warnings.extend(of_annotations.warnings);
    annotations
}

impl Layers<'_> {
    fn merged(&self, found: &mut Findings, queue_proxy: &mut Option<QueueProxySpec>) -> AutoscalerSpec {
        let AutoscalerSpec::Kpa(short) = self.short else {
            found.problems.extend(below(&self.path, self.short.check()));
            if !self.annotations.is_silent() {
                let message = "the annotations for Knative's autoscaler have no effect: another one is chosen under `autoscaler`";
                found.warnings.push(format!("{}: {message}", self.owner));
            }
            return self.short.clone();
        };
        found.problems.extend(below(&self.path, below("kpa", short.out_of_range()).collect()));
        found.problems.extend(self.said_twice(short));
        let own = self.annotations.settings.clone().or(short);
        found.problems.extend(own.contradictions(&self.cluster.kpa).into_iter().map(|problem| self.locate(problem)));
        let settings = own.over(&self.cluster.kpa);
        match self.class() {
            Class::Hpa => self.hpa(&settings, found, queue_proxy),
            Class::Kpa | Class::Other(_) => {
                found.warnings.extend(across(&self.owner, &settings));
                AutoscalerSpec::Kpa(settings)
            }
        }
    }

    /// The annotation's class; the cluster's where no autoscaler is chosen at all.
    fn class(&self) -> Class {
        let default = self.cluster.class.clone().filter(|_| !self.written);
        self.annotations.class.clone().or(default).unwrap_or(Class::Kpa)
    }

    /// Where a key was written.
    fn path_of(&self, key: &str) -> String {
        self.annotations.path(key).map_or_else(|| format!("{}.kpa.{key}", self.path), str::to_owned)
    }

    fn locate(&self, problem: Problem) -> Problem {
        Problem { path: self.path_of(&problem.path), ..problem }
    }

    /// Keys of which annotations and short form say different things.
    fn said_twice(&self, short: &KpaSpec) -> Vec<Problem> {
        let differing = KEYS.iter().filter_map(|key| {
            let (annotation, short) = (self.annotations.settings.get(key)?, short.get(key)?);
            let path = self.annotations.path(key)?;
            let message = format!("`{key}` is {short} here and {annotation} in the annotations (`{path}`)");
            let problem = Problem::new("said-twice", format!("{}.kpa.{key}", self.path), message);
            (annotation != short).then(|| problem.hint("write it in one of the two places"))
        });
        differing.collect()
    }

    /// Kubernetes' autoscaler in Knative's place: no activator is in the path, but queue-proxy is.
    fn hpa(&self, settings: &KpaSpec, found: &mut Findings, queue_proxy: &mut Option<QueueProxySpec>) -> AutoscalerSpec {
        if self.written {
            let message = "the class is `hpa.autoscaling.knative.dev`, and `autoscaler.kpa` is written too";
            let problem = Problem::new("said-twice", self.annotations.path("class").unwrap_or_default(), message);
            found.problems.push(problem.hint("leave one of the two out"));
            return self.short.clone();
        }
        for key in self.annotations.without_effect_on_hpa() {
            found.warnings.push(format!("{}: `{key}` has no effect on the class hpa.autoscaling.knative.dev", self.owner));
        }
        match hpa_of(settings, self.annotations.metric.as_deref()) {
            Ok(spec) => {
                queue_proxy.get_or_insert_default();
                AutoscalerSpec::Hpa(spec)
            }
            Err(problem) => {
                found.problems.push(self.locate(problem));
                self.short.clone()
            }
        }
    }
}

/// What Knative accepts because it does not compare its layers, and what then happens (pa_lifecycle.go:ScaleBounds,
/// kpa/scaler.go:scale).
fn across(owner: &str, settings: &KpaSpec) -> Option<String> {
    let max = settings.max_scale.filter(|max| *max > 0)?;
    let above = |pods: Option<u32>| pods.filter(|pods| *pods > max);
    if let Some(min) = above(settings.min_scale) {
        return Some(format!("{owner}: the min-scale of {min} is above the max-scale of {max}, one of them the cluster's; min-scale wins"));
    }
    let pods = above(settings.activation_scale)?;
    Some(format!("{owner}: the activation-scale of {pods} is above the cluster's max-scale of {max}, which wins"))
}
