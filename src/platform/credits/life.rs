//! What a stop, a switch of the mode or the release does to a ledger.
//!
//! Each provider has its own ways to stop (`families.yaml`, `stops`); whichever it is, the ledger is settled first. An
//! advance is billed once when it can no longer be earned back: at the release, at the switch to standard, and at those
//! stops that say so. (A change of the type, which Alibaba bills likewise, is a release and a new instance here.)

use serde::Deserialize;

use super::amount::{CpuRate, CpuTime};
use super::ledger::{Ledger, Mode, Rules};
use crate::units::{SimTime, Span};

/// What becomes of the balance of a stopped instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Balance {
    /// It is there at the restart.
    Kept,
    /// It is gone.
    Lost,
}

/// What a way of stopping does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StopRule {
    /// To the balance.
    pub balance: Balance,
    /// How long a kept balance is kept; for ever if nothing is said.
    #[serde(default)]
    pub kept_for: Option<Span>,
    /// Whether a stopped instance earns.
    #[serde(default)]
    pub earns: bool,
    /// Whether the restart grants the initial credits anew.
    #[serde(default)]
    pub initial_again: bool,
    /// Whether an outstanding advance is billed. Else it stands, to be earned back after the restart.
    #[serde(default)]
    pub charges_advance: bool,
}

/// An instance's ledger while the instance is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoppedLedger {
    ledger: Ledger,
    rule: StopRule,
}

impl Ledger {
    /// Bills the outstanding advance.
    fn charge_advance(&mut self) {
        let advance = self.advance();
        self.level += advance.0;
        self.totals.advance_charged += advance;
    }

    /// Forgets the balance; an advance stays.
    fn lose_balance(&mut self) {
        self.totals.lost += self.balance();
        (self.initial, self.level) = (0, self.level.min(0));
    }

    /// The instance is released, at the time of the last settlement: the advance is billed, the balance lost. What is
    /// left of the ledger are its totals.
    pub fn release(mut self) -> super::Totals {
        self.charge_advance();
        self.lose_balance();
        self.assert_balanced();
        self.totals
    }

    /// Puts the instance under the rules of the other mode, at the time of the last settlement. Where those grant no
    /// initial credits (AWS T2 unlimited), what is left of them is lost.
    pub fn switch(&mut self, to: Rules) {
        if to.mode == Mode::Standard {
            self.charge_advance();
        }
        if to.initial == CpuTime::ZERO {
            self.totals.lost.0 += self.initial;
            self.initial = 0;
        }
        self.rules = to;
    }

    /// The instance stops, at the time of the last settlement.
    pub fn stop(mut self, rule: StopRule) -> StoppedLedger {
        if rule.charges_advance {
            self.charge_advance();
        }
        if rule.balance == Balance::Lost {
            self.lose_balance();
        }
        StoppedLedger { ledger: self, rule }
    }
}

