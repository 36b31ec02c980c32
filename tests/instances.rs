//! Instances come and go: starts that fail, types that are out of stock, what an instance costs while it drains; against
//! hand-computed figures.

mod common;

use coldcast::experiment::Comparison;
use common::{check_exact, load, only, run, run_with, try_load};

/// A service of Alibaba's ECI whose request every so often takes `io`, with these further lines; nothing takes time of itself.
fn scenario(run: &str, traffic: &str, io: &str, lines: &[&str]) -> String {
    let lines: String = lines.iter().map(|line| format!("    {line}\n")).collect();
    format!(
        "name: i\nrun: {{ {run} }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    traffic: [ {traffic} ]\n    request: {{ io: {io} }}\n    \
         gateway: {{ latency: 0s, timeout: 1d }}\n    revision-timeout: 1d\n    queue-proxy: {{ latency: 0s }}\n{lines}"
    )
}

/// The lines of the only policy's bill, in seconds.
#[track_caller]
fn check_seconds(text: &str, expected: &[(&str, f64)]) {
    let it = run(text);
    let policy = only(&it);
    let seconds = |name: &str| policy.cost_lines.iter().filter(|it| it.line == name).map(|it| it.quantity * 3600.0).sum::<f64>();
    let found: Vec<(&str, f64)> = expected.iter().map(|(name, _)| (*name, (seconds(name) * 1e6).round() / 1e6)).collect();
    assert_eq!(found, expected, "{:?}", policy.cost_lines);
    let sum: f64 = policy.cost_lines.iter().map(|it| it.amount).sum();
    let total = policy.figure("cost.total").expect("a bill has a total").point;
    assert!((sum - total).abs() < 1e-8, "the lines sum to {sum}, the bill is {total}");
}

/// Up at 10 s, it serves until 40 s and again from 45 s; at 70 s it is 60 s old, and drains until 75 s.
#[test]
fn what_drains_has_a_line_of_its_own() {
    let lines = ["cold-start: { application-start: 10s }", "autoscaler: { keep-alive: { idle: 10m, max-age: 60s } }"];
    let every = "{ timer: { every: 45s } }";
    let text = scenario("horizon: 80s, replications: 1", every, "30s", &lines);
    check_seconds(&text, &[("starting", 10.0), ("serving", 55.0), ("idle", 5.0), ("drained", 5.0), ("rounding", 0.0)]);
    // What is measured begins at 72 s, and the run may end before the last request does.
    let text = scenario("horizon: 74s, warmup: 72s, replications: 1", every, "30s", &lines);
    check_seconds(&text, &[("starting", 0.0), ("serving", 0.0), ("idle", 0.0), ("drained", 2.0)]);
    // Where each request is charged by itself, those of an instance that drains are charged like all others, and once.
    let text = scenario("horizon: 80s, replications: 1", every, "30s", &lines).replace("aliyun-cn-hangzhou", "aws-lambda-x86-us-east-1");
    check_seconds(&text, &[("serving", 60.0), ("drained", 0.0)]);
}

#[track_caller]
fn figure(it: &Comparison, key: &str) -> f64 {
    only(it).figure(key).unwrap_or_else(|| panic!("no {key}")).point
}

/// Every request starts an instance of its own.
const ALWAYS_COLD: &str = "autoscaler: { keep-alive: { idle: 1ns } }";

/// Each start pulls its image in 10 s; every other pull fails, is waited for 10 s and tried again: one further try in the mean.
#[test]
fn failed_steps_are_waited_for_and_tried_again() {
    let start = "cold-start: { image-pull: { seconds: 10s }, failures: { image-pull: 50%, backoff: 10s, backoff-max: 10s } }";
    let start = start.replace("{ seconds: 10s }", "{ time: 10s }");
    let lines = [start.as_str(), "container-concurrency: 1", ALWAYS_COLD];
    let it = run(&scenario("horizon: 12h, replications: 20", "{ timer: { every: 10s } }", "1s", &lines));
    check_exact("latency", only(&it).figure("latency_s.mean"), 1.0 + 10.0 + 20.0, 0.01);
}

/// Whether an application's start runs on a CPU of its own or on one whose use is counted makes no difference, failures
/// included, as long as credits last.
#[test]
fn a_crash_on_a_counted_cpu_is_the_same_crash() {
    let latency = |credits: &str| {
        let start = "cold-start: { application-start: { exponential: { mean: 3s } }, failures: { application-start: 40% } }";
        let instance = format!("instance: {{ type: ecs.t6-c1m4.large }}{credits}");
        let lines = [&instance, start, "container-concurrency: 1", ALWAYS_COLD];
        let it = run(&scenario("horizon: 2h, replications: 1", "{ timer: { every: 100s } }", "1s", &lines));
        (figure(&it, "latency_s.mean"), figure(&it, "latency_s.max"), figure(&it, "cold_starts"))
    };
    let alone = latency("");
    assert_eq!(alone, latency("\n    credits: {}"));
    assert!(alone.1 > 11.0, "some crash: {alone:?}");
}

