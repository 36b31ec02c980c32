//! The gate: promises, baselines, looks, reports. What a check says, and that it says it for the right reason.

mod common;

use coldcast::experiment::gate::{Answer, Baseline, Check, Question, check};
use coldcast::experiment::{Stopping, Verdict, simulate};
use coldcast::expression::Tolerance;
use coldcast::report::check::{CHECK_FORMATS, annotations, junit, markdown};
use coldcast::scenario::{Options, Scenario};

const SHOP: &str = "\
name: shop
run: { horizon: 30m, replications: 5, seed: 3 }
prices: aliyun-cn-hangzhou
services:
  api:
    traffic: [ { poisson: { rate: 2/s } } ]
    request: { cpu: { lognormal: { median: 50ms, sigma: 0.5 } }, timeout: 30s }
    cold-start: { profile: eci-imagecache, runtime: go }
policies:
  one: { services.api.autoscaler.fixed.instances: 1 }
  two: { services.api.autoscaler.fixed.instances: 2 }
";

fn load(text: &str) -> Scenario {
    common::right(text, &Options::default())
}

/// The shop promising these, with a few replications.
fn promising(expect: &str) -> String {
    format!("{SHOP}expect: {expect}\n")
}

fn ask(text: &str, question: Question) -> Check {
    check(&load(text), question, &()).unwrap()
}

fn stored(text: &str) -> Baseline {
    let scenario = load(text);
    Baseline::of(&scenario, &simulate(&scenario, &()).unwrap())
}

fn against(text: &str, baseline: &Baseline) -> Check {
    ask(text, Question { baseline: Some(baseline.clone()), ..Question::default() })
}

#[track_caller]
fn check_promise(expect: &str, answer: Answer) {
    let found = ask(&promising(expect), Question::default());
    assert_eq!(found.answer, answer, "{expect}: {:?}", found.promises);
}

#[test]
fn promises_hold_or_are_broken() {
    check_promise("{ one: [ \"latency.p99 < 1s\" ] }", Answer::Yes);
    check_promise("{ one: [ \"latency.p99 > 1s\" ] }", Answer::No);
    check_promise("{ two: [ \"cost == 2 * cost(one)\" ], one: [ \"cost < cost(two)\" ] }", Answer::Yes);
    check_promise("{ \"*\": [ \"error_rate == 0\", \"timeout_rate <= 0.1%\" ] }", Answer::Yes);
    check_promise("{ one: [ \"latency.p50 == 50ms within 100%\" ] }", Answer::Yes);
    check_promise("{ one: [ \"requests.completed / requests.arrived >= 99%\" ] }", Answer::Yes);
}

/// None of some eighteen thousand requests timed out: that does not show that not one in a million would.
#[test]
fn what_was_never_seen_may_still_be() {
    check_promise("{ one: [ \"timeout_rate < 0.1%\" ] }", Answer::Yes);
    check_promise("{ one: [ \"timeout_rate < 0.0001%\" ] }", Answer::Unsure);
    check_promise("{ one: [ \"1 - timeout_rate > 99.9999%\" ] }", Answer::Unsure);
    check_promise("{ one: [ \"requests.timed_out == 0\" ] }", Answer::Yes);
}

/// A figure that no replication has can be promised nothing of; a figure that scatters around its bound cannot be told.
#[test]
fn what_cannot_be_told_is_not_guessed() {
    check_promise("{ one: [ \"cold_latency.p50 < 1s\" ] }", Answer::Unsure);
    check_promise("{ one: [ \"requests.arrived < 3600\" ] }", Answer::Unsure);
    let once = promising("{ one: [ \"latency.p99 < 1s\" ] }").replace("replications: 5", "replications: 1");
    assert_eq!(ask(&once, Question::default()).answer, Answer::Unsure);
}

#[test]
fn nothing_changed_is_no_worse() {
    let found = against(SHOP, &stored(SHOP));
    assert_eq!(found.answer, Answer::Yes);
    let against = found.against.unwrap();
    assert!(against.paired && against.changes.is_empty() && against.notes.is_empty(), "{against:?}");
    assert!(against.regressions.iter().all(|it| it.difference.point == 0.0));
    assert_eq!(against.regressions.len(), 2 * 6, "six headline figures of two policies");
}

