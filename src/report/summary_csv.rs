//! `summary.csv`: a row a policy and figure, every digit written, empty where a figure or an interval does not exist.

use crate::experiment::figure::{Figure, Unit};
use crate::experiment::{Comparison, Estimate, FIGURES, PolicyResult};

const COLUMNS: [&str; 10] =
    ["policy", "figure", "unit", "value", "low", "high", "difference", "difference_low", "difference_high", "significant"];

/// The whole table, with a header: figures, then the lines of the bill, then what other books ask.
pub(super) fn render(comparison: &Comparison) -> String {
    let header = COLUMNS.map(str::to_owned);
    let currency = comparison.about.currency.as_str();
    let of_policy = |policy| figures(policy, currency).chain(lines(policy, currency)).chain(bills(policy, currency));
    write([header].into_iter().chain(comparison.policies.iter().flat_map(of_policy)))
}

fn figures<'p>(policy: &'p PolicyResult, currency: &'p str) -> impl Iterator<Item = [String; 10]> {
    FIGURES.iter().enumerate().map(move |(index, figure)| row(policy, index, unit(figure, currency)))
}

/// The amount of every line: `cost.lines.idle`, or `cost.lines.gateway/traffic` where there are several of a kind.
fn lines(policy: &PolicyResult, currency: &str) -> impl Iterator<Item = [String; 10]> {
    policy.cost_lines.iter().map(move |line| {
        let item = line.item.as_ref().map_or(String::new(), |item| format!("/{item}"));
        money(policy, format!("cost.lines.{}{item}", line.line), currency, [decimal(Some(line.amount)), String::new(), String::new()])
    })
}

/// What the same runs cost by each further book: `bills.NAME`.
fn bills(policy: &PolicyResult, currency: &str) -> impl Iterator<Item = [String; 10]> {
    policy.bills.iter().map(move |bill| money(policy, format!("bills.{}", bill.price_book), currency, estimate(Some(bill.total))))
}

/// A row of money that is compared with no other.
fn money(policy: &PolicyResult, figure: String, currency: &str, [value, low, high]: [String; 3]) -> [String; 10] {
    let none = String::new;
    [policy.name.clone(), figure, currency.to_owned(), value, low, high, none(), none(), none(), none()]
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
        assert_eq!(lines.len(), 1 + 4 * (FIGURES.len() + 3 + 1), "three lines of the bill, one other book");
        assert!(lines[1].starts_with("keep-one,requests.arrived,count,"), "{}", lines[1]);
        assert!(lines[1].ends_with(",,,,"), "the baseline has no difference: {}", lines[1]);
        let total = lines.iter().find(|line| line.starts_with("fixed-two,cost.total,CNY,")).unwrap();
        assert!(total.ends_with(",true"));
        assert!(lines.iter().any(|line| line.starts_with("keep-one,cost.lines.idle,CNY,")));
        assert!(lines.last().unwrap().starts_with("fixed-two,bills.another-book,CNY,"));
    }

    #[test]
    fn one_replication_has_no_ends() {
        let text = render(&sample::once());
        let cost = text.lines().find(|line| line.starts_with("keep-one,cost.total")).unwrap();
        assert!(cost.ends_with(",,,,,,"), "{cost}");
    }
}
