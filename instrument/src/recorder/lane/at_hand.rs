//! The short way of an event: it finds all that it needs at hand.
//!
//! **Invariant:** what is not at hand is found out before anything is changed, and nothing
//! is called.

use std::panic::Location;

use racegate_eventlog::StackId;
use racegate_eventlog::record::{ObjectKey, access_word, versioned_access_words};

use super::Lane;
use crate::recorder::{door, log};

/// What an event needs, all of it at hand.
#[derive(Clone, Copy)]
pub(in crate::recorder) struct AtHand {
    /// The stack, defined.
    pub(in crate::recorder) stack: StackId,
    /// Where its record is to stand.
    position: usize,
}

/// Runs `probe` for an event at `site` on `object`, if nothing is in its way and nothing
/// has to be looked for: it is told where its record may go. `None` where it was not run,
/// or says so of itself, having changed nothing; then [`with`](super::with) is the way.
///
/// No call is made on this path, which most events take where stacks are lines alone, so
/// that whoever takes it needs no frame.
#[expect(clippy::inline_always, reason = "on the path of every event")]
#[inline(always)]
pub(in crate::recorder) fn at_once<R>(
    object: ObjectKey,
    site: &'static Location<'static>,
    probe: impl FnOnce(&mut Lane, AtHand) -> Option<R>,
) -> Option<R> {
    let probing = door::enter_at_once()?;
    // SAFETY: as in `with`.
    let lane = unsafe { &mut *probing.lane() };
    if lane.at_once != log::closings() {
        return None;
    }
    let stack = lane.unwinder.known_site(site)?;
    let position = lane.stream.at_hand(0, stack, object)?;
    probe(lane, AtHand { stack, position })
}

impl Lane {
    /// What the step on `object` needs that is recorded after a first one of the same place.
    #[inline]
    pub(in crate::recorder) fn at_hand_after(
        &self,
        first: AtHand,
        object: ObjectKey,
    ) -> Option<AtHand> {
        let stack = first.stack;
        let position = self.stream.at_hand(2, stack, object)?;
        Some(AtHand { stack, position })
    }

    /// Appends an access of which all is at hand.
    #[inline]
    pub(in crate::recorder) fn put_access(
        &mut self,
        AtHand { stack, position }: AtHand,
        (write, cell): (bool, ObjectKey),
        version: Option<u64>,
    ) {
        match version {
            None => self
                .stream
                .put_word(position, access_word(write, stack, cell)),
            Some(version) => {
                let words = versioned_access_words(write, stack, cell, version);
                self.stream.put_pair(position, words);
            }
        }
    }

    /// Appends a step of which all is at hand.
    #[inline]
    pub(in crate::recorder) fn put_step(&mut self, at_hand: AtHand, words: [u64; 2]) {
        door::count_synchronised();
        self.stream.put_pair(at_hand.position, words);
    }
}
