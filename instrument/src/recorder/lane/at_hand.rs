//! The short way of an event: it finds all that it needs at hand.
//!
//! **Invariant:** what is not at hand is found out before anything is changed, and nothing
//! is called.

use std::marker::PhantomData;
use std::panic::Location;

use racegate_eventlog::StackId;
use racegate_eventlog::record::{ObjectKey, OneOrTwo, VerbCode, access_words, step_words};

use super::Lane;
use crate::recorder::door::{self, Entrance, Probing};
use crate::recorder::log;
use crate::recorder::sequence::Taken;
use crate::recorder::stack::{self, Caller, FromCaller, Place};

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

    /// The same where the record before it was put: it may have taken less than its room.
    #[inline]
    pub(in crate::recorder) fn at_the_end_of(self, lane: &Lane) -> Self {
        let position = lane.stream.end();
        Self { position, ..self }
    }
}

/// An event of this kind, on what this is, that may find all that it needs at hand.
pub(in crate::recorder) trait Event<Kind> {
    /// The object or cell.
    fn object(&self) -> ObjectKey;

    /// Records it where its record may go. `None`, with nothing changed, where something is
    /// in its way. It is run only if nothing has to be looked for.
    fn at_hand(&self, lane: &mut Lane, at_hand: AtHand) -> Option<()>;

    /// Records it if that was not run, or said `None`; [`with`](super::with) is the way.
    fn any_way(&self, place: Place<'_>);
}

/// Records an event at `site`, whose stack begins with whoever this returns to.
///
/// Where stacks are lines alone and all is at hand, nothing is called, and no frame needed.
#[expect(clippy::inline_always, reason = "on the path of every event")]
#[inline(always)]
pub(in crate::recorder) fn record<Kind, E: Event<Kind>>(
    site: &'static Location<'static>,
    event: &E,
) {
    let (entrance, at) = door::entrance();
    let Some(probing) = entrance.for_line(at) else {
        return stack::from_caller::<WithStack<Kind, E>>(event, site, entrance);
    };
    let line = |lane: &mut Lane| lane.stream.line_at_hand(site);
    if at_once(&probing, event, line).is_none() {
        drop(probing);
        stack::from_caller::<AnyWay<Kind, E>>(event, site, entrance);
    }
}

/// Records an event where stacks are whole, or nothing is known yet.
struct WithStack<Kind, E>(PhantomData<(Kind, E)>);

impl<Kind, E: Event<Kind>> FromCaller for WithStack<Kind, E> {
    type On = E;

    #[inline(always)]
    fn run(event: &E, caller: Caller<'_>, entrance: Entrance) {
        let stack = |lane: &mut Lane| {
            // SAFETY: stacks are whole, since the entrance is for them, and the log was
            // found open, of which no lane has a number whose unwinder does not remember.
            unsafe { lane.unwinder.known(caller, lane.stream.era()) }
        };
        let is_done = match entrance.for_stack() {
            Some(probing) => at_once(&probing, event, stack).is_some(),
            None => false,
        };
        if !is_done {
            caller.hand_on::<Self>(event, entrance);
        }
    }

    fn any_way(event: &E, place: Place<'_>) {
        event.any_way(place);
    }
}

/// Records an event where not all is at hand.
struct AnyWay<Kind, E>(PhantomData<(Kind, E)>);

impl<Kind, E: Event<Kind>> FromCaller for AnyWay<Kind, E> {
    type On = E;

    #[inline(always)]
    fn run(event: &E, caller: Caller<'_>, entrance: Entrance) {
        caller.hand_on::<Self>(event, entrance);
    }

    fn any_way(event: &E, place: Place<'_>) {
        event.any_way(place);
    }
}

/// Records the event on this thread's lane, if its log is open, the stack is known to be
/// defined, and all else is at hand. `stack` is run only if the log was found open.
#[expect(clippy::inline_always, reason = "on the path of every event")]
#[inline(always)]
fn at_once<Kind, E: Event<Kind>>(
    probing: &Probing,
    event: &E,
    stack: impl FnOnce(&mut Lane) -> Option<StackId>,
) -> Option<()> {
    // SAFETY: as in `with`.
    let lane = unsafe { &mut *probing.lane() };
    if lane.closings != log::closings() {
        return None;
    }
    let stack = stack(lane)?;
    let object = event.object();
    let position = lane.stream.at_hand(0, object)?;
    let at_hand = AtHand {
        stack,
        object,
        position,
    };
    event.at_hand(lane, at_hand)
}

impl Lane {
    /// What the step on `object` needs that is recorded after a first one of the same place.
    #[inline]
    pub(in crate::recorder) fn at_hand_after(
        &self,
        first: AtHand,
        object: ObjectKey,
    ) -> Option<AtHand> {
        let position = self.stream.at_hand(2, object)?;
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
        self.put(position, access_words(write, stack, cell, version));
    }

    /// Appends a record where the stream ends, if there is room for two words.
    #[expect(clippy::inline_always, reason = "on the path of every event")]
    #[inline(always)]
    pub(super) fn put(&mut self, position: usize, words: OneOrTwo) {
        match words {
            OneOrTwo::One(word) => self.stream.put_word(position, word),
            OneOrTwo::Two(words) => self.stream.put_pair(position, words),
        }
    }

    /// Appends a step of which all is at hand.
    #[expect(clippy::inline_always, reason = "on the path of every step")]
    #[inline(always)]
    pub(in crate::recorder) fn put_step(&mut self, verb: VerbCode, at_hand: AtHand, taken: Taken) {
        let AtHand {
            stack,
            object,
            position,
        } = at_hand;
        door::count_synchronised();
        let Taken { stamp, follows } = taken;
        self.put(position, step_words(verb, stack, object, (stamp, follows)));
    }
}
