//! What the gate found, for a person at a terminal. What is fine is counted, what is not is shown.

use anstyle::{AnsiColor, Style};

use super::super::head;
use super::say;
use crate::experiment::Verdict;
use crate::experiment::gate::{Against, Answer, Check, Promise, Regression};

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const DOUBT: Style = AnsiColor::Yellow.on_default();
const STRONG: Style = Style::new().bold();

const WIDTH: usize = 120;

/// The whole answer.
pub(super) fn render(check: &Check) -> String {
    let mut out = head::fold(&head::title(&check.comparison), WIDTH, "");
    out += &head::fold(&head::run(&check.comparison), WIDTH, "");
    if let Some(looks) = say::looks(check) {
        out += &head::fold(&looks, WIDTH, "");
    }
    if !check.promises.is_empty() {
        out += &format!("\n{STRONG}Promises{STRONG:#}\n");
        let wide = check.promises.iter().map(|it| say::policy(check, it.policy).chars().count()).max().unwrap_or(0);
        out.extend(check.promises.iter().map(|it| promise(it, check, wide)));
    }
    if let Some(against) = &check.against {
        out += &format!("\n{STRONG}Against the baseline{STRONG:#} ({})\n", say::compared(check).unwrap_or_default());
        out += &figures(against, check);
        out += &changes(against);
    }
    let style = match check.answer {
        Answer::Yes => GOOD,
        Answer::No => BAD,
        Answer::Unsure => DOUBT,
    };
    out + &format!("\n{style}{}{style:#}\n", say::answer(check))
}

/// A mark and a word, as wide as the widest.
fn mark(verdict: Verdict, word: &str) -> String {
    let (style, sign) = match verdict {
        Verdict::Holds => (GOOD, '✔'),
        Verdict::Broken => (BAD, '✘'),
        Verdict::Unsure => (DOUBT, '?'),
    };
    format!("{style}{sign} {word:11}{style:#}")
}

fn promise(it: &Promise, check: &Check, wide: usize) -> String {
    let mark = mark(it.verdict, say::verdict(it.verdict));
    format!("{mark}  {:wide$}  {}  ({})\n", say::policy(check, it.policy), it.text, say::sides(it, check))
}

/// Every figure that is not simply as it was, and how many are.
fn figures(against: &Against, check: &Check) -> String {
    let shown: Vec<&Regression> = against.regressions.iter().filter(|it| say::outcome(it, check) != "no worse").collect();
    let wide = shown.iter().map(|it| say::policy(check, it.policy).chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for it in &shown {
        let mark = mark(it.verdict, say::outcome(it, check));
        out += &format!("{mark}  {:wide$}  {}\n", say::policy(check, it.policy), say::moved(it, check));
    }
    let same = against.regressions.len() - shown.len();
    if same > 0 {
        let others = if shown.is_empty() { "" } else { "other " };
        out += &format!("{}  {same} {others}figure{}\n", mark(Verdict::Holds, "no worse"), if same == 1 { "" } else { "s" });
    }
    out + &against.notes.iter().map(|note| format!("· {note}\n")).collect::<String>()
}

fn changes(against: &Against) -> String {
    if against.changes.is_empty() {
        return "The scenario has not changed since.\n".into();
    }
    let mut out = format!("\n{STRONG}Changed in the scenario since{STRONG:#}\n");
    for change in &against.changes {
        let value = |it: &Option<String>| it.clone().unwrap_or_else(|| "–".into());
        out += &format!("· {}: {} → {}\n", change.path, value(&change.before), value(&change.after));
    }
    out
}
