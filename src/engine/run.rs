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
