//! Reads points whose answers are known: `{ "cases": { FAMILY: { "points": [ { KEY: NUMBER } ] } } }`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::data::Text;
use super::family::{FAMILIES, Family};
use crate::error::{Error, did_you_mean};

#[derive(Deserialize)]
struct File {
    cases: BTreeMap<String, Points>,
}

#[derive(Deserialize)]
struct Points {
    points: Vec<BTreeMap<String, Option<f64>>>,
}

/// A queue with its numbers.
pub(super) struct Setting {
    /// What kind of queue.
    pub family: &'static Family,
    values: BTreeMap<String, Option<f64>>,
}

impl Setting {
    /// One of its numbers: they were checked as the file was read.
    pub(super) fn get(&self, key: &str) -> f64 {
        self.values.get(key).copied().flatten().unwrap_or(f64::NAN)
    }

    /// A number that may be missing or null.
    pub(super) fn maybe(&self, key: &str) -> Option<f64> {
        self.values.get(key).copied().flatten()
    }

    /// What tells it from the others of its family.
    pub(super) fn label(&self, law: &str) -> String {
        let values = self.family.parameters.iter().map(|(key, name)| match self.maybe(key) {
            Some(value) => format!("{name} {}", libm::round(value * 1e6) / 1e6),
            None => format!("{name} ∞"),
        });
        let law = (self.family.laws.len() > 1).then(|| law.to_owned());
        values.chain(law).collect::<Vec<_>>().join(", ")
    }
}

/// Every point of a file, family by family in the order of the table.
pub(super) fn settings(text: &Text) -> Result<Vec<Setting>, Error> {
    let file: File = serde_json::from_str(&text.text).map_err(|error| {
        let mut problem = Error::in_file(&text.shown, error.line(), "reference", error.to_string());
        if let Error::Input(problems) = &mut problem {
            problems[0].place.column = error.column();
        }
        problem
    })?;
    let refuse = |path: String, message: String| Error::in_file(&text.shown, 0, "reference", format!("{message} (`{path}`)"));
    let mut settings = Vec::new();
    for (name, points) in file.cases {
        let Some(family) = FAMILIES.iter().find(|family| family.name == name) else {
            let error = refuse(format!("cases.{name}"), format!("there is no queue `{name}`"));
            return Err(error.with_hint(did_you_mean(&name, FAMILIES.iter().map(|family| family.name))));
        };
        for (index, values) in points.points.into_iter().enumerate() {
            let setting = Setting { family, values };
            if let Some(key) = missing(&setting) {
                return Err(refuse(format!("cases.{name}.points.{index}"), format!("`{key}` is not a number above or at 0")));
            }
            settings.push(setting);
        }
    }
    settings.sort_by_key(|it| FAMILIES.iter().position(|family| std::ptr::eq(family, it.family)));
    Ok(settings)
}

/// The first number that is needed and not there.
fn missing(setting: &Setting) -> Option<&'static str> {
    let family = setting.family;
    let needed = family.parameters.iter().map(|it| it.0).filter(|key| !family.optional.contains(key)).chain(family.needed.iter().copied());
    needed.into_iter().find(|key| setting.maybe(key).is_none_or(|value| !value.is_finite() || value < 0.0))
}
