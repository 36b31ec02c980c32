//! The figures of a revision, where a service splits its traffic: one table that every report reads.
//!
//! A new figure is one line here.

use std::collections::BTreeMap;

use super::Estimate;
use super::figure::Unit;
use crate::observe::revisions::{Share, shares};
use crate::observe::{Outcome, RevisionOutcome};
use crate::units::Span;

/// What a figure is taken from: one revision in one replication.
#[derive(Debug, Clone, Copy)]
pub struct RevisionSample<'a> {
    own: &'a RevisionOutcome,
    share: Option<Share>,
    course: &'a [Option<Share>],
    /// Requests of the whole service that were split, in each bucket.
    split: &'a [u64],
    measured: Span,
}

/// A figure of a revision.
#[derive(Debug, Clone, Copy)]
pub struct RevisionFigure {
    /// Its key in the JSON contract.
    pub key: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// What it means.
    pub meaning: &'static str,
    take: fn(&RevisionSample) -> Option<f64>,
}

const fn figure(key: &'static str, unit: Unit, meaning: &'static str, take: fn(&RevisionSample) -> Option<f64>) -> RevisionFigure {
    RevisionFigure { key, unit, meaning, take }
}

/// Every figure of a revision, in the order in which it is written.
pub const REVISION_FIGURES: &[RevisionFigure] = &[
    figure("requests", Unit::Count, "requests that reached it, by the split or by its tag's own address", |s| {
        Some(s.own.tally.arrived as f64)
    }),
    figure("share", Unit::Share, "its share of the requests that the service's route split", |s| s.share.map(|it| it.found)),
    figure("share_meant", Unit::Share, "the share that was meant for it, mean over these requests", |s| s.share.map(|it| it.meant)),
    figure("share_error", Unit::Share, "distance of its share from the meant one, by time bucket, mean over requests", |s| {
        s.mean_by_bucket(|share, _| (share.found - share.meant).abs())
    }),
    figure("share_error_by_chance", Unit::Share, "what that would be if every request drew its revision by the meant share", |s| {
        s.mean_by_bucket(|share, requests| chance(share.meant, requests))
    }),
    figure("timeout_rate", Unit::Share, "share of its requests that timed out", |s| s.rate(s.own.tally.timed_out())),
    figure("error_rate", Unit::Share, "share of its requests that were rejected or failed", |s| {
        s.rate(s.own.tally.rejected() + s.own.tally.failed)
    }),
    figure("latency_p50_s", Unit::Seconds, "median latency", |s| s.own.latency.quantile_secs(0.5)),
    figure("latency_p99_s", Unit::Seconds, "99th percentile of latency", |s| s.own.latency.quantile_secs(0.99)),
    figure("instances_ready_mean", Unit::Count, "its usable instances, mean over the run", |s| {
        Some(s.own.timeline.buckets.iter().map(|it| it.ready_ns).sum::<u128>() as f64 / s.measured.0 as f64)
    }),
];

impl RevisionSample<'_> {
    fn rate(&self, count: u64) -> Option<f64> {
        let arrived = self.own.tally.arrived;
        (arrived > 0).then(|| count as f64 / arrived as f64)
    }

    /// The mean of a distance over the buckets, each weighing as much as it has requests.
    fn mean_by_bucket(&self, distance: impl Fn(Share, u64) -> f64) -> Option<f64> {
        let all: u64 = self.split.iter().sum();
        let sum = self.course.iter().zip(self.split).filter_map(|(share, n)| Some(distance((*share)?, *n) * *n as f64)).sum::<f64>();
        (all > 0).then(|| sum / all as f64)
    }
}

/// The mean distance of a share from its expectation when that many requests draw for themselves: √(2 p (1 − p) ÷ π n), the
/// mean absolute value of the normal law that the binomial approaches.
fn chance(meant: f64, requests: u64) -> f64 {
    (2.0 * meant * (1.0 - meant) / (std::f64::consts::PI * requests as f64)).sqrt()
}

/// One revision's figures in one replication.
#[derive(Debug, Clone, PartialEq)]
pub struct RevisionValues {
    /// Its service.
    pub service: String,
    /// Its name.
    pub name: String,
    /// In the order of [`REVISION_FIGURES`].
    pub values: Vec<Option<f64>>,
}

/// The figures of every revision of an outcome; of services with one revision there are none.
pub fn revision_values(outcome: &Outcome, horizon: Span) -> Vec<RevisionValues> {
    let mut services: BTreeMap<&str, Vec<&RevisionOutcome>> = BTreeMap::new();
    for ((service, _), revision) in &outcome.revisions {
        services.entry(service).or_default().push(revision);
    }
    services.into_iter().flat_map(|(service, revisions)| values_of(service, &revisions, horizon)).collect()
}

fn values_of(service: &str, revisions: &[&RevisionOutcome], horizon: Span) -> Vec<RevisionValues> {
    let buckets = revisions[0].timeline.buckets.len();
    let split: Vec<u64> = (0..buckets).map(|at| revisions.iter().map(|it| it.found[at]).sum()).collect();
    let values = |(own, (share, course)): (&&RevisionOutcome, (Option<Share>, Vec<Option<Share>>))| {
        let sample = RevisionSample { own, share, course: &course, split: &split, measured: horizon };
        let values = REVISION_FIGURES.iter().map(|figure| (figure.take)(&sample)).collect();
        RevisionValues { service: service.to_owned(), name: own.name.clone(), values }
    };
    revisions.iter().zip(shares(revisions)).map(values).collect()
}

/// A revision's figures over all replications.
#[derive(Debug, Clone, PartialEq)]
pub struct RevisionResult {
    /// Its service.
    pub service: String,
    /// Its name.
    pub name: String,
    /// In the order of [`REVISION_FIGURES`].
    pub figures: Vec<Option<Estimate>>,
}

impl RevisionResult {
    /// The estimate of the figure with this key.
    ///
    /// # Panics
    /// If there is no such figure: a key is part of the program, not of its input.
    pub fn figure(&self, key: &str) -> Option<Estimate> {
        let index = REVISION_FIGURES.iter().position(|figure| figure.key == key);
        self.figures[index.unwrap_or_else(|| panic!("no figure `{key}` of a revision"))]
    }
}

/// Estimates over replications, each of which has the same revisions.
pub fn revision_results<'a>(replicas: impl Iterator<Item = &'a [RevisionValues]> + Clone) -> Vec<RevisionResult> {
    let first = replicas.clone().next().unwrap_or_default();
    let result = |(index, it): (usize, &RevisionValues)| {
        let estimate = |figure: usize| {
            let values: Vec<f64> = replicas.clone().filter_map(|replica| replica[index].values[figure]).collect();
            Estimate::of(&values)
        };
        let figures = (0..REVISION_FIGURES.len()).map(estimate).collect();
        RevisionResult { service: it.service.clone(), name: it.name.clone(), figures }
    };
    first.iter().enumerate().map(result).collect()
}
