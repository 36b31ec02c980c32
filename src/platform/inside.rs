//! Requests that wait inside an instance: for its start to end, or in its queue-proxy for a place.
//!
//! Each instance has a line of its own ([`super::waiting`]), first come, first served; the world counts them all, so that the
//! end of a request need not look where nothing waits. One that is not begun before its deadline has waited in vain, either for
//! the start or for those before it.

use super::event::Event;
use super::instance::Instance;
use super::record::Cause;
use super::request::Request;
use super::world::World;
use crate::units::SimTime;

impl World<'_> {
    /// The next request waiting inside an instance whose deadline has not passed.
    pub(super) fn next_inside(&mut self, slot: u32, now: SimTime) -> Option<Request> {
        loop {
            let request = self.fleet[slot].waiting.pop()?;
            self.inside -= 1;
            if request.deadline > now {
                return Some(request);
            }
            self.expire_inside_request(slot, &request, now);
        }
    }

    /// Those waiting inside an instance whose time is up.
    pub(super) fn expire_inside(&mut self, slot: u32, now: SimTime) {
        self.fleet[slot].waiting.disarm();
        while let Some(request) = self.fleet[slot].waiting.pop_expired(now) {
            self.inside -= 1;
            self.expire_inside_request(slot, &request, now);
        }
        self.arm_inside(slot, now);
        self.serve_held(self.revisions[self.fleet[slot].revision as usize].serves, now);
    }

    /// Writes down a request that waited inside an instance until its time was up.
    pub(super) fn expire_inside_request(&mut self, slot: u32, request: &Request, now: SimTime) {
        let instance = &self.fleet[slot];
        self.recorder.expired(request, cause_of(instance, request));
        self.leave(slot, request.activator, now);
        self.leave_lane(slot, request.activator);
    }

    /// A request waits in an instance.
    pub(super) fn wait_inside(&mut self, slot: u32, request: &Request, now: SimTime) {
        self.fleet[slot].waiting.push(*request);
        self.inside += 1;
        self.arm_inside(slot, now);
    }

    /// Sets the alarm of an instance's queue if it needs one.
    fn arm_inside(&mut self, slot: u32, now: SimTime) {
        if let Some(at) = self.fleet[slot].waiting.arm(now) {
            self.events.push(at, Event::ExpireInside(self.fleet.handle(slot)));
        }
    }
}

/// What explains the wait of a request inside an instance.
fn cause_of<'i>(instance: &'i Instance, request: &Request) -> Cause<'i> {
    if instance.start.usable > request.arrived { Cause::Instance(instance) } else { Cause::Queue }
}
