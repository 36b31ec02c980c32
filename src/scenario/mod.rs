//! What the user wrote, and what it means: a [`Scenario`] in hand is valid.
//!
//! ```text
//! YAML ─► tree (places kept) ─► overlay a policy ─► decode (RawScenario) ─► check and resolve ─► Scenario
//! ```
//!
//! Every problem is reported at once, each with file, line and column. Files are opened by whoever calls (`cli`).

mod axis;
mod books;
mod burstable;
mod changes;
mod check;
mod decode;
mod defaults;
mod doubts;
mod draft;
mod expect;
mod files;
mod findings;
mod gradual;
mod known;
mod layers;
mod overlay;
mod path;
mod plan;
mod ranged;
mod raw;
mod reserve;
mod revisions;
mod stock;
mod tree;

use std::sync::Arc;

pub use axis::{Axis, CELLS_MAX, Level};
pub use changes::{Change, changes};
pub use draft::{BASE, Draft, Selection};
pub use expect::Expectation;
pub use ranged::Ranged;
pub use raw::{RawScenario, RevisionSpec, RunSpec, ServiceSpec};

use crate::billing::resident::Resident;
use crate::billing::{Book, InstancePrice};
use crate::error::{Error, Place};
use crate::expression::{Tolerance, Vocabulary};
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
    /// What it promises of its policies.
    pub expectations: Vec<Expectation>,
    /// How much worse than a baseline its figures may be, where it says so.
    pub tolerances: Vec<Tolerance>,
    /// Its text.
    pub text: String,
    /// Doubts about what was written.
    pub warnings: Vec<String>,
}

impl Scenario {
    /// The names an expression about this scenario may use.
    pub fn vocabulary(&self) -> Vocabulary {
        let policies = self.policies.iter().map(|policy| policy.name.clone()).collect();
        Vocabulary { policies, currency: self.book.currency().to_owned() }
    }
}

/// One policy: the services as it runs them.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// Where it is written.
    pub place: Place,
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
    /// What is sent to the address of a revision's tag, beside the split: the revision and its traffic, likewise.
    pub tagged: Vec<(u32, usize)>,
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

/// Where a value stands that was set on the command line: line 0, and a column that says which axis and level it is.
fn level_column(axis: usize, level: usize) -> usize {
    1 + axis * (CELLS_MAX + 1) + level
}

/// The axis and level that stand at a place; nothing for a place in the file.
fn level_of_column(line: usize, column: usize) -> Option<(usize, usize)> {
    let index = column.checked_sub(1).filter(|_| line == 0)?;
    Some((index / (CELLS_MAX + 1), index % (CELLS_MAX + 1)))
}
