//! Kubernetes' autoscaler in the loop: what it measures of simulated pods, when, and what it does about it. The figures are
//! worked out by hand: ten requests a second, each 100 ms on one of two vCPUs and 300 ms of waiting.

mod common;

use coldcast::observe::DecisionRecord;
use coldcast::units::{SimTime, Span};
use common::decided;

const TEN: &str = "{ constant: { rate: 10/s } }";

/// The syncs of one Deployment over half an hour.
#[track_caller]
fn syncs(traffic: &str, cold_start: &str, hpa: &str) -> Vec<DecisionRecord> {
    let text = format!(
        "name: t\nrun: {{ horizon: 30m, replications: 1 }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    traffic: [ {traffic} ]\n    \
         request: {{ cpu: 100ms, io: 300ms }}\n    gateway: {{ latency: 0s }}\n    instance: {{ vcpu: 2, memory: 4GiB }}\n    \
         cold-start: {{ application-start: {cold_start} }}\n    autoscaler: {{ hpa: {{ max-replicas: 20, {hpa} }} }}\n"
    );
    decided::only(&text, Vec::new())
}

/// What is measured with one pod, how many pods are then applied, and what is measured with these; nearly, since a look of
/// the metrics server may fall into a request.
#[track_caller]
fn check_metric(hpa: &str, alone: f64, applied: u32, then: f64) {
    let rows = syncs(TEN, "1s", hpa);
    let near = |measured: f64, expected: f64| (measured / expected - 1.0).abs() < 0.05;
    let first = rows.iter().filter_map(|it| it.stable).next().expect("measured");
    assert!(near(first, alone), "{hpa}: one pod is measured at {first}, not {alone}");
    let last = rows.last().expect("synced");
    assert_eq!(last.applied, applied, "{hpa}: {last:?}");
    assert!(near(last.stable.expect("measured"), then), "{hpa}: {last:?} is not measured at {then}");
}

#[test]
fn each_metric_by_hand() {
    // 10/s × 100 ms is one vCPU: 50 % of two; 50/30 of one pod are two.
    check_metric("metrics: [ { cpu: { utilization: 30% } } ]", 50.0, 2, 25.0);
    check_metric("cpu-request: 1, metrics: [ { cpu: { utilization: 30% } } ]", 100.0, 4, 25.0);
    check_metric("metrics: [ { cpu: { average-value: 0.4 } } ]", 1.0, 3, 0.333);
    // 10/s × 400 ms are four requests in flight.
    check_metric("metrics: [ { concurrency: { average-value: 1.5 } } ]", 4.0, 3, 1.333);
    check_metric("metrics: [ { requests-per-second: { average-value: 3 } } ]", 10.0, 4, 2.5);
    // The metric that wants most decides.
    check_metric("metrics: [ { cpu: { utilization: 30% } }, { requests-per-second: { average-value: 3 } } ]", 10.0, 4, 2.5);
    let mebibyte = f64::from(1 << 20);
    let memory = |request: &str, target: &str| {
        format!("memory-use: {{ base: 300MiB, per-request: {request} }}, metrics: [ {{ memory: {target} }} ]")
    };
    check_metric(&memory("0B", "{ average-value: 250MiB }"), 300.0 * mebibyte, 20, 300.0 * mebibyte);
    check_metric(&memory("0B", "{ average-value: 290MiB }"), 300.0 * mebibyte, 1, 300.0 * mebibyte);
    check_metric(&memory("100MiB", "{ average-value: 650MiB }"), 700.0 * mebibyte, 1, 700.0 * mebibyte);
    check_metric("memory-use: { base: 1GiB }, metrics: [ { memory: { utilization: 24% } } ]", 25.0, 1, 25.0);
}

#[test]
fn inside_the_tolerance_nothing_happens() {
    let at_nine =
        |tolerance: &str| syncs(TEN, "1s", &format!("{tolerance}metrics: [ {{ requests-per-second: {{ average-value: 9.5 }} }} ]"));
    assert_eq!(at_nine("").last().unwrap().applied, 1, "10 to 9.5 is less than a tenth more");
    assert_eq!(at_nine("tolerance: 0.05, ").last().unwrap().applied, 2);
    let only_up = "behavior: { scale-up: { tolerance: 0.05 } }, ";
    assert_eq!(at_nine(only_up).last().unwrap().applied, 2);
}

