//! Checking a scenario: everything that can be known to be wrong before the first event.

use std::sync::Arc;

use super::axis::Axis;
use super::books::{self, Books};
use super::burstable;
use super::decode::decode;
use super::defaults;
use super::doubts;
use super::draft::{Draft, Selection};
use super::expect::Document;
use super::files::{Remembering, redirect};
pub(super) use super::findings::Findings;
use super::layers;
use super::plan::{Prices, service_plan};
use super::raw::{RawScenario, RunSpec, ServiceSpec};
use super::reserve;
use super::revisions::{check_split, many_functions};
use super::stock;
use super::tree::Node;
use super::{Options, Policy, Scenario, Service, level_column};
use crate::autoscaler::AutoscalerSpec;
use crate::billing::resident::Resident;
use crate::error::{Error, Place, Problem, below, did_you_mean};
use crate::expression::Vocabulary;
use crate::platform::Window;
use crate::platform::request::RequestSpec;
use crate::traffic::{self, Open, SourceSpec, Workload};
use crate::units::{SimTime, Span};

/// A policy laid over the base and decoded, with the tree it came from.
pub(super) struct Variant {
    name: String,
    raw: RawScenario,
    tree: Node,
    /// Doubts about its configuration of Knative.
    warnings: Vec<String>,
}

pub(super) fn load(file: &str, text: &str, options: &Options, open: &Arc<dyn Open>) -> Result<Scenario, Error> {
    let draft = Draft::read(file, text)?;
    let mut scenario = draft.resolve(options, &[], &draft.every_policy(), open)?;
    scenario.warnings.extend(draft.doubts());
    Ok(scenario)
}

/// Checks every selected document, then reads what they name.
pub(super) fn resolve_all(
    draft: &Draft,
    options: &Options,
    axes: &[Axis],
    selections: &[Selection],
    open: &Arc<dyn Open>,
) -> Result<Scenario, Error> {
    let mut findings = Findings::new(&draft.file, axes);
    let mut variants = variants(draft, axes, selections, &mut findings);
    if let Some(trace) = &options.trace {
        redirect_all(&mut variants, trace, &mut findings);
    }
    let baseline = baseline(draft, &variants, &mut findings);
    findings.explain_paths(&draft.base);
    findings.finish()?;
    resolve(draft, options, axes, open, &variants, baseline)
}

/// Replays the trace that the caller names wherever the scenario replays one.
fn redirect_all(variants: &mut [Variant], trace: &str, findings: &mut Findings) {
    let mut found = variants.is_empty();
    for service in variants.iter_mut().flat_map(|variant| variant.raw.services.values_mut()) {
        found |= redirect(&mut service.traffic, trace);
    }
    if !found {
        let problem = Problem::new("trace", "", format!("a trace is given (`{trace}`), but the scenario replays none"));
        findings.add_at(
            0,
            0,
            problem.hint("`--trace` takes the place of an `azure-2019`, `azure-2021`, `csv`, `rates` or `mean-rates` source"),
        );
    }
}

/// Every selected document, decoded and checked.
pub(super) fn variants(draft: &Draft, axes: &[Axis], selections: &[Selection], findings: &mut Findings) -> Vec<Variant> {
    if !check_policies(draft, findings) {
        return Vec::new();
    }
    let mut variants = Vec::new();
    for selection in selections {
        match draft.tree(axes, selection) {
            Ok(tree) => variants.extend(variant(&selection.name, tree, findings)),
            Err(problem) => match axes.iter().position(|axis| axis.path == problem.path) {
                // It is the path that is wrong, whatever the value.
                Some(axis) => findings.add_at(0, level_column(axis, 0), Problem { code: "path", ..problem }),
                None => findings.add(&draft.base, problem),
            },
        }
    }
    variants
}

