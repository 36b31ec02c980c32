//! Runs a scenario and says what the figures are worth: replications, intervals, paired differences.
//!
//! ```text
//! Scenario ──simulate──► Outcome per (policy, replication) ──compare──► Comparison
//! ```
//!
//! All policies of a replication meet the same requests (common random numbers), so differences are taken pair by pair.

pub mod compare;
pub mod comparison;
pub mod counterfactual;
pub mod decisions;
pub mod estimate;
pub mod explain;
pub mod figure;
pub mod revision;
pub mod simulate;

pub use compare::run;
pub use comparison::{Comparison, CostLine, Difference, PolicyResult};
pub use counterfactual::{CAUSES, without_each};
pub use decisions::{Decided, decisions};
pub use estimate::Estimate;
pub use explain::{Explanation, Question, explain};
pub use figure::{FIGURES, Figure, Sample};
pub use revision::{REVISION_FIGURES, RevisionResult};
pub use simulate::{Progress, Replica, Replicas, simulate};
