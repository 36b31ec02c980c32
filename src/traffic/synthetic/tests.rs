//! Every law against its closed form.

use crate::traffic::testing::times;

/// Arrivals in each window of `width` seconds.
fn counted(yaml: &str, width: f64, windows: usize) -> Vec<f64> {
    let mut counts = vec![0.0; windows];
    for at in times(yaml, width * windows as f64) {
        counts[(at / width) as usize] += 1.0;
    }
    counts
}

fn mean(counts: &[f64]) -> f64 {
    counts.iter().sum::<f64>() / counts.len() as f64
}

fn variance(counts: &[f64]) -> f64 {
    let mean = mean(counts);
    counts.iter().map(|count| (count - mean) * (count - mean)).sum::<f64>() / (counts.len() - 1) as f64
}

/// Each window's count is Poisson with the expected mean, within four standard deviations and a half.
#[track_caller]
fn check_windows(yaml: &str, width: f64, expected: &[f64]) {
    for (i, (count, mean)) in counted(yaml, width, expected.len()).iter().zip(expected).enumerate() {
        assert!((count - mean).abs() <= 4.5 * mean.sqrt() + 1e-9, "{yaml}: window {i} has {count}, expected {mean}");
    }
}

/// The mean rate, within 4 % of it.
#[track_caller]
fn check_mean(yaml: &str, seconds: f64, per_second: f64) {
    let rate = times(yaml, seconds).len() as f64 / seconds;
    assert!((rate / per_second - 1.0).abs() < 0.04, "{yaml}: {rate}/s, expected {per_second}/s");
}

#[test]
fn poisson_counts_have_the_mean_and_variance_of_poisson() {
    let counts = counted("[{ poisson: { rate: 20/s } }]", 1.0, 20_000);
    assert!((mean(&counts) - 20.0).abs() < 4.0 * (20.0_f64 / 20_000.0).sqrt(), "mean {}", mean(&counts));
    assert!((variance(&counts) / 20.0 - 1.0).abs() < 0.05, "variance {}", variance(&counts));
    check_mean("[{ poisson: { rate: 20/s }, scale: 2.5 }]", 10_000.0, 50.0);
}

#[test]
fn silence_is_silent() {
    for source in [
        "poisson: { rate: 0/s }",
        "constant: { rate: 0/s }",
        "bursts: { on-rate: 0/s, on: 1s, off: 1s }",
        "ramp: { from: 0/s, to: 0/s, over: 1m }",
    ] {
        assert_eq!(times(&format!("[{{ {source} }}]"), 1e9), [] as [f64; 0]);
    }
    assert_eq!(times("[{ diurnal: { mean: 0/s, trough: 0, peak-at: '14:00' } }]", 1e9), [] as [f64; 0]);
}

#[test]
fn constant_is_equidistant_and_does_not_drift() {
    assert_eq!(times("[{ constant: { rate: 4/s } }]", 1.1), [0.25, 0.5, 0.75, 1.0]);
    let thirds = times("[{ constant: { rate: 3/s } }]", 1_000_000.1);
    assert_eq!((thirds.len(), thirds[2_999_999]), (3_000_000, 1_000_000.0));
}

#[test]
fn diurnal_hours_are_a_raised_cosine() {
    let expected: Vec<f64> = (0..48)
        .map(|hour| {
            let angle = |hour: f64| (hour - 14.0) * std::f64::consts::TAU / 24.0;
            let (from, to) = (angle(f64::from(hour)), angle(f64::from(hour + 1)));
            3600.0 * (1.0 + 0.9 * (libm::sin(to) - libm::sin(from)) / (to - from))
        })
        .collect();
    check_windows("[{ diurnal: { mean: 1/s, trough: 10%, peak-at: '14:00' } }]", 3600.0, &expected);
}

