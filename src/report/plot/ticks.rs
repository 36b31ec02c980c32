//! Where an axis has its marks, and what they say.

use super::super::human;

/// A mark: its value and its label.
pub(super) type Tick = (f64, String);

const MINUTE: f64 = 60.0;
const HOUR: f64 = 3600.0;
const DAY: f64 = 86_400.0;

/// Seconds that people count in, a decade or so apart.
const COARSE_S: [f64; 13] = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0, MINUTE, 600.0, HOUR, 36_000.0, 10.0 * DAY];
/// And those between them.
const FINE_S: [f64; 22] = [
    2e-3,
    5e-3,
    2e-2,
    5e-2,
    0.2,
    0.5,
    2.0,
    5.0,
    20.0,
    30.0,
    120.0,
    300.0,
    1200.0,
    1800.0,
    7200.0,
    14_400.0,
    21_600.0,
    43_200.0,
    DAY,
    2.0 * DAY,
    5.0 * DAY,
    20.0 * DAY,
];

/// The least coarse mark that is not below `seconds`.
pub(super) fn round_up(seconds: f64) -> f64 {
    COARSE_S.into_iter().find(|mark| *mark >= seconds).unwrap_or(seconds)
}

/// The greatest coarse mark that is not above `seconds`.
pub(super) fn round_down(seconds: f64) -> f64 {
    COARSE_S.into_iter().rev().find(|mark| *mark <= seconds).unwrap_or(seconds)
}

/// Marks of a logarithmic axis of durations: the fine ones where the range is short.
pub(super) fn durations(low_s: f64, high_s: f64) -> Vec<Tick> {
    let within = |marks: &[f64]| marks.iter().copied().filter(|mark| (low_s..=high_s).contains(mark)).collect::<Vec<_>>();
    let mut marks = within(&COARSE_S);
    if marks.len() < 4 {
        marks.extend(within(&FINE_S));
        marks.sort_by(f64::total_cmp);
    }
    marks.into_iter().map(|mark| (mark, human::seconds(mark))).collect()
}

/// Marks at round numbers from 0 to at least `high`, about `wanted` of them.
pub(super) fn linear(high: f64, wanted: f64) -> Vec<Tick> {
    let step = round_step(if high > 0.0 { high / wanted } else { 1.0 / wanted });
    let count = (high / step).ceil().max(1.0) as u32;
    let decimals = (-libm::floor(libm::log10(step) + 1e-9)).max(0.0) as usize;
    (0..=count).map(|index| (f64::from(index) * step, human::fixed(f64::from(index) * step, decimals))).collect()
}

/// Whole numbers only.
pub(super) fn whole(high: f64, wanted: f64) -> Vec<Tick> {
    let ticks = linear(high, wanted);
    if ticks.get(1).is_some_and(|tick| tick.0 < 1.0) { linear(high.max(1.0).ceil(), high.max(1.0).ceil()) } else { ticks }
}

/// 1, 2 or 5 times a power of ten, at least `step`.
fn round_step(step: f64) -> f64 {
    let power = libm::exp10(libm::floor(libm::log10(step)));
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * power).find(|rounded| *rounded >= step * 0.999).unwrap_or(step)
}

/// Moments of a run, from its start: every so many seconds, minutes, hours or days.
pub(super) fn moments(horizon_s: f64) -> Vec<Tick> {
    const STEPS: [(f64, f64, &str); 4] = [(DAY, DAY, "d"), (HOUR, HOUR, "h"), (MINUTE, MINUTE, "min"), (0.0, 1.0, "s")];
    const NICE: [f64; 16] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 10.0, 12.0, 15.0, 20.0, 24.0, 30.0, 50.0, 60.0, 100.0, 200.0];
    let (_, unit, name) = STEPS.into_iter().find(|(least, ..)| horizon_s >= 3.0 * least).expect("the last takes all");
    let length = horizon_s / unit;
    let step = NICE.into_iter().find(|step| length / step <= 8.5).unwrap_or_else(|| round_step(length / 8.0));
    (0..=(length / step + 1e-9) as u32).map(|index| f64::from(index) * step).map(|at| (at * unit, format!("{at} {name}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ticks: &[Tick], expected: &str) {
        assert_eq!(ticks.iter().map(|(_, label)| label.as_str()).collect::<Vec<_>>().join("|"), expected);
    }

    #[test]
    fn durations_are_named_as_people_say_them() {
        check(&durations(1e-3, 600.0), "1 ms|10 ms|100 ms|1 s|10 s|1 min|10 min");
        check(&durations(0.3, 4.0), "500 ms|1 s|2 s");
    }

    #[test]
    fn linear_marks_are_round() {
        check(&linear(17.3, 5.0), "0|5|10|15|20");
        check(&linear(0.03, 3.0), "0.00|0.01|0.02|0.03");
        check(&whole(2.0, 4.0), "0|1|2");
        check(&whole(0.0, 4.0), "0|1");
    }

    #[test]
    fn moments_of_a_run() {
        check(&moments(172_800.0), "0 h|6 h|12 h|18 h|24 h|30 h|36 h|42 h|48 h");
        check(&moments(604_800.0), "0 d|1 d|2 d|3 d|4 d|5 d|6 d|7 d");
        check(&moments(90.0), "0 s|12 s|24 s|36 s|48 s|60 s|72 s|84 s");
    }
}
