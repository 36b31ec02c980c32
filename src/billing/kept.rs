//! How much of the serving and idle time was by instances that were asked to be kept.
//!
//! Which instance is kept nobody says: with `min` 10 and 6 busy, 4 idle ones are kept idle, as Cloud Run documents
//! (docs.cloud.google.com/run/docs/configuring/min-instances). So this counts, and looks at no instance.

use super::Usage;
use crate::units::{SimTime, Span};

/// Busy and ready instances of one revision over time, against the number that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kept {
    /// So many are kept: `min-scale`, or `fixed`.
    pub min: u32,
    ready: u32,
    busy: u32,
    since: SimTime,
    serving_ns: u128,
    idle_ns: u128,
}

impl Kept {
    /// So many are kept; none is there yet.
    pub fn new(min: u32) -> Kept {
        Kept { min, ..Kept::default() }
    }

    /// The numbers change `now`. `measured` is how much of a stretch of time counts.
    pub fn change(&mut self, now: SimTime, ready: i32, busy: i32, measured: impl Fn(SimTime, SimTime) -> Span) {
        let span = u128::from(measured(self.since, now).0);
        let kept = self.min.min(self.ready);
        let serving = self.busy.min(kept);
        self.serving_ns += u128::from(serving) * span;
        self.idle_ns += u128::from(kept - serving) * span;
        self.since = now;
        self.ready = self.ready.checked_add_signed(ready).expect("an instance goes once");
        self.busy = self.busy.checked_add_signed(busy).expect("an instance rests once");
    }

    /// Writes down what was counted.
    pub fn fill(&self, usage: &mut Usage) {
        (usage.kept_serving_ns, usage.kept_idle_ns) = (self.serving_ns, self.idle_ns);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_ten_kept_four_are_idle_while_six_are_busy() {
        let mut kept = Kept::new(10);
        let at = |kept: &mut Kept, second, ready, busy| kept.change(SimTime::from_secs(second), ready, busy, |a, b| b - a);
        at(&mut kept, 0, 12, 0);
        at(&mut kept, 100, 0, 6);
        at(&mut kept, 200, 0, 6);
        at(&mut kept, 300, -12, -12);
        at(&mut kept, 400, 0, 0);
        let mut usage = Usage::default();
        kept.fill(&mut usage);
        let seconds = |n: u128| n * 1_000_000_000;
        assert_eq!(usage.kept_idle_ns, seconds(10 * 100 + 4 * 100));
        assert_eq!(usage.kept_serving_ns, seconds(6 * 100 + 10 * 100));
    }
}