/// Whether the policies are a map with something in it.
fn check_policies(draft: &Draft, findings: &mut Findings) -> bool {
    for (key, _) in draft.policy_entries().iter().filter(|(key, _)| key.name.trim().is_empty()) {
        findings.add_at(key.line, key.column, Problem::new("name", "policies", "a policy needs a name"));
    }
    let some = draft.base.get("policies").is_none() || !draft.policy_entries().is_empty();
    if !some {
        let problem = Problem::new("empty-policies", "policies", "there is no policy to run");
        findings.add(&draft.base, problem.hint("write at least one, such as `policies: { as-it-is: {} }`, or leave `policies` out"));
    }
    some
}

/// A policy's document, decoded and checked. What did not decode is left out of the check, and so is what hangs on it.
fn variant(name: &str, tree: Node, findings: &mut Findings) -> Option<Variant> {
    let mut decoded = decode::<RawScenario>(&tree);
    let cluster = decoded.value.as_mut().map(|raw| defaults::apply(raw, &tree)).unwrap_or_default();
    let layers = decoded.value.as_mut().map(|raw| layers::merge(raw, &tree)).unwrap_or_default();
    let checked = decoded.value.iter().flat_map(check_raw).chain(cluster.problems).chain(layers.problems);
    let checked = checked.filter(|problem| !decoded.is_doubtful(&problem.path));
    decoded.problems.iter().cloned().chain(checked).for_each(|problem| findings.add(&tree, problem));
    Some(Variant { name: name.to_owned(), raw: decoded.value?, tree, warnings: [cluster.warnings, layers.warnings].concat() })
}

/// The baseline's position; nothing with a single policy.
fn baseline(draft: &Draft, variants: &[Variant], findings: &mut Findings) -> Option<usize> {
    let wanted = variants.first().and_then(|variant| variant.raw.baseline.as_deref());
    let policies = draft.every_policy();
    if let Some(name) = wanted.filter(|name| policies.iter().all(|policy| policy.name != **name)) {
        let names: Vec<&str> = policies.iter().map(|policy| policy.name.as_str()).collect();
        let problem = Problem::new("unknown-name", "baseline", format!("there is no policy `{name}`"));
        findings.add(&draft.base, problem.hint(did_you_mean(name, names)));
    }
    let position = match wanted {
        None => Some(0),
        Some(name) => variants.iter().position(|variant| variant.name == name),
    };
    position.filter(|_| variants.len() > 1)
}

/// What is wrong with a decoded scenario.
fn check_raw(raw: &RawScenario) -> Vec<Problem> {
    let mut problems: Vec<Problem> = check_name(&raw.name).into_iter().chain(below("run", check_run(&raw.run))).collect();
    problems.extend(books::check(raw));
    problems.extend(below("resident", raw.resident.check()));
    if raw.services.is_empty() {
        problems.push(Problem::new("empty", "services", "there is no service to simulate"));
    }
    for (name, service) in &raw.services {
        problems.extend(below(&format!("services.{name}"), check_service(service)));
    }
    problems
}

/// More replications narrow no interval worth having.
const REPLICATIONS_MAX: u32 = 100_000;

/// Results go to a folder of this name, so it must be one.
fn check_name(name: &str) -> Option<Problem> {
    let fine = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.')) && !name.starts_with('.');
    let problem = Problem::new("name", "name", format!("`{name}` cannot name a folder of results"));
    (!fine).then(|| problem.hint("use letters, digits, `-` and `_`"))
}

fn check_run(run: &RunSpec) -> Vec<Problem> {
    let mut problems = Vec::new();
    if run.horizon == Some(Span::ZERO) {
        problems.push(Problem::new("horizon", "horizon", "nothing happens in no time").hint("write a duration such as `2d`"));
    }
    if run.horizon.is_some_and(|horizon| run.warmup >= horizon && horizon > Span::ZERO) {
        problems.push(Problem::new("warmup", "warmup", "the warm-up leaves nothing of the run to measure"));
    }
    if run.replications > REPLICATIONS_MAX {
        let message = format!("{} replications are more than {REPLICATIONS_MAX}", run.replications);
        problems.push(Problem::new("replications", "replications", message));
    }
    if run.replications == 0 {
        problems.push(Problem::new("replications", "replications", "a policy that is never run has no figures"));
    }
    problems
}

