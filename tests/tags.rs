//! What is sent to the address of a revision's tag, past the split.

mod common;

use coldcast::experiment::{Comparison, RevisionResult};
use common::{load, run};

/// An hour of a request every second, of which `canary` is meant to get nothing, and what is sent to its own address.
fn hour(canary: &str) -> String {
    format!(
        "name: t\nrun: {{ horizon: 1h, replications: 2 }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    \
         traffic: [ {{ constant: {{ rate: 1/s }} }} ]\n    request: {{ io: 20ms }}\n    \
         cold-start: {{ application-start: 3s }}\n    autoscaler: {{ kpa: {{}} }}\n    \
         revisions:\n      stable: {{ percent: 100, tag: stable }}\n      canary: {{ {canary} }}\n"
    )
}

fn revision<'a>(comparison: &'a Comparison, name: &str) -> &'a RevisionResult {
    comparison.policies[0].revisions.iter().find(|it| it.name == name).unwrap()
}

/// Requests and share of a revision.
fn seen(comparison: &Comparison, name: &str) -> (f64, Option<f64>) {
    let it = revision(comparison, name);
    (it.figure("requests").unwrap().point, it.figure("share").map(|it| it.point))
}

#[test]
fn a_tags_address_leads_past_the_split() {
    let cases: [(&str, f64, f64); 5] = [
        ("tag: canary", 0.0, 0.0),
        ("tag: canary, traffic: [ { timer: { every: 10s, phase: 5s } } ]", 360.0, 0.0),
        ("tag: canary, traffic: [ { timer: { every: 10s, phase: 5s } }, { batch: { every: 30m, size: 7 } } ]", 367.0, 0.0),
        ("tag: canary, created: 30m, traffic: [ { timer: { every: 10s, phase: 5s } } ]", 180.0, 0.0),
        ("tag: canary, traffic: [ { timer: { every: 2h, phase: 90m } } ]", 0.0, 0.0),
    ];
    let without = run(&hour(cases[0].0));
    for (canary, requests, share) in cases {
        let it = run(&hour(canary));
        assert_eq!(seen(&it, "canary"), (requests, Some(share)), "{canary}");
        assert_eq!(seen(&it, "stable"), seen(&without, "stable"), "{canary}: nothing of the split is lost or added");
        assert_eq!(it.policies[0].merged.tally.arrived as f64 / 2.0, seen(&it, "stable").0 + requests, "{canary}");
    }
}

/// It wakes the revision and is answered by it: with a cold start, since nobody else calls.
#[test]
fn a_tagged_revision_sleeps_and_wakes_by_itself() {
    let it = run(&hour("tag: canary, traffic: [ { timer: { every: 20m, phase: 10m } } ]"));
    let canary = revision(&it, "canary");
    assert_eq!(canary.figure("requests").unwrap().point, 3.0);
    let p50 = canary.figure("latency_p50_s").unwrap().point;
    assert!((3.0..10.0).contains(&p50), "the start of 3 s and what comes with it: {p50}");
}

/// The shares of a split stay as they were meant, whatever a tag's address draws.
#[test]
fn shares_are_of_what_is_split() {
    let text = hour("percent: 25, tag: canary, traffic: [ { constant: { rate: 5/s } } ]").replace("percent: 100", "percent: 75");
    let it = run(&text);
    let (requests, share) = seen(&it, "canary");
    assert!((share.unwrap() - 0.25).abs() < 0.02, "{share:?}");
    assert!(requests > 18_000.0, "{requests}");
}

#[test]
fn what_cannot_be_addressed_is_refused() {
    let traffic = "traffic: [ { constant: { rate: 1/s } } ]";
    let cases = [
        (traffic.to_owned(), "only a tag gives a revision an address"),
        (format!("tag: Canary, {traffic}"), "`Canary` cannot be part of a host name"),
        (format!("tag: '', {traffic}"), "`` cannot be part of a host name"),
        (format!("tag: -a, {traffic}"), "`-a` cannot be part of a host name"),
        (format!("tag: stable, {traffic}"), "has the tag `stable` already"),
        ("tag: canary, traffic: [ { poisson: { rate: -1/s } } ]".to_owned(), "rate"),
    ];
    for (canary, said) in cases {
        let error = load(&hour(&canary)).to_string();
        assert!(error.contains(said), "{canary}: {error}");
        assert!(error.contains("test.yaml:"), "{canary}: {error}");
    }
}
