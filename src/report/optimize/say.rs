//! The answer in words that every report shares.

use super::super::check::value;
use super::super::human::{self, NONE};
use crate::experiment::optimize::{Best, Candidate, Relaxed, Step};
use crate::experiment::{Estimate, Finding, Judgement, Optimum};
use crate::figure::Unit;

/// What was asked, in a sentence.
pub(super) fn question(it: &Optimum) -> String {
    let promises: Vec<&str> = it.subject_to.iter().map(|promise| promise.text.as_str()).collect();
    match promises.as_slice() {
        [] => format!("the least {}", it.minimize),
        promises => format!("the least {} with {}", it.minimize, promises.join(" and ")),
    }
}

/// A candidate by its policy and its values: `keep-one, min-scale 2`.
pub(super) fn name(it: &Optimum, candidate: usize) -> String {
    let cell = &it.candidates[candidate];
    let levels = it.axes.iter().zip(&cell.levels).filter_map(|(axis, level)| Some(format!(", {} {}", axis.name, axis.levels[(*level)?])));
    format!("{}{}", cell.policy, levels.collect::<String>())
}

/// A mean with half its interval, in its unit.
pub(super) fn estimate(it: &Estimate, unit: Option<Unit>, currency: &str) -> String {
    let half = human::half(it).filter(|half| *half > it.point.abs() * 1e-9);
    match (half, unit) {
        (None, _) => value(it.point, unit, currency),
        (half, Some(Unit::Money)) => format!("{} {currency}", human::with_interval(it.point, half, 2, 2)),
        (Some(half), _) => format!("{} ± {}", value(it.point, unit, currency), value(human::significant(half, 2), unit, currency)),
    }
}

/// What was to be small.
pub(super) fn objective(it: &Optimum, candidate: &Candidate) -> String {
    candidate.objective.as_ref().map_or(NONE.to_owned(), |found| estimate(found, it.unit, &it.about.currency))
}

/// The left side of a promise as it was found, and what it is held against where that is no plain number.
pub(super) fn found(it: &Optimum, promise: usize, judgement: Option<&Judgement>) -> String {
    let Some(judgement) = judgement else { return "no value".into() };
    let (unit, currency) = (it.subject_to[promise].unit, &it.about.currency);
    let left = value(judgement.left.point, unit, currency);
    if it.subject_to[promise].compares { format!("{left} against {}", value(judgement.right.point, unit, currency)) } else { left }
}

/// How much of what was promised is left, as a share of it.
pub(super) fn slack(judgement: &Judgement) -> Option<f64> {
    let limit = judgement.right.point.abs();
    (limit > 0.0).then(|| judgement.margin.point.abs() / limit)
}

/// A confidence, never rounded up to certainty.
pub(super) fn sure(confidence: f64) -> String {
    match confidence {
        it if it >= 0.999 => "more than 99.9 % sure".into(),
        it if it >= 0.5 => format!("{:.1} % sure", (it * 1000.0).floor() / 10.0),
        _ => "far from sure".into(),
    }
}

/// What came of it, in a few sentences.
pub(super) fn verdict(it: &Optimum) -> Vec<String> {
    match &it.finding {
        Finding::Found(best) => sureness(it, best),
        Finding::Nothing { nearest } => {
            let mut said = vec![format!("None of {} candidates keeps every promise.", it.candidates.len())];
            said.extend(nearest.map(|nearest| format!("The nearest is {}: {}.", name(it, nearest), misses(it, nearest))));
            said
        }
        Finding::Unsure { best, open } => {
            let mut said = vec![format!("The budget of {} replications does not tell.", human::count(it.budget as f64))];
            said.extend(best.as_ref().into_iter().flat_map(|best| sureness(it, best)));
            let names: Vec<String> = open.iter().take(5).map(|candidate| name(it, *candidate)).collect();
            let more = if open.len() > names.len() { format!(" and {} more", open.len() - names.len()) } else { String::new() };
            if !names.is_empty() {
                said.push(format!("In doubt: {}{more}. A larger budget would tell more: `--budget {}`.", names.join("; "), it.budget * 4));
            }
            said
        }
    }
}

fn sureness(it: &Optimum, best: &Best) -> Vec<String> {
    let mut said = Vec::new();
    if !it.subject_to.is_empty() {
        said.push(format!("It keeps its promises: {}.", sure(best.holds)));
    }
    let margin = human::share(it.indifference);
    let (keeps, seems) = if it.subject_to.is_empty() { ("", "is") } else { (" that keeps them", "that seems to keep them is") };
    said.push(format!("No other candidate{keeps} has less {} by more than {margin}: {}.", it.minimize, sure(best.cheapest)));
    if let Some((other, more)) = &best.runner_up {
        let more = if more.point == 0.0 { "exactly as much".into() } else { format!("{} more", change(it, best.candidate, more)) };
        said.push(format!("The next {seems} {}: {more}, from paired replications.", name(it, *other)));
    }
    said
}

