//! What was wanted lately holds back what is wanted now (horizontal.go:stabilizeRecommendation,
//! stabilizeRecommendationWithBehaviors).
//!
//! Remembered are proposals, before any limit, not the counts that followed.

use crate::units::{SimTime, Span};

/// The proposals of one autoscaler that still matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recommendations {
    made: Vec<(SimTime, u32)>,
}

impl Recommendations {
    /// At the first sync the current count is taken for a proposal, so that a new autoscaler does not scale down at once.
    pub fn begin(&mut self, now: SimTime, current: u32) {
        if self.made.is_empty() {
            self.record(now, current);
        }
    }

    /// Remembers a proposal.
    pub fn record(&mut self, at: SimTime, proposal: u32) {
        self.made.push((at, proposal));
    }

    /// Without `behavior`: the highest proposal that is not older than `window`, `proposal` included. Remembers it.
    pub fn highest(&mut self, now: SimTime, proposal: u32, window: Span) -> u32 {
        self.made.retain(|&(at, _)| now.saturating_since(at) <= window);
        let highest = self.made.iter().fold(proposal, |highest, &(_, it)| highest.max(it));
        self.record(now, proposal);
        highest
    }

    /// With `behavior`: `current`, moved only as far as every proposal younger than the window of its direction agrees.
    /// Remembers `proposal`.
    pub fn between(&mut self, now: SimTime, current: u32, proposal: u32, up: Span, down: Span) -> u32 {
        let lowest = self.younger(now, up).fold(proposal, u32::min);
        let highest = self.younger(now, down).fold(proposal, u32::max);
        self.made.retain(|&(at, _)| now.saturating_since(at) <= up.max(down));
        self.record(now, proposal);
        current.max(lowest).min(highest)
    }

    fn younger(&self, now: SimTime, window: Span) -> impl Iterator<Item = u32> {
        self.made.iter().filter(move |(at, _)| now.saturating_since(*at) < window).map(|&(_, it)| it)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Span = Span::from_secs(300);

    #[test]
    fn a_proposal_as_old_as_the_window_counts_only_without_behavior() {
        let mut made = Recommendations::default();
        made.record(SimTime::ZERO, 9);
        assert_eq!(made.clone().between(SimTime::from_secs(300), 9, 1, Span::ZERO, WINDOW), 1);
        assert_eq!(made.highest(SimTime::from_secs(300), 1, WINDOW), 9);
        assert_eq!(made.highest(SimTime::from_secs(315), 1, WINDOW), 1);
    }

    #[test]
    fn only_what_still_matters_is_kept() {
        let mut made = Recommendations::default();
        for sync in 0..1000 {
            made.highest(SimTime::from_secs(15 * sync), 1, WINDOW);
        }
        assert_eq!(made.made.len(), 21);
    }

    #[test]
    fn only_the_first_sync_begins() {
        let mut made = Recommendations::default();
        made.begin(SimTime::ZERO, 5);
        made.begin(SimTime::from_secs(15), 50);
        assert_eq!(made.highest(SimTime::from_secs(15), 1, WINDOW), 5);
    }
}
