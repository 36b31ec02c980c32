//! The state machines against naive ones that keep everything and compute from the definition, on random histories: what no
//! fixed set of vectors covers.

use proptest::collection::vec;
use proptest::prelude::*;

use super::activator_stats::ActivatorStats;
use super::delay::SlidingMax;
use super::spec::Algorithm;
use super::stats::{RequestStats, Via};
use super::window::Window;
use crate::units::{SimTime, Span};

/// A window that keeps every write.
struct Naive {
    seconds: i64,
    writes: Vec<(i64, f64)>,
    first: i64,
    last: Option<i64>,
}

impl Naive {
    fn new(seconds: i64) -> Naive {
        Naive { seconds, writes: Vec::new(), first: 0, last: None }
    }

    fn record(&mut self, second: i64, value: f64) {
        match self.last {
            Some(last) if second + self.seconds <= last => return,
            Some(last) if second - last < self.seconds => self.first = self.first.min(second),
            _ => {
                self.writes.clear();
                self.first = second;
            }
        }
        self.last = Some(self.last.map_or(second, |last| last.max(second)));
        self.writes.push((second, value));
    }

    /// The sum of a second.
    fn of(&self, second: i64) -> f64 {
        self.writes.iter().filter(|(of, _)| *of == second).map(|(_, value)| value).sum()
    }

    fn linear(&self, now: i64) -> f64 {
        let Some(last) = self.last else { return 0.0 };
        let silent = (now - last).max(0);
        if silent >= self.seconds {
            return 0.0;
        }
        let sum: f64 = (last.max(now) - self.seconds + 1..=last).map(|second| self.of(second)).sum();
        let divisor = (last - self.first + 1).min(self.seconds - silent);
        (sum / divisor as f64 * 1e6).round() / 1e6
    }

    fn weighted(&self, now: i64) -> f64 {
        let Some(last) = self.last else { return 0.0 };
        let newest = (1.0 - libm::pow(0.0001, 1.0 / self.seconds as f64)).max(0.2);
        let weight = |second: i64| newest * libm::pow(1.0 - newest, (last.max(now) - second) as f64);
        (last.max(now) - self.seconds + 1..=last).map(|second| self.of(second) * weight(second)).sum()
    }
}

/// A write or a look, so many milliseconds after the one before or before it.
fn history() -> impl Strategy<Value = Vec<(bool, i64, u32)>> {
    let step = prop_oneof![8 => 0i64..3000, 1 => -20_000i64..0, 1 => 0i64..200_000];
    vec((any::<bool>(), step, 0u32..1000), 1..120)
}

/// Late enough that no step leads before the start.
const START: i64 = 10_000_000;

