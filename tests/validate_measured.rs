//! The measured cases of `coldcast validate` on small parts of their references, roughly: every case runs, bounds that a handful
//! of points can keep are kept, and data that are no data are refused with file and line.

#![allow(clippy::disallowed_methods, reason = "a test of data files reads them")]

use std::collections::BTreeMap;
use std::path::Path;

use coldcast::experiment::validate::{Bound, Context, Data, Findings, Text, Verdict, find, validate};

/// Every text of the folder, by its name below it.
fn texts() -> BTreeMap<String, Text> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/validate");
    let (mut texts, mut folders) = (BTreeMap::new(), vec![root.clone()]);
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
                texts.insert(name.clone(), Text { shown: name, text: std::fs::read_to_string(&path).unwrap() });
            }
        }
    }
    texts
}

fn run(case: &str, texts: BTreeMap<String, Text>) -> Result<Result<Findings, String>, coldcast::error::Error> {
    let data = Data::new(Some("data".into()), texts);
    let context = Context { data: &data, quick: true, progress: &() };
    Ok(validate(&[find(case).unwrap()], &context)?.cases.remove(0).found)
}

#[track_caller]
fn findings(case: &str) -> Findings {
    run(case, texts()).unwrap_or_else(|error| panic!("{error}")).unwrap()
}

/// Every series whose name begins so is held, with that many points in all.
#[track_caller]
fn check_held(findings: &Findings, figure: &str, points: usize) {
    let series: Vec<_> = findings.series.iter().filter(|it| it.figure.starts_with(figure)).collect();
    for it in &series {
        assert!(matches!(it.verdict(), Verdict::Holds | Verdict::Discussed), "{it:#?}");
    }
    assert_eq!(series.iter().map(|it| it.points.len()).sum::<usize>(), points, "{figure}");
}

#[test]
fn lambda_is_counted_as_its_authors_count() {
    let found = findings("lambda");
    // Three figures by each of three rules, the run of the table; its log gives the published share to the last digit.
    assert_eq!(found.series.len(), 10);
    check_held(&found, "cold share: the raw log", 1);
    for it in found.series.iter().filter(|it| it.figure.starts_with("mean instances")) {
        assert!(it.mean_error().unwrap() < 0.1, "{it:#?}");
    }
}

#[test]
fn a_log_without_a_table_is_counted_here() {
    let mut texts = texts();
    texts.remove("aws-lambda/simfaas_exp.csv");
    let found = run("lambda", texts).unwrap().unwrap();
    let shares = &found.series[1];
    assert!(shares.figure.starts_with("cold share in ten parts"), "{shares:#?}");
    assert!((shares.points[0].reference.point - 0.342_988_261_738).abs() < 1e-9, "{shares:#?}");
    assert!((shares.points[0].reference.standard_error - 0.031_763_489_755).abs() < 1e-9, "{shares:#?}");
}

#[test]
fn knative_scales_as_measured() {
    let mut texts = texts();
    let file = texts.get_mut("knative-metric-based/knative_measured.csv").unwrap();
    // A row whose load is far from a whole number of pods: a single one may be off by 19 % otherwise.
    let rows: Vec<&str> = file.text.lines().collect();
    let chosen = rows.iter().find(|row| row.contains("concurrency,5.0,3.0")).unwrap();
    file.text = format!("{}\n{chosen}\n", rows[0]);
    let found = run("knative", texts).unwrap().unwrap();
    check_held(&found, "mean ready pods", 2);
    assert_eq!(found.series.len(), 4);
}

#[test]
fn profiles_have_their_quantiles() {
    let found = findings("cold-starts");
    check_held(&found, "whole cold start", 6);
    check_held(&found, "documented durations", 4);
}

#[test]
fn sixteen_cores_serve_sixteen_a_second() {
    let found = findings("cores");
    check_held(&found, "flat up to 14/s", 3);
    check_held(&found, "collapse", 1);
    check_held(&found, "median system latency", 4);
}

#[test]
fn a_pod_of_one_request_lives_for_the_stable_window() {
    let found = findings("mix");
    check_held(&found, "a pod of one request, from ready", 1);
    // The timer's pods lived for 61 s by their memory.
    let measured = found.series.iter().find(|it| it.figure.contains("memory allocated")).unwrap();
    assert_eq!((measured.points.len(), measured.points[0].reference.point, measured.bound), (1, 61.0, Bound::Discussed));
}

