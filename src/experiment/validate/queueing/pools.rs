//! The scenarios: a queue of the textbook as instances of a service.
//!
//! Hops take no time and nobody gives up, so that nothing but the queue is left. Every part that a queue needs is one of
//! the simulator's own: Knative's activator and its places, queue-proxy's breaker, a keep-alive pool, shared CPU.

use super::read::Setting;

/// A scenario of one service: so many requests at `rate` a second, the rest as `service` says.
fn scenario(rate: f64, requests: f64, service: &str) -> String {
    let horizon = (requests / rate).max(600.0);
    format!(
        "name: queue\nrun: {{ horizon: {horizon:.0}s, warmup: {:.0}s }}\nprices: aliyun-cn-hangzhou\nservices:\n  q:\n    \
         traffic: [ {{ poisson: {{ rate: {rate}/s }} }} ]\n    gateway: {{ latency: 0s, timeout: 1000d }}\n    \
         revision-timeout: 1000d\n    activator: {{ latency: 0s }}\n{service}",
        horizon / 10.0
    )
}

/// Time with this mean.
pub(super) fn law(name: &str, mean_s: f64, cv2: f64) -> String {
    let ns = mean_s * 1e9;
    match name {
        "constant" => format!("{ns:.0}ns"),
        "lognormal" => format!("{{ lognormal: {{ mean: {ns:.0}ns, cv: {} }} }}", cv2.sqrt()),
        _ => format!("{{ exponential: {{ mean: {ns:.0}ns }} }}"),
    }
}

/// Time in an instance that waits for something else, so that requests do not slow each other.
fn served(name: &str, mean_s: f64, cv2: f64) -> String {
    format!("    request: {{ io: {} }}\n", law(name, mean_s, cv2))
}

/// M/M/c: pods behind Knative's activator, which holds what finds no place. As many places in a pod as divide c.
pub(super) fn shared_queue(it: &Setting, name: &str, requests: f64) -> String {
    let servers = it.get("c") as u32;
    let places = [10, 5, 2].into_iter().find(|places| servers.is_multiple_of(*places) && servers > *places).unwrap_or(1);
    let pods = servers / places;
    let service = format!(
        "{}    queue-proxy: {{ latency: 0s }}\n    container-concurrency: {places}\n    cold-start: {{ propagation: 0s }}\n    \
         autoscaler: {{ kpa: {{ min-scale: {pods}, max-scale: {pods}, target-burst-capacity: -1 }} }}\n",
        served(name, 1.0 / it.get("mu"), 1.0)
    );
    scenario(it.get("lam"), requests, &service)
}

/// M/G/c/c: a platform that starts an instance in no time, up to c of them, and refuses the rest.
pub(super) fn loss(it: &Setting, name: &str, requests: f64) -> String {
    let service = format!(
        "{}    container-concurrency: 1\n    cold-start: {{ application-start: 0s }}\n    \
         autoscaler: {{ keep-alive: {{ idle: 60s, max-instances: {} }} }}\n",
        served(name, 1.0 / it.get("mu"), 2.0),
        it.get("c")
    );
    scenario(it.get("lam"), requests, &service)
}

/// M/M/c/K: one pod with c places and queue-proxy's breaker behind them.
pub(super) fn bounded_queue(it: &Setting, name: &str, requests: f64) -> String {
    let service = format!(
        "{}    queue-proxy: {{ latency: 0s, queue-depth: {} }}\n    container-concurrency: {}\n    \
         autoscaler: {{ fixed: {{ instances: 1, queue: instance }} }}\n",
        served(name, 1.0 / it.get("mu"), 1.0),
        it.get("K") - it.get("c"),
        it.get("c")
    );
    scenario(it.get("lam"), requests, &service)
}

