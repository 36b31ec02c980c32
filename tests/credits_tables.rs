//! The built-in families of burstable types against the tables of the fact sheet, row by row.
#![allow(clippy::disallowed_methods, reason = "a test reads its data files")]

use std::fs;
use std::path::Path;

use coldcast::platform::credits::{CpuRate, CpuTime, Edition, FAMILIES, Mode, Rules, TypeRow};
use serde_json::Value;

fn sheet() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/credits/credits.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn edition(family: &str, name: &str) -> &'static Edition {
    FAMILIES[family].editions.iter().find(|it| it.name == name).unwrap()
}

/// What a row of the sheet is compared with.
struct Seen<'r> {
    edition: &'r Edition,
    row: &'r TypeRow,
    initial: f64,
}

impl Seen<'_> {
    fn figure(&self, key: &str) -> f64 {
        let milli = |number: Option<coldcast::platform::credits::Number>| number.unwrap().milli() as f64 / 1e3;
        match key {
            "vcpu" => f64::from(self.row.vcpu),
            "baseline_per_vcpu" | "sustained_per_vcpu" => self.row.baseline.milli() as f64 / 1e5,
            "base_percent_of_one_vcpu" | "base_percent_of_vm" => self.row.baseline.milli() as f64 / 1e3,
            "credits_per_hour" | "banked_per_hour" => milli(self.row.earn),
            "max_balance" | "max_banked" => milli(self.row.max),
            "initial" => self.initial,
            "total" => self.edition.earn(self.row).as_vcpu_f64(),
            other => panic!("no such figure: {other}"),
        }
    }
}

/// Every row of a table of the sheet has these figures in an edition, and the edition has no other type.
#[track_caller]
fn check(rows: &Value, prefix: &str, family: &str, edition_name: &str, keys: &[&str]) {
    let (of, edition) = (&FAMILIES[family], edition(family, edition_name));
    let rows = rows.as_array().unwrap();
    for row in rows {
        let name = row["type"].as_str().unwrap();
        let size = name.strip_prefix(prefix).unwrap_or_else(|| panic!("{name} does not begin with {prefix}"));
        let listed = &edition.types[size];
        let rules = Rules::new(of, edition, listed, Mode::Standard);
        let seen = Seen { edition, row: listed, initial: rules.initial.as_credits_f64() };
        for key in keys {
            assert_eq!(seen.figure(key), row[key].as_f64().unwrap(), "{key} of {name} in {family} {edition_name}");
        }
    }
    assert_eq!(rows.len(), edition.types.len(), "{family} {edition_name}");
}

const BURSTABLE: &[&str] = &["vcpu", "baseline_per_vcpu", "credits_per_hour", "max_balance"];

#[test]
fn alibaba() {
    let sheet = &sheet()["alibaba"];
    check(&sheet["t6"], "ecs.t6-", "alibaba-t6", "2021", BURSTABLE);
    check(&sheet["t5"], "ecs.t5-", "alibaba-t5", "2021", BURSTABLE);
    check(&sheet["t5_before_2021_03_05"], "ecs.t5-", "alibaba-t5", "2020", BURSTABLE);
    let price = |currency| FAMILIES["alibaba-t6"].surcharge.as_ref().unwrap().price_in(currency).unwrap().nanos as f64 / 1e9;
    let documented = &sheet["rules"]["surcharge"];
    assert_eq!(Some(price("CNY")), documented["CNY_per_credit_linux"].as_f64());
    assert_eq!(Some(price("USD")), documented["USD_per_credit_linux"].as_f64());
}

#[test]
fn aws() {
    let sheet = &sheet()["aws"];
    check(&sheet["types"]["t2"], "t2.", "aws-t2", "2023", BURSTABLE);
    check(&sheet["types"]["t3_t3a_t4g"], "t3/t3a/t4g.", "aws-t3", "2023", BURSTABLE);
    check(&sheet["types"]["t3_t3a_t4g"], "t3/t3a/t4g.", "aws-t4g", "2023", BURSTABLE);
    let (family, edition) = (&FAMILIES["aws-t2"], edition("aws-t2", "2023"));
    for (name, launch) in sheet["t2_launch_credits"].as_object().unwrap().iter().filter(|(name, _)| *name != "t1.micro") {
        let row = &edition.types[name.strip_prefix("t2.").unwrap()];
        let initial = |mode| Rules::new(family, edition, row, mode).initial.as_credits_f64();
        assert_eq!((Some(initial(Mode::Standard)), initial(Mode::Unlimited)), (launch.as_f64(), 0.0), "{name}");
    }
}

#[test]
fn azure() {
    let sheet = &sheet()["azure"];
    let v1 = &["vcpu", "base_percent_of_one_vcpu", "banked_per_hour", "max_banked", "initial"];
    check(&sheet["v1"], "Standard_", "azure-b-v1", "2020", v1);
    let v2 = &["vcpu", "base_percent_of_vm", "banked_per_hour", "max_banked", "initial"];
    check(&sheet["v2_preview"], "Standard_", "azure-b-v2", "2022-preview", v2);
    // The table of 2024 contradicts neither itself nor its formula: 24 hours of what the baseline earns, everywhere.
    let newest = edition("azure-b-v2", "2024");
    for row in newest.types.values() {
        assert_eq!(CpuTime::of(newest.earn(row), coldcast::units::Span::from_secs(86_400)), newest.cap(row));
    }
}

#[test]
fn google() {
    check(&sheet()["gcp"]["e2_shared"], "e2-", "gcp-e2", "sustained", &["vcpu", "sustained_per_vcpu", "total"]);
    assert_eq!(CpuRate::VCPU, edition("gcp-e2", "sustained").earn(&edition("gcp-e2", "sustained").types["medium"]));
}
