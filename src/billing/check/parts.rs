//! What only some books have: a free grant, nodes, a load balancer.

use std::collections::BTreeMap;

use super::Check;
use crate::billing::UnitOf;
use crate::billing::book::{InstanceType, Node};
use crate::billing::entry::{Entry, FreeGrant};
use crate::billing::file::{EntryFile, FreeGrantFile, LcuFile, LoadBalancerFile, NodeFile, SpecFile};
use crate::billing::load_balancer::{Lcu, LoadBalancer, Spec};
use crate::error::{Problem, did_you_mean};

impl Check {
    pub(super) fn free_grant(&mut self, file: FreeGrantFile) -> FreeGrant {
        self.check_source("free-grant", &file.source);
        let FreeGrantFile { vcpu_seconds, gib_seconds, requests, source } = file;
        if vcpu_seconds == 0 && gib_seconds == 0 && requests == 0 {
            self.report(Problem::new("empty-value", "free-grant", "a grant of nothing").hint("leave it out"));
        }
        FreeGrant { vcpu_seconds, gib_seconds, requests, source: Some(source) }
    }

    pub(super) fn node(&mut self, file: NodeFile, types: &BTreeMap<String, InstanceType>) -> Option<Node> {
        let known = types.get(&file.type_name);
        if known.is_none_or(|it| it.price.is_none()) {
            let message = format!("the book has no price for the node type `{}`", file.type_name);
            let hint = did_you_mean(&file.type_name, types.keys().map(String::as_str));
            self.report(Problem::new("unknown-instance-type", "node.type", message).hint(hint));
        }
        let reserved_vcpu_milli = file.reserved_vcpu.map_or(Some(0), |text| self.milli("node.reserved-vcpu", &text));
        let reserved_bytes = file.reserved_memory.map_or(Some(0), |text| self.bytes("node.reserved-memory", &text).map(|it| it.0));
        let node = Node { type_name: file.type_name, reserved_vcpu_milli: reserved_vcpu_milli?, reserved_bytes: reserved_bytes? };
        if known.is_some_and(|it| node.reserved_vcpu_milli >= it.shape.vcpu_milli || node.reserved_bytes >= it.shape.memory.0) {
            self.report(Problem::new("bad-size", "node", "what is reserved leaves no room on a node"));
        }
        Some(node)
    }

    pub(super) fn load_balancer(&mut self, file: LoadBalancerFile) -> LoadBalancer {
        const PATH: &str = "load-balancer";
        let fee =
            |group: &'static str| move |check: &mut Check, key: &str, it| check.entry(&format!("{PATH}.{group}.{key}"), it, UnitOf::Thing);
        let mut specs: Vec<Spec> = self.each(file.specs, Check::spec).into_values().collect();
        specs.sort_by_key(|spec| (spec.connections, spec.new_connections, spec.requests));
        LoadBalancer {
            hourly: self.each(file.hourly, fee("hourly")),
            editions: self.each(file.editions, fee("editions")),
            traffic: self.part(&format!("{PATH}.traffic"), file.traffic, UnitOf::Data),
            bandwidth: self.part(&format!("{PATH}.bandwidth"), file.bandwidth, UnitOf::Bandwidth),
            specs,
            lcu: file.lcu.map(|it| self.lcu(it)),
        }
    }

    fn part(&mut self, path: &str, file: Option<EntryFile>, of: UnitOf) -> Option<Entry> {
        file.and_then(|it| self.entry(path, it, of))
    }

    fn spec(&mut self, key: &str, file: SpecFile) -> Option<Spec> {
        let SpecFile { connections, new_connections, requests, price, unit, source } = file;
        let entry = EntryFile { price, unit, source, tiers: Vec::new() };
        let price = self.entry(&format!("load-balancer.specs.{key}"), entry, UnitOf::Thing)?;
        Some(Spec { name: key.to_owned(), connections, new_connections, requests, price })
    }

    fn lcu(&mut self, file: LcuFile) -> Lcu {
        const PATH: &str = "load-balancer.lcu";
        let data = file.data.and_then(|text| self.bytes(&format!("{PATH}.data"), &text));
        let zero = [file.new_connections, file.connections, data.map(|it| it.0), file.rules].contains(&Some(0));
        if zero {
            self.report(Problem::new("zero-size", PATH, "a capacity unit that holds nothing"));
        }
        let price = self.optional(PATH, (file.price, file.unit, file.source), UnitOf::Lcu).flatten();
        Lcu { new_connections: file.new_connections, connections: file.connections, data, rules: file.rules, price }
    }
}
