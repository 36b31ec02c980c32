//! What runs when nobody calls: its pods, its nodes, its load balancer, and where own pods and pay-per-use meet.
#![allow(missing_docs)]

mod common;

use coldcast::billing::resident::{BreakEven, PerRequest, ResidentSpec, break_even};
use coldcast::billing::{Bill, Book, HourUse, InstanceSpec, LineKind, find};
use coldcast::units::{Bytes, Money, SimTime, Span};
use common::{only, run};

/// What a specification costs an hour under a book.
fn hour(book: &Book, spec: &str, load_balancer: Option<&Book>) -> Bill {
    let spec: ResidentSpec = serde_saphyr::from_str(spec).unwrap();
    assert_eq!(spec.check(), []);
    let resident = spec.resolve(book, load_balancer).unwrap_or_else(|problem| panic!("{problem:?}"));
    resident.bill(SimTime::ZERO, SimTime::from_secs(3600), &[HourUse::default()])
}

fn pods(bill: &Bill) -> u32 {
    let replicas = |item: &Option<String>| item.as_ref()?.split_once(" × ")?.0.parse::<u32>().ok();
    bill.lines.iter().filter_map(|line| replicas(&line.item)).sum()
}

#[test]
fn a_self_hosted_mesh_is_itemised() {
    let book = find("aliyun-cn-hangzhou").unwrap();
    let bill = hour(&book, "control-plane: { kind: self-hosted }", None);
    let items: Vec<_> = bill.lines.iter().map(|line| (line.line.name(), line.item.as_deref().unwrap())).collect();
    let expected = [
        ("gateway", "1 × istio-ingressgateway"),
        ("control-plane", "1 × activator"),
        ("control-plane", "1 × autoscaler"),
        ("control-plane", "1 × controller"),
        ("control-plane", "1 × istiod"),
        ("control-plane", "1 × net-istio-controller"),
        ("control-plane", "1 × net-istio-webhook"),
        ("control-plane", "1 × webhook"),
    ];
    assert_eq!(items, expected);
    // On ECI every pod is an instance: six of the smallest size, the activator (300m) of the next, istiod with 2 GiB.
    let size = |vcpu, memory: &str| {
        let spec = InstanceSpec { vcpu: Some(vcpu), memory: Some(memory.parse().unwrap()), ..InstanceSpec::default() };
        book.instance(&spec).unwrap().per_hour().0
    };
    let sum = 6 * size(0.25, "0.5GiB") + size(0.5, "1GiB") + size(0.5, "2GiB");
    assert!((bill.total().0 - sum).abs() <= 8, "{:?} is not {sum}", bill.total());
}

#[test]
fn pods_by_kind_of_mesh() {
    let book = find("aliyun-cn-hangzhou").unwrap();
    for (spec, count) in [
        ("{ kind: self-hosted }", 8),
        ("{ kind: self-hosted, ha: true }", 18),
        ("{ kind: self-hosted, hpa: true }", 9),
        ("{ kind: self-hosted, ingress: kourier }", 6),
        ("{ kind: self-hosted, ingress: kourier, ha: true }", 12),
        ("{ kind: self-hosted, ingress: istio-2020 }", 16),
        ("{ kind: self-hosted, ingress: istio-2020, ha: true }", 32),
        ("{ kind: hosted }", 0),
    ] {
        assert_eq!(pods(&hour(&book, &format!("control-plane: {spec}"), None)), count, "{spec}");
    }
}

