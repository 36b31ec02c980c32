//! Who comes: the requests that the route splits and, merged with them in order of time, those sent to the address that a
//! tag gives a revision, past the split (each tag is a host of its own: knative/serving pkg/reconciler/route/traffic).

use crate::traffic::{Arrival, Arrivals};
use crate::units::SimTime;

/// A request comes in, to the service's address or to a revision's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Visit {
    /// When, and for how long.
    pub arrival: Arrival,
    /// The revision whose address it was sent to; nothing if the route is to choose.
    pub addressed: Option<u32>,
}

impl Visit {
    /// Nobody comes any more.
    const NONE: Visit = Visit { arrival: Arrival::new(SimTime::NEVER), addressed: None };

    /// To the service's address.
    #[inline]
    fn to_be_split(arrival: Option<Arrival>) -> Visit {
        arrival.map_or(Visit::NONE, |arrival| Visit { arrival, addressed: None })
    }
}

/// All traffic of a service in one run.
pub struct Visitors {
    split: Arrivals,
    /// The next that is split, where there is something to merge it with.
    ahead: Option<Arrival>,
    /// Few, so the earliest is found by looking at all.
    addressed: Vec<Addressed>,
}

struct Addressed {
    revision: u32,
    ahead: Option<Arrival>,
    arrivals: Arrivals,
}

impl From<Arrivals> for Visitors {
    /// All of it is split.
    fn from(split: Arrivals) -> Visitors {
        Visitors { split, ahead: None, addressed: Vec::new() }
    }
}

impl Visitors {
    /// Adds what is sent to a revision's own address. What comes before the revision is `created` has no address to go to.
    pub fn address(&mut self, revision: u32, created: SimTime, mut arrivals: Arrivals) {
        if self.addressed.is_empty() {
            self.ahead = self.split.next();
        }
        let ahead = arrivals.find(|it| it.at >= created);
        self.addressed.push(Addressed { revision, ahead, arrivals });
    }

    /// The next visit; at [`SimTime::NEVER`] if there is none. At one instant the split comes first, then the revisions in their
    /// order.
    #[inline]
    pub(super) fn next(&mut self) -> Visit {
        if self.addressed.is_empty() {
            return Visit::to_be_split(self.split.next());
        }
        self.earliest()
    }

    #[inline(never)]
    fn earliest(&mut self) -> Visit {
        let first = self.addressed.iter_mut().filter(|it| it.ahead.is_some()).min_by_key(|it| it.ahead.map(|it| it.at));
        let Some(first) = first.filter(|it| self.ahead.is_none_or(|split| it.ahead.is_some_and(|it| it.at < split.at))) else {
            return Visit::to_be_split(std::mem::replace(&mut self.ahead, self.split.next()));
        };
        let arrival = std::mem::replace(&mut first.ahead, first.arrivals.next());
        arrival.map_or(Visit::NONE, |arrival| Visit { arrival, addressed: Some(first.revision) })
    }
}
