//! How many replicas a metric of the whole service wants: the types `Object` and `External` (replica_calculator.go:
//! getUsageRatioReplicaCount, GetObjectPerPodMetricReplicas).
//!
//! No key of the specification leads here yet: every metric that can be written is one of pods.

use super::config::Tolerance;
use super::proposal::scaled;

/// Replicas for a total of `total_m` that should be `target_m`, both in milli-units.
///
/// From zero replicas, which only this type can leave, it wants as many as the target fits into the total.
pub fn by_value(current: u32, ready_pods: u64, total_m: u64, target_m: u64, tolerance: Tolerance) -> u32 {
    let ratio = total_m as f64 / target_m as f64;
    match current {
        0 => scaled(ratio, 1),
        current if tolerance.holds(ratio) => current,
        _ => scaled(ratio, ready_pods),
    }
}

/// Replicas for a total of `total_m` of which each replica should carry `target_m`, both in milli-units.
pub fn by_average_value(current: u32, total_m: u64, target_m: u64, tolerance: Tolerance) -> u32 {
    let ratio = total_m as f64 / (target_m as f64 * f64::from(current));
    if tolerance.holds(ratio) { current } else { scaled(total_m as f64 / target_m as f64, 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_zero_the_total_alone_decides() {
        assert_eq!(by_value(0, 0, 2_500, 1_000, Tolerance::both(0.1)), 3);
        assert_eq!(by_value(0, 0, 0, 1_000, Tolerance::both(0.1)), 0);
        assert_eq!(by_average_value(0, 2_500, 1_000, Tolerance::both(0.1)), 3);
    }
}
