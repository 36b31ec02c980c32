//! Exact counts of cold starts from the minutes alone, without a simulator (specs/real-measurements.md 4).
//!
//! Two minutes with calls, one after the other and d minutes apart, are a cold start if d > K and none if d < K. If d = K the
//! placement decides, and the rule: at the minutes' starts the gap is exactly K; with equidistant calls it is at most K, and
//! exactly K if every function called once (in the middle) both times; with x and y uniform calls it is longer if the last of
//! the x comes before the first of the y: with probability 1 ÷ C(x + y, x).

use std::collections::BTreeMap;

use super::Way;
use crate::error::Error;
use crate::experiment::validate::data::Text;

/// What has an instance of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Each function.
    Function,
    /// Each application.
    App,
}

impl Key {
    /// As a scenario says it.
    pub fn name(self) -> &'static str {
        match self {
            Key::Function => "function",
            Key::App => "app",
        }
    }
}

/// Calls in one minute: all of them, and the most by one function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Calls {
    all: u64,
    most: u64,
}

/// The minutes with calls of one key.
type Active = BTreeMap<u32, Calls>;

/// Counts a minute, as a trace gives them.
#[derive(Debug, Default)]
pub struct Minutes {
    by_function: Vec<Active>,
    by_app: BTreeMap<String, Active>,
}

/// Reads a trace in the form of Azure Functions 2019.
pub fn minutes(text: &Text) -> Result<Minutes, Error> {
    let refuse = |line: usize, message: String| Error::in_file(&text.shown, line, "reference", message);
    let mut lines = text.text.lines().enumerate();
    let (_, header) = lines.next().ok_or_else(|| refuse(1, "the file is empty".into()))?;
    let columns: Vec<Option<u32>> = header.split(',').map(|name| name.trim().parse().ok()).collect();
    let app =
        header.split(',').position(|name| name.trim() == "HashApp").ok_or_else(|| refuse(1, "there is no column `HashApp`".into()))?;
    let mut minutes = Minutes::default();
    for (index, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let active = active(line, &columns).map_err(|message| refuse(index + 1, message))?;
        minutes.add(line.split(',').nth(app).unwrap_or_default(), active);
    }
    if minutes.by_function.is_empty() {
        return Err(refuse(1, "the file has a header and nothing else".into()));
    }
    Ok(minutes)
}

/// The minutes with calls of a row, or what is wrong with it.
fn active(line: &str, columns: &[Option<u32>]) -> Result<Active, String> {
    let cells: Vec<&str> = line.split(',').map(str::trim).collect();
    if cells.len() != columns.len() {
        return Err(format!("{} cells, where the header has {}", cells.len(), columns.len()));
    }
    let mut active = Active::new();
    for (cell, minute) in cells.iter().zip(columns).filter_map(|(cell, minute)| Some((cell, (*minute)?))) {
        let count: u64 = cell.parse().map_err(|_| format!("minute {minute} has `{cell}` calls, which is no whole number"))?;
        if count > 0 {
            active.insert(minute, Calls { all: count, most: count });
        }
    }
    Ok(active)
}

impl Minutes {
    fn add(&mut self, app: &str, active: Active) {
        let of_app = self.by_app.entry(app.to_owned()).or_default();
        for (minute, calls) in &active {
            let sum = of_app.entry(*minute).or_default();
            *sum = Calls { all: sum.all + calls.all, most: sum.most.max(calls.most) };
        }
        self.by_function.push(active);
    }

    /// How many functions there are.
    pub fn functions(&self) -> usize {
        self.by_function.len()
    }

    /// How many requests.
    pub fn requests(&self) -> u64 {
        self.by_function.iter().flat_map(BTreeMap::values).map(|calls| calls.all).sum()
    }

    /// How many of a kind there are.
    pub fn keys(&self, key: Key) -> usize {
        self.of(key).len()
    }

    fn of(&self, key: Key) -> Vec<&Active> {
        match key {
            Key::Function => self.by_function.iter().collect(),
            Key::App => self.by_app.values().collect(),
        }
    }

    /// Cold starts, expected, and their standard deviation if chance has a part in it.
    pub fn cold_starts(&self, key: Key, keep_alive_min: u32, way: Way) -> (f64, f64) {
        let (mut starts, mut variance) = (0.0, 0.0);
        for active in self.of(key).into_iter().filter(|active| !active.is_empty()) {
            starts += 1.0;
            for ((minute, x), (next, y)) in active.iter().zip(active.iter().skip(1)) {
                let chance = match (next - minute).cmp(&keep_alive_min) {
                    std::cmp::Ordering::Less => 0.0,
                    std::cmp::Ordering::Equal => chance_at_the_edge(*x, *y, way),
                    std::cmp::Ordering::Greater => 1.0,
                };
                starts += chance;
                variance += chance * (1.0 - chance);
            }
        }
        (starts, variance.sqrt())
    }
}

/// The chance of a cold start exactly K minutes after the last minute with calls.
fn chance_at_the_edge(x: Calls, y: Calls, way: Way) -> f64 {
    let gap_is_exactly_k = match way.spread {
        "start" => true,
        "equidistant" => x.most == 1 && y.most == 1,
        _ => return one_of_orders(x.all, y.all),
    };
    if gap_is_exactly_k && way.at_expiry == "expired" { 1.0 } else { 0.0 }
}

/// 1 ÷ C(x + y, x).
fn one_of_orders(x: u64, y: u64) -> f64 {
    let (few, many) = (x.min(y), x.max(y));
    (1..=few).map(|i| i as f64 / (many + i) as f64).product()
}

#[cfg(test)]
mod tests {
    use super::super::WAYS;
    use super::*;

    #[test]
    fn gaps_are_counted_by_hand() {
        let trace = "HashOwner,HashApp,HashFunction,Trigger,480,481,482,483\no,a,f,http,1,1,0,1\no,a,g,http,0,2,0,0\n";
        let minutes = minutes(&Text { shown: "t.csv".into(), text: trace.into() }).unwrap();
        assert_eq!((minutes.functions(), minutes.keys(Key::App), minutes.requests()), (2, 1, 5));
        // Functions: f has gaps of 1 and 2, g none. The application: minutes with 1, 3 and 1 calls.
        let expected = [(3.0, 2.0), (4.0, 3.0), (3.0, 2.0), (4.0, 2.0), (3.5, 2.25)];
        for (way, (functions, app)) in WAYS.iter().zip(expected) {
            let found = (minutes.cold_starts(Key::Function, 1, *way).0, minutes.cold_starts(Key::App, 1, *way).0);
            assert_eq!(found, (functions, app), "{}", way.title);
        }
    }

    #[test]
    fn a_trace_that_is_none_is_refused_by_line() {
        for (trace, message) in [
            ("HashOwner,HashFunction,1\n", "t.csv:1: there is no column `HashApp`"),
            ("HashApp,1,2\na,1\n", "t.csv:2: 2 cells, where the header has 3"),
            ("HashApp,1\na,1\nb,-1\n", "t.csv:3: minute 1 has `-1` calls, which is no whole number"),
            ("HashApp,1\n", "t.csv:1: the file has a header and nothing else"),
        ] {
            let error = minutes(&Text { shown: "t.csv".into(), text: trace.into() }).map(|_| ()).unwrap_err();
            assert!(error.to_string().starts_with(message), "{error}");
        }
    }
}
