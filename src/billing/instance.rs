//! What one instance costs, by type or by vCPU and memory.

use schemars::JsonSchema;
use serde::Deserialize;

use super::bill::{Bill, Line, LineKind, Quantity};
use super::book::{Book, Category, Class, InstanceType};
use super::{Shape, Usage, rational};
use crate::error::{Problem, did_you_mean};
use crate::units::{Bytes, Money, Price, Span};

/// What an instance is: a `type`, or `vcpu` and `memory`. Nothing at all is 2 vCPU and 4 GiB, as ECI documents.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct InstanceSpec {
    /// An instance type of the price book, such as `ecs.c7.large`. It says vCPU and memory itself.
    #[serde(rename = "type")]
    pub type_name: Option<String>,
    /// vCPUs of the instance; needs `memory`. Rounded up to the nearest size the platform has.
    pub vcpu: Option<f64>,
    /// Memory of the instance; needs `vcpu`. Rounded up to the nearest size the platform has.
    pub memory: Option<Bytes>,
    /// Class of the prices by vCPU and memory: `general` if nothing is said; ECI also has `economy`.
    pub class: Option<String>,
    /// How fast its vCPUs are; a request's CPU time is that on a vCPU of speed 1. Default 1, a guess: no price list says.
    pub speed: Option<f64>,
}

const GENERAL: &str = "general";
const DEFAULT_SHAPE: Shape = Shape { vcpu_milli: 2000, memory: Bytes::from_gib(4) };

/// What an instance is and costs under a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstancePrice {
    /// The type (`ecs.c7.large`), or the class by which its vCPU and memory are charged (`general`).
    pub name: String,
    /// The size it has and is charged for.
    pub shape: Shape,
    /// The size that was asked for; smaller than `shape` if that was rounded up.
    pub requested: Shape,
    /// How fast a vCPU of it is, in millionths of the reference.
    pub speed: u64,
    /// What its type is made for; nothing for an instance by vCPU and memory.
    pub category: Option<Category>,
    /// Of the whole instance.
    pub price: Price,
    /// Of `price`.
    pub currency: String,
}

impl Book {
    /// The size and price of an instance. The problem's path is a key of `spec`.
    pub fn instance(&self, spec: &InstanceSpec) -> Result<InstancePrice, Problem> {
        match &spec.type_name {
            Some(name) => self.by_type(name, spec),
            None => self.by_size(spec),
        }
    }

    fn by_type(&self, name: &str, spec: &InstanceSpec) -> Result<InstancePrice, Problem> {
        if spec.vcpu.is_some() || spec.memory.is_some() || spec.class.is_some() {
            return Err(Problem::new("type-and-size", "type", format!("`{name}` says its vCPU and memory itself"))
                .hint("write either `type`, or `vcpu` and `memory`"));
        }
        let (name, it) = self.known_type(name)?;
        let Some(entry) = &it.price else { return Err(self.missing("type", &format!("`{name}`"))) };
        Ok(InstancePrice {
            name: name.to_owned(),
            shape: it.shape,
            requested: it.shape,
            speed: millionths(spec.speed.unwrap_or(1.0))?,
            category: Some(it.category),
            price: entry.price,
            currency: self.currency.clone(),
        })
    }

    fn known_type(&self, name: &str) -> Result<(&str, &InstanceType), Problem> {
        if self.types.is_empty() {
            return Err(self
                .missing("type", &format!("`{name}`"))
                .hint("it has prices by `vcpu` and `memory` only; use those, or another price book"));
        }
        self.types().find(|(known, _)| *known == name).ok_or_else(|| {
            let message = format!("unknown instance type `{name}` in the price book `{}`", self.name);
            Problem::new("unknown-instance-type", "type", message).hint(did_you_mean(name, self.types.keys().map(String::as_str)))
        })
    }

    fn by_size(&self, spec: &InstanceSpec) -> Result<InstancePrice, Problem> {
        let requested = requested_shape(spec)?;
        let (name, class) = self.class(spec.class.as_deref())?;
        let shape = self.shapes.round_up(requested).filter(|shape| class.vcpu_milli_max.is_none_or(|max| shape.vcpu_milli <= max));
        let Some(shape) = shape else {
            let message = format!("no `{name}` instance in the price book `{}` has {requested}", self.name);
            return Err(Problem::new("no-such-size", "vcpu", message).hint(self.largest(class)));
        };
        let Some(price) = price_of(class, shape) else {
            let message = format!("{shape} cannot be priced exactly");
            return Err(Problem::new("too-fine", "memory", message).hint("use whole MiB and thousandths of a vCPU"));
        };
        let speed = millionths(spec.speed.unwrap_or(1.0))?;
        Ok(InstancePrice { name: name.to_owned(), shape, requested, speed, category: None, price, currency: self.currency.clone() })
    }

