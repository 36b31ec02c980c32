//! The language of claims: what it takes, what it refuses and where the caret stands, what it computes, what is made of it.

use coldcast::experiment::{Judgement, Verdict};
use coldcast::expression::{Claim, Formula, Sides, Vocabulary};
use coldcast::figure::{FIGURES, named, short_name};
use proptest::prelude::*;

fn vocabulary() -> Vocabulary {
    Vocabulary { policies: ["keep-one", "reserve", "my (own) policy"].map(str::to_owned).to_vec(), currency: "CNY".into() }
}

fn claim(text: &str) -> Claim {
    Claim::parse(text, &vocabulary()).unwrap_or_else(|fault| panic!("{fault}"))
}

/// A figure's value in these tests: `cost` is 10 under the first policy, 20 under the second; p99 1.5 s and 3 s; and so on.
fn value(figure: usize, policy: usize) -> Option<f64> {
    let value = match FIGURES[figure].key {
        "cost.total" => 10.0,
        "latency_s.p99" => 1.5,
        "timeout_rate" => 0.001,
        "cold_starts" => 4.0,
        "requests.arrived" => 1000.0,
        "requests.completed" => 0.0,
        "latency_s.mean" => return None,
        _ => 1.0,
    };
    Some(value * (policy + 1) as f64)
}

#[track_caller]
fn check_value(text: &str, expected: Option<f64>) {
    let formula = Formula::parse(text, &vocabulary()).unwrap_or_else(|fault| panic!("{fault}"));
    let value = formula.value(0, &value);
    let close = value.zip(expected).map_or(value == expected, |(a, b)| (a - b).abs() < 1e-12 * b.abs().max(1.0));
    assert!(close, "{text} is {value:?}, not {expected:?}");
}

#[test]
fn arithmetic_is_that_of_school() {
    check_value("cost", Some(10.0));
    check_value("cost.total + 2 CNY * 3", Some(16.0));
    check_value("(cost + 2 CNY) * 3", Some(36.0));
    check_value("cost - 2CNY - 3cny", Some(5.0));
    check_value("12 CNY / 2 / 3 + 0 * cost", Some(2.0));
    check_value("-cost", Some(-10.0));
    check_value("- -cost", Some(10.0));
    check_value("--cost-1CNY", Some(9.0));
    check_value("10 CNY - -cost", Some(20.0));
    check_value("cost(reserve)", Some(20.0));
    check_value("cost( reserve )", Some(20.0));
    check_value("cost(\"my (own) policy\") / cost", Some(3.0));
    check_value("cost('keep-one')", Some(10.0));
    check_value("cost / requests.arrived * 1_000", Some(10.0));
    check_value("cold_starts * 50%", Some(2.0));
    check_value("latency.p99 + 1m30s", Some(91.5));
    check_value("latency_s.p99(reserve) - 500ms", Some(2.5));
    check_value("latency.p99 - 1.5 s", Some(0.0));
    check_value("cost / requests.completed", None);
    check_value("latency.mean * 2", None);
}

#[track_caller]
fn check_sides(text: &str, left: f64, right: f64) {
    assert_eq!(claim(text).sides(0, &value), Some(Sides { left, right }), "{text}");
}

#[test]
fn every_relation_has_two_sides() {
    check_sides("latency.p99 < 2s", 1.5, 2.0);
    check_sides("latency.p99<2s", 1.5, 2.0);
    check_sides("timeout_rate <= 0.1%", 0.001, 0.001);
    check_sides("timeout_rate ≤ 0.001", 0.001, 0.001);
    check_sides("cost < 0.7 * cost(reserve)", 10.0, 14.0);
    check_sides("cost(reserve) >= 20 CNY", 20.0, 20.0);
    check_sides("cold_starts == 4", 4.0, 4.0);
    check_sides("latency.p99 == 1s within 5%", 1.5, 1.0);
    check_sides("cold_starts == 5 within 2", 4.0, 5.0);
    check_sides("  cost > 1 CNY  ", 10.0, 1.0);
}

/// Every figure can be asked for, by both of its names.
#[test]
fn no_figure_is_left_out() {
    for figure in FIGURES {
        for name in [figure.key.to_owned(), short_name(figure.key)] {
            assert!(Formula::parse(&name, &vocabulary()).is_ok(), "{name}");
        }
    }
}