#[test]
fn minutes_are_counted_exactly() {
    let found = findings("minutes");
    check_held(&found, "cold starts", 5 * 2);
    assert!(found.notes.iter().any(|note| note.starts_with("12 published counts are those")), "{:#?}", found.notes);
    assert_eq!(found.notes.len(), 3, "{:#?}", found.notes);
}

#[test]
fn without_data_a_case_is_skipped_and_says_so() {
    for (case, needle) in [
        ("lambda", "no aws-lambda/ in data"),
        ("knative", "no knative-metric-based/knative_measured.csv in data"),
        ("cores", "no faasim-knative/faasim_validation.csv in data"),
        ("minutes", "no traces/azure2019_500x480/invocations.csv in data"),
    ] {
        let skipped = run(case, BTreeMap::new()).unwrap().unwrap_err();
        assert!(skipped.contains(needle), "{case}: {skipped}");
    }
    for case in ["cold-starts", "mix"] {
        assert!(run(case, BTreeMap::new()).unwrap().unwrap().notes.iter().any(|note| note.contains("there is no")), "{case}");
    }
}

/// With `from` replaced by `to` in its file, the case is refused so.
#[track_caller]
fn check_refused(case: &str, file: &str, from: &str, to: &str, expected: &str) {
    let mut texts = texts();
    let text = &mut texts.get_mut(file).unwrap().text;
    assert!(text.contains(from), "{file} has no {from}");
    *text = text.replacen(from, to, 1);
    let error = run(case, texts).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}\nis not\n{expected}");
}

#[test]
fn data_that_are_no_data_are_refused_by_line() {
    let log = "aws-lambda/res-01-2020-05-28_01-57-40.csv";
    check_refused("lambda", log, "t_s,is_cold", "t,is_cold", &format!("{log}:1: there is no column `t_s`"));
    check_refused("lambda", log, "\n0.0,0,", "\n0.0,maybe,", &format!("{log}:2: `is_cold` is `maybe`, neither 0 nor 1"));
    check_refused("lambda", log, "\n0.0,0,", "\n1e9,0,", &format!("{log}:3: `t_s` is earlier than in the row before it"));
    check_refused("lambda", log, "\n0.0,0,", "\n0.0,0,x", &format!("{log}:2: `inst` is `x"));
    let table = "aws-lambda/simfaas_exp.csv";
    check_refused("lambda", table, "0.34298826173826175", "34.3", &format!("{table}:2: no run of Lambda"));
    let measured = "knative-metric-based/knative_measured.csv";
    check_refused("knative", measured, "concurrency,1.0", "latency,1.0", &format!("{measured}:2: `metric` is `latency`"));
    check_refused("knative", measured, "2.1148", "-2.1148", &format!("{measured}:2: `ready_count_mean` is -2.1148"));
    check_refused("knative", measured, "1.2383", "", &format!("{measured}:2: `client_elapsed_s` is ``"));
    let quantiles = "huawei2025/fig10_15_16_quantiles.csv";
    check_refused("cold-starts", quantiles, "total,R2", "total,R9", &format!("{quantiles}: no row is"));
    check_refused("cold-starts", quantiles, "10.2991", "soon", &format!("{quantiles}:3: `p90_s` is `soon`"));
    check_refused("cores", "faasim-knative/faasim_validation.csv", "136.12", "136.12,7", "faasim-knative/faasim_validation.csv:3:");
    let apps = "traces/femux_knative100/apps_measured_vanilla_knative.csv";
    check_refused("mix", apps, "aaaa,100", "aaaa,0", &format!("{apps}:2: `AverageMemUsage` is 0"));
    let minutes = "traces/femux_knative100/avg_containers_per_minute.csv";
    check_refused("mix", minutes, "bbbb,0.3", "bbbb,-0.3", &format!("{minutes}:3: minute 1 has a concurrency of -0.3"));
    let trace = "traces/azure2019_500x480/invocations.csv";
    check_refused("minutes", trace, "http,7", "http,7.5", &format!("{trace}:4: minute 480 has `7.5` calls"));
    check_refused("minutes", "azure_keepalive_counts.json", "\"hand\" }", "hand }", "azure_keepalive_counts.json:2: ");
}
