//! Requests on the shared CPUs of instances: how they begin, how their CPU time ends, and what becomes of those whose
//! clients do not wait for it.
//!
//! ```text
//! compute ─► Cpu::join ─► one alarm an instance, moved as others come and go ─► on_cpu_due ─► hop, I/O: the end is known
//!                     └─► deadline, if the CPU time can last beyond it ─► expire_running: written down; stopped, or worked on
//! ```
//!
//! A request's CPU time comes first, its hops and its I/O after it: a hop's way there and its way back are not told apart, so
//! it costs no event. Contention is the same as if it came before.
//!
//! For others: [`World::cpu_used`] is what the HPA reads at a scrape, [`Sharing::throttle`] what credits call when they run
//! out or are back, and [`World::cpu_changed`] is called after every change of what an instance uses.

use super::cold_start::Application;
use super::cpu::{Cpu, Ticket};
use super::event::Event;
use super::jobs::{Job, JobId, Jobs};
use super::record::{Lost, Served};
use super::request::{OnTimeout, Request};
use super::world::{Payload, World};
use crate::engine::Alarms;
use crate::units::{SimTime, Span};

/// The id of an application's start on its instance's CPU.
const APPLICATION: u32 = u32::MAX;

/// The CPUs of all instances that share theirs, and what runs on them.
#[derive(Debug, Default)]
pub struct Sharing {
    by_slot: Vec<Shared>,
    /// When the first of the requests on each of them is done.
    due: Alarms,
    jobs: Jobs,
    /// Work done on instances that are gone, and work of all that has ended, in units: they are the same.
    used: u128,
    ended: u128,
}

/// The CPU of one instance.
#[derive(Debug, Default)]
struct Shared {
    cpu: Cpu,
    /// Its application, until it is up.
    application: Option<Application>,
    /// The application's start, while it runs.
    starting: Option<Ticket>,
}

impl Sharing {
    /// A new instance has this capacity, in millionths of a vCPU.
    pub fn open(&mut self, slot: u32, now: SimTime, capacity: u64) {
        if self.by_slot.len() <= slot as usize {
            self.by_slot.resize_with(slot as usize + 1, Shared::default);
        }
        let shared = &mut self.by_slot[slot as usize];
        shared.cpu.reset(now, capacity);
        (shared.application, shared.starting) = (None, None);
    }

    /// An instance's application will start on its CPU.
    pub fn expect(&mut self, slot: u32, application: Application) {
        self.by_slot[slot as usize].application = Some(application);
    }

    /// An instance is gone: a start under way is given up.
    pub fn close(&mut self, slot: u32, end: SimTime) {
        let Some(shared) = self.by_slot.get_mut(slot as usize) else { return };
        if let Some(ticket) = shared.starting.take() {
            self.ended += shared.cpu.leave(end, &ticket);
        }
        self.used += shared.cpu.settle();
        self.due.set(slot, SimTime::NEVER);
    }

    /// An instance has this capacity from `now` on, in millionths of a vCPU. What it then uses, likewise.
    pub(super) fn throttle(&mut self, slot: u32, now: SimTime, capacity: u64) -> u64 {
        let cpu = self.cpu(slot);
        if cpu.capacity() != capacity {
            cpu.set_capacity(now, capacity);
        }
        cpu.in_use()
    }

    /// A request does not run on.
    fn stop(&mut self, place: u32, now: SimTime) -> Job {
        let job = self.jobs.remove(place);
        self.ended += self.cpu(job.slot).leave(now, &job.ticket);
        job
    }

    /// No request of an instance runs on.
    fn stop_all_of(&mut self, slot: u32, now: SimTime) -> Vec<Job> {
        let places = self.jobs.alive().into_iter().filter(|place| self.jobs.at(*place).slot == slot).collect::<Vec<_>>();
        places.into_iter().map(|place| self.stop(place, now)).collect()
    }

    /// When the next of all that run is done.
    #[inline]
    pub fn next_time(&self) -> SimTime {
        self.due.next_time()
    }

    /// How many requests run.
    pub fn running(&self) -> usize {
        self.jobs.len()
    }

