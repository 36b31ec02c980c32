//! Holds the simulator against exact results and against measurements of real systems.
//!
//! ```text
//! Data (texts) ─► CASES: simulate, compare ─► Findings (series of points) ─► Judged ─► Validation
//! ```
//!
//! A case is a file here and a line in [`CASES`]. It opens no file: the command line reads what the case names. Nothing is
//! fitted to the figures it is held against; what they do not say is assumed, and the assumption is reported beside them.

pub mod assumptions;
mod case;
mod cold_starts;
mod cores;
mod data;
mod figures;
mod knative;
mod lambda;
mod minutes;
mod mix;
mod queueing;
mod simfaas;
mod table;
mod watched;

pub use case::{Bound, Findings, Judged, Point, Series, Verdict};
pub use data::{Data, Text};
pub use table::{Row, Table};

use super::simulate::Progress;
use crate::error::{Error, nearest};

/// What a case is given.
pub struct Context<'a> {
    /// The reference figures that were found.
    pub data: &'a Data,
    /// Whether a rough answer will do: fewer points, wider intervals.
    pub quick: bool,
    /// Who wants to know how far it is.
    pub progress: &'a dyn Progress,
}

/// How a case ends: with findings, or skipped for a reason.
pub type Found = Result<Findings, String>;

/// A case.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// As `--only` takes it.
    pub name: &'static str,
    /// What it shows, in a line.
    pub title: &'static str,
    /// What it is held against, and where that is from.
    pub against: &'static str,
    /// The files it reads of the data folder; one that ends in `/` is a folder. `traces/…` lie beside the folder.
    pub files: &'static [&'static str],
    /// Runs it. Bad data are an error, absent ones a skipped case.
    pub run: fn(&Context) -> Result<Found, Error>,
}

/// Every case, in the order in which they are run and told.
pub const CASES: &[Case] = &[
    Case {
        name: "queueing",
        title: "queues whose answers are known exactly, through the whole simulator",
        against: "closed forms and steady states of Markov chains (validation/queueing.json)",
        files: &["queueing.json"],
        run: queueing::run,
    },
    Case {
        name: "simfaas",
        title: "another simulator with the same inputs",
        against: "SimFaaS 0.2.2, means of 6 seeds (validation/simfaas_points.csv)",
        files: &["simfaas_points.csv"],
        run: simfaas::run,
    },
    lambda::CASE,
    knative::CASE,
    cold_starts::CASE,
    cores::CASE,
    mix::CASE,
    minutes::CASE,
];

/// The case of this name.
///
/// # Errors
/// What is wrong with the name and what would be right.
pub fn find(name: &str) -> Result<&'static Case, String> {
    let names = || CASES.iter().map(|case| case.name);
    CASES.iter().find(|case| case.name == name).ok_or_else(|| match nearest(name, names()) {
        Some(near) => format!("there is no case `{name}`; did you mean `{near}`?"),
        None => format!("there is no case `{name}`; there are {}", names().collect::<Vec<_>>().join(", ")),
    })
}

/// The whole answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Validation {
    /// Version of coldcast that was held against the references.
    pub version: &'static str,
    /// Whether it was the quick one.
    pub quick: bool,
    /// Every case that was asked for.
    pub cases: Vec<Judged>,
}

impl Validation {
    /// Whether any case misses its bound.
    pub fn is_missed(&self) -> bool {
        self.cases.iter().any(|case| case.verdict() == Verdict::Missed)
    }
}

/// Runs cases one after the other, each on all cores.
///
/// # Errors
/// Data that are no data, each with its file and line; a run that was given up.
pub fn validate(cases: &[&'static Case], context: &Context) -> Result<Validation, Error> {
    let judged = cases.iter().map(|case| {
        let found = (case.run)(context)?;
        let read = case.files.iter().flat_map(|file| context.data.below(file)).map(|(_, text)| text.shown.clone()).collect();
        Ok(Judged { name: case.name, title: case.title, against: case.against, read, found })
    });
    Ok(Validation { version: env!("CARGO_PKG_VERSION"), quick: context.quick, cases: judged.collect::<Result<_, Error>>()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_have_names_of_their_own() {
        for (index, case) in CASES.iter().enumerate() {
            assert!(CASES[..index].iter().all(|other| other.name != case.name), "{}", case.name);
            assert_eq!(find(case.name).unwrap().title, case.title);
        }
    }

    #[test]
    fn an_unknown_case_has_a_suggestion() {
        assert_eq!(find("queuing").unwrap_err(), "there is no case `queuing`; did you mean `queueing`?");
        assert!(find("weather-in-may").unwrap_err().contains("there are queueing"));
    }
}
