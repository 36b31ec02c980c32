//! A comparison of two quantities.

use std::fmt;

use super::formula::{Builder, Formula, is_number};
use super::grammar::{self, Written, WrittenClaim};
use super::kind::Kind;
use super::{Fault, Vocabulary};

/// How two quantities are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
    /// `==`, within a tolerance.
    Equal,
}

/// How far apart two quantities may be that are called equal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Band {
    /// This share of the right one.
    Relative(f64),
    /// This much, in the unit of both.
    Absolute(f64),
    /// Either, whichever is more.
    Larger {
        /// A share of the right one.
        share: f64,
        /// An amount.
        amount: f64,
    },
}

/// Equality without `within`: nobody means the last bit of a mean over replications.
const BAND: Band = Band::Relative(0.01);

/// A comparison of two quantities. Having one is proof that it makes sense.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    text: String,
    left: Formula,
    relation: Relation,
    right: Formula,
    band: Band,
    kind: Kind,
}

/// Both sides of a claim, computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sides {
    /// Left of the relation.
    pub left: f64,
    /// Right of it.
    pub right: f64,
}

/// Two quantities that differ by less, as a share of the larger, differ by rounding.
const ROUNDING: f64 = 1e-12;

impl Sides {
    /// Left less right.
    pub fn margin(&self) -> f64 {
        let margin = self.left - self.right;
        if margin.abs() <= ROUNDING * self.left.abs().max(self.right.abs()) { 0.0 } else { margin }
    }
}

impl Claim {
    /// Reads a comparison such as `latency.p99 < 2s`.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(text: &str, vocabulary: &Vocabulary) -> Result<Claim, Fault> {
        let written = grammar::claim(text)?;
        let builder = Builder { text, vocabulary };
        let (left, right) = (builder.build(&written.left)?, builder.build(&written.right)?);
        let kind = builder.comparable(&written, &left, &right)?;
        if !left.names_a_figure() && !right.names_a_figure() {
            let fault = Fault::new(text, 0..text.len(), "it compares no figure");
            return Err(fault.hint("`coldcast list figures` shows them all"));
        }
        let band = written.within.as_ref().map_or(Ok(BAND), |within| builder.band(within, kind))?;
        Ok(Claim { text: text.trim().to_owned(), left, relation: written.relation, right, band, kind })
    }

    /// How its sides are compared.
    pub fn relation(&self) -> Relation {
        self.relation
    }

    /// How far apart they may be, where they are to be equal.
    pub fn band(&self) -> Band {
        self.band
    }

    /// What kind of quantity is compared.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Every policy and figure it speaks of, where `own` is the one that is asked about.
    pub fn figures(&self, own: usize) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        self.left.figures(own, &mut found);
        self.right.figures(own, &mut found);
        found
    }

    /// Both sides for policy `own`, where `value_of(figure, policy)` gives a figure by its position in
    /// [`FIGURES`](crate::figure::FIGURES). Nothing where one of them has no value.
    pub fn sides(&self, own: usize, value_of: &dyn Fn(usize, usize) -> Option<f64>) -> Option<Sides> {
        Some(Sides { left: self.left.value(own, value_of)?, right: self.right.value(own, value_of)? })
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Builder<'_> {
    /// The kind of both sides; a fault where they are not of one kind.
    fn comparable(&self, written: &WrittenClaim, left: &Formula, right: &Formula) -> Result<Kind, Fault> {
        let whole = Written { part: written.left.part.clone(), at: written.left.at.start..written.right.at.end };
        let kind = left.kind().plus(right.kind()).ok_or_else(|| {
            let what = "they cannot be compared";
            self.mismatch(&written.left, left.kind(), &written.right, right.kind(), what, &whole)
        })?;
        for (share, bound, part) in [(left, right, &written.right), (right, left, &written.left)] {
            let beyond = bound.constant().filter(|bound| share.kind().is_share() && !(0.0..=1.0).contains(bound));
            if let Some(bound) = beyond {
                let fault = self.fault(part, format!("a share is between 0 and 1, `{}` is {bound}", self.quote(part)));
                return Err(fault.hint(format!("{bound} % is written `{bound}%`")));
            }
            // Nearly always somebody's 1 %, and a promise that no run can break.
            if share.kind().is_share() && is_number(part) && bound.constant() == Some(1.0) {
                let fault = self.fault(part, format!("`{}` is the whole, of which a share is never more", self.quote(part)));
                return Err(fault.hint("1 % is written `1%`, and the whole `100%`"));
            }
        }
        Ok(kind)
    }

    /// How far apart the sides may be: a share of the right one, or an amount of their kind.
    pub(super) fn band(&self, within: &Written, kind: Kind) -> Result<Band, Fault> {
        let formula = self.build(within)?;
        let Some(value) = formula.constant().filter(|value| *value >= 0.0) else {
            return Err(self.fault(within, "a tolerance is a number and not below zero".into()));
        };
        if formula.kind().is_share() {
            return Ok(Band::Relative(value));
        }
        match formula.kind().plus(kind) {
            Some(_) => Ok(Band::Absolute(value)),
            None => {
                let (is, wanted) = (formula.kind().words(&self.vocabulary.currency), kind.words(&self.vocabulary.currency));
                Err(self.fault(within, format!("`{}` is {is}: a tolerance here is a share (`5%`) or {wanted}", self.quote(within))))
            }
        }
    }
}
