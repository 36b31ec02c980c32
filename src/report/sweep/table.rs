//! A sweep for a person at a terminal: the frontier, the best cells, and where the rest is.

use super::super::head;
use super::super::rows::Row;
use super::super::table::{GAP, WIDTH, table, wide};
use super::cells::{self, Listing};
use crate::experiment::Sweep;

/// More rows than this are not shown: nobody reads them.
pub(super) const ROWS_MAX: usize = 40;

/// The whole answer.
pub(super) fn render(sweep: &Sweep) -> String {
    let mut out = head::fold(&head::title(&sweep.about), WIDTH, "");
    out += &head::fold(&cells::extent(sweep), WIDTH, "");
    out += &head::fold(&head::run(&sweep.about), WIDTH, "");
    out += "\n";
    let frontier = cells::frontier(sweep);
    let shown = &frontier[..frontier.len().min(ROWS_MAX)];
    out += &head::fold(&cells::verdict(sweep), WIDTH, "");
    if !shown.is_empty() {
        out += "\nThe frontier, the cheapest first\n";
        out += &lay(cells::listing(sweep, shown), sweep, shown);
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

/// Side by side where that fits; otherwise the values go into the label.
fn lay(listing: Listing, sweep: &Sweep, cells: &[usize]) -> String {
    let names: Vec<&str> = listing.names.iter().map(String::as_str).collect();
    let column = |index: usize| listing.rows.iter().map(|row| wide(&row.cells[index])).max().unwrap_or(0).max(wide(names[index])) + GAP;
    let width = listing.rows.iter().map(|row| wide(&row.label)).max().unwrap_or(0) + (0..names.len()).map(column).sum::<usize>();
    if width <= WIDTH {
        return table("policy", &names, &listing.rows, 0..names.len());
    }
    let axes = sweep.axes.len();
    let in_words = |(row, cell): (&Row, &usize)| {
        let text = cells::described(sweep, &sweep.cells[*cell]);
        let cut: String = text.chars().take(60).collect();
        Row { label: if wide(&text) > 60 { format!("{cut}…") } else { text }, cells: row.cells[axes..].to_vec() }
    };
    let rows: Vec<Row> = listing.rows.iter().zip(cells).map(in_words).collect();
    table("cell", &names[axes..], &rows, 0..names.len() - axes)
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
        check(&sample::two_axes(), "policy");
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
