//! Section 4.2 of the fact sheet: the price of each of its lines, recomputed from a book for a stated use.
//!
//! Expected amounts are products of the numbers in the fact sheet, written out; money is in billionths.
#![allow(missing_docs)]

use coldcast::billing::{
    Bill, Book, HourUse, InstanceSpec, LineKind, LoadBalancer, Phase, Role, Statement, Terms, Usage, find, hours_begun,
};
use coldcast::units::{Money, SimTime, Span};

const SECOND: u128 = 1_000_000_000;
const HOUR: u128 = 3600 * SECOND;
const MONTH: Span = Span::from_secs(30 * 86_400);

const SERVING: LineKind = LineKind::Instance(Role::Standard, Phase::Serving);
const IDLE: LineKind = LineKind::Instance(Role::Standard, Phase::Idle);

fn size(vcpu: f64, memory: &str) -> InstanceSpec {
    InstanceSpec { vcpu: Some(vcpu), memory: Some(memory.parse().unwrap()), ..InstanceSpec::default() }
}

/// A month of this use of such an instance.
fn month(book: &str, spec: &InstanceSpec, usage: Usage, free_grant: bool) -> Bill {
    let book = find(book).unwrap();
    let price = book.instance(spec).unwrap_or_else(|problem| panic!("{problem:?}"));
    let mut statement = Statement::new(&book);
    statement.add(&price, &Usage { instances: 1, ..usage });
    statement.finish(&Terms { measured: MONTH, free_grant, instances_max: 1 })
}

/// Units of the currency; billionths beyond the ninth decimal are the book's, not this.
fn money(units: f64) -> Money {
    Money((units * 1e9).round() as i128)
}

#[track_caller]
fn is(amount: Money, units: f64) {
    assert!((amount - money(units)).0.abs() <= 3, "{amount:?} is not {units}");
}

#[track_caller]
fn serving(book: &str, spec: InstanceSpec, usage: Usage, units: f64) {
    is(month(book, &spec, usage, false).amount(SERVING), units);
}

fn executions(seconds: u128) -> Usage {
    Usage { request_ns: seconds * SECOND, ..Usage::default() }
}

fn stretches(seconds: u128) -> Usage {
    Usage { serving_ns: seconds * SECOND, ..Usage::default() }
}

fn requests(requests: u64) -> Usage {
    Usage { requests, ..Usage::default() }
}

#[test]
fn lambda() {
    for (book, first, second, third, to, on) in [
        ("aws-lambda-x86-us-east-1", 0.0000166667, 0.000015, 0.0000133334, 6e9, 15e9),
        ("aws-lambda-arm-us-east-1", 0.0000133334, 0.0000120001, 0.0000106667, 7.5e9, 18.75e9),
    ] {
        serving(book, size(0.5, "1GiB"), executions(1000), 1000.0 * first);
        // Twenty billion GB-s of a month reach the third tier.
        let bill = month(book, &size(0.5, "1GiB"), executions(20_000_000_000), false);
        is(bill.total(), to * first + (on - to) * second + (20e9 - on) * third);
        is(bill.amount(SERVING), 20e9 * first);
        is(bill.amount(LineKind::Tiers), -((on - to) * (first - second) + (20e9 - on) * (first - third)));
        is(month(book, &size(0.5, "1GiB"), requests(3_000_000), false).amount(LineKind::Requests), 0.60);
        let granted = month(book, &size(0.5, "1GiB"), Usage { requests: 3_000_000, ..executions(500_000) }, true);
        is(granted.total(), 0.40 + 100_000.0 * first);
        let free = month(book, &size(0.5, "1GiB"), Usage { requests: 1_000_000, ..executions(400_000) }, true);
        assert_eq!(free.total(), Money::ZERO);
    }
}

/// A provisioned hour: all of it is paid at the price of keeping, 1000 s of it for execution besides.
#[test]
fn lambda_provisioned_concurrency() {
    let usage = Usage {
        serving_ns: 1000 * SECOND,
        request_ns: 1000 * SECOND,
        idle_ns: 2600 * SECOND,
        kept_serving_ns: 1000 * SECOND,
        kept_idle_ns: 2600 * SECOND,
        ..Usage::default()
    };
    let of = |book: &str| month(book, &size(0.5, "1GiB"), usage, false).total();
    is(of("aws-lambda-x86-us-east-1"), 0.015 + 0.035 * 1000.0 / 3600.0);
    is(of("aws-lambda-arm-us-east-1"), 3600.0 * 0.0000033333 + 1000.0 * 0.0000077778);
}

