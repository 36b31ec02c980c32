//! The frontier: what a policy costs against how long the slowest hundredth waits. Down and left is better.

use super::frame::{Axis, Frame};
use super::label;
use super::picture::{Anchor, Picture, Point, SMALL, SOFT, WIDTH, colour, fit};
use super::ticks;
use crate::experiment::{Comparison, Estimate};
use plotters::style::RGBColor;

const HEIGHT: i32 = 600;
const TOP: i32 = 84;

/// A policy that has both figures.
struct Spot<'a> {
    index: usize,
    name: &'a str,
    cost: Estimate,
    p99: Estimate,
}

/// The plot.
pub(super) fn draw(comparison: &Comparison) -> Picture {
    let mut picture = Picture::new(HEIGHT, &format!("{}: cost against waiting", comparison.about.scenario));
    let spots = spots(comparison);
    let frame = frame(comparison, &spots);
    frame.draw(&mut picture);
    frame.draw_x_labels(&mut picture);
    let note = if comparison.about.replications > 1 { "bars: 95 % intervals" } else { "one replication: no intervals" };
    picture.note((WIDTH - 40, TOP - 18), note, Anchor::Right);
    frame.captions(&mut picture, "latency p99", &format!("cost, {}", comparison.about.currency));
    if spots.is_empty() {
        frame.say(&mut picture, "no requests");
    }
    for spot in &spots {
        bars(&mut picture, &frame, spot);
    }
    labels(&mut picture, &frame, &spots);
    picture
}

fn spots(comparison: &Comparison) -> Vec<Spot<'_>> {
    let spot = |(index, policy): (usize, &'_ crate::experiment::PolicyResult)| {
        Some((index, policy.figure("cost.total")?, policy.figure("latency_s.p99").filter(|it| it.point > 0.0)?))
    };
    let found = comparison.policies.iter().enumerate().filter_map(spot);
    let mut spots: Vec<Spot> = found.map(|(index, cost, p99)| Spot { index, name: &comparison.policies[index].name, cost, p99 }).collect();
    // From the top down, so that of two labels side by side the upper one belongs to the upper point.
    spots.sort_by(|a, b| b.cost.point.total_cmp(&a.cost.point));
    spots
}

/// The ends of an interval; the point itself where there is none.
fn ends(estimate: &Estimate) -> (f64, f64) {
    if estimate.has_interval() { (estimate.low.max(0.0), estimate.high) } else { (estimate.point, estimate.point) }
}

fn frame(comparison: &Comparison, spots: &[Spot]) -> Frame {
    let dearest = comparison.policies.iter().filter_map(|it| it.figure("cost.total")).map(|it| ends(&it).1).fold(0.0, f64::max);
    let low = spots.iter().map(|it| ends(&it.p99).0.max(it.p99.point / 10.0)).reduce(f64::min).unwrap_or(0.01);
    let high = spots.iter().map(|it| ends(&it.p99).1).reduce(f64::max).unwrap_or(10.0);
    let widen = (10.0 / (high / low)).sqrt().max(1.5);
    let (low, high) = (low / widen, high * widen);
    Frame {
        from: (90, TOP),
        to: (WIDTH - 40, HEIGHT - 66),
        x: Axis::logarithmic(low, high, ticks::durations(low, high)),
        y: Axis::from_zero(ticks::linear(dearest * 1.1, 6.0)),
    }
}

/// The point and its interval in both directions.
fn bars(picture: &mut Picture, frame: &Frame, spot: &Spot) {
    let at = frame.point(spot.p99.point, spot.cost.point);
    let colour = colour(spot.index);
    let ((left, right), (low, high)) = (ends(&spot.p99), ends(&spot.cost));
    bar(picture, frame.point(left, spot.cost.point), frame.point(right, spot.cost.point), colour);
    bar(picture, frame.point(spot.p99.point, low), frame.point(spot.p99.point, high), colour);
    picture.dot(at, 6, colour);
}

fn bar(picture: &mut Picture, from: Point, to: Point, colour: RGBColor) {
    if from != to {
        picture.line(vec![from, to], colour, 2, (0, 0));
    }
}

fn labels(picture: &mut Picture, frame: &Frame, spots: &[Spot]) {
    let names: Vec<String> = spots.iter().map(|spot| fit(spot.name, SMALL, 400)).collect();
    let at: Vec<Point> = spots.iter().map(|spot| frame.point(spot.p99.point, spot.cost.point)).collect();
    let points: Vec<(Point, &str)> = at.iter().copied().zip(names.iter().map(String::as_str)).collect();
    let taken = at.iter().map(|(x, y)| [(x - 8, y - 8), (x + 8, y + 8)]);
    let crossed = spots.iter().flat_map(|spot| {
        let ((left, right), (low, high)) = (ends(&spot.p99), ends(&spot.cost));
        let (x, y) = frame.point(spot.p99.point, spot.cost.point);
        [
            [(frame.point(left, low).0, y - 2), (frame.point(right, low).0, y + 2)],
            [(x - 2, frame.point(left, high).1), (x + 2, frame.point(left, low).1)],
        ]
    });
    let places = label::places(&points, [frame.from, frame.to], taken.chain(crossed).collect());
    for (place, (point, _)) in places.iter().zip(&points).filter(|(place, _)| place.far) {
        picture.thin(*point, place.at, SOFT);
    }
    for ((place, name), spot) in places.iter().zip(&names).zip(spots) {
        picture.text(place.at, name, SMALL, place.anchor, colour(spot.index));
    }
}
