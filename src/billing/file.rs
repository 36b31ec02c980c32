//! The form of a price book file, key by key. May be nonsense: `check` makes a [`Book`](super::Book) of it.
//!
//! ```yaml
//! platform: alibaba-eci        # whose prices these are; date, source and an optional note say where from
//! region: cn-hangzhou
//! currency: CNY                # of every price in the book
//! date: 2024-12-31
//! source: "where the billing rules are from"
//! billed-from: image-pull      # resource-allocation, scheduling, image-pull, container-creation,
//!                              # application-start, request (the instance is asked for) or ready
//! granularity: 1s              # an instance's billed time is rounded up to a multiple of this
//! minimum: 0s                  # and to at least this
//! sources:                     # every price names one of these
//!   list: { text: "https://...", date: 2024-12-31, confidence: high }
//! rates:                       # by vCPU and memory; one entry a class, `general` is what you get unasked
//!   general:
//!     vcpu: { price: 0.000049, unit: vCPU-second, source: list }
//!     memory: { price: 0.00000613, unit: GiB-second, source: list }
//!     vcpu-max: 64             # optional: the class ends here
//! specs:                       # optional, vCPU: [GiB ...]; a request is charged as the nearest that has enough of both
//!   2: [2, 4, 8]
//! types:                       # by type; one without a price is known, but has no price in this region
//!   ecs.c5.large: { vcpu: 2, memory: 4GiB, category: compute, price: 0.62, unit: instance-hour, source: list }
//! ```
//!
//! Numbers are taken as they are written (as text, never as a double). A price is above zero: 0 in a price list means
//! that there is none. Units: `instance-second`, `instance-hour`, `vCPU-second`, `vCPU-hour`, `GiB-second`, `GiB-hour`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::book::{BilledFrom, Category, Source};
use crate::units::{Bytes, Span};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct BookFile {
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
    #[serde(default)]
    pub(super) rates: BTreeMap<String, ClassFile>,
    #[serde(default)]
    pub(super) specs: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(super) types: BTreeMap<String, TypeFile>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct ClassFile {
    pub(super) vcpu: EntryFile,
    pub(super) memory: EntryFile,
    pub(super) vcpu_max: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct EntryFile {
    pub(super) price: String,
    pub(super) unit: String,
    pub(super) source: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct TypeFile {
    pub(super) vcpu: String,
    pub(super) memory: Bytes,
    pub(super) category: Category,
    pub(super) price: Option<String>,
    pub(super) unit: Option<String>,
    pub(super) source: Option<String>,
}
