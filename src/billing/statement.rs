//! From usage to a bill: one book, everything that was used under it.
//!
//! ```text
//! (InstancePrice, Usage) ... ─► lines of instances ─► requests, surcharge ─► tiers ─► free grant ─► nodes ─► Bill
//! ```
//!
//! Lines show list prices of the first tier; what larger quantities and grants take off stands on lines of its own, below
//! zero, so that every line is what it says and all of them sum to the bill. Grants and tiers are monthly: a run is taken
//! for a sample of a month of 30 days. They apply to what is sold by vCPU, memory and request on demand, not to what is
//! kept (Lambda's and Flex's rule; the others do not say).

use std::collections::BTreeMap;

use super::bill::{Bill, Line};
use super::book::{Book, Charging};
use super::entry::Entry;
use super::line::{LineKind, Phase, Quantity};
use super::rate::mul_div;
use super::tier::prorated;
use super::{InstancePrice, Shape, Usage};
use crate::units::{Money, Price, Span};

/// What a bill depends on besides usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// How long the run was measured.
    pub measured: Span,
    /// Whether the monthly grant is all for this.
    pub free_grant: bool,
    /// The most instances alive at one moment.
    pub instances_max: u32,
}

/// On-demand use of a class, for grants and tiers.
#[derive(Debug, Clone, Copy, Default)]
struct Pool {
    vcpu_milli_ns: u128,
    byte_ns: u128,
}

/// A bill in the making.
#[derive(Debug)]
pub struct Statement<'b> {
    book: &'b Book,
    bill: Bill,
    pools: BTreeMap<String, Pool>,
    requests: u128,
    largest: Option<Shape>,
}

impl InstancePrice {
    /// What instances of this kind cost for what they used, without fees that are not theirs. Starting, serving, idle and
    /// rounding always have a line, so that runs can be compared; the other phases if there were any.
    pub fn bill(&self, usage: &Usage) -> Bill {
        let mut bill = Bill::empty(self.currency.clone());
        for phase in Phase::ALL {
            let (ns, amount) = self.spent(phase, usage);
            if ns > 0 || !matches!(phase, Phase::Draining | Phase::Overlap) {
                bill.add(Line::new(LineKind::Instance(self.role, phase), Quantity::InstanceTime(ns), amount));
            }
        }
        // A book under which the instance is no burstable one sells no credits.
        if let Some(surcharge) = self.surcharge.filter(|_| usage.surplus_credit > 0) {
            let (quantity, amount) = (Quantity::Credits(usage.surplus_credit), surcharge.of(usage.surplus_credit));
            bill.add(Line::new(LineKind::CreditSurcharge, quantity, amount));
        }
        bill
    }

    /// How long, and for how much.
    fn spent(&self, phase: Phase, usage: &Usage) -> (u128, Money) {
        let free = |price: Option<Price>, ns| price.map_or(Money::ZERO, |price| price.of(ns));
        match phase {
            Phase::Starting => (usage.starting_ns, self.price.of(usage.starting_ns)),
            Phase::Serving => {
                let on_demand = self.price.of(self.on_demand_ns(usage));
                (self.serving_ns(usage), on_demand + self.kept.serving.of(usage.kept_serving_ns))
            }
            Phase::Idle => {
                let others = usage.idle_ns.checked_sub(usage.kept_idle_ns).expect("kept idle time is idle time");
                (usage.idle_ns, free(self.idle, others) + free(self.kept.idle, usage.kept_idle_ns))
            }
            Phase::Draining => (usage.draining_ns, self.price.of(usage.draining_ns)),
            Phase::Overlap => (usage.overlap_ns, free(self.idle, usage.overlap_ns)),
            Phase::Rounding => (usage.rounding_ns, self.price.of(usage.rounding_ns)),
        }
    }

    /// What counts as serving: stretches with requests, or requests each by itself.
    fn serving_ns(&self, usage: &Usage) -> u128 {
        match self.charging {
            Charging::Instances | Charging::Serving => usage.serving_ns,
            Charging::Requests => usage.request_ns,
        }
    }

    /// Of that, at the price of what is not kept.
    fn on_demand_ns(&self, usage: &Usage) -> u128 {
        self.serving_ns(usage).saturating_sub(usage.kept_serving_ns)
    }
}

