//! The steps of an object as events, which may find all that they need at hand.
//!
//! **Invariant:** a step that finds something in its way has changed nothing.

use std::cell::Cell;

use racegate_eventlog::record::{ObjectKey, SyncVerb, VerbCode};

use super::{Object, stamp};
use crate::recorder::lane::{self, AtHand, Event, Lane};
use crate::recorder::stack::Place;
use crate::recorder::weight::Weight;

/// A step.
pub(super) struct Step<'object> {
    pub(super) object: &'object Object,
    pub(super) verb: VerbCode,
}

/// The kind of step that locks the sequence.
pub(super) enum Locked {}

impl Event<Locked> for Step<'_> {
    #[inline(always)]
    fn object(&self) -> ObjectKey {
        self.object.key.known()
    }

    #[inline(always)]
    fn at_hand(&self, lane: &mut Lane, at_hand: AtHand) -> Option<()> {
        let mut sequence = self.object.sequence.try_lock()?;
        let stamp = sequence.next(lane.log_number());
        lane.put_step(self.verb, at_hand, stamp);
        Some(())
    }

    #[cold]
    fn any_way(&self, place: Place<'_>) {
        let Self { object, verb } = *self;
        let recorded = lane::with(Weight::Sync, |lane| {
            let place = object.prepare(lane, place);
            let mut sequence = object.sequence.lock();
            stamp(lane, &mut sequence, verb, place);
        });
        object.leave_gap_unless(recorded);
    }
}

/// The kind of step that excludes every other one meanwhile.
pub(super) enum Excluding {}

impl Event<Excluding> for Step<'_> {
    #[inline(always)]
    fn object(&self) -> ObjectKey {
        self.object.key.known()
    }

    #[inline(always)]
    fn at_hand(&self, lane: &mut Lane, at_hand: AtHand) -> Option<()> {
        self.object.put_alone(lane, self.verb, at_hand);
        Some(())
    }

    fn any_way(&self, place: Place<'_>) {
        self.object.step_alone_any_way(self.verb, place);
    }
}

/// Such a step that is always of one verb.
pub(super) trait Always {
    const VERB: VerbCode;
}

pub(super) enum Acquires {}

impl Always for Acquires {
    const VERB: VerbCode = VerbCode::of(SyncVerb::Acquire);
}

pub(super) enum Releases {}

impl Always for Releases {
    const VERB: VerbCode = VerbCode::of(SyncVerb::Release);
}

impl<A: Always> Event<A> for Object {
    #[inline(always)]
    fn object(&self) -> ObjectKey {
        self.key.known()
    }

    #[inline(always)]
    fn at_hand(&self, lane: &mut Lane, at_hand: AtHand) -> Option<()> {
        self.put_alone(lane, A::VERB, at_hand);
        Some(())
    }

    fn any_way(&self, place: Place<'_>) {
        self.step_alone_any_way(A::VERB, place);
    }
}

/// An operation and its step.
pub(super) struct Atomic<'object, R, V, O> {
    pub(super) object: &'object Object,
    pub(super) verb: V,
    /// Until it is run.
    pub(super) operation: Cell<Option<O>>,
    /// From then on.
    pub(super) result: Cell<Option<R>>,
}

impl<R, V, O> Event<()> for Atomic<'_, R, V, O>
where
    V: Fn(&R) -> Option<SyncVerb>,
    O: FnOnce() -> R,
{
    #[inline(always)]
    fn object(&self) -> ObjectKey {
        self.object.key.known()
    }

    #[inline(always)]
    fn at_hand(&self, lane: &mut Lane, at_hand: AtHand) -> Option<()> {
        let mut sequence = self.object.sequence.try_lock()?;
        let result = self.operation.take()?();
        if let Some(verb) = (self.verb)(&result) {
            let (verb, stamp) = (VerbCode::of(verb), sequence.next(lane.log_number()));
            lane.put_step(verb, at_hand, stamp);
        }
        self.result.set(Some(result));
        Some(())
    }

    #[cold]
    fn any_way(&self, place: Place<'_>) {
        let run = || self.operation.take().map(|operation| operation());
        let recorded = lane::with(Weight::Sync, |lane| {
            let place = self.object.prepare(lane, place);
            let mut sequence = self.object.sequence.lock();
            let result = run();
            if let Some(verb) = result.as_ref().and_then(&self.verb) {
                stamp(lane, &mut sequence, VerbCode::of(verb), place);
            }
            result
        });
        self.result.set(recorded.flatten().or_else(run));
    }
}