/// Before and after a change nothing timed out, of a few hundred requests: more of them would have to be asked.
#[test]
fn a_rate_that_was_never_seen_may_have_got_worse() {
    let few = SHOP.replace("horizon: 30m", "horizon: 10s");
    let baseline = stored(&few);
    assert_eq!(against(&few, &baseline).answer, Answer::Yes, "the same scenario met the same requests");
    let lenient = "tolerances: { cost: 100%, latency.p50: 500%, latency.p95: 500%, latency.p99: 500% }\n";
    let changed = few.replace("median: 50ms", "median: 51ms") + lenient;
    let found = against(&changed, &baseline);
    let unsure: Vec<usize> =
        found.against.iter().flat_map(|it| &it.regressions).filter(|it| it.verdict == Verdict::Unsure).map(|it| it.figure).collect();
    let rates = ["timeout_rate", "error_rate"].map(|key| coldcast::figure::find(key).unwrap().0);
    assert_eq!((found.answer, unsure.as_slice()), (Answer::Unsure, [rates, rates].concat().as_slice()));
    assert!(junit(&found).contains("never seen in "));
    // What was asked of this run alone settles it: more of its requests, whatever the baseline has.
    let stopping = Stopping { until_sure: true, replications_max: Some(320), ..Stopping::default() };
    let sure = ask(&changed, Question { baseline: Some(baseline.clone()), stopping, ..Question::default() });
    assert!(sure.answer == Answer::Yes && sure.looks.taken > 1, "{:?}", sure.looks);
    // A rate of which nothing is tolerated is a claim about what was seen.
    let none = changed.replace("tolerances: {", "tolerances: { timeout_rate: 0%, error_rate: 0%,");
    assert_eq!(against(&none, &baseline).answer, Answer::Yes);
}

/// Both policies get slower by a tenth: every latency is worse, no cost is; what was changed is named.
#[test]
fn a_regression_is_found_and_explained() {
    let slower = SHOP.replace("median: 50ms", "median: 55ms");
    let found = against(&slower, &stored(SHOP));
    assert_eq!(found.answer, Answer::No);
    let against = found.against.as_ref().unwrap();
    let worse = against.regressions.iter().filter(|it| it.verdict == Verdict::Broken).count();
    assert_eq!(worse, 2 * 3, "{:?}", against.regressions);
    let change = &against.changes[..];
    assert_eq!((change.len(), change[0].path.as_str()), (1, "services.api.request.cpu.lognormal.median"));
    assert_eq!((change[0].before.as_deref(), change[0].after.as_deref()), (Some("50ms"), Some("55ms")));
    let comment = markdown(&found);
    for word in ["❌", "6 figures worse", "latency.p99", "| 50ms | 55ms |", "<details>"] {
        assert!(comment.contains(word), "no `{word}` in\n{comment}");
    }
}

/// Getting better is not getting worse, and what is tolerated is not a regression.
#[test]
fn tolerances_are_kept() {
    let baseline = stored(SHOP);
    let faster = against(&SHOP.replace("median: 50ms", "median: 40ms"), &baseline);
    assert_eq!(faster.answer, Answer::Yes);
    let slower = SHOP.replace("median: 50ms", "median: 52ms");
    assert_eq!(against(&slower, &baseline).answer, Answer::No);
    let lenient = format!("{slower}tolerances: {{ latency.p50: 10%, latency.p95: 10%, latency_s.p99: 100ms }}\n");
    assert_eq!(against(&lenient, &baseline).answer, Answer::Yes);
    let strict = load(SHOP).vocabulary();
    let tolerances = vec![Tolerance::parse("latency.p50", "10%", &strict).unwrap()];
    let found = ask(&slower, Question { baseline: Some(baseline), tolerances, ..Question::default() });
    let regressions = found.against.unwrap().regressions;
    let verdicts: Vec<Verdict> = regressions.iter().filter(|it| it.policy == 0).map(|it| it.verdict).collect();
    use Verdict::{Broken, Holds};
    assert_eq!(verdicts, [Holds, Holds, Broken, Broken, Holds, Holds], "cost, p50, p95, p99, timeouts, errors");
}

/// Another seed meets other requests: the comparison is between samples, and says so.
#[test]
fn a_fresh_seed_is_compared_as_a_whole() {
    let found = against(&SHOP.replace("seed: 3", "seed: 4"), &stored(SHOP));
    assert!(!found.against.as_ref().unwrap().paired);
    assert_ne!(found.answer, Answer::No);
    assert!(markdown(&found).contains("other requests (seed 3)"));
}

#[test]
fn policies_that_came_or_went_are_named() {
    let other = SHOP.replace("  two:", "  three:");
    let notes = against(&other, &stored(SHOP)).against.unwrap().notes;
    assert_eq!(notes, ["`three` is new: it has no baseline", "`two` is gone"]);
}

