//! Scaling of recorded single requests.

use crate::engine::{Rng, Streams};
use crate::traffic::Arrival;
use crate::traffic::kind::{Live, unit};

/// Each request of `inside` as often as the scale says: whole copies at the same instant, and one more by chance.
pub struct Copies<L> {
    inside: L,
    scale: f64,
    /// The request under way, and how many copies of it are left.
    held: Option<Arrival>,
    left: u64,
    rng: Rng,
}

impl<L: Live> Copies<L> {
    /// Scales `inside`.
    pub fn new(inside: L, scale: f64, streams: Streams) -> Copies<L> {
        Copies { inside, scale, held: None, left: 0, rng: streams.child("copies").rng() }
    }
}

impl<L: Live> Live for Copies<L> {
    fn next(&mut self) -> Option<Arrival> {
        if self.scale == 1.0 {
            return self.inside.next();
        }
        while self.left == 0 {
            self.held = Some(self.inside.next()?);
            let whole = self.scale.floor();
            self.left = whole as u64 + u64::from(unit(&mut self.rng) < self.scale - whole);
        }
        self.left -= 1;
        self.held
    }
}
