//! Instances: asked for → five steps → ready → usable → draining → gone, in a slab whose slots are reused.

use std::ops::{Index, IndexMut};

use super::cold_start::Start;
use super::event::Handle;
use super::waiting::Waiting;
use crate::units::{SimTime, Span};

/// Where an instance is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Going through the five steps.
    Starting,
    /// Ready as Kubernetes counts, but not yet known to everyone.
    Ready,
    /// Requests can reach it.
    Usable,
    /// Takes no new requests; gone when the last has ended.
    Draining,
    /// Its slot is free.
    Gone,
}

/// One instance.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Which revision it belongs to.
    pub revision: u32,
    /// What it was bought as: a pool of the service's plan, with a CPU, credits and a price of its own.
    pub kind: u32,
    /// How many of that revision were started before it.
    pub ordinal: u64,
    /// Which tenant of its slot it is.
    pub generation: u32,
    /// Where it is in its life.
    pub state: State,
    /// When the stages of its start end.
    pub start: Start,
    /// What its first request waits for, in place of what it asks, until that has begun; nothing if it is like all others.
    pub first_io: Option<Span>,
    /// Requests in execution.
    pub in_flight: u32,
    /// When its provider takes it, whatever is in it; [`SimTime::NEVER`] if it is its owner's.
    pub reclaimed: SimTime,
    /// Since when it takes no new requests and ends those it has; [`SimTime::NEVER`] while it does not.
    pub leaves: SimTime,
    /// Since when it has served without a pause, or when its last stretch of serving began.
    pub serving_since: SimTime,
    /// Since when it has been idle; meaningful while `in_flight` = 0.
    pub idle_since: SimTime,
    /// When it was taken out of service; [`SimTime::NEVER`] while it is in it.
    pub retired: SimTime,
    /// How long it has served, within the measured time, in nanoseconds; the current stretch not included.
    pub serving_ns: u64,
    /// Requests that wait in it: bound to it while it starts, or in its queue-proxy.
    pub waiting: Waiting,
    /// Requests in it that came straight from the gateway and that the autoscaler counts.
    pub direct: u32,
    /// Its position among the usable instances of its revision.
    pub position: u32,
}

/// All instances of a service, by slot.
#[derive(Debug, Clone, Default)]
pub struct Fleet {
    slots: Vec<Instance>,
    free: Vec<u32>,
}

impl Index<u32> for Fleet {
    type Output = Instance;
    fn index(&self, slot: u32) -> &Instance {
        &self.slots[slot as usize]
    }
}

impl IndexMut<u32> for Fleet {
    fn index_mut(&mut self, slot: u32) -> &mut Instance {
        &mut self.slots[slot as usize]
    }
}

impl Fleet {
    /// A new instance, starting.
    pub fn add(&mut self, revision: u32, ordinal: u64, start: Start) -> Handle {
        let generation = self.free.last().map_or(0, |slot| self[*slot].generation + 1);
        let instance = Instance {
            revision,
            kind: revision,
            ordinal,
            generation,
            state: State::Starting,
            start,
            first_io: None,
            in_flight: 0,
            reclaimed: SimTime::NEVER,
            leaves: SimTime::NEVER,
            serving_since: SimTime::ZERO,
            idle_since: start.usable,
            retired: SimTime::NEVER,
            serving_ns: 0,
            waiting: Waiting::default(),
            direct: 0,
            position: 0,
        };
        let slot = self.free.pop().unwrap_or(self.slots.len() as u32);
        match self.slots.get_mut(slot as usize) {
            Some(old) => *old = instance,
            None => self.slots.push(instance),
        }
        Handle { slot, generation }
    }

    /// The slot of an instance that is still there.
    pub fn find(&self, handle: Handle) -> Option<u32> {
        let instance = &self[handle.slot];
        (instance.generation == handle.generation && instance.state != State::Gone).then_some(handle.slot)
    }

    /// A handle on the present tenant of a slot.
    pub fn handle(&self, slot: u32) -> Handle {
        Handle { slot, generation: self[slot].generation }
    }

    /// Frees a slot.
    pub fn remove(&mut self, slot: u32) {
        assert!(self[slot].state != State::Gone, "an instance goes once");
        self[slot].state = State::Gone;
        self.free.push(slot);
    }

    /// The slots of all instances that are not gone.
    pub fn alive(&self) -> Vec<u32> {
        (0..self.slots.len() as u32).filter(|slot| self[*slot].state != State::Gone).collect()
    }

    /// How many are not gone.
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Whether all are gone.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
