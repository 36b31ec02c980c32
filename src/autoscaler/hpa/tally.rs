//! The pods added up as one metric sees them.
//!
//! Not here: what a pod counts as (`pods`), and what follows from the sums (`proposal`).

use super::config::{Metric, Target, Timing};
use super::pods::{PodGroup, Standing};
use crate::units::SimTime;

/// Metrics of some pods, real or assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Entries {
    /// How many metrics.
    pub count: u64,
    /// Their sum over existing pods, in milli-units.
    pub usage_m: u128,
    /// What these pods request together, in milli-units.
    pub request_m: u128,
    /// The sum over pods that are gone, in milli-units.
    pub gone_m: u128,
}

/// The pods as one metric sees them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Pods that exist, whatever they count as.
    pub pods: u64,
    /// Whether a pod that exists does not say what it requests.
    pub lacks_request: bool,
    /// Counted pods.
    pub counted: u64,
    /// The metrics of counted pods and of those that are gone.
    pub entries: Entries,
    /// The unready pods, as if they used nothing.
    pub unready: Entries,
    /// The missing pods, as if they used what is assumed of them on the way down: exactly an average target; of a
    /// utilization all they request or, where the target is above 100 %, the target.
    pub missing: Entries,
}

impl Entries {
    /// Both together.
    #[must_use]
    pub fn with(self, other: Entries) -> Entries {
        Entries {
            count: self.count + other.count,
            usage_m: self.usage_m + other.usage_m,
            request_m: self.request_m + other.request_m,
            gone_m: self.gone_m + other.gone_m,
        }
    }

    /// The same pods, as if they used nothing.
    #[must_use]
    pub fn idle(self) -> Entries {
        Entries { usage_m: 0, ..self }
    }
}

impl Tally {
    /// The groups as `metric` sees them at `now`.
    pub fn new(groups: &[PodGroup], metric: &Metric, now: SimTime, timing: Timing) -> Tally {
        let mut tally = Tally::default();
        for group in groups.iter().filter(|it| it.count > 0) {
            tally.add(group, metric, group.standing(metric.measure, now, timing));
        }
        tally
    }

    fn add(&mut self, group: &PodGroup, metric: &Metric, standing: Standing) {
        let used = group.usage.of(metric.measure).map(|it| u128::from(it.total_m));
        if standing != Standing::Gone {
            self.pods += u64::from(group.count);
            self.lacks_request |= group.request.of(metric.measure).is_none();
        }
        match standing {
            Standing::Ignored => {}
            Standing::Unready => self.unready = self.unready.with(group.entries(metric, 0)),
            Standing::Missing => self.missing = self.missing.with(group.entries(metric, group.assumed_m(metric))),
            Standing::Counted => {
                self.counted += u64::from(group.count);
                self.entries = self.entries.with(group.entries(metric, used.unwrap_or(0)));
            }
            Standing::Gone => {
                let count = if used.is_some() { u64::from(group.count) } else { 0 };
                self.entries = self.entries.with(Entries { count, gone_m: used.unwrap_or(0), ..Entries::default() });
            }
        }
    }
}

impl PodGroup {
    /// The group as entries of `metric`, each pod using `usage_m` of the milli-units asked for.
    fn entries(&self, metric: &Metric, usage_m: u128) -> Entries {
        let request_m = u128::from(self.request.of(metric.measure).unwrap_or(0)) * u128::from(self.count);
        Entries { count: u64::from(self.count), usage_m, request_m, gone_m: 0 }
    }

    /// What a missing metric of this group is taken for on the way down.
    fn assumed_m(&self, metric: &Metric) -> u128 {
        let each = match metric.target {
            Target::Average(target) => u128::from(target),
            Target::Utilization(percent) => u128::from(self.request.of(metric.measure).unwrap_or(0)) * u128::from(percent.max(100)) / 100,
        };
        each * u128::from(self.count)
    }
}
