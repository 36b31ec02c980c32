//! The witness: writes down the lives of single requests, where somebody wants to know of them.
//!
//! ```text
//! arrive ─► a number, and what was around ─► ledger of those under way ─► end: kept if it is one of those wanted
//! ```
//!
//! A request carries no number through the system. The ledger finds it again by what it is, so a run without a witness pays
//! nothing; requests that are alike in everything are told apart by which end is known first. Memory grows with what is under way
//! and with what was asked for.

use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};

use super::instance::Instance;
use super::record::{Recorder, Refused};
use super::request::{GivesUp, Request};
use super::world::World;
use crate::observe::blame::{Part, Parts};
use crate::observe::witness::{Around, Ending, Everything, InstanceLife, RequestLife, Scene, Wanted, Watch, Witnessed};
use crate::units::{SimTime, Span};

/// Watches one service's run.
#[derive(Debug)]
pub struct Witness {
    watch: Watch,
    warmup: SimTime,
    arrived: u64,
    last: SimTime,
    /// The number of the only request that is wanted, once it is known.
    only: Option<u64>,
    under_way: BTreeMap<SimTime, VecDeque<Known>>,
    /// The best so far, the best first.
    best: BTreeMap<(Reverse<u64>, u64), RequestLife>,
    scene: Scene,
    /// Requests that arrived while everything was wanted.
    seen: u64,
}

/// A request under way.
#[derive(Debug)]
struct Known {
    request: Request,
    number: u64,
    around: Around,
    /// Whether it is one of everything.
    in_scene: bool,
}

/// How a request ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct End<'a> {
    /// How.
    pub ending: Ending,
    /// Where its time went, but for the gateway's hop.
    pub parts: Parts,
    /// When it began in an instance.
    pub begun: Option<SimTime>,
    /// The instance that served it, or that it waited for.
    pub instance: Option<&'a Instance>,
}

impl End<'_> {
    /// Of a request that has no latency.
    pub fn without_latency(ending: Ending) -> End<'static> {
        End { ending, parts: Parts::default(), begun: None, instance: None }
    }
}

impl Witness {
    /// Looks for these requests in a run whose warm-up ends at `warmup`.
    pub fn new(watch: Watch, warmup: SimTime) -> Witness {
        Witness {
            watch,
            warmup,
            arrived: 0,
            last: SimTime::ZERO,
            only: if let Wanted::Number(number) = watch.wanted { Some(number) } else { None },
            under_way: BTreeMap::new(),
            best: BTreeMap::new(),
            scene: Scene::default(),
            seen: 0,
        }
    }

    fn arrived(&mut self, request: &Request, around: Around) {
        self.arrived += 1;
        self.last = request.arrived;
        let number = self.arrived;
        if let (Wanted::At(at), None) = (self.watch.wanted, self.only)
            && request.arrived >= at
        {
            self.only = Some(number);
        }
        let in_scene = self.watch.everything.is_some_and(|it| self.enters_scene(it, request));
        self.under_way.entry(request.arrived).or_default().push_back(Known { request: *request, number, around, in_scene });
    }

    fn enters_scene(&mut self, everything: Everything, request: &Request) -> bool {
        if request.arrived < everything.from {
            return false;
        }
        self.seen += 1;
        let fits = self.seen <= everything.limit as u64;
        self.scene.requests_left_out += u64::from(!fits);
        fits
    }

    fn ended(&mut self, request: &Request, end: &End) {
        let mut end = *end;
        if end.ending.has_latency() {
            end.parts[Part::Hops as usize] += request.gateway_hop.0;
        }
        self.keep(request, &end, request.gateway_hop);
    }

    fn keep(&mut self, request: &Request, end: &End, gateway_hop: Span) {
        let known = self.take(request);
        let life = RequestLife {
            number: known.number,
            revision: request.revision,
            arrived: request.arrived,
            gateway_hop,
            cpu: request.cpu,
            io: request.io,
            measured: request.arrived >= self.warmup,
            around: known.around,
            ending: end.ending,
            begun: end.begun,
            parts: end.parts,
            instance: end.instance.map(|it| life_of(it, None)),
        };
        if known.in_scene {
            self.scene.requests.push(life);
        }
        self.keep_if_wanted(life);
    }

    /// The first of those under way that are like it.
    fn take(&mut self, request: &Request) -> Known {
        let alike = self.under_way.get_mut(&request.arrived).expect("a request arrives before it ends");
        // Which activator it goes through is decided after it was seen.
        let as_it_came = Request { activator: None, ..*request };
        let place = alike.iter().position(|known| known.request == as_it_came).expect("a request ends once");
        let known = alike.remove(place).expect("it was found there");
        if alike.is_empty() {
            self.under_way.remove(&request.arrived);
        }
        known
    }

