//! Says the answer: a [`Comparison`] as text, data or a picture.
//!
//! ```text
//! Comparison ──► FORMATS    table · json · csv · markdown        one of them on stdout
//!            └─► ARTIFACTS  summary.* · timeline.csv · plots     all of them into results/<scenario>/
//! ```
//!
//! Every report is a pure function: the same comparison, the same bytes. Nothing here opens a file, asks the
//! terminal or the clock, or knows how a platform works; warnings go to stderr and are the caller's.
//! A new report is one file and one line in a table below.

pub mod check;
pub mod json;
pub mod schema;

mod blame;
mod break_even;
mod break_even_json;
mod credits_csv;
pub mod decisions_csv;
pub mod explain;
mod explain_json;
mod head;
mod human;
mod markdown;
pub mod optimize;
mod pairing;
pub mod perfetto;
mod plot;
mod revisions_csv;
mod rows;
#[cfg(test)]
mod sample;
mod sensitivity;
mod summary_csv;
pub mod sweep;
mod table;
mod timeline_csv;
pub mod validate;
pub mod what_if;
mod words;

use crate::experiment::Comparison;

/// A way to write the answer on stdout.
#[derive(Debug, Clone, Copy)]
pub struct Format<T = Comparison> {
    /// What `--format` calls it.
    pub name: &'static str,
    /// What it is good for, in a line.
    pub summary: &'static str,
    /// Writes it; the text ends with a line break.
    pub render: fn(&T) -> String,
}

/// Every format, the default first.
pub const FORMATS: &[Format] = &[
    Format { name: "table", summary: "for a person at a terminal, at most 120 columns wide", render: table::render },
    Format { name: "json", summary: "for programs: the stable contract of `coldcast schema results`", render: json::render },
    Format { name: "csv", summary: "for spreadsheets: one row a policy and figure", render: summary_csv::render },
    Format { name: "markdown", summary: "for a README or a comment on a pull request", render: markdown::render },
    Format { name: "pairing", summary: "what it is worth that all policies meet the same requests", render: pairing::render },
];

/// A file of the results folder.
#[derive(Debug, Clone, Copy)]
pub struct Artifact<T = Comparison> {
    /// Its name inside `results/<scenario>/`.
    pub file: &'static str,
    /// Its content; nothing where the answer has nothing to say in it.
    pub render: fn(&T) -> Option<Vec<u8>>,
}

/// Every file that a run leaves behind, if there is something to say in it.
pub const ARTIFACTS: &[Artifact] = &[
    Artifact { file: "summary.json", render: |it| Some(json::render(it).into_bytes()) },
    Artifact { file: "summary.csv", render: |it| Some(summary_csv::render(it).into_bytes()) },
    Artifact { file: "summary.md", render: |it| Some(markdown::render(it).into_bytes()) },
    Artifact { file: "timeline.csv", render: |it| Some(timeline_csv::render(it).into_bytes()) },
    Artifact { file: "latency.svg", render: |it| Some(plot::svg(plot::LATENCY, it)) },
    Artifact { file: "latency.png", render: |it| Some(plot::png(plot::LATENCY, it)) },
    Artifact { file: "timeline.svg", render: |it| Some(plot::svg(plot::TIMELINE, it)) },
    Artifact { file: "timeline.png", render: |it| Some(plot::png(plot::TIMELINE, it)) },
    Artifact { file: "revisions.csv", render: revisions_csv::render },
    Artifact { file: "revisions.svg", render: |it| plot::svg_if(plot::SHARES, it) },
    Artifact { file: "revisions.png", render: |it| plot::png_if(plot::SHARES, it) },
    Artifact { file: "bill.svg", render: |it| Some(plot::svg(plot::BILL, it)) },
    Artifact { file: "bill.png", render: |it| Some(plot::png(plot::BILL, it)) },
    Artifact { file: "credits.csv", render: credits_csv::render },
    Artifact { file: "credits.svg", render: |it| plot::svg_if(plot::CREDITS, it) },
    Artifact { file: "credits.png", render: |it| plot::png_if(plot::CREDITS, it) },
    Artifact { file: "reserve.svg", render: |it| plot::svg_if(plot::RESERVE, it) },
    Artifact { file: "reserve.png", render: |it| plot::png_if(plot::RESERVE, it) },
    Artifact { file: "sensitivity.csv", render: sensitivity::csv },
    Artifact { file: "sensitivity.svg", render: |it| plot::svg_if(plot::SWINGS, it) },
    Artifact { file: "sensitivity.png", render: |it| plot::png_if(plot::SWINGS, it) },
    Artifact { file: "cost-latency.svg", render: |it| Some(plot::svg(plot::COST_LATENCY, it)) },
    Artifact { file: "cost-latency.png", render: |it| Some(plot::png(plot::COST_LATENCY, it)) },
];

#[cfg(test)]
mod tests {
    use super::{ARTIFACTS, FORMATS, sample};

    #[test]
    fn the_same_comparison_gives_the_same_bytes() {
        for comparison in [sample::policies(4), sample::silent()] {
            for artifact in ARTIFACTS {
                assert_eq!((artifact.render)(&comparison), (artifact.render)(&comparison), "{}", artifact.file);
            }
        }
    }

    #[test]
    fn every_format_shows_every_sample_without_nonsense() {
        for comparison in sample::all() {
            for format in FORMATS {
                let text = (format.render)(&comparison);
                assert!(text.ends_with('\n'), "{} ends without a line break", format.name);
                for word in text.split(|c: char| !c.is_alphanumeric()) {
                    assert!(!["NaN", "nan", "inf", "infinity", "Infinity"].contains(&word), "{}: {word}\n{text}", format.name);
                }
            }
        }
    }

    #[test]
    fn names_are_unique() {
        for (index, format) in FORMATS.iter().enumerate() {
            assert!(FORMATS[..index].iter().all(|other| other.name != format.name));
        }
        for (index, artifact) in ARTIFACTS.iter().enumerate() {
            assert!(ARTIFACTS[..index].iter().all(|other| other.file != artifact.file));
        }
    }
}
