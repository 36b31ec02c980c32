//! Case 7: a real mix of applications on a real Knative cluster (FeMux, 24 hours). A discussion, and one check.
//!
//! The check: a pod that served one request lives for Knative's stable window of 60 s, less the time for which it started.
//! The discussion: what was replayed is not recorded, only the average concurrency of each minute. Reconstructions that all
//! agree with it differ by more than the simulator could be wrong.

mod read;

use self::read::App;
use super::case::{Bound, Findings, Point, Series};
use super::watched::{self, written};
use super::{Case, Context, Found};
use crate::error::Error;
use crate::experiment::measured::Measured;
use crate::experiment::simulate::replicate;
use crate::observe::witness::Scene;

/// What was measured of each application, and its concurrency by minutes.
const APPS: &str = "traces/femux_knative100/apps_measured_vanilla_knative.csv";
const MINUTES: &str = "traces/femux_knative100/avg_containers_per_minute.csv";

/// Seconds between which a pod of one request lives after it was ready (issue 5).
const LIFETIME_S: (f64, f64) = (55.0, 62.0);

/// Starts of small applications whose image is on the node.
const COLD_START: &str = "{ profile: own-nodes, runtime: python, image: 100MB, image-pull: { time: 20ms } }";

/// Ways to place the requests of a minute.
const PLACEMENTS: [&str; 3] = ["start", "equidistant", "uniform"];

/// The case.
pub(super) const CASE: Case = Case {
    name: "mix",
    title: "a real mix of applications on Knative: one check, and why the rest decides nothing",
    against: "Nasiri et al., EuroSys'26, femux (traces/femux_knative100, MIT)",
    files: &[APPS, MINUTES],
    run,
};

fn run(context: &Context) -> Result<Found, Error> {
    let mut findings = Findings { assumed: assumed(), ..Findings::default() };
    findings.series.extend(lifetimes(context)?);
    let (Some(apps), Some(minutes)) = (context.data.get(APPS), context.data.get(MINUTES)) else {
        findings.notes.push(format!("The run itself is not discussed: {}.", context.data.missing(APPS)));
        return Ok(Ok(findings));
    };
    let apps = read::apps(apps, minutes)?;
    findings.series.extend(measured_lifetimes(&apps, &findings.series[0]));
    findings.series.extend(reconstructed(&apps, context)?);
    findings.notes.extend(why_not(&apps));
    Ok(Ok(findings))
}

