//! Knative's configuration in a scenario: what is accepted has its effect, what Knative refuses is refused with the name of
//! its rule and its place, and what has no effect is told.

mod common;

use coldcast::autoscaler::kpa::{Algorithm, KpaConfig, Metric};
use coldcast::platform::plan::ScalerPlan;
use coldcast::scenario::Scenario;
use coldcast::units::Span;
use common::try_load;

const BASE: &str = "\
name: shop
run: { horizon: 1h, replications: 2 }
prices: aliyun-cn-hangzhou
config-autoscaler:
  stable-window: 60s
config-deployment:
  progress-deadline: 600s
services:
  shop:
    traffic: [ { poisson: { rate: 3/s } } ]
    request: { cpu: 40ms, timeout: 10s }
    instance: { type: ecs.c6.large }
    cold-start: { profile: eci, runtime: go, image: 50MB }
    annotations:
      autoscaling.knative.dev/min-scale: \"1\"
";

/// The base with other lines of config-autoscaler (4 spaces less) or of annotations, each on one line from the 5th and the
/// 15th on.
fn with(config: &str, annotations: &str) -> String {
    BASE.replace("  stable-window: 60s", config).replace("      autoscaling.knative.dev/min-scale: \"1\"", annotations)
}

fn annotated(annotation: &str) -> String {
    with("  stable-window: 60s", &format!("      {annotation}"))
}

fn configured(line: &str) -> String {
    with(&format!("  {line}"), "      autoscaling.knative.dev/min-scale: \"1\"")
}

