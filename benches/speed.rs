//! What a request costs to simulate, in instructions and beside the bare loop: `cargo bench --bench speed` writes
//! `results/speed/speed.md`. It needs `valgrind`, and Linux for the memory.
//!
//! Each workload is the whole `coldcast run` of a file of `scenarios/bench/`, counted at two lengths: the difference is what a
//! request costs, without the start and the answer. Instructions do not depend on how busy the machine is; peak memory is the
//! kernel's (`VmHWM`). The floor is counted in the same way, in the same run. Only the gain of a second core is timed.
#![allow(clippy::disallowed_methods, clippy::print_stdout, missing_docs, reason = "a program that runs programs and says what it found")]

mod common;

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::{AZURE, WORKLOADS, Workload, floor};

const COLDCAST: &str = env!("CARGO_BIN_EXE_coldcast");

/// Workloads whose memory is looked at: two horizons, ten times apart, and the most megabytes they may take.
const MEMORY: [(&str, [&str; 2], u32); 3] =
    [("w1", ["10000s", "100000s"], 20), ("w2", ["144m", "24h"], 60), ("w3", ["1000s", "10000s"], 20)];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [mode, requests, pending] = &arguments[..]
        && mode == "floor"
    {
        let parsed = (requests.parse().expect("a number of requests"), pending.parse().expect("a number of instances"));
        println!("{:?}", floor::run(parsed.0, parsed.1));
        return;
    }
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("skipped: instructions are counted by valgrind, which is not there");
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("results/speed");
    let text = table();
    fs::create_dir_all(&folder).expect("a folder for the results");
    fs::write(folder.join("speed.md"), &text).expect("the results are written");
    println!("{text}");
}

fn table() -> String {
    let floors = [20, 100].map(|pending| (pending, floor_instructions(pending)));
    let mut text = String::from(
        "# What a request costs to simulate\n\nMade by `cargo bench --bench speed`: instructions of the whole `coldcast run` by \
         callgrind, at two lengths; their difference, by request. The floor is a bare loop without any model \
         (`benches/common/floor.rs`).\n\n| workload | instructions a request | × floor | at most | requests counted |\n\
         |---|---:|---:|---:|---:|\n",
    );
    for (pending, instructions) in floors {
        let _ = writeln!(text, "| floor, {pending} under way | {instructions:.0} | 1 | – | 100,000 → 300,000 |");
    }
    for workload in WORKLOADS {
        let (floor, slope) = (floors.iter().find(|it| it.0 == workload.pending).expect("a floor").1, Slope::of(workload));
        let _ = writeln!(text, "{}", slope.row(workload.name, floor, workload.bound));
    }
    match common::traces() {
        Some(traces) => {
            let slope = Slope::between(["1h", "3h"].map(|horizon| counted(&common::with_horizon(AZURE, horizon), &traces)));
            let _ = writeln!(text, "{}", slope.row("Azure 2019, a real slice", floors[0].1, None));
        }
        None => text.push_str("| Azure 2019, a real slice | not there: see `COLDCAST_TRACES` | | | |\n"),
    }
    text + &month() + &memory() + &cores()
}

/// Instructions of a request of the bare loop.
fn floor_instructions(pending: u32) -> f64 {
    let itself = std::env::current_exe().expect("a path");
    let of = |requests: u64| {
        let mut command = Command::new("valgrind");
        command.arg("--tool=callgrind").arg("--callgrind-out-file=/dev/null").arg(&itself);
        instructions(command.args(["floor", &requests.to_string(), &pending.to_string()]), "").0
    };
    (of(300_000) - of(100_000)) as f64 / 200_000.0
}

/// Two counts of one workload.
struct Slope {
    requests: [u64; 2],
    instructions: u64,
}

impl Slope {
    fn of(workload: &Workload) -> Slope {
        Slope::between(workload.horizons.map(|horizon| counted(&common::text(workload.name, horizon), &common::folder())))
    }

    fn between([short, long]: [(u64, u64); 2]) -> Slope {
        Slope { requests: [short.1, long.1], instructions: long.0 - short.0 }
    }

    fn row(&self, name: &str, floor: f64, bound: Option<u32>) -> String {
        let [short, long] = self.requests;
        let each = self.instructions as f64 / (long - short) as f64;
        let bound = bound.map_or("–".to_owned(), |it| it.to_string());
        format!("| {name} | {each:.0} | {:.2} | {bound} | {} → {} |", each / floor, grouped(short), grouped(long))
    }
}

