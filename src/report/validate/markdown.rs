//! The answer as a page: every case with its figures, and every point.

use super::super::markdown::{escape, lay};
use super::super::rows::Row;
use super::say;
use crate::experiment::validate::assumptions::{GUESSES, NOT_MODELLED};
use crate::experiment::validate::{Judged, Series, Validation};

/// The whole page.
pub(super) fn render(it: &Validation) -> String {
    let mut out = format!("## {}\n\n{}\n", escape(&say::title(it)), LEGEND);
    out += &format!("\n{}", table("case", &["shows", "verdict"], it.cases.iter().map(overview)));
    it.cases.iter().for_each(|case| out += &one(case));
    out + &distrust()
}

/// Where the simulator is not to be trusted.
fn distrust() -> String {
    let absent = NOT_MODELLED.iter().map(|it| (it.what.to_owned(), vec![it.so.to_owned()]));
    let guesses = GUESSES.iter().map(|it| (it.what.to_owned(), vec![it.file.to_owned()]));
    format!(
        "\n### Where it is not to be trusted\n\n{}\nConstants that are guesses, each marked where it is defined:\n\n{}",
        table("not modelled", &["so"], absent),
        table("guess", &["defined in"], guesses)
    )
}

const LEGEND: &str = "*Error* is simulated ÷ reference − 1, *s.e.* the distance in combined standard errors, and an interval after ± \
                      the 95 % one. A bound on the mean is on the mean of the errors without their signs.";

fn overview(case: &Judged) -> (String, Vec<String>) {
    (case.name.to_owned(), vec![case.title.to_owned(), case.verdict().word().to_owned()])
}

fn one(case: &Judged) -> String {
    let mut out = format!("\n### {}: {}\n\n{}\n", escape(case.name), escape(case.title), escape(&say::against(case)));
    let found = match &case.found {
        Ok(found) => found,
        Err(why) => return out + &format!("\nSkipped: {}.\n", escape(why)),
    };
    out += &format!("\n{}", table("figure", &say::SERIES_HEAD, found.series.iter().map(|it| (it.figure.clone(), say::series(it)))));
    for (word, sentences) in [("Assumed", &found.assumed), ("Note", &found.notes)] {
        out += if sentences.is_empty() { "" } else { "\n" };
        sentences.iter().for_each(|it| out += &format!("- {word}: {}\n", escape(it)));
    }
    out += &format!("\n![simulated against reference]({}.svg)\n", case.name);
    out += &format!("\n<details><summary>Every point of {}</summary>\n", case.name);
    found.series.iter().for_each(|it| out += &points(it));
    out + "\n</details>\n"
}

fn points(series: &Series) -> String {
    let rows = series.points.iter().map(|point| (point.label.clone(), say::point(point)));
    format!("\n**{}** ({})\n\n{}", escape(&series.figure), series.verdict().word(), table("setting", &say::POINT_HEAD, rows))
}

fn table(corner: &str, heads: &[&str], rows: impl Iterator<Item = (String, Vec<String>)>) -> String {
    let rows: Vec<Row> = rows.map(|(label, cells)| Row { label, cells }).collect();
    lay(corner, heads, &rows)
}
