//! The answer for a README or a comment on a pull request.

use super::super::head;
use super::super::markdown::{escape, lay, short};
use super::{say, table};
use crate::experiment::{Finding, Optimum};

/// The whole answer.
pub(super) fn render(it: &Optimum) -> String {
    let mut out = format!("### {}: {}\n\n", escape(&it.about.scenario), escape(&say::question(it)));
    out += &format!("{}.\n\n", escape(&head::run_of(&it.about)));
    if let Some(best) = it.best() {
        let word = if matches!(it.finding, Finding::Found(_)) { "Answer" } else { "Best so far" };
        let objective = say::objective(it, &it.candidates[best.candidate]);
        out += &format!("**{word}: {}**, {} {}\n\n", escape(&say::name(it, best.candidate)), escape(&it.minimize), escape(&objective));
    }
    say::verdict(it).iter().for_each(|line| out += &format!("{}\n", escape(line)));
    for (title, lines) in [("What binds", say::binding(it)), ("One step cheaper", say::steps(it))] {
        if !lines.is_empty() {
            out += &format!("\n**{title}**\n\n");
            lines.iter().take(table::SHOWN).for_each(|line| out += &format!("- {}\n", escape(line)));
        }
    }
    let (names, rows) = table::rows(it);
    out += &format!("\n{}", lay("candidate", &names.iter().map(String::as_str).collect::<Vec<_>>(), &rows));
    out += &format!("\n{}.\n", escape(&say::work(it)));
    out += &format!("\n<sub>coldcast {}, scenario `{}`</sub>\n", it.about.version, short(&it.about.scenario_hash));
    out
}
