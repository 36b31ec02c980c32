//! Knative's gradual rollout, where the new revision takes a minute to become ready: by the second, worked out by hand.

mod common;

use coldcast::experiment::Comparison;
use coldcast::observe::revisions::RevisionOutcome;

/// Ten minutes, in which `new` is created at 100 s and is ready a minute later.
fn run(rollout: &str) -> Comparison {
    common::run(&format!(
        "name: t\nrun: {{ horizon: 10m, replications: 1 }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    \
         traffic: [ {{ constant: {{ rate: 20/s }} }} ]\n    request: {{ io: 10ms }}\n    cold-start: {{ application-start: 60s }}\n    \
         autoscaler: {{ kpa: {{ min-scale: 1 }} }}\n    revisions: {{ old: {{ percent: 100, tag: old }}, new: {{ created: 100s }} }}\n    \
         rollout: {rollout}\n"
    ))
}

/// The share that is meant for `new` at these seconds, in percent; within the steps of one bucket of the timeline.
#[track_caller]
fn check(rollout: &str, expected: &[(u64, f64)]) {
    let it = run(rollout);
    let revisions: Vec<&RevisionOutcome> = it.policies[0].merged.revisions.values().collect();
    let width = 600.0 / revisions[0].found.len() as f64;
    for (second, percent) in expected {
        let bucket = (*second as f64 / width) as usize;
        let (all, meant) = revisions.iter().fold((0, 0), |(all, meant), revision| {
            (all + revision.found[bucket], if revision.name == "new" { revision.meant_ppm[bucket] } else { meant })
        });
        let found = meant as f64 / 1e4 / all as f64;
        assert!((found - percent).abs() <= 0.5 * width + 0.1, "{rollout}: {found} % at {second} s, not {percent}, in buckets of {width} s");
    }
}

/// 199 s less the second for the first percent are 99 steps of 2 s, from when the revision is ready.
#[test]
fn it_begins_when_the_revision_is_ready_and_lasts_as_long_as_was_asked_for() {
    let over = "[ { at: 100s, to: new, over: 199s } ]";
    check(over, &[(120, 0.0), (150, 0.0), (170, 6.0), (200, 21.0), (260, 51.0), (340, 91.0), (370, 100.0), (590, 100.0)]);
    // Steps of one's own come when they were written for, as soon as somebody can answer.
    check("[ { at: 100s, to: new, step: 10%, every: 40s } ]", &[(150, 0.0), (170, 20.0), (190, 30.0), (470, 100.0)]);
}

#[test]
fn a_rollback_ends_what_would_have_followed() {
    check("[ { at: 100s, to: new, over: 199s }, { at: 220s, to: old } ]", &[(210, 26.0), (230, 0.0), (300, 0.0), (590, 0.0)]);
    check("[ { at: 100s, to: new, over: 199s }, { at: 130s, to: old } ]", &[(170, 0.0), (300, 0.0)]);
}
