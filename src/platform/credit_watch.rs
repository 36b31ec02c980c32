//! What the recorder writes down of an instance's credits, whenever its ledger is about to be settled.

use super::credits::{CpuRate, CpuTime, Ledger};
use super::record::Recorder;
use crate::units::SimTime;

impl Recorder {
    /// An instance uses `in_use` from its ledger's last settlement to `until`: what it has at the end of every bucket in
    /// between is what the ledger would say then.
    pub(super) fn saw_credits(&mut self, ledger: &Ledger, in_use: CpuRate, until: SimTime) {
        let (from, until) = (ledger.settled(), until.min(self.window.horizon));
        if until <= from {
            return;
        }
        let series = &mut self.outcome.credits;
        for (index, end) in series.ends(from, until) {
            let mut then = *ledger;
            then.settle(end, in_use);
            let bucket = &mut series.buckets[index];
            bucket.instances += 1;
            bucket.balance_millis += millis(then.balance());
            bucket.advance_millis += millis(then.advance());
        }
        series.add(from, until, ledger.is_exhausted() && in_use >= ledger.rules().earn);
    }
}

fn millis(credits: CpuTime) -> u128 {
    (credits.0 / (CpuTime::CREDIT.0 / 1000)).unsigned_abs()
}
