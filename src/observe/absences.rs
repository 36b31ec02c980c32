//! When reserves stood in for standard instances: how often, and for how long.

/// Idle gaps of services with a reserve, over the measured time.
///
/// A gap is counted from the start of the swap (the decision to scale to zero) to the first request, which begins the
/// hand-over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Absences {
    /// Swaps that came to their end: the reserve stood in.
    pub swaps: u64,
    /// Gaps that a request ended before the horizon did.
    pub ended: u64,
    /// Swaps that were called off, since the service was wanted again before its reserve was there.
    pub called_off: u64,
    /// The length of the gaps, summed, in nanoseconds; of the last one as far as the horizon.
    pub away_ns: u128,
}

impl Absences {
    /// Adds those of another service or replication.
    pub fn merge(&mut self, other: &Absences) {
        self.swaps += other.swaps;
        self.ended += other.ended;
        self.called_off += other.called_off;
        self.away_ns += other.away_ns;
    }

    /// The mean length of a gap, in seconds; nothing without one.
    pub fn gap_mean_s(&self) -> Option<f64> {
        (self.swaps > 0).then(|| self.away_ns as f64 / 1e9 / self.swaps as f64)
    }
}
