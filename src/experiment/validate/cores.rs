//! Case 6: a Knative measurement on 16 cores (sis-ethz/faasim, validation figure): a request of one second of CPU. Latency is
//! flat up to 14 requests a second, has its knee at 16, as many as there are cores, and collapses at 17.
//!
//! The pods of that cluster have no limit of CPU: all requests share the 16 cores, whatever pod they are in. So the pool of
//! cores is one instance of 16 vCPUs here, on which the processor sharing is exact.

use super::case::{Bound, Findings, Point, Series};
use super::table::{Row, Table};
use super::watched;
use super::{Case, Context, Found};
use crate::error::Error;
use crate::experiment::measured::Measured;
use crate::observe::witness::Scene;

/// The file it reads.
const FILE: &str = "faasim-knative/faasim_validation.csv";

/// Cores of the cluster, and CPU time of a request in seconds.
const CORES: f64 = 16.0;
const DEMAND_S: f64 = 1.0;

/// The measured curve is called flat up to this share of the cores' capacity: 14 of 16 requests a second.
const FLAT_UP_TO: f64 = 14.0 / 16.0;

/// What the figure's axis ends at: where a marker is clipped, the median is above, so at least half of the requests are.
const CLIPPED_MS: f64 = 60.0;

/// One measured point.
struct Setting {
    label: String,
    rate: f64,
    /// Median latency without the request's own second, in milliseconds; nothing where the marker is hidden or clipped.
    measured_ms: Option<f64>,
}

/// The case.
pub(super) const CASE: Case = Case {
    name: "cores",
    title: "Knative on 16 cores: flat, knee, collapse",
    against: "sis-ethz/faasim, validation figure (validation/faasim-knative, Apache-2.0)",
    files: &[FILE],
    run,
};

fn run(context: &Context) -> Result<Found, Error> {
    let text = match context.data.need(FILE) {
        Ok(text) => text,
        Err(missing) => return Ok(Err(missing)),
    };
    let table = Table::read(text, &["functions", "rps", "system", "latency_p50_ms"])?;
    let knative = |row: &Row| row.text("system") == "Knative";
    let settings = table.rows().filter(knative).map(|row| setting(&row)).collect::<Result<Vec<_>, Error>>()?;
    let simulated = settings.iter().map(|it| latency(it.rate, "constant", context)).collect::<Result<Vec<_>, Error>>()?;
    Ok(Ok(Findings { series: series(&settings, &simulated), assumed: assumed(), notes: notes(context)? }))
}

fn setting(row: &Row) -> Result<Setting, Error> {
    let (functions, rate) = (row.positive("functions")?, row.positive("rps")?);
    if rate > 1000.0 {
        return Err(row.refuse(format!("`rps` is {rate}, far beyond what 16 cores serve")));
    }
    Ok(Setting { label: format!("{functions} functions, {rate}/s"), rate, measured_ms: row.maybe("latency_p50_ms")? })
}

