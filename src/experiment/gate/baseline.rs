//! A stored baseline: every figure of every replication, and enough about the run to know what may be compared with it.
//!
//! Values are kept one by one, not as means: a run with the same seed meets the same requests and is compared with them
//! pair by pair, a run with another seed as one sample with another.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::super::simulate::Replicas;
use super::super::values::series;
use crate::error::Error;
use crate::figure::FIGURES;
use crate::scenario::Scenario;

/// The form of the file. Raised when an old one can no longer be read.
const SCHEMA: u64 = 1;
/// The key that says that a file is a baseline.
const MARK: &str = "coldcast_baseline";

/// A run that later ones are compared with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// The form of the file.
    #[serde(rename = "coldcast_baseline")]
    pub schema: u64,
    /// Version of coldcast that ran.
    pub version: String,
    /// Name of the scenario.
    pub scenario: String,
    /// SHA-256 of its text and of every file it names.
    pub scenario_hash: String,
    /// Seed of the first replication.
    pub seed: u64,
    /// How many replications.
    pub replications: u32,
    /// Simulated nanoseconds of a run.
    pub horizon_ns: u64,
    /// Of that, left out at the start.
    pub warmup_ns: u64,
    /// Currency of every amount.
    pub currency: String,
    /// By policy and key of a figure: a value a replication.
    pub policies: Vec<StoredPolicy>,
    /// The scenario's text.
    pub text: String,
}

/// One policy of a baseline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredPolicy {
    /// Its name.
    pub name: String,
    /// By key of a figure.
    pub figures: std::collections::BTreeMap<String, Vec<Option<f64>>>,
}

impl Baseline {
    /// Of what was run.
    pub fn of(scenario: &Scenario, replicas: &[Replicas]) -> Baseline {
        let stored = |(policy, replicas): (&crate::scenario::Policy, &Replicas)| StoredPolicy {
            name: policy.name.clone(),
            figures: FIGURES.iter().enumerate().map(|(index, figure)| (figure.key.to_owned(), series(replicas, index))).collect(),
        };
        Baseline {
            schema: SCHEMA,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: scenario.name.clone(),
            scenario_hash: scenario.hash.clone(),
            seed: scenario.seed,
            replications: replicas.first().map_or(0, |it| it.each.len() as u32),
            horizon_ns: scenario.window.horizon.0,
            warmup_ns: scenario.window.warmup.0,
            currency: scenario.book.currency().to_owned(),
            policies: scenario.policies.iter().zip(replicas).map(stored).collect(),
            text: scenario.text.clone(),
        }
    }

    /// As a file: JSON, a line a figure, so that version control shows which of them moved.
    pub fn render(&self) -> String {
        let line = |value: &Value| value.to_string();
        let figures = |policy: &StoredPolicy| -> String {
            let lines: Vec<String> =
                policy.figures.iter().map(|(key, values)| format!("        {}: {}", json!(key), json!(values))).collect();
            lines.join(",\n")
        };
        let policies: Vec<String> = self
            .policies
            .iter()
            .map(|policy| {
                format!("    {{\n      \"name\": {},\n      \"figures\": {{\n{}\n      }}\n    }}", json!(policy.name), figures(policy))
            })
            .collect();
        let mut head: Map<String, Value> = serde_json::to_value(self).ok().and_then(|it| it.as_object().cloned()).unwrap_or_default();
        head.remove("policies");
        let text = head.remove("text").unwrap_or_default();
        let mut lines: Vec<String> = head.iter().map(|(key, value)| format!("  {}: {}", json!(key), line(value))).collect();
        lines.push(format!("  \"policies\": [\n{}\n  ]", policies.join(",\n")));
        lines.push(format!("  \"text\": {}", line(&text)));
        format!("{{\n{}\n}}\n", lines.join(",\n"))
    }

