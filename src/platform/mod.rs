//! The modelled system: a file for each box of the picture in [`world`].

pub mod activator;
pub mod cold_start;
pub mod cpu;
pub mod cpu_plan;
pub mod credits;
mod deadlines;
mod deployment;
pub mod event;
mod free;
pub mod gateway;
pub mod hpa;
pub mod instance;
mod jobs;
mod keep_alive;
mod knative;
mod lifecycle;
mod linked;
mod loops;
pub mod plan;
pub mod queue_proxy;
pub mod record;
pub mod request;
pub mod reserve;
mod revision;
pub mod rollout;
pub mod route;
mod sharing;
mod waiting;
mod witness;
pub mod world;

pub use cpu_plan::CpuPlan;
pub use plan::{RevisionPlan, ScalerPlan, ServicePlan, Window};
pub use rollout::RolloutSpec;
pub use route::{RoutePlan, RouteStep, Split};
pub use world::{INSTANCES_MAX, Ran, UNDER_WAY_MAX, simulate, simulate_watched};
