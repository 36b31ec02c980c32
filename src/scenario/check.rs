//! Checking a scenario: everything that can be known to be wrong before the first event.

use std::sync::Arc;

use super::books::{self, Books};
use super::burstable;
use super::decode::decode;
use super::doubts;
use super::files::{Remembering, redirect};
use super::layers;
use super::overlay;
use super::plan::{Prices, service_plan};
use super::raw::{RawScenario, RunSpec, ServiceSpec};
use super::reserve;
use super::revisions::check_split;
use super::tree::{Node, Value};
use super::{Options, Policy, Scenario, Service};
use crate::autoscaler::AutoscalerSpec;
use crate::billing::resident::Resident;
use crate::error::{Error, Located, Place, Problem, below, did_you_mean};
use crate::platform::Window;
use crate::platform::request::RequestSpec;
use crate::traffic::{self, Open, SourceSpec, Workload};
use crate::units::{SimTime, Span};

/// A policy laid over the base and decoded, with the tree it came from.
struct Variant {
    name: String,
    raw: RawScenario,
    tree: Node,
    /// Doubts about its configuration of Knative.
    warnings: Vec<String>,
}

/// Collects problems with their places; the same problem under several policies is told once.
struct Findings<'f> {
    file: &'f str,
    found: Vec<Located>,
}

impl Findings<'_> {
    fn add(&mut self, tree: &Node, problem: Problem) {
        let (line, column) = tree.place(&problem.path);
        self.add_at(line, column, problem);
    }

    fn add_at(&mut self, line: usize, column: usize, problem: Problem) {
        let located = Located { place: Place { file: self.file.to_owned(), line, column }, problem };
        let same = |it: &Located| it.place == located.place && it.problem.message == located.problem.message;
        if !self.found.iter().any(same) {
            self.found.push(located);
        }
    }

    fn finish(mut self) -> Result<(), Error> {
        self.found.sort_by_key(|it| (it.place.line, it.place.column));
        if self.found.is_empty() { Ok(()) } else { Err(Error::Input(self.found)) }
    }
}

pub(super) fn load(file: &str, text: &str, options: &Options, open: &Arc<dyn Open>) -> Result<Scenario, Error> {
    let mut findings = Findings { file, found: Vec::new() };
    let base = match Node::parse(text) {
        Ok(node) => node,
        Err((line, column, problem)) => {
            findings.add_at(line, column, problem);
            findings.finish()?;
            unreachable!("there is a finding");
        }
    };
    let mut variants = variants(&base, &mut findings);
    if let Some(trace) = &options.trace {
        redirect_all(&mut variants, trace, &mut findings);
    }
    let baseline = baseline(&base, &variants, &mut findings);
    findings.finish()?;
    resolve(file, text, options, open, &variants, baseline)
}

/// Replays the trace that the caller names wherever the scenario replays one.
fn redirect_all(variants: &mut [Variant], trace: &str, findings: &mut Findings) {
    let mut found = variants.is_empty();
    for service in variants.iter_mut().flat_map(|variant| variant.raw.services.values_mut()) {
        found |= redirect(&mut service.traffic, trace);
    }
    if !found {
        let problem = Problem::new("trace", "", format!("a trace is given (`{trace}`), but the scenario replays none"));
        findings.add_at(0, 0, problem.hint("`--trace` takes the place of an `azure-2019`, `azure-2021`, `csv` or `rates` source"));
    }
}

/// Every policy laid over the base and decoded.
fn variants(base: &Node, findings: &mut Findings) -> Vec<Variant> {
    let mut plain = base.clone();
    let policies = plain.take("policies");
    let entries = match policies.as_ref().map(|node| &node.value) {
        None => return variant("base", plain, findings).into_iter().collect(),
        Some(Value::Map(entries)) if !entries.is_empty() => {
            for (key, _) in entries.iter().filter(|(key, _)| key.name.trim().is_empty()) {
                findings.add_at(key.line, key.column, Problem::new("name", "policies", "a policy needs a name"));
            }
            entries
        }
        Some(_) => {
            let problem = Problem::new("empty-policies", "policies", "there is no policy to run");
            findings.add(base, problem.hint("write at least one, such as `policies: { as-it-is: {} }`, or leave `policies` out"));
            return Vec::new();
        }
    };
    let mut variants = Vec::new();
    for (key, policy) in entries {
        let mut tree = plain.clone();
        match overlay::apply(&mut tree, policy) {
            Ok(()) => variants.extend(variant(&key.name, tree, findings)),
            Err(problem) => findings.add(base, problem.below(&format!("policies.{}", key.name))),
        }
    }
    variants
}

/// A policy's document, decoded and checked. What did not decode is left out of the check, and so is what hangs on it.
fn variant(name: &str, tree: Node, findings: &mut Findings) -> Option<Variant> {
    let mut decoded = decode::<RawScenario>(&tree);
    let layers = decoded.value.as_mut().map(|raw| layers::merge(raw, &tree)).unwrap_or_default();
    let checked = decoded.value.iter().flat_map(check_raw).chain(layers.problems);
    let checked = checked.filter(|problem| !decoded.is_doubtful(&problem.path));
    decoded.problems.iter().cloned().chain(checked).for_each(|problem| findings.add(&tree, problem));
    Some(Variant { name: name.to_owned(), raw: decoded.value?, tree, warnings: layers.warnings })
}

