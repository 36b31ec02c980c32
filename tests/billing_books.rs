//! The price books that ship: whole, self-consistent, and the same as the collected price list.
#![allow(clippy::disallowed_methods, missing_docs)]

use std::path::PathBuf;

use coldcast::billing::{BOOKS, BilledFrom, Book, Category, Charging, InstanceSpec, Meter, find, parse, saving_basis_points};
use coldcast::units::{Bytes, Money, Span};

fn by_type(name: &str) -> InstanceSpec {
    InstanceSpec::of_type(name)
}

fn by_size(vcpu: f64, memory: &str) -> InstanceSpec {
    InstanceSpec { vcpu: Some(vcpu), memory: Some(memory.parse().unwrap()), ..InstanceSpec::default() }
}

fn economy(spec: InstanceSpec) -> InstanceSpec {
    InstanceSpec { class: Some("economy".to_owned()), ..spec }
}

fn hourly(book: &Book, spec: &InstanceSpec) -> Money {
    book.instance(spec).unwrap_or_else(|problem| panic!("{spec:?}: {problem:?}")).per_hour()
}

#[test]
fn every_book_is_whole() {
    for (name, text) in BOOKS {
        let book = parse(name, text).unwrap_or_else(|problems| panic!("{name}: {problems:#?}"));
        assert_eq!(book.name(), *name);
        assert!(book.entries().iter().all(|it| it.text.is_some() == it.source.is_some()));
        assert!(!book.entries().is_empty());
    }
}

#[test]
fn eci_bills_every_second_from_the_image_pull_on() {
    for (name, _) in BOOKS.iter().filter(|(name, _)| name.starts_with("aliyun-")) {
        let book = find(name).unwrap();
        assert!(name.ends_with(book.region()), "{name} is named after its region");
        let Meter { from, charging, granularity, minimum, kept, counts_requests } = book.meter();
        assert_eq!((from, granularity, minimum), (BilledFrom::ImagePull, Span::from_secs(1), Span::ZERO));
        assert_eq!((charging, kept, counts_requests), (Charging::Instances, false, false));
    }
}

#[test]
fn every_price_can_be_used() {
    for (name, _) in BOOKS {
        let book = find(name).unwrap();
        for (type_name, it) in book.types() {
            let instance = book.instance(&by_type(type_name));
            assert_eq!(instance.is_ok(), it.price.is_some(), "{name} {type_name}");
        }
        for (class, it) in book.classes() {
            for shape in book.shapes().iter().filter(|shape| it.vcpu_milli_max.is_none_or(|max| shape.vcpu_milli <= max)) {
                let spec = InstanceSpec {
                    class: Some(class.to_owned()),
                    ..by_size(shape.vcpu_milli as f64 / 1e3, &format!("{}B", shape.memory.0))
                };
                let instance = book.instance(&spec).unwrap();
                assert_eq!((instance.shape, instance.requested), (shape, shape), "a size that exists is not rounded");
            }
        }
    }
}

/// Section 1.2, and the documented example.
#[test]
fn eci_by_vcpu_and_memory() {
    let (mainland, intl) = (find("aliyun-cn-hangzhou").unwrap(), find("aliyun-intl").unwrap());
    let unasked = InstanceSpec::default();
    assert_eq!(hourly(&mainland, &unasked), Money(441_072_000));
    assert_eq!(hourly(&mainland, &economy(unasked.clone())), Money(282_672_000));
    assert_eq!(hourly(&intl, &unasked), Money(69_264_000));
    assert_eq!(hourly(&intl, &economy(unasked)), Money(44_352_000));
    assert_eq!((mainland.currency(), intl.currency()), ("CNY", "USD"));
}

/// Section 0: what a reserve of one type saves against a standard of another, in hundredths of a percent. The first is the
/// article's 46 %; the others are what became of it.
#[test]
fn reserve_46_percent() {
    let hangzhou = find("aliyun-cn-hangzhou").unwrap();
    let saving = |reserve: &InstanceSpec, standard: &InstanceSpec| {
        saving_basis_points(&hangzhou.instance(reserve).unwrap(), &hangzhou.instance(standard).unwrap())
    };
    let of = |reserve: &str, standard: &str| saving(&by_type(reserve), &by_type(standard));
    assert_eq!(of("ecs.t5-lc1m2.large", "ecs.c5.large"), 4629);
    assert_eq!(of("ecs.t5-lc1m2.large", "ecs.c6.large"), 1462);
    assert_eq!(of("ecs.t6-c1m2.large", "ecs.c6.large"), 3949);
    assert_eq!(of("ecs.t6-c1m2.large", "ecs.c7.large"), 4211);
    assert_eq!(of("ecs.e-c1m2.large", "ecs.c6.large"), 4231);
    assert_eq!(of("ecs.e-c1m2.large", "ecs.c7.large"), 4481);
    assert_eq!(of("ecs.t6-c1m1.large", "ecs.c6.large"), 6974);
    assert_eq!(of("ecs.t6-c1m1.large", "ecs.c5.large"), 8097);
    assert_eq!(of("ecs.t5-c1m2.large", "ecs.c5.large"), 3548, "not the article's pair");
    assert_eq!(of("ecs.t5-c1m2.large", "ecs.c6.large"), -256, "dearer");
    assert_eq!(saving(&by_type("ecs.t6-c1m2.large"), &InstanceSpec::default()), 4649);
}