/// A number with commas.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let head = digits.len() % 3;
    let groups = digits.as_bytes()[head..].chunks(3).map(|it| std::str::from_utf8(it).expect("digits"));
    let all: Vec<&str> = [&digits[..head]].into_iter().filter(|it| !it.is_empty()).chain(groups).collect();
    all.join(",")
}

/// Instructions and requests of a run.
fn counted(text: &str, folder: &Path) -> (u64, u64) {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", COLDCAST]);
    let (instructions, answer) = instructions(run(&mut command, folder, 1), text);
    (instructions, arrived(&answer))
}

/// `coldcast run -` beside the files of a folder, on so many threads.
fn run<'c>(command: &'c mut Command, folder: &Path, threads: usize) -> &'c mut Command {
    command.args(["run", "-", "--dry", "--quiet", "--format", "csv"]).current_dir(folder).env("RAYON_NUM_THREADS", threads.to_string())
}

fn arrived(answer: &str) -> u64 {
    let line = answer.lines().find(|line| line.contains(",requests.arrived,")).expect("the number of requests");
    line.split(',').nth(3).and_then(|value| value.parse::<f64>().ok()).expect("a number") as u64
}

/// Starts a program and gives it its input.
fn started(command: &mut Command, input: &str) -> Child {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
    child
}

/// The instructions callgrind counted, and what the program printed.
fn instructions(command: &mut Command, input: &str) -> (u64, String) {
    let output = started(command, input).wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let counted = said.lines().find_map(|line| line.split_once("Collected :")).expect("callgrind says what it counted");
    (counted.1.trim().parse().expect("a number"), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A service that is called ten times a day, under Knative's autoscaler.
fn month() -> String {
    let [one, three] = ["30d", "90d"].map(|horizon| counted(&common::text("quiet-month", horizon), &common::folder()));
    let millions = (three.0 - one.0) as f64 / 2e6;
    format!("\nA month of a service with {} requests (`quiet-month`): {millions:.1} million instructions.\n", (three.1 - one.1) / 2)
}

fn memory() -> String {
    let mut text = String::from("\n| peak memory of the process | a tenth of the requests | all | at most |\n|---|---:|---:|---:|\n");
    for (name, horizons, bound) in MEMORY {
        let [(short, few), (long, many)] = horizons.map(|horizon| peak(&common::text(name, horizon)));
        let (short, long) = (grouped(short), grouped(long));
        let _ = writeln!(text, "| {name} | {few:.1} MB ({short}) | {many:.1} MB ({long}) | {bound} MB |");
    }
    text
}

/// Requests of a run and the most memory it held, in megabytes.
fn peak(text: &str) -> (u64, f64) {
    let mut child = started(run(&mut Command::new(COLDCAST), &common::folder(), 2), text);
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak_kib = 0;
    // What the kernel keeps is a maximum, so a look now and then misses nothing but the last moment.
    while child.try_wait().expect("it can be waited for").is_none() {
        peak_kib = peak_kib.max(fs::read_to_string(&status).ok().and_then(|it| high_water(&it)).unwrap_or(0));
        std::thread::sleep(Duration::from_millis(1));
    }
    let mut answer = String::new();
    child.stdout.take().expect("a pipe").read_to_string(&mut answer).expect("it is text");
    (arrived(&answer), peak_kib as f64 * 1024.0 / 1e6)
}

fn high_water(status: &str) -> Option<u64> {
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().trim_end_matches(" kB").parse().ok()
}

fn cores() -> String {
    let mut text = String::from("\n| two cores against one | faster |\n|---|---:|\n");
    let azure = common::traces().map(|traces| ("Azure 2019, a real slice", common::with_horizon(AZURE, "8h"), traces));
    for (name, scenario, folder) in [("w2", common::text("w2", "24h"), common::folder())].into_iter().chain(azure) {
        let _ = writeln!(text, "| {name} | {:.2} × |", gain(&scenario, &folder));
    }
    text
}

/// How many times faster two threads are: the shortest of several runs each, taken in turns.
fn gain(text: &str, folder: &Path) -> f64 {
    let timed = |threads: usize| {
        let begun = Instant::now();
        let output = started(run(&mut Command::new(COLDCAST), folder, threads), text).wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        begun.elapsed().as_secs_f64()
    };
    let least = |best: [f64; 2], _| [best[0].min(timed(1)), best[1].min(timed(2))];
    let [one, two] = (0..9).fold([f64::MAX; 2], least);
    one / two
}
