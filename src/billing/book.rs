//! A price book that was checked: whose prices it has, and by which rules they are applied.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::entry::{AccountUnit, Class, Entry, FreeGrant, Source};
use super::load_balancer::LoadBalancer;
use super::{Shape, Shapes};
use crate::units::Span;

/// The prices of one platform in one region and currency, with the rules by which they are applied.
///
/// Holding one is proof that it was checked; [`parse`](super::parse) and [`find`](super::find) make them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    pub(super) name: String,
    pub(super) platform: String,
    pub(super) region: String,
    pub(super) currency: String,
    pub(super) date: String,
    pub(super) source: String,
    pub(super) note: Option<String>,
    pub(super) rules: Rules,
    pub(super) sources: BTreeMap<String, Source>,
    pub(super) classes: BTreeMap<String, Class>,
    pub(super) shapes: Shapes,
    pub(super) types: BTreeMap<String, InstanceType>,
    pub(super) requests: Option<Entry>,
    pub(super) account_unit: Option<AccountUnit>,
    pub(super) free_grant: FreeGrant,
    pub(super) credit: Option<Entry>,
    pub(super) cluster: Option<Entry>,
    pub(super) node: Option<Node>,
    pub(super) load_balancer: Option<LoadBalancer>,
    pub(super) extras: BTreeMap<String, Entry>,
}

/// How use is measured and what of it is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// When in an instance's start its meter starts.
    pub billed_from: BilledFrom,
    /// What is metered.
    pub charging: Charging,
    /// Billed time is rounded up to a multiple of this; above zero.
    pub granularity: Span,
    /// And is at least this.
    pub minimum: Span,
    /// Whether an idle instance is billed that nobody asked to be kept.
    pub idle: Idle,
    /// The platform bills at least so many instances, needed or not.
    pub instances_min: u32,
}

/// When in an instance's start the meter starts: at the beginning of a step, or at either end of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BilledFrom {
    /// When the instance is asked for, before anything happens.
    Request,
    /// Step 1.
    ResourceAllocation,
    /// Step 2.
    Scheduling,
    /// Step 3; the rule of ECI.
    ImagePull,
    /// Step 4.
    ContainerCreation,
    /// Step 5.
    ApplicationStart,
    /// When it is ready: starting is free.
    Ready,
}

/// What is metered, and so what granularity and minimum are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Charging {
    /// An instance's life: ECI, Fargate, nodes.
    Instances,
    /// Stretches in which an instance has requests; those at the same time count once: Cloud Run.
    Serving,
    /// Requests, each by itself: Lambda.
    Requests,
}

/// Whether an idle instance is billed that is beyond what was asked to be kept (`min-scale`, `fixed`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Idle {
    /// As if it served.
    Billed,
    /// Not at all.
    Free,
}

/// What an instance type is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// About 4 GiB a vCPU, or no special purpose.
    General,
    /// About 2 GiB a vCPU, dedicated cores.
    Compute,
    /// Earns CPU credits while idle and spends them when busy.
    Burstable,
    /// Cheap, on shared cores.
    Economy,
    /// An old generation on shared cores.
    Shared,
}

/// A type of instance as the book knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceType {
    /// Its size.
    pub shape: Shape,
    /// What it is made for.
    pub category: Category,
    /// Of one instance; nothing if the sources have no price in this region.
    pub price: Option<Entry>,
    /// Of one spot instance, likewise.
    pub spot: Option<Entry>,
}

/// The nodes that instances run on, where whole nodes are paid for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// A type of the book.
    pub type_name: String,
    /// vCPUs that are not for instances, in thousandths.
    pub reserved_vcpu_milli: u64,
    /// Memory that is not for instances, in bytes.
    pub reserved_bytes: u64,
}

impl Book {
    /// As scenarios call it: `aliyun-cn-hangzhou`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whose prices these are: `alibaba-eci`.
    pub fn platform(&self) -> &str {
        &self.platform
    }

    /// Where they hold, in the platform's words.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Of every price, as an ISO 4217 code.
    pub fn currency(&self) -> &str {
        &self.currency
    }

    /// When the prices were read.
    pub fn date(&self) -> &str {
        &self.date
    }

    /// Where the billing rules are from; every price names its own source besides.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Where the prices are from, by the names that they use.
    pub fn sources(&self) -> impl Iterator<Item = (&str, &Source)> {
        self.sources.iter().map(|(name, it)| (name.as_str(), it))
    }

    /// What a reader of the prices should know.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// How use is measured and billed.
    pub fn rules(&self) -> Rules {
        self.rules
    }

    /// The instance types, by name.
    pub fn types(&self) -> impl Iterator<Item = (&str, &InstanceType)> {
        self.types.iter().map(|(name, it)| (name.as_str(), it))
    }

    /// The classes of prices by vCPU and memory, by name.
    pub fn classes(&self) -> impl Iterator<Item = (&str, &Class)> {
        self.classes.iter().map(|(name, it)| (name.as_str(), it))
    }

    /// The sizes that are sold by vCPU and memory.
    pub fn shapes(&self) -> &Shapes {
        &self.shapes
    }

    /// What is free every month.
    pub fn free_grant(&self) -> &FreeGrant {
        &self.free_grant
    }

    /// The unit of the platform's own, if it has one.
    pub fn account_unit(&self) -> Option<&AccountUnit> {
        self.account_unit.as_ref()
    }

    /// A hosted control plane, an hour; nothing if it is free.
    pub fn cluster(&self) -> Option<&Entry> {
        self.cluster.as_ref()
    }

    /// The load balancer this book prices.
    pub fn load_balancer(&self) -> Option<&LoadBalancer> {
        self.load_balancer.as_ref()
    }

    /// A price that no bill of coldcast has a line for, such as that of storage.
    pub fn extra(&self, name: &str) -> Option<&Entry> {
        self.extras.get(name)
    }
}
