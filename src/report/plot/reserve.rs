//! What a reserve saves in an idle gap, by the gap's length: the closed form as a line, what was simulated as points on it.

use plotters::style::RGBColor;

use super::super::human;
use super::frame::{Axis, Frame};
use super::label;
use super::picture::{Anchor, INK, Picture, Point, SMALL, SOFT, WIDTH, colour, dash, fit};
use super::ticks;
use crate::experiment::Comparison;
use crate::experiment::break_even::{Pays, ReserveRule, Seen};

const HEIGHT: i32 = 420;
/// The longest gap that is shown unless a longer one was seen, and the shortest, in seconds.
const GAPS_S: (f64, f64) = (10.0, 86_400.0);
/// Of what keeping an instance costs in the gap.
const LOWEST: f64 = -1.0;

/// Rules that are one line: the same prices, starts and drain.
struct Curve<'a> {
    rule: &'a ReserveRule,
    seen: Vec<(&'a str, Seen)>,
}

/// The plot; nothing without a reserve that is released.
pub(super) fn draw(comparison: &Comparison) -> Option<Picture> {
    let curves = curves(&comparison.break_evens.reserve);
    if curves.is_empty() {
        return None;
    }
    let entries: Vec<(String, RGBColor, (i32, i32))> =
        curves.iter().enumerate().map(|(index, it)| (name(it), colour(index), dash(index))).collect();
    let top = 44 + Picture::new(0, "").legend(44, &entries) + 40;
    let mut picture = Picture::new(top + HEIGHT + 66, &format!("{}: what a reserve saves in an idle gap", comparison.about.scenario));
    picture.legend(44, &entries);
    let frame = frame(&curves, top);
    frame.draw(&mut picture);
    let (_, zero) = frame.point(GAPS_S.0, 0.0);
    picture.thin((frame.from.0, zero), (frame.to.0, zero), INK);
    for (index, curve) in curves.iter().enumerate() {
        line(&mut picture, &frame, curve.rule, index);
    }
    points(&mut picture, &frame, &curves);
    frame.draw_x_labels(&mut picture);
    picture.note((WIDTH - 40, top - 18), "line: closed form; point: simulated, at the mean gap", Anchor::Right);
    frame.captions(&mut picture, "idle gap, from the start of the swap to the first request", "saved of what keeping one costs");
    Some(picture)
}

fn curves(rules: &[ReserveRule]) -> Vec<Curve<'_>> {
    let mut curves: Vec<Curve> = Vec::new();
    for rule in rules.iter().filter(|it| matches!(it.pays, Pays::InGaps(_))) {
        let same = |it: &&mut Curve| it.rule.pays == rule.pays && it.rule.standard == rule.standard && it.rule.reserve == rule.reserve;
        let seen = rule.seen.map(|seen| (rule.policy.as_str(), seen));
        match curves.iter_mut().find(same) {
            Some(curve) => curve.seen.extend(seen),
            None => curves.push(Curve { rule, seen: seen.into_iter().collect() }),
        }
    }
    curves
}

/// What stands in for what, and from when on it pays; and whose it is, if only one policy's.
fn name(curve: &Curve) -> String {
    let rule = curve.rule;
    let whose = if let [(policy, _)] = curve.seen.as_slice() { format!("{policy}: ") } else { String::new() };
    let times = if rule.replicas == 1 { String::new() } else { format!("{} × ", rule.replicas) };
    let pays = match rule.pays {
        Pays::InGaps(line) => line.break_even_s.map_or("never".to_owned(), |at| format!("from {}", human::seconds(at))),
        Pays::IfAwayOver(_) => String::new(),
    };
    format!("{whose}{times}{} for {} ({pays})", rule.reserve.name, rule.standard.name)
}