    fn keep_if_wanted(&mut self, life: RequestLife) {
        let Some((rank, most)) = self.rank(&life) else { return };
        self.best.insert((Reverse(rank), life.number), life);
        if self.best.len() > most {
            self.best.pop_last();
        }
    }

    /// How much this request is wanted, and how many of its kind are; nothing if it is not.
    fn rank(&self, life: &RequestLife) -> Option<(u64, usize)> {
        match self.watch.wanted {
            Wanted::Slowest(most) => life.latency().filter(|_| life.measured).map(|latency| (latency.0, most)),
            Wanted::TimedOut(most) => (life.measured && life.ending.is_timeout()).then_some((0, most)),
            Wanted::Number(_) | Wanted::At(_) => (self.only == Some(life.number)).then_some((0, 1)),
        }
    }

    fn gone(&mut self, instance: &Instance, end: SimTime) {
        let Some(everything) = self.watch.everything.filter(|it| end >= it.from) else { return };
        if self.scene.instances.len() < everything.limit {
            self.scene.instances.push(life_of(instance, Some(end)));
        } else {
            self.scene.instances_left_out += 1;
        }
    }

    /// The run is over.
    pub fn finish(mut self) -> Witnessed {
        assert!(self.under_way.is_empty(), "every request ends, if only at the horizon");
        self.scene.requests.sort_by_key(|it| it.number);
        Witnessed {
            arrived: self.arrived,
            last: self.last,
            lives: self.best.into_values().collect(),
            everything: self.watch.everything.map(|_| self.scene),
        }
    }
}

fn life_of(instance: &Instance, gone: Option<SimTime>) -> InstanceLife {
    let start = &instance.start;
    let (asked, steps, ready, usable) = (start.asked, start.steps, start.ready, start.usable);
    let retired = (instance.retired < SimTime::NEVER).then_some(instance.retired);
    InstanceLife { revision: instance.revision, ordinal: instance.ordinal, asked, steps, ready, usable, retired, gone }
}

impl From<GivesUp> for Ending {
    fn from(who: GivesUp) -> Ending {
        match who {
            GivesUp::Client => Ending::TimedOutClient,
            GivesUp::Gateway => Ending::TimedOutGateway,
            GivesUp::Revision => Ending::TimedOutRevision,
        }
    }
}

impl From<Refused> for Ending {
    fn from(who: Refused) -> Ending {
        match who {
            Refused::Activator => Ending::RefusedActivator,
            Refused::QueueProxy => Ending::RefusedQueueProxy,
            Refused::Limit => Ending::RefusedLimit,
        }
    }
}

impl Recorder {
    /// From now on somebody watches. Every request takes the long way then, to the same figures.
    pub(super) fn watch(&mut self, watch: Watch) {
        self.at_once_before = SimTime::ZERO;
        self.witness = Some(Box::new(Witness::new(watch, self.window.warmup)));
    }

    /// Tells the witness, if there is one, how a request ended.
    pub(super) fn tell(&mut self, request: &Request, end: &End) {
        if let Some(witness) = &mut self.witness {
            witness.ended(request, end);
        }
    }

    /// Tells the witness, if there is one, of a request that was given up in the gateway's hop, which is as long as its sender waits.
    pub(super) fn tell_lost(&mut self, request: &Request, parts: Parts) {
        if let Some(witness) = &mut self.witness {
            let end = End { ending: request.gives_up.into(), parts, begun: None, instance: None };
            witness.keep(request, &end, Span(parts.iter().sum()));
        }
    }

    /// Tells the witness, if there is one, that an instance is gone.
    pub(super) fn tell_gone(&mut self, instance: &Instance, end: SimTime) {
        if let Some(witness) = &mut self.witness {
            witness.gone(instance, end);
        }
    }
}

impl World<'_> {
    /// Shows the witness, if there is one, a request that has reached the route, and what it finds there.
    #[inline]
    pub(super) fn show(&mut self, request: &Request) {
        if self.recorder.witness.is_some() {
            let around = self.around(request.revision);
            if let Some(witness) = &mut self.recorder.witness {
                witness.arrived(request, around);
            }
        }
    }

    /// Of the revision and of what stands in for it.
    #[cold]
    fn around(&self, revision: u32) -> Around {
        let mut around = Around { proxied: self.is_proxied(revision), ..Around::default() };
        around.waiting = self.revisions[revision as usize].held_len() as u64;
        for it in self.revisions.iter().filter(|it| it.serves == revision) {
            let instances = || it.usable.iter().map(|slot| &self.fleet[*slot]);
            around.usable += it.usable.len() as u32;
            around.ready += it.ready.len() as u32;
            around.starting += it.starting_count;
            around.draining += it.draining;
            around.in_flight += instances().map(|it| u64::from(it.in_flight)).sum::<u64>();
            around.waiting += instances().map(|it| it.waiting.len() as u64).sum::<u64>();
        }
        around
    }
}
