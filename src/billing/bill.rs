//! The bill: lines by what the money bought, which sum to the total because the total is their sum.

use serde::{Serialize, Serializer, ser::SerializeStruct};

use crate::units::{Money, Span};

const HOUR_NS: f64 = 3.6e12;
const MONTH: Span = Span::from_secs(30 * 86_400);

/// What a line's money bought. The order is that of the lines of a bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineKind {
    /// Instances on their way to ready, from the moment their meter starts.
    Starting,
    /// Instances with at least one request.
    Serving,
    /// Ready instances without a request.
    Idle,
    /// Time added by the book's granularity and minimum.
    Rounding,
}

impl LineKind {
    /// As reports print it.
    pub fn name(self) -> &'static str {
        match self {
            LineKind::Starting => "starting",
            LineKind::Serving => "serving",
            LineKind::Idle => "idle",
            LineKind::Rounding => "rounding",
        }
    }
}

/// How much was bought, in integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Nanoseconds, summed over instances. Reported in instance-hours.
    InstanceTime(u128),
}

impl Quantity {
    /// The unit of [`Quantity::value`].
    pub fn unit(self) -> &'static str {
        match self {
            Quantity::InstanceTime(_) => "instance-hour",
        }
    }

    /// In [`Quantity::unit`]s, rounded to the nearest double.
    pub fn value(self) -> f64 {
        match self {
            Quantity::InstanceTime(ns) => ns as f64 / HOUR_NS,
        }
    }

    fn plus(self, other: Quantity) -> Quantity {
        match (self, other) {
            (Quantity::InstanceTime(a), Quantity::InstanceTime(b)) => Quantity::InstanceTime(a + b),
        }
    }

    fn scaled(self, by: u128, over: u128) -> Quantity {
        match self {
            Quantity::InstanceTime(ns) => Quantity::InstanceTime((ns * by + over / 2) / over),
        }
    }
}

/// One line of a bill. Serialised as `{line, quantity, unit, amount}`, amount in units of the currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What the money bought.
    pub line: LineKind,
    /// How much of it.
    pub quantity: Quantity,
    /// What it cost.
    pub amount: Money,
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_struct("Line", 4)?;
        line.serialize_field("line", &self.line)?;
        line.serialize_field("quantity", &self.quantity.value())?;
        line.serialize_field("unit", self.quantity.unit())?;
        line.serialize_field("amount", &self.amount.as_f64())?;
        line.end()
    }
}

/// What a run cost, line by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill {
    /// Of every amount; an ISO 4217 code.
    pub currency: String,
    /// At most one of a kind, in the order of [`LineKind`].
    pub lines: Vec<Line>,
}

impl Bill {
    /// A bill without lines.
    pub fn empty(currency: impl Into<String>) -> Bill {
        Bill { currency: currency.into(), lines: Vec::new() }
    }

    /// The sum of the lines.
    pub fn total(&self) -> Money {
        assert!(self.lines.is_sorted_by(|a, b| a.line < b.line), "one line of a kind, in order: {:?}", self.lines);
        self.lines.iter().map(|line| line.amount).sum()
    }

    /// What went into one kind of line; zero if there is none.
    pub fn amount(&self, kind: LineKind) -> Money {
        self.lines.iter().filter(|line| line.line == kind).map(|line| line.amount).sum()
    }

    /// Adds another bill, line to line of the same kind.
    ///
    /// # Panics
    /// If the currencies differ: whoever prices one run under several books checks that first.
    pub fn merge(&mut self, other: &Bill) {
        assert_eq!(self.currency, other.currency, "bills in different currencies cannot be added");
        for line in &other.lines {
            self.add(line.clone());
        }
    }

    fn add(&mut self, line: Line) {
        match self.lines.binary_search_by_key(&line.line, |own| own.line) {
            Err(at) => self.lines.insert(at, line),
            Ok(at) => {
                let own = &mut self.lines[at];
                own.quantity = own.quantity.plus(line.quantity);
                own.amount += line.amount;
            }
        }
    }

    /// The same bill for 30 days of the same, if this one is for `horizon`. Nothing for a horizon of zero.
    pub fn per_30_days(&self, horizon: Span) -> Option<Bill> {
        self.scaled(u128::from(MONTH.0), u128::from(horizon.0))
    }

    /// The same bill for a million requests, if this one is for `requests`. Nothing for none.
    pub fn per_million_requests(&self, requests: u64) -> Option<Bill> {
        self.scaled(1_000_000, u128::from(requests))
    }

    /// Every line times `by` / `over`, rounded half up to a billionth; the total is again the sum of the lines.
    fn scaled(&self, by: u128, over: u128) -> Option<Bill> {
        if over == 0 {
            return None;
        }
        let scale = |line: &Line| Line {
            line: line.line,
            quantity: line.quantity.scaled(by, over),
            amount: scale_money(line.amount, by as i128, over as i128),
        };
        Some(Bill { currency: self.currency.clone(), lines: self.lines.iter().map(scale).collect() })
    }
}

fn scale_money(amount: Money, by: i128, over: i128) -> Money {
    Money((amount.0 * by + over / 2).div_euclid(over))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bill(lines: &[(LineKind, u128, i128)]) -> Bill {
        let line = |&(line, ns, amount): &_| Line { line, quantity: Quantity::InstanceTime(ns), amount: Money(amount) };
        Bill { currency: "CNY".to_owned(), lines: lines.iter().map(line).collect() }
    }

    #[test]
    fn merging_adds_line_to_line_and_keeps_the_order() {
        let mut ours = bill(&[(LineKind::Starting, 10, 1), (LineKind::Idle, 20, 2)]);
        ours.merge(&bill(&[(LineKind::Serving, 30, 3), (LineKind::Idle, 40, 4)]));
        assert_eq!(ours, bill(&[(LineKind::Starting, 10, 1), (LineKind::Serving, 30, 3), (LineKind::Idle, 60, 6)]));
        assert_eq!((ours.total(), ours.amount(LineKind::Idle), ours.amount(LineKind::Rounding)), (Money(10), Money(6), Money(0)));
    }

    #[test]
    fn a_month_and_a_million_are_scaled_line_by_line() {
        let day = bill(&[(LineKind::Starting, 100, 5), (LineKind::Idle, 200, 7)]);
        let month = day.per_30_days(Span::from_secs(86_400)).unwrap();
        assert_eq!(month, bill(&[(LineKind::Starting, 3000, 150), (LineKind::Idle, 6000, 210)]));
        assert_eq!(day.per_million_requests(2_000_000).unwrap().total(), Money(3 + 4), "2.5 and 3.5, each half up");
        assert_eq!((day.per_30_days(Span::ZERO), day.per_million_requests(0)), (None, None));
    }

    #[test]
    fn a_line_is_written_in_hours_and_units_of_the_currency() {
        let line = &bill(&[(LineKind::Idle, 5_400_000_000_000, 250_000_000)]).lines[0];
        let expected = r#"{"line":"idle","quantity":1.5,"unit":"instance-hour","amount":0.25}"#;
        assert_eq!(serde_json::to_string(line).unwrap(), expected);
    }
}
