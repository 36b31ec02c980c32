//! Running a documented example on the ledger.

use std::fs;
use std::path::Path;

use coldcast::platform::credits::{CpuRate, CpuTime, CreditPlan, CreditsSpec, Ledger, Mode};
use coldcast::units::{SimTime, Span};
use serde_json::Value;

/// A file of `tests/data/credits/`.
pub fn file(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/credits").join(name);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// The worked examples of both files.
pub fn examples() -> Vec<Value> {
    let of = |name| file(name)["worked_examples"].as_array().unwrap().clone();
    [of("credits.json"), of("more.json")].concat()
}

/// A type's credits, billed in USD.
pub fn plan(type_name: &str, mode: Mode, edition: Option<&str>) -> CreditPlan {
    plan_in(type_name, mode, edition, "USD")
}

pub fn plan_in(type_name: &str, mode: Mode, edition: Option<&str>, currency: &str) -> CreditPlan {
    let spec = CreditsSpec { mode: Some(mode), edition: edition.map(str::to_owned), ..CreditsSpec::default() };
    assert_eq!(spec.check(Some(type_name)), []);
    spec.plan(Some(type_name), currency).unwrap()
}

pub fn hours(hours: f64) -> Span {
    Span::from_secs_f64(hours * 3600.0)
}

/// A share of so many vCPUs; documents go down to tenths of a percent.
pub fn rate(util: f64, vcpu: u32) -> CpuRate {
    CpuRate((util * f64::from(vcpu) * CpuRate::VCPU.0 as f64).round() as u64)
}

/// Exact for every figure a document prints.
pub fn credits(time: CpuTime) -> f64 {
    (time.as_credits_f64() * 1e9).round() / 1e9
}

/// An instance on its way through an example.
pub struct Example {
    pub plan: CreditPlan,
    pub ledger: Ledger,
}

impl Example {
    pub fn new(plan: CreditPlan) -> Example {
        let ledger = Ledger::new(plan.rules, SimTime::ZERO);
        Example { plan, ledger }
    }

    /// Wants so much for so long; a standard instance at zero gets its baseline.
    pub fn run(&mut self, time: Span, util: f64) {
        let (wanted, until) = (rate(util, self.plan.vcpu), self.ledger.settled() + time);
        while self.ledger.settled() < until {
            let used = self.ledger.limit(wanted);
            let next = self.ledger.exhausts_at(used).map_or(until, |at| at.min(until));
            self.ledger.settle(next, used);
        }
        self.ledger.assert_balanced();
    }

    pub fn balance(&self) -> f64 {
        credits(self.ledger.balance())
    }

    pub fn advance(&self) -> f64 {
        credits(self.ledger.advance())
    }

    pub fn overdrawn(&self) -> f64 {
        credits(self.ledger.totals().overdrawn)
    }

    /// What the example says of its type is what the families say.
    #[track_caller]
    pub fn check_head(&self, example: &Value) {
        let rules = &self.plan.rules;
        assert_eq!(Some(u64::from(self.plan.vcpu)), example["vcpu"].as_u64());
        assert_eq!(Some(credits(CpuTime::of(rules.earn, hours(1.0)))), example["credits_per_hour"].as_f64());
        assert_eq!(Some(credits(rules.cap)), example["max"].as_f64());
        assert_eq!(credits(rules.initial), example["initial"].as_f64().unwrap_or(0.0));
    }

    /// Runs a phase and compares every figure it gives.
    #[track_caller]
    pub fn run_phase(&mut self, phase: &Value) {
        let (overdrawn, discarded) = (self.overdrawn(), credits(self.ledger.totals().discarded));
        self.run(hours(length(phase)), phase["util"].as_f64().unwrap());
        let discarded = credits(self.ledger.totals().discarded) - discarded;
        let seen = [
            ("balance_end", self.balance()),
            ("advance_used_end", self.advance()),
            ("surplus_end", self.advance()),
            ("charged", self.overdrawn() - overdrawn),
            ("discarded", (discarded * 1e6).round() / 1e6),
        ];
        let mut compared = 0;
        for (key, seen) in seen {
            if let Some(expected) = phase[key].as_f64() {
                assert_eq!(seen, expected, "{key} of {phase}");
                compared += 1;
            }
        }
        assert!(compared > 0, "nothing to compare in {phase}");
    }
}

/// In hours. Phase B of the unlimited example drains 60 initial credits at 24 an hour; the other phases without a length
/// are at rest and may be of any.
fn length(phase: &Value) -> f64 {
    let given = phase["hours"].as_f64().or(phase["hours_derived"].as_f64());
    given.unwrap_or(if phase["note"] == "2.5 h drains initial" { 2.5 } else { 9.5 })
}