#[test]
fn spot_instances_have_their_own_price() {
    let hangzhou = find("aliyun-cn-hangzhou").unwrap();
    let spot = |spec: InstanceSpec| InstanceSpec { spot: true, ..spec };
    assert_eq!(hourly(&hangzhou, &spot(by_type("ecs.c5.large"))), Money(56_000_000));
    refused("aliyun-cn-hangzhou", &spot(by_type("ecs.c6.large")), "missing-price", &["a spot instance of `ecs.c6.large`", "cn-hangzhou"]);
    refused("aliyun-cn-hangzhou", &spot(InstanceSpec::default()), "missing-price", &["a spot instance of 2 vCPU 4 GiB"]);
    let fargate = find("aws-fargate-x86-us-east-1").unwrap();
    let (full, spot) = (hourly(&fargate, &by_size(1.0, "2GiB")), hourly(&fargate, &spot(by_size(1.0, "2GiB"))));
    assert_eq!((full, spot), (Money(49_370_000), Money(14_811_000)), "70 % off");
}

#[test]
fn a_request_is_charged_as_the_nearest_size_that_exists() {
    let book = find("aliyun-cn-hangzhou").unwrap();
    let check = |spec: InstanceSpec, vcpu_milli, memory: &str| {
        let shape = book.instance(&spec).unwrap().shape;
        assert_eq!((shape.vcpu_milli, shape.memory), (vcpu_milli, memory.parse::<Bytes>().unwrap()), "{spec:?}");
    };
    check(by_size(7.0, "13GiB"), 8000, "14GiB");
    check(by_size(0.3, "1GiB"), 500, "1GiB");
    check(by_size(0.1, "100MiB"), 250, "0.5GiB");
    check(by_size(2.0, "4GB"), 2000, "4GiB");
    check(by_size(1.0, "3GiB"), 1000, "4GiB");
    check(by_size(0.29, "1GiB"), 500, "1GiB");
    check(by_size(64.0, "512GiB"), 64_000, "512GiB");
    check(economy(by_size(7.0, "60GiB")), 8000, "60GiB");
}

#[test]
fn types_know_what_they_are() {
    let book = find("aliyun-cn-hangzhou").unwrap();
    let burstable = book.instance(&by_type("ecs.t5-lc1m2.small")).unwrap();
    assert_eq!((burstable.vcpu(), burstable.shape.memory, burstable.category), (1.0, Bytes::from_gib(2), Some(Category::Burstable)));
    assert_eq!(book.types().filter(|(_, it)| it.category == Category::Burstable).count(), 23);
    assert_eq!(book.types().count(), 50);
    assert_eq!(find("aliyun-cn-beijing").unwrap().types().count(), 21);
}

#[track_caller]
fn refused(book: &str, spec: &InstanceSpec, code: &str, words: &[&str]) {
    let problem = find(book).unwrap().instance(spec).expect_err("should be refused");
    assert_eq!(problem.code, code, "{problem:?}");
    let said = format!("{} {}", problem.message, problem.hint.unwrap_or_default());
    for word in words {
        assert!(said.contains(word), "`{said}` does not say `{word}`");
    }
}

