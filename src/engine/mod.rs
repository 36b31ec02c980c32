//! Time, order and chance: a discrete-event engine that knows nothing of what it simulates.
//!
//! ```text
//! next arrival      a scalar: drawn when the last one was taken        ┐
//! next completion   Pending: packed keys; Alarms: ends that can move    ├─ run(): the earliest of the three
//! next event        EventQueue: everything rare, in insertion order    ┘
//! ```
//!
//! The common step touches the first two only (`specs/speed-study.md`, C2 and C4: packed keys and merged arrivals
//! are worth more than any cleverer queue). Time is in integer nanoseconds and its order is total: at one instant
//! completions come first, then events in the order in which they were scheduled, then the arrival.

pub mod alarms;
pub mod bitset;
pub mod dist;
pub mod exponential;
pub mod pending;
pub mod queue;
pub mod rng;
pub mod run;

pub use alarms::Alarms;
pub use bitset::BitSet;
pub use dist::{Dist, DistSpec};
pub use pending::Pending;
pub use queue::EventQueue;
pub use rng::{Rng, Streams};
pub use run::{Model, Stopped, run};
