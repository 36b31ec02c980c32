//! The frontier of a sweep: cost against p99 of every cell, those that no other beats drawn large and named.
//!
//! The third measure, the timeout rate, is the dot's: hollow where requests time out. A cell on the frontier that lies above
//! the line is there because it times out less.

use plotters::style::RGBColor;

use super::super::human;
use super::super::sweep::{described, frontier as on_frontier};
use super::frame::{Axis, Frame};
use super::label;
use super::picture::{Anchor, GRID, INK, PAPER, Picture, Point, SMALL, SOFT, WIDTH, colour, fit};
use super::ticks;
use crate::experiment::{Sweep, SweptCell};

const HEIGHT: i32 = 660;
/// Cells that are beaten.
const BEATEN: RGBColor = RGBColor(190, 190, 190);
/// More names than this hide what they name.
const NAMES_MAX: usize = 14;
/// Policies in the legend.
const LEGEND_MAX: usize = 10;

/// A cell that has both figures.
struct Spot<'s> {
    cell: &'s SweptCell,
    cost: f64,
    p99: f64,
    colour: RGBColor,
}

/// The plot.
pub(super) fn draw(sweep: &Sweep) -> Picture {
    let mut picture = Picture::new(HEIGHT, &format!("{}: what no other cell beats", sweep.about.scenario));
    let policies = policies(sweep);
    let top = legend(&mut picture, &policies);
    let spots: Vec<Spot> = sweep.cells.iter().filter_map(|cell| spot(cell, &policies)).collect();
    let frame = frame(&spots, top);
    frame.draw(&mut picture);
    frame.draw_x_labels(&mut picture);
    frame.captions(&mut picture, "latency p99", &format!("cost, {}", sweep.about.currency));
    if spots.is_empty() {
        frame.say(&mut picture, "no requests");
    }
    let best: Vec<Spot> = on_frontier(sweep).iter().filter_map(|index| spot(&sweep.cells[*index], &policies)).collect();
    staircase(&mut picture, &frame, &best);
    for spot in spots.iter().filter(|spot| !best.iter().any(|other| std::ptr::eq(other.cell, spot.cell))) {
        dot(&mut picture, &frame, spot, 3, BEATEN);
    }
    best.iter().rev().for_each(|spot| dot(&mut picture, &frame, spot, 6, spot.colour));
    names(&mut picture, &frame, sweep, &best, &spots);
    picture
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

fn spot<'s>(cell: &'s SweptCell, policies: &[&str]) -> Option<Spot<'s>> {
    let (cost, p99) = (cell.figure("cost.total")?.point, cell.figure("latency_s.p99")?.point);
    let policy = policies.iter().position(|name| *name == cell.policy)?;
    (p99 > 0.0).then(|| Spot { cell, cost, p99, colour: colour(policy) })
}

fn times_out(cell: &SweptCell) -> bool {
    cell.figure("timeout_rate").is_some_and(|rate| rate.point > 0.0)
}

/// Names of the policies in their colours, and what the dots mean; returns where the frame may begin.
fn legend(picture: &mut Picture, policies: &[&str]) -> i32 {
    const LINE: i32 = 22;
    let (mut x, mut y) = (20, 55);
    let mut entry = |picture: &mut Picture, text: &str, draw: &dyn Fn(&mut Picture, Point)| {
        let text = fit(text, SMALL, 400);
        let width = 24 + super::picture::text_width(&text, SMALL) + 22;
        if x > 20 && x + width > WIDTH {
            (x, y) = (20, y + LINE);
        }
        draw(picture, (x + 8, y));
        picture.text((x + 22, y), &text, SMALL, Anchor::Left, INK);
        x += width;
    };
    for (index, name) in policies.iter().enumerate().take(LEGEND_MAX) {
        entry(picture, name, &|picture, at| picture.dot(at, 6, colour(index)));
    }
    if policies.len() > LEGEND_MAX {
        entry(picture, &format!("and {} more", policies.len() - LEGEND_MAX), &|_, _| {});
    }
    entry(picture, "some requests time out", &|picture, at| {
        picture.dot(at, 6, INK);
        picture.dot(at, 3, PAPER);
    });
    entry(picture, "beaten", &|picture, at| picture.dot(at, 3, BEATEN));
    y + 44
}

