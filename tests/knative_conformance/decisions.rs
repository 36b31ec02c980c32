//! The decision alone (`scale`), and from statistics to the decision (`e2e`).

use coldcast::autoscaler::kpa::decide::Decider;
use coldcast::autoscaler::kpa::metrics::Averages;
use coldcast::autoscaler::kpa::{Algorithm, DeciderSpec, Kpa, KpaConfig, KpaSpec, Metric, MetricSpec};
use coldcast::units::SimTime;
use serde_json::Value;

use super::Checked;
use super::read::{
    START, algorithm, flag, given, has_columns, int32, integer, number, row, rows, same, same_average, seconds, stat, text, time,
};

const SCALE_COLUMNS: [&str; 9] = ["t_ms", "ready", "stable", "panic", "desired", "ebc", "in_panic", "max_panic_pods", "valid"];
const TICK_COLUMNS: [&str; 10] = ["t", "t_ms", "ready", "stable", "panic", "desired", "ebc", "in_panic", "max_panic_pods", "valid"];

fn decider_spec(spec: &Value) -> DeciderSpec {
    DeciderSpec {
        target: number(&spec["target"]),
        total: number(&spec["total"]),
        target_burst_capacity: number(&spec["tbc"]),
        max_scale_up_rate: number(&spec["max_up"]),
        max_scale_down_rate: number(&spec["max_down"]),
        panic_threshold: number(&spec["panic_threshold"]),
        stable_window: seconds(&spec["stable_window_s"]),
        scale_down_delay: seconds(&spec["scale_down_delay_s"]),
        activation_scale: int32(&spec["activation_scale"]),
        initial_scale: 1,
        reachable: flag(&spec["reachable"]),
    }
}

/// −1: not found, which counts as none; −2: any other error.
fn ready_pods(value: &Value) -> Option<u32> {
    let ready = integer(value);
    (ready != -2).then(|| u32::try_from(ready).unwrap_or(0))
}

pub fn check_scale(line: &Value) -> Checked {
    has_columns(line, "cols", &SCALE_COLUMNS)?;
    let initial_ready = ready_pods(&line["initial_ready"]).unwrap_or(0);
    let mut decider = Decider::new(decider_spec(&line["spec"]), SimTime::from_secs(START), initial_ready);
    let ticks = rows(&line["ticks"]);
    for (index, tick) in ticks.iter().enumerate() {
        for update in line["spec_updates"].as_array().into_iter().flatten() {
            if integer(&update["at_tick"]) == index as i64 {
                decider.reconfigure(decider_spec(&update["spec"]));
            }
        }
        check_scale_tick(&mut decider, tick).map_err(|difference| format!("tick {index} {tick} {difference}"))?;
    }
    Ok(ticks.len())
}

fn check_scale_tick(decider: &mut Decider, tick: &Value) -> Result<(), String> {
    let tick = row(tick, SCALE_COLUMNS.len());
    let averages = given(&tick[2], number).zip(given(&tick[3], number));
    let averages = averages.map(|(stable, panic)| Averages { stable, panic });
    let scale = decider.scale(time(START, &tick[0]), ready_pods(&tick[1]), averages);
    let (desired, ebc) = scale.map_or((0, 0), |it| (it.desired, it.excess_burst_capacity));
    same("desired", desired, int32(&tick[4]))?;
    same("excess burst capacity", ebc, int32(&tick[5]))?;
    same("in panic", decider.is_panicking(), flag(&tick[6]))?;
    same("max panic pods", decider.max_panic_pods(), int32(&tick[7]))?;
    same("valid", scale.is_some(), flag(&tick[8]))
}

fn kpa_config(line: &Value) -> KpaConfig {
    let metric = Metric::of_name(text(&line["spec"]["metric"])).expect("a metric of the KPA");
    KpaConfig {
        metric: MetricSpec {
            metric,
            algorithm: algorithm(text(&line["algorithm"])),
            stable_window: seconds(&line["metric_stable_window_s"]),
            panic_window: seconds(&line["metric_panic_window_s"]),
            scraped: flag(&line["scraped"]),
        },
        decider: decider_spec(&line["spec"]),
        ..KpaSpec::default().resolve(0)
    }
}

pub fn check_e2e(line: &Value) -> Checked {
    has_columns(line, "tick_cols", &TICK_COLUMNS)?;
    let config = kpa_config(line);
    let initial_ready = ready_pods(&line["initial_ready"]).unwrap_or(0);
    let mut kpa = Kpa::new(&config, SimTime::from_secs(START), initial_ready);
    let mut ticks = 0;
    for (index, event) in rows(&line["events"]).iter().enumerate() {
        match text(&event[0]) {
            "s" => kpa.record(time(START, &event[1]), &stat(&row(event, 6)[2..])),
            "t" => {
                let checked = check_e2e_tick(&mut kpa, config.metric.algorithm, row(event, TICK_COLUMNS.len()));
                checked.map_err(|difference| format!("event {index} {event} {difference}"))?;
                ticks += 1;
            }
            other => return Err(format!("event {index} {event}: unknown event {other}")),
        }
    }
    Ok(ticks)
}

fn check_e2e_tick(kpa: &mut Kpa, algorithm: Algorithm, tick: &[Value]) -> Result<(), String> {
    let (now, ready) = (time(START, &tick[1]), ready_pods(&tick[2]));
    check_averages(kpa.averages(now), algorithm, tick)?;
    let before = (kpa.desired(), kpa.excess_burst_capacity());
    let decision = kpa.tick(now, ready);
    same("valid", decision.is_some(), flag(&tick[9]))?;
    let (desired, ebc) = decision.map_or((0, 0), |it| (it.desired, it.excess_burst_capacity));
    same("desired", desired, int32(&tick[5]))?;
    same("excess burst capacity", ebc, int32(&tick[6]))?;
    same("in panic", kpa.is_panicking(), flag(&tick[7]))?;
    same("max panic pods", kpa.max_panic_pods(), int32(&tick[8]))?;
    // An invalid tick changes nothing of what the rest of the system sees.
    let stored = decision.map_or(before, |it| (it.desired, it.excess_burst_capacity));
    same("stored decision", (kpa.desired(), kpa.excess_burst_capacity()), stored)
}

/// Null stands for no data.
fn check_averages(got: Option<Averages>, algorithm: Algorithm, tick: &[Value]) -> Result<(), String> {
    let expected = given(&tick[3], number).zip(given(&tick[4], number));
    same("data", got.is_some(), expected.is_some())?;
    let (Some(got), Some((stable, panic))) = (got, expected) else { return Ok(()) };
    same_average("stable", algorithm, got.stable, stable)?;
    same_average("panic", algorithm, got.panic, panic)
}
