//! Scraping a sample of the pods (pkg/autoscaler/metrics/stats_scraper.go, sample_size.go).
//!
//! With more than four pods only some are asked and their mean stands for all; pods older than the stable window are
//! preferred, so an uneven load between pods biases the estimate. In the simulator a pod always answers.

use rand::RngExt as _;

use super::stats::Stat;
use crate::engine::Rng;

/// 1.96² · 100 / 25: a 95 % interval, a variance of 100, an accepted error of 5.
const CONFIDENCE: f64 = 1.96 * 1.96 * 100.0 / 25.0;

/// How many of so many pods are asked.
pub fn sample_size(pods: u32) -> u32 {
    if pods <= 3 {
        return pods;
    }
    let pods = f64::from(pods);
    (pods * CONFIDENCE / (pods + CONFIDENCE - 1.0)).ceil() as u32
}

/// What the sampled reports say of all `pods`, or none without a report: then nothing is recorded, not a zero.
pub fn extrapolate(sampled: impl IntoIterator<Item = Stat>, pods: u32) -> Option<Stat> {
    let (mut sum, mut count) = (Stat::default(), 0.0);
    for stat in sampled {
        sum.concurrency += stat.concurrency;
        sum.proxied_concurrency += stat.proxied_concurrency;
        sum.requests += stat.requests;
        sum.proxied_requests += stat.proxied_requests;
        count += 1.0;
    }
    let all = |sum: f64| sum / count * f64::from(pods);
    (count > 0.0).then(|| Stat {
        concurrency: all(sum.concurrency),
        proxied_concurrency: all(sum.proxied_concurrency),
        requests: all(sum.requests),
        proxied_requests: all(sum.proxied_requests),
    })
}

/// Chooses the pods to ask: a random sample of the `old` (of at least the stable window's age) if they suffice,
/// otherwise all of them and a random sample of the `young`. Reorders both; O(sample).
pub fn choose<'a, T: Copy>(old: &'a mut [T], young: &'a mut [T], rng: &mut Rng) -> impl Iterator<Item = T> + 'a {
    let pods = u32::try_from(old.len() + young.len()).expect("fewer than 2^32 pods");
    let wanted = sample_size(pods) as usize;
    let from_old = wanted.min(old.len());
    // Who asks everyone need not draw.
    if wanted < old.len() {
        shuffle_front(old, from_old, rng);
    }
    if wanted > old.len() && (wanted as u64) < u64::from(pods) {
        shuffle_front(young, wanted - from_old, rng);
    }
    old[..from_old].iter().chain(&young[..wanted - from_old]).copied()
}

/// Moves a random sample to the front (Fisher and Yates, stopped early).
fn shuffle_front<T>(items: &mut [T], count: usize, rng: &mut Rng) {
    for place in 0..count {
        let drawn = rng.random_range(place..items.len());
        items.swap(place, drawn);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Streams;

    #[track_caller]
    fn check(old: u32, young: u32, expected_old: usize, expected_young: usize) {
        let mut rng = Streams::new(1, 0).child("scrape").rng();
        let (mut old, mut young): (Vec<u32>, Vec<u32>) = ((0..old).collect(), (1000..1000 + young).collect());
        let mut chosen: Vec<u32> = choose(&mut old, &mut young, &mut rng).collect();
        assert_eq!(chosen.iter().filter(|&&pod| pod < 1000).count(), expected_old);
        assert_eq!(chosen.iter().filter(|&&pod| pod >= 1000).count(), expected_young);
        chosen.sort_unstable();
        chosen.dedup();
        assert_eq!(chosen.len(), expected_old + expected_young, "no pod is asked twice");
    }

    #[test]
    fn old_pods_are_preferred() {
        check(10, 90, 10, 4);
        check(50, 50, 14, 0);
        check(14, 86, 14, 0);
        check(0, 100, 0, 14);
    }

    #[test]
    fn a_few_pods_are_all_asked() {
        check(0, 0, 0, 0);
        check(1, 2, 1, 2);
        check(0, 4, 0, 4);
    }

    #[test]
    fn nobody_asked_is_no_report() {
        assert_eq!(extrapolate([], 0), None);
    }
}
