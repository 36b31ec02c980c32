//! From what a scenario says of an instance to its price: by type, by vCPU and memory, or by its share of a node.

use super::book::{Book, Category, Idle, InstanceType};
use super::entry::{Class, Entry, Resources};
use super::instance::{InstancePrice, InstanceSpec, KeptPrice};
use super::{Role, Shape, rational};
use crate::error::{Problem, did_you_mean};
use crate::units::{Bytes, Price};

const GENERAL: &str = "general";
const DEFAULT_SHAPE: Shape = Shape { vcpu_milli: 2000, memory: Bytes::from_gib(4) };

/// An instance of the book's, before it is told apart by state.
struct Found<'b> {
    name: &'b str,
    shape: Shape,
    requested: Shape,
    speed: u64,
    category: Option<Category>,
    class: Option<(&'b str, &'b Class)>,
    price: Price,
}

impl Book {
    /// The size and price of an instance. The problem's path is a key of `spec`.
    pub fn instance(&self, spec: &InstanceSpec) -> Result<InstancePrice, Problem> {
        match spec.type_name() {
            Some(name) => self.priced(self.by_type(name, spec)?),
            None if self.node.is_some() => self.on_node(spec),
            None => self.priced(self.by_size(spec)?),
        }
    }

    /// The same instance as it would be bought under this book, where another book's `sold` is its size: by type if this
    /// book knows the type, by vCPU and memory elsewhere.
    pub fn instance_like(&self, spec: &InstanceSpec, sold: Shape) -> Result<InstancePrice, Problem> {
        if spec.type_name().is_some_and(|name| self.types.contains_key(name)) {
            return self.instance(&InstanceSpec { price: None, ..spec.clone() });
        }
        let class = spec.class.clone().filter(|class| self.classes.contains_key(class));
        let (vcpu, memory) = match spec.type_name() {
            Some(_) => (Some(sold.vcpu_milli as f64 / 1e3), Some(sold.memory)),
            None => (spec.vcpu, spec.memory),
        };
        self.instance(&InstanceSpec { types: None, vcpu, memory, class, spot: spec.spot, price: None, speed: spec.speed })
    }

    fn by_type(&self, name: &str, spec: &InstanceSpec) -> Result<Found<'_>, Problem> {
        if spec.vcpu.is_some() || spec.memory.is_some() || spec.class.is_some() {
            return Err(Problem::new("type-and-size", "type", format!("`{name}` says its vCPU and memory itself"))
                .hint("write either `type`, or `vcpu` and `memory`"));
        }
        let (name, it) = self.known_type(name)?;
        let entry = if spec.spot { it.spot.as_ref() } else { it.price.as_ref() };
        let what = if spec.spot { format!("a spot instance of `{name}`") } else { format!("`{name}`") };
        let price = spec.price.map(|own| own.0).or(entry.map(|entry| entry.price.per_time()));
        let Some(price) = price else { return Err(self.missing(if spec.spot { "spot" } else { "type" }, &what)) };
        let shape = it.shape;
        let speed = millionths(spec.speed.unwrap_or(1.0))?;
        Ok(Found { name, shape, requested: shape, speed, category: Some(it.category), class: None, price })
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

