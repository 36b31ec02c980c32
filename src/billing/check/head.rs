//! Whose book it is, and its rules.

use serde::de::DeserializeOwned;
use serde::de::value::{Error as Unknown, StrDeserializer};

use super::Check;
use crate::billing::book::{Charging, Idle, Rules};
use crate::billing::currency::check_currency;
use crate::billing::entry::Source;
use crate::billing::file::{BookFile, SourceFile};
use crate::error::Problem;
use crate::units::Span;

impl Check {
    pub(super) fn head(&mut self, file: &BookFile) {
        let currency = check_currency(&file.currency);
        self.note("currency", currency);
        let sold = [file.rates.is_empty(), file.types.is_empty(), file.load_balancer.is_none(), file.extras.is_empty()];
        if sold.iter().all(|none| *none) {
            self.report(Problem::new("empty-book", "", "the book has no prices").hint("it needs `rates`, `types` or a `load-balancer`"));
        }
        for (key, text) in [("platform", &file.platform), ("region", &file.region), ("date", &file.date), ("source", &file.source)] {
            if text.trim().is_empty() {
                self.report(Problem::new("empty-value", key, format!("`{key}` is empty")));
            }
        }
    }

    pub(super) fn rules(&mut self, file: &BookFile) -> Option<Rules> {
        let charging = file.charging.as_deref().map_or(Some(Charging::Instances), |text| self.named("charging", text));
        let default = if charging == Some(Charging::Instances) { Idle::Billed } else { Idle::Free };
        let rules = Rules {
            billed_from: self.named("billed-from", &file.billed_from)?,
            charging: charging?,
            granularity: self.span("granularity", &file.granularity)?,
            minimum: self.span("minimum", &file.minimum)?,
            idle: file.idle.as_deref().map_or(Some(default), |text| self.named("idle", text))?,
            instances_min: file.instances_min,
        };
        if rules.granularity == Span::ZERO {
            let problem = Problem::new("zero-granularity", "granularity", "billed time cannot be a multiple of nothing");
            self.report(problem.hint("write 1s or 1ms"));
        }
        if rules.charging == Charging::Instances && rules.idle == Idle::Free {
            let problem = Problem::new("contradiction", "idle", "where an instance's life is charged, its idle time is part of it");
            self.report(problem.hint("write `charging: serving`, or leave `idle` out"));
        }
        Some(rules)
    }

    pub(super) fn source(&mut self, key: &str, file: SourceFile) -> Option<Source> {
        let confidence = self.named(&format!("sources.{key}.confidence"), &file.confidence)?;
        Some(Source { text: file.text, date: file.date, confidence })
    }

    /// One of the names an enumeration has.
    pub(super) fn named<T: DeserializeOwned>(&mut self, path: &str, text: &str) -> Option<T> {
        let named = T::deserialize(StrDeserializer::<Unknown>::new(text));
        self.note(path, named.map_err(|error| Problem::new("unknown-name", "", error.to_string())))
    }

    fn span(&mut self, path: &str, text: &str) -> Option<Span> {
        self.note(path, text.parse().map_err(|error: crate::units::UnitError| Problem::new("wrong-value", "", error.0)))
    }
}
