//! A quantity made of figures: names looked up, kinds checked, ready to be computed.

use super::grammar::{self, Operator, Part, Written};
use super::kind::Kind;
use super::{Fault, Vocabulary};
use crate::error::did_you_mean;
use crate::figure::{self, FIGURES, Unit};
use crate::units::Span;

/// A quantity computed from figures. Having one is proof that it makes sense.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    term: Term,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
enum Term {
    Constant(f64),
    /// A figure by its position in [`FIGURES`], of a policy by its position; nothing for the policy that is asked about.
    Figure(usize, Option<usize>),
    Negative(Box<Term>),
    Joined(Operator, Box<Term>, Box<Term>),
}

impl Formula {
    /// Reads a quantity such as `cost / requests.completed`.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(text: &str, vocabulary: &Vocabulary) -> Result<Formula, Fault> {
        let formula = Builder { text, vocabulary }.build(&grammar::sum_alone(text)?)?;
        match formula.names_a_figure() {
            true => Ok(formula),
            false => Err(Fault::new(text, 0..text.len(), "there is no figure in it").hint("`coldcast list figures` shows them all")),
        }
    }

    /// What kind of quantity it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its value for policy `own`, where `value_of(figure, policy)` gives a figure by its position in [`FIGURES`].
    /// Nothing where a figure is not defined, or where a quotient is no finite number.
    pub fn value(&self, own: usize, value_of: &dyn Fn(usize, usize) -> Option<f64>) -> Option<f64> {
        self.term.value(own, value_of).filter(|value| value.is_finite())
    }

    /// Adds every figure it speaks of: policy and figure.
    pub fn figures(&self, own: usize, found: &mut Vec<(usize, usize)>) {
        self.term.figures(own, found);
    }

    pub(super) fn names_a_figure(&self) -> bool {
        let mut found = Vec::new();
        self.figures(0, &mut found);
        !found.is_empty()
    }

    /// Its value if it names no figure.
    pub(super) fn constant(&self) -> Option<f64> {
        if self.names_a_figure() { None } else { self.value(0, &|_, _| None) }
    }
}

impl Term {
    fn value(&self, own: usize, value_of: &dyn Fn(usize, usize) -> Option<f64>) -> Option<f64> {
        match self {
            Term::Constant(value) => Some(*value),
            Term::Figure(figure, policy) => value_of(*figure, policy.unwrap_or(own)),
            Term::Negative(inner) => Some(-inner.value(own, value_of)?),
            Term::Joined(operator, left, right) => {
                let (left, right) = (left.value(own, value_of)?, right.value(own, value_of)?);
                Some(match operator {
                    Operator::Plus => left + right,
                    Operator::Minus => left - right,
                    Operator::Times => left * right,
                    Operator::Over => left / right,
                })
            }
        }
    }

    fn figures(&self, own: usize, found: &mut Vec<(usize, usize)>) {
        match self {
            Term::Constant(_) => {}
            Term::Figure(figure, policy) => found.push((policy.unwrap_or(own), *figure)),
            Term::Negative(inner) => inner.figures(own, found),
            Term::Joined(_, left, right) => {
                left.figures(own, found);
                right.figures(own, found);
            }
        }
    }
}

/// Gives meaning to what was written.
pub(super) struct Builder<'b> {
    pub text: &'b str,
    pub vocabulary: &'b Vocabulary,
}

