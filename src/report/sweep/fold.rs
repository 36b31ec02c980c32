//! Cells that differ in a value which changes nothing, as one row: `5 … 100` in place of five rows with the same figures.

use super::super::human::NONE;
use crate::experiment::Sweep;

/// Cells of one policy whose figures are all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::report) struct Folded {
    /// Their positions; the first stands for all.
    pub cells: Vec<usize>,
    /// The levels of every axis; with them, every combination is among the cells.
    levels: Vec<Vec<Option<usize>>>,
}

impl Folded {
    /// The values of an axis in words.
    pub(in crate::report) fn values(&self, sweep: &Sweep, axis: usize) -> String {
        let names = &sweep.axes[axis].levels;
        let levels: Vec<usize> = self.levels[axis].iter().copied().flatten().collect();
        match levels.as_slice() {
            [] => NONE.to_owned(),
            [first, .., last] if levels.len() > 2 && last - first + 1 == levels.len() => format!("{} … {}", names[*first], names[*last]),
            all => all.iter().map(|level| names[*level].as_str()).collect::<Vec<_>>().join(", "),
        }
    }

    /// Whether an axis means something to these cells.
    pub(in crate::report) fn has(&self, axis: usize) -> bool {
        self.levels[axis].iter().any(Option::is_some)
    }
}

/// These cells, folded along one axis after another. The order is that of the first of each.
pub(in crate::report) fn fold(sweep: &Sweep, cells: &[usize]) -> Vec<Folded> {
    let single = |cell: &usize| Folded { cells: vec![*cell], levels: sweep.cells[*cell].levels.iter().map(|level| vec![*level]).collect() };
    let mut rows: Vec<Folded> = cells.iter().map(single).collect();
    for axis in 0..sweep.axes.len() {
        let mut folded: Vec<Folded> = Vec::new();
        for row in rows {
            match folded.iter_mut().find(|other| alike(sweep, other, &row, axis)) {
                Some(other) => {
                    other.cells.extend(row.cells);
                    other.levels[axis].extend(&row.levels[axis]);
                    other.levels[axis].sort();
                }
                None => folded.push(row),
            }
        }
        rows = folded;
    }
    rows
}

/// Whether two rows differ in nothing but this axis.
fn alike(sweep: &Sweep, a: &Folded, b: &Folded, axis: usize) -> bool {
    let (first, second) = (&sweep.cells[a.cells[0]], &sweep.cells[b.cells[0]]);
    let others = (0..sweep.axes.len()).all(|other| other == axis || a.levels[other] == b.levels[other]);
    others && first.policy == second.policy && first.also == second.also && first.figures == second.figures
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_value_that_changes_nothing_takes_no_row() {
        let mut sweep = sample::two_axes();
        let figures = sweep.cells[0].figures.clone();
        // Of keep-one, all values of the second axis at the first value of the first one.
        sweep.cells[..5].iter_mut().for_each(|cell| cell.figures = figures.clone());
        let rows = fold(&sweep, &[0, 1, 2, 4, 5, 6, 20]);
        let shown: Vec<String> = rows.iter().map(|row| format!("{}|{}", row.values(&sweep, 0), row.values(&sweep, 1))).collect();
        assert_eq!(shown, ["0|30s, 1m, 5m, 1h", "1|30s", "1|1m", "0|30s"]);
        assert_eq!(fold(&sweep, &[0, 1, 2]).len(), 1);
        assert_eq!(fold(&sweep, &[0, 1, 2])[0].values(&sweep, 1), "30s … 5m");
    }
}
