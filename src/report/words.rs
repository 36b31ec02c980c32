//! The answer in plain words, a sentence a policy: what it saves and who waits for it.
//!
//! Says no more than the intervals allow: where they include zero, the policies cost the same as far as the run can tell.

use super::head;
use super::human;
use super::rows::Change;
use crate::experiment::{Comparison, PolicyResult};

/// A sentence for every policy, the baseline's by itself.
pub(super) fn sentences(comparison: &Comparison) -> Vec<String> {
    comparison.policies.iter().map(|policy| sentence(comparison, policy)).collect()
}

fn sentence(comparison: &Comparison, policy: &PolicyResult) -> String {
    let base = comparison.baseline.map(|index| &comparison.policies[index]).filter(|base| base.name != policy.name);
    let cost = cost(comparison, policy, base);
    if policy.figure("requests.arrived").is_none_or(|arrived| arrived.point == 0.0) {
        return format!("{} {cost}; no request arrived.", policy.name);
    }
    let mut sentence = format!("{} {cost} and {}", policy.name, waiting(policy, base));
    for clause in [wake_ups(policy), share(policy, "timeout_rate", "of all requests time out"), errors(policy)].into_iter().flatten() {
        sentence += &format!("; {clause}");
    }
    sentence + "."
}

fn cost(comparison: &Comparison, policy: &PolicyResult, base: Option<&PolicyResult>) -> String {
    let own = policy
        .figure("cost.total")
        .map_or("an unknown amount".to_owned(), |cost| format!("{} {}", comparison.about.currency, human::amount(&cost)));
    let Some(base) = base else { return format!("costs {own}") };
    let Some(change) = Change::of_cost(comparison, policy) else {
        let free = base.figure("cost.total").is_some_and(|cost| cost.point == 0.0);
        return format!("costs {own}{}", if free { format!(" where {} costs nothing", base.name) } else { String::new() });
    };
    changed(change, &base.name, comparison.about.replications)
}

fn changed(change: Change, base: &str, replications: u32) -> String {
    let doubt = if change.half.is_none() { " (one replication: no interval)" } else { "" };
    if change.share == 0.0 && change.half.is_none_or(|half| half == 0.0) {
        return format!("costs exactly as much as {base}{doubt}");
    }
    if change.half.is_some() && !change.significant {
        let (percent, many) = (human::percent(change.share, change.half), head::replications(replications));
        return format!("costs the same as {base} within what {many} can tell ({percent})");
    }
    match change.share {
        share if share < 0.0 => format!("saves {} of {base}'s cost{doubt}", human::percent(-share, change.half)),
        share if share < 1.0 => format!("costs {} more than {base}{doubt}", human::percent(share, change.half)),
        share => format!("costs {} times as much as {base}{doubt}", human::with_interval(1.0 + share, change.half, 0, 1)),
    }
}

/// Who waits for a start, and how long; and who does under the baseline.
fn waiting(policy: &PolicyResult, base: Option<&PolicyResult>) -> String {
    let rate = |policy: &PolicyResult| policy.figure("cold_request_rate").map_or(0.0, |rate| rate.point);
    if rate(policy) == 0.0 {
        return "makes no request wait for a start".to_owned();
    }
    let there = base.filter(|base| rate(base) > 0.0).map(|base| format!(" ({} {})", base.name, human::share(rate(base))));
    let of = |key: &str| policy.figure(key).map(|figure| figure.point);
    let median = of("cold_latency_s.p50").zip(of("cold_latency_s.max")).map(|(median, max)| match median < 0.99 * max {
        true => format!(", half of them over {}", human::seconds(median)),
        // A timeout ends them all: nobody waits over it.
        false => format!(", most of them {}", human::seconds(max)),
    });
    let here = human::share(rate(policy));
    format!("makes {here} of requests wait for a start{}{}", there.unwrap_or_default(), median.unwrap_or_default())
}

/// What becomes of the requests that find nothing running.
fn wake_ups(policy: &PolicyResult) -> Option<String> {
    let count = policy.figure("wake_ups.count").filter(|count| count.point > 0.0)?.point;
    let lost = policy.figure("wake_ups.timed_out")?.point;
    let (all, lost_words) = (human::count(count), human::count(lost));
    Some(match lost {
        0.0 => format!("none of its {all} wake-ups a run times out"),
        lost if lost == count => format!("all of its {all} wake-ups a run time out"),
        _ => format!("{lost_words} of {all} wake-ups a run time out"),
    })
}

fn errors(policy: &PolicyResult) -> Option<String> {
    share(policy, "error_rate", "are rejected or fail")
}

fn share(policy: &PolicyResult, key: &str, what: &str) -> Option<String> {
    policy.figure(key).filter(|rate| rate.point > 0.0).map(|rate| format!("{} {what}", human::share(rate.point)))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[track_caller]
    fn check(change: Change, expected: &str) {
        assert_eq!(changed(change, "keep-one", 10), expected);
    }

    #[test]
    fn words_follow_the_interval() {
        let change = |share, half, significant| Change { share, half, significant };
        check(change(-0.614, Some(0.034), true), "saves 61 % ± 3 % of keep-one's cost");
        check(change(0.12, Some(0.03), true), "costs 12 % ± 3 % more than keep-one");
        check(change(2.2, Some(0.1), true), "costs 3.20 ± 0.10 times as much as keep-one");
        check(change(-0.01, Some(0.04), false), "costs the same as keep-one within what 10 replications can tell (−1 % ± 4 %)");
        check(change(0.0, Some(0.0), false), "costs exactly as much as keep-one");
        check(change(-0.5, None, false), "saves 50 % of keep-one's cost (one replication: no interval)");
    }

    #[test]
    fn every_policy_has_its_sentence() {
        let comparison = sample::policies(4);
        assert_eq!(sentences(&comparison).len(), 4);
        let alone = Comparison { baseline: None, ..comparison };
        assert_eq!(sentences(&alone).len(), 4);
        assert!(sentences(&alone)[0].starts_with("keep-one costs CNY "), "{}", sentences(&alone)[0]);
    }

    #[test]
    fn nobody_came() {
        assert!(sentences(&sample::silent())[0].ends_with("; no request arrived."));
    }
}
