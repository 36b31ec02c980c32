//! `revisions.csv`: the course of the split, a row a policy, revision and time bucket, means over replications. Only where a
//! service splits its traffic.

use std::collections::BTreeMap;

use super::summary_csv::{decimal, write};
use super::timeline_csv::{Moment, moments};
use crate::experiment::{Comparison, PolicyResult};
use crate::observe::RevisionOutcome;
use crate::observe::revisions::{Share, shares};

const COLUMNS: [&str; 11] = [
    "policy",
    "service",
    "revision",
    "start_s",
    "arrived",
    "share",
    "share_meant",
    "instances_starting_mean",
    "instances_ready_mean",
    "instances_desired_mean",
    "timed_out",
];

/// The whole table, with a header; nothing where no service has several revisions.
pub(super) fn render(comparison: &Comparison) -> Option<Vec<u8>> {
    let rows: Vec<_> = comparison.policies.iter().flat_map(|policy| rows(comparison, policy)).collect();
    let table = || write([COLUMNS.map(str::to_owned)].into_iter().chain(rows.iter().cloned()));
    (!rows.is_empty()).then(|| table().into_bytes())
}

/// The course of one revision.
pub(super) struct Course<'a> {
    /// Its service.
    pub service: &'a str,
    /// What was seen of it.
    pub outcome: &'a RevisionOutcome,
    /// Its share by bucket.
    pub shares: Vec<Option<Share>>,
    /// Its requests and instances by bucket.
    pub moments: Vec<Moment>,
}

/// Every revision of every service that has several.
pub(super) fn courses<'a>(comparison: &Comparison, policy: &'a PolicyResult) -> Vec<Course<'a>> {
    let mut services: BTreeMap<&str, Vec<&RevisionOutcome>> = BTreeMap::new();
    for ((service, _), revision) in &policy.merged.revisions {
        services.entry(service).or_default().push(revision);
    }
    let course = |service: &'a str, outcome: &'a RevisionOutcome, shares| {
        let moments = moments(&outcome.timeline, comparison.about.horizon, comparison.about.replications);
        Course { service, outcome, shares, moments }
    };
    let of_service = |(service, revisions): (&'a str, Vec<&'a RevisionOutcome>)| {
        let shares = shares(&revisions);
        revisions.into_iter().zip(shares).map(move |(outcome, (_, shares))| course(service, outcome, shares)).collect::<Vec<_>>()
    };
    services.into_iter().flat_map(of_service).collect()
}

fn rows(comparison: &Comparison, policy: &PolicyResult) -> Vec<[String; 11]> {
    let courses = courses(comparison, policy);
    let rows = courses.iter().flat_map(|it| it.moments.iter().zip(&it.shares).map(move |(moment, share)| row(policy, it, moment, *share)));
    rows.collect()
}

fn row(policy: &PolicyResult, course: &Course, moment: &Moment, share: Option<Share>) -> [String; 11] {
    [
        policy.name.clone(),
        course.service.to_owned(),
        course.outcome.name.clone(),
        decimal(Some(moment.start.as_secs_f64())),
        decimal(Some(moment.count(|it| it.arrived))),
        decimal(share.map(|it| it.found)),
        decimal(share.map(|it| it.meant)),
        decimal(Some(moment.level(|it| it.starting_ns))),
        decimal(Some(moment.level(|it| it.ready_ns))),
        decimal(Some(moment.level(|it| it.desired_ns))),
        decimal(Some(moment.count(|it| it.timed_out))),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_row_a_policy_revision_and_bucket() {
        let text = String::from_utf8(render(&sample::split()).expect("two revisions")).unwrap();
        assert_eq!(text.lines().count(), 1 + 2 * 2 * 288);
        assert_eq!(text.lines().nth(2).unwrap(), "keep-one,shop,v1,300,0.5,0.6666666666666666,0.5,0,0.5,0,0");
        assert!(text.lines().nth(1).unwrap().starts_with("keep-one,shop,v1,0,0,,"), "no share where nobody came");
        assert_eq!(render(&sample::policies(2)), None);
    }
}
