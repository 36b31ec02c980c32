//! The revision's layer: annotations, as a manifest has them.
//!
//! Names and their camelCase aliases: pkg/apis/autoscaling/register.go and pkg/apis/serving/register.go. Where both
//! spellings are written, the kebab-case one wins. In a scenario a service's annotations hold for each of its revisions; a
//! revision's own take their place key by key.

use super::Findings;
use super::class::{Class, HPA, KPA, WITHOUT_EFFECT};
use super::known::{self, Known, Meaning};
use super::texts::Texts;
use crate::autoscaler::go;
use crate::autoscaler::kpa::KpaSpec;
use crate::autoscaler::kpa::fields::KEYS;
use crate::autoscaler::kpa::rule::RANGE;
use crate::autoscaler::kpa::rules::{ANNOTATIONS, ROLLOUT_DURATION};
use crate::error::Problem;
use crate::units::Span;

/// Where some annotations were written.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'t> {
    /// Whose they are, in words.
    pub owner: &'t str,
    /// The path of the map.
    pub path: &'t str,
    /// The map.
    pub texts: &'t Texts,
    /// Whether it is a revision's own, so that what belongs to the service has no effect in it.
    pub of_revision: bool,
}

/// What annotations say, checked by themselves.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Annotations {
    /// The settings of the KPA; those that the HPA has too are the HPA's where the class is `hpa`.
    pub settings: KpaSpec,
    /// The class, if one is named.
    pub class: Option<Class>,
    /// The metric of the class `hpa`, if one is named.
    pub metric: Option<String>,
    /// Where each setting was written.
    paths: Vec<(&'static str, String)>,
}

/// An annotation that is known, and where it was written.
struct Entry<'t> {
    known: &'static Known,
    path: String,
    text: &'t str,
}

impl Annotations {
    /// Reads annotations, the nearest last. Paths are those of the origins with the key as it was written.
    pub fn read(origins: &[Origin]) -> (Annotations, Findings) {
        let mut found = Findings::default();
        let mut entries = Vec::new();
        for origin in origins {
            collect(origin, &mut entries, &mut found);
        }
        let mut read = Annotations::default();
        read.read_class(&entries, &mut found);
        for entry in &entries {
            read.read_entry(entry, &mut found);
        }
        (read, found)
    }

    /// Where a setting was written, if it was written here.
    pub fn path(&self, key: &str) -> Option<&str> {
        self.paths.iter().find(|(known, _)| *known == key).map(|(_, path)| path.as_str())
    }

    /// Whether nothing is said of the autoscaler.
    pub fn is_silent(&self) -> bool {
        self.paths.is_empty() && self.class.is_none()
    }

    /// The settings that the class `hpa` passes over.
    pub fn without_effect_on_hpa(&self) -> impl Iterator<Item = &'static str> {
        KEYS.iter().copied().filter(|key| WITHOUT_EFFECT.contains(key) && self.path(key).is_some())
    }

    fn read_class(&mut self, entries: &[Entry], found: &mut Findings) {
        let Some(entry) = entries.iter().find(|entry| entry.known.meaning == Meaning::Class) else { return };
        let class = Class::of_name(entry.text);
        if let Class::Other(name) = &class {
            let message = if name.ends_with(".knative.dev") {
                format!("`{name}` must be `{KPA}` or `{HPA}`, says Knative (annotation_validation.go:validateClass)")
            } else {
                format!("the class `{name}` is not simulated")
            };
            found.refuse(Problem::new("class", &entry.path, message).hint(format!("write {KPA}, the default, or {HPA}")));
        }
        self.paths.push(("class", entry.path.clone()));
        self.class = Some(class);
    }

    fn read_entry(&mut self, entry: &Entry, found: &mut Findings) {
        match entry.known.meaning {
            Meaning::Setting(key) => self.read_setting(key, entry, found),
            Meaning::RolloutDuration if !entry.text.is_empty() => {
                let refused = ROLLOUT_DURATION.read(entry.text).err();
                found.problems.extend(refused.map(|problem| Problem { path: entry.path.clone(), ..problem }));
            }
            Meaning::RolloutDuration | Meaning::Class | Meaning::NotSimulated(_) => {}
        }
    }

    fn read_setting(&mut self, key: &'static str, entry: &Entry, found: &mut Findings) {
        self.paths.push((key, entry.path.clone()));
        if key == "metric" && matches!(self.class, Some(Class::Hpa | Class::Other(_))) {
            return self.read_metric(entry, found);
        }
        // Knative takes these two for absent where they are empty.
        if entry.text.is_empty() && ["metric-aggregation-algorithm", "progress-deadline"].contains(&key) {
            return;
        }
        let rule = ANNOTATIONS.iter().find(|rule| rule.key == key).expect("every setting has its rule");
        match rule.read(entry.text) {
            Ok(value) => self.settings.set(key, value),
            Err(problem) => found.refuse(Problem { path: entry.path.clone(), ..problem }),
        }
    }

    fn read_metric(&mut self, entry: &Entry, found: &mut Findings) {
        if entry.text.is_empty() {
            let message = "the metric must not be empty, says Knative (annotation_validation.go:validateMetric)";
            found.refuse(Problem::new(RANGE, &entry.path, message).hint("leave it out for `cpu`"));
        }
        self.metric = Some(entry.text.to_owned());
    }
}

