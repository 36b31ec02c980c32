//! The credit accounts of burstable instances in a running world: who is throttled when, and what is owed in the end.
//!
//! ```text
//! cpu_changed ─► settle with the use until now ─► exhausted? the capacity is the baseline : the whole ─► alarm at exhaustion
//! ```
//!
//! An account is opened when its instance's meter may first start (its image is pulled: the same moment from which the
//! instance is billed) and released when the instance goes; the end of a run counts as a release, so an advance that is owed
//! then is on the bill. What was overdrawn during the warm-up is not.
//!
//! Not here: the rules (`credits`), the CPU itself (`cpu`).

use super::credits::{CpuRate, CpuTime, CreditPlan, Ledger};
use super::event::Event;
use super::world::World;
use crate::units::SimTime;

/// The accounts of all instances, by slot.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    by_slot: Vec<Option<Account>>,
}

/// The account of one instance.
#[derive(Debug)]
struct Account {
    ledger: Ledger,
    /// What the instance uses since the ledger was settled last.
    in_use: CpuRate,
    /// What was owed already when the warm-up ended.
    before: CpuTime,
    /// The earliest alarm that is set; another one comes too early and does no harm.
    alarm: SimTime,
}

impl Account {
    /// Brings the ledger to `now`; at the end of the warm-up it is looked at.
    fn settle(&mut self, now: SimTime, warmup: SimTime) {
        if self.ledger.settled() <= warmup && now > warmup {
            self.settle_to(warmup);
            self.before = self.ledger.totals().billed();
        }
        self.settle_to(now);
    }

    fn settle_to(&mut self, now: SimTime) {
        // Before the account is opened the instance uses nothing and earns nothing.
        if now > self.ledger.settled() {
            self.ledger.settle(now, self.in_use);
        }
    }
}

impl Accounts {
    /// An instance's account.
    pub(super) fn open(&mut self, slot: u32, plan: &CreditPlan, at: SimTime) {
        if self.by_slot.len() <= slot as usize {
            self.by_slot.resize_with(slot as usize + 1, || None);
        }
        let ledger = Ledger::new(plan.rules, at);
        self.by_slot[slot as usize] = Some(Account { ledger, in_use: CpuRate::ZERO, before: CpuTime::ZERO, alarm: SimTime::NEVER });
    }

    #[inline]
    fn find(&mut self, slot: u32) -> Option<&mut Account> {
        self.by_slot.get_mut(slot as usize)?.as_mut()
    }
}

impl World<'_> {
    /// What an instance uses of its CPU has changed: it pays for what it has used, and runs at what it can afford.
    #[inline]
    pub(super) fn spend_credits(&mut self, slot: u32, now: SimTime) {
        if self.accounts.find(slot).is_some() {
            self.settle_credits(slot, now);
        }
    }

    #[inline(never)]
    fn settle_credits(&mut self, slot: u32, now: SimTime) {
        let whole = self.kind_of(slot).cpu.capacity;
        let account = self.accounts.find(slot).expect("the caller asked");
        self.recorder.saw_credits(&account.ledger, account.in_use, now);
        account.settle(now, self.window.warmup);
        let ledger = &account.ledger;
        let capacity = if ledger.is_exhausted() { ledger.rules().earn.0.min(whole) } else { whole };
        let in_use = CpuRate(self.sharing.throttle(slot, now, capacity));
        account.in_use = in_use;
        // Before its account is opened an instance uses nothing, so nothing ends.
        if let Some(at) = account.ledger.exhausts_at(in_use)
            && at < account.alarm
        {
            account.alarm = at;
            self.events.push(at, Event::CreditsOut(self.fleet.handle(slot)));
        }
    }

    /// The credits of an instance may have come to their end.
    pub(super) fn on_credits_out(&mut self, slot: u32, now: SimTime) {
        if let Some(account) = self.accounts.find(slot) {
            if account.alarm <= now {
                account.alarm = SimTime::NEVER;
            }
            self.cpu_changed(slot, now);
        }
    }

    /// An instance is gone at `end`: its balance is lost, what it owes is billed.
    pub(super) fn release_credits(&mut self, slot: u32, end: SimTime) {
        let Some(mut account) = self.accounts.by_slot.get_mut(slot as usize).and_then(Option::take) else { return };
        self.recorder.saw_credits(&account.ledger, account.in_use, end);
        account.settle(end, self.window.warmup);
        let owed = account.ledger.release().billed() - account.before;
        self.recorder.metering.overdrawn(self.fleet[slot].kind, owed);
    }
}
