//! CPU credits of burstable instances: what an instance earns while it idles, spends when it is busy, and owes.
//!
//! ```text
//! CreditsSpec + instance type ─► families.yaml ─► CreditPlan { rules, price }
//!                                                     └─ rules ─► Ledger: settle · limit · exhausts_at · release
//! ```
//!
//! A [`Ledger`] is settled lazily: when the CPU use of its instance changes, and at the moment its credits end, which is
//! known in advance and is an event. Nothing ticks. Integers throughout ([`amount`]).
//!
//! Facts and figures: the fact sheet `prices-credits-reserve`, section 2, and the documents that `families.yaml` names;
//! every worked example of those documents is a test (`tests/credits_examples.rs`). Where documents contradict each
//! other or are silent, the data says so.
//!
//! Not here: how requests share the CPU, what the instance itself costs.

pub mod amount;
mod family;
mod ledger;
mod life;
mod plan;
mod spec;
#[cfg(test)]
mod tests;

pub use amount::{CpuRate, CpuTime};
pub use family::{Edition, FAMILIES, Family, Listed, Number, TypeRow, listed};
pub use ledger::{Ledger, Mode, Rules, Totals};
pub use life::{Balance, StopRule, StoppedLedger};
pub use plan::CreditPlan;
pub use spec::CreditsSpec;
