//! The arrivals of one service in one run: its sources, merged in order of time.

use super::Arrival;
use super::ahead::Ahead;
use super::kind::Live;
use super::modify::Stream;

/// Arrivals in order of time. At one instant the sources come in the order of the list.
pub struct Arrivals(Merge);

enum Merge {
    /// The common case: nothing to merge, nothing to look ahead.
    One(Stream),
    /// Each source with its next arrival. Few, so the earliest is found by looking at all.
    Many(Vec<(Option<Arrival>, Stream)>),
    /// Either, on a thread of its own.
    Ahead(Ahead),
}

impl Arrivals {
    /// Merges `streams`.
    pub(super) fn merge(mut streams: Vec<Stream>) -> Arrivals {
        if streams.len() == 1 {
            return Arrivals(Merge::One(streams.remove(0)));
        }
        let with_next = |mut stream: Stream| (stream.next(), stream);
        Arrivals(Merge::Many(streams.into_iter().map(with_next).collect()))
    }

    /// The same, made ahead on a thread of their own.
    pub(super) fn ahead(self) -> Arrivals {
        Arrivals(Merge::Ahead(Ahead::of(self)))
    }
}

impl Iterator for Arrivals {
    type Item = Arrival;

    #[inline]
    fn next(&mut self) -> Option<Arrival> {
        match &mut self.0 {
            Merge::One(stream) => stream.next(),
            Merge::Many(streams) => earliest(streams),
            Merge::Ahead(ahead) => ahead.next(),
        }
    }
}

fn earliest(streams: &mut [(Option<Arrival>, Stream)]) -> Option<Arrival> {
    let heads = streams.iter().enumerate().filter_map(|(i, (next, _))| next.map(|arrival| (arrival.at, i)));
    let (_, first) = heads.min()?;
    let (next, stream) = &mut streams[first];
    std::mem::replace(next, stream.next())
}
