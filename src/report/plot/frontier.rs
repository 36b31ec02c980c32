//! The frontier of a sweep: cost against p99 and against timeouts of every cell, those that no other beats drawn large.
//!
//! A panel for each pair, because three measures do not fit one plane: a cell above the line of one panel is on the
//! frontier for what it does in the other. The second is left out where nothing times out.

use plotters::style::RGBColor;

use super::super::sweep::{Folded, described, fold, frontier as on_frontier};
use super::frame::{Axis, Frame};
use super::label;
use super::picture::{Anchor, GRID, INK, Picture, Point, SMALL, SOFT, WIDTH, colour, fit, text_width};
use super::ticks::{self, Tick};
use crate::experiment::{Standing, Sweep, SweptCell};

const PANEL: i32 = 400;
const GAP: i32 = 100;
/// Cells that are beaten.
const BEATEN: RGBColor = RGBColor(190, 190, 190);
/// More names than this hide what they name.
const NAMES_MAX: usize = 14;
/// A dot this near to one that has a name gets none.
const TOO_NEAR: i32 = 9;
/// Policies in the legend.
const LEGEND_MAX: usize = 10;

/// What cost is drawn against.
struct Measure {
    key: &'static str,
    caption: &'static str,
    axis: fn(&[f64]) -> Axis,
}

const P99: Measure = Measure { key: "latency_s.p99", caption: "latency p99", axis: seconds };
const TIMEOUTS: Measure = Measure { key: "timeout_rate", caption: "requests that time out", axis: percents };

/// A cell, or several with the same figures, in one panel.
struct Spot {
    at: Point,
    colour: RGBColor,
    name: String,
}

/// The plot.
pub(super) fn draw(sweep: &Sweep) -> Picture {
    let policies = policies(sweep);
    let times_out = sweep.cells.iter().any(|cell| value(cell, TIMEOUTS.key).is_some_and(|rate| rate > 0.0));
    let panels: &[Measure] = if times_out { &[P99, TIMEOUTS] } else { &[P99] };
    let top = legend(&mut Picture::new(0, ""), &policies);
    let height = top + panels.len() as i32 * (PANEL + GAP) - GAP + 66;
    let mut picture = Picture::new(height, &format!("{}: what no other cell beats", sweep.about.scenario));
    legend(&mut picture, &policies);
    for (index, measure) in panels.iter().enumerate() {
        panel(&mut picture, sweep, &policies, measure, top + index as i32 * (PANEL + GAP));
    }
    picture
}

fn panel(picture: &mut Picture, sweep: &Sweep, policies: &[&str], measure: &Measure, top: i32) {
    let figures = || sweep.cells.iter().filter_map(|cell| Some((value(cell, measure.key)?, value(cell, "cost.total")?)));
    let dearest = figures().map(|(_, cost)| cost).fold(0.0, f64::max);
    let values: Vec<f64> = figures().map(|(value, _)| value).collect();
    let y = Axis::from_zero(ticks::linear(dearest * 1.1, 5.0));
    let frame = Frame { from: (90, top), to: (WIDTH - 40, top + PANEL), x: (measure.axis)(&values), y };
    frame.draw(picture);
    frame.draw_x_labels(picture);
    frame.captions(picture, measure.caption, &format!("cost, {}", sweep.about.currency));
    if values.is_empty() {
        frame.say(picture, "no requests");
    }
    let spots = |rows: &[Folded]| rows.iter().filter_map(|row| spot(sweep, policies, measure, &frame, row)).collect::<Vec<Spot>>();
    let best = spots(&fold(sweep, &on_frontier(sweep)));
    let beaten: Vec<usize> = (0..sweep.cells.len()).filter(|cell| sweep.cells[*cell].standing != Standing::Frontier).collect();
    let beaten = spots(&fold(sweep, &beaten));
    let steps = staircase(&frame, &best);
    beaten.iter().for_each(|spot| picture.dot(spot.at, 3, BEATEN));
    picture.line(steps.clone(), SOFT, 1, (4, 4));
    best.iter().rev().for_each(|spot| picture.dot(spot.at, 6, spot.colour));
    names(picture, &frame, sweep, &best, &beaten, &steps);
}

/// Policies that have a cell on the frontier come first, so that their colours differ.
fn policies(sweep: &Sweep) -> Vec<&str> {
    let first = on_frontier(sweep).into_iter().map(|index| &sweep.cells[index]);
    let mut policies: Vec<&str> = Vec::new();
    for cell in first.chain(&sweep.cells) {
        if !policies.contains(&cell.policy.as_str()) {
            policies.push(&cell.policy);
        }
    }
    policies
}

fn value(cell: &SweptCell, key: &str) -> Option<f64> {
    cell.figure(key).map(|it| it.point)
}

