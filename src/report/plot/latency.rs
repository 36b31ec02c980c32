//! How many requests are slower than a latency: the complementary distribution, both axes logarithmic.
//!
//! Read at a height of 1 % it gives p99; where a line lies to the right, people wait longer.

use super::frame::{Axis, Frame};
use super::picture::{Picture, Point, WIDTH, colour, dash};
use super::ticks;
use crate::experiment::Comparison;
use crate::observe::Histogram;

const HEIGHT: i32 = 600;
/// The axis begins here, or at a round latency above it that every request exceeds.
const FASTEST_S: f64 = 1e-3;
/// What is rarer is not shown.
const RAREST: f64 = 1e-5;

/// The plot.
pub(super) fn draw(comparison: &Comparison) -> Picture {
    let mut picture = Picture::new(HEIGHT, &format!("{}: who waits, and how long", comparison.about.scenario));
    let entries: Vec<_> = comparison.policies.iter().enumerate().map(|(index, it)| (it.name.clone(), colour(index), dash(index))).collect();
    let top = 44 + picture.legend(44, &entries) + 38;
    let frame = frame(comparison, top);
    frame.draw(&mut picture);
    frame.draw_x_labels(&mut picture);
    frame.captions(&mut picture, "latency", "share of requests that took longer");
    let mut any = false;
    for (index, policy) in comparison.policies.iter().enumerate() {
        let curve = curve(&policy.merged.latency, &frame);
        any |= !curve.is_empty();
        if !curve.is_empty() {
            picture.line(curve, colour(index), 2, dash(index));
        }
    }
    if !any {
        frame.say(&mut picture, "no requests");
    }
    picture
}

fn frame(comparison: &Comparison, top: i32) -> Frame {
    let latencies = || comparison.policies.iter().map(|policy| &policy.merged.latency);
    let slowest_s = latencies().filter_map(|it| it.max()).map(|it| it.as_secs_f64()).fold(1.0, f64::max);
    let most = latencies().map(Histogram::count).max().unwrap_or(0).max(10) as f64;
    let rarest = libm::exp10(libm::floor(-libm::log10(most))).max(RAREST);
    let high = ticks::round_up(slowest_s * 1.05);
    let low = ticks::round_down(fastest_s(comparison)).clamp(FASTEST_S, high / 100.0);
    Frame {
        from: (90, top),
        to: (WIDTH - 40, HEIGHT - 66),
        x: Axis::logarithmic(low, high, ticks::durations(low, high)),
        y: Axis::logarithmic(rarest, 1.0, shares(rarest)),
    }
}

/// The mean of the fastest bucket of any policy.
fn fastest_s(comparison: &Comparison) -> f64 {
    let firsts = comparison.policies.iter().filter_map(|policy| policy.merged.latency.quantile_secs(0.0));
    firsts.fold(f64::INFINITY, f64::min)
}

/// 100 %, 10 %, 1 % ... down to the rarest that can be told.
fn shares(rarest: f64) -> Vec<ticks::Tick> {
    const NAMED: [(f64, &str); 6] = [(1.0, "100 %"), (0.1, "10 %"), (0.01, "1 %"), (1e-3, "0.1 %"), (1e-4, "0.01 %"), (1e-5, "0.001 %")];
    NAMED.into_iter().filter(|(share, _)| *share >= rarest * 0.99).map(|(share, name)| (share, name.to_owned())).collect()
}

/// Down a step at every bucket's mean; ends where no request is slower.
fn curve(latency: &Histogram, frame: &Frame) -> Vec<Point> {
    let total = latency.count() as f64;
    let mut left = latency.count();
    let mut points: Vec<Point> = Vec::new();
    for (_, count, sum_ns) in latency.buckets() {
        let seconds = sum_ns as f64 / count as f64 / 1e9;
        if points.is_empty() {
            points.push((frame.from.0, frame.from.1));
        }
        points.push(frame.point(seconds, left as f64 / total));
        left -= count;
        points.push(frame.point(seconds, left as f64 / total));
    }
    let floor = frame.to.1;
    let end = points.iter().position(|point| point.1 >= floor).map_or(points.len(), |index| index + 1);
    points.truncate(end);
    points.dedup();
    points
}