/// Replications are added until the answer is known, and a check of forty is the same whether it began with five or not.
#[test]
fn replications_are_added_until_the_answer_is_known() {
    let text = promising("{ one: [ \"requests.arrived > 3570\" ] }");
    let stopping = Stopping { until_sure: true, replications_max: Some(80), ..Stopping::default() };
    let found = ask(&text, Question { stopping, ..Question::default() });
    assert!(found.looks.taken > 1, "five cannot tell: {:?}", found.looks);
    assert_eq!((found.answer, found.looks.settled), (Answer::Yes, true));
    let many = found.looks.replications();
    let options = Options { replications: Some(many), ..Options::default() };
    let at_once = check(&common::right(&text, &options), Question::default(), &()).unwrap();
    assert_eq!(at_once.record.render(), found.record.render(), "the same replications, one by one");
}

#[test]
fn a_limit_is_a_limit() {
    let text = promising("{ one: [ \"requests.arrived < 3600\" ] }");
    let stopping = Stopping { until_sure: true, replications_max: Some(12), ..Stopping::default() };
    let found = ask(&text, Question { stopping, ..Question::default() });
    assert_eq!((found.answer, found.looks.settled, found.looks.planned.as_slice()), (Answer::Unsure, false, &[5, 10, 12][..]));
    assert!(markdown(&found).contains("Not settled after 12 of at most 12 replications"));
}

/// A paired comparison cannot be sharpened beyond the replications that were stored: nothing is run in vain.
#[test]
fn a_baseline_without_further_replications_ends_the_search() {
    let slower = SHOP.replace("median: 50ms", "median: 50.7ms").replace("replications: 5", "replications: 2");
    let baseline = stored(&SHOP.replace("replications: 5", "replications: 2"));
    let stopping = Stopping { until_sure: true, ..Stopping::default() };
    let found = ask(&slower, Question { baseline: Some(baseline), stopping, ..Question::default() });
    assert_eq!((found.answer, found.looks.taken), (Answer::Unsure, 1), "{:?}", found.against);
    assert!(markdown(&found).contains("the 2 replications of the baseline are too few"));
}

#[test]
fn a_baseline_reads_back_as_it_was_written() {
    let baseline = stored(SHOP);
    assert_eq!(Baseline::parse("b.json", &baseline.render()).unwrap(), baseline);
    assert!(baseline.render().lines().any(|line| line.trim_start().starts_with("\"latency_s.p99\": [")), "a line a figure");
}

/// The baseline is refused, and the reason says all these words.
#[track_caller]
fn check_refused(change: impl Fn(String) -> String, scenario: &str, words: &[&str]) {
    let text = change(stored(SHOP).render());
    let read = Baseline::parse("b.json", &text).and_then(|it| it.check_comparable("b.json", &load(scenario)));
    let error = read.expect_err("it is no baseline").to_string();
    for word in words.iter().chain(&["b.json", "--save-baseline"]) {
        assert!(error.contains(word), "no `{word}` in\n{error}");
    }
}

#[test]
fn baselines_that_are_none() {
    check_refused(|text| text[..text.len() / 2].to_owned(), SHOP, &["it ends in the middle", "truncated"]);
    check_refused(|_| String::new(), SHOP, &["truncated"]);
    check_refused(|_| "policy,figure\n".into(), SHOP, &["this is no baseline"]);
    check_refused(|_| "{}".into(), SHOP, &["it has no `coldcast_baseline`"]);
    check_refused(|text| text.replace("\"coldcast_baseline\": 1", "\"coldcast_baseline\": 9"), SHOP, &["form 9", "reads form 1"]);
    check_refused(|text| text.replace("\"seed\": 3", "\"seed\": \"x\""), SHOP, &["b.json:6", "damaged"]);
    check_refused(|text| text.replacen("[0.0,", "[", 1), SHOP, &["damaged", "4 values, not 5"]);
    check_refused(|text| text.replace("\"version\": \"0.", "\"version\": \"99."), SHOP, &["coldcast 99.", "may differ by themselves"]);
}

#[test]
fn baselines_of_something_else() {
    let same = |text: String| text;
    check_refused(same, &SHOP.replace("name: shop", "name: bakery"), &["of the scenario `shop`, not of `bakery`"]);
    check_refused(same, &SHOP.replace("horizon: 30m", "horizon: 31m"), &["30m long", "31m"]);
    check_refused(same, &SHOP.replace("horizon: 30m", "horizon: 30m, warmup: 5m"), &["5m of warm-up"]);
    check_refused(same, &SHOP.replace("aliyun-cn-hangzhou", "aliyun-intl"), &["amounts are in CNY, these are in USD"]);
    check_refused(same, &SHOP.replace("  one:", "  uno:").replace("  two:", "  due:"), &["no policy in common"]);
}

