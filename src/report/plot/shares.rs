//! The course of a split: for every policy the share of each revision over time beside the one that was meant, and below it
//! its instances.

use super::super::revisions_csv::{Course, courses};
use super::frame::{Axis, Frame};
use super::picture::{Anchor, INK, Picture, Point, SMALL, SOFT, WIDTH, colour, fit};
use super::ticks::{self, Tick};
use crate::experiment::{Comparison, PolicyResult};

const SHARES: i32 = 130;
const INSTANCES: i32 = 70;
/// Above a frame: room for its caption.
const GAP: i32 = 40;
const TOP: i32 = 44;
/// How the meant share is drawn.
const MEANT: (i32, i32) = (3, 5);

/// The plot; nothing where no service has several revisions.
pub(super) fn draw(comparison: &Comparison) -> Option<Picture> {
    let policies: Vec<(&PolicyResult, Vec<Course>)> = comparison.policies.iter().map(|it| (it, courses(comparison, it))).collect();
    let (_, first) = policies.iter().find(|(_, courses)| !courses.is_empty())?;
    let panel = GAP + SHARES + GAP + INSTANCES;
    let entries: Vec<_> = first.iter().enumerate().map(|(index, it)| (it.outcome.name.clone(), colour(index), (0, 0))).collect();
    let entries: Vec<_> = entries.into_iter().chain([("meant".to_owned(), SOFT, MEANT)]).collect();
    let mut picture =
        Picture::new(TOP + 22 + policies.len() as i32 * panel + 66, &format!("{}: who gets the traffic", comparison.about.scenario));
    let mut top = TOP + picture.legend(TOP, &entries);
    let hours = ticks::moments(comparison.about.horizon.as_secs_f64());
    let peak = policies.iter().flat_map(|(_, courses)| courses).flat_map(ready).fold(0.0, f64::max);
    let mut last = None;
    for (policy, courses) in &policies {
        top += GAP;
        let frame = frame(comparison, top, SHARES, &hours, share_ticks());
        draw_shares(&mut picture, &frame, courses, &format!("{}: share of requests", policy.name));
        top += SHARES + GAP;
        let frame = self::frame(comparison, top, INSTANCES, &hours, ticks::whole(peak, 3.0));
        draw_instances(&mut picture, &frame, courses, &format!("{}: ready instances", policy.name));
        top += INSTANCES;
        last = Some(frame);
    }
    let last = last?;
    last.draw_x_labels(&mut picture);
    picture.text(((last.from.0 + last.to.0) / 2, last.to.1 + 40), "time since the start", SMALL, Anchor::Middle, INK);
    Some(picture)
}

fn share_ticks() -> Vec<Tick> {
    [(0.0, "0 %"), (0.25, "25 %"), (0.5, "50 %"), (0.75, "75 %"), (1.0, "100 %")].map(|(share, text)| (share, text.to_owned())).to_vec()
}

fn frame(comparison: &Comparison, top: i32, height: i32, hours: &[Tick], y: Vec<Tick>) -> Frame {
    let x = Axis::linear(0.0, comparison.about.horizon.as_secs_f64().max(1e-9), hours.to_vec());
    Frame { from: (90, top), to: (WIDTH - 40, top + height), x, y: Axis::from_zero(y) }
}

fn ready(course: &Course) -> Vec<f64> {
    course.moments.iter().map(|moment| moment.level(|it| it.ready_ns)).collect()
}

fn draw_shares(picture: &mut Picture, frame: &Frame, courses: &[Course], caption: &str) {
    picture.text((20, frame.from.1 - 18), &fit(caption, SMALL, WIDTH - 60), SMALL, Anchor::Left, INK);
    frame.draw(picture);
    for (index, course) in courses.iter().enumerate() {
        let level = |at: usize, meant: bool| course.shares[at].map(|share| if meant { share.meant } else { share.found });
        for points in steps(frame, course, |at| level(at, true)) {
            picture.line(points, SOFT, 2, MEANT);
        }
        for points in steps(frame, course, |at| level(at, false)) {
            picture.line(points, colour(index), 2, (0, 0));
        }
    }
}

fn draw_instances(picture: &mut Picture, frame: &Frame, courses: &[Course], caption: &str) {
    picture.text((20, frame.from.1 - 18), &fit(caption, SMALL, WIDTH - 60), SMALL, Anchor::Left, INK);
    frame.draw(picture);
    for (index, course) in courses.iter().enumerate() {
        let ready = ready(course);
        for points in steps(frame, course, |at| Some(ready[at])) {
            picture.line(points, colour(index), 2, (0, 0));
        }
    }
}

/// Lines that are constant within a bucket, broken where there is no value.
fn steps(frame: &Frame, course: &Course, level: impl Fn(usize) -> Option<f64>) -> Vec<Vec<Point>> {
    let mut lines: Vec<Vec<Point>> = vec![Vec::new()];
    for (at, moment) in course.moments.iter().enumerate() {
        let Some(value) = level(at) else {
            lines.push(Vec::new());
            continue;
        };
        let (start, end) = (moment.start.as_secs_f64(), (moment.start + moment.length).as_secs_f64());
        lines.last_mut().expect("there is always one").extend([frame.point(start, value), frame.point(end, value)]);
    }
    lines.retain(|line| !line.is_empty());
    lines.iter_mut().for_each(Vec::dedup);
    lines
}
