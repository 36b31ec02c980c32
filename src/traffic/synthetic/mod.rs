//! Sources that make requests from a law. They never end: the run's horizon cuts them.
//!
//! Time zero is midnight of a Monday where a law knows days, unless it says otherwise.

mod batch;
mod bursts;
mod clock;
mod constant;
mod curve;
mod diurnal;
mod mmpp;
mod modulated;
mod poisson;
mod ramp;
mod spike;
mod steps;
mod timer;

pub use batch::Batch;
pub use bursts::Bursts;
pub use clock::{ClockTime, WeekTime};
pub use constant::Constant;
pub use curve::Curve;
pub use diurnal::Diurnal;
pub use mmpp::{Mmpp, MmppState};
pub use poisson::Poisson;
pub use ramp::Ramp;
pub use spike::Spike;
pub use timer::Timer;

#[cfg(test)]
mod tests;
