//! Says the answer to a sweep: the frontier first, then every cell.
//!
//! ```text
//! Sweep ──► FORMATS    table · json · csv · markdown                   one of them on stdout
//!       └─► ARTIFACTS  sweep.* · frontier · lines or heat maps         into results/<scenario>/sweep/
//! ```

mod cells;
mod csv;
mod fold;
mod json;
mod markdown;
#[cfg(test)]
pub(super) mod sample;
mod schema;
mod table;

pub use schema::sweep_schema;

use super::{Artifact, Format, plot};
use crate::experiment::Sweep;

/// Every format, the default first.
pub const FORMATS: &[Format<Sweep>] = &[
    Format { name: "table", summary: "the frontier and the best cells, for a person at a terminal", render: table::render },
    Format { name: "json", summary: "for programs: the stable contract of `coldcast schema sweep`", render: json::render },
    Format { name: "csv", summary: "for spreadsheets: one row a cell", render: csv::render },
    Format { name: "markdown", summary: "for a README or a comment on a pull request", render: markdown::render },
];

/// Every file that a sweep may leave behind: lines where it varies one quantity, heat maps where it varies two.
pub const ARTIFACTS: &[Artifact<Sweep>] = &[
    Artifact { file: "sweep.json", render: |it| Some(json::render(it).into_bytes()) },
    Artifact { file: "sweep.csv", render: |it| Some(csv::render(it).into_bytes()) },
    Artifact { file: "sweep.md", render: |it| Some(markdown::render(it).into_bytes()) },
    Artifact { file: "frontier.svg", render: |it| Some(plot::svg(plot::FRONTIER, it)) },
    Artifact { file: "frontier.png", render: |it| Some(plot::png(plot::FRONTIER, it)) },
    Artifact { file: "lines.svg", render: |it| plot::svg_if(plot::LINES, it) },
    Artifact { file: "lines.png", render: |it| plot::png_if(plot::LINES, it) },
    Artifact { file: "heat-cost.svg", render: |it| plot::svg_if(plot::HEAT_COST, it) },
    Artifact { file: "heat-cost.png", render: |it| plot::png_if(plot::HEAT_COST, it) },
    Artifact { file: "heat-p99.svg", render: |it| plot::svg_if(plot::HEAT_P99, it) },
    Artifact { file: "heat-p99.png", render: |it| plot::png_if(plot::HEAT_P99, it) },
    Artifact { file: "heat-timeouts.svg", render: |it| plot::svg_if(plot::HEAT_TIMEOUTS, it) },
    Artifact { file: "heat-timeouts.png", render: |it| plot::png_if(plot::HEAT_TIMEOUTS, it) },
];

pub(super) use cells::{described, frontier, quantities};
pub(super) use fold::{Folded, fold};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_sweep_gives_the_same_bytes_without_nonsense() {
        for sweep in sample::all() {
            for artifact in ARTIFACTS {
                assert_eq!((artifact.render)(&sweep), (artifact.render)(&sweep), "{}", artifact.file);
            }
            for format in FORMATS {
                let text = (format.render)(&sweep);
                assert!(text.ends_with('\n'));
                for word in text.split(|c: char| !c.is_alphanumeric()) {
                    assert!(!["NaN", "nan", "inf", "infinity", "Infinity"].contains(&word), "{}: {word}\n{text}", format.name);
                }
            }
        }
    }
}