    fn class(&self, name: Option<&str>) -> Result<(&str, &Class), Problem> {
        if self.classes.is_empty() {
            return Err(self.missing("vcpu", "vCPU and memory").hint("use an instance `type`, or another price book"));
        }
        let name = name.unwrap_or(GENERAL);
        match self.classes.get_key_value(name) {
            Some((name, class)) => Ok((name, class)),
            None => Err(Problem::new("unknown-class", "class", format!("unknown class `{name}` in the price book `{}`", self.name))
                .hint(did_you_mean(name, self.classes.keys().map(String::as_str)))),
        }
    }

    fn missing(&self, key: &str, what: &str) -> Problem {
        let Book { name, region, date, .. } = self;
        let message = format!("the price book `{name}` has no price for {what} in {region} (as of {date})");
        Problem::new("missing-price", key, message).hint("choose another type, or write a price book of your own with this price")
    }

    fn largest(&self, class: &Class) -> String {
        let sold = self.shapes.iter().filter(|shape| class.vcpu_milli_max.is_none_or(|max| shape.vcpu_milli <= max));
        match (sold.max_by_key(|shape| (shape.vcpu_milli, shape.memory)), class.vcpu_milli_max) {
            (Some(largest), _) => format!("the largest is {largest}"),
            (None, Some(max)) => format!("the largest has {} vCPU", max as f64 / 1e3),
            (None, None) => "use a smaller instance".to_owned(),
        }
    }
}

impl InstancePrice {
    /// vCPUs of the instance.
    pub fn vcpu(&self) -> f64 {
        self.shape.vcpu_milli as f64 / 1e3
    }

    /// What one instance costs for an hour.
    pub fn per_hour(&self) -> Money {
        self.price.of(u128::from(Span::from_secs(3600).0))
    }

    /// The bill for what instances of this kind used. Always the same four lines, so that runs can be compared.
    pub fn bill(&self, usage: &Usage) -> Bill {
        let line = |(line, ns)| Line { line, quantity: Quantity::InstanceTime(ns), amount: self.price.of(ns) };
        let lines = [
            (LineKind::Starting, usage.starting_ns),
            (LineKind::Serving, usage.serving_ns),
            (LineKind::Idle, usage.idle_ns),
            (LineKind::Rounding, usage.rounding_ns),
        ];
        let bill = Bill { currency: self.currency.clone(), lines: lines.map(line).to_vec() };
        let whole = self.price.of(usage.total_ns());
        assert!((bill.total() - whole).0.abs() <= 2, "each line is within half a billionth: {bill:?} against {whole:?}");
        bill
    }
}

fn requested_shape(spec: &InstanceSpec) -> Result<Shape, Problem> {
    match (spec.vcpu, spec.memory) {
        (None, None) => Ok(DEFAULT_SHAPE),
        (Some(vcpu), Some(memory)) if memory.0 > 0 => Ok(Shape { vcpu_milli: vcpu_milli(vcpu)?, memory }),
        (Some(_), Some(_)) => Err(Problem::new("bad-size", "memory", "an instance without memory")),
        (Some(_), None) => Err(Problem::new("missing-key", "vcpu", "`vcpu` needs `memory` beside it").hint("such as `memory: 4GiB`")),
        (None, Some(_)) => Err(Problem::new("missing-key", "memory", "`memory` needs `vcpu` beside it").hint("such as `vcpu: 2`")),
    }
}

fn vcpu_milli(vcpu: f64) -> Result<u64, Problem> {
    // Rounded, not cut: 0.29 * 1000 is 290 or a hair less. Ten thousand vCPUs are beyond any machine.
    let milli = (vcpu * 1000.0).round();
    if (1.0..=1e7).contains(&milli) {
        return Ok(milli as u64);
    }
    Err(Problem::new("bad-size", "vcpu", format!("{vcpu} is no number of vCPUs")).hint("write a number above 0, such as 0.5 or 2"))
}

/// A relative speed between a hundredth and a hundred, in millionths.
fn millionths(speed: f64) -> Result<u64, Problem> {
    if (0.01..=100.0).contains(&speed) {
        return Ok((speed * 1e6).round() as u64);
    }
    let problem = Problem::new("bad-speed", "speed", format!("{speed} is no relative speed of a vCPU"));
    Err(problem.hint("write a number between 0.01 and 100, such as 0.8; 1 is the speed that `request.cpu` was measured at"))
}

/// vCPUs × price + GiB × price, exactly.
fn price_of(class: &Class, shape: Shape) -> Option<Price> {
    let vcpu = rational::times(class.vcpu.price, shape.vcpu_milli, 1000)?;
    let memory = rational::times(class.memory.price, shape.memory.0, Bytes::from_gib(1).0)?;
    rational::plus(vcpu, memory)
}