/// From 100 s on there are 13 requests a second: 65 % of one pod, 32.5 % of two. As long as the second starts it counts as
/// idle, so two are thought to be enough; by the ready pod alone there would have to be three.
#[test]
fn unready_pods_dampen_the_way_up() {
    for start in ["1s", "4m"] {
        let rows =
            syncs(&format!("{TEN}, {{ spike: {{ rate: 3/s, at: 100s, for: 25m }} }}"), start, "metrics: [ { cpu: { utilization: 32% } } ]");
        assert_eq!(rows.iter().map(|it| it.applied).max(), Some(2), "starting for {start}");
        assert!(rows.iter().any(|it| it.stable > Some(64.0)) == (start == "4m"), "starting for {start}");
    }
}

/// Utilization is that of two scrapes; until a pod was scraped twice there is none, and each look is what the syncs until the
/// next one see.
#[test]
fn pitfall_9_metrics_lag() {
    let rows = syncs("{ poisson: { rate: 10/s } }", "1s", "metrics-resolution: 1m, metrics: [ { cpu: { utilization: 90% } } ]");
    let unmeasured: Vec<_> = rows.iter().take_while(|it| it.stable.is_none()).collect();
    let until = unmeasured.last().expect("nothing is known at first").at;
    assert!((SimTime::from_secs(45)..SimTime::from_secs(120)).contains(&until), "{until:?}");
    assert!(unmeasured.iter().all(|it| it.why.contains("no pod that counts has a metric")));
    let seen: Vec<f64> = rows.iter().filter_map(|it| it.stable).collect();
    let looks: Vec<usize> = seen.chunk_by(|a, b| a == b).map(<[f64]>::len).collect();
    assert!(looks[1..looks.len() - 1].iter().all(|syncs| syncs % 4 == 0), "four syncs see the same look: {looks:?}");
}

/// Without `behavior` a lower count waits until the last higher proposal is older than 300 s.
#[test]
fn the_way_down_is_stabilized() {
    let rows = syncs("{ spike: { rate: 30/s, at: 5m, for: 5m } }", "1s", "metrics: [ { requests-per-second: { average-value: 5 } } ]");
    let last_high = rows.iter().rfind(|it| it.desired >= 5).expect("a peak").at;
    let held = rows.iter().rfind(|it| it.applied >= 5).expect("a peak").at;
    assert!((Span::from_secs(285)..=Span::from_secs(315)).contains(&(held - last_high)), "held for {}", held - last_high);
    assert_eq!(rows.last().unwrap().applied, 1, "one stays, whatever happens");
}

/// Counts and the seconds since the change before, of everything that changes it.
fn course(rows: &[DecisionRecord]) -> Vec<(u32, u64)> {
    let changes: Vec<&DecisionRecord> = rows.chunk_by(|a, b| a.applied == b.applied).map(|same| &same[0]).collect();
    changes.windows(2).map(|pair| (pair[1].applied, (pair[1].at - pair[0].at).0 / 1_000_000_000)).collect()
}

#[test]
fn policies_limit_the_rate() {
    let wanted = |policies: &str| {
        let hpa = format!("metrics: [ {{ requests-per-second: {{ average-value: 1 }} }} ]{policies}");
        course(&syncs(TEN, "1s", &hpa))
    };
    let up = |rules: &str| wanted(&format!(", behavior: {{ scale-up: {{ {rules} }} }}"));
    assert_eq!(wanted("").iter().map(|it| it.0).collect::<Vec<_>>(), [4, 8, 10], "it doubles, or goes to 4");
    assert_eq!(up("").iter().map(|it| it.0).collect::<Vec<_>>(), [5, 10], "4 pods or 100 % in 15 s");
    let one_a_minute = up("policies: [ { pods: 1, period: 60s } ]");
    assert_eq!(one_a_minute.len(), 9);
    assert!(one_a_minute[1..].iter().all(|it| it.1 == 60), "{one_a_minute:?}");
    assert_eq!(up("policies: [ { pods: 1, period: 60s }, { percent: 200%, period: 60s } ], select-policy: min").len(), 9);
    assert_eq!(up("select-policy: disabled"), []);
}

#[test]
fn one_that_is_made_in_the_run_syncs_first_a_period_later() {
    let text = format!(
        "name: t\nrun: {{ horizon: 30m, replications: 1 }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    traffic: [ {TEN} ]\n    \
         request: {{ cpu: 100ms }}\n    cold-start: {{ application-start: 1s }}\n    autoscaler: {{ hpa: {{ max-replicas: 3 }} }}\n    \
         revisions: {{ old: {{ percent: 100 }}, new: {{ created: 100s }} }}\n"
    );
    let scenario = common::try_load(&text, Vec::new()).unwrap_or_else(|error| panic!("{error}"));
    let rows = decided::about(&scenario, "base", "new");
    assert_eq!(rows[..3].iter().map(|it| it.at.whole_secs()).collect::<Vec<_>>(), [115, 130, 145]);
}
