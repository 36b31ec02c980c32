//! A fixed number of instances: a classic Deployment without an autoscaler.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::Problem;

/// So many instances, from the first moment to the last.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FixedSpec {
    /// How many.
    pub instances: u32,
    /// Where requests wait that find no free place.
    #[serde(default)]
    pub queue: FixedQueue,
}

/// Where requests wait for a fixed pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FixedQueue {
    /// In one queue before all instances; the next free place takes the first (as behind an activator).
    #[default]
    Shared,
    /// In the instance the gateway chose for them.
    Instance,
}

impl FixedSpec {
    /// What is wrong with it.
    pub fn check(&self) -> Vec<Problem> {
        if self.instances > 0 {
            return Vec::new();
        }
        let problem = Problem::new("no-instances", "instances", "nobody would ever be served by 0 instances");
        vec![problem.hint("`kpa: {}` scales to zero and back")]
    }
}
