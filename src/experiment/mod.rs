//! Runs a scenario and says what the figures are worth: replications, intervals, paired differences.
//!
//! ```text
//! Scenario ──simulate──► Outcome per (policy, replication) ──compare──► Comparison
//! ```
//!
//! All policies of a replication meet the same requests (common random numbers), so differences are taken pair by pair.

mod bills;
pub mod compare;
pub mod comparison;
pub mod decisions;
mod differences;
pub mod estimate;
pub mod gate;
pub mod headline;
pub mod holm;
pub mod judge;
pub mod measured;
pub mod revision;
pub mod sequential;
pub mod settle;
pub mod simulate;
pub mod values;

pub use crate::figure::{self, FIGURES, Figure, Sample, find};
pub use compare::{run, run_until};
pub use comparison::{BookBill, Comparison, CostLine, Difference, PolicyResult, Settling};
pub use decisions::{Decided, decisions};
pub use estimate::Estimate;
pub use judge::{Judgement, Verdict};
pub use measured::Measured;
pub use revision::{REVISION_FIGURES, RevisionResult};
pub use sequential::{Looks, Stopping};
pub use settle::{Doubt, Open};
pub use simulate::{Progress, Replica, Replicas, simulate, simulate_range};
