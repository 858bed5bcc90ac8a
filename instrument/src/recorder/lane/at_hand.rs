//! The short way of an event: it finds all that it needs at hand.
//!
//! **Invariant:** what is not at hand is found out before anything is changed, and nothing
//! is called.

use std::panic::Location;

use racegate_eventlog::StackId;
use racegate_eventlog::record::{
    ObjectKey, Stamp, VerbCode, access_word, sync_words, versioned_access_words,
};

use super::Lane;
use crate::recorder::door::{self, Probing};
use crate::recorder::log;
use crate::recorder::stack::{self, Place, Unwinder};

/// What an event needs, all of it at hand.
#[derive(Clone, Copy)]
pub(in crate::recorder) struct AtHand {
    /// The stack, defined.
    stack: StackId,
    /// The object or cell, defined.
    object: ObjectKey,
    /// Where its record is to stand.
    position: usize,
}

impl AtHand {
    /// The same for a part of the cell, counted from the one that it is known by.
    #[inline]
    pub(in crate::recorder) fn of_part(self, part: u32) -> Self {
        let object = ObjectKey::new(self.object.number() + u64::from(part));
        Self { object, ..self }
    }
}

/// Records an event at `site` on `object`, and says what came of it.
///
/// `at_hand` is run if nothing is in its way and nothing has to be looked for, and is told
/// where its record may go. Where it says `None`, having changed nothing, or is not run,
/// `any_way` is run, for which [`with`](super::with) is the way.
///
/// Where stacks are lines alone and all is at hand, nothing is called, and no frame needed.
#[expect(clippy::inline_always, reason = "on the path of every event")]
#[inline(always)]
pub(in crate::recorder) fn record<R>(
    object: ObjectKey,
    site: &'static Location<'static>,
    at_hand: impl FnOnce(&mut Lane, AtHand) -> Option<R> + Copy,
    any_way: impl FnOnce(Place<'_>) -> R,
) -> R {
    if let Some(probing) = door::enter_for_line() {
        let line = |unwinder: &mut Unwinder| unwinder.known_line(site);
        if let Some(result) = at_once(&probing, object, line, at_hand) {
            return result;
        }
    }
    record_with_stack(object, site, at_hand, any_way)
}

/// Where stacks are whole, or not all is at hand. Whatever is told of the stack is told
/// from here, whichever way that takes.
#[inline(never)]
fn record_with_stack<R>(
    object: ObjectKey,
    site: &'static Location<'static>,
    at_hand: impl FnOnce(&mut Lane, AtHand) -> Option<R>,
    any_way: impl FnOnce(Place<'_>) -> R,
) -> R {
    stack::here(site, |place| {
        let stack = |unwinder: &mut Unwinder| unwinder.known(place);
        let result = match door::enter_at_once() {
            Some(probing) => at_once(&probing, object, stack, at_hand),
            None => None,
        };
        match result {
            Some(result) => result,
            None => place.hand_on(any_way),
        }
    })
}

/// Runs `at_hand` on this thread's lane, if its log is open, the stack is known, and all
/// else is at hand.
#[expect(clippy::inline_always, reason = "on the path of every event")]
#[inline(always)]
fn at_once<R>(
    probing: &Probing,
    object: ObjectKey,
    stack: impl FnOnce(&mut Unwinder) -> Option<StackId>,
    at_hand: impl FnOnce(&mut Lane, AtHand) -> Option<R>,
) -> Option<R> {
    // SAFETY: as in `with`.
    let lane = unsafe { &mut *probing.lane() };
    if lane.closings != log::closings() {
        return None;
    }
    let stack = stack(&mut lane.unwinder)?;
    let position = lane.stream.at_hand(0, stack, object)?;
    let at_hand_now = AtHand {
        stack,
        object,
        position,
    };
    at_hand(lane, at_hand_now)
}

impl Lane {
    /// What the step on `object` needs that is recorded after a first one of the same place.
    #[inline]
    pub(in crate::recorder) fn at_hand_after(
        &self,
        first: AtHand,
        object: ObjectKey,
    ) -> Option<AtHand> {
        let position = self.stream.at_hand(2, first.stack, object)?;
        Some(AtHand {
            object,
            position,
            ..first
        })
    }

    /// Appends an access to a cell, or a part of it, of which all is at hand.
    #[inline]
    pub(in crate::recorder) fn put_access(
        &mut self,
        write: bool,
        at_hand: AtHand,
        version: Option<u64>,
    ) {
        let AtHand {
            stack,
            object: cell,
            position,
        } = at_hand;
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
    pub(in crate::recorder) fn put_step(&mut self, verb: VerbCode, at_hand: AtHand, stamp: Stamp) {
        let AtHand {
            stack,
            object,
            position,
        } = at_hand;
        door::count_synchronised();
        self.stream
            .put_pair(position, sync_words(verb, stack, object, stamp));
    }
}
