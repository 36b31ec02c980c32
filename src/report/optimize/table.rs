//! The answer for a person at a terminal.

use super::super::head;
use super::super::human::NONE;
use super::super::rows::Row;
use super::super::table::{GAP, WIDTH, table, wide};
use super::say;
use crate::experiment::{Finding, Optimum};

/// Candidates that are shown: those around the answer.
pub(super) const SHOWN: usize = 12;

/// The whole answer.
pub(super) fn render(it: &Optimum) -> String {
    let mut out = head::fold(&head::title_of(&it.about), WIDTH, "");
    out += &head::fold(&format!("Asked: {}", say::question(it)), WIDTH, "  ");
    out += &head::fold(&head::run_of(&it.about), WIDTH, "");
    out += "\n";
    if let Some(best) = it.best() {
        let word = if matches!(it.finding, Finding::Found(_)) { "Answer" } else { "Best so far" };
        let candidate = &it.candidates[best.candidate];
        out += &head::fold(
            &format!("{word}: {}, {} {}", say::name(it, best.candidate), it.minimize, say::objective(it, candidate)),
            WIDTH,
            "  ",
        );
        out += &promises(it, best.candidate);
    }
    say::verdict(it).iter().for_each(|line| out += &head::fold(line, WIDTH, "  "));
    out += &section("What binds", &say::binding(it));
    out += &section("One step cheaper", &say::steps(it));
    out += "\nCandidates\n";
    out += &candidates(it);
    out += &overlay(it);
    out += &head::fold(&format!("\nWork: {}", say::work(it)), WIDTH, "  ");
    out
}

/// Every promise of the answer: what was found, and how much is left.
fn promises(it: &Optimum, candidate: usize) -> String {
    let line = |(promise, judgement): (usize, &Option<crate::experiment::Judgement>)| {
        let left =
            judgement.as_ref().and_then(say::slack).map_or(String::new(), |slack| format!(", {} left", super::super::human::share(slack)));
        format!("  {}: {}{left}\n", it.subject_to[promise].text, say::found(it, promise, judgement.as_ref()))
    };
    it.candidates[candidate].promises.iter().enumerate().map(line).collect()
}

fn section(title: &str, lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let lines = lines.iter().take(SHOWN).map(|line| head::fold(&format!("• {line}"), WIDTH, "  "));
    format!("\n{title}\n{}", lines.collect::<String>())
}

/// The candidates that cost about what the answer does, the cheapest first.
pub(super) fn around(it: &Optimum) -> Vec<usize> {
    let cost = |candidate: &usize| it.candidates[*candidate].objective.map_or(f64::INFINITY, |it| it.point);
    let mut order: Vec<usize> = (0..it.candidates.len()).collect();
    order.sort_by(|a, b| cost(a).total_cmp(&cost(b)).then(a.cmp(b)));
    let at = it.best().and_then(|best| order.iter().position(|candidate| *candidate == best.candidate)).unwrap_or(0);
    let from = at.saturating_sub(SHOWN * 2 / 3).min(order.len().saturating_sub(SHOWN));
    order.into_iter().skip(from).take(SHOWN).collect()
}

/// A row a candidate: its policy, its values, what was found.
pub(super) fn rows(it: &Optimum) -> (Vec<String>, Vec<Row>) {
    let names = it.axes.iter().map(|axis| axis.name.clone()).chain([it.minimize.clone()]);
    let names = names.chain(it.subject_to.iter().map(|promise| left_side(&promise.text)));
    let names = names.chain(["runs", "stands"].map(str::to_owned)).collect();
    let row = |candidate: usize| {
        let cell = &it.candidates[candidate];
        let levels =
            it.axes.iter().zip(&cell.levels).map(|(axis, level)| level.map_or(NONE.to_owned(), |level| axis.levels[level].clone()));
        let promises = cell.promises.iter().enumerate().map(|(promise, judgement)| say::found(it, promise, judgement.as_ref()));
        let cells = levels.chain([say::objective(it, cell)]).chain(promises);
        let cells = cells.chain([cell.replications.to_string(), say::standing(it, candidate).to_owned()]);
        Row { label: cell.policy.clone(), cells: cells.collect() }
    };
    (names, around(it).into_iter().map(row).collect())
}

