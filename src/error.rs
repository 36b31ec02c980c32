//! What can go wrong at a user's hand: one error type, every problem at once, each with its place and a way out.

use std::fmt;

/// One thing wrong in what the user wrote.
///
/// `path` says where in the document (`services.shop.request.timeout`); the scenario reader turns it into a line
/// and a column. Checks below the reader know no files: they only name the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A stable name of the rule, such as `unknown-key`, for searching and for tests.
    pub code: &'static str,
    /// Dotted path inside the document; empty for the document as a whole.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub hint: Option<String>,
    /// Lines that show the place inside a longer text, with a caret below it.
    pub excerpt: Option<Box<str>>,
}

impl Problem {
    /// A problem at `path`.
    pub fn new(code: &'static str, path: impl Into<String>, message: impl Into<String>) -> Problem {
        Problem { code, path: path.into(), message: message.into(), hint: None, excerpt: None }
    }

    /// Adds what would be right.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Problem {
        Problem { hint: Some(hint.into()), ..self }
    }

    /// Shows where in `text` it is: the text, and carets below these characters.
    #[must_use]
    pub fn excerpt(self, text: &str, at: std::ops::Range<usize>) -> Problem {
        let carets = "^".repeat(at.len().max(1));
        Problem { excerpt: Some(format!("{text}\n{:1$}{carets}", "", at.start).into()), ..self }
    }

    /// Moves the problem below `prefix`: `timeout` becomes `services.shop.timeout`.
    #[must_use]
    pub fn below(self, prefix: &str) -> Problem {
        let path = match (prefix, self.path.as_str()) {
            ("", path) => path.to_owned(),
            (prefix, "") => prefix.to_owned(),
            (prefix, path) => format!("{prefix}.{path}"),
        };
        Problem { path, ..self }
    }
}

/// The problems of a part, moved below `prefix`.
pub fn below(prefix: &str, problems: Vec<Problem>) -> impl Iterator<Item = Problem> {
    problems.into_iter().map(move |problem| problem.below(prefix))
}

/// A place in a file. Lines and columns count from 1; 0 means unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The file as the user named it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (0, _) => write!(f, "{}", self.file),
            (line, 0) => write!(f, "{}:{line}", self.file),
            (line, column) => write!(f, "{}:{line}:{column}", self.file),
        }
    }
}

/// A problem and where it is, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// Where.
    pub place: Place,
    /// What.
    pub problem: Problem,
}

impl fmt::Display for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem.message)?;
        if !self.problem.path.is_empty() {
            write!(f, " (`{}`)", self.problem.path)?;
        }
        for line in self.problem.excerpt.iter().flat_map(|excerpt| excerpt.lines()) {
            write!(f, "\n    {line}")?;
        }
        match &self.problem.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

/// Everything that can end a command other than its answer. All of these are the user's to mend: exit code 2.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The input is wrong; every problem that was found.
    #[error("{}", lines(.0))]
    Input(Vec<Located>),
    /// A file could not be read or written.
    #[error("could not {doing} `{path}`: {source}")]
    Io {
        /// What was tried: "read", "write".
        doing: &'static str,
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The scenario asks for more than one run may do.
    #[error("{0}")]
    Limit(String),
    /// Files that are there stand in the way, in words.
    #[error("{0}")]
    Refused(String),
    /// Ctrl-C.
    #[error("interrupted; nothing was written")]
    Interrupted,
}

fn lines(problems: &[Located]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

impl Error {
    /// One problem of a data file, with its line (0 if there is none).
    pub fn in_file(file: &str, line: usize, code: &'static str, message: impl Into<String>) -> Error {
        let place = Place { file: file.to_owned(), line, column: 0 };
        Error::Input(vec![Located { place, problem: Problem::new(code, "", message) }])
    }

    /// Adds a hint to the last problem, if this is an input error.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Error {
        if let Error::Input(problems) = &mut self
            && let Some(last) = problems.last_mut()
        {
            last.problem.hint = Some(hint.into());
        }
        self
    }
}

/// The nearest of `known` to what was written, for "did you mean"; nothing if none is near.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(written, name), name))
        .filter(|(distance, name)| *distance <= 1 + name.chars().count().max(written.chars().count()) / 3)
        .min()
        .map(|(_, name)| name)
}

/// "did you mean `x`?", or the whole list if nothing is near.
pub fn did_you_mean<'a>(written: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(written, known.clone()) {
        Some(name) => format!("did you mean `{name}`?"),
        None if known.clone().into_iter().next().is_none() => "there is none".into(),
        None => format!("known: {}", known.into_iter().collect::<Vec<_>>().join(", ")),
    }
}