fn assumed() -> Vec<String> {
    [
        "Pods start as the profile own-nodes with a cached image and Python says: about 1.5 s. The cluster's own starts are not recorded.",
        "Memory in the data is MB, times seconds: it is not documented, but only so do pods of one request live for about a minute.",
        "An application's requests are spread over the minutes in which it was seen, in proportion to their concurrency, rounded up; each \
         takes its mean time (memory used ÷ memory ÷ requests).",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// How long pods that served a single request lived, simulated.
fn lifetimes(context: &Context) -> Result<[Series; 2], Error> {
    let text = format!(
        "name: lonely\nrun: {{ horizon: {}, replications: 1, seed: 1 }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    \
         traffic: [ {{ timer: {{ every: 5m, phase: 3m, jitter: 1m }} }} ]\n    request: {{ io: 100ms }}\n    cold-start: {COLD_START}\n",
        if context.quick { "6h" } else { "1d" }
    );
    let scenario = watched::load(&text, context.data)?;
    let runs = watched::each(&scenario, 4, context.progress, lived)?;
    let mut lives: Vec<f64> = runs.into_iter().flatten().collect();
    lives.sort_by(f64::total_cmp);
    let point = |label: &str, simulated| Point { label: label.to_owned(), reference: Measured::exact(60.0), simulated };
    let of = |share: f64| Measured::exact(lives.get((share * lives.len() as f64) as usize).copied().unwrap_or(f64::NAN));
    let mean = Measured::of(&lives).unwrap_or(Measured::exact(f64::NAN));
    let series = |figure: &str, bound, points| Series { figure: figure.to_owned(), bound, points };
    Ok([
        series(
            "a pod of one request, from ready to deleted, mean, s (stable window: 60)",
            Bound::Between(LIFETIME_S.0, LIFETIME_S.1),
            vec![point("one request", mean)],
        ),
        series(
            "its spread, by the phases of the autoscaler's loops, s",
            Bound::Discussed,
            vec![point("5 % live shorter", of(0.05)), point("95 % live shorter", of(0.95))],
        ),
    ])
}

/// From Ready to its deletion: every pod but the one that stood there at time zero.
fn lived(scene: &Scene) -> Vec<f64> {
    let started = scene.instances.iter().filter(|it| it.ordinal > 0);
    started.filter_map(|it| Some((it.retired? - it.ready).as_secs_f64())).collect()
}

/// The same, measured, where an application's every request was a cold start.
fn measured_lifetimes(apps: &[App], simulated: &Series) -> Option<Series> {
    let mean = simulated.points[0].simulated;
    let points: Vec<Point> = apps
        .iter()
        .filter_map(|app| {
            Some(Point {
                label: format!("{} ({} requests)", app.name, app.requests),
                reference: Measured::exact(app.lifetime_s()?),
                simulated: mean,
            })
        })
        .collect();
    let figure = "a pod of one request, from memory allocated: measured by application, s".to_owned();
    (!points.is_empty()).then_some(Series { figure, bound: Bound::Discussed, points })
}

/// The day, replayed with each placement: cold starts of all applications, and their share of the requests.
fn reconstructed(apps: &[App], context: &Context) -> Result<Vec<Series>, Error> {
    let (mut pods, mut waits, mut shares) = (Vec::new(), Vec::new(), Vec::new());
    let sum = |of: fn(&App) -> f64| apps.iter().map(of).sum::<f64>();
    let measured = (sum(|app| app.cold), sum(|app| app.requests));
    for placement in PLACEMENTS.iter().skip(if context.quick { 2 } else { 0 }) {
        let day = replay(apps, placement, context)?;
        let point = |reference, simulated| Point {
            label: format!("placed: {placement}"),
            reference: Measured::exact(reference),
            simulated: Measured::exact(simulated),
        };
        pods.push(point(measured.0, day.pods));
        waits.push(point(measured.0, day.waits));
        shares.push(point(measured.0 / measured.1, day.waits / day.requests));
    }
    let series = |figure: &str, points| Series { figure: figure.to_owned(), bound: Bound::Discussed, points };
    Ok(vec![
        series("pods started, all applications, 24 h, against the cold starts measured", pods),
        series("requests that waited for a start, against the same", waits),
        series("their share of all requests", shares),
    ])
}

/// What happened on a replayed day.
#[derive(Debug, Default)]
struct Day {
    /// Pods started on demand.
    pods: f64,
    /// Requests that waited for a start.
    waits: f64,
    requests: f64,
}

fn replay(apps: &[App], placement: &str, context: &Context) -> Result<Day, Error> {
    let mut day = Day::default();
    let trace = super::Data::new(None, [("trace.csv".to_owned(), read::trace(apps))].into());
    for app in apps.iter().filter(|app| app.requests > 0.0 && app.recorded() > 0.0) {
        let text = format!(
            "name: mix\nrun: {{ replications: 1, seed: 1 }}\nprices: aliyun-cn-hangzhou\nservices:\n  s:\n    \
             traffic: [ {{ azure-2019: {{ invocations: trace.csv, spread: {placement}, function: {:?} }}, scale: {} }} ]\n    \
             request: {{ io: {} }}\n    cold-start: {COLD_START}\n",
            app.hash,
            app.requests / app.recorded(),
            written(app.request_s())
        );
        let scenario = watched::load(&text, &trace)?;
        let (outcome, _) = replicate(&scenario, &scenario.policies[0], 0, context.progress)?;
        day.pods += outcome.instances.cold_starts as f64;
        day.waits += outcome.waited.count() as f64;
        day.requests += outcome.tally.arrived as f64;
    }
    Ok(day)
}

/// Why no bound can be set.
fn why_not(apps: &[App]) -> Vec<String> {
    let replayed: f64 = apps.iter().map(|app| app.requests).sum();
    let recorded: f64 = apps.iter().map(App::recorded).sum();
    vec![
        format!(
            "These data cannot decide: {} applications made {replayed} requests, of which the minutes' concurrency, rounded up, shows \
             {recorded}: a timer whose requests take milliseconds leaves no trace in it. About 1,310 of the 1,440 minutes were replayed, and \
             where a minute's requests came is not recorded.",
            apps.len()
        ),
        "An application that is called every minute is cold or not by the second at which it is called: 60 s is the very window after \
         which Knative lets the pod go. The three placements above all agree with what was recorded."
            .to_owned(),
        "What they do tell: timers of two minutes and more are always cold, so the effective keep-alive lies between 60 and 120 s."
            .to_owned(),
    ]
}
