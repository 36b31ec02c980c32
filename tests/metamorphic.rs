//! Laws between runs: what must not change, or must change one way only, when one thing of a scenario is changed.
//!
//! "A longer cold start lowers no request's latency" is no law of a keep-alive pool, though it looks like one: a longer start
//! makes the platform start more instances, and a later burst finds them warm. The first test below is the law that holds, the
//! second the request that is spared.

mod common;

use coldcast::experiment::{self, Explanation, Question, Replicas, simulate, simulate_range};
use coldcast::observe::Histogram;
use coldcast::observe::witness::{Everything, RequestLife, Wanted, Watch};
use coldcast::scenario::Scenario;
use coldcast::units::{SimTime, Span};
use common::{only, run, try_load};
use proptest::prelude::*;

fn scenario(text: &str) -> Scenario {
    try_load(text, Vec::new()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Every policy in every replication.
fn ran(text: &str) -> Vec<Replicas> {
    simulate(&scenario(text), &()).unwrap_or_else(|error| panic!("{error}"))
}

/// Random traffic and requests, and whatever a law is about.
fn service(traffic: &str, request: &str, rest: &str) -> String {
    format!(
        "name: m\nrun: {{ horizon: 20m, replications: 2 }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    traffic: [ {traffic} ]\n    \
         request: {request}\n    gateway: {{ timeout: 1d }}\n    revision-timeout: 1d\n{rest}"
    )
}

fn traffic() -> impl Strategy<Value = String> {
    prop_oneof![
        (1u32..120).prop_map(|per_min| format!("{{ poisson: {{ rate: {per_min}/min }} }}")),
        (1u32..20, 20u32..200).prop_map(|(size, every)| format!("{{ batch: {{ every: {every}s, size: {size} }} }}")),
        Just("{ bursts: { on-rate: 5/s, off-rate: 0/s, on: 20s, off: { exponential: { mean: 100s } } } }".to_owned()),
    ]
}

fn request() -> impl Strategy<Value = String> {
    prop_oneof![
        (10u32..5000).prop_map(|ms| format!("{{ io: {{ exponential: {{ mean: {ms}ms }} }} }}")),
        (10u32..2000).prop_map(|ms| format!("{{ cpu: {{ lognormal: {{ mean: {ms}ms, cv: 1.5 }} }}, io: 1s }}")),
        Just("{ io: 2s }".to_owned()),
    ]
}

/// Any autoscaler, with a start.
fn pool() -> impl Strategy<Value = String> {
    let scaler = prop_oneof![
        (0u32..3).prop_map(|min| format!("{{ kpa: {{ min-scale: {min} }} }}")),
        (1u32..5).prop_map(|n| format!("{{ fixed: {{ instances: {n} }} }}")),
        (0u32..100, prop_oneof![Just("its-instance"), Just("any-place")], prop_oneof![Just("constant"), Just("exponential")])
            .prop_map(|(idle, waits, law)| format!("{{ keep-alive: {{ idle: {idle}s, idle-law: {law}, waits-for: {waits} }} }}")),
        Just("{ keep-alive: { idle: 30s, max-instances: 2, at-limit: queue, waits-for: any-place } }".to_owned()),
        Just("{ keep-alive: { idle: 30s, max-instances: 2, waits-for: any-place, choice: newest-created } }".to_owned()),
    ];
    (scaler, 0u32..4, prop_oneof![Just(""), Just(", first-request: { exponential: { mean: 3s } }"), Just(", cancel-starts: false")])
        .prop_map(|(scaler, concurrency, start)| {
            format!(
                "    container-concurrency: {concurrency}\n    cold-start: {{ profile: own-nodes, runtime: python, image: 50MB{start} }}\n    \
                 autoscaler: {scaler}\n"
            )
        })
}

/// Every request of a run, in order of arrival.
fn lives(text: &str) -> Vec<RequestLife> {
    let everything = Some(Everything { from: SimTime::ZERO, limit: 1_000_000 });
    let watch = Watch { wanted: Wanted::Slowest(1), everything };
    let told: Explanation = experiment::explain(&scenario(text), &Question { policy: None, service: None, replication: 1, watch })
        .unwrap_or_else(|it| panic!("{it}"));
    told.everything.expect("it was asked for").requests
}

fn waited(life: &RequestLife) -> bool {
    life.begun != Some(life.arrived)
}

/// Requests that take two seconds, at these seconds, on a platform whose instances start in `start`.
fn two_seconds_each(at: &[f64], start: &str) -> String {
    let timers: Vec<String> = at.iter().map(|at| format!("{{ timer: {{ every: 1d, phase: {:.0}ms }} }}", at * 1e3)).collect();
    let rest = format!(
        "    container-concurrency: 1\n    cold-start: {{ resource-allocation: {start} }}\n    autoscaler: {{ keep-alive: {{ idle: 1d }} }}\n"
    );
    service(&timers.join(", "), "{ io: 2s }", &rest)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(16) })]

    /// As long as the longer start has brought no more instances, no request is faster; and none is ever faster unless it
    /// found one of those it brought. (Where latencies so far are no shorter, as many requests are under way; and who finds
    /// nobody free among no more instances finds nobody free among them when more are busy.)
    #[test]
    fn a_longer_start_speeds_up_nobody_before_it_has_brought_more_instances(
        traffic in traffic(), request in request(), short_ms in 0u32..5000, more_ms in 1u32..60_000,
    ) {
        let pool = |ms: u32| format!(
            "    container-concurrency: 1\n    cold-start: {{ resource-allocation: {ms}ms }}\n    autoscaler: {{ keep-alive: {{ idle: 1d }} }}\n"
        );
        let (short, long) = (lives(&service(&traffic, &request, &pool(short_ms))), lives(&service(&traffic, &request, &pool(short_ms + more_ms))));
        prop_assert_eq!(short.len(), long.len());
        let (mut started_short, mut started_long) = (0, 0);
        for (short, long) in short.iter().zip(&long) {
            prop_assert_eq!((short.number, short.arrived, short.cpu, short.io), (long.number, long.arrived, long.cpu, long.io));
            let faster = long.latency().zip(short.latency()).is_some_and(|(long, short)| long < short);
            prop_assert!(!faster || (waited(short) && !waited(long)), "{:?} is faster than {:?}", long, short);
            prop_assert!(!faster || started_long > started_short, "{:?} is faster than {:?}", long, short);
            started_short += u32::from(waited(short));
            started_long += u32::from(waited(long));
        }
    }

    #[test]
    fn where_every_request_has_an_instance_of_its_own_each_waits_for_as_much_longer(traffic in traffic(), request in request(), more_ms in 1u32..60_000) {
        let pool = |ms: u32| format!(
            "    container-concurrency: 1\n    cold-start: {{ resource-allocation: {ms}ms }}\n    autoscaler: {{ keep-alive: {{ idle: 0s, at-expiry: expired }} }}\n"
        );
        let (short, long) = (lives(&service(&traffic, &request, &pool(500))), lives(&service(&traffic, &request, &pool(500 + more_ms))));
        for (short, long) in short.iter().zip(&long) {
            if let (Some(short), Some(long)) = (short.latency(), long.latency()) {
                prop_assert_eq!(long, short + Span::from_millis(u64::from(more_ms)));
            }
        }
    }

    #[test]
    fn one_kept_with_room_for_all_makes_nobody_wait(traffic in traffic(), request in request(), min in 1u32..4) {
        let rest = format!("    cold-start: {{ profile: eci, runtime: go, image: 9MB }}\n    autoscaler: {{ kpa: {{ min-scale: {min} }} }}\n");
        for replicas in ran(&service(&traffic, &request, &rest)) {
            prop_assert_eq!(replicas.merged.waited.count(), 0);
            prop_assert_eq!(replicas.merged.wake_ups, 0);
            prop_assert_eq!(replicas.merged.tally.rejected(), 0);
        }
    }

    #[test]
    fn without_traffic_only_what_is_resident_is_billed(idle in 0u32..600, scaler in 0usize..2) {
        let scaler = [format!("{{ keep-alive: {{ idle: {idle}s }} }}"), "{ kpa: { min-scale: 0 } }".to_owned()][scaler].clone();
        let rest = format!("    cold-start: {{ profile: eci, runtime: go, image: 9MB }}\n    autoscaler: {scaler}\n");
        let text = service("{ timer: { every: 30d, phase: 29d } }", "{ io: 1s }", &rest);
        // Knative begins with one pod; it is gone before the warm-up ends.
        let text = text.replace("horizon: 20m", "horizon: 3h, warmup: 10m")
            .replace("services:\n", "resident: { control-plane: { kind: self-hosted } }\nservices:\n");
        let comparison = run(&text);
        let cost = |key: &str| only(&comparison).figure(key).expect("a cost").point;
        prop_assert_eq!(only(&comparison).merged.tally.arrived, 0);
        prop_assert!(cost("cost.resident") > 0.0);
        prop_assert_eq!(cost("cost.total"), cost("cost.resident"));
    }

    #[test]
    fn twice_the_price_is_twice_the_bill(traffic in traffic(), request in request(), pool in pool(), cents in 1u32..500) {
        let policies = format!(
            "policies:\n  once: {{ services.s.instance.price: {}/h }}\n  twice: {{ services.s.instance.price: {}/h }}\n",
            f64::from(cents) / 100.0, f64::from(2 * cents) / 100.0
        );
        let text = service(&traffic, &request, &format!("    instance: {{ vcpu: 2, memory: 4GiB }}\n{pool}")) + &policies;
        let [once, twice] = <[Replicas; 2]>::try_from(ran(&text)).expect("two policies");
        prop_assert_eq!(&once.merged, &twice.merged);
        for (once, twice) in once.each.iter().zip(&twice.each) {
            // Each line is rounded once, to a billionth.
            let lines = once.bill.lines.len() as i128;
            let off = (once.bill.total().0 * 2 - twice.bill.total().0).abs();
            prop_assert!(off <= 2 * lines, "{} against {}", once.bill.total().0, twice.bill.total().0);
        }
    }

    #[test]
    fn a_policy_that_says_the_same_has_the_same_outcome_to_the_bit(traffic in traffic(), request in request(), pool in pool()) {
        let policies = "policies:\n  one: {}\n  other: { services.s.request.on-timeout: keep-working, services.s.gateway.timeout: 1d }\n";
        let [one, other] = <[Replicas; 2]>::try_from(ran(&(service(&traffic, &request, &pool) + policies))).expect("two policies");
        prop_assert_eq!(&one.merged, &other.merged);
        for (one, other) in one.each.iter().zip(&other.each) {
            prop_assert_eq!(&one.figures, &other.figures);
            prop_assert_eq!(one.bill.total().0, other.bill.total().0);
        }
    }

    #[test]
    fn two_replications_merged_are_one_histogram_of_both(traffic in traffic(), request in request(), pool in pool()) {
        let scenario = scenario(&service(&traffic, &request, &pool));
        let range = |from: u32, until: u32| simulate_range(&scenario, from..until, &()).unwrap().remove(0).merged;
        let (first, second, both) = (range(0, 1), range(1, 2), range(0, 2));
        let rows = |it: &Histogram| it.buckets().collect::<Vec<_>>();
        let mut by_hand = std::collections::BTreeMap::new();
        for (bucket, count, sum) in rows(&first.latency).into_iter().chain(rows(&second.latency)) {
            let row = by_hand.entry(bucket).or_insert((0, 0));
            *row = (row.0 + count, row.1 + sum);
        }
        let by_hand: Vec<_> = by_hand.into_iter().map(|(bucket, (count, sum))| (bucket, count, sum)).collect();
        prop_assert_eq!(rows(&both.latency), by_hand);
        prop_assert_eq!(both.latency.max(), first.latency.max().max(second.latency.max()));
        prop_assert_eq!(both.tally.arrived, first.tally.arrived + second.tally.arrived);
    }
}