fn assumed() -> Vec<String> {
    [
        "Requests come at equal distances: with Poisson arrivals the measured flatness is impossible (below).",
        "All functions share the 16 cores, which nothing else uses; the run lasts 5 minutes; instances are there already.",
        "Hops are coldcast's defaults: their spread is a guess.",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// What Poisson arrivals would give.
fn notes(context: &Context) -> Result<Vec<String>, Error> {
    let poisson = latency(15.0, "poisson", context)?.median_ms.point;
    Ok(vec![
        format!("With Poisson arrivals at 15/s the median would be {poisson:.0} ms above the request's own second; 13 ms were measured."),
        "At 15 and 16/s the measured medians are 8 to 13 ms: the cluster's own work (proxies, kubelet) takes part of the cores, which is \
         not modelled. The points are shown and not judged."
            .to_owned(),
        "20 functions at 1 and 2/s were measured while most of their calls still started a pod: hence 20 ms there.".to_owned(),
        "The measured 99th percentiles hold starts of pods (\"not warmed up\") and are not compared.".to_owned(),
    ])
}

fn series(settings: &[Setting], simulated: &[Latency]) -> Vec<Series> {
    let each = || settings.iter().zip(simulated);
    let load = |setting: &Setting| setting.rate * DEMAND_S / CORES;
    let point = |setting: &Setting, reference: f64, simulated: Measured| Point {
        label: setting.label.clone(),
        reference: Measured::exact(reference),
        simulated,
    };
    let base = each().min_by(|a, b| a.0.rate.total_cmp(&b.0.rate)).map_or(1.0, |(_, simulated)| simulated.median_ms.point);
    let measured_base = settings.iter().filter(|it| load(it) <= FLAT_UP_TO).filter_map(|it| it.measured_ms).fold(f64::INFINITY, f64::min);
    let relative = |it: &Measured| Measured { point: it.point / base, standard_error: it.standard_error / base, ..*it };
    let flat = each().filter(|(it, _)| load(it) <= FLAT_UP_TO && it.measured_ms.is_some());
    let flat = flat.map(|(it, ms)| point(it, it.measured_ms.unwrap_or(0.0) / measured_base, relative(&ms.median_ms))).collect();
    let above = each().filter(|(it, _)| load(it) > 1.0).map(|(it, ms)| point(it, 0.5, ms.beyond_axis)).collect();
    let shown = each().filter_map(|(it, ms)| Some(point(it, it.measured_ms?, ms.median_ms))).collect();
    [
        ("flat up to 14/s: median system latency ÷ that of the lightest load", Bound::Between(0.8, 1.25), flat),
        (
            "collapse beyond the cores: share of requests beyond the figure's 60 ms (measured: half of them or more)",
            Bound::Between(0.5, 1.0),
            above,
        ),
        ("median system latency, ms", Bound::Discussed, shown),
    ]
    .into_iter()
    .filter(|(_, _, points): &(_, _, Vec<Point>)| !points.is_empty())
    .map(|(figure, bound, points)| Series { figure: figure.to_owned(), bound, points })
    .collect()
}

/// Latency beyond the request's own CPU time.
struct Latency {
    median_ms: Measured,
    /// Share of the requests that are beyond the figure's axis.
    beyond_axis: Measured,
}

fn latency(rate: f64, arrivals: &str, context: &Context) -> Result<Latency, Error> {
    let text = format!(
        "name: cores\nrun: {{ horizon: 5m, replications: 1, seed: 1 }}\nprices: aliyun-cn-hangzhou\nservices:\n  f:\n    \
         traffic: [ {{ {arrivals}: {{ rate: {rate}/s }} }} ]\n    request: {{ cpu: {DEMAND_S}s }}\n    \
         instance: {{ vcpu: {CORES}, memory: 64GiB }}\n    gateway: {{ timeout: 1h }}\n    activator: {{}}\n    queue-proxy: {{}}\n    \
         autoscaler: {{ fixed: {{ instances: 1 }} }}\n"
    );
    let scenario = watched::load(&text, context.data)?;
    let runs = watched::each(&scenario, if context.quick { 3 } else { 8 }, context.progress, beyond_demand_ms)?;
    let mean = |of: &dyn Fn(&Vec<f64>) -> f64| Measured::of(&runs.iter().map(of).collect::<Vec<_>>()).expect("several runs");
    let beyond = |ms: &Vec<f64>| ms.iter().filter(|ms| **ms > CLIPPED_MS).count() as f64 / ms.len().max(1) as f64;
    Ok(Latency { median_ms: mean(&|ms| ms.get(ms.len() / 2).copied().unwrap_or(f64::INFINITY)), beyond_axis: mean(&beyond) })
}

/// Of the second half of a run, in which an overload has built up, sorted; without those under way at its end.
fn beyond_demand_ms(scene: &Scene) -> Vec<f64> {
    let half = &scene.requests[scene.requests.len() / 2..];
    let mut latencies: Vec<f64> = half.iter().filter_map(|it| it.latency()).map(|it| (it.as_secs_f64() - DEMAND_S) * 1e3).collect();
    latencies.sort_by(f64::total_cmp);
    latencies
}
