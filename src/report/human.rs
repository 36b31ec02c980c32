//! Numbers as a person reads them: `12 ms`, `3 min 20 s`, `0.4 %`, `1,234`, `12.34 ± 0.12`.
//!
//! Rounds for reading. Data formats (`json`, `*_csv`) do not come here: they write every digit.

use crate::experiment::Estimate;

/// What stands where a figure does not exist.
pub(super) const NONE: &str = "–";

/// Decimals that show `value` with so many significant digits.
fn decimals(value: f64, digits: i32) -> usize {
    if value == 0.0 { 0 } else { (digits - 1 - libm::floor(libm::log10(value.abs())) as i32).clamp(0, 12) as usize }
}

/// With so many digits after the point, thousands apart, and a true minus sign.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let negative = value < 0.0 && text.chars().any(|c| ('1'..='9').contains(&c));
    format!("{}{grouped}{rest}", if negative { "−" } else { "" })
}

/// With so many significant digits, but no zeros that say nothing, nor more than `most` decimals.
fn short(value: f64, digits: i32, most: usize) -> String {
    let text = fixed(value, decimals(value, digits).min(most));
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Rounded to so many significant digits.
pub(super) fn significant(value: f64, digits: i32) -> f64 {
    format!("{value:.0$e}", digits.max(1) as usize - 1).parse().expect("a float that was just written")
}

/// A number of things: whole numbers whole, means with a decimal or two.
pub(super) fn count(value: f64) -> String {
    short(value, 3, 2)
}

/// A duration in its natural unit, with three significant digits below a minute.
pub(super) fn seconds(seconds: f64) -> String {
    seconds_to(seconds, 3)
}

/// A duration with three significant digits, or two where its interval says that the third is noise.
pub(super) fn seconds_worth(estimate: &Estimate) -> String {
    let noisy = half(estimate).is_some_and(|half| half > 0.05 * estimate.point);
    seconds_to(estimate.point, if noisy { 2 } else { 3 })
}

fn seconds_to(seconds: f64, digits: i32) -> String {
    if seconds == 0.0 {
        return "0 s".to_owned();
    }
    let rounded = significant(seconds, digits);
    let (unit, name) = if rounded >= 60.0 {
        return minutes(seconds);
    } else if rounded >= 1.0 {
        (1.0, "s")
    } else if rounded >= 1e-3 {
        (1e-3, "ms")
    } else {
        (1e-6, "µs")
    };
    let value = rounded / unit;
    format!("{} {name}", short(value, digits, 2))
}

/// The two largest of days, hours, minutes and seconds.
fn minutes(seconds: f64) -> String {
    let grain = if seconds >= 86_400.0 {
        3600.0
    } else if seconds >= 3600.0 {
        60.0
    } else {
        1.0
    };
    let total = ((seconds / grain).round() * grain) as u64;
    let parts = [(total / 86_400, "d"), (total / 3600 % 24, "h"), (total / 60 % 60, "min"), (total % 60, "s")];
    let words = parts.iter().skip_while(|(n, _)| *n == 0).take(2).filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n} {unit}"));
    words.collect::<Vec<_>>().join(" ")
}

/// A share of a whole in percent. Never rounds something to nothing, nor almost all to all.
pub(super) fn share(share: f64) -> String {
    let percent = share * 100.0;
    let size = percent.abs();
    match size {
        0.0 => "0 %".to_owned(),
        _ if size < 0.001 => "< 0.001 %".to_owned(),
        _ if size > 99.999 && size < 100.0 => "> 99.999 %".to_owned(),
        _ if size > 99.5 && size < 100.0 => format!("{} %", short(percent, 2 + decimals(100.0 - size, 1) as i32, 3)),
        _ => format!("{} %", short(percent, 2, 3)),
    }
}

