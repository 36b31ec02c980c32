//! What every source is: written as a [`Kind`], loaded into a [`Plan`], run as a [`Live`].

use std::sync::{Arc, OnceLock};

use super::workload::Function;
use super::{Arrival, Open};
use crate::engine::Streams;
use crate::engine::exponential::Exponential;
use crate::error::{Error, Located, Problem};
use crate::units::{Rate, SimTime, Span};

/// A kind of source as the user writes it.
pub trait Kind {
    /// What a run needs of it.
    type Plan: Plan;
    /// What is wrong with what was written.
    fn check(&self) -> Vec<Problem>;
    /// Reads its files, if it has any. Called after `check`.
    fn load(&self, files: &Files) -> Result<Loaded<Self::Plan>, Error>;
}

/// A loaded source: read-only, cheap to clone, shared by all runs.
pub trait Plan: Clone + Send + Sync {
    /// One run of it.
    type Live: Live;
    /// Begins a run at time zero with `scale` times the requests.
    fn start(&self, scale: f64, streams: Streams) -> Self::Live;
}

/// One run of a source: arrivals in order of time.
pub trait Live {
    /// The next arrival, not before the last one.
    fn next(&mut self) -> Option<Arrival>;
}

/// A loaded source, split by function if it is a trace of many.
pub struct Loaded<P> {
    /// Each function and its plan.
    pub parts: Vec<(Function, P)>,
    /// Whether each part is a service of its own.
    pub many: bool,
    /// Whether those of the same application and id are one service; otherwise they are as many.
    pub joined: bool,
    /// The length of the recording, if it is one.
    pub span: Option<Span>,
}

impl<P> Loaded<P> {
    /// A source without a recording.
    pub fn synthetic(plan: P) -> Loaded<P> {
        Loaded { parts: vec![(Function::default(), plan)], many: false, joined: false, span: None }
    }
}

/// The way to files, and the place where a file that changed under a run is reported.
#[derive(Clone)]
pub struct Files {
    /// Opens them.
    pub open: Arc<dyn Open>,
    /// The first failure after loading.
    pub failure: Arc<OnceLock<Located>>,
}

impl Files {
    /// Keeps the first failure for whoever started the run: of several runs of one file one report is enough.
    pub fn fail(&self, error: Error) {
        if let Error::Input(problems) = error
            && let Some(located) = problems.into_iter().next()
        {
            let _ = self.failure.set(located);
        }
    }
}

/// The largest rate of one source, per second. Beyond it gaps rounded to whole nanoseconds distort the rate.
const RATE_MAX: f64 = 1e6;

/// Refuses a rate that is not finite, negative or absurdly high.
pub fn check_rate(path: &str, rate: Rate) -> Option<Problem> {
    if (0.0..=RATE_MAX).contains(&rate.0) {
        return None;
    }
    let message = format!("a rate of {} per second is not between 0 and a million", rate.0);
    Some(Problem::new("rate", path, message).hint("split the traffic over several services"))
}

/// The gaps of a Poisson process of `per_second`; nothing if it is silent. At least one request in 36 years.
pub fn gaps(per_second: f64) -> Option<Exponential> {
    const LONGEST: f64 = ((1u64 << 60) - 1) as f64;
    (per_second > 0.0).then(|| Exponential::new((1e9 / per_second).round().min(LONGEST) as u64))
}

/// `at` moved by `span`; nothing at the end of the clock (292 years).
#[inline]
pub fn later(at: SimTime, span: Span) -> Option<SimTime> {
    at.0.checked_add(span.0).filter(|ns| *ns < 1 << 63).map(SimTime)
}

/// Uniform in [0, 1).
#[inline]
pub fn unit(rng: &mut crate::engine::Rng) -> f64 {
    use rand::Rng as _;
    (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}

/// A unit exponential: in 2⁻⁴⁰ths.
pub fn unit_exponential(rng: &mut crate::engine::Rng) -> f64 {
    const ONE: u64 = 1 << 40;
    Exponential::new(ONE).sample_ns(rng) as f64 / ONE as f64
}
