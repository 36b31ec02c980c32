//! What the gate found, in words that every report shares.

use super::super::{head, human};
use crate::experiment::gate::{Answer, Check, MISSED, Promise, Regression};
use crate::experiment::{FIGURES, Measured, Verdict};
use crate::figure::{Unit, short_name};

/// A value in its unit; a compound one has none that anybody has a name for.
pub(in crate::report) fn value(value: f64, unit: Option<Unit>, currency: &str) -> String {
    let size = value.abs();
    let text = match unit {
        Some(Unit::Seconds) => human::seconds(size),
        Some(Unit::Share) => human::share(size),
        Some(Unit::Count) => human::count(size),
        Some(Unit::Money) => format!("{} {currency}", human::plain_amount(size)),
        None => human::plain_amount(size),
    };
    if value < 0.0 && text.chars().any(|c| ('1'..='9').contains(&c)) { format!("−{text}") } else { text }
}

/// A mean with half its interval.
fn measured(it: &Measured, unit: Option<Unit>, check: &Check) -> String {
    let currency = &check.comparison.about.currency;
    let point = value(it.point, unit, currency);
    match half(it, check).filter(|half| *half > it.point.abs() * 1e-9) {
        None => point,
        Some(half) if unit == Some(Unit::Money) => format!("{} {currency}", human::with_interval(it.point, Some(half), 2, 2)),
        // Two digits of an interval are all that it is worth.
        Some(half) => format!("{point} ± {}", value(human::significant(half, 2), unit, currency)),
    }
}

/// Half the width of an interval, as wide as the looks that were taken demand.
fn half(it: &Measured, check: &Check) -> Option<f64> {
    let (low, high) = it.interval(check.looks.confidence());
    Some((high - low) / 2.0).filter(|half| half.is_finite())
}

/// What is made of a promise, in a word or two.
pub(super) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "holds",
        Verdict::Broken => "broken",
        Verdict::Unsure => "cannot tell",
    }
}

/// What is made of a figure.
pub(super) fn outcome(it: &Regression, check: &Check) -> &'static str {
    match it.verdict {
        Verdict::Broken => "worse",
        Verdict::Unsure => "cannot tell",
        Verdict::Holds if it.better(check.looks.side()) => "better",
        Verdict::Holds => "no worse",
    }
}

/// The name of a policy.
pub(super) fn policy(check: &Check, policy: usize) -> &str {
    &check.comparison.policies[policy].name
}

/// The figure's short name.
pub(super) fn figure(figure: usize) -> String {
    short_name(FIGURES[figure].key)
}

/// Both sides of a promise as they were found: `13.43 CNY ± 0.03 CNY against 14.82 CNY`.
pub(super) fn sides(promise: &Promise, check: &Check) -> String {
    let Some(judgement) = &promise.judgement else { return "no replication has these figures".into() };
    let unit = promise.kind.unit();
    let (left, right) = (measured(&judgement.left, unit, check), measured(&judgement.right, unit, check));
    let mut found = format!("{left} against {right}");
    if judgement.left.standard_error > 0.0 && judgement.right.standard_error > 0.0 && judgement.margin.has_error() {
        found += &format!(", difference {}", measured(&judgement.margin, unit, check));
    }
    if let Some(rate) = judgement.unseen {
        found += &format!("; what was never seen may still be as much as {}", human::share(rate));
    }
    found + &promise_needs(promise, check)
}

/// How many replications would tell, where so many can be named.
fn promise_needs(promise: &Promise, check: &Check) -> String {
    let Some(judgement) = promise.judgement.filter(|it| promise.verdict == Verdict::Unsure && it.unseen.is_none()) else {
        return String::new();
    };
    needs(judgement.replications, half(&judgement.margin, check), judgement.margin.point.abs())
}

/// How far a figure moved: of what it was, or in its unit where it was nothing.
pub(super) fn difference(it: &Regression, check: &Check) -> String {
    let signed = |text: String| if it.difference.point > 0.0 { format!("+{text}") } else { text };
    if it.difference.point == 0.0 && it.difference.standard_error == 0.0 {
        return "none".into();
    }
    let unit = FIGURES[it.figure].unit;
    if it.before == 0.0 || unit == Unit::Share {
        return signed(measured(&it.difference, Some(unit), check));
    }
    let half = half(&it.difference, check).filter(|half| *half > 0.0);
    signed(human::percent(it.difference.point / it.before.abs(), half.map(|half| half / it.before.abs())))
}

/// What was tolerated, in the same terms.
pub(super) fn tolerated(it: &Regression, check: &Check) -> String {
    let unit = FIGURES[it.figure].unit;
    if it.before == 0.0 || unit == Unit::Share {
        return value(it.tolerated, Some(unit), &check.comparison.about.currency);
    }
    human::share(it.tolerated / it.before.abs())
}

