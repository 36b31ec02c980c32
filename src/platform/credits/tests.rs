//! The ledger against a second one that goes nanosecond by nanosecond, and against itself cut into pieces.

use proptest::prelude::*;

use super::amount::{CpuRate, CpuTime};
use super::ledger::{Ledger, Mode, Rules};
use crate::units::SimTime;

/// The ledger as it is defined: one nanosecond after the other, one number a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slow {
    initial: i128,
    accrued: i128,
    advance: i128,
    overdrawn: i128,
    discarded: i128,
}

impl Slow {
    fn new(rules: &Rules) -> Slow {
        let (initial, cap) = (rules.initial.0, rules.cap.0);
        let mut slow = Slow { initial, accrued: 0, advance: 0, overdrawn: 0, discarded: 0 };
        if rules.initial_within_cap {
            slow = Slow { initial: 0, accrued: initial.min(cap), discarded: (initial - cap).max(0), ..slow };
        }
        slow
    }

    /// One nanosecond; a standard instance that has nothing uses no more than it earns.
    fn step(&mut self, rules: &Rules, wanted: i128) {
        let (earn, cap) = (i128::from(rules.earn.0), rules.cap.0);
        let empty = rules.mode == Mode::Standard && self.initial == 0 && self.accrued == 0;
        let used = if empty { wanted.min(earn) } else { wanted };
        let from_initial = used.min(self.initial);
        self.initial -= from_initial;
        self.pay(earn - (used - from_initial), cap, rules.mode);
    }

    fn pay(&mut self, net: i128, cap: i128, mode: Mode) {
        let repaid = net.clamp(0, self.advance);
        self.advance -= repaid;
        let accrued = (self.accrued + net - repaid).max(0);
        let short = accrued - (self.accrued + net - repaid);
        self.accrued = accrued.min(cap);
        self.discarded += accrued - self.accrued;
        if mode == Mode::Unlimited {
            let lent = short.min(cap - self.advance);
            self.advance += lent;
            self.overdrawn += short - lent;
        }
    }

    fn of(ledger: &Ledger) -> Slow {
        Slow {
            initial: ledger.initial().0,
            accrued: (ledger.balance() - ledger.initial()).0,
            advance: ledger.advance().0,
            overdrawn: ledger.totals().overdrawn.0,
            discarded: ledger.totals().discarded.0,
        }
    }
}

/// Uses `wanted` until a time as the simulator does: an event where the credits end, and one at every cut.
fn run(ledger: &mut Ledger, until: u64, wanted: u64, cuts: &[u64]) {
    let until = SimTime(until);
    while ledger.settled() < until {
        let used = ledger.limit(CpuRate(wanted));
        let cut = cuts.iter().map(|cut| SimTime(*cut)).find(|cut| *cut > ledger.settled()).unwrap_or(until);
        let next = ledger.exhausts_at(used).unwrap_or(until).min(cut).min(until);
        ledger.settle(next, used);
        ledger.assert_balanced();
    }
}

/// Rules small enough for every corner to be met within a hundred nanoseconds.
fn small_rules() -> impl Strategy<Value = Rules> {
    (0u64..8, 0i128..60, 0i128..40, any::<bool>(), any::<bool>()).prop_map(|(earn, cap, initial, within, unlimited)| Rules {
        earn: CpuRate(earn),
        cap: CpuTime(cap),
        initial: CpuTime(initial),
        initial_within_cap: within,
        mode: if unlimited { Mode::Unlimited } else { Mode::Standard },
    })
}

/// The rules of some real type.
fn real_rules() -> impl Strategy<Value = Rules> {
    let edition = || super::FAMILIES.values().flat_map(|family| family.editions.iter().map(move |edition| (family, edition)));
    let all: Vec<Rules> = edition()
        .flat_map(|(family, edition)| edition.types.values().map(move |row| Rules::new(family, edition, row, Mode::Standard)))
        .collect();
    (prop::sample::select(all), any::<bool>())
        .prop_map(|(rules, unlimited)| if unlimited { Rules { mode: Mode::Unlimited, ..rules } } else { rules })
}

const HOUR_NS: u64 = 3_600_000_000_000;

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn it_is_the_slow_ledger(rules in small_rules(), pieces in prop::collection::vec((1u64..40, 0u64..20), 1..8)) {
        let (mut ledger, mut slow, mut until) = (Ledger::new(rules, SimTime::ZERO), Slow::new(&rules), 0);
        for (time, wanted) in pieces {
            until += time;
            run(&mut ledger, until, wanted, &[]);
            (0..time).for_each(|_| slow.step(&rules, i128::from(wanted)));
            prop_assert_eq!(Slow::of(&ledger), slow);
        }
    }

    #[test]
    fn it_is_the_same_however_it_is_cut(
        rules in real_rules(),
        pieces in prop::collection::vec((1u64..30 * HOUR_NS, 0u64..40 * CpuRate::VCPU.0), 1..6),
        mut cuts in prop::collection::vec(0u64..100 * HOUR_NS, 0..12),
    ) {
        cuts.sort_unstable();
        let (mut whole, mut until) = (Ledger::new(rules, SimTime::ZERO), 0);
        let mut cut = whole;
        for (time, wanted) in pieces {
            until += time;
            run(&mut whole, until, wanted, &[]);
            run(&mut cut, until, wanted, &cuts);
            prop_assert_eq!(whole, cut);
        }
    }

    #[test]
    fn it_is_exhausted_at_that_nanosecond_and_not_before(rules in real_rules(), idle in 0u64..50 * HOUR_NS, wanted in 1u64..40 * CpuRate::VCPU.0) {
        let mut ledger = Ledger::new(rules, SimTime::ZERO);
        ledger.settle(SimTime(idle), CpuRate::ZERO);
        if let Some(at) = ledger.exhausts_at(CpuRate(wanted)) {
            let mut before = ledger;
            before.settle(SimTime(at.0 - 1), CpuRate(wanted));
            prop_assert!(!before.is_exhausted());
            ledger.settle(at, CpuRate(wanted));
            prop_assert!(ledger.is_exhausted());
            prop_assert_eq!(ledger.limit(CpuRate(wanted)), rules.earn);
            prop_assert_eq!(ledger.exhausts_at(rules.earn), None);
        }
    }
}

#[test]
#[should_panic(expected = "ran above its baseline")]
fn a_standard_instance_that_is_not_slowed_down_is_a_bug() {
    let rules = Rules { earn: CpuRate(1), cap: CpuTime(10), initial: CpuTime(0), initial_within_cap: false, mode: Mode::Standard };
    Ledger::new(rules, SimTime::ZERO).settle(SimTime(5), CpuRate(2));
}

/// The initial credits end within the first nanosecond, before anything has accrued.
#[test]
fn the_nanosecond_in_which_two_buckets_end() {
    let rules = Rules { earn: CpuRate(1), cap: CpuTime(10), initial: CpuTime(5), initial_within_cap: false, mode: Mode::Standard };
    let mut ledger = Ledger::new(rules, SimTime::ZERO);
    assert_eq!(ledger.exhausts_at(CpuRate(7)), Some(SimTime(1)));
    ledger.settle(SimTime(1), CpuRate(7));
    assert!(ledger.is_exhausted());
    assert_eq!(ledger.totals().forgiven, CpuTime(1), "7 used, 5 had and 1 earned");
}
