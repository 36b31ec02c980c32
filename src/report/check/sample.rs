//! Checks made by hand for tests.

use crate::error::Place;
use crate::experiment::gate::{Against, Answer, Baseline, Change, Check, Promise, Regression};
use crate::experiment::{Judgement, Looks, Measured, Verdict, figure};
use crate::expression::Kind;
use crate::figure::Unit;
use crate::report::sample::policies;

/// Everything a report must be able to show: promises alone, a baseline too, and one replication, which tells nothing.
pub(super) fn all() -> Vec<Check> {
    let alone = check(10, Answer::Yes, vec![promise(0, Verdict::Holds, Some(0.01))]);
    let broken = [Verdict::Holds, Verdict::Broken, Verdict::Unsure].map(|verdict| promise(1, verdict, Some(0.01)));
    let against = Check { against: Some(against(0.001)), ..check(10, Answer::No, broken.to_vec()) };
    let unknown = vec![promise(0, Verdict::Unsure, Some(f64::INFINITY)), promise(0, Verdict::Unsure, None)];
    let once = Check { against: Some(self::against(f64::INFINITY)), ..check(1, Answer::Unsure, unknown) };
    vec![alone, against, once]
}

fn check(replications: u32, answer: Answer, promises: Vec<Promise>) -> Check {
    Check {
        comparison: policies(2),
        places: vec![place(7), place(8)],
        promises,
        against: None,
        looks: Looks { planned: vec![replications], taken: 1, settled: true },
        imprecise: Vec::new(),
        answer,
        record: baseline(),
    }
}

fn place(line: usize) -> Place {
    Place { file: "shop.yaml".into(), line, column: 3 }
}

fn promise(policy: usize, verdict: Verdict, standard_error: Option<f64>) -> Promise {
    let judgement = standard_error.map(|error| Judgement {
        left: measured(0.9, error),
        right: measured(1.0, 0.0),
        margin: measured(-0.1, error),
        replications: 10,
        p_holds: 0.001,
        p_broken: 1.0,
        unseen: (verdict == Verdict::Unsure).then_some(0.02),
    });
    Promise { policy, text: "latency.p99 < 1s".into(), place: place(12), judgement, kind: Kind::of(Unit::Seconds), verdict }
}

fn against(standard_error: f64) -> Against {
    let change = |before: Option<&str>, after: Option<&str>| Change {
        path: "services.api.cold-start.image".into(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    };
    let worse = regression("latency_s.p99", 0.2, standard_error, Verdict::Broken, None);
    let better = regression("cost.total", -0.3, standard_error, Verdict::Holds, None);
    let never = regression("timeout_rate", 0.0, 0.0, Verdict::Unsure, Some(200.0));
    Against {
        baseline: baseline(),
        paired: true,
        changes: vec![change(Some("250MB"), Some("1GB")), change(None, Some("1GB")), change(Some("250MB"), None)],
        regressions: vec![worse, better, never],
        notes: vec!["`late` is new: it has no baseline".into()],
    }
}

fn regression(key: &str, by: f64, standard_error: f64, verdict: Verdict, never_in: Option<f64>) -> Regression {
    let before = if never_in.is_some() { 0.0 } else { 1.0 };
    Regression {
        policy: 0,
        figure: figure::find(key).expect("a key of the table").0,
        before,
        after: before + by,
        difference: measured(by, standard_error),
        fixed: None,
        never_in,
        tolerated: 0.001,
        p_worse: 0.001,
        verdict,
    }
}

fn measured(point: f64, standard_error: f64) -> Measured {
    Measured { point, standard_error, degrees_of_freedom: 9.0 }
}

fn baseline() -> Baseline {
    Baseline {
        schema: 1,
        version: "0.1.0".into(),
        scenario: "shop".into(),
        scenario_hash: "aa".into(),
        seed: 1,
        replications: 10,
        horizon_ns: 1,
        warmup_ns: 0,
        currency: "CNY".into(),
        policies: Vec::new(),
        text: String::new(),
    }
}
