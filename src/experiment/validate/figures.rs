//! Figures of one scenario, replication by replication, known to a wanted precision; and the laws that hold in each.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::super::measured::Measured;
use super::super::simulate::{Progress, replicate};
use super::data::Data;
use crate::error::Error;
use crate::observe::histogram::{bucket_of, bucket_start};
use crate::observe::{Outcome, Part};
use crate::scenario::{self, Options, Scenario};
use crate::traffic::Open;
use crate::units::Span;

/// How a figure is taken from a replication; nothing where it does not exist.
pub(super) type Take = fn(&Outcome) -> Option<f64>;
/// The same, by what may know more than the replication.
pub(super) type Figure<'a> = &'a (dyn Fn(&Outcome) -> Option<f64> + Sync);

/// How much is simulated.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort {
    /// Replications at least. Fewer would misjudge their own standard error.
    pub first: u32,
    /// Replications at most.
    pub most: u32,
    /// The standard error that is wanted, as a share of the figure.
    pub precision: f64,
}

/// Reads a scenario that names no files.
pub(super) fn load(text: &str) -> Result<Scenario, Error> {
    let none: Arc<dyn Open> = Arc::new(Data::default());
    scenario::load("validation", text, &Options::default(), &none)
}

/// Every figure in every replication of a range, and the laws held in each.
pub(super) fn sample(scenario: &Scenario, range: Range<u32>, figures: &[Figure], progress: &dyn Progress) -> Result<Vec<Vec<f64>>, Error> {
    progress.begin(range.len());
    let each = range.into_par_iter().map(|replication| {
        let (outcome, _) = replicate(scenario, &scenario.policies[0], replication, progress)?;
        assert_laws(&outcome);
        Ok(figures.iter().map(|take| take(&outcome).unwrap_or(f64::NAN)).collect())
    });
    each.collect()
}

/// Simulates until the first `leading` figures are known well enough. If `is_off` doubts the answer, it is asked again: other replications
/// alone, twice as many, have the last word. One figure in 200 is three standard errors off by chance, and is not so twice;
/// what is wrong is found wrong again, and more surely.
pub(super) fn settle(
    scenario: &Scenario,
    (figures, leading): (&[Figure], usize),
    effort: Effort,
    progress: &dyn Progress,
    is_off: &dyn Fn(&[Measured]) -> bool,
) -> Result<Vec<Measured>, Error> {
    let mut values = sample(scenario, 0..effort.first, figures, progress)?;
    let wanted = wanted(&means(&values)[..leading], effort);
    values.extend(sample(scenario, effort.first..wanted, figures, progress)?);
    let found = means(&values);
    if !is_off(&found) {
        return Ok(found);
    }
    Ok(means(&sample(scenario, wanted..3 * wanted, figures, progress)?))
}

/// How many replications the precision needs, as far as the first ones tell.
fn wanted(found: &[Measured], effort: Effort) -> u32 {
    let needed = |it: &Measured| {
        let too_wide = it.standard_error / (effort.precision * it.point.abs());
        // A tenth more than the estimate says, since it is one.
        if too_wide > 1.0 { (f64::from(effort.first) * too_wide * too_wide * 1.1).ceil() as u32 } else { effort.first }
    };
    found.iter().map(needed).max().unwrap_or(effort.first).clamp(effort.first, effort.most)
}

/// The mean of each figure over the replications that have it.
pub(super) fn means(values: &[Vec<f64>]) -> Vec<Measured> {
    let figures = values.first().map_or(0, Vec::len);
    let mean = |figure: usize| {
        let values: Vec<f64> = values.iter().map(|each| each[figure]).collect();
        Measured::of(&values).expect("at least one replication")
    };
    (0..figures).map(mean).collect()
}

/// Little's law and the order of the instances' times, on sample paths: they hold whatever was drawn.
///
/// Requests in the system, summed over time, are their times in the system; what is missing at the horizon is in flight.
/// And what serves is usable, and what is usable is there.
fn assert_laws(outcome: &Outcome) {
    let buckets = &outcome.timeline.buckets;
    let present: u128 = buckets.iter().map(|it| it.concurrency_ns).sum();
    let took: u128 = buckets.iter().map(|it| it.latency_ns).sum();
    let hops = total(outcome, Part::Hops).unwrap_or(0.0) as u128;
    assert!(present + hops >= took, "requests took {took} ns and were there for {present} ns");
    let unfinished = u128::from(outcome.tally.in_flight) * buckets.len() as u128 * u128::from(outcome.timeline.width.0);
    assert!(present <= took + unfinished, "requests took {took} ns and were there for {present} ns");
    assert!(outcome.instances.serving_ns <= outcome.instances.ready_ns, "an instance serves while it is ready");
    assert!(outcome.instances.ready_ns <= outcome.instances.alive_ns, "an instance is ready while it is there");
}