/// Before and after.
pub(super) fn before_after(it: &Regression, check: &Check) -> (String, String) {
    let of = |point| value(point, Some(FIGURES[it.figure].unit), &check.comparison.about.currency);
    (of(it.before), of(it.after))
}

/// A figure against its baseline in a sentence.
pub(super) fn moved(it: &Regression, check: &Check) -> String {
    let (before, after) = before_after(it, check);
    let unsure = it.verdict == Verdict::Unsure;
    let stored = check.against.as_ref().map_or(u32::MAX, |it| it.baseline.replications);
    let replications = check.looks.replications().min(stored);
    let needs = match it.never_in.filter(|_| it.difference.has_error()) {
        _ if !unsure => String::new(),
        Some(requests) => never(it, requests, check),
        None => needs(replications, half(&it.difference, check), it.distance()),
    };
    format!("{} was {before}, is {after}: {} (tolerated: {}){needs}", figure(it.figure), difference(it, check), tolerated(it, check))
}

/// What was never seen in so many requests may still be there, and how many replications would show it.
fn never(it: &Regression, requests: f64, check: &Check) -> String {
    let side = check.looks.side();
    let rate = human::share(it.unseen(side).unwrap_or(1.0));
    let many = f64::from(check.looks.replications()) * -libm::log(side) / (requests * MISSED * it.tolerated);
    let tell =
        if many <= NEEDS_MAX { format!("; about {} replications would tell", human::count(round_up(many.ceil()))) } else { String::new() };
    format!("; never seen in {} requests, so it may still be as much as {rate}{tell}", human::count(requests))
}

/// More would not be run by anybody.
const NEEDS_MAX: f64 = 100_000.0;

/// An interval shrinks with the root of the replications.
fn needs(replications: u32, half: Option<f64>, distance: f64) -> String {
    match half {
        None => "; one replication cannot tell".into(),
        Some(half) if distance > 0.0 => match (f64::from(replications) * (half / distance) * (half / distance)).ceil() {
            many if many > f64::from(replications) && many <= NEEDS_MAX => {
                format!("; about {} replications would tell", human::count(round_up(many)))
            }
            _ => String::new(),
        },
        Some(_) => String::new(),
    }
}

/// To two digits: it is an estimate.
fn round_up(many: f64) -> f64 {
    let grain = libm::exp10((libm::floor(libm::log10(many)) - 1.0).max(0.0));
    (many / grain).ceil() * grain
}

/// What the gate says in the end.
pub(super) fn answer(check: &Check) -> String {
    let promises = |wanted: Verdict| check.promises.iter().filter(|it| it.verdict == wanted).count();
    let figures = |wanted: Verdict| check.against.iter().flat_map(|it| &it.regressions).filter(|it| it.verdict == wanted).count();
    let count = |n: usize, one: &str, many: &str| (n > 0).then(|| format!("{n} {}", if n == 1 { one } else { many }));
    let list = |parts: [Option<String>; 2]| parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let broken = list([
        count(promises(Verdict::Broken), "promise broken", "promises broken"),
        count(figures(Verdict::Broken), "figure worse", "figures worse"),
    ]);
    let unsure = list([count(promises(Verdict::Unsure), "promise", "promises"), count(figures(Verdict::Unsure), "figure", "figures")]);
    let also = if unsure.is_empty() { String::new() } else { format!("; {unsure} cannot be told") };
    match check.answer {
        Answer::Yes => {
            let held = list([
                count(promises(Verdict::Holds), "promise holds", "promises hold"),
                count(figures(Verdict::Holds), "figure is no worse", "figures are no worse"),
            ]);
            if held.is_empty() { "nothing was promised and nothing compared".into() } else { format!("yes: {held}") }
        }
        Answer::No => format!("no: {broken}{also}"),
        Answer::Unsure => format!("cannot tell: {unsure}"),
    }
}

/// How the replications came about, where some were added.
pub(super) fn looks(check: &Check) -> Option<String> {
    let looks = &check.looks;
    (looks.planned.len() > 1).then(|| head::settling(looks, &open(check)))
}

fn open(check: &Check) -> Vec<String> {
    let names: Vec<&str> = check.comparison.policies.iter().map(|it| it.name.as_str()).collect();
    let mut open: Vec<String> = check.imprecise.iter().map(|it| head::open(it, &names)).collect();
    if let Some(against) = check.against.as_ref().filter(|it| it.is_spent(&check.looks)) {
        open.push(format!("the {} of the baseline are too few", head::replications(against.baseline.replications)));
    }
    open
}

/// With what this run is compared.
pub(super) fn compared(check: &Check) -> Option<String> {
    let against = check.against.as_ref()?;
    let baseline = &against.baseline;
    let how = match against.paired {
        true => "the same requests, compared pair by pair".to_owned(),
        false => format!("other requests (seed {}), compared as a whole", baseline.seed),
    };
    Some(format!("{}, {how}", head::replications(baseline.replications)))
}
