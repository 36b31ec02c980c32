//! Distributions of durations: how a user writes one ([`DistSpec`]) and how it is drawn ([`Dist`]).
//!
//! Every draw is rounded to whole nanoseconds at once. Gamma and the normal behind the lognormal are drawn by
//! `rand_distr`, logarithms and powers come from `libm`, the exponential is our own integer ziggurat.

mod sample;
mod spec;

pub use sample::Dist;
pub use spec::{DistSpec, Lognormal, Part};
