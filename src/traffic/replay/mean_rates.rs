//! A CSV file with a row for each function: its name and its mean rate. Each becomes a service with requests of its own.
//!
//! What is known of most services of a platform before anything else is: how often they are called. Rates are written as in
//! a scenario, with their unit: `3/s`, `90/min`, `10/h`, `200/d`. Not here: when within a day they are called (`azure-2019`).

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::azure_2021::chosen;
use super::table::Table;
use crate::error::{Error, Problem};
use crate::traffic::kind::{Files, Kind, Loaded, check_rate};
use crate::traffic::synthetic::Poisson;
use crate::traffic::workload::Function;
use crate::units::Rate;

/// Functions and their mean rates: independent requests, each function a service of its own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MeanRates {
    /// The CSV file with the columns `function` and `rate`, plain or gzipped.
    pub file: String,
    /// Only the function whose name begins like this.
    pub function: Option<String>,
}

impl Kind for MeanRates {
    type Plan = Poisson;

    fn check(&self) -> Vec<Problem> {
        self.file.is_empty().then(|| Problem::new("file", "file", "names no file")).into_iter().collect()
    }

    fn load(&self, files: &Files) -> Result<Loaded<Poisson>, Error> {
        let mut parts = read(&self.file, files)?;
        if let Some(wanted) = &self.function {
            let index = chosen(wanted, parts.iter().map(|(function, _)| function), &self.file)?;
            parts = vec![parts.swap_remove(index)];
        }
        Ok(Loaded { parts, many: self.function.is_none(), joined: false, span: None })
    }
}

fn read(path: &str, files: &Files) -> Result<Vec<(Function, Poisson)>, Error> {
    let mut table = Table::open(path, &*files.open)?;
    let [function, rate] = table.columns(["function", "rate"])?;
    let (mut parts, mut known) = (Vec::new(), BTreeSet::new());
    while table.next_row()? {
        let id = table.text(function)?.to_owned();
        if !known.insert(id.clone()) {
            return Err(table.refuse_field(function, "duplicate-function", "it has a row above").with_hint("add their rates up"));
        }
        let rate = rate_of(&table, rate)?;
        parts.push((Function { id, ..Function::default() }, Poisson { rate }));
    }
    if parts.is_empty() {
        return Err(Error::in_file(path, 1, "no-rows", "the file has a header and nothing else"));
    }
    Ok(parts)
}

/// The rate of the row read last.
fn rate_of(table: &Table, column: usize) -> Result<Rate, Error> {
    let rate: Rate = match table.text(column)?.parse() {
        Ok(rate) => rate,
        Err(error) => return Err(table.refuse("bad-rate", error.to_string())),
    };
    match check_rate("rate", rate) {
        Some(problem) => Err(table.refuse_field(column, "bad-rate", &problem.message)),
        None => Ok(rate),
    }
}
