//! Says how far the simulator is from what is known exactly and from what was measured.
//!
//! ```text
//! Validation ──► FORMATS     table · json · csv · markdown     one of them on stdout
//!            └─► artifacts   validation.* · a plot a case      into results/validation/
//! ```

mod csv;
mod json;
mod markdown;
#[cfg(test)]
pub(super) mod sample;
mod say;
mod schema;
mod table;

pub use schema::validation_schema;

use super::{Format, plot};
use crate::experiment::validate::Validation;

/// Every format, the default first.
pub const FORMATS: &[Format<Validation>] = &[
    Format { name: "table", summary: "every figure and its verdict, for a person at a terminal", render: table::render },
    Format { name: "json", summary: "for programs: the stable contract of `coldcast schema validation`", render: json::render },
    Format { name: "csv", summary: "for spreadsheets: one row a point", render: csv::render },
    Format { name: "markdown", summary: "every case with every point", render: markdown::render },
];

/// Every file that a validation leaves behind: the answer, and a plot of each case that was run.
pub fn artifacts(it: &Validation) -> Vec<(String, Vec<u8>)> {
    let answer = [("json", json::render as fn(&Validation) -> String), ("csv", csv::render), ("md", markdown::render)];
    let mut files: Vec<(String, Vec<u8>)> =
        answer.into_iter().map(|(ending, render)| (format!("validation.{ending}"), render(it).into_bytes())).collect();
    for case in it.cases.iter().filter(|case| case.found.is_ok()) {
        files.push((format!("{}.svg", case.name), plot::svg(plot::AGREEMENT, case)));
        files.push((format!("{}.png", case.name), plot::png(plot::AGREEMENT, case)));
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_validation_gives_the_same_bytes_without_nonsense() {
        for validation in sample::all() {
            assert_eq!(artifacts(&validation), artifacts(&validation));
            for format in FORMATS {
                let text = (format.render)(&validation);
                assert!(text.ends_with('\n'));
                for word in text.split(|c: char| !c.is_alphanumeric()) {
                    assert!(!["NaN", "nan", "inf", "infinity", "Infinity"].contains(&word), "{}: {word}\n{text}", format.name);
                }
            }
        }
    }

    #[test]
    fn a_case_that_was_run_has_a_plot_and_a_skipped_one_has_none() {
        let names: Vec<String> = artifacts(&sample::mixed()).into_iter().map(|(name, _)| name).collect();
        assert!(names.contains(&"queueing.svg".to_owned()), "{names:?}");
        assert!(!names.iter().any(|name| name.starts_with("lambda.")), "{names:?}");
    }
}
