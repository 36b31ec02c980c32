//! All traffic of a scenario's service, read and validated once, shared by every policy and replication.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::arrivals::Arrivals;
use super::kind::{Files, Loaded};
use super::modify::{Modify, Stream};
use super::spec::AnyPlan;
use super::{Open, SourceSpec};
use crate::engine::Streams;
use crate::error::{Error, Located, Place, Problem};
use crate::units::{Bytes, Span};

/// One service to simulate, and what the trace knows of it before the modifiers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Function {
    /// A short name, unique in the workload: the first eight digits of `id`, with a number behind them if they are
    /// taken. Empty for ordinary sources.
    pub name: String,
    /// What the trace calls the function, in full.
    pub id: String,
    /// What the trace calls its application, in full.
    pub app: String,
    /// What triggers it, in the trace's words.
    pub trigger: Option<String>,
    /// Its mean execution time, if the trace knows it.
    pub mean_duration: Option<Span>,
    /// The memory its application holds, if the trace knows it.
    pub memory: Option<Bytes>,
    /// How many invocations were recorded; zero for a synthetic source.
    pub invocations: u64,
}

/// What the sources need in a run. Shared by reference between threads.
pub struct Workload {
    functions: Vec<Function>,
    /// The sources of each function.
    parts: Vec<Vec<Part>>,
    /// The modifiers of each entry of the list.
    modifiers: Vec<Modify>,
    span: Option<Span>,
    failure: Arc<OnceLock<Located>>,
}

/// A function's share of one entry of the list.
struct Part {
    entry: usize,
    plan: AnyPlan,
}

/// Reads and validates every file the sources name, once.
///
/// Counts are kept compactly up to a limit and read again beyond it, single invocations of many functions are kept, a plain CSV
/// is read again in every run. A trace of many
/// functions makes a service of each; several such traces are joined by function name (a day after another with
/// `shift`), but they cannot be mixed with sources that know no functions.
pub fn load(specs: &[SourceSpec], open: &Arc<dyn Open>) -> Result<Workload, Error> {
    refuse_problems(specs)?;
    let files = Files { open: Arc::clone(open), failure: Arc::default() };
    let loaded = specs.iter().map(|spec| spec.load(&files)).collect::<Result<Vec<_>, _>>()?;
    refuse_mixture(&loaded)?;
    let modifiers: Vec<Modify> = specs.iter().map(SourceSpec::modify).collect();
    let lengths = loaded.iter().zip(&modifiers).filter_map(|(it, modify)| Some(modify.span(it.span?)));
    let span = lengths.max();
    let mut workload = Workload { functions: Vec::new(), parts: Vec::new(), modifiers, span, failure: files.failure };
    workload.add_all(loaded);
    Ok(workload)
}

/// Callers check before they load; this makes a forgotten check an error and not a panic.
fn refuse_problems(specs: &[SourceSpec]) -> Result<(), Error> {
    let numbered = |(i, spec): (usize, &SourceSpec)| spec.check().into_iter().map(move |it| it.below(&i.to_string()));
    let problems: Vec<Located> =
        specs.iter().enumerate().flat_map(numbered).map(|problem| Located { place: Place::default(), problem }).collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::Input(problems)) }
}

fn refuse_mixture(loaded: &[Loaded<AnyPlan>]) -> Result<(), Error> {
    let Some(entry) = loaded.iter().position(|it| !it.many) else { return Ok(()) };
    if loaded.iter().all(|it| !it.many) {
        return Ok(());
    }
    let message = "a trace of many functions stands beside a source that belongs to none of them";
    let hint = "give the trace a service of its own, or pick one function with `function: NAME`";
    let problem = Problem::new("mixed-sources", entry.to_string(), message).hint(hint);
    Err(Error::Input(vec![Located { place: Place::default(), problem }]))
}

impl Workload {
    /// One for each service to simulate: a single nameless one unless the traffic is a trace of many functions.
    pub fn functions(&self) -> &[Function] {
        &self.functions
    }

    /// The arrivals of a function, from the beginning. The same streams give the same arrivals.
    pub fn arrivals(&self, function: usize, streams: Streams) -> Arrivals {
        let parts = &self.parts[function];
        let start = |(index, part): (usize, &Part)| {
            // Several parts of one entry stand side by side: each has chances of its own.
            let before = parts[..index].iter().filter(|it| it.entry == part.entry).count() as u64;
            let streams = streams.nth(part.entry as u64);
            let streams = if before == 0 { streams } else { streams.child("part").nth(before) };
            Stream::start(&part.plan, self.modifiers[part.entry], streams)
        };
        Arrivals::merge(parts.iter().enumerate().map(start).collect())
    }

    /// The same arrivals, made by a thread of their own while the caller makes use of them: for long recordings.
    pub fn arrivals_ahead(&self, function: usize, streams: Streams) -> Arrivals {
        self.arrivals(function, streams).ahead()
    }

    /// The length of what was recorded, after clip, repeat and shift; nothing if all sources are synthetic.
    pub fn span(&self) -> Option<Span> {
        self.span
    }

    /// What went wrong in a file that was read again during a run: it changed or vanished, and its arrivals ended there.
    pub fn failure(&self) -> Option<Error> {
        self.failure.get().map(|located| Error::Input(vec![located.clone()]))
    }

    /// Joins the entries: functions by application, id and occurrence; everything else into one.
    fn add_all(&mut self, loaded: Vec<Loaded<AnyPlan>>) {
        let mut known = BTreeMap::new();
        for (entry, it) in loaded.into_iter().enumerate() {
            let mut seen: BTreeMap<(String, String), u32> = BTreeMap::new();
            for (function, plan) in it.parts {
                let key = if it.many { (function.app.clone(), function.id.clone()) } else { Default::default() };
                let occurrence = seen.entry(key.clone()).or_default();
                *occurrence = if it.joined { 1 } else { *occurrence + 1 };
                let index = *known.entry((key, *occurrence)).or_insert(self.functions.len());
                self.add(index, function, Part { entry, plan });
            }
        }
        if self.functions.is_empty() {
            self.functions.push(Function::default());
            self.parts.push(Vec::new());
        }
        name_all(&mut self.functions);
    }

    fn add(&mut self, index: usize, function: Function, part: Part) {
        if index == self.functions.len() {
            self.functions.push(function);
            self.parts.push(vec![part]);
            return;
        }
        let known = &mut self.functions[index];
        known.mean_duration = mean_of(known, &function);
        known.invocations += function.invocations;
        known.trigger = known.trigger.take().or(function.trigger);
        known.memory = known.memory.max(function.memory);
        self.parts[index].push(part);
    }
}

/// The mean execution time of both together, by their invocations; that of one if the other's is not known.
fn mean_of(a: &Function, b: &Function) -> Option<Span> {
    let (Some(mean_a), Some(mean_b)) = (a.mean_duration, b.mean_duration) else { return a.mean_duration.or(b.mean_duration) };
    let sum = u128::from(mean_a.0) * u128::from(a.invocations) + u128::from(mean_b.0) * u128::from(b.invocations);
    let count = u128::from(a.invocations + b.invocations);
    Some(sum.checked_div(count).map_or(mean_a, |ns| Span(ns as u64)))
}

/// Names every function after its id.
fn name_all(functions: &mut [Function]) {
    let mut taken: BTreeMap<String, u32> = BTreeMap::new();
    for function in functions {
        let short: String = function.id.chars().take(8).collect();
        let times = taken.entry(short.clone()).or_default();
        *times += 1;
        function.name = if *times == 1 { short } else { format!("{short}-{times}") };
    }
}
