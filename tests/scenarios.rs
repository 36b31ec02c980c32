//! Every file in `scenarios/` is run, shortened, and shows what it is there to show.
#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "the scenarios are files, and a skipped check says so")]

#[path = "common/files.rs"]
mod files;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use coldcast::experiment;
use coldcast::observe::Part;
use coldcast::scenario::{self, Options};
use coldcast::traffic::Open;
use files::{Folder, figure, folder, named, run};

#[test]
fn every_scenario_runs_and_answers() {
    let inside = |folder: PathBuf| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = inside(folder()).chain(inside(folder().join("bench"))).collect();
    files.retain(|path| path.extension().is_some_and(|it| it == "yaml"));
    files.sort();
    assert!(files.len() >= 4);
    for file in files {
        let comparison = run(&file, 1);
        let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
        assert_eq!(comparison.scenario, stem, "a scenario is called as its file");
        assert!(comparison.question.is_some(), "{stem} asks a question");
        assert!(comparison.policies.iter().all(|policy| policy.merged.tally.arrived > 0), "{stem} has traffic");
    }
}

#[test]
fn night_shop_sleeps_cheaply_and_keep_one_never_waits() {
    let it = named("night-shop.yaml");
    assert_eq!(figure(&it, "keep-one", "cold_request_rate"), 0.0);
    assert!(figure(&it, "scale-to-zero", "cost.total") < 0.9 * figure(&it, "keep-one", "cost.total"));
    assert!(figure(&it, "scale-to-zero", "wake_ups.timed_out") > 0.0, "a Spring application does not start in 10 s");
    assert!((figure(&it, "fixed-two", "cost.total") - 2.0 * figure(&it, "keep-one", "cost.total")).abs() < 1e-6);
    let arrived: Vec<f64> = it.policies.iter().map(|policy| policy.figure("requests.arrived").unwrap().point).collect();
    assert!(arrived.windows(2).all(|pair| pair[0] == pair[1]), "every policy meets the same requests: {arrived:?}");
}

/// The sum of the profile's medians, 8 + 0.1 + 50.7 + 1.5 + 6.3 s, is beyond the gateway's 60 s; with an ImageCache it is
/// 16.5 s (specs/request-path-and-cold-start.md 2.4).
#[test]
fn first_request_times_out_without_an_image_cache() {
    let it = named("first-request.yaml");
    let share = |policy: &str| figure(&it, policy, "timeout_rate");
    assert!((0.5..0.8).contains(&share("docker-hub")), "{}", share("docker-hub"));
    assert_eq!(share("image-cache"), 0.0);
    let median = figure(&it, "image-cache", "latency_s.p50");
    assert!((15.0..20.0).contains(&median), "{median}");
    let cached = it.policies.iter().find(|policy| policy.name == "image-cache").unwrap();
    assert_eq!(cached.merged.blame.above(&cached.merged.latency, 0.0)[Part::ImagePull as usize], 0);
    assert_eq!(figure(&it, "docker-hub", "wake_ups.count"), figure(&it, "docker-hub", "requests.arrived"), "each finds nothing");
}

#[test]
fn azure_day_keeps_every_request_and_keep_alive_has_fewer_cold_ones() {
    let it = named("azure-day.yaml");
    assert!(figure(&it, "keep-alive", "cold_request_rate") < figure(&it, "kpa", "cold_request_rate"));
    assert!(figure(&it, "keep-alive", "cost.total") > figure(&it, "kpa", "cost.total"));
}

/// The real slice, if it is there: 257 functions, 2,657,928 invocations in 8 hours, every one accounted for.
#[test]
fn the_real_azure_slice_is_accounted_for() {
    let traces =
        std::env::var("COLDCAST_TRACES").map_or_else(|_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/traces"), PathBuf::from);
    let slice = traces.join("azure2019_500x480");
    if !slice.exists() {
        println!("skipped: no {}", slice.display());
        return;
    }
    let text = "name: real\nrun: { replications: 1 }\nprices: aliyun-cn-hangzhou\nservices:\n  f:\n    traffic: [ { azure-2019: { folder: azure2019_500x480 } } ]\n    \
                cold-start: { profile: eci-imagecache, runtime: node }\n";
    let open: Arc<dyn Open> = Arc::new(Folder(traces));
    let scenario = scenario::load("real.yaml", text, &Options::default(), &open).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(scenario.workloads[0].functions().len(), 257);
    let comparison = experiment::run(&scenario, &()).unwrap();
    let tally = comparison.policies[0].merged.tally;
    tally.assert_conserved();
    assert_eq!(tally.arrived, 2_657_928);
}