/// Nodes are paid whole: what pods do not use is a line of its own, and all of it is the nodes' price.
#[test]
fn own_nodes_are_paid_whole() {
    let book = find("aliyun-cn-hangzhou").unwrap();
    let c7 = "nodes: { type: ecs.c7.xlarge }";
    let node = 815_398_000;
    for (spec, nodes) in [("{ kind: self-hosted }", 1), ("{ kind: self-hosted, ha: true }", 3)] {
        let bill = hour(&book, &format!("control-plane: {spec}\n{c7}"), None);
        assert!((bill.total().0 - nodes * node).abs() <= 1, "{spec}: {:?}", bill.total());
        assert!(bill.amount(LineKind::Nodes) > Money::ZERO);
    }
    // A pod's share is the larger of its two: istiod's 2048 of 7168 MiB against 0.5 of 3.9 vCPU.
    let bill = hour(&book, &format!("control-plane: {{ kind: self-hosted }}\n{c7}"), None);
    let istiod = bill.lines.iter().find(|line| line.item.as_deref() == Some("1 × istiod")).unwrap();
    assert_eq!(istiod.amount, Money((node * 2048 + 3584) / 7168));
}

#[test]
fn hosted_is_free_or_a_cluster_fee() {
    let hosted = "control-plane: { kind: hosted }";
    assert_eq!(hour(&find("aliyun-cn-hangzhou").unwrap(), hosted, None).total(), Money::ZERO);
    assert_eq!(hour(&find("aws-fargate-x86-us-east-1").unwrap(), hosted, None).total(), Money(100_000_000));
}

const REQUEST: PerRequest = PerRequest { response: Bytes(0), requests_per_connection: 1, rules: 0, connection: Span::from_millis(100) };

/// Against 0.10 USD an hour AWS's ALB has 0.0775 left for LCUs of 0.008; one is 25 new connections a second.
#[test]
fn break_even_with_capacity_units_is_the_closed_form() {
    let book = find("aws-alb-us-east-1").unwrap();
    let alb = book.load_balancer().unwrap();
    let BreakEven::Requests(an_hour) = break_even(Money(100_000_000), alb, None, &REQUEST) else { panic!() };
    let exact = (0.10 - 0.0225) / 0.008 * 25.0 * 3600.0;
    assert!((an_hour as f64 - exact).abs() <= 1.0, "{an_hour} is not {exact}");
    // Ten requests a connection: ten times as many.
    let kept = PerRequest { requests_per_connection: 10, connection: Span::from_secs(1), ..REQUEST };
    let BreakEven::Requests(kept_an_hour) = break_even(Money(100_000_000), alb, None, &kept) else { panic!() };
    assert!((kept_an_hour as f64 - 10.0 * exact).abs() <= 10.0);
    assert_eq!(break_even(Money(22_000_000), alb, None, &REQUEST), BreakEven::OwnAlways);
    assert_eq!(break_even(Money(22_500_000), alb, None, &REQUEST), BreakEven::Requests(0));
}

/// CLB goes up in steps: 0.167 an hour and 0.1 up to 1000 requests a second, 0.32 up to 5000.
#[test]
fn break_even_with_sizes_is_at_a_step() {
    let book = find("alibaba-clb-cn").unwrap();
    let clb = book.load_balancer().unwrap();
    let at = |own: f64| break_even(Money((own * 1e9) as i128), clb, None, &REQUEST);
    assert_eq!(at(0.26), BreakEven::OwnAlways);
    assert_eq!(at(0.30), BreakEven::Requests(1000 * 3600));
    assert_eq!(at(0.50), BreakEven::Requests(5000 * 3600));
    assert_eq!(at(4.0), BreakEven::LoadBalancerAlways, "the largest size is 3.18 and there is no larger");
    // With traffic of 20 kB a response, 0.8 a GiB, it is a line again.
    let heavy = PerRequest { response: Bytes(20_000), ..REQUEST };
    let BreakEven::Requests(an_hour) = break_even(Money(300_000_000), clb, None, &heavy) else { panic!() };
    let exact = (0.30 - 0.267) / 0.8 * 1_073_741_824.0 / 20_000.0;
    assert!((an_hour as f64 - exact).abs() <= 1.0, "{an_hour} is not {exact}");
}

const SCENARIO: &str = "name: r\nrun: { horizon: 90m, warmup: 30m, replications: 1 }\nprices: aliyun-cn-hangzhou\nresident: RESIDENT\nservices:\n  s:\n    \
                        traffic: [ { constant: { rate: 10/s } } ]\n    request: { io: 100ms }\n    autoscaler: { fixed: { instances: 1 } }\n";

