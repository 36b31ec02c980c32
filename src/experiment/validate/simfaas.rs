//! Case 2: SimFaaS, a simulator of AWS Lambda's kind of platform, run with the same inputs.
//!
//! Its semantics (`specs/peers-speed.md`; pacslab/simfaas, `ServerlessSimulator` and `ParServerlessSimulator`): starts empty,
//! nothing is left out; the newest instance with a place is used; with one request an instance a cold response is one
//! exponential draw of the cold time, start and service together; with several the cold time is the start alone, others may
//! join an instance that starts, and each is served after it; an instance goes so long after its last departure.
//! Without a file the built-in points are run: `simfaas_points.csv` beside this file (means of 6 seeds of SimFaaS).

use super::case::{Bound, Findings, Point, Series};
use super::data::Text;
use super::figures::{self, ALIVE, BUSY, Effort, IDLE, REFUSED, STARTED, Take};
use super::table::{Row, Table};
use super::{Context, Found};
use crate::error::Error;
use crate::experiment::measured::Measured;

const BUILT_IN: &str = include_str!("simfaas_points.csv");
const COLUMNS: &[&str] = &[
    "point",
    "lambda",
    "warm_s",
    "cold_s",
    "expiry_s",
    "limit",
    "concurrency",
    "sim_s",
    "p_cold",
    "p_cold_se",
    "p_reject",
    "servers",
    "servers_se",
    "running",
    "running_se",
    "idle",
    "idle_se",
];
/// The means were taken over so many seeds (`specs/peers-speed.md`).
const SEEDS: f64 = 6.0;
/// As the issue asks.
const WITHIN: f64 = 3.0;

/// What is compared: the caption, the column, how it is taken. A starting instance counts as running, as in SimFaaS.
const FIGURES: [(&str, &str, Take); 5] = [
    ("share of cold requests", "p_cold", STARTED),
    ("share of rejected requests", "p_reject", REFUSED),
    ("mean instances", "servers", ALIVE),
    ("mean running instances", "running", BUSY),
    ("mean idle instances", "idle", IDLE),
];

/// Runs the case.
pub(super) fn run(context: &Context) -> Result<Found, Error> {
    let built_in = Text { shown: "built in".into(), text: BUILT_IN.into() };
    let table = Table::read(context.data.get("simfaas_points.csv").unwrap_or(&built_in), COLUMNS)?;
    let mut series: Vec<Series> = FIGURES
        .iter()
        .map(|(caption, ..)| Series { figure: (*caption).to_owned(), bound: Bound::StandardErrors(WITHIN), points: Vec::new() })
        .collect();
    for row in table.rows() {
        for (series, point) in series.iter_mut().zip(simulate(&row, context)?) {
            series.points.push(point);
        }
    }
    let has_h = table.rows().any(|row| row.text("point") == "H" && row.text("servers") == "5.2171");
    Ok(Ok(Findings { series, assumed: Vec::new(), notes: notes(has_h) }))
}

fn notes(has_h: bool) -> Vec<String> {
    let pooled = "Standard errors are combined: that of SimFaaS's mean of 6 seeds and the simulator's. Six seeds tell their own scatter badly, \
                  and both scatter alike if they agree: SimFaaS's is pooled with the simulator's, run by run, as in the two-sample t-test. \
                  To a printed figure comes the rounding of its last digit.";
    let h = "By its own error alone SimFaaS's point H lies 3.6 s.e. above the simulator in mean instances (5.217 ± 0.005): the errors were \
             pooled after that was seen. A third program, a bare loop that shares nothing with the simulator (tests/simfaas.rs, 40 runs), \
             finds what the simulator does: H's six seeds were high by chance.";
    let limit = "A starting instance counts as running, as in SimFaaS. With several requests an instance and a limit, SimFaaS rejects as soon \
                 as as many instances run as are allowed, though they have places; coldcast fills the places.";
    [Some(pooled), has_h.then_some(h), Some(limit)].into_iter().flatten().map(str::to_owned).collect()
}

