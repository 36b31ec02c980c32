//! Says which policy is the cheapest that keeps its promises, how sure that is, and what stands in the way of a cheaper one.
//!
//! ```text
//! Optimum ──► FORMATS    table · json · csv · markdown      one of them on stdout
//!         └─► ARTIFACTS  optimize.*                         into results/<scenario>/optimize/
//! ```

mod csv;
mod json;
mod markdown;
#[cfg(test)]
mod sample;
mod say;
mod table;

use super::{Artifact, Format};
use crate::experiment::Optimum;

/// Every format, the default first.
pub const FORMATS: &[Format<Optimum>] = &[
    Format { name: "table", summary: "the answer and what binds, for a person at a terminal", render: table::render },
    Format { name: "json", summary: "for programs", render: json::render },
    Format { name: "csv", summary: "for spreadsheets: one row a candidate", render: csv::render },
    Format { name: "markdown", summary: "for a README or a comment on a pull request", render: markdown::render },
];

/// Every file that it leaves behind.
pub const ARTIFACTS: &[Artifact<Optimum>] = &[
    Artifact { file: "optimize.json", render: |it| Some(json::render(it).into_bytes()) },
    Artifact { file: "optimize.csv", render: |it| Some(csv::render(it).into_bytes()) },
    Artifact { file: "optimize.md", render: |it| Some(markdown::render(it).into_bytes()) },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_shows_every_sample_without_nonsense() {
        for optimum in sample::all() {
            for format in FORMATS {
                let text = (format.render)(&optimum);
                assert_eq!(text, (format.render)(&optimum));
                assert!(text.ends_with('\n'));
                for word in text.split(|c: char| !c.is_alphanumeric()) {
                    assert!(!["NaN", "nan", "inf", "infinity", "Infinity"].contains(&word), "{}: {word}\n{text}", format.name);
                }
            }
        }
    }
}
