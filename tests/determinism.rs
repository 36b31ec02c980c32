//! The same seed gives the same bytes: on one thread or many, and again.

mod common;

use coldcast::experiment;
use coldcast::report::ARTIFACTS;

const SCENARIO: &str = include_str!("../scenarios/night-shop.yaml");

/// A trace of which one function has nearly all requests: its traffic is made on a thread of its own, if there is more than one.
const TRACE: &str = "name: trace\nrun: { replications: 2 }\nprices: aliyun-cn-hangzhou\nservices:\n  f:\n    \
                     traffic: [ { azure-2019: { invocations: counts.csv } } ]\n    request: { io: 50ms }\n    \
                     cold-start: { application-start: 1s }\n    autoscaler: { keep-alive: { idle: 10m } }\n";
const COUNTS: &str = "HashOwner,HashApp,HashFunction,Trigger,1,2,3,4\no,a,seldom,http,1,0,3,0\no,a,often,queue,40000,0,70000,2\n\
                      o,b,never,timer,0,0,0,0\no,b,now-and-then,timer,0,900,0,800\n";

/// Every artifact of a scenario, on so many threads.
fn artifacts(text: &str, threads: usize) -> Vec<(&'static str, Vec<u8>)> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let scenario = common::try_load(text, vec![("counts.csv", COUNTS.into())]).unwrap_or_else(|error| panic!("{error}"));
    let comparison = pool.install(|| experiment::run(&scenario, &()).unwrap());
    ARTIFACTS.iter().filter_map(|artifact| Some((artifact.file, (artifact.render)(&comparison)?))).collect()
}

#[test]
fn one_thread_or_eight_once_or_twice() {
    let night_shop = SCENARIO.replace("horizon: 2d, replications: 10", "horizon: 8h, replications: 3");
    assert_ne!(night_shop, SCENARIO, "the scenario's run is shortened");
    for text in [night_shop.as_str(), TRACE] {
        let once = artifacts(text, 1);
        for (again, what) in [(artifacts(text, 8), "on eight threads"), (artifacts(text, 1), "a second time")] {
            for ((file, first), (_, second)) in once.iter().zip(&again) {
                assert!(first == second, "{file} differs {what}");
            }
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
