//! The rules of a reserve, resolved.

use schemars::JsonSchema;
use serde::Deserialize;

/// What becomes of the reserve after the hand-over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum After {
    /// It ends what it has begun and goes, as documented.
    #[default]
    Release,
    /// It stays, and is there at once the next time. Its credits stay too.
    Keep,
}

/// When the standard instances take over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HandOver {
    /// When the first of them is ready, as documented.
    #[default]
    FirstReady,
    /// When as many are ready as the autoscaler wants. Until then those that are ready serve, and the reserve what they cannot.
    EnoughReady,
}

/// What becomes of requests for which the reserve has no place. The documents do not say; that they wait is a guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Overflow {
    /// They wait in the activator, for a place or for the standard.
    #[default]
    Hold,
    /// They wait too, but another reserve is started for them, one at a time.
    Start,
}

/// What a [`Machine`](super::Machine) goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReservePlan {
    /// How many types there are to try.
    pub types: u32,
    /// How many reserves stand in.
    pub replicas: u32,
    /// What becomes of them after the hand-over.
    pub after: After,
    /// When that is.
    pub hand_over: HandOver,
    /// What becomes of requests they have no place for.
    pub overflow: Overflow,
    /// Whether kept reserves take what the standard instances have no place for.
    pub absorb_bursts: bool,
}
