//! Counting a run of requests as its authors counted it: pacslab/serverless-performance-modeling,
//! experiments/02-overall-plots.py and pacsltk/exp_parser.py. The published figures follow from the raw logs to twelve digits.
//!
//! - **Cold share**, as `specs/real-measurements.md` 2 says it: of the requests after the first quarter of the run.
//! - **Cold share in ten parts**, as the authors' script has it: the run is cut into ten parts of equally many requests, each without its last one. Of each part the first
//!   quarter of its time is dropped; the figure is the mean of the ten shares, its error their deviation ÷ √10.
//! - **Instances**: one counts from its first request to the end of its last one and ten minutes more, looked at once a minute
//!   from the first request after a quarter of the run.

use crate::experiment::measured::Measured;

/// A request, in seconds from any moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// When its client sent it.
    pub sent: f64,
    /// When it was answered.
    pub end: f64,
    /// Whether an instance was started for it.
    pub is_cold: bool,
    /// Who served it.
    pub instance: u64,
}

/// What the authors count of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counted {
    /// Share of cold requests after the first quarter of the run.
    pub cold: f64,
    /// The mean of that share over ten parts of the run.
    pub cold_in_parts: Measured,
    /// Mean number of instances.
    pub instances: f64,
}

const PARTS: usize = 10;
const IDLE_S: f64 = 600.0;
const EVERY_S: f64 = 60.0;

/// Fewer requests leave parts in which nothing can be counted.
pub const REQUESTS_MIN: usize = 3 * PARTS;

/// Counts at least [`REQUESTS_MIN`] requests, in the order in which they were sent.
pub fn count(seen: &[Seen]) -> Counted {
    Counted { cold: cold_share_of(seen).unwrap_or(f64::NAN), cold_in_parts: cold_in_parts(seen), instances: instances(seen) }
}

fn cold_in_parts(seen: &[Seen]) -> Measured {
    let step = seen.len() / PARTS;
    let shares: Vec<f64> = (0..PARTS).filter_map(|part| cold_share_of(&seen[part * step..(part + 1) * step - 1])).collect();
    let n = shares.len() as f64;
    let mean = shares.iter().sum::<f64>() / n;
    let variance = shares.iter().map(|share| (share - mean).powi(2)).sum::<f64>() / n;
    Measured::with_error(mean, (variance / n).sqrt())
}

/// Of a run or a part of one, after the first quarter of its whole seconds.
fn cold_share_of(part: &[Seen]) -> Option<f64> {
    let (first, last) = (part.first()?.sent, part.last()?.sent);
    let from = first + (last - first).floor() / 4.0;
    let steady: Vec<bool> = part.iter().filter(|it| it.sent > from).map(|it| it.is_cold).collect();
    (!steady.is_empty()).then(|| steady.iter().filter(|is_cold| **is_cold).count() as f64 / steady.len() as f64)
}

fn instances(seen: &[Seen]) -> f64 {
    let (first, last) = (seen[0].sent, seen[seen.len() - 1].sent);
    let from = seen.iter().map(|it| it.sent).find(|sent| *sent > first + (last - first) / 4.0).unwrap_or(last);
    let lives = lives(seen);
    // The last look is not counted.
    let looks = (((last - from) / EVERY_S).floor() as u32).max(1);
    let alive = |look: u32| {
        let at = from + f64::from(look) * EVERY_S;
        lives.iter().filter(|(begin, end)| *begin < at && at < *end).count()
    };
    (0..looks).map(alive).sum::<usize>() as f64 / f64::from(looks)
}

/// From when to when each instance counts.
fn lives(seen: &[Seen]) -> Vec<(f64, f64)> {
    let mut lives = std::collections::BTreeMap::new();
    for it in seen {
        let life = lives.entry(it.instance).or_insert((it.sent, it.end));
        *life = (it.sent.min(life.0), it.end.max(life.1));
    }
    lives.into_values().map(|(begin, end)| (begin, end + IDLE_S)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A request a minute for 200 minutes; every tenth is cold, and by an instance of its own.
    fn regular() -> Vec<Seen> {
        let seen = |minute: u64| {
            let is_cold = minute.is_multiple_of(10);
            let sent = 60.0 * minute as f64;
            Seen { sent, end: sent + 2.0, is_cold, instance: if is_cold { minute } else { 1 } }
        };
        (0..200).map(seen).collect()
    }

    #[test]
    fn a_regular_run_is_counted_by_hand() {
        let counted = count(&regular());
        // A part of 20 requests drops its last one and those of the first quarter of 18 minutes: 14 are left, one of them cold.
        assert!((counted.cold_in_parts.point - 1.0 / 14.0).abs() < 1e-12 && counted.cold_in_parts.standard_error < 1e-12);
        // Of the whole, those of the first 49.75 minutes are dropped: 150 are left, and 15 of them cold.
        assert!((counted.cold - 0.1).abs() < 1e-12);
        // The one that serves most, and each of the others for ten minutes and two seconds, looked at on whole minutes.
        assert_eq!(counted.instances, 2.0);
    }
}