/// The baseline's position; nothing with a single policy.
fn baseline(base: &Node, variants: &[Variant], findings: &mut Findings) -> Option<usize> {
    let wanted = variants.first().and_then(|variant| variant.raw.baseline.as_deref());
    let position = match wanted {
        None => Some(0),
        Some(name) => variants.iter().position(|variant| variant.name == name),
    };
    if let (None, Some(name)) = (position, wanted) {
        let names: Vec<&str> = variants.iter().map(|variant| variant.name.as_str()).collect();
        let problem = Problem::new("unknown-name", "baseline", format!("there is no policy `{name}`"));
        findings.add(base, problem.hint(did_you_mean(name, names)));
    }
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
    file: &str,
    text: &str,
    options: &Options,
    open: &Arc<dyn Open>,
    variants: &[Variant],
    baseline: Option<usize>,
) -> Result<Scenario, Error> {
    let mut findings = Findings { file, found: Vec::new() };
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
        policies.push(Policy { name: variant.name.clone(), services, resident });
    }
    let workloads: Vec<Workload> = loaded.into_iter().map(|(_, workload)| workload).collect();
    let window = window_of(first, &workloads, &mut findings);
    findings.finish()?;
    let run = &first.raw.run;
    Ok(Scenario {
        name: first.raw.name.clone(),
        question: first.raw.question.clone(),
        hash: remembering.hash(text)?,
        seed: options.seed.unwrap_or(run.seed),
        replications: options.replications.unwrap_or(run.replications),
        window,
        warnings: warnings(variants, &books, &policies),
        book: books.main,
        also_priced_by: books.also,
        free_grant: first.raw.free_grant,
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
        let workload = match loaded.iter().position(|(sources, _)| *sources == spec.traffic) {
            Some(index) => index,
            None => {
                loaded.push((spec.traffic.clone(), traffic::load(&spec.traffic, open)?));
                loaded.len() - 1
            }
        };
        match service_plan(name, spec, books) {
            Ok((plan, Prices { main, also })) => {
                services.push(Service { name: name.clone(), plan, workload, prices: main, also_prices: also });
            }
            Err(problem) => findings.add(&variant.tree, problem.below(&path)),
        }
    }
    Ok(services)
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

/// Knative's own limits, which an operator may raise (config-defaults: `max-revision-timeout-seconds`,
/// `container-concurrency-max-limit`).
const KNATIVE_TIMEOUT_MAX: Span = Span::from_secs(600);
const KNATIVE_CONCURRENCY_MAX: u32 = 1000;

/// What can be simulated, but not be applied to a Knative with its default limits, or is billed otherwise than meant.
fn warnings(variants: &[Variant], books: &Books, policies: &[Policy]) -> Vec<String> {
    let raw = &variants[0].raw;
    let mut warnings: Vec<String> = limits(raw);
    for said in variants.iter().flat_map(|variant| &variant.warnings) {
        if !warnings.contains(said) {
            warnings.push(said.clone());
        }
    }
    warnings.extend(raw.services.iter().filter(|(_, service)| takes_no_time(service)).map(|(name, _)| {
        format!("service `{name}`: its requests take no time, since neither `cpu` nor `io` nor a trace says how long\n  hint: write `request: {{ cpu: 40ms }}`")
    }));
    warnings.extend(raw.services.iter().filter_map(|(name, service)| cpu_of_trace(name, service)));
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
    let (timed, share) = (service.traffic.iter().any(is_timed), service.request.cpu_share);
    match (timed, share) {
        (true, None) if service.container_concurrency != 1 => Some(format!(
            "service `{name}`: the durations of its trace are taken as waiting, so requests in one instance do not slow each other down\n  \
             hint: say what part of them is CPU time, such as `request: {{ cpu-share: 50% }}`, or `cpu-share: 0`"
        )),
        (false, Some(_)) => Some(format!(
            "service `{name}`: `cpu-share` has no effect, since no trace says how long requests take\n  hint: write `request: {{ cpu: 40ms }}`"
        )),
        _ => None,
    }
}

/// Whether nothing says how long the requests of a service take.
fn takes_no_time(service: &ServiceSpec) -> bool {
    let given = |request: &RequestSpec| request.cpu.is_some() || request.io.is_some();
    let revisions = service.revisions.values().any(|revision| revision.request.as_ref().is_some_and(given));
    !given(&service.request) && !revisions && !service.traffic.iter().any(is_timed)
}

fn limits(raw: &RawScenario) -> Vec<String> {
    let knative = raw.services.iter().filter(|(_, service)| matches!(service.autoscaler, AutoscalerSpec::Kpa(_)));
    let of_one = |(name, service): (&String, &ServiceSpec)| {
        let timeout = service.revision_timeout.filter(|timeout| *timeout > KNATIVE_TIMEOUT_MAX);
        let timeout = timeout.map(|timeout| {
            format!("service `{name}`: Knative refuses a revision timeout of {timeout} unless its limit of 600 s is raised")
        });
        let concurrency = Some(service.container_concurrency).filter(|concurrency| *concurrency > KNATIVE_CONCURRENCY_MAX);
        let concurrency = concurrency.map(|concurrency| {
            format!("service `{name}`: Knative refuses a containerConcurrency of {concurrency} unless its limit of 1000 is raised")
        });
        timeout.into_iter().chain(concurrency)
    };
    knative.flat_map(of_one).collect()
}