/// Every report says what is wrong, and none breaks on names that are full of signs.
#[test]
fn reports_say_the_same() {
    let text = promising("{ one: [ \"latency.p99 < 1ms\", \"latency.p99 < 1s\", \"requests.arrived < 3600\" ] }");
    let found = ask(&text, Question { baseline: Some(stored(SHOP)), ..Question::default() });
    assert_eq!(found.answer, Answer::No);
    for format in CHECK_FORMATS {
        let said = (format.render)(&found);
        for word in ["latency.p99 < 1ms", "broken", "holds", "cannot tell"] {
            let escaped = word.replace('<', "&lt;");
            assert!(said.contains(word) || said.contains(&escaped), "{} does not say `{word}`\n{said}", format.name);
        }
        assert!(said.ends_with('\n'));
    }
    let xml = junit(&found);
    assert!(xml.contains("tests=\"15\" failures=\"1\" errors=\"1\""), "{xml}");
    assert!(xml.contains("name=\"one: latency.p99 &lt; 1ms\" file=\"test.yaml\" line=\"12\""), "{xml}");
    let marks = annotations(&found);
    assert_eq!(marks.lines().count(), 2, "{marks}");
    assert!(marks.starts_with("::error file=test.yaml,line=12,col="), "{marks}");
    assert!(marks.contains("\n::warning "), "{marks}");
}

/// The JSON of a check, by pointer.
#[test]
fn the_json_of_a_check() {
    let found = ask(&promising("{ one: [ \"latency.p99 < 1s\" ] }"), Question { baseline: Some(stored(SHOP)), ..Question::default() });
    let json: serde_json::Value = serde_json::from_str(&(CHECK_FORMATS[1].render)(&found)).unwrap();
    for (place, expected) in [
        ("/answer", "yes".into()),
        ("/promises/0/verdict", "holds".into()),
        ("/promises/0/line", 12.into()),
        ("/baseline/paired", true.into()),
        ("/baseline/figures/0/figure", "cost.total".into()),
        ("/baseline/figures/0/verdict", "no worse".into()),
        ("/baseline/figures/3/difference/mean", 0.0.into()),
    ] {
        assert_eq!(json.pointer(place), Some(&expected), "{place} in\n{json:#}");
    }
}

/// The scenario is refused at this place, with these words.
#[track_caller]
fn check_place(line: &str, place: &str, words: &[&str]) {
    let error = common::load(&format!("{SHOP}{line}\n")).to_string();
    for word in words.iter().chain(&[format!("test.yaml:{place}: ").as_str()]) {
        assert!(error.contains(word), "no `{word}` in\n{error}");
    }
}

/// A mistake in a promise has the line and column of the very word, however the promise is quoted.
#[test]
fn mistakes_in_promises_have_their_place() {
    check_place("expect: { one: [ \"cost < 2s\" ] }", "12:19", &["`cost` is money (CNY)", "^^^^^^^^^", "expect.one.0"]);
    check_place("expect: { one: [ 'cost < cost(tow)' ] }", "12:31", &["no policy `tow`", "did you mean `two`?"]);
    check_place("expect: { one: [ cost < cots ] }", "12:25", &["no figure `cots`"]);
    check_place("expect: { one: [ \"cost < 1 CNY\", \"cost <\" ] }", "12:41", &["it ends here", "expect.one.1"]);
    check_place("expect:\n  one:\n    - >\n      cost <\n      2s\n", "15:7", &["cannot be compared"]);
    check_place("expect: { uno: [ \"cost < 1 CNY\" ] }", "12:11", &["no policy `uno`"]);
    check_place("expect: { one: \"cost < 1 CNY\" }", "12:16", &["expected a list"]);
    check_place("tolerances: { latency.p98: 3% }", "12:28", &["no figure `latency.p98`"]);
    check_place("tolerances: { cost: 3s }", "12:21", &["`3s` is a time", "money (CNY)"]);
    check_place("tolerances: { cost: -3% }", "12:21", &["not below zero"]);
}

/// Every mistake is told at once, those of promises and those of figures.
#[test]
fn all_mistakes_are_told() {
    let error =
        common::load(&format!("{SHOP}expect: {{ one: [ \"cost\" ], two: [ \"cost < 1\" ] }}\ntolerances: {{ cots: 1% }}\n")).to_string();
    assert_eq!(error.matches("test.yaml:1").count(), 3, "{error}");
}
