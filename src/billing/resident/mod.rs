//! What runs when nobody calls: the control plane, the gateway, the nodes they are on; and what that costs.
//!
//! ```text
//! ResidentSpec + Book ─► resolve ─► Resident ─┬─ pods: their price, all the time      ─► control-plane, gateway
//!                                             ├─ nodes: what no pod on them uses      ─► nodes
//!                                             └─ load balancer: hours begun, and use  ─► gateway
//! ```
//!
//! Not here: nodes that come and go with instances (`platform`; what they cost is [`NodePrice`]'s business).

mod break_even;
mod components;
mod packing;
mod spec;

pub use break_even::{BreakEven, PerRequest, break_even};
pub use components::{COMPONENTS, Component, Part, Pods};
pub use spec::{ControlPlaneSpec, Hosting, Ingress, LoadBalancerSpec, NodeSpec, ResidentGatewaySpec, ResidentSpec};

use self::packing::Group;
use super::load_balancer::hours_begun;
use super::lookup::vcpu_milli;
use super::{Bill, Book, Charging, HourUse, InstanceSpec, Line, LineKind, LoadBalancer, Node, NodePrice, Quantity, Rate, Shape};
use crate::error::Problem;
use crate::units::{Bytes, Price, SimTime};

/// Replicas of a pod that is always there.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Standing {
    line: LineKind,
    name: String,
    pods: u32,
    pod: Shape,
    price: Price,
}

/// What runs when nobody calls, with its prices.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Resident {
    currency: String,
    standing: Vec<Standing>,
    nodes: Option<(NodePrice, u64)>,
    cluster: Option<Rate>,
    load_balancer: Option<(LoadBalancer, LoadBalancerSpec)>,
}

impl ResidentSpec {
    /// Its prices under a book; `load_balancer` is the one whose name the specification says, in the same currency.
    /// The problem's path is a key of the specification.
    pub fn resolve(&self, book: &Book, load_balancer: Option<&Book>) -> Result<Resident, Problem> {
        let nodes = self.nodes.as_ref().map(|it| it.price(book).map_err(|problem| problem.below("nodes"))).transpose()?;
        let mut standing = Vec::new();
        for (line, name, pods) in self.pods().map_err(|problem| problem.below("gateway"))? {
            let memory = Bytes((pods.memory_mib << 20).max(1 << 20));
            let pod = Shape { vcpu_milli: pods.vcpu_milli, memory };
            let price = pod_price(pod, book, nodes.as_ref()).map_err(|problem| Problem { path: line.name().into(), ..problem })?;
            standing.push(Standing { line, name, pods: pods.replicas, pod, price });
        }
        let groups: Vec<Group> = standing.iter().map(|it| Group { pod: it.pod, replicas: it.pods }).collect();
        let nodes = nodes.map(|node| {
            let count = packing::nodes(&node, &groups).expect("every pod has a share of a node");
            (node, count)
        });
        let hosted = self.control_plane.as_ref().is_some_and(|it| it.kind == Hosting::Hosted);
        Ok(Resident {
            currency: book.currency().to_owned(),
            standing,
            nodes,
            cluster: book.cluster().filter(|_| hosted).map(|entry| entry.price),
            load_balancer: self.gateway.load_balancer.as_ref().map(|spec| load_balancer_of(spec, load_balancer)).transpose()?,
        })
    }

    /// Every deployment: the line it is billed on, its name, its pods.
    fn pods(&self) -> Result<Vec<(LineKind, String, Pods)>, Problem> {
        let own = self.control_plane.as_ref().filter(|it| it.kind == Hosting::SelfHosted);
        let components = own.iter().flat_map(|it| it.components());
        let mut pods: Vec<(LineKind, String, Pods)> = components.map(|(it, pods)| (it.line(), it.name.to_owned(), pods)).collect();
        if own.is_none() && self.gateway.replicas.is_some_and(|replicas| replicas > 0) {
            pods.push((LineKind::Gateway, "own pods".to_owned(), Pods { replicas: 0, vcpu_milli: 0, memory_mib: 0 }));
        }
        for (_, _, pods) in pods.iter_mut().filter(|(line, ..)| *line == LineKind::Gateway) {
            self.gateway.override_pods(pods)?;
        }
        Ok(pods)
    }
}

impl Component {
    fn line(&self) -> LineKind {
        if self.is_gateway { LineKind::Gateway } else { LineKind::ControlPlane }
    }
}

impl ControlPlaneSpec {
    fn components(&self) -> impl Iterator<Item = (&'static Component, Pods)> {
        let ingress: &[Part] = match self.ingress {
            Ingress::Istio => &[Part::NetIstio, Part::Istio],
            Ingress::IstioMixer => &[Part::NetIstio, Part::IstioMixer],
            Ingress::Kourier => &[Part::Kourier],
        };
        let (ha, hpa) = (self.ha, self.hpa);
        let runs = move |it: &&Component| it.part == Part::Knative || (hpa && it.part == Part::KnativeHpa) || ingress.contains(&it.part);
        COMPONENTS.iter().filter(runs).map(move |it| (it, if ha { it.ha } else { it.plain }))
    }
}

impl ResidentGatewaySpec {
    fn override_pods(&self, pods: &mut Pods) -> Result<(), Problem> {
        pods.replicas = self.replicas.unwrap_or(pods.replicas);
        if let Some(vcpu) = self.vcpu {
            pods.vcpu_milli = vcpu_milli(vcpu)?;
        }
        if let Some(memory) = self.memory {
            pods.memory_mib = memory.0.div_ceil(1 << 20);
        }
        Ok(())
    }
}

