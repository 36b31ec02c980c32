//! A sweep for a person at a terminal: the frontier, the best cells, and where the rest is.

use super::super::head;
use super::super::rows::Row;
use super::super::table::{GAP, WIDTH, table, wide};
use super::cells::{self, Listing};
use super::fold::{Folded, fold};
use crate::experiment::Sweep;

/// More rows than this are not shown: nobody reads them.
pub(super) const ROWS_MAX: usize = 40;

/// The whole answer.
pub(super) fn render(sweep: &Sweep) -> String {
    let mut out = head::fold(&head::title_of(&sweep.about), WIDTH, "");
    out += &head::fold(&cells::extent(sweep), WIDTH, "");
    out += &head::fold(&head::run_of(&sweep.about), WIDTH, "");
    out += "\n";
    let frontier = fold(sweep, &cells::frontier(sweep));
    let shown = &frontier[..frontier.len().min(ROWS_MAX)];
    out += &head::fold(&cells::verdict(sweep), WIDTH, "");
    if !shown.is_empty() {
        out += "\nThe frontier, the cheapest first\n";
        out += &lay(sweep, shown);
    }
    if frontier.len() > shown.len() {
        out += &format!("… and {} more\n", frontier.len() - shown.len());
    }
    let best = cells::best(sweep);
    if !best.is_empty() {
        out += "\nThe best cells\n";
        best.iter().for_each(|line| out += &head::fold(&format!("• {line}"), WIDTH, "  "));
    }
    out
}

/// Every column side by side where that fits; then the most important; then with the values in the label.
fn lay(sweep: &Sweep, rows: &[Folded]) -> String {
    let listing = [false, true].map(|brief| cells::listing(sweep, rows, brief)).into_iter().find(|it| width(it) <= WIDTH);
    match listing {
        Some(listing) => table("policy", &names(&listing), &listing.rows, 0..listing.names.len()),
        None => in_words(sweep, rows, cells::listing(sweep, rows, true)),
    }
}

fn names(listing: &Listing) -> Vec<&str> {
    listing.names.iter().map(String::as_str).collect()
}

/// Of the columns from `first` on.
fn columns_width(listing: &Listing, first: usize) -> usize {
    let cells = |index: usize| listing.rows.iter().map(move |row| wide(&row.cells[index]));
    (first..listing.names.len()).map(|index| cells(index).max().unwrap_or(0).max(wide(&listing.names[index])) + GAP).sum()
}

fn width(listing: &Listing) -> usize {
    listing.rows.iter().map(|row| wide(&row.label)).max().unwrap_or(0) + columns_width(listing, 0)
}

/// `keep-one, min-scale 2` before the figures, cut where it is too long.
fn in_words(sweep: &Sweep, folded: &[Folded], listing: Listing) -> String {
    let axes = sweep.axes.len();
    let room = WIDTH.saturating_sub(columns_width(&listing, axes) + 1);
    let in_words = |(row, folded): (&Row, &Folded)| {
        let values = (0..axes).filter(|axis| folded.has(*axis));
        let values = values.map(|axis| format!(", {} {}", sweep.axes[axis].name, folded.values(sweep, axis)));
        let text = format!("{}{}", row.label, values.collect::<String>());
        let cut: String = text.chars().take(room).collect();
        Row { label: if wide(&text) > room { format!("{cut}…") } else { text }, cells: row.cells[axes..].to_vec() }
    };
    let rows: Vec<Row> = listing.rows.iter().zip(folded).map(in_words).collect();
    table("cell", &names(&listing)[axes..], &rows, 0..listing.names.len() - axes)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[track_caller]
    fn check(sweep: &Sweep, expected: &str) {
        let text = render(sweep);
        assert!(text.contains(expected), "no `{expected}` in\n{text}");
    }

    #[test]
    fn says_what_was_swept_and_what_is_best() {
        check(&sample::one_axis(), "2 policies × min-scale (4 values): 5 cells\n");
        check(&sample::one_axis(), "of 5 cells are on the frontier");
        check(&sample::one_axis(), "• cheapest: keep-one, min-scale 0 (CNY ");
        check(&sample::two_axes(), "policy         min-scale  scale-to-zero-grace-period     cost, CNY  latency p99");
    }

    #[test]
    fn no_line_is_too_long() {
        for sweep in sample::all() {
            for line in render(&sweep).lines() {
                assert!(wide(line) <= WIDTH, "{} columns: {line}", wide(line));
                assert_eq!(line, line.trim_end());
            }
        }
    }
}
