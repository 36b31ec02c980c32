//! Everything rare that can happen to a service. Requests under way are not here: their ends are packed keys.

/// A scheduled event. Small and `Copy`: it lives in the queue by value. An event about an instance names the generation
/// of its slot, so that one that comes too late is recognised, not searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The instance was out of stock, and is asked for again.
    Buy(Handle),
    /// The instance's container has been created: its application starts, on the instance's CPU.
    Application(Handle),
    /// The instance is Ready, as Kubernetes counts.
    Ready(Handle),
    /// Requests can reach the instance.
    Usable(Handle),
    /// The instance may have used up its CPU credits.
    CreditsOut(Handle),
    /// The provider will take the instance back.
    Notice(Handle),
    /// The provider takes the instance.
    Taken(Handle),
    /// The instance has reached its greatest age.
    Aged(Handle),
    /// The first request waiting in the instance may have waited too long.
    ExpireInside(Handle),
    /// The first request that an activator holds for the revision may have waited too long.
    ExpireHeld {
        /// The revision.
        revision: u32,
        /// The activator.
        lane: u8,
    },
    /// The client of some request that runs on a CPU may have gone.
    ExpireRunning(u32),
    /// The client of a request in execution has gone: it no longer counts in the statistics.
    GaveUp {
        /// Where it is executed.
        instance: Handle,
        /// The activator it came through.
        activator: Option<u8>,
    },
    /// One of the revision's loops comes round: a report is cut, pods are scraped, the autoscaler decides.
    Loop(u32),
    /// The revision's reconciler asked to be called again.
    Reconcile(u32),
    /// The metrics server looks at the revision's pods.
    Scrape(u32),
    /// The revision's horizontal pod autoscaler decides.
    Sync(u32),
    /// This step of the route is due.
    Route(u32),
    /// The revision is created.
    Create(u32),
}

/// An instance that may be gone by the time it is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handle {
    /// Its slot in the fleet.
    pub slot: u32,
    /// Which of the slot's tenants it is.
    pub generation: u32,
}

const _: () = assert!(size_of::<Event>() <= 16);
