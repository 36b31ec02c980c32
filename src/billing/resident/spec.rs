//! What a scenario says of what runs when nobody calls: control plane, gateway, and the nodes they are on.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::Problem;
use crate::units::Bytes;

/// What runs whether somebody calls or not. Nothing of it is billed unless it is said.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct ResidentSpec {
    /// Knative's controllers and those of its ingress. Default: not billed.
    pub control_plane: Option<ControlPlaneSpec>,
    /// The gateway's own pods, if they are not those of the ingress, and a load balancer. Default: not billed.
    pub gateway: ResidentGatewaySpec,
    /// The nodes that pods of one's own run on. Default: each pod is an instance of the price book.
    pub nodes: Option<NodeSpec>,
}

/// Knative's controllers and those of its ingress.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ControlPlaneSpec {
    /// Who runs them.
    pub kind: Hosting,
    /// Two of each (of Istio's three), instead of one.
    #[serde(default)]
    pub ha: bool,
    /// The ingress whose controllers and gateway come with them.
    #[serde(default)]
    pub ingress: Ingress,
    /// Whether Knative's adapter for HPA-class services runs too.
    #[serde(default)]
    pub hpa: bool,
}

/// Who runs the controllers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Hosting {
    /// The cloud, at its price for a cluster; free where the book has none (ASK).
    Hosted,
    /// Oneself, in pods that request what the default manifests say.
    SelfHosted,
}

/// An ingress of Knative's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ingress {
    /// Istio as it is since 1.5.
    #[default]
    Istio,
    /// Istio as it was in 2020, with Mixer.
    #[serde(rename = "istio-2020")]
    IstioMixer,
    /// Kourier.
    Kourier,
}

/// What the gateway costs.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct ResidentGatewaySpec {
    /// Pods of the gateway. Default: with a self-hosted control plane those of the ingress's manifests, else none.
    pub replicas: Option<u32>,
    /// vCPUs that each requests. Default: as the ingress's manifests.
    pub vcpu: Option<f64>,
    /// Memory that each requests. Default: as the ingress's manifests.
    pub memory: Option<Bytes>,
    /// A load balancer of the cloud, paid by the hour and by use.
    pub load_balancer: Option<LoadBalancerSpec>,
}

/// A load balancer of the cloud.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LoadBalancerSpec {
    /// The price book of the load balancer, such as `alibaba-clb-cn`, or the path of a file of the same form.
    pub book: String,
    /// Which of its editions, if it has any.
    #[serde(default)]
    pub edition: Option<String>,
    /// A size that is kept all the time. Default: every hour the smallest that covers the hour's peaks.
    #[serde(default)]
    pub size: Option<String>,
    /// Bandwidth that is kept, in Mbps, in place of paying for traffic.
    #[serde(default)]
    pub bandwidth: Option<u32>,
    /// What a response weighs. Default: nothing, so that no traffic is billed.
    #[serde(default)]
    pub response: Bytes,
    /// How many requests come over one connection.
    #[serde(default = "one")]
    pub requests_per_connection: u32,
    /// How many rules are evaluated for a request, beyond the free ones.
    #[serde(default)]
    pub rules_per_request: u32,
}

fn one() -> u32 {
    1
}

/// The nodes that pods of one's own run on.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct NodeSpec {
    /// An instance type of the price book.
    #[serde(rename = "type")]
    pub type_name: String,
    /// vCPUs of each that system and kubelet keep. Default 0.1 (a guess: platforms differ).
    #[serde(default = "reserved_vcpu")]
    pub reserved_vcpu: f64,
    /// Memory of each that system and kubelet keep. Default 1 GiB (a guess likewise).
    #[serde(default = "reserved_memory")]
    pub reserved_memory: Bytes,
}

fn reserved_vcpu() -> f64 {
    0.1
}

fn reserved_memory() -> Bytes {
    Bytes::from_gib(1)
}

impl ResidentSpec {
    /// What is wrong with it, as far as that can be known without a price.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let gateway = &self.gateway;
        let own = self.control_plane.as_ref().is_some_and(|it| it.kind == Hosting::SelfHosted);
        if !own && gateway.replicas.is_some_and(|it| it > 0) && (gateway.vcpu.is_none() || gateway.memory.is_none()) {
            let problem = Problem::new("missing-key", "gateway", "pods of the gateway need `vcpu` and `memory`");
            problems.push(problem.hint("a `self-hosted` control plane brings the gateway of its ingress"));
        }
        if !own && gateway.replicas.is_none() && (gateway.vcpu.is_some() || gateway.memory.is_some()) {
            let problem = Problem::new("missing-key", "gateway.replicas", "how many pods does the gateway have?");
            problems.push(problem.hint("write `replicas: 2`"));
        }
        if gateway.load_balancer.as_ref().is_some_and(|it| it.requests_per_connection == 0) {
            let message = "a connection that carries no request is never opened";
            problems.push(Problem::new("wrong-value", "gateway.load-balancer.requests-per-connection", message));
        }
        problems
    }
}
