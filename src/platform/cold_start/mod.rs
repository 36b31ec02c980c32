//! The five serial steps from "an instance is wanted" to "its application is ready", and what comes after them.
//!
//! ```text
//! asked for ─► resource allocation ─► scheduling ─► image pull ─► container creation ─► application start ─► ready
//!           ready ─► endpoints propagate ─► the activator probes ─► usable
//! ```
//!
//! The decision before the first step is not here: it comes from the autoscaler's own loop. Each step is a
//! distribution; a profile gives all of them with their sources (`profiles.yaml`), and any can be overridden.

mod failures;
mod profile;
mod spec;

pub use failures::{Failures, FailuresSpec};
pub use profile::{PROFILES, Profile, Profiles, PullSpec};
pub use spec::ColdStartSpec;

use crate::billing::BilledFrom;
use crate::engine::{Dist, Streams};
use crate::observe::Part;
use crate::units::{Bytes, SimTime, Span};

/// The steps of a revision's cold starts, ready to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct ColdStart {
    /// The five steps, in the order of [`Part::STEPS`]; the last, the application's start, is time on one vCPU.
    pub steps: [Dist; 5],
    /// From the application's start to the pod's Ready.
    pub readiness: Dist,
    /// From Ready to known by everyone who sends requests.
    pub propagation: Dist,
    /// Which steps fail and are tried again, if any does.
    pub failures: Option<Failures>,
    /// The waiting (I/O) of the first request in an instance, in place of the request's own.
    pub first_request: Option<Dist>,
    /// Size of the image that is pulled, where it was given; for reports only.
    pub image: Option<Bytes>,
}

/// What follows the first four steps of a start: an application that uses CPU until it is up, and what others do then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Application {
    /// What its start asks of a CPU: time on one vCPU of relative speed 1.
    pub cpu: Span,
    readiness: Span,
    propagation: Span,
    /// How often it was tried before.
    tries: u32,
    /// How long is waited until it is tried again; nothing if this try succeeds.
    pub retry: Option<Span>,
}

/// When the stages of one instance's start end; [`SimTime::NEVER`] while that is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// When it was asked for.
    pub asked: SimTime,
    /// When each of the five steps ended.
    pub steps: [SimTime; 5],
    /// When it was Ready, as Kubernetes counts.
    pub ready: SimTime,
    /// When requests could reach it.
    pub usable: SimTime,
}

impl Start {
    /// An instance that is asked for; nothing of its start is known.
    pub fn asked(now: SimTime) -> Start {
        Start { asked: now, steps: [SimTime::NEVER; 5], ready: SimTime::NEVER, usable: SimTime::NEVER }
    }

    /// An instance that stood before the run began.
    pub fn standing() -> Start {
        Start { asked: SimTime::ZERO, steps: [SimTime::ZERO; 5], ready: SimTime::ZERO, usable: SimTime::ZERO }
    }

    /// The application is up: when the rest of the start ends is known too.
    pub fn application_up(&mut self, at: SimTime, application: &Application) {
        self.steps[4] = at;
        self.ready = at.saturating_add(application.readiness);
        self.usable = self.ready.saturating_add(application.propagation);
    }

    /// When the meter of a price book starts.
    pub fn metered_from(&self, from: BilledFrom) -> SimTime {
        match from {
            BilledFrom::Request | BilledFrom::ResourceAllocation => self.asked,
            BilledFrom::Scheduling => self.steps[0],
            BilledFrom::ImagePull => self.steps[1],
            BilledFrom::ContainerCreation => self.steps[2],
            BilledFrom::ApplicationStart => self.steps[3],
            BilledFrom::Ready => self.usable,
        }
    }
}

impl ColdStart {
    /// Draws the start of the instance whose streams these are, begun at `now`, up to the application: how long that takes
    /// depends on the CPU it gets.
    ///
    /// Every step has a stream of its own, so the pull of the seventh instance is the same under every policy.
    pub fn draw(&self, now: SimTime, streams: Streams) -> (Start, Application) {
        let mut at = now;
        let mut start = Start::asked(now);
        for (step, (end, dist)) in start.steps.iter_mut().zip(&self.steps).enumerate().take(failures::APPLICATION) {
            let streams = streams.child(Part::STEPS[step].name());
            let added = self.failures.as_ref().map_or(Span::ZERO, |it| it.add_to(step, dist, streams));
            at = at.saturating_add(draw(dist, streams)).saturating_add(added);
            *end = at;
        }
        (start, self.try_application(0, streams))
    }

    /// The `n`th try of the application's start of that instance, counted from 0.
    fn try_application(&self, n: u32, streams: Streams) -> Application {
        let own = streams.child(Part::AppStart.name());
        let dist = &self.steps[failures::APPLICATION];
        Application {
            cpu: if n == 0 { draw(dist, own) } else { failures::again(dist, n, own) },
            readiness: draw(&self.readiness, streams.child("readiness")),
            propagation: draw(&self.propagation, streams.child("propagation")),
            tries: n,
            retry: self.failures.as_ref().and_then(|it| it.after(failures::APPLICATION, n, own)),
        }
    }

    /// The try after this one.
    pub fn next_try(&self, application: &Application, streams: Streams) -> Application {
        self.try_application(application.tries + 1, streams)
    }
}

fn draw(dist: &Dist, streams: Streams) -> Span {
    match dist {
        Dist::Constant(span) => *span,
        _ => dist.sample(&mut streams.rng()),
    }
}