/// Adds the known annotations of one map, in place of those that farther maps have; tells the rest.
fn collect<'t>(origin: &Origin<'t>, entries: &mut Vec<Entry<'t>>, found: &mut Findings) {
    for (name, text) in &origin.texts.0 {
        match effect(origin, name) {
            Err(why) => found.warn(format!("{}: the annotation `{name}` has no effect {why}", origin.owner)),
            Ok(known) => {
                entries.retain(|entry| entry.known.name != known.name);
                entries.push(Entry { known, path: format!("{}.{name}", origin.path), text });
            }
        }
    }
}

/// The annotation of this name, or why it has no effect.
fn effect(origin: &Origin, name: &str) -> Result<&'static Known, String> {
    let Some(known) = known::find(name) else {
        let hint = known::near(name).map(|near| format!("\n  hint: did you mean `{near}`?")).unwrap_or_default();
        return Err(format!("here{hint}"));
    };
    match known.meaning {
        Meaning::NotSimulated(why) => Err(format!("here: {why}")),
        Meaning::RolloutDuration if origin.of_revision => Err("on a revision\n  hint: write it into the service's annotations".into()),
        _ if name != known.name && origin.texts.get(known.name).is_some() => Err(format!("beside `{}`, which wins", known.name)),
        _ => Ok(known),
    }
}

