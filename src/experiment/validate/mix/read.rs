//! The applications: what was measured of each, and its average concurrency minute by minute.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::super::data::Text;
use super::super::table::{Row, Table};
use crate::error::Error;

/// One application.
#[derive(Debug, Clone, PartialEq)]
pub struct App {
    /// Its hash, and the beginning of it.
    pub hash: String,
    pub name: String,
    /// Memory of a pod, MB.
    memory_mb: f64,
    pub requests: f64,
    /// Requests that were cold starts.
    pub cold: f64,
    /// MB · s that were allocated, and used.
    allocated: f64,
    used: f64,
    /// Requests of each minute with any: the average concurrency, rounded up.
    minutes: Vec<u32>,
}

/// A minute of more concurrency is no minute of these applications.
const CONCURRENCY_MAX: f64 = 1e6;

/// Every application that was measured and has minutes.
pub fn apps(measured: &Text, minutes: &Text) -> Result<Vec<App>, Error> {
    let minutes = by_hash(minutes)?;
    let columns = ["HashApp", "AverageMemUsage", "REQUEST_COUNT", "COLD_START_COUNT", "VANILLA_MEM_ALLOC", "VANILLA_MEM_UTIL"];
    let mut apps = Vec::new();
    for row in Table::read(measured, &columns)?.rows() {
        // One application of the hundred was not joined: its measurements are empty.
        if let (Some(minutes), Some(requests)) = (minutes.get(row.text("HashApp")), row.maybe("REQUEST_COUNT")?) {
            apps.push(app(&row, requests, minutes.clone())?);
        }
    }
    if apps.is_empty() {
        return Err(Error::in_file(&measured.shown, 0, "reference", "no application has both measurements and minutes"));
    }
    Ok(apps)
}

fn app(row: &Row, requests: f64, minutes: Vec<u32>) -> Result<App, Error> {
    let hash = row.text("HashApp").to_owned();
    if requests < 0.0 {
        return Err(row.refuse(format!("`REQUEST_COUNT` is {requests}")));
    }
    Ok(App {
        name: hash.chars().take(8).collect(),
        hash,
        memory_mb: row.positive("AverageMemUsage")?,
        requests,
        cold: row.number("COLD_START_COUNT")?,
        allocated: row.number("VANILLA_MEM_ALLOC")?,
        used: row.number("VANILLA_MEM_UTIL")?,
        minutes,
    })
}

/// The minutes of each application: the columns after its hash.
fn by_hash(text: &Text) -> Result<BTreeMap<String, Vec<u32>>, Error> {
    let columns = text.text.lines().next().map_or(0, |header| header.split(',').count());
    let names: Vec<String> = (1..columns).map(|minute| minute.to_string()).collect();
    let wanted: Vec<&str> = names.iter().map(String::as_str).chain(["HashApp"]).collect();
    let mut by_hash = BTreeMap::new();
    for row in Table::read(text, &wanted)?.rows() {
        let minutes = names.iter().map(|name| requests_of_minute(&row, name)).collect::<Result<Vec<_>, Error>>()?;
        by_hash.insert(row.text("HashApp").to_owned(), minutes);
    }
    Ok(by_hash)
}

fn requests_of_minute(row: &Row, name: &str) -> Result<u32, Error> {
    let concurrency = row.number(name)?;
    if !(0.0..=CONCURRENCY_MAX).contains(&concurrency) {
        return Err(row.refuse(format!("minute {name} has a concurrency of {concurrency}")));
    }
    Ok(concurrency.ceil() as u32)
}

impl App {
    /// How long its pods lived, in seconds, if each served one request.
    pub fn lifetime_s(&self) -> Option<f64> {
        let alone = self.requests > 0.0 && self.requests == self.cold;
        alone.then(|| self.allocated / self.memory_mb / self.cold)
    }

    /// How long a request took, in seconds, from 1 ms to a minute.
    pub fn request_s(&self) -> f64 {
        let seconds = self.used / self.memory_mb / self.requests;
        if seconds.is_finite() { seconds.clamp(0.001, 60.0) } else { 0.001 }
    }

    /// Requests by its minutes.
    pub fn recorded(&self) -> f64 {
        self.minutes.iter().map(|count| f64::from(*count)).sum()
    }
}

/// All of them as a trace in the form of Azure Functions 2019.
pub fn trace(apps: &[App]) -> Text {
    let mut text = "HashOwner,HashApp,HashFunction".to_owned();
    let minutes = apps.iter().map(|app| app.minutes.len()).max().unwrap_or(0);
    (1..=minutes).for_each(|minute| write!(text, ",{minute}").expect("writing to memory"));
    for app in apps {
        write!(text, "\no,{},{}", app.hash, app.hash).expect("writing to memory");
        app.minutes.iter().for_each(|count| write!(text, ",{count}").expect("writing to memory"));
    }
    Text { shown: "trace.csv".into(), text: text + "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn applications_are_joined_and_become_a_trace() {
        let text = |text: &str| Text { shown: "x.csv".into(), text: text.into() };
        let measured = "HashApp,AverageMemUsage,REQUEST_COUNT,COLD_START_COUNT,VANILLA_MEM_ALLOC,VANILLA_MEM_UTIL\n\
                        abcdefghij,100,2,2,11200,60\nother,100,,,,\n";
        let apps = apps(&text(measured), &text("HashApp,1,2,3\nabcdefghij,0.0,0.3,2.0\nother,1,1,1\n")).unwrap();
        assert_eq!((apps.len(), apps[0].lifetime_s(), apps[0].request_s(), apps[0].recorded()), (1, Some(56.0), 0.3, 3.0));
        assert_eq!(trace(&apps).text, "HashOwner,HashApp,HashFunction,1,2,3\no,abcdefghij,abcdefghij,0,1,2\n");
    }
}
