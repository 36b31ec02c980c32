//! Instance types that are out of stock: the next type of the list is tried, and after the last one is waited.
//!
//! ```text
//! start ─► the first type ─ out of stock ─► the next ─ out of stock ─► ... all are: waits, and tries the list again
//! ```
//!
//! That creating an instance fails for want of stock (ECI's event `NoStock`) and is tried again until it succeeds, the pod
//! pending meanwhile, is documented (alibabacloud.com/help/en/eci/user-guide/configure-a-fault-handling-policy-for-a-pod,
//! `fail-back`, the default); how often is not. A start that waits is in its first step, and no meter runs. Types are tried at
//! one moment. Instances that stand at time zero were in stock.

use std::collections::BTreeMap;

use rand::RngExt as _;
use schemars::JsonSchema;
use serde::Deserialize;

use super::event::Event;
use super::world::World;
use crate::engine::Streams;
use crate::error::{Problem, below};
use crate::units::{Share, SimTime, Span};

/// Which instance types are out of stock, and when.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct StockSpec {
    /// By instance type, or by class (`general`) for what is bought by vCPU and memory. One that is not named is always there.
    pub types: BTreeMap<String, TypeStock>,
    /// How long is waited until the list is tried again when no type of it was there. Default: 1 minute (a guess: the documents
    /// say that it is tried again, not when).
    pub retry_every: Span,
}

impl Default for StockSpec {
    fn default() -> Self {
        StockSpec { types: BTreeMap::new(), retry_every: Span::from_secs(60) }
    }
}

/// When an instance type is out of stock.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct TypeStock {
    /// The share of starts that find it out of stock, each by itself.
    pub out_of_stock: Share,
    /// Times in which every start finds it so.
    pub windows: Vec<StockWindow>,
}

/// A time without stock.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StockWindow {
    /// From the start of the run.
    pub from: Span,
    /// Until, likewise; from then on it is there again.
    pub until: Span,
}

impl StockSpec {
    /// What is wrong with it, whatever the types are.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (name, it) in &self.types {
            for (index, window) in it.windows.iter().enumerate().filter(|(_, window)| window.until <= window.from) {
                let path = format!("types.{name}.windows.{index}");
                let message = format!("a time without stock from {} until {} is none", window.from, window.until);
                problems.extend(below(&path, vec![Problem::new("stock", "until", message).hint("`until` comes after `from`")]));
            }
        }
        if self.retry_every == Span::ZERO {
            let problem = Problem::new("stock", "retry-every", "without a wait it would be tried for ever at one moment");
            problems.push(problem.hint("write a duration such as `1m`"));
        }
        problems
    }

    /// The rules of a type, if it is ever out of stock.
    pub fn plan(&self, name: &str) -> Option<StockPlan> {
        let it = self.types.get(name).filter(|it| it.out_of_stock.0 > 0.0 || !it.windows.is_empty())?;
        let windows = it.windows.iter().map(|it| (SimTime(it.from.0), SimTime(it.until.0))).collect();
        Some(StockPlan { out_of_stock: it.out_of_stock.0, windows, retry_every: self.retry_every })
    }
}

/// When a type is out of stock.
#[derive(Debug, Clone, PartialEq)]
pub struct StockPlan {
    out_of_stock: f64,
    windows: Vec<(SimTime, SimTime)>,
    /// The wait after the last type of a list.
    pub retry_every: Span,
}

impl StockPlan {
    /// Whether the start whose streams these are finds it out of stock.
    fn is_out(&self, now: SimTime, streams: Streams) -> bool {
        self.windows.iter().any(|(from, until)| (*from..*until).contains(&now))
            || self.out_of_stock > 0.0 && streams.rng().random::<f64>() < self.out_of_stock
    }
}

impl World<'_> {
    /// Whether a start of this kind finds it out of stock now. Every try is a draw of its own.
    pub(super) fn is_out_of_stock(&mut self, kind: u32, now: SimTime) -> bool {
        let it = &mut self.kinds[kind as usize];
        let Some(stock) = it.plan.stock.as_deref() else { return false };
        it.tries += 1;
        let is_out = stock.is_out(now, it.streams.child("stock").nth(it.tries));
        self.recorder.out_of_stock(is_out, now);
        is_out
    }

    /// The first kind of a revision's instances that is in stock.
    fn kind_in_stock(&mut self, revision: u32, now: SimTime) -> Option<u32> {
        // What is started of a reserve's pool has been found in stock by the reserve.
        if self.revisions[revision as usize].serves != revision {
            return Some(revision);
        }
        let others = self.revisions[revision as usize].other_kinds.clone();
        [revision].into_iter().chain(others).find(|kind| !self.is_out_of_stock(*kind, now))
    }

    /// An instance that was asked for is bought, as the first type that is in stock; if none is, it is tried again later.
    pub(super) fn buy(&mut self, slot: u32, now: SimTime) {
        let revision = self.fleet[slot].revision;
        match self.kind_in_stock(revision, now) {
            Some(kind) => self.begin_start(slot, kind, now),
            None => {
                let again = now.saturating_add(self.retry_stock_after(revision));
                self.events.push(again, Event::Buy(self.fleet.handle(slot)));
            }
        }
    }

    /// How long is waited when nothing is in stock.
    pub(super) fn retry_stock_after(&self, kind: u32) -> Span {
        self.kinds[kind as usize].plan.stock.as_ref().expect("it was out of stock").retry_every
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(json: &str) -> StockSpec {
        serde_json::from_str(json).expect("readable")
    }

    #[test]
    fn windows_and_shares() {
        let spec = spec(r#"{"types": {"a": {"windows": [{"from": "1h", "until": "2h"}]}, "b": {"out-of-stock": "30%"}, "c": {}}}"#);
        let out = |second| spec.plan("a").unwrap().is_out(SimTime::from_secs(second), Streams::new(1, 0));
        assert_eq!([3599, 3600, 7199, 7200].map(out), [false, true, true, false]);
        assert_eq!((spec.plan("c"), spec.plan("d")), (None, None));
        let (b, starts) = (spec.plan("b").unwrap(), 20_000u64);
        let found = (0..starts).filter(|n| b.is_out(SimTime::ZERO, Streams::new(1, 0).nth(*n))).count() as f64;
        let standard_error = (0.3 * 0.7 / starts as f64).sqrt();
        assert!((found / starts as f64 - 0.3).abs() < 3.0 * standard_error, "{found}");
    }

    #[test]
    fn what_is_refused() {
        let refused = |json: &str| spec(json).check().iter().map(|it| it.path.clone()).collect::<Vec<_>>();
        assert_eq!(refused(r#"{"types": {"a": {"out-of-stock": 1.0}}}"#), [""; 0]);
        assert_eq!(refused(r#"{"types": {"a": {"windows": [{"from": "2h", "until": "2h"}]}}}"#), ["types.a.windows.0.until"]);
        assert_eq!(refused(r#"{"retry-every": "0s"}"#), ["retry-every"]);
    }
}
