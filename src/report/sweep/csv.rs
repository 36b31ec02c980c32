//! `sweep.csv`: a row a cell, every digit written, empty where a figure or an interval does not exist.

use super::super::summary_csv::{estimate, write};
use super::cells;
use crate::experiment::{FIGURES, Standing, Sweep, SweptCell};

/// The whole table, with a header.
pub(super) fn render(sweep: &Sweep) -> String {
    let rows = sweep.cells.iter().enumerate().map(|(index, cell)| row(sweep, index, cell));
    write([header(sweep)].into_iter().chain(rows))
}

fn header(sweep: &Sweep) -> Vec<String> {
    let axes = sweep.axes.iter().map(|axis| axis.path.clone());
    let fixed = ["frontier", "beaten_by", "beaten_surely", "gave_up"].map(str::to_owned);
    let figures = FIGURES.iter().flat_map(|figure| ["", "_low", "_high"].map(|end| format!("{}{end}", figure.key)));
    ["cell", "policy", "same_as"].map(str::to_owned).into_iter().chain(axes).chain(fixed).chain(figures).collect()
}

fn row(sweep: &Sweep, index: usize, cell: &SweptCell) -> Vec<String> {
    let level =
        |(axis, level): (usize, &Option<usize>)| level.map_or(String::new(), |_| cells::level(&sweep.axes[axis], axis, cell).to_owned());
    let (by, surely) = match cell.standing {
        Standing::Beaten { by, surely } => (by.to_string(), surely.to_string()),
        Standing::Frontier | Standing::Unknown => (String::new(), String::new()),
    };
    let frontier = (cell.standing == Standing::Frontier).to_string();
    let head = [index.to_string(), cell.policy.clone(), cell.also.join(" ")];
    let figures = cell.figures.iter().flat_map(|figure| estimate(*figure));
    let fixed = [frontier, by, surely, cell.gave_up.clone().unwrap_or_default()];
    head.into_iter().chain(cell.levels.iter().enumerate().map(level)).chain(fixed).chain(figures).collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_row_a_cell() {
        let text = render(&sample::two_axes());
        let mut lines = text.lines();
        let header = lines.next().unwrap();
        assert!(header.starts_with("cell,policy,same_as,services.shop.autoscaler.kpa.min-scale,"), "{header}");
        assert!(header.contains(",frontier,beaten_by,beaten_surely,gave_up,requests.arrived,requests.arrived_low,"), "{header}");
        assert_eq!(lines.count(), sample::two_axes().cells.len());
    }
}