#[test]
fn curve_hours_and_days_keep_the_mean() {
    let hours = "[0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 4, 4, 4, 4, 4, 4, 4, 3, 2, 1, 1, 1, 1, 1]";
    let weights: Vec<f64> = hours.trim_matches(['[', ']']).split(", ").map(|hour| hour.parse().unwrap()).collect();
    let day: Vec<f64> = weights.iter().map(|weight| weight * 3600.0 * 24.0 / 48.0).collect();
    check_windows(&format!("[{{ curve: {{ mean: 1/s, hours: {hours} }} }}]"), 3600.0, &[day.clone(), day.clone()].concat());
    let week: Vec<f64> =
        [1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.0].iter().flat_map(|share| day.iter().map(move |hour| hour * share * 7.0 / 5.5)).collect();
    let yaml = format!("[{{ curve: {{ mean: 1/s, hours: {hours}, days: [2, 2, 2, 2, 2, 1, 0] }} }}]");
    check_windows(&yaml, 3600.0, &week);
    let yaml = format!("[{{ curve: {{ mean: 1/s, hours: {hours}, days: [2, 2, 2, 2, 2, 1, 0], starts-at: 'Sat 12:30' }} }}]");
    let from_saturday: Vec<f64> = (0..48).map(|i| f64::midpoint(week[(132 + i) % 168], week[(133 + i) % 168])).collect();
    check_windows(&yaml, 3600.0, &from_saturday);
}

#[test]
fn bursts_and_mmpp_have_their_mean_rate() {
    let exponential = "on: { exponential: { mean: 10s } }, off: { exponential: { mean: 40s } }";
    check_mean(&format!("[{{ bursts: {{ on-rate: 10/s, {exponential} }} }}]"), 500_000.0, 2.0);
    check_mean("[{ bursts: { on-rate: 10/s, off-rate: 1/s, on: 10s, off: 40s } }]", 50_000.0, 2.8);
    check_mean("[{ mmpp: { states: [{ rate: 1/s, mean: 60s }, { rate: 10/s, mean: 20s }, { rate: 0/s, mean: 20s }] } }]", 500_000.0, 2.6);
}

/// Var/mean of counts in windows t of an MMPP-2 (Fischer and Meier-Hellstern 1993): far above Poisson's 1.
#[test]
fn bursts_are_bursty() {
    let counts =
        counted("[{ bursts: { on-rate: 10/s, on: { exponential: { mean: 10s } }, off: { exponential: { mean: 40s } } } }]", 10.0, 50_000);
    // 1 + 2·λ²·πon·πoff/(r1+r2)·(1 − (1 − e^{−rt})/(rt)) / mean rate, with r = 1/10 + 1/40 and t = 10 s.
    let r: f64 = 0.125;
    let exact = 1.0 + 2.0 * 100.0 * 0.16 / r * (1.0 - (1.0 - libm::exp(-r * 10.0)) / (r * 10.0)) / 2.0;
    let index = variance(&counts) / mean(&counts);
    assert!((index / exact - 1.0).abs() < 0.05, "index of dispersion {index}, exact {exact}");
}

#[test]
fn ramps_rise_fall_and_stay() {
    check_windows("[{ ramp: { from: 10/s, to: 30/s, over: 400s } }]", 100.0, &[1250.0, 1750.0, 2250.0, 2750.0, 3000.0, 3000.0]);
    check_windows("[{ ramp: { from: 20/s, to: 0/s, over: 400s } }]", 100.0, &[1750.0, 1250.0, 750.0, 250.0, 0.0, 0.0]);
    check_windows("[{ ramp: { from: 0/s, to: 20/s, over: 200s } }]", 100.0, &[500.0, 1500.0, 2000.0]);
}

#[test]
fn spikes_stay_in_their_window() {
    check_windows("[{ spike: { rate: 50/s, at: 2m, for: 30s } }]", 30.0, &[0.0, 0.0, 0.0, 0.0, 1500.0, 0.0, 0.0]);
}

#[test]
fn timers_are_exact_and_jitter_is_bounded() {
    assert_eq!(times("[{ timer: { every: 1m, phase: 5s } }]", 200.0), [5.0, 65.0, 125.0, 185.0]);
    let late: Vec<f64> = times("[{ timer: { every: 10s, jitter: 4s } }]", 100_000.0).iter().map(|at| at % 10.0).collect();
    assert_eq!(late.len(), 10_000);
    assert!(late.iter().all(|late| *late <= 4.0));
    assert!((mean(&late) - 2.0).abs() < 0.05);
}

#[test]
fn batches_come_together() {
    assert_eq!(times("[{ batch: { every: 10s, size: 3 } }]", 21.0), [10.0, 10.0, 10.0, 20.0, 20.0, 20.0]);
    check_mean("[{ batch: { every: { exponential: { mean: 10s } }, mean-size: 5 } }]", 500_000.0, 0.5);
    check_mean("[{ batch: { every: 10s, min-size: 2, max-size: 6 } }]", 500_000.0, 0.4);
    check_mean("[{ batch: { every: 10s, mean-size: 1 }, scale: 2 }]", 500_000.0, 0.2);
}
