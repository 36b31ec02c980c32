//! What the gate found, for a comment on a pull request and for the summary of a step: GitHub's Markdown.

use super::super::head;
use super::super::markdown::{escape, short};
use super::say;
use crate::experiment::Verdict;
use crate::experiment::gate::{Against, Answer, Check, Regression};

/// The whole answer.
pub(super) fn render(check: &Check) -> String {
    let sign = match check.answer {
        Answer::Yes => "✅",
        Answer::No => "❌",
        Answer::Unsure => "❔",
    };
    let comparison = &check.comparison;
    let mut out = format!("### {sign} {}: {}\n\n", escape(&comparison.about.scenario), escape(&say::answer(check)));
    out += &format!("{}.", escape(&head::run(comparison)));
    for sentence in say::looks(check).into_iter().chain(say::compared(check).map(|it| format!("Baseline: {it}."))) {
        out += &format!(" {}", escape(&sentence));
    }
    out += "\n";
    out += &promises(check);
    if let Some(against) = &check.against {
        out += &figures(against, check);
        out += &changes(against);
    }
    out + &format!("\n<sub>coldcast {}, scenario `{}`</sub>\n", comparison.about.version, short(&comparison.about.scenario_hash))
}

fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "✅",
        Verdict::Broken => "❌",
        Verdict::Unsure => "❔",
    }
}

fn promises(check: &Check) -> String {
    if check.promises.is_empty() {
        return String::new();
    }
    let mut out = "\n| | policy | promise | found |\n|---|---|---|---|\n".to_owned();
    for it in &check.promises {
        let (policy, found) = (escape(say::policy(check, it.policy)), escape(&say::sides(it, check)));
        out += &format!("| {} {} | {policy} | {} | {found} |\n", sign(it.verdict), say::verdict(it.verdict), escape(&it.text));
    }
    out
}

/// What moved stands open, what did not is folded away.
fn figures(against: &Against, check: &Check) -> String {
    let (same, moved): (Vec<&Regression>, Vec<&Regression>) =
        against.regressions.iter().partition(|it| say::outcome(it, check) == "no worse");
    let mut out = String::new();
    if !moved.is_empty() {
        out += &format!("\n{}", rows(&moved, check));
    }
    if !same.is_empty() {
        let many = if same.len() == 1 { "figure".to_owned() } else { "figures".to_owned() };
        let others = if moved.is_empty() { "" } else { "other " };
        out += &format!("\n<details><summary>{} {others}{many} no worse</summary>\n\n{}\n</details>\n", same.len(), rows(&same, check));
    }
    out + &against.notes.iter().map(|note| format!("\n- {}", escape(note))).collect::<String>()
        + if against.notes.is_empty() { "" } else { "\n" }
}

fn rows(regressions: &[&Regression], check: &Check) -> String {
    let mut out = "| | policy | figure | before | after | difference | tolerated |\n|---|---|---|---:|---:|---:|---:|\n".to_owned();
    for it in regressions {
        let (before, after) = say::before_after(it, check);
        let cells = [say::figure(it.figure), before, after, say::difference(it, check), say::tolerated(it, check)].map(|it| escape(&it));
        let (policy, outcome) = (escape(say::policy(check, it.policy)), say::outcome(it, check));
        out += &format!("| {} {outcome} | {policy} | {} |\n", sign(it.verdict), cells.join(" | "));
    }
    out
}

fn changes(against: &Against) -> String {
    if against.changes.is_empty() {
        return "\nThe scenario has not changed since.\n".into();
    }
    let mut out = "\n**Changed in the scenario since**\n\n| key | before | after |\n|---|---|---|\n".to_owned();
    for change in &against.changes {
        let cell = |it: &Option<String>| it.as_ref().map_or("–".to_owned(), |it| escape(it));
        out += &format!("| {} | {} | {} |\n", escape(&change.path), cell(&change.before), cell(&change.after));
    }
    out
}
