//! How far the answer reaches within the scenario's ranges: as rows of a table, in a sentence, and as CSV.

use super::human::{self, NONE};
use super::rows::Row;
use super::summary_csv::{decimal, write};
use crate::experiment::figure::{Figure, Unit, find};
use crate::experiment::frontier::MEASURES;
use crate::experiment::sensitivity::{Input, MeasureRange, PolicyRange, Sensitivity, Swing, Together};
use crate::experiment::{Comparison, FIGURES};

/// What the measures are called, in their order.
pub(super) const NAMES: [&str; 3] = ["cost", "latency p99", "timed out"];

/// The figure of a measure.
fn figure(measure: usize) -> &'static Figure {
    &FIGURES[find(MEASURES[measure]).expect("a measure is a figure").0]
}

/// What was done, in a line.
pub(super) fn legend(it: &Sensitivity) -> String {
    let together = match it.together {
        Together::Corners(1 | 2) => "both ends".to_owned(),
        Together::Corners(corners) => format!("{corners} corners"),
        Together::Hypercube(points) => format!("{points} points of a Latin hypercube"),
    };
    let ranges = if it.inputs.len() == 1 { "the range".to_owned() } else { format!("{} ranges", it.inputs.len()) };
    format!(
        "Within {ranges} (above: every range in its middle): the least and the greatest over the middle, each end alone and {together}; below, what \
         each range does alone. {} replications of every point, on the same requests; (in parentheses: may be chance)",
        it.replications
    )
}

/// For every measure its reach, and below it what each input does alone, the one that matters most first.
pub(super) fn rows(it: &Sensitivity, currency: &str) -> Vec<Row> {
    (0..MEASURES.len()).flat_map(|measure| measure_rows(it, measure, currency)).collect()
}

fn measure_rows(it: &Sensitivity, measure: usize, currency: &str) -> Vec<Row> {
    let unit = figure(measure).unit;
    let name = if unit == Unit::Money { format!("{}, {currency}", NAMES[measure]) } else { NAMES[measure].to_owned() };
    let reach = |policy: &PolicyRange| policy.measures[measure].as_ref().map_or(NONE.to_owned(), |range| reach(range, unit));
    let mut rows = vec![Row { label: name, cells: it.policies.iter().map(reach).collect() }];
    for input in ranked(it, measure) {
        let cell = |policy: &PolicyRange| policy.measures[measure].as_ref().map_or(NONE.to_owned(), |range| moved(range, input, unit));
        let label = format!("· {} {}", it.inputs[input].name, it.inputs[input].text.replace("..", " … "));
        rows.push(Row { label, cells: it.policies.iter().map(cell).collect() });
    }
    rows
}

fn value(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Money => human::plain_amount(value),
        Unit::Seconds => human::seconds(value),
        Unit::Share => human::share(value),
        Unit::Count => human::count(value),
    }
}

fn reach(range: &MeasureRange, unit: Unit) -> String {
    let (low, high) = (value(range.low, unit), value(range.high, unit));
    if low == high { low } else { format!("{low} … {high}") }
}

/// From the value at the lower end to that at the upper.
fn moved(range: &MeasureRange, input: usize, unit: Unit) -> String {
    let swing = &range.swings[input];
    let text = if swing.at_low == swing.at_high {
        return "no change".into();
    } else {
        format!("{} → {}", value(swing.at_low, unit), value(swing.at_high, unit))
    };
    if swing.is_significant() || !swing.difference.has_interval() { text } else { format!("({text})") }
}

/// How far an input moves a measure, as a share of it where it has a size.
pub(super) fn strength(range: &MeasureRange, input: usize) -> f64 {
    let width = range.swings[input].width();
    if range.middle > 0.0 { width / range.middle } else { width }
}

/// The inputs by what they do to a measure under the policy where they do most.
pub(super) fn ranked(it: &Sensitivity, measure: usize) -> Vec<usize> {
    let ranges = || it.policies.iter().filter_map(|policy| policy.measures[measure].as_ref());
    let most = |input: usize| ranges().map(|range| strength(range, input)).fold(0.0, f64::max);
    let mut inputs: Vec<usize> = (0..it.inputs.len()).collect();
    inputs.sort_by(|a, b| most(*b).total_cmp(&most(*a)).then(a.cmp(b)));
    inputs
}

/// What matters most, and whether the cheapest policy is the same throughout.
pub(super) fn sentences(it: &Sensitivity) -> Vec<String> {
    let hangs = |measure: usize| {
        let first = *ranked(it, measure).first()?;
        let moves = |policy: &PolicyRange| policy.measures[measure].as_ref().is_some_and(|range| range.swings[first].is_significant());
        it.policies.iter().any(moves).then(|| format!("{} hangs most on {}", NAMES[measure], it.inputs[first].name))
    };
    let said: Vec<String> = (0..MEASURES.len()).filter_map(hangs).collect();
    let matters = if said.is_empty() { "no range moves cost, p99 or timeouts beyond chance".to_owned() } else { said.join("; ") };
    let mut sentences = vec![format!("{matters}.")];
    sentences.extend(cheapest(it));
    sentences
}

