//! What it is worth that all policies meet the same requests: how much wider the interval of every difference would be if
//! they met others, and how many times as many replications would make up for it.

use super::head;
use super::human;
use super::markdown::escape;
use crate::experiment::headline::HEADLINE;
use crate::experiment::{Comparison, Difference, PolicyResult};
use crate::figure::short_name;

/// A Markdown table, which reads as plain text too.
pub(super) fn render(comparison: &Comparison) -> String {
    let Some(baseline) = comparison.baseline else {
        return "There is one policy only: nothing is compared, so nothing is paired.\n".into();
    };
    let base = &comparison.policies[baseline];
    let mut out = format!("{}\n\n", head::run(comparison));
    out += &format!("| less {} | figure | difference | ± paired | ± unpaired | variance ratio |\n", escape(&base.name));
    out += "|---|---|---:|---:|---:|---:|\n";
    for policy in &comparison.policies {
        out.extend(HEADLINE.iter().filter_map(|key| row(base, policy, key)));
    }
    out
}

/// A difference, as a share of the baseline's figure.
fn row(base: &PolicyResult, policy: &PolicyResult, key: &str) -> Option<String> {
    let Difference { estimate, variance_ratio, .. } = policy.difference(key)?;
    let (ratio, of) = (variance_ratio?, base.figure(key)?.point);
    let half = human::half(&estimate)?;
    let share = |value: f64| if of == 0.0 { human::share(value) } else { human::percent(value / of, None) };
    let cells = [share(estimate.point), share(half), share(half * libm::sqrt(ratio)), human::count(ratio)];
    Some(format!("| {} | {} | {} |\n", escape(&policy.name), escape(&short_name(key)), cells.join(" | ")))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::experiment::Estimate;

    #[test]
    fn four_times_the_variance_is_twice_the_width() {
        let mut comparison = sample::policies(2);
        let differences = comparison.policies[1].differences.as_mut().unwrap();
        let estimate = Estimate { point: -5.0, low: -6.0, high: -4.0, replications: 4 };
        let cost = crate::figure::find("cost.total").unwrap().0;
        differences[cost] = Some(Difference { estimate, significant: true, variance_ratio: Some(4.0) });
        comparison.policies[0].figures[cost] = Some(Estimate { point: 10.0, ..estimate });
        let table = render(&comparison);
        assert!(table.contains("| scale-to-zero | cost | −50 % | 10 % | 20 % | 4 |"), "{table}");
        assert!(render(&Comparison { baseline: None, ..comparison }).contains("one policy only"));
    }
}
