//! Knative's `rollout-duration`: traffic moves to the newest revision bit by bit.
//!
//! The annotation holds for a shift to the latest revision of the service; traffic that is pointed at a revision by its name,
//! as in a rollback, moves at once (pkg/reconciler/route/traffic/rollout.go). Here the newest revision is the one created
//! last, and of several created at once the last by name, as `v2` is after `v1`. A change of `rollout` with steps of its own
//! keeps them.

use super::raw::ServiceSpec;
use crate::units::Span;

/// Gives the duration to the changes that it holds for; a warning if there is none.
pub(super) fn apply(owner: &str, service: &mut ServiceSpec) -> Option<String> {
    let duration = service.rollout_duration().filter(|duration| *duration > Span::ZERO)?;
    let created = |name: &String| service.revisions[name].created.unwrap_or_default();
    let newest = service.revisions.keys().max_by_key(|name| (created(name), *name)).cloned();
    let mut taken = false;
    for change in &mut service.rollout {
        let at_once = change.step.is_none() && change.every.is_none() && change.over.is_none();
        if at_once && change.to.is_some() && change.to == newest {
            change.over = Some(duration);
            taken = true;
        }
    }
    let hint = "write `rollout: [ { at: 1h, to: v2 } ]`, where `v2` is the newest revision";
    let message = "has no effect, since nothing shifts traffic to the newest revision";
    (!taken).then(|| format!("{owner}: the annotation `serving.knative.dev/rollout-duration` {message}\n  hint: {hint}"))
}
