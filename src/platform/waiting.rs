//! Requests that wait in line, and the one alarm that watches the line's head.
//!
//! A request's deadline is fixed when it arrives, and deadlines come in nearly the order of arrival (hops differ by
//! milliseconds). So one event a queue is enough: it looks at the head. A request found past its deadline anywhere is
//! recorded as timed out at that deadline. What the approximation leaves: a request whose hop was longer than that of the
//! head counts in the queue's depth, and in the autoscaler's statistics, for as much longer as the two hops differ.

use std::collections::VecDeque;

use super::request::Request;
use crate::units::SimTime;

/// A first-come-first-served queue.
#[derive(Debug, Clone, Default)]
pub struct Waiting {
    queue: VecDeque<Request>,
    armed: bool,
}

impl Waiting {
    /// How many wait.
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Joins the end of the line.
    pub fn push(&mut self, request: Request) {
        self.queue.push_back(request);
    }

    /// Takes the head.
    pub fn pop(&mut self) -> Option<Request> {
        self.queue.pop_front()
    }

    /// Takes the head if its deadline has passed.
    pub fn pop_expired(&mut self, now: SimTime) -> Option<Request> {
        let is_due = self.queue.front().is_some_and(|head| head.deadline <= now);
        if is_due { self.queue.pop_front() } else { None }
    }

    /// When an alarm must be set for the head; nothing if one is set or nobody waits.
    pub fn arm(&mut self, now: SimTime) -> Option<SimTime> {
        let head = self.queue.front().filter(|_| !self.armed)?;
        self.armed = true;
        Some(head.deadline.max(now))
    }

    /// The alarm has rung.
    pub fn disarm(&mut self) {
        self.armed = false;
    }
}
