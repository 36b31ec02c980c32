//! The textbook loop as the floor: what any simulator of M/M/c with instances pays, and nothing else.
//!
//! Two exponential draws a request, arrivals merged, a `std` heap of completions, a stack of idle instances, three sums. No
//! model: no expiry, no blame, no histogram, no bill (`specs/peers-speed.md`, "floor (c)").

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rand::SeedableRng as _;
use rand_distr::{Distribution as _, Exp1};
use rand_xoshiro::Xoshiro256PlusPlus;

/// What the loop adds up, so that nothing of it can be left out.
#[derive(Debug, Default, PartialEq)]
pub struct Sums {
    pub completed: u64,
    pub started: u32,
    pub latency_ns: u64,
}

/// One exponential draw with this mean, in whole nanoseconds.
fn draw(rng: &mut Xoshiro256PlusPlus, mean_ns: f64) -> u64 {
    let unit: f64 = Exp1.sample(rng);
    (unit * mean_ns) as u64
}

/// So many requests, `pending` of them under way on average.
pub fn run(requests: u64, pending: u32) -> Sums {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
    let (between, service) = (10e6, 10e6 * f64::from(pending));
    let mut completions: BinaryHeap<Reverse<(u64, u32)>> = BinaryHeap::new();
    let mut idle: Vec<u32> = Vec::new();
    let (mut sums, mut arrived) = (Sums::default(), 0);
    let mut arrival = draw(&mut rng, between);
    while arrived < requests {
        if let Some(&Reverse((at, instance))) = completions.peek()
            && at <= arrival
        {
            completions.pop();
            idle.push(instance);
            sums.completed += 1;
            continue;
        }
        let instance = idle.pop().unwrap_or_else(|| {
            sums.started += 1;
            sums.started - 1
        });
        let lasts = draw(&mut rng, service);
        sums.latency_ns += lasts;
        completions.push(Reverse((arrival + lasts, instance)));
        arrived += 1;
        arrival += draw(&mut rng, between);
    }
    sums
}
