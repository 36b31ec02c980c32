//! The ledger of one instance: what it has earned, spent and owes, settled when something happens.
//!
//! ```text
//! initial ──► spent first, gross ───────────────┐
//! earn ─────► accrued (0..=cap, rest discarded) ─┼─► what the instance uses
//!             advance (0..=cap, unlimited only) ─┤      at zero without it: no faster than it earns
//!             overdrawn (billed) ────────────────┘
//! ```
//!
//! While initial credits last, all that is used comes from them and all that is earned is accrued; then the two are netted.
//! What is earned repays an advance before it accrues. Accrued credits and an advance never coexist: both are one level.
//!
//! The ledger is a function of whole nanoseconds. Within the one nanosecond in which the initial credits end, the rest of
//! what is used is netted with all that is earned in it. So a stretch cut anywhere gives the same ledger to the last
//! unit (a test tries it), and no error adds up: there is none but that one nanosecond's.
//!
//! Not here: the smoothing of the last minutes (Alibaba lets a standard instance sink to its baseline over up to 15
//! minutes "when the balance is low" and AWS "gradually", neither says from when: here it falls at zero), the hour in
//! which an overdraft is billed (the sum is the same), and prices.

use super::amount::{CpuRate, CpuTime};
use crate::units::{SimTime, Span};

/// What happens when the credits are used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// The instance is throttled to its pooled baseline.
    Standard,
    /// It runs on: on an advance on what it will earn in a day, then for money.
    Unlimited,
}

/// The rules of one instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// What it earns: its baseline, pooled over its vCPUs. Also what it is throttled to, so at zero it stays there.
    pub earn: CpuRate,
    /// The most that accrues, and the largest advance.
    pub cap: CpuTime,
    /// What it has at first.
    pub initial: CpuTime,
    /// Whether what it has at first lies within the cap, as any other credits. Else it lies beside it and is spent first.
    pub initial_within_cap: bool,
    /// What happens at zero.
    pub mode: Mode,
}

impl Rules {
    fn advance_max(&self) -> i128 {
        match self.mode {
            Mode::Standard => 0,
            Mode::Unlimited => self.cap.0,
        }
    }
}

/// All that ever passed through a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Given at creation and at restarts.
    pub granted: CpuTime,
    /// Earned, discarded ones included.
    pub earned: CpuTime,
    /// Used by the instance.
    pub used: CpuTime,
    /// Earned while the balance was at its cap.
    pub discarded: CpuTime,
    /// Lost at a stop or at the release.
    pub lost: CpuTime,
    /// Used beyond the advance: billed.
    pub overdrawn: CpuTime,
    /// Advances that were billed because they could no longer be repaid by earning.
    pub advance_charged: CpuTime,
    /// Used in the nanosecond in which a standard instance reached zero, beyond what it had: given for nothing.
    pub forgiven: CpuTime,
}

impl Totals {
    /// What is on the bill.
    pub fn billed(&self) -> CpuTime {
        self.overdrawn + self.advance_charged
    }
}

/// The credits of one instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ledger {
    pub(super) rules: Rules,
    /// Everything before this is in the balances.
    pub(super) settled: SimTime,
    pub(super) initial: i128,
    /// Accrued credits if positive, the advance if negative.
    pub(super) level: i128,
    pub(super) totals: Totals,
}

impl Ledger {
    /// A new instance's.
    pub fn new(rules: Rules, now: SimTime) -> Ledger {
        let mut ledger = Ledger { rules, settled: now, initial: 0, level: 0, totals: Totals::default() };
        ledger.grant_initial();
        ledger
    }

    pub(super) fn grant_initial(&mut self) {
        let grant = self.rules.initial;
        self.totals.granted += grant;
        if self.rules.initial_within_cap {
            self.raise(grant.0);
        } else {
            self.initial += grant.0;
        }
    }

