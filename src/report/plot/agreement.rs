//! What was simulated against what is known, with the diagonal on which both are equal.
//!
//! Both axes are logarithmic and alike, so that a distance from the diagonal is a relative error wherever the point is.

use super::frame::{Axis, Frame};
use super::picture::{Picture, SOFT, WIDTH, colour, dash};
use super::ticks::Tick;
use crate::experiment::validate::{Judged, Point, Series};

const PANEL: i32 = 560;
/// More figures than this are drawn alike: nobody reads a longer legend.
const LEGEND_MAX: usize = 8;

/// The plot.
pub(in crate::report) fn draw(case: &Judged) -> Picture {
    let series: &[Series] = case.found.as_ref().map_or(&[], |found| &found.series);
    let names = legend(series);
    let top = 84 + Picture::new(0, "").legend(44, &names);
    let mut picture = Picture::new(top + PANEL + 66, &format!("{}: {}", case.name, case.title));
    picture.legend(44, &names);
    let axis = axis(series);
    let frame = Frame { from: (90, top), to: (WIDTH - 40, top + PANEL), x: axis.clone(), y: axis };
    frame.draw(&mut picture);
    frame.draw_x_labels(&mut picture);
    frame.captions(&mut picture, "exact or measured", "simulated, with its 95 % interval");
    let (low, high) = frame.x.ends();
    picture.thin(frame.point(low, low), frame.point(high, high), SOFT);
    let mut any = false;
    for (index, series) in series.iter().enumerate() {
        series.points.iter().filter(|it| is_shown(it)).for_each(|point| {
            any = true;
            dot(&mut picture, &frame, point, if names.is_empty() { 0 } else { index });
        });
    }
    if !any {
        frame.say(&mut picture, "no points");
    }
    picture
}

/// A name for each figure, unless there are too many.
fn legend(series: &[Series]) -> Vec<(String, plotters::style::RGBColor, (i32, i32))> {
    if series.len() > LEGEND_MAX {
        return Vec::new();
    }
    series.iter().enumerate().map(|(index, it)| (it.figure.clone(), colour(index), dash(0))).collect()
}

/// A logarithmic axis has no place for zero.
fn is_shown(point: &Point) -> bool {
    let drawn = |value: f64| value.is_finite() && value > 0.0;
    drawn(point.reference.point) && drawn(point.simulated.point)
}

fn dot(picture: &mut Picture, frame: &Frame, point: &Point, index: usize) {
    let (x, y) = (point.reference.point, point.simulated.point);
    let (low, high) = point.simulated.interval(0.95);
    if low.is_finite() && high.is_finite() {
        picture.line(vec![frame.point(x, low), frame.point(x, high)], colour(index), 1, (0, 0));
    }
    picture.dot(frame.point(x, y), 4, colour(index));
}

/// From the power of ten below the least value to that above the greatest, or to its half or fifth where that is enough.
fn axis(series: &[Series]) -> Axis {
    let shown = || series.iter().flat_map(|it| &it.points).filter(|it| is_shown(it));
    let values = || shown().flat_map(|it| [it.reference.point, it.simulated.point]);
    let (low, high) = values().fold((f64::INFINITY, 0.0), |(low, high), value| (f64::min(low, value), f64::max(high, value)));
    let (low, high) = if low.is_finite() { (low / 1.2, high * 1.2) } else { (0.1, 10.0) };
    Axis::logarithmic(low, high, marks(low, high))
}

/// At most nine marks: powers of ten, and 2 and 5 times these where there is room.
fn marks(low: f64, high: f64) -> Vec<Tick> {
    let decades = libm::log10(high / low);
    let factors: &[f64] = if decades <= 3.0 { &[1.0, 2.0, 5.0] } else { &[1.0] };
    let (from, until) = (libm::floor(libm::log10(low)) as i32, libm::ceil(libm::log10(high)) as i32);
    let step = (f64::from(until - from) / 9.0).ceil().max(1.0) as usize;
    let powers = (from..=until).step_by(step).map(|power| libm::exp10(f64::from(power)));
    let all = powers.flat_map(|power| factors.iter().map(move |factor| factor * power));
    all.filter(|mark| (low..=high).contains(mark)).map(|mark| (mark, label(mark))).collect()
}

fn label(mark: f64) -> String {
    if (1e-3..1e5).contains(&mark) { format!("{}", libm::round(mark * 1e3) / 1e3) } else { format!("{mark:.0e}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_few_and_round() {
        let labels = |low, high| marks(low, high).into_iter().map(|(_, label)| label).collect::<Vec<_>>().join("|");
        assert_eq!(labels(0.4, 12.0), "0.5|1|2|5|10");
        assert_eq!(labels(2e-5, 2e2), "1e-4|0.001|0.01|0.1|1|10|100");
    }
}