fn load(text: &str) -> Scenario {
    try_load(text, Vec::new()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// What the KPA of each revision of the first policy runs on.
fn resolved(text: &str) -> Vec<KpaConfig> {
    let plans = load(text).policies.remove(0).services.remove(0).plan.revisions;
    let kpa = |plan: ScalerPlan| if let ScalerPlan::Kpa(config) = plan { config } else { panic!("no KPA in\n{text}") };
    plans.into_iter().map(|revision| kpa(revision.scaler)).collect()
}

/// What it runs on with one annotation, or one key of config-autoscaler.
fn of_annotation(line: &str) -> KpaConfig {
    resolved(&annotated(line)).remove(0)
}

fn of_config(line: &str) -> KpaConfig {
    resolved(&configured(line)).remove(0)
}

/// It is refused at this place, in these words.
#[track_caller]
fn refused(text: &str, place: &str, words: &[&str]) {
    let Err(error) = try_load(text, Vec::new()) else { panic!("this was to be refused:\n{text}") };
    let error = error.to_string();
    for word in words.iter().copied().chain([&*format!("test.yaml:{place}:")]) {
        assert!(error.contains(word), "the error does not say `{word}`:\n{error}\n--- for ---\n{text}");
    }
}

/// It is accepted, and these words are among the warnings.
#[track_caller]
fn warned(text: &str, words: &[&str]) {
    let warnings = load(text).warnings.join("\n");
    for word in words {
        assert!(warnings.contains(word), "no warning says `{word}`:\n{warnings}\n--- for ---\n{text}");
    }
}

#[test]
fn the_base_is_knatives_default_with_one_pod() {
    assert_eq!(load(BASE).warnings, [] as [String; 0]);
    let config = resolved(BASE).remove(0);
    assert_eq!((config.scaling.min_scale, config.metric.stable_window, config.decider.target), (1, Span::from_secs(60), 70.0));
}

/// Every annotation, each with a value that is not its default, reaches what the simulator runs on.
#[test]
fn every_annotation_has_its_effect() {
    let a = |rest: &str| of_annotation(&format!("autoscaling.knative.dev/{rest}"));
    assert_eq!(a("metric: rps").metric.metric, Metric::Rps);
    assert_eq!(a("target: \"50\"").decider.total, 50.0);
    assert_eq!(a("target-utilization-percentage: \"50\"").decider.target, 50.0);
    assert_eq!(a("targetUtilizationPercentage: \"50\"").decider.target, 50.0);
    assert!(!a("target-burst-capacity: \"-1\"").metric.scraped);
    assert_eq!(a("window: \"1m30s\"").metric.stable_window, Span::from_secs(90));
    assert_eq!(a("panic-window-percentage: \"50\"").metric.panic_window, Span::from_secs(30));
    assert_eq!(a("panic-threshold-percentage: \"150\"").decider.panic_threshold, 1.5);
    assert_eq!(a("metric-aggregation-algorithm: weightedExponential").metric.algorithm, Algorithm::WeightedExponential);
    assert_eq!(a("min-scale: \"2\"").scaling.min_scale, 2);
    assert_eq!(a("minScale: \"2\"").scaling.min_scale, 2);
    assert_eq!(a("max-scale: 7").scaling.max_scale, 7);
    assert_eq!(a("initial-scale: \"4\"").scaling.initial_scale, 4);
    assert_eq!(a("activation-scale: \"3\"").decider.activation_scale, 3);
    assert_eq!(a("scale-down-delay: 15m").decider.scale_down_delay, Span::from_secs(900));
    assert_eq!(a("scale-to-zero-pod-retention-period: 1m5s").scaling.retention, Span::from_secs(65));
    assert_eq!(a("class: kpa.autoscaling.knative.dev").scaling.min_scale, 0);
    assert_eq!(of_annotation("serving.knative.dev/progress-deadline: 5m").scaling.progress_deadline, Span::from_secs(300));
}

/// Every key of the ConfigMaps likewise.
#[test]
fn every_key_of_the_config_maps_has_its_effect() {
    assert!(!of_config("enable-scale-to-zero: \"false\"").scaling.enable_scale_to_zero);
    assert_eq!(of_config("max-scale-up-rate: \"10\"").decider.max_scale_up_rate, 10.0);
    assert_eq!(of_config("max-scale-down-rate: 4.0").decider.max_scale_down_rate, 4.0);
    assert_eq!(of_config("container-concurrency-target-percentage: \"50\"").decider.target, 50.0);
    assert_eq!(of_config("container-concurrency-target-percentage: \"0.5\"").decider.target, 50.0);
    assert_eq!(of_config("container-concurrency-target-default: \"10\"").decider.total, 10.0);
    assert_eq!(of_config("target-burst-capacity: \"0\"").decider.target_burst_capacity, 0.0);
    assert_eq!(of_config("panic-window-percentage: \"20\"").metric.panic_window, Span::from_secs(12));
    assert_eq!(of_config("panic-threshold-percentage: \"50\"").decider.panic_threshold, 0.5, "not validated in the ConfigMap");
    assert_eq!(of_config("activator-capacity: \"5\"").activator_capacity, 5.0);
    assert_eq!(of_config("stable-window: 90s").decider.stable_window, Span::from_secs(90));
    assert_eq!(of_config("scale-down-delay: 3h").decider.scale_down_delay, Span::from_secs(10_800), "no upper bound in the ConfigMap");
    assert_eq!(of_config("scale-to-zero-grace-period: 1ms").scaling.grace_period, Span::from_millis(1));
    assert_eq!(of_config("scale-to-zero-pod-retention-period: 1h30m").scaling.retention, Span::from_secs(5400));
    assert_eq!(of_config("initial-scale: \"3\"").scaling.initial_scale, 3);
    assert_eq!(of_config("max-scale: \"9\"").scaling.max_scale, 9);
    let rps = with("  requests-per-second-target-default: \"30\"", "      autoscaling.knative.dev/metric: rps");
    assert_eq!(resolved(&rps).remove(0).decider.total, 30.0);
    let min = with("  min-scale: \"2\"", "      autoscaling.knative.dev/max-scale: \"5\"");
    assert_eq!(resolved(&min).remove(0).scaling.min_scale, 2);
    let zero = "      autoscaling.knative.dev/initial-scale: \"0\"";
    assert_eq!(resolved(&with("  allow-zero-initial-scale: \"true\"", zero)).remove(0).scaling.initial_scale, 0);
    let deadline = BASE.replace("progress-deadline: 600s", "progress-deadline: 2m");
    assert_eq!(resolved(&deadline).remove(0).scaling.progress_deadline, Span::from_secs(120));
    let limited = with("  max-scale: \"3\"\n  max-scale-limit: \"3\"", "      autoscaling.knative.dev/max-scale: \"2\"");
    assert_eq!(resolved(&limited).remove(0).scaling.max_scale, 2);
    let hpa = with("  pod-autoscaler-class: kpa.autoscaling.knative.dev", "      autoscaling.knative.dev/min-scale: \"1\"");
    assert_eq!(resolved(&hpa).len(), 1);
}

#[test]
fn an_annotation_wins_over_the_config_map_and_the_short_form_is_an_annotation() {
    let text = with("  stable-window: 90s", "      autoscaling.knative.dev/window: 30s");
    assert_eq!(resolved(&text).remove(0).metric.stable_window, Span::from_secs(30));
    let text = with("  stable-window: 90s\n  target-burst-capacity: 0", "      autoscaling.knative.dev/target: \"10\"");
    let text = text + "    autoscaler: { kpa: { target: 10, min-scale: 2, window: 30s } }\n";
    let config = resolved(&text).remove(0);
    assert_eq!((config.decider.total, config.scaling.min_scale, config.decider.target_burst_capacity), (10.0, 2, 0.0));
    assert_eq!(config.metric.stable_window, Span::from_secs(30));
}

#[test]
fn a_revision_has_annotations_of_its_own() {
    let revisions = "    revisions:\n      v1: { percent: 50 }\n      v2:\n        percent: 50\n        annotations:\n          \
                     autoscaling.knative.dev/minScale: \"3\"\n";
    let text = BASE.to_owned() + revisions;
    assert_eq!(resolved(&text).iter().map(|config| config.scaling.min_scale).collect::<Vec<_>>(), [1, 3]);
    let wrong = text.replace("minScale: \"3\"", "window: 5s");
    refused(&wrong, "21:43", &["5s must be in [6s, 1h0m0s]", "services.shop.revisions.v2.annotations.autoscaling.knative.dev/window"]);
}

#[test]
fn annotations_out_of_range_are_refused_by_the_webhooks_rule() {
    for (annotation, rule, bounds) in [
        ("target: \"0\"", "validateFloats", "at least 0.01"),
        ("target: NaN", "validateFloats", "at least 0.01"),
        ("target: \"5%\"", "validateFloats", "`5%` is no number"),
        ("target-utilization-percentage: \"101\"", "validateFloats", "in [1, 100]"),
        ("targetBurstCapacity: \"-2\"", "validateFloats", "0 or more, or -1"),
        ("panic-window-percentage: \"0.5\"", "validateFloats", "in [1, 100]"),
        ("panic-threshold-percentage: \"100\"", "validateFloats", "in [110, 1000]"),
        ("window: 5s", "validateWindow", "in [6s, 1h0m0s]"),
        ("window: 61m", "validateWindow", "in [6s, 1h0m0s]"),
        ("window: 6500ms", "validateWindow", "whole seconds"),
        ("window: \"60\"", "validateWindow", "no duration such as `1m30s`"),
        ("min-scale: \"-1\"", "validateMinMaxScale", "in [0, 2147483647]"),
        ("min-scale: 1.0", "validateMinMaxScale", "`1.0` is no whole number"),
        ("max-scale: \"2147483648\"", "validateMinMaxScale", "too large"),
        ("initial-scale: \"0\"", "validateInitialScale", "not allowed by the cluster"),
        ("activation-scale: \"1\"", "validateMinMaxScale", "greater than 1"),
        ("scale-down-delay: 61m", "validateScaleDownDelay", "in [0s, 1h0m0s]"),
        ("scale-down-delay: -1s", "validateScaleDownDelay", "-1s must be in [0s, 1h0m0s]"),
        ("scale-to-zero-pod-retention-period: 2h", "validateLastPodRetention", "in [0s, 1h0m0s]"),
        ("metric: cpu", "validateMetric", "`concurrency` or `rps`"),
        ("metric-aggregation-algorithm: median", "validateAlgorithm", "`linear` or `weighted-exponential`"),
        ("class: vpa.autoscaling.knative.dev", "validateClass", "kpa.autoscaling.knative.dev"),
    ] {
        let column = 7 + "autoscaling.knative.dev/".len() + annotation.find(": ").expect("a value") + 2;
        let place = format!("15:{column}");
        let text = annotated(&format!("autoscaling.knative.dev/{annotation}"));
        refused(&text, &place, &[&format!("annotation_validation.go:{rule}"), bounds, "hint: "]);
    }
    refused(&annotated("serving.knative.dev/progress-deadline: 1500ms"), "15:46", &["revision_validation.go", "whole seconds"]);
    refused(&annotated("serving.knative.dev/rollout-duration: -1m"), "15:45", &["ValidateRolloutDurationAnnotation", "0s or more"]);
}

#[test]
fn config_maps_out_of_range_are_refused_by_their_own_rule() {
    for (line, words) in [
        ("stable-window: 5s", "in [6s, 1h0m0s]"),
        ("stable-window: 90", "no duration"),
        ("scale-down-delay: 1500ms", "whole seconds"),
        ("scale-to-zero-grace-period: 0s", "positive"),
        ("target-burst-capacity: \"-0.5\"", "0 or more, or -1"),
        ("container-concurrency-target-percentage: \"0\"", "in (0, 100]"),
        ("container-concurrency-target-percentage: \"100.5\"", "in (0, 100]"),
        ("container-concurrency-target-default: \"0.01\"", "less than 0.01"),
        ("requests-per-second-target-default: \"0\"", "at least 0.01"),
        ("activator-capacity: \"0.9\"", "at least 1"),
        ("max-scale-up-rate: \"1\"", "greater than 1.0"),
        ("max-scale-down-rate: \"1.0\"", "greater than 1.0"),
        ("panic-window-percentage: \"101\"", "in [1, 100]"),
        ("enable-scale-to-zero: \"yes\"", "true or false"),
        ("initial-scale: \"0\"", "not allowed by the cluster"),
        ("initial-scale: \"-1\"", "at least 0"),
        ("max-scale: \"-1\"", "at least 0"),
        ("max-scale-limit: \"-1\"", "at least 0"),
        ("pod-autoscaler-class: keda", "not simulated"),
    ] {
        let place = format!("5:{}", line.find(": ").expect("a value") + 5);
        refused(&configured(line), &place, &[words, "hint: "]);
    }
    refused(&configured("stable-window: 5s"), "5:18", &["config.go:validate", "config-autoscaler.stable-window"]);
    let deadline = BASE.replace("progress-deadline: 600s", "progress-deadline: 0s");
    refused(&deadline, "7:22", &["pkg/deployment/config.go", "positive"]);
}

#[test]
fn contradictions_are_refused_in_either_spelling() {
    let two = |first: &str, second: &str| annotated(&format!("autoscaling.knative.dev/{first}\n      autoscaling.knative.dev/{second}"));
    refused(
        &two("min-scale: \"3\"", "max-scale: \"2\""),
        "15:42",
        &["the max-scale of 2 is less than the min-scale of 3", "validateMinMaxScale"],
    );
    refused(&two("activation-scale: \"2\"", "min-scale: \"3\""), "15:49", &["greater than the activation-scale"]);
    refused(&two("max-scale: \"2\"", "activation-scale: \"3\""), "16:49", &["less than the activation-scale"]);
    let short = annotated("autoscaling.knative.dev/min-scale: \"3\"") + "    autoscaler: { kpa: { max-scale: 2 } }\n";
    refused(&short, "15:42", &["the max-scale of 2 is less than the min-scale of 3"]);
    let twice = annotated("autoscaling.knative.dev/min-scale: \"3\"") + "    autoscaler: { kpa: { min-scale: 2 } }\n";
    refused(&twice, "16:37", &["`min-scale` is 2 here and 3 in the annotations", "one of the two"]);
    let same = annotated("autoscaling.knative.dev/min-scale: \"3\"") + "    autoscaler: { kpa: { min-scale: 3 } }\n";
    assert_eq!(resolved(&same).remove(0).scaling.min_scale, 3);
}

#[test]
fn the_clusters_limits_bind_annotations_and_short_forms() {
    let limit = "  max-scale: 5\n  max-scale-limit: 5";
    let at = |annotation: &str| with(limit, &format!("      autoscaling.knative.dev/{annotation}"));
    refused(&at("max-scale: \"6\""), "16:42", &["6 must be in [1, 5]", "validateMaxScaleWithinLimit"]);
    refused(&at("max-scale: \"0\""), "16:42", &["0 (unlimited) must be in [1, 5]"]);
    let short = BASE.replace("  stable-window: 60s", limit) + "    autoscaler: { kpa: { max-scale: 6 } }\n";
    refused(&short, "17:37", &["6 must be in [1, 5]"]);
    refused(&configured("max-scale-limit: 5"), "4:1", &["0 must be in [1, max-scale-limit(5)]", "config.go:validate"]);
    let zero = "    autoscaler: { kpa: { initial-scale: 0 } }\n";
    refused(&(BASE.to_owned() + zero), "16:41", &["not allowed by the cluster", "validateInitialScale"]);
    let allowed = configured("allow-zero-initial-scale: true") + zero;
    assert_eq!(resolved(&allowed).remove(0).scaling.initial_scale, 0);
}

/// Knative compares no annotation with the ConfigMap's scales: both are accepted, and what then happens is told.
#[test]
fn what_knative_does_not_compare_is_told() {
    warned(
        &with("  max-scale: 2", "      autoscaling.knative.dev/min-scale: \"3\""),
        &["min-scale of 3 is above the max-scale of 2", "min-scale wins"],
    );
    warned(&with("  max-scale: 2", "      autoscaling.knative.dev/activation-scale: \"3\""), &["activation-scale of 3", "which wins"]);
}

#[test]
fn what_has_no_effect_is_told() {
    warned(
        &annotated("autoscaling.knative.dev/minscale: \"1\""),
        &["service `shop`", "`autoscaling.knative.dev/minscale` has no effect here", "did you mean `autoscaling.knative.dev/min-scale`?"],
    );
    warned(&annotated("sidecar.istio.io/inject: \"false\""), &["`sidecar.istio.io/inject` has no effect here"]);
    warned(&annotated("serving.knative.dev/creator: me"), &["has no effect here: it is Knative's own bookkeeping"]);
    warned(&annotated("autoscaling.knative.dev/minScale: \"1\"\n      autoscaling.knative.dev/min-scale: \"2\""), &["which wins"]);
    warned(&configured("stable-windw: 30s"), &["`stable-windw` has no effect: Knative knows no such key", "did you mean `stable-window`?"]);
    warned(&configured("tick-interval: 2s"), &["`tick-interval` has no effect"]);
    warned(
        &BASE.replace("progress-deadline: 600s", "queue-sidecar-image: x"),
        &["config-deployment: `queue-sidecar-image` has no effect here"],
    );
    let fixed = BASE.to_owned() + "    autoscaler: { fixed: { instances: 3 } }\n";
    warned(&fixed, &["service `shop`: the annotations for Knative's autoscaler have no effect"]);
    assert_eq!(load(&configured("_example: \"# anything\"")).warnings, [] as [String; 0]);
}

#[test]
fn values_are_texts_or_scalars_and_nothing_else() {
    assert_eq!(of_annotation("autoscaling.knative.dev/min-scale: 2").scaling.min_scale, 2);
    refused(&annotated("autoscaling.knative.dev/min-scale: [1]"), "15:7", &["expected a text"]);
    refused(&annotated("autoscaling.knative.dev/min-scale:"), "15:40", &["expected a text", "nothing"]);
    refused(&BASE.replace("config-autoscaler:\n  stable-window: 60s", "config-autoscaler: 5"), "4:20", &["expected a map"]);
}

#[test]
fn policies_overlay_both_layers() {
    let of = |path: &str, value: &str| {
        let text = format!("{BASE}policies:\n  base: {{}}\n  other:\n    {path}: {value}\n");
        let plan = load(&text).policies.remove(1).services.remove(0).plan.revisions.remove(0);
        let ScalerPlan::Kpa(config) = plan.scaler else { panic!("no KPA") };
        config
    };
    for path in [
        "services.shop.annotations.autoscaling.knative.dev/min-scale",
        r"services.shop.annotations.autoscaling\.knative\.dev/min-scale",
        "services.shop.annotations[\"autoscaling.knative.dev/min-scale\"]",
        "services.*.annotations.\"autoscaling.knative.dev/min-scale\"",
    ] {
        assert_eq!(of(path, "\"4\"").scaling.min_scale, 4, "{path}");
    }
    assert_eq!(of("services.shop.annotations.autoscaling.knative.dev/window", "30s").metric.stable_window, Span::from_secs(30));
    assert_eq!(of("config-autoscaler.stable-window", "30s").metric.stable_window, Span::from_secs(30));
    assert_eq!(of("config-deployment.progress-deadline", "60s").scaling.progress_deadline, Span::from_secs(60));
    let wrong = format!("{BASE}policies:\n  other: {{ services.shop.annotations.autoscaling.knative.dev/window: 5s }}\n");
    refused(&wrong, "17:70", &["5s must be in [6s, 1h0m0s]"]);
    let twice = format!("{BASE}policies:\n  other: {{ services.shop.autoscaler.kpa.min-scale: 0 }}\n");
    refused(&twice, "17:52", &["`min-scale` is 0 here and 1 in the annotations"]);
}

/// What services leave out is config-defaults', and what is beyond its limits is refused.
#[test]
fn config_defaults_fill_in_and_limit() {
    let with_defaults = |lines: &str, rest: &str| BASE.replace("services:\n", &format!("config-defaults:\n{lines}\nservices:\n")) + rest;
    let revision = |text: &str| load(text).policies.remove(0).services.remove(0).plan.revisions.remove(0);
    let filled = "  revision-timeout-seconds: \"60\"\n  container-concurrency: 5";
    let of = revision(&with_defaults(filled, ""));
    assert_eq!((of.timeouts.revision, of.concurrency), (Span::from_secs(60), 5));
    let of = revision(&with_defaults(filled, "    revision-timeout: 90s\n    container-concurrency: 0\n"));
    assert_eq!((of.timeouts.revision, of.concurrency), (Span::from_secs(90), 0));
    let of = revision(&(with_defaults(filled, "") + "    autoscaler: { fixed: { instances: 1 } }\n"));
    assert_eq!((of.timeouts.revision, of.concurrency), (Span::from_secs(300), 0), "not of Knative");
    let raised = with_defaults("  max-revision-timeout-seconds: \"3600\"", "    revision-timeout: 20m\n");
    assert_eq!(load(&raised).warnings, [] as [String; 0]);
    let limited = with_defaults("  max-revision-timeout-seconds: \"3600\"", "    revision-timeout: 2h\n");
    refused(&limited, "18:23", &["2h must be in [0s, 3600s]", "ValidateTimeoutSeconds"]);
    let many = with_defaults("  container-concurrency-max-limit: 10", "    container-concurrency: 11\n");
    refused(&many, "18:28", &["11 must be in [0, 10]", "ValidateContainerConcurrency"]);
    refused(&with_defaults("  revision-timeout-seconds: 601", ""), "9:29", &["601 is greater than", "defaults.go"]);
    refused(&with_defaults("  revision-timeout-seconds: 5m", ""), "9:29", &["`5m` must be a whole number"]);
    warned(&with_defaults("  revision-timeout-secs: 60", ""), &["`revision-timeout-secs` has no effect here", "did you mean"]);
    warned(&(BASE.to_owned() + "    revision-timeout: 20m\n"), &["Knative refuses a revision timeout of 20m", "config-defaults"]);
}

/// The class `hpa` makes what the short form `hpa` makes, behind a queue-proxy.
#[test]
fn the_class_hpa_is_kubernetes_autoscaler() {
    let lines = "class: hpa.autoscaling.knative.dev|metric: cpu|target: \"60.5\"|min-scale: \"2\"|max-scale: \"9\"|window: 90s";
    let annotations = |lines: &str| {
        let lines: Vec<String> = lines.split('|').map(|line| format!("      autoscaling.knative.dev/{line}")).collect();
        with("  stable-window: 60s", &lines.join("\n"))
    };
    let plain = BASE.replace("    annotations:\n      autoscaling.knative.dev/min-scale: \"1\"\n", "");
    let rules = "{ stabilization-window: 90s }";
    let short = format!(
        "{plain}    queue-proxy: {{}}\n    autoscaler:\n      hpa: {{ min-replicas: 2, max-replicas: 9, metrics: [ {{ cpu: {{ utilization: 61% }} }} ], \
         behavior: {{ scale-up: {rules}, scale-down: {rules} }} }}\n"
    );
    let plan = |text: &str| format!("{:?}", load(text).policies.remove(0).services.remove(0).plan);
    assert_eq!(plan(&annotations(lines)), plan(&short));
    let of_cluster = with("  pod-autoscaler-class: hpa.autoscaling.knative.dev", "      autoscaling.knative.dev/max-scale: \"9\"");
    assert_eq!(plan(&of_cluster), plan(&format!("{plain}    queue-proxy: {{}}\n    autoscaler: {{ hpa: {{ max-replicas: 9 }} }}\n")));

    let class = "class: hpa.autoscaling.knative.dev";
    warned(&annotations(&format!("{class}|target-burst-capacity: \"0\"")), &["`target-burst-capacity` has no effect on the class hpa"]);
    refused(&annotations(&format!("{class}|metric: queue-length|target: \"5\"")), "16:39", &["`queue-length` is not simulated"]);
    refused(&annotations(&format!("{class}|metric: memory|target: \"100\"")), "16:39", &["what memory a pod uses", "memory-use"]);
    refused(&annotations(&format!("{class}|metric: rps|target: \"0.5\"")), "17:39", &["0 must be positive"]);
    refused(&annotations(&format!("{class}|metric: \"\"")), "16:39", &["validateMetric"]);
    let both = annotations(class) + "    autoscaler: { kpa: { min-scale: 1 } }\n";
    refused(&both, "15:38", &["the class is `hpa.autoscaling.knative.dev`, and `autoscaler.kpa` is written too"]);
}

/// Knative shifts traffic bit by bit to the newest revision, and at once to any that is named.
#[test]
fn the_rollout_duration_is_that_of_a_shift_to_the_newest_revision() {
    let steps = |rollout: &str| {
        let annotation = annotated("serving.knative.dev/rollout-duration: 99m");
        let text = format!("{annotation}    revisions: {{ v1: {{ percent: 100 }}, v2: {{}} }}\n    rollout: {rollout}\n");
        load(&text).policies.remove(0).services.remove(0).plan.route.steps
    };
    let shift = steps("[ { at: 10m, to: v2 } ]");
    assert_eq!(shift.len(), 101, "the start and 100 steps of 1 %");
    assert_eq!(shift[2].at - shift[1].at, Span(5_939_000_000_000 / 99), "the first 1 % took a second");
    assert_eq!(steps("[ { at: 10m, to: v2 }, { at: 30m, to: v1 } ]").last().map(|step| step.shares.clone()), Some(vec![1.0, 0.0]));
    assert_eq!(steps("[ { at: 10m, to: v2, step: 50%, every: 1m } ]").len(), 3, "steps of one's own are kept");
    warned(&annotated("serving.knative.dev/rollout-duration: 10m"), &["rollout-duration` has no effect", "newest revision"]);
}

/// What all revisions replace is nobody's: it contradicts nothing. Each value is looked at all the same.
#[test]
fn a_service_with_revisions_is_checked_revision_by_revision() {
    let revision = |line: &str| format!("{{ percent: 50, annotations: {{ autoscaling.knative.dev/{line} }} }}");
    let text = format!(
        "{}    revisions:\n      v1: {}\n      v2: {}\n",
        annotated("autoscaling.knative.dev/min-scale: \"3\"\n      autoscaling.knative.dev/activation-scale: \"2\""),
        revision("min-scale: \"0\""),
        revision("min-scale: \"1\"")
    );
    assert_eq!(resolved(&text).iter().map(|config| config.scaling.min_scale).collect::<Vec<_>>(), [0, 1]);
    refused(&text.replace("min-scale: \"3\"", "min-scale: \"-3\""), "15:42", &["-3 must be"]);
    let own = "      v1: { percent: 100, autoscaler: { kpa: {} } }\n    autoscaler: { kpa: { window: 5s } }\n";
    refused(&(BASE.to_owned() + "    revisions:\n" + own), "18:34", &["5s must be in [6s, 1h0m0s]"]);
}

/// The same setting is the same run, however it is spelled.
#[test]
fn both_spellings_simulate_the_same() {
    let plain = BASE.replace("    annotations:\n      autoscaling.knative.dev/min-scale: \"1\"\n", "");
    let short = plain.clone() + "    autoscaler: { kpa: { target: 2, window: 30s, max-scale-up-rate: 2, target-burst-capacity: 0 } }\n";
    let long = with(
        "  max-scale-up-rate: \"2\"\n  target-burst-capacity: \"0\"",
        "      autoscaling.knative.dev/target: \"2\"\n      autoscaling.knative.dev/window: 30s",
    );
    let (short, long) = (common::run(&short), common::run(&long));
    assert_eq!(format!("{:?}", common::only(&short)), format!("{:?}", common::only(&long)));
}
