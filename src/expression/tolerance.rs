//! How much worse a figure may get, as it is written: `3%`, `50ms`, `1 CNY`.

use super::claim::Band;
use super::formula::Builder;
use super::kind::Kind;
use super::{Fault, Vocabulary, grammar};
use crate::figure::{self, FIGURES};

/// A figure and how much worse it may get.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tolerance {
    /// Position in [`FIGURES`].
    pub figure: usize,
    /// How much: a share of what it was, or an amount. Of a figure that is a share itself, percentage points: an amount.
    pub band: Band,
}

impl Tolerance {
    /// Reads the name of a figure and what is tolerated of it.
    ///
    /// # Errors
    /// What is wrong with either; the fault's text is the one that is wrong.
    pub fn parse(name: &str, value: &str, vocabulary: &Vocabulary) -> Result<Tolerance, Fault> {
        let figure = figure::named(name).ok_or_else(|| {
            let fault = Fault::new(name, 0..name.len(), format!("there is no figure `{name}`"));
            fault.hint(figure::suggestion(name))
        })?;
        let kind = Kind::of(FIGURES[figure].unit);
        let band = Builder { text: value, vocabulary }.band(&grammar::sum_alone(value)?, kind)?;
        // One per cent of a timeout rate of 0.1 % would be nothing that anybody notices.
        Ok(Tolerance { figure, band: if kind.is_share() { band.as_amount() } else { band } })
    }
}

impl Band {
    /// Its share taken as an amount.
    fn as_amount(self) -> Band {
        match self {
            Band::Relative(value) => Band::Absolute(value),
            Band::Absolute(_) | Band::Larger { .. } => self,
        }
    }

    /// How much it is of `reference`.
    pub fn of(self, reference: f64) -> f64 {
        match self {
            Band::Relative(share) => share * reference.abs(),
            Band::Absolute(amount) => amount,
            Band::Larger { share, amount } => (share * reference.abs()).max(amount),
        }
    }
}