/// The expression is refused, the carets stand below `at`, and the error says all these words.
#[track_caller]
fn check_fault(text: &str, at: &str, words: &[&str]) {
    let fault = Claim::parse(text, &vocabulary()).expect_err(text);
    let below: String = text.chars().skip(fault.at.start).take(fault.at.len()).collect();
    assert_eq!(below, at, "the caret of {text}\n{fault}");
    for word in words {
        assert!(fault.to_string().contains(word), "no `{word}` in\n{fault}");
    }
}

#[test]
fn what_does_not_parse() {
    check_fault("cost <", "", &["expected a number, a figure or `(`", "it ends here"]);
    check_fault("", "", &["expected a number, a figure or `(`"]);
    check_fault("cost", "", &["a relation (`<`, `<=`, `>`, `>=`, `==`)", "it ends here"]);
    check_fault("cost = 3 CNY", "=", &["a relation", "found `=`"]);
    check_fault("cost < 3 CNY CNY", "CNY", &["an operator or the end"]);
    check_fault("1s < latency.p99 < 2s", "<", &["an operator or the end", "found `<`"]);
    check_fault("cost < (3 CNY", "", &["an operator or `)`"]);
    check_fault("cost < * 3", "*", &["a number, a figure or `(`", "found `*`"]);
    check_fault("cost(keep-one < 3 CNY", "", &["`)` behind the name of a policy"]);
    check_fault("cost(\"keep-one) < 3 CNY", "\"", &["the name of a policy"]);
    check_fault("cost() < 3 CNY", ")", &["the name of a policy"]);
    check_fault("cost < 3 CNY within 5%", "within", &["found `within`"]);
    check_fault("cost < €3", "€", &["found `€`"]);
}

#[test]
fn names_that_are_not_known() {
    check_fault("cosst < 3 CNY", "cosst", &["there is no figure `cosst`", "did you mean `cost`?"]);
    check_fault("latency.p98 < 2s", "latency.p98", &["did you mean `latency.p9"]);
    check_fault("p99 < 2s", "p99", &["did you mean `latency.p99`?"]);
    check_fault("cost < cost(keep-two)", "keep-two", &["there is no policy `keep-two`", "did you mean `keep-one`?"]);
    check_fault("cost < 5 parsecs", "5 parsecs", &["unknown unit `parsecs`", "`s`", "`CNY`"]);
    check_fault("cost < 5 USD", "5 USD", &["unknown unit `USD`", "the price book is in CNY"]);
}

#[test]
fn kinds_that_do_not_go_together() {
    check_fault("cost < 2s", "cost < 2s", &["`cost` is money (CNY), `2s` is a time", "cannot be compared"]);
    check_fault("0.5 * (cost + 2s) < cost", "(cost + 2s)", &["cannot be added"]);
    check_fault("latency.p99 < 2", "latency.p99 < 2", &["`2` is a number", "write the unit: `2s`"]);
    check_fault("cost < 20", "cost < 20", &["write the currency: `20 CNY`"]);
    check_fault("cold_starts < 5%", "cold_starts < 5%", &["a count", "a share"]);
    check_fault("timeout_rate < 5", "5", &["between 0 and 1", "`5%`"]);
    check_fault("timeout_rate < 1", "1", &["`1` is the whole", "`1%`", "`100%`"]);
    check_fault("cost < cost / 0", "0", &["divided by zero"]);
    check_fault("cost * 2s < 3", "cost * 2s < 3", &["CNY·s"]);
    check_fault("cost / 1s < 3 CNY", "cost / 1s < 3 CNY", &["CNY/s"]);
    check_fault("1s < 2s", "1s < 2s", &["it compares no figure"]);
    check_fault("cost == 2 CNY within 3s", "3s", &["a time", "a share (`5%`) or money"]);
    check_fault("cost == 2 CNY within -3%", "-3%", &["not below zero"]);
    check_fault("cost == 2 CNY within cost", "cost", &["a tolerance is a number"]);
}

#[test]
fn monsters_are_refused() {
    check_fault(&"(".repeat(10_000), "", &["more than 500 characters"]);
    check_fault(&format!("{}cost{} < 1 CNY", "(".repeat(40), ")".repeat(40)), "", &["30 deep"]);
    let minus = format!("{}cost < 1 CNY", "-".repeat(480));
    assert!(Claim::parse(&minus, &vocabulary()).is_ok());
}

#[track_caller]
fn check_verdict(text: &str, left: &[f64], expected: Verdict) {
    let claim = claim(text);
    let right = claim.sides(0, &value).expect("a value").right;
    let sides: Vec<Sides> = left.iter().map(|left| Sides { left: *left, right }).collect();
    let judgement = Judgement::of(&claim, &sides).expect("a replication");
    assert_eq!(judgement.verdict(), expected, "{text}: {judgement:?}");
}

