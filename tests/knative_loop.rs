//! Knative's loops around simulated requests, with figures worked out by hand: what is reported when, what the windows make
//! of it, and when the autoscaler is called.

mod common;

use coldcast::observe::{DecisionRecord, Trigger};
use coldcast::units::SimTime;
use common::decided::{self, tick_at};

/// The decisions about one revision whose requests come at these seconds and take so long each. There is no latency but
/// theirs, and every loop comes round at whole seconds.
#[track_caller]
fn decisions(requests: &str, horizon: &str, rest: &str) -> Vec<DecisionRecord> {
    let text = format!(
        "name: t\nrun: {{ horizon: {horizon}, replications: 1 }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    \
         traffic: [ {{ csv: {{ file: t.csv, duration: duration }} }} ]\n    gateway: {{ latency: 0s }}\n    queue-proxy: {{ latency: 0s }}\n    \
         activator: {{ latency: 0s }}\n    cold-start: {{ application-start: 5s }}\n    {rest}\n"
    );
    let file = format!("timestamp,duration\n{}", requests.replace(' ', "\n"));
    decided::only(&text, vec![("t.csv", file.into_bytes())])
}

/// A request at 300.5 s of 10 s meets a revision that sleeps: the activator tells of it at once, and it is decided on at once.
#[test]
fn the_first_request_of_a_sleeping_revision_is_told_and_decided_on_at_once() {
    let rows = decisions("300.5,10", "400s", "autoscaler: { kpa: { ticks: aligned } }");
    let woken = rows.iter().position(|it| it.trigger == Trigger::Poke).expect("a poke");
    let poke = &rows[woken];
    assert_eq!((poke.at, poke.stable, poke.ready), (SimTime(300_500_000_000), Some(1.0), 0));
    assert_eq!((poke.desired, poke.applied, poke.proxied), (1, 1, true));
    assert!(rows[woken - 1].at < SimTime::from_secs(200), "and until then nobody looked");
    // The message said 1; the report of the second says 1 − 1 more, in the next second; after that a second is 1.
    assert_eq!(tick_at(&rows, 302.0).stable, Some(0.666_667));
    assert_eq!(tick_at(&rows, 304.0).stable, Some(0.8));
    assert_eq!(rows.iter().filter(|it| it.trigger == Trigger::Poke).count(), 1);
}

/// Ten requests from 0.5 s to 60.5 s, and then nothing. With the activator always in the path it says one zero, at 62 s, and
/// falls silent: the average is that of the seconds until then. Pods that are scraped say a zero each second.
#[test]
fn silence_is_no_zero_but_pods_say_zeros() {
    let check = |kpa: &str, expected: [f64; 6]| {
        let kpa = format!("autoscaler: {{ kpa: {{ ticks: aligned, min-scale: 1, {kpa} }} }}");
        let rows = decisions(&["0.5,60"; 10].join(" "), "3m", &kpa);
        assert_eq!([62.0, 72.0, 92.0, 112.0, 120.0, 122.0].map(|second| tick_at(&rows, second).stable), expected.map(Some), "{kpa}");
    };
    // At 62 s: 58 seconds of 10, one of 5 and the zero. At 72 s: 48 of 10, one of 5, and a zero or eleven.
    check("target-burst-capacity: -1", [585.0 / 60.0, 485.0 / 50.0, 285.0 / 30.0, 85.0 / 10.0, 5.0 / 2.0, 0.0]);
    check("target-burst-capacity: 211", [9.75, 8.083_333, 4.75, 1.416_667, 0.083_333, 0.0]);
}

/// With few pods everyone is asked, so a sample says what the exact sum says.
#[test]
fn a_sample_of_few_pods_is_exact() {
    let requests: Vec<String> = (0..600).map(|it| format!("{},{}", it as f64 / 4.0, 1.0 + f64::from(it % 7))).collect();
    let course = |scraping: &str| {
        let kpa = format!("{{ ticks: aligned, target: 2, max-scale: 4, target-burst-capacity: 0, scraping: {scraping} }}");
        decisions(&requests.join(" "), "4m", &format!("autoscaler: {{ kpa: {kpa} }}"))
    };
    let (exact, sampled) = (course("exact"), course("sampled"));
    assert!(exact.iter().any(|it| it.ready == 4 && !it.proxied), "four pods serve without the activator");
    assert_eq!(exact, sampled);
}

/// A revision that is made in the run is decided on after a whole tick, whatever the phase of others.
#[test]
fn a_new_revision_waits_for_its_first_tick() {
    for ticks in ["aligned", "random"] {
        let text = format!(
            "name: t\nrun: {{ horizon: 5m, replications: 1 }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    \
             traffic: [ {{ constant: {{ rate: 1/s }} }} ]\n    request: {{ io: 20ms }}\n    cold-start: {{ application-start: 1s }}\n    \
             autoscaler: {{ kpa: {{ ticks: {ticks} }} }}\n    \
             revisions: {{ old: {{ percent: 100 }}, new: {{ created: 100s, tag: new }} }}\n"
        );
        let scenario = common::try_load(&text, Vec::new()).unwrap_or_else(|error| panic!("{error}"));
        let ticked = |revision: &str| {
            let rows = decided::about(&scenario, "base", revision);
            rows.iter().find(|it| it.trigger == Trigger::Tick).expect("a tick").at
        };
        assert_eq!(ticked("new"), SimTime::from_secs(102), "{ticks}");
        assert!(ticked("old") <= SimTime::from_secs(2), "{ticks}");
    }
}