/// M/G/∞: an instance for each request under way.
pub(super) fn unlimited(it: &Setting, name: &str, requests: f64) -> String {
    let service = format!(
        "{}    container-concurrency: 1\n    cold-start: {{ application-start: 0s }}\n    autoscaler: {{ keep-alive: {{ idle: 60s }} }}\n",
        served(name, it.get("ES"), 2.0)
    );
    scenario(it.get("lam"), requests, &service)
}

/// M/G/1-PS: one vCPU that all requests share.
pub(super) fn shared_cpu(it: &Setting, name: &str, requests: f64) -> String {
    let service = format!(
        "    request: {{ cpu: {} }}\n    instance: {{ vcpu: 1, memory: 2GiB }}\n    autoscaler: {{ fixed: {{ instances: 1 }} }}\n",
        law(name, it.get("ES"), 2.0)
    );
    scenario(it.get("lam"), requests, &service)
}

/// One server with a queue of its own that holds whatever comes.
pub(super) fn one_server(it: &Setting, name: &str, requests: f64) -> String {
    let mean = it.maybe("D").unwrap_or_else(|| it.get("ES"));
    let service = format!(
        "{}    queue-proxy: {{ latency: 0s, queue-depth: 1000000 }}\n    container-concurrency: 1\n    \
         autoscaler: {{ fixed: {{ instances: 1, queue: instance }} }}\n",
        served(name, mean, it.maybe("cv2").unwrap_or(1.0))
    );
    scenario(it.get("lam"), requests, &service)
}

/// Requests that take no time: cold if the gap before one is longer than the instance is kept.
pub(super) fn warm_for(it: &Setting, _: &str, requests: f64) -> String {
    let service = format!(
        "    container-concurrency: 1\n    cold-start: {{ application-start: 0s }}\n    \
         autoscaler: {{ keep-alive: {{ idle: {:.0}ns }} }}\n",
        it.get("keepalive_T") * 1e9
    );
    scenario(it.get("lam"), requests, &service)
}

/// Every request has an instance started that serves it alone and goes.
pub(super) fn dedicated(it: &Setting, name: &str, requests: f64) -> String {
    let service = format!(
        "{}    container-concurrency: 1\n    cold-start: {{ resource-allocation: {} }}\n    autoscaler: {{ keep-alive: {{ idle: 0s }} }}\n",
        served(name, it.get("ES"), 1.0),
        law(name, it.get("E_cold"), 1.0)
    );
    scenario(it.get("lam"), requests, &service)
}

/// M/M/k with setup times, off at once or after a random time: requests wait for any place, starts not needed are cancelled.
pub(super) fn elastic(it: &Setting, name: &str, requests: f64) -> String {
    let idle = it.maybe("beta").map_or("idle: 0s".to_owned(), |beta| format!("idle: {:.0}ns, idle-law: exponential", 1e9 / beta));
    let service = format!(
        "{}    container-concurrency: 1\n    cold-start: {{ resource-allocation: {} }}\n    \
         autoscaler: {{ keep-alive: {{ {idle}, max-instances: {}, at-limit: queue, waits-for: any-place }} }}\n",
        served(name, 1.0 / it.get("mu"), 1.0),
        law(name, 1.0 / it.get("alpha"), 1.0),
        it.get("k")
    );
    scenario(it.get("lam"), requests, &service)
}

/// A request without a free instance has one started in no time, whose first request takes longer: start and service in one.
pub(super) fn per_request(it: &Setting, name: &str, requests: f64) -> String {
    let limit = it.maybe("max_instances").map_or(String::new(), |max| format!(", max-instances: {max}"));
    let service = format!(
        "{}    container-concurrency: 1\n    cold-start: {{ first-request: {} }}\n    \
         autoscaler: {{ keep-alive: {{ idle: {:.0}ns, idle-law: exponential{limit} }} }}\n",
        served(name, it.get("mean_warm_service"), 1.0),
        law(name, it.get("mean_cold_service"), 1.0),
        it.get("mean_keepalive") * 1e9
    );
    scenario(it.get("lam"), requests, &service)
}