#[test]
fn verdicts_follow_the_interval() {
    use Verdict::{Broken, Holds, Unsure};
    check_verdict("latency.p99 < 2s", &[1.0, 1.1, 0.9], Holds);
    check_verdict("latency.p99 < 2s", &[3.0, 3.1, 2.9], Broken);
    check_verdict("latency.p99 < 2s", &[1.0, 2.9, 1.9], Unsure);
    check_verdict("latency.p99 > 2s", &[3.0, 3.1, 2.9], Holds);
    check_verdict("latency.p99 >= 2s", &[1.0, 1.1, 0.9], Broken);
    check_verdict("latency.p99 < 2s", &[1.0], Unsure);
    check_verdict("latency.p99 < 2s", &[2.0, 2.0], Broken);
    check_verdict("latency.p99 <= 2s", &[2.0, 2.0], Holds);
    check_verdict("latency.p99 > 2s", &[2.0, 2.0], Broken);
    check_verdict("latency.p99 >= 2s", &[2.0, 2.0], Holds);
    check_verdict("latency.p99 == 2s", &[2.0, 2.01, 1.99], Unsure);
    check_verdict("latency.p99 == 2s", &[2.0, 2.001, 1.999], Holds);
    check_verdict("latency.p99 == 2s", &[2.2, 2.201, 2.199], Broken);
    check_verdict("latency.p99 == 2s within 15%", &[2.2, 2.201, 2.199], Holds);
    check_verdict("latency.p99 == 2s within 100ms", &[1.5, 1.501, 1.499], Broken);
    check_verdict("cold_starts == 0", &[0.0, 0.0], Holds);
    check_verdict("timeout_rate <= 0.3", &[0.1 + 0.2, 0.1 + 0.2], Holds);
    check_verdict("timeout_rate < 0.3", &[0.1 + 0.2, 0.1 + 0.2], Broken);
    check_verdict("cold_starts == 0", &[1.0, 1.0], Broken);
}

/// The t test's p-value for three margins of 1, 2 and 3 is that of the printed tables: t = 3.4641 at 2 degrees, 0.0371.
#[test]
fn p_values_are_those_of_students_t() {
    let sides = [1.0, 2.0, 3.0].map(|left| Sides { left, right: 0.0 });
    let judgement = Judgement::of(&claim("cost > 0 CNY"), &sides).unwrap();
    assert!((judgement.p_holds - 0.037_09).abs() < 1e-5, "{}", judgement.p_holds);
    assert!((judgement.p_holds + judgement.p_broken - 1.0).abs() < 1e-12);
}

proptest! {
    /// Whatever is typed, it is read or refused with a caret inside the text; and nothing panics.
    #[test]
    fn anything_can_be_typed(text in "[a-z0-9_.<>=+*/()% \"'-]{0,60}") {
        if let Err(fault) = Claim::parse(&text, &vocabulary()) {
            prop_assert!(fault.at.end <= text.chars().count().max(fault.at.start));
            prop_assert!(!fault.to_string().is_empty());
        }
    }

    /// What is built from the language's own words mostly parses, and what parses computes the same from its own text.
    #[test]
    fn a_claim_reads_back_from_its_own_text(words in proptest::collection::vec(0usize..8, 1..12)) {
        let text: String = words.iter().map(|word| ["cost", "<", "2 CNY", "+", "(", ")", "*", "0.5"][*word]).collect::<Vec<_>>().join(" ");
        if let Ok(claim) = Claim::parse(&text, &vocabulary()) {
            prop_assert_eq!(Claim::parse(&claim.to_string(), &vocabulary()).unwrap().sides(1, &value), claim.sides(1, &value));
        }
    }

    /// A chain of sums is computed as a person would, left to right.
    #[test]
    fn sums_are_left_to_right(terms in proptest::collection::vec((any::<bool>(), 0u32..1000), 1..8)) {
        let text: String = terms.iter().map(|(plus, n)| format!(" {} {n} CNY", if *plus { '+' } else { '-' })).collect();
        let expected = terms.iter().fold(10.0, |sum, (plus, n)| if *plus { sum + f64::from(*n) } else { sum - f64::from(*n) });
        let formula = Formula::parse(&format!("cost{text}"), &vocabulary()).unwrap();
        prop_assert_eq!(formula.value(0, &value), Some(expected));
    }
}

#[test]
fn names_are_found_by_one_rule() {
    assert_eq!(named("latency.p99"), named("latency_s.p99"));
    assert_eq!(named("cost"), named("cost.total"));
}
