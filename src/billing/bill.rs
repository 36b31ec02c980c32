//! The bill: lines by what the money bought, which sum to the total because the total is their sum.

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::line::Role;
pub use super::line::{LineKind, Quantity};
use super::tier::MONTH;
use crate::units::{Money, Span};

/// One line of a bill. Serialised as `{line, item, quantity, unit, amount}`, amount in units of the currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What the money bought.
    pub line: LineKind,
    /// Which of several of that kind: a component of the control plane, a fee of the load balancer.
    pub item: Option<String>,
    /// How much of it.
    pub quantity: Quantity,
    /// What it cost; below zero for what a grant or a tier takes off.
    pub amount: Money,
}

impl Line {
    /// A line that is the only one of its kind.
    pub fn new(line: LineKind, quantity: Quantity, amount: Money) -> Line {
        Line { line, item: None, quantity, amount }
    }

    fn key(&self) -> (LineKind, &Option<String>) {
        (self.line, &self.item)
    }
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_struct("Line", 5)?;
        line.serialize_field("line", self.line.name())?;
        line.serialize_field("item", &self.item)?;
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
    /// At most one of a kind and item, in the order of [`LineKind`] and then of the item.
    pub lines: Vec<Line>,
}

impl Bill {
    /// A bill without lines.
    pub fn empty(currency: impl Into<String>) -> Bill {
        Bill { currency: currency.into(), lines: Vec::new() }
    }

    /// The sum of the lines.
    pub fn total(&self) -> Money {
        assert!(self.lines.is_sorted_by(|a, b| a.key() < b.key()), "one line of a kind and item, in order: {:?}", self.lines);
        self.lines.iter().map(|line| line.amount).sum()
    }

    /// What went into one kind of line; zero if there is none.
    pub fn amount(&self, kind: LineKind) -> Money {
        self.amount_of(|line| line == kind)
    }

    /// What went into instances of a role, whatever they did.
    pub fn of_role(&self, role: Role) -> Money {
        self.amount_of(|line| line.role() == Some(role))
    }

    /// What went into these kinds of line.
    pub fn amount_of(&self, is_wanted: impl Fn(LineKind) -> bool) -> Money {
        self.lines.iter().filter(|line| is_wanted(line.line)).map(|line| line.amount).sum()
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

    /// Adds a line.
    pub fn add(&mut self, line: Line) {
        match self.lines.binary_search_by(|own| own.key().cmp(&line.key())) {
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
            item: line.item.clone(),
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
    use super::super::line::Phase;
    use super::*;

    const STARTING: LineKind = LineKind::Instance(Role::Standard, Phase::Starting);
    const SERVING: LineKind = LineKind::Instance(Role::Standard, Phase::Serving);
    const IDLE: LineKind = LineKind::Instance(Role::Standard, Phase::Idle);

    fn bill(lines: &[(LineKind, u128, i128)]) -> Bill {
        let line = |&(line, ns, amount): &_| Line::new(line, Quantity::InstanceTime(ns), Money(amount));
        Bill { currency: "CNY".to_owned(), lines: lines.iter().map(line).collect() }
    }

    #[test]
    fn merging_adds_line_to_line_and_keeps_the_order() {
        let mut ours = bill(&[(STARTING, 10, 1), (IDLE, 20, 2)]);
        ours.merge(&bill(&[(SERVING, 30, 3), (IDLE, 40, 4)]));
        assert_eq!(ours, bill(&[(STARTING, 10, 1), (SERVING, 30, 3), (IDLE, 60, 6)]));
        let rounding = LineKind::Instance(Role::Standard, Phase::Rounding);
        assert_eq!((ours.total(), ours.amount(IDLE), ours.amount(rounding)), (Money(10), Money(6), Money(0)));
        assert_eq!((ours.of_role(Role::Standard), ours.of_role(Role::Reserve)), (Money(10), Money(0)));
    }

    #[test]
    fn items_of_a_kind_stay_apart() {
        let line =
            |item: &str| Line { item: Some(item.to_owned()), ..Line::new(LineKind::ControlPlane, Quantity::InstanceTime(1), Money(1)) };
        let mut ours = Bill::empty("CNY");
        for item in ["webhook", "activator", "webhook"] {
            ours.add(line(item));
        }
        let shown: Vec<_> = ours.lines.iter().map(|line| (line.item.as_deref().unwrap(), line.amount.0)).collect();
        assert_eq!(shown, [("activator", 1), ("webhook", 2)]);
        assert_eq!(ours.total(), Money(3));
    }

    #[test]
    fn a_month_and_a_million_are_scaled_line_by_line() {
        let day = bill(&[(STARTING, 100, 5), (IDLE, 200, 7)]);
        let month = day.per_30_days(Span::from_secs(86_400)).unwrap();
        assert_eq!(month, bill(&[(STARTING, 3000, 150), (IDLE, 6000, 210)]));
        assert_eq!(day.per_million_requests(2_000_000).unwrap().total(), Money(3 + 4), "2.5 and 3.5, each half up");
        assert_eq!((day.per_30_days(Span::ZERO), day.per_million_requests(0)), (None, None));
    }

    #[test]
    fn a_line_is_written_in_hours_and_units_of_the_currency() {
        let line = &bill(&[(IDLE, 5_400_000_000_000, 250_000_000)]).lines[0];
        let expected = r#"{"line":"idle","item":null,"quantity":1.5,"unit":"instance-hour","amount":0.25}"#;
        assert_eq!(serde_json::to_string(line).unwrap(), expected);
    }
}
