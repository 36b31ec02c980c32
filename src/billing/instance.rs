//! What an instance is, as a scenario says it, and what one costs.

use schemars::JsonSchema;
use serde::Deserialize;

use super::book::{Category, Charging};
use super::{Names, OwnPrice, Rate, Role, Shape};
use crate::error::Problem;
use crate::units::{Bytes, Money, Price, Span};

/// What an instance is: a `type`, or `vcpu` and `memory`. Nothing at all is 2 vCPU and 4 GiB, as ECI documents.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct InstanceSpec {
    /// An instance type of the price book, such as `ecs.c7.large`, or up to five: the next is tried where one is out of stock
    /// (`stock` says when that is). It says vCPU and memory itself.
    #[serde(rename = "type")]
    pub types: Option<Names>,
    /// vCPUs of the instance; needs `memory`. Rounded up to the nearest size the platform has.
    pub vcpu: Option<f64>,
    /// Memory of the instance; needs `vcpu`. Rounded up to the nearest size the platform has.
    pub memory: Option<Bytes>,
    /// Class of the prices by vCPU and memory: `general` if nothing is said; ECI also has `economy`.
    pub class: Option<String>,
    /// Bought on the spot market, at the book's price for that (a snapshot: spot prices move).
    pub spot: bool,
    /// What it costs, in place of the price book's price and in its currency: `0.33/h`. Charged in every state in which the
    /// book charges an instance; no free grant and no tier applies. Under further books (`also-priced-by`) theirs hold.
    pub price: Option<OwnPrice>,
    /// How fast its vCPUs are; a request's CPU time is that on a vCPU of speed 1. Default 1, a guess: no price list says.
    pub speed: Option<f64>,
}

impl InstanceSpec {
    /// An instance of this type.
    pub fn of_type(name: &str) -> InstanceSpec {
        InstanceSpec { types: Some(Names(vec![name.to_owned()])), ..InstanceSpec::default() }
    }

    /// The type that is tried first, if it is by type.
    pub fn type_name(&self) -> Option<&str> {
        self.types.as_ref().and_then(|it| it.0.first()).map(String::as_str)
    }

    /// One for each type that is tried, in order; itself if it is not by type.
    pub fn each(&self) -> Vec<InstanceSpec> {
        let names = self.types.iter().flat_map(|it| &it.0);
        let each: Vec<InstanceSpec> = names.map(|name| InstanceSpec { types: InstanceSpec::of_type(name).types, ..self.clone() }).collect();
        if each.is_empty() { vec![self.clone()] } else { each }
    }

    /// What is wrong with its list of types.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = self.types.as_ref().map_or(Vec::new(), Names::check_types);
        if self.price.is_some() && self.types.as_ref().is_some_and(|it| it.0.len() > 1) {
            let problem = Problem::new("own-price", "price", "one price of your own for several types");
            problems.push(problem.hint("write one `type`, or leave `price` out: each type has its price in the price book"));
        }
        problems
    }
}

/// What an instance is and costs under a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstancePrice {
    /// The type (`ecs.c7.large`), the class by which its vCPU and memory are charged (`general`), or the node it is on.
    pub name: String,
    /// What it is there for; a book knows only standard ones.
    pub role: Role,
    /// The size it has and is charged for.
    pub shape: Shape,
    /// The size that was asked for; smaller than `shape` if that was rounded up.
    pub requested: Shape,
    /// How fast a vCPU of it is, in millionths of the reference.
    pub speed: u64,
    /// What its type is made for; nothing for an instance by vCPU and memory.
    pub category: Option<Category>,
    /// Of the whole instance while it starts or serves.
    pub price: Price,
    /// While it is idle and nobody asked to keep it; nothing if that is free.
    pub idle: Option<Price>,
    /// While it is one of those that are kept.
    pub kept: KeptPrice,
    /// Of a surplus CPU credit; nothing if it has none, or the book has no such price.
    pub surcharge: Option<Rate>,
    /// What is metered.
    pub charging: Charging,
    /// The class of the book whose prices these are, if grants and tiers apply to them.
    pub class: Option<String>,
    /// Of `price`.
    pub currency: String,
}

/// The price of an instance that was asked to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptPrice {
    /// While it serves.
    pub serving: Price,
    /// While it does not; nothing if the book has no price for keeping.
    pub idle: Option<Price>,
}

impl InstancePrice {
    /// vCPUs of the instance.
    pub fn vcpu(&self) -> f64 {
        self.shape.vcpu_milli as f64 / 1e3
    }

    /// What one instance costs for an hour of serving.
    pub fn per_hour(&self) -> Money {
        self.price.of(u128::from(Span::from_secs(3600).0))
    }

    /// The same as a reserve.
    #[must_use]
    pub fn as_reserve(self) -> InstancePrice {
        InstancePrice { role: Role::Reserve, ..self }
    }
}

/// What `reserve` saves against `standard`, by the hour, in hundredths of a percent, rounded half up; below zero if it
/// is dearer. Both must be of the same currency.
pub fn saving_basis_points(reserve: &InstancePrice, standard: &InstancePrice) -> i64 {
    assert_eq!(reserve.currency, standard.currency, "prices in different currencies cannot be compared");
    let (reserve, standard) = (reserve.per_hour().0, standard.per_hour().0);
    (((standard - reserve) * 20_000 + standard).div_euclid(2 * standard)) as i64
}
