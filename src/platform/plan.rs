//! A service as it is simulated: checked, resolved, nothing left to decide but what chance and the policy decide.

use super::cold_start::ColdStart;
use super::cpu_plan::CpuPlan;
use super::credits::CreditPlan;
use super::gateway::GatewayBalancing;
use super::reclaim::ReclaimPlan;
use super::request::{Demand, OnTimeout, Timeouts};
use super::reserve::ReservePlan;
use super::route::RoutePlan;
use super::stock::StockPlan;
use crate::autoscaler::fixed::FixedSpec;
use crate::autoscaler::hpa::{HpaConfig, MemoryUse, Requests};
use crate::autoscaler::keep_alive::KeepAliveSpec;
use crate::autoscaler::kpa::KpaConfig;
use crate::billing::Meter;
use crate::engine::Dist;
use crate::units::{SimTime, Span};

/// How long a run is, and what of it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// What happens before it is left out of every figure but the timeline.
    pub warmup: SimTime,
    /// The run ends here.
    pub horizon: SimTime,
    /// And after this many steps at the latest.
    pub steps_max: u64,
    /// Whether the autoscaler's decisions are kept.
    pub decisions: bool,
}

impl Window {
    /// How much of `[from, until)` is measured.
    #[inline]
    pub fn measured(&self, from: SimTime, until: SimTime) -> Span {
        let clip = |at: SimTime| at.clamp(self.warmup, self.horizon);
        clip(until.max(from)) - clip(from)
    }
}

/// One service under one policy.
#[derive(Debug, Clone)]
pub struct ServicePlan {
    /// Its name; names its random streams too.
    pub name: String,
    /// The gateway's hop.
    pub gateway_latency: Dist,
    /// How the gateway chooses an instance.
    pub gateway_balancing: GatewayBalancing,
    /// How traffic is split over its revisions.
    pub route: RoutePlan,
    /// Its revisions, at least one.
    pub revisions: Vec<RevisionPlan>,
}

/// One revision.
#[derive(Debug, Clone)]
pub struct RevisionPlan {
    /// Its name.
    pub name: String,
    /// When it is created; those of time zero stand already.
    pub created: SimTime,
    /// Whether a tag of the route points at it, whatever its share.
    pub tagged: bool,
    /// How long anyone waits for it.
    pub timeouts: Timeouts,
    /// What its instances do with requests whose clients have gone.
    pub on_timeout: OnTimeout,
    /// What a request takes, where the trace does not say.
    pub demand: Demand,
    /// The CPU of its instances, and whether requests share it.
    pub cpu: CpuPlan,
    /// `containerConcurrency`: requests at once in an instance; 0 = unlimited.
    pub concurrency: u32,
    /// How many activators there are: 1 to 31.
    pub activators: u8,
    /// The activator's hop.
    pub activator_latency: Dist,
    /// How many requests the activator holds; nothing = as many as come.
    pub activator_depth: Option<u32>,
    /// queue-proxy's hop.
    pub queue_proxy_latency: Dist,
    /// How many requests wait in an instance.
    pub queue_depth: u32,
    /// How an instance starts.
    pub cold_start: ColdStart,
    /// Whether starts that are no longer wanted are cancelled.
    pub cancel_starts: bool,
    /// Who decides how many there are.
    pub scaler: ScalerPlan,
    /// Their CPU credits, if they are burstable and that is simulated.
    pub credits: Option<CreditPlan>,
    /// The same bought as the types that are tried where its own is out of stock, in order. Nobody asks to keep these.
    pub other_types: Vec<RevisionPlan>,
    /// When its type is out of stock, if it ever is.
    pub stock: Option<Box<StockPlan>>,
    /// When its provider takes its instances back, if it ever does.
    pub reclaim: Option<Box<ReclaimPlan>>,
    /// What stands in for it while it has scaled to zero.
    pub reserve: Option<Box<ReservePools>>,
    /// What of its instances and requests is billed: a meter for every price book.
    pub meters: Vec<Meter>,
    /// So many instances are asked to be kept while nobody calls.
    pub kept: u32,
}

/// A revision's reserve: its rules, and the instances it is made of.
#[derive(Debug, Clone)]
pub struct ReservePools {
    /// When it stands in, and for how long.
    pub rules: ReservePlan,
    /// Its types, in the order in which they are tried; what they start with and serve is the revision's.
    pub types: Vec<RevisionPlan>,
}

impl ServicePlan {
    /// Its revisions, then the pools of their reserves, then their further types: the order in which use is counted and priced.
    pub fn pools(&self) -> impl Iterator<Item = &RevisionPlan> {
        let reserves = self.revisions.iter().flat_map(|it| it.reserve.iter().flat_map(|reserve| &reserve.types));
        self.revisions.iter().chain(reserves).chain(self.revisions.iter().flat_map(|it| &it.other_types))
    }
}

impl RevisionPlan {
    /// How many instances stand at time zero.
    pub fn standing_instances(&self) -> u32 {
        match &self.scaler {
            ScalerPlan::Fixed(spec) => spec.instances,
            ScalerPlan::KeepAlive(_) => 0,
            ScalerPlan::Kpa(config) => config.standing_instances(),
            ScalerPlan::Hpa(plan) => plan.replicas,
        }
    }
}

/// Who decides how many instances a revision has.
#[derive(Debug, Clone)]
pub enum ScalerPlan {
    /// Nobody: there are so many.
    Fixed(FixedSpec),
    /// A request starts one if it finds none free.
    KeepAlive(KeepAliveSpec),
    /// Knative's pod autoscaler.
    Kpa(KpaConfig),
    /// A Deployment with Kubernetes' horizontal pod autoscaler.
    Hpa(Box<HpaPlan>),
}

/// A Deployment with a horizontal pod autoscaler.
#[derive(Debug, Clone, PartialEq)]
pub struct HpaPlan {
    /// The autoscaler.
    pub config: HpaConfig,
    /// Replicas at the start.
    pub replicas: u32,
    /// What each pod requests.
    pub request: Requests,
    /// What memory a pod uses, if it is known.
    pub memory: Option<MemoryUse>,
}
