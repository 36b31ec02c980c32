//! Which cells are worth a look: those that no other beats on cost, p99 and timeout rate together.
//!
//! A cell beats another if it is at least as good in all three and better in one. The verdict is by means; whether it is
//! sure is told by paired replications.

use super::Estimate;
use super::figure;

/// What is weighed, by key. Less is better.
pub const MEASURES: [&str; 3] = ["cost.total", "latency_s.p99", "timeout_rate"];

/// How a cell stands among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// No other beats it.
    Frontier,
    /// Another cell beats it, and is on the frontier itself.
    Beaten {
        /// Which.
        by: usize,
        /// Whether no measure's interval of the paired difference leaves a doubt.
        surely: bool,
    },
    /// It has no figures: nobody came, or the run was given up.
    Unknown,
}

/// The figures of a cell, a row a replication.
pub type Values = Vec<Vec<Option<f64>>>;

/// How every cell stands.
pub fn standings(cells: &[&Values]) -> Vec<Standing> {
    let columns = MEASURES.map(|key| figure::find(key).expect("a measure is a figure").0);
    let points: Vec<Option<[f64; 3]>> = cells.iter().map(|values| point(values, columns)).collect();
    let beaten = |index: usize| points[index].is_some_and(|own| points.iter().flatten().any(|other| beats(other, &own)));
    let frontier: Vec<usize> = (0..cells.len()).filter(|index| points[*index].is_some() && !beaten(*index)).collect();
    let standing = |index: usize| {
        let Some(own) = &points[index] else { return Standing::Unknown };
        let beating = frontier.iter().filter_map(|other| Some((*other, points[*other]?))).filter(|(_, point)| beats(point, own));
        // Whatever is beaten is beaten by one that is not: the cheapest of these.
        match beating.min_by(|a, b| a.1[0].total_cmp(&b.1[0])) {
            None => Standing::Frontier,
            Some((by, _)) => Standing::Beaten { by, surely: columns_differ(cells[index], cells[by], columns) },
        }
    };
    (0..cells.len()).map(standing).collect()
}

fn point(values: &Values, columns: [usize; 3]) -> Option<[f64; 3]> {
    let mut point = [0.0; 3];
    for (mean, column) in point.iter_mut().zip(columns) {
        *mean = mean_of(values, column)?;
    }
    Some(point)
}

/// The mean of a figure over the replications that have it.
pub(super) fn mean_of(values: &Values, column: usize) -> Option<f64> {
    estimate_of(values, column).map(|it| it.point)
}

/// A figure with its interval.
pub(super) fn estimate_of(values: &Values, column: usize) -> Option<Estimate> {
    Estimate::of(&values.iter().filter_map(|row| row[column]).collect::<Vec<_>>())
}

fn beats(a: &[f64; 3], b: &[f64; 3]) -> bool {
    a.iter().zip(b).all(|(a, b)| a <= b) && a.iter().zip(b).any(|(a, b)| a < b)
}

/// Whether `worse` is surely no better in any measure, and surely worse in one.
fn columns_differ(worse: &Values, better: &Values, columns: [usize; 3]) -> bool {
    let differences = columns.map(|column| paired(worse, better, column));
    let no_better = |it: &Option<Estimate>| it.is_some_and(|it| it.has_interval() && it.low >= 0.0);
    differences.iter().all(no_better) && differences.iter().flatten().any(|it| it.low > 0.0)
}

/// The difference of a figure, replication by replication: those that both have, in the order of the seeds.
pub fn paired(a: &Values, b: &Values, column: usize) -> Option<Estimate> {
    let differences: Vec<f64> = a.iter().zip(b).filter_map(|(a, b)| Some(a[column]? - b[column]?)).collect();
    Estimate::of(&differences)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::FIGURES;

    /// A cell of these measures in each replication.
    fn cell(replications: &[[f64; 3]]) -> Values {
        let row = |measures: &[f64; 3]| {
            let mut row = vec![Some(0.0); FIGURES.len()];
            for (key, value) in MEASURES.iter().zip(measures) {
                row[figure::find(key).unwrap().0] = Some(*value);
            }
            row
        };
        replications.iter().map(row).collect()
    }

    #[track_caller]
    fn check(cells: &[&[[f64; 3]]], expected: &str) {
        let cells: Vec<Values> = cells.iter().map(|it| cell(it)).collect();
        let show = |standing: &Standing| match standing {
            Standing::Frontier => "frontier".to_owned(),
            Standing::Beaten { by, surely } => format!("{by}{}", if *surely { "!" } else { "?" }),
            Standing::Unknown => "unknown".to_owned(),
        };
        let shown: Vec<String> = standings(&cells.iter().collect::<Vec<_>>()).iter().map(show).collect();
        assert_eq!(shown.join(" "), expected);
    }

    #[test]
    fn a_cell_is_beaten_by_one_that_is_nowhere_worse() {
        check(&[&[[1.0, 2.0, 0.0]; 2], &[[2.0, 1.0, 0.0]; 2]], "frontier frontier");
        check(&[&[[1.0, 2.0, 0.0]; 2], &[[2.0, 2.0, 0.0]; 2]], "frontier 0!");
        check(&[&[[2.0, 2.0, 0.1]; 2], &[[2.0, 2.0, 0.0]; 2]], "1! frontier");
        check(&[&[[2.0, 2.0, 0.0]; 2], &[[2.0, 2.0, 0.0]; 2]], "frontier frontier");
        check(&[&[[1.0, 9.0, 0.0]; 2], &[[2.0, 2.0, 0.0]; 2], &[[3.0, 9.0, 0.0]; 2]], "frontier frontier 0!");
    }

    #[test]
    fn what_is_sure_is_told_by_pairs() {
        let base = [[1.0, 2.0, 0.0], [1.2, 2.4, 0.0], [1.1, 2.2, 0.0]];
        let dearer = base.map(|[cost, p99, rate]| [cost + 0.01, p99, rate]);
        check(&[&base, &dearer], "frontier 0!");
        check(&[&base, &[[1.3, 2.0, 0.0], [1.0, 2.4, 0.0], [1.1, 2.2, 0.0]]], "frontier 0?");
        check(&[&[[1.0, 2.0, 0.0]], &[[2.0, 2.0, 0.0]]], "frontier 0?");
    }

    #[test]
    fn a_cell_without_figures_stands_nowhere() {
        let none: Values = vec![vec![None; FIGURES.len()]; 2];
        let some = cell(&[[1.0, 1.0, 0.0]; 2]);
        assert_eq!(standings(&[&none, &some, &Vec::new()]), [Standing::Unknown, Standing::Frontier, Standing::Unknown]);
    }
}
