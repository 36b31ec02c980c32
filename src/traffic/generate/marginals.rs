//! Who calls how often: rates and triggers of the functions.

use rand::seq::SliceRandom as _;

use crate::engine::Streams;

/// What makes a function run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    Timer,
    Http,
    Queue,
    Orchestration,
    Event,
    Storage,
}

impl Trigger {
    /// In the words of the trace.
    pub fn name(self) -> &'static str {
        match self {
            Trigger::Timer => "timer",
            Trigger::Http => "http",
            Trigger::Queue => "queue",
            Trigger::Orchestration => "orchestration",
            Trigger::Event => "event",
            Trigger::Storage => "storage",
        }
    }
}

/// A function before its minutes are drawn.
#[derive(Debug, Clone, Copy)]
pub struct Profile {
    pub trigger: Trigger,
    /// Expected invocations a day.
    pub per_day: f64,
}

/// Invocations a day of the functions of azure2019_500x480: measured quantiles.
const PER_DAY: [(f64, f64); 8] =
    [(0.0, 1.5), (0.10, 3.0), (0.25, 24.0), (0.50, 144.0), (0.75, 532.0), (0.90, 2_874.0), (0.99, 177_726.0), (1.0, 1e6)];

/// Shares of the functions by trigger, measured there too. Event and queue carry 93 % of the invocations.
const MIX: [(Trigger, f64); 5] =
    [(Trigger::Timer, 0.49), (Trigger::Http, 0.28), (Trigger::Orchestration, 0.06), (Trigger::Storage, 0.01), (Trigger::Queue, 0.16)];

fn per_day(u: f64) -> f64 {
    let above = PER_DAY.partition_point(|(p, _)| *p < u).clamp(1, PER_DAY.len() - 1);
    let ((p0, x0), (p1, x1)) = (PER_DAY[above - 1], PER_DAY[above]);
    x0 * libm::pow(x1 / x0, (u - p0) / (p1 - p0))
}

/// So many functions: rates at equal steps of probability, so that a small trace has a large function too.
///
/// The busiest three in a hundred are events, the next five queues; the others are dealt by the mix.
pub fn profiles(functions: usize, streams: Streams) -> Vec<Profile> {
    let share = |percent: usize| (functions * percent).div_ceil(100);
    let (events, busy) = (share(2).min(functions), share(7).min(functions));
    let rest = functions - busy;
    let mut dealt: Vec<Trigger> = (0..rest).map(|i| trigger_at((i as f64 + 0.5) / rest as f64)).collect();
    dealt.shuffle(&mut streams.child("triggers").rng());
    let trigger = |rank: usize| match rank {
        rank if rank < events => Trigger::Event,
        rank if rank < busy => Trigger::Queue,
        rank => dealt[rank - busy],
    };
    let rate = |rank: usize| per_day(1.0 - (rank as f64 + 0.5) / functions as f64);
    let mut profiles: Vec<Profile> = (0..functions).map(|rank| Profile { trigger: trigger(rank), per_day: rate(rank) }).collect();
    profiles.shuffle(&mut streams.child("order").rng());
    profiles
}

fn trigger_at(u: f64) -> Trigger {
    let mut below = 0.0;
    let found = MIX.iter().find(|(_, share)| {
        below += share;
        u < below
    });
    found.map_or(Trigger::Queue, |(trigger, _)| *trigger)
}
