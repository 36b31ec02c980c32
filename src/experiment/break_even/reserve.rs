//! When a reserve beats a standard instance that is kept.
//!
//! One that is released after its hand-over: in idle gaps longer than [`IdleGap::break_even`] (the fact sheet
//! `prices-credits-reserve`, section 3.2). One that stays is paid all the time, and its standard only while it is awake, so
//! with P the prices and a the share of the time in which it stands in, P_res + P_std (1 − a) < P_std: if a > P_res ÷ P_std
//! (derived from the same billing rules).

use super::pairs::{keep_one, reserved};
use super::per_hour;
use super::start::{MeanStart, span};
use crate::billing::{Charging, InstancePrice};
use crate::experiment::Estimate;
use crate::experiment::simulate::{Replica, Replicas};
use crate::experiment::values::{paired, series};
use crate::platform::RevisionPlan;
use crate::platform::reserve::{After, IdleGap};
use crate::scenario::{Policy, Scenario, Service};
use crate::units::{Price, Span};

/// A reserve beside its standard instance.
#[derive(Debug, Clone, PartialEq)]
pub struct ReserveRule {
    /// The policy with the reserve.
    pub policy: String,
    /// The service that has it.
    pub service: String,
    /// The policy that keeps a standard instance instead; nothing if the scenario has none.
    pub against: Option<String>,
    /// The standard instance.
    pub standard: Side,
    /// The reserve: all its replicas together.
    pub reserve: Side,
    /// How many they are.
    pub replicas: u32,
    /// From the hand-over to the end of the reserve, in seconds: what the first request needs beyond the standard's start.
    pub drain_s: f64,
    /// When it pays.
    pub pays: Pays,
    /// What was simulated; nothing without a policy to compare with, or without a gap.
    pub seen: Option<Seen>,
}

/// One of the two kinds of instances.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// Its type, or the class by whose prices it is charged.
    pub name: String,
    /// Its price, in the currency.
    pub per_hour: f64,
    /// The billed part of its start, mean, in seconds.
    pub start_billed_s: f64,
}

/// The condition under which a reserve is the cheaper one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pays {
    /// It is released: every gap by itself.
    InGaps(GapLine),
    /// It stays: if it stands in for more than this share of the time.
    IfAwayOver(f64),
}

/// What a reserve saves in a gap: a line in the gap's length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GapLine {
    /// Where it crosses zero, in seconds; nothing if it never does.
    pub break_even_s: Option<f64>,
    /// What the swap and the hand-over cost, in the currency.
    pub swap_cost: f64,
    /// What every hour of the gap saves; below zero if the reserve is the dearer one.
    pub saved_per_hour: f64,
}

impl GapLine {
    /// What a gap of this length saves, in the currency.
    pub fn saving(&self, gap_s: f64) -> f64 {
        self.saved_per_hour * gap_s / 3600.0 - self.swap_cost
    }
}

/// What a simulated reserve saved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// Gaps in a run, mean.
    pub gaps: f64,
    /// Their mean length, in seconds.
    pub gap_mean_s: f64,
    /// The share of the time in which the reserve stood in.
    pub away_share: f64,
    /// What the closed form says: saved in a gap of that length, or in an hour of the run; in the currency.
    pub expected: f64,
    /// What the policies' bills say of the same: paired differences.
    pub saved: Estimate,
}

impl ReserveRule {
    /// What keeping a standard instance costs in a gap of this length and while the standard would start, in the currency.
    pub fn kept_cost(&self, gap_s: f64) -> f64 {
        self.standard.per_hour * (gap_s + self.standard.start_billed_s) / 3600.0
    }

    /// What a gap of this length saves, as a share of that; nothing for a reserve that is kept.
    pub fn saved_share(&self, gap_s: f64) -> Option<f64> {
        match self.pays {
            Pays::InGaps(line) => Some(line.saving(gap_s) / self.kept_cost(gap_s)),
            Pays::IfAwayOver(_) => None,
        }
    }
}

/// The rule of every policy with one reserve whose prices are those of section 3.2: the same in every state.
pub(super) fn rules(scenario: &Scenario, replicas: &[Replicas], confidence: f64) -> Vec<ReserveRule> {
    let policies = scenario.policies.iter().zip(replicas);
    policies
        .filter_map(|(policy, own)| {
            let against = keep_one(scenario, policy);
            let rule = rule(policy, against.map(|index| scenario.policies[index].name.clone()))?;
            let seen = against.and_then(|index| seen(&rule, own, &replicas[index], confidence));
            Some(ReserveRule { seen, ..rule })
        })
        .collect()
}

