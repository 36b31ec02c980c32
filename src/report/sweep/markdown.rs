//! A sweep for a README or a comment on a pull request: what `table` says, as GitHub's Markdown.

use super::super::head;
use super::super::markdown::{escape, lay, short};
use super::cells;
use super::fold::fold;
use super::table::ROWS_MAX;
use crate::experiment::Sweep;

/// The whole answer.
pub(super) fn render(sweep: &Sweep) -> String {
    let about = &sweep.about;
    let mut out = format!("### {}: sweep\n\n", escape(&about.scenario));
    if let Some(question) = &about.question {
        out += &format!("*{}*\n\n", escape(question));
    }
    out += &format!("{}. {}.\n\n{}\n\n", escape(&cells::extent(sweep)), escape(&head::run_of(about)), escape(&cells::verdict(sweep)));
    let frontier = fold(sweep, &cells::frontier(sweep));
    let listing = cells::listing(sweep, &frontier[..frontier.len().min(ROWS_MAX)], false);
    out += &lay("policy", &listing.names.iter().map(String::as_str).collect::<Vec<_>>(), &listing.rows);
    out += "\n";
    cells::best(sweep).iter().for_each(|line| out += &format!("- {}\n", escape(line)));
    out += &format!("\n<sub>coldcast {}, scenario `{}`</sub>\n", about.version, short(&about.scenario_hash));
    out
}
