//! What the fidelity of Knative's loops costs: a simulated second of a busy revision must not cost more with more pods, and a
//! month of a revision that sleeps next to nothing.
//!
//! `cargo bench --bench knative`.
#![allow(clippy::disallowed_methods, missing_docs, reason = "a benchmark's macros write functions")]

use std::sync::Arc;

use coldcast::experiment;
use coldcast::scenario::{self, Options, Scenario};
use coldcast::traffic::Open;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// No scenario here names a file.
struct NoFiles;

impl Open for NoFiles {
    fn open(&self, path: &str) -> std::io::Result<Box<dyn std::io::Read + Send>> {
        Err(std::io::Error::new(std::io::ErrorKind::NotFound, path.to_owned()))
    }
}

fn scenario(horizon: &str, traffic: &str, kpa: &str) -> Scenario {
    let text = format!(
        "name: bench\nrun: {{ horizon: {horizon}, replications: 1 }}\nprices: aliyun-cn-hangzhou\nservices:\n  api:\n    \
         traffic: [ {traffic} ]\n    request: {{ io: 50ms }}\n    cold-start: {{ application-start: 1s }}\n    \
         autoscaler: {{ kpa: {kpa} }}\n"
    );
    let open: Arc<dyn Open> = Arc::new(NoFiles);
    scenario::load("bench.yaml", &text, &Options::default(), &open).unwrap_or_else(|error| panic!("{error}"))
}

/// A thousand seconds with a request now and then: what is left is the loops.
fn busy_second(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a busy second");
    group.throughput(Throughput::Elements(1000)).sample_size(20);
    for pods in [1, 10, 100, 1000] {
        let it = scenario("1000s", "{ constant: { rate: 1/s } }", &format!("{{ min-scale: {pods} }}"));
        group.bench_function(format!("{pods} pods"), |bencher| bencher.iter(|| experiment::simulate(&it, &()).expect("it ends")));
    }
    group.finish();
}

/// One request at the start, and then nothing: a day and a year must cost the same.
fn asleep(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("asleep");
    group.sample_size(20);
    for horizon in ["1d", "365d"] {
        let it = scenario(horizon, "{ spike: { rate: 1/s, at: 1s, for: 1s } }", "{}");
        group.bench_function(horizon, |bencher| bencher.iter(|| experiment::simulate(&it, &()).expect("it ends")));
    }
    group.finish();
}

criterion_group!(benches, busy_second, asleep);
criterion_main!(benches);
