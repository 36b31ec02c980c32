//! The whole simulator against closed forms: traffic, queue, instances, keep-alive, statistics.

mod common;

use common::{check_exact, only, run};

/// Offered load `a` on `c` servers: the probability that all are busy, lost (Erlang B) and waiting (Erlang C).
fn erlang(c: u32, a: f64) -> (f64, f64) {
    let blocked = (1..=c).fold(1.0, |b, k| a * b / (f64::from(k) + a * b));
    let load = a / f64::from(c);
    (blocked, blocked / (1.0 - load + load * blocked))
}

/// About 250,000 requests in each of 24 replications: few replications would misjudge their own standard error.
fn fixed(rate: f64, service_ms: u64, instances: u32, extra: &str) -> String {
    let horizon = (250_000.0 / rate) as u64;
    format!(
        "name: q\nrun: {{ horizon: {horizon}s, warmup: 200s, replications: 24 }}\nprices: aliyun-cn-hangzhou\nservices:\n  q:\n    \
         traffic: [ {{ poisson: {{ rate: {rate}/s }} }} ]\n    request: {{ io: {{ exponential: {{ mean: {service_ms}ms }} }} }}\n    \
         gateway: {{ latency: 0s, timeout: 10h }}\n    revision-timeout: 10h\n    container-concurrency: 1\n    \
         autoscaler: {{ fixed: {{ instances: {instances} }} }}\n{extra}"
    )
}

#[track_caller]
fn check_mmc(rate: f64, service_ms: u64, servers: u32) {
    let service = service_ms as f64 / 1e3;
    let load = rate * service;
    let waiting = erlang(servers, load).1 * service / (f64::from(servers) - load);
    let comparison = run(&fixed(rate, service_ms, servers, ""));
    let policy = only(&comparison);
    check_exact("mean time in system", policy.figure("latency_s.mean"), service + waiting, 0.01);
    check_exact("servers busy", policy.figure("instances.serving_mean"), load, 0.01);
}

#[test]
fn one_server() {
    check_mmc(8.0, 100, 1);
}

/// The case of the issue: a million requests at 100/s on 25 instances, 0.2 s each.
#[test]
fn twenty_five_servers() {
    check_mmc(100.0, 200, 25);
}

#[test]
fn a_loss_system_refuses_what_erlang_says() {
    let comparison = run(&fixed(40.0, 200, 10, "    activator: { queue-depth: 0, latency: 0s }\n"));
    check_exact("refused share", only(&comparison).figure("error_rate"), erlang(10, 8.0).0, 0.01);
}

/// Requests that take no time, instances that start in none: a request is cold iff the gap before it is over the
/// keep-alive time.
#[test]
fn a_poisson_keep_alive_is_cold_after_long_gaps_only() {
    let text = "name: k\nrun: { horizon: 8d, warmup: 1h, replications: 24 }\nprices: aliyun-cn-hangzhou\nservices:\n  k:\n    \
                traffic: [ { poisson: { rate: 0.1/s } } ]\n    gateway: { latency: 0s }\n    container-concurrency: 1\n    \
                cold-start: { application-start: 1ns }\n    autoscaler: { keep-alive: { idle: 10s } }\n";
    let comparison = run(text);
    check_exact("cold share", only(&comparison).figure("cold_request_rate"), libm::exp(-1.0), 0.01);
}

/// Without a limit nobody waits, and the mean number in service is λ·E[S] whatever the distribution (M/G/∞).
#[test]
fn unlimited_concurrency_holds_lambda_times_service() {
    let text = "name: g\nrun: { horizon: 20000s, warmup: 100s, replications: 12 }\nprices: aliyun-cn-hangzhou\nservices:\n  g:\n    \
                traffic: [ { poisson: { rate: 20/s } } ]\n    request: { io: { lognormal: { mean: 1190ms, cv: 2.0 } } }\n    \
                gateway: { latency: 0s, timeout: 10h }\n    revision-timeout: 10h\n    container-concurrency: 1\n    cold-start: { application-start: 1ns }\n    \
                autoscaler: { keep-alive: { idle: 60s } }\n";
    let comparison = run(text);
    check_exact("in service", only(&comparison).figure("instances.serving_mean"), 23.8, 0.01);
    check_exact("latency", only(&comparison).figure("latency_s.mean"), 1.19, 0.01);
}
