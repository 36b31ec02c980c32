//! The run loop: what happens next, and when to stop.

use super::EventQueue;
use crate::units::SimTime;

/// Something that can be simulated: three sources of what happens next, and what to do then.
pub trait Model {
    /// What can be scheduled.
    type Event: Copy;

    /// When the next arrival is; [`SimTime::NEVER`] if there are no more.
    fn next_arrival(&self) -> SimTime;
    /// Takes the next arrival.
    fn arrive(&mut self, now: SimTime);
    /// When the next completion is; [`SimTime::NEVER`] if nothing is under way.
    fn next_completion(&self) -> SimTime;
    /// Takes the next completion.
    fn complete(&mut self, now: SimTime);
    /// The scheduled events.
    fn events(&mut self) -> &mut EventQueue<Self::Event>;
    /// Handles a scheduled event.
    fn handle(&mut self, now: SimTime, event: Self::Event);
    /// Whether it holds so much that the run must be given up before memory is. Asked now and then.
    fn is_crowded(&self) -> bool {
        false
    }
}

/// Why a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// Nothing can happen any more.
    Empty,
    /// What happens next lies at or after the horizon.
    Horizon,
    /// The limit of steps was reached before the horizon.
    StepLimit,
    /// The model holds more than it may: see [`Model::is_crowded`].
    Crowded,
}

/// Steps between two looks at how much a model holds.
const CROWD_CHECK_EVERY: u64 = 1 << 16;

/// Runs `model` until `horizon` (exclusive), at most `steps_max` steps.
pub fn run<M: Model>(model: &mut M, horizon: SimTime, steps_max: u64) -> Stopped {
    let mut clock = SimTime::ZERO;
    for step in 0..steps_max {
        if step % CROWD_CHECK_EVERY == 0 && model.is_crowded() {
            return Stopped::Crowded;
        }
        let (arrival, completion) = (model.next_arrival(), model.next_completion());
        let event = model.events().next_time();
        let now = arrival.min(completion).min(event);
        if now >= horizon {
            return if now == SimTime::NEVER { Stopped::Empty } else { Stopped::Horizon };
        }
        assert!(now >= clock, "time runs backwards: from {clock:?} to {now:?}");
        clock = now;
        if completion == now {
            model.complete(now);
        } else if event == now {
            let (_, event) = model.events().pop().expect("the queue has just told its next time");
            model.handle(now, event);
        } else {
            model.arrive(now);
        }
    }
    Stopped::StepLimit
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;
    use crate::engine::exponential::Exponential;
    use crate::engine::{Pending, Rng, Streams};

    /// The textbook: Poisson arrivals, c servers, one queue. Sums the time in system.
    struct Mmc {
        rngs: [Rng; 2],
        between: Exponential,
        service: Exponential,
        idle: u32,
        next: SimTime,
        waiting: VecDeque<SimTime>,
        pending: Pending,
        events: EventQueue<()>,
        served: u64,
        in_system_ns: u128,
    }

    impl Mmc {
        fn new(arrivals_per_s: f64, mean_s: f64, servers: u32) -> Mmc {
            let law = |seconds: f64| Exponential::new((seconds * 1e9) as u64);
            Mmc {
                rngs: [Streams::new(5, 0).rng(), Streams::new(5, 1).rng()],
                between: law(1.0 / arrivals_per_s),
                service: law(mean_s),
                idle: servers,
                next: SimTime::ZERO,
                waiting: VecDeque::new(),
                pending: Pending::default(),
                events: EventQueue::default(),
                served: 0,
                in_system_ns: 0,
            }
        }

        fn begin(&mut self, arrived: SimTime, now: SimTime) {
            let end = SimTime(now.0 + self.service.sample_ns(&mut self.rngs[1]));
            self.in_system_ns += u128::from(end.0 - arrived.0);
            self.served += 1;
            self.pending.push(end, 0);
        }
    }

    impl Model for Mmc {
        type Event = ();
        fn next_arrival(&self) -> SimTime {
            self.next
        }
        fn arrive(&mut self, now: SimTime) {
            self.next = SimTime(now.0 + self.between.sample_ns(&mut self.rngs[0]));
            if self.idle == 0 {
                return self.waiting.push_back(now);
            }
            self.idle -= 1;
            self.begin(now, now);
        }
        fn next_completion(&self) -> SimTime {
            self.pending.next_time()
        }
        fn complete(&mut self, now: SimTime) {
            self.pending.pop();
            match self.waiting.pop_front() {
                Some(arrived) => self.begin(arrived, now),
                None => self.idle += 1,
            }
        }
        fn events(&mut self) -> &mut EventQueue<()> {
            &mut self.events
        }
        fn handle(&mut self, _: SimTime, (): ()) {}
    }

    /// Mean time in system after 400,000 s, against Erlang C, within `tolerance`.
    #[track_caller]
    fn check(arrivals_per_s: f64, mean_s: f64, servers: u32, exact_s: f64, tolerance: f64) {
        let mut model = Mmc::new(arrivals_per_s, mean_s, servers);
        assert_eq!(run(&mut model, SimTime::from_secs(400_000), u64::MAX), Stopped::Horizon);
        let mean = model.in_system_ns as f64 / model.served as f64 / 1e9;
        assert!((mean / exact_s - 1.0).abs() < tolerance, "{mean} s is not {exact_s} s");
    }

    #[test]
    fn one_server_is_the_textbook_formula() {
        check(0.5, 1.0, 1, 2.0, 0.02);
        check(0.8, 1.0, 1, 5.0, 0.05);
    }

    /// c = 10, λ = 8, µ = 1: the mean wait is 0.204590 s (queueing.json, M/M/c).
    #[test]
    fn ten_servers_are_erlang_c() {
        check(8.0, 1.0, 10, 1.204_590, 0.005);
    }

    #[test]
    fn a_run_says_why_it_ended() {
        assert_eq!(run(&mut Mmc::new(1.0, 1.0, 1), SimTime::from_secs(1000), 10), Stopped::StepLimit);
        let mut silent = Mmc::new(1.0, 1.0, 1);
        silent.next = SimTime::NEVER;
        assert_eq!(run(&mut silent, SimTime::from_secs(1000), 10), Stopped::Empty);
    }
}
