//! The autoscaler against Knative's own: every comparison of the golden vectors, through the types the simulator runs.
//!
//! The vectors were produced by driving the Go code of knative/serving 98e5ef90aa70; their form is described in the
//! README beside them. Folder: `COLDCAST_KNATIVE_VECTORS`, else `../shared/vectors/knative`, else the committed sample
//! (every ninth line). Integers, linear averages, targets and excess burst capacity must be equal in every bit;
//! weighted averages to 1e-9, because Go's `pow` is not libm's.
#![allow(clippy::disallowed_methods, reason = "a test reads its data files and may be told where they are")]
#![allow(clippy::print_stdout, reason = "the number of comparisons is worth seeing: `cargo test -- --nocapture`")]

use std::fmt::{Debug, Display};
use std::fs;
use std::path::{Path, PathBuf};

use coldcast::autoscaler::kpa::activators::{Slice, activator_capacity, activator_count};
use coldcast::autoscaler::kpa::active::{Activity, Condition, Reason, Replicas};
use coldcast::autoscaler::kpa::decide::Decider;
use coldcast::autoscaler::kpa::delay::SlidingMax;
use coldcast::autoscaler::kpa::metrics::Averages;
use coldcast::autoscaler::kpa::multiscaler::Kpa;
use coldcast::autoscaler::kpa::scrape::{extrapolate, sample_size};
use coldcast::autoscaler::kpa::target::{resolve_target, utilization};
use coldcast::autoscaler::kpa::window::Window;
use coldcast::autoscaler::kpa::zero::{Mode, Situation, scale};
use coldcast::autoscaler::kpa::{ActivatorStats, Algorithm, DeciderSpec, KpaConfig, KpaSpec, Metric, MetricSpec};
use coldcast::autoscaler::kpa::{RequestStats, ScalingSpec, Stat, Via};
use coldcast::units::{SimTime, Span};
use serde_json::Value;

/// Comparisons made, or where and what the first difference is.
type Checked = Result<usize, String>;

/// One line of a family's files.
type Check = fn(&Value) -> Checked;

const FAMILIES: [(&str, Check); 7] = [
    ("window", check_window),
    ("scale", check_scale),
    ("e2e", check_e2e),
    ("zero", check_zero),
    ("pure", check_pure),
    ("reqstats", check_reqstats),
    ("active", check_active),
];

/// Start of the families with a clock, in Unix seconds.
const START: u64 = 1_700_000_000;
/// Start of the window family, in Unix seconds.
const WINDOW_START: u64 = 4_102_444_800;
const WEIGHTED_TOLERANCE: f64 = 1e-9;

#[test]
fn every_comparison_agrees_with_knative() {
    let folder = folder();
    let mut total = 0;
    for file in vector_files(&folder) {
        let count = check_file(&file).unwrap_or_else(|difference| panic!("{difference}"));
        assert!(count > 0, "{} compares nothing", file.display());
        println!("{:>6} comparisons  {}", count, file.display());
        total += count;
    }
    println!("{total:>6} comparisons in {}", folder.display());
    assert!(total > 0, "no vectors in {}", folder.display());
}

#[test]
fn the_committed_sample_holds_every_family() {
    let files = vector_files(&sample());
    for (family, _) in FAMILIES {
        assert!(files.iter().any(|file| family_of(file) == Some(family)), "no sample of {family}");
    }
}

/// A harness that accepts everything would prove nothing: each family must notice one changed expectation.
#[test]
fn a_changed_expectation_is_noticed() {
    for (family, place) in [
        ("window", "/ops"),
        ("scale", "/ticks/0/4"),
        ("e2e", "/events"),
        ("zero", "/out/want"),
        ("pure", "/out"),
        ("reqstats", "/ops"),
        ("active", "/out/transition_restamped"),
    ] {
        let text = fs::read_to_string(sample().join(format!("{family}.jsonl"))).expect("a sample");
        let mut line = parse(text.lines().next().expect("a line")).expect("JSON");
        spoil(line.pointer_mut(place).expect("an expectation"));
        let check = FAMILIES.iter().find(|(name, _)| *name == family).expect("a family").1;
        assert!(check(&line).is_err(), "{family} does not notice a wrong {place}");
    }
}

/// Changes an expectation, or the first one of a list of operations.
fn spoil(value: &mut Value) {
    match value {
        Value::Array(operations) => {
            let expecting = |it: &Value| matches!(it[0].as_str(), Some("q" | "t" | "report"));
            let expected = operations.iter_mut().find(|it| expecting(it)).expect("an expectation");
            let place = if expected[0] == "t" { 5 } else { 2 };
            spoil(&mut expected[place]);
        }
        Value::Bool(flag) => *flag = !*flag,
        number if number.is_i64() => *number = Value::from(integer(number) + 1),
        float => *float = Value::from(number(float) + 1.0),
    }
}