/// The third of three requests at 90 s finds two instances where starts are short and a third one where they are long.
#[test]
fn a_longer_start_may_spare_a_later_request_one() {
    let at = [1.0, 4.0, 5.0, 90.0, 90.001, 90.002];
    let (short, long) = (lives(&two_seconds_each(&at, "1ms")), lives(&two_seconds_each(&at, "60s")));
    let instances = |lives: &[RequestLife]| lives.iter().filter(|it| waited(it)).count();
    assert_eq!((instances(&short), instances(&long)), (3, 3));
    assert!(waited(&short[5]) && !waited(&long[5]));
    let latency = |life: &RequestLife| life.latency().expect("answered");
    assert!(latency(&long[5]) < latency(&short[5]), "{:?} {:?}", long[5], short[5]);
}

/// Under Knative a longer start may lower latencies too, by the autoscaler's own feedback: no law, and none is claimed.
#[test]
fn requests_are_the_same_whatever_the_start() {
    let text = |start: &str| {
        let rest =
            format!("    container-concurrency: 1\n    cold-start: {{ application-start: {start} }}\n    autoscaler: {{ kpa: {{}} }}\n");
        service("{ poisson: { rate: 1/s } }", "{ io: { exponential: { mean: 1s } } }", &rest)
    };
    let asked = |lives: Vec<RequestLife>| lives.into_iter().map(|it| (it.arrived, it.cpu, it.io)).collect::<Vec<_>>();
    let (short, long) = (asked(lives(&text("1s"))), asked(lives(&text("20s"))));
    assert!(short.len() > 1000);
    assert_eq!(short, long);
}
