//! Checking what a service says of its revisions: their shares, when they are created, how the split changes.

use super::raw::{RevisionSpec, ServiceSpec};
use crate::error::{Problem, below};
use crate::platform::{RolloutSpec, RoutePlan, Split, rollout};
use crate::units::Span;

/// What is wrong with the shares of the revisions and with their rollout.
pub(super) fn check_split(service: &ServiceSpec) -> Vec<Problem> {
    let mut problems: Vec<Problem> = check_shares(service).into_iter().map(|it| it.below("revisions")).collect();
    problems.extend(service.revisions.iter().filter_map(|(name, it)| check_created(name, it)));
    for (name, revision) in &service.revisions {
        problems.extend(below(&format!("revisions.{name}"), check_tag(revision)));
    }
    let names: Vec<&str> = service.revisions.keys().map(String::as_str).collect();
    for (index, change) in service.rollout.iter().enumerate() {
        problems.extend(below(&format!("rollout.{index}"), change.check(&names)));
        problems.extend(below(&format!("rollout.{index}"), check_order(service, index, change)));
    }
    problems.extend(check_kind(service));
    problems.extend(check_tags(service));
    problems
}

/// The shares sum to a hundred.
fn check_shares(service: &ServiceSpec) -> Option<Problem> {
    let sum: f64 = service.revisions.values().map(|revision| revision.percent.0).sum();
    let wrong = !service.revisions.is_empty() && (sum - 100.0).abs() > 1e-6;
    let message = format!("the percentages of the revisions sum to {}, not to 100", (sum * 1e6).round() / 1e6);
    wrong.then(|| Problem::new("percent", "", message).hint("every request goes to exactly one revision"))
}

/// What does not exist yet cannot serve.
fn check_created(name: &str, revision: &RevisionSpec) -> Option<Problem> {
    let early = revision.created.is_some_and(|at| at > Span::ZERO) && revision.percent.0 > 0.0;
    let problem =
        Problem::new("rollout", format!("revisions.{name}.percent"), "a revision that is created later has no share at the start");
    early.then(|| problem.hint("leave `percent` out and shift traffic to it with `rollout`"))
}

/// What is sent to a tag's address needs a tag.
fn check_tag(revision: &RevisionSpec) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !revision.traffic.is_empty() && revision.tag.is_none() {
        let problem = Problem::new("tag", "traffic", "only a tag gives a revision an address of its own to send this to");
        problems.push(problem.hint("write `tag: canary` beside it, or give the revision a `percent` of the service's traffic"));
    }
    problems.extend(revision.tag.iter().filter_map(|tag| check_tag_name(tag)));
    for (index, source) in revision.traffic.iter().enumerate() {
        problems.extend(below(&format!("traffic.{index}"), source.check()));
    }
    problems
}

/// A tag becomes part of a host name (RFC 1035's labels, which Knative's webhook asks for).
fn check_tag_name(tag: &str) -> Option<Problem> {
    let fine = (1..=63).contains(&tag.len())
        && tag.starts_with(|it: char| it.is_ascii_lowercase())
        && tag.ends_with(|it: char| it.is_ascii_lowercase() || it.is_ascii_digit())
        && tag.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-');
    let problem = Problem::new("tag", "tag", format!("`{tag}` cannot be part of a host name"));
    (!fine).then(|| problem.hint("use at most 63 lower-case letters, digits and `-`, a letter first"))
}

/// Tags are told apart.
fn check_tags(service: &ServiceSpec) -> Vec<Problem> {
    let mut seen: Vec<&str> = Vec::new();
    let mut problems = Vec::new();
    for (name, tag) in service.revisions.iter().filter_map(|(name, it)| it.tag.as_deref().map(|tag| (name, tag))) {
        if seen.contains(&tag) {
            let problem = Problem::new("tag", format!("revisions.{name}.tag"), format!("another revision has the tag `{tag}` already"));
            problems.push(problem.hint("one address leads to one revision"));
        }
        seen.push(tag);
    }
    problems
}

/// A trace of many functions makes a service of each, and says nothing of the address of a single one's revision.
pub(super) fn many_functions(service: &ServiceSpec, revision: u32) -> Problem {
    let name = service.revisions.keys().nth(revision as usize).map_or("", String::as_str);
    let message = "a trace of many functions makes many services, but a tag's address belongs to one";
    Problem::new("tag", format!("revisions.{name}.traffic"), message).hint("pick one function with `function: NAME`")
}

/// Changes come in order, and give nothing to what is not there.
fn check_order(service: &ServiceSpec, index: usize, change: &RolloutSpec) -> Vec<Problem> {
    let mut problems = Vec::new();
    if index > 0 && change.at <= service.rollout[index - 1].at {
        problems.push(Problem::new("rollout", "at", "the changes of a rollout come in order, each after the one before"));
    }
    if change.at == Span::ZERO {
        problems.push(Problem::new("rollout", "at", "the split at the start is that of the revisions' `percent`"));
    }
    let gains =
        |name: &String| change.to.as_ref() == Some(name) || change.percent.iter().any(|it| it.get(name).is_some_and(|it| it.0 > 0.0));
    for (name, revision) in service.revisions.iter().filter(|(name, _)| gains(name)) {
        if revision.created.is_some_and(|created| created > change.at) {
            problems.push(Problem::new("rollout", "at", format!("`{name}` is not created until {}", revision.created.unwrap_or_default())));
        }
    }
    problems
}

/// Pods that decide over the split leave nothing to a rollout.
fn check_kind(service: &ServiceSpec) -> Vec<Problem> {
    let mut problems = Vec::new();
    if service.split == Split::ReadyPods && !service.rollout.is_empty() {
        let problem = Problem::new("rollout", "rollout", "with `split: ready-pods` the pods decide over the split, and nothing shifts it");
        problems.push(problem.hint("use `split: percent`, or leave `rollout` out"));
    }
    if service.revisions.is_empty() && (!service.rollout.is_empty() || service.split == Split::ReadyPods) {
        let path = if service.rollout.is_empty() { "split" } else { "rollout" };
        problems.push(
            Problem::new("rollout", path, "there is nothing to split: the service has a single revision").hint("name its `revisions`"),
        );
    }
    problems
}

/// How the service's traffic is split, from the start on. The service has been checked.
pub(super) fn route_plan(service: &ServiceSpec) -> RoutePlan {
    let names: Vec<&str> = service.revisions.keys().map(String::as_str).collect();
    let shares = match service.revisions.is_empty() {
        true => vec![1.0],
        false => service.revisions.values().map(|it| it.percent.0 / 100.0).collect(),
    };
    RoutePlan { split: service.split, steps: rollout::route_steps(&service.rollout, &names, shares) }
}
