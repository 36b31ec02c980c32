//! Bad input: one clear error with file, line and a way out; every problem at once; nothing simulated.

mod common;

use common::{Memory, try_load};

const GOOD: &str = "\
name: good
run: { horizon: 1h, replications: 2 }
prices: aliyun-cn-hangzhou
services:
  shop:
    traffic: [ { poisson: { rate: 3/s } } ]
    request: { cpu: 40ms, timeout: 10s }
    instance: { type: ecs.c6.large }
    cold-start: { profile: eci, runtime: go, image: 50MB }
    autoscaler: { kpa: { min-scale: 1 } }
policies:
  a: {}
  b: { services.shop.autoscaler.kpa.min-scale: 0 }
baseline: a
";

/// The good scenario with one text replaced: the error names the line and says all these words.
#[track_caller]
fn check(from: &str, to: &str, line: usize, words: &[&str]) {
    assert!(GOOD.contains(from), "`{from}` is not in the good scenario");
    check_text(&GOOD.replace(from, to), line, words);
}

#[track_caller]
fn check_text(text: &str, line: usize, words: &[&str]) {
    let error = common::load(text).to_string();
    let place = if line == 0 { "test.yaml".to_owned() } else { format!("test.yaml:{line}:") };
    for word in words.iter().copied().chain([place.as_str()]) {
        assert!(error.contains(word), "the error does not say `{word}`:\n{error}\n--- for ---\n{text}");
    }
}

#[test]
fn the_good_one_is_good() {
    assert!(try_load(GOOD, Vec::new()).is_ok());
}

#[test]
fn keys_types_and_units() {
    check("timeout: 10s", "timout: 10s", 7, &["unknown key `timout`", "did you mean `timeout`?"]);
    check("replications: 2", "replications: many", 2, &["expected a whole number", "a text"]);
    check("timeout: 10s", "timeout: 10", 7, &["no unit", "10s"]);
    check("timeout: 10s", "timeout: 10 parsecs", 7, &["unknown unit `parsecs`", "ms"]);
    check("name: good\n", "", 1, &["`name` is missing"]);
    check("name: good", "name: ../etc", 1, &["cannot name a folder"]);
    check("horizon: 1h", "horizon: 0s", 2, &["nothing happens in no time"]);
    check("horizon: 1h, ", "", 2, &["`run.horizon` is missing"]);
    check("horizon: 1h", "horizon: 1h, warmup: 2h", 2, &["warm-up"]);
    check("replications: 2", "replications: 0", 2, &["never run"]);
    check("timeout: 10s", "timeout: 0s", 7, &["before it arrives"]);
}

#[test]
fn rates_and_distributions() {
    check("rate: 3/s", "rate: -3/s", 6, &["negative"]);
    check("rate: 3/s", "rate: .nan", 6, &["finite", ".nan"]);
    check("rate: 3/s", "rate: 3", 6, &["no unit", "3/s"]);
    check("poisson", "poison", 6, &["unknown key `poison`", "did you mean `poisson`?"]);
    check("cpu: 40ms", "cpu: { lognormall: { median: 1s, sigma: 1 } }", 7, &["`lognormall` is not known", "did you mean `lognormal`?"]);
    check("cpu: 40ms", "cpu: { lognormal: { median: 1s } }", 7, &["`median` and `sigma`"]);
    check("cpu: 40ms", "cpu: { uniform: { min: 2s, max: 1s } }", 7, &["min 2s is above max 1s"]);
    check("[ { poisson: { rate: 3/s } } ]", "[]", 6, &["there is no traffic"]);
}

#[test]
fn names_that_are_not_known() {
    check("ecs.c6.large", "ecs.c6.lage", 8, &["ecs.c6.lage", "did you mean `ecs.c6.large`?"]);
    check("profile: eci", "profile: ecii", 9, &["no profile `ecii`", "did you mean `eci`?"]);
    check("runtime: go", "runtime: gopher", 9, &["no runtime `gopher`"]);
    check("kpa: { min-scale: 1 }", "kpaa: {}", 10, &["`kpaa` is not known", "did you mean `kpa`?"]);
    check("prices: aliyun-cn-hangzhou", "prices: aliyun-cn-hangzou", 3, &["did you mean `aliyun-cn-hangzhou`?"]);
    check("baseline: a", "baseline: c", 14, &["there is no policy `c`"]);
    check(
        "services.shop.autoscaler.kpa.min-scale: 0",
        "services.shp.autoscaler.kpa.min-scale: 0",
        13,
        &["no service `shp`", "did you mean `shop`?"],
    );
    check("kpa.min-scale: 0", "kpa.min-scal: 0", 13, &["unknown key `min-scal`", "did you mean `min-scale`?"]);
}

#[test]
fn contradictions() {
    check("{ min-scale: 1 }", "{ min-scale: 3, max-scale: 2 }", 10, &["max-scale"]);
    check("{ kpa: { min-scale: 1 } }", "{ fixed: { instances: 0 } }", 10, &["0 instances"]);
    check("    cold-start: { profile: eci, runtime: go, image: 50MB }\n", "", 5, &["`cold-start` is missing", "profile: eci"]);
    check(", image: 50MB", "", 9, &["image's size"]);
    let split = "autoscaler: { kpa: {} }\n    revisions: { v1: { percent: 90 }, v2: { percent: 20 } }";
    check("autoscaler: { kpa: { min-scale: 1 } }", split, 11, &["sum to 110", "exactly one revision"]);
    check(
        "policies:\n  a: {}\n  b: { services.shop.autoscaler.kpa.min-scale: 0 }\nbaseline: a\n",
        "policies: {}\n",
        11,
        &["no policy to run"],
    );
    check("type: ecs.c6.large", "type: ecs.c6.large, vcpu: 2", 8, &["vcpu"]);
}

