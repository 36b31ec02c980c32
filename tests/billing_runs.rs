//! Runs billed by several books: what is metered is what a book says, to the billionth where it can be computed by hand.
#![allow(missing_docs)]

mod common;

use coldcast::experiment::{BookBill, PolicyResult};
use common::{only, run, run_with, try_load};

/// A scenario with these lines at its top and in its service.
fn scenario(top: &[&str], service: &[&str]) -> String {
    let top: String = top.iter().map(|line| format!("{line}\n")).collect();
    let service: String = service.iter().map(|line| format!("    {line}\n")).collect();
    format!("name: b\nrun: {{ horizon: 1h, replications: 1 }}\n{top}services:\n  s:\n{service}")
}

const LAMBDA: &str = "prices: aws-lambda-x86-us-east-1";
const CLOUD_RUN: &str = "prices: gcp-cloud-run-request-tier-2";
/// A request every ten seconds, the first after five: 360 in an hour.
const TIMER: &str = "traffic: [ { timer: { every: 10s, phase: 5s } } ]";
const BARE: &str = "queue-proxy: { latency: 0s }\n    activator: { latency: 0s }";
const START: &str = "cold-start: { application-start: 2s }";
const SMALL: &str = "instance: { vcpu: 0.5, memory: 1GiB }";

#[track_caller]
fn line(policy: &PolicyResult, line: &str) -> f64 {
    policy.cost_lines.iter().filter(|it| it.line == line).map(|it| it.amount).sum()
}

#[track_caller]
fn bill<'p>(policy: &'p PolicyResult, book: &str) -> &'p BookBill {
    policy.bills.iter().find(|it| it.price_book == book).unwrap_or_else(|| panic!("no bill by {book}"))
}

#[track_caller]
fn near(value: f64, expected: f64) {
    assert!((value - expected).abs() < 2e-8 + 1e-9 * expected.abs(), "{value} is not {expected}");
}

/// 360 requests of 100.4 ms are billed 101 ms each; every start of 4 s (2 s on half a vCPU) is billed; idle time is free.
#[test]
fn lambda_rounds_every_request() {
    let text = scenario(
        &[LAMBDA],
        &[TIMER, BARE, START, SMALL, "request: { io: 100400us }", "container-concurrency: 1", "autoscaler: { keep-alive: { idle: 5s } }"],
    );
    let comparison = run(&text);
    let policy = only(&comparison);
    let gb_second = 0.0000166667;
    near(line(policy, "serving"), 360.0 * 0.1004 * gb_second);
    near(line(policy, "rounding"), 360.0 * 0.0006 * gb_second);
    near(line(policy, "starting"), 360.0 * 4.0 * gb_second);
    near(line(policy, "idle"), 0.0);
    near(line(policy, "requests"), 360.0 * 0.2e-6);
    near(policy.figure("cost.starting").unwrap().point, 360.0 * 4.0 * gb_second);
    near(policy.figure("cost.per_30_days").unwrap().point, 720.0 * policy.figure("cost.total").unwrap().point);
}

/// Two requests at once count once on Cloud Run and twice on Lambda: a pair every ten seconds.
#[test]
fn what_overlaps_counts_once_or_twice() {
    let pairs = "traffic: [ { timer: { every: 10s, phase: 5s } }, { timer: { every: 10s, phase: 5s } } ]";
    let service = [pairs, BARE, "instance: { vcpu: 1, memory: 1GiB }", "request: { io: 130ms }", "autoscaler: { fixed: { instances: 1 } }"];
    let comparison = run(&scenario(&[CLOUD_RUN, "also-priced-by: [ aws-lambda-arm-us-east-1 ]"], &service));
    let policy = only(&comparison);
    let (active, idle) = (0.0000371, 0.000007);
    near(line(policy, "serving"), 360.0 * 0.130 * active);
    near(line(policy, "rounding"), 360.0 * 0.070 * active);
    near(line(policy, "idle"), (3600.0 - 360.0 * 0.130) * idle);
    near(line(policy, "requests"), 720.0 * 0.4e-6);
    // 1 vCPU comes with 1769 MiB. One environment is provisioned for the hour, and busy for 360 × 130 ms; the second of a
    // pair is on demand.
    let gb = 1769.0 / 1024.0;
    let provisioned = gb * (3600.0 * 0.0000033333 + 360.0 * 0.130 * 0.0000077778);
    let total = provisioned + gb * 360.0 * 0.130 * 0.0000133334 + 720.0 * 0.2e-6;
    near(bill(policy, "aws-lambda-arm-us-east-1").total.point, total);
}

