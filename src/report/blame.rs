//! Where the time of requests went, as shares and means: [`observe::BlameTable`](crate::observe::BlameTable) made readable.

use super::human;
use super::rows::Row;
use crate::experiment::{Comparison, PolicyResult};
use crate::observe::{Histogram, Part};

/// A part's name as a key of the JSON contract.
pub(super) fn key(part: Part) -> String {
    part.name().replace('-', "_")
}

/// Which requests are asked about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope {
    /// In the JSON contract.
    pub key: &'static str,
    /// In a headline.
    pub words: &'static str,
    /// They are those at or above this quantile of the latency.
    pub quantile: f64,
}

/// The scopes that are reported.
pub(super) const SCOPES: [Scope; 2] = [
    Scope { key: "slowest_1_percent", words: "the slowest 1 % of requests", quantile: 0.99 },
    Scope { key: "all", words: "all requests", quantile: 0.0 },
];

/// Parts that have less than this share in every policy are folded together.
const FOLDED: f64 = 0.005;

/// Seconds by part, mean over the requests of a scope.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Blame {
    /// Nanoseconds by part.
    pub parts: [u128; Part::ALL.len()],
    /// How many requests.
    pub requests: u64,
}

impl Blame {
    /// Of the requests of this scope over all replications.
    pub(super) fn of(policy: &PolicyResult, scope: Scope) -> Blame {
        let latency = &policy.merged.latency;
        Blame { parts: policy.merged.blame.above(latency, scope.quantile), requests: at_or_above(latency, scope.quantile) }
    }

    /// Mean seconds of these nanoseconds; nothing without requests.
    pub(super) fn mean_s(&self, ns: u128) -> Option<f64> {
        (self.requests > 0).then(|| ns as f64 / self.requests as f64 / 1e9)
    }

    fn sum(&self) -> u128 {
        self.parts.iter().sum()
    }

    fn share(&self, part: Part) -> f64 {
        self.parts[part as usize] as f64 / self.sum().max(1) as f64
    }
}

fn at_or_above(latency: &Histogram, quantile: f64) -> u64 {
    let first = latency.bucket_at(quantile).unwrap_or(0);
    latency.buckets().filter(|(index, ..)| *index >= first).map(|(_, count, _)| count).sum()
}

/// A row for the mean latency, one for every part that matters to some policy, one for the rest.
pub(super) fn rows(comparison: &Comparison, scope: Scope) -> Vec<Row> {
    let blames: Vec<Blame> = comparison.policies.iter().map(|policy| Blame::of(policy, scope)).collect();
    let (shown, folded): (Vec<Part>, Vec<Part>) = Part::ALL.iter().partition(|part| blames.iter().any(|it| it.share(**part) >= FOLDED));
    let groups: Vec<Vec<Part>> = shown.iter().map(|part| vec![*part]).chain([folded]).collect();
    let columns: Vec<Vec<String>> = blames.iter().map(|blame| column(blame, &groups)).collect();
    let labels = shown.iter().map(|part| part.name()).chain(["the rest"]);
    let mut rows = vec![Row { label: "mean latency".to_owned(), cells: blames.iter().map(mean_latency).collect() }];
    for (index, label) in labels.enumerate().filter(|(index, _)| !groups[*index].is_empty()) {
        rows.push(Row { label: label.to_owned(), cells: columns.iter().map(|column| column[index].clone()).collect() });
    }
    rows.retain(|row| row.label != "the rest" || row.cells.iter().any(|cell| cell != human::NONE));
    rows
}

fn mean_latency(blame: &Blame) -> String {
    blame.mean_s(blame.sum()).map_or(human::NONE.to_owned(), human::seconds)
}

/// One policy's cells, a group of parts each. The percentages sum to 100.
fn column(blame: &Blame, groups: &[Vec<Part>]) -> Vec<String> {
    let sums: Vec<u128> = groups.iter().map(|group| group.iter().map(|part| blame.parts[*part as usize]).sum()).collect();
    let cell = |(percent, ns): (u64, &u128)| match (*ns, blame.mean_s(*ns)) {
        (0, _) | (_, None) => human::NONE.to_owned(),
        (_, Some(mean)) => format!("{} %  {:>7}", percent, human::seconds(mean)),
    };
    percents(&sums).into_iter().zip(&sums).map(cell).collect()
}

/// Whole percentages of the sum that add up to 100: largest remainder first.
fn percents(sums: &[u128]) -> Vec<u64> {
    let total = sums.iter().sum::<u128>().max(1);
    let mut percents: Vec<u64> = sums.iter().map(|ns| (ns * 100 / total) as u64).collect();
    let mut by_remainder: Vec<usize> = (0..sums.len()).collect();
    by_remainder.sort_by_key(|index| std::cmp::Reverse(sums[*index] * 100 % total));
    let missing = if sums.iter().all(|ns| *ns == 0) { 0 } else { 100 - percents.iter().sum::<u64>() };
    for index in by_remainder.into_iter().take(missing as usize) {
        percents[index] += 1;
    }
    percents
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn percentages_sum_to_a_hundred() {
        assert_eq!(percents(&[1, 1, 1]), [34, 33, 33]);
        assert_eq!(percents(&[0, 0]), [0, 0]);
        assert_eq!(percents(&[995, 5]).iter().sum::<u64>(), 100);
    }

    #[test]
    fn parts_sum_to_the_latency() {
        for policy in &sample::policies(4).policies {
            let all = Blame::of(policy, SCOPES[1]);
            assert_eq!(all.sum(), policy.merged.latency.sum_ns());
            assert_eq!(all.requests, policy.merged.latency.count());
        }
    }
}
