//! Runs a scenario and says what the figures are worth: replications, intervals, paired differences.
//!
//! ```text
//! Scenario ──simulate──► Outcome per (policy, replication) ──compare──► Comparison
//! ```
//!
//! All policies of a replication meet the same requests (common random numbers), so differences are taken pair by pair.

pub mod compare;
pub mod comparison;
pub mod estimate;
pub mod judge;
pub mod simulate;

pub use crate::figure::{self, FIGURES, Figure, Sample};
pub use compare::run;
pub use comparison::{Comparison, CostLine, Difference, PolicyResult};
pub use estimate::Estimate;
pub use judge::{Judgement, Verdict};
pub use simulate::{Progress, Replica, Replicas, simulate};
