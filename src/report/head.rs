//! What stands above the figures: which scenario was asked what, and what the figures are worth.

use super::human;
use crate::experiment::estimate::CONFIDENCE;
use crate::experiment::{About, Comparison, Doubt, FIGURES, Looks, Open};
use crate::figure::short_name;

/// The scenario's name and its question.
pub(super) fn title(comparison: &Comparison) -> String {
    title_of(&comparison.about)
}

/// How it was run and what was paid with.
pub(super) fn run(comparison: &Comparison) -> String {
    run_of(&comparison.about)
}

/// The scenario's name and its question.
pub(super) fn title_of(about: &About) -> String {
    match &about.question {
        Some(question) => format!("{}: {}", about.scenario, question.trim()),
        None => about.scenario.clone(),
    }
}

/// How it was run and what was paid with.
pub(super) fn run_of(about: &About) -> String {
    let mut length = format!("{} simulated", human::seconds(about.horizon.as_secs_f64()));
    if about.warmup.0 > 0 {
        length += &format!(", the first {} left out", human::seconds(about.warmup.as_secs_f64()));
    }
    let replications = replications(about.replications);
    let (seed, book, currency) = (about.seed, &about.price_book, &about.currency);
    format!("{length} · {replications} · seed {seed} · prices {book} ({currency})")
}

/// What the figures are.
pub(super) fn legend(comparison: &Comparison) -> String {
    let confidence = comparison.settling.as_ref().map_or(CONFIDENCE, |it| it.looks.confidence());
    let interval = format!("Figures are means over the replications; ± is half a {} interval", percent(confidence));
    let legend = match comparison.about.replications {
        1 => "Figures of a single replication: without intervals, nothing says how far they would scatter.".to_owned(),
        _ if comparison.baseline.is_none() => format!("{interval}."),
        _ => format!("{interval}; a difference in parentheses may be chance."),
    };
    let names: Vec<&str> = comparison.policies.iter().map(|it| it.name.as_str()).collect();
    let settled = comparison.settling.as_ref().map(|it| {
        let open: Vec<String> = it.open.iter().map(|it| open(it, &names)).collect();
        settling(&it.looks, &open)
    });
    settled.map_or(legend.clone(), |settled| format!("{legend} {settled}"))
}

fn percent(confidence: f64) -> String {
    format!("{} %", human::fixed(confidence * 100.0, 1).trim_end_matches(".0"))
}

/// How far adding replications led, and what it left open.
pub(super) fn settling(looks: &Looks, open: &[String]) -> String {
    let (n, last, many) = (looks.replications(), looks.planned.last().copied().unwrap_or(0), looks.planned.len());
    let found = if looks.settled { "Settled" } else { "Not settled" };
    let open = if open.is_empty() { String::new() } else { format!(": {}", open.join(", ")) };
    let shared = format!("intervals are {} ones, so that all {many} planned looks together leave 5 %", percent(looks.confidence()));
    format!("{found} after {n} of at most {last} replications{open}; {shared}.")
}

/// What is open, in a few words.
pub(super) fn open(it: &Open, policies: &[&str]) -> String {
    let name = format!("{} of {}", short_name(FIGURES[it.figure].key), policies[it.policy]);
    let half = it.estimate.half_width() / it.estimate.point.abs();
    match it.what {
        Doubt::Precision if half.is_finite() => format!("{name} is known to ± {} only", human::percent(half, None)),
        Doubt::Precision => format!("{name} is not known well enough"),
        Doubt::Difference => format!("whether {name} differs from the baseline's"),
    }
}

/// "1 replication", "10 replications".
pub(super) fn replications(n: u32) -> String {
    format!("{n} replication{}", if n == 1 { "" } else { "s" })
}

/// Breaks prose into lines of at most `width` characters; the second and later ones are indented.
pub(super) fn fold(prose: &str, width: usize, indent: &str) -> String {
    let mut lines = vec![String::new()];
    for word in units_glued(prose) {
        let line = lines.last_mut().expect("there is always a line");
        if !line.trim().is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(format!("{indent}{word}"));
        } else {
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(&word);
        }
    }
    lines.join("\n") + "\n"
}

/// The words of a text, numbers together with their units: nobody looks for a `%` on the next line.
fn units_glued(prose: &str) -> Vec<String> {
    const UNITS: [&str; 6] = ["µs", "ms", "s", "min", "h", "d"];
    let mut words: Vec<String> = Vec::new();
    for word in prose.split_ascii_whitespace() {
        let bare = word.trim_end_matches([',', ';', '.', ')']);
        let follows = |last: &String| last.ends_with('±') || last.ends_with(|c: char| c.is_ascii_digit()) && UNITS.contains(&bare);
        match words.last_mut().filter(|last| word.starts_with(['%', '±']) || follows(last)) {
            Some(last) => last.extend([" ", word]),
            None => words.push(word.to_owned()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn prose_is_folded_at_words() {
        assert_eq!(fold("who will wait, and why?", 14, "  "), "who will wait,\n  and why?\n");
        assert_eq!(fold("it takes 9.1 s, or 5 % ± 1 % more", 14, ""), "it takes\n9.1 s, or\n5 % ± 1 % more\n");
        assert_eq!(fold("", 10, ""), "\n");
    }
}
