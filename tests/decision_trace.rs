//! What `--trace-decisions` writes can be laid beside a log: every row follows from the inputs that stand in it.

mod common;
#[path = "common/files.rs"]
mod files;

use coldcast::autoscaler::hpa::{HpaConfig, Limit, Reason};
use coldcast::autoscaler::kpa::decide::Decider;
use coldcast::autoscaler::kpa::metrics::Averages;
use coldcast::observe::{DecisionRecord, Trigger};
use coldcast::platform::plan::{RevisionPlan, ScalerPlan};
use coldcast::scenario::Scenario;
use coldcast::units::SimTime;
use common::decided::about;

/// Every revision of every policy, with its decisions.
fn each(scenario: &Scenario, check: fn(&RevisionPlan, &[DecisionRecord])) {
    for policy in &scenario.policies {
        for revision in &policy.services[0].plan.revisions {
            let rows = about(scenario, &policy.name, &revision.name);
            assert!(rows.len() > 50, "{} {}: only {} decisions", policy.name, revision.name, rows.len());
            check(revision, &rows);
        }
    }
}

/// A decider of its own that is given the inputs of every row decides what the row says.
fn check_knative(plan: &RevisionPlan, rows: &[DecisionRecord]) {
    let ScalerPlan::Kpa(config) = &plan.scaler else { panic!("{} is not Knative's", plan.name) };
    let mut decider = Decider::new(config.decider, SimTime::ZERO, plan.standing_instances());
    for row in rows.iter().filter(|it| it.trigger != Trigger::Reconcile) {
        let averages = row.stable.zip(row.panic).map(|(stable, panic)| Averages { stable, panic });
        let Some(scale) = decider.scale(row.at, Some(row.ready), averages) else {
            assert!(row.why.starts_with("no data"), "{row:?}");
            continue;
        };
        let decided = (scale.desired, Some(scale.excess_burst_capacity), decider.is_panicking());
        assert_eq!((row.desired, row.excess_burst_capacity, row.panicking), decided, "{row:?}");
        assert!(row.why.starts_with(&scale.rule.to_string()), "{row:?} is not by the rule `{}`", scale.rule);
    }
}

/// Where what is applied is not what is desired, the row says why; requests go straight to the pods only with capacity to spare.
fn check_applied(_: &RevisionPlan, rows: &[DecisionRecord]) {
    for row in rows {
        if row.applied as i32 != row.desired {
            let bounds = ["min-scale", "max-scale", "one pod stays", "not ready yet", "inactive", "progress-deadline", "nothing decided"];
            assert!(bounds.iter().any(|it| row.why.contains(it)), "{row:?}");
        }
        let may_serve = row.excess_burst_capacity.is_some_and(|it| it >= 0) && row.applied > 0;
        assert!(row.proxied || may_serve, "{row:?}");
    }
}

#[test]
fn every_row_of_knatives_autoscaler_follows_from_its_inputs() {
    for name in ["panic-exit.yaml", "burst-from-zero.yaml", "decay-then-explosion.yaml", "panic-slow-start.yaml"] {
        let scenario = files::load(&files::folder().join(name), 1);
        each(&scenario, check_knative);
        each(&scenario, check_applied);
    }
}

/// The counts keep to the bounds, syncs are a period apart, and what limits a count is told.
fn check_hpa(plan: &RevisionPlan, rows: &[DecisionRecord]) {
    let ScalerPlan::Hpa(hpa) = &plan.scaler else { return };
    let HpaConfig { bounds, sync_period, .. } = hpa.config;
    let mut before = hpa.replicas;
    for (row, earlier) in rows.iter().zip(std::iter::once(None).chain(rows.iter().map(Some))) {
        assert!(earlier.is_none_or(|it| row.at - it.at == sync_period), "{row:?}");
        assert!((bounds.min..=bounds.max).contains(&row.applied), "{row:?}");
        assert_eq!(row.ready + row.starting, before, "what was asked for is what is found: {row:?}");
        if row.stable.is_some() && row.desired >= 0 && row.applied as i32 == row.desired {
            let as_wanted = Reason::Measured { stabilized: row.applied, limit: Limit::DesiredWithinRange }.to_string();
            assert!(row.why.ends_with(&as_wanted) || row.why.contains("limited"), "{row:?}");
        }
        before = row.applied;
    }
}

#[test]
fn every_row_of_kubernetes_autoscaler_keeps_to_its_rules() {
    let mut scenario = files::load(&files::folder().join("canary-by-pods.yaml"), 1);
    scenario.policies.retain(|it| it.name != "fixed-three");
    each(&scenario, check_hpa);
}
