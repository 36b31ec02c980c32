//! Cost, p99 and timeouts over one swept quantity, a line for each policy, with the band of its interval.

use plotters::style::RGBColor;

use super::super::sweep::quantities;
use super::frame::{Axis, Frame};
use super::picture::{Anchor, INK, Picture, Point, SMALL, WIDTH, colour, dash, text_width};
use super::ticks::{self, Tick};
use crate::experiment::{Estimate, Sweep, SweptCell, Varied};

/// More lines than this cannot be told apart.
const LINES_MAX: usize = 12;
const PANEL: i32 = 170;
const GAP: i32 = 48;

/// The cells of a policy, and of the same values of every other axis.
struct Series<'s> {
    name: String,
    /// The position on the axis; nothing for a policy that the axis means nothing to.
    cells: Vec<(Option<f64>, &'s SweptCell)>,
}

type YAxis = fn(&[Estimate]) -> Axis;

/// A panel: key, caption, vertical axis.
const PANELS: [(&str, &str, YAxis); 3] = [
    ("cost.total", "cost", |all| Axis::from_zero(ticks::linear(highest(all) * 1.05, 4.0))),
    ("latency_s.p99", "latency p99", seconds),
    ("timeout_rate", "requests that time out", percents),
];

/// The plot; none where not exactly one quantity is varied.
pub(super) fn draw(sweep: &Sweep) -> Option<Picture> {
    let [varied] = *quantities(sweep).as_slice() else { return None };
    let axis = &sweep.axes[varied];
    let all = series(sweep, varied);
    let shown = &all[..all.len().min(LINES_MAX)];
    let entries: Vec<(String, RGBColor, (i32, i32))> =
        shown.iter().enumerate().map(|(index, it)| (it.name.clone(), colour(index), dash(index))).collect();
    let mut probe = Picture::new(0, "");
    let top = 44 + probe.legend(44, &entries) + 40;
    let mut picture = Picture::new(top + 3 * PANEL + 2 * GAP + 66, &format!("{}: by {}", sweep.about.scenario, axis.name));
    picture.legend(44, &entries);
    for (index, (key, caption, y)) in PANELS.into_iter().enumerate() {
        let from = top + index as i32 * (PANEL + GAP);
        let frame = Frame { from: (90, from), to: (WIDTH - 40, from + PANEL), x: x_axis(axis), y: y(&estimates(shown, key)) };
        let unit = if index == 0 { format!(", {}", sweep.about.currency) } else { String::new() };
        panel(&mut picture, &frame, shown, key, &format!("{caption}{unit}"));
        if index == 0 {
            note(&mut picture, &frame, sweep, shown.len(), all.len());
        }
        if index == PANELS.len() - 1 {
            frame.draw_x_labels(&mut picture);
            picture.text(((frame.from.0 + frame.to.0) / 2, frame.to.1 + 40), &axis.name, SMALL, Anchor::Middle, INK);
        }
    }
    Some(picture)
}

fn note(picture: &mut Picture, frame: &Frame, sweep: &Sweep, shown: usize, all: usize) {
    let bands = if sweep.about.replications > 1 { "bands: 95 % intervals" } else { "one replication: no intervals" };
    let text = if shown < all { format!("{shown} of {all} lines; {bands}") } else { bands.to_owned() };
    picture.note((frame.to.0, frame.from.1 - 18), &text, Anchor::Right);
}

fn series(sweep: &Sweep, varied: usize) -> Vec<Series<'_>> {
    let numbers = &sweep.axes[varied].numbers.as_ref().expect("a quantity").1;
    let mut all: Vec<Series> = Vec::new();
    for cell in &sweep.cells {
        let others = sweep.axes.iter().enumerate().filter(|(index, axis)| *index != varied && axis.levels.len() > 1);
        let others = others.filter_map(|(index, axis)| Some(format!(", {} {}", axis.name, axis.levels[cell.levels[index]?])));
        let name = format!("{}{}", cell.policy, others.collect::<String>());
        let entry = (cell.levels[varied].map(|level| numbers[level]), cell);
        match all.iter_mut().find(|series| series.name == name) {
            Some(series) => series.cells.push(entry),
            None => all.push(Series { name, cells: vec![entry] }),
        }
    }
    for series in &mut all {
        series.cells.sort_by(|a, b| a.0.partial_cmp(&b.0).expect("a quantity is a number"));
    }
    all
}

fn estimates(series: &[Series], key: &str) -> Vec<Estimate> {
    series.iter().flat_map(|it| &it.cells).filter_map(|(_, cell)| cell.figure(key)).collect()
}

fn high_end(estimate: &Estimate) -> f64 {
    if estimate.has_interval() { estimate.high } else { estimate.point }
}

fn low_end(estimate: &Estimate) -> f64 {
    if estimate.has_interval() { estimate.low } else { estimate.point }
}

