//! The cluster's layer: the ConfigMaps config-autoscaler and config-deployment.

use super::Findings;
use super::class::Class;
use super::texts::Texts;
use crate::autoscaler::kpa::KpaSpec;
use crate::autoscaler::kpa::rules::CONFIG_MAP;
use crate::error::{Problem, below, nearest};

/// What the cluster says of every revision that says nothing itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cluster {
    /// Its autoscaling.
    pub kpa: KpaSpec,
    /// The class of revisions that name none; Knative's own if the cluster names none either.
    pub class: Option<Class>,
}

/// The key that names a class.
const CLASS: &str = "pod-autoscaler-class";
/// What every ConfigMap of Knative holds: its documentation.
const EXAMPLE: &str = "_example";
const DEADLINE: &str = "progress-deadline";
/// As it was written before (pkg/deployment/config.go); the other wins.
const DEADLINE_BEFORE: &str = "progressDeadline";

impl Cluster {
    /// Reads both ConfigMaps. Paths begin with their names.
    pub fn read(autoscaler: &Texts, deployment: &Texts) -> (Cluster, Findings) {
        let (mut cluster, mut found) = (Cluster::default(), Findings::default());
        cluster.read_autoscaler(autoscaler, &mut found);
        cluster.read_deployment(deployment, &mut found);
        found.problems.extend(below("config-autoscaler", cluster.kpa.contradictions_of_cluster()));
        (cluster, found)
    }

    fn read_autoscaler(&mut self, texts: &Texts, found: &mut Findings) {
        for (key, text) in &texts.0 {
            match key.as_str() {
                EXAMPLE => {}
                CLASS => self.read_class(text, found),
                DEADLINE => {
                    found.warn("config-autoscaler: `progress-deadline` has no effect here\n  hint: it belongs to `config-deployment`");
                }
                _ if is_known(key) => self.set("config-autoscaler", key, text, found),
                _ => found.warn(ignored("config-autoscaler", key)),
            }
        }
    }

    fn read_class(&mut self, text: &str, found: &mut Findings) {
        let class = Class::of_name(text);
        if let Class::Other(name) = &class {
            let message = format!("the class `{name}` is not simulated");
            let problem = Problem::new("class", format!("config-autoscaler.{CLASS}"), message);
            found.refuse(problem.hint("write kpa.autoscaling.knative.dev, the default, or hpa.autoscaling.knative.dev"));
        }
        self.class = Some(class);
    }

    fn read_deployment(&mut self, texts: &Texts, found: &mut Findings) {
        for (key, text) in &texts.0 {
            match key.as_str() {
                EXAMPLE => {}
                DEADLINE_BEFORE if texts.get(DEADLINE).is_some() => {
                    found.warn(format!("config-deployment: `{key}` has no effect: `{DEADLINE}` is written too"));
                }
                DEADLINE | DEADLINE_BEFORE => self.set("config-deployment", key, text, found),
                _ => found.warn(format!("config-deployment: `{key}` has no effect here")),
            }
        }
    }

    /// Sets a key of the specification, or says why it cannot be.
    fn set(&mut self, map: &str, key: &str, text: &str, found: &mut Findings) {
        let name = if key == DEADLINE_BEFORE { DEADLINE } else { key };
        let rule = CONFIG_MAP.iter().find(|rule| rule.key == name).expect("only known keys are set");
        match rule.read(text) {
            Ok(value) => self.kpa.set(name, value),
            Err(problem) => found.refuse(Problem { path: format!("{map}.{key}"), ..problem }),
        }
    }
}

fn is_known(key: &str) -> bool {
    key != DEADLINE && CONFIG_MAP.iter().any(|rule| rule.key == key)
}

