//! What a metrics server shows, and how late.
//!
//! An assumption, not part of the controller and not read in code: it scrapes every node each `resolution`, all at the same
//! instant, and a pod's CPU is the mean over the time between its last two scrapes. What a sync sees is thus up to one
//! resolution old, and a new pod shows nothing until it was scraped twice.

use crate::units::{SimTime, Span};

/// How the metrics server measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scraping {
    /// Time between two scrapes; above zero.
    pub resolution: Span,
}

impl Scraping {
    /// The newest scrape at or before `now`.
    pub fn last(self, now: SimTime) -> SimTime {
        SimTime(now.0 - now.0 % self.resolution.0)
    }

    /// The times a sync at `now` sees CPU averaged over: from the scrape before the last to the last. None before the second
    /// scrape of a pod that started at `started`: its metric is missing.
    pub fn window(self, now: SimTime, started: SimTime) -> Option<(SimTime, SimTime)> {
        let last = self.last(now);
        let before = SimTime(last.0.checked_sub(self.resolution.0)?);
        (started <= before).then_some((before, last))
    }
}
