//! The answer for a person at a terminal: policies side by side, a sentence each, and where the slow requests' time went.
//!
//! Policies are columns, so that one figure is compared along one line; as many as fit into 120 columns, the
//! others in a table below. No colour, no terminal: the width is fixed so that the bytes are too.

use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

use super::blame::{self, SCOPES};
use super::break_even;
use super::head;
use super::rows::{self, Row};
use super::sensitivity;
use super::words;
use crate::experiment::Comparison;

/// No line is longer, unless a single name is.
pub(super) const WIDTH: usize = 120;
/// Blanks between columns.
pub(super) const GAP: usize = 2;

const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─'));

/// The whole answer.
pub(super) fn render(comparison: &Comparison) -> String {
    let mut out = head::fold(&head::title(comparison), WIDTH, "");
    out += &head::fold(&head::run(comparison), WIDTH, "");
    out += &head::fold(&head::legend(comparison), WIDTH, "");
    out += "\n";
    out += tables(comparison, &rows::figures(comparison)).trim_end();
    out += "\n";
    let sentences = words::sentences(comparison);
    out += if sentences.is_empty() { "" } else { "\n" };
    for sentence in sentences {
        out += &head::fold(&format!("• {sentence}"), WIDTH, "  ");
    }
    if !comparison.break_evens.is_empty() {
        out += &format!("\n{}\n", break_even::HEAD);
        for sentence in break_even::sentences(&comparison.break_evens, &comparison.about.currency) {
            out += &head::fold(&format!("• {sentence}"), WIDTH, "  ");
        }
    }
    if let Some(it) = &comparison.sensitivity {
        out += &format!("\n{}", head::fold(&sensitivity::legend(it), WIDTH, ""));
        out += tables(comparison, &sensitivity::rows(it, &comparison.about.currency)).trim_end();
        out += "\n\n";
        sensitivity::sentences(it).iter().for_each(|sentence| out += &head::fold(&format!("• {sentence}"), WIDTH, "  "));
    }
    if comparison.policies.iter().any(|policy| policy.merged.latency.count() > 0) {
        for scope in SCOPES {
            out += &format!("\nWhere the time of {} went\n", scope.words);
            out += tables(comparison, &blame::rows(comparison, scope)).trim_end();
            out += "\n";
        }
    }
    out
}

/// The rows as one table, or as several where the policies do not fit side by side.
fn tables(comparison: &Comparison, rows: &[Row]) -> String {
    let names: Vec<&str> = comparison.policies.iter().map(|policy| policy.name.as_str()).collect();
    let label = rows.iter().map(|row| wide(&row.label)).max().unwrap_or(0);
    let widths: Vec<usize> =
        (0..names.len()).map(|index| rows.iter().map(|row| wide(&row.cells[index])).max().unwrap_or(0).max(wide(names[index]))).collect();
    let blocks = blocks(label, &widths);
    blocks.into_iter().map(|block| table("", &names[block.clone()], rows, block) + "\n").collect()
}

pub(super) fn wide(text: &str) -> usize {
    text.chars().count()
}

/// Consecutive columns that fit beside the labels; at least one each.
fn blocks(label: usize, widths: &[usize]) -> Vec<std::ops::Range<usize>> {
    let (mut blocks, mut first, mut used) = (Vec::new(), 0, label);
    for (index, width) in widths.iter().enumerate() {
        if index > first && used + GAP + width > WIDTH {
            blocks.push(first..index);
            (first, used) = (index, label);
        }
        used += GAP + width;
    }
    blocks.push(first..widths.len());
    blocks
}

/// Rows under these heads, all columns side by side.
pub(super) fn lay_out(heads: &[String], rows: &[Row]) -> String {
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    table("", &heads, rows, 0..heads.len())
}

/// One table: names above their columns, labels before their rows, and in the corner what the labels are.
pub(super) fn table(corner: &str, names: &[&str], rows: &[Row], columns: std::ops::Range<usize>) -> String {
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(line(corner, names));
    for row in rows {
        let cells: Vec<&str> = row.cells[columns.clone()].iter().map(String::as_str).collect();
        table.add_row(line(&row.label, &cells));
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((if index == 0 { 0 } else { GAP as u16 }, 0));
    }
    table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

fn line(label: &str, cells: &[&str]) -> Vec<Cell> {
    let cells = cells.iter().map(|cell| Cell::new(cell).set_alignment(CellAlignment::Right));
    [Cell::new(label)].into_iter().chain(cells).collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[track_caller]
    fn check(comparison: &Comparison, expected: &str) {
        let table = render(comparison);
        assert!(table.contains(expected), "no `{expected}` in\n{table}");
    }

    #[test]
    fn says_what_was_run() {
        check(&sample::policies(4), "night-shop: What should stand in for the shop's API while it sleeps?\n");
        check(&sample::policies(4), "1 d simulated · 4 replications · seed 1 · prices aliyun-cn-hangzhou (CNY)\n");
        check(&sample::once(), "1 d simulated, the first 2 h left out · 1 replication ·");
        check(&sample::once(), "Figures of a single replication");
    }

    #[test]
    fn compares_policies() {
        check(&sample::policies(4), "against baseline");
        check(&sample::policies(4), "Where the time of the slowest 1 % of requests went");
        check(&sample::policies(4), "application-start");
        check(&sample::once(), "(one replication: no interval)");
    }

    #[test]
    fn no_line_is_too_long() {
        for comparison in sample::all() {
            for line in render(&comparison).lines() {
                assert!(wide(line) <= WIDTH, "{} columns: {line}", wide(line));
                assert_eq!(line, line.trim_end());
            }
        }
    }

    #[test]
    fn what_does_not_fit_goes_below() {
        assert_eq!(blocks(20, &[40, 40, 40]), [0..2, 2..3]);
        assert_eq!(blocks(20, &[200, 1]), [0..1, 1..2]);
    }
}
