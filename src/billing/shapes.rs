//! The sizes of instance that exist, and which one a request is charged as.

use std::fmt;

use crate::units::Bytes;

/// A size of instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape {
    /// vCPUs, in thousandths.
    pub vcpu_milli: u64,
    /// Memory.
    pub memory: Bytes,
}

impl fmt::Display for Shape {
    /// `0.5 vCPU 1 GiB`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gib = (self.memory.as_gib_f64() * 1e3).round() / 1e3;
        write!(f, "{} vCPU {gib} GiB", self.vcpu_milli as f64 / 1e3)
    }
}

/// The sizes a book sells by vCPU and memory: a list, or rules. Neither: any size, charged as requested.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shapes {
    /// By vCPU, then memory: the first that fits is the nearest.
    sorted: Vec<Shape>,
    rule: SizeRule,
}

/// How a request is rounded up where sizes are not listed one by one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SizeRule {
    /// Numbers of vCPUs that exist, in thousandths, ascending; empty: any.
    pub vcpu_milli: Vec<u64>,
    /// Memory comes in multiples of this; zero: any amount.
    pub memory_step: Bytes,
    /// The least memory.
    pub memory_min: Bytes,
    /// The most memory; nothing: no limit.
    pub memory_max: Option<Bytes>,
    /// The least memory a vCPU.
    pub memory_per_vcpu_min: Bytes,
    /// The most memory a vCPU; nothing: no limit.
    pub memory_per_vcpu_max: Option<Bytes>,
}

impl SizeRule {
    /// The least size that has at least as much of both.
    fn round_up(&self, wanted: Shape) -> Option<Shape> {
        let needed = self.memory_per_vcpu_max.map_or(0, |most| (u128::from(wanted.memory.0) * 1000).div_ceil(u128::from(most.0)) as u64);
        let vcpu_milli = wanted.vcpu_milli.max(needed);
        let vcpu_milli = match self.vcpu_milli.as_slice() {
            [] => vcpu_milli,
            sizes => *sizes.iter().find(|size| **size >= vcpu_milli)?,
        };
        let least = (u128::from(self.memory_per_vcpu_min.0) * u128::from(vcpu_milli)).div_ceil(1000) as u64;
        let bytes = wanted.memory.0.max(self.memory_min.0).max(least);
        let memory = Bytes(if self.memory_step.0 > 0 { bytes.next_multiple_of(self.memory_step.0) } else { bytes });
        self.memory_max.is_none_or(|most| memory <= most).then_some(Shape { vcpu_milli, memory })
    }
}

impl Shapes {
    /// These sizes, in any order.
    pub fn new(mut shapes: Vec<Shape>) -> Shapes {
        shapes.sort_unstable();
        Shapes { sorted: shapes, rule: SizeRule::default() }
    }

    /// Every size that follows the rule.
    pub fn by_rule(rule: SizeRule) -> Shapes {
        Shapes { sorted: Vec::new(), rule }
    }

    /// Every listed size, by vCPU and then memory.
    pub fn iter(&self) -> impl Iterator<Item = Shape> {
        self.sorted.iter().copied()
    }

    /// What `wanted` is charged as: the nearest size that has at least as much of both; nothing if none has.
    ///
    /// Nearest is read as the fewest vCPUs, then the least memory; the documentation has only examples (1.1).
    pub fn round_up(&self, wanted: Shape) -> Option<Shape> {
        if self.sorted.is_empty() {
            return self.rule.round_up(wanted);
        }
        self.iter().find(|shape| shape.vcpu_milli >= wanted.vcpu_milli && shape.memory >= wanted.memory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape((vcpu_milli, gib): (u64, u64)) -> Shape {
        Shape { vcpu_milli, memory: Bytes::from_gib(gib) }
    }

    #[test]
    fn the_nearest_size_has_enough_of_both() {
        let shapes = Shapes::new([(8000, 14), (1000, 2), (500, 1), (8000, 16), (1000, 8)].map(shape).to_vec());
        let cases = [((7000, 13), Some((8000, 14))), ((300, 1), Some((500, 1))), ((500, 2), Some((1000, 2))), ((8000, 17), None)];
        for (wanted, charged) in cases {
            assert_eq!(shapes.round_up(shape(wanted)), charged.map(shape), "{wanted:?}");
        }
    }

    #[test]
    fn without_a_list_every_size_exists() {
        assert_eq!(Shapes::default().round_up(shape((1234, 5))), Some(shape((1234, 5))));
    }

    #[test]
    fn rules_raise_whichever_is_too_small() {
        const MIB: u64 = 1 << 20;
        let mib = |n| Bytes(n * MIB);
        let lambda = SizeRule {
            memory_step: mib(1),
            memory_min: mib(128),
            memory_max: Some(mib(10_240)),
            memory_per_vcpu_min: mib(1769),
            ..SizeRule::default()
        };
        let of = |rule: &SizeRule, vcpu_milli, memory| rule.round_up(Shape { vcpu_milli, memory: mib(memory) });
        assert_eq!(of(&lambda, 1000, 1024), Some(Shape { vcpu_milli: 1000, memory: mib(1769) }), "a vCPU comes with 1769 MB");
        assert_eq!(of(&lambda, 50, 64), Some(Shape { vcpu_milli: 50, memory: mib(128) }));
        assert_eq!(of(&lambda, 6000, 1024), None);
        let pairs = SizeRule {
            vcpu_milli: vec![250, 500, 1000],
            memory_per_vcpu_min: mib(2048),
            memory_per_vcpu_max: Some(mib(2048)),
            ..SizeRule::default()
        };
        assert_eq!(of(&pairs, 300, 100), Some(Shape { vcpu_milli: 500, memory: mib(1024) }));
        assert_eq!(of(&pairs, 100, 1500), Some(Shape { vcpu_milli: 1000, memory: mib(2048) }));
        assert_eq!(of(&pairs, 100, 4096), None);
    }
}
