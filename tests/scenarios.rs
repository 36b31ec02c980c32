//! Every file in `scenarios/` is run, shortened, and shows what it is there to show.
#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "the scenarios are files, and a skipped check says so")]

#[path = "common/files.rs"]
mod files;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use coldcast::experiment::break_even::Crossing;
use coldcast::experiment::{self, Comparison};
use coldcast::observe::Part;
use coldcast::scenario::{self, Options};
use coldcast::traffic::Open;
use files::{Folder, bench, bench_text, figure, folder, named, run};

/// The workloads of the benchmarks, each as long as it needs to be seen at work.
const BENCH: [(&str, &str); 9] = [
    ("burst", "2h"),
    ("credits", "3h"),
    ("ps", "20s"),
    ("quiet-month", "30d"),
    ("w1", "60s"),
    ("w1-hops", "60s"),
    ("w1-kpa", "60s"),
    ("w2", "15m"),
    ("w3", "10s"),
];

/// The names of the scenarios in a folder, in order.
fn names(folder: PathBuf) -> Vec<String> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let scenarios = paths.filter(|path| path.extension().is_some_and(|it| it == "yaml"));
    let mut names: Vec<String> = scenarios.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[track_caller]
fn check_answer(it: &Comparison, name: &str) {
    assert_eq!(it.about.scenario, name, "a scenario is called as its file");
    assert!(it.about.question.is_some(), "{name} asks a question");
    assert!(it.policies.iter().all(|policy| policy.merged.tally.arrived > 0), "{name} has traffic");
}

#[test]
fn every_scenario_runs_and_answers() {
    let names = names(folder());
    assert!(names.len() >= 4);
    names.iter().for_each(|name| check_answer(&run(&folder().join(format!("{name}.yaml")), 1), name));
}

#[test]
fn every_workload_of_the_benchmarks_runs_and_answers() {
    assert_eq!(names(folder().join("bench")), BENCH.map(|(name, _)| name));
    BENCH.iter().for_each(|(name, horizon)| check_answer(&bench(name, &bench_text(name, horizon)), name));
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

/// Section 6 of the fact sheet: 31.59 against 16.79 USD a month, within 5 %; simulated, then billed.
#[test]
fn the_measured_cloud_run_month_is_reproduced() {
    let it = named("measured-cloud-run.yaml");
    for (policy, published) in [("keep-one", 31.59), ("scale-to-zero", 16.79)] {
        let computed = figure(&it, policy, "cost.per_30_days");
        assert!((computed / published - 1.0).abs() < 0.05, "{policy}: {computed} is not {published}");
    }
    let starts = figure(&it, "scale-to-zero", "cold_starts");
    assert!((starts - 689.0).abs() <= 5.0, "{starts} cold starts");
    assert_eq!(figure(&it, "keep-one", "cold_starts"), 0.0);
}

/// Paid by request where hardly anybody calls, by node or instance where many do.
#[test]
fn no_cloud_is_the_cheapest_for_every_traffic() {
    let it = named("clouds.yaml");
    let cost = |policy: &str, book: &str| {
        let policy = it.policies.iter().find(|it| it.name == policy).unwrap();
        policy.bills.iter().find(|bill| bill.price_book == book).unwrap_or_else(|| panic!("no {book}")).total.point
    };
    let (lambda, nodes) = ("aws-lambda-x86-us-east-1", "own-nodes-aws-us-east-1");
    let (by_request, by_instance) = ("gcp-cloud-run-request-tier-1", "gcp-cloud-run-instance-tier-1");
    assert!(cost("quiet", lambda) < 0.01 * cost("quiet", nodes));
    assert!(cost("busy", lambda) > 1.1 * cost("busy", nodes));
    assert!(cost("quiet", by_request) < 0.1 * cost("quiet", by_instance));
    assert!(cost("busy", by_request) > cost("busy", by_instance));
    assert!(it.policies.iter().all(|policy| policy.bills.len() == 16 && policy.bills.iter().all(|bill| bill.total.point > 0.0)));
}

/// Three times the service itself for a plain mesh, nine times for HA; as much as the service for a load balancer.
#[test]
fn a_mesh_of_ones_own_costs_more_than_the_shop() {
    let it = named("self-hosted-or-hosted.yaml");
    let times = |policy: &str| figure(&it, policy, "cost.resident") / figure(&it, policy, "cost.standard");
    assert!((2.5..3.5).contains(&times("self-hosted")), "{}", times("self-hosted"));
    assert!((8.0..10.0).contains(&times("self-hosted-ha")), "{}", times("self-hosted-ha"));
    assert!((0.8..1.3).contains(&times("hosted")), "{}", times("hosted"));
    // What is left of an hour of a node beside the load balancer's 0.267 buys so many answers of 20 kB at 0.8 a GiB.
    let rate = it.break_evens.gateway.iter().find(|it| it.against == "self-hosted").unwrap();
    let exact = (0.815398 - 0.267) / 0.8 * 1_073_741_824.0 / 20_000.0 / 3600.0;
    let Crossing::PerSecond(found) = rate.crossing else { panic!("{rate:?}") };
    assert!((found - exact).abs() < 1e-3 && it.break_evens.gateway.len() == 4, "{found} is not {exact}");
    assert!(rate.seen_per_second < found && rate.seen_per_hour < rate.own_per_hour, "{rate:?}");
    // Nodes are paid whole: one, three, and two of 0.815398 an hour.
    for (policy, nodes) in [("self-hosted", 1.0), ("self-hosted-ha", 3.0), ("self-hosted-2020-ha", 2.0)] {
        let paid = figure(&it, policy, "cost.resident");
        assert!((paid - 48.0 * nodes * 0.815398).abs() < 1e-6, "{policy}: {paid}");
    }
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
