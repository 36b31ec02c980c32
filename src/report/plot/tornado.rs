//! The tornado: how the p99 and the cost change where one cause of waiting is taken away, the greatest change on top.

use plotters::style::RGBColor;

use super::super::human;
use super::super::what_if::ranked;
use super::picture::{Anchor, GRID, INK, Picture, SMALL, SOFT, WIDTH, colour, fit};
use super::ticks;
use crate::experiment::{Comparison, Difference, PolicyResult};

const TOP: i32 = 92;
/// Height of a bar with the space around it.
const BAR: i32 = 34;
/// Where names end.
const NAMES: i32 = 210;
/// The two panels, from left to right.
const PANELS: [(i32, i32); 2] = [(NAMES + 20, 550), (600, WIDTH - 30)];

/// One half of the plot.
struct Panel<'a> {
    ends: (i32, i32),
    bottom: i32,
    key: &'static str,
    caption: &'a str,
    label: fn(f64) -> String,
}

/// The plot.
pub(super) fn draw(comparison: &Comparison) -> Picture {
    let policies = ranked(comparison);
    let bottom = TOP + BAR * policies.len().max(1) as i32;
    let base = comparison.baseline.map_or("", |index| comparison.policies[index].name.as_str());
    let mut picture = Picture::new(bottom + 96, &format!("{}: {base} with one cause taken away", comparison.about.scenario));
    let note = if comparison.about.replications > 1 { "thin lines: 95 % intervals" } else { "one replication: no intervals" };
    picture.note((20, 54), note, Anchor::Left);
    for (index, policy) in policies.iter().enumerate() {
        let name = fit(&policy.name, SMALL, NAMES - 20);
        picture.text((NAMES, TOP + BAR * index as i32 + BAR / 2), &name, SMALL, Anchor::Right, INK);
    }
    let money = format!("change of cost, {}", comparison.about.currency);
    let panels = [
        Panel { ends: PANELS[0], bottom, key: "latency_s.p99", caption: "change of latency p99", label: seconds },
        Panel { ends: PANELS[1], bottom, key: "cost.total", caption: &money, label: amount },
    ];
    panels.iter().for_each(|panel| panel.draw(&mut picture, &policies));
    picture
}

impl Panel<'_> {
    fn draw(&self, picture: &mut Picture, policies: &[&PolicyResult]) {
        let changes: Vec<Option<Difference>> = policies.iter().map(|it| it.difference(self.key)).collect();
        let marks = marks(&changes);
        let (low, high) = (marks[0], marks[marks.len() - 1]);
        let x = |value: f64| {
            let place = (value.clamp(low, high) - low) / (high - low);
            self.ends.0 + (place * f64::from(self.ends.1 - self.ends.0)).round() as i32
        };
        for mark in &marks {
            picture.thin((x(*mark), TOP), (x(*mark), self.bottom), GRID);
            picture.note((x(*mark), self.bottom + 16), &(self.label)(*mark), Anchor::Middle);
        }
        for (index, change) in changes.iter().enumerate() {
            if let Some(change) = change {
                bar(picture, &x, TOP + BAR * index as i32, change);
            }
        }
        picture.thin((x(0.0), TOP), (x(0.0), self.bottom), INK);
        picture.text(((self.ends.0 + self.ends.1) / 2, self.bottom + 42), self.caption, SMALL, Anchor::Middle, INK);
    }
}

/// Blue where it is less, orange where it is more, grey where it may be chance.
fn shade(change: &Difference) -> RGBColor {
    match change.estimate.point {
        _ if change.estimate.has_interval() && !change.significant => SOFT,
        point if point <= 0.0 => colour(0),
        _ => colour(1),
    }
}

fn bar(picture: &mut Picture, x: &dyn Fn(f64) -> i32, top: i32, change: &Difference) {
    let (zero, end) = (x(0.0), x(change.estimate.point));
    if zero != end {
        picture.block([(zero.min(end), top + 8), (zero.max(end), top + BAR - 8)], shade(change));
    }
    if let Some(half) = human::half(&change.estimate).filter(|half| *half > 0.0) {
        let (from, to) = (x(change.estimate.point - half), x(change.estimate.point + half));
        let middle = top + BAR / 2;
        picture.line(vec![(from, middle), (to, middle)], INK, 1, (0, 0));
        for end in [from, to] {
            picture.line(vec![(end, middle - 4), (end, middle + 4)], INK, 1, (0, 0));
        }
    }
}

/// Round numbers around every change and its interval, zero among them.
fn marks(changes: &[Option<Difference>]) -> Vec<f64> {
    let ends = changes.iter().flatten().flat_map(|it| {
        let half = human::half(&it.estimate).unwrap_or(0.0);
        [it.estimate.point - half, it.estimate.point + half]
    });
    round_marks(ends)
}

/// Round numbers around these, zero among them.
pub(super) fn round_marks(ends: impl Iterator<Item = f64>) -> Vec<f64> {
    let (low, high) = ends.fold((0.0_f64, 0.0_f64), |(low, high), end| (low.min(end), high.max(end)));
    let step = ticks::linear(if high > low { high - low } else { 1.0 }, 4.0)[1].0;
    // What goes beyond a mark by less than can be seen needs no further one.
    let first = (low / step + 0.02).floor() as i64;
    let last = ((high / step - 0.02).ceil() as i64).max(first + 1);
    (first..=last).map(|mark| mark as f64 * step).collect()
}

fn seconds(value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "" };
    format!("{sign}{}", human::seconds(value.abs()))
}

fn amount(value: f64) -> String {
    let text = human::fixed(value, 6);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::super::super::sample;
    use super::*;

    #[test]
    fn no_text_is_cut_or_covered_by_another() {
        super::super::register();
        for comparison in sample::all() {
            draw(&comparison).assert_legible();
        }
    }

    #[test]
    fn marks_are_round_and_hold_every_change() {
        assert_eq!(marks(&[]), [0.0, 0.5]);
    }
}