impl NodeSpec {
    fn price(&self, book: &Book) -> Result<NodePrice, Problem> {
        let reserved_vcpu_milli = if self.reserved_vcpu == 0.0 { 0 } else { vcpu_milli(self.reserved_vcpu)? };
        let node = Node { type_name: self.type_name.clone(), reserved_vcpu_milli, reserved_bytes: self.reserved_memory.0 };
        book.node_of(&node)
    }
}

/// A pod on nodes of one's own, or as an instance of the book.
fn pod_price(pod: Shape, book: &Book, node: Option<&NodePrice>) -> Result<Price, Problem> {
    if let Some(node) = node {
        let message = || format!("a pod of {pod} does not fit on a `{}`", node.name);
        return node.share(pod).ok_or_else(|| Problem::new("no-such-size", "", message()).hint("choose larger `nodes`"));
    }
    if book.rules().charging != Charging::Instances {
        let message = format!("the price book `{}` sells no pods that stay: it charges what they serve", book.name());
        return Err(Problem::new("missing-price", "", message).hint("take a book of instances or nodes"));
    }
    let spec = InstanceSpec { vcpu: Some(pod.vcpu_milli as f64 / 1e3), memory: Some(pod.memory), ..InstanceSpec::default() };
    Ok(book.instance(&spec)?.price)
}

fn load_balancer_of(spec: &LoadBalancerSpec, book: Option<&Book>) -> Result<(LoadBalancer, LoadBalancerSpec), Problem> {
    let at = |key: &str, problem: Problem| problem.below(&format!("gateway.load-balancer.{key}"));
    let book = book.expect("the caller looked it up");
    let missing = |key: &str, what: &str| at(key, Problem { path: String::new(), ..book.missing("", what) });
    let Some(it) = book.load_balancer() else { return Err(missing("book", "a load balancer")) };
    let known = |name: &Option<String>, has: bool| name.is_none() || has;
    if !known(&spec.edition, spec.edition.as_ref().is_some_and(|name| it.editions.contains_key(name))) {
        return Err(missing("edition", &format!("the edition `{}`", spec.edition.as_deref().unwrap_or_default())));
    }
    if spec.edition.is_none() && !it.editions.is_empty() {
        let names: Vec<_> = it.editions.keys().map(String::as_str).collect();
        let problem = Problem::new("missing-key", "", format!("which edition of the load balancer of `{}`?", book.name()));
        return Err(at("edition", problem.hint(format!("write one of {}", names.join(", ")))));
    }
    if !known(&spec.size, it.specs.iter().any(|known| Some(&known.name) == spec.size.as_ref())) {
        return Err(missing("size", &format!("the size `{}`", spec.size.as_deref().unwrap_or_default())));
    }
    if spec.bandwidth.is_some() && it.bandwidth.is_none() {
        return Err(missing("bandwidth", "kept bandwidth"));
    }
    if it.lcu.as_ref().is_some_and(|lcu| lcu.price.is_none()) {
        return Err(missing("book", "an LCU of its load balancer"));
    }
    Ok((it.clone(), spec.clone()))
}

impl Resident {
    /// Whether anything is billed.
    pub fn is_empty(&self) -> bool {
        self.standing.is_empty() && self.cluster.is_none() && self.load_balancer.is_none()
    }

    /// Whether pods of its own are the gateway, and nothing else.
    pub fn is_own_gateway(&self) -> bool {
        self.load_balancer.is_none() && self.standing.iter().any(|it| it.line == LineKind::Gateway && it.pods > 0)
    }

    /// The load balancer's specification, if there is one: what of a request it bills.
    pub fn load_balancer(&self) -> Option<&LoadBalancerSpec> {
        self.load_balancer.as_ref().map(|(_, spec)| spec)
    }

    /// What it costs over `[from, until)`; `hours` is what went through the load balancer in each hour of that.
    pub fn bill(&self, from: SimTime, until: SimTime, hours: &[HourUse]) -> Bill {
        let mut bill = Bill::empty(self.currency.clone());
        let span = u128::from((until - from).0);
        for it in &self.standing {
            let ns = span * u128::from(it.pods);
            let item = format!("{} × {}", it.pods, it.name);
            bill.add(Line { item: Some(item), ..Line::new(it.line, Quantity::InstanceTime(ns), it.price.of(ns)) });
        }
        if let Some((node, count)) = self.nodes.as_ref().filter(|(_, count)| *count > 0) {
            let waste = node.waste(span * u128::from(*count), bill.total());
            bill.add(waste);
        }
        if let Some(rate) = self.cluster {
            let item = Some("hosted".to_owned());
            bill.add(Line { item, ..Line::new(LineKind::ControlPlane, Quantity::Hours(span), rate.of(span)) });
        }
        if let Some((it, spec)) = &self.load_balancer {
            load_balancer_lines(it, spec, hours_begun(from, until), hours).into_iter().for_each(|line| bill.add(line));
        }
        bill
    }
}

/// The fees of a load balancer that was there for so many hours, and what went through it in each.
fn load_balancer_lines(it: &LoadBalancer, spec: &LoadBalancerSpec, hours: u64, used: &[HourUse]) -> Vec<Line> {
    let mut lines = it.standing(spec.edition.as_deref(), hours);
    let mut by_use = it.clone();
    if let Some(size) = &spec.size {
        let kept = it.specs.iter().find(|known| known.name == *size).expect("it was checked");
        lines.push(kept.price.hours(&kept.name, hours));
        by_use.specs.clear();
    }
    if let Some(mbps) = spec.bandwidth {
        lines.extend(it.kept_bandwidth(u64::from(mbps) * 1_000_000, hours));
        by_use.traffic = None;
    }
    lines.extend(by_use.used(used));
    lines
}
