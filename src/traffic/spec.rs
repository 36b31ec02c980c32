//! A source as the user writes it, and the one table of all kinds.

use schemars::JsonSchema;
use serde::Deserialize;

use super::kind::{Files, Kind, Live, Loaded, Plan};
use super::modify::{Clip, Modify, Repeat};
use super::{Arrival, replay, synthetic};
use crate::engine::Streams;
use crate::error::{Error, Problem};
use crate::units::{Share, Span};

/// Declares the closed set of kinds: the fields of [`SourceSpec`], the enums they run as, and their listing.
macro_rules! sources {
    ($(#[doc = $summary:literal] $field:ident: $variant:ident($type:ty) = $key:literal;)*) => {
        /// One source of requests: exactly one kind, and what is done to it. Several in a list add up.
        ///
        /// The modifiers are applied in this order, whatever the order in which they are written: `scale`, `thin`,
        /// `clip`, `repeat`, `shift`.
        #[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        pub struct SourceSpec {
            $(#[doc = $summary] #[serde(rename = $key)] pub $field: Option<$type>,)*
            /// This many times the requests: the rate of a law, the counts of a series, copies of single requests.
            ///
            /// Counts are multiplied and a remaining fraction is rounded up or down by chance, so the mean is exact.
            /// A recorded single request becomes `scale` requests at the same instant (2.5: two, and a third by chance).
            pub scale: Option<f64>,
            /// Keeps each request with this probability.
            pub thin: Option<Share>,
            /// Keeps a part of the time.
            pub clip: Option<Clip>,
            /// Plays it several times.
            pub repeat: Option<Repeat>,
            /// Begins this much later.
            pub shift: Option<Span>,
        }

        /// Key and summary of every kind of source.
        pub const SOURCES: &[(&str, &str)] = &[$(($key, $summary)),*];

        impl SourceSpec {
            /// The kinds that are set, with their problems.
            fn kinds(&self) -> Vec<(&'static str, Vec<Problem>)> {
                let mut kinds = Vec::new();
                $(if let Some(kind) = &self.$field {
                    kinds.push(($key, kind.check()));
                })*
                kinds
            }

            /// Reads its files. `check` has found nothing.
            pub(super) fn load(&self, files: &Files) -> Result<Loaded<AnyPlan>, Error> {
                $(if let Some(kind) = &self.$field {
                    let Loaded { parts, many, joined, span } = kind.load(files)?;
                    let parts = parts.into_iter().map(|(function, plan)| (function, AnyPlan::$variant(plan))).collect();
                    return Ok(Loaded { parts, many, joined, span });
                })*
                unreachable!("check refuses a source without a kind")
            }
        }

        /// A loaded source of any kind.
        #[derive(Clone)]
        pub(super) enum AnyPlan { $($variant(<$type as Kind>::Plan),)* }

        /// A running source of any kind.
        pub(super) enum AnyLive { $($variant(<<$type as Kind>::Plan as Plan>::Live),)* }

        impl Plan for AnyPlan {
            type Live = AnyLive;
            fn start(&self, scale: f64, streams: Streams) -> AnyLive {
                match self { $(AnyPlan::$variant(plan) => AnyLive::$variant(plan.start(scale, streams)),)* }
            }
        }

        impl Live for AnyLive {
            #[inline]
            fn next(&mut self) -> Option<Arrival> {
                match self { $(AnyLive::$variant(live) => live.next(),)* }
            }
        }
    };
}

sources! {
    /// Requests at equal distances.
    constant: Constant(synthetic::Constant) = "constant";
    /// Independent requests at a steady rate.
    poisson: Poisson(synthetic::Poisson) = "poisson";
    /// A day's wave: a raised cosine over 24 hours.
    diurnal: Diurnal(synthetic::Diurnal) = "diurnal";
    /// Hourly weights over a day, and daily weights over a week.
    curve: Curve(synthetic::Curve) = "curve";
    /// On and off: two rates that take turns.
    bursts: Bursts(synthetic::Bursts) = "bursts";
    /// A Markov-modulated Poisson process: states that take turns, each with a rate.
    mmpp: Mmpp(synthetic::Mmpp) = "mmpp";
    /// A rate that rises or falls evenly and then stays.
    ramp: Ramp(synthetic::Ramp) = "ramp";
    /// Extra requests in a window of time.
    spike: Spike(synthetic::Spike) = "spike";
    /// A strict timer, as cron would be.
    timer: Timer(synthetic::Timer) = "timer";
    /// Several requests at one instant.
    batch: Batch(synthetic::Batch) = "batch";
    /// Azure Functions 2019: counts per minute for each function, with durations and memory.
    azure_2019: Azure2019(replay::Azure2019) = "azure-2019";
    /// Azure Functions 2021: single invocations with their durations.
    azure_2021: Azure2021(replay::Azure2021) = "azure-2021";
    /// A CSV file with a row for each request.
    csv: Csv(replay::CsvFile) = "csv";
    /// A CSV file with a row for each interval: how many requests.
    rates: Rates(replay::RateFile) = "rates";
    /// A CSV file with a row for each function: its mean rate.
    mean_rates: MeanRates(replay::MeanRates) = "mean-rates";
}

impl SourceSpec {
    /// Everything that is wrong with what was written; files are not opened.
    pub fn check(&self) -> Vec<Problem> {
        let kinds = self.kinds();
        let mut problems = Vec::new();
        if kinds.len() != 1 {
            let written = match kinds.len() {
                0 => "a source needs a kind, and none is given".to_owned(),
                n => format!("{n} kinds in one source: {}", kinds.iter().map(|(key, _)| *key).collect::<Vec<_>>().join(", ")),
            };
            let known = SOURCES.iter().map(|(key, _)| *key).collect::<Vec<_>>().join(", ");
            problems.push(Problem::new("source-kind", "", written).hint(format!("write one a list entry; known: {known}")));
        }
        problems.extend(kinds.into_iter().flat_map(|(key, found)| found.into_iter().map(move |problem| problem.below(key))));
        problems.extend(self.modify().check());
        problems
    }

    /// The modifiers.
    pub(super) fn modify(&self) -> Modify {
        Modify {
            scale: self.scale.unwrap_or(1.0),
            thin: self.thin,
            clip: self.clip.unwrap_or_default(),
            repeat: self.repeat,
            shift: self.shift.unwrap_or_default(),
        }
    }
}