/// Which promises a candidate misses, and by how much.
fn misses(it: &Optimum, candidate: usize) -> String {
    let broken = |(promise, judgement): (usize, &Option<Judgement>)| match judgement {
        Some(judgement) if judgement.p_holds < judgement.p_broken => None,
        judgement => Some(format!("{} is {}", it.subject_to[promise].text, found(it, promise, judgement.as_ref()))),
    };
    it.candidates[candidate].promises.iter().enumerate().filter_map(broken).collect::<Vec<_>>().join("; ")
}

/// A difference from a candidate, as a share of what that one costs.
fn change(it: &Optimum, from: usize, difference: &Estimate) -> String {
    match it.candidates[from].objective.map(|it| it.point).filter(|point| *point > 0.0) {
        Some(base) => human::percent(
            (difference.point / base).abs(),
            human::half(difference).filter(|half| *half > base * 1e-9).map(|half| half / base),
        ),
        None => estimate(&Estimate { point: difference.point.abs(), ..*difference }, it.unit, &it.about.currency),
    }
}

/// What each promise costs.
pub(super) fn binding(it: &Optimum) -> Vec<String> {
    let Some(best) = it.best() else { return Vec::new() };
    let relaxed = |relaxed: &Relaxed| {
        let judgement = it.candidates[relaxed.candidate].promises[relaxed.promise].as_ref();
        format!(
            "{} binds: without it {} would do, which takes {} less ({})",
            it.subject_to[relaxed.promise].text,
            name(it, relaxed.candidate),
            change(it, best.candidate, &relaxed.saves),
            found(it, relaxed.promise, judgement)
        )
    };
    if it.relaxed.is_empty() && !it.subject_to.is_empty() {
        return vec!["no promise binds alone: none keeps out a cheaper candidate that keeps all the others".into()];
    }
    it.relaxed.iter().map(relaxed).collect()
}

/// What one step would save, and what it would break.
pub(super) fn steps(it: &Optimum) -> Vec<String> {
    let Some(best) = it.best() else { return Vec::new() };
    let step = |step: &Step| {
        let to = match step.axis {
            None => format!("policy {}", it.candidates[step.candidate].policy),
            Some(axis) => {
                let level =
                    |candidate: usize| it.candidates[candidate].levels[axis].map_or(NONE, |level| it.axes[axis].levels[level].as_str());
                format!("{} {} in place of {}", it.axes[axis].name, level(step.candidate), level(best.candidate))
            }
        };
        let broken = |promise: &usize| {
            let judgement = it.candidates[step.candidate].promises[*promise].as_ref();
            let sure = judgement.map_or(String::new(), |it| format!(", {}", sure(1.0 - it.p_broken)));
            format!("{} ({}{sure})", it.subject_to[*promise].text, found(it, *promise, judgement))
        };
        let breaks: Vec<String> = step.breaks.iter().map(broken).collect();
        let then =
            if breaks.is_empty() { "and may still keep every promise".into() } else { format!("but breaks {}", breaks.join(" and ")) };
        format!("{to} takes {} less, {then}", change(it, best.candidate, &step.saves))
    };
    if it.steps.is_empty() {
        return vec!["no single step takes less".into()];
    }
    it.steps.iter().map(step).collect()
}

/// What it took.
pub(super) fn work(it: &Optimum) -> String {
    let share = it.spent as f64 / it.enumeration.max(1) as f64;
    format!(
        "{} of at most {} replications; trying all {} candidates {} times takes {} ({})",
        human::count(it.spent as f64),
        human::count(it.budget as f64),
        it.candidates.len(),
        it.about.replications,
        human::count(it.enumeration as f64),
        human::share(share)
    )
}

/// How a candidate stands, in a word.
pub(super) fn standing(it: &Optimum, candidate: usize) -> &'static str {
    let cell = &it.candidates[candidate];
    if it.best().is_some_and(|best| best.candidate == candidate) {
        return if matches!(it.finding, Finding::Found(_)) { "answer" } else { "best so far" };
    }
    if cell.gave_up.is_some() {
        return "given up";
    }
    let broken = cell.promises.iter().any(|judgement| judgement.is_none_or(|judgement| judgement.p_broken < judgement.p_holds));
    if broken { "breaks a promise" } else { "takes more" }
}
