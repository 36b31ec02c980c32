//! A revision: its instances, the requests held for it, and who decides how many instances there are.

use super::deadlines::Deadlines;
use super::deployment::Deployment;
use super::free::Free;
use super::hpa::HpaLoop;
use super::idle::Idle;
use super::instance::Instance;
use super::knative::Knative;
use super::lane::Lane;
use super::linked::Linked;
use super::plan::{RevisionPlan, ScalerPlan};
use super::request::Request;
use super::stand_in::StandIn;
use crate::autoscaler::fixed::FixedQueue;
use crate::autoscaler::keep_alive::KeepAliveSpec;
use crate::engine::Streams;
use crate::units::SimTime;

/// A revision as it runs.
#[derive(Debug)]
pub(super) struct Revision<'a> {
    /// What it is.
    pub plan: &'a RevisionPlan,
    /// The revision whose requests its instances serve: itself, or the one it is a reserve for.
    pub serves: u32,
    /// The further kinds its instances may be bought as, in the order in which they are tried.
    pub other_kinds: std::ops::Range<u32>,
    /// What stands in for it while it has scaled to zero.
    pub reserve: Option<Box<StandIn>>,
    /// The activators it may have in its path, each with what it holds; one where there is no Knative.
    pub lanes: Vec<Lane>,
    /// How many of them are in the path: the first ones.
    pub in_path: u8,
    /// When the clients of the requests that run on a shared CPU give up.
    pub running: Deadlines,
    /// How many instances were ever started.
    pub started: u64,
    /// Starting instances, in the order in which they were asked for.
    pub starting: Linked,
    /// How many take no new requests but are not gone.
    pub draining: u32,
    /// How many are starting.
    pub starting_count: u32,
    /// Ready instances (usable or nearly), in the order in which they became so.
    pub ready: Vec<u32>,
    /// Usable instances in no order; each knows its position.
    pub usable: Vec<u32>,
    /// The position among the usable that the gateway's round robin chose last.
    pub last_turn: u32,
    /// How many instances are wanted.
    pub deployment: Deployment,
    /// Who decides.
    pub scaler: Scaler<'a>,
    /// The streams of its instances' starts.
    pub starts: Streams,
    /// Whether it has ever had as many ready instances as it starts with.
    pub was_ready: bool,
    /// Whether the route has ever pointed at it.
    pub was_routed: bool,
}

/// Who decides how many instances there are, as it runs.
#[derive(Debug)]
pub enum Scaler<'a> {
    /// Nobody.
    Fixed(FixedQueue),
    /// Requests themselves.
    KeepAlive(KeepAlive<'a>),
    /// Knative's pod autoscaler and its reconciler.
    Kpa(Box<Knative>),
    /// Kubernetes' horizontal pod autoscaler.
    Hpa(Box<HpaLoop<'a>>),
}

/// A keep-alive pool.
#[derive(Debug)]
pub struct KeepAlive<'a> {
    /// Its rules.
    pub spec: &'a KeepAliveSpec,
    /// Usable instances with a free place, by the rule of choice.
    pub free: Free,
    /// Idle instances, by when they go.
    pub idle: Idle,
    /// A starting instance that can take another request.
    pub opening: Option<u32>,
}

impl<'a> Revision<'a> {
    /// A revision without instances yet, of which so many will stand when the run begins.
    pub fn new(plan: &'a RevisionPlan, streams: Streams, standing: u32, reachable: bool) -> Revision<'a> {
        let scaler = match &plan.scaler {
            ScalerPlan::Fixed(spec) => Scaler::Fixed(spec.queue),
            ScalerPlan::KeepAlive(spec) => {
                let idle = Idle::new(spec, streams.child(&plan.name));
                let free = Free::new(spec.choice, plan.concurrency == 1 && idle.is_in_order());
                Scaler::KeepAlive(KeepAlive { spec, free, idle, opening: None })
            }
            ScalerPlan::Kpa(config) => {
                Scaler::Kpa(Box::new(Knative::new(config, plan.created, standing, reachable, plan.activators, streams.child(&plan.name))))
            }
            ScalerPlan::Hpa(it) => Scaler::Hpa(Box::new(HpaLoop::new(it, &plan.name, plan.created, streams))),
        };
        Revision {
            plan,
            serves: 0,
            other_kinds: 0..0,
            reserve: None,
            lanes: (0..plan.activators).map(|_| Lane::default()).collect(),
            in_path: 1,
            running: Deadlines::default(),
            started: 0,
            starting: Linked::default(),
            draining: 0,
            starting_count: 0,
            ready: Vec::new(),
            usable: Vec::new(),
            last_turn: u32::MAX,
            deployment: Deployment::new(standing),
            scaler,
            starts: streams.child(&plan.name).child("starts"),
            was_ready: false,
            was_routed: plan.created == SimTime::ZERO,
        }
    }

    /// Whether the route points at it, as far as anybody minds.
    pub fn is_reachable(&self) -> bool {
        !matches!(&self.scaler, Scaler::Kpa(knative) if !knative.is_reachable())
    }

    /// Starting, ready or usable; draining ones are not counted.
    #[inline]
    pub fn wanted_alive(&self) -> u32 {
        self.starting_count + self.ready.len() as u32
    }

    /// On their way to being usable.
    pub fn coming(&self) -> u32 {
        self.wanted_alive() - self.usable.len() as u32
    }

    /// How many requests its activators hold.
    pub fn held_len(&self) -> usize {
        self.lanes.iter().map(|lane| lane.held.len()).sum()
    }

    /// Takes a held request, whoever holds it.
    pub fn pop_held(&mut self) -> Option<Request> {
        self.lanes.iter_mut().find_map(|lane| lane.held.pop())
    }

    /// Whether its activators reserve places in its instances.
    #[inline]
    pub fn reserves_places(&self) -> bool {
        self.plan.concurrency > 0 && !matches!(self.scaler, Scaler::KeepAlive(_))
    }

    /// An instance has a free place: whoever chooses may choose it. When it goes if nobody does.
    #[inline]
    pub fn mark_free(&mut self, slot: u32, instance: &Instance) -> SimTime {
        let Scaler::KeepAlive(pool) = &mut self.scaler else { return SimTime::NEVER };
        pool.free.insert(slot, instance.ordinal);
        if instance.in_flight > 0 {
            return SimTime::NEVER;
        }
        pool.idle.push(slot, instance.idle_since)
    }

    /// An instance has one place less.
    #[inline]
    pub fn fill_place(&mut self, slot: u32, instance: &Instance) {
        let full = !self.has_place(instance.in_flight);
        let Scaler::KeepAlive(pool) = &mut self.scaler else { return };
        if instance.in_flight == 1 {
            pool.idle.remove(slot);
        }
        if full {
            pool.free.remove(slot, instance.ordinal);
        }
    }

    /// Whether an instance with this many requests can take another.
    #[inline]
    pub fn has_place(&self, in_flight: u32) -> bool {
        self.plan.concurrency == 0 || in_flight < self.plan.concurrency
    }
}