/// The sum of a part of the latency, in nanoseconds.
pub(super) fn total(outcome: &Outcome, part: Part) -> Option<f64> {
    (outcome.latency.count() > 0).then(|| outcome.blame.above(&outcome.latency, 0.0)[part as usize] as f64)
}

/// Mean time in system, seconds.
pub(super) const LATENCY: Take = |it| it.latency.mean_secs();
/// Mean time before service, seconds: everything but hops and execution.
pub(super) const WAIT: Take = |it| {
    let execution = total(it, Part::Execution)? + total(it, Part::Hops)?;
    Some((it.latency.sum_ns() as f64 - execution) / it.latency.count() as f64 / 1e9)
};
/// Mean number of requests in the system.
pub(super) const PRESENT: Take = |it| {
    // Whole buckets between warm-up and horizon: neither need be a border.
    let (count, width) = (it.timeline.buckets.len(), it.timeline.width.0);
    let first = (count as u64 * width - it.measured.0).div_ceil(width) as usize;
    let buckets = it.timeline.buckets.get(first..count - 1).filter(|rest| !rest.is_empty())?;
    let present: u128 = buckets.iter().map(|it| it.concurrency_ns).sum();
    Some(present as f64 / (buckets.len() as f64 * it.timeline.width.0 as f64))
};
/// Mean number of instances that serve.
pub(super) const SERVING: Take = |it| over_time(it, it.instances.serving_ns);
/// Mean number of usable instances.
pub(super) const READY: Take = |it| over_time(it, it.instances.ready_ns);
/// Mean number of usable instances that serve nobody.
pub(super) const IDLE: Take = |it| over_time(it, it.instances.ready_ns - it.instances.serving_ns);
/// Mean number of instances, starting ones included.
pub(super) const ALIVE: Take = |it| over_time(it, it.instances.alive_ns);
/// Mean number of starting instances.
pub(super) const STARTING: Take = |it| over_time(it, it.instances.alive_ns - it.instances.ready_ns);
/// Mean number of instances that serve or start.
pub(super) const BUSY: Take = |it| over_time(it, it.instances.alive_ns - it.instances.ready_ns + it.instances.serving_ns);
/// Share of the requests that were refused.
pub(super) const REFUSED: Take = |it| of_arrived(it, it.tally.rejected());
/// Requests admitted a second: in the long run those that leave, and none is cut off by the horizon.
pub(super) const ADMITTED: Take = |it| Some((it.tally.arrived - it.tally.rejected()) as f64 / it.measured.as_secs_f64());
/// Instances started for each request that arrived.
pub(super) const STARTED: Take = |it| of_arrived(it, it.instances.cold_starts);

/// Share of the requests that took longer than so many seconds: without bias, which a quantile of correlated requests is not.
pub(super) fn slower_than(outcome: &Outcome, seconds: f64) -> Option<f64> {
    let at = Span::from_secs_f64(seconds);
    let bucket = bucket_of(at);
    let (start, end) = (bucket_start(bucket).0 as f64, bucket_start(bucket + 1).0 as f64);
    // Within the bucket, 0.8 % wide, latencies are taken to be spread evenly.
    let beyond = (end - at.0 as f64) / (end - start);
    let slower = outcome.latency.buckets().filter(|it| it.0 >= bucket);
    let count: f64 = slower.map(|(index, count, _)| if index > bucket { count as f64 } else { count as f64 * beyond }).sum();
    (outcome.latency.count() > 0).then(|| count / outcome.latency.count() as f64)
}

fn over_time(outcome: &Outcome, ns: u128) -> Option<f64> {
    Some(ns as f64 / outcome.measured.0 as f64)
}

fn of_arrived(outcome: &Outcome, count: u64) -> Option<f64> {
    (outcome.tally.arrived > 0).then(|| count as f64 / outcome.tally.arrived as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precision_says_how_many_replications_it_takes() {
        let effort = Effort { first: 10, most: 100, precision: 0.01 };
        let known = |error: f64| Measured::with_error(1.0, error);
        assert_eq!(wanted(&[known(0.005), known(0.02)], effort), 44);
        assert_eq!(wanted(&[known(0.009)], effort), 10);
        assert_eq!(wanted(&[known(0.5)], effort), 100);
    }
}
