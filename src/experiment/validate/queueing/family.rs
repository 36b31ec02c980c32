//! The queues: what a point of each must say, the scenario that is one, and the figures that are known of it.

use super::super::figures::{ADMITTED, ALIVE, IDLE, LATENCY, PRESENT, READY, REFUSED, SERVING, STARTED, STARTING, Take, WAIT, slower_than};
use super::pools;
use super::read::Setting;
use crate::observe::Outcome;

/// A kind of queue.
pub(super) struct Family {
    /// Its key in the file.
    pub name: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What tells its points apart: key and short name.
    pub parameters: &'static [(&'static str, &'static str)],
    /// Of those, what may be null: no limit.
    pub optional: &'static [&'static str],
    /// The exact values a point must have.
    pub needed: &'static [&'static str],
    /// The laws of service it is run with; its answers do not depend on which.
    pub laws: &'static [&'static str],
    /// The scenario of a point, for a law and so many requests.
    pub scenario: fn(&Setting, &str, f64) -> String,
    /// What is known of it.
    pub figures: &'static [Figure],
}

/// A figure whose exact value is known.
pub(super) struct Figure {
    /// What it is, with its unit.
    pub caption: &'static str,
    /// Its exact value.
    pub exact: fn(&Setting) -> f64,
    /// How it is taken from a run.
    take: Taken,
}

enum Taken {
    Plain(Take),
    /// The share of requests that took longer than so many seconds.
    SlowerThan(fn(&Setting) -> f64),
}

impl Figure {
    /// Whether it is the share of a tail; these come last in a family.
    pub(super) fn is_tail(&self) -> bool {
        matches!(self.take, Taken::SlowerThan(_))
    }

    /// Takes it from a replication.
    pub(super) fn take(&self, setting: &Setting, outcome: &Outcome) -> Option<f64> {
        match self.take {
            Taken::Plain(take) => take(outcome),
            Taken::SlowerThan(seconds) => slower_than(outcome, seconds(setting)),
        }
    }
}

const fn figure(caption: &'static str, take: Take, exact: fn(&Setting) -> f64) -> Figure {
    Figure { caption, exact, take: Taken::Plain(take) }
}

const fn slower(caption: &'static str, seconds: fn(&Setting) -> f64, exact: fn(&Setting) -> f64) -> Figure {
    Figure { caption, exact, take: Taken::SlowerThan(seconds) }
}

const ONE: &[&str] = &["exponential"];
const ANY: &[&str] = &["exponential", "constant", "lognormal"];
const NONE: &[&str] = &[];
const SERVERS: &[(&str, &str)] = &[("c", "c"), ("lam", "λ"), ("mu", "µ")];
const RESPONSE: &str = "mean time in system, s";
const LENGTH: &str = "mean number in system";
const BUSY: &str = "mean busy servers";
const BLOCKED: &str = "share refused";
const INSTANCES: &str = "mean instances";
const COLD: &str = "share that starts an instance";

