//! `summary.csv`: a row a policy and figure, every digit written, empty where a figure or an interval does not exist.

use crate::experiment::figure::{Figure, Unit};
use crate::experiment::{Comparison, Estimate, FIGURES, PolicyResult};

const COLUMNS: [&str; 10] =
    ["policy", "figure", "unit", "value", "low", "high", "difference", "difference_low", "difference_high", "significant"];

/// The whole table, with a header.
pub(super) fn render(comparison: &Comparison) -> String {
    let header = COLUMNS.map(str::to_owned);
    let rows = comparison
        .policies
        .iter()
        .flat_map(|policy| FIGURES.iter().enumerate().map(move |(index, figure)| row(policy, index, unit(figure, &comparison.currency))));
    write([header].into_iter().chain(rows))
}

/// Rows as CSV.
pub(super) fn write(rows: impl Iterator<Item = impl AsRef<[String]>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.as_ref()).expect("writing to memory");
    }
    String::from_utf8(writer.into_inner().expect("writing to memory")).expect("written from strings")
}

/// The shortest decimal that reads back as this number; empty for none.
pub(super) fn decimal(value: Option<f64>) -> String {
    value.filter(|value| value.is_finite()).map_or(String::new(), |value| value.to_string())
}

fn row(policy: &PolicyResult, index: usize, unit: &str) -> [String; 10] {
    let difference = policy.differences.as_ref().and_then(|differences| differences[index]);
    let [value, low, high] = estimate(policy.figures[index]);
    let [by, by_low, by_high] = estimate(difference.map(|it| it.estimate));
    let significant = difference.map_or(String::new(), |it| it.significant.to_string());
    [policy.name.clone(), FIGURES[index].key.to_owned(), unit.to_owned(), value, low, high, by, by_low, by_high, significant]
}

pub(super) fn estimate(estimate: Option<Estimate>) -> [String; 3] {
    let ends = estimate.filter(Estimate::has_interval);
    [decimal(estimate.map(|it| it.point)), decimal(ends.map(|it| it.low)), decimal(ends.map(|it| it.high))]
}

fn unit<'a>(figure: &Figure, currency: &'a str) -> &'a str {
    match figure.unit {
        Unit::Count => "count",
        Unit::Seconds => "s",
        Unit::Share => "share",
        Unit::Money => currency,
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_row_a_policy_and_figure() {
        let text = render(&sample::policies(4));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "policy,figure,unit,value,low,high,difference,difference_low,difference_high,significant");
        assert_eq!(lines.len(), 1 + 4 * FIGURES.len());
        assert!(lines[1].starts_with("keep-one,requests.arrived,count,"), "{}", lines[1]);
        assert!(lines[1].ends_with(",,,,"), "the baseline has no difference: {}", lines[1]);
        assert!(lines.last().unwrap().starts_with("fixed-two,cost.total,CNY,"));
        assert!(lines.last().unwrap().ends_with(",true"));
    }

    #[test]
    fn one_replication_has_no_ends() {
        let text = render(&sample::once());
        let cost = text.lines().find(|line| line.starts_with("keep-one,cost.total")).unwrap();
        assert!(cost.ends_with(",,,,,,"), "{cost}");
    }
}
