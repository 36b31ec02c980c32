//! The small functions (`pure`).

use coldcast::autoscaler::kpa::activators::{Slice, activator_capacity, activator_count};
use coldcast::autoscaler::kpa::delay::SlidingMax;
use coldcast::autoscaler::kpa::scrape::{extrapolate, sample_size};
use coldcast::autoscaler::kpa::target::{resolve_target, utilization};
use coldcast::autoscaler::kpa::{Kpa, KpaSpec, Metric, Stat};
use coldcast::units::{SimTime, Span};
use serde_json::Value;

use super::Checked;
use super::read::{START, annotation, count, expects_only, given, int32, integer, number, row, rows, same, seconds, stat, text, time};

pub fn check_pure(line: &Value) -> Checked {
    let (case, expected) = (&line["in"], &line["out"]);
    let name = text(&line["fn"]);
    let checked = match name {
        "sample_size" => same("", sample_size(count(case)), count(expected)),
        "num_activators" => same("", number_of_activators(case), int32(expected)),
        "targets" => check_targets(case, expected),
        "initial_ebc" => check_initial_ebc(case, expected),
        "assign_slice" => same("", assigned(case), rows(expected).iter().map(integer).collect()),
        "activator_capacity" => same("", capacity(case), integer(expected)),
        "max_window" => check_max_window(case, expected),
        "scrape_average" => same("", scraped(case), Some(stat(row(expected, 4)))),
        other => Err(format!("unknown function {other}")),
    };
    checked.map(|()| 1).map_err(|difference| format!("{name} {case} {difference}"))
}

fn number_of_activators(case: &Value) -> i32 {
    let (total, burst) = (number(&case["total"]), number(&case["tbc"]));
    activator_count(count(&case["ready"]), total, burst, number(&case["activator_capacity"]))
}

fn assigned(case: &Value) -> Vec<i64> {
    let size = |key: &str| count(&case[key]) as usize;
    let own = usize::try_from(integer(&case["self_index"])).ok();
    Slice::new(size("pods"), size("activators"), own).iter().map(|place| place as i64).collect()
}

fn capacity(case: &Value) -> i64 {
    let [limit, trackers, backends, activators] =
        ["container_concurrency", "trackers", "backends", "activators"].map(|key| count(&case[key]));
    activator_capacity(limit, trackers, backends, activators) as i64
}

fn scraped(case: &Value) -> Option<Stat> {
    extrapolate(rows(&case["sampled"]).iter().map(|it| stat(row(it, 4))), count(&case["pods"]))
}

fn check_initial_ebc(case: &Value, expected: &Value) -> Result<(), String> {
    let mut config = KpaSpec { target_burst_capacity: Some(number(&case["tbc"])), ..KpaSpec::default() }.resolve(0);
    config.decider.initial_scale = int32(&case["initial_scale"]);
    config.decider.total = number(&case["total"]);
    expects_only(expected, &["desired", "ebc"])?;
    let kpa = Kpa::new(&config, SimTime::ZERO, 0);
    same("desired", kpa.desired(), int32(&expected["desired"]))?;
    same("excess burst capacity", kpa.excess_burst_capacity(), int32(&expected["ebc"]))
}

fn check_max_window(case: &Value, expected: &Value) -> Result<(), String> {
    let mut window = SlidingMax::new(seconds(&case["window_s"]), seconds(&case["granularity_s"]));
    for (index, tick) in rows(expected).iter().enumerate() {
        let [at, value, max] = row(tick, 3) else { unreachable!("it has 3 columns") };
        same(format!("row {index} {tick}"), window.record(time(START, at), int32(value)), int32(max))?;
    }
    Ok(())
}

fn check_targets(case: &Value, expected: &Value) -> Result<(), String> {
    expects_only(expected, &["target", "total", "stable_window_s", "panic_window_s"])?;
    let spec = target_spec(case);
    let fraction = utilization(spec.container_concurrency_target_percentage);
    same("fraction", fraction, number(&case["cfg_cc_target_fraction"]))?;
    let limit = count(&case["container_concurrency"]);
    let target = resolve_target(&spec, limit, number(&case["cfg_target_utilization"]));
    same("target", target.target, number(&expected["target"]))?;
    same("total", target.total, number(&expected["total"]))?;
    let metric = spec.resolve(limit).metric;
    same("stable window", metric.stable_window, seconds(&expected["stable_window_s"]))?;
    same("panic window", metric.panic_window, seconds(&expected["panic_window_s"]))
}

fn target_spec(case: &Value) -> KpaSpec {
    let cluster = KpaSpec {
        container_concurrency_target_default: Some(number(&case["cfg_cc_target_default"])),
        container_concurrency_target_percentage: annotation(&case["cfg_cc_target_percentage"])
            .or_else(|| annotation(&case["cfg_cc_target_fraction"])),
        requests_per_second_target_default: Some(number(&case["cfg_rps_target_default"])),
        panic_window_percentage: Some(number(&case["cfg_panic_window_percentage"])),
        stable_window: Some(seconds(&case["cfg_stable_window_s"])),
        ..KpaSpec::default()
    };
    let annotations = KpaSpec {
        metric: given(&case["ann_metric"], metric),
        target: annotation(&case["ann_target"]),
        target_utilization_percentage: annotation(&case["ann_target_utilization_percentage"]),
        panic_window_percentage: annotation(&case["ann_panic_window_percentage"]),
        window: annotation(&case["ann_window_s"]).map(Span::from_secs_f64),
        ..KpaSpec::default()
    };
    annotations.over(&cluster)
}

/// Anything else is a metric of the HPA class, whose target is resolved alike.
fn metric(value: &Value) -> Metric {
    Metric::of_name(text(value)).unwrap_or(Metric::Other)
}
