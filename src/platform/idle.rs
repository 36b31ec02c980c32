//! The idle instances of a keep-alive pool, by the moment at which each expires.

use std::collections::BTreeSet;

use super::linked::Linked;
use crate::autoscaler::keep_alive::{IdleLaw, KeepAliveSpec};
use crate::engine::{Dist, DistSpec, Rng, Streams};
use crate::units::{SimTime, Span};

/// Idle instances by slot.
#[derive(Debug)]
pub enum Idle {
    /// Each stays equally long: who fell idle first goes first.
    Alike {
        /// In the order in which they fell idle.
        order: Linked,
        /// How long each stays.
        time: Span,
    },
    /// Each stays a time of its own.
    Drawn {
        /// (when it goes, slot).
        order: BTreeSet<(SimTime, u32)>,
        /// When each slot's instance goes; [`SimTime::NEVER`] if it is not idle.
        dues: Vec<SimTime>,
        /// How long they stay.
        law: Dist,
        /// From which the times are drawn.
        rng: Rng,
    },
}

impl Idle {
    /// None yet.
    pub fn new(spec: &KeepAliveSpec, streams: Streams) -> Idle {
        match spec.idle_law {
            IdleLaw::Constant => Idle::Alike { order: Linked::default(), time: spec.idle },
            IdleLaw::Exponential => {
                let law = Dist::new(&DistSpec::Exponential { mean: spec.idle });
                Idle::Drawn { order: BTreeSet::new(), dues: Vec::new(), law, rng: streams.child("idle").rng() }
            }
        }
    }

    /// Whether they are kept in the order in which they fell idle, so that [`Idle::head`] and [`Idle::tail`] are known.
    pub fn is_in_order(&self) -> bool {
        matches!(self, Idle::Alike { .. })
    }

    /// Who fell idle first.
    #[inline]
    pub fn head(&self) -> Option<u32> {
        self.in_order().head()
    }

    /// Who fell idle last.
    #[inline]
    pub fn tail(&self) -> Option<u32> {
        self.in_order().tail()
    }

    #[inline]
    fn in_order(&self) -> &Linked {
        match self {
            Idle::Alike { order, .. } => order,
            Idle::Drawn { .. } => unreachable!("they are kept by when they go"),
        }
    }

    /// An instance has fallen idle. It is not among them yet. When it goes.
    #[inline]
    pub fn push(&mut self, slot: u32, since: SimTime) -> SimTime {
        if let Idle::Alike { order, time } = self {
            order.push(slot);
            return since.saturating_add(*time);
        }
        self.push_drawn(slot, since)
    }

    #[inline(never)]
    fn push_drawn(&mut self, slot: u32, since: SimTime) -> SimTime {
        let Idle::Drawn { order, dues, law, rng } = self else { unreachable!("those that stay equally long are pushed at once") };
        if dues.len() <= slot as usize {
            dues.resize(slot as usize + 1, SimTime::NEVER);
        }
        let due = since.saturating_add(law.sample(rng));
        dues[slot as usize] = due;
        assert!(order.insert((due, slot)), "slot {slot} is idle already");
        due
    }

    /// It is idle no longer; no change if it was not.
    #[inline]
    pub fn remove(&mut self, slot: u32) {
        match self {
            Idle::Alike { order, .. } => order.remove(slot),
            Idle::Drawn { .. } => self.remove_drawn(slot),
        }
    }

    #[inline(never)]
    fn remove_drawn(&mut self, slot: u32) {
        let Idle::Drawn { order, dues, .. } = self else { return };
        if let Some(due) = dues.get_mut(slot as usize) {
            order.remove(&(*due, slot));
            *due = SimTime::NEVER;
        }
    }

    /// Who goes first, and when; `since` says since when an instance has been idle.
    pub fn first(&self, since: impl Fn(u32) -> SimTime) -> Option<(SimTime, u32)> {
        match self {
            Idle::Alike { order, time } => order.head().map(|slot| (since(slot).saturating_add(*time), slot)),
            Idle::Drawn { order, .. } => order.first().copied(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn idle(law: &str) -> Idle {
        let text = format!(r#"{{ "idle": "10s", "idle-law": "{law}" }}"#);
        Idle::new(&serde_json::from_str(&text).unwrap(), Streams::new(1, 0))
    }

    /// Slots 3, 1 and 2 fall idle one second after the other and go in the order of their moments.
    #[test]
    fn the_first_to_go_is_first() {
        for law in ["constant", "exponential"] {
            let mut idle = idle(law);
            let since = |slot: u32| SimTime::from_secs([0, 2, 3, 1][slot as usize]);
            for slot in [3, 1, 2] {
                let due = idle.push(slot, since(slot));
                assert!(due > since(slot) && (law == "exponential" || due == since(slot).saturating_add(Span::from_secs(10))));
            }
            idle.remove(1);
            idle.remove(1);
            let mut gone = Vec::new();
            while let Some((due, slot)) = idle.first(since) {
                assert!(gone.last().is_none_or(|(before, _)| *before <= due));
                gone.push((due, slot));
                idle.remove(slot);
            }
            assert_eq!(gone.len(), 2, "{law}");
            assert!(law == "exponential" || gone == [(SimTime::from_secs(11), 3), (SimTime::from_secs(13), 2)]);
        }
    }
}
