//! Case 4: real Knative 0.19 under a steady Poisson load: mean ready pods and window concurrency, workload by workload.
//!
//! ```text
//! a row ─► measured response as the service time ─┐
//!      └─► the published law R(rate ÷ pods)      ─┴► 60 minutes, watched ─► counted as the experimenter counted
//! ```
//!
//! Every row of the file is run, whatever its workload; the law only where one was published. Nothing is fitted.

mod read;
mod window;

use rayon::prelude::*;

use self::read::{Setting, WORKLOADS};
use super::case::{Bound, Findings, Point, Series};
use super::watched::{self, written};
use super::{Case, Context, Found};
use crate::error::Error;
use crate::experiment::measured::Measured;

/// The file it reads.
const FILE: &str = "knative-metric-based/knative_measured.csv";

/// Bounds on the mean error with the measured response, over all points: of the pods, and of the window concurrency (issue 5).
const RESPONSE: (f64, f64) = (0.022, 0.028);

/// Every request opens a connection: so much of its response lies before the activator and is no concurrency there. Inferred
/// from responses of a 500 ms sleep (specs/real-measurements.md 1).
const BEFORE_S: f64 = 0.013;

/// From request to Ready of a pod. Not recorded; 1 to 10 s move the mean pods by 1 to 2 % (same section).
const POD_START: &str = "3s";

/// What a pod's service time is taken to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Service {
    /// Always the measured mean response.
    Response,
    /// The published regression of the response on the rate a pod.
    Law,
}

/// A setting, and what was simulated of it: ready pods, window concurrency.
type Simulated<'s> = (&'s Setting, Measured, Measured);

/// The case.
pub(super) const CASE: Case = Case {
    name: "knative",
    title: "real Knative 0.19, hours of steady load: mean ready pods, window concurrency",
    against: "pacslab/conc-value-perf-modelling, TCC'22 (validation/knative-metric-based, MIT)",
    files: &[FILE],
    run,
};

fn run(context: &Context) -> Result<Found, Error> {
    let text = match context.data.need(FILE) {
        Ok(text) => text,
        Err(missing) => return Ok(Err(missing)),
    };
    let settings = read::settings(text)?;
    let mut findings = Findings { assumed: assumed(), ..Findings::default() };
    by_response(&simulate(Service::Response, &settings, context)?, &mut findings);
    by_law(&simulate(Service::Law, &settings, context)?, &mut findings);
    Ok(Ok(findings))
}

fn assumed() -> Vec<String> {
    vec![
        format!("A pod is Ready {POD_START} after it was asked for (not recorded), and reached as fast as coldcast's default guesses."),
        format!("{:.0} ms of each response lie before the activator (inferred): a connection is opened for every request.", BEFORE_S * 1e3),
        "A pod deleted is no longer ready at once, though it ends what it has begun.".to_owned(),
        "Today's autoscaler with the settings of 0.19 (target burst capacity 200): other roundings of its windows are under 0.5 %."
            .to_owned(),
    ]
}

/// One series over all points under the bound, and each workload's mean in the notes.
fn by_response(simulated: &[Simulated], findings: &mut Findings) {
    let [mut pods, mut windows] = both("measured response", simulated);
    (pods.bound, windows.bound) = (Bound::MeanError(RESPONSE.0), Bound::MeanError(RESPONSE.1));
    for workload in workloads(simulated) {
        let own: Vec<Simulated> = simulated.iter().filter(|it| it.0.workload == workload).copied().collect();
        let [pods, windows] = both("", &own);
        let percent = |series: &Series| series.mean_error().map_or("–".to_owned(), |error| format!("{:.2} %", 100.0 * error));
        findings.notes.push(format!(
            "{workload} alone, by the measured response: pods {} over {} points, window concurrency {} over {}.",
            percent(&pods),
            pods.points.len(),
            percent(&windows),
            windows.points.len()
        ));
    }
    findings.notes.push(
        "The bound is on all points together; a point whose load lies at a whole number of pods is off by 10 to 19 % for a 2 % change of the rate.".to_owned(),
    );
    findings.series.extend([pods, windows]);
}

