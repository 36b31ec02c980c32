//! The reserve: a cheap instance that stands in while a revision has scaled to zero, and hands over when it wakes.
//!
//! ```text
//! ReserveSpec ─► ReservePlan ─► Machine: what the world tells it in, what is to be done out
//! prices, boot and drain times ─► IdleGap: from which idle time on it pays
//! ```
//!
//! The model is Alibaba's reserved instance of serverless Knative: fact sheet `prices-credits-reserve`, section 3 (its
//! timeline of documents, the state machine in 3.2). What the documents leave open is decided here and said where it is.
//!
//! Not here: how many standard instances are wanted (the autoscaler), starting and routing (the world), the CPU credits
//! of a burstable reserve (`credits`), the bill.

mod gap;
mod machine;
mod plan;
mod signal;
mod spec;
#[cfg(test)]
mod tests;

pub use gap::IdleGap;
pub use machine::Machine;
pub use plan::{After, HandOver, Overflow, ReservePlan};
pub use signal::{Input, Output, Route, State};
pub use spec::ReserveSpec;
