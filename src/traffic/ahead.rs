//! Arrivals made ahead of their use, on a thread of their own.
//!
//! Services that share nothing are simulated side by side, but of a platform's requests most belong to a handful of functions:
//! in the slice of Azure's trace one has 72 % of them, and one core would do all its work while the others wait. What comes
//! when does not depend on what becomes of it, so it can be read and drawn beside the simulation. It is the same traffic.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use super::Arrival;

/// How many arrivals are handed over at once, and how many such blocks may wait: 300 kB in all.
const BLOCK: usize = 2048;
const BLOCKS: usize = 4;

/// Arrivals that another thread makes.
pub(super) struct Ahead {
    blocks: Receiver<Vec<Arrival>>,
    block: std::vec::IntoIter<Arrival>,
    /// Nothing once it has ended.
    maker: Option<JoinHandle<()>>,
}

impl Ahead {
    /// Lets a thread make them. It ends with the arrivals, or when nobody wants them any more.
    pub fn of(arrivals: impl Iterator<Item = Arrival> + Send + 'static) -> Ahead {
        let (sender, blocks) = sync_channel(BLOCKS);
        let maker = std::thread::spawn(move || make(arrivals, &sender));
        Ahead { blocks, block: Vec::new().into_iter(), maker: Some(maker) }
    }

    fn next_block(&mut self) -> Option<Arrival> {
        if let Ok(block) = self.blocks.recv() {
            self.block = block.into_iter();
            return self.block.next();
        }
        // No more is sent: because that was all, or because the thread failed. A failure is not the end of the traffic.
        if let Some(Err(panic)) = self.maker.take().map(JoinHandle::join) {
            std::panic::resume_unwind(panic);
        }
        None
    }
}

impl Iterator for Ahead {
    type Item = Arrival;

    #[inline]
    fn next(&mut self) -> Option<Arrival> {
        match self.block.next() {
            Some(arrival) => Some(arrival),
            None => self.next_block(),
        }
    }
}

fn make(mut arrivals: impl Iterator<Item = Arrival>, sender: &SyncSender<Vec<Arrival>>) {
    loop {
        let block: Vec<Arrival> = arrivals.by_ref().take(BLOCK).collect();
        if block.is_empty() || sender.send(block).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimTime;

    fn seconds(count: usize) -> impl Iterator<Item = Arrival> + Send + 'static {
        (0..count as u64).map(|second| Arrival::new(SimTime::from_secs(second)))
    }

    #[test]
    fn they_are_the_same_arrivals() {
        for count in [0, 1, BLOCK - 1, BLOCK, 3 * BLOCK + 1] {
            let mut ahead = Ahead::of(seconds(count));
            assert!(ahead.by_ref().eq(seconds(count)), "{count}");
            assert_eq!(ahead.next(), None, "and that was all");
        }
    }

    #[test]
    fn whoever_wants_no_more_stops_the_thread() {
        let mut ahead = Ahead::of(seconds(usize::MAX));
        assert_eq!(ahead.next(), Some(Arrival::new(SimTime::ZERO)));
        let Ahead { blocks, maker, .. } = ahead;
        drop(blocks);
        maker.unwrap().join().unwrap();
    }

    #[test]
    #[should_panic(expected = "a broken source")]
    fn a_failure_is_not_the_end_of_the_traffic() {
        let broken = (0..10).map(|second| if second < 5 { Arrival::new(SimTime::from_secs(second)) } else { panic!("a broken source") });
        Ahead::of(broken).for_each(drop);
    }
}