/// Two series for each workload whose law was published, under its own bound.
fn by_law(simulated: &[Simulated], findings: &mut Findings) {
    for law in WORKLOADS {
        let own: Vec<Simulated> = simulated.iter().filter(|it| it.0.workload == law.name).copied().collect();
        if !own.is_empty() {
            let series = both(&format!("{} by its published law", law.name), &own);
            findings.series.extend(series.map(|it| Series { bound: Bound::MeanError(law.within), ..it }));
        }
    }
}

fn workloads<'s>(simulated: &[Simulated<'s>]) -> Vec<&'s str> {
    let mut names: Vec<&str> = simulated.iter().map(|it| it.0.workload.as_str()).collect();
    names.dedup();
    names
}

/// Ready pods, and window concurrency where it was measured.
fn both(service: &str, simulated: &[Simulated]) -> [Series; 2] {
    let series = |what: &str, points: Vec<Point>| Series { figure: format!("{what}, {service}"), bound: Bound::Discussed, points };
    let point = |setting: &Setting, reference, simulated| Point { label: setting.label.clone(), reference, simulated };
    let pods = simulated.iter().map(|(setting, pods, _)| point(setting, setting.pods, *pods)).collect();
    let windows = simulated.iter().filter_map(|(setting, _, window)| Some(point(setting, setting.window?, *window))).collect();
    [series("mean ready pods", pods), series("window concurrency a pod", windows)]
}

/// Every setting that has such a service.
fn simulate<'s>(service: Service, settings: &'s [Setting], context: &Context) -> Result<Vec<Simulated<'s>>, Error> {
    let wanted = settings.par_iter().filter_map(|setting| Some((setting, scenario(service, setting)?)));
    let simulated = wanted.map(|(setting, text)| {
        let scenario = watched::load(&text, context.data)?;
        let seen = watched::each(&scenario, if context.quick { 2 } else { 8 }, context.progress, window::seen)?;
        let mean = |of: fn(&window::Window) -> f64| Measured::of(&seen.iter().map(of).collect::<Vec<_>>()).expect("several runs");
        Ok((setting, mean(|it| it.pods), mean(|it| it.concurrency)))
    });
    simulated.collect()
}

/// The experiment as a scenario; nothing where the workload has no published law.
fn scenario(service: Service, setting: &Setting) -> Option<String> {
    let request = match service {
        Service::Response => format!("{{ io: {} }}", written((setting.response_s - BEFORE_S).max(0.0))),
        Service::Law => {
            let law = WORKLOADS.iter().find(|law| law.name == setting.workload)?;
            let [constant, linear, square] = law.seconds;
            let constant = constant - BEFORE_S;
            let rate = setting.rate;
            format!("{{ load-law: {{ rate-per-instance: {{ rate: {rate}/s, seconds: [{constant}, {linear}, {square}] }} }} }}")
        }
    };
    Some(format!(
        "name: knative\nrun: {{ horizon: 1h, replications: 1, seed: 1 }}\nprices: aliyun-cn-hangzhou\nservices:\n  workload:\n    \
         traffic: [ {{ poisson: {{ rate: {}/s }} }} ]\n    request: {request}\n    instance: {{ vcpu: 0.25, memory: 256MiB }}\n    \
         gateway: {{ latency: {}, timeout: 1h }}\n    activator: {{ latency: 0s }}\n    queue-proxy: {{ latency: 0s }}\n    \
         cold-start: {{ container-creation: {POD_START} }}\n    autoscaler:\n      kpa: {{ metric: {}, target: {}, \
         panic-threshold-percentage: 1000, target-burst-capacity: 200 }}\n",
        setting.rate,
        written(BEFORE_S),
        setting.metric,
        setting.target
    ))
}