impl Builder<'_> {
    pub(super) fn build(&self, written: &Written) -> Result<Formula, Fault> {
        match &written.part {
            Part::Number { value, unit } => self.number(written, *value, unit),
            Part::Figure { name, policy } => {
                let policy = policy.as_ref().map(|(name, at)| self.policy(name, at)).transpose()?;
                self.figure(written, name, policy)
            }
            Part::Negative(inner) => {
                let inner = self.build(inner)?;
                Ok(Formula { term: Term::Negative(Box::new(inner.term)), kind: inner.kind })
            }
            Part::Joined(operator, left, right) => self.joined(*operator, left, right, written),
        }
    }

    /// A fault at a part.
    pub(super) fn fault(&self, at: &Written, message: String) -> Fault {
        Fault::new(self.text, at.at.clone(), message)
    }

    /// A part as it was written.
    pub(super) fn quote(&self, part: &Written) -> &str {
        &self.text[part.at.clone()]
    }

    fn number(&self, written: &Written, value: f64, unit: &str) -> Result<Formula, Fault> {
        let of = |value, unit| Ok(Formula { term: Term::Constant(value), kind: Kind::of(unit) });
        match unit {
            "" => Ok(Formula { term: Term::Constant(value), kind: Kind::NUMBER }),
            "%" => of(value / 100.0, Unit::Share),
            unit if unit.eq_ignore_ascii_case(&self.vocabulary.currency) => of(value, Unit::Money),
            unit => match self.quote(written).parse::<Span>() {
                Ok(span) => of(span.as_secs_f64(), Unit::Seconds),
                Err(_) => Err(self.unknown_unit(written, unit)),
            },
        }
    }

    fn unknown_unit(&self, written: &Written, unit: &str) -> Fault {
        let currency = &self.vocabulary.currency;
        let hint = match unit.len() == 3 && unit.chars().all(|c| c.is_ascii_uppercase()) {
            true => format!("the price book is in {currency}"),
            false => format!("write a time (`ms`, `s`, `min`, `h`, `d`), a share (`%`) or money (`{currency}`)"),
        };
        self.fault(written, format!("unknown unit `{unit}`")).hint(hint)
    }

    fn figure(&self, written: &Written, name: &str, policy: Option<usize>) -> Result<Formula, Fault> {
        let Some(figure) = figure::named(name) else {
            let at = written.at.start..written.at.start + name.len();
            let fault = Fault::new(self.text, at, format!("there is no figure `{name}`"));
            return Err(fault.hint(figure::suggestion(name)));
        };
        Ok(Formula { term: Term::Figure(figure, policy), kind: Kind::of(FIGURES[figure].unit) })
    }

    fn policy(&self, name: &str, at: &std::ops::Range<usize>) -> Result<usize, Fault> {
        let policies = &self.vocabulary.policies;
        policies.iter().position(|known| known == name).ok_or_else(|| {
            let fault = Fault::new(self.text, at.clone(), format!("there is no policy `{name}`"));
            fault.hint(did_you_mean(name, policies.iter().map(String::as_str)))
        })
    }

    fn joined(&self, operator: Operator, left: &Written, right: &Written, whole: &Written) -> Result<Formula, Fault> {
        let (a, b) = (self.build(left)?, self.build(right)?);
        if operator == Operator::Over && b.constant() == Some(0.0) {
            return Err(self.fault(right, "nothing can be divided by zero".into()));
        }
        let kind = match operator {
            Operator::Times => a.kind.times(b.kind),
            Operator::Over => a.kind.over(b.kind),
            Operator::Plus | Operator::Minus => a.kind.plus(b.kind).ok_or_else(|| {
                let doing = if operator == Operator::Plus { "added" } else { "subtracted" };
                self.mismatch(left, a.kind, right, b.kind, &format!("they cannot be {doing}"), whole)
            })?,
        };
        Ok(Formula { term: Term::Joined(operator, Box::new(a.term), Box::new(b.term)), kind })
    }

    /// Two quantities of different kinds, and what to do about it.
    pub(super) fn mismatch(&self, left: &Written, a: Kind, right: &Written, b: Kind, what: &str, at: &Written) -> Fault {
        let currency = &self.vocabulary.currency;
        let (left_is, right_is) = (a.words(currency), b.words(currency));
        let message = format!("`{}` is {left_is}, `{}` is {right_is}: {what}", self.quote(left), self.quote(right));
        let fault = self.fault(at, message);
        let bare = [(left, a, b), (right, b, a)].into_iter().find(|(part, kind, _)| kind.is_bare() && is_number(part));
        let unit = bare.and_then(|(part, _, other)| Some((self.quote(part), other.unit()?)));
        match unit {
            Some((number, Unit::Seconds)) => fault.hint(format!("write the unit: `{number}s`")),
            Some((number, Unit::Money)) => fault.hint(format!("write the currency: `{number} {currency}`")),
            _ => fault,
        }
    }
}

/// A number on its own, without a unit.
pub(super) fn is_number(part: &Written) -> bool {
    matches!(&part.part, Part::Number { unit, .. } if unit.is_empty())
}
