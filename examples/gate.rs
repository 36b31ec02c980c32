//! How often the gate is wrong: `cargo run --release --example gate` writes `results/gate/`.
//!
//! A/A: a scenario is checked against its own baseline, each with seeds of its own. Nothing changed, so every "no" is a
//! false alarm. Planted: the same with 3 % on the 99th percentile, or 2 % on every price, between baseline and check: every
//! "yes" is a regression that was missed. Seeds are counted up from fixed ones; `tests/gate.rs` holds the bounds.
#![allow(clippy::disallowed_methods, clippy::print_stdout, missing_docs, reason = "an example writes files and says so")]

use std::collections::BTreeMap;
use std::io::{Cursor, Error, ErrorKind, Read, Result};
use std::sync::Arc;

use coldcast::billing::BOOKS;
use coldcast::experiment::gate::{Answer, Baseline, Question, check};
use coldcast::experiment::{FIGURES, Stopping, Verdict, simulate};
use coldcast::figure::short_name;
use coldcast::scenario::{self, Options, Scenario};
use coldcast::traffic::Open;
use rayon::prelude::*;

/// A busy service on three instances: its 99th percentile is that of its slow requests.
const BUSY: &str = "\
name: busy
run: { horizon: LONG, replications: 10 }
prices: book.yaml
services:
  api:
    traffic: [ { poisson: { rate: 10/s } } ]
    request: { cpu: { mixture: [ { weight: 97, of: { lognormal: { median: 30ms, sigma: 0.4 } } }, { weight: 3, of: { lognormal: { median: 400ms, sigma: 0.15 } } } ] } }
    container-concurrency: 2
policies:
  warm: { services.api.autoscaler.fixed.instances: 3 }
";

/// A service that is called now and then and often asleep: a fifth of its requests wait for a start, many in vain, and what it
/// costs depends on when they come.
const QUIET: &str = "\
name: quiet
run: { horizon: LONG, replications: 10 }
prices: book.yaml
services:
  api:
    traffic: [ { poisson: { rate: 120/h } } ]
    request: { cpu: { lognormal: { median: 300ms, sigma: 0.5 } }, timeout: 15s }
    cold-start: { profile: eci-imagecache, runtime: java-spring }
policies:
  asleep: { services.api.autoscaler.keep-alive.idle: 1m }
";

/// What was changed between the baseline and the check.
#[derive(Debug, Clone, Copy)]
pub struct Plant {
    /// What it is called in `results/gate/`.
    pub name: &'static str,
    text: &'static str,
    /// How long a run is.
    horizon: &'static str,
    from: &'static str,
    to: &'static str,
    price: f64,
    /// Whether the check meets the requests of the baseline, as it does in CI unless somebody says otherwise.
    same_seed: bool,
    /// Whether replications are added until the answer is known, up to 80.
    until_sure: bool,
}

const NOTHING: Plant = Plant { name: "", text: BUSY, horizon: "1h", from: "", to: "", price: 1.0, same_seed: false, until_sure: false };
/// The slow requests of `busy` are longer by so much that its 99th percentile is 3 % longer.
const P99: Plant = Plant { from: "median: 400ms", to: "median: 412ms", ..NOTHING };
const COST: Plant = Plant { text: QUIET, horizon: "3d", price: 1.02, ..NOTHING };

/// Every kind of trial. Short runs scatter by more than what is tolerated: they are where a gate raises false alarms.
pub const PLANTS: &[Plant] = &[
    Plant { name: "nothing: busy, 1 h", ..NOTHING },
    Plant { name: "nothing: busy, 5 min", horizon: "5m", ..NOTHING },
    Plant { name: "nothing: busy, 5 min, until sure", horizon: "5m", until_sure: true, ..NOTHING },
    Plant { name: "nothing: quiet, 3 d", price: 1.0, ..COST },
    Plant { name: "nothing: quiet, 6 h", price: 1.0, horizon: "6h", ..COST },
    Plant { name: "p99 +3 %: busy, 1 h, the same requests", same_seed: true, ..P99 },
    Plant { name: "p99 +3 %: busy, 1 h", ..P99 },
    Plant { name: "p99 +3 %: busy, 20 min", horizon: "20m", ..P99 },
    Plant { name: "p99 +3 %: busy, 5 min", horizon: "5m", ..P99 },
    Plant { name: "cost +2 %: quiet, 3 d, the same requests", same_seed: true, ..COST },
    Plant { name: "cost +2 %: quiet, 3 d", ..COST },
    Plant { name: "cost +2 %: quiet, 1 d", horizon: "1d", ..COST },
    Plant { name: "cost +2 %: quiet, 6 h", horizon: "6h", ..COST },
];

/// The seed of the first check; that of its baseline is 1.
const FRESH: u64 = 1_000_001;