/// Every kind.
pub(super) static FAMILIES: &[Family] = &[
    Family {
        name: "MMc",
        title: "M/M/c",
        parameters: SERVERS,
        optional: NONE,
        needed: &["W_mean", "Wq_mean", "L_mean", "W_p50", "W_p95", "W_p99"],
        laws: ONE,
        scenario: pools::shared_queue,
        figures: &[
            figure(RESPONSE, LATENCY, |it| it.get("W_mean")),
            figure("mean wait, s", WAIT, |it| it.get("Wq_mean")),
            figure(LENGTH, PRESENT, |it| it.get("L_mean")),
            slower("share slower than the exact median", |it| it.get("W_p50"), |_| 0.5),
            slower("share slower than the exact p95", |it| it.get("W_p95"), |_| 0.05),
            slower("share slower than the exact p99", |it| it.get("W_p99"), |_| 0.01),
        ],
    },
    Family {
        name: "MMcc",
        title: "M/G/c/c (Erlang B)",
        parameters: SERVERS,
        optional: NONE,
        needed: &["P_block", "carried_throughput", "mean_busy"],
        laws: ANY,
        scenario: pools::loss,
        figures: &[
            figure(BLOCKED, REFUSED, |it| it.get("P_block")),
            figure("carried requests/s", ADMITTED, |it| it.get("carried_throughput")),
            figure(BUSY, SERVING, |it| it.get("mean_busy")),
        ],
    },
    Family {
        name: "MMcK",
        title: "M/M/c/K",
        parameters: &[("c", "c"), ("K", "K"), ("lam", "λ"), ("mu", "µ")],
        optional: NONE,
        needed: &["P_block", "throughput", "L", "W_accepted", "Wq_accepted"],
        laws: ONE,
        scenario: pools::bounded_queue,
        figures: &[
            figure(BLOCKED, REFUSED, |it| it.get("P_block")),
            figure("answered requests/s", ADMITTED, |it| it.get("throughput")),
            figure(LENGTH, PRESENT, |it| it.get("L")),
            figure("mean time in system of the accepted, s", LATENCY, |it| it.get("W_accepted")),
            figure("mean wait of the accepted, s", WAIT, |it| it.get("Wq_accepted")),
        ],
    },
    Family {
        name: "MGinf",
        title: "M/G/∞",
        parameters: &[("lam", "λ"), ("ES", "E[S]")],
        optional: NONE,
        needed: &["mean_busy"],
        laws: ANY,
        scenario: pools::unlimited,
        figures: &[figure(LENGTH, PRESENT, |it| it.get("mean_busy")), figure(BUSY, SERVING, |it| it.get("mean_busy"))],
    },
    Family {
        name: "MG1PS",
        title: "M/G/1-PS",
        parameters: &[("lam", "λ"), ("ES", "E[S]")],
        optional: NONE,
        needed: &["W_mean", "L_mean", "rho"],
        laws: ANY,
        scenario: pools::shared_cpu,
        figures: &[
            figure(RESPONSE, LATENCY, |it| it.get("W_mean")),
            figure(LENGTH, PRESENT, |it| it.get("L_mean")),
            figure("utilisation", SERVING, |it| it.get("rho")),
        ],
    },
    Family {
        name: "MD1",
        title: "M/D/1",
        parameters: &[("lam", "λ"), ("D", "D")],
        optional: NONE,
        needed: &["W_mean", "Wq_mean", "rho", "Lq"],
        laws: &["constant"],
        scenario: pools::one_server,
        figures: &[
            figure(RESPONSE, LATENCY, |it| it.get("W_mean")),
            figure("mean wait, s", WAIT, |it| it.get("Wq_mean")),
            figure("utilisation", SERVING, |it| it.get("rho")),
            figure(LENGTH, PRESENT, |it| it.get("Lq") + it.get("rho")),
        ],
    },
    Family {
        name: "MG1",
        title: "M/G/1",
        parameters: &[("lam", "λ"), ("ES", "E[S]"), ("cv2", "cv²")],
        optional: NONE,
        needed: &["W_mean", "Wq_mean", "rho"],
        laws: &["lognormal"],
        scenario: pools::one_server,
        figures: &[
            figure(RESPONSE, LATENCY, |it| it.get("W_mean")),
            figure("mean wait, s", WAIT, |it| it.get("Wq_mean")),
            figure("utilisation", SERVING, |it| it.get("rho")),
        ],
    },
    Family {
        name: "keepalive_fixed_zero_service",
        title: "keep-alive without service time",
        parameters: &[("lam", "λ"), ("keepalive_T", "T")],
        optional: NONE,
        needed: &["P_cold", "warm_fraction_of_time"],
        laws: ONE,
        scenario: pools::warm_for,
        figures: &[figure(COLD, STARTED, |it| it.get("P_cold")), figure("warm share of time", READY, |it| it.get("warm_fraction_of_time"))],
    },
    Family {
        name: "keepalive_zero_dedicated",
        title: "an instance a request",
        parameters: &[("lam", "λ"), ("ES", "E[S]"), ("E_cold", "E[C]")],
        optional: NONE,
        needed: &["mean_instances", "W_mean", "P_cold"],
        laws: ONE,
        scenario: pools::dedicated,
        figures: &[
            figure(INSTANCES, ALIVE, |it| it.get("mean_instances")),
            figure(RESPONSE, LATENCY, |it| it.get("W_mean")),
            figure(COLD, STARTED, |it| it.get("P_cold")),
            figure("mean idle instances", IDLE, |_| 0.0),
        ],
    },
    Family {
        name: "MMk_setup",
        title: "M/M/k with setup",
        parameters: &[("k", "k"), ("lam", "λ"), ("mu", "µ"), ("alpha", "α")],
        optional: NONE,
        needed: &["W", "L", "Wq", "on_mean", "setup_mean"],
        laws: ONE,
        scenario: pools::elastic,
        figures: ELASTIC,
    },
    Family {
        name: "MMk_setup_delayedoff",
        title: "M/M/k with setup and delayed off",
        parameters: &[("k", "k"), ("lam", "λ"), ("mu", "µ"), ("alpha", "α"), ("beta", "β")],
        optional: NONE,
        needed: &["W", "L", "Wq", "on_mean", "setup_mean"],
        laws: ONE,
        scenario: pools::elastic,
        figures: ELASTIC,
    },
    Family {
        name: "scale_per_request_exp_keepalive",
        title: "an instance a request, kept for a random time",
        parameters: &[
            ("lam", "λ"),
            ("mean_warm_service", "warm"),
            ("mean_cold_service", "cold"),
            ("mean_keepalive", "kept"),
            ("max_instances", "at most"),
        ],
        optional: &["max_instances"],
        needed: &["P_cold_all", "P_reject", "mean_idle", "mean_instances", "mean_response", "mean_cold_busy", "mean_warm_busy"],
        laws: ONE,
        scenario: pools::per_request,
        figures: &[
            figure(COLD, STARTED, |it| it.get("P_cold_all")),
            figure(BLOCKED, REFUSED, |it| it.get("P_reject")),
            figure(INSTANCES, ALIVE, |it| it.get("mean_instances")),
            figure("mean idle instances", IDLE, |it| it.get("mean_idle")),
            figure(BUSY, SERVING, |it| it.get("mean_cold_busy") + it.get("mean_warm_busy")),
            figure(RESPONSE, LATENCY, |it| it.get("mean_response")),
        ],
    },
];

/// What is known of servers that are started when somebody waits.
const ELASTIC: &[Figure] = &[
    figure(RESPONSE, LATENCY, |it| it.get("W")),
    figure("mean wait, s", WAIT, |it| it.get("Wq")),
    figure(LENGTH, PRESENT, |it| it.get("L")),
    figure("mean servers on", READY, |it| it.get("on_mean")),
    figure("mean servers starting", STARTING, |it| it.get("setup_mean")),
];