fn frame(curves: &[Curve], top: i32) -> Frame {
    let crossings = curves.iter().filter_map(|it| match it.rule.pays {
        Pays::InGaps(line) => line.break_even_s,
        Pays::IfAwayOver(_) => None,
    });
    let longest = curves.iter().flat_map(|it| &it.seen).map(|(_, seen)| seen.gap_mean_s).fold(GAPS_S.1, f64::max);
    let shortest = curves.iter().flat_map(|it| &it.seen).map(|(_, seen)| seen.gap_mean_s);
    let (low, high) = (shortest.chain(crossings).map(|gap_s| gap_s * 0.5).fold(GAPS_S.0, f64::min).max(0.1), longest);
    let marks = [-1.0, -0.5, 0.0, 0.5, 1.0].map(|share: f64| (share, format!("{} %", human::fixed(share * 100.0, 0)))).to_vec();
    Frame {
        from: (90, top),
        to: (WIDTH - 40, top + HEIGHT),
        x: Axis::logarithmic(low, high, ticks::durations(low, high)),
        y: Axis::linear(LOWEST, 1.0, marks),
    }
}

/// The closed form wherever it is within the frame.
fn pixels(frame: &Frame, rule: &ReserveRule) -> Vec<Point> {
    let (low, high) = frame.x.ends();
    let at = |step: i32| low * libm::pow(high / low, f64::from(step) / 240.0);
    let within = (0..=240).map(at).filter_map(|gap_s| Some((gap_s, rule.saved_share(gap_s)?))).filter(|(_, share)| *share >= LOWEST);
    within.map(|(gap_s, share)| frame.point(gap_s, share)).collect()
}

/// Its line, and a mark where it crosses zero.
fn line(picture: &mut Picture, frame: &Frame, rule: &ReserveRule, index: usize) {
    let (low, high) = frame.x.ends();
    let pixels = pixels(frame, rule);
    if pixels.len() > 1 {
        picture.line(pixels, colour(index), 2, dash(index));
    }
    if let Pays::InGaps(line) = rule.pays
        && let Some(crossing) = line.break_even_s.filter(|it| (low..=high).contains(it))
    {
        let (x, y) = frame.point(crossing, 0.0);
        picture.line(vec![(x, y - 6), (x, y + 6)], colour(index), 2, (0, 0));
    }
}

/// What was simulated, with its interval, and whose it is where a line is several policies'.
fn points(picture: &mut Picture, frame: &Frame, curves: &[Curve]) {
    let (mut spots, mut dots): (Vec<(Point, &str, RGBColor)>, _) = (Vec::new(), Vec::new());
    for (index, curve) in curves.iter().enumerate() {
        for (policy, seen) in &curve.seen {
            let pixel = |saved: f64| frame.point(seen.gap_mean_s, saved / curve.rule.kept_cost(seen.gap_mean_s));
            let at = pixel(seen.saved.point);
            if let Some(half) = human::half(&seen.saved) {
                let ends = (pixel(seen.saved.point - half), pixel(seen.saved.point + half));
                picture.line(vec![ends.0, ends.1], colour(index), 2, (0, 0));
            }
            picture.dot(at, 5, colour(index));
            if curve.seen.len() > 1 {
                spots.push((at, policy, colour(index)));
            }
            dots.push([(at.0 - 7, at.1 - 7), (at.0 + 7, at.1 + 7)]);
        }
    }
    spots.sort_by_key(|(at, ..)| at.1);
    let names: Vec<String> = spots.iter().map(|(_, name, _)| fit(name, SMALL, 300)).collect();
    let points: Vec<(Point, &str)> = spots.iter().map(|it| it.0).zip(names.iter().map(String::as_str)).collect();
    let lines = curves.iter().flat_map(|it| pixels(frame, it.rule)).map(|(x, y)| [(x - 3, y - 2), (x + 3, y + 2)]);
    let taken = dots.into_iter().chain(lines).collect();
    let places = label::places(&points, [frame.from, frame.to], taken);
    for ((place, name), (at, _, colour)) in places.iter().zip(&names).zip(&spots) {
        if place.far {
            picture.thin(*at, place.at, SOFT);
        }
        picture.text(place.at, name, SMALL, place.anchor, *colour);
    }
}
