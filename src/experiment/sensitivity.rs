//! How far the answer reaches where figures of the scenario are ranges, and which of them matters most.
//!
//! ```text
//! ranges ─► middle · each at its ends, the others in the middle · together (corners, or a Latin hypercube)
//!           └─ tornado: what each does alone                       └─ whole range
//! ```
//!
//! Every point meets the same requests (common random numbers), so what an input does is told from paired replications.
//! Up to [`CORNERS_OF`] inputs are tried at every combination of their ends; with more, [`HYPERCUBE`] points of a Latin
//! hypercube (McKay, Beckman and Conover 1979) spread over all of them, which may miss the very corner.
//!
//! Not here: how likely a value is. A range says what is possible, so no interval is made of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use rand::RngExt as _;
use rayon::prelude::*;

use super::frontier::{self, MEASURES, Values};
use super::grid::short_names;
use super::simulate::parts_of;
use super::sweep::run_cell;
use super::{Estimate, Progress, figure};
use crate::engine::Streams;
use crate::error::Error;
use crate::scenario::{Draft, Options, Scenario, Selection};
use crate::traffic::{Kept, Open};

/// So many ranges are tried at every corner.
pub const CORNERS_OF: usize = 4;
/// Points of the hypercube where there are more.
pub const HYPERCUBE: usize = 32;

/// What the ranges do to the answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensitivity {
    /// The ranges, in the order of the scenario.
    pub inputs: Vec<Input>,
    /// How the whole range was looked for.
    pub together: Together,
    /// How often each point was run.
    pub replications: u32,
    /// The policies, in the scenario's order.
    pub policies: Vec<PolicyRange>,
    /// How many points there are in all.
    pub points: usize,
}

/// How inputs were moved together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Together {
    /// Every combination of ends: so many.
    Corners(usize),
    /// So many points of a Latin hypercube.
    Hypercube(usize),
}

/// A figure of the scenario that is a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Its path in the scenario.
    pub path: String,
    /// As short as it can be told from the others.
    pub name: String,
    /// As it is written: `300MB..500MB`.
    pub text: String,
    /// The lower end, the middle, the upper end.
    pub values: [String; 3],
}

/// What the ranges do to a policy.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyRange {
    /// Its name.
    pub name: String,
    /// One a measure, in the order of [`MEASURES`]; nothing where some point does not have it.
    pub measures: Vec<Option<MeasureRange>>,
    /// In how many of the points it is the cheapest.
    pub cheapest_in: usize,
}

/// How far a figure reaches.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasureRange {
    /// With every range in the middle.
    pub middle: f64,
    /// The least of all points.
    pub low: f64,
    /// The greatest.
    pub high: f64,
    /// One an input.
    pub swings: Vec<Swing>,
}

/// What an input does alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Swing {
    /// The figure with the input at its lower end.
    pub at_low: f64,
    /// And at its upper end.
    pub at_high: f64,
    /// Upper less lower, from paired replications.
    pub difference: Estimate,
}

impl Swing {
    /// Whether the replications leave no doubt that it does something.
    pub fn is_significant(&self) -> bool {
        self.difference.excludes_zero()
    }

    /// How far it moves the figure.
    pub fn width(&self) -> f64 {
        (self.at_high - self.at_low).abs()
    }
}

/// The middle stands first, then each input at its lower and upper end.
fn alone(inputs: usize, input: usize, end: usize) -> usize {
    let point = 1 + 2 * input + end;
    assert!(point <= 2 * inputs, "an input has two ends");
    point
}

/// Runs every policy at every point; nothing if the scenario has no range.
///
/// # Errors
/// What is wrong with the scenario at some point of its ranges; as [`simulate`](super::simulate()) while it runs.
pub fn sensitivity(draft: &Draft, options: &Options, open: &Arc<dyn Open>, progress: &dyn Progress) -> Result<Option<Sensitivity>, Error> {
    let inputs = inputs(draft);
    if inputs.is_empty() {
        return Ok(None);
    }
    let open: Arc<dyn Open> = Arc::new(Kept::new(Arc::clone(open)));
    let seed = draft.resolve(options, &[], &draft.every_policy(), &open)?.seed;
    let (points, together) = points(inputs.len(), seed);
    let policies = draft.every_policy();
    let selections: Vec<Selection> =
        policies.iter().flat_map(|policy| points.iter().map(|parts| at(policy, parts, &inputs, draft))).collect();
    let (kept, of) = distinct(draft, &selections);
    let scenario = draft.resolve(options, &[], &kept, &open)?;
    let runs = run_all(&scenario, progress)?;
    let values: Vec<&Values> = of.iter().map(|run| &runs[*run]).collect();
    let by_policy: Vec<&[&Values]> = values.chunks(points.len()).collect();
    Ok(Some(Sensitivity {
        together,
        replications: scenario.replications,
        policies: policies.iter().enumerate().map(|(index, it)| policy(&it.name, index, &by_policy, inputs.len())).collect(),
        points: points.len(),
        inputs,
    }))
}

fn inputs(draft: &Draft) -> Vec<Input> {
    let names = short_names(&draft.ranges().iter().map(|it| it.path.as_str()).collect::<Vec<_>>());
    let input = |(ranged, name): (&crate::scenario::Ranged, String)| Input {
        path: ranged.path.clone(),
        name,
        text: ranged.text.clone(),
        values: [0.0, 0.5, 1.0].map(|part| ranged.value(part)),
    };
    draft.ranges().iter().zip(names).map(input).collect()
}

