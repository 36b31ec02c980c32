//! Prices as a book has them: every one is above zero and knows its unit and source.

use serde::{Deserialize, Serialize};

use super::{Rate, UnitOf};

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
    /// What was written, in integers: of the first tier, in the book's currency.
    pub price: Rate,
    /// What was written.
    pub text: String,
    /// Per what, as written.
    pub unit: String,
    /// What that counts.
    pub of: UnitOf,
    /// How many of the smallest unit the unit is.
    pub amount: u128,
    /// What larger monthly quantities cost, in order; empty if there is one price.
    pub tiers: Vec<Tier>,
    /// A key of the book's sources.
    pub source: String,
}

/// A price from some monthly quantity on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// In units of the entry; what lies above costs `price`.
    pub from: u64,
    /// In place of the entry's.
    pub price: Rate,
    /// What was written.
    pub text: String,
}

/// A unit of the platform's own in which it adds up everything before it asks for money: Function Compute's CU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountUnit {
    /// `CU`.
    pub name: String,
    /// Of one of them; the only price with tiers in such a book.
    pub price: Entry,
}

/// What a month of use costs nothing, an account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FreeGrant {
    /// vCPU-seconds.
    pub vcpu_seconds: u64,
    /// GiB-seconds (1024³ bytes).
    pub gib_seconds: u64,
    /// Requests.
    pub requests: u64,
    /// A key of the book's sources; nothing if there is no grant.
    pub source: Option<String>,
}

/// Prices by vCPU and memory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Class {
    /// While an instance starts or serves.
    pub on_demand: Resources,
    /// What is kept, always.
    pub kept_always: Resources,
    /// What is kept, besides, while it has no request.
    pub kept_idle: Resources,
    /// What is kept, besides, while it serves; nothing if that is as on demand.
    pub kept_serving: Option<Resources>,
    /// The largest instance of the class, in thousandths of a vCPU.
    pub vcpu_milli_max: Option<u64>,
    /// What a spot instance is cheaper by.
    pub spot: Option<Discount>,
}

/// The price of an instance's parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Resources {
    /// Of one vCPU; nothing if vCPUs come with the memory.
    pub vcpu: Option<Entry>,
    /// Of one GiB.
    pub memory: Option<Entry>,
}

/// A share of the price that is not asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discount {
    /// In hundredths of a percent, below 10000.
    pub basis_points: u64,
    /// A key of the book's sources.
    pub source: String,
}
