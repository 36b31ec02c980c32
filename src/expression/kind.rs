//! What kind of quantity a formula is: its powers of seconds and money, and what a bare number counts.

use crate::figure::Unit;

/// A kind of quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    seconds: i32,
    money: i32,
    nature: Nature,
}

/// What a quantity without a dimension is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nature {
    /// Any number.
    Plain,
    /// Of things.
    Count,
    /// Of a whole.
    Share,
}

impl Kind {
    /// A number without a unit.
    pub(super) const NUMBER: Kind = Kind { seconds: 0, money: 0, nature: Nature::Plain };

    /// Of a figure with this unit.
    pub fn of(unit: Unit) -> Kind {
        match unit {
            Unit::Count => Kind { nature: Nature::Count, ..Kind::NUMBER },
            Unit::Share => Kind { nature: Nature::Share, ..Kind::NUMBER },
            Unit::Seconds => Kind { seconds: 1, ..Kind::NUMBER },
            Unit::Money => Kind { money: 1, ..Kind::NUMBER },
        }
    }

    /// The unit to write it with; nothing for a compound one such as money per second.
    pub fn unit(self) -> Option<Unit> {
        match (self.seconds, self.money, self.nature) {
            (0, 0, Nature::Share) => Some(Unit::Share),
            (0, 0, Nature::Plain | Nature::Count) => Some(Unit::Count),
            (1, 0, _) => Some(Unit::Seconds),
            (0, 1, _) => Some(Unit::Money),
            _ => None,
        }
    }

    /// Of a sum or a difference; nothing where the two do not add up. Also whether they can be compared.
    pub(super) fn plus(self, other: Kind) -> Option<Kind> {
        let nature = match (self.nature, other.nature) {
            (mine, theirs) if mine == theirs => mine,
            (Nature::Plain, nature) | (nature, Nature::Plain) => nature,
            _ => return None,
        };
        ((self.seconds, self.money) == (other.seconds, other.money)).then_some(Kind { nature, ..self })
    }

    /// Of a product.
    pub(super) fn times(self, other: Kind) -> Kind {
        Kind { seconds: self.seconds + other.seconds, money: self.money + other.money, nature: Nature::Plain }
    }

    /// Of a quotient.
    pub(super) fn over(self, other: Kind) -> Kind {
        Kind { seconds: self.seconds - other.seconds, money: self.money - other.money, nature: Nature::Plain }
    }

    /// Whether it is a number without a unit.
    pub(super) fn is_bare(self) -> bool {
        (self.seconds, self.money) == (0, 0)
    }

    /// Whether it is a share of a whole.
    pub(super) fn is_share(self) -> bool {
        self == Kind::of(Unit::Share)
    }

    /// In words.
    pub(super) fn words(self, currency: &str) -> String {
        match (self.unit(), self.nature) {
            (Some(Unit::Seconds), _) => "a time".into(),
            (Some(Unit::Money), _) => format!("money ({currency})"),
            (Some(Unit::Share), _) => "a share".into(),
            (Some(Unit::Count), Nature::Count) => "a count".into(),
            (Some(Unit::Count), _) => "a number".into(),
            (None, _) => self.compound(currency),
        }
    }

    /// A unit of its own, such as `CNY/s`.
    fn compound(self, currency: &str) -> String {
        let powers = [(self.money, currency), (self.seconds, "s")];
        let side = |wanted: fn(i32) -> bool| {
            let of = |(power, name): &(i32, &str)| match power.abs() {
                1 => (*name).to_owned(),
                n => format!("{name}^{n}"),
            };
            powers.iter().filter(|(power, _)| wanted(*power)).map(of).collect::<Vec<_>>().join("·")
        };
        let (above, below) = (side(|power| power > 0), side(|power| power < 0));
        let above = if above.is_empty() { "1".to_owned() } else { above };
        if below.is_empty() { format!("{above}, a product") } else { format!("{above}/{below}, a quotient") }
    }
}
