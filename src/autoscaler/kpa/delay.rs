//! The largest value of the last while (pkg/autoscaler/aggregation/max), which delays scaling down.
//!
//! Slots are absolute (`floor(seconds) / granularity`), not relative to the first value: a delay of D seconds holds a
//! value for D − 2 to D seconds. The run is taken to start on an even second of Unix time.

use std::collections::VecDeque;

use crate::units::{SimTime, Span};

/// A sliding maximum over slots. Amortised O(1) a value.
#[derive(Debug, Clone, PartialEq)]
pub struct SlidingMax {
    slots: u64,
    granularity: Span,
    /// Slots that can still become the maximum: numbers rise, values fall.
    maxima: VecDeque<(u64, i32)>,
}

impl SlidingMax {
    /// Nothing seen yet. `granularity` is the length of a slot in whole seconds, at least one.
    pub fn new(window: Span, granularity: Span) -> SlidingMax {
        SlidingMax { slots: window.0.div_ceil(granularity.0), granularity, maxima: VecDeque::new() }
    }

    /// Adds a value and gives the largest of the window. Only this forgets.
    pub fn record(&mut self, now: SimTime, value: i32) -> i32 {
        let slot = Span::from_secs(now.whole_secs()).0 / self.granularity.0;
        while self.maxima.front().is_some_and(|&(number, _)| number + self.slots <= slot) {
            self.maxima.pop_front();
        }
        while self.maxima.back().is_some_and(|&(_, smaller)| smaller <= value) {
            self.maxima.pop_back();
        }
        if self.maxima.back().is_none_or(|&(number, _)| number != slot) {
            self.maxima.push_back((slot, value));
        }
        self.max().expect("a value was just added")
    }

    /// The largest value of the window as of the newest record.
    pub fn max(&self) -> Option<i32> {
        self.maxima.front().map(|&(_, value)| value)
    }
}