impl<'b> Statement<'b> {
    /// Nothing used yet.
    pub fn new(book: &'b Book) -> Statement<'b> {
        Statement { book, bill: Bill::empty(book.currency()), pools: BTreeMap::new(), requests: 0, largest: None }
    }

    /// Adds what instances of a kind used.
    pub fn add(&mut self, price: &InstancePrice, usage: &Usage) {
        self.bill.merge(&price.bill(usage));
        self.requests += u128::from(usage.requests);
        if usage.instances > 0 {
            self.largest = Some(self.largest.map_or(price.shape, |it| larger(it, price.shape)));
        }
        if let Some(class) = &price.class {
            let ns = usage.starting_ns + price.on_demand_ns(usage) + usage.draining_ns + usage.rounding_ns;
            let pool = self.pools.entry(class.clone()).or_default();
            pool.vcpu_milli_ns += ns * u128::from(price.shape.vcpu_milli);
            pool.byte_ns += ns * u128::from(price.shape.memory.0);
        }
    }

    /// The whole bill.
    pub fn finish(mut self, terms: &Terms) -> Bill {
        if let Some(fee) = &self.book.requests {
            let (quantity, amount) = (Quantity::Requests(self.requests), fee.price.of(self.requests));
            self.bill.add(Line::new(LineKind::Requests, quantity, amount));
        }
        self.tiers(terms.measured);
        if terms.free_grant {
            self.free_grant(terms.measured);
        }
        self.nodes(terms);
        self.bill
    }

    fn tiers(&mut self, measured: Span) {
        let book = self.book;
        if let Some(own) = &book.account_unit {
            // Every price of such a book is a number of units times the first tier's price.
            let units = mul_div(self.bill.total().0.unsigned_abs(), own.price.price.per, own.price.price.nanos.unsigned_abs());
            self.tier(&own.price, &own.name, units, Quantity::AccountUnits, measured);
        }
        for (name, pool) in self.pools.clone() {
            let class = &book.classes[&name].on_demand;
            if let Some(entry) = &class.vcpu {
                self.tier(entry, "vCPU", pool.vcpu_milli_ns, Quantity::VcpuTime, measured);
            }
            if let Some(entry) = &class.memory {
                self.tier(entry, "memory", pool.byte_ns, Quantity::MemoryTime, measured);
            }
        }
        if let Some(fee) = &book.requests {
            self.tier(fee, "requests", self.requests, Quantity::Requests, measured);
        }
    }

    fn tier(&mut self, entry: &Entry, item: &str, quantity: u128, of: fn(u128) -> Quantity, measured: Span) {
        let beyond = entry.quantity_beyond(quantity, measured);
        if beyond > 0 {
            self.take_off(LineKind::Tiers, item, of(beyond), entry.beyond(quantity, measured));
        }
    }

    fn free_grant(&mut self, measured: Span) {
        let grant = self.book.free_grant.clone();
        let mut vcpu_left = prorated(u128::from(grant.vcpu_seconds) * 1_000_000_000_000, measured);
        let mut memory_left = prorated(u128::from(grant.gib_seconds) * (1_000_000_000 << 30), measured);
        for (name, pool) in self.pools.clone() {
            let class = &self.book.classes[&name].on_demand;
            if let Some(entry) = &class.vcpu {
                self.grant(entry, "vCPU", pool.vcpu_milli_ns, &mut vcpu_left, Quantity::VcpuTime);
            }
            if let Some(entry) = &class.memory {
                self.grant(entry, "memory", pool.byte_ns, &mut memory_left, Quantity::MemoryTime);
            }
        }
        if let Some(fee) = &self.book.requests {
            let mut left = prorated(u128::from(grant.requests), measured);
            self.grant(fee, "requests", self.requests, &mut left, Quantity::Requests);
        }
    }

    fn grant(&mut self, entry: &Entry, item: &str, used: u128, left: &mut u128, of: fn(u128) -> Quantity) {
        let free = used.min(*left);
        *left -= free;
        if free > 0 {
            self.take_off(LineKind::FreeGrant, item, of(free), Money::ZERO - entry.price.of(free));
        }
    }

    /// Adds a line that takes something off, but never more than there is: lines are rounded one by one, and their sum may
    /// be a billionth or two below the price of their sum.
    fn take_off(&mut self, line: LineKind, item: &str, quantity: Quantity, amount: Money) {
        let amount = amount.max(Money::ZERO - self.bill.total());
        self.bill.add(Line { item: Some(item.to_owned()), ..Line::new(line, quantity, amount) });
    }

    /// Enough nodes for the most instances, as large as the largest, all the time.
    fn nodes(&mut self, terms: &Terms) {
        let (Some(node), Some(shape)) = (self.book.node(), self.largest) else { return };
        let count = u64::from(terms.instances_max).div_ceil(node.pods(shape).max(1));
        let line = node.waste(u128::from(count) * u128::from(terms.measured.0), self.bill.total());
        self.bill.add(line);
    }
}

fn larger(a: Shape, b: Shape) -> Shape {
    Shape { vcpu_milli: a.vcpu_milli.max(b.vcpu_milli), memory: a.memory.max(b.memory) }
}