/// Of two that stand, one is kept: Cloud Run does not bill the other's idle time, Container Apps bills it as active.
#[test]
fn idle_time_beyond_what_is_kept() {
    let top = [CLOUD_RUN, "also-priced-by: [ azure-container-apps-koreacentral, aws-fargate-x86-us-east-1 ]"];
    let service = [
        TIMER,
        BARE,
        START,
        "instance: { vcpu: 1, memory: 2GiB }",
        "request: { io: 1s }",
        "autoscaler: { kpa: { min-scale: 1, initial-scale: 2, scale-down-delay: 1h } }",
    ];
    let comparison = run(&scenario(&top, &service));
    let policy = only(&comparison);
    let (hour, busy) = (3600.0, 360.0);
    near(line(policy, "serving"), busy * (0.0000336 + 2.0 * 0.0000035));
    near(line(policy, "idle"), (hour - busy) * (0.0000035 + 2.0 * 0.0000035));
    let (active, idle) = (0.000024 + 2.0 * 0.000003, 0.000003 + 2.0 * 0.000003);
    let apps = bill(policy, "azure-container-apps-koreacentral");
    // Both are there for the hour; while one serves, the other is beyond what is kept.
    near(apps.total.point, busy * active + (hour - busy) * idle + hour * active + 360.0 * 0.4e-6);
    near(bill(policy, "aws-fargate-x86-us-east-1").total.point, 2.0 * (0.04048 + 2.0 * 0.004445));
}

/// Instances of 4 s are billed 4 s by ECI and a minute by Fargate.
#[test]
fn a_minimum_is_an_instances() {
    let top = ["prices: aliyun-intl", "also-priced-by: [ aws-fargate-x86-us-east-1 ]"];
    let service = [
        "traffic: [ { timer: { every: 100s, phase: 5s } } ]",
        BARE,
        START,
        "instance: { vcpu: 1, memory: 2GiB }",
        "request: { io: 1s }",
        "autoscaler: { keep-alive: { idle: 1s } }",
    ];
    let comparison = run(&scenario(&top, &service));
    let policy = only(&comparison);
    near(policy.figure("cost.total").unwrap().point, 36.0 * 4.0 * (0.0000077 + 2.0 * 0.00000096));
    near(bill(policy, "aws-fargate-x86-us-east-1").total.point, 36.0 * 60.0 * (0.04048 + 2.0 * 0.004445) / 3600.0);
}

/// A book and its copy bill the same; twice the price is twice the bill, line by line.
#[test]
fn twice_the_price_is_twice_the_bill() {
    let text = coldcast::billing::BOOKS.iter().find(|(name, _)| *name == "gcp-cloud-run-request-tier-2").unwrap().1;
    let doubled = text
        .replace("price: 0.0000336", "price: 0.0000672")
        .replace("price: 0.0000035", "price: 0.000007")
        .replace("price: 0.40", "price: 0.80");
    let top = [CLOUD_RUN, "also-priced-by: [ same.yaml, doubled.yaml ]"];
    let service = [
        "traffic: [ { poisson: { rate: 1/s } } ]",
        START,
        "instance: { vcpu: 1, memory: 1GiB }",
        "request: { io: { exponential: { mean: 300ms } } }",
        "autoscaler: { kpa: { min-scale: 1 } }",
    ];
    let files = vec![("same.yaml", text.as_bytes().to_vec()), ("doubled.yaml", doubled.into_bytes())];
    let comparison = run_with(&scenario(&top, &service), files);
    let policy = only(&comparison);
    assert_eq!(bill(policy, "same.yaml").lines, policy.cost_lines);
    for (once, twice) in policy.cost_lines.iter().zip(&bill(policy, "doubled.yaml").lines) {
        assert_eq!((&once.line, once.quantity), (&twice.line, twice.quantity));
        assert!((twice.amount - 2.0 * once.amount).abs() <= 3e-9, "{once:?} {twice:?}");
    }
    assert!(line(policy, "idle") > 0.0 && line(policy, "requests") > 0.0);
}