#[test]
fn documents_that_are_none() {
    check_text("", 0, &["the file is empty"]);
    check_text("# only a comment\n", 0, &["the file is empty"]);
    check_text("name: [", 0, &["not YAML"]);
    check_text("just words", 1, &["a map of keys"]);
    check_text(&GOOD.replace("prices:", "name: again\nprices:"), 3, &["not YAML"]);
}

#[test]
fn every_problem_is_told_at_once() {
    let text = GOOD.replace("3/s", "3").replace("timeout: 10s", "timout: 10s").replace("runtime: go", "runtime: gopher");
    let error = common::load(&text).to_string();
    for line in [":6:", ":7:", ":9:"] {
        assert!(error.contains(line), "no problem on line {line}\n{error}");
    }
    assert_eq!(error.matches("did you mean `timeout`?").count(), 1, "told once, not once a policy\n{error}");
}

/// A missing price names the book, the type and the region.
#[test]
fn a_type_without_a_price_is_refused() {
    let text = GOOD.replace("aliyun-cn-hangzhou", "aliyun-us-east-1").replace("ecs.c6.large", "ecs.t6-c1m2.large");
    check_text(&text, 8, &["ecs.t6-c1m2.large", "aliyun-us-east-1", "price"]);
}

#[test]
fn a_price_book_of_ones_own_is_checked() {
    let text = GOOD.replace("aliyun-cn-hangzhou", "my/book.yaml");
    let of = |book: &str| {
        try_load(&text, vec![("my/book.yaml", book.as_bytes().to_vec())]).err().map(|error| error.to_string()).unwrap_or_default()
    };
    let good = coldcast::billing::BOOKS[0].1;
    assert_eq!(of(good), "");
    assert!(of("not a book").contains("my/book.yaml"));
    let missing = try_load(&text, Vec::new()).err().unwrap().to_string();
    assert!(missing.contains("could not read `my/book.yaml`"), "{missing}");
    drop(Memory(Vec::new()));
}

/// A million requests a second that nobody answers are given up with a reason, before memory is.
#[test]
fn a_run_that_never_ends_is_given_up() {
    let text = "name: x\nrun: { horizon: 1h, replications: 1, steps-max: 100000 }\nprices: aliyun-cn-hangzhou\nservices:\n  x:\n    \
                traffic: [ { constant: { rate: 1000000/s } } ]\n    autoscaler: { fixed: { instances: 1 } }\n";
    let scenario = try_load(text, Vec::new()).unwrap();
    let error = coldcast::experiment::run(&scenario, &()).err().unwrap().to_string();
    assert!(error.contains("more than 100000 steps") && error.contains("hint"), "{error}");
}

/// Two autoscalers in one policy contradict each other, and a bare request takes no time at all: that is said.
#[test]
fn what_a_tired_person_writes() {
    let both = "b: { services.shop.autoscaler.kpa.min-scale: 0, services.shop.autoscaler.fixed.instances: 3 }";
    check("b: { services.shop.autoscaler.kpa.min-scale: 0 }", both, 13, &["one of `kpa` and `fixed`, not both"]);
    check("  a: {}", "  \"\": {}", 12, &["a policy needs a name"]);
    let scenario = try_load(&GOOD.replace("cpu: 40ms, ", ""), Vec::new()).unwrap();
    assert!(scenario.warnings.iter().any(|warning| warning.contains("take no time")), "{:?}", scenario.warnings);
    let scenario = try_load(&GOOD.replace("type: ecs.c6.large", "vcpu: 3, memory: 5GiB"), Vec::new()).unwrap();
    assert!(scenario.warnings.iter().any(|warning| warning.contains("billed as")), "{:?}", scenario.warnings);
}

#[test]
fn cpu_that_cannot_be() {
    check("type: ecs.c6.large", "type: ecs.c6.large, speed: 0", 8, &["0 is no relative speed", "0.8"]);
    check("type: ecs.c6.large", "type: ecs.c6.large, speed: .nan", 8, &["finite"]);
    check("cpu: 40ms", "cpu: 40ms, cpu-share: 150%", 7, &["1.5 is no share"]);
}

/// What part of a recorded duration is CPU time is nobody's to guess; said where nothing was recorded it is a slip.
#[test]
fn the_cpu_time_of_recorded_requests() {
    let warnings = |traffic: &str, request: &str| {
        let text = GOOD.replace("{ poisson: { rate: 3/s } }", traffic).replace("cpu: 40ms,", request);
        let files = vec![("t.csv", b"timestamp,duration\n1,2\n".to_vec())];
        try_load(&text, files).unwrap_or_else(|error| panic!("{error}")).warnings.join("\n")
    };
    let (timed, plain) = ("{ csv: { file: t.csv, duration: duration } }", "{ poisson: { rate: 3/s } }");
    assert!(warnings(timed, "").contains("taken as waiting"));
    assert!(warnings(plain, "cpu-share: 50%, cpu: 40ms,").contains("`cpu-share` has no effect"));
    for (traffic, request) in
        [(timed, "cpu-share: 50%,"), (timed, "cpu-share: 0,"), ("{ csv: { file: t.csv } }", "cpu-share: 1.0,"), (plain, "cpu: 40ms,")]
    {
        let found = warnings(traffic, request);
        assert!(!found.contains("cpu-share"), "{found}");
    }
}