impl StoppedLedger {
    /// The instance runs again.
    pub fn restart(self, now: SimTime) -> Ledger {
        let StoppedLedger { mut ledger, rule } = self;
        let stopped_for = now - ledger.settled;
        if rule.earns {
            ledger.settle(now, CpuRate::ZERO);
        }
        if rule.kept_for.is_some_and(|limit| stopped_for > limit) {
            ledger.lose_balance();
        }
        if rule.initial_again {
            ledger.grant_initial();
        }
        ledger.settled = now;
        ledger
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::credits::{CreditsSpec, FAMILIES};

    const DAY: Span = Span::from_secs(86_400);

    fn ledger(type_name: &str, mode: Mode) -> Ledger {
        let spec = CreditsSpec { mode: Some(mode), ..CreditsSpec::default() };
        Ledger::new(spec.plan(Some(type_name), "USD").unwrap().rules, SimTime::ZERO)
    }

    fn rule(family: &str, stop: &str) -> StopRule {
        FAMILIES[family].stops[stop]
    }

    /// A day idle, a day stopped: the balance after the restart, in credits.
    #[track_caller]
    fn balance_after_a_stop(type_name: &str, family: &str, stop: &str, days: u64, expected: f64) {
        let mut ledger = ledger(type_name, Mode::Standard);
        let at = SimTime::ZERO + DAY;
        ledger.settle(at, CpuRate::ZERO);
        let ledger = ledger.stop(rule(family, stop)).restart(at + DAY * days);
        assert_eq!(ledger.balance().as_credits_f64(), expected, "{type_name} {stop}");
        assert_eq!(ledger.settled(), at + DAY * days);
        ledger.assert_balanced();
    }

    #[test]
    fn what_a_stop_leaves() {
        let small = "ecs.t6-c4m1.large"; // 60 initial, 144 a day
        balance_after_a_stop(small, "alibaba-t6", "charging-continues", 1, 204.0);
        balance_after_a_stop(small, "alibaba-t6", "no-fees-for-stopped", 1, 60.0);
        balance_after_a_stop(small, "alibaba-t6", "overdue", 1, 204.0);
        balance_after_a_stop(small, "alibaba-t6", "expired", 1, 204.0);
        balance_after_a_stop("t2.nano", "aws-t2", "stopped", 1, 30.0);
        balance_after_a_stop("t3.nano", "aws-t3", "stopped", 7, 144.0);
        balance_after_a_stop("t3.nano", "aws-t3", "stopped", 8, 0.0);
        balance_after_a_stop("Standard_B1s", "azure-b-v1", "same-node", 1, 144.0);
        balance_after_a_stop("Standard_B1s", "azure-b-v1", "other-node", 1, 30.0);
    }

    /// Only one way of stopping goes on earning.
    #[test]
    fn whether_a_stopped_instance_earns() {
        let after = |stop| {
            let ledger = ledger("ecs.t6-c4m1.large", Mode::Standard).stop(rule("alibaba-t6", stop));
            ledger.restart(SimTime::ZERO + DAY).balance().as_credits_f64()
        };
        assert_eq!([after("charging-continues"), after("overdue"), after("no-fees-for-stopped")], [204.0, 60.0, 60.0]);
    }

    /// An hour at full speed on nothing: 120 used, 6 earned, 60 of them initial with Alibaba.
    fn in_debt(type_name: &str) -> Ledger {
        let mut ledger = ledger(type_name, Mode::Unlimited);
        ledger.settle(SimTime::from_secs(3600), CpuRate(2 * CpuRate::VCPU.0));
        ledger
    }

    #[test]
    fn an_advance_is_billed_once() {
        assert_eq!(in_debt("ecs.t6-c4m1.large").advance().as_credits_f64(), 54.0);
        let released = in_debt("ecs.t6-c4m1.large").release();
        assert_eq!((released.billed().as_credits_f64(), released.overdrawn), (54.0, CpuTime::ZERO));
        let mut switched = in_debt("t3.nano");
        switched.switch(Rules { mode: Mode::Standard, ..*switched.rules() });
        assert_eq!((switched.totals().billed().as_credits_f64(), switched.is_exhausted()), (114.0, true));
        assert_eq!(switched.release().billed().as_credits_f64(), 114.0, "not twice");
        let stopped = |stop| in_debt("ecs.t6-c4m1.large").stop(rule("alibaba-t6", stop)).restart(SimTime::from_secs(3600));
        assert_eq!(stopped("no-fees-for-stopped").totals().billed().as_credits_f64(), 54.0);
        assert_eq!(stopped("charging-continues").advance().as_credits_f64(), 54.0, "it is earned back later");
    }

    #[test]
    fn a_release_loses_the_balance() {
        let mut ledger = ledger("ecs.t6-c4m1.large", Mode::Standard);
        ledger.settle(SimTime::ZERO + DAY, CpuRate::ZERO);
        let totals = ledger.release();
        assert_eq!((totals.lost.as_credits_f64(), totals.billed()), (204.0, CpuTime::ZERO));
    }

    #[test]
    fn t2_loses_its_launch_credits_when_it_becomes_unlimited() {
        let mut it = ledger("t2.nano", Mode::Standard);
        it.settle(SimTime::ZERO + DAY, CpuRate::ZERO);
        it.switch(*ledger("t2.nano", Mode::Unlimited).rules());
        assert_eq!(it.balance().as_credits_f64(), 72.0);
        it.assert_balanced();
    }
}
