//! The bill of every policy as a stacked bar: what the money bought, standard instances, then reserves, then the rest.

use plotters::style::RGBColor;

use super::super::human;
use super::picture::{Anchor, GRID, INK, PAPER, Picture, SMALL, WIDTH, fit, text_width};
use super::tornado::round_marks;
use crate::experiment::{Comparison, PolicyResult};

/// Height of a bar with the space around it.
const BAR: i32 = 38;
/// Where names end, and where bars may be; beyond them stand the totals.
const NAMES: i32 = 200;
const ENDS: (i32, i32) = (NAMES + 20, WIDTH - 110);

/// What stands on a bill, in the order of the bars, with its colour: blue for standard instances, green for reserves, orange and
/// purple for what else there is. A line that is not here is drawn grey.
const LINES: [(&str, RGBColor); 20] = [
    ("serving", RGBColor(0, 90, 150)),
    ("idle", RGBColor(120, 180, 222)),
    ("starting", RGBColor(20, 40, 80)),
    ("overlap", RGBColor(60, 130, 190)),
    ("drained", RGBColor(90, 110, 160)),
    ("rounding", RGBColor(190, 212, 230)),
    ("reserve-serving", RGBColor(0, 120, 88)),
    ("reserve-idle", RGBColor(120, 205, 175)),
    ("reserve-starting", RGBColor(0, 70, 50)),
    ("reserve-overlap", RGBColor(50, 165, 125)),
    ("reserve-drained", RGBColor(85, 140, 120)),
    ("reserve-rounding", RGBColor(190, 228, 214)),
    ("credits-surcharge", RGBColor(213, 94, 0)),
    ("requests", RGBColor(230, 159, 0)),
    ("gateway", RGBColor(204, 121, 167)),
    ("control-plane", RGBColor(150, 70, 120)),
    ("nodes", RGBColor(228, 186, 210)),
    ("tiers", RGBColor(150, 150, 150)),
    ("free-grant", RGBColor(205, 205, 205)),
    ("other", RGBColor(105, 105, 105)),
];

/// The plot.
pub(super) fn draw(comparison: &Comparison) -> Picture {
    let bills: Vec<Vec<f64>> = comparison.policies.iter().map(bill).collect();
    let shown: Vec<usize> = (0..LINES.len()).filter(|line| bills.iter().any(|bill| bill[*line] != 0.0)).collect();
    let mut probe = Picture::new(0, "");
    let top = 44 + legend(&mut probe, &shown) + 20;
    let bottom = top + BAR * bills.len() as i32;
    let mut picture = Picture::new(bottom + 66, &format!("{}: what the money bought", comparison.about.scenario));
    legend(&mut picture, &shown);
    let axis = Axis::of(&bills);
    axis.draw(&mut picture, top, bottom);
    for (index, (policy, bill)) in comparison.policies.iter().zip(&bills).enumerate() {
        let y = top + BAR * index as i32;
        picture.text((NAMES, y + BAR / 2), &fit(&policy.name, SMALL, NAMES - 20), SMALL, Anchor::Right, INK);
        stack(&mut picture, &axis, bill, y);
    }
    picture.thin((axis.x(0.0), top), (axis.x(0.0), bottom), INK);
    let caption = format!("cost of a run, {}", comparison.about.currency);
    picture.text(((ENDS.0 + ENDS.1) / 2, bottom + 42), &caption, SMALL, Anchor::Middle, INK);
    picture
}

/// The amounts of a policy's bill, line by line of [`LINES`].
fn bill(policy: &PolicyResult) -> Vec<f64> {
    let mut amounts = vec![0.0; LINES.len()];
    for line in &policy.cost_lines {
        let known = LINES.iter().position(|(name, _)| *name == line.line).unwrap_or(LINES.len() - 1);
        amounts[known] += line.amount;
    }
    amounts
}

/// Amounts to pixels.
struct Axis {
    marks: Vec<f64>,
}

impl Axis {
    /// What is added to bars stands right of zero, what a grant or a tier takes off left of it.
    fn of(bills: &[Vec<f64>]) -> Axis {
        let side = |sign: f64| bills.iter().map(move |bill| bill.iter().map(|it| (it * sign).max(0.0)).sum::<f64>() * sign);
        Axis { marks: round_marks(side(1.0).chain(side(-1.0))) }
    }

    fn x(&self, value: f64) -> i32 {
        let (low, high) = (self.marks[0], self.marks[self.marks.len() - 1]);
        ENDS.0 + ((value.clamp(low, high) - low) / (high - low) * f64::from(ENDS.1 - ENDS.0)).round() as i32
    }

    fn draw(&self, picture: &mut Picture, top: i32, bottom: i32) {
        for mark in &self.marks {
            picture.thin((self.x(*mark), top), (self.x(*mark), bottom), GRID);
            picture.note((self.x(*mark), bottom + 16), &amount(*mark), Anchor::Middle);
        }
    }
}

fn amount(value: f64) -> String {
    let text = human::fixed(value, 6);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Parts side by side, and their sum behind them.
fn stack(picture: &mut Picture, axis: &Axis, bill: &[f64], y: i32) {
    let (mut right, mut left) = (0.0, 0.0);
    for (amount, (_, colour)) in bill.iter().zip(LINES) {
        let side = if *amount >= 0.0 { &mut right } else { &mut left };
        let (from, to) = (axis.x(*side), axis.x(*side + amount));
        *side += amount;
        if from != to {
            picture.block([(from.min(to), y + 7), (from.max(to), y + BAR - 7)], colour);
        }
    }
    let (text, x) = (human::plain_amount(right + left), axis.x(right) + 8);
    picture.block([(x - 2, y + 10), (x + text_width(&text, SMALL) + 2, y + BAR - 10)], PAPER);
    picture.note((x, y + BAR / 2), &text, Anchor::Left);
}

/// Squares with names, in as many rows as they need; returns the height of that.
fn legend(picture: &mut Picture, shown: &[usize]) -> i32 {
    const LINE: i32 = 22;
    let (mut x, mut y) = (20, 44 + LINE / 2);
    for (name, colour) in shown.iter().map(|line| LINES[*line]) {
        let width = 18 + text_width(name, SMALL) + 22;
        if x > 20 && x + width > WIDTH {
            (x, y) = (20, y + LINE);
        }
        picture.block([(x, y - 6), (x + 12, y + 6)], colour);
        picture.text((x + 18, y), name, SMALL, Anchor::Left, INK);
        x += width;
    }
    y + LINE / 2 - 44
}

#[cfg(test)]
mod tests {
    use super::super::super::sample;
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_bill() {
        let comparison = sample::policies(4);
        for policy in &comparison.policies {
            let lines: f64 = policy.cost_lines.iter().map(|line| line.amount).sum();
            assert!((bill(policy).iter().sum::<f64>() - lines).abs() < 1e-9);
        }
    }
}
