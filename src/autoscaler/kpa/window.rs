//! A metric window: a ring of seconds whose average forgets silence instead of counting it as zero.
//!
//! Follows pkg/autoscaler/aggregation/bucketing.go (TimedFloat64Buckets, WeightedFloat64Buckets). The order of every
//! addition and subtraction is Knative's, so that linear averages agree in every bit.
//! Times are truncated to whole seconds of the simulated clock; the run is taken to start on a whole second.

use super::spec::Algorithm;
use crate::units::{SimTime, Span};

/// Averages are rounded to this many parts of one.
const PRECISION: f64 = 1e6;
/// Share of the weight that lies inside a weighted window, if its smoothing is above the least.
const WEIGHT_INSIDE: f64 = 0.9999;
/// The least weight of the newest second.
const SMOOTHING_MIN: f64 = 0.2;

/// One window over one metric. O(1) a record within a second, O(seconds passed) otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// Sum of the values of a second, at its number modulo the length.
    ring: Vec<f64>,
    /// Second of the first write that counts. Unset before the first write and after a resize of stale data; after another
    /// resize it may lie before the run.
    first: Option<i64>,
    /// Second of the newest write.
    last: Option<u64>,
    /// Running sum of the ring, with its rounding errors: Knative keeps them, so they are kept here.
    total: f64,
    algorithm: Algorithm,
    /// Weight of the newest second of a weighted window.
    smoothing: f64,
}

impl Window {
    /// An empty window. A begun second of `length` counts whole.
    pub fn new(algorithm: Algorithm, length: Span) -> Window {
        let seconds = whole_seconds(length);
        Window { ring: vec![0.0; seconds], first: None, last: None, total: 0.0, algorithm, smoothing: smoothing(seconds) }
    }

    /// Adds `value` to the second of `at`. Late values count in their own second while it is in the window.
    pub fn record(&mut self, at: SimTime, value: f64) {
        let second = at.whole_secs();
        if self.last != Some(second) && !self.open(second) {
            return;
        }
        let slot = self.slot(second);
        self.ring[slot] += value;
        self.total += value;
    }

    /// Makes room for a write in `second`; false if that is older than the window.
    fn open(&mut self, second: u64) -> bool {
        if self.last.is_some_and(|last| second + self.length() <= last) {
            return false;
        }
        if self.first.is_none_or(|first| first > second as i64) {
            self.first = Some(second as i64);
        }
        match self.last {
            Some(last) if second < last => {}
            Some(last) if second - last < self.length() => self.roll(last, second),
            Some(_) | None => self.restart(second),
        }
        true
    }

    /// Clears the seconds after `last` up to `second`: a gap between writes counts as zeros.
    fn roll(&mut self, last: u64, second: u64) {
        for skipped in last + 1..=second {
            let slot = self.slot(skipped);
            self.total -= self.ring[slot];
            self.ring[slot] = 0.0;
        }
        self.last = Some(second);
    }

    fn restart(&mut self, second: u64) {
        self.ring.fill(0.0);
        self.total = 0.0;
        self.first = Some(second as i64);
        self.last = Some(second);
    }

    /// The average as of `now`; 0 without data. A time before the newest write gives the newest average.
    pub fn average(&self, now: SimTime) -> f64 {
        match (self.last, self.algorithm) {
            (None, _) => 0.0,
            (Some(last), Algorithm::Linear) => self.average_linear(last, now.whole_secs()),
            (Some(last), Algorithm::WeightedExponential) => self.average_weighted(last, now.whole_secs()),
        }
    }

    fn average_linear(&self, last: u64, second: u64) -> f64 {
        let silent = second.saturating_sub(last);
        if silent >= self.length() {
            return 0.0;
        }
        let sum = (last + 1..=second).fold(self.total, |sum, passed| sum - self.ring[self.slot(passed)]);
        let written = self.first.map_or(u64::MAX, |first| last.wrapping_add_signed(1 - first));
        round(sum / written.min(self.length() - silent) as f64)
    }

    fn average_weighted(&self, last: u64, second: u64) -> f64 {
        let silent = second.saturating_sub(last);
        if silent >= self.length() {
            return 0.0;
        }
        let fading = 1.0 - self.smoothing;
        let mut weight = self.smoothing;
        if silent > 0 {
            weight *= libm::pow(fading, silent as f64);
        }
        let mut sum = 0.0;
        for age in 0..self.length() - silent {
            // The length is added first because the run starts at second 0: seconds before it read slots never written.
            sum += self.ring[self.slot(last + self.length() - age)] * weight;
            weight *= fading;
        }
        sum
    }

    /// Whether the newest write is more than a window ago. Exactly a window after it the average is 0, yet not "no data".
    pub fn is_empty(&self, now: SimTime) -> bool {
        self.last.is_none_or(|last| now.whole_secs() > last + self.length())
    }

    /// Changes the length while in use, at wall-clock time `now`. The same length changes nothing.
    pub fn resize(&mut self, now: SimTime, length: Span) {
        let seconds = whole_seconds(length);
        if seconds == self.ring.len() {
            return;
        }
        let mut resized = Window::new(self.algorithm, length);
        resized.last = self.last;
        if let Some(last) = self.last
            && !self.is_empty(now)
        {
            self.copy_newest(last, &mut resized);
        }
        *self = resized;
    }

    /// The first write is set as if the old window had been full: that is what Knative does.
    fn copy_newest(&self, last: u64, into: &mut Window) {
        let oldest = last.saturating_sub(self.length().min(into.length()) - 1);
        for second in oldest..=last {
            let value = self.ring[self.slot(second)];
            let slot = into.slot(second);
            into.ring[slot] = value;
            into.total += value;
        }
        into.first = Some(last as i64 - (self.length() as i64 - 1));
    }

    fn length(&self) -> u64 {
        self.ring.len() as u64
    }

    fn slot(&self, second: u64) -> usize {
        (second % self.length()) as usize
    }
}

/// The length in buckets of one second, rounded up.
fn whole_seconds(length: Span) -> usize {
    usize::try_from(length.0.div_ceil(Span::from_secs(1).0)).expect("a window is at most an hour").max(1)
}

/// Weight of the newest second: the older ones fade so that [`WEIGHT_INSIDE`] lies in the window, or faster.
fn smoothing(seconds: usize) -> f64 {
    (1.0 - libm::pow(1.0 - WEIGHT_INSIDE, 1.0 / seconds as f64)).max(SMOOTHING_MIN)
}

fn round(value: f64) -> f64 {
    (value * PRECISION).round() / PRECISION
}