fn check_service(service: &ServiceSpec) -> Vec<Problem> {
    let mut problems = Vec::new();
    if service.traffic.is_empty() {
        problems.push(Problem::new("empty", "traffic", "there is no traffic").hint("write `traffic: [ { poisson: { rate: 3/s } } ]`"));
    }
    for (index, source) in service.traffic.iter().enumerate() {
        problems.extend(below(&format!("traffic.{index}"), source.check()));
    }
    problems.extend(below("request", service.request.check()));
    problems.extend(below("gateway", service.gateway.check()));
    problems.extend(service.activator.iter().flat_map(|it| below("activator", it.check())));
    problems.extend(service.queue_proxy.iter().flat_map(|it| below("queue-proxy", it.check())));
    problems.extend(service.cold_start.iter().flat_map(|it| below("cold-start", it.check())));
    problems.extend(check_start(&service.autoscaler, service.cold_start.is_some()));
    if service.revision_timeout == Some(Span::ZERO) {
        problems.push(Problem::new("timeout", "revision-timeout", "a request would time out before it arrives"));
    }
    problems.extend(below("revisions", check_revisions(service)));
    problems.extend(check_split(service));
    problems.extend(stock::check(service));
    problems.extend(burstable::check(service));
    problems.extend(reserve::check(service));
    problems
}

/// An autoscaler that starts instances needs to know how long that takes: a missing time would be a wrong figure.
fn check_start(autoscaler: &AutoscalerSpec, given: bool) -> Option<Problem> {
    if given || matches!(autoscaler, AutoscalerSpec::Fixed(_)) {
        return None;
    }
    let problem = Problem::new("missing-key", "cold-start", "`cold-start` is missing: how long does an instance take to start?");
    Some(problem.hint("write `cold-start: { profile: eci, runtime: go, image: 100MB }`"))
}

fn check_revisions(service: &ServiceSpec) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, revision) in &service.revisions {
        let mut inside: Vec<Problem> = revision.request.iter().flat_map(|it| below("request", it.check())).collect();
        inside.extend(revision.cold_start.iter().flat_map(|it| below("cold-start", it.check())));
        let started = revision.cold_start.is_some() || service.cold_start.is_some();
        inside.extend(revision.autoscaler.as_ref().and_then(|it| check_start(it, started)));
        problems.extend(below(name, inside));
    }
    problems
}

/// Everything that needs a file or a price: the book, the traffic, the plans.
fn resolve(
    draft: &Draft,
    options: &Options,
    axes: &[Axis],
    open: &Arc<dyn Open>,
    variants: &[Variant],
    baseline: Option<usize>,
) -> Result<Scenario, Error> {
    let mut findings = Findings::new(&draft.file, axes);
    let first = &variants[0];
    let remembering = Remembering::new(open);
    let open: &Arc<dyn Open> = &(Arc::clone(&remembering) as Arc<dyn Open>);
    let books = match books::load(&first.raw, open)? {
        Ok(books) => books,
        Err(problems) => {
            problems.into_iter().for_each(|problem| findings.add(&first.tree, problem));
            findings.finish()?;
            unreachable!("there is a finding");
        }
    };
    let mut loaded: Vec<(Vec<SourceSpec>, Workload)> = Vec::new();
    let mut policies = Vec::new();
    for variant in variants {
        let services = services_of(variant, &books, &mut loaded, open, &mut findings)?;
        let resident = resident_of(variant, &books, open, &mut findings)?;
        let (line, column) = draft.base.place(&format!("policies.{}", variant.name));
        let place = Place { file: draft.file.clone(), line, column };
        policies.push(Policy { name: variant.name.clone(), place, services, resident });
    }
    let names: Vec<String> = draft.every_policy().into_iter().map(|it| it.name).collect();
    let as_written = policies.iter().map(|it| &it.name).eq(&names);
    let vocabulary = Vocabulary { policies: names, currency: books.main.currency().to_owned() };
    let document = Document { file: &draft.file, text: &draft.text, tree: &draft.base };
    let mut expectations = document.expectations(&first.raw, &vocabulary, &mut findings);
    // Checked in any case; but what is promised of a policy is not promised of every cell of a grid.
    expectations.retain(|_| as_written);
    let tolerances = document.tolerances(&first.raw, &vocabulary, &mut findings);
    let workloads: Vec<Workload> = loaded.into_iter().map(|(_, workload)| workload).collect();
    let window = window_of(first, &workloads, &mut findings);
    findings.finish()?;
    let run = &first.raw.run;
    Ok(Scenario {
        name: first.raw.name.clone(),
        question: first.raw.question.clone(),
        hash: remembering.hash(&draft.text)?,
        seed: options.seed.unwrap_or(run.seed),
        replications: options.replications.unwrap_or(run.replications),
        window,
        warnings: warnings(variants, &books, &policies),
        book: books.main,
        also_priced_by: books.also,
        free_grant: first.raw.free_grant,
        expectations,
        tolerances,
        text: draft.text.clone(),
        policies,
        baseline,
        workloads,
    })
}

