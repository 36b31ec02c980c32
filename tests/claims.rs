//! What the article claims (S1 to S12), the scenario that tries each claim, and the figure that shows it.
//!
//! A claim without a scenario fails here, and so does one that the README does not list.
#![allow(clippy::disallowed_methods, reason = "the scenarios and the README are files")]

#[path = "common/files.rs"]
mod files;

use std::fs;
use std::path::Path;

use coldcast::experiment::break_even::Crossing;
use coldcast::experiment::{Comparison, PolicyResult};
use coldcast::observe::Part;
use files::{figure, folder, revision, run};

/// A claim, where it is tried, and what must be seen there.
struct Claim {
    name: &'static str,
    says: &'static str,
    scenario: &'static str,
    shows: fn(&Comparison),
}

const CLAIMS: &[Claim] = &[
    Claim {
        name: "S1",
        says: "with a fixed number of instances nobody waits for a start, and idle nights are paid for",
        scenario: "fixed-replicas",
        shows: |it| {
            assert_eq!(figure(it, "three", "cold_request_rate"), 0.0);
            within(figure(it, "three", "cost.idle") / figure(it, "three", "cost.total"), 0.85, 0.95);
            let on_nodes = |policy: &str| policy_of(it, policy).bills[0].total.point;
            within(on_nodes("three") / figure(it, "three", "cost.total"), 1.7, 2.0);
            assert_eq!(on_nodes("scale-to-zero"), on_nodes("one"), "nodes stay");
        },
    },
    Claim {
        name: "S2",
        says: "by pod count the canary's share drifts once two HPAs act",
        scenario: "canary-by-pods",
        shows: |it| {
            let v2 = revision(it, "heavier-v2", "v2");
            assert!(v2.figure("share_error").unwrap().point > 5.0 * v2.figure("share_error_by_chance").unwrap().point);
        },
    },
    Claim {
        name: "S3",
        says: "by percent it does not",
        scenario: "canary-by-percent",
        shows: |it| within(revision(it, "heavier-v2", "v2").figure("share").unwrap().point, 0.33, 0.336),
    },
    Claim {
        name: "S4",
        says: "at zero the activator holds the first request until a pod is ready: nothing is lost",
        scenario: "wake-up",
        shows: |it| {
            for policy in ["proxy", "serve", "between"] {
                assert_eq!(figure(it, policy, "requests.completed"), 480.0, "{policy}");
                assert_eq!(figure(it, policy, "wake_ups.count"), 240.0, "{policy}");
                within(figure(it, policy, "instances.mean"), 0.01, 0.05);
                within(figure(it, policy, "latency_s.p50"), 5.0, 15.0);
            }
        },
    },
    Claim {
        name: "S5",
        says: "a mesh and its controllers of one's own run and cost whether somebody calls or not",
        scenario: "self-hosted-or-hosted",
        shows: |it| {
            let times = |policy: &str| figure(it, policy, "cost.resident") / figure(it, policy, "cost.standard");
            within(times("self-hosted"), 2.5, 3.5);
            within(times("self-hosted-ha"), 8.0, 10.0);
        },
    },
    Claim {
        name: "S6",
        says: "hosted, controllers are free and the gateway is paid by use",
        scenario: "self-hosted-or-hosted",
        shows: |it| {
            assert!(policy_of(it, "hosted").cost_lines.iter().all(|line| line.line != "control-plane" && line.line != "nodes"));
            assert!(figure(it, "hosted", "cost.resident") < 0.4 * figure(it, "self-hosted", "cost.resident"));
            let rate = it.break_evens.gateway.iter().find(|it| it.against == "self-hosted").unwrap();
            let Crossing::PerSecond(requests) = rate.crossing else { panic!("{rate:?}") };
            within(requests, 10.0, 10.5);
        },
    },
    Claim {
        name: "S7",
        says: "from zero to one takes five serial steps, and the first request usually times out",
        scenario: "first-request",
        shows: |it| {
            within(figure(it, "docker-hub", "timeout_rate"), 0.5, 0.8);
            Part::STEPS.iter().for_each(|step| assert!(blame(it, "docker-hub", *step) > 0.0, "{step:?}"));
        },
    },
    Claim {
        name: "S8",
        says: "an application takes from milliseconds to minutes to start, whatever the platform does",
        scenario: "runtimes",
        shows: |it| {
            within(blame(it, "go", Part::AppStart), 0.01, 0.2);
            within(blame(it, "java-heavy", Part::AppStart), 20.0, 60.0);
            let platform = |policy: &str| blame(it, policy, Part::Allocation) + blame(it, policy, Part::ContainerCreation);
            assert!((platform("go") - platform("java-heavy")).abs() < 1e-6, "the same starts under every policy");
        },
    },
    Claim {
        name: "S9",
        says: "a burstable reserve of the same size is 46 % cheaper, and answers the first request at once",
        scenario: "reserve-46-percent",
        shows: |it| {
            let saved = |reserve: &str, kept: &str| 1.0 - figure(it, reserve, "cost.total") / figure(it, kept, "cost.total");
            for (reserve, kept, by_the_book) in [
                ("c5-with-t5", "c5", 0.4629),
                ("c6-with-t5", "c6", 0.1462),
                ("c6-with-t6", "c6", 0.3949),
                ("c6-with-t6-2g", "c6", 0.6974),
                ("c6-with-e", "c6", 0.4231),
                ("c7-with-t6", "c7", 0.4211),
                ("c7-with-e", "c7", 0.4481),
            ] {
                within(saved(reserve, kept), by_the_book - 0.003, by_the_book);
                assert_eq!(figure(it, reserve, "cold_request_rate"), 0.0, "{reserve}");
            }
        },
    },
    Claim {
        name: "S10",
        says: "a burstable instance earns credits while idle, spends them when busy, and is then throttled",
        scenario: "credits-run-out",
        shows: |it| {
            let throttled = |policy: &str| {
                let last = policy_of(it, policy).merged.credits.buckets.last().copied().unwrap();
                last.throttled_ns as f64 / last.present_ns as f64
            };
            let found = ["t6-c4m1", "t6-c2m1", "t6-c1m1", "t6-c1m4", "t6-c4m1-unlimited"].map(throttled);
            assert_eq!(found, [1.0, 1.0, 1.0, 0.0, 0.0]);
        },
    },
    Claim {
        name: "S11",
        says: "the reserve's type is the user's choice, and `min-scale: 1` turns the reserve off",
        scenario: "reserve-46-percent",
        shows: |it| {
            assert_eq!(figure(it, "c7-switched-off", "cost.total"), figure(it, "c7", "cost.total"));
            assert_eq!(figure(it, "c7-switched-off", "cost.reserve"), 0.0);
            let names: Vec<&str> = it.break_evens.reserve.iter().map(|rule| rule.reserve.name.as_str()).collect();
            assert_eq!(names.len(), 7, "{names:?}");
        },
    },
    Claim {
        name: "S12",
        says: "elasticity is a balance between cost and efficiency",
        scenario: "frontier",
        shows: |it| {
            let of = |policy: &str| (figure(it, policy, "cost.total"), figure(it, policy, "timeout_rate"));
            let along = ["zero", "retention-5m", "reserve"].map(of);
            assert!(along.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 > pair[1].1), "{along:?}");
            for beaten in ["retention-30m", "economy-reserve", "keep-one"] {
                assert!(of(beaten).0 > 1.1 * of("reserve").0 && of(beaten).1 >= of("reserve").1, "{beaten}: {:?}", of(beaten));
            }
        },
    },
];

