//! Lists, modifiers, and what is true of every source.

use proptest::prelude::*;

use super::testing::{arrivals, files, specs, times, try_load, workload};
use super::{Arrival, SOURCES, SourceSpec};
use crate::engine::Streams;
use crate::units::SimTime;

#[track_caller]
fn check(yaml: &str, expected: &[f64]) {
    assert_eq!(times(yaml, 1e9), expected, "{yaml}");
}

#[test]
fn modifiers_on_a_timer() {
    let clipped = |rest: &str| format!("[{{ timer: {{ every: 10s }}, clip: {{ until: 40s }}{rest} }}]");
    check(&clipped(""), &[0.0, 10.0, 20.0, 30.0]);
    check(&clipped(", scale: 2"), &[0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0]);
    check(&clipped(", scale: 0"), &[]);
    check(&clipped(", thin: 0%"), &[]);
    check(&clipped(", thin: 100%, shift: 1m"), &[60.0, 70.0, 80.0, 90.0]);
    check(&clipped(", repeat: { every: 100s, times: 2 }"), &[0.0, 10.0, 20.0, 30.0, 100.0, 110.0, 120.0, 130.0]);
    check(&clipped(", repeat: { every: 15s, times: 2 }, shift: 1s"), &[1.0, 11.0, 16.0, 26.0]);
    check("[{ timer: { every: 10s }, clip: { from: 15s, until: 40s } }]", &[20.0, 30.0]);
    check("[{ timer: { every: 10s }, clip: { from: 15s, until: 40s, move-to-start: true } }]", &[5.0, 15.0]);
    let moved = "[{ timer: { every: 10s }, clip: { from: 15s, until: 40s, move-to-start: true }, repeat: { every: 20s, times: 2 } }]";
    check(moved, &[5.0, 15.0, 25.0, 35.0]);
}

#[test]
fn sources_add_up_in_the_order_of_the_list() {
    let yaml =
        "[{ timer: { every: 10s }, clip: { until: 20s } }, { csv: { file: a.csv } }, { timer: { every: 10s }, clip: { until: 11s } }]";
    let workload = try_load(yaml, &files(&[("a.csv", "timestamp,duration\n5,1\n10,2\n")])).unwrap();
    let list: Vec<(f64, bool)> = arrivals(&workload, 0, 1, 1e9).iter().map(|it| (it.at.as_secs_f64(), it.demand.is_some())).collect();
    assert_eq!(list, [(0.0, false), (0.0, false), (5.0, true), (10.0, false), (10.0, true), (10.0, false)]);
    assert_eq!(workload.functions().len(), 1);
    assert_eq!(workload.span().unwrap().to_string(), "11s");
}

#[test]
fn an_empty_list_is_silence() {
    let silent = workload("[]");
    assert_eq!(silent.functions().len(), 1);
    assert!(arrivals(&silent, 0, 1, 1e9).is_empty());
    assert_eq!(silent.span(), None);
}

/// A source that is added, thinned or repeated changes no draw of the others nor of itself.
#[test]
fn modifiers_do_not_disturb_draws() {
    let plain = times("[{ poisson: { rate: 5/s } }]", 1000.0);
    let thinned = times("[{ poisson: { rate: 5/s }, thin: 30% }]", 1000.0);
    assert!(thinned.iter().all(|at| plain.contains(at)));
    assert!((thinned.len() as f64 - 1500.0).abs() < 4.0 * 1500.0_f64.sqrt(), "{}", thinned.len());
    let repeated = times("[{ poisson: { rate: 5/s }, repeat: { every: 1000s, times: 2 } }]", 2000.0);
    assert_eq!(repeated[..plain.len()], plain);
    assert_ne!(repeated.len(), 2 * plain.len(), "each repetition is drawn anew");
    let both = times("[{ poisson: { rate: 5/s } }, { poisson: { rate: 5/s } }]", 1000.0);
    assert!(plain.iter().all(|at| both.contains(at)));
    assert!(both.len() as f64 > 1.9 * plain.len() as f64);
}

#[track_caller]
fn check_refused(yaml: &str, path: &str, word: &str) {
    let problems: Vec<_> = specs(yaml).iter().flat_map(SourceSpec::check).collect();
    let found = problems.iter().any(|it| it.path == path && it.message.contains(word));
    assert!(found, "{yaml}: no problem at `{path}` with `{word}` in {problems:#?}");
    assert!(try_load(yaml, &files::<&str>(&[])).is_err(), "load does not panic either");
}

