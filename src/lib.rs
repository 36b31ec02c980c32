//! *What will it cost, and who will wait?* A discrete-event simulator of serverless cost and cold starts.
//!
//! ```text
//! scenario ─► platform::World ─► observe::Outcome ─► experiment::Comparison ─► report
//!             traffic → gateway → activator → instance → done
//!                                 ↑  autoscaler decides · billing meters · engine turns the clock
//! ```
//!
//! Data flows one way, left to right, and nothing imports what stands right of it. The modules in reading order:
//!
//! | module | what it is |
//! |---|---|
//! | [`units`], [`error`] | quantities as types; what a user can get wrong |
//! | [`engine`] | time, order and chance; not one serverless word |
//! | [`traffic`], [`autoscaler`], [`billing`] | where requests come from, who decides how many instances there are, what it costs |
//! | [`platform`] | the modelled system, a file for each box |
//! | [`observe`] | what is seen of a run, as plain data |
//! | [`figure`], [`expression`] | the figures by name; comparisons over them, as a person writes them |
//! | [`scenario`] | what the user wrote, checked |
//! | [`experiment`] | replications, intervals, paired differences |
//! | [`report`] | the answer as text, data or a picture |
//! | [`cli`] | arguments, files, the terminal |

pub mod autoscaler;
pub mod billing;
pub mod cli;
pub mod engine;
pub mod error;
pub mod experiment;
pub mod expression;
pub mod figure;
pub mod observe;
pub mod platform;
pub mod report;
pub mod scenario;
pub mod traffic;
pub mod units;