// Files.

fn folder() -> PathBuf {
    if let Some(told) = std::env::var_os("COLDCAST_KNATIVE_VECTORS") {
        return PathBuf::from(told);
    }
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors/knative");
    if shared.is_dir() { shared } else { sample() }
}

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/knative")
}

/// The files of known families, in the order of their names.
fn vector_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    files.retain(|file| family_of(file).is_some());
    files.sort();
    files
}

/// `window` for `window.jsonl` and `window_edges.jsonl`.
fn family_of(file: &Path) -> Option<&'static str> {
    let name = file.file_name()?.to_str()?.strip_suffix(".jsonl")?;
    let family = name.split(['_', '-', '.']).next()?;
    FAMILIES.iter().map(|(known, _)| *known).find(|known| *known == family)
}

fn check_file(file: &Path) -> Checked {
    let family = family_of(file).expect("only files of known families are listed");
    let check = FAMILIES.iter().find(|(name, _)| *name == family).expect("known").1;
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut count = 0;
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let at = |difference| format!("{}:{}: {difference}", file.display(), number + 1);
        count += parse(line).and_then(|line| check(&line)).map_err(at)?;
    }
    Ok(count)
}

fn parse(line: &str) -> Result<Value, String> {
    serde_json::from_str(line).map_err(|error| error.to_string())
}

// Reading values. A missing field is a broken vector, so these panic.

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn integer(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("{value} is no integer"))
}

fn int32(value: &Value) -> i32 {
    i32::try_from(integer(value)).unwrap_or_else(|_| panic!("{value} is no int32"))
}

fn count(value: &Value) -> u32 {
    u32::try_from(integer(value)).unwrap_or_else(|_| panic!("{value} is no count"))
}

