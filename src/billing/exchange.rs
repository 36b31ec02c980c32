//! A book in another currency: every price times a rate that the user gives. coldcast knows no rates.

use super::book::Book;
use super::decimal::Decimal;
use super::entry::{Class, Entry, Resources};
use super::load_balancer::LoadBalancer;
use crate::error::Problem;

/// So much of one currency for one unit of another, as a fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExchangeRate {
    numerator: u64,
    denominator: u64,
}

impl ExchangeRate {
    /// From what was written, such as 7.1. The problem has no path.
    pub fn new(rate: f64) -> Result<ExchangeRate, Problem> {
        let wrong = || Problem::new("exchange-rate", "", format!("{rate} is no exchange rate")).hint("write a number above 0, such as 7.1");
        if !rate.is_finite() || !(1e-6..=1e6).contains(&rate) {
            return Err(wrong());
        }
        let (numerator, denominator) = Decimal::parse(&rate.to_string()).ok().and_then(Decimal::fraction).ok_or_else(wrong)?;
        Ok(ExchangeRate { numerator, denominator })
    }
}

impl Book {
    /// This book with all its prices in `currency`, of which `rate` is paid for one unit of the book's own.
    pub fn converted(&self, currency: &str, rate: ExchangeRate) -> Book {
        let mut book = self.clone();
        book.currency = currency.to_owned();
        let mut entries: Vec<&mut Entry> = book.classes.values_mut().flat_map(class_entries).collect();
        entries.extend(book.types.values_mut().flat_map(|it| it.price.iter_mut().chain(&mut it.spot)));
        entries.extend([&mut book.requests, &mut book.credit, &mut book.cluster].into_iter().flatten());
        entries.extend(book.account_unit.iter_mut().map(|it| &mut it.price));
        entries.extend(book.load_balancer.iter_mut().flat_map(load_balancer_entries));
        entries.extend(book.extras.values_mut());
        entries.into_iter().for_each(|entry| entry.convert(rate));
        book
    }
}

fn class_entries(class: &mut Class) -> impl Iterator<Item = &mut Entry> {
    let Class { on_demand, kept_always, kept_idle, kept_serving, .. } = class;
    let parts = [Some(on_demand), Some(kept_always), Some(kept_idle), kept_serving.as_mut()];
    parts.into_iter().flatten().flat_map(|Resources { vcpu, memory }| vcpu.iter_mut().chain(memory))
}

fn load_balancer_entries(it: &mut LoadBalancer) -> impl Iterator<Item = &mut Entry> {
    let fees = it.hourly.values_mut().chain(it.editions.values_mut()).chain(&mut it.traffic).chain(&mut it.bandwidth);
    let lcu = it.lcu.as_mut().and_then(|lcu| lcu.price.as_mut());
    fees.chain(it.specs.iter_mut().map(|spec| &mut spec.price)).chain(lcu)
}

impl Entry {
    fn convert(&mut self, rate: ExchangeRate) {
        const FITS: &str = "a price has 15 digits, a rate 15, and 128 bits hold 38";
        self.price = self.price.times(rate.numerator, rate.denominator).expect(FITS);
        for tier in &mut self.tiers {
            tier.price = tier.price.times(rate.numerator, rate.denominator).expect(FITS);
        }
    }
}