fn rule(policy: &Policy, against: Option<String>) -> Option<ReserveRule> {
    let service = reserved(policy)?;
    let (standard, pools) = (service.plan.revisions.first()?, service.plan.revisions.first()?.reserve.as_deref()?);
    let (price, reserve_price) = (&service.prices[0], reserve_price(service)?);
    if !is_flat(price) || !is_flat(reserve_price) {
        return None;
    }
    let pool = pools.types.first()?;
    let (start, reserve_start) = (MeanStart::of(standard)?, MeanStart::of(pool)?);
    let gap = IdleGap {
        standard: price.price,
        reserve: times(reserve_price.price, pools.rules.replicas),
        standard_boot: start.billed,
        reserve_boot: reserve_start.billed,
        drain: Span(first_request(pool)?.0.saturating_sub(start.whole.0)),
    };
    let side = |price: &InstancePrice, all: Price, start: MeanStart| Side {
        name: price.name.clone(),
        per_hour: per_hour(all),
        start_billed_s: start.billed.as_secs_f64(),
    };
    Some(ReserveRule {
        policy: policy.name.clone(),
        service: service.name.clone(),
        against,
        standard: side(price, gap.standard, start),
        reserve: side(reserve_price, gap.reserve, reserve_start),
        replicas: pools.rules.replicas,
        drain_s: gap.drain.as_secs_f64(),
        pays: match pools.rules.after {
            After::Release => Pays::InGaps(line(&gap)),
            After::Keep => Pays::IfAwayOver(per_hour(gap.reserve) / per_hour(gap.standard)),
        },
        seen: None,
    })
}

/// The price of the reserve's first type: the one that is started.
fn reserve_price(service: &Service) -> Option<&InstancePrice> {
    service.prices.get(service.plan.revisions.len())
}

/// Whether an instance costs the same whatever it does.
fn is_flat(price: &InstancePrice) -> bool {
    price.charging == Charging::Instances && price.idle == Some(price.price) && price.kept.idle == Some(price.price)
}

fn times(price: Price, count: u32) -> Price {
    Price { nanos: price.nanos * i128::from(count), ..price }
}

/// How long the first request takes on a reserve; nothing where requests have no mean length. One whose length is in a
/// trace counts as short.
fn first_request(pool: &RevisionPlan) -> Option<Span> {
    Some(pool.cpu.alone(span(pool.demand.cpu.mean_secs())?) + span(pool.demand.io.mean_secs())?)
}

fn line(gap: &IdleGap) -> GapLine {
    let saving = |gap_length: Span| gap.cost_of_keeping_one(gap_length) - gap.cost_with_reserve(gap_length);
    let at_once = saving(Span::ZERO);
    GapLine {
        break_even_s: gap.break_even().map(Span::as_secs_f64),
        swap_cost: -at_once.as_f64(),
        saved_per_hour: (saving(Span::from_secs(3600)) - at_once).as_f64(),
    }
}

/// What was seen of a rule's policy against the one that keeps an instance.
fn seen(rule: &ReserveRule, own: &Replicas, kept: &Replicas, confidence: f64) -> Option<Seen> {
    let absences = own.merged.absences;
    let gap_mean_s = absences.gap_mean_s()?;
    // Both summed over replications, as what is merged is.
    let hours = own.merged.measured.as_secs_f64() / 3600.0;
    let away_share = absences.away_ns as f64 / 3.6e12 / hours / own.each.len() as f64;
    let expected = match rule.pays {
        Pays::InGaps(line) => line.saving(gap_mean_s),
        Pays::IfAwayOver(_) => rule.standard.per_hour * away_share - rule.reserve.per_hour,
    };
    let units = |replica: &Replica| match rule.pays {
        Pays::InGaps(_) => replica.absences.swaps as f64,
        Pays::IfAwayOver(_) => hours,
    };
    let total = crate::figure::find("cost.total").expect("it is in the table").0;
    let saved = paired(&series(kept, total), &series(own, total));
    let saved: Vec<f64> =
        saved.iter().zip(&own.each).filter(|(_, replica)| units(replica) > 0.0).map(|(saved, it)| saved / units(it)).collect();
    let gaps = absences.swaps as f64 / own.each.len() as f64;
    Some(Seen { gaps, gap_mean_s, away_share, expected, saved: Estimate::at(&saved, confidence)? })
}