const TWO_TYPES: &str = "instance: { type: [ ecs.c6.large, ecs.c5.large ] }";
const AT_10_AND_210: &str = "{ timer: { every: 200s, phase: 10s } }";

/// 20 s of start, 5 s of serving and a nanosecond that is rounded up to a second, once as the dearer type while the first is out of stock.
#[test]
fn the_next_type_is_started_and_billed_while_the_first_is_out_of_stock() {
    let lines = [
        TWO_TYPES,
        "stock: { types: { ecs.c6.large: { windows: [ { from: 0s, until: 100s } ] } } }",
        "cold-start: { application-start: 20s }",
        ALWAYS_COLD,
    ];
    let it = run(&scenario("horizon: 300s, replications: 1", AT_10_AND_210, "5s", &lines));
    assert_eq!((figure(&it, "out_of_stock"), figure(&it, "cold_starts")), (1.0, 2.0));
    let expected = 26.0 / 3600.0 * (0.62 + 0.39);
    assert!((figure(&it, "cost.total") - expected).abs() < 1e-8, "{} is not {expected}", figure(&it, "cost.total"));
}

/// Asked for at 10 s, again at 70 s, and in stock at 130 s: two minutes of the first step, which nobody is charged for.
#[test]
fn a_start_waits_while_every_type_is_out_of_stock() {
    let window = "windows: [ { from: 0s, until: 95s } ]";
    let stock = format!("stock: {{ types: {{ ecs.c6.large: {{ {window} }}, ecs.c5.large: {{ {window} }} }} }}");
    let lines = [TWO_TYPES, &stock, "cold-start: { application-start: 20s }", ALWAYS_COLD];
    let text = scenario("horizon: 200s, replications: 1", AT_10_AND_210, "5s", &lines);
    let it = run(&text);
    assert_eq!((figure(&it, "out_of_stock"), figure(&it, "latency_s.max")), (4.0, 145.0));
    let parts = only(&it).merged.blame.above(&only(&it).merged.latency, 0.0);
    assert_eq!(parts[coldcast::observe::Part::Allocation as usize], 120_000_000_000);
    check_seconds(&text, &[("starting", 20.0), ("serving", 5.0), ("idle", 0.0)]);
    assert!((figure(&it, "cost.total") - 26.0 / 3600.0 * 0.39).abs() < 1e-8);
}

/// A shop that sleeps; its reserve is of the first type of the list that is in stock. If none is, the standard stays.
#[test]
fn a_reserve_is_of_the_first_type_in_stock() {
    let cost = |key: &str, reserve: &str| {
        let lines = ["instance: { type: ecs.c6.large }", "cold-start: { application-start: 10s, propagation: 0s }", reserve];
        figure(&run(&scenario("horizon: 1h, replications: 1", "{ timer: { every: 10d, phase: 9d } }", "1s", &lines)), key)
    };
    let both = "reserve: { type: [ ecs.t6-c1m1.large, ecs.t6-c1m2.large ], credits: {} }";
    let out = |names: &[&str]| {
        let types: Vec<String> = names.iter().map(|name| format!("{name}: {{ out-of-stock: 100% }}")).collect();
        format!("{both}\n    stock: {{ types: {{ {} }} }}", types.join(", "))
    };
    let first = cost("cost.reserve", "reserve: { type: ecs.t6-c1m1.large, credits: {} }");
    let second = cost("cost.reserve", "reserve: { type: ecs.t6-c1m2.large, credits: {} }");
    assert_eq!(cost("cost.reserve", both), first);
    let found = cost("cost.reserve", &out(&["ecs.t6-c1m1.large"]));
    assert!((found - second).abs() < 1e-4 && second > 1.5 * first, "{found} is not {second}");
    let none = out(&["ecs.t6-c1m1.large", "ecs.t6-c1m2.large"]);
    let kept = cost("cost.total", "autoscaler: { kpa: { min-scale: 1 } }");
    assert_eq!((cost("cost.reserve", &none), cost("cost.total", &none)), (0.0, kept));
}

/// Credits, CPU and price are those of the type an instance really is: the second type has half the vCPUs.
#[test]
fn an_instance_runs_at_the_type_it_is() {
    let latency = |stock: &str| {
        let lines = [
            "instance: { type: [ ecs.c6.large, ecs.n1.small ] }",
            "cold-start: { application-start: 20s }",
            "autoscaler: { fixed: { instances: 0 } }",
        ];
        let text = scenario("horizon: 100s, replications: 1", "{ timer: { every: 10d } }, { timer: { every: 10d } }", "0s", &lines);
        let text =
            text.replace("request: { io: 0s }", "request: { cpu: 2s }").replace("fixed: { instances: 0 }", "keep-alive: { idle: 1h }");
        figure(&run(&format!("{text}{stock}")), "latency_s.max")
    };
    assert_eq!(latency(""), 22.0);
    assert_eq!(latency("    stock: { types: { ecs.c6.large: { out-of-stock: 100% } } }\n"), 24.0);
}

