//! A scenario as it is written: every key, its unit and its default. `coldcast schema scenario` is made from these types.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::autoscaler::AutoscalerSpec;
use crate::autoscaler::knative::{Texts, rollout_duration};
use crate::billing::InstanceSpec;
use crate::billing::resident::ResidentSpec;
use crate::platform::activator::ActivatorSpec;
use crate::platform::cold_start::ColdStartSpec;
use crate::platform::credits::CreditsSpec;
use crate::platform::gateway::GatewaySpec;
use crate::platform::queue_proxy::QueueProxySpec;
use crate::platform::reclaim::ReclaimSpec;
use crate::platform::request::RequestSpec;
use crate::platform::reserve::ReserveSpec;
use crate::platform::stock::StockSpec;
use crate::platform::{RolloutSpec, Split};
use crate::traffic::SourceSpec;
use crate::units::{Percent, Span};

/// A scenario: services, their traffic, and two or more policies to compare.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RawScenario {
    /// Its name; results go to `results/<name>/`.
    pub name: String,
    /// The question it asks, in one sentence.
    #[serde(default)]
    pub question: Option<String>,
    /// How long, how often, from which seed.
    #[serde(default)]
    pub run: RunSpec,
    /// The price book: a name (`coldcast list books`) or the path of a file of the same form.
    pub prices: String,
    /// Further price books, likewise. The same run is billed by each of them, without being run again: its instances, its
    /// requests, as the book meters them (what is `resident` is billed once, by `prices`). An instance `type` that a book
    /// does not know is priced by its vCPU and memory.
    #[serde(default)]
    pub also_priced_by: Vec<String>,
    /// What a unit of another currency is worth in that of `prices`: `{ USD: 7.1 }`. Without it, books in different
    /// currencies are refused: coldcast knows no rates.
    #[serde(default)]
    pub exchange_rates: BTreeMap<String, f64>,
    /// Whether the monthly free grants of the books are all for this scenario. They are an account's, which may have other
    /// services: not counted unless this says so. A run is taken for a sample of a month of 30 days.
    #[serde(default)]
    pub free_grant: bool,
    /// What runs whether somebody calls or not: control plane, gateway. Nothing of it is billed unless it is said; a policy
    /// may set it.
    #[serde(default)]
    pub resident: ResidentSpec,
    /// The cluster's ConfigMap `config-autoscaler`: its data, as `kubectl get configmap -n knative-serving` shows it.
    #[serde(default)]
    pub config_autoscaler: Texts,
    /// The cluster's ConfigMap `config-deployment`, of which `progress-deadline` has an effect.
    #[serde(default)]
    pub config_deployment: Texts,
    /// The cluster's ConfigMap `config-defaults`, of which `revision-timeout-seconds`, `container-concurrency` and the limits
    /// of both have an effect, on services of Knative.
    #[serde(default)]
    pub config_defaults: Texts,
    /// The services, by name. They share nothing.
    pub services: BTreeMap<String, ServiceSpec>,
    /// The policies to compare: each sets some paths of this document to other values (`*` stands for every key).
    /// Without any, the scenario as it stands is the one policy.
    #[serde(default)]
    #[schemars(with = "Option<BTreeMap<String, BTreeMap<String, serde_json::Value>>>")]
    #[expect(dead_code, reason = "laid over the document before it is decoded; here for the schema and the list of known keys")]
    policies: Option<serde_json::Value>,
    /// The policy the others are compared with. Default: the first.
    #[serde(default)]
    pub baseline: Option<String>,
    /// What is promised of each policy (`*`: of every one), for `coldcast check`: claims such as `latency.p99 < 2s`,
    /// `timeout_rate < 0.1%` or `cost < 0.7 * cost(keep-one)` over the figures of `coldcast list figures`.
    #[serde(default)]
    pub expect: BTreeMap<String, Vec<String>>,
    /// How much worse than a stored baseline a figure may be before `coldcast check` calls it a regression: `latency.p99: 3%`,
    /// `cost: 1 CNY`. Of a rate, percentage points.
    #[serde(default)]
    pub tolerances: BTreeMap<String, String>,
}

/// How long, how often, from which seed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct RunSpec {
    /// Simulated time. Needed unless a trace gives its own length.
    pub horizon: Option<Span>,
    /// The time at the start that is left out of every figure.
    pub warmup: Span,
    /// How many times each policy is run, each time with other traffic. At least 2 for intervals.
    pub replications: u32,
    /// The first seed.
    pub seed: u64,
    /// A run of one service that takes more steps than this is given up.
    pub steps_max: u64,
}

impl Default for RunSpec {
    fn default() -> Self {
        RunSpec { horizon: None, warmup: Span::ZERO, replications: 10, seed: 1, steps_max: 4_000_000_000 }
    }
}