#[test]
fn what_is_on_no_bill_has_its_price_all_the_same() {
    let gb = 1u128 << 30;
    let extra = |book: &str, name: &str, quantity: u128| find(book).unwrap().extra(name).unwrap().price.of(quantity);
    let lambda = "aws-lambda-x86-us-east-1";
    is(extra(lambda, "ephemeral-storage-above-512MB", 10 * gb * HOUR), 36_000.0 * 0.0000000309);
    is(extra(lambda, "snapstart-cache", gb * HOUR), 3600.0 * 0.0000015046);
    is(extra(lambda, "snapstart-restore", 100 * gb), 100.0 * 0.0001397998);
    is(extra("aws-fargate-arm-us-east-1", "ephemeral-storage-above-20GB", 80 * gb * HOUR), 80.0 * 0.000111);
    is(extra("azure-container-apps-westus2", "dedicated-plan-management", 10 * HOUR), 1.0);
    is(extra("alibaba-fc-cn", "disk-above-512MB", gb * HOUR), 3600.0 * 0.05 * 0.00011);
}

#[test]
fn fargate() {
    let hour = Usage { serving_ns: HOUR, ..Usage::default() };
    serving("aws-fargate-x86-us-east-1", size(1.0, "2GiB"), hour, 0.04048 + 2.0 * 0.004445);
    serving("aws-fargate-arm-us-east-1", size(1.0, "2GiB"), hour, 0.03238 + 2.0 * 0.00356);
    serving("aws-fargate-x86-us-east-1", InstanceSpec { spot: true, ..size(1.0, "2GiB") }, hour, 0.3 * (0.04048 + 2.0 * 0.004445));
    serving("aws-fargate-x86-us-east-1", size(0.3, "700MiB"), hour, 0.5 * 0.04048 + 0.004445);
    let meter = find("aws-fargate-x86-us-east-1").unwrap().meter();
    assert_eq!(meter.billed(Span::from_millis(1)), Span::from_secs(60), "a minute at least");
    assert_eq!(meter.billed(Span::from_millis(60_001)), Span::from_secs(61));
}

#[test]
fn cloud_run() {
    let kept = Usage { idle_ns: 3 * HOUR, kept_idle_ns: HOUR, ..Usage::default() };
    for (tier, cpu, memory, idle_cpu, idle_memory, instance_cpu, instance_memory) in [
        (1, 0.000024, 0.0000025, 0.0000025, 0.0000025, 0.000018, 0.000002),
        (2, 0.0000336, 0.0000035, 0.0000035, 0.0000035, 0.0000216, 0.0000024),
    ] {
        let (by_request, by_instance) = (format!("gcp-cloud-run-request-tier-{tier}"), format!("gcp-cloud-run-instance-tier-{tier}"));
        serving(&by_request, size(2.0, "4GiB"), stretches(3600), 3600.0 * (2.0 * cpu + 4.0 * memory));
        is(month(&by_request, &size(2.0, "4GiB"), kept, false).amount(IDLE), 3600.0 * (2.0 * idle_cpu + 4.0 * idle_memory));
        is(month(&by_request, &size(1.0, "1GiB"), requests(5_000_000), false).total(), 2.0);
        serving(&by_instance, size(2.0, "4GiB"), stretches(3600), 3600.0 * (2.0 * instance_cpu + 4.0 * instance_memory));
        is(month(&by_instance, &size(2.0, "4GiB"), kept, false).amount(IDLE), 3.0 * 3600.0 * (2.0 * instance_cpu + 4.0 * instance_memory));
    }
}

#[test]
fn cloud_run_is_free_up_to_a_point() {
    let usage = Usage { serving_ns: 200_000 * SECOND, requests: 2_500_000, ..Usage::default() };
    let bill = month("gcp-cloud-run-request-tier-1", &size(1.0, "1GiB"), usage, true);
    is(bill.total(), 20_000.0 * 0.000024 + 0.20);
    let usage = Usage { serving_ns: 250_000 * SECOND, ..Usage::default() };
    is(month("gcp-cloud-run-instance-tier-1", &size(1.0, "1GiB"), usage, true).total(), 10_000.0 * 0.000018);
    let memory = month("gcp-cloud-run-request-tier-1", &size(1.0, "4GiB"), stretches(100_000), true);
    is(memory.total(), 40_000.0 * 0.0000025);
    let memory = month("gcp-cloud-run-instance-tier-1", &size(1.0, "4GiB"), stretches(200_000), true);
    is(memory.total(), 350_000.0 * 0.000002);
    // Half a month, half a grant.
    let book = find("gcp-cloud-run-request-tier-1").unwrap();
    let mut statement = Statement::new(&book);
    statement.add(&book.instance(&size(1.0, "1GiB")).unwrap(), &Usage { serving_ns: 100_000 * SECOND, ..Usage::default() });
    let half = statement.finish(&Terms { measured: Span(MONTH.0 / 2), free_grant: true, instances_max: 1 });
    is(half.total(), 10_000.0 * 0.000024);
}

