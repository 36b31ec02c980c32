//! `optimize.csv`: a row a candidate, every digit written, empty where a figure or an interval does not exist.

use super::super::summary_csv::{decimal, estimate, write};
use super::say;
use crate::experiment::{FIGURES, Judgement, Optimum};

/// The whole table, with a header.
pub(super) fn render(it: &Optimum) -> String {
    write([header(it)].into_iter().chain((0..it.candidates.len()).map(|candidate| row(it, candidate))))
}

fn header(it: &Optimum) -> Vec<String> {
    let axes = it.axes.iter().map(|axis| axis.path.clone());
    let objective = ["", " low", " high"].map(|end| format!("{}{end}", it.minimize));
    let promises =
        it.subject_to.iter().flat_map(|promise| ["left", "right", "p_holds", "p_broken"].map(|of| format!("{}: {of}", promise.text)));
    let figures = FIGURES.iter().flat_map(|figure| ["", "_low", "_high"].map(|end| format!("{}{end}", figure.key)));
    let head = ["candidate", "policy", "same_as"].map(str::to_owned).into_iter().chain(axes);
    head.chain(["replications", "standing"].map(str::to_owned)).chain(objective).chain(promises).chain(figures).collect()
}

fn row(it: &Optimum, candidate: usize) -> Vec<String> {
    let cell = &it.candidates[candidate];
    let levels = it.axes.iter().zip(&cell.levels).map(|(axis, level)| level.map_or(String::new(), |level| axis.levels[level].clone()));
    let promise = |judgement: &Option<Judgement>| {
        let of = |value: fn(&Judgement) -> f64| decimal(judgement.as_ref().map(value));
        [of(|it| it.left.point), of(|it| it.right.point), of(|it| it.p_holds), of(|it| it.p_broken)]
    };
    let head = [candidate.to_string(), cell.policy.clone(), cell.also.join(" ")].into_iter().chain(levels);
    let head = head.chain([cell.replications.to_string(), say::standing(it, candidate).to_owned()]);
    let promises = cell.promises.iter().flat_map(promise);
    head.chain(estimate(cell.objective)).chain(promises).chain(cell.figures.iter().flat_map(|figure| estimate(*figure))).collect()
}