fn services_of(
    variant: &Variant,
    books: &Books,
    loaded: &mut Vec<(Vec<SourceSpec>, Workload)>,
    open: &Arc<dyn Open>,
    findings: &mut Findings,
) -> Result<Vec<Service>, Error> {
    let mut services = Vec::new();
    for (name, spec) in &variant.raw.services {
        let path = format!("services.{name}");
        let workload = workload_of(&spec.traffic, loaded, open)?;
        let mut tagged = Vec::new();
        for (revision, it) in (0..).zip(spec.revisions.values()).filter(|(_, it)| !it.traffic.is_empty()) {
            tagged.push((revision, workload_of(&it.traffic, loaded, open)?));
        }
        let many = |index: usize| loaded[index].1.functions().len() > 1;
        let problem = tagged.iter().find(|it| many(workload) || many(it.1)).map(|it| many_functions(spec, it.0));
        problem.into_iter().for_each(|it| findings.add(&variant.tree, it.below(&path)));
        match service_plan(name, spec, books) {
            Ok((plan, Prices { main, also })) => {
                services.push(Service { name: name.clone(), plan, workload, tagged, prices: main, also_prices: also });
            }
            Err(problem) => findings.add(&variant.tree, problem.below(&path)),
        }
    }
    Ok(services)
}

/// Where the traffic is among those that are loaded; each is read once.
fn workload_of(sources: &[SourceSpec], loaded: &mut Vec<(Vec<SourceSpec>, Workload)>, open: &Arc<dyn Open>) -> Result<usize, Error> {
    if let Some(index) = loaded.iter().position(|(known, _)| known == sources) {
        return Ok(index);
    }
    loaded.push((sources.to_vec(), traffic::load(sources, open)?));
    Ok(loaded.len() - 1)
}

/// What runs besides the services of a policy, with its prices; nothing where they are missing, which is a finding.
fn resident_of(variant: &Variant, books: &Books, open: &Arc<dyn Open>, findings: &mut Findings) -> Result<Resident, Error> {
    let resident = books::load_balancer(&variant.raw, &books.main, open)?.and_then(|load_balancer| {
        variant.raw.resident.resolve(&books.main, load_balancer.as_ref()).map_err(|problem| problem.below("resident"))
    });
    Ok(resident.unwrap_or_else(|problem| {
        findings.add(&variant.tree, problem);
        Resident::default()
    }))
}

