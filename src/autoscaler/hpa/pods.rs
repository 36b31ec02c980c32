//! What is seen of the pods, and what each of them counts as for one metric (replica_calculator.go:groupPods).
//!
//! ```text
//! PodGroup ──► Standing: ignored · unready · missing · counted · gone ──► tally
//! ```
//!
//! Pods are given in groups, because all that matters of them are sums: a group is any number of pods of the same phase,
//! readiness, start and request; what they use may differ, for it is given as a sum. A simulator can put all pods that have
//! been ready for longer than the CPU initialization period into one group.

use super::config::{Measure, Timing};
use crate::units::{SimTime, Span};

/// Pods that differ in nothing but what they use.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PodGroup {
    /// How many.
    pub count: u32,
    /// Where they are in their life.
    pub phase: Phase,
    /// Whether they are being deleted.
    pub deleting: bool,
    /// When the kubelet took them up; none before.
    pub started: Option<SimTime>,
    /// Their Ready condition; none before they have one. A pod that has never been ready has been unready since its start.
    pub readiness: Option<Readiness>,
    /// What the metrics show of them.
    pub usage: Usage,
    /// What each of them requests.
    pub request: Requests,
}

/// Where a pod is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// Not all containers were started yet: scheduling, pulling images.
    Pending,
    /// All containers were started, and may or may not be ready.
    #[default]
    Running,
    /// A container ended in failure and is not restarted.
    Failed,
    /// Deleted already; only its metric is still shown.
    Gone,
}

/// A pod's Ready condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Readiness {
    /// Whether it is ready.
    pub ready: bool,
    /// Since when it is, or is not.
    pub since: SimTime,
}

/// What the metrics show of a group: a sample of each measure, or none.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Usage {
    /// CPU, in milli-vCPU.
    pub cpu: Option<Sample>,
    /// Memory, in thousandths of a byte.
    pub memory: Option<Sample>,
    /// Requests in flight, in thousandths.
    pub concurrency: Option<Sample>,
    /// Requests that arrive in a second, in thousandths.
    pub requests_per_second: Option<Sample>,
}

/// One measurement of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// What all pods of the group use together, in milli-units.
    pub total_m: u64,
    /// The end of the time it was averaged over.
    pub at: SimTime,
    /// The time it was averaged over.
    pub window: Span,
}

/// What each pod of a group requests; none if a container does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Requests {
    /// CPU, in milli-vCPU.
    pub cpu_m: Option<u64>,
    /// Memory, in thousandths of a byte.
    pub memory_m: Option<u64>,
}

/// What a pod counts as for one metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Not at all.
    Ignored,
    /// Not yet: its metric is dropped, and it dampens scaling up.
    Unready,
    /// There, but without a metric: it dampens scaling both ways.
    Missing,
    /// Fully.
    Counted,
    /// Not there, but with a metric: an entry without a request.
    Gone,
}

impl PodGroup {
    /// What these pods count as for `measure` at `now`; the first rule that fits.
    pub fn standing(&self, measure: Measure, now: SimTime, timing: Timing) -> Standing {
        match (self.phase, self.usage.of(measure)) {
            (Phase::Gone, _) => Standing::Gone,
            _ if self.deleting => Standing::Ignored,
            (Phase::Failed, _) => Standing::Ignored,
            (Phase::Pending, _) => Standing::Unready,
            (Phase::Running, None) => Standing::Missing,
            (Phase::Running, Some(cpu)) if measure == Measure::Cpu && !self.trusted(&cpu, now, timing) => Standing::Unready,
            (Phase::Running, Some(_)) => Standing::Counted,
        }
    }

    /// Whether the CPU shown is that of a pod at work, not of one that starts.
    fn trusted(&self, cpu: &Sample, now: SimTime, timing: Timing) -> bool {
        let (Some(started), Some(readiness)) = (self.started, self.readiness) else { return false };
        if started.saturating_add(timing.cpu_initialization) > now {
            return readiness.ready && cpu.at >= readiness.since.saturating_add(cpu.window);
        }
        let never_ready = started.saturating_add(timing.initial_readiness) > readiness.since;
        readiness.ready || !never_ready
    }
}

impl Usage {
    /// The sample of `measure`.
    pub fn of(&self, measure: Measure) -> Option<Sample> {
        match measure {
            Measure::Cpu => self.cpu,
            Measure::Memory => self.memory,
            Measure::Concurrency => self.concurrency,
            Measure::RequestsPerSecond => self.requests_per_second,
        }
    }
}

impl Requests {
    /// What is requested of `measure`, in milli-units.
    pub fn of(&self, measure: Measure) -> Option<u64> {
        match measure {
            Measure::Cpu => self.cpu_m,
            Measure::Memory => self.memory_m,
            Measure::Concurrency | Measure::RequestsPerSecond => None,
        }
    }
}

/// Running and ready pods (getReadyPodsCount): what a metric of the whole service is multiplied with.
pub fn ready_pods(groups: &[PodGroup]) -> u64 {
    let is_ready = |it: &&PodGroup| it.phase == Phase::Running && it.readiness.is_some_and(|it| it.ready);
    groups.iter().filter(is_ready).map(|it| u64::from(it.count)).sum()
}
