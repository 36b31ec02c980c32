//! CPU credits over time: above, what an instance has (below zero: what it owes), below, how much of its time it is throttled.

use plotters::style::RGBColor;

use super::super::credits_csv::{CreditMoment, moments};
use super::super::human;
use super::frame::{Axis, Frame};

use super::picture::{Anchor, INK, Picture, Point, SMALL, SOFT, WIDTH, colour, dash};
use super::ticks::{self, Tick};
use super::tornado::round_marks;
use crate::experiment::Comparison;

const BALANCE: i32 = 240;
const THROTTLED: i32 = 110;
const GAP: i32 = 48;

/// A policy with credits.
struct Course {
    index: usize,
    name: String,
    moments: Vec<CreditMoment>,
}

/// The plot; nothing where no policy has instances with credits.
pub(super) fn draw(comparison: &Comparison) -> Option<Picture> {
    let courses = courses(comparison);
    if courses.is_empty() {
        return None;
    }
    let entries: Vec<(String, RGBColor, (i32, i32))> =
        courses.iter().map(|it| (it.name.clone(), colour(it.index), dash(it.index))).collect();
    let top = 44 + Picture::new(0, "").legend(44, &entries) + 40;
    let title = format!("{}: CPU credits over time", comparison.about.scenario);
    let mut picture = Picture::new(top + BALANCE + GAP + THROTTLED + 66, &title);
    picture.legend(44, &entries);
    let hours = ticks::moments(comparison.about.horizon.as_secs_f64());
    let x = || Axis::linear(0.0, comparison.about.horizon.as_secs_f64().max(1e-9), hours.clone());
    let frame = Frame { from: (90, top), to: (WIDTH - 40, top + BALANCE), x: x(), y: balance_axis(&courses) };
    panel(&mut picture, &frame, &courses, net, "credits of an instance, mean (one is a minute of a vCPU; below zero: owed)");
    picture.thin(frame.point(0.0, 0.0), (frame.to.0, frame.point(0.0, 0.0).1), SOFT);
    let below = top + BALANCE + GAP;
    let frame = Frame { from: (90, below), to: (WIDTH - 40, below + THROTTLED), x: x(), y: Axis::from_zero(share_ticks()) };
    panel(&mut picture, &frame, &courses, |it| it.throttled, "share of its time in which it is throttled");
    frame.draw_x_labels(&mut picture);
    picture.text(((frame.from.0 + frame.to.0) / 2, frame.to.1 + 40), "time since the start", SMALL, Anchor::Middle, INK);
    Some(picture)
}

fn courses(comparison: &Comparison) -> Vec<Course> {
    let about = &comparison.about;
    let course = |(index, policy): (usize, &crate::experiment::PolicyResult)| {
        let moments = moments(&policy.merged.credits, about.horizon, about.replications);
        moments.iter().any(|it| it.throttled.is_some()).then(|| Course { index, name: policy.name.clone(), moments })
    };
    comparison.policies.iter().enumerate().filter_map(course).collect()
}

/// What an instance has, less what it owes.
fn net(it: &CreditMoment) -> Option<f64> {
    Some(it.balance? - it.advance?)
}

fn balance_axis(courses: &[Course]) -> Axis {
    let marks = round_marks(courses.iter().flat_map(|it| it.moments.iter().filter_map(net)));
    let decimals = if marks[1] - marks[0] < 1.0 { 1 } else { 0 };
    let ticks: Vec<Tick> = marks.iter().map(|mark| (*mark, human::fixed(*mark, decimals))).collect();
    Axis::linear(marks[0], marks[marks.len() - 1], ticks)
}

fn share_ticks() -> Vec<Tick> {
    [(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")].map(|(share, text)| (share, text.to_owned())).to_vec()
}

fn panel(picture: &mut Picture, frame: &Frame, courses: &[Course], of: fn(&CreditMoment) -> Option<f64>, caption: &str) {
    picture.text((20, frame.from.1 - 18), caption, SMALL, Anchor::Left, INK);
    frame.draw(picture);
    for course in courses {
        for points in lines(frame, course, of) {
            match points.as_slice() {
                // A single moment between two without credits is no line.
                [only] => picture.dot(*only, 2, colour(course.index)),
                _ => picture.line(points, colour(course.index), 2, dash(course.index)),
            }
        }
    }
}

/// A line through the ends of the buckets, broken where nobody has credits.
fn lines(frame: &Frame, course: &Course, of: fn(&CreditMoment) -> Option<f64>) -> Vec<Vec<Point>> {
    let parts = course.moments.split(|it| of(it).is_none()).filter(|part| !part.is_empty());
    let point = |it: &CreditMoment| frame.point(it.end.as_secs_f64(), of(it).expect("it was split there"));
    parts.map(|part| part.iter().map(point).collect()).collect()
}