    /// Reads a file.
    ///
    /// # Errors
    /// If it is no whole baseline of a form that this version knows.
    pub fn parse(file: &str, text: &str) -> Result<Baseline, Error> {
        let value: Value = serde_json::from_str(text).map_err(|error| match error.is_eof() {
            true => refuse(file, error.line(), "it ends in the middle: the baseline is truncated"),
            false => refuse(file, error.line(), format!("this is no baseline: {}", bare(&error))),
        })?;
        match value.get(MARK) {
            None => return Err(refuse(file, 0, format!("this is no baseline: it has no `{MARK}`"))),
            Some(schema) if *schema != json!(SCHEMA) => {
                return Err(refuse(file, 0, format!("the baseline has the form {schema}; this version reads form {SCHEMA}")));
            }
            Some(_) => {}
        }
        let baseline: Baseline =
            serde_json::from_str(text).map_err(|error| refuse(file, error.line(), format!("the baseline is damaged: {}", bare(&error))))?;
        baseline.check_whole(file)?;
        Ok(baseline)
    }

    /// Every figure has a value a replication.
    fn check_whole(&self, file: &str) -> Result<(), Error> {
        for policy in &self.policies {
            if let Some((key, values)) = policy.figures.iter().find(|(_, values)| values.len() != self.replications as usize) {
                let message =
                    format!("the baseline is damaged: `{key}` of `{}` has {} values, not {}", policy.name, values.len(), self.replications);
                return Err(refuse(file, 0, message));
            }
        }
        Ok(())
    }

    /// Whether a scenario's figures can be compared with these at all.
    ///
    /// # Errors
    /// If they mean something else: another scenario, length, currency, or a version whose figures may differ.
    pub fn check_comparable(&self, file: &str, scenario: &Scenario) -> Result<(), Error> {
        let (old, new) = (self, scenario);
        if old.scenario != new.name {
            let message = format!("this is a baseline of the scenario `{}`, not of `{}`", old.scenario, new.name);
            return Err(refuse(file, 0, message));
        }
        if minor(&old.version) != minor(env!("CARGO_PKG_VERSION")) {
            let this = env!("CARGO_PKG_VERSION");
            let message = format!("coldcast {} made this baseline, this is {this}: their figures may differ by themselves", old.version);
            return Err(refuse(file, 0, message));
        }
        if (old.horizon_ns, old.warmup_ns) != (new.window.horizon.0, new.window.warmup.0) {
            let message = format!(
                "the baseline's run was {} long, this one is {}: their costs and counts cannot be compared",
                length(old.horizon_ns, old.warmup_ns),
                length(new.window.horizon.0, new.window.warmup.0)
            );
            return Err(refuse(file, 0, message));
        }
        if !old.policies.iter().any(|mine| new.policies.iter().any(|theirs| theirs.name == mine.name)) {
            return Err(refuse(file, 0, "the baseline and the scenario have no policy in common"));
        }
        if old.currency != new.book.currency() {
            let message = format!("the baseline's amounts are in {}, these are in {}", old.currency, new.book.currency());
            return Err(refuse(file, 0, message));
        }
        Ok(())
    }

    /// The values of a figure under a policy.
    pub fn values(&self, policy: &str, figure: usize) -> Option<&[Option<f64>]> {
        let policy = self.policies.iter().find(|it| it.name == policy)?;
        policy.figures.get(FIGURES[figure].key).map(Vec::as_slice)
    }
}

fn refuse(file: &str, line: usize, message: impl Into<String>) -> Error {
    Error::in_file(file, line, "baseline", message).with_hint("`coldcast check SCENARIO --save-baseline FILE` makes a new one")
}

/// The parser's message without the place, which stands before it.
fn bare(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

/// Figures may change with the minor version while the major one is 0 (CHANGELOG.md).
fn minor(version: &str) -> &str {
    version.rsplit_once('.').map_or(version, |(minor, _)| minor)
}

fn length(horizon_ns: u64, warmup_ns: u64) -> String {
    let span = crate::units::Span;
    match warmup_ns {
        0 => span(horizon_ns).to_string(),
        warmup => format!("{} with {} of warm-up", span(horizon_ns), span(warmup)),
    }
}
