//! The generated trace is small, plausible, and read by our own reader.

use super::*;
use crate::traffic::testing::{files, try_load};

#[test]
fn a_day_of_forty_functions() {
    for seed in 1..6 {
        let streams = Streams::new(seed, 0);
        let trace = generate(40, 1440, streams);
        assert_eq!(trace, generate(40, 1440, streams), "the same streams make the same bytes");
        let size = trace.invocations.len() + trace.durations.len() + trace.memory.len();
        assert!(size < 300_000, "{size} bytes");
        let yaml = "[{ azure-2019: { folder: t } }]";
        let memory =
            files(&[("t/invocations.csv", trace.invocations), ("t/durations.csv", trace.durations), ("t/memory.csv", trace.memory)]);
        let workload = try_load(yaml, &memory).unwrap();
        let functions = workload.functions();
        let total: u64 = functions.iter().map(|it| it.invocations).sum();
        assert!((150_000..250_000).contains(&total), "seed {seed}: {total} invocations");
        let triggered = |name: &str| functions.iter().filter(|it| it.trigger.as_deref() == Some(name)).count();
        assert_eq!((functions.len(), triggered("event")), (40, 1));
        assert!((15..=22).contains(&triggered("timer")) && (8..=13).contains(&triggered("http")));
        assert!(functions.iter().all(|it| it.id.len() == 64 && it.memory.is_some() && it.mean_duration.is_some()));
    }
}

#[test]
fn any_size_can_be_made() {
    for (functions, minutes) in [(0, 10), (1, 1), (3, 60), (500, 10)] {
        let trace = generate(functions, minutes, Streams::new(1, 0));
        assert_eq!(trace.invocations.lines().count(), functions + 1);
    }
}
