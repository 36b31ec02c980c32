//! The answer to a scenario as data: every policy's figures with intervals, and their differences from the baseline.

use super::break_even::BreakEvens;
use super::figure::FIGURES;
use super::revision::RevisionResult;
use super::sensitivity::Sensitivity;
use super::sequential::Looks;
use super::settle::Open;
use super::{About, Estimate};
use crate::observe::Outcome;

/// Everything a report needs to know of a run.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// Which scenario, how it was run, what is to be doubted.
    pub about: About,
    /// The policies, in the scenario's order.
    pub policies: Vec<PolicyResult>,
    /// Which of them the others are compared with.
    pub baseline: Option<usize>,
    /// Where two ways to serve cost the same, in closed form, beside what was simulated.
    pub break_evens: BreakEvens,
    /// How far the answer reaches, where figures of the scenario are ranges.
    pub sensitivity: Option<Sensitivity>,
    /// How it went, where replications were added until something was settled.
    pub settling: Option<Settling>,
}

/// How far adding replications led.
#[derive(Debug, Clone)]
pub struct Settling {
    /// When one looked.
    pub looks: Looks,
    /// What the last look left open; nothing if all is settled.
    pub open: Vec<Open>,
}

/// One policy.
#[derive(Debug, Clone)]
pub struct PolicyResult {
    /// Its name in the scenario.
    pub name: String,
    /// One estimate a figure, in the order of [`FIGURES`]; nothing where no replication has the figure.
    pub figures: Vec<Option<Estimate>>,
    /// Paired differences from the baseline, in the order of [`FIGURES`]; absent for the baseline itself.
    pub differences: Option<Vec<Option<Difference>>>,
    /// The bill's lines, means over replications, in the currency. They sum to `cost.total`.
    pub cost_lines: Vec<CostLine>,
    /// The same runs billed by each of the scenario's further books.
    pub bills: Vec<BookBill>,
    /// Each revision, where a service has several.
    pub revisions: Vec<RevisionResult>,
    /// All replications merged: shares and distributions over every request that was simulated.
    pub merged: Outcome,
}

/// What a policy's runs cost by another book.
#[derive(Debug, Clone, PartialEq)]
pub struct BookBill {
    /// Name of the book.
    pub price_book: String,
    /// The whole bill, in the comparison's currency.
    pub total: Estimate,
    /// The same for 30 days.
    pub per_30_days: Estimate,
    /// The same for a million requests; nothing without requests.
    pub per_million_requests: Option<Estimate>,
    /// Means over replications. They sum to the total.
    pub lines: Vec<CostLine>,
}

/// A line of a bill.
#[derive(Debug, Clone, PartialEq)]
pub struct CostLine {
    /// What the money bought: `starting`, `serving`, `idle` ...
    pub line: String,
    /// Which of several of that kind.
    pub item: Option<String>,
    /// What the instances it is for are there for: `standard`, `reserve`; nothing for other lines.
    pub role: Option<String>,
    /// How much of it.
    pub quantity: f64,
    /// In what.
    pub unit: String,
    /// What it cost.
    pub amount: f64,
}

/// A policy's figure less the baseline's, from paired replications.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The mean difference and its interval.
    pub estimate: Estimate,
    /// Whether it is more than chance, all differences of the comparison considered (Holm's correction): then the chance
    /// that any of them is called so wrongly is 5 %.
    pub significant: bool,
    /// What pairing is worth: the variance that the difference would have between runs that met other requests, over the
    /// one it has. So many times as many replications would be needed without. Nothing where the difference does not scatter.
    pub variance_ratio: Option<f64>,
}

impl PolicyResult {
    /// The estimate of the figure with this key.
    ///
    /// # Panics
    /// If there is no such figure: a key is part of the program, not of its input.
    pub fn figure(&self, key: &str) -> Option<Estimate> {
        self.figures[index(key)]
    }

    /// The difference from the baseline of the figure with this key.
    ///
    /// # Panics
    /// If there is no such figure.
    pub fn difference(&self, key: &str) -> Option<Difference> {
        self.differences.as_ref().and_then(|differences| differences[index(key)])
    }
}

fn index(key: &str) -> usize {
    FIGURES.iter().position(|figure| figure.key == key).unwrap_or_else(|| panic!("no figure `{key}`"))
}
