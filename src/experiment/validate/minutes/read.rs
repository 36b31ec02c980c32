//! The published counts, where there are any: `azure_keepalive_counts.json`, made by a script of its own.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::exact::{Key, Minutes};
use super::{COUNTS, KEEP_ALIVE_MIN, TRACE, WAYS, Way};
use crate::error::Error;
use crate::experiment::validate::data::{Data, Text};

/// Counts by keep-alive time in minutes, by the name of the placement and rule.
type Counts = BTreeMap<String, serde_json::Value>;

/// One trace in the file.
#[derive(Debug, Clone, Deserialize)]
struct Published {
    file: String,
    per_function: Counts,
    #[serde(default)]
    per_app: Counts,
}

/// Which trace, which keep-alive times, and what was published of them.
pub struct Reference {
    pub trace: String,
    pub keep_alive_min: Vec<u32>,
    published: Option<Published>,
}

/// What the file has of the first trace that is there; without the file, the trace that is known.
pub fn reference(data: &Data) -> Result<Reference, Error> {
    let none = || Reference { trace: TRACE.to_owned(), keep_alive_min: KEEP_ALIVE_MIN.to_vec(), published: None };
    let Some(text) = data.get(COUNTS) else { return Ok(none()) };
    let published = parse(text)?.into_values().find(|it| data.get(&it.file).is_some());
    let Some(published) = published else { return Ok(none()) };
    Ok(Reference { trace: published.file.clone(), keep_alive_min: times(text, &published)?, published: Some(published) })
}

fn parse(text: &Text) -> Result<BTreeMap<String, Published>, Error> {
    let refuse = |error: serde_json::Error| Error::in_file(&text.shown, error.line(), "reference", error.to_string());
    let all: BTreeMap<String, serde_json::Value> = serde_json::from_str(&text.text).map_err(refuse)?;
    // Beside the traces the file says how it was made.
    let traces = all.into_iter().filter(|(_, value)| value.get("file").is_some());
    traces.map(|(name, value)| Ok((name, serde_json::from_value(value).map_err(refuse)?))).collect()
}

fn times(text: &Text, published: &Published) -> Result<Vec<u32>, Error> {
    let counts = published.per_function.get(name(WAYS[0])).and_then(serde_json::Value::as_object);
    let keys = counts.into_iter().flat_map(|counts| counts.keys());
    let mut times = keys.filter_map(|key| key.parse().ok()).filter(|minutes| *minutes > 0).collect::<Vec<u32>>();
    times.sort_unstable();
    if times.is_empty() {
        let message = format!("`per_function` has no `{}` by minutes", name(WAYS[0]));
        return Err(Error::in_file(&text.shown, 0, "reference", message));
    }
    Ok(times)
}

/// What the file calls a way. Nobody published equidistant calls with an expiry at exactly K.
fn name(way: Way) -> &'static str {
    match (way.spread, way.at_expiry) {
        ("start", "still-warm") => "minute_start_gap_le_ka_is_warm",
        ("start", _) => "minute_start_gap_eq_ka_is_cold",
        ("equidistant", "still-warm") => "equidistant_midpoints_in_minute",
        ("uniform", _) => "uniform_random_exact_expectation",
        _ => "",
    }
}

impl Reference {
    /// The published count.
    pub fn count(&self, key: Key, keep_alive_min: u32, way: Way) -> Option<f64> {
        let published = self.published.as_ref()?;
        let counts = match key {
            Key::Function => &published.per_function,
            Key::App => &published.per_app,
        };
        counts.get(name(way))?.get(keep_alive_min.to_string())?.as_f64()
    }

    /// Where the published counts are not those that are counted here, in a sentence each; or that they all are.
    pub fn differs_from(&self, minutes: &Minutes) -> Vec<String> {
        let mut differing = Vec::new();
        let mut same = 0;
        for (way, key) in WAYS.iter().flat_map(|way| [(*way, Key::Function), (*way, Key::App)]) {
            for minutes_kept in &self.keep_alive_min {
                let Some(published) = self.count(key, *minutes_kept, way) else { continue };
                let exact = minutes.cold_starts(key, *minutes_kept, way).0;
                if (published - exact).abs() < 0.001 {
                    same += 1;
                } else {
                    differing.push(format!(
                        "Counted here {exact:.4}, published {published}: {}, {minutes_kept} min, per {}.",
                        way.title,
                        key.name()
                    ));
                }
            }
        }
        differing.extend((same > 0).then(|| format!("{same} published counts are those that follow from the minutes.")));
        differing
    }
}