#[test]
fn impossible_sources_are_refused() {
    check_refused("[{}]", "", "none is given");
    check_refused("[{ scale: 2 }]", "", "none is given");
    check_refused("[{ poisson: { rate: 1/s }, constant: { rate: 1/s } }]", "", "2 kinds");
    check_refused("[{ poisson: { rate: 2000000/s } }]", "poisson.rate", "million");
    check_refused("[{ poisson: { rate: 1/s }, scale: -1 }]", "scale", "factor");
    check_refused("[{ poisson: { rate: 1/s }, scale: .nan }]", "scale", "factor");
    check_refused("[{ poisson: { rate: 1/s }, clip: { from: 2h, until: 1h } }]", "clip", "nothing is left");
    check_refused("[{ poisson: { rate: 1/s }, repeat: { every: 1ms, times: 3 } }]", "repeat.every", "too short");
    check_refused("[{ poisson: { rate: 1/s }, repeat: { every: 1d, times: 0 } }]", "repeat.times", "0 times");
    check_refused("[{ curve: { mean: 1/s, hours: [1, 2] } }]", "curve.hours", "needs 24");
    let zeros = format!("[{{ curve: {{ mean: 1/s, hours: {:?} }} }}]", [0; 24]);
    check_refused(&zeros, "curve.hours", "all weights are 0");
    check_refused("[{ bursts: { on-rate: 1/s, on: 0s, off: 10s } }]", "bursts.on", "millisecond");
    check_refused("[{ bursts: { on-rate: 1/s, on: { gamma: { mean: 1s, cv: 0 } }, off: 10s } }]", "bursts.on.gamma", "above 0");
    check_refused("[{ mmpp: { states: [{ rate: 1/s, mean: 1s }] } }]", "mmpp.states", "two or more");
    check_refused("[{ mmpp: { states: [{ rate: 1/s, mean: 0s }, { rate: 1/s, mean: 1s }] } }]", "mmpp.states.0.mean", "millisecond");
    check_refused("[{ ramp: { from: 1/s, to: 2/s, over: 0s } }]", "ramp.over", "step");
    check_refused("[{ spike: { rate: 1/s, at: 1s, for: 0s } }]", "spike.for", "nothing");
    check_refused("[{ timer: { every: 0s } }]", "timer.every", "no end in sight");
    check_refused("[{ timer: { every: 1s, jitter: 2s } }]", "timer.jitter", "longer than 1s");
    check_refused("[{ batch: { every: 1s } }]", "batch", "either");
    check_refused("[{ batch: { every: 1s, size: 0 } }]", "batch", "at least 1");
    check_refused("[{ batch: { every: 1s, mean-size: 0.5 } }]", "batch.mean-size", "between 1");
    check_refused("[{ azure-2019: {} }]", "azure-2019", "no file");
    check_refused("[{ azure-2019: { folder: a, invocations: b } }]", "azure-2019.folder", "folder");
    check_refused("[{ csv: { file: '' } }]", "csv.file", "no file");
}

#[test]
fn unknown_keys_name_the_known_ones() {
    let error = serde_saphyr::from_str::<Vec<SourceSpec>>("[{ poison: { rate: 1/s } }]").unwrap_err().to_string();
    assert!(error.contains("poison") && error.contains("poisson"), "{error}");
    let error = serde_saphyr::from_str::<Vec<SourceSpec>>("[{ poisson: { rate: -1/s } }]").unwrap_err().to_string();
    assert!(error.contains("negative"), "{error}");
}

#[test]
fn every_kind_of_the_table_is_in_the_schema() {
    let schema = serde_json::to_value(schemars::schema_for!(SourceSpec)).unwrap();
    for (key, summary) in SOURCES {
        assert!(schema["properties"].get(key).is_some(), "{key} is not in the schema");
        assert!(summary.trim().ends_with('.'), "{key}: `{summary}`");
    }
}

/// Any synthetic source.
fn any_source() -> impl Strategy<Value = String> {
    let ms = 1000_u32..100_000;
    let rate = (0_u32..2000).prop_map(|rate| format!("{rate}/min"));
    prop_oneof![
        rate.clone().prop_map(|rate| format!("poisson: {{ rate: {rate} }}")),
        rate.clone().prop_map(|rate| format!("constant: {{ rate: {rate} }}")),
        (rate.clone(), 0..101).prop_map(|(rate, low)| format!("diurnal: {{ mean: {rate}, trough: {low}%, peak-at: '14:00' }}")),
        (rate.clone(), ms.clone(), ms.clone())
            .prop_map(|(rate, on, off)| format!("bursts: {{ on-rate: {rate}, on: {on}ms, off: {{ exponential: {{ mean: {off}ms }} }} }}")),
        (rate.clone(), rate.clone(), ms.clone()).prop_map(|(from, to, over)| format!("ramp: {{ from: {from}, to: {to}, over: {over}ms }}")),
        (rate, ms.clone(), ms.clone()).prop_map(|(rate, at, lasts)| format!("spike: {{ rate: {rate}, at: {at}ms, for: {lasts}ms }}")),
        (ms.clone(), 0..100_u32).prop_map(|(every, late)| format!("timer: {{ every: {every}ms, jitter: {}us }}", every * 10 * late)),
        (ms, 1..9_u32).prop_map(|(every, mean)| format!("batch: {{ every: {{ exponential: {{ mean: {every}ms }} }}, mean-size: {mean} }}")),
    ]
}

fn any_modifiers() -> impl Strategy<Value = String> {
    let clip =
        prop_oneof![Just(String::new()), (0..50_u32, 1..900_u32).prop_map(|(a, n)| format!(", clip: {{ from: {a}s, until: {}s }}", a + n))];
    let repeat =
        prop_oneof![Just(String::new()), (1..400_u32, 1..4_u32).prop_map(|(s, n)| format!(", repeat: {{ every: {s}s, times: {n} }}"))];
    (0..300_u32, 5..101_u32, clip, repeat, 0..1000_u32).prop_map(|(scale, thin, clip, repeat, shift)| {
        format!(", scale: {}, thin: {thin}%{clip}{repeat}, shift: {shift}ms", f64::from(scale) / 100.0)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// In order, and the same again from the same streams.
    #[test]
    fn arrivals_are_in_order_and_repeatable(list in prop::collection::vec((any_source(), any_modifiers()), 1..4), seed in 0_u64..1000) {
        let entries: Vec<String> = list.iter().map(|(source, modifiers)| format!("{{ {source}{modifiers} }}")).collect();
        let workload = workload(&format!("[{}]", entries.join(", ")));
        let streams = Streams::new(seed, 3);
        let first: Vec<Arrival> = workload.arrivals(0, streams).take_while(|it| it.at < SimTime::from_secs(3000)).collect();
        let second: Vec<Arrival> = workload.arrivals(0, streams).take_while(|it| it.at < SimTime::from_secs(3000)).collect();
        prop_assert!(first.is_sorted_by_key(|arrival| arrival.at));
        prop_assert_eq!(first, second);
    }
}