fn spot(sweep: &Sweep, policies: &[&str], measure: &Measure, frame: &Frame, folded: &Folded) -> Option<Spot> {
    let cell = &sweep.cells[folded.cells[0]];
    let at = frame.point(value(cell, measure.key)?, value(cell, "cost.total")?);
    let policy = policies.iter().position(|name| *name == cell.policy)?;
    let values: Vec<String> = (0..sweep.axes.len()).filter(|axis| folded.has(*axis)).map(|axis| folded.values(sweep, axis)).collect();
    let name = match (values.as_slice(), sweep.axes.as_slice()) {
        ([], _) => described(sweep, cell),
        ([value], [axis]) => format!("{} {value}", axis.name),
        (values, _) => values.join(" · "),
    };
    Some(Spot { at, colour: colour(policy), name })
}

/// Names of the policies in their colours; returns where the first frame may begin.
fn legend(picture: &mut Picture, policies: &[&str]) -> i32 {
    const LINE: i32 = 22;
    let (mut x, mut y) = (20, 55);
    let mut entry = |picture: &mut Picture, text: &str, dot: Option<(i32, RGBColor)>| {
        let text = fit(text, SMALL, 400);
        let width = 24 + text_width(&text, SMALL) + 22;
        if x > 20 && x + width > WIDTH {
            (x, y) = (20, y + LINE);
        }
        dot.into_iter().for_each(|(radius, colour)| picture.dot((x + 8, y), radius, colour));
        picture.text((x + 22, y), &text, SMALL, Anchor::Left, INK);
        x += width;
    };
    for (index, name) in policies.iter().enumerate().take(LEGEND_MAX) {
        entry(picture, name, Some((6, colour(index))));
    }
    if policies.len() > LEGEND_MAX {
        entry(picture, &format!("and {} more", policies.len() - LEGEND_MAX), None);
    }
    entry(picture, "beaten", Some((3, BEATEN)));
    y + 44
}

/// By ratio, a decade at least.
fn seconds(values: &[f64]) -> Axis {
    let positive = || values.iter().copied().filter(|value| *value > 0.0);
    let low = positive().reduce(f64::min).unwrap_or(0.01);
    let high = positive().reduce(f64::max).unwrap_or(10.0);
    let widen = (10.0 / (high / low)).sqrt().max(1.5);
    Axis::logarithmic(low / widen, high * widen, ticks::durations(low / widen, high * widen))
}

fn percents(values: &[f64]) -> Axis {
    let high = values.iter().copied().fold(0.0, f64::max) * 100.0;
    let tick = |(value, label): Tick| (value / 100.0, format!("{label} %"));
    Axis::from_zero(ticks::linear(high * 1.05, 5.0).into_iter().map(tick).collect())
}

/// The least cost at every value: down a step at each cell that is cheaper than all to its left.
fn staircase(frame: &Frame, best: &[Spot]) -> Vec<Point> {
    let mut by_value: Vec<Point> = best.iter().map(|spot| spot.at).collect();
    by_value.sort();
    let mut points: Vec<Point> = Vec::new();
    for (x, y) in by_value {
        let above = points.last().map_or(frame.from.1, |last| last.1);
        if points.is_empty() || y > above {
            points.extend([(x, above), (x, y)]);
        }
    }
    points.extend(points.last().map(|last| (frame.to.0, last.1)));
    points
}

/// Names beside the dots of the frontier: the values of the axes, or the policy where nothing is varied.
fn names(picture: &mut Picture, frame: &Frame, sweep: &Sweep, best: &[Spot], beaten: &[Spot], steps: &[Point]) {
    let mut named: Vec<&Spot> = Vec::new();
    for spot in best {
        let near = |other: &&Spot| (other.at.0 - spot.at.0).abs() < TOO_NEAR && (other.at.1 - spot.at.1).abs() < TOO_NEAR;
        if named.len() < NAMES_MAX && !named.iter().any(near) {
            named.push(spot);
        }
    }
    let texts: Vec<String> = named.iter().map(|spot| fit(&spot.name, SMALL, 300)).collect();
    let points: Vec<(Point, &str)> = named.iter().map(|spot| spot.at).zip(texts.iter().map(String::as_str)).collect();
    let around = |spot: &Spot, radius: i32| [(spot.at.0 - radius, spot.at.1 - radius), (spot.at.0 + radius, spot.at.1 + radius)];
    let lines = steps.windows(2).map(|ends| {
        let [(a, b), (c, d)] = [ends[0], ends[1]];
        [(a.min(c) - 1, b.min(d) - 1), (a.max(c) + 1, b.max(d) + 1)]
    });
    let dots = best.iter().map(|spot| around(spot, 8)).chain(beaten.iter().map(|spot| around(spot, 4)));
    let places = label::places(&points, [frame.from, frame.to], dots.chain(lines).collect());
    for (place, (point, _)) in places.iter().zip(&points).filter(|(place, _)| place.far) {
        picture.thin(*point, place.at, GRID);
    }
    for ((place, text), spot) in places.iter().zip(&texts).zip(&named) {
        picture.text(place.at, text, SMALL, place.anchor, spot.colour);
    }
    let axes: Vec<&str> = sweep.axes.iter().map(|axis| axis.name.as_str()).collect();
    if axes.len() > 1 {
        picture.note((frame.to.0, frame.from.1 - 18), &fit(&format!("names: {}", axes.join(" · ")), SMALL, 600), Anchor::Right);
    }
}
