//! Exponential draws by an integer ziggurat: no floating point on the common path.
//!
//! Marsaglia and Tsang's method with 256 layers; 98.9 % of the draws take one table row, one comparison and two
//! multiplications (`specs/speed-study.md` B1: 74 instructions for two draws against 150 by way of floats). The
//! common path rounds down to a whole nanosecond, the tail and the wedges to the nearest.

use std::fmt;
use std::sync::LazyLock;

use rand::Rng as _;

use super::Rng;

/// Right edge of the rectangular layers, and the area of each (Marsaglia and Tsang 2000, 256 layers).
const R: f64 = 7.697_117_470_131_05;
const V: f64 = 0.003_949_659_822_581_557;

struct Table {
    /// Layer i: (x_{i+1} / x_i in Q56, x_i in Q60).
    rows: [(u64, u64); 256],
    x: [f64; 257],
    /// e^-x.
    y: [f64; 257],
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut x = [0.0; 257];
    x[0] = V / libm::exp(-R);
    x[1] = R;
    for i in 2..256 {
        x[i] = -libm::log(V / x[i - 1] + libm::exp(-x[i - 1]));
    }
    let row = |i: usize| ((x[i + 1] / x[i] * (1u64 << 56) as f64) as u64, (x[i] * (1u64 << 60) as f64) as u64);
    Table { rows: std::array::from_fn(row), x, y: x.map(|x| libm::exp(-x)) }
});

/// An exponential distribution of whole nanoseconds.
#[derive(Clone, Copy)]
pub struct Exponential {
    mean_ns: u64,
    /// One for all: at hand, because it is asked for with every draw.
    table: &'static Table,
}

impl PartialEq for Exponential {
    fn eq(&self, other: &Exponential) -> bool {
        self.mean_ns == other.mean_ns
    }
}

impl Eq for Exponential {}

impl fmt::Debug for Exponential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exponential").field("mean_ns", &self.mean_ns).finish_non_exhaustive()
    }
}

impl Exponential {
    /// With this mean, below 2⁶⁰ ns (36 years).
    pub fn new(mean_ns: u64) -> Exponential {
        assert!(mean_ns < 1 << 60, "a mean of {mean_ns} ns is over 36 years");
        Exponential { mean_ns, table: &TABLE }
    }

    /// The mean, in nanoseconds.
    pub fn mean_ns(self) -> u64 {
        self.mean_ns
    }

    /// One draw, in nanoseconds.
    #[inline(always)]
    pub fn sample_ns(self, rng: &mut Rng) -> u64 {
        let bits = rng.next_u64();
        let (layer, u) = ((bits & 255) as usize, bits >> 8);
        let (edge, width) = self.table.rows[layer];
        if u < edge {
            let x_q60 = high(u << 8, width);
            return high(x_q60, self.mean_ns << 4);
        }
        (self.table.unlikely(layer, u, rng) * self.mean_ns as f64).round() as u64
    }
}

/// The upper half of a product.
#[inline]
fn high(a: u64, b: u64) -> u64 {
    ((u128::from(a) * u128::from(b)) >> 64) as u64
}

impl Table {
    /// The tail and the wedges: about one draw in a hundred.
    #[cold]
    #[inline(never)]
    fn unlikely(&self, mut layer: usize, mut u: u64, rng: &mut Rng) -> f64 {
        loop {
            let x = u as f64 / (1u64 << 56) as f64 * self.x[layer];
            if layer == 0 {
                if u < self.rows[0].0 {
                    return x;
                }
                return R - libm::log(unit(rng));
            }
            let (low, high) = (self.y[layer], self.y[layer + 1]);
            if u < self.rows[layer].0 || low + unit(rng) * (high - low) < libm::exp(-x) {
                return x;
            }
            let bits = rng.next_u64();
            (layer, u) = ((bits & 255) as usize, bits >> 8);
        }
    }
}

/// Uniform in (0, 1]: never zero, so that its logarithm is finite.
pub(super) fn unit(rng: &mut Rng) -> f64 {
    ((rng.next_u64() >> 11) + 1) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Streams;

    /// Mean, second moment and tail beyond x, each within four standard errors of the exact value.
    #[test]
    fn moments_and_tail_are_those_of_the_exponential() {
        const N: u64 = 2_000_000;
        let (mut rng, law) = (Streams::new(1, 0).rng(), Exponential::new(1_000_000_000));
        let draws: Vec<f64> = (0..N).map(|_| law.sample_ns(&mut rng) as f64 / 1e9).collect();
        let check = |what: &str, f: &dyn Fn(f64) -> f64, exact: f64, variance: f64| {
            let mean = draws.iter().map(|x| f(*x)).sum::<f64>() / N as f64;
            let error = (variance / N as f64).sqrt();
            assert!((mean - exact).abs() < 4.0 * error, "{what}: {mean} is not {exact} ± {error}");
        };
        check("mean", &|x| x, 1.0, 1.0);
        check("second moment", &|x| x * x, 2.0, 20.0);
        for edge in [0.5, 1.0, 3.0, 7.6, 7.8, 10.0_f64] {
            let p = libm::exp(-edge);
            check(&format!("tail beyond {edge}"), &|x| f64::from(x > edge), p, p * (1.0 - p));
        }
    }
}
