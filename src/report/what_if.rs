//! Counterfactuals: how the figures change where one cause of waiting is taken away, as a table and as a tornado plot.
//!
//! The comparison's baseline is the policy as it is, the others are the same without a cause.

use super::head;
use super::human;
use super::plot;
use super::rows::Row;
use super::{summary_csv, table};
use crate::experiment::figure::{Unit, find};
use crate::experiment::{CAUSES, Comparison, Difference, PolicyResult};

/// The figures that are compared, with their heads.
pub(super) const COMPARED: [(&str, &str); 4] =
    [("latency_s.p50", "latency p50"), ("latency_s.p99", "latency p99"), ("timeout_rate", "timed out"), ("cost.total", "cost")];

/// A file of the answer.
#[derive(Debug, Clone, Copy)]
pub struct Artifact {
    /// Its name.
    pub file: &'static str,
    /// Its content.
    pub render: fn(&Comparison) -> Vec<u8>,
}

/// Every file of the answer.
pub const ARTIFACTS: &[Artifact] = &[
    Artifact { file: "what-if-free.csv", render: |it| summary_csv::render(it).into_bytes() },
    Artifact { file: "what-if-free.json", render: |it| super::json::render(it).into_bytes() },
    Artifact { file: "tornado.svg", render: |it| plot::svg(plot::TORNADO, it) },
    Artifact { file: "tornado.png", render: |it| plot::png(plot::TORNADO, it) },
];

/// The answer for a person at a terminal.
pub fn render(comparison: &Comparison) -> String {
    let mut out = head::fold(&head::title(comparison), WIDTH, "") + &head::fold(&head::run(comparison), WIDTH, "");
    out += &head::fold(LEGEND, WIDTH, "");
    out += &format!("\n{}\n", table::lay_out(&heads(comparison), &rows(comparison)).trim_end());
    out + "\n" + &head::fold(&sentence(comparison), WIDTH, "  ")
}

const WIDTH: usize = 120;

const LEGEND: &str = "The same requests and the same chance with one cause taken away: changes, ± half a 95 % interval from paired replications; in \
                      parentheses where it may be chance, all changes considered. Changes do not add up: causes hide behind each other.";

fn heads(comparison: &Comparison) -> Vec<String> {
    COMPARED
        .iter()
        .map(|(key, name)| if *key == "cost.total" { format!("{name}, {}", comparison.about.currency) } else { (*name).to_owned() })
        .collect()
}

/// The policy as it is, then the same without each cause, the one that matters most for the p99 first.
fn rows(comparison: &Comparison) -> Vec<Row> {
    let base = &comparison.policies[comparison.baseline.expect("it is the policy as it is")];
    let as_it_is = Row { label: format!("{} as it is", base.name), cells: COMPARED.iter().map(|(key, _)| value(base, key)).collect() };
    let without = ranked(comparison).into_iter();
    let changed = without.map(|it| Row { label: it.name.clone(), cells: COMPARED.iter().map(|(key, _)| change(base, it, key)).collect() });
    std::iter::once(as_it_is).chain(changed).collect()
}

/// The counterfactuals, the one that changes the p99 most first; ties in the order in which causes come.
pub(super) fn ranked(comparison: &Comparison) -> Vec<&PolicyResult> {
    let mut policies: Vec<&PolicyResult> = comparison.policies.iter().filter(|it| it.differences.is_some()).collect();
    let size = |it: &PolicyResult, key: &str| it.difference(key).map_or(0.0, |it| it.estimate.point.abs());
    policies.sort_by(|a, b| {
        let by = |key| size(b, key).total_cmp(&size(a, key));
        by("latency_s.p99").then(by("latency_s.p50")).then(by("cost.total"))
    });
    policies
}

fn unit(key: &str) -> Unit {
    find(key).expect("a figure of the table").1.unit
}

fn value(policy: &PolicyResult, key: &str) -> String {
    let Some(it) = policy.figure(key) else { return human::NONE.to_owned() };
    match unit(key) {
        Unit::Seconds => human::seconds_worth(&it),
        Unit::Share => human::share(it.point),
        Unit::Money => human::amount(&it),
        Unit::Count => human::count(it.point),
    }
}

/// Less than this share of a figure is how a bill of billionths was rounded.
const ROUNDING: f64 = 1e-8;

fn change(base: &PolicyResult, policy: &PolicyResult, key: &str) -> String {
    let Some(it) = policy.difference(key) else { return human::NONE.to_owned() };
    let least = base.figure(key).map_or(0.0, |it| it.point.abs()) * ROUNDING;
    if it.estimate.point.abs() <= least && human::half(&it.estimate).is_none_or(|half| half <= least) {
        return "no change".to_owned();
    }
    let text = signed(&it, unit(key));
    if it.significant || human::half(&it.estimate).is_none() { text } else { format!("({text})") }
}

/// A change with its sign and half its interval.
fn signed(it: &Difference, unit: Unit) -> String {
    let (point, half) = (it.estimate.point, human::half(&it.estimate));
    let sign = if point > 0.0 { "+" } else { "" };
    match unit {
        Unit::Seconds => {
            let sign = if point < 0.0 { "−" } else { sign };
            let half = half.map_or(String::new(), |half| format!(" ± {}", human::seconds(half)));
            format!("{sign}{}{half}", human::seconds(point.abs()))
        }
        Unit::Share => format!("{sign}{} pp", human::with_interval(point * 100.0, half.map(|it| it * 100.0), 0, 2)),
        Unit::Money | Unit::Count => format!("{sign}{}", human::with_interval(point, half, 2, 4)),
    }
}

/// What is worth engineering first, as far as the run can tell: for the slowest, or else for those that time out.
fn sentence(comparison: &Comparison) -> String {
    let none =
        "No single cause, taken away, makes the slowest 1 % of requests faster or fewer of them time out, as far as this run can tell.";
    [("latency_s.p99", "the p99 goes"), ("timeout_rate", "the share that times out goes")]
        .iter()
        .find_map(|(key, what)| gain(comparison, key, what))
        .unwrap_or_else(|| none.to_owned())
}

/// The single cause without which a figure is surely less, by the most.
fn gain(comparison: &Comparison, key: &str, what: &str) -> Option<String> {
    let less = |it: &PolicyResult| it.difference(key).filter(|it| it.significant).map_or(0.0, |it| -it.estimate.point);
    let single = comparison.policies.iter().filter(|it| it.name != "without cold-start" && less(it) > 0.0);
    let first = single.reduce(|best, it| if less(it) > less(best) { it } else { best })?;
    let base = &comparison.policies[comparison.baseline.expect("it is the policy as it is")];
    let meaning = CAUSES.iter().find(|it| first.name.ends_with(it.name)).map_or("", |it| it.meaning);
    Some(format!("Most is gained {}: {what} from {} to {} if {meaning}.", first.name, value(base, key), value(first, key)))
}