#[test]
fn instances_that_cannot_be_had_are_refused() {
    let hangzhou = "aliyun-cn-hangzhou";
    refused(hangzhou, &by_type("ecs.c7.lrage"), "unknown-instance-type", &["ecs.c7.lrage", hangzhou, "did you mean `ecs.c7.large`?"]);
    refused("aliyun-us-east-1", &by_type("ecs.t6-c1m2.large"), "missing-price", &["aliyun-us-east-1", "ecs.t6-c1m2.large", "in us-east-1"]);
    refused("aliyun-cn-hongkong", &InstanceSpec::default(), "missing-price", &["vCPU and memory", "cn-hongkong"]);
    refused("aliyun-intl", &by_type("ecs.c7.large"), "missing-price", &["`ecs.c7.large` in intl", "by `vcpu` and `memory` only"]);
    refused(hangzhou, &InstanceSpec { vcpu: Some(2.0), ..by_type("ecs.c7.large") }, "type-and-size", &["either `type`"]);
    refused(hangzhou, &InstanceSpec { vcpu: Some(2.0), ..InstanceSpec::default() }, "missing-key", &["needs `memory`"]);
    refused(hangzhou, &InstanceSpec { memory: Some(Bytes::from_gib(2)), ..InstanceSpec::default() }, "missing-key", &["needs `vcpu`"]);
    refused(hangzhou, &by_size(65.0, "64GiB"), "no-such-size", &["65 vCPU 64 GiB", "largest is 64 vCPU 512 GiB"]);
    refused(hangzhou, &economy(by_size(9.0, "12GiB")), "no-such-size", &["economy", "largest is 8 vCPU 64 GiB"]);
    refused(
        hangzhou,
        &InstanceSpec { class: Some("econmy".to_owned()), ..InstanceSpec::default() },
        "unknown-class",
        &["did you mean `economy`?"],
    );
    for vcpu in [0.0, -1.0, f64::NAN, f64::INFINITY, 0.0001] {
        refused(hangzhou, &by_size(vcpu, "4GiB"), "bad-size", &["vCPU"]);
    }
    refused(hangzhou, &by_size(1.0, "0B"), "bad-size", &["without memory"]);
}

#[test]
fn an_unknown_book_is_refused_with_a_guess() {
    let problem = find("aliyun-cn-hangzou").unwrap_err();
    assert_eq!((problem.code, problem.hint.as_deref()), ("unknown-price-book", Some("did you mean `aliyun-cn-hangzhou`?")));
}

#[test]
fn shenzhen_has_the_prices_of_hangzhou() {
    let (hangzhou, shenzhen) = (find("aliyun-cn-hangzhou").unwrap(), find("aliyun-cn-shenzhen").unwrap());
    let priced: Vec<_> = shenzhen.types().filter(|(_, it)| it.price.is_some()).map(|(name, _)| name).collect();
    assert_eq!(priced.len(), 17, "those of the table in section 1.3");
    for name in priced {
        assert_eq!(hourly(&shenzhen, &by_type(name)), hourly(&hangzhou, &by_type(name)), "{name}");
    }
}

/// The collected price list, if this machine has it.
fn price_list() -> Option<serde_json::Value> {
    let beside = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/prices/prices.json"));
    let path = std::env::var_os("COLDCAST_PRICES").map_or(beside, PathBuf::from);
    let text = std::fs::read_to_string(path).ok()?;
    Some(serde_json::from_str(&text).expect("the price list is JSON"))
}

/// The item of a row of the list as the books call it, if the books have such rows.
fn item(row: &serde_json::Value) -> Option<&str> {
    let name = row["item"].as_str()?;
    match (row["platform"].as_str()?, name) {
        ("alibaba-eci", "eci general vCPU") => Some("general vCPU"),
        ("alibaba-eci", "eci general memory") => Some("general memory"),
        ("alibaba-eci", "eci economy vCPU") => Some("economy vCPU"),
        ("alibaba-ecs", _) if row["unit"] == "instance-hour" => Some(name),
        _ => None,
    }
}

fn covers(book: &Book, row: &serde_json::Value) -> bool {
    let region = row["region"].as_str().unwrap();
    let in_region = match region {
        "cn-mainland (single list price, all CN regions)" => book.classes().count() > 0,
        "intl site" | "intl site (no per-region split on the page)" => book.region() == "intl",
        region => book.region() == region,
    };
    in_region && row["currency"] == book.currency() && book.platform() == "alibaba-eci"
}

#[test]
fn every_price_is_that_of_the_collected_list() {
    let Some(list) = price_list() else { return };
    let books: Vec<_> = BOOKS.iter().map(|(name, _)| find(name).unwrap()).collect();
    let mut compared = 0;
    for row in list["entries"].as_array().unwrap() {
        let (Some(item), Some(price)) = (item(row), row["price"].as_f64()) else { continue };
        for book in books.iter().filter(|book| covers(book, row)) {
            let entries = book.entries();
            let listed = entries.iter().find(|it| it.item == item).unwrap_or_else(|| panic!("{}: no {item}", book.name()));
            let entry = listed.entry.unwrap_or_else(|| panic!("{}: no price for {item}", book.name()));
            assert_eq!(
                (entry.price.nanos, entry.unit.as_str()),
                ((price * 1e9).round() as i128, row["unit"].as_str().unwrap()),
                "{} {item}",
                book.name()
            );
            assert_eq!(serde_json::to_value(listed.source.unwrap().confidence).unwrap(), row["confidence"], "{} {item}", book.name());
            compared += 1;
        }
    }
    assert_eq!(compared, 145 + 4 * 3 + 3, "145 by type, 3 by size in each of four mainland books and in the international one");
}
