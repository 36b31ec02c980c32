//! Closed forms beside what was simulated, in a sentence each: when keeping alive, a reserve, or a load balancer pays.

use super::human;
use crate::experiment::break_even::{BreakEvens, Crossing, GapLine, GatewayRate, KeepAliveTime, Pays, ReserveRule, Seen};

/// What stands above the sentences.
pub(super) const HEAD: &str = "Break-even, in closed form";

/// A sentence for each; policies of which the same is to be said share one.
pub(super) fn sentences(it: &BreakEvens, currency: &str) -> Vec<String> {
    let money = Money { currency };
    let reserve = it.reserve.iter().map(|it| (it.policy.clone(), money.reserve(it)));
    let gateway = it.gateway.iter().map(|it| (it.policy.clone(), money.gateway(it)));
    let all = it.keep_alive.iter().map(|it| (it.policy.clone(), money.keep_alive(it))).chain(reserve).chain(gateway);
    let mut said: Vec<(Vec<String>, String)> = Vec::new();
    for (policy, text) in all {
        match said.iter_mut().find(|(_, known)| *known == text) {
            Some((policies, _)) => policies.push(policy),
            None => said.push((vec![policy], text)),
        }
    }
    said.into_iter().map(|(policies, text)| format!("{}: {text}", policies.join(", "))).collect()
}

/// Says amounts in a currency.
struct Money<'a> {
    currency: &'a str,
}

impl Money<'_> {
    fn of(&self, amount: f64) -> String {
        format!("{} {}", self.currency, human::plain_amount(amount))
    }

    fn keep_alive(&self, it: &KeepAliveTime) -> String {
        let start =
            format!("a start of {} costs {} ({} of it are billed)", it.service, self.of(it.start_cost), human::seconds(it.start_billed_s));
        let kept = human::seconds(it.kept_s);
        match (it.break_even_s, it.idle_per_hour) {
            (Some(at), Some(idle)) => format!(
                "{start}, an idle instance {} an hour: one that waits longer than {} for its next request has cost more than \
                 another start would; here it waits {kept}.",
                self.of(idle),
                human::seconds(at)
            ),
            _ => format!("{start}, an idle instance costs nothing by this book: no wait is too long; here it waits {kept}."),
        }
    }

    fn reserve(&self, it: &ReserveRule) -> String {
        let times = if it.replicas == 1 { String::new() } else { format!("{} × ", it.replicas) };
        let sides = format!(
            "{times}{} ({} an hour) in place of {} ({})",
            it.reserve.name,
            self.of(it.reserve.per_hour),
            it.standard.name,
            human::plain_amount(it.standard.per_hour)
        );
        let against = it.against.as_deref().unwrap_or("keeping one");
        let rule = match it.pays {
            Pays::InGaps(line) => self.in_gaps(it, &line, against),
            Pays::IfAwayOver(share) => {
                format!("is paid all the time: cheaper than {against} if it stands in for more than {} of it", human::percent(share, None))
            }
        };
        let seen = it.seen.map_or(String::new(), |seen| self.seen(it, &seen));
        format!("{sides} {rule}.{seen}")
    }

    fn in_gaps(&self, it: &ReserveRule, line: &GapLine, against: &str) -> String {
        let Some(at) = line.break_even_s else { return format!("is cheaper than {against} in no idle gap: it costs no less") };
        format!(
            "is cheaper than {against} in idle gaps longer than {}, from the start of the swap to the first request (billed of \
             starts: {} and {}; to drain: {})",
            human::seconds(at),
            human::seconds(it.standard.start_billed_s),
            human::seconds(it.reserve.start_billed_s),
            human::seconds(it.drain_s)
        )
    }

    fn seen(&self, it: &ReserveRule, seen: &Seen) -> String {
        let simulated = human::amount(&seen.saved);
        let expected = human::plain_amount(seen.expected);
        match it.pays {
            Pays::InGaps(_) => format!(
                " Its {} gaps a run were {} long on average, which by this saves {} {expected} each; simulated, it saves {simulated}.",
                human::count(seen.gaps),
                human::seconds(seen.gap_mean_s),
                self.currency
            ),
            Pays::IfAwayOver(_) => format!(
                " It does so for {}, which by this saves {} {expected} an hour; simulated, it saves {simulated}.",
                human::percent(seen.away_share, None),
                self.currency
            ),
        }
    }

    fn gateway(&self, it: &GatewayRate) -> String {
        let costs = format!(
            "with its load balancer {} an hour are resident if nobody calls, with {}'s own gateways {}",
            self.of(it.silent_per_hour),
            it.against,
            self.of(it.own_per_hour)
        );
        let meet = match it.crossing {
            Crossing::OwnAlways => "which is less at any traffic".to_owned(),
            Crossing::PerSecond(rate) => format!("which is less beyond {} requests a second, evenly spread", human::count(rate)),
            Crossing::LoadBalancerAlways => "which is more at any traffic".to_owned(),
        };
        let (rate, hour) = (human::count(it.seen_per_second), self.of(it.seen_per_hour));
        format!("{costs}, {meet}. Simulated: {rate} a second, for which {hour} an hour are paid.")
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn every_kind_has_its_sentence() {
        let said = sentences(&sample::break_evens(), "CNY");
        let begins = [
            "keep-alive, keep-alive-again: a start of shop costs CNY 0.00325 (30 s of it are billed), an idle instance CNY 0.390 an hour: one that waits longer than 30 s",
            "free: a start of shop costs CNY 0.00325 (30 s of it are billed), an idle instance costs nothing by this book",
            "reserve: t5 (CNY 0.333 an hour) in place of c5 (0.620) is cheaper than keep-one in idle gaps longer than 1 min 45 s",
            "kept: 2 × t6 (CNY 0.236 an hour) in place of c5 (0.620) is paid all the time: cheaper than keeping one if",
            "hosted: with its load balancer CNY 0.267 an hour are resident if nobody calls, with self-hosted's own gateways CNY 0.815, which is less beyond 7,000 requests a second",
        ];
        assert_eq!(said.len(), begins.len());
        for (sentence, begin) in said.iter().zip(begins) {
            assert!(sentence.starts_with(begin), "{sentence}");
        }
        let seen = "Its 12 gaps a run were 2 h long on average, which by this saves CNY 0.566 each; simulated, it saves 0.560 ± 0.010.";
        assert!(said[2].ends_with(seen), "{}", said[2]);
    }
}
