//! A small trace in the form of Azure 2019, made from published distributions.
//!
//! Nothing in it is recorded: rates, triggers, shapes, durations and memory are drawn from the figures that
//! `specs/traces.md` 3 collects (measured on Azure 2019 excerpts, the ATC'20 paper, dslab). It exists so that a scenario
//! can ship with a day of plausible traffic; for a result, use a real trace.

mod marginals;
mod minutes;

use std::fmt::Write as _;

use self::marginals::{Profile, profiles};
use self::minutes::counts;
use crate::engine::{Rng, Streams};
use crate::traffic::kind::unit;
use rand::Rng as _;

/// The contents of the three files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AzureTrace {
    /// `invocations.csv`.
    pub invocations: String,
    /// `durations.csv`.
    pub durations: String,
    /// `memory.csv`.
    pub memory: String,
}

/// Makes a trace of so many functions and minutes. The same streams make the same bytes.
///
/// With 40 functions and 1440 minutes it has about 200,000 invocations in 130 kB.
pub fn generate(functions: usize, minutes: usize, streams: Streams) -> AzureTrace {
    let mut trace = AzureTrace { invocations: invocations_header(minutes), durations: DURATIONS.to_owned(), memory: MEMORY.to_owned() };
    for (i, profile) in profiles(functions, streams).iter().enumerate() {
        let of = streams.child("function").nth(i as u64);
        let ids = Ids::new(i, streams);
        let counts = counts(profile, minutes, of);
        trace.invocations += &row(&ids, profile, &counts);
        trace.durations += &durations(&ids, counts.iter().sum(), &mut of.child("durations").rng());
        if i == 0 || ids.app != Ids::new(i - 1, streams).app {
            trace.memory += &memory(&ids, &mut of.child("memory").rng());
        }
    }
    trace
}

const DURATIONS: &str = "HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum,percentile_Average_0,percentile_Average_1,\
    percentile_Average_25,percentile_Average_50,percentile_Average_75,percentile_Average_99,percentile_Average_100\n";
const MEMORY: &str = "HashOwner,HashApp,SampleCount,AverageAllocatedMb,AverageAllocatedMb_pct1,AverageAllocatedMb_pct5,\
    AverageAllocatedMb_pct25,AverageAllocatedMb_pct50,AverageAllocatedMb_pct75,AverageAllocatedMb_pct95,\
    AverageAllocatedMb_pct99,AverageAllocatedMb_pct100\n";

/// Hashes of 64 hexadecimal digits, as the trace has them. Two of three functions share their application with none.
struct Ids {
    owner: String,
    app: String,
    function: String,
}

impl Ids {
    fn new(i: usize, streams: Streams) -> Ids {
        let app = i - usize::from(i % 4 == 3);
        let hash = |kind: &str, i: usize| hex(&mut streams.child("hash").child(kind).nth(i as u64).rng());
        Ids { owner: hash("owner", app), app: hash("app", app), function: hash("function", i) }
    }
}

fn hex(rng: &mut Rng) -> String {
    (0..4).fold(String::new(), |text, _| text + &format!("{:016x}", rng.next_u64()))
}

fn invocations_header(minutes: usize) -> String {
    (1..=minutes).fold("HashOwner,HashApp,HashFunction,Trigger".to_owned(), |header, minute| header + &format!(",{minute}")) + "\n"
}

fn row(ids: &Ids, profile: &Profile, counts: &[u64]) -> String {
    let mut row = format!("{},{},{},{}", ids.owner, ids.app, ids.function, profile.trigger.name());
    for count in counts {
        write!(row, ",{count}").expect("a string takes everything");
    }
    row + "\n"
}

/// The median of a function from the lognormal of ATC'20 (μ −0.38, σ 2.36 in ln seconds, below 100 s), within it a σ of
/// 0.3 to 1 (a guess), and the quantiles of that lognormal.
fn durations(ids: &Ids, count: u64, rng: &mut Rng) -> String {
    let median_ms = (1e3 * libm::exp(-0.38 + 2.36 * normal_quantile(unit(rng)))).clamp(1.0, 1e5);
    let sigma = 0.3 + 0.7 * unit(rng);
    let at = |p: f64| median_ms * libm::exp(sigma * normal_quantile(p));
    let edge = 0.5 / (count as f64).max(2.0);
    let [p0, p1, p25, p50, p75, p99, p100] = [edge, 0.01, 0.25, 0.5, 0.75, 0.99, 1.0 - edge].map(|p| at(p).round());
    let mean = (median_ms * libm::exp(sigma * sigma / 2.0)).round();
    let (least, most) = (p0.min(p1), p100.max(p99));
    format!("{},{},{},{mean},{count},{least:.1},{most:.1},{least},{p1},{p25},{p50},{p75},{p99},{most}\n", ids.owner, ids.app, ids.function)
}

/// Memory by a Burr XII with c 11.652, k 0.221 and λ 107.083 MB, the fit that dslab uses (`specs/traces.md` 3).
fn memory(ids: &Ids, rng: &mut Rng) -> String {
    let burr = |u: f64| 107.083 * libm::pow(libm::pow(1.0 - u, -1.0 / 0.221) - 1.0, 1.0 / 11.652);
    let average = burr(0.01 + 0.98 * unit(rng)).min(1500.0);
    let quantiles = [0.8, 0.85, 0.95, 1.0, 1.04, 1.1, 1.15, 1.2].map(|factor| format!("{:.0}", average * factor)).join(",");
    format!("{},{},1000,{average:.0},{quantiles}\n", ids.owner, ids.app)
}

/// The quantile of the standard normal, from the inverse of its tail by bisection: slow, exact, and only used here.
fn normal_quantile(p: f64) -> f64 {
    let (mut low, mut high) = (-9.0_f64, 9.0_f64);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        let below = 0.5 * libm::erfc(-middle / std::f64::consts::SQRT_2);
        if below < p { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests;