/// Section 6: Cloud Run in asia-northeast3, measured over 30 days. One instance kept: 31.59 USD; none: 16.79 USD.
#[test]
fn the_measured_cloud_run_case() {
    let hours = |tenths: u128| tenths * HOUR / 10;
    let one = Usage { serving_ns: hours(1231), idle_ns: hours(6010), kept_idle_ns: hours(6010), ..Usage::default() };
    let none = Usage { serving_ns: hours(1231), starting_ns: 689 * 13_500_000_000, ..Usage::default() };
    let of = |usage| month("gcp-cloud-run-request-tier-2", &size(1.0, "1GiB"), usage, false).total().as_f64();
    for (computed, published) in [(of(one), 31.59), (of(none), 16.79)] {
        assert!((computed - published).abs() < 0.01, "{computed} is not {published}");
    }
}

#[test]
fn azure_container_apps() {
    let kept = Usage { idle_ns: 3 * HOUR, kept_idle_ns: HOUR, ..Usage::default() };
    for (region, active, idle, memory) in [("koreacentral", 0.000024, 0.000003, 0.000003), ("westus2", 0.000034, 0.000004, 0.000004)] {
        let book = format!("azure-container-apps-{region}");
        serving(&book, size(1.0, "2GiB"), stretches(3600), 3600.0 * (active + 2.0 * memory));
        // Two idle hours beyond what is kept are billed as active.
        let expected = 3600.0 * (idle + 2.0 * memory) + 7200.0 * (active + 2.0 * memory);
        is(month(&book, &size(1.0, "2GiB"), kept, false).amount(IDLE), expected);
        is(month(&book, &size(1.0, "2GiB"), requests(2_000_000), false).total(), 0.80);
        is(month(&book, &size(1.0, "2GiB"), requests(2_000_000), true).total(), 0.0);
        // 180,000 vCPU-seconds and 360,000 GiB-seconds are free.
        is(month(&book, &size(1.0, "2GiB"), stretches(180_000), true).total(), 0.0);
        is(month(&book, &size(1.0, "2GiB"), stretches(181_000), true).total(), 1000.0 * (active + 2.0 * memory));
    }
}

#[test]
fn azure_functions() {
    let consumption = "azure-functions-consumption-eastus";
    serving(consumption, size(0.5, "1GiB"), executions(1000), 1000.0 * 0.000016);
    serving(consumption, size(0.5, "160MiB"), executions(1000), 0.25 * 1000.0 * 0.000016);
    is(month(consumption, &size(0.5, "1GiB"), requests(3_000_000), false).total(), 0.60);
    let granted =
        |gb_seconds: u128, requests: u64| month(consumption, &size(0.5, "1GiB"), Usage { requests, ..executions(gb_seconds) }, true);
    assert_eq!(granted(400_000, 1_000_000).total(), Money::ZERO);
    is(granted(401_000, 2_000_000).total(), 1000.0 * 0.000016 + 0.20);
    let meter = find(consumption).unwrap().meter();
    assert_eq!((meter.billed(Span::from_millis(3)), meter.billed(Span(100_000_001))), (Span::from_millis(100), Span::from_millis(101)));

    serving("azure-functions-flex-eastus", size(1.0, "2GiB"), stretches(1000), 2000.0 * 0.000026);
    is(month("azure-functions-flex-eastus", &size(1.0, "2GiB"), requests(1_000_000), false).total(), 0.40);
    serving("azure-functions-flex-eu", size(1.0, "2GiB"), stretches(1000), 2000.0 * 0.000025);
    is(month("azure-functions-flex-eu", &size(1.0, "2GiB"), requests(1_000_000), false).total(), 0.371);
    let ready = Usage {
        serving_ns: 600 * SECOND,
        kept_serving_ns: 600 * SECOND,
        idle_ns: 3000 * SECOND,
        kept_idle_ns: 3000 * SECOND,
        ..Usage::default()
    };
    is(month("azure-functions-flex-eu", &size(1.0, "1GiB"), ready, true).total(), 3600.0 * 0.0000038 + 600.0 * 0.0000149);
    let granted = month("azure-functions-flex-eu", &size(1.0, "1GiB"), Usage { requests: 250_000, ..stretches(100_000) }, true);
    assert_eq!(granted.total(), Money::ZERO);
    let meter = find("azure-functions-flex-eu").unwrap().meter();
    assert_eq!((meter.billed(Span::from_millis(3)), meter.billed(Span::from_millis(1001))), (Span::from_secs(1), Span::from_millis(1100)));

    let hour = Usage { idle_ns: HOUR, ..Usage::default() };
    for (spec, times) in [(size(1.0, "3.5GiB"), 1.0), (size(2.0, "7GiB"), 2.0), (size(4.0, "14GiB"), 4.0)] {
        let bill = month("azure-functions-premium-eastus", &spec, hour, false);
        is(bill.total(), times * (0.173 + 3.5 * 0.0123));
        assert!((bill.total().as_f64() - times * 0.2161).abs() < 1e-3, "the fact sheet's rounded hour");
    }
}