/// Every point: the middle, each input at its ends, and all together.
fn points(inputs: usize, seed: u64) -> (Vec<Vec<f64>>, Together) {
    let middle = vec![0.5; inputs];
    let mut points = vec![middle.clone()];
    for input in 0..inputs {
        for end in [0.0, 1.0] {
            points.push(middle.iter().enumerate().map(|(index, it)| if index == input { end } else { *it }).collect());
        }
    }
    if inputs <= CORNERS_OF {
        let corners = 1 << inputs;
        points.extend((0..corners).map(|corner: usize| (0..inputs).map(|input| (corner >> input & 1) as f64).collect()));
        return (points, Together::Corners(corners));
    }
    points.extend(hypercube(inputs, Streams::new(seed, 0).child("sensitivity")));
    (points, Together::Hypercube(HYPERCUBE))
}

/// Each input takes the middle of each of so many equal parts of its range once, in an order of its own.
fn hypercube(inputs: usize, streams: Streams) -> Vec<Vec<f64>> {
    let column = |input: usize| {
        let mut rng = streams.nth(input as u64).rng();
        let mut order: Vec<usize> = (0..HYPERCUBE).collect();
        for last in (1..HYPERCUBE).rev() {
            order.swap(last, rng.random_range(0..=last));
        }
        order.into_iter().map(|part| (part as f64 + 0.5) / HYPERCUBE as f64).collect::<Vec<f64>>()
    };
    let columns: Vec<Vec<f64>> = (0..inputs).map(column).collect();
    (0..HYPERCUBE).map(|point| columns.iter().map(|column| column[point]).collect()).collect()
}

/// A policy at a point, named by what is not in the middle.
fn at(policy: &Selection, parts: &[f64], inputs: &[Input], draft: &Draft) -> Selection {
    let moved = draft.ranges().iter().zip(inputs).zip(parts).filter(|(_, part)| **part != 0.5);
    let said: String = moved.map(|((ranged, input), part)| format!(", {} {}", input.name, ranged.value(*part))).collect();
    Selection { name: format!("{}{said}", policy.name), parts: parts.to_vec(), ..policy.clone() }
}

/// Those that say something different, and which of them stands for each: a range of one policy is nothing to the others.
fn distinct(draft: &Draft, selections: &[Selection]) -> (Vec<Selection>, Vec<usize>) {
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut kept = Vec::new();
    let mut index = |selection: &Selection| {
        *known.entry(draft.document(selection)).or_insert_with(|| {
            kept.push(selection.clone());
            kept.len() - 1
        })
    };
    let of = selections.iter().map(&mut index).collect();
    (kept, of)
}

fn run_all(scenario: &Scenario, progress: &dyn Progress) -> Result<Vec<Values>, Error> {
    let parts: usize = scenario.policies.iter().map(|policy| parts_of(scenario, policy)).sum();
    progress.begin(parts * scenario.replications as usize);
    let run = |policy: usize| {
        let run = run_cell(scenario, policy, 0..scenario.replications, progress)?;
        match run.gave_up {
            Some(reason) => Err(Error::Limit(format!("`{}` was {reason}", scenario.policies[policy].name))),
            None => Ok(run.values),
        }
    };
    (0..scenario.policies.len()).into_par_iter().map(run).collect()
}

fn policy(name: &str, index: usize, all: &[&[&Values]], inputs: usize) -> PolicyRange {
    let measures = MEASURES.iter().map(|key| measure(all[index], figure::find(key).expect("a measure is a figure").0, inputs));
    let cost = figure::find(MEASURES[0]).expect("a measure is a figure").0;
    let cheapest = |point: &usize| {
        let costs: Vec<f64> = all.iter().map(|runs| frontier::mean_of(runs[*point], cost).unwrap_or(f64::INFINITY)).collect();
        let least = costs.iter().copied().fold(f64::INFINITY, f64::min);
        costs.iter().position(|it| *it == least) == Some(index)
    };
    PolicyRange { name: name.to_owned(), measures: measures.collect(), cheapest_in: (0..all[index].len()).filter(cheapest).count() }
}

fn measure(runs: &[&Values], column: usize, inputs: usize) -> Option<MeasureRange> {
    let means = runs.iter().map(|values| frontier::mean_of(values, column)).collect::<Option<Vec<f64>>>()?;
    let swing = |input: usize| {
        let (low, high) = (alone(inputs, input, 0), alone(inputs, input, 1));
        Some(Swing { at_low: means[low], at_high: means[high], difference: frontier::paired(runs[high], runs[low], column)? })
    };
    Some(MeasureRange {
        middle: means[0],
        low: means.iter().copied().fold(f64::INFINITY, f64::min),
        high: means.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        swings: (0..inputs).map(swing).collect::<Option<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_inputs_are_tried_at_every_corner() {
        let (points, together) = points(2, 1);
        let ends = [[0.5, 0.5], [0.0, 0.5], [1.0, 0.5], [0.5, 0.0], [0.5, 1.0], [0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]];
        assert_eq!(points, ends);
        assert_eq!(together, Together::Corners(4));
        assert_eq!(points.iter().position(|it| *it == [1.0, 0.5]), Some(alone(2, 0, 1)));
    }

    #[test]
    fn a_hypercube_takes_every_part_of_every_range_once() {
        let (points, together) = points(6, 1);
        assert_eq!((points.len(), together), (13 + HYPERCUBE, Together::Hypercube(HYPERCUBE)));
        for input in 0..6 {
            let mut column: Vec<f64> = points[13..].iter().map(|point| point[input]).collect();
            column.sort_by(f64::total_cmp);
            let expected: Vec<f64> = (0..HYPERCUBE).map(|part| (part as f64 + 0.5) / HYPERCUBE as f64).collect();
            assert_eq!(column, expected);
        }
        assert_eq!(points, super::points(6, 1).0, "the same seed, the same points");
    }
}