/// How long the traffic of a service takes to move to a new revision, if its annotations say so; nothing where they say
/// what Knative refuses.
pub fn rollout_duration(service: &Texts) -> Option<Span> {
    let known = known::ANNOTATIONS.iter().find(|known| known.meaning == Meaning::RolloutDuration)?;
    let text = service.get(known.name).or_else(|| service.get(known.alias?))?;
    go::parse_duration(text).ok().and_then(|nanoseconds| u64::try_from(nanoseconds).ok()).map(Span)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(json: &str) -> Texts {
        serde_json::from_str(json).expect("readable")
    }

    /// The annotations of a service, with `a/` for `autoscaling.knative.dev/` and `s/` for `serving.knative.dev/`.
    fn read(json: &str) -> (Annotations, Findings) {
        let written = texts(&json.replace("a/", "autoscaling.knative.dev/").replace("s/", "serving.knative.dev/"));
        Annotations::read(&[Origin { owner: "service `shop`", path: "annotations", texts: &written, of_revision: false }])
    }

    /// They are refused for these keys and no others.
    #[track_caller]
    fn refused(json: &str, keys: &[&str]) {
        let found = read(json).1;
        let paths: Vec<&str> = found.problems.iter().map(|it| it.path.rsplit('/').next().unwrap_or_default()).collect();
        assert_eq!(paths, keys, "{json}: {found:?}");
        assert!(found.problems.iter().all(|it| it.hint.is_some()));
    }

    /// They are accepted, with a warning that says these words.
    #[track_caller]
    fn warned(json: &str, words: &[&str]) {
        let found = read(json).1;
        assert_eq!((found.problems.as_slice(), found.warnings.len()), ([].as_slice(), 1), "{json}: {found:?}");
        for word in words {
            assert!(found.warnings[0].contains(word), "`{}` does not say `{word}`", found.warnings[0]);
        }
    }

    #[test]
    fn a_manifest_says_what_the_short_form_says() {
        let (read, found) = read(
            r#"{"a/min-scale": "1", "a/maxScale": "5", "a/target": "70.5", "a/window": "1m30s", "a/metric": "rps",
                "a/metricAggregationAlgorithm": "weightedExponential", "s/progress-deadline": "2m"}"#,
        );
        let short = r#"{"min-scale": 1, "max-scale": 5, "target": 70.5, "window": "90s", "metric": "rps",
            "metric-aggregation-algorithm": "weighted-exponential", "progress-deadline": "120s"}"#;
        assert_eq!((read.settings.clone(), found), (serde_json::from_str(short).expect("readable"), Findings::default()));
        assert_eq!(read.path("max-scale"), Some("annotations.autoscaling.knative.dev/maxScale"));
    }

    #[test]
    fn the_kebab_case_spelling_wins() {
        for json in [r#"{"a/min-scale": "1", "a/minScale": "2"}"#, r#"{"a/minScale": "2", "a/min-scale": "1"}"#] {
            warned(json, &["`autoscaling.knative.dev/minScale` has no effect", "wins"]);
            assert_eq!(read(json).0.settings.min_scale, Some(1));
        }
    }

    #[test]
    fn a_revision_overlays_its_service_key_by_key() {
        let service = texts(r#"{"autoscaling.knative.dev/min-scale": "1", "autoscaling.knative.dev/target": "50"}"#);
        let revision = texts(r#"{"autoscaling.knative.dev/minScale": "3", "serving.knative.dev/rollout-duration": "5m"}"#);
        let origins = [
            Origin { owner: "service `shop`", path: "annotations", texts: &service, of_revision: false },
            Origin { owner: "revision `v2`", path: "revisions.v2.annotations", texts: &revision, of_revision: true },
        ];
        let (read, found) = Annotations::read(&origins);
        assert_eq!((read.settings.min_scale, read.settings.target), (Some(3), Some(50.0)));
        assert_eq!(read.path("min-scale"), Some("revisions.v2.annotations.autoscaling.knative.dev/minScale"));
        assert!(found.warnings[0].contains("write it into the service's annotations"), "{found:?}");
    }

    #[test]
    fn out_of_range_unreadable_and_empty() {
        refused(r#"{"a/target": "0", "a/window": "5s"}"#, &["target", "window"]);
        refused(r#"{"a/min-scale": "one", "a/max-scale": "-1"}"#, &["min-scale", "max-scale"]);
        refused(r#"{"a/activation-scale": "1"}"#, &["activation-scale"]);
        refused(r#"{"a/metric": "cpu"}"#, &["metric"]);
        refused(r#"{"a/metric-aggregation-algorithm": "median"}"#, &["metric-aggregation-algorithm"]);
        refused(r#"{"a/min-scale": ""}"#, &["min-scale"]);
        refused(r#"{"a/metric-aggregation-algorithm": "", "s/progress-deadline": "", "s/rollout-duration": ""}"#, &[]);
        refused(r#"{"s/progress-deadline": "1500ms", "s/rollout-duration": "-1s"}"#, &["progress-deadline", "rollout-duration"]);
    }

    #[test]
    fn classes_and_their_metrics() {
        refused(r#"{"a/class": "kpa.autoscaling.knative.dev", "a/metric": "concurrency"}"#, &[]);
        refused(r#"{"a/class": "hpa.autoscaling.knative.dev", "a/metric": "memory"}"#, &[]);
        refused(r#"{"a/metric": "", "a/class": "hpa.autoscaling.knative.dev"}"#, &["metric"]);
        refused(r#"{"a/class": "hpa"}"#, &["class"]);
        let found = read(r#"{"a/class": "vpa.autoscaling.knative.dev"}"#).1;
        assert!(found.problems[0].message.contains("validateClass"), "{found:?}");
    }

    #[test]
    fn what_has_no_effect_is_told() {
        warned(
            r#"{"a/min-scael": "1"}"#,
            &["`autoscaling.knative.dev/min-scael` has no effect here", "did you mean `autoscaling.knative.dev/min-scale`?"],
        );
        warned(r#"{"a/activationScale": "3"}"#, &["did you mean `autoscaling.knative.dev/activation-scale`?"]);
        warned(r#"{"prometheus.io/scrape": "true"}"#, &["`prometheus.io/scrape` has no effect here"]);
        warned(r#"{"serving.knative.dev/creator": "me"}"#, &["has no effect here: "]);
    }

    #[test]
    fn the_rollout_duration_is_the_services() {
        let of = |json| rollout_duration(&texts(json));
        assert_eq!(of(r#"{"serving.knative.dev/rollout-duration": "10m"}"#), Some(Span::from_secs(600)));
        assert_eq!(of(r#"{"serving.knative.dev/rolloutDuration": "380s"}"#), Some(Span::from_secs(380)));
        assert_eq!((of("{}"), of(r#"{"serving.knative.dev/rollout-duration": "soon"}"#)), (None, None));
    }

    #[test]
    fn every_known_setting_has_its_rule() {
        for known in known::ANNOTATIONS {
            if let Meaning::Setting(key) = known.meaning {
                assert!(ANNOTATIONS.iter().any(|rule| rule.key == key) && KEYS.contains(&key), "{key}");
            }
        }
    }
}
