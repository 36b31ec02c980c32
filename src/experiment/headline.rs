//! The figures that are judged unless somebody says otherwise, and how much of each is worth a word.
//!
//! Judging all of them would be asking for trouble: a longest latency scatters without end, and the more is judged at once
//! the less can be told of each (Holm).

use crate::expression::{Band, Tolerance};
use crate::figure::{FIGURES, Unit, find};

/// Keys of the figures that people are paid and paged for.
pub const HEADLINE: [&str; 6] = ["cost.total", "latency_s.p50", "latency_s.p95", "latency_s.p99", "timeout_rate", "error_rate"];

/// A change of less is not worth a word: 1 % of a cost or a count. This and the next are a judgement of what people care about;
/// scenarios set their own.
const AMOUNT_TOLERATED: Band = Band::Relative(0.01);
/// Of a latency.
const LATENCY_TOLERATED: Band = Band::Relative(0.015);
/// Of a rate: a tenth of a percentage point, or 5 % of it if that is more.
const SHARE_TOLERATED: Band = Band::Larger { share: 0.05, amount: 0.001 };

/// Figures of which less is worse. More is worse of every other one that anybody would judge.
const LESS_IS_WORSE: [&str; 1] = ["requests.completed"];

/// The tolerance of a figure that nobody has set.
pub fn default_tolerance(figure: usize) -> Tolerance {
    let band = match FIGURES[figure].unit {
        Unit::Share => SHARE_TOLERATED,
        Unit::Seconds => LATENCY_TOLERATED,
        Unit::Count | Unit::Money => AMOUNT_TOLERATED,
    };
    Tolerance { figure, band }
}

/// The headline figures with their tolerances, then whatever else was set. A later setting of a figure replaces an earlier.
pub fn judged(set: &[Tolerance]) -> Vec<Tolerance> {
    let headline = HEADLINE.iter().map(|key| default_tolerance(find(key).expect("a key of the table").0));
    let mut judged: Vec<Tolerance> = headline.collect();
    for tolerance in set {
        match judged.iter_mut().find(|it| it.figure == tolerance.figure) {
            Some(it) => *it = *tolerance,
            None => judged.push(*tolerance),
        }
    }
    judged
}

/// By how much a figure got worse when it rose by `by`.
pub fn worse(figure: usize, by: f64) -> f64 {
    if LESS_IS_WORSE.contains(&FIGURES[figure].key) { -by } else { by }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_replaces_what_is_usual() {
        assert_eq!(judged(&[]).len(), HEADLINE.len());
        let (p99, wakes) = (find("latency_s.p99").unwrap().0, find("wake_ups.count").unwrap().0);
        let set = [p99, wakes].map(|figure| Tolerance { figure, band: Band::Relative(0.5) });
        let judged = judged(&set);
        assert_eq!(judged.len(), HEADLINE.len() + 1);
        assert!(set.iter().all(|it| judged.contains(it)));
    }

    #[test]
    fn every_key_is_a_figure() {
        assert!(HEADLINE.iter().chain(&LESS_IS_WORSE).all(|key| find(key).is_some()));
    }
}
