//! The answer for a person at a terminal: a row a figure; every point of those that miss, or of a case asked for alone.

use super::super::head::fold;
use super::super::rows::Row;
use super::super::table::{WIDTH, lay_out, wide};
use super::say;
use crate::experiment::validate::{Findings, Judged, Series, Validation, Verdict};

/// The whole answer.
pub(super) fn render(it: &Validation) -> String {
    let alone = it.cases.len() == 1;
    let cases: String = it.cases.iter().map(|case| format!("\n{}", one(case, alone))).collect();
    let more = if alone { String::new() } else { format!("\n{}", fold(EVERY_POINT, WIDTH, "  ")) };
    fold(&say::title(it), WIDTH, "") + &cases + &more
}

const EVERY_POINT: &str = "Every point, exact or measured beside simulated with its interval: `--only NAME`, or the page that is written.";

fn one(case: &Judged, alone: bool) -> String {
    let mut out = fold(&format!("{}: {} — {}", case.name, case.title, case.verdict().word()), WIDTH, "  ");
    match &case.found {
        Err(why) => out += &fold(&format!("skipped: {why}"), WIDTH, "  "),
        Ok(found) => {
            out += &fold(&say::against(case), WIDTH, "  ");
            out += &figures(found, alone);
        }
    }
    out
}

fn figures(found: &Findings, alone: bool) -> String {
    let mut out = lay("figure", &say::SERIES_HEAD, found.series.iter().map(|it| (it.figure.clone(), say::series(it))));
    for series in &found.series {
        out += &points(series, alone);
    }
    for (word, sentences) in [("Assumed", &found.assumed), ("Note", &found.notes)] {
        sentences.iter().for_each(|it| out += &fold(&format!("• {word}: {it}"), WIDTH, "  "));
    }
    out
}

fn points(series: &Series, alone: bool) -> String {
    let missed = series.verdict() == Verdict::Missed;
    if !alone && !missed {
        return String::new();
    }
    let shown = series.points.iter().filter(|point| alone || series.bound.is_missed_by(point));
    let rows: Vec<(String, Vec<String>)> = shown.map(|point| (point.label.clone(), say::point(point))).collect();
    if rows.is_empty() {
        return String::new();
    }
    format!("\n{}{}", fold(&series.figure, WIDTH, "  "), lay("setting", &say::POINT_HEAD, rows.into_iter()))
}

/// Labels longer than there is room for are cut.
fn lay(corner: &str, heads: &[&str], rows: impl Iterator<Item = (String, Vec<String>)>) -> String {
    let heads: Vec<String> = heads.iter().map(|head| (*head).to_owned()).collect();
    let rows: Vec<Row> = rows.map(|(label, cells)| Row { label: cut(label), cells }).collect();
    let text = lay_out(&heads, &rows);
    // The corner is blank in a table of figures; here it says what the rows are.
    let blank = text.chars().take_while(|c| *c == ' ').count();
    if blank > corner.len() { format!("{corner}{}", &text[corner.len()..]) } else { text }
}

const LABEL_MAX: usize = 56;

fn cut(label: String) -> String {
    if wide(&label) <= LABEL_MAX { label } else { label.chars().take(LABEL_MAX - 1).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[track_caller]
    fn check(validation: &Validation, words: &[&str]) {
        let text = render(validation);
        for word in words {
            assert!(text.contains(word), "no `{word}` in\n{text}");
        }
    }

    #[test]
    fn says_what_holds_what_misses_and_what_was_skipped() {
        check(
            &sample::mixed(),
            &[
                "1 holds, 1 missed, 1 skipped",
                "queueing: known queues — holds",
                "M/M/c: mean wait, s",
                "each ≤ 3 s.e.",
                "skipped: there is no aws.csv in d",
                "mean ≤ 2 %",
            ],
        );
    }

    #[test]
    fn a_case_asked_for_alone_shows_every_point() {
        check(&sample::alone(), &["c 2, λ 1.5", "1.28571", "1.290 ± 0.008"]);
        assert!(!render(&sample::mixed()).contains("c 2, λ 1.5"));
        check(&sample::mixed(), &["`--only NAME`"]);
    }

    #[test]
    fn no_line_is_too_long() {
        for validation in sample::all() {
            for line in render(&validation).lines() {
                assert!(wide(line) <= WIDTH, "{} columns: {line}", wide(line));
            }
        }
    }
}
