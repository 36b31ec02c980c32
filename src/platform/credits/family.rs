//! Families of burstable types as data: `families.yaml`, which describes its own form.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, de};

use super::amount::{CpuRate, CpuTime};
use super::ledger::Mode;
use super::life::StopRule;
use crate::units::{Price, Span};

/// All families by name, read from `families.yaml`.
pub static FAMILIES: LazyLock<BTreeMap<String, Family>> =
    LazyLock::new(|| serde_saphyr::from_str(include_str!("families.yaml")).expect("the built-in families are well-formed"));

/// One family: its rules and its tables.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Family {
    /// One line for a list.
    pub summary: String,
    /// What the names of its types begin with.
    pub prefixes: Vec<String>,
    /// Credits at creation.
    pub initial: Initial,
    /// The mode of an instance of which nothing is said.
    pub default_mode: Mode,
    /// The price of CPU time used beyond the advance; without one there is no unlimited mode.
    #[serde(default)]
    pub surcharge: Option<Surcharge>,
    /// What a stop does, by the way of stopping.
    pub stops: BTreeMap<String, StopRule>,
    /// Where the rules are from.
    pub source: String,
    /// Its tables, the newest first.
    pub editions: Vec<Edition>,
}

/// Credits an instance has when it is created.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Initial {
    /// For every vCPU.
    pub per_vcpu: u32,
    /// In which modes.
    pub modes: Vec<Mode>,
    /// Whether they count towards the cap. Else they lie beside it and are spent first.
    pub within_cap: bool,
}

/// The price of CPU time, by currency.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Surcharge {
    /// What a price buys: one vCPU for so long.
    pub per: Span,
    /// In units of each currency.
    pub price: BTreeMap<String, Number>,
}

impl Surcharge {
    /// Of one vCPU, in a currency.
    pub fn price_in(&self, currency: &str) -> Option<Price> {
        self.price.get(currency).map(|price| Price { nanos: i128::from(price.nanos()), per: self.per })
    }
}

/// A table of a family as of a date.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Edition {
    /// As a scenario asks for it.
    pub name: String,
    /// The document.
    pub source: String,
    /// What the baselines are percent of.
    pub of: BaselineOf,
    /// Why it cannot be simulated, if its documents contradict each other.
    #[serde(default)]
    pub conflict: Option<String>,
    /// Its types, by the rest of their names.
    pub types: BTreeMap<String, TypeRow>,
}

/// What a baseline is percent of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BaselineOf {
    /// Every vCPU of the instance, which is the same as all of it.
    EachVcpu,
    /// One vCPU, however many there are.
    OneVcpu,
}

/// One type, as its document prints it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TypeRow {
    /// vCPUs.
    pub vcpu: u32,
    /// The baseline in percent.
    pub baseline: Number,
    /// Credits an hour, printed.
    #[serde(default)]
    pub earn: Option<Number>,
    /// The cap in credits.
    #[serde(default)]
    pub max: Option<Number>,
    /// In place of a cap: how long a full pool lasts with all vCPUs busy.
    #[serde(default)]
    pub burst: Option<Span>,
    /// What is doubtful about it.
    #[serde(default)]
    pub doubt: Option<String>,
}

/// A number as it is written, exactly: in billionths, read from its text and never a double.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number(u64);

impl Number {
    /// In billionths.
    pub fn nanos(self) -> u64 {
        self.0
    }

    /// In thousandths.
    pub fn milli(self) -> u64 {
        assert!(self.0.is_multiple_of(1_000_000), "a figure of a type has at most three decimals: {self:?}");
        self.0 / 1_000_000
    }
}

impl std::str::FromStr for Number {
    type Err = String;

