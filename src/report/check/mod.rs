//! Says what the gate found: on a terminal, in a pull request, to a test reporter, beside a line of code.
//!
//! ```text
//! Check ──► CHECK_FORMATS   table · json · markdown      one of them on stdout, markdown also as a file
//!       ├─► junit           for whatever reads test results
//!       └─► annotations     GitHub's workflow commands, at the scenario's lines
//! ```
//!
//! The same words everywhere; colours are written as ANSI sequences, which whoever prints them takes out where nobody sees.

mod annotations;
mod json;
mod junit;
mod markdown;
#[cfg(test)]
mod sample;
mod say;
mod schema;
mod table;

pub use annotations::annotations;
pub use junit::junit;
pub(super) use say::value;
pub use schema::check_schema;

use crate::experiment::gate::Check;

/// A way to write what the gate found.
#[derive(Debug, Clone, Copy)]
pub struct CheckFormat {
    /// What `--format` calls it.
    pub name: &'static str,
    /// Writes it; the text ends with a line break.
    pub render: fn(&Check) -> String,
}

/// Every format, the default first.
pub const CHECK_FORMATS: &[CheckFormat] = &[
    CheckFormat { name: "table", render: table::render },
    CheckFormat { name: "json", render: json::render },
    CheckFormat { name: "markdown", render: markdown::render },
];

/// What stands in a comment on a pull request.
pub fn markdown(check: &Check) -> String {
    markdown::render(check)
}
