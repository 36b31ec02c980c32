//! The reports of queue-proxy: one is cut each second, and who scrapes a pod reads the newest, which is up to a second old
//! (knative/serving pkg/queue/sharedmain/main.go: reportingPeriod).
//!
//! Nothing is scheduled for it: a report that is due is cut as of the instant at which it was due, by the next event that
//! comes after. Not here: who reads it (`knative`, `sampling`).

use super::loops;
use crate::autoscaler::kpa::{REPORT, RequestStats, Stat, Via};
use crate::units::{SimTime, Span};

/// The statistics of one pod, or of all pods of a revision as one, as they are reported. O(1) an event, however long nothing
/// happened.
#[derive(Debug, Clone)]
pub struct Reporter {
    stats: RequestStats,
    newest: Stat,
    due: SimTime,
}

impl Reporter {
    /// Starts to observe at `now`, with nothing in flight; reports are cut `phase` after every whole second.
    pub fn new(now: SimTime, phase: Span) -> Reporter {
        Reporter { stats: RequestStats::new(now), newest: Stat::default(), due: loops::next(now, phase, REPORT) }
    }

    /// A request enters straight from the gateway. What comes through an activator is the activator's to count.
    #[inline]
    pub fn enter(&mut self, now: SimTime) {
        self.catch_up(now);
        self.stats.enter(now, Via::Gateway);
    }

    /// Such a request leaves.
    #[inline]
    pub fn leave(&mut self, now: SimTime) {
        self.catch_up(now);
        self.stats.leave(now, Via::Gateway);
    }

    /// The newest report; nothing but zeros before the first.
    pub fn newest(&mut self, now: SimTime) -> Stat {
        self.catch_up(now);
        self.newest
    }

    #[inline]
    fn catch_up(&mut self, now: SimTime) {
        if now >= self.due {
            self.cut(now);
        }
    }

    fn cut(&mut self, now: SimTime) {
        let last_due = SimTime(now.0 - (now - self.due).0 % REPORT.0);
        if last_due > self.due {
            // Nobody has read those before.
            self.stats.report(SimTime(last_due.0 - REPORT.0));
        }
        self.newest = self.stats.report(last_due);
        self.due = last_due.saturating_add(REPORT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(at: u64) -> SimTime {
        SimTime(at * 1_000_000)
    }

    /// One request from 600 ms to 1500 ms, reports cut `phase` ms after whole seconds: what is read then.
    #[track_caller]
    fn check(phase: u64, reads: &[(u64, f64, f64)]) {
        let mut pod = Reporter::new(SimTime::ZERO, Span::from_millis(phase));
        let (mut entered, mut left) = (false, false);
        for (at, concurrency, requests) in reads {
            if *at >= 600 && !std::mem::replace(&mut entered, *at >= 600) {
                pod.enter(ms(600));
            }
            if *at >= 1500 && !std::mem::replace(&mut left, *at >= 1500) {
                pod.leave(ms(1500));
            }
            let read = pod.newest(ms(*at));
            assert_eq!((read.concurrency, read.requests), (*concurrency, *requests), "at {at} ms, cut {phase} ms after the second");
        }
    }

    #[test]
    fn what_is_read_is_the_last_whole_report() {
        check(0, &[(500, 0.0, 0.0), (999, 0.0, 0.0), (1000, 0.4, 1.0), (1999, 0.4, 1.0), (2000, 0.5, 0.0), (3000, 0.0, 0.0)]);
        check(700, &[(650, 0.0, 0.0), (1699, 0.1 / 0.7, 1.0), (1700, 0.8, 0.0), (2699, 0.8, 0.0), (2700, 0.0, 0.0)]);
    }

    #[test]
    fn what_nobody_read_is_in_no_later_report() {
        check(0, &[(2000, 0.5, 0.0)]);
        check(0, &[(86_400_000, 0.0, 0.0)]);
        check(700, &[(3_600_000, 0.0, 0.0)]);
    }
}
