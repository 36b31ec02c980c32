//! The cluster's ConfigMap config-defaults, as far as it has an effect: the timeout and the concurrency of revisions that say
//! nothing themselves, and the limits of both (pkg/apis/config/defaults.go:NewDefaultsConfigFromMap).

use super::raw::{RawScenario, ServiceSpec};
use super::tree::Node;
use crate::autoscaler::AutoscalerSpec;
use crate::autoscaler::go;
use crate::autoscaler::knative::{Findings, Texts};
use crate::error::{Problem, below, nearest};
use crate::units::Span;

/// Who checks the ConfigMap, and who a revision.
const CONFIG: &str = "defaults.go:NewDefaultsConfigFromMap";
const TIMEOUT_RULE: &str = "fieldmask.go:ValidateTimeoutSeconds";
const CONCURRENCY_RULE: &str = "metadata_validation.go:ValidateContainerConcurrency";

const TIMEOUT: &str = "revision-timeout-seconds";
const TIMEOUT_MAX: &str = "max-revision-timeout-seconds";
const CONCURRENCY: &str = "container-concurrency";
const CONCURRENCY_MAX: &str = "container-concurrency-max-limit";
const KEYS: [&str; 4] = [TIMEOUT, TIMEOUT_MAX, CONCURRENCY, CONCURRENCY_MAX];

/// Knative's own values where the ConfigMap says nothing.
const DEFAULTS: [u32; 4] = [300, 600, 0, 1000];

/// The values of [`KEYS`], where they were written.
#[derive(Debug, Clone, Copy, Default)]
struct Defaults([Option<u32>; 4]);

impl Defaults {
    fn read(texts: &Texts, found: &mut Findings) -> Defaults {
        let mut defaults = Defaults::default();
        for (key, text) in texts.0.iter().filter(|(key, _)| key != "_example") {
            let Some(index) = KEYS.iter().position(|known| known == key) else {
                let hint = nearest(key, KEYS).map(|near| format!("\n  hint: did you mean `{near}`?")).unwrap_or_default();
                found.warnings.push(format!("config-defaults: `{key}` has no effect here{hint}"));
                continue;
            };
            match go::parse_int32(text).ok().and_then(|it| u32::try_from(it).ok()) {
                Some(value) => defaults.0[index] = Some(value),
                None => found.problems.push(refuse(key, format!("`{text}` must be a whole number, 0 or more"))),
            }
        }
        defaults
    }

    fn get(self, key: &str) -> u32 {
        let index = KEYS.iter().position(|known| *known == key).expect("a key");
        self.0[index].unwrap_or(DEFAULTS[index])
    }

    /// A limit that was written. Knative's own may have been raised: what is beyond it is only told.
    fn limit(self, key: &str) -> Option<u32> {
        self.0[KEYS.iter().position(|known| *known == key).expect("a key")]
    }

    fn contradictions(self) -> Vec<Problem> {
        let pairs = [(TIMEOUT, TIMEOUT_MAX), (CONCURRENCY, CONCURRENCY_MAX)];
        let above = pairs.into_iter().filter(|(value, max)| self.get(value) > self.get(max));
        above.map(|(value, max)| refuse(value, format!("{} is greater than the {max} of {}", self.get(value), self.get(max)))).collect()
    }
}

fn refuse(key: &str, message: String) -> Problem {
    let problem = Problem::new("config-defaults", format!("config-defaults.{key}"), format!("{message}, says Knative ({CONFIG})"));
    problem.hint("the defaults are a timeout of 300 s of at most 600 s, and a concurrency of 0 (unlimited) of at most 1000")
}

/// Fills in what Knative's services leave out, and refuses what is beyond a limit that was written.
pub(super) fn apply(raw: &mut RawScenario, tree: &Node) -> Findings {
    let mut found = Findings::default();
    if raw.config_defaults.0.is_empty() {
        return found;
    }
    let defaults = Defaults::read(&raw.config_defaults, &mut found);
    found.problems.extend(defaults.contradictions());
    for (name, service) in raw.services.iter_mut().filter(|(_, service)| is_knative(service)) {
        let written = tree.get("services").and_then(|it| it.get(name)).is_some_and(|it| it.get("container-concurrency").is_some());
        if !written {
            service.container_concurrency = defaults.get(CONCURRENCY);
        }
        service.revision_timeout.get_or_insert(seconds(defaults.get(TIMEOUT)));
        found.problems.extend(below(&format!("services.{name}"), defaults.beyond(service)));
    }
    found
}

fn is_knative(service: &ServiceSpec) -> bool {
    matches!(service.autoscaler, AutoscalerSpec::Kpa(_))
}

fn seconds(count: u32) -> Span {
    Span::from_secs(count.into())
}

impl Defaults {
    /// What of a service is beyond a limit that was written.
    fn beyond(self, service: &ServiceSpec) -> Vec<Problem> {
        let refuse = |key: &str, message: String, named: &str| {
            let problem = Problem::new("config-defaults", key, format!("{message}, says Knative ({named})"));
            problem.hint("lower it, or raise the limit in `config-defaults`")
        };
        let (timeout, concurrency) = (service.revision_timeout.unwrap_or_default(), service.container_concurrency);
        let timeout_max = self.limit(TIMEOUT_MAX).filter(|max| timeout > seconds(*max));
        let concurrency_max = self.limit(CONCURRENCY_MAX).filter(|max| concurrency > *max);
        let timeout = timeout_max.map(|max| refuse("revision-timeout", format!("{timeout} must be in [0s, {max}s]"), TIMEOUT_RULE));
        let concurrency =
            concurrency_max.map(|max| refuse("container-concurrency", format!("{concurrency} must be in [0, {max}]"), CONCURRENCY_RULE));
        timeout.into_iter().chain(concurrency).collect()
    }
}

/// What Knative refuses with its own limits, which an operator may have raised.
pub(super) fn beyond_limits(raw: &RawScenario) -> Vec<String> {
    let written = |key: &str| raw.config_defaults.get(key).is_some();
    let of_one = |(name, service): (&String, &ServiceSpec)| {
        let told = |what: String, unit: &str, max: u32| {
            format!(
                "service `{name}`: Knative refuses a {what} unless its limit of {max}{unit} is raised\n  hint: say so in `config-defaults`"
            )
        };
        let max = Defaults::default();
        let timeout = service.revision_timeout.filter(|timeout| *timeout > seconds(max.get(TIMEOUT_MAX)) && !written(TIMEOUT_MAX));
        let concurrency = Some(service.container_concurrency).filter(|it| *it > max.get(CONCURRENCY_MAX) && !written(CONCURRENCY_MAX));
        let timeout = timeout.map(|it| told(format!("revision timeout of {it}"), " s", max.get(TIMEOUT_MAX)));
        let concurrency = concurrency.map(|it| told(format!("containerConcurrency of {it}"), "", max.get(CONCURRENCY_MAX)));
        timeout.into_iter().chain(concurrency)
    };
    raw.services.iter().filter(|(_, service)| is_knative(service)).flat_map(of_one).collect()
}
