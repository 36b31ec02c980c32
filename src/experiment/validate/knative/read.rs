//! The measured settings, and the published laws of their workloads.

use crate::error::Error;
use crate::experiment::measured::Measured;
use crate::experiment::validate::data::Text;
use crate::experiment::validate::table::{Row, Table};

/// A workload with a published service law.
pub struct Workload {
    pub name: &'static str,
    /// Response in seconds as a polynomial of the rate a pod: the constant, the slope, the square
    /// (specs/request-path-and-cold-start.md 4b, from the authors' model/analyze/02-workload-plots.py).
    pub seconds: [f64; 3],
    /// Bound on the mean error. Issue 5 sets those of W1 and W3; W2 runs the program of W3, and W4 that of W1.
    pub within: f64,
}

/// Every workload with a law.
pub const WORKLOADS: &[Workload] = &[
    Workload { name: "W1", seconds: [1.1938, 0.0843, 0.0756], within: 0.06 },
    Workload { name: "W2", seconds: [0.5163, -0.0002, 0.00003], within: 0.02 },
    Workload { name: "W3", seconds: [0.5161, 0.0019, -0.0002], within: 0.02 },
    Workload { name: "W4", seconds: [0.2137, -0.0408, 0.0360], within: 0.06 },
];

/// One measured hour.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    pub label: String,
    pub workload: String,
    /// `concurrency` or `rps`.
    pub metric: String,
    pub target: f64,
    /// Requests a second.
    pub rate: f64,
    /// Mean response at the client, seconds.
    pub response_s: f64,
    /// Mean ready pods.
    pub pods: Measured,
    /// Mean window concurrency of a pod, if it is given.
    pub window: Option<Measured>,
}

const COLUMNS: [&str; 9] = [
    "workload",
    "metric",
    "target",
    "arrival_rps",
    "ready_count_mean",
    "ready_count_ci95",
    "conc_window_avg",
    "conc_window_ci95",
    "client_elapsed_s",
];

/// Reads every row.
pub fn settings(text: &Text) -> Result<Vec<Setting>, Error> {
    let settings = Table::read(text, &COLUMNS)?.rows().map(|row| setting(&row)).collect::<Result<Vec<_>, Error>>()?;
    if settings.is_empty() {
        return Err(Error::in_file(&text.shown, 1, "reference", "the file has a header and nothing else"));
    }
    Ok(settings)
}

fn setting(row: &Row) -> Result<Setting, Error> {
    let (workload, metric) = (row.text("workload").to_owned(), row.text("metric").to_owned());
    if metric != "concurrency" && metric != "rps" {
        return Err(row.refuse(format!("`metric` is `{metric}`, neither concurrency nor rps")));
    }
    let (target, rate) = (row.positive("target")?, row.positive("arrival_rps")?);
    let response_s = row.positive("client_elapsed_s")?;
    if !(0.01..=1e6).contains(&target) || rate > 10_000.0 || response_s > 300.0 {
        return Err(row.refuse("no setting of Knative: a target or a rate out of all range, or a response of more than 300 s".into()));
    }
    let window = row.maybe("conc_window_avg")?;
    Ok(Setting {
        label: format!("{workload}, target {target}, {rate}/s"),
        target,
        rate,
        response_s,
        pods: measured(row.positive("ready_count_mean")?, row.maybe("ready_count_ci95")?),
        window: window.map(|mean| Ok::<_, Error>(measured(mean, row.maybe("conc_window_ci95")?))).transpose()?,
        workload,
        metric,
    })
}

/// A mean of four batches with its 95 % interval: Student's t of 3 degrees of freedom is 3.182.
fn measured(mean: f64, half: Option<f64>) -> Measured {
    Measured::with_error(mean, half.map_or(0.0, |half| half / 3.182))
}