proptest! {
    /// Whole numbers have exact sums, so the running one must agree in every bit.
    #[test]
    fn a_window_is_the_mean_of_its_seconds(seconds in 1i64..90, history in history()) {
        let length = Span::from_secs(seconds as u64);
        let (mut linear, mut weighted) = (Window::new(Algorithm::Linear, length), Window::new(Algorithm::WeightedExponential, length));
        let mut naive = Naive::new(seconds);
        let mut at = START;
        for (writes, step, value) in history {
            at += step;
            let now = SimTime(at as u64 * 1_000_000);
            if writes {
                let value = f64::from(value);
                linear.record(now, value);
                weighted.record(now, value);
                naive.record(at / 1000, value);
            }
            prop_assert_eq!(linear.average(now), naive.linear(at / 1000));
            let expected = naive.weighted(at / 1000);
            prop_assert!((weighted.average(now) - expected).abs() <= 1e-9 * expected, "{} is not {expected}", weighted.average(now));
            let silent = naive.last.is_none_or(|last| at / 1000 - last > seconds);
            prop_assert_eq!((linear.is_empty(now), weighted.is_empty(now)), (silent, silent));
        }
    }

    /// When the run began is nobody's business: not of a young window, not of one that is resized in its first seconds.
    #[test]
    fn a_window_does_not_know_when_the_run_began(seconds in 1u64..20, history in history(), resizes in vec(1u64..40, 0..4)) {
        for algorithm in [Algorithm::Linear, Algorithm::WeightedExponential] {
            let mut early = Window::new(algorithm, Span::from_secs(seconds));
            let mut late = early.clone();
            let (mut at, mut resizes) = (0i64, resizes.iter());
            for (index, (writes, step, value)) in history.iter().enumerate() {
                at = (at + step).max(0);
                let (now, later) = (SimTime(at as u64 * 1_000_000), SimTime((START + at) as u64 * 1_000_000));
                if *writes {
                    early.record(now, f64::from(*value) / 7.0);
                    late.record(later, f64::from(*value) / 7.0);
                } else if index % 5 == 0 && let Some(length) = resizes.next() {
                    early.resize(now, Span::from_secs(*length));
                    late.resize(later, Span::from_secs(*length));
                }
                prop_assert_eq!(early.average(now), late.average(later));
                prop_assert_eq!(early.is_empty(now), late.is_empty(later));
            }
        }
    }

    #[test]
    fn a_sliding_maximum_is_the_maximum_of_its_slots(delay in 1u64..40, history in vec((0u64..5000, 0i32..50), 1..120)) {
        let mut window = SlidingMax::new(Span::from_secs(delay), Span::from_secs(2));
        let (mut at, mut seen) = (0, Vec::new());
        for (step, value) in history {
            at += step;
            let slot = at / 1000 / 2;
            seen.push((slot, value));
            let expected = seen.iter().filter(|(of, _)| of + delay.div_ceil(2) > slot).map(|(_, value)| *value).max();
            prop_assert_eq!(Some(window.record(SimTime(at * 1_000_000), value)), expected);
        }
    }

    /// A report is the integral of what is open over the time since the last one, and every arrival is in exactly one.
    #[test]
    fn a_report_is_an_integral(history in vec((0u64..2500, 0u8..4), 1..120)) {
        let mut stats = RequestStats::new(SimTime::ZERO);
        let (mut at, mut open, mut area, mut since, mut arrived) = (0u64, [0u64; 2], 0u64, 0u64, 0u64);
        for (step, kind) in history {
            at += step;
            area += step * (open[0] + open[1]);
            let now = SimTime(at * 1_000_000);
            let (by, via) = if kind % 2 == 0 { (0, Via::Gateway) } else { (1, Via::Activator) };
            match kind {
                0 | 1 => {
                    stats.enter(now, via);
                    open[by] += 1;
                    arrived += 1;
                }
                2 if open[by] > 0 => {
                    stats.leave(now, via);
                    open[by] -= 1;
                }
                _ => {
                    let report = stats.report(now);
                    let expected = if at > since { area as f64 / (at - since) as f64 } else { 0.0 };
                    prop_assert!((report.concurrency - expected).abs() <= 1e-9 * expected, "{report:?} is not {expected}");
                    prop_assert_eq!(report.requests, arrived as f64);
                    (area, since, arrived) = (0, at, 0);
                }
            }
            prop_assert_eq!(stats.open(), (open[0] + open[1]) as f64);
        }
    }

    /// First messages and reports tell of every arrival once, and an idle activator falls silent.
    #[test]
    fn an_activator_tells_of_every_arrival_once(history in vec((0u64..1200, any::<bool>()), 1..120)) {
        let mut stats = ActivatorStats::default();
        let (mut at, mut open, mut arrived, mut told, mut due) = (0u64, 0u32, 0.0, 0.0, 1000u64);
        for (step, arrives) in history {
            at += step;
            while due <= at {
                told += stats.report(SimTime(due * 1_000_000)).map_or(0.0, |stat| stat.requests);
                due += 1000;
            }
            if arrives {
                told += stats.enter(SimTime(at * 1_000_000)).map_or(0.0, |stat| stat.requests);
                arrived += 1.0;
                open += 1;
            } else if open > 0 {
                stats.leave(SimTime(at * 1_000_000));
                open -= 1;
            }
        }
        (0..open).for_each(|_| stats.leave(SimTime(at * 1_000_000)));
        for second in 0..3 {
            told += stats.report(SimTime((due + second * 1000) * 1_000_000)).map_or(0.0, |stat| stat.requests);
        }
        prop_assert_eq!((told, stats.is_known()), (arrived, false));
    }
}
