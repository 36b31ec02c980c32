//! What each range of the scenario does alone: a tornado for cost, p99 and timeouts, the range that matters most on top.

use plotters::style::RGBColor;

use super::super::human;
use super::super::sensitivity::{NAMES, ranked};
use super::picture::{Anchor, GRID, INK, Picture, SMALL, SOFT, WIDTH, colour, fit};
use super::tornado::round_marks;
use crate::experiment::Comparison;
use crate::experiment::sensitivity::{MeasureRange, Sensitivity};

/// Where names end, and where the bars may be.
const LABELS: i32 = 330;
const ENDS: (i32, i32) = (LABELS + 20, WIDTH - 50);
/// Height of a bar.
const BAR: i32 = 10;
/// Between the bars of one range and those of the next.
const SPACE: i32 = 14;
/// Above and below the bars of a measure.
const HEAD: i32 = 34;
const FOOT: i32 = 52;
/// More ranges than this matter little.
const SHOWN: usize = 8;

/// The plot; none where no figure of the scenario is a range.
pub(super) fn draw(comparison: &Comparison) -> Option<Picture> {
    let it = comparison.sensitivity.as_ref()?;
    let entries: Vec<(String, RGBColor, (i32, i32))> =
        it.policies.iter().enumerate().map(|(index, policy)| (policy.name.clone(), colour(index), (0, 0))).collect();
    let top = 44 + Picture::new(0, "").legend(44, &entries) + 34;
    let measures: Vec<usize> = (0..NAMES.len()).filter(|measure| moves(it, *measure)).collect();
    let height = |_: &usize| HEAD + rows(it) as i32 * row_height(it) + FOOT;
    let total: i32 = measures.iter().map(height).sum();
    let mut picture = Picture::new(top + total.max(60), &format!("{}: what its ranges do", comparison.about.scenario));
    picture.legend(44, &entries);
    let note = "pale: towards the lower end of a range; full: towards the upper";
    picture.note((20, top - 14), note, Anchor::Left);
    if measures.is_empty() {
        picture.note((WIDTH / 2, top + 30), "no range moves anything", Anchor::Middle);
    }
    let mut at = top;
    for measure in measures {
        panel(&mut picture, it, measure, at);
        at += height(&measure);
    }
    Some(picture)
}

fn rows(it: &Sensitivity) -> usize {
    it.inputs.len().min(SHOWN)
}

fn row_height(it: &Sensitivity) -> i32 {
    (BAR * it.policies.len() as i32).max(SMALL) + SPACE
}

fn ranges(it: &Sensitivity, measure: usize) -> impl Iterator<Item = (usize, &MeasureRange)> {
    it.policies.iter().enumerate().filter_map(move |(index, policy)| Some((index, policy.measures[measure].as_ref()?)))
}

fn moves(it: &Sensitivity, measure: usize) -> bool {
    ranges(it, measure).any(|(_, range)| range.swings.iter().any(|swing| swing.width() > 0.0))
}

/// Shares of the middle where every policy has one, amounts elsewhere (of timeouts always: they are shares already).
fn is_relative(it: &Sensitivity, measure: usize) -> bool {
    measure != 2 && ranges(it, measure).all(|(_, range)| range.middle > 0.0)
}

fn panel(picture: &mut Picture, it: &Sensitivity, measure: usize, top: i32) {
    let relative = is_relative(it, measure);
    let change = |range: &MeasureRange, value: f64| if relative { value / range.middle - 1.0 } else { value - range.middle };
    let inputs: Vec<usize> = ranked(it, measure).into_iter().take(SHOWN).collect();
    let ends = ranges(it, measure)
        .flat_map(|(_, range)| range.swings.iter().flat_map(move |it| [change(range, it.at_low), change(range, it.at_high)]));
    let marks = round_marks(ends);
    let (low, high) = (marks[0], marks[marks.len() - 1]);
    let x = |value: f64| ENDS.0 + ((value.clamp(low, high) - low) / (high - low) * f64::from(ENDS.1 - ENDS.0)).round() as i32;
    let (first, bottom) = (top + HEAD, top + HEAD + inputs.len() as i32 * row_height(it));
    picture.text((20, top + HEAD - 16), &format!("change of {}", NAMES[measure]), SMALL, Anchor::Left, INK);
    for mark in &marks {
        picture.thin((x(*mark), first), (x(*mark), bottom), GRID);
        picture.note((x(*mark), bottom + 14), &signed(*mark), Anchor::Middle);
    }
    for (row, input) in inputs.iter().enumerate() {
        let y = first + row as i32 * row_height(it);
        let label = format!("{} {}", it.inputs[*input].name, it.inputs[*input].text.replace("..", " … "));
        picture.text((LABELS, y + row_height(it) / 2), &fit(&label, SMALL, LABELS - 20), SMALL, Anchor::Right, INK);
        for (policy, range) in ranges(it, measure) {
            let bar = y + SPACE / 2 + policy as i32 * BAR;
            let swing = &range.swings[*input];
            for (value, shade) in [(swing.at_low, pale(colour(policy))), (swing.at_high, colour(policy))] {
                let (from, to) = (x(0.0), x(change(range, value)));
                if from != to {
                    picture.block([(from.min(to), bar + 1), (from.max(to), bar + BAR - 1)], shade);
                }
            }
        }
    }
    picture.thin((x(0.0), first), (x(0.0), bottom), SOFT);
}

fn pale(RGBColor(r, g, b): RGBColor) -> RGBColor {
    let mix = |it: u8| (f64::from(it) * 0.4 + 255.0 * 0.6).round() as u8;
    RGBColor(mix(r), mix(g), mix(b))
}

/// Percent, or percentage points of timeouts.
fn signed(value: f64) -> String {
    let sign = if value > 0.0 {
        "+"
    } else if value < 0.0 {
        "−"
    } else {
        ""
    };
    format!("{sign}{}", human::share(value.abs()))
}