    fn by_size(&self, spec: &InstanceSpec) -> Result<Found<'_>, Problem> {
        let requested = requested_shape(spec)?;
        let (name, class) = self.class(spec.class.as_deref())?;
        let shape = self.shapes.round_up(requested).filter(|shape| class.vcpu_milli_max.is_none_or(|max| shape.vcpu_milli <= max));
        let Some(shape) = shape else {
            let message = format!("no `{name}` instance in the price book `{}` has {requested}", self.name);
            return Err(Problem::new("no-such-size", "vcpu", message).hint(self.largest(class)));
        };
        let speed = millionths(spec.speed.unwrap_or(1.0))?;
        if let Some(own) = spec.price {
            return Ok(Found { name, shape, requested, speed, category: None, class: None, price: own.0 });
        }
        let price = class.on_demand.price(shape)?.expect("a class has a price");
        let price = match (&class.spot, spec.spot) {
            (_, false) => price,
            (Some(spot), true) => rational::times(price, 10_000 - spot.basis_points, 10_000).ok_or_else(|| too_fine(shape))?,
            (None, true) => return Err(self.missing("spot", &format!("a spot instance of {shape}"))),
        };
        Ok(Found { name, shape, requested, speed, category: None, class: Some((name, class)), price })
    }

    /// A share of a node.
    fn on_node(&self, spec: &InstanceSpec) -> Result<InstancePrice, Problem> {
        let node = self.node().expect("the caller asked");
        let shape = requested_shape(spec)?;
        let Some(price) = node.share(shape) else {
            let message = format!("{shape} do not fit on a `{}`, which has {} for instances", node.name, node.allocatable);
            return Err(Problem::new("no-such-size", "vcpu", message).hint("use a smaller instance, or a book with larger nodes"));
        };
        let speed = millionths(spec.speed.unwrap_or(1.0))?;
        let price = spec.price.map_or(price, |own| own.0);
        self.priced(Found { name: &node.name, shape, requested: shape, speed, category: None, class: None, price })
    }

    fn priced(&self, found: Found) -> Result<InstancePrice, Problem> {
        let Found { name, shape, requested, speed, category, class, price } = found;
        let idle = (self.rules.idle == Idle::Billed).then_some(price);
        let kept = match class.filter(|(_, class)| class.prices_kept()) {
            Some((_, class)) => class.kept(price, shape)?,
            None => KeptPrice { serving: price, idle },
        };
        Ok(InstancePrice {
            name: name.to_owned(),
            role: Role::Standard,
            shape,
            requested,
            speed,
            category,
            price,
            idle,
            kept,
            surcharge: self.credit.as_ref().filter(|_| category == Some(Category::Burstable)).map(|credit| credit.price),
            charging: self.rules.charging,
            class: class.map(|(name, _)| name.to_owned()),
            currency: self.currency.clone(),
        })
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

    /// A price that the book does not have. Exit code 2: what needs it is refused, never free.
    pub(super) fn missing(&self, key: &str, what: &str) -> Problem {
        let Book { name, region, date, .. } = self;
        let message = format!("the price book `{name}` has no price for {what} in {region} (as of {date})");
        Problem::new("missing-price", key, message).hint("choose another type, or write a price book of your own with this price")
    }

    /// Refuses a price that would be needed for the instances that are kept.
    pub fn check_kept(&self, price: &InstancePrice, kept: u32) -> Result<(), Problem> {
        match price.kept.idle {
            None if kept > 0 => {
                let problem = self.missing("", &format!("an instance that is kept while nobody calls (here {kept})"));
                Err(problem.hint("scale to zero, or choose another price book"))
            }
            _ => Ok(()),
        }
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

impl Class {
    /// Whether what is kept has prices of its own.
    pub(super) fn prices_kept(&self) -> bool {
        self.kept_serving.is_some() || !self.kept_always.is_empty() || !self.kept_idle.is_empty()
    }

    fn kept(&self, on_demand: Price, shape: Shape) -> Result<KeptPrice, Problem> {
        let always = self.kept_always.price(shape)?;
        let serving = self.kept_serving.as_ref().map_or(Ok(Some(on_demand)), |it| it.price(shape))?;
        let idle = self.kept_idle.price(shape)?;
        let serving = sum(always, serving, shape)?.expect("serving has a price");
        Ok(KeptPrice { serving, idle: sum(always, idle, shape)? })
    }
}

impl Resources {
    fn is_empty(&self) -> bool {
        self.vcpu.is_none() && self.memory.is_none()
    }

    /// vCPUs × price + GiB × price, exactly; nothing if neither has a price.
    fn price(&self, shape: Shape) -> Result<Option<Price>, Problem> {
        let of = |entry: &Option<Entry>, quantity| match entry {
            Some(entry) => rational::of(entry.price, quantity).ok_or_else(|| too_fine(shape)).map(Some),
            None => Ok(None),
        };
        sum(of(&self.vcpu, shape.vcpu_milli)?, of(&self.memory, shape.memory.0)?, shape)
    }
}

fn sum(a: Option<Price>, b: Option<Price>, shape: Shape) -> Result<Option<Price>, Problem> {
    match (a, b) {
        (Some(a), Some(b)) => rational::plus(a, b).ok_or_else(|| too_fine(shape)).map(Some),
        (a, b) => Ok(a.or(b)),
    }
}

fn too_fine(shape: Shape) -> Problem {
    Problem::new("too-fine", "memory", format!("{shape} cannot be priced exactly")).hint("use whole MiB and thousandths of a vCPU")
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

/// A number of vCPUs in thousandths.
pub(super) fn vcpu_milli(vcpu: f64) -> Result<u64, Problem> {
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
