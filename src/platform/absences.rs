//! What the recorder writes down of a reserve's comings and goings.

use super::record::Recorder;
use super::reserve::State;
use crate::units::SimTime;

impl Recorder {
    /// A reserve's machine has been told something and is in another state, or in the same: its last swap began at `since`.
    pub(super) fn reserve_turned(&mut self, (before, after): (State, State), since: SimTime, now: SimTime) {
        if before == after {
            return;
        }
        let counts = u64::from(now >= self.window.warmup);
        let absences = &mut self.outcome.absences;
        match (before, after) {
            (_, State::Reserve) => absences.swaps += counts,
            (State::Swapping, _) => absences.called_off += counts,
            (State::Reserve, _) => {
                absences.ended += counts;
                self.was_away(since, now);
            }
            (State::Active | State::HandingOver | State::Draining, _) => {}
        }
    }

    /// The standard instances of a service were away, or on their way out, from `since` until now.
    pub(super) fn was_away(&mut self, since: SimTime, now: SimTime) {
        self.outcome.absences.away_ns += u128::from(self.window.measured(since, now).0);
    }
}