fn highest(all: &[Estimate]) -> f64 {
    all.iter().map(high_end).fold(0.0, f64::max)
}

/// By ratio, at least a decade, so that a doubling looks the same everywhere.
fn seconds(all: &[Estimate]) -> Axis {
    let points = || all.iter().map(|it| it.point).filter(|point| *point > 0.0);
    let low = points().reduce(f64::min).unwrap_or(0.01);
    let high = highest(all).max(low);
    let widen = (10.0 / (high / low)).sqrt().max(1.2);
    Axis::logarithmic(low / widen, high * widen, ticks::durations(low / widen, high * widen))
}

fn percents(all: &[Estimate]) -> Axis {
    let high = if highest(all) > 0.0 { highest(all) * 105.0 } else { 1.0 };
    let tick = |(value, label): Tick| (value / 100.0, format!("{label} %"));
    Axis::from_zero(ticks::linear(high, 3.0).into_iter().map(tick).collect())
}

/// The swept values themselves are the marks, as many as have room.
fn x_axis(axis: &Varied) -> Axis {
    let numbers = &axis.numbers.as_ref().expect("a quantity").1;
    let (low, high) = numbers.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), it| (low.min(*it), high.max(*it)));
    let logarithmic = low > 0.0 && (axis.logarithmic || high >= 20.0 * low);
    let mut marks: Vec<Tick> = numbers.iter().copied().zip(axis.levels.iter().cloned()).collect();
    marks.sort_by(|a, b| a.0.total_cmp(&b.0));
    let whole = if logarithmic { Axis::logarithmic(low, high, Vec::new()) } else { Axis::linear(low, high, Vec::new()) };
    let width = WIDTH - 130;
    let mut free = i32::MIN;
    marks.retain(|(value, label)| {
        let (x, half) = (whole.pixel(*value, width), text_width(label, SMALL) / 2);
        let fits = x - half >= free;
        free = if fits { x + half + 10 } else { free };
        fits
    });
    whole.marked(marks)
}

fn panel(picture: &mut Picture, frame: &Frame, series: &[Series], key: &str, caption: &str) {
    picture.text((20, frame.from.1 - 18), caption, SMALL, Anchor::Left, INK);
    frame.draw(picture);
    let lines: Vec<Vec<(f64, Estimate)>> = series.iter().map(|it| line(it, key, frame)).collect();
    for (index, points) in lines.iter().enumerate() {
        band(picture, frame, points, colour(index));
    }
    for (index, points) in lines.iter().enumerate() {
        stroke(picture, frame, points, index);
    }
    frame.draw_base(picture);
    if lines.iter().all(Vec::is_empty) {
        frame.say(picture, "no figures");
    }
}

/// The points of a line; level across the whole frame for a policy that the axis means nothing to.
fn line(series: &Series, key: &str, frame: &Frame) -> Vec<(f64, Estimate)> {
    let (low, high) = frame.x.ends();
    let point = |(x, cell): &(Option<f64>, &SweptCell)| cell.figure(key).map(|it| (*x, it));
    let points: Vec<(Option<f64>, Estimate)> = series.cells.iter().filter_map(point).collect();
    points.iter().flat_map(|(x, it)| x.map_or(vec![(low, *it), (high, *it)], |x| vec![(x, *it)])).collect()
}

/// A line's colour, so pale that lines lie over it.
fn pale(RGBColor(r, g, b): RGBColor) -> RGBColor {
    let mix = |it: u8| (f64::from(it) * 0.2 + 255.0 * 0.8).round() as u8;
    RGBColor(mix(r), mix(g), mix(b))
}

fn band(picture: &mut Picture, frame: &Frame, points: &[(f64, Estimate)], colour: RGBColor) {
    let upper = points.iter().map(|(x, it)| frame.point(*x, high_end(it)));
    let lower = points.iter().rev().map(|(x, it)| frame.point(*x, low_end(it).max(0.0)));
    let outline: Vec<Point> = upper.chain(lower).collect();
    let (above, below) = outline.split_at(outline.len() / 2);
    // A band without height is left to its line.
    if points.len() > 1 && above.iter().zip(below.iter().rev()).any(|(a, b)| a.1 != b.1) {
        picture.area(outline, pale(colour));
    }
}

fn stroke(picture: &mut Picture, frame: &Frame, points: &[(f64, Estimate)], index: usize) {
    let pixels: Vec<Point> = points.iter().map(|(x, it)| frame.point(*x, it.point)).collect();
    if pixels.len() > 1 {
        picture.line(pixels.clone(), colour(index), 2, dash(index));
    }
    let level = points.len() == 2 && points[0].1 == points[1].1 && (points[0].0, points[1].0) == frame.x.ends();
    if !level {
        pixels.into_iter().for_each(|at| picture.dot(at, 3, colour(index)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_begin_at_nothing() {
        let axis = percents(&[]);
        assert_eq!(axis.ends(), (0.0, 0.01));
    }
}