/// From 0:30 to 1:30 two hours are begun.
#[test]
fn a_load_balancer_is_billed_by_the_hour_begun_and_by_use() {
    let spec = "{ control-plane: { kind: hosted }, gateway: { load-balancer: { book: alibaba-clb-cn, response: 1MiB } } }";
    let comparison = run(&SCENARIO.replace("RESIDENT", spec));
    let policy = only(&comparison);
    let item = |name: &str| policy.cost_lines.iter().find(|it| it.item.as_deref() == Some(name)).map_or(0.0, |it| it.amount);
    assert_eq!((item("public-ip"), item("instance"), item("slb.s1.small")), (0.04, 0.294, 0.2));
    // 36,000 requests of 1 MiB since the warm-up; its end is the border of a bucket.
    assert!((item("traffic") - 36_000.0 / 1024.0 * 0.8).abs() < 1e-6, "{}", item("traffic"));
    let resident = policy.figure("cost.resident").unwrap().point;
    let lines: f64 = policy.cost_lines.iter().filter(|it| it.line == "gateway").map(|it| it.amount).sum();
    assert!((resident - lines).abs() < 1e-9 && lines > 0.5);
}

#[test]
fn what_cannot_stand_is_refused() {
    let refused = |spec: &str, words: &[&str]| {
        let error = common::load(&SCENARIO.replace("RESIDENT", spec)).to_string();
        for word in words.iter().chain(&["test.yaml:4:"]) {
            assert!(error.contains(word), "no `{word}` in\n{error}");
        }
    };
    let lb = |rest: &str| format!("{{ gateway: {{ load-balancer: {{ {rest} }} }} }}");
    refused(&lb("book: alibaba-alb-cn"), &["which edition", "basic, standard, waf"]);
    refused(&lb("book: alibaba-alb-cn, edition: basic"), &["alibaba-alb-cn", "no price for an LCU"]);
    refused(&lb("book: alibaba-clb-cn, size: slb.s9"), &["no price for the size `slb.s9`"]);
    refused(&lb("book: aliyun-cn-beijing"), &["`aliyun-cn-beijing` has no price for a load balancer"]);
    refused(&lb("book: aws-alb-us-east-1"), &["in USD, `prices` in CNY"]);
    refused(&lb("book: alibaba-clb-cm"), &["did you mean `alibaba-clb-cn`?"]);
    refused(&lb("book: alibaba-clb-cn, requests-per-connection: 0"), &["never opened"]);
    refused("{ control-plane: { kind: somewhere } }", &["somewhere"]);
    refused("{ control-plane: { kind: self-hosted }, nodes: { type: ecs.c7.xlrage } }", &["did you mean `ecs.c7.xlarge`?"]);
    refused(
        "{ control-plane: { kind: self-hosted, ha: true }, nodes: { type: ecs.t6-c1m1.large } }",
        &["does not fit on a `ecs.t6-c1m1.large`"],
    );
    refused("{ control-plane: { kind: self-hosted }, nodes: { type: ecs.c7.large, reserved-vcpu: 2 } }", &["no room"]);
    refused("{ gateway: { replicas: 2 } }", &["need `vcpu` and `memory`"]);
    refused("{ gateway: { vcpu: 1, memory: 1GiB } }", &["how many pods"]);
}

#[test]
fn a_policy_may_set_what_is_resident() {
    let text = SCENARIO.replace("resident: RESIDENT\n", "")
        + "policies:\n  bare: {}\n  gateway: { resident.gateway: { replicas: 2, vcpu: 1, memory: 2GiB } }\n";
    let comparison = run(&text);
    let resident = |index: usize| comparison.policies[index].figure("cost.resident").unwrap().point;
    assert_eq!(resident(0), 0.0);
    assert!((resident(1) - 2.0 * 3600.0 * (0.000049 + 2.0 * 0.00000613)).abs() < 1e-8);
}
