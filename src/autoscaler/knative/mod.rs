//! Knative's configuration as people have it: annotations in a manifest, ConfigMaps of a cluster.
//!
//! ```text
//! config-autoscaler, config-deployment ──► Cluster ──────────────┐
//!                                                                ├─► KpaSpec, or HpaSpec for the class hpa
//! annotations of a service and of a revision ──► Annotations ────┘
//! ```
//!
//! Texts are read as Go reads them, checked as the webhook checks them, and refused with the name of its rule. What has
//! no effect here is told, not passed over. Not here: what is valid of each key (`kpa::rules`), files, and what becomes of a
//! scenario's own short form.

pub mod annotations;
pub mod class;
pub mod cluster;
pub mod known;
pub mod texts;

pub use annotations::{Annotations, Origin, rollout_duration};
pub use class::Class;
pub use cluster::Cluster;
pub use texts::Texts;

use crate::error::Problem;

/// What was found while reading.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    /// What is refused.
    pub problems: Vec<Problem>,
    /// What has no effect here, in words, with a hint on a second line where there is one.
    pub warnings: Vec<String>,
}

impl Findings {
    fn refuse(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn warn(&mut self, message: impl Into<String>) {
        self.warnings.push(message.into());
    }
}