    /// Brings the ledger to `now`, with `used` in use ever since it was settled last. Call before the use changes.
    ///
    /// Panics if a standard instance used more than [`limit`](Ledger::limit) allowed: its speed should have been lowered
    /// at [`exhausts_at`](Ledger::exhausts_at).
    pub fn settle(&mut self, now: SimTime, used: CpuRate) {
        let time = now - self.settled;
        if time == Span::ZERO {
            return;
        }
        self.settled = now;
        self.totals.earned += CpuTime::of(self.rules.earn, time);
        self.totals.used += CpuTime::of(used, time);
        let (earn, used) = (i128::from(self.rules.earn.0), i128::from(used.0));
        let forgiven = self.totals.forgiven.0;
        let rest = self.spend_initial(i128::from(time.0), earn, used);
        self.net(rest, earn, used);
        let unpaid = self.totals.forgiven.0 - forgiven;
        assert!(unpaid < (used - earn).max(1), "an instance without credits ran above its baseline: {unpaid} unpaid in {self:?}");
    }

    /// The nanoseconds that the initial credits pay for, and the one that they pay for in part. Returns those left.
    fn spend_initial(&mut self, time: i128, earn: i128, used: i128) -> i128 {
        if self.initial == 0 {
            return time;
        }
        let whole = if used == 0 { time } else { time.min(self.initial / used) };
        self.initial -= whole * used;
        self.raise(whole * earn);
        if whole == time || self.initial == 0 {
            return time - whole;
        }
        let unpaid = used - self.initial;
        self.initial = 0;
        self.net(1, earn, unpaid);
        time - whole - 1
    }

    /// So many nanoseconds without initial credits.
    fn net(&mut self, time: i128, earn: i128, used: i128) {
        if used <= earn { self.raise(time * (earn - used)) } else { self.lower(time * (used - earn)) }
    }

    fn raise(&mut self, by: i128) {
        let wanted = self.level + by;
        self.level = wanted.min(self.rules.cap.0);
        self.totals.discarded.0 += wanted - self.level;
    }

    fn lower(&mut self, by: i128) {
        let wanted = self.level - by;
        self.level = wanted.max(-self.rules.advance_max());
        let short = self.level - wanted;
        match self.rules.mode {
            Mode::Unlimited => self.totals.overdrawn.0 += short,
            Mode::Standard => self.totals.forgiven.0 += short,
        }
    }

    /// Whether a standard instance has nothing left: it runs no faster than its baseline.
    pub fn is_exhausted(&self) -> bool {
        self.rules.mode == Mode::Standard && self.initial == 0 && self.level == 0
    }

    /// What of `wanted` the instance may use from the last settlement on, until [`exhausts_at`](Ledger::exhausts_at).
    pub fn limit(&self, wanted: CpuRate) -> CpuRate {
        if self.is_exhausted() { wanted.min(self.rules.earn) } else { wanted }
    }

    /// When a standard instance that uses `used` from the last settlement on will have nothing left and must slow down:
    /// the first nanosecond at which it is exhausted. Nothing if it lasts for ever, or already is.
    pub fn exhausts_at(&self, used: CpuRate) -> Option<SimTime> {
        let (earn, used) = (i128::from(self.rules.earn.0), i128::from(used.0));
        if self.rules.mode == Mode::Unlimited || used <= earn || self.is_exhausted() {
            return None;
        }
        let whole = self.initial / used;
        let mut then = Ledger { totals: Totals::default(), ..*self };
        // To the end of the nanosecond in which the initial credits end; then the level falls evenly.
        let gone = if self.initial % used == 0 { whole } else { whole + 1 };
        then.spend_initial(gone, earn, used);
        let even = then.level / (used - earn) + i128::from(then.level % (used - earn) != 0);
        u64::try_from(gone + even).ok().and_then(|ns| self.settled.0.checked_add(ns)).map(SimTime)
    }

    /// The balance: initial and accrued credits.
    pub fn balance(&self) -> CpuTime {
        CpuTime(self.initial + self.level.max(0))
    }

    /// The initial credits that are left beside the cap.
    pub fn initial(&self) -> CpuTime {
        CpuTime(self.initial)
    }

    /// What has been used on an advance and not been earned back: AWS' surplus balance.
    pub fn advance(&self) -> CpuTime {
        CpuTime((-self.level).max(0))
    }

    /// When it was settled last.
    pub fn settled(&self) -> SimTime {
        self.settled
    }

    /// The rules it follows.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// All that passed through it.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// What came in is what went out or is there: a broken sum is a bug.
    pub fn assert_balanced(&self) {
        let it = &self.totals;
        let came = it.granted + it.earned + it.billed() + it.forgiven;
        let went = it.used + it.discarded + it.lost + CpuTime(self.initial + self.level);
        assert_eq!(came, went, "credits are not conserved: {self:?}");
    }
}
