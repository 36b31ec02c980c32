//! Optima made by hand for tests.

use crate::experiment::optimize::{Best, Candidate, Promise, Relaxed, Step};
use crate::experiment::{Estimate, FIGURES, Finding, Judgement, Measured, Optimum, Varied};
use crate::figure::Unit;
use crate::report::sample::policies;
use crate::units::Kind;

/// The second candidate is the answer.
pub(super) fn found() -> Optimum {
    let best = Best { candidate: 1, holds: 0.9999, cheapest: 0.991, runner_up: Some((2, estimate(1.0, 0.2))) };
    optimum(Finding::Found(best), 3)
}

/// Neither of two keeps its promise.
pub(super) fn nothing() -> Optimum {
    Optimum { relaxed: Vec::new(), steps: Vec::new(), overlay: Vec::new(), ..optimum(Finding::Nothing { nearest: Some(1) }, 2) }
}

/// The budget does not tell.
pub(super) fn unsure() -> Optimum {
    let best = Best { candidate: 1, holds: 0.7, cheapest: 0.2, runner_up: None };
    optimum(Finding::Unsure { best: Some(best), open: vec![0] }, 3)
}

/// Everything a report must be able to show.
pub(super) fn all() -> Vec<Optimum> {
    let mut open = Optimum { subject_to: Vec::new(), relaxed: Vec::new(), steps: Vec::new(), ..found() };
    open.candidates.iter_mut().for_each(|it| it.promises.clear());
    let mut lost = found();
    lost.candidates[2] = Candidate {
        objective: None,
        promises: vec![None],
        figures: vec![None; FIGURES.len()],
        gave_up: Some("too much".into()),
        replications: 0,
        ..lost.candidates[2].clone()
    };
    let undone =
        Optimum { finding: Finding::Unsure { best: None, open: vec![0, 1, 2] }, relaxed: Vec::new(), steps: Vec::new(), ..found() };
    vec![found(), nothing(), unsure(), open, lost, undone]
}

fn estimate(point: f64, half: f64) -> Estimate {
    Estimate { point, low: point - half, high: point + half, replications: 10 }
}

fn judgement(p99: f64) -> Judgement {
    let measured = |point, standard_error| Measured { point, standard_error, degrees_of_freedom: 9.0 };
    let holds = p99 < 2.0;
    Judgement {
        left: measured(p99, 0.01),
        right: measured(2.0, 0.0),
        margin: measured(p99 - 2.0, 0.01),
        replications: 10,
        p_holds: if holds { 1e-5 } else { 1.0 },
        p_broken: if holds { 1.0 } else { 0.0015 },
        unseen: None,
    }
}

fn optimum(finding: Finding, candidates: usize) -> Optimum {
    let p99 = if matches!(finding, Finding::Nothing { .. }) { [12.0, 9.0, 9.0] } else { [9.0, 1.5, 1.4] };
    let candidate = |index: usize| Candidate {
        policy: "keep-one".into(),
        also: Vec::new(),
        levels: vec![Some(index)],
        replications: 10,
        objective: Some(estimate(15.0 + 5.0 * index as f64, 0.1)),
        promises: vec![Some(judgement(p99[index]))],
        figures: vec![Some(estimate(1.0, 0.1)); FIGURES.len()],
        gave_up: None,
    };
    Optimum {
        about: policies(1).about,
        minimize: "cost".into(),
        unit: Some(Unit::Money),
        subject_to: vec![Promise { text: "latency.p99 < 2s".into(), compares: false, unit: Some(Unit::Seconds) }],
        axes: vec![Varied {
            path: "services.s.autoscaler.kpa.min-scale".into(),
            name: "min-scale".into(),
            levels: ["0", "1", "2"].map(str::to_owned).to_vec(),
            numbers: Some((Kind::Number, vec![0.0, 1.0, 2.0])),
            logarithmic: false,
        }],
        candidates: (0..candidates).map(candidate).collect(),
        overlay: vec![("services.s.autoscaler.kpa.min-scale".into(), "1".into())],
        relaxed: vec![Relaxed { promise: 0, candidate: 0, saves: estimate(-5.0, 0.2) }],
        steps: vec![Step { axis: Some(0), candidate: 0, saves: estimate(-5.0, 0.2), breaks: vec![0] }],
        spent: 26,
        budget: 60,
        enumeration: 30,
        indifference: 0.01,
        finding,
    }
}
