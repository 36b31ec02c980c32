//! What can be done to any source: scale, thin, clip, repeat, shift, in this order.
//!
//! Scaling is each source's own business (`Plan::start` gets the factor). The others work on its arrivals. Thinning has
//! a stream of its own and happens after the source has drawn, so it changes no other draw.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Arrival;
use super::kind::{Live, Plan, unit};
use super::spec::{AnyLive, AnyPlan};
use crate::engine::{Rng, Streams};
use crate::error::Problem;
use crate::units::{Share, SimTime, Span};

/// Keeps the requests from `from` (inclusive) until `until` (exclusive), in the source's own time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Clip {
    /// Where the part begins; the beginning if absent.
    #[serde(default)]
    pub from: Span,
    /// Where it ends; the source's end if absent.
    pub until: Option<Span>,
    /// Moves the part so that `from` becomes time zero. Otherwise nothing moves.
    #[serde(default)]
    pub move_to_start: bool,
}

/// Plays the first `every` of the source (after `clip`) `times` times, one after another.
///
/// What was recorded repeats exactly; what is drawn (a law, the places within a minute) is drawn anew each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Repeat {
    /// From one beginning to the next.
    pub every: Span,
    /// How many times in all.
    pub times: u64,
}

/// All modifiers of a source.
#[derive(Debug, Clone, Copy)]
pub(super) struct Modify {
    pub scale: f64,
    pub thin: Option<Share>,
    pub clip: Clip,
    pub repeat: Option<Repeat>,
    pub shift: Span,
}

impl Modify {
    /// What is wrong with them.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut refuse = |path: &str, message: String| problems.push(Problem::new("modifier", path, message));
        if !(0.0..=1e6).contains(&self.scale) {
            refuse("scale", format!("{} is no factor between 0 and a million", self.scale));
        }
        if self.clip.until.is_some_and(|until| until <= self.clip.from) {
            refuse("clip", format!("nothing is left: `until` is not after `from` ({})", self.clip.from));
        }
        if let Some(Repeat { every, times }) = self.repeat {
            if every < Span::from_secs(1) {
                refuse("repeat.every", format!("{every} is too short; at least 1s"));
            }
            if !(1..=1_000_000).contains(&times) || every.0.checked_mul(times).is_none_or(|total| total >= 1 << 62) {
                refuse("repeat.times", format!("{times} times every {every} is not between once and 146 years"));
            }
        }
        if self.shift.0 >= 1 << 62 {
            refuse("shift", format!("{} is over 146 years", self.shift));
        }
        problems
    }

    /// How long a recording of `span` is after them.
    pub fn span(&self, span: Span) -> Span {
        let end = self.clip.until.map_or(span, |until| until.min(span));
        let length = Span(end.0.saturating_sub(self.base()));
        let repeated = self.repeat.map_or(length, |it| it.every * (it.times - 1) + length.min(it.every));
        repeated + self.shift
    }

    /// The source's time that becomes the zero of each repetition.
    fn base(&self) -> u64 {
        if self.clip.move_to_start { self.clip.from.0 } else { 0 }
    }

    /// Whether only the scale is set.
    fn is_plain(&self) -> bool {
        self.thin.is_none() && self.clip == Clip::default() && self.repeat.is_none() && self.shift == Span::ZERO
    }
}

/// A running source with its modifiers.
#[expect(clippy::large_enum_variant, reason = "the plain one is the hot path: it stays where it is, without a pointer")]
pub(super) enum Stream {
    Plain(AnyLive),
    Modified(Box<Modified>),
}

pub(super) struct Modified {
    plan: AnyPlan,
    modify: Modify,
    streams: Streams,
    live: AnyLive,
    keep: Rng,
    /// How many repetitions are over, and where the one under way begins.
    cycle: u64,
    begins: u64,
}

impl Stream {
    /// Begins a run of `plan`.
    pub fn start(plan: &AnyPlan, modify: Modify, streams: Streams) -> Stream {
        let live = plan.start(modify.scale, streams);
        if modify.is_plain() {
            return Stream::Plain(live);
        }
        let keep = streams.child("thin").rng();
        Stream::Modified(Box::new(Modified { plan: plan.clone(), modify, streams, live, keep, cycle: 0, begins: modify.shift.0 }))
    }
}

impl Live for Stream {
    #[inline]
    fn next(&mut self) -> Option<Arrival> {
        match self {
            Stream::Plain(live) => live.next(),
            Stream::Modified(modified) => modified.next(),
        }
    }
}

impl Modified {
    /// The end of what is kept of one repetition, in the source's time.
    fn end(&self) -> u64 {
        let clip = self.modify.clip.until.map_or(u64::MAX, |until| until.0);
        let cycle = self.modify.repeat.map_or(u64::MAX, |it| it.every.0.saturating_add(self.modify.base()));
        clip.min(cycle)
    }

    /// Begins the next repetition; false if that was the last one.
    fn begin_again(&mut self) -> bool {
        let Some(Repeat { every, times }) = self.modify.repeat else { return false };
        if self.cycle + 1 >= times {
            return false;
        }
        self.cycle += 1;
        self.begins += every.0;
        self.live = self.plan.start(self.modify.scale, self.streams.child("repeat").nth(self.cycle));
        true
    }

    /// Drawn for every request, kept or not by the clip, so that a clip does not change which ones are thinned.
    fn is_kept(&mut self) -> bool {
        self.modify.thin.is_none_or(|share| unit(&mut self.keep) < share.0)
    }

    fn next(&mut self) -> Option<Arrival> {
        let (from, end, base) = (self.modify.clip.from.0, self.end(), self.modify.base());
        if self.modify.thin == Some(Share(0.0)) {
            // Otherwise a source without end would be searched for ever.
            return None;
        }
        loop {
            match self.live.next().filter(|arrival| arrival.at.0 < end) {
                None if self.begin_again() => {}
                None => return None,
                Some(arrival) => {
                    if self.is_kept() && arrival.at.0 >= from {
                        let at = (arrival.at.0 - base).checked_add(self.begins).filter(|ns| *ns < 1 << 63)?;
                        return Some(Arrival { at: SimTime(at), ..arrival });
                    }
                }
            }
        }
    }
}
