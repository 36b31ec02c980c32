//! Requests that run on a shared CPU, in a slab whose places are used again.
//!
//! A request is here from its beginning until its CPU time is done; then its end is known, and it is a packed key among the
//! pending completions as any other.

use super::cpu::Ticket;
use super::request::Request;
use crate::units::{SimTime, Span};

/// A request that runs on the CPU of an instance.
#[derive(Debug, Clone, Copy)]
pub struct Job {
    /// What it is.
    pub request: Request,
    /// The instance.
    pub slot: u32,
    /// When it began there.
    pub begun: SimTime,
    /// What its way takes besides.
    pub hop: Span,
    /// What it waits when its CPU time is done.
    pub io: Span,
    /// Its place on the CPU.
    pub ticket: Ticket,
    /// Whether its client has gone, so that it is written down already.
    pub abandoned: bool,
}

/// Which of the tenants of a place in the slab is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobId {
    /// The place.
    pub place: u32,
    stamp: u32,
}

/// All of them.
#[derive(Debug, Default)]
pub struct Jobs {
    /// The tenant, if there is one, and how many there were before.
    places: Vec<(Option<Job>, u32)>,
    free: Vec<u32>,
}

impl Jobs {
    /// The place that the next job will have: a CPU must know it before the job has its ticket.
    pub fn next_place(&self) -> u32 {
        self.free.last().copied().unwrap_or(self.places.len() as u32)
    }

    /// Adds a job at [`next_place`](Jobs::next_place).
    pub fn add(&mut self, job: Job) -> JobId {
        let place = self.next_place();
        match self.free.pop() {
            Some(_) => self.places[place as usize].0 = Some(job),
            None => self.places.push((Some(job), 0)),
        }
        JobId { place, stamp: self.places[place as usize].1 }
    }

    /// Takes the job at a place that has one.
    pub fn remove(&mut self, place: u32) -> Job {
        let (job, stamp) = &mut self.places[place as usize];
        *stamp = stamp.wrapping_add(1);
        self.free.push(place);
        job.take().expect("a job ends once")
    }

    /// The job, unless it has ended.
    pub fn find(&mut self, id: JobId) -> Option<&mut Job> {
        let (job, stamp) = &mut self.places[id.place as usize];
        job.as_mut().filter(|_| *stamp == id.stamp)
    }

    /// The job at a place that has one.
    pub fn at(&self, place: u32) -> &Job {
        self.places[place as usize].0.as_ref().expect("a place that has a job")
    }

    /// Whether the job has not ended.
    pub fn is_alive(&self, id: JobId) -> bool {
        self.places[id.place as usize].1 == id.stamp
    }

    /// The places that have a job.
    pub fn alive(&self) -> Vec<u32> {
        (0..self.places.len() as u32).filter(|place| self.places[*place as usize].0.is_some()).collect()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }
}