fn flag(value: &Value) -> bool {
    value.as_bool().unwrap_or_else(|| integer(value) == 1)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

fn rows(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

/// None for null and for a field that is not there.
fn given<T>(value: &Value, read: fn(&Value) -> T) -> Option<T> {
    (!value.is_null()).then(|| read(value))
}

fn seconds(value: &Value) -> Span {
    Span::from_secs_f64(number(value))
}

/// An annotation as it stands in the manifest; one that does not parse is as if absent.
fn annotation(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

fn time(start: u64, milliseconds: &Value) -> SimTime {
    let after = integer(milliseconds) * 1_000_000;
    SimTime(SimTime::from_secs(start).0.checked_add_signed(after).expect("after 1970"))
}

// Comparing.

fn same<T: PartialEq + Debug>(place: impl Display, got: T, expected: T) -> Result<(), String> {
    if got == expected { Ok(()) } else { Err(format!("{place}: expected {expected:?}, got {got:?}")) }
}

fn same_average(place: impl Display, algorithm: Algorithm, got: f64, expected: f64) -> Result<(), String> {
    let tolerance = if algorithm == Algorithm::Linear { 0.0 } else { WEIGHTED_TOLERANCE * expected.abs() };
    if (got - expected).abs() <= tolerance { Ok(()) } else { Err(format!("{place}: expected {expected:?}, got {got:?}")) }
}

// Families.

fn check_window(line: &Value) -> Checked {
    let algorithm = algorithm(text(&line["kind"]));
    let mut window = Window::new(algorithm, seconds(&line["window_s"]));
    let mut newest = SimTime::ZERO;
    let mut queries = 0;
    for (index, op) in rows(&line["ops"]).iter().enumerate() {
        let place = format!("op {index} {op}");
        match text(&op[0]) {
            "r" => {
                newest = newest.max(time(WINDOW_START, &op[1]));
                window.record(time(WINDOW_START, &op[1]), number(&op[2]));
            }
            // Without a wall clock the window has data: as of its newest write it always has.
            "z" => window.resize(given(&op[2], |at| time(WINDOW_START, at)).unwrap_or(newest), seconds(&op[1])),
            "q" => {
                let now = time(WINDOW_START, &op[1]);
                same_average(&place, algorithm, window.average(now), number(&op[2]))?;
                same(format!("{place} is empty"), window.is_empty(now), flag(&op[3]))?;
                queries += 1;
            }
            other => return Err(format!("{place}: unknown operation {other}")),
        }
    }
    Ok(queries)
}

fn algorithm(name: &str) -> Algorithm {
    match name {
        "linear" => Algorithm::Linear,
        "weighted" | "weighted-exponential" => Algorithm::WeightedExponential,
        other => panic!("unknown algorithm {other}"),
    }
}

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

fn check_scale(line: &Value) -> Checked {
    let initial_ready = ready_pods(&line["initial_ready"]).unwrap_or(0);
    let mut decider = Decider::new(decider_spec(&line["spec"]), SimTime::from_secs(START), initial_ready);
    let ticks = rows(&line["ticks"]);
    for (index, tick) in ticks.iter().enumerate() {
        for update in line["spec_updates"].as_array().into_iter().flatten() {
            if update["at_tick"] == index {
                decider.reconfigure(decider_spec(&update["spec"]));
            }
        }
        check_scale_tick(&mut decider, tick).map_err(|difference| format!("tick {index} {tick} {difference}"))?;
    }
    Ok(ticks.len())
}

fn check_scale_tick(decider: &mut Decider, tick: &Value) -> Result<(), String> {
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
    let metric = if line["spec"]["metric"] == "rps" { Metric::Rps } else { Metric::Concurrency };
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

fn check_e2e(line: &Value) -> Checked {
    let config = kpa_config(line);
    let initial_ready = ready_pods(&line["initial_ready"]).unwrap_or(0);
    let mut kpa = Kpa::new(&config, SimTime::from_secs(START), initial_ready);
    let mut ticks = 0;
    for (index, event) in rows(&line["events"]).iter().enumerate() {
        if event[0] == "s" {
            kpa.record(time(START, &event[1]), &stat(&rows(event)[2..]));
            continue;
        }
        let checked = check_e2e_tick(&mut kpa, config.metric.algorithm, event);
        checked.map_err(|difference| format!("event {index} {event} {difference}"))?;
        ticks += 1;
    }
    Ok(ticks)
}

fn stat(row: &[Value]) -> Stat {
    Stat {
        concurrency: number(&row[0]),
        proxied_concurrency: number(&row[1]),
        requests: number(&row[2]),
        proxied_requests: number(&row[3]),
    }
}

fn check_e2e_tick(kpa: &mut Kpa, algorithm: Algorithm, tick: &Value) -> Result<(), String> {
    let decision = kpa.tick(time(START, &tick[1]), ready_pods(&tick[2]));
    same("valid", decision.is_some(), flag(&tick[9]))?;
    if let Some(it) = decision {
        same_average("stable", algorithm, it.stable, number(&tick[3]))?;
        same_average("panic", algorithm, it.panic, number(&tick[4]))?;
        same("stored desired", kpa.desired(), it.desired)?;
    }
    let (desired, ebc) = decision.map_or((0, 0), |it| (it.desired, it.excess_burst_capacity));
    same("desired", desired, int32(&tick[5]))?;
    same("excess burst capacity", ebc, int32(&tick[6]))?;
    same("in panic", kpa.is_panicking(), flag(&tick[7]))?;
    same("max panic pods", kpa.max_panic_pods(), int32(&tick[8]))
}

/// The cluster's configuration with the service's annotations over it, of a `zero` or `active` case.
fn scaling_spec(case: &Value) -> ScalingSpec {
    let cluster = KpaSpec {
        min_scale: given(&case["cfg_min_scale"], count),
        max_scale: given(&case["cfg_max_scale"], count),
        initial_scale: given(&case["cfg_initial_scale"], count),
        allow_zero_initial_scale: given(&case["cfg_allow_zero_initial_scale"], flag),
        enable_scale_to_zero: given(&case["cfg_enable_scale_to_zero"], flag),
        scale_to_zero_grace_period: given(&case["cfg_grace_s"], seconds),
        scale_to_zero_pod_retention_period: given(&case["cfg_retention_s"], seconds),
        stable_window: given(&case["cfg_stable_window_s"], seconds),
        target_burst_capacity: given(&case["cfg_tbc"], number),
        progress_deadline: given(&case["cfg_progress_deadline_s"], seconds),
        ..KpaSpec::default()
    };
    let annotations = KpaSpec {
        min_scale: given(&case["ann_min_scale"], count),
        max_scale: given(&case["ann_max_scale"], count),
        initial_scale: given(&case["ann_initial_scale"], count),
        window: given(&case["ann_window_s"], seconds),
        scale_to_zero_pod_retention_period: given(&case["ann_retention_s"], seconds),
        target_burst_capacity: given(&case["ann_tbc"], number),
        progress_deadline: given(&case["ann_progress_deadline_s"], seconds),
        ..KpaSpec::default()
    };
    annotations.over(&cluster).resolve(0).scaling
}

fn activity(value: &Value) -> Activity {
    match text(value) {
        "activating" => Activity::Activating,
        "active" => Activity::Active,
        "inactive" => Activity::Inactive,
        other => panic!("unknown status {other}"),
    }
}

fn reason(value: &Value) -> Reason {
    match text(value) {
        "" => Reason::None,
        "Queued" => Reason::Queued,
        "NoTraffic" => Reason::NoTraffic,
        "TimedOut" => Reason::TimedOut,
        other => panic!("unknown reason {other}"),
    }
}

fn situation(case: &Value) -> Situation {
    Situation {
        desired: int32(&case["desired"]),
        activity: activity(&case["active"]),
        in_status: seconds(&case["in_status_s"]),
        initialized: flag(&case["scale_target_initialized"]),
        reachable: case["reachability"] != "Unreachable",
        requested_mode: if case["sks_mode"] == "Serve" { Mode::Serve } else { Mode::Proxy },
        proxy_for: seconds(&case["proxy_for_s"]),
        probe_answered: case["probe"] == "ok",
    }
}

fn check_zero(line: &Value) -> Checked {
    let (case, expected) = (&line["in"], &line["out"]);
    let scaling = scale(&situation(case), &scaling_spec(case));
    let tenths = |span: Span| (span.as_secs_f64() * 10.0).round() / 10.0;
    let requeues: Vec<f64> = scaling.requeue_after.map(tenths).into_iter().collect();
    same("want", scaling.want, int32(&expected["want"]))?;
    same("apply", scaling.apply, flag(&expected["apply"]))?;
    same("enqueue after", requeues, rows(&expected["enqueue_after_s"]).iter().map(number).collect())?;
    same("probes at once", i64::from(scaling.probed), integer(&expected["sync_probes"]))?;
    same("probes later", i64::from(scaling.probes_later), integer(&expected["async_probe_offers"]))?;
    Ok(1)
}

fn check_active(line: &Value) -> Checked {
    let (case, expected) = (&line["in"], &line["out"]);
    let (before, now) = (SimTime::ZERO, SimTime::from_secs(1));
    let mut condition = Condition { activity: activity(&case["active"]), reason: reason(&case["reason"]), since: before };
    let mut initialized = flag(&case["initialized"]);
    let replicas = Replicas { want: int32(&case["want"]), ready: count(&case["ready"]), service_name_set: flag(&case["service_name_set"]) };
    let reachable = case["reachability"] != "Unreachable";
    condition.update(now, &replicas, &scaling_spec(case), reachable, &mut initialized);
    same("active", condition.activity, activity(&expected["active"]))?;
    same("reason", condition.reason, reason(&expected["reason"]))?;
    same("initialized", initialized, flag(&expected["initialized"]))?;
    same("time stamp renewed", condition.since == now, flag(&expected["transition_restamped"]))?;
    Ok(1)
}

fn check_reqstats(line: &Value) -> Checked {
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
            _ => {
                same(format!("op {index} {op}"), stats.report(now), stat(&rows(op)[2..]))?;
                reports += 1;
            }
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
            _ => {
                same(place, stats.report(now), sent(op))?;
                reports += 1;
            }
        }
    }
    Ok(reports)
}

/// The message an activator sent, if it did.
fn sent(op: &Value) -> Option<Stat> {
    let concurrency = given(&op[2], number)?;
    Some(Stat { concurrency, requests: number(&op[3]), ..Stat::default() })
}

fn check_pure(line: &Value) -> Checked {
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
        "scrape_average" => same("", scraped(case), Some(stat(rows(expected)))),
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
    extrapolate(rows(&case["sampled"]).iter().map(|row| stat(rows(row))), count(&case["pods"]))
}

fn check_initial_ebc(case: &Value, expected: &Value) -> Result<(), String> {
    let mut config = KpaSpec { target_burst_capacity: Some(number(&case["tbc"])), ..KpaSpec::default() }.resolve(0);
    config.decider.initial_scale = int32(&case["initial_scale"]);
    config.decider.total = number(&case["total"]);
    let kpa = Kpa::new(&config, SimTime::ZERO, 0);
    same("desired", kpa.desired(), int32(&expected["desired"]))?;
    same("excess burst capacity", kpa.excess_burst_capacity(), int32(&expected["ebc"]))
}

fn check_max_window(case: &Value, expected: &Value) -> Result<(), String> {
    let mut window = SlidingMax::new(seconds(&case["window_s"]), seconds(&case["granularity_s"]));
    for (index, row) in rows(expected).iter().enumerate() {
        same(format!("row {index} {row}"), window.record(time(START, &row[0]), int32(&row[1])), int32(&row[2]))?;
    }
    Ok(())
}

fn check_targets(case: &Value, expected: &Value) -> Result<(), String> {
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

fn metric(value: &Value) -> Metric {
    match text(value) {
        "concurrency" => Metric::Concurrency,
        "rps" => Metric::Rps,
        _ => Metric::Other,
    }
}
