//! What passes between the world and a reserve's machine: states, what happened, what is to be done.

/// Where a revision is between its standard instances and its reserve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Standard instances serve.
    Active,
    /// They still do; their reserve is starting.
    Swapping,
    /// The reserve serves; no standard instance is wanted.
    Reserve,
    /// The reserve serves; standard instances start.
    HandingOver,
    /// Standard instances serve; the reserve ends what it has begun.
    Draining,
}

impl State {
    /// Whether the standard instances are on their way out, or gone, and nobody has called them back.
    pub fn is_away(self) -> bool {
        matches!(self, State::Swapping | State::Reserve)
    }
}

/// What the world tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// The reconciler wants so many standard instances; 0 is the decision to scale to zero. Tell it whenever it decides.
    Wanted(u32),
    /// So many standard instances are usable now.
    Usable(u32),
    /// No standard instance could be started: out of stock, or the activation was given up. That must take some time, too.
    StandardFailed,
    /// A starting reserve is usable.
    ReserveReady,
    /// A starting reserve could not be had: this type is out of stock. Finding that out must take some time.
    StockOut {
        /// Which type.
        type_index: u32,
    },
    /// A usable reserve is gone that was not released: reclaimed, or failed.
    ReserveLost,
    /// The route points at the revision, or no more.
    Reachable(bool),
    /// A reserve was reclaimed before it was usable.
    StartLost,
    /// A request arrived. Only needed while [`Machine::waits_for_request`](super::Machine::waits_for_request).
    Request,
    /// A request found no place at the reserve, and is held.
    Overflow,
    /// A draining reserve has ended its last request. Tell it of idle ones at once.
    Drained,
}

/// What is to be done, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// Start so many reserves of a type (its number in the list).
    StartReserve {
        /// Which type.
        type_index: u32,
        /// How many.
        count: u32,
    },
    /// Let so many reserves go, first those that are still starting, then idle ones; any other ends what it has begun.
    Release(u32),
    /// The deployment is to have so many standard instances: what is missing is started, what is too much ends what it has
    /// begun and goes.
    Standards(u32),
    /// New requests go this way from now on.
    Route(Route),
    /// Nothing came of it: let the reconciler decide again, after the time it takes between two decisions.
    DecideAgain,
}

/// Where new requests go; those that find no place are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// To standard instances.
    Standard,
    /// To standard instances, and to the reserve what they have no place for.
    StandardThenReserve,
    /// To the reserve.
    Reserve,
}
