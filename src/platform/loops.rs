//! When Knative's three loops come round for a revision: the activator's reports and the scrapes each second, the decisions
//! every other. (The fourth, the reports of queue-proxy, is `reporter`'s: nothing happens when one is cut.)
//!
//! They are tickers of different processes, each started when its object was made, so nothing aligns them
//! (`specs/knative-autoscaler.md` 0). Their phases are drawn for every revision and replication; a revision that is created
//! in the run is scraped and decided on for the first time a full period later. A scenario may align all loops at whole
//! seconds (`ticks: aligned`), as a test by hand needs it.

use rand::RngExt as _;

use crate::autoscaler::kpa::{REPORT, TICK};
use crate::engine::Rng;
use crate::units::{SimTime, Span};

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The activator cuts its report.
    pub report: bool,
    /// The pods are scraped.
    pub scrape: bool,
    /// The autoscaler decides.
    pub decide: bool,
}

/// The phases of the three loops of one revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loops {
    report: Span,
    scrape: Span,
    decide: Span,
    /// How often it decides.
    tick: Span,
}

impl Default for Loops {
    fn default() -> Loops {
        Loops { report: Span::ZERO, scrape: Span::ZERO, decide: Span::ZERO, tick: TICK }
    }
}

impl Loops {
    /// Three phases by chance.
    pub fn drawn(rng: &mut Rng) -> Loops {
        let mut phase = |period: Span| Span(rng.random_range(0..period.0));
        Loops { report: phase(REPORT), scrape: phase(REPORT), decide: phase(TICK), tick: TICK }
    }

    /// The same loops for a revision that is created at `now`: its tickers for scrapes and decisions start then. The
    /// activator's is older than the revision.
    pub fn started(self, now: SimTime) -> Loops {
        Loops { scrape: Span(now.0 % REPORT.0), decide: Span(now.0 % self.tick.0), ..self }
    }

    /// The same loops, but decisions are made at every report.
    pub fn deciding_at_reports(self) -> Loops {
        Loops { decide: self.report, tick: REPORT, ..self }
    }

    /// What is due at `now`.
    pub fn due(&self, now: SimTime) -> Due {
        let is_due = |phase: Span, period: Span| now.0 % period.0 == phase.0;
        Due { report: is_due(self.report, REPORT), scrape: is_due(self.scrape, REPORT), decide: is_due(self.decide, self.tick) }
    }

    /// The next moment after `now` at which something is due.
    pub fn next(&self, now: SimTime) -> SimTime {
        next(now, self.report, REPORT).min(next(now, self.scrape, REPORT)).min(next(now, self.decide, self.tick))
    }
}

/// The next moment after `now` that is `phase` beyond a multiple of `period`.
pub(super) fn next(now: SimTime, phase: Span, period: Span) -> SimTime {
    let begun = now.0 - now.0 % period.0;
    let at = SimTime(begun).saturating_add(phase);
    if at > now { at } else { at.saturating_add(period) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The milliseconds at which something is due, with a letter for what, from 0 to 4 s.
    fn course(loops: &Loops) -> Vec<(u64, &'static str)> {
        let mut at = SimTime::ZERO;
        let mut found = Vec::new();
        loop {
            at = loops.next(at);
            if at > SimTime::from_secs(4) {
                return found;
            }
            let Due { report, scrape, decide } = loops.due(at);
            let what = [(report, "report"), (scrape, "scrape"), (decide, "decide")];
            found.extend(what.into_iter().filter(|it| it.0).map(|it| (at.0 / 1_000_000, it.1)));
        }
    }

    #[test]
    fn aligned_loops_come_at_whole_seconds() {
        let each = |s| [(s, "report"), (s, "scrape")];
        let expected = [each(1000).as_slice(), &each(2000), &[(2000, "decide")], &each(3000), &each(4000), &[(4000, "decide")]].concat();
        assert_eq!(course(&Loops::default()), expected);
    }

    #[test]
    fn each_loop_keeps_its_phase() {
        let ms = Span::from_millis;
        let found = course(&Loops { report: ms(100), scrape: ms(900), decide: ms(1500), ..Loops::default() });
        let decided: Vec<u64> = found.iter().filter(|it| it.1 == "decide").map(|it| it.0).collect();
        assert_eq!(decided, [1500, 3500]);
        assert_eq!(found[..4], [(100, "report"), (900, "scrape"), (1100, "report"), (1500, "decide")]);
    }

    #[test]
    fn a_new_revision_is_looked_at_after_full_periods() {
        let ms = Span::from_millis;
        let drawn = Loops { report: ms(100), scrape: ms(900), decide: ms(1500), ..Loops::default() };
        let found = course(&drawn.started(SimTime(1_700_000_000)));
        let (scrapes, decisions): (Vec<_>, Vec<_>) = found.into_iter().filter(|it| it.1 != "report").partition(|it| it.1 == "scrape");
        assert_eq!(scrapes[..3], [(700, "scrape"), (1700, "scrape"), (2700, "scrape")]);
        assert_eq!(decisions, [(1700, "decide"), (3700, "decide")]);
    }

    #[test]
    fn decisions_can_be_made_at_every_report() {
        let ms = Span::from_millis;
        let loops = Loops { report: ms(100), scrape: ms(900), decide: ms(1500), ..Loops::default() };
        let found = course(&loops.deciding_at_reports());
        assert_eq!(found[..4], [(100, "report"), (100, "decide"), (900, "scrape"), (1100, "report")]);
    }
}
