//! What a line of a bill is for, and how much of it was bought.

use super::rate::mul_div;

/// What an instance is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Role {
    /// It serves, or is kept to serve.
    #[default]
    Standard,
    /// It stands in for a standard one.
    Reserve,
}

/// What an instance was doing. The order is that of the lines of a bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// On its way to ready, from the moment its meter starts.
    Starting,
    /// With at least one request.
    Serving,
    /// Ready, without a request.
    Idle,
    /// Takes no new requests and ends those it has.
    Draining,
    /// Ready, without a request, and only there because its stand-in (or the one it stood in for) is not ready yet.
    Overlap,
    /// Nothing: time added by the book's granularity and minimum.
    Rounding,
}

/// What a line's money bought. The order is that of the lines of a bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineKind {
    /// Instances.
    Instance(Role, Phase),
    /// A fee for every request.
    Requests,
    /// CPU credits spent beyond those earned.
    CreditSurcharge,
    /// What larger quantities are cheaper (or dearer) by.
    Tiers,
    /// What is free every month.
    FreeGrant,
    /// Nodes, as far as no instance on them is billed for them.
    Nodes,
    /// The gateway: its own pods, or a load balancer.
    Gateway,
    /// Controllers that run whether somebody calls or not.
    ControlPlane,
}

impl Phase {
    /// Every phase, in order.
    pub const ALL: [Phase; 6] = [Phase::Starting, Phase::Serving, Phase::Idle, Phase::Draining, Phase::Overlap, Phase::Rounding];
}

impl LineKind {
    /// As reports print it.
    pub fn name(self) -> &'static str {
        match self {
            LineKind::Instance(Role::Standard, phase) => match phase {
                Phase::Starting => "starting",
                Phase::Serving => "serving",
                Phase::Idle => "idle",
                Phase::Draining => "drained",
                Phase::Overlap => "overlap",
                Phase::Rounding => "rounding",
            },
            LineKind::Instance(Role::Reserve, phase) => match phase {
                Phase::Starting => "reserve-starting",
                Phase::Serving => "reserve-serving",
                Phase::Idle => "reserve-idle",
                Phase::Draining => "reserve-drained",
                Phase::Overlap => "reserve-overlap",
                Phase::Rounding => "reserve-rounding",
            },
            LineKind::Requests => "requests",
            LineKind::CreditSurcharge => "credits-surcharge",
            LineKind::Tiers => "tiers",
            LineKind::FreeGrant => "free-grant",
            LineKind::Nodes => "nodes",
            LineKind::Gateway => "gateway",
            LineKind::ControlPlane => "control-plane",
        }
    }

    /// The role of the instances it is for.
    pub fn role(self) -> Option<Role> {
        match self {
            LineKind::Instance(role, _) => Some(role),
            _ => None,
        }
    }

    /// What the instances it is for were doing.
    pub fn phase(self) -> Option<Phase> {
        match self {
            LineKind::Instance(_, phase) => Some(phase),
            _ => None,
        }
    }

    /// Whether it is for what runs when nobody calls.
    pub fn is_resident(self) -> bool {
        matches!(self, LineKind::Nodes | LineKind::Gateway | LineKind::ControlPlane)
    }
}

impl Role {
    /// As reports print it.
    pub fn name(self) -> &'static str {
        match self {
            Role::Standard => "standard",
            Role::Reserve => "reserve",
        }
    }
}

/// How much was bought, in integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Nanoseconds, summed over instances (or pods, or nodes). Reported in instance-hours.
    InstanceTime(u128),
    /// Nanoseconds of having something. Reported in hours.
    Hours(u128),
    /// Requests.
    Requests(u128),
    /// Surplus credits, in thousandths of a vCPU × nanoseconds. Reported in credits, of a vCPU-minute each.
    Credits(u128),
    /// vCPUs × time, in thousandths of a vCPU × nanoseconds. Reported in vCPU-seconds.
    VcpuTime(u128),
    /// Memory × time, in bytes × nanoseconds. Reported in GiB-seconds.
    MemoryTime(u128),
    /// The platform's own unit of account, in billionths.
    AccountUnits(u128),
    /// Data, in bytes. Reported in GiB.
    Data(u128),
    /// Capacity of a load balancer, in millionths of an LCU × nanoseconds. Reported in LCU-hours.
    LcuTime(u128),
}

impl Quantity {
    /// The smallest units, the unit of [`Quantity::value`], and how many of the former one of the latter is.
    fn parts(self) -> (u128, &'static str, f64) {
        match self {
            Quantity::InstanceTime(n) => (n, "instance-hour", 3.6e12),
            Quantity::Hours(n) => (n, "hour", 3.6e12),
            Quantity::Requests(n) => (n, "request", 1.0),
            Quantity::Credits(n) => (n, "credit", 6e13),
            Quantity::VcpuTime(n) => (n, "vCPU-second", 1e12),
            Quantity::MemoryTime(n) => (n, "GiB-second", 1e9 * (1u64 << 30) as f64),
            Quantity::AccountUnits(n) => (n, "unit", 1e9),
            Quantity::Data(n) => (n, "GiB", (1u64 << 30) as f64),
            Quantity::LcuTime(n) => (n, "LCU-hour", 3.6e18),
        }
    }

    fn with(self, n: u128) -> Quantity {
        match self {
            Quantity::InstanceTime(_) => Quantity::InstanceTime(n),
            Quantity::Hours(_) => Quantity::Hours(n),
            Quantity::Requests(_) => Quantity::Requests(n),
            Quantity::Credits(_) => Quantity::Credits(n),
            Quantity::VcpuTime(_) => Quantity::VcpuTime(n),
            Quantity::MemoryTime(_) => Quantity::MemoryTime(n),
            Quantity::AccountUnits(_) => Quantity::AccountUnits(n),
            Quantity::Data(_) => Quantity::Data(n),
            Quantity::LcuTime(_) => Quantity::LcuTime(n),
        }
    }

    /// The unit of [`Quantity::value`].
    pub fn unit(self) -> &'static str {
        self.parts().1
    }

    /// In [`Quantity::unit`]s, rounded to the nearest double.
    pub fn value(self) -> f64 {
        let (n, _, unit) = self.parts();
        n as f64 / unit
    }

    /// The sum of two quantities of the same kind.
    pub(super) fn plus(self, other: Quantity) -> Quantity {
        assert_eq!(self.unit(), other.unit(), "a line counts one kind of thing");
        self.with(self.parts().0 + other.parts().0)
    }

    pub(super) fn scaled(self, by: u128, over: u128) -> Quantity {
        self.with(mul_div(self.parts().0, by, over))
    }
}