    /// Work is conserved: what instances did is what requests and starts were given.
    pub fn assert_conserved(&self) {
        assert_eq!(self.used, self.ended, "CPU work is not conserved");
    }

    fn cut_units(&self, job: &Job) -> u128 {
        self.by_slot[job.slot as usize].cpu.lost_to_cuts(&job.ticket)
    }

    fn cpu(&mut self, slot: u32) -> &mut Cpu {
        &mut self.by_slot[slot as usize].cpu
    }
}

impl World<'_> {
    /// A request begins on its instance's CPU; without CPU time it goes on at once.
    #[inline(never)]
    pub(super) fn compute(&mut self, request: &Request, slot: u32, now: SimTime, hop: Span, io: Span) {
        let revision = self.fleet[slot].revision;
        let plan = self.kind_of(slot);
        let work = plan.cpu.work(request.cpu);
        if work == 0 {
            let finish = now.saturating_add(hop).saturating_add(io);
            let served = Served { begun: now, hop, lost: Lost::default(), finish };
            let (leaves, payload) = self.end_at(self.revisions[revision as usize].plan, request, slot, &served);
            return self.pending.push(leaves, payload.packed());
        }
        let ticket = self.sharing.by_slot[slot as usize].cpu.join(now, work, self.sharing.jobs.next_place());
        let job = self.sharing.jobs.add(Job { request: *request, slot, begun: now, hop, io, ticket, abandoned: false });
        if now.saturating_add(plan.cpu.slowest(request.cpu, plan.concurrency)) > request.deadline {
            self.revisions[revision as usize].running.push(request.deadline, job, &self.sharing.jobs);
            self.arm_running(revision);
        }
        self.cpu_changed(slot, now);
    }

    /// What an instance uses of its CPU has changed, and with it when the first of its requests is done.
    #[inline]
    pub(super) fn cpu_changed(&mut self, slot: u32, now: SimTime) {
        self.spend_credits(slot, now);
        let due = self.sharing.cpu(slot).due();
        self.sharing.due.set(slot, due);
    }

    /// The CPU time of some of an instance's requests is done.
    #[inline(never)]
    pub(super) fn on_cpu_due(&mut self, now: SimTime) {
        let slot = self.sharing.due.next().expect("the engine asked when it is");
        while let Some(id) = self.sharing.cpu(slot).take(now) {
            if id == APPLICATION { self.application_done(slot, now) } else { self.computed(id, now) }
        }
        self.cpu_changed(slot, now);
    }

    /// The CPU time of a request is done: its end is known, and is now if nothing comes after.
    fn computed(&mut self, id: u32, now: SimTime) {
        let job = self.sharing.jobs.remove(id);
        self.sharing.ended += job.ticket.work_units();
        let finish = now.saturating_add(job.hop).saturating_add(job.io);
        let (leaves, payload) = if job.abandoned {
            self.recorder.metering.executed(self.fleet[job.slot].kind, job.begun, finish);
            (finish, Payload { slot: job.slot, activator: job.request.activator, counted: false })
        } else {
            let plan = self.kind_of(job.slot);
            let lost = plan.cpu.lost(now - job.begun, plan.cpu.time_alone(job.ticket.work), self.sharing.cut_units(&job));
            let served = Served { begun: job.begun, hop: job.hop, lost, finish };
            self.end_at(self.revisions[self.fleet[job.slot].revision as usize].plan, &job.request, job.slot, &served)
        };
        if leaves == now { self.end(payload, now) } else { self.pending.push(leaves, payload.packed()) }
    }

    /// The clients of some requests that run may have given up.
    pub(super) fn expire_running(&mut self, revision: u32, now: SimTime) {
        self.revisions[revision as usize].running.disarm(now);
        while let Some(job) = self.revisions[revision as usize].running.pop_due(now, &self.sharing.jobs) {
            self.give_up_running(job, now);
        }
        self.arm_running(revision);
    }

    fn arm_running(&mut self, revision: u32) {
        if let Some(at) = self.revisions[revision as usize].running.arm(&self.sharing.jobs) {
            self.events.push(at, Event::ExpireRunning(revision));
        }
    }

    /// A request's client gives up while it runs: it is written down, nobody counts it any more, and it is stopped or worked on.
    fn give_up_running(&mut self, id: JobId, now: SimTime) {
        let job = *self.sharing.jobs.find(id).expect("it was found running");
        let revision = self.fleet[job.slot].revision;
        let (kind, cpu) = (self.fleet[job.slot].kind, &self.kind_of(job.slot).cpu);
        let done_units = self.sharing.cpu(job.slot).done_units(now, &job.ticket);
        let lost = cpu.lost(now - job.begun, cpu.time_of(done_units), self.sharing.cut_units(&job));
        let never = Served { begun: job.begun, hop: job.hop, lost, finish: SimTime::NEVER };
        self.recorder.served_late(&job.request, &self.fleet[job.slot], &never);
        self.leave(job.slot, job.request.activator, now);
        match self.revisions[revision as usize].plan.on_timeout {
            OnTimeout::KeepWorking => self.sharing.jobs.find(id).expect("as above").abandoned = true,
            OnTimeout::Stop => {
                self.recorder.metering.executed(kind, job.begun, now);
                self.sharing.stop(id.place, now);
                self.release(job.slot, job.request.activator, now);
                self.cpu_changed(job.slot, now);
            }
        }
    }

    /// Stops whatever runs on the CPU of an instance.
    pub(super) fn stop_running(&mut self, slot: u32, now: SimTime) -> Vec<Job> {
        let stopped = self.sharing.stop_all_of(slot, now);
        if !stopped.is_empty() {
            self.cpu_changed(slot, now);
        }
        stopped
    }

    /// The horizon: what runs still is in flight, unless its client has gone before.
    pub(super) fn close_running(&mut self, horizon: SimTime) {
        for place in self.sharing.jobs.alive() {
            let job = self.sharing.stop(place, horizon);
            self.recorder.metering.executed(self.fleet[job.slot].kind, job.begun, horizon);
            if !job.abandoned {
                self.recorder.unfinished(&job.request);
            }
        }
    }

    /// An instance's application starts: its start is work on the instance's CPU.
    pub(super) fn start_application(&mut self, slot: u32, now: SimTime) {
        let plan = self.kind_of(slot);
        let shared = &mut self.sharing.by_slot[slot as usize];
        let application = shared.application.expect("it was expected");
        match plan.cpu.work(application.cpu) {
            0 => self.application_tried(slot, &application, now),
            work => {
                shared.starting = Some(shared.cpu.join(now, work, APPLICATION));
                self.cpu_changed(slot, now);
            }
        }
    }

    fn application_done(&mut self, slot: u32, now: SimTime) {
        let shared = &mut self.sharing.by_slot[slot as usize];
        let ticket = shared.starting.take().expect("it was running");
        let application = shared.application.take().expect("it was expected");
        self.sharing.ended += ticket.work_units();
        self.application_tried(slot, &application, now);
    }

    /// A try of an application's start is over: it is up, or is started again after a wait.
    fn application_tried(&mut self, slot: u32, application: &Application, now: SimTime) {
        let Some(wait) = application.retry else { return self.application_up(slot, application, now) };
        let next = self.kind_of(slot).cold_start.next_try(application, self.starts_of(slot));
        self.sharing.expect(slot, next);
        self.events.push(now.saturating_add(wait), Event::Application(self.fleet.handle(slot)));
    }

    /// What an instance has used of its CPU up to `now`, in vCPU-nanoseconds: requests, and its application's start where
    /// [`CpuPlan::runs_starts`](super::cpu_plan::CpuPlan::runs_starts). Constant time; zero where nothing is shared.
    pub(super) fn cpu_used(&mut self, slot: u32, now: SimTime) -> u128 {
        self.sharing.by_slot.get_mut(slot as usize).map_or(0, |shared| shared.cpu.used(now))
    }

    /// An instance is given so many millionths of a vCPU from `now` on. Its revision's plan says that it
    /// [`throttles`](super::cpu_plan::CpuPlan::throttles).
    #[cfg(test)]
    fn set_capacity(&mut self, slot: u32, now: SimTime, capacity: u64) {
        self.sharing.throttle(slot, now, capacity);
        self.cpu_changed(slot, now);
    }
}

#[cfg(test)]
mod tests;