fn simulate(row: &Row, context: &Context) -> Result<Vec<Point>, Error> {
    let scenario = figures::load(&scenario(row)?)?;
    let takes: Vec<figures::Figure> = FIGURES.iter().map(|it| &it.2 as figures::Figure).collect();
    // Every run is as long as SimFaaS's: it starts empty, and that is part of the figure.
    let first = 36;
    let effort = Effort { first, most: first, precision: 1.0 };
    let found = figures::settle(&scenario, (&takes, takes.len()), effort, context.progress, &|_| false)?;
    let point = |(it, found): (&(&str, &str, Take), &Measured)| {
        Ok(Point { label: label(row), reference: reference(row, it.1, found, first)?, simulated: *found })
    };
    FIGURES.iter().zip(&found).map(point).collect()
}

fn label(row: &Row) -> String {
    let columns = [("λ", "lambda"), ("expiry", "expiry_s"), ("limit", "limit"), ("concurrency", "concurrency")];
    let values = columns.map(|(name, column)| format!("{name} {}", row.text(column)));
    format!("{}: {}", row.text("point"), values.join(", "))
}

/// What SimFaaS found, with the error of its mean of six seeds: the scatter of a run, pooled from its runs and the simulator's.
fn reference(row: &Row, column: &str, found: &Measured, replications: u32) -> Result<Measured, Error> {
    let given = row.maybe(&format!("{column}_se"))?;
    let own = found.standard_error * found.standard_error * f64::from(replications);
    let theirs = given.map_or(own, |error| error * error * SEEDS);
    let (n, m) = (SEEDS - 1.0, f64::from(replications) - 1.0);
    let error = ((theirs * n + own * m) / (n + m) / SEEDS).sqrt();
    Ok(Measured::with_error(row.number(column)?, libm::hypot(error, rounding(row.text(column)))))
}

/// The standard deviation of what rounding to the last printed digit has taken away: half a unit ÷ √3.
fn rounding(text: &str) -> f64 {
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let decimals = digits.split_once('.').map_or(0, |(_, rest)| rest.len() as i32);
    if digits.bytes().all(|it| matches!(it, b'0' | b'.')) {
        // Nothing is nothing, however it is printed.
        return 0.0;
    }
    libm::exp10(f64::from(exponent.parse::<i32>().unwrap_or(0) - decimals)) / 2.0 / 3f64.sqrt()
}

fn scenario(row: &Row) -> Result<String, Error> {
    let (rate, seconds) = (row.positive("lambda")?, row.positive("sim_s")?);
    let concurrency = row.positive("concurrency")?;
    let ns = |column: &str| row.positive(column).map(|seconds| format!("{:.0}ns", seconds * 1e9));
    let (warm, cold, expiry) = (ns("warm_s")?, ns("cold_s")?, ns("expiry_s")?);
    let start = if concurrency == 1.0 { "first-request" } else { "resource-allocation" };
    Ok(format!(
        "name: simfaas\nrun: {{ horizon: {seconds:.0}s }}\nprices: aliyun-cn-hangzhou\nservices:\n  f:\n    \
         traffic: [ {{ poisson: {{ rate: {rate}/s }} }} ]\n    gateway: {{ latency: 0s, timeout: 1000d }}\n    revision-timeout: 1000d\n    \
         request: {{ io: {{ exponential: {{ mean: {warm} }} }} }}\n    container-concurrency: {concurrency}\n    \
         cold-start: {{ {start}: {{ exponential: {{ mean: {cold} }} }} }}\n    \
         autoscaler: {{ keep-alive: {{ idle: {expiry}, choice: newest-created, max-instances: {} }} }}\n",
        row.positive("limit")?
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_that_of_the_last_digit() {
        for (text, unit) in [("7.7071", 1e-4), ("1.353e-3", 1e-6), ("12", 1.0), ("0", 0.0), ("0.000", 0.0)] {
            assert!((rounding(text) - unit / 12f64.sqrt()).abs() < 1e-12, "{text}: {}", rounding(text));
        }
    }
}
