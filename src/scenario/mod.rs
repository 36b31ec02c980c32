//! What the user wrote, and what it means: a [`Scenario`] in hand is valid.
//!
//! ```text
//! YAML ─► tree (places kept) ─► overlay a policy ─► decode (RawScenario) ─► check and resolve ─► Scenario
//! ```
//!
//! Every problem is reported at once, each with file, line and column. Files are opened by whoever calls (`cli`).

mod books;
mod burstable;
mod check;
mod decode;
mod doubts;
mod files;
mod gradual;
mod layers;
mod overlay;
mod path;
mod plan;
mod raw;
mod reserve;
mod revisions;
mod tree;

use std::sync::Arc;

pub use raw::{RawScenario, RevisionSpec, RunSpec, ServiceSpec};

use crate::billing::resident::Resident;
use crate::billing::{Book, InstancePrice};
use crate::error::Error;
use crate::platform::{ServicePlan, Window};
use crate::traffic::{Open, Workload};

/// A scenario, checked and resolved.
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// The question it asks.
    pub question: Option<String>,
    /// SHA-256 of its text and of every file it names, in hex.
    pub hash: String,
    /// First seed.
    pub seed: u64,
    /// Replications of every policy.
    pub replications: u32,
    /// How long a run is.
    pub window: Window,
    /// The price book.
    pub book: Book,
    /// Further books that the same runs are billed by, in the same currency.
    pub also_priced_by: Vec<Book>,
    /// Whether the books' monthly free grants are all for this scenario.
    pub free_grant: bool,
    /// The policies, in the order of the file.
    pub policies: Vec<Policy>,
    /// Which of them the others are compared with; nothing if there is only one.
    pub baseline: Option<usize>,
    /// The traffic, shared by policies whose sources are the same.
    pub workloads: Vec<Workload>,
    /// Doubts about what was written.
    pub warnings: Vec<String>,
}

/// One policy: the services as it runs them.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// Its services.
    pub services: Vec<Service>,
    /// What runs besides them.
    pub resident: Resident,
}

/// One service under a policy; a template if its traffic has many functions.
#[derive(Debug, Clone)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// How it is simulated.
    pub plan: ServicePlan,
    /// Its traffic, among the scenario's workloads.
    pub workload: usize,
    /// What an instance of each revision costs.
    pub prices: Vec<InstancePrice>,
    /// The same under each further book.
    pub also_prices: Vec<Vec<InstancePrice>>,
}

/// What a caller may set beside the file.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// In place of `run.seed`.
    pub seed: Option<u64>,
    /// In place of `run.replications`.
    pub replications: Option<u32>,
    /// In place of the folder of every replayed trace.
    pub trace: Option<String>,
}

/// Reads a scenario: `text` is the content of `file`, whose name appears in errors.
pub fn load(file: &str, text: &str, options: &Options, open: &Arc<dyn Open>) -> Result<Scenario, Error> {
    check::load(file, text, options, open)
}

/// Reads a price book of the user's own: `text` is the content of `file`, whose name appears in errors.
pub fn read_book(file: &str, text: &str) -> Result<Book, Error> {
    books::read(file, text)
}

/// The JSON Schema of a scenario file.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(RawScenario).to_value()
}