    /// Reads `12` or `81.6`; nothing negative, and at most nine decimals.
    fn from_str(text: &str) -> Result<Number, String> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(decimals) || decimals.len() > 9 {
            return Err(format!("`{text}` is no number with at most nine decimals"));
        }
        format!("{whole}{decimals:0<9}").parse().map(Number).map_err(|_| format!("`{text}` is too large"))
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl Edition {
    /// The baseline of a type, pooled over its vCPUs: also what it earns.
    pub fn earn(&self, row: &TypeRow) -> CpuRate {
        let of = match self.of {
            BaselineOf::EachVcpu => u64::from(row.vcpu),
            BaselineOf::OneVcpu => 1,
        };
        // Thousandths of a percent are ten millionths.
        CpuRate(row.baseline.milli() * 10 * of)
    }

    /// The cap of a type.
    pub fn cap(&self, row: &TypeRow) -> CpuTime {
        match (row.max, row.burst) {
            (Some(max), None) => CpuTime::from_credits_milli(max.milli()),
            (None, Some(burst)) => CpuTime::of(CpuRate(u64::from(row.vcpu) * CpuRate::VCPU.0 - self.earn(row).0), burst),
            _ => panic!("a type has either a `max` or a `burst`: {row:?}"),
        }
    }
}

/// A type found in the families.
#[derive(Debug, Clone, Copy)]
pub struct Listed {
    /// The family's name.
    pub family_name: &'static str,
    /// The family.
    pub family: &'static Family,
    /// The rest of the type's name.
    pub size: &'static str,
}

/// Every type of every family by its whole name, whatever the edition.
pub fn listed() -> impl Iterator<Item = (String, Listed)> {
    FAMILIES.iter().flat_map(|(family_name, family)| {
        let sizes = family.editions.iter().flat_map(|edition| edition.types.keys());
        let sizes: std::collections::BTreeSet<&'static String> = sizes.collect();
        let named = move |prefix: &'static String, size: &'static String| (format!("{prefix}{size}"), Listed { family_name, family, size });
        family.prefixes.iter().flat_map(move |prefix| sizes.clone().into_iter().map(move |size| named(prefix, size)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn editions() -> impl Iterator<Item = (&'static String, &'static Family, &'static Edition)> {
        FAMILIES.iter().flat_map(|(name, family)| family.editions.iter().map(move |edition| (name, family, edition)))
    }

    /// A printed figure is the exact one, or the exact one without its decimals.
    fn is_printed(exact_milli: u64, printed_milli: u64) -> bool {
        exact_milli == printed_milli || (printed_milli.is_multiple_of(1000) && exact_milli.abs_diff(printed_milli) < 1000)
    }

    /// Baseline, credits an hour and cap of every type say the same, but where the data says that they do not.
    #[test]
    fn every_type_is_consistent_or_doubted() {
        for (name, _, edition) in editions() {
            for (size, row) in &edition.types {
                let (Some(earn), Some(max)) = (row.earn, row.max) else { continue };
                let exact = edition.earn(row).0 * 60_000 / CpuRate::VCPU.0;
                let consistent = is_printed(exact, earn.milli()) && is_printed(24 * exact, max.milli());
                let doubted = row.doubt.is_some() || edition.conflict.is_some();
                assert!(consistent || doubted, "{name} {} {size}", edition.name);
            }
        }
    }

    /// What is refused for its contradictions does contradict itself.
    #[test]
    fn a_conflict_is_one() {
        let (.., edition) = editions().find(|(name, _, edition)| *name == "azure-b-v2" && edition.conflict.is_some()).unwrap();
        let earned_twice = |size: &str| {
            let row = &edition.types[size];
            (row.earn.unwrap().milli(), edition.earn(row).0 * 30_000 / CpuRate::VCPU.0)
        };
        assert_eq!(earned_twice("B2ts_v2"), (24_000, 12_000), "the table, and the formula with its half");
        assert_eq!(earned_twice("B2s_v2"), (24_000, 24_000), "the 40 % sizes agree");
    }

    #[test]
    fn every_figure_can_be_used_and_has_a_source() {
        for (name, family, edition) in editions() {
            assert!(!family.source.is_empty() && !edition.source.is_empty() && !edition.types.is_empty(), "{name}");
            for row in edition.types.values() {
                assert!(edition.earn(row).0 <= u64::from(row.vcpu) * CpuRate::VCPU.0 && edition.cap(row).0 >= 0);
                assert_eq!(row.earn.is_none(), name == "gcp-e2", "only Google documents no balance");
            }
            for currency in family.surcharge.iter().flat_map(|it| it.price.keys()) {
                assert!(family.surcharge.as_ref().unwrap().price_in(currency).unwrap().nanos > 0);
            }
        }
    }

    #[test]
    fn a_number_is_read_as_it_is_written() {
        let nanos = |text: &str| text.parse::<Number>().map(Number::nanos).ok();
        assert_eq!([nanos("81.6"), nanos("0.0008"), nanos("4860")], [Some(81_600_000_000), Some(800_000), Some(4_860_000_000_000)]);
        for wrong in ["", ".5", "-1", "1e3", "0.0000000001", "99999999999", "1 %"] {
            assert_eq!(nanos(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn no_two_families_have_a_type_of_the_same_name() {
        let mut names: Vec<String> = listed().map(|(name, _)| name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!((names.len(), count), (75, 75));
    }
}