#[test]
fn function_compute() {
    let (cn, intl) = ("alibaba-fc-cn", "alibaba-fc-intl");
    serving(cn, size(2.0, "4GiB"), stretches(3600), 1.0296);
    let idle = Usage { idle_ns: HOUR, kept_idle_ns: HOUR, ..Usage::default() };
    is(month(cn, &size(2.0, "4GiB"), idle, false).total(), 0.2376);
    is(month(cn, &size(2.0, "4GiB"), Usage { idle_ns: HOUR, ..Usage::default() }, false).total(), 0.0);
    is(month(cn, &size(2.0, "4GiB"), requests(10_000), false).total(), 75.0 * 0.00011);
    is(month(intl, &size(2.0, "4GiB"), stretches(3600), false).total(), 2.6 * 3600.0 * 0.00002);
    // 1.2e9 CU in a month: 2e8, 8e8 and 2e8 of them in the three tiers.
    let cu = |n: u128| stretches(n / 2);
    let bill = month(cn, &size(1.7, "2GiB"), cu(1_200_000_000), false);
    is(bill.total(), 2e8 * 0.00011 + 8e8 * 0.0001 + 2e8 * 0.00009);
    is(bill.amount(LineKind::Tiers), -(8e8 * 0.00001 + 2e8 * 0.00002));
    is(month(intl, &size(1.7, "2GiB"), cu(600_000_000), false).total(), 1e8 * 0.00002 + 4e8 * 0.000017 + 1e8 * 0.000014);
}

fn load_balancer(book: &str) -> LoadBalancer {
    find(book).unwrap().load_balancer().unwrap().clone()
}

fn total(lines: &[coldcast::billing::Line]) -> Money {
    lines.iter().map(|line| line.amount).sum()
}

/// The test vectors of the table: 按量计费.md and document_detail/27692.
#[test]
fn clb() {
    let clb = load_balancer("alibaba-clb-cn");
    let peaks = HourUse { requests_peak: 11_000, new_connections_peak: 4000, connections_peak: 90_000, ..HourUse::default() };
    let spec = clb.spec(&peaks).unwrap();
    assert_eq!((spec.name.as_str(), spec.price.price.of(HOUR)), ("slb.s3.small", money(1.27)));
    assert_eq!(clb.spec(&HourUse::default()).unwrap().price.price.of(HOUR), money(0.1));
    let monster = HourUse { requests_peak: 1_000_000, ..HourUse::default() };
    assert_eq!(clb.spec(&monster).unwrap().price.price.of(HOUR), money(3.18), "there is no larger one");
    // A day of 20 Mbps: 24 × (0.02 + 0.04 × 5 + 15 × 0.14); the instance fee is newer than the example.
    let public_ip = |hours: u64| clb.hourly["public-ip"].price.of(u128::from(hours) * HOUR);
    assert_eq!(public_ip(24) + clb.kept_bandwidth(20_000_000, 24).unwrap().amount, money(55.68));
    let at = |hours: u64, minutes: u64| SimTime::from_secs(hours * 3600 + minutes * 60);
    assert_eq!(hours_begun(at(9, 30), at(12, 30)), 4);
    assert_eq!(hours_begun(at(9, 0), at(12, 0)), 3);
    assert_eq!(hours_begun(at(9, 30), at(9, 30)), 0);
    assert_eq!(public_ip(27), money(0.54));
    assert_eq!(total(&clb.standing(None, 10)), money(10.0 * (0.02 + 0.147)));
    let hour = HourUse { bytes: 5 << 30, requests_peak: 10, ..HourUse::default() };
    assert_eq!(total(&clb.used(&[hour, hour])), money(2.0 * (0.1 + 5.0 * 0.8)));
}

