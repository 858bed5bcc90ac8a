//! The events of a whole log in one order, block after block.
//!
//! A thread goes on until its next record must wait for another thread's: for the stamp
//! before its own, for its fork, for an end. Versions are not looked at.
//!
//! **Invariant:** what is handed over agrees with the order of every thread and of every
//! object, with fork and join, and with all that validation asks for.

use std::io;

use super::index::Index;
use super::resident::Resident;
use super::sink::Sink;
use super::turn::{Stop, Turn};
use crate::id::ThreadId;

/// How a replay ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// With the last record of every thread.
    Whole {
        /// Accesses that were told in part.
        broken: u64,
    },
    /// Some threads wait for one another, or the history may be no possible one.
    Doubtful,
}

/// A replay under way.
pub(super) struct Replay<'a, K> {
    index: &'a Index,
    resident: Resident<'a>,
    turn: Turn<'a, K>,
    /// By thread: how far it is.
    cursors: Vec<Cursor>,
}

#[derive(Clone, Copy)]
struct Cursor {
    passage: u32,
    end: u32,
    /// The word that comes next in the passage.
    at: u32,
}

impl<'a, K: Sink> Replay<'a, K> {
    /// Nothing handed over yet; `sink` is handed over again and again.
    pub(super) fn new(index: &'a Index, resident: Resident<'a>, sink: K) -> Self {
        let cursor = |bounds: &[u32]| Cursor {
            passage: bounds[0],
            end: bounds[1],
            at: index.start_of(bounds[0]),
        };
        Self {
            index,
            resident,
            turn: Turn::new(index, sink),
            cursors: index.starts.windows(2).map(cursor).collect(),
        }
    }

    /// Hands over all events that need not wait for ever. Once something is in doubt,
    /// `decide` says whether to go on without looking.
    pub(super) fn run<E: From<io::Error>>(
        mut self,
        mut take: impl FnMut(&mut K),
        mut decide: impl FnMut() -> Result<(), E>,
    ) -> Result<Ended, E> {
        while let Some(thread) = self.turn.begin() {
            self.run_thread(thread, &mut take, &mut decide)?;
        }
        self.turn.hand_over(&mut take);
        let all_done = |cursor: &Cursor| cursor.passage == cursor.end;
        if self.turn.is_in_doubt() || !self.cursors.iter().all(all_done) {
            return Ok(Ended::Doubtful);
        }
        let broken = self.turn.broken();
        Ok(Ended::Whole { broken })
    }

    fn run_thread<E: From<io::Error>>(
        &mut self,
        thread: ThreadId,
        take: &mut impl FnMut(&mut K),
        decide: &mut impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        let mut cursor = self.cursors[thread.index()];
        while cursor.passage < cursor.end {
            let passage = self.index.passages[cursor.passage as usize];
            let slot = self.resident.load(passage.chunk)?;
            let words = &self.resident.words(slot)[..passage.end as usize];
            let mut at = cursor.at as usize;
            let stop = loop {
                match self.turn.run(words, &mut at) {
                    Stop::Full => self.turn.hand_over(take),
                    Stop::Doubt => {
                        self.turn.hand_over(take);
                        decide()?;
                        self.turn.trust();
                    }
                    stop @ (Stop::Done | Stop::Waits) => break stop,
                }
            };
            cursor.at = u32::try_from(at).expect("a chunk is small");
            if stop == Stop::Waits {
                break;
            }
            self.resident.done(passage.chunk);
            cursor.passage += 1;
            cursor.at = self.index.start_of(cursor.passage);
        }
        self.cursors[thread.index()] = cursor;
        Ok(())
    }
}