fn cheapest(it: &Sensitivity) -> Option<String> {
    let mut winners: Vec<&PolicyRange> = it.policies.iter().filter(|policy| policy.cheapest_in > 0).collect();
    winners.sort_by_key(|policy| std::cmp::Reverse(policy.cheapest_in));
    match winners.as_slice() {
        _ if it.policies.len() < 2 => None,
        [one] => Some(format!("{} is the cheapest at all {} points.", one.name, it.points)),
        many => {
            let counts: Vec<String> = many.iter().map(|policy| format!("{} at {}", policy.name, policy.cheapest_in)).collect();
            Some(format!("Which policy is the cheapest hangs on the ranges: {} of {} points.", counts.join(", "), it.points))
        }
    }
}

const COLUMNS: [&str; 16] = [
    "policy",
    "figure",
    "unit",
    "input",
    "range",
    "low",
    "middle",
    "high",
    "at_low",
    "at_middle",
    "at_high",
    "difference",
    "difference_low",
    "difference_high",
    "least",
    "greatest",
];

/// `sensitivity.csv`: a row a policy, measure and input; nothing where no figure is a range.
pub(super) fn csv(comparison: &Comparison) -> Option<Vec<u8>> {
    let it = comparison.sensitivity.as_ref()?;
    let header = COLUMNS.map(str::to_owned);
    let rows = it.policies.iter().flat_map(|policy| {
        (0..MEASURES.len())
            .flat_map(move |measure| it.inputs.iter().enumerate().map(move |(index, input)| csv_row(policy, measure, index, input)))
    });
    let unit = |row: [String; 16]| row.map(|cell| if cell == "currency" { comparison.about.currency.clone() } else { cell });
    Some(write([header].into_iter().chain(rows.map(unit))).into_bytes())
}

fn csv_row(policy: &PolicyRange, measure: usize, index: usize, input: &Input) -> [String; 16] {
    let unit = match figure(measure).unit {
        Unit::Money => "currency",
        Unit::Seconds => "s",
        Unit::Share => "share",
        Unit::Count => "count",
    };
    let range = policy.measures[measure].as_ref();
    let swing = |of: fn(&Swing) -> f64| decimal(range.map(|range| of(&range.swings[index])));
    let ends = range.map(|range| range.swings[index].difference).filter(|it| it.has_interval());
    let [low, middle, high] = input.values.clone();
    let head =
        [policy.name.clone(), MEASURES[measure].to_owned(), unit.to_owned(), input.path.clone(), input.text.clone(), low, middle, high];
    let tail = [
        swing(|it| it.at_low),
        decimal(range.map(|range| range.middle)),
        swing(|it| it.at_high),
        swing(|it| it.difference.point),
        decimal(ends.map(|it| it.low)),
        decimal(ends.map(|it| it.high)),
        decimal(range.map(|range| range.low)),
        decimal(range.map(|range| range.high)),
    ];
    [head.as_slice(), &tail].concat().try_into().expect("eight and eight")
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn the_input_that_matters_most_stands_first() {
        let comparison = sample::ranged();
        let it = comparison.sensitivity.as_ref().unwrap();
        let labels: Vec<String> = rows(it, "CNY").into_iter().map(|row| row.label).collect();
        assert_eq!(labels[..4], ["cost, CNY", "· price 0.30 … 0.36", "· image 300MB … 500MB", "latency p99"]);
        assert_eq!(labels[4], "· image 300MB … 500MB");
        let cells = &rows(it, "CNY")[0].cells;
        assert_eq!(cells[0], "9.00 … 11.00");
        assert!(sentences(it)[0].starts_with("cost hangs most on price; latency p99 hangs most on image"), "{:?}", sentences(it));
        assert!(sentences(it)[1].contains("hangs on the ranges: keep-one at 5, scale-to-zero at 4 of 9 points"), "{:?}", sentences(it));
    }

    #[test]
    fn a_row_a_policy_measure_and_input() {
        let text = String::from_utf8(csv(&sample::ranged()).unwrap()).unwrap();
        assert_eq!(text.lines().count(), 1 + 2 * 3 * 2);
        assert!(
            text.lines()
                .nth(1)
                .unwrap()
                .starts_with("keep-one,cost.total,CNY,services.shop.instance.price,0.30..0.36,0.3,0.33,0.36,9,10,11,2,"),
            "{text}"
        );
        assert_eq!(csv(&sample::policies(2)), None);
    }
}