#[track_caller]
fn refused(lines: &[&str], words: &[&str]) {
    let error = load(&scenario("horizon: 1h, replications: 1", "{ timer: { every: 10s } }", "1s", lines)).to_string();
    for word in words.iter().chain(&["test.yaml:"]) {
        assert!(error.contains(word), "the error does not say `{word}`:\n{error}");
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let start = "cold-start: { application-start: 1s }";
    refused(&["cold-start: { failures: { image-pull: 100% } }"], &["hardly a start would ever end", "99%"]);
    refused(&["cold-start: { failures: { pull: 10% } }"], &["image-pull"]);
    refused(&["cold-start: { failures: { backoff: 1m, backoff-max: 1s } }"], &["shorter than the first"]);
    refused(
        &[start, TWO_TYPES, "stock: { types: { ecs.c6.larg: { out-of-stock: 5% } } }"],
        &["no instance of the service", "`ecs.c6.large`"],
    );
    refused(&[start, TWO_TYPES, "stock: { types: { ecs.c6.large: { out-of-stock: 5 } } }"], &["share"]);
    let backwards = "stock: { types: { ecs.c6.large: { windows: [ { from: 2h, until: 1h } ] } } }";
    refused(&[start, TWO_TYPES, backwards], &["comes after `from`"]);
    refused(&[start, TWO_TYPES, "stock: { retry-every: 0s }"], &["at one moment"]);
    refused(&[start, "instance: { type: [] }"], &["the list of types is empty"]);
    refused(&[start, "instance: { type: [ ecs.c6.large, ecs.c6.large ] }"], &["the same type twice"]);
    refused(&[start, "instance: { type: [ ecs.c6.large, ecs.c5.large ], price: 1/h }"], &["one price of your own for several types"]);
    refused(&[start, "instance: { type: [ ecs.c6.large, ecs.c5.larg ] }"], &["unknown instance type", "did you mean `ecs.c5.large`?"]);
}

const SPOT: &str = "instance: { type: ecs.c5.large, spot: true }";
const TAKEN: &str = "reclaim: { after: 0s, protection: 0s }";
const START_20: &str = "cold-start: { application-start: 20s }";

/// Bought at 0 s, the instance has its notice at 300 s and is taken at 480 s; the next is bought at 300 s, up at 320 s, has
/// its notice at 600 s and is taken at 780 s, and so on. Of requests of 300 s at 10 s, 110 s ... those of 210 s and 510 s fail.
#[test]
fn a_spot_instance_drains_is_replaced_and_taken() {
    let lines = [SPOT, TAKEN, START_20, "autoscaler: { fixed: { instances: 1 } }"];
    let text = scenario("horizon: 790s, replications: 1", "{ timer: { every: 100s, phase: 10s } }", "300s", &lines);
    let it = run(&text);
    let counts =
        ["requests.arrived", "requests.completed", "requests.failed", "requests.in_flight", "reclaimed"].map(|key| figure(&it, key));
    assert_eq!(counts, [8.0, 4.0, 2.0, 2.0, 2.0]);
    check_seconds(&text, &[("starting", 40.0), ("serving", 740.0), ("idle", 10.0), ("drained", 360.0), ("rounding", 0.0)]);
    let never = run(&text.replace("reclaim: { after: 0s,", "reclaim: { after: 1000d,"));
    assert_eq!((figure(&never, "reclaimed"), figure(&never, "requests.failed")), (0.0, 0.0));
}

/// On a shared CPU too: what runs at the end of the notice fails then, and what waits in the instance's queue with it.
#[test]
fn what_runs_on_a_shared_cpu_when_it_is_taken_fails() {
    let lines = [SPOT, TAKEN, START_20, "container-concurrency: 3", "autoscaler: { fixed: { instances: 1, queue: instance } }"];
    let text = scenario("horizon: 590s, replications: 1", "{ timer: { every: 20s, phase: 215s } }", "0s", &lines);
    let it = run(&text.replace("request: { io: 0s }", "request: { cpu: 250s }"));
    // From 215 to 295 s in the first (three at 2/3 of a vCPU, two that wait), from 315 s on in the second.
    let counts = ["requests.arrived", "requests.completed", "requests.failed", "reclaimed"].map(|key| figure(&it, key));
    assert_eq!(counts, [19.0, 0.0, 5.0, 1.0]);
}

/// Hangzhou's prices, with one for a second type of spot instance.
fn book() -> Vec<(&'static str, Vec<u8>)> {
    let text = include_str!("../src/billing/books/aliyun-cn-hangzhou.yaml");
    let (own, spot) = ("price: 0.39, unit: instance-hour, source: ecs", "spot: { price: 0.05, unit: instance-hour, source: spot }");
    assert!(text.contains(own));
    vec![("book.yaml", text.replacen(own, &format!("{own}, {spot}"), 1).into_bytes())]
}

/// Starts that fail, types out of stock and spot instances that are taken, all at once, under every autoscaler: no request is
/// lost (asserted in every run), the lines sum to the bill, and the same seed gives the same figures.
#[test]
fn everything_at_once_keeps_every_request_and_every_cent() {
    let reserve = "reserve: { type: [ ecs.c5.large, ecs.c6.large ], spot: true, replicas: 2 }";
    let autoscalers = [
        "autoscaler: { kpa: {} }".to_owned(),
        format!("autoscaler: {{ kpa: {{}} }}\n    {reserve}"),
        format!("autoscaler: {{ kpa: {{}} }}\n    {}", reserve.replace("replicas: 2", "after: keep, absorb-bursts: true, overflow: start")),
        "autoscaler: { keep-alive: { idle: 2m, max-instances: 5 } }".to_owned(),
        "autoscaler: { fixed: { instances: 3, queue: instance } }".to_owned(),
        "autoscaler: { hpa: { min-replicas: 1, max-replicas: 6, metrics: [ { cpu: { utilization: 60% } } ] } }".to_owned(),
    ];
    for (autoscaler, concurrency) in autoscalers.iter().flat_map(|it| [(it, 0), (it, 1), (it, 4)]) {
        let bursts = "{ poisson: { rate: 20/h } }, { bursts: { on-rate: 10/s, on: { exponential: { mean: 20s } }, off: { exponential: { mean: 10m } } } }";
        let concurrency = format!("container-concurrency: {concurrency}");
        let lines = [
            "instance: { type: [ ecs.c5.large, ecs.c6.large ], spot: true }",
            "reclaim: { after: { exponential: { mean: 5m } }, protection: 0s, check-every: 1m, notice: 10s }",
            "stock: { types: { ecs.c5.large: { out-of-stock: 40%, windows: [ { from: 1h, until: 2h } ] }, ecs.c6.large: { out-of-stock: 50% } } }",
            "cold-start: { image-pull: { time: 5s }, application-start: 3s, failures: { image-pull: 20%, application-start: 20% } }",
            &concurrency,
            autoscaler,
        ];
        let text = scenario("horizon: 5h, warmup: 10m, replications: 2", bursts, "1s", &lines);
        let text = text.replace("request: { io: 1s }", "request: { cpu: 300ms, io: { exponential: { mean: 2s } }, timeout: 60s }");
        let text = text.replace("prices: aliyun-cn-hangzhou", "prices: book.yaml");
        let it = run_with(&text, book());
        let policy = only(&it);
        assert!(
            figure(&it, "reclaimed") > 0.0 && figure(&it, "out_of_stock") > 0.0 && figure(&it, "requests.completed") > 0.0,
            "{autoscaler}"
        );
        let sum: f64 = policy.cost_lines.iter().map(|it| it.amount).sum();
        assert!((sum - figure(&it, "cost.total")).abs() < 1e-7, "{autoscaler}: {sum}");
        let again = run_with(&text, book());
        assert_eq!(only(&again).merged, policy.merged, "{autoscaler}");
    }
}

#[test]
fn a_market_that_makes_no_sense_is_refused() {
    refused(&[SPOT, "cold-start: { application-start: 1s }", "reclaim: { protection: 1h }"], &["after"]);
    refused(
        &[SPOT, "cold-start: { application-start: 1s }", "reclaim: { after: 1h, protection: 0s, check-every: 0s }"],
        &["never come to serve"],
    );
    refused(&[SPOT, TAKEN, "autoscaler: { fixed: { instances: 1 } }"], &["to replace what is reclaimed"]);
    refused(&["instance: { type: ecs.c6.large, spot: true }", START_20], &["spot"]);
}

/// A key without an effect is told, unless a policy makes it one.
#[test]
fn a_market_in_which_nobody_buys_is_told() {
    let lines = ["instance: { type: ecs.c5.large }", TAKEN, START_20, "autoscaler: { fixed: { instances: 1 } }"];
    let text = scenario("horizon: 1h, replications: 1", "{ timer: { every: 100s } }", "1s", &lines);
    let told = |text: &str| try_load(text, Vec::new()).unwrap().warnings.iter().any(|it| it.contains("`reclaim` has no effect"));
    assert!(told(&text));
    assert!(!told(&format!("{text}policies:\n  regular: {{}}\n  spot: {{ services.s.instance.spot: true }}\n")));
}