fn frame(spots: &[Spot], top: i32) -> Frame {
    let dearest = spots.iter().map(|spot| spot.cost).fold(0.0, f64::max);
    let low = spots.iter().map(|spot| spot.p99).reduce(f64::min).unwrap_or(0.01);
    let high = spots.iter().map(|spot| spot.p99).reduce(f64::max).unwrap_or(10.0);
    let widen = (10.0 / (high / low)).sqrt().max(1.5);
    let (low, high) = (low / widen, high * widen);
    Frame {
        from: (90, top),
        to: (WIDTH - 40, HEIGHT - 66),
        x: Axis::logarithmic(low, high, ticks::durations(low, high)),
        y: Axis::from_zero(ticks::linear(dearest * 1.1, 6.0)),
    }
}

/// The least cost at every p99: down a step at each cell that is cheaper than all that are quicker.
fn staircase(picture: &mut Picture, frame: &Frame, best: &[Spot]) {
    let mut by_p99: Vec<&Spot> = best.iter().collect();
    by_p99.sort_by(|a, b| a.p99.total_cmp(&b.p99).then(a.cost.total_cmp(&b.cost)));
    let mut points: Vec<Point> = Vec::new();
    let mut cheapest = f64::INFINITY;
    for spot in by_p99 {
        if spot.cost >= cheapest {
            continue;
        }
        let (x, y) = frame.point(spot.p99, spot.cost);
        let above = points.last().map_or(frame.from.1, |last| last.1);
        points.extend([(x, above), (x, y)]);
        cheapest = spot.cost;
    }
    if let Some(last) = points.last().copied() {
        points.push((frame.to.0, last.1));
        picture.line(points, SOFT, 1, (4, 4));
    }
}

fn dot(picture: &mut Picture, frame: &Frame, spot: &Spot, radius: i32, colour: RGBColor) {
    let at = frame.point(spot.p99, spot.cost);
    picture.dot(at, radius, colour);
    if times_out(spot.cell) {
        picture.dot(at, radius / 2, PAPER);
    }
}

/// Names beside the dots of the frontier: the values of the axes, or the policy where nothing is varied.
fn names(picture: &mut Picture, frame: &Frame, sweep: &Sweep, best: &[Spot], all: &[Spot]) {
    let named = spread(best.len(), NAMES_MAX);
    let texts: Vec<String> = named.iter().map(|index| fit(&name(sweep, best[*index].cell), SMALL, 300)).collect();
    let at: Vec<Point> = named.iter().map(|index| frame.point(best[*index].p99, best[*index].cost)).collect();
    let points: Vec<(Point, &str)> = at.iter().copied().zip(texts.iter().map(String::as_str)).collect();
    let around = |spot: &Spot, radius: i32| {
        let (x, y) = frame.point(spot.p99, spot.cost);
        [(x - radius, y - radius), (x + radius, y + radius)]
    };
    let taken = best.iter().map(|spot| around(spot, 8)).chain(all.iter().map(|spot| around(spot, 4))).collect();
    let places = label::places(&points, [frame.from, frame.to], taken);
    for (place, (point, _)) in places.iter().zip(&points).filter(|(place, _)| place.far) {
        picture.thin(*point, place.at, GRID);
    }
    for ((place, text), index) in places.iter().zip(&texts).zip(&named) {
        picture.text(place.at, text, SMALL, place.anchor, best[*index].colour);
    }
    let axes: Vec<&str> = sweep.axes.iter().map(|axis| axis.name.as_str()).collect();
    let mut note = if axes.is_empty() { String::new() } else { format!("names: {}", axes.join(" · ")) };
    if named.len() < best.len() {
        note += &format!(" ({} of {})", named.len(), best.len());
    }
    picture.note((frame.to.0, frame.from.1 - 18), &fit(&note, SMALL, 600), Anchor::Right);
}

fn name(sweep: &Sweep, cell: &SweptCell) -> String {
    let levels: Vec<&str> = sweep.axes.iter().zip(&cell.levels).filter_map(|(axis, level)| level.map(|it| axis.levels[it].as_str())).collect();
    let name = if levels.is_empty() { described(sweep, cell) } else { levels.join(" · ") };
    match cell.figure("timeout_rate") {
        Some(rate) if rate.point > 0.0 => format!("{name} ({})", human::share(rate.point)),
        _ => name,
    }
}

/// At most so many of `n` positions, evenly, the first and the last among them.
fn spread(n: usize, most: usize) -> Vec<usize> {
    if n <= most {
        return (0..n).collect();
    }
    (0..most).map(|index| index * (n - 1) / (most - 1)).collect()
}
