//! What is seen of a run: plain data in integers, so that two outcomes add up to the same whatever the order.
//!
//! ```text
//! platform ──records──► Outcome { tally, latency (Histogram + Blame), timeline, instances, usage }
//! ```
//!
//! Not here: prices (`billing`), means and intervals over replications (`experiment`), text (`report`).

pub mod absences;
pub mod blame;
pub mod credits;
pub mod decisions;
pub mod histogram;
pub mod outcome;
pub mod revisions;
pub mod timeline;
pub mod witness;

pub use absences::Absences;
pub use blame::{BlameTable, Part};
pub use credits::{CreditBucket, CreditSeries};
pub use decisions::{DecisionRecord, Trigger};
pub use histogram::Histogram;
pub use outcome::{Instances, Outcome, Tally};
pub use revisions::RevisionOutcome;
pub use timeline::{Bucket, Timeline};
pub use witness::{Everything, InstanceLife, RequestLife, Wanted, Watch, Witnessed};
