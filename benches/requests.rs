//! What a request costs, timed: the whole simulator on `scenarios/bench/`, and beside it the bare loop and the queues alone.
//!
//! `cargo bench --bench requests`. For instruction counts, which do not depend on the machine's mood: `cargo bench --bench speed`.
#![allow(clippy::disallowed_methods, missing_docs, reason = "a benchmark reads its scenarios, and its macros write functions")]

mod common;

use coldcast::engine::exponential::Exponential;
use coldcast::engine::{EventQueue, Pending, Streams};
use coldcast::experiment;
use coldcast::units::SimTime;
use common::{AZURE, WORKLOADS, floor};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// About as many as the shorter of each workload's runs has.
const REQUESTS: u64 = 100_000;

fn whole_runs(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("requests");
    group.sample_size(20);
    for workload in WORKLOADS {
        let scenario = common::load(&common::text(workload.name, workload.horizons[0]), common::folder());
        let arrived = experiment::simulate(&scenario, &()).expect("it ends")[0].merged.tally.arrived;
        group.throughput(Throughput::Elements(arrived));
        group.bench_function(workload.name, |bencher| bencher.iter(|| experiment::simulate(&scenario, &()).expect("it ends")));
    }
    if let Some(traces) = common::traces() {
        let scenario = common::load(&common::with_horizon(AZURE, "1h"), traces);
        let arrived = experiment::simulate(&scenario, &()).expect("it ends")[0].merged.tally.arrived;
        group.throughput(Throughput::Elements(arrived));
        group.bench_function("azure", |bencher| bencher.iter(|| experiment::simulate(&scenario, &()).expect("it ends")));
    }
    group.finish();
}

/// A month in which hardly anything happens: by month, not by request.
fn quiet_month(criterion: &mut Criterion) {
    let scenario = common::load(&common::text("quiet-month", "30d"), common::folder());
    criterion.bench_function("quiet month", |bencher| bencher.iter(|| experiment::simulate(&scenario, &()).expect("it ends")));
}

/// No model at all.
fn floors(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("floor");
    group.throughput(Throughput::Elements(REQUESTS));
    for pending in [20, 100] {
        group.bench_function(format!("{pending} under way"), |bencher| bencher.iter(|| floor::run(REQUESTS, pending)));
    }
    group.finish();
}

/// The queue of completions and the queue of events alone: one pushed for each that is taken, so many in it.
fn queues(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("queue");
    group.throughput(Throughput::Elements(REQUESTS));
    let law = Exponential::new(1_000_000_000);
    for held in [20, 100, 1_000, 10_000] {
        group.bench_function(format!("completions, {held}"), |bencher| {
            bencher.iter(|| {
                let (mut rng, mut queue) = (Streams::new(1, 0).rng(), Pending::default());
                (0..held).for_each(|slot| queue.push(SimTime(law.sample_ns(&mut rng)), slot));
                for _ in 0..REQUESTS {
                    let now = queue.next_time();
                    let slot = queue.pop().expect("as many as were put in");
                    queue.push(SimTime(now.0 + law.sample_ns(&mut rng)), slot);
                }
                queue.len()
            });
        });
        group.bench_function(format!("events, {held}"), |bencher| {
            bencher.iter(|| {
                let (mut rng, mut queue) = (Streams::new(1, 0).rng(), EventQueue::default());
                (0..held).for_each(|slot| queue.push(SimTime(law.sample_ns(&mut rng)), slot));
                for _ in 0..REQUESTS {
                    let (now, event) = queue.pop().expect("as many as were put in");
                    queue.push(SimTime(now.0 + law.sample_ns(&mut rng)), event);
                }
                queue.next_time()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, whole_runs, quiet_month, floors, queues);
criterion_main!(benches);