#[track_caller]
fn within(value: f64, low: f64, high: f64) {
    assert!((low..=high).contains(&value), "{value} is not between {low} and {high}");
}

#[track_caller]
fn policy_of<'a>(comparison: &'a Comparison, name: &str) -> &'a PolicyResult {
    comparison.policies.iter().find(|it| it.name == name).unwrap_or_else(|| panic!("no policy {name}"))
}

/// Mean seconds that a request lost to a part of its way.
fn blame(comparison: &Comparison, policy: &str, part: Part) -> f64 {
    let merged = &policy_of(comparison, policy).merged;
    merged.blame.above(&merged.latency, 0.0)[part as usize] as f64 / 1e9 / merged.latency.count() as f64
}

#[test]
fn every_claim_has_a_scenario_that_shows_it() {
    for number in 1..=12 {
        assert!(CLAIMS.iter().any(|claim| claim.name == format!("S{number}")), "no scenario for S{number}");
    }
    for claim in CLAIMS {
        assert!(!claim.says.is_empty());
        (claim.shows)(&run(&folder().join(format!("{}.yaml", claim.scenario)), 1));
    }
}

#[test]
fn the_readme_lists_every_claim_with_its_scenario() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    for claim in CLAIMS {
        let listed = readme
            .lines()
            .any(|line| line.starts_with(&format!("| {} |", claim.name)) && line.contains(&format!("scenarios/{}.yaml", claim.scenario)));
        assert!(listed, "the README has no line for {} with {}", claim.name, claim.scenario);
    }
}