fn ignored(map: &str, key: &str) -> String {
    let known = CONFIG_MAP.iter().map(|rule| rule.key).filter(|key| *key != DEADLINE).chain([CLASS]);
    let hint = nearest(key, known).map(|near| format!("\n  hint: did you mean `{near}`?")).unwrap_or_default();
    format!("{map}: `{key}` has no effect: Knative knows no such key{hint}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::autoscaler::kpa::KpaConfig;
    use crate::units::Span;

    fn texts(entries: &[(&str, &str)]) -> Texts {
        Texts(entries.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect())
    }

    fn read(entries: &[(&str, &str)]) -> (Cluster, Findings) {
        Cluster::read(&texts(entries), &Texts::default())
    }

    /// The paths of what is refused, and how many warnings there are.
    #[track_caller]
    fn check(entries: &[(&str, &str)], refused: &[&str], warnings: usize) {
        let found = read(entries).1;
        let paths: Vec<&str> = found.problems.iter().map(|it| it.path.as_str()).collect();
        assert_eq!((paths.as_slice(), found.warnings.len()), (refused, warnings), "{entries:?}: {found:?}");
    }

    /// The ConfigMap as Knative ships it: every key with its default.
    const DEFAULTS: &[(&str, &str)] = &[
        ("_example", "anything"),
        ("pod-autoscaler-class", "kpa.autoscaling.knative.dev"),
        ("enable-scale-to-zero", "true"),
        ("allow-zero-initial-scale", "false"),
        ("max-scale-up-rate", "1000.0"),
        ("max-scale-down-rate", "2.0"),
        ("container-concurrency-target-percentage", "70"),
        ("container-concurrency-target-default", "100"),
        ("requests-per-second-target-default", "200"),
        ("target-burst-capacity", "211"),
        ("panic-window-percentage", "10.0"),
        ("panic-threshold-percentage", "200.0"),
        ("activator-capacity", "100.0"),
        ("stable-window", "60s"),
        ("scale-down-delay", "0s"),
        ("scale-to-zero-grace-period", "30s"),
        ("scale-to-zero-pod-retention-period", "0s"),
        ("initial-scale", "1"),
        ("min-scale", "0"),
        ("max-scale", "0"),
        ("max-scale-limit", "0"),
    ];

    fn resolved(cluster: &Cluster) -> KpaConfig {
        KpaSpec::default().over(&cluster.kpa).resolve(0)
    }

    #[test]
    fn every_key_with_its_default_is_the_default() {
        check(DEFAULTS, &[], 0);
        assert_eq!(resolved(&read(DEFAULTS).0), KpaSpec::default().resolve(0));
        let known = CONFIG_MAP.iter().map(|rule| rule.key).chain([CLASS]).filter(|key| *key != DEADLINE);
        for key in known {
            assert!(DEFAULTS.iter().any(|(written, _)| *written == key), "{key} is not tried");
        }
    }

    #[test]
    fn every_key_has_its_effect() {
        for (key, text) in DEFAULTS.iter().filter(|(key, _)| !key.starts_with('_')) {
            let changed = match *key {
                "pod-autoscaler-class" => "hpa.autoscaling.knative.dev",
                "enable-scale-to-zero" => "false",
                "allow-zero-initial-scale" => "true",
                "container-concurrency-target-percentage" => "0.9",
                _ if text.ends_with('s') => "90s",
                _ => "5",
            };
            let cluster = Cluster::read(&texts(&[(key, changed)]), &Texts::default()).0;
            assert_ne!(cluster, Cluster::default(), "{key} is passed over");
        }
    }

    #[test]
    fn what_the_config_map_refuses() {
        check(&[("stable-window", "5s")], &["config-autoscaler.stable-window"], 0);
        check(&[("stable-window", "60")], &["config-autoscaler.stable-window"], 0);
        check(&[("enable-scale-to-zero", "yes")], &["config-autoscaler.enable-scale-to-zero"], 0);
        check(&[("initial-scale", "0")], &["config-autoscaler.initial-scale"], 0);
        check(&[("initial-scale", "0"), ("allow-zero-initial-scale", "true")], &[], 0);
        check(&[("max-scale-limit", "5")], &["config-autoscaler.max-scale"], 0);
        check(&[("max-scale-limit", "5"), ("max-scale", "5")], &[], 0);
        check(&[("min-scale", "3"), ("max-scale", "2")], &["config-autoscaler.min-scale"], 0);
        let percentage = ("container-concurrency-target-percentage", "1.5");
        check(
            &[percentage, ("container-concurrency-target-default", "0.5")],
            &["config-autoscaler.container-concurrency-target-default"],
            0,
        );
        check(&[("pod-autoscaler-class", "keda")], &["config-autoscaler.pod-autoscaler-class"], 0);
        check(
            &[("min-scale", "-1"), ("max-scale-up-rate", "1")],
            &["config-autoscaler.min-scale", "config-autoscaler.max-scale-up-rate"],
            0,
        );
    }

    #[test]
    fn an_unknown_key_is_ignored_as_in_knative_but_told() {
        check(&[("stable-windw", "30s"), ("tick-interval", "2s"), ("progress-deadline", "1s")], &[], 3);
        assert!(read(&[("stable-windw", "30s")]).1.warnings[0].contains("did you mean `stable-window`?"));
    }

    #[test]
    fn the_deadline_is_of_config_deployment() {
        let read = |entries: &[(&str, &str)]| Cluster::read(&Texts::default(), &texts(entries));
        assert_eq!(read(&[("progress-deadline", "2m")]).0.kpa.progress_deadline, Some(Span::from_secs(120)));
        assert_eq!(read(&[("progressDeadline", "2m")]).0.kpa.progress_deadline, Some(Span::from_secs(120)));
        let both = read(&[("progressDeadline", "2m"), ("progress-deadline", "3m"), ("queue-sidecar-image", "x")]);
        assert_eq!((both.0.kpa.progress_deadline, both.1.warnings.len()), (Some(Span::from_secs(180)), 2));
        assert_eq!(read(&[("progress-deadline", "0s")]).1.problems[0].path, "config-deployment.progress-deadline");
    }
}
