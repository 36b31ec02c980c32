//! A price book that was checked: every price is above zero and knows its unit and source.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Shape, Shapes, Unit};
use crate::units::{Price, Span};

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
    pub(super) billed_from: BilledFrom,
    pub(super) granularity: Span,
    pub(super) minimum: Span,
    pub(super) sources: BTreeMap<String, Source>,
    pub(super) classes: BTreeMap<String, Class>,
    pub(super) shapes: Shapes,
    pub(super) types: BTreeMap<String, InstanceType>,
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

/// How far a source can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// A primary document, or two copies that agree.
    High,
    /// One secondary copy.
    Medium,
    /// Unclear.
    Low,
}

/// Where a price was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Source {
    /// The document or address.
    pub text: String,
    /// When it said so, as far as is known.
    pub date: String,
    /// How far it can be trusted.
    pub confidence: Confidence,
}

/// One price of a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Exactly what was written, in integers.
    pub price: Price,
    /// What was written, in units of the currency.
    pub text: String,
    /// Per what.
    pub unit: Unit,
    /// A key of the book's sources.
    pub source: String,
}

/// Prices by vCPU and memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Of one vCPU.
    pub vcpu: Entry,
    /// Of one GiB.
    pub memory: Entry,
    /// The largest instance of the class, in thousandths of a vCPU.
    pub vcpu_milli_max: Option<u64>,
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

    /// What a reader of the prices should know.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
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
}
