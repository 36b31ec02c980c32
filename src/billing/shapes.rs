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
        write!(f, "{} vCPU {} GiB", self.vcpu_milli as f64 / 1e3, self.memory.as_gib_f64())
    }
}

/// The sizes a book sells by vCPU and memory. None listed: any size, charged as requested.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shapes {
    /// By vCPU, then memory: the first that fits is the nearest.
    sorted: Vec<Shape>,
}

impl Shapes {
    /// These sizes, in any order.
    pub fn new(mut shapes: Vec<Shape>) -> Shapes {
        shapes.sort_unstable();
        Shapes { sorted: shapes }
    }

    /// Every size, by vCPU and then memory.
    pub fn iter(&self) -> impl Iterator<Item = Shape> {
        self.sorted.iter().copied()
    }

    /// What `wanted` is charged as: the nearest size that has at least as much of both; nothing if none has.
    ///
    /// Nearest is read as the fewest vCPUs, then the least memory; the documentation has only examples (1.1).
    pub fn round_up(&self, wanted: Shape) -> Option<Shape> {
        if self.sorted.is_empty() {
            return Some(wanted);
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
}
