//! How long a start takes on average, and the part of it that a book bills.

use crate::billing::BilledFrom;
use crate::platform::RevisionPlan;
use crate::units::Span;

/// The mean length of an instance's start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MeanStart {
    /// From the demand to the first request it can serve.
    pub(super) whole: Span,
    /// Of that, from where the meter of the scenario's book begins.
    pub(super) billed: Span,
}

impl MeanStart {
    /// Of a revision's instances, each with its CPU to itself. Nothing if some step has no mean.
    pub(super) fn of(plan: &RevisionPlan) -> Option<MeanStart> {
        let steps = &plan.cold_start.steps;
        let mut stages = steps.iter().map(|step| span(step.mean_secs())).collect::<Option<Vec<Span>>>()?;
        stages[4] = plan.cpu.alone(stages[4]);
        stages.push(span(plan.cold_start.readiness.mean_secs())?);
        stages.push(span(plan.cold_start.propagation.mean_secs())?);
        let first = match plan.meters.first()?.from {
            BilledFrom::Request | BilledFrom::ResourceAllocation => 0,
            BilledFrom::Scheduling => 1,
            BilledFrom::ImagePull => 2,
            BilledFrom::ContainerCreation => 3,
            BilledFrom::ApplicationStart => 4,
            BilledFrom::Ready => stages.len(),
        };
        let sum = |stages: &[Span]| stages.iter().fold(Span::ZERO, |sum, stage| sum + *stage);
        Some(MeanStart { whole: sum(&stages), billed: sum(&stages[first..]) })
    }
}

/// A mean, unless it is infinite or longer than thirty years.
pub(super) fn span(mean_s: f64) -> Option<Span> {
    (mean_s < 1e9).then(|| Span::from_secs_f64(mean_s))
}
