//! How many activators stand in the path, and what each may send where
//! (pkg/reconciler/autoscaling/kpa/kpa.go:computeNumActivators, pkg/activator/net/throttler.go).

use std::ops::Range;

/// Knative never uses fewer activators, if it has them.
const ACTIVATORS_MIN: i32 = 2;
/// The capacity of a revision breaker without a limit.
pub const UNLIMITED: u64 = i32::MAX as u64;

/// Activators wanted in the path of `ready` pods that carry `total` each, for a burst of `target_burst_capacity`, where
/// one activator carries `activator_capacity`; all in the metric's unit.
pub fn activator_count(ready: u32, total: f64, target_burst_capacity: f64, activator_capacity: f64) -> i32 {
    if target_burst_capacity == 0.0 {
        return ACTIVATORS_MIN;
    }
    let mut load = f64::from(ready) * total;
    if target_burst_capacity > 0.0 {
        load += target_burst_capacity;
    }
    ACTIVATORS_MIN.max((load / activator_capacity).ceil() as i32)
}

/// Requests one activator lets through to a revision at once. `container_concurrency` 0 means no limit per pod,
/// `trackers` are the pods this activator addresses one by one (0 = by cluster IP), `backends` all ready pods.
pub fn activator_capacity(container_concurrency: u32, trackers: u32, backends: u32, activators: u32) -> u64 {
    let limit = u64::from(container_concurrency);
    let by_cluster_ip = limit * u64::from(backends);
    let capacity = match (trackers, by_cluster_ip) {
        (0, 0) => 0,
        (0, _) => (by_cluster_ip / u64::from(activators.max(1))).max(1),
        (_, _) => limit * u64::from(trackers),
    };
    let unlimited = backends > 0 && (container_concurrency == 0 || capacity > UNLIMITED);
    if unlimited { UNLIMITED } else { capacity }
}

/// The pods of one activator, as places in the list sorted by address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    run: Range<usize>,
    extra: Option<usize>,
}

impl Slice {
    /// The share of activator `own` (none if it does not know its place) of `activators` among `pods` pods with a limit.
    /// Without a limit every activator sees all pods.
    pub fn new(pods: usize, activators: usize, own: Option<usize>) -> Slice {
        let whole = Slice { run: 0..pods, extra: None };
        let Some(own) = own.filter(|_| pods > 1 && activators > 1) else { return whole };
        if activators > pods {
            let pod = own % pods;
            return Slice { run: pod..pod + 1, extra: None };
        }
        let share = pods / activators;
        let rest = pods % activators;
        Slice { run: own * share..(own + 1) * share, extra: (own < rest).then(|| pods - rest + own) }
    }

    /// The places, in the order in which the activator tries them.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.run.clone().chain(self.extra)
    }
}
