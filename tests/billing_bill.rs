//! From use to bill: hand-computed cases, and laws that hold for any use.
#![allow(missing_docs)]

use std::sync::LazyLock;

use coldcast::billing::{Bill, Book, InstancePrice, InstanceSpec, Life, LineKind, Phase, Role, Usage, find, parse};
use coldcast::units::{Money, Span};
use proptest::prelude::*;

fn hangzhou() -> &'static Book {
    static BOOK: LazyLock<Book> = LazyLock::new(|| find("aliyun-cn-hangzhou").unwrap());
    &BOOK
}

fn general_2c4g() -> InstancePrice {
    hangzhou().instance(&InstanceSpec::default()).unwrap()
}

fn life(starting: Span, serving: Span, idle: Span) -> Life {
    Life { starting, serving, idle, ..Life::default() }
}

fn amounts(bill: &Bill) -> Vec<(&'static str, i128)> {
    bill.lines.iter().map(|line| (line.line.name(), line.amount.0)).collect()
}

#[test]
fn an_hour_of_eci_line_by_line() {
    // 30 s from the image pull to ready, 20 min busy, 39 min 29.4 s idle: 3599.4 s, charged as 3600 s at 122520 a second.
    let usage = hangzhou().meter().usage_of(life(Span::from_secs(30), Span::from_secs(1200), Span::from_millis(2_369_400)));
    let bill = general_2c4g().bill(&usage);
    assert_eq!(amounts(&bill), [("starting", 3_675_600), ("serving", 147_024_000), ("idle", 290_298_888), ("rounding", 73_512)]);
    assert_eq!((bill.total(), bill.currency.as_str()), (Money(441_072_000), "CNY"));
    assert_eq!(bill.lines[1].quantity.value(), 1.0 / 3.0);
    assert_eq!(bill.per_30_days(Span::from_secs(3600)).unwrap().total(), Money(441_072_000 * 720));
}

#[test]
fn ten_seconds_of_every_type_of_the_section_one_table() {
    // 10 s of a price per hour is a 360th of it, half up to the billionth.
    for (name, it) in hangzhou().types() {
        let price = it.price.as_ref().unwrap().price;
        let spec = InstanceSpec::of_type(name);
        let usage = Usage { serving_ns: 10_000_000_000, instances: 1, ..Usage::default() };
        let bill = hangzhou().instance(&spec).unwrap().bill(&usage);
        assert_eq!(bill.total(), Money((price.nanos + 180) / 360), "{name}");
    }
}

#[test]
fn billed_time_is_rounded_up_and_never_below_the_minimum() {
    let text = include_str!("../src/billing/books/aliyun-intl.yaml")
        .replace("minimum: 0s", "minimum: 1m")
        .replace("granularity: 1s", "granularity: 100ms");
    let strict = parse("strict", &text).unwrap();
    let cases = [(0, 0), (1, 60_000), (59_950, 60_000), (60_000, 60_000), (60_001, 60_100)];
    for (lifetime_ms, billed_ms) in cases {
        assert_eq!(strict.meter().billed(Span::from_millis(lifetime_ms)), Span::from_millis(billed_ms));
    }
    assert_eq!(hangzhou().meter().billed(Span(1)), Span::from_secs(1));
    assert_eq!(hangzhou().meter().billed(Span::from_secs(1)), Span::from_secs(1));
}

#[test]
fn an_instance_whose_meter_never_started_costs_nothing() {
    let usage = hangzhou().meter().usage_of(Life::default());
    assert_eq!(usage, Usage::default());
    assert_eq!(general_2c4g().bill(&usage).total(), Money::ZERO);
}

#[test]
fn a_thousand_instance_years_fit() {
    let ns = 1_000 * 366 * 86_400_000_000_000_u128;
    let bill = general_2c4g().bill(&Usage { idle_ns: ns, instances: 1000, ..Usage::default() });
    assert_eq!(bill.amount(LineKind::Instance(Role::Standard, Phase::Idle)), Money(122_520 * (ns / 1_000_000_000) as i128));
    assert_eq!(bill.per_million_requests(1).unwrap().total(), Money(bill.total().0 * 1_000_000));
}

const DAY_NS: u64 = 86_400_000_000_000;

fn spans() -> impl Strategy<Value = (u64, u64, u64)> {
    (0..DAY_NS, 0..DAY_NS, 0..DAY_NS)
}

fn usage_of((starting, serving, idle): (u64, u64, u64)) -> Usage {
    hangzhou().meter().usage_of(life(Span(starting), Span(serving), Span(idle)))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_sum_to_the_total_and_cover_whole_seconds(instances in prop::collection::vec(spans(), 1..20)) {
        let usage: Usage = instances.iter().copied().map(usage_of).sum();
        let bill = general_2c4g().bill(&usage);
        prop_assert_eq!(bill.total(), bill.lines.iter().map(|line| line.amount).sum());
        prop_assert_eq!(usage.total_ns() % 1_000_000_000, 0);
        prop_assert!(usage.rounding_ns < 1_000_000_000 * u128::from(usage.instances));
        let seconds = (usage.total_ns() / 1_000_000_000) as i128;
        prop_assert!((bill.total().0 - seconds * 122_520).abs() <= 2, "only the four lines are rounded");
    }

    #[test]
    fn splitting_a_bill_changes_a_line_by_a_billionth_at_most(a in spans(), b in spans()) {
        let (a, b) = (usage_of(a), usage_of(b));
        let whole = general_2c4g().bill(&(a + b));
        let mut merged = general_2c4g().bill(&a);
        merged.merge(&general_2c4g().bill(&b));
        for (merged, whole) in merged.lines.iter().zip(&whole.lines) {
            prop_assert_eq!((merged.line, merged.quantity), (whole.line, whole.quantity));
            prop_assert!((merged.amount - whole.amount).0.abs() <= 1);
        }
    }
}
