//! What happened when: traffic above, below it the instances of every policy, all over the same hours.

use super::super::timeline_csv::{Moment, moments};
use super::frame::{Axis, Frame};
use super::picture::{Anchor, INK, Picture, Point, SMALL, VEIL, WIDTH, colour, fit, text_width};
use super::ticks::{self, Tick};
use crate::experiment::Comparison;
use plotters::style::RGBColor;

const TRAFFIC: i32 = 120;
const PANEL: i32 = 84;
/// Between panels: room for the next one's caption.
const GAP: i32 = 42;
const TOP: i32 = 80;
const STARTING: RGBColor = RGBColor(90, 90, 90);

/// The plot.
pub(super) fn draw(comparison: &Comparison) -> Picture {
    let policies = comparison.policies.len() as i32;
    let height = TOP + TRAFFIC + policies * (GAP + PANEL) + 70;
    let mut picture = Picture::new(height, &format!("{}: traffic and instances over time", comparison.about.scenario));
    let series: Vec<Vec<Moment>> = comparison
        .policies
        .iter()
        .map(|it| moments(&it.merged.timeline, comparison.about.horizon, comparison.about.replications))
        .collect();
    let hours = ticks::moments(comparison.about.horizon.as_secs_f64());
    traffic(&mut picture, comparison, series.first().map_or(&[], Vec::as_slice), &hours);
    let peak = series.iter().flatten().map(|moment| ready(moment) + starting(moment)).fold(0.0, f64::max);
    let mut last = None;
    for (index, (policy, series)) in comparison.policies.iter().zip(&series).enumerate() {
        let top = TOP + TRAFFIC + index as i32 * (GAP + PANEL) + GAP;
        let frame = frame(comparison, top, PANEL, &hours, ticks::whole(peak, 3.0));
        let caption = format!("{}: instances", policy.name);
        instances(&mut picture, &frame, series, colour(index), &caption);
        last = Some(frame);
    }
    if let Some(last) = last {
        last.draw_x_labels(&mut picture);
        picture.text(((last.from.0 + last.to.0) / 2, last.to.1 + 40), "time since the start", SMALL, Anchor::Middle, INK);
    }
    picture
}

fn ready(moment: &Moment) -> f64 {
    moment.level(|it| it.ready_ns)
}

fn standard(moment: &Moment) -> f64 {
    moment.level(|it| it.ready_ns - it.reserve_ready_ns)
}

fn reserve(moment: &Moment) -> f64 {
    moment.level(|it| it.reserve_ready_ns + it.reserve_starting_ns)
}

fn starting(moment: &Moment) -> f64 {
    moment.level(|it| it.starting_ns)
}

fn frame(comparison: &Comparison, top: i32, height: i32, hours: &[Tick], y: Vec<Tick>) -> Frame {
    let horizon_s = comparison.about.horizon.as_secs_f64().max(1e-9);
    let x = Axis::linear(0.0, horizon_s, hours.to_vec());
    Frame { from: (90, top), to: (WIDTH - 40, top + height), x, y: Axis::from_zero(y) }
}

fn traffic(picture: &mut Picture, comparison: &Comparison, series: &[Moment], hours: &[Tick]) {
    let rate = |moment: &Moment| moment.count(|it| it.arrived) / moment.length.as_secs_f64();
    let peak = series.iter().map(rate).fold(0.0, f64::max);
    let frame = frame(comparison, TOP, TRAFFIC, hours, ticks::linear(peak, 4.0));
    warmup(picture, &frame, comparison);
    frame.draw(picture);
    picture.text((20, TOP - 18), "requests per second", SMALL, Anchor::Left, INK);
    if peak > 0.0 {
        fill(picture, &frame, series, |_| 0.0, rate, INK);
    } else {
        frame.say(picture, "no requests");
    }
}

/// A veil over the time that the figures leave out.
fn warmup(picture: &mut Picture, frame: &Frame, comparison: &Comparison) {
    if comparison.about.warmup.0 > 0 {
        let (x, _) = frame.point(comparison.about.warmup.as_secs_f64(), 0.0);
        picture.block([frame.from, (x, frame.to.1)], VEIL);
        picture.note((WIDTH - 40, TOP - 18), "grey: warm-up, left out of the figures", Anchor::Right);
    }
}

fn instances(picture: &mut Picture, frame: &Frame, series: &[Moment], colour: RGBColor, caption: &str) {
    let y = frame.from.1 - 18;
    picture.text((20, y), &fit(caption, SMALL, 600), SMALL, Anchor::Left, INK);
    let mut right = frame.to.0;
    for (name, colour) in kinds(series, colour).into_iter().rev() {
        let swatch = right - text_width(name, SMALL) - 18;
        picture.block([(swatch, y - 5), (swatch + 11, y + 6)], colour);
        picture.note((right, y), name, Anchor::Right);
        right = swatch - 14;
    }
    frame.draw(picture);
    fill(picture, frame, series, |_| 0.0, standard, colour);
    fill(picture, frame, series, standard, ready, pale(colour));
    fill(picture, frame, series, ready, |moment| ready(moment) + starting(moment), STARTING);
    frame.draw_base(picture);
}

/// What is told apart, the lowest first: reserves only where there are some.
fn kinds(series: &[Moment], colour: RGBColor) -> Vec<(&'static str, RGBColor)> {
    if series.iter().any(|moment| reserve(moment) > 0.0) {
        vec![("standard", colour), ("reserve", pale(colour)), ("starting", STARTING)]
    } else {
        vec![("ready", colour), ("starting", STARTING)]
    }
}

/// The same colour, lighter.
fn pale(RGBColor(r, g, b): RGBColor) -> RGBColor {
    let mix = |it: u8| (f64::from(it) * 0.45 + 255.0 * 0.55).round() as u8;
    RGBColor(mix(r), mix(g), mix(b))
}

/// The area between two levels that are constant within a bucket.
fn fill(picture: &mut Picture, frame: &Frame, series: &[Moment], low: fn(&Moment) -> f64, high: impl Fn(&Moment) -> f64, colour: RGBColor) {
    let step = |moment: &Moment, level: f64| {
        let (start, end) = (moment.start.as_secs_f64(), (moment.start + moment.length).as_secs_f64());
        [frame.point(start, level), frame.point(end, level)]
    };
    let empty = |moment: &Moment| high(moment) <= low(moment);
    for run in series.chunk_by(|a, b| empty(a) == empty(b)).filter(|run| !empty(&run[0])) {
        let there = run.iter().flat_map(|moment| step(moment, high(moment)));
        let back = run.iter().rev().flat_map(|moment| step(moment, low(moment)).into_iter().rev());
        let mut outline: Vec<Point> = there.chain(back).collect();
        outline.dedup();
        picture.area(outline, colour);
    }
}
