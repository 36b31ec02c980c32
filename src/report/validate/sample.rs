//! Validations made by hand, for tests.

use crate::experiment::Measured;
use crate::experiment::validate::{Bound, Findings, Judged, Point, Series, Validation};

fn point(label: &str, reference: Measured, simulated: f64, standard_error: f64) -> Point {
    let simulated = Measured { point: simulated, standard_error, degrees_of_freedom: 23.0 };
    Point { label: label.into(), reference, simulated }
}

fn queueing() -> Judged {
    let waits = vec![
        point("c 1, λ 0.5", Measured::exact(1.0), 1.001, 0.002),
        point("c 2, λ 1.5", Measured::exact(1.285_714_285_71), 1.29, 0.004),
        point("c 9, λ 1.5", Measured::exact(0.0), 0.0, 0.0),
    ];
    let series = vec![Series { figure: "M/M/c: mean wait, s".into(), bound: Bound::StandardErrors(3.0), points: waits }];
    let found = Findings { series, assumed: Vec::new(), notes: vec!["Little's law is asserted in every replication.".into()] };
    Judged { name: "queueing", title: "known queues", against: "closed forms", read: Vec::new(), found: Ok(found) }
}

fn measured() -> Judged {
    let pods = (1..=8).map(|rps| point(&format!("{rps} rps"), Measured::with_error(f64::from(rps), 0.02), f64::from(rps) * 1.03, 0.01));
    let equal = vec![point("257 functions", Measured::exact(10_294.0), 10_295.0, 0.0)];
    let series = vec![
        Series { figure: "W1: mean ready pods".into(), bound: Bound::MeanError(0.02), points: pods.collect() },
        Series { figure: "cold starts".into(), bound: Bound::Equal, points: equal },
        Series {
            figure: "life of a pod, s".into(),
            bound: Bound::Between(55.0, 62.0),
            points: vec![point("", Measured::exact(55.8), 61.0, 0.1)],
        },
        Series { figure: "total".into(), bound: Bound::Discussed, points: Vec::new() },
    ];
    let found = Findings { series, assumed: vec!["A pod starts in 3 s.".into()], notes: Vec::new() };
    Judged { name: "knative", title: "real Knative", against: "166 experiments of an hour", read: vec!["d/k.csv".into()], found: Ok(found) }
}

fn skipped() -> Judged {
    let found = Err("there is no aws.csv in d".into());
    Judged { name: "lambda", title: "real AWS Lambda", against: "runs of 28 hours", read: Vec::new(), found }
}

fn validation(cases: Vec<Judged>) -> Validation {
    Validation { version: "0.1.0", quick: false, cases }
}

/// One that holds, one that misses, one that was skipped.
pub(in crate::report) fn mixed() -> Validation {
    validation(vec![queueing(), measured(), skipped()])
}

/// One case alone.
pub(in crate::report) fn alone() -> Validation {
    Validation { quick: true, ..validation(vec![queueing()]) }
}

/// Every kind.
pub(in crate::report) fn all() -> Vec<Validation> {
    vec![mixed(), alone(), validation(vec![skipped()]), validation(vec![measured()])]
}
