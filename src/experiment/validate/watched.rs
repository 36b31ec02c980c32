//! One replication of a scenario of one service, seen request by request and instance by instance: for references that were
//! counted from logs, so that what is simulated can be counted in the same way.

use std::sync::Arc;

use rayon::prelude::*;

use super::super::simulate::{Progress, refuse_unfinished, watch_function};
use super::data::Data;
use crate::error::Error;
use crate::observe::witness::{Everything, Scene, Wanted, Watch};
use crate::scenario::{self, Options, Scenario};
use crate::traffic::Open;
use crate::units::{SimTime, Span};

/// Reads a scenario that replays what is among the data.
pub(super) fn load(text: &str, data: &Data) -> Result<Scenario, Error> {
    let open: Arc<dyn Open> = Arc::new(data.clone());
    scenario::load("validation", text, &Options::default(), &open)
}

/// What somebody makes of each replication of the scenario's one policy and service, in order.
pub(super) fn each<T: Send>(
    scenario: &Scenario,
    replications: u32,
    progress: &dyn Progress,
    count: impl Fn(&Scene) -> T + Sync,
) -> Result<Vec<T>, Error> {
    progress.begin(replications as usize);
    let counted = (0..replications).into_par_iter().map(|replication| {
        let scene = watch(scenario, replication)?;
        progress.advance();
        Ok(count(&scene))
    });
    counted.collect()
}

fn watch(scenario: &Scenario, replication: u32) -> Result<Scene, Error> {
    let policy = &scenario.policies[0];
    // No request has the number 0: nothing is kept beside everything.
    let everything = Everything { from: SimTime::ZERO, limit: usize::MAX };
    let watch = Watch { wanted: Wanted::Number(0), everything: Some(everything) };
    let (ran, seen) = watch_function(scenario, &policy.services[0], 0, replication, scenario.window, Some(watch))?;
    refuse_unfinished(ran.stopped, scenario, policy, &policy.services[0])?;
    Ok(seen.and_then(|seen| seen.everything).expect("everything was asked for"))
}

/// A moment in seconds.
pub(super) fn seconds(at: SimTime) -> f64 {
    (at - SimTime::ZERO).as_secs_f64()
}

/// Seconds as the user of a scenario writes them, to the nanosecond.
pub(super) fn written(seconds: f64) -> String {
    format!("{}ns", Span::from_secs_f64(seconds).0)
}