/// An instance that is busy beyond its credits pays for them where it is a burstable one, and only there.
#[test]
fn surplus_credits_are_billed_where_there_are_credits() {
    let top =
        ["prices: aliyun-cn-hangzhou", "also-priced-by: [ aliyun-cn-beijing, aws-fargate-x86-us-east-1 ]", "exchange-rates: { USD: 7 }"];
    let service = [
        "traffic: [ { constant: { rate: 2/s } } ]",
        BARE,
        "instance: { type: ecs.t6-c1m1.large }",
        "credits: { mode: unlimited }",
        "request: { cpu: 900ms }",
        "autoscaler: { fixed: { instances: 1 } }",
    ];
    let comparison = run(&scenario(&top, &service).replace("horizon: 1h", "horizon: 10h"));
    let policy = only(&comparison);
    let of = |book: &str| bill(policy, book).lines.iter().filter(|it| it.line == "credits-surcharge").map(|it| it.amount).sum::<f64>();
    assert!(line(policy, "credits-surcharge") > 0.0);
    assert_eq!(of("aliyun-cn-beijing"), line(policy, "credits-surcharge"), "the same type, the same price");
    assert_eq!(of("aws-fargate-x86-us-east-1"), 0.0);
}

#[test]
fn currencies_meet_at_the_users_rate_or_not_at_all() {
    let service = [TIMER, BARE, "request: { io: 1s }", "autoscaler: { fixed: { instances: 1 } }"];
    let with = |rates: &'static str| scenario(&["prices: aliyun-cn-hangzhou", "also-priced-by: [ aliyun-intl ]", rates], &service);
    let error = common::load(&with("free-grant: false")).to_string();
    for word in ["test.yaml:4:19", "`aliyun-intl` is in USD, `prices` in CNY", "exchange-rates: { USD: 7.1 }"] {
        assert!(error.contains(word), "no `{word}` in\n{error}");
    }
    let comparison = run(&with("exchange-rates: { USD: 7.25 }"));
    let policy = only(&comparison);
    near(policy.figure("cost.total").unwrap().point, 0.441072);
    near(bill(policy, "aliyun-intl").total.point, 7.25 * 0.069264);
    for (rates, word) in [
        ("{ USD: 0 }", "no exchange rate"),
        ("{ USD: -7 }", "no exchange rate"),
        ("{ USDX: 7 }", "no currency"),
        ("{ usd: 7 }", "did you mean `USD`?"),
    ] {
        let error = common::load(&with("exchange-rates: RATES").replace("RATES", rates)).to_string();
        assert!(error.contains(word), "no `{word}` in\n{error}");
    }
}

#[test]
fn books_that_cannot_bill_are_refused() {
    let refused = |top: &[&str], service: &[&str], words: &[&str]| {
        let error = common::load(&scenario(top, service)).to_string();
        for word in words {
            assert!(error.contains(word), "no `{word}` in\n{error}");
        }
    };
    let fixed = [TIMER, SMALL, "autoscaler: { fixed: { instances: 1 } }"];
    refused(
        &[LAMBDA, "also-priced-by: [ azure-functions-consumption-eastus ]"],
        &fixed,
        &["missing", "azure-functions-consumption-eastus", "eastus", "kept"].map(|it| if it == "missing" { "no price" } else { it }),
    );
    refused(&[LAMBDA, "also-priced-by: [ aws-lambda-x86-us-east-1 ]"], &fixed, &["bills the run already"]);
    refused(&[LAMBDA, "also-priced-by: [ aws-lamda-arm-us-east-1 ]"], &fixed, &["did you mean `aws-lambda-arm-us-east-1`?", ":4:19"]);
    refused(&[LAMBDA, "also-priced-by: [ aws-alb-us-east-1 ]"], &fixed, &["`aws-alb-us-east-1` has no price for vCPU and memory"]);
    let large = [TIMER, "instance: { vcpu: 8, memory: 64GiB }", "autoscaler: { fixed: { instances: 1 } }"];
    refused(&["prices: own-nodes-aws-us-east-1"], &large, &["do not fit on a `m5.large`"]);
    let spot = [TIMER, "instance: { spot: true }", "autoscaler: { fixed: { instances: 1 } }"];
    refused(&["prices: aliyun-cn-hangzhou"], &spot, &["no price for a spot instance", "aliyun-cn-hangzhou", "cn-hangzhou"]);
}

#[test]
fn what_a_book_does_otherwise_is_said() {
    let shared = [TIMER, SMALL, START, "request: { io: 1s }"];
    let scenario = try_load(&scenario(&[LAMBDA, "also-priced-by: [ azure-functions-premium-eastus ]"], &shared), Vec::new()).unwrap();
    for word in ["every request is billed by itself", "always billed", "billed as 1 vCPU 3.5 GiB"] {
        assert!(scenario.warnings.iter().any(|warning| warning.contains(word)), "no `{word}` in {:#?}", scenario.warnings);
    }
}