/// A price book whose rates are multiplied.
struct Books(f64);

impl Open for Books {
    fn open(&self, path: &str) -> Result<Box<dyn Read + Send>> {
        if path != "book.yaml" {
            return Err(Error::new(ErrorKind::NotFound, "there is only a price book"));
        }
        let mut book = BOOKS[0].1.to_owned();
        for rate in ["0.000049", "0.00000613"] {
            assert!(book.contains(rate), "the book's rates are those that are scaled");
            book = book.replace(rate, &format!("{:.9}", rate.parse::<f64>().unwrap() * self.0));
        }
        Ok(Box::new(Cursor::new(book)))
    }
    fn list(&self, _: &str) -> Result<Vec<String>> {
        Ok(Vec::new())
    }
}

fn load(text: &str, seed: u64, price: f64) -> Scenario {
    let open: Arc<dyn Open> = Arc::new(Books(price));
    let options = Options { seed: Some(seed), ..Options::default() };
    scenario::load("gate.yaml", text, &options, &open).unwrap_or_else(|error| panic!("{error}"))
}

/// What the gate answered over all trials.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    pub yes: u32,
    pub no: u32,
    pub unsure: u32,
    /// Which figures were called worse, how often.
    pub worse: BTreeMap<String, u32>,
    /// Mean change of the planted figure over all trials and policies, as a share.
    pub change: BTreeMap<String, f64>,
}

/// Runs so many trials of a plant.
pub fn trials(plant: &Plant, trials: u64) -> Tally {
    let text = plant.text.replace("LONG", plant.horizon);
    let runs: Vec<Tally> = (0..trials).into_par_iter().map(|trial| one(plant, &text, trial)).collect();
    let mut all = Tally::default();
    for run in &runs {
        (all.yes, all.no, all.unsure) = (all.yes + run.yes, all.no + run.no, all.unsure + run.unsure);
        run.worse.iter().for_each(|(name, n)| *all.worse.entry(name.clone()).or_default() += n);
        run.change.iter().for_each(|(name, share)| *all.change.entry(name.clone()).or_default() += share / trials as f64);
    }
    all
}

fn one(plant: &Plant, text: &str, trial: u64) -> Tally {
    let before = load(text, 1 + trial, 1.0);
    let baseline = Baseline::of(&before, &simulate(&before, &()).unwrap());
    assert!(text.contains(plant.from));
    let text = if plant.from.is_empty() { text.to_owned() } else { text.replace(plant.from, plant.to) };
    let after = load(&text, if plant.same_seed { 1 + trial } else { FRESH + trial }, plant.price);
    let stopping = Stopping { until_sure: plant.until_sure, replications_max: Some(80), ..Stopping::default() };
    let found = check(&after, Question { baseline: Some(baseline), stopping, ..Question::default() }, &()).unwrap();
    let of = |answer: Answer| u32::from(found.answer == answer);
    let mut tally = Tally { yes: of(Answer::Yes), no: of(Answer::No), unsure: of(Answer::Unsure), ..Tally::default() };
    let policies = found.comparison.policies.len() as f64;
    for it in found.against.iter().flat_map(|it| &it.regressions) {
        let name = short_name(FIGURES[it.figure].key);
        *tally.worse.entry(name.clone()).or_default() += u32::from(it.verdict == Verdict::Broken);
        if it.before > 0.0 {
            *tally.change.entry(name).or_default() += it.difference.point / it.before / policies;
        }
    }
    tally
}

#[allow(dead_code, reason = "the test that includes this file has its own")]
fn main() {
    let mut out = "# How often the gate is wrong\n\nWritten by `cargo run --release --example gate`. Ten replications a run; other requests than the baseline's (a fresh seed) unless it says the same.\n\n".to_owned();
    out +=
        "| planted | trials | no | cannot tell | yes | mean change of p99, of cost | called worse |\n|---|---:|---:|---:|---:|---:|---|\n";
    for plant in PLANTS {
        let many = if plant.name.starts_with("nothing") { 200 } else { 100 };
        let it = trials(plant, many);
        let worse: Vec<String> = it.worse.iter().filter(|(_, n)| **n > 0).map(|(name, n)| format!("{name} {n}")).collect();
        let change = |name: &str| it.change.get(name).map_or(0.0, |share| share * 100.0);
        let (p99, cost) = (change("latency.p99"), change("cost"));
        out += &format!(
            "| {} | {many} | {} | {} | {} | {p99:+.2} %, {cost:+.2} % | {} |\n",
            plant.name,
            it.no,
            it.unsure,
            it.yes,
            worse.join(", ")
        );
        println!("{}: {it:?}", plant.name);
    }
    std::fs::create_dir_all("results/gate").unwrap();
    std::fs::write("results/gate/gate.md", out).unwrap();
}
