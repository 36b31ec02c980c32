//! What pairing is worth: that all policies meet the same requests makes their differences scatter less, by the factor that
//! the program tells, and that an experiment without pairing confirms.

mod common;

use coldcast::experiment::{self, Comparison, Measured, Replicas, find, simulate};
use coldcast::scenario::{Options, Scenario};

/// One policy gives every request a place at once, the other makes some of them wait.
const TEXT: &str = "\
name: pairing
run: { horizon: 1h, replications: 60 }
prices: aliyun-cn-hangzhou
services:
  api:
    traffic: [ { poisson: { rate: 5/s } } ]
    request: { cpu: { lognormal: { median: 50ms, sigma: 0.6 } } }
    container-concurrency: 1
policies:
  many: { services.api.autoscaler.fixed.instances: 9 }
  few: { services.api.autoscaler.fixed.instances: 2 }
";

fn load(seed: u64) -> Scenario {
    common::right(TEXT, &Options { seed: Some(seed), ..Options::default() })
}

fn values(replicas: &Replicas, key: &str) -> Vec<f64> {
    let figure = find(key).unwrap().0;
    replicas.each.iter().map(|replica| replica.figures[figure].unwrap()).collect()
}

fn variance(values: &[f64]) -> f64 {
    let it = Measured::of(values).unwrap();
    it.standard_error * it.standard_error * values.len() as f64
}

/// The told factor, and the one of an experiment in which the second policy meets the requests of another seed.
fn factors(told: &Comparison, key: &str) -> (f64, f64) {
    let (these, others) = (simulate(&load(1), &()).unwrap(), simulate(&load(2), &()).unwrap());
    let less = |mine: &Replicas, theirs: &Replicas| -> Vec<f64> {
        values(mine, key).into_iter().zip(values(theirs, key)).map(|(mine, theirs)| mine - theirs).collect()
    };
    let found = variance(&less(&others[1], &these[0])) / variance(&less(&these[1], &these[0]));
    (told.policies[1].difference(key).unwrap().variance_ratio.unwrap(), found)
}

/// Sixty replications know a variance to about a fifth, a ratio of two to a half at the worst.
#[test]
fn the_same_requests_make_differences_scatter_less() {
    let told = experiment::run(&load(1), &()).unwrap();
    for (key, least) in [("latency_s.mean", 1.3), ("latency_s.p50", 2.0)] {
        let (ratio, found) = factors(&told, key);
        assert!(ratio > least, "{key}: {ratio}");
        assert!((0.5..2.0).contains(&(ratio / found)), "{key}: told {ratio}, found {found}");
    }
}
