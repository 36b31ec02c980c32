//! Where requests come from: one file a source, and any number of them add up.
//!
//! ```text
//! SourceSpec ── check, load ──► Workload ── arrivals(function, streams) ──► Arrivals ── next ──► Arrival
//! what the user wrote           read once, shared                           one run of one service
//! ```
//!
//! `synthetic/` makes requests from a law and never ends; `replay/` reads recorded ones; `modify` scales, thins, clips,
//! repeats and shifts either. A source is a type with a `kind::Kind` and a line in the table of `spec`. The hot path
//! is `Arrivals::next`: dispatch by enum, no allocation per arrival.
//!
//! Not here: what a request does when it is there (`platform`), and opening files: whoever loads a workload passes an
//! [`Open`]. Formats and their pitfalls are from `specs/traces.md`.

mod ahead;
mod arrivals;
mod generate;
mod kept;
mod kind;
mod modify;
mod replay;
mod spec;
mod synthetic;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod workload;

pub use arrivals::Arrivals;
pub use generate::{AzureTrace, generate};
pub use kept::{KEPT_MAX, Kept};
pub use modify::{Clip, Repeat};
pub use replay::{Azure2019, Azure2021, CsvFile, MeanRates, Origin, RateFile, Spreading, TimeUnit};
pub use spec::{SOURCES, SourceSpec};
pub use synthetic::{Batch, Bursts, ClockTime, Constant, Curve, Diurnal, Mmpp, MmppState, Poisson, Ramp, Spike, Timer, WeekTime};
pub use workload::{Function, Workload, load};

use std::io::Read as _;

use crate::units::{SimTime, Span};

/// A request comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// When.
    pub at: SimTime,
    /// How long it executes, if the trace knows it.
    pub demand: Option<Span>,
}

impl Arrival {
    /// A request of which only the time is known.
    pub const fn new(at: SimTime) -> Arrival {
        Arrival { at, demand: None }
    }
}

/// Opens the files a source names. The command line implements it with real files, tests with bytes in memory.
pub trait Open: Send + Sync {
    /// The bytes of a file, from its beginning. Compressed files are not unpacked here.
    fn open(&self, path: &str) -> std::io::Result<Box<dyn std::io::Read + Send>>;

    /// The same from so many bytes after its beginning. To be overridden where one can go there at once.
    fn open_at(&self, path: &str, begins: u64) -> std::io::Result<Box<dyn std::io::Read + Send>> {
        let mut file = self.open(path)?;
        std::io::copy(&mut file.by_ref().take(begins), &mut std::io::sink())?;
        Ok(file)
    }

    /// The names of the files in a folder, without the folder.
    fn list(&self, folder: &str) -> std::io::Result<Vec<String>> {
        Err(std::io::Error::new(std::io::ErrorKind::Unsupported, format!("cannot list `{folder}`")))
    }
}
