//! Runs a scenario and says what the figures are worth: replications, intervals, paired differences.
//!
//! ```text
//! Scenario ──simulate──► Outcome per (policy, replication) ──compare──► Comparison
//! Draft ──Grid──► cells ──sweep──► Sweep (frontier)
//! ```
//!
//! All policies of a replication meet the same requests (common random numbers), so differences are taken pair by pair.

pub mod about;
pub mod compare;
pub mod comparison;
pub mod decisions;
pub mod estimate;
pub mod figure;
pub mod frontier;
pub mod grid;
pub mod revision;
pub mod simulate;
pub mod sweep;

pub use about::About;
pub use compare::run;
pub use comparison::{Comparison, CostLine, Difference, PolicyResult};
pub use decisions::{Decided, decisions};
pub use estimate::Estimate;
pub use figure::{FIGURES, Figure, Sample};
pub use frontier::Standing;
pub use grid::{Cell, Grid};
pub use revision::{REVISION_FIGURES, RevisionResult};
pub use simulate::{Progress, Replica, Replicas, simulate};
pub use sweep::{CellRun, Store, Sweep, SweptCell, Varied, sweep};