/// The run's length: as written, or that of the longest trace.
fn window_of(first: &Variant, workloads: &[Workload], findings: &mut Findings) -> Window {
    let run = &first.raw.run;
    let horizon = run.horizon.or_else(|| workloads.iter().filter_map(Workload::span).max());
    let horizon = horizon.unwrap_or_else(|| {
        let problem = Problem::new("missing-key", "run.horizon", "`run.horizon` is missing: synthetic traffic never ends by itself");
        findings.add(&first.tree, problem.hint("write `run: { horizon: 1d }`"));
        Span::MAX
    });
    if run.warmup >= horizon {
        findings.add(&first.tree, Problem::new("warmup", "run.warmup", "the warm-up leaves nothing of the run to measure"));
    }
    Window { warmup: SimTime(run.warmup.0), horizon: SimTime(horizon.0), steps_max: run.steps_max, decisions: false }
}

/// What can be simulated, but not be applied to a Knative with its default limits, or is billed otherwise than meant.
fn warnings(variants: &[Variant], books: &Books, policies: &[Policy]) -> Vec<String> {
    let raw = &variants[0].raw;
    let mut warnings: Vec<String> = defaults::beyond_limits(raw);
    for said in variants.iter().flat_map(|variant| &variant.warnings) {
        if !warnings.contains(said) {
            warnings.push(said.clone());
        }
    }
    warnings.extend(raw.services.iter().filter(|(_, service)| takes_no_time(service)).map(|(name, _)| {
        format!("service `{name}`: its requests take no time, since neither `cpu` nor `io` nor a trace says how long\n  hint: write `request: {{ cpu: 40ms }}`")
    }));
    warnings.extend(raw.services.iter().filter_map(|(name, service)| cpu_of_trace(name, service)));
    warnings.extend(raw.services.keys().filter_map(|name| {
        let of_policies = variants.iter().filter_map(|variant| variant.raw.services.get(name));
        stock::reclaims_nothing(of_policies).map(|said| format!("service `{name}`: {said}"))
    }));
    let of_reserves = variants.iter().zip(policies).flat_map(|(variant, policy)| variant.raw.services.values().zip(&policy.services));
    let of_reserves = of_reserves.flat_map(|(spec, service)| {
        let said = reserve::doubts(spec, service.plan.revisions.len(), &service.prices);
        said.into_iter().map(|it| format!("service `{}`: {it}", service.name))
    });
    let of_bills = policies.iter().flat_map(|policy| &policy.services).flat_map(|service| doubts::of_service(service, books));
    for said in of_bills.chain(of_reserves) {
        if !warnings.contains(&said) {
            warnings.push(said);
        }
    }
    warnings
}

/// Whether a source records how long requests took.
fn is_timed(source: &SourceSpec) -> bool {
    source.azure_2019.is_some() || source.azure_2021.is_some() || source.csv.as_ref().is_some_and(|csv| csv.duration.is_some())
}

/// What a reader should know about the CPU time of recorded requests.
fn cpu_of_trace(name: &str, service: &ServiceSpec) -> Option<String> {
    let requests = || service.revisions.values().filter_map(|revision| revision.request.as_ref()).chain([&service.request]);
    let said = requests().any(|request| request.cpu_share.is_some());
    let timed = service.traffic.iter().any(is_timed);
    // A CSV file may have its durations in the column of that name without the scenario saying so.
    let may_be_timed = timed || service.traffic.iter().any(|source| source.csv.is_some());
    match said {
        false if timed && service.container_concurrency != 1 => Some(format!(
            "service `{name}`: the durations of its trace are taken as waiting, so requests in one instance do not slow each other down\n  \
             hint: say what part of them is CPU time, such as `request: {{ cpu-share: 50% }}`, or `cpu-share: 0`"
        )),
        true if !may_be_timed => Some(format!(
            "service `{name}`: `cpu-share` has no effect, since no trace says how long requests take\n  hint: write `request: {{ cpu: 40ms }}`"
        )),
        _ => None,
    }
}

/// Whether nothing says how long the requests of a service take.
fn takes_no_time(service: &ServiceSpec) -> bool {
    let given = |request: &RequestSpec| request.cpu.is_some() || request.io.is_some() || request.load_law.is_some();
    let revisions = service.revisions.values().any(|revision| revision.request.as_ref().is_some_and(given));
    !given(&service.request) && !revisions && !service.traffic.iter().any(is_timed)
}
