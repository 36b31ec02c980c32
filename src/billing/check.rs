//! From what a book's file says to a [`Book`]: every problem at once, each with its path in the file.

use super::book::{Book, Class, Entry, InstanceType};
use super::decimal::Decimal;
use super::file::{BookFile, ClassFile, EntryFile, TypeFile};
use super::{Shape, Shapes, Unit, UnitOf};
use crate::error::{Problem, did_you_mean};
use crate::units::{Bytes, Span};

/// Reads `text`, then checks it.
pub(super) fn parse(name: &str, text: &str) -> Result<Book, Vec<Problem>> {
    let file = serde_saphyr::from_str(text).map_err(|error| vec![unreadable(name, &error)])?;
    let mut check = Check { problems: Vec::new(), sources: Vec::new() };
    let book = check.book(name, file);
    if check.problems.is_empty() { Ok(book) } else { Err(check.problems) }
}

fn unreadable(name: &str, error: &serde_saphyr::Error) -> Problem {
    let said = error.without_snippet().to_string();
    // The parser's first line says what and where; its advice on duplicate keys is for programmers.
    let said = said.lines().next().unwrap_or_default().replace(", set DuplicateKeyPolicy in Options if acceptable", "");
    let place = match error.location() {
        Some(at) if !said.contains("line ") => format!(" at line {}, column {}", at.line(), at.column()),
        _ => String::new(),
    };
    Problem::new("bad-book", "", format!("the price book `{name}` cannot be read: {said}{place}"))
}

/// Collects problems; what could not be read is left out of the book, which is then never handed out.
struct Check {
    problems: Vec<Problem>,
    sources: Vec<String>,
}

impl Check {
    fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn book(&mut self, name: &str, file: BookFile) -> Book {
        self.sources = file.sources.keys().cloned().collect();
        self.head(&file);
        let classes = file.rates.into_iter().filter_map(|(key, class)| Some((key.clone(), self.class(&key, class)?))).collect();
        let types = file.types.into_iter().filter_map(|(key, it)| Some((key.clone(), self.instance_type(&key, it)?))).collect();
        let shapes = file.specs.iter().flat_map(|(vcpu, gibs)| self.shapes(vcpu, gibs)).collect();
        Book {
            name: name.to_owned(),
            platform: file.platform,
            region: file.region,
            currency: file.currency,
            date: file.date,
            source: file.source,
            note: file.note,
            billed_from: file.billed_from,
            granularity: file.granularity,
            minimum: file.minimum,
            sources: file.sources,
            classes,
            shapes: Shapes::new(shapes),
            types,
        }
    }

    fn head(&mut self, file: &BookFile) {
        if file.currency.len() != 3 || !file.currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            let message = format!("`{}` is no currency", file.currency);
            self.report(Problem::new("bad-currency", "currency", message).hint("write an ISO 4217 code such as CNY or USD"));
        }
        if file.granularity == Span::ZERO {
            self.report(
                Problem::new("zero-granularity", "granularity", "billed time cannot be a multiple of nothing").hint("write 1s or 1ms"),
            );
        }
        if file.rates.is_empty() && file.types.is_empty() {
            self.report(Problem::new("empty-book", "", "the book has no prices").hint("it needs `rates` or `types`"));
        }
        for (key, text) in [("platform", &file.platform), ("region", &file.region), ("date", &file.date), ("source", &file.source)] {
            if text.trim().is_empty() {
                self.report(Problem::new("empty-value", key, format!("`{key}` is empty")));
            }
        }
    }

    fn class(&mut self, key: &str, file: ClassFile) -> Option<Class> {
        let path = format!("rates.{key}");
        let vcpu = self.entry(&format!("{path}.vcpu"), file.vcpu, UnitOf::Vcpu);
        let memory = self.entry(&format!("{path}.memory"), file.memory, UnitOf::Gib);
        let vcpu_milli_max = match file.vcpu_max {
            Some(text) => Some(self.milli(&format!("{path}.vcpu-max"), &text)?),
            None => None,
        };
        Some(Class { vcpu: vcpu?, memory: memory?, vcpu_milli_max })
    }

    fn instance_type(&mut self, key: &str, file: TypeFile) -> Option<InstanceType> {
        let path = format!("types.{key}");
        if file.memory.0 == 0 {
            self.report(Problem::new("zero-size", format!("{path}.memory"), "an instance without memory"));
        }
        let vcpu_milli = self.milli(&format!("{path}.vcpu"), &file.vcpu);
        let price = match (file.price, file.unit, file.source) {
            (None, _, _) => None,
            (Some(price), Some(unit), Some(source)) => Some(self.entry(&path, EntryFile { price, unit, source }, UnitOf::Instance)?),
            (Some(_), ..) => {
                self.report(Problem::new("missing-key", path, "a price needs its `unit` and its `source`"));
                return None;
            }
        };
        Some(InstanceType { shape: Shape { vcpu_milli: vcpu_milli?, memory: file.memory }, category: file.category, price })
    }

    fn entry(&mut self, path: &str, file: EntryFile, of: UnitOf) -> Option<Entry> {
        let unit = Unit::find(&file.unit, of).map_err(|problem| self.report(problem.below(path))).ok();
        let price = price(&file.price).map_err(|problem| self.report(problem.below(path))).ok();
        if !self.sources.contains(&file.source) {
            let hint = did_you_mean(&file.source, self.sources.iter().map(String::as_str));
            self.report(Problem::new("unknown-source", format!("{path}.source"), format!("unknown source `{}`", file.source)).hint(hint));
        }
        let unit = unit?;
        Some(Entry { price: price?.price_per(unit.per), text: file.price, unit, source: file.source })
    }

    fn shapes(&mut self, vcpu: &str, gibs: &[String]) -> Vec<Shape> {
        let path = format!("specs.{vcpu}");
        let Some(vcpu_milli) = self.milli(&path, vcpu) else { return Vec::new() };
        let gibs: Vec<_> = gibs.iter().filter_map(|gib| self.milli(&path, gib)).collect();
        gibs.into_iter().map(|gib_milli| Shape { vcpu_milli, memory: gib_milli_to_bytes(gib_milli) }).collect()
    }

    /// A number of vCPUs or GiB in thousandths, above zero.
    fn milli(&mut self, path: &str, text: &str) -> Option<u64> {
        let milli = Decimal::parse(text).ok().and_then(Decimal::milli).filter(|milli| (1..=100_000_000).contains(milli));
        if milli.is_none() {
            let message = format!("`{text}` is no size; write a number above 0, at most 100000, with at most three decimals");
            self.report(Problem::new("bad-size", path, message));
        }
        milli
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

/// Rounded up to whole bytes: half a GiB is exact, a third is not.
fn gib_milli_to_bytes(gib_milli: u64) -> Bytes {
    Bytes((gib_milli << 30).div_ceil(1000))
}
