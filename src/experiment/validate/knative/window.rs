//! What the experimenter's logger writes of an hour (pacslab/conc-value-perf-modelling, helpers/workload.py): every second the
//! requests that the client has in flight, divided by the ready pods, in a window of the last 60; every two seconds the ready
//! pods and the mean of the window. Batches of ten minutes, the first and the last of them dropped: minutes 10 to 50 count.

use crate::observe::witness::Scene;

/// An hour, as it was logged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// Mean ready pods.
    pub pods: f64,
    /// Mean of the window concurrency of a pod.
    pub concurrency: f64,
}

/// The logged seconds, and those that count.
const SECONDS: usize = 3600;
const COUNTED: std::ops::Range<usize> = 600..3000;
/// Seconds in a window, and between two records.
const WINDOW: usize = 60;
const EVERY: usize = 2;

/// Counts what somebody saw of an hour.
pub fn seen(scene: &Scene) -> Window {
    let in_flight = at_seconds(scene.requests.iter().map(|it| (it.sent().0, it.end().0)));
    let ready = at_seconds(scene.instances.iter().map(|it| (it.ready.0, it.retired.or(it.gone).map_or(u64::MAX, |at| at.0))));
    let of_a_pod: Vec<f64> = in_flight.iter().zip(&ready).map(|(requests, pods)| *requests as f64 / (*pods).max(1) as f64).collect();
    let records = || COUNTED.step_by(EVERY);
    let window = |at: usize| of_a_pod[at + 1 - WINDOW..=at].iter().sum::<f64>() / WINDOW as f64;
    let mean = |of: &dyn Fn(usize) -> f64| records().map(of).sum::<f64>() / records().count() as f64;
    Window { pods: mean(&|at| ready[at] as f64), concurrency: mean(&window) }
}

/// How many of these intervals, in nanoseconds, hold each whole second.
fn at_seconds(intervals: impl Iterator<Item = (u64, u64)>) -> Vec<i64> {
    const SECOND: u64 = 1_000_000_000;
    let mut change = vec![0_i64; SECONDS + 1];
    // A pod that was given up while it started was never ready.
    for (from, until) in intervals.filter(|(from, until)| from < until) {
        let border = |at: u64| (at.div_ceil(SECOND) as usize).min(SECONDS);
        change[border(from)] += 1;
        change[border(until)] -= 1;
    }
    let level = change.iter().scan(0, |level, change| {
        *level += change;
        Some(*level)
    });
    level.take(SECONDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_holds_the_seconds_from_its_begin_to_before_its_end() {
        let s = |seconds: f64| (seconds * 1e9) as u64;
        let level = at_seconds([(s(1.5), s(3.0)), (s(2.0), s(2.5)), (s(3599.5), u64::MAX), (s(9.0), s(4.0))].into_iter());
        assert_eq!(level[..5], [0, 0, 2, 0, 0]);
        assert_eq!(level.len(), SECONDS);
    }
}
