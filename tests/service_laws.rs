//! Rules that follow from a request's or an instance's circumstances: service laws, the end of the keep-alive time, whole
//! applications of a trace. Each against what can be counted by hand.

mod common;

use common::{load, only, run, run_with};

fn service(traffic: &str, rest: &str) -> String {
    format!(
        "name: t\nrun: {{ horizon: 1h, replications: 1 }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    traffic: [ {traffic} ]\n    \
         gateway: {{ latency: 0s }}\n{rest}"
    )
}

/// The longest latency, in milliseconds, of requests that come together.
#[track_caller]
fn check_longest(rest: &str, batch: u32, longest_ms: f64) {
    let comparison = run(&service(&format!("{{ batch: {{ every: 10m, size: {batch} }} }}"), rest));
    let longest = only(&comparison).figure("latency_s.max").unwrap().point * 1e3;
    assert!((longest - longest_ms).abs() < 1e-6, "{rest}: {longest} ms is not {longest_ms}");
}

#[test]
fn a_law_of_concurrency_counts_those_in_execution() {
    let law = "    request: { io: 100ms, load-law: { concurrency: { seconds: [0.01, 0, 0.001] } } }\n    autoscaler: { fixed: { instances: 1 } }\n";
    // The first of three finds itself, the last finds three: 100 + 10 + 9.
    check_longest(law, 1, 111.0);
    check_longest(law, 3, 119.0);
    // One at a time: each finds itself only, and the last waits for two others.
    check_longest(&format!("{law}    container-concurrency: 1\n"), 3, 333.0);
}

#[test]
fn a_law_beside_shared_cpu_comes_after_it() {
    let law = "    instance: { vcpu: 1, memory: 2GiB }\n    request: { cpu: 50ms, io: 5ms, load-law: { concurrency: { seconds: [0, 0.001] } } }\n    \
               autoscaler: { fixed: { instances: 1 } }\n";
    check_longest(law, 1, 56.0);
    check_longest(law, 2, 107.0);
}

#[test]
fn a_law_of_the_rate_divides_it_by_the_instances() {
    for (instances, longest_ms) in [(1, 1_600.0), (3, 800.0)] {
        let law = format!(
            "    request: {{ load-law: {{ rate-per-instance: {{ rate: 12/s, seconds: [0.4, 0.1] }} }} }}\n    \
             autoscaler: {{ fixed: {{ instances: {instances} }} }}\n"
        );
        check_longest(&law, 1, longest_ms);
    }
}

#[test]
fn a_law_without_sense_is_refused_where_it_stands() {
    for (law, needle) in [
        ("{ concurrency: { seconds: [] } }", "0 coefficients"),
        ("{ rate-per-instance: { seconds: [1] } }", "rate"),
        ("{ concurrency: { seconds: [1], rate: 1/s } }", "rate"),
        ("{ per-moon: { seconds: [1] } }", "per-moon"),
    ] {
        let error = load(&service("{ poisson: { rate: 1/s } }", &format!("    request: {{ load-law: {law} }}\n    cold-start: {{}}\n")));
        assert!(error.to_string().contains("test.yaml:8:") && error.to_string().contains(needle), "{law}: {error}");
    }
}

/// Cold starts in an hour of a timer, the horizon not included.
#[track_caller]
fn check_starts(every_s: u32, keep_alive: &str, starts: f64) {
    let rest = format!("    request: {{ io: 0s }}\n    cold-start: {{}}\n    autoscaler: {{ keep-alive: {{ {keep_alive} }} }}\n");
    let comparison = run(&service(&format!("{{ timer: {{ every: {every_s}s }} }}"), &rest));
    assert_eq!(only(&comparison).figure("cold_starts").unwrap().point, starts, "every {every_s} s, {keep_alive}");
}

#[test]
fn the_rule_decides_when_a_request_comes_exactly_at_the_end() {
    check_starts(60, "idle: 60s", 1.0);
    check_starts(60, "idle: 60s, at-expiry: still-warm", 1.0);
    check_starts(60, "idle: 60s, at-expiry: expired", 60.0);
    check_starts(60, "idle: 60001ms, at-expiry: expired", 1.0);
    check_starts(60, "idle: 59s", 60.0);
}

/// Two applications: one of two functions that alternate, and one alone.
const TRACE: &str = "HashOwner,HashApp,HashFunction,Trigger,1,2,3,4,5,6\n\
                     o,a,f,timer,1,0,1,0,1,0\no,a,g,timer,0,1,0,1,0,1\no,b,f,timer,3,0,0,0,0,3\n";

#[test]
fn functions_of_an_application_share_its_instances() {
    for (per, starts) in [("", 8.0), (", per: function", 8.0), (", per: app", 3.0)] {
        let traffic = format!("{{ azure-2019: {{ invocations: t.csv, spread: start{per} }} }}");
        let rest = "    request: { io: 0s }\n    cold-start: {}\n    autoscaler: { keep-alive: { idle: 60s } }\n";
        let comparison = run_with(&service(&traffic, rest), vec![("t.csv", TRACE.into())]);
        assert_eq!(only(&comparison).figure("requests.arrived").unwrap().point, 12.0, "{per}");
        assert_eq!(only(&comparison).figure("cold_starts").unwrap().point, starts, "{per}");
    }
}

/// Functions of one application that are alike do not fire at the same moments.
#[test]
fn functions_of_an_application_have_chances_of_their_own() {
    let trace = "HashOwner,HashApp,HashFunction,Trigger,1,2\no,a,f,http,1,0\no,a,g,http,1,0\n";
    let rest = "    request: { io: 0s }\n    cold-start: {}\n    autoscaler: { keep-alive: { idle: 1ms } }\n";
    let text = service("{ azure-2019: { invocations: t.csv, per: app } }", rest);
    let comparison = run_with(&text, vec![("t.csv", trace.into())]);
    assert_eq!(only(&comparison).figure("cold_starts").unwrap().point, 2.0);
}

#[test]
fn whole_applications_and_one_function_are_refused_together() {
    let error = load(&service("{ azure-2019: { invocations: t.csv, per: app, function: f } }", "    cold-start: {}\n"));
    assert!(error.to_string().contains("whole applications"), "{error}");
}

/// As many as fall idle at one instant go at one instant, each after the other and not one within the other.
#[test]
fn a_crowd_expires_at_one_instant() {
    let rest = "    request: { io: 200ms }\n    container-concurrency: 1\n    cold-start: { application-start: 1s }\n    \
                autoscaler: { keep-alive: { idle: 10s, at-expiry: expired } }\n";
    let comparison = run(&service("{ batch: { every: 25m, size: 50000 } }", rest));
    let it = only(&comparison);
    assert_eq!(it.figure("cold_starts").unwrap().point, 100_000.0, "nobody is left for the second crowd");
}
