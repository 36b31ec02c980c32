//! Nodes of one's own: what a share of one costs, and what is paid for that no instance uses.

use super::bill::{Line, LineKind, Quantity};
use super::book::{Book, Node};
use super::{Shape, rational};
use crate::error::{Problem, did_you_mean};
use crate::units::{Bytes, Money, Price};

/// A node as instances see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodePrice {
    /// Its type.
    pub name: String,
    /// What it has for instances, once system and kubelet have theirs.
    pub allocatable: Shape,
    /// Of the whole node.
    pub price: Price,
}

impl Book {
    /// The node that instances run on under this book; nothing if it sells instances themselves.
    pub fn node(&self) -> Option<NodePrice> {
        self.node.as_ref().map(|node| self.node_of(node).expect("the book was checked"))
    }

    /// A node of a type of this book. The problem's path is `type`.
    pub fn node_of(&self, node: &Node) -> Result<NodePrice, Problem> {
        let Some(it) = self.types.get(&node.type_name) else {
            let message = format!("unknown instance type `{}` in the price book `{}`", node.type_name, self.name);
            let hint = did_you_mean(&node.type_name, self.types.keys().map(String::as_str));
            return Err(Problem::new("unknown-instance-type", "type", message).hint(hint));
        };
        let Some(entry) = &it.price else { return Err(self.missing("type", &format!("`{}`", node.type_name))) };
        let left = (it.shape.vcpu_milli.checked_sub(node.reserved_vcpu_milli), it.shape.memory.0.checked_sub(node.reserved_bytes));
        match left {
            (Some(vcpu_milli @ 1..), Some(bytes @ 1..)) => {
                let allocatable = Shape { vcpu_milli, memory: Bytes(bytes) };
                Ok(NodePrice { name: node.type_name.clone(), allocatable, price: entry.price.per_time() })
            }
            _ => Err(Problem::new("bad-size", "type", format!("what is reserved leaves no room on a `{}`", node.type_name))),
        }
    }
}

impl NodePrice {
    /// How many pods of this shape fit on one.
    pub fn pods(&self, pod: Shape) -> u64 {
        (self.allocatable.vcpu_milli / pod.vcpu_milli.max(1)).min(self.allocatable.memory.0 / pod.memory.0.max(1))
    }

    /// What a pod of this shape costs: its larger share of the node (of vCPU or of memory) of the node's price. Nothing if
    /// the pod does not fit, or cannot be priced exactly.
    pub fn share(&self, pod: Shape) -> Option<Price> {
        const MIB: u64 = 1 << 20;
        if self.pods(pod) == 0 {
            return None;
        }
        let (cpu, cpu_of) = (pod.vcpu_milli, self.allocatable.vcpu_milli);
        let (memory, memory_of) = (pod.memory.0.div_ceil(MIB), (self.allocatable.memory.0 / MIB).max(1));
        let cpu_is_larger = u128::from(cpu) * u128::from(memory_of) >= u128::from(memory) * u128::from(cpu_of);
        let (part, of) = if cpu_is_larger { (cpu, cpu_of) } else { (memory, memory_of) };
        rational::times(self.price, part, of)
    }

    /// The line for what nodes cost beyond what the pods on them are billed: `node_ns` of nodes, summed, less `billed`.
    pub fn waste(&self, node_ns: u128, billed: Money) -> Line {
        let rest = (self.price.of(node_ns) - billed).max(Money::ZERO);
        Line { item: Some(format!("{}, unused", self.name)), ..Line::new(LineKind::Nodes, Quantity::InstanceTime(node_ns), rest) }
    }
}
