//! The workloads of `scenarios/bench/` have the outcomes on which independent simulators agree (`specs/peers-speed.md`, "Outcomes
//! to agree with", the row of the newest freed), so that what is timed is the same work.

#[path = "common/files.rs"]
mod files;

use std::ops::RangeInclusive;

use coldcast::experiment::Comparison;
use files::{bench, bench_text, figure};

/// Until the last instance is gone, ten minutes and a few seconds after the last request: so the table's runs end.
const AFTER_S: u64 = 660;

/// A workload whose requests come for so many seconds.
fn run(name: &str, seconds: u64) -> Comparison {
    let text = bench_text(name, &format!("{}s", seconds + AFTER_S));
    let until = text.replace(" } } ]\n    request", &format!(" }}, clip: {{ until: {seconds}s }} }} ]\n    request"));
    assert_ne!(text, until, "the traffic ends");
    let it = bench(name, &until);
    it.policies[0].merged.tally.assert_conserved();
    assert_eq!(it.policies[0].merged.tally.in_flight, 0);
    it
}

/// A figure without the time that the gateway's hop adds to a latency.
fn of(it: &Comparison, key: &str) -> f64 {
    figure(it, "base", key) - if key == "latency_s.mean" { 0.001 } else { 0.0 }
}

/// Seconds that instances were ready and served nobody.
fn idle_s(it: &Comparison, seconds: u64) -> f64 {
    (of(it, "instances.ready_mean") - of(it, "instances.serving_mean")) * (seconds + AFTER_S) as f64
}

#[track_caller]
fn check(it: &Comparison, expected: &[(&str, RangeInclusive<f64>)]) {
    for (key, range) in expected {
        assert!(range.contains(&of(it, key)), "{}: {key} is {}, not in {range:?}", it.about.scenario, of(it, key));
    }
}

/// The table: 131 to 157 cold starts, 270 to 287 thousand idle seconds, 0.1998 to 0.2005 s; one burst of starts, so a wide spread.
#[test]
fn w1_is_the_work_of_its_table() {
    let it = run("w1", 10_000);
    check(&it, &[("requests.arrived", 0.997e6..=1.003e6), ("cold_starts", 110.0..=175.0), ("latency_s.mean", 0.1996..=0.2007)]);
    let idle = idle_s(&it, 10_000);
    assert!((255e3..=300e3).contains(&idle), "{idle}");
}

/// The table: 38,934 to 39,073 cold starts, 127.5 to 127.7 million idle seconds, 0.50343 to 0.50345 s. Any other choice of the
/// instance is far off: 17 to 20 thousand, 152 to 180 million.
#[test]
fn w2_is_the_work_of_its_table() {
    let it = run("w2", 86_400);
    check(&it, &[("requests.arrived", 10.97e6..=11.01e6), ("cold_starts", 38_600.0..=39_400.0), ("latency_s.mean", 0.5029..=0.5039)]);
    let idle = idle_s(&it, 86_400);
    assert!((127.0e6..=128.1e6).contains(&idle), "{idle}");
}

/// The table, of ten times as many requests: 1,128 cold starts, 0.10013 s. All of them fall into the first seconds.
#[test]
fn w3_is_the_work_of_its_table() {
    let it = run("w3", 1_000);
    let colder = 1_128.0 * 1.0 / 1e6;
    check(&it, &[("cold_starts", 1_030.0..=1_230.0), ("latency_s.mean", 0.0997 + colder..=0.1003 + colder)]);
}
