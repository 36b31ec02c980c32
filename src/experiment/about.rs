//! What every answer carries: which scenario was asked, how it was run, what is to be doubted.

use crate::scenario::Scenario;
use crate::units::{SimTime, Span};

/// The head of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    /// Version of coldcast.
    pub version: &'static str,
    /// Name of the scenario.
    pub scenario: String,
    /// The question it asks, in the user's words.
    pub question: Option<String>,
    /// SHA-256 of the scenario's text and of every file it names, in hex.
    pub scenario_hash: String,
    /// Seed of the first replication.
    pub seed: u64,
    /// How many replications each policy was run.
    pub replications: u32,
    /// Simulated length of a run.
    pub horizon: Span,
    /// Of that, left out of the figures at the start.
    pub warmup: Span,
    /// Name of the price book.
    pub price_book: String,
    /// Currency of every amount, as an ISO code.
    pub currency: String,
    /// Doubts, in words that teach.
    pub warnings: Vec<String>,
}

impl About {
    /// Of a scenario that is run as it says.
    pub fn of(scenario: &Scenario) -> About {
        About {
            version: env!("CARGO_PKG_VERSION"),
            scenario: scenario.name.clone(),
            question: scenario.question.clone(),
            scenario_hash: scenario.hash.clone(),
            seed: scenario.seed,
            replications: scenario.replications,
            horizon: scenario.window.horizon - SimTime::ZERO,
            warmup: scenario.window.warmup - SimTime::ZERO,
            price_book: scenario.book.name().to_owned(),
            currency: scenario.book.currency().to_owned(),
            warnings: scenario.warnings.clone(),
        }
    }
}
