//! How many nodes a set of pods needs: first fit, the largest first, replicas of one component on different nodes.

use super::super::{NodePrice, Shape};

/// Replicas of a shape that must not share a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) pod: Shape,
    pub(super) replicas: u32,
}

#[derive(Debug)]
struct Open {
    vcpu_milli: u64,
    bytes: u64,
    /// The last group that put a pod here.
    group: usize,
}

/// The nodes that these groups need; nothing if a pod is larger than a node.
pub(super) fn nodes(node: &NodePrice, groups: &[Group]) -> Option<u64> {
    let mut order: Vec<usize> = (0..groups.len()).collect();
    let size = |group: &Group| {
        let of = |part: u64, whole: u64| part as f64 / whole as f64;
        of(group.pod.vcpu_milli, node.allocatable.vcpu_milli).max(of(group.pod.memory.0, node.allocatable.memory.0))
    };
    order.sort_by(|a, b| size(&groups[*b]).total_cmp(&size(&groups[*a])));
    let mut opened: Vec<Open> = Vec::new();
    for group in order {
        let Group { pod, replicas } = groups[group];
        if node.pods(pod) == 0 {
            return None;
        }
        for _ in 0..replicas {
            let fits = |it: &&mut Open| it.group != group && it.vcpu_milli >= pod.vcpu_milli && it.bytes >= pod.memory.0;
            match opened.iter_mut().find(fits) {
                Some(it) => *it = Open { vcpu_milli: it.vcpu_milli - pod.vcpu_milli, bytes: it.bytes - pod.memory.0, group },
                None => {
                    let (vcpu_milli, bytes) = (node.allocatable.vcpu_milli - pod.vcpu_milli, node.allocatable.memory.0 - pod.memory.0);
                    opened.push(Open { vcpu_milli, bytes, group });
                }
            }
        }
    }
    Some(opened.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Bytes, Price, Span};

    fn shape(vcpu_milli: u64, gib: u64) -> Shape {
        Shape { vcpu_milli, memory: Bytes::from_gib(gib) }
    }

    #[test]
    fn replicas_are_spread_and_small_pods_fill_the_gaps() {
        let price = Price { nanos: 1, per: Span::from_secs(3600) };
        let node = NodePrice { name: "n".to_owned(), allocatable: shape(4000, 8), price };
        let group = |vcpu_milli, gib, replicas| Group { pod: shape(vcpu_milli, gib), replicas };
        let cases: [(&[Group], Option<u64>); 5] = [
            (&[], Some(0)),
            (&[group(100, 1, 3)], Some(3)),
            (&[group(100, 1, 1), group(100, 1, 1)], Some(1)),
            (&[group(1000, 1, 1), group(3000, 1, 1), group(1000, 1, 1)], Some(2)),
            (&[group(100, 9, 1)], None),
        ];
        for (groups, expected) in cases {
            assert_eq!(nodes(&node, groups), expected, "{groups:?}");
        }
    }
}
