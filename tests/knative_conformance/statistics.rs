//! Metric windows (`window`) and request statistics (`reqstats`).

use coldcast::autoscaler::kpa::window::Window;
use coldcast::autoscaler::kpa::{ActivatorStats, RequestStats, Stat, Via};
use coldcast::units::SimTime;
use serde_json::Value;

use super::Checked;
use super::read::{START, algorithm, flag, given, number, row, rows, same, same_average, seconds, stat, text, time};

/// Start of the window family, in Unix seconds.
const WINDOW_START: u64 = 4_102_444_800;

pub fn check_window(line: &Value) -> Checked {
    let algorithm = algorithm(text(&line["kind"]));
    let mut window = Window::new(algorithm, seconds(&line["window_s"]));
    let mut newest = SimTime::ZERO;
    let mut queries = 0;
    for (index, op) in rows(&line["ops"]).iter().enumerate() {
        let place = format!("op {index} {op}");
        match text(&op[0]) {
            "r" => {
                let at = time(WINDOW_START, &row(op, 3)[1]);
                newest = newest.max(at);
                window.record(at, number(&op[2]));
            }
            // Without a wall clock the window has data: as of its newest write it always has.
            "z" => window.resize(given(&op[2], |at| time(WINDOW_START, at)).unwrap_or(newest), seconds(&op[1])),
            "q" => {
                let now = time(WINDOW_START, &row(op, 4)[1]);
                same_average(&place, algorithm, window.average(now), number(&op[2]))?;
                same(format!("{place} is empty"), window.is_empty(now), flag(&op[3]))?;
                queries += 1;
            }
            other => return Err(format!("{place}: unknown operation {other}")),
        }
    }
    Ok(queries)
}

pub fn check_reqstats(line: &Value) -> Checked {
    match text(&line["kind"]) {
        "queue_proxy" => check_queue_proxy(rows(&line["ops"])),
        "activator" => check_activator(rows(&line["ops"])),
        other => Err(format!("unknown kind {other}")),
    }
}

fn check_queue_proxy(ops: &[Value]) -> Checked {
    let mut stats = RequestStats::new(SimTime::from_secs(START));
    let mut reports = 0;
    for (index, op) in ops.iter().enumerate() {
        let now = time(START, &op[1]);
        match text(&op[0]) {
            "in" => stats.enter(now, via(&op[2])),
            "out" => stats.leave(now, via(&op[2])),
            "report" => {
                same(format!("op {index} {op}"), stats.report(now), stat(&row(op, 6)[2..]))?;
                reports += 1;
            }
            other => return Err(format!("op {index} {op}: unknown operation {other}")),
        }
    }
    Ok(reports)
}

fn via(value: &Value) -> Via {
    if flag(value) { Via::Activator } else { Via::Gateway }
}

fn check_activator(ops: &[Value]) -> Checked {
    let mut stats = ActivatorStats::default();
    let mut reports = 0;
    for (index, op) in ops.iter().enumerate() {
        let (place, now) = (format!("op {index} {op}"), time(START, &op[1]));
        match text(&op[0]) {
            "in" => same(place, stats.enter(now), sent(op))?,
            "out" => stats.leave(now),
            "report" => {
                same(place, stats.report(now), sent(op))?;
                reports += 1;
            }
            other => return Err(format!("{place}: unknown operation {other}")),
        }
    }
    Ok(reports)
}

/// The message an activator sent, if it did.
fn sent(op: &Value) -> Option<Stat> {
    let concurrency = given(&op[2], number)?;
    Some(Stat { concurrency, requests: number(&row(op, 4)[3]), ..Stat::default() })
}
