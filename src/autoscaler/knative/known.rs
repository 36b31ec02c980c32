//! Every annotation of Knative that may stand in a manifest, and what it means here.

use crate::error::nearest;

/// An annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Its name with its domain.
    pub name: &'static str,
    /// The older, camelCase name, if it has one.
    pub alias: Option<&'static str>,
    /// What it means here.
    pub meaning: Meaning,
}

/// What an annotation means here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The class of the autoscaler.
    Class,
    /// A setting of the autoscaler: its key.
    Setting(&'static str),
    /// How long a new revision takes to get its traffic.
    RolloutDuration,
    /// Nothing, and why.
    NotSimulated(&'static str),
}

macro_rules! autoscaling {
    ($key:literal) => {
        Known { name: concat!("autoscaling.knative.dev/", $key), alias: None, meaning: Meaning::Setting($key) }
    };
    ($key:literal, $alias:literal) => {
        Known {
            name: concat!("autoscaling.knative.dev/", $key),
            alias: Some(concat!("autoscaling.knative.dev/", $alias)),
            meaning: Meaning::Setting($key),
        }
    };
}

const fn not_simulated(name: &'static str, alias: Option<&'static str>, why: &'static str) -> Known {
    Known { name, alias, meaning: Meaning::NotSimulated(why) }
}

const BOOKKEEPING: &str = "it is Knative's own bookkeeping";
const SIDECAR: &str = "queue-proxy takes no CPU and no memory here";
const INGRESS: &str = "the gateway is described by `gateway`";

/// The annotations, in the order in which they are told.
pub const ANNOTATIONS: &[Known] = &[
    Known { name: "autoscaling.knative.dev/class", alias: None, meaning: Meaning::Class },
    autoscaling!("metric"),
    autoscaling!("target"),
    autoscaling!("target-utilization-percentage", "targetUtilizationPercentage"),
    autoscaling!("target-burst-capacity", "targetBurstCapacity"),
    autoscaling!("window"),
    autoscaling!("panic-window-percentage", "panicWindowPercentage"),
    autoscaling!("panic-threshold-percentage", "panicThresholdPercentage"),
    autoscaling!("metric-aggregation-algorithm", "metricAggregationAlgorithm"),
    autoscaling!("min-scale", "minScale"),
    autoscaling!("max-scale", "maxScale"),
    autoscaling!("initial-scale", "initialScale"),
    autoscaling!("activation-scale"),
    autoscaling!("scale-down-delay", "scaleDownDelay"),
    autoscaling!("scale-to-zero-pod-retention-period", "scaleToZeroPodRetentionPeriod"),
    Known { name: "serving.knative.dev/progress-deadline", alias: None, meaning: Meaning::Setting("progress-deadline") },
    Known {
        name: "serving.knative.dev/rollout-duration",
        alias: Some("serving.knative.dev/rolloutDuration"),
        meaning: Meaning::RolloutDuration,
    },
    not_simulated("serving.knative.dev/creator", None, BOOKKEEPING),
    not_simulated("serving.knative.dev/lastModifier", None, BOOKKEEPING),
    not_simulated("serving.knative.dev/routes", None, BOOKKEEPING),
    not_simulated("serving.knative.dev/routingStateModified", None, BOOKKEEPING),
    not_simulated("serving.knative.dev/no-gc", None, "revisions are not collected here"),
    not_simulated("serving.knative.dev/forceUpgrade", None, BOOKKEEPING),
    not_simulated("client.knative.dev/user-image", None, BOOKKEEPING),
    not_simulated("client.knative.dev/updateTimestamp", None, BOOKKEEPING),
    not_simulated(
        "queue.sidecar.serving.knative.dev/resource-percentage",
        Some("queue.sidecar.serving.knative.dev/resourcePercentage"),
        SIDECAR,
    ),
    not_simulated("queue.sidecar.serving.knative.dev/cpu-resource-request", None, SIDECAR),
    not_simulated("queue.sidecar.serving.knative.dev/cpu-resource-limit", None, SIDECAR),
    not_simulated("queue.sidecar.serving.knative.dev/memory-resource-request", None, SIDECAR),
    not_simulated("queue.sidecar.serving.knative.dev/memory-resource-limit", None, SIDECAR),
    not_simulated("networking.knative.dev/ingress-class", Some("networking.knative.dev/ingress.class"), INGRESS),
    not_simulated("networking.knative.dev/http-protocol", Some("networking.knative.dev/httpProtocol"), INGRESS),
    not_simulated("networking.knative.dev/certificate-class", Some("networking.knative.dev/certificate.class"), INGRESS),
];

/// The annotation of this name or alias.
pub fn find(name: &str) -> Option<&'static Known> {
    ANNOTATIONS.iter().find(|known| known.name == name || known.alias == Some(name))
}

/// The annotation whose name is nearest to what was written, among those of the same domain.
pub fn near(written: &str) -> Option<&'static str> {
    let (domain, key) = written.split_once('/')?;
    let simulated = ANNOTATIONS.iter().filter(|known| !matches!(known.meaning, Meaning::NotSimulated(_)));
    let same_domain = simulated.filter_map(|known| known.name.split_once('/')).filter(|(of, _)| *of == domain);
    let key = nearest(key, same_domain.map(|(_, key)| key))?;
    ANNOTATIONS.iter().map(|known| known.name).find(|name| name.split_once('/') == Some((domain, key)))
}
