//! Runs a scenario and says what the figures are worth: replications, intervals, paired differences.
//!
//! ```text
//! Scenario ──simulate──► Outcome per (policy, replication) ──compare──► Comparison
//! Draft ──Grid──► cells ──sweep──► Sweep (frontier)
//!                       └──optimize──► Optimum (the cheapest that keeps its promises)
//! ```
//!
//! All policies of a replication meet the same requests (common random numbers), so differences are taken pair by pair.

pub mod about;
mod bills;
pub mod break_even;
pub mod compare;
pub mod comparison;
pub mod counterfactual;
pub mod decisions;
mod differences;
pub mod estimate;
pub mod explain;
pub mod frontier;
pub mod gate;
pub mod grid;
pub mod headline;
pub mod holm;
pub mod judge;
pub mod measured;
pub mod optimize;
pub mod revision;
pub mod sensitivity;
pub mod sequential;
pub mod settle;
pub mod simulate;
pub mod sweep;
pub mod validate;
pub mod values;

pub use crate::figure::{self, FIGURES, Figure, Sample, find};
pub use about::About;
pub use break_even::BreakEvens;
pub use compare::{run, run_until};
pub use comparison::{BookBill, Comparison, CostLine, Difference, PolicyResult, Settling};
pub use counterfactual::{CAUSES, without_each};
pub use decisions::{Decided, decisions};
pub use estimate::Estimate;
pub use explain::{Explanation, Question, explain};
pub use frontier::Standing;
pub use grid::{Cell, Grid};
pub use judge::{Judgement, Verdict};
pub use measured::Measured;
pub use optimize::{Effort, Finding, Goal, Optimum, optimize};
pub use revision::{REVISION_FIGURES, RevisionResult};
pub use sensitivity::{Sensitivity, sensitivity};
pub use sequential::{Looks, Stopping};
pub use settle::{Doubt, Open};
pub use simulate::{Progress, Replica, Replicas, simulate, simulate_range};
pub use sweep::{CellRun, Store, Sweep, SweptCell, Varied, sweep};
