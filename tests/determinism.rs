//! The same seed gives the same bytes: on one thread or many, and again.

mod common;

use coldcast::report::ARTIFACTS;

const SCENARIO: &str = include_str!("../scenarios/night-shop.yaml");

/// Every artifact of a shortened night-shop, on so many threads.
fn artifacts(threads: usize) -> Vec<(&'static str, Vec<u8>)> {
    let text = SCENARIO.replace("horizon: 2d, replications: 10", "horizon: 8h, replications: 3");
    assert_ne!(text, SCENARIO, "the scenario's run is shortened");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let comparison = pool.install(|| common::run(&text));
    ARTIFACTS.iter().filter_map(|artifact| Some((artifact.file, (artifact.render)(&comparison)?))).collect()
}

#[test]
fn one_thread_or_eight_once_or_twice() {
    let once = artifacts(1);
    for (again, what) in [(artifacts(8), "on eight threads"), (artifacts(1), "a second time")] {
        for ((file, first), (_, second)) in once.iter().zip(&again) {
            assert!(first == second, "{file} differs {what}");
        }
    }
}

#[test]
fn another_seed_is_another_outcome() {
    let text = "name: s\nrun: { horizon: 1h, replications: 1, seed: SEED }\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    \
                traffic: [ { poisson: { rate: 1/s } } ]\n    autoscaler: { fixed: { instances: 1 } }\n";
    let of = |seed: &str| common::only(&common::run(&text.replace("SEED", seed))).merged.clone();
    assert_eq!(of("1"), of("1"));
    assert_ne!(of("1"), of("2"));
}
