//! What one activator reports about one revision (pkg/activator/handler/concurrency_reporter.go).
//!
//! ```text
//! unknown ── first request: immediate {1, 1} ──► known ── report each second ──► known
//!    ▲                                             │
//!    └──────── mean 0 and nothing open: one last zero, then silence ◄────────────┘
//! ```
//!
//! A request counts from its entry to the end of its response, including the time it is held without a pod.

use super::stats::{RequestStats, Stat, Via};
use crate::units::SimTime;

/// The immediate message of a first request.
const FIRST: Stat = Stat { concurrency: 1.0, proxied_concurrency: 0.0, requests: 1.0, proxied_requests: 0.0 };

/// One activator's statistics of one revision. O(1) an event; an idle revision costs nothing and says nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ActivatorStats {
    known: Option<Known>,
}

#[derive(Debug, Clone, PartialEq)]
struct Known {
    stats: RequestStats,
    /// What the immediate message already told, to be taken off the next report.
    told: f64,
}

impl ActivatorStats {
    /// A request arrives. If the revision was unknown, gives the message to send at once.
    #[must_use]
    pub fn enter(&mut self, now: SimTime) -> Option<Stat> {
        if let Some(known) = &mut self.known {
            known.stats.enter(now, Via::Gateway);
            return None;
        }
        let mut stats = RequestStats::new(now);
        stats.enter(now, Via::Gateway);
        self.known = Some(Known { stats, told: 1.0 });
        Some(FIRST)
    }

    /// A request ends. It must have entered.
    pub fn leave(&mut self, now: SimTime) {
        let known = self.known.as_mut().expect("a revision with an open request is known");
        known.stats.leave(now, Via::Gateway);
    }

    /// Cuts the report of this second; none if the revision is unknown.
    #[must_use]
    pub fn report(&mut self, now: SimTime) -> Option<Stat> {
        let known = self.known.as_mut()?;
        let stat = known.stats.report(now);
        let told = std::mem::take(&mut known.told);
        if stat.concurrency == 0.0 && known.stats.open() == 0.0 {
            self.known = None;
        }
        Some(Stat { concurrency: (stat.concurrency - told).max(0.0), requests: stat.requests - told, ..Stat::default() })
    }

    /// Whether the next report has something to say. While it has not, reports may be skipped.
    pub fn is_known(&self) -> bool {
        self.known.is_some()
    }
}
