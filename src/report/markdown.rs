//! The answer for a README or a comment on a pull request: what `table` says, as GitHub's Markdown.

use super::blame::{self, SCOPES};
use super::break_even;
use super::head;
use super::rows::{self, Row};
use super::sensitivity;
use super::words;
use crate::experiment::Comparison;

/// The whole answer.
pub(super) fn render(comparison: &Comparison) -> String {
    let mut out = format!("### {}\n\n", escape(&comparison.about.scenario));
    if let Some(question) = &comparison.about.question {
        out += &format!("*{}*\n\n", escape(question));
    }
    out += &format!("{}. {}\n\n", escape(&head::run(comparison)), head::legend(comparison));
    out += &table(comparison, &rows::figures(comparison));
    out += "\n";
    for sentence in words::sentences(comparison) {
        out += &format!("- {}\n", escape(&sentence));
    }
    if !comparison.break_evens.is_empty() {
        out += &format!("\n**{}**\n\n", break_even::HEAD);
        for sentence in break_even::sentences(&comparison.break_evens, &comparison.about.currency) {
            out += &format!("- {}\n", escape(&sentence));
        }
    }
    if let Some(it) = &comparison.sensitivity {
        out += &format!("\n{}\n\n", escape(&sensitivity::legend(it)));
        out += &table(comparison, &sensitivity::rows(it, &comparison.about.currency));
        out += "\n";
        sensitivity::sentences(it).iter().for_each(|sentence| out += &format!("- {}\n", escape(sentence)));
    }
    if comparison.policies.iter().any(|policy| policy.merged.latency.count() > 0) {
        for scope in SCOPES {
            out += &format!("\n**Where the time of {} went**\n\n", scope.words);
            out += &table(comparison, &blame::rows(comparison, scope));
        }
    }
    out += &format!("\n<sub>coldcast {}, scenario `{}`</sub>\n", comparison.about.version, short(&comparison.about.scenario_hash));
    out
}

fn table(comparison: &Comparison, rows: &[Row]) -> String {
    let names: Vec<&str> = comparison.policies.iter().map(|policy| policy.name.as_str()).collect();
    lay("", &names, rows)
}

/// Names above their columns, labels before their rows, and in the corner what the labels are.
pub(super) fn lay(corner: &str, names: &[&str], rows: &[Row]) -> String {
    let names: Vec<String> = names.iter().map(|name| escape(name)).collect();
    let corner = if corner.is_empty() { String::new() } else { format!("{} ", escape(corner)) };
    let mut out = format!("| {corner}| {} |\n|---|{}\n", names.join(" | "), "---:|".repeat(names.len()));
    for row in rows {
        let cells: Vec<String> = row.cells.iter().map(|cell| escape(cell)).collect();
        out += &format!("| {} | {} |\n", escape(&row.label), cells.join(" | "));
    }
    out
}

/// In one line, and without characters that Markdown would take for its own.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_whitespace() {
        out.push_str(if out.is_empty() { "" } else { " " });
        for c in word.chars() {
            match c {
                '<' => out.push_str("&lt;"),
                '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '~' => out.extend(['\\', c]),
                _ => out.push(c),
            }
        }
    }
    out
}

pub(super) fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[track_caller]
    fn check(comparison: &Comparison, expected: &str) {
        let text = render(comparison);
        assert!(text.contains(expected), "no `{expected}` in\n{text}");
    }

    #[test]
    fn is_a_table_with_a_column_a_policy() {
        check(&sample::policies(4), "| | keep-one | scale-to-zero | keep-alive | fixed-two |\n|---|---:|---:|---:|---:|\n| cost, CNY | ");
        check(&sample::policies(4), "\n- scale-to-zero saves ");
        check(&sample::policies(4), "**Where the time of the slowest 1 % of requests went**");
    }

    #[test]
    fn names_cannot_break_the_table() {
        assert_eq!(escape("a|b\n*c* <d>"), "a\\|b \\*c\\* &lt;d>");
    }
}
