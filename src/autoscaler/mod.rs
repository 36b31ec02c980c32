//! Who decides how many instances there are: each policy sees an observation and gives a decision, and touches nothing.

pub mod kpa;
