//! Price books that must be refused, each with words that say what and where.
#![allow(missing_docs)]

use coldcast::billing::{BilledFrom, Book, Rate, parse};
use coldcast::error::Problem;
use coldcast::units::Span;

const GOOD: &str = r#"
platform: own
region: cellar
currency: EUR
date: 2026-01-01
source: "the bill of the power company"
billed-from: ready
granularity: 1m
minimum: 5m
sources:
  bill: { text: "page 2", date: 2026-01-01, confidence: low }
rates:
  general:
    vcpu: { price: 0.02, unit: vCPU-hour, source: bill }
    memory: { price: 0.003, unit: GiB-hour, source: bill }
types:
  box.small: { vcpu: 0.5, memory: 512MiB, category: shared, price: 0.0123456789012, unit: instance-second, source: bill }
"#;

fn good() -> Book {
    parse("own", GOOD).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// The good book with one piece replaced is refused; the problems together say all of `words`.
#[track_caller]
fn check(old: &str, new: &str, words: &[&str]) {
    assert!(GOOD.contains(old), "`{old}` is not in the good book");
    check_text(&GOOD.replacen(old, new, 1), words);
}

#[track_caller]
fn check_text(text: &str, words: &[&str]) {
    let problems = parse("own", text).expect_err("should be refused");
    let said = problems.iter().map(shown).collect::<Vec<_>>().join("\n");
    for word in words {
        assert!(said.contains(word), "does not say `{word}`:\n{said}");
    }
}

fn shown(Problem { code, path, message, hint, .. }: &Problem) -> String {
    format!("{code} {path}: {message} ({})", hint.as_deref().unwrap_or_default())
}

#[test]
fn a_users_own_book_is_read() {
    let book = good();
    assert_eq!((book.name(), book.platform(), book.region(), book.currency()), ("own", "own", "cellar", "EUR"));
    assert_eq!(
        (book.meter().from, book.meter().granularity, book.meter().minimum),
        (BilledFrom::Ready, Span::from_secs(60), Span::from_secs(300))
    );
    let (_, small) = book.types().next().unwrap();
    let price = small.price.as_ref().unwrap().price;
    assert_eq!(price, Rate { nanos: 123_456_789_012, per: 10_000_000_000_000 }, "13 decimals, none rounded");
}

#[test]
fn prices() {
    check("0.02,", "0,", &["bad-price rates.general.vcpu.price", "0 means that the price is missing"]);
    check("0.02,", "-0.02,", &["rates.general.vcpu.price", "`-0.02` is negative"]);
    check("0.02,", ".nan,", &["rates.general.vcpu.price", "not a number"]);
    check("0.02,", "NaN,", &["rates.general.vcpu.price", "not a number"]);
    check("0.02,", ".inf,", &["rates.general.vcpu.price", "not a number"]);
    check("0.02,", "free,", &["`free` is not a number"]);
    check("0.02,", "\"\",", &["not a number"]);
    check("0.02,", "2e-2,", &["write it as a plain decimal"]);
    check("0.02,", "10001,", &["above 10000 a unit"]);
    check("0.0123456789012", "0.00", &["bad-price types.box.small.price", "missing"]);
    check("0.0123456789012", "0.0000000000000001", &["more than 15 digits"]);
}

#[test]
fn units_and_sources() {
    check("vCPU-hour", "vCPU-hours", &["unknown-unit rates.general.vcpu.unit", "did you mean `vCPU-hour`?"]);
    check("vCPU-hour", "GiB-hour", &["wrong-unit rates.general.vcpu.unit", "write vCPU-second or vCPU-hour"]);
    check("instance-second", "month", &["unknown-unit types.box.small.unit", "instance-hour"]);
    check("unit: instance-second, ", "", &["missing-key types.box.small", "needs its `unit`"]);
    check("source: bill }\n    memory", "source: bil }\n    memory", &["unknown-source rates.general.vcpu.source", "did you mean `bill`?"]);
}

#[test]
fn keys_and_values() {
    check("currency: EUR\n", "", &["bad-book", "missing field `currency`"]);
    check("currency: EUR", "currency: euro", &["bad-currency currency", "CNY or USD"]);
    check("currency: EUR", "currency: eur", &["bad-currency currency", "did you mean `EUR`?"]);
    check("currency: EUR", "currency: EUX", &["bad-currency currency", "no currency"]);
    check("region: cellar", "region: \"\"", &["empty-value region"]);
    check("granularity: 1m", "granularity: 0s", &["zero-granularity granularity"]);
    check("granularity: 1m", "granularity: 60", &["wrong-value granularity", "has no unit"]);
    check("minimum: 5m", "minimum: soon", &["wrong-value minimum", "soon"]);
    check("billed-from: ready", "billed-from: pull", &["unknown-name billed-from", "pull", "image-pull"]);
    check("billed-from: ready", "billed-from: ready\ncharging: stretches", &["unknown-name charging", "serving"]);
    check("billed-from: ready", "billed-from: ready\nidle: free", &["contradiction idle", "charging: serving"]);
    check("confidence: low", "confidence: certain", &["unknown-name sources.bill.confidence", "medium"]);
    check("category: shared", "category: sharde", &["unknown-name types.box.small.category", "sharde"]);
    check("memory: 512MiB", "memory: 512", &["bad-size types.box.small.memory", "no unit"]);
    check("vcpu: 0.5", "vcpu: none", &["bad-size types.box.small.vcpu"]);
    check("vcpu: 0.5", "vcpu: -1", &["bad-size types.box.small.vcpu"]);
    check("memory: 512MiB", "memory: 0B", &["zero-size types.box.small.memory"]);
    check("types:", "specs: { 2: [4, no] }\ntypes:", &["bad-size specs.2", "`no` is no size"]);
    check("types:", "tpyes:", &["bad-book", "tpyes", "line 16"]);
}

#[test]
fn tiers() {
    let tiers = |tiers: &str| format!("0.02, tiers: [{tiers}],");
    let problems = |text: &str| parse("own", &GOOD.replacen("0.02,", text, 1)).err();
    assert_eq!(problems(&tiers("{ from: 10, price: 0.01 }, { from: 20, price: 0.005 }")), None);
    check(
        "0.02,",
        &tiers("{ from: 20, price: 0.01 }, { from: 20, price: 0.005 }"),
        &["overlapping-tier rates.general.vcpu.tiers.1.from", "from 20"],
    );
    check("0.02,", &tiers("{ from: 20, price: 0.01 }, { from: 10, price: 0.005 }"), &["overlapping-tier", "in order"]);
    check("0.02,", &tiers("{ from: 0, price: 0.01 }"), &["overlapping-tier rates.general.vcpu.tiers.0.from"]);
    check("0.02,", &tiers("{ from: 10, price: 0 }"), &["bad-price rates.general.vcpu.tiers.0.price", "missing"]);
    check("0.02,", &tiers("{ from: 10, price: -1 }"), &["bad-price rates.general.vcpu.tiers.0.price", "negative"]);
    check("0.02,", &tiers("{ from: 10, price: .nan }"), &["rates.general.vcpu.tiers.0.price", "not a number"]);
}

#[test]
fn the_parts_that_only_some_books_have() {
    let with = |part: &str| format!("{part}\nrates:");
    let check_part = |part: &str, words: &[&str]| check("rates:", &with(part), words);
    check_part("requests: { price: 0, unit: request, source: bill }", &["bad-price requests.price"]);
    check_part("requests: { price: 1, unit: GB, source: bill }", &["wrong-unit requests.unit", "million-requests"]);
    check_part("requests: { price: 1, unit: CU/request, source: bill }", &["unknown-unit requests.unit"]);
    check_part("free-grant: { source: bill }", &["empty-value free-grant"]);
    check_part("free-grant: { requests: 1, source: nobody }", &["unknown-source free-grant.source"]);
    check_part("sizes: { memory-step: 1MiB }\nspecs: { 2: [4] }", &["contradiction sizes"]);
    check_part("sizes: { memory-per-vcpu-min: 4GiB, memory-per-vcpu-max: 2GiB }", &["contradiction sizes.memory-per-vcpu-max"]);
    check_part("node: { type: box.smal }", &["unknown-instance-type node.type", "did you mean `box.small`?"]);
    check_part("node: { type: box.small, reserved-vcpu: 0.5 }", &["bad-size node", "no room"]);
    check_part("credit: { price: 1, unit: hour, source: bill }", &["wrong-unit credit.unit", "credit or surplus-vCPU-hour"]);
    check_part("account-unit: { name: CU, price: -1, source: bill }", &["bad-price account-unit.price", "negative"]);
    check_part("extras: { disk: { price: 0, unit: GB-hour, source: bill } }", &["bad-price extras.disk.price"]);
    check_part("load-balancer: { lcu: { new-connections: 0 } }", &["zero-size load-balancer.lcu"]);
    check_part("load-balancer: { lcu: { price: 1 } }", &["missing-key load-balancer.lcu"]);
    check_part("load-balancer: { hourly: { ip: { price: 0, unit: hour, source: bill } } }", &["bad-price load-balancer.hourly.ip.price"]);
}

#[test]
fn duplicates_and_broken_files() {
    let small = GOOD.lines().last().unwrap();
    check_text(&format!("{GOOD}{small}\n"), &["bad-book", "duplicate", "box.small", "line 18"]);
    check("region: cellar", "region: cellar\nregion: attic", &["bad-book", "duplicate", "line 4"]);
    check_text("platform: [", &["bad-book", "own", "line"]);
    check_text("", &["bad-book"]);
    check_text("just words", &["bad-book"]);
    check_text("\u{0}\u{1}\u{fffd}", &["bad-book"]);
    let no_prices = GOOD.split("rates:").next().unwrap();
    check_text(no_prices, &["empty-book", "no prices"]);
}

#[test]
fn every_problem_is_reported_at_once() {
    let text = GOOD.replace("0.02,", "0,").replace("GiB-hour", "GiB-hours").replace("EUR", "€");
    assert_eq!(parse("own", &text).unwrap_err().len(), 3);
}

#[test]
fn no_text_makes_it_panic() {
    for end in (0..GOOD.len()).filter(|end| GOOD.is_char_boundary(*end)) {
        let _ = parse("own", &GOOD[..end]);
    }
}