#[test]
fn alb_and_nlb() {
    let alb = load_balancer("aws-alb-us-east-1");
    assert_eq!(total(&alb.standing(None, 730)), money(16.425));
    // 50 new connections a second are two LCUs, whatever else is less.
    let hour = HourUse { new_connections: 50 * 3600, bytes: 1 << 30, connection_ns: 3000 * HOUR, rules: 3600, ..HourUse::default() };
    assert_eq!(total(&alb.used(&[hour])), money(2.0 * 0.008));
    let data = HourUse { bytes: 3 << 30, ..HourUse::default() };
    assert_eq!(total(&alb.used(&[data])), money(3.0 * 0.008));
    let open = HourUse { connection_ns: 12_000 * HOUR, ..HourUse::default() };
    assert_eq!(total(&alb.used(&[open])), money(4.0 * 0.008));
    let rules = HourUse { rules: 5000 * 3600, ..HourUse::default() };
    assert_eq!(total(&alb.used(&[rules])), money(5.0 * 0.008));
    let nlb = load_balancer("aws-nlb-us-east-1");
    assert_eq!(total(&nlb.standing(None, 10)) + total(&nlb.used(&[data])), money(0.225 + 3.0 * 0.006));
    for (edition, price) in [("basic", 0.049), ("standard", 0.147), ("waf", 0.245)] {
        assert_eq!(total(&load_balancer("alibaba-alb-cn").standing(Some(edition), 10)), money(10.0 * price), "{edition}");
    }
    let eks = |book: &str| find(book).unwrap().cluster().unwrap().price.of(730 * HOUR);
    assert_eq!((eks("aws-fargate-x86-us-east-1"), eks("own-nodes-aws-us-east-1")), (money(73.0), money(73.0)));
}

/// Sections 2.1 and 2.2: a surplus credit is 0.005 CNY (0.0008 USD); a surplus vCPU-hour is 0.05 USD.
#[test]
fn surplus_credits() {
    let surcharge = |book: &str, spec: &InstanceSpec, credits: u128| {
        let usage = Usage { surplus_credit: credits * 60 * 1000 * SECOND, ..Usage::default() };
        find(book).unwrap().instance(spec).unwrap().bill(&usage).amount(LineKind::CreditSurcharge)
    };
    let by_type = |name: &str| InstanceSpec::of_type(name);
    assert_eq!(surcharge("aliyun-cn-hangzhou", &by_type("ecs.t5-lc1m2.large"), 50), money(0.25));
    assert_eq!(surcharge("aliyun-cn-hangzhou", &by_type("ecs.c6.large"), 50), Money::ZERO, "it has no credits");
    let intl = find("aliyun-intl").unwrap();
    let credit = intl.entries().into_iter().find(|it| it.item == "surplus CPU credit").unwrap().entry.unwrap().price;
    assert_eq!(credit.of(50 * 60 * 1000 * SECOND), money(0.04));
    is(surcharge("own-nodes-aws-us-east-1", &by_type("t3.large"), 304), 304.0 * 0.05 / 60.0);
}

/// Every book with prices by size prices an instance, and twice the use is twice the bill where there is no tier.
#[test]
fn every_book_bills() {
    for (name, _) in coldcast::billing::BOOKS {
        let book = find(name).unwrap();
        if book.classes().count() == 0 && book.node().is_none() {
            continue;
        }
        let one = |book: &Book, times: u128| {
            let spec = if name.contains("consumption") { size(0.5, "1GiB") } else { size(1.0, "2GiB") };
            let price = book.instance(&spec).unwrap_or_else(|problem| panic!("{name}: {problem:?}"));
            let ns = times * 1000 * SECOND;
            price.bill(&Usage { serving_ns: ns, request_ns: ns, instances: 1, ..Usage::default() }).total()
        };
        let (once, twice) = (one(&book, 1), one(&book, 2));
        assert!(once > Money::ZERO, "{name}");
        assert!((twice.0 - 2 * once.0).abs() <= 1, "{name}: {once:?} {twice:?}");
    }
}
