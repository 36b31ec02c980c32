//! What is wrong with an expression, and where in it.

use std::fmt;
use std::ops::Range;

use crate::error::Problem;

/// A mistake in an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The whole expression.
    pub text: String,
    /// The characters that are wrong; empty where something is missing.
    pub at: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub hint: Option<String>,
}

impl Fault {
    /// At these bytes of `text`.
    pub(super) fn new(text: &str, bytes: Range<usize>, message: impl Into<String>) -> Fault {
        let characters = |end: usize| text.char_indices().take_while(|(at, _)| *at < end).count();
        Fault { text: text.to_owned(), at: characters(bytes.start)..characters(bytes.end), message: message.into(), hint: None }
    }

    /// Adds what would be right.
    #[must_use]
    pub(super) fn hint(self, hint: impl Into<String>) -> Fault {
        Fault { hint: Some(hint.into()), ..self }
    }

    /// As a problem of the document that holds the expression at `path`.
    pub fn problem(self, path: impl Into<String>) -> Problem {
        let problem = Problem::new("expression", path, self.message).excerpt(&self.text, self.at);
        Problem { hint: self.hint, ..problem }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n    {}\n    {:4$}{}", self.message, self.text, "", "^".repeat(self.at.len().max(1)), self.at.start)?;
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Fault {}
