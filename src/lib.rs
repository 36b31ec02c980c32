//! *What will it cost, and who will wait?* A discrete-event simulator of serverless cost and cold starts.

pub mod autoscaler;
pub mod billing;
pub mod engine;
pub mod error;
pub mod experiment;
pub mod observe;
pub mod report;
pub mod traffic;
pub mod units;
