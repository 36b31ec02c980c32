//! Where the simulator is not to be trusted: every constant that is a guess, and what is not modelled at all.
//!
//! A guess carries that word where it is defined: in a docstring, or in a comment of a data file. `tests/validate.rs` holds
//! this table against those words: neither may have what the other has not.

/// A constant that nobody has published.
#[derive(Debug, Clone, Copy)]
pub struct Guess {
    /// What is guessed, and as what.
    pub what: &'static str,
    /// Where it is defined.
    pub file: &'static str,
    /// Words of the line that says that it is a guess.
    pub line: &'static str,
}

/// Something real systems have and the simulator has not.
#[derive(Debug, Clone, Copy)]
pub struct Absent {
    /// What.
    pub what: &'static str,
    /// What that does to the figures.
    pub so: &'static str,
}

const fn guess(what: &'static str, file: &'static str, line: &'static str) -> Guess {
    Guess { what, file, line }
}

const PROFILES: &str = "src/platform/cold_start/profiles.yaml";
const CREDITS: &str = "src/platform/credits/families.yaml";

/// Every guess.
pub const GUESSES: &[Guess] = &[
    guess("the spread of a gateway's hop: sigma 0.4", "src/platform/gateway.rs", "the spread is a guess"),
    guess("the spread of the activator's hop: sigma 0.5", "src/platform/activator.rs", "the spread is a guess"),
    guess("the spread of queue-proxy's hop: sigma 0.4", "src/platform/queue_proxy.rs", "the spread is a guess"),
    guess(
        "from Ready to known by gateway and activator: lognormal, median 100 ms, sigma 0.6",
        "src/platform/cold_start/spec.rs",
        "no measured figure was found",
    ),
    guess("how ECI's 10 s before the pull divide: 8 s + 0.1 s + 1.5 s", PROFILES, "split 8 + 0.1 + 1.5 s by guess"),
    guess("the spread of every step of ECI", PROFILES, "all sigmas are guesses"),
    guess("an image read lazily from an ImageCache makes the application start 10 % slower", PROFILES, "starts 10 % slower"),
    guess(
        "own nodes: room with probability 0.98, the image present with 0.9",
        PROFILES,
        "room with probability 0.98 and image present with 0.9",
    ),
    guess(
        "how long a failed step other than a pull or a container waits before it is tried again",
        "src/platform/cold_start/failures.rs",
        "for the other steps that is a guess",
    ),
    guess("a list of types that are all out of stock is tried again after 1 minute", "src/platform/stock.rs", "Default: 1 minute (a guess"),
    guess("how long a Go application starts: median 50 ms, sigma 0.5", PROFILES, "go: { lognormal"),
    guess("how long a Node application starts: median 300 ms, sigma 0.5", PROFILES, "node: { lognormal"),
    guess("how long a Python application starts: median 400 ms, sigma 0.6", PROFILES, "python: { lognormal"),
    guess("the spread of a Spring application's start: sigma 0.35", PROFILES, "java-spring: { lognormal"),
    guess(
        "how much invocations of one Azure function differ: sigma 0.6",
        "src/traffic/replay/azure_2019/durations.rs",
        "The 0.6 is a guess",
    ),
    guess("generated traces: the spread within a function", "src/traffic/generate/mod.rs", "(a guess)"),
    guess("an instance's CPU is as fast as that the request was measured on", "src/billing/instance.rs", "Default 1, a guess"),
    guess("a reserve is one instance", "src/platform/reserve/spec.rs", "the documented default was not found"),
    guess("requests that a reserve has no place for wait", "src/platform/reserve/plan.rs", "that they wait is a guess"),
    guess("how Alibaba's reserve counts among ready pods", "src/platform/stand_in.rs", "not among these is a guess"),
    guess("t5: initial credits count towards the cap", CREDITS, "count towards the cap is a guess"),
    guess("t5: an instance that is stopped earns nothing", CREDITS, "that it does not is a guess"),
    guess("t6: initial credits count towards the cap", CREDITS, "Within the cap: a guess"),
    guess(
        "a spot instance that is taken back is replaced by whoever decides how many there are",
        "src/platform/reclaim.rs",
        "a guess: the documents leave",
    ),
    guess(
        "GCP's shared-core instances start with a full burst and regain it at the sustained rate",
        CREDITS,
        "that it starts full and fills at the sustained rate",
    ),
    guess(
        "Function Compute bills in steps of 1 ms, requests of an instance once, a start from the container on",
        "src/billing/books/alibaba-fc-cn.yaml",
        "are guesses: not found",
    ),
    guess("the same on its international site", "src/billing/books/alibaba-fc-intl.yaml", "are guesses: not found"),
    guess(
        "Azure's Premium plan bills a start from its request on",
        "src/billing/books/azure-functions-premium-eastus.yaml",
        "from its request on is a guess",
    ),
    guess("what system and kubelet keep of a node: 0.1 vCPU", "src/billing/resident/spec.rs", "platforms differ"),
    guess("what system and kubelet keep of a node: 1 GiB", "src/billing/resident/spec.rs", "a guess likewise"),
    guess(
        "the same in the book of nodes on Alibaba Cloud",
        "src/billing/books/own-nodes-aliyun-cn-hangzhou.yaml",
        "kubelet keep is a guess",
    ),
    guess("the same in the book of nodes on AWS", "src/billing/books/own-nodes-aws-us-east-1.yaml", "kubelet keep is a guess"),
];

/// Lines that use the word of other things than a constant: what it means, and where it may stand.
pub const LEGENDS: &[(&str, &str)] = &[
    ("src/platform/cold_start/profiles.yaml", "marks what nobody has published"),
    ("src/platform/cold_start/profile.rs", "and which are guesses"),
    ("src/platform/credits/families.yaml", "or a line that is a guess"),
];

/// What is not modelled.
pub const NOT_MODELLED: &[Absent] = &[
    Absent {
        what: "network programming at scale: endpoints and routes of thousands of pods",
        so: "cold starts of large bursts look too short",
    },
    Absent {
        what: "limits of the API server, the scheduler and the registry",
        so: "starts do not slow each other down, however many there are",
    },
    Absent {
        what: "pods that crash and nodes that go while they serve; stock-outs and failed starts unless the scenario says how often",
        so: "availability looks too good",
    },
    Absent { what: "noisy neighbours, hyper-threads, caches, garbage collection, warm-up of a JIT", so: "tails of latency look too short" },
    Absent { what: "memory of instances: pressure, out-of-memory kills", so: "high concurrency in an instance looks too cheap" },
    Absent { what: "capacity of the gateway and of the activator, TLS, bandwidth", so: "saturated front ends are not seen" },
    Absent { what: "clients that retry", so: "overload looks shorter than it is" },
    Absent { what: "services that call each other, connections and sessions that stick", so: "services share nothing" },
    Absent { what: "taxes, discounts, savings plans, egress", so: "bills are list prices of what is modelled" },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_are_listed_once() {
        for (index, guess) in GUESSES.iter().enumerate() {
            assert!(GUESSES[..index].iter().all(|other| other.what != guess.what && (other.file, other.line) != (guess.file, guess.line)));
        }
    }
}
