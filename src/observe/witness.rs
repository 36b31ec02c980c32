//! The lives of single requests, as `coldcast explain` tells them. Recorded only on request: an ordinary run keeps none.
//!
//! What is kept is bounded by what was asked for, never by how many requests there were.

use super::blame::Parts;
use crate::units::{SimTime, Span};

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Answered in time.
    Answered,
    /// Its client gave up.
    TimedOutClient,
    /// The gateway gave up.
    TimedOutGateway,
    /// The revision's own timeout came first.
    TimedOutRevision,
    /// Refused by a full queue of the activator.
    RefusedActivator,
    /// Refused by a full queue-proxy.
    RefusedQueueProxy,
    /// Refused because no instance may be started any more.
    RefusedLimit,
    /// Its instance was taken by the provider.
    Failed,
    /// Not ended at the horizon.
    UnderWay,
}

impl Ending {
    /// Name in files.
    pub fn name(self) -> &'static str {
        match self {
            Ending::Answered => "answered",
            Ending::TimedOutClient => "timed-out-client",
            Ending::TimedOutGateway => "timed-out-gateway",
            Ending::TimedOutRevision => "timed-out-revision",
            Ending::RefusedActivator => "rejected-activator",
            Ending::RefusedQueueProxy => "rejected-queue-proxy",
            Ending::RefusedLimit => "rejected-limit",
            Ending::Failed => "failed",
            Ending::UnderWay => "in-flight",
        }
    }

    /// Whether somebody gave up on it.
    pub fn is_timeout(self) -> bool {
        matches!(self, Ending::TimedOutClient | Ending::TimedOutGateway | Ending::TimedOutRevision)
    }

    /// Whether it has a latency: it was answered, or somebody waited until they gave up.
    pub fn has_latency(self) -> bool {
        self == Ending::Answered || self.is_timeout()
    }
}

/// An instance, as far as its life is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstanceLife {
    /// Which revision it belongs to.
    pub revision: u32,
    /// How many of that revision were started before it.
    pub ordinal: u64,
    /// When it was asked for.
    pub asked: SimTime,
    /// When each of the five steps ended; [`SimTime::NEVER`] where that was not known yet.
    pub steps: [SimTime; 5],
    /// When it was Ready, as Kubernetes counts.
    pub ready: SimTime,
    /// When requests could reach it.
    pub usable: SimTime,
    /// When it was taken out of service, if it was: from then on it is not Ready, and takes no new requests.
    pub retired: Option<SimTime>,
    /// When it was gone, where that is known.
    pub gone: Option<SimTime>,
}

/// What a request found at its revision when it reached the route, itself not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Around {
    /// Instances that requests can reach.
    pub usable: u32,
    /// Instances that are Ready, as Kubernetes counts; the usable ones among them.
    pub ready: u32,
    /// Instances on their way.
    pub starting: u32,
    /// Instances that end what they have begun.
    pub draining: u32,
    /// Requests in execution in usable instances.
    pub in_flight: u64,
    /// Requests held by the activator, or waiting in instances.
    pub waiting: u64,
    /// Whether requests go through the activator, or wait for an instance to be there.
    pub proxied: bool,
}

/// The life of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestLife {
    /// Its number in order of arrival, from 1. Requests that are alike in everything are told apart by which end is known first.
    pub number: u64,
    /// The revision it was routed to.
    pub revision: u32,
    /// When it reached the route: one gateway hop after it was sent.
    pub arrived: SimTime,
    /// That hop.
    pub gateway_hop: Span,
    /// Its time on one vCPU of relative speed 1.
    pub cpu: Span,
    /// Its waiting for something else, after that.
    pub io: Span,
    /// Whether it counts in the figures: it arrived after the warm-up.
    pub measured: bool,
    /// What it found.
    pub around: Around,
    /// How it ended.
    pub ending: Ending,
    /// When it began in an instance, if it did.
    pub begun: Option<SimTime>,
    /// Where its time went; they sum to its latency. All zero if it has none.
    pub parts: Parts,
    /// The instance that served it, or that it waited for.
    pub instance: Option<InstanceLife>,
}

impl RequestLife {
    /// From when it was sent until it was answered or given up; nothing if it was refused or is under way.
    pub fn latency(&self) -> Option<Span> {
        self.ending.has_latency().then(|| Span(self.parts.iter().sum()))
    }

    /// When it was sent, or time zero if that was before the run.
    pub fn sent(&self) -> SimTime {
        SimTime(self.arrived.0.saturating_sub(self.gateway_hop.0))
    }

    /// When it was answered or given up; where it has no latency, when it reached the route.
    pub fn end(&self) -> SimTime {
        self.latency().map_or(self.arrived, |latency| SimTime(self.arrived.0.saturating_add(latency.0).saturating_sub(self.gateway_hop.0)))
    }
}

/// Which requests somebody wants to know of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// So many with the longest latencies, among those that count in the figures.
    Slowest(usize),
    /// That with this number.
    Number(u64),
    /// The first that reaches the route at this time or later.
    At(SimTime),
    /// The first so many that timed out, among those that count in the figures.
    TimedOut(usize),
}

/// What a witness looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watch {
    /// Single requests.
    pub wanted: Wanted,
    /// And everything for a while, if that is wanted.
    pub everything: Option<Everything>,
}

/// Everything from a moment on, up to a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Everything {
    /// From when on requests are kept.
    pub from: SimTime,
    /// No more requests than this, and no more instances.
    pub limit: usize,
}

/// What a witness has seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Witnessed {
    /// How many requests arrived in all.
    pub arrived: u64,
    /// When the last of them did.
    pub last: SimTime,
    /// Those that were wanted: the slowest first, otherwise in order of arrival.
    pub lives: Vec<RequestLife>,
    /// Everything, if that was wanted.
    pub everything: Option<Scene>,
}

/// Requests and instances over a time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scene {
    /// Requests in order of arrival.
    pub requests: Vec<RequestLife>,
    /// Requests beyond the limit.
    pub requests_left_out: u64,
    /// Instances in the order in which they went.
    pub instances: Vec<InstanceLife>,
    /// Instances beyond the limit.
    pub instances_left_out: u64,
}
