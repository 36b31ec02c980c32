//! A specification as a list of keys and values, so that layers, checks and manifests need not know its fields.

use super::spec::{Algorithm, KpaSpec, Metric};
use crate::units::Span;

/// What a key may hold. Numbers are signed: a text may say what no specification can hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A count of pods.
    Count(i64),
    /// A duration in nanoseconds.
    Time(i64),
    /// Yes or no.
    Flag(bool),
    /// What is measured.
    Metric(Metric),
    /// How it is averaged.
    Algorithm(Algorithm),
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Number(it) => write!(f, "{it}"),
            Value::Count(it) => write!(f, "{it}"),
            Value::Time(it) if *it < 0 => write!(f, "-{}", Span(it.unsigned_abs())),
            Value::Time(it) => write!(f, "{}", Span(it.unsigned_abs())),
            Value::Flag(it) => write!(f, "{it}"),
            Value::Metric(it) => f.write_str(it.name()),
            Value::Algorithm(it) => f.write_str(it.name()),
        }
    }
}

/// A type that some field has.
trait Field: Sized {
    fn give(self) -> Value;
    /// None if the value is of another kind or out of the field's range.
    fn take(value: Value) -> Option<Self>;
}

macro_rules! field {
    ($type:ty, $variant:ident, $give:expr, $take:expr) => {
        impl Field for $type {
            fn give(self) -> Value {
                Value::$variant($give(self))
            }
            fn take(value: Value) -> Option<Self> {
                if let Value::$variant(it) = value { $take(it) } else { None }
            }
        }
    };
}

field!(f64, Number, |it| it, Some);
field!(u32, Count, i64::from, |it| u32::try_from(it).ok());
field!(Span, Time, |it: Span| i64::try_from(it.0).unwrap_or(i64::MAX), |it| u64::try_from(it).ok().map(Span));
field!(bool, Flag, |it| it, Some);
field!(Metric, Metric, |it| it, Some);
field!(Algorithm, Algorithm, |it| it, Some);

macro_rules! fields {
    ($($name:literal: $field:ident,)*) => {
        /// Every key of a specification, in the order in which problems are told.
        pub const KEYS: &[&str] = &[$($name,)*];

        impl KpaSpec {
            /// What the specification says of a key.
            pub fn get(&self, key: &str) -> Option<Value> {
                match key {
                    $($name => self.$field.map(Field::give),)*
                    _ => None,
                }
            }

            /// Says `value` of a key. Ignored where the key is not known or cannot hold it: check first.
            pub fn set(&mut self, key: &str, value: Value) {
                match key {
                    $($name => self.$field = Field::take(value),)*
                    _ => {}
                }
            }

            /// This specification where it says something, `below` where it does not, key by key.
            #[must_use]
            pub fn or(self, below: &KpaSpec) -> KpaSpec {
                KpaSpec { $($field: self.$field.or(below.$field),)* ticks: self.ticks.or(below.ticks), scraping: self.scraping.or(below.scraping) }
            }
        }
    };
}

fields! {
    "metric": metric,
    "target": target,
    "target-utilization-percentage": target_utilization_percentage,
    "target-burst-capacity": target_burst_capacity,
    "container-concurrency-target-percentage": container_concurrency_target_percentage,
    "container-concurrency-target-default": container_concurrency_target_default,
    "requests-per-second-target-default": requests_per_second_target_default,
    "activator-capacity": activator_capacity,
    "window": window,
    "stable-window": stable_window,
    "panic-window-percentage": panic_window_percentage,
    "panic-threshold-percentage": panic_threshold_percentage,
    "metric-aggregation-algorithm": metric_aggregation_algorithm,
    "max-scale-up-rate": max_scale_up_rate,
    "max-scale-down-rate": max_scale_down_rate,
    "min-scale": min_scale,
    "max-scale": max_scale,
    "max-scale-limit": max_scale_limit,
    "initial-scale": initial_scale,
    "allow-zero-initial-scale": allow_zero_initial_scale,
    "activation-scale": activation_scale,
    "scale-down-delay": scale_down_delay,
    "scale-to-zero-pod-retention-period": scale_to_zero_pod_retention_period,
    "enable-scale-to-zero": enable_scale_to_zero,
    "scale-to-zero-grace-period": scale_to_zero_grace_period,
    "progress-deadline": progress_deadline,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_file_is_a_key_of_the_table() {
        let schema = schemars::schema_for!(KpaSpec).to_value();
        let mut written: Vec<&str> = schema["properties"].as_object().expect("an object").keys().map(String::as_str).collect();
        written.retain(|key| !["ticks", "scraping"].contains(key));
        let mut known = KEYS.to_vec();
        written.sort_unstable();
        known.sort_unstable();
        assert_eq!(known, written);
    }

    #[test]
    fn what_is_set_is_what_is_got() {
        let (mut spec, window) = (KpaSpec::default(), Value::Time(30_000_000_000));
        spec.set("window", window);
        spec.set("min-scale", Value::Count(-1));
        spec.set("target", Value::Count(1));
        assert_eq!((spec.get("window"), spec.get("min-scale"), spec.get("target")), (Some(window), None, None));
        assert_eq!(spec.window, Some(Span::from_secs(30)));
    }
}