/// A value with half its interval's width, both to the digits the interval is worth: `12.34 ± 0.12`.
///
/// `least` decimals are always written, `most` where there is no interval.
pub(super) fn with_interval(value: f64, half: Option<f64>, least: usize, most: usize) -> String {
    let noise = value.abs() * 1e-9;
    match half {
        Some(half) if half > noise => {
            let digits = if significant(half, 2) / libm::exp10(libm::floor(libm::log10(half))) < 2.95 { 2 } else { 1 };
            // Nobody reads a sixth digit, however sure it is.
            let shown = decimals(half, digits).min(decimals(value, 5)).max(least);
            format!("{} ± {}", fixed(value, shown), fixed(half, shown))
        }
        Some(_) => format!("{} ± 0", fixed(value, most)),
        None => fixed(value, most),
    }
}

/// Half the width of an estimate's interval; nothing with a single replication.
pub(super) fn half(estimate: &Estimate) -> Option<f64> {
    Some(estimate.half_width()).filter(|half| estimate.has_interval() && half.is_finite())
}

/// An amount of money, without its currency.
pub(super) fn amount(estimate: &Estimate) -> String {
    let least = if estimate.point.abs() < 10_000.0 { 2 } else { 0 };
    with_interval(estimate.point, half(estimate), least, decimals(estimate.point, 3).max(least))
}

/// An amount of money that has no interval, without its currency.
pub(super) fn plain_amount(value: f64) -> String {
    fixed(value, decimals(value, 3).clamp(2, 6))
}

/// A relative change in percent with its interval: `61 % ± 2 %`.
pub(super) fn percent(share: f64, half: Option<f64>) -> String {
    let most = decimals(share * 100.0, 2).min(2);
    let text = with_interval(share * 100.0, half.map(|half| half * 100.0), 0, most);
    match text.split_once(" ± ") {
        Some((value, half)) => format!("{value} % ± {half} %"),
        None => format!("{text} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_naturally() {
        let cases = [
            (0.0, "0 s"),
            (0.000_012, "12 µs"),
            (0.012, "12 ms"),
            (0.0123, "12.3 ms"),
            (0.9996, "1 s"),
            (1.24, "1.24 s"),
            (59.97, "1 min"),
            (200.0, "3 min 20 s"),
            (3599.6, "1 h"),
            (7500.0, "2 h 5 min"),
            (180_000.0, "2 d 2 h"),
        ];
        for (value, text) in cases {
            assert_eq!(seconds(value), text, "{value} s");
        }
    }

    #[test]
    fn shares_never_round_to_nothing_or_to_all() {
        let cases = [
            (0.0, "0 %"),
            (0.004, "0.4 %"),
            (0.0041, "0.41 %"),
            (0.05, "5 %"),
            (0.614, "61 %"),
            (0.000_000_1, "< 0.001 %"),
            (0.9996, "99.96 %"),
            (0.999_999_9, "> 99.999 %"),
            (1.0, "100 %"),
        ];
        for (value, text) in cases {
            assert_eq!(share(value), text, "{value}");
        }
    }

    #[test]
    fn counts_are_grouped() {
        let cases =
            [(0.0, "0"), (12.0, "12"), (1234.4, "1,234"), (1_234_567.0, "1,234,567"), (0.524_1, "0.52"), (12.34, "12.3"), (0.3, "0.3")];
        for (value, text) in cases {
            assert_eq!(count(value), text, "{value}");
        }
    }

    #[test]
    fn digits_are_those_the_interval_is_worth() {
        assert_eq!(with_interval(12.3456, Some(0.1234), 2, 2), "12.35 ± 0.12");
        assert_eq!(with_interval(12_345.6, Some(431.0), 0, 2), "12,346 ± 431");
        assert_eq!(percent(-0.6123, Some(0.021)), "−61.2 % ± 2.1 %");
        assert_eq!(percent(0.6123, Some(0.034)), "61 % ± 3 %");
        assert_eq!(percent(0.6123, None), "61 %");
        assert_eq!(with_interval(5.0, Some(0.0), 2, 2), "5.00 ± 0");
    }
}
