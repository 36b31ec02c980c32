//! What a request costs: the whole simulator on `scenarios/bench/`, per request, and the bare loop beside it as the floor.
//!
//! `cargo bench`. For instruction counts, which do not depend on the machine's mood:
//! `valgrind --tool=callgrind ./target/release/coldcast run scenarios/bench/w1.yaml --dry`.
#![allow(clippy::disallowed_methods, missing_docs, reason = "a benchmark reads its scenarios, and its macros write functions")]

use std::path::Path;
use std::sync::Arc;

use coldcast::engine::exponential::Exponential;
use coldcast::engine::{Pending, Streams};
use coldcast::experiment;
use coldcast::scenario::{self, Options, Scenario};
use coldcast::traffic::Open;
use coldcast::units::SimTime;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// No scenario here names a file.
struct NoFiles;

impl Open for NoFiles {
    fn open(&self, path: &str) -> std::io::Result<Box<dyn std::io::Read + Send>> {
        Err(std::io::Error::new(std::io::ErrorKind::NotFound, path.to_owned()))
    }
}

/// A bench scenario, shortened to 1,000 s, with one text replaced.
fn load(file: &str, from: &str, to: &str) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/bench").join(file);
    let text = std::fs::read_to_string(path).expect("a bench scenario").replace("horizon: 10000s", "horizon: 1000s");
    assert!(text.contains(from), "{file} holds `{from}`");
    let open: Arc<dyn Open> = Arc::new(NoFiles);
    scenario::load(file, &text.replace(from, to), &Options::default(), &open).expect("a right scenario")
}

/// Requests in 1,000 s at 100/s, about.
const REQUESTS: u64 = 100_000;

fn whole_runs(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("requests");
    group.throughput(Throughput::Elements(REQUESTS)).sample_size(20);
    let keep_alive = "keep-alive: { idle: 600s }";
    let cases = [("w1", keep_alive), ("w1-kpa", "kpa: {}"), ("w1-fixed", "fixed: { instances: 40 }")];
    for (name, autoscaler) in cases {
        let scenario = load("w1.yaml", keep_alive, autoscaler);
        group.bench_function(name, |bencher| bencher.iter(|| experiment::simulate(&scenario, &()).expect("it ends")));
    }
    // As many requests, about a hundred of them on one CPU at a time.
    let shared = load("ps.yaml", "horizon: 500s", "horizon: 160s");
    group.bench_function("ps", |bencher| bencher.iter(|| experiment::simulate(&shared, &()).expect("it ends")));
    group.finish();
}

/// Two draws, one push and one pop a request: no model at all.
fn floor(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("floor");
    group.throughput(Throughput::Elements(REQUESTS));
    group.bench_function("draws-and-heap", |bencher| {
        bencher.iter(|| {
            let mut rng = Streams::new(1, 0).rng();
            let (between, service) = (Exponential::new(10_000_000), Exponential::new(200_000_000));
            let (mut pending, mut now, mut done) = (Pending::default(), 0, 0u64);
            for _ in 0..REQUESTS {
                now += between.sample_ns(&mut rng);
                while pending.next_time() <= SimTime(now) {
                    done += u64::from(pending.pop().expect("it has a next"));
                }
                pending.push(SimTime(now + service.sample_ns(&mut rng)), 1);
            }
            done
        });
    });
    group.finish();
}

criterion_group!(benches, whole_runs, floor);
criterion_main!(benches);
