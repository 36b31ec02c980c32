//! A single price: its number, its unit, its source, its tiers.

use super::Check;
use crate::billing::decimal::Decimal;
use crate::billing::entry::{AccountUnit, Entry, Tier};
use crate::billing::file::{AccountUnitFile, EntryFile, TierFile};
use crate::billing::unit::UNITS;
use crate::billing::{Rate, Unit, UnitOf};
use crate::error::{Problem, did_you_mean};

/// Price, unit and source, as far as they are written.
pub(super) type Written = (Option<String>, Option<String>, Option<String>);

impl Check {
    /// A price whose unit must count `of`.
    pub(super) fn entry(&mut self, path: &str, file: EntryFile, of: UnitOf) -> Option<Entry> {
        let unit_name = self.unit_name(&file.unit).to_owned();
        let unit = Unit::find(&unit_name, of);
        let unit = self.note(path, unit);
        self.priced(path, file, unit)
    }

    /// A price of anything.
    pub(super) fn any_entry(&mut self, path: &str, file: EntryFile) -> Option<Entry> {
        let name = self.unit_name(&file.unit).to_owned();
        let of = UNITS.iter().find(|unit| unit.name == name).map_or(UnitOf::Thing, |unit| unit.of);
        self.entry(path, file, of)
    }

    /// A price that may be missing, but not in part. The outer nothing: a problem was taken down.
    pub(super) fn optional(&mut self, path: &str, written: Written, of: UnitOf) -> Option<Option<Entry>> {
        match written {
            (None, ..) => Some(None),
            (Some(price), Some(unit), Some(source)) => self.entry(path, EntryFile { price, unit, source, tiers: Vec::new() }, of).map(Some),
            (Some(_), ..) => {
                self.report(Problem::new("missing-key", path, "a price needs its `unit` and its `source`"));
                None
            }
        }
    }

    /// The unit behind the platform's own: `GB-second` of `CU/GB-second`.
    fn unit_name<'t>(&self, text: &'t str) -> &'t str {
        let own = self.account_unit.as_ref().and_then(|it| text.strip_prefix(it.name.as_str())?.strip_prefix('/'));
        own.unwrap_or(text)
    }

    fn priced(&mut self, path: &str, file: EntryFile, unit: Option<Unit>) -> Option<Entry> {
        let in_account_units = unit.is_some_and(|unit| file.unit != unit.name);
        let own = self.account_unit.as_ref().map(|it| it.price.text.clone()).filter(|_| in_account_units);
        let price = price(&file.price).and_then(|price| match own {
            Some(own) => price.times(Decimal::parse(&own).expect("it was read before")).ok_or_else(too_fine),
            None => Ok(price),
        });
        let price = self.note(path, price);
        self.check_source(path, &file.source);
        let unit = unit?;
        let tiers = self.tiers(path, file.tiers, unit.amount);
        if in_account_units && !tiers.is_empty() {
            let message = "what is charged in the platform's own unit has its tiers there";
            self.report(Problem::new("contradiction", format!("{path}.tiers"), message));
        }
        let (text, of, amount) = (file.price, unit.of, unit.amount);
        Some(Entry { price: price?.rate(amount), text, unit: file.unit, of, amount, tiers, source: file.source })
    }

    pub(super) fn check_source(&mut self, path: &str, source: &str) {
        if !self.sources.iter().any(|known| known == source) {
            let hint = did_you_mean(source, self.sources.iter().map(String::as_str));
            self.report(Problem::new("unknown-source", format!("{path}.source"), format!("unknown source `{source}`")).hint(hint));
        }
    }

    /// Tiers in order, each beginning above the one before.
    fn tiers(&mut self, path: &str, files: Vec<TierFile>, amount: u128) -> Vec<Tier> {
        let mut tiers: Vec<Tier> = Vec::new();
        for (index, file) in files.into_iter().enumerate() {
            let path = format!("{path}.tiers.{index}");
            let below = tiers.last().map_or(0, |tier| tier.from);
            if file.from <= below {
                let message = format!("the tier from {} overlaps the one before it, from {below}", file.from);
                let problem = Problem::new("overlapping-tier", format!("{path}.from"), message);
                self.report(problem.hint("write the tiers in order; what lies below the first costs the price itself"));
            }
            let price = self.note(&path, price(&file.price)).map(|price| price.rate(amount));
            tiers.push(Tier { from: file.from, price: price.unwrap_or(Rate { nanos: 0, per: 1 }), text: file.price });
        }
        tiers
    }

    /// The platform's own unit. Its price is per unit, counted in billionths.
    pub(super) fn account_unit(&mut self, file: AccountUnitFile) -> Option<AccountUnit> {
        const PATH: &str = "account-unit";
        const AMOUNT: u128 = 1_000_000_000;
        self.check_source(PATH, &file.source);
        let price = self.note(PATH, price(&file.price));
        let tiers = self.tiers(PATH, file.tiers, AMOUNT);
        let (text, unit, source) = (file.price, file.name.clone(), file.source);
        let price = Entry { price: price?.rate(AMOUNT), text, unit, of: UnitOf::Thing, amount: AMOUNT, tiers, source };
        Some(AccountUnit { name: file.name, price })
    }
}

/// A price above zero. The problem's path is that of the entry's `price`.
fn price(text: &str) -> Result<Decimal, Problem> {
    let price = Decimal::parse(text).map_err(|why| Problem::new("bad-price", "price", format!("the price `{text}` {why}")))?;
    if price.is_negative() {
        return Err(Problem::new("bad-price", "price", format!("the price `{text}` is negative")));
    }
    if price.is_absurd() {
        return Err(Problem::new("bad-price", "price", format!("the price `{text}` is above 10000 a unit")).hint("check its unit"));
    }
    if price.is_zero() {
        return Err(Problem::new("bad-price", "price", "a price of 0 means that the price is missing")
            .hint("leave it out; what needs it is then refused instead of being free"));
    }
    Ok(price)
}

fn too_fine() -> Problem {
    Problem::new("bad-price", "price", "this times the price of the platform's own unit has more digits than a price").hint("round it")
}