/// What a promise speaks of: its limit stands above the table already.
fn left_side(text: &str) -> String {
    text.split(['<', '>', '=']).next().unwrap_or(text).trim().to_owned()
}

fn candidates(it: &Optimum) -> String {
    let (names, mut rows) = rows(it);
    let width =
        |rows: &[Row], column: usize| rows.iter().map(|row| wide(&row.cells[column])).max().unwrap_or(0).max(wide(&names[column])) + GAP;
    let columns: usize = (0..names.len()).map(|column| width(&rows, column)).sum();
    let label = rows.iter().map(|row| wide(&row.label)).max().unwrap_or(0);
    let mut first = 0;
    if label + columns > WIDTH {
        // The values go into the label, as far as there is room.
        first = it.axes.len();
        let room = WIDTH.saturating_sub((first..names.len()).map(|column| width(&rows, column)).sum::<usize>() + 1).max(20);
        for (row, candidate) in rows.iter_mut().zip(around(it)) {
            let text = say::name(it, candidate);
            row.label = if wide(&text) > room { text.chars().take(room).chain(['…']).collect() } else { text };
            row.cells.drain(..first);
        }
    }
    let names: Vec<&str> = names[first..].iter().map(String::as_str).collect();
    let mut out = table(if first == 0 { "policy" } else { "candidate" }, &names, &rows, 0..names.len());
    if it.candidates.len() > rows.len() {
        out += &format!("… of {}; all are in optimize.csv\n", it.candidates.len());
    }
    out
}

/// The answer as it would be written into the scenario.
fn overlay(it: &Optimum) -> String {
    if it.best().is_none() {
        return String::new();
    }
    let lines: String = it.overlay.iter().map(|(path, value)| format!("    {path}: {value}\n")).collect();
    let lines = if lines.is_empty() { "    {}\n".to_owned() } else { lines };
    format!("\nAs a policy of the scenario\n  cheapest:\n{lines}")
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[track_caller]
    fn check(optimum: &Optimum, words: &[&str]) {
        let text = render(optimum);
        for word in words {
            assert!(text.contains(word), "no `{word}` in\n{text}");
        }
    }

    #[test]
    fn says_what_was_found_and_how_sure_that_is() {
        check(
            &sample::found(),
            &[
                "Asked: the least cost with latency.p99 < 2s",
                "Answer: keep-one, min-scale 1, cost 20.00 ± 0.10 CNY",
                "  latency.p99 < 2s: 1.5 s, 25 % left",
                "It keeps its promises: more than 99.9 % sure.",
                "latency.p99 < 2s binds: without it keep-one, min-scale 0 would do, which takes 25.0 % ± 1.0 % less (9 s)",
                "• min-scale 0 in place of 1 takes 25.0 % ± 1.0 % less, but breaks latency.p99 < 2s (9 s, 99.8 % sure)",
                "    services.s.autoscaler.kpa.min-scale: 1\n",
                "26 of at most 60 replications",
            ],
        );
    }

    #[test]
    fn says_what_was_not_found() {
        check(
            &sample::nothing(),
            &["None of 2 candidates keeps every promise.", "The nearest is keep-one, min-scale 1: latency.p99 < 2s is"],
        );
        check(
            &sample::unsure(),
            &[
                "The budget of 60 replications does not tell.",
                "Best so far: keep-one",
                "In doubt: keep-one, min-scale 0.",
                "`--budget 240`",
            ],
        );
    }

    #[test]
    fn no_line_is_too_long() {
        for optimum in sample::all() {
            for line in render(&optimum).lines() {
                assert!(wide(line) <= WIDTH, "{} columns: {line}", wide(line));
            }
        }
    }
}
