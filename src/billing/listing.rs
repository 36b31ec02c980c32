//! Every price of a book as a flat list, for those who want to read the prices rather than use them.

use super::book::Book;
use super::entry::{Class, Entry, Source};

/// One price, or the fact that there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<'a> {
    /// What costs it: an instance type, or `general vCPU`.
    pub item: String,
    /// What is written; nothing if the book knows the item but no price.
    pub text: Option<&'a str>,
    /// Per what.
    pub unit: Option<&'a str>,
    /// In integers; not of a tier's.
    pub entry: Option<&'a Entry>,
    /// Where the price is from.
    pub source: Option<&'a Source>,
    /// What the book calls that source.
    pub source_name: Option<&'a str>,
}

impl Book {
    /// Every price: by vCPU and memory first, then by type, then fees; in order of their names. A tier follows its price.
    pub fn entries(&self) -> Vec<Listed<'_>> {
        let own = self.account_unit.iter().map(|it| (it.name.clone(), Some(&it.price)));
        let by_size = self.classes.iter().flat_map(|(name, class)| class_items(name, class));
        let by_type = self.types.iter().map(|(name, it)| (name.clone(), it.price.as_ref()));
        let spot = self.types.iter().filter(|(_, it)| it.spot.is_some()).map(|(name, it)| (format!("{name} spot"), it.spot.as_ref()));
        let fees = [("requests", &self.requests), ("surplus CPU credit", &self.credit), ("hosted control plane", &self.cluster)];
        let fees = fees.into_iter().filter(|(_, it)| it.is_some()).map(|(name, it)| (name.to_owned(), it.as_ref()));
        let extras = self.extras.iter().map(|(name, it)| (name.clone(), Some(it)));
        let items = own.chain(by_size).chain(by_type).chain(spot).chain(fees).chain(self.load_balancer_items()).chain(extras);
        items.flat_map(|(item, entry)| self.listed(item, entry)).collect()
    }

    fn load_balancer_items(&self) -> impl Iterator<Item = (String, Option<&Entry>)> {
        self.load_balancer.iter().flat_map(|it| {
            let fees = it.hourly.iter().chain(&it.editions).map(|(name, it)| (format!("load balancer, {name}"), Some(it)));
            let parts = [("traffic", &it.traffic), ("bandwidth", &it.bandwidth)].into_iter().filter(|(_, it)| it.is_some());
            let parts = parts.map(|(name, it)| (format!("load balancer, {name}"), it.as_ref()));
            let specs = it.specs.iter().map(|spec| (format!("load balancer, {}", spec.name), Some(&spec.price)));
            let lcu = it.lcu.iter().map(|it| ("load balancer, LCU".to_owned(), it.price.as_ref()));
            fees.chain(parts).chain(specs).chain(lcu)
        })
    }

    /// A price and its tiers.
    fn listed<'a>(&'a self, item: String, entry: Option<&'a Entry>) -> Vec<Listed<'a>> {
        let source_name = entry.map(|entry| entry.source.as_str());
        let source = source_name.map(|name| &self.sources[name]);
        let unit = entry.map(|entry| entry.unit.as_str());
        let tiers = entry.iter().flat_map(|entry| &entry.tiers);
        let tiers = tiers.map(|tier| Listed {
            item: format!("{item}, from {} a month", tier.from),
            text: Some(tier.text.as_str()),
            unit,
            entry: None,
            source,
            source_name,
        });
        let rest: Vec<Listed> = tiers.collect();
        [Listed { item, text: entry.map(|entry| entry.text.as_str()), unit, entry, source, source_name }].into_iter().chain(rest).collect()
    }
}

fn class_items<'a>(name: &str, class: &'a Class) -> Vec<(String, Option<&'a Entry>)> {
    let Class { on_demand, kept_always, kept_idle, kept_serving, .. } = class;
    let groups =
        [("", Some(on_demand)), (", kept", Some(kept_always)), (", kept idle", Some(kept_idle)), (", kept serving", kept_serving.as_ref())];
    let items = groups.into_iter().filter_map(|(suffix, it)| Some((suffix, it?))).flat_map(|(suffix, it)| {
        let vcpu = it.vcpu.iter().map(move |entry| (format!("{name} vCPU{suffix}"), Some(entry)));
        vcpu.chain(it.memory.iter().map(move |entry| (format!("{name} memory{suffix}"), Some(entry))))
    });
    items.collect()
}
