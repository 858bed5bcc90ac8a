//! The steps of an object as events, which may find all that they need at hand.
//!
//! **Invariant:** a step that finds something in its way has changed nothing.

use std::cell::Cell;
use std::marker::PhantomData;

use racegate_eventlog::record::{ObjectKey, SyncVerb, VerbCode};

use super::{Object, stamp};
use crate::recorder::lane::{self, AtHand, Event, Lane};
use crate::recorder::stack::Place;
use crate::recorder::weight::Weight;

/// The kind of step that locks the sequence.
pub(super) struct Locked<A>(PhantomData<A>);

/// The kind of step that excludes every other one meanwhile.
pub(super) struct Excluding<A>(PhantomData<A>);

/// Steps that are always of one verb. They are looked for from functions of their own,
/// where it is known.
pub(super) trait Always {
    const VERB: VerbCode;
}

pub(super) enum Acquires {}
pub(super) enum Releases {}
pub(super) enum Merges {}

impl Always for Acquires {
    const VERB: VerbCode = VerbCode::of(SyncVerb::Acquire);
}

impl Always for Releases {
    const VERB: VerbCode = VerbCode::of(SyncVerb::Release);
}

impl Always for Merges {
    const VERB: VerbCode = VerbCode::of(SyncVerb::ReleaseMerge);
}

impl<A: Always> Event<Locked<A>> for Object {
    #[inline(always)]
    fn object(&self) -> ObjectKey {
        self.key.known()
    }

    #[inline(always)]
    fn at_hand(&self, lane: &mut Lane, at_hand: AtHand) -> Option<()> {
        self.put(lane, A::VERB, at_hand)
    }

    fn any_way(&self, place: Place<'_>) {
        self.step_any_way(A::VERB, place);
    }
}

impl<A: Always> Event<Excluding<A>> for Object {
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

/// A step of any verb.
pub(super) struct Step<'object> {
    pub(super) object: &'object Object,
    pub(super) verb: VerbCode,
}

impl Event<Locked<()>> for Step<'_> {
    #[inline(always)]
    fn object(&self) -> ObjectKey {
        self.object.key.known()
    }

    #[inline(always)]
    fn at_hand(&self, lane: &mut Lane, at_hand: AtHand) -> Option<()> {
        self.object.put(lane, self.verb, at_hand)
    }

    fn any_way(&self, place: Place<'_>) {
        self.object.step_any_way(self.verb, place);
    }
}

impl Event<Excluding<()>> for Step<'_> {
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
    V: Fn(&R) -> Option<VerbCode>,
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
            let taken = sequence.next(lane.teller());
            lane.put_step(verb, at_hand, taken);
        }
        self.result.set(Some(result));
        Some(())
    }

    #[cold]
    fn any_way(&self, place: Place<'_>) {
        let run = || self.operation.take().map(|operation| operation());
        let recorded = lane::with(Weight::Sync, |lane| {
            let place = self.object.prepare(lane, place)?;
            let mut sequence = self.object.sequence.lock();
            let result = run();
            if let Some(verb) = result.as_ref().and_then(&self.verb) {
                stamp(lane, &mut sequence, verb, place);
            }
            result
        });
        self.result.set(recorded.flatten().or_else(run));
    }
}
