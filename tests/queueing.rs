//! The whole simulator against closed forms: traffic, queue, instances, keep-alive, statistics.

mod common;

use coldcast::observe::Part;
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

/// One instance whose requests share its vCPUs: about 250,000 requests in each of 24 replications.
fn shared(rate: f64, cpu: &str, instance: &str, extra: &str) -> String {
    let horizon = (250_000.0 / rate) as u64;
    format!(
        "name: ps\nrun: {{ horizon: {horizon}s, warmup: 200s, replications: 24 }}\nprices: aliyun-cn-hangzhou\nservices:\n  ps:\n    \
         traffic: [ {{ poisson: {{ rate: {rate}/s }} }} ]\n    request: {{ cpu: {cpu}{extra} }}\n    instance: {instance}\n    \
         gateway: {{ latency: 0s, timeout: 10h }}\n    revision-timeout: 10h\n    autoscaler: {{ fixed: {{ instances: 1 }} }}\n"
    )
}

/// The mean time in system, and the parts it is made of: the time alone, and what sharing costs.
#[track_caller]
fn check_shared(text: &str, alone: f64, exact: f64) {
    let comparison = run(text);
    let policy = only(&comparison);
    check_exact("mean time in system", policy.figure("latency_s.mean"), exact, 0.015);
    let (latency, count) = (&policy.merged.latency, policy.merged.latency.count() as f64);
    let parts = policy.merged.blame.above(latency, 0.0);
    let mean = |part: Part| parts[part as usize] as f64 / count / 1e9;
    assert!((mean(Part::Execution) / alone - 1.0).abs() < 0.01, "alone {} is not {alone}", mean(Part::Execution));
    assert!((mean(Part::Contention) / (exact - alone) - 1.0).abs() < 0.05, "{} is not {}", mean(Part::Contention), exact - alone);
}

/// M/G/1-PS: E[S] / (1 − ρ) whatever the distribution, at ρ = 0.8 on one vCPU.
#[test]
fn processor_sharing_does_not_care_about_the_distribution() {
    let one = "{ vcpu: 1, memory: 2GiB }";
    for cpu in
        ["100ms", "{ exponential: { mean: 100ms } }", "{ lognormal: { mean: 100ms, cv: 2.0 } }", "{ gamma: { mean: 100ms, cv: 0.5 } }"]
    {
        check_shared(&shared(8.0, cpu, one, ""), 0.1, 0.1 / (1.0 - 0.8));
    }
}

/// Half a vCPU of speed 0.8: the same law with E[S] = 100 ms ÷ 0.4.
#[test]
fn a_part_of_a_slow_vcpu_is_a_slower_one() {
    let instance = "{ vcpu: 0.5, memory: 1GiB, speed: 0.8 }";
    check_shared(&shared(2.0, "{ exponential: { mean: 100ms } }", instance, ""), 0.25, 0.25 / (1.0 - 0.5));
}

/// With at most one vCPU each, c vCPUs hold as many requests as M/M/c does; and as M/G/c-PS is insensitive, whatever the
/// distribution.
#[test]
fn shared_vcpus_hold_as_many_as_m_m_c() {
    for cpu in ["{ exponential: { mean: 100ms } }", "{ lognormal: { mean: 100ms, cv: 2.0 } }"] {
        let load = 3.2;
        let waiting = erlang(4, load).1 * 0.1 / (4.0 - load);
        check_shared(&shared(32.0, cpu, "{ vcpu: 4, memory: 8GiB }", ""), 0.1, 0.1 + waiting);
    }
}

/// I/O after the CPU time is a second station with room for all: its mean adds up.
#[test]
fn waiting_adds_its_own_time() {
    let text = shared(8.0, "{ exponential: { mean: 100ms } }", "{ vcpu: 1, memory: 2GiB }", ", io: { exponential: { mean: 300ms } }");
    check_shared(&text, 0.4, 0.8);
}

/// M/M/1-PS with so many places, the rest waiting in line, is M/M/1 in number: time in system 1 / (µ − λ).
#[test]
fn a_limit_of_places_on_one_vcpu_does_not_change_the_mean() {
    let text = shared(8.0, "{ exponential: { mean: 100ms } }", "{ vcpu: 1, memory: 2GiB }", "") + "    container-concurrency: 3\n";
    check_exact("mean time in system", only(&run(&text)).figure("latency_s.mean"), 0.5, 0.015);
}