/// One service.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ServiceSpec {
    /// Where its requests come from; several sources add up. A trace of many functions makes this a template: one
    /// service a function.
    pub traffic: Vec<SourceSpec>,
    /// What a request asks of an instance.
    #[serde(default)]
    pub request: RequestSpec,
    /// What an instance is. Default: 2 vCPU and 4 GiB, as ECI documents.
    #[serde(default)]
    pub instance: InstanceSpec,
    /// CPU credits of a burstable instance. Without this key a burstable instance has its full speed all the time.
    #[serde(default)]
    pub credits: Option<CreditsSpec>,
    /// Knative's `containerConcurrency`: requests at once in one instance; 0 = no limit.
    #[serde(default)]
    pub container_concurrency: u32,
    /// Knative's `timeoutSeconds`. Default 300 s.
    #[serde(default)]
    pub revision_timeout: Option<Span>,
    /// The gateway or load balancer.
    #[serde(default)]
    pub gateway: GatewaySpec,
    /// The activator. Where there is none (`fixed`, `keep-alive`) its hop takes no time unless it is given.
    #[serde(default)]
    pub activator: Option<ActivatorSpec>,
    /// queue-proxy, likewise.
    #[serde(default)]
    pub queue_proxy: Option<QueueProxySpec>,
    /// How an instance starts. Needed unless instances are `fixed`.
    #[serde(default)]
    pub cold_start: Option<ColdStartSpec>,
    /// Who decides how many instances there are. Default: Knative's autoscaler with its defaults.
    #[serde(default)]
    pub autoscaler: AutoscalerSpec,
    /// A cheap instance that stands in while the service has scaled to zero; only under Knative's autoscaler. Each of several
    /// revisions scales on its own and has one of its own while the route points at it (Alibaba names the reserve's Deployment
    /// after the revision); one that leaves the route gives it back.
    #[serde(default)]
    pub reserve: Option<ReserveSpec>,
    /// Which instance types are out of stock, and when: the next of a list is started then. Default: every type is always there.
    #[serde(default)]
    pub stock: Option<StockSpec>,
    /// When the provider takes its spot instances (`spot: true`, standard or reserve) back. Default: never.
    #[serde(default)]
    pub reclaim: Option<ReclaimSpec>,
    /// Annotations of Knative, as in a manifest (`autoscaling.knative.dev/min-scale: "1"`); they hold for every revision.
    /// What they say may also be written under `autoscaler.kpa`, without the domain, but not differently in both.
    #[serde(default)]
    pub annotations: Texts,
    /// The revisions traffic is split over, by name. Default: one, with all of it.
    #[serde(default)]
    pub revisions: BTreeMap<String, RevisionSpec>,
    /// What decides over the revisions' shares: `percent` (default), as Knative's Route and Istio's VirtualService, or
    /// `ready-pods`, as a Kubernetes Service over the pods of several Deployments.
    #[serde(default)]
    pub split: Split,
    /// How the shares change over time, in order.
    #[serde(default)]
    pub rollout: Vec<RolloutSpec>,
}

impl ServiceSpec {
    /// How long its traffic takes to move to a new revision (`serving.knative.dev/rollout-duration`), if it says so.
    pub fn rollout_duration(&self) -> Option<Span> {
        rollout_duration(&self.annotations)
    }
}

/// A revision: its share of the traffic, and what differs from its service.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RevisionSpec {
    /// Its share of the traffic at the start; default 0. The shares of all revisions sum to 100. One with a share of 0 and
    /// without a tag is not in the route: Knative lets it go, whatever its `min-scale`.
    #[serde(default)]
    pub percent: Percent,
    /// Its tag in the route: it has an address of its own, and is kept although its share is 0.
    #[serde(default)]
    pub tag: Option<String>,
    /// What is sent to its tag's address, as testers do before a rollout: beside the split, and no part of its shares. It
    /// begins when the revision is created.
    #[serde(default)]
    pub traffic: Vec<SourceSpec>,
    /// When it is created; default: before the run begins.
    #[serde(default)]
    pub created: Option<Span>,
    /// In place of the service's (as a whole, and likewise below).
    #[serde(default)]
    pub request: Option<RequestSpec>,
    /// In place of the service's.
    #[serde(default)]
    pub instance: Option<InstanceSpec>,
    /// In place of the service's, which is that of the service's instance.
    #[serde(default)]
    pub credits: Option<CreditsSpec>,
    /// In place of the service's.
    #[serde(default)]
    pub container_concurrency: Option<u32>,
    /// In place of the service's.
    #[serde(default)]
    pub cold_start: Option<ColdStartSpec>,
    /// In place of the service's, key by key.
    #[serde(default)]
    pub annotations: Texts,
    /// In place of the service's.
    #[serde(default)]
    pub autoscaler: Option<AutoscalerSpec>,
}
