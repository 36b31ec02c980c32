//! The form of a price book file, key by key. May be nonsense: `check` makes a [`Book`](super::Book) of it.
//!
//! ```yaml
//! platform: alibaba-eci        # whose prices these are; date, source and an optional note say where from
//! region: cn-hangzhou
//! currency: CNY                # of every price in the book, as ISO 4217 writes it
//! date: 2024-12-31
//! source: "where the billing rules are from"
//! billed-from: image-pull      # resource-allocation, scheduling, image-pull, container-creation,
//!                              # application-start, request (the instance is asked for) or ready
//! charging: instances          # what is metered: instances (their life; the default), serving (an instance's stretches
//!                              # with requests, those at the same time counted once) or requests (each by itself)
//! granularity: 1s              # what is metered is rounded up to a multiple of this
//! minimum: 0s                  # and to at least this
//! idle: billed                 # or free: idle instances beyond what min-scale keeps. Default: billed where instances
//!                              # are charged, free elsewhere
//! instances-min: 1             # optional: the platform always bills so many
//! sources:                     # every price names one of these
//!   list: { text: "https://...", date: 2024-12-31, confidence: high }
//! rates:                       # by vCPU and memory; one entry a class, `general` is what you get unasked
//!   general:
//!     vcpu: { price: 0.000049, unit: vCPU-second, source: list }       # either of the two may be missing
//!     memory: { price: 0.00000613, unit: GiB-second, source: list }
//!     kept:                    # optional: what min-scale (or fixed) keeps, in place of the above
//!       idle: { vcpu: {...}, memory: {...} }     # while it has no request
//!       serving: { memory: {...} }               # while it has; as on demand if missing
//!       always: { memory: {...} }                # added to both
//!     vcpu-max: 64             # optional: the class ends here
//!     spot: { discount: 70%, source: list }      # optional
//! specs:                       # optional, vCPU: [GiB ...]; a request is charged as the nearest that has enough of both
//!   2: [2, 4, 8]
//! sizes:                       # optional, in place of `specs`: rules by which a request is rounded up
//!   { vcpu: [1, 2], memory-step: 1MiB, memory-min: 128MiB, memory-max: 10GiB, memory-per-vcpu-min: 1769MiB, memory-per-vcpu-max: 4GiB }
//! types:                       # by type; one without a price is known, but has no price in this region
//!   ecs.c5.large: { vcpu: 2, memory: 4GiB, category: compute, price: 0.62, unit: instance-hour, source: list,
//!                   spot: { price: 0.056, unit: instance-hour, source: list } }
//! requests: { price: 0.40, unit: million-requests, source: list }      # optional: a fee a request
//! free-grant: { vcpu-seconds: 180000, gib-seconds: 360000, requests: 2000000, source: list }   # a month and account
//! account-unit: { name: CU, price: 0.00011, source: list, tiers: [...] }   # optional: prices above may then be
//!                              # in it: `price: 0.15, unit: CU/GB-second`
//! credit: { price: 0.005, unit: credit, source: list }                 # a surplus CPU credit
//! cluster: { price: 0.10, unit: hour, source: list }                   # a hosted control plane; free if missing
//! node: { type: ecs.g7.xlarge, reserved-vcpu: 0.1, reserved-memory: 1GiB }   # optional: whole nodes are paid for, and
//!                              # instances run on them; enough nodes for the most instances, all the time
//! load-balancer:               # optional, all parts of it too
//!   hourly: { public-ip: { price: 0.02, unit: hour, source: list } }   # for every wall-clock hour begun
//!   editions: { basic: { price: 0.049, unit: hour, source: list } }    # likewise, one of them
//!   traffic: { price: 0.8, unit: GB, source: list }
//!   bandwidth: { price: 0.04, unit: Mbps-hour, source: list, tiers: [ { from: 5, price: 0.14 } ] }
//!   specs:                     # for every hour the smallest that covers its three peaks
//!     small: { connections: 5000, new-connections: 3000, requests: 1000, price: 0.1, unit: hour, source: list }
//!   lcu: { new-connections: 25, connections: 3000, data: 1GiB, rules: 1000, price: 0.008, unit: LCU-hour, source: list }
//! extras: { ephemeral-storage: { price: 0.0000000309, unit: GB-second, source: list } }   # listed, on no bill
//! ```
//!
//! A price may have `tiers: [ { from: 6000000000, price: 0.000015 } ]`: beyond so many of its units a month (of 30 days)
//! each costs that much instead. Numbers are taken as they are written (as text, never as a double). A price is above
//! zero: 0 in a price list means that there is none. The units are those of [`UNITS`](super::UNITS).

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct BookFile {
    pub(super) platform: String,
    pub(super) region: String,
    pub(super) currency: String,
    pub(super) date: String,
    pub(super) source: String,
    pub(super) note: Option<String>,
    pub(super) billed_from: String,
    pub(super) charging: Option<String>,
    pub(super) granularity: String,
    pub(super) minimum: String,
    pub(super) idle: Option<String>,
    #[serde(default)]
    pub(super) instances_min: u32,
    pub(super) sources: BTreeMap<String, SourceFile>,
    #[serde(default)]
    pub(super) rates: BTreeMap<String, ClassFile>,
    #[serde(default)]
    pub(super) specs: BTreeMap<String, Vec<String>>,
    pub(super) sizes: Option<SizesFile>,
    #[serde(default)]
    pub(super) types: BTreeMap<String, TypeFile>,
    pub(super) requests: Option<EntryFile>,
    pub(super) free_grant: Option<FreeGrantFile>,
    pub(super) account_unit: Option<AccountUnitFile>,
    pub(super) credit: Option<EntryFile>,
    pub(super) cluster: Option<EntryFile>,
    pub(super) node: Option<NodeFile>,
    pub(super) load_balancer: Option<LoadBalancerFile>,
    #[serde(default)]
    pub(super) extras: BTreeMap<String, EntryFile>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct SourceFile {
    pub(super) text: String,
    pub(super) date: String,
    pub(super) confidence: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct ClassFile {
    pub(super) vcpu: Option<EntryFile>,
    pub(super) memory: Option<EntryFile>,
    #[serde(default)]
    pub(super) kept: KeptFile,
    pub(super) vcpu_max: Option<String>,
    pub(super) spot: Option<DiscountFile>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct KeptFile {
    pub(super) idle: Option<ResourcesFile>,
    pub(super) serving: Option<ResourcesFile>,
    pub(super) always: Option<ResourcesFile>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct ResourcesFile {
    pub(super) vcpu: Option<EntryFile>,
    pub(super) memory: Option<EntryFile>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct DiscountFile {
    pub(super) discount: String,
    pub(super) source: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct EntryFile {
    pub(super) price: String,
    pub(super) unit: String,
    pub(super) source: String,
    #[serde(default)]
    pub(super) tiers: Vec<TierFile>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct TierFile {
    pub(super) from: u64,
    pub(super) price: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct SizesFile {
    #[serde(default)]
    pub(super) vcpu: Vec<String>,
    pub(super) memory_step: Option<String>,
    pub(super) memory_min: Option<String>,
    pub(super) memory_max: Option<String>,
    pub(super) memory_per_vcpu_min: Option<String>,
    pub(super) memory_per_vcpu_max: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct TypeFile {
    pub(super) vcpu: String,
    pub(super) memory: String,
    pub(super) category: String,
    pub(super) price: Option<String>,
    pub(super) unit: Option<String>,
    pub(super) source: Option<String>,
    pub(super) spot: Option<EntryFile>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct FreeGrantFile {
    #[serde(default)]
    pub(super) vcpu_seconds: u64,
    #[serde(default)]
    pub(super) gib_seconds: u64,
    #[serde(default)]
    pub(super) requests: u64,
    pub(super) source: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct AccountUnitFile {
    pub(super) name: String,
    pub(super) price: String,
    pub(super) source: String,
    #[serde(default)]
    pub(super) tiers: Vec<TierFile>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct NodeFile {
    #[serde(rename = "type")]
    pub(super) type_name: String,
    pub(super) reserved_vcpu: Option<String>,
    pub(super) reserved_memory: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct LoadBalancerFile {
    #[serde(default)]
    pub(super) hourly: BTreeMap<String, EntryFile>,
    #[serde(default)]
    pub(super) editions: BTreeMap<String, EntryFile>,
    pub(super) traffic: Option<EntryFile>,
    pub(super) bandwidth: Option<EntryFile>,
    #[serde(default)]
    pub(super) specs: BTreeMap<String, SpecFile>,
    pub(super) lcu: Option<LcuFile>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct SpecFile {
    pub(super) connections: u64,
    pub(super) new_connections: u64,
    pub(super) requests: u64,
    pub(super) price: String,
    pub(super) unit: String,
    pub(super) source: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct LcuFile {
    pub(super) new_connections: Option<u64>,
    pub(super) connections: Option<u64>,
    pub(super) data: Option<String>,
    pub(super) rules: Option<u64>,
    pub(super) price: Option<String>,
    pub(super) unit: Option<String>,
    pub(super) source: Option<String>,
}
