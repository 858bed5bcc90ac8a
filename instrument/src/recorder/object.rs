//! Synchronisation objects: an identity that travels with the value, and a
//! sequence of its own.
//!
//! **Invariant:** an event and its stamp are one step: from taking a stamp until its
//! record is stored no other stamp of the object is taken, because the sequence is locked
//! or because the object itself excludes it, as a mutex does from its real lock to its
//! real unlock. So a log that is cut at any point holds every predecessor of what it holds.

use std::cell::Cell;
use std::panic::Location;

use racegate_eventlog::record::{Definition, NoteVerb, ObjectKey, Record, SyncVerb, VerbCode};
use racegate_eventlog::{LockMode, ObjectClass, StackId};

use super::lane::{self, AtHand, Lane};
use super::sequence::{LockedSequence, Sequence};
use super::sink::Sink;
use super::stack::{self, Place};
use super::stream::Stream;
use super::weight::Weight;

mod key;
mod rwlock;
mod steps;
#[cfg(all(test, not(racegate_loom)))]
mod tests;

pub(super) use key::Key;
pub(crate) use rwlock::RwObjects;
use steps::{Acquires, Always, Atomic, Excluding, Locked, Merges, Releases, Step};

/// A synchronisation object of the program.
pub(crate) struct Object {
    key: Key,
    sequence: Sequence,
    class: ObjectClass,
    created_at: &'static Location<'static>,
    name: Option<Box<str>>,
    type_name: fn() -> &'static str,
}

impl Object {
    /// A new object, part of a value of type `T` made by the caller.
    #[track_caller]
    pub(crate) const fn new<T: ?Sized>(class: ObjectClass) -> Self {
        Self::made_at::<T>(class, Location::caller())
    }

    /// The same, for a value that was made at a site that was kept.
    pub(crate) const fn made_at<T: ?Sized>(
        class: ObjectClass,
        created_at: &'static Location<'static>,
    ) -> Self {
        Self {
            key: Key::unassigned(),
            sequence: Sequence::new(),
            class,
            created_at,
            name: None,
            type_name: std::any::type_name::<T>,
        }
    }

    /// Gives it a name for reports.
    pub(crate) fn set_name(&mut self, name: &str) {
        self.name = Some(name.into());
    }

    /// Takes its name away.
    pub(crate) fn forget_name(&mut self) {
        self.name = None;
    }

    /// `C ⊔= L`. To be called after the real acquire.
    #[track_caller]
    #[inline]
    pub(crate) fn acquire(&self) {
        self.step(SyncVerb::Acquire, Location::caller());
    }

    /// `L ⊔= C`. To be called before the real release.
    #[track_caller]
    #[inline]
    pub(crate) fn release_merge(&self) {
        self.step(SyncVerb::ReleaseMerge, Location::caller());
    }

    /// Records the same at a site that was kept, such as the place of a lock
    /// whose guard is dropped.
    #[inline]
    pub(crate) fn step(&self, verb: SyncVerb, site: &'static Location<'static>) {
        match verb {
            SyncVerb::Acquire => self.step_of::<Acquires>(site),
            SyncVerb::ReleaseMerge => self.step_of::<Merges>(site),
            SyncVerb::Release
            | SyncVerb::Exchange
            | SyncVerb::Load(_)
            | SyncVerb::Store(_)
            | SyncVerb::Rmw(_) => self.step_as(VerbCode::of(verb), site),
        }
    }

    #[inline(never)]
    fn step_of<A: Always>(&self, site: &'static Location<'static>) {
        lane::record::<Locked<A>, _>(site, self);
    }

    fn step_as(&self, verb: VerbCode, site: &'static Location<'static>) {
        let object = self;
        lane::record::<Locked<()>, _>(site, &Step { object, verb });
    }

    #[cold]
    fn step_any_way(&self, verb: VerbCode, place: Place<'_>) {
        let recorded = lane::with(Weight::Sync, |lane| {
            let place = self.prepare(lane, place)?;
            let mut sequence = self.sequence.lock();
            stamp(lane, &mut sequence, verb, place);
            Some(())
        });
        self.leave_gap_unless(recorded.flatten());
    }

    /// The same where what the object stands for keeps every other step out meanwhile, and
    /// orders it with this one: between a real lock and the real unlock, or under another
    /// lock that each of the steps is under.
    #[inline]
    pub(crate) fn step_alone(&self, verb: SyncVerb, site: &'static Location<'static>) {
        match verb {
            SyncVerb::Acquire => self.step_alone_of::<Acquires>(site),
            SyncVerb::Release => self.step_alone_of::<Releases>(site),
            SyncVerb::ReleaseMerge
            | SyncVerb::Exchange
            | SyncVerb::Load(_)
            | SyncVerb::Store(_)
            | SyncVerb::Rmw(_) => self.step_alone_as(VerbCode::of(verb), site),
        }
    }

    #[inline(never)]
    fn step_alone_of<A: Always>(&self, site: &'static Location<'static>) {
        lane::record::<Excluding<A>, _>(site, self);
    }

    fn step_alone_as(&self, verb: VerbCode, site: &'static Location<'static>) {
        let object = self;
        lane::record::<Excluding<()>, _>(site, &Step { object, verb });
    }

    #[cold]
    fn step_alone_any_way(&self, verb: VerbCode, place: Place<'_>) {
        let recorded = lane::with(Weight::Sync, |lane| {
            let stack = lane.capture_at(place);
            self.record_alone(lane, verb, stack)
        });
        self.leave_gap_unless(recorded.flatten());
    }

    /// A step that no log saw leaves a gap.
    #[inline]
    fn leave_gap_unless(&self, recorded: Option<()>) {
        if recorded.is_none() {
            self.sequence.pass_unrecorded();
        }
    }

    /// Takes a stamp and stores the record, of which all is at hand, unless another one does.
    #[expect(clippy::inline_always, reason = "on the path of every step")]
    #[inline(always)]
    fn put(&self, lane: &mut Lane, verb: VerbCode, at_hand: AtHand) -> Option<()> {
        let mut sequence = self.sequence.try_lock()?;
        let taken = sequence.next(lane.teller());
        lane.put_step(verb, at_hand, taken);
        Some(())
    }

    /// Takes a stamp alone and stores the record, of which all is at hand.
    #[expect(clippy::inline_always, reason = "on the path of every step")]
    #[inline(always)]
    fn put_alone(&self, lane: &mut Lane, verb: VerbCode, at_hand: AtHand) {
        let taken = self.sequence.next_alone(lane.teller());
        lane.put_step(verb, at_hand, taken);
    }

    /// Takes a stamp alone and stores the record, whose stack is defined. `None` where it is
    /// lost.
    #[inline]
    fn record_alone(&self, lane: &mut Lane, verb: VerbCode, stack: StackId) -> Option<()> {
        let place = (stack, self.defined(lane, Weight::Sync)?);
        lane.append_step(verb, place, |teller| self.sequence.next_alone(teller));
        Some(())
    }

    /// Does an atomic operation and records it as one step; `verb` says what it
    /// was, from its result. An operation that panics is not recorded.
    #[inline]
    pub(crate) fn atomic<R>(
        &self,
        site: &'static Location<'static>,
        verb: impl Fn(&R) -> SyncVerb,
        operation: impl FnOnce() -> R,
    ) -> R {
        self.atomic_if(site, |result| Some(verb(result)), operation)
    }

    /// The same of an operation whose verb does not depend on its result.
    #[inline]
    pub(crate) fn atomic_of<R>(
        &self,
        site: &'static Location<'static>,
        verb: SyncVerb,
        operation: impl FnOnce() -> R,
    ) -> R {
        let verb = VerbCode::of(verb);
        self.atomic_as(site, move |_| Some(verb), operation)
    }

    /// The same for an operation whose result may say that it was no event.
    #[inline]
    pub(crate) fn atomic_if<R>(
        &self,
        site: &'static Location<'static>,
        verb: impl Fn(&R) -> Option<SyncVerb>,
        operation: impl FnOnce() -> R,
    ) -> R {
        let verb = move |result: &R| verb(result).map(VerbCode::of);
        self.atomic_as(site, verb, operation)
    }

    #[inline]
    fn atomic_as<R>(
        &self,
        site: &'static Location<'static>,
        verb: impl Fn(&R) -> Option<VerbCode>,
        operation: impl FnOnce() -> R,
    ) -> R {
        let atomic = Atomic {
            object: self,
            verb,
            operation: Cell::new(Some(operation)),
            result: Cell::new(None),
        };
        lane::record(site, &atomic);
        let result = atomic.result.into_inner();
        result.expect("the operation runs once, recorded or not")
    }

    /// Records that the thread is about to block on the object.
    #[inline]
    pub(crate) fn request(&self, mode: LockMode, site: &'static Location<'static>) {
        lane::with(Weight::Access, |lane| {
            let (stack, key) = (lane.capture(site), self.defined(lane, Weight::Access)?);
            let verb = NoteVerb::Request(key, mode);
            lane.append(&Record::Note { verb, stack });
            Some(())
        });
    }

    /// Records an access to the object's own memory at `site`: of an atomic, one that is
    /// no atomic operation; of another object, a use that excludes others.
    #[inline]
    pub(crate) fn access(&self, write: bool, site: &'static Location<'static>) {
        lane::with(Weight::Access, |lane| {
            let (stack, cell) = (lane.capture(site), self.defined(lane, Weight::Access)?);
            lane.append(&Record::Access {
                write,
                stack,
                cell,
                parts: 1,
                version: None,
                more: false,
            });
            Some(())
        });
    }

    /// Where it was made.
    pub(crate) fn created_at(&self) -> &'static Location<'static> {
        self.created_at
    }

    /// What messages call it: its name, or else its type.
    pub(crate) fn label(&self) -> &str {
        self.name.as_deref().unwrap_or_else(|| (self.type_name)())
    }

    /// The stack at `place` and the object, both defined. `None` where the step is lost.
    fn prepare(&self, lane: &mut Lane, place: Place<'_>) -> Option<(StackId, ObjectKey)> {
        let stack = lane.capture_at(place);
        Some((stack, self.defined(lane, Weight::Sync)?))
    }

    /// The object, defined. `None` where an event of this weight is lost.
    #[inline]
    fn defined(&self, lane: &mut Lane, weight: Weight) -> Option<ObjectKey> {
        let key = self.key.recorded(self.keys(), lane, weight)?;
        let (stream, sink) = lane.stream();
        if !stream.has_defined(key) {
            self.define(stream, sink, key);
        }
        Some(key)
    }

    #[cold]
    fn define(&self, stream: &mut Stream, sink: &Sink, key: ObjectKey) {
        let (definition, created_at) = self.definition(key);
        stream.define_object(sink, key, &definition, created_at);
    }

    fn definition(&self, key: ObjectKey) -> (Definition, StackId) {
        let created_at = stack::site_only(self.created_at);
        let definition = Definition::Object {
            key,
            class: self.class,
            partner: partner(self.class, key),
            created_at,
            name: self.name.as_deref().unwrap_or_default().to_owned(),
            type_name: (self.type_name)().to_owned(),
        };
        (definition, created_at)
    }

    /// An rwlock's first clock takes a key for its second one, too.
    fn keys(&self) -> u64 {
        if self.class == ObjectClass::RwLock {
            2
        } else {
            1
        }
    }
}

/// Takes the next stamp and stores the record, whose stack and object are defined.
#[inline]
fn stamp(
    lane: &mut Lane,
    sequence: &mut LockedSequence<'_>,
    verb: VerbCode,
    place: (StackId, ObjectKey),
) {
    lane.append_step(verb, place, |teller| sequence.next(teller));
}

/// The two clocks of an rwlock have neighbouring keys.
fn partner(class: ObjectClass, key: ObjectKey) -> Option<ObjectKey> {
    match class {
        ObjectClass::RwLock => Some(ObjectKey::new(key.number() + 1)),
        ObjectClass::RwLockReaders => Some(ObjectKey::new(key.number() - 1)),
        ObjectClass::Mutex
        | ObjectClass::Atomic
        | ObjectClass::ChannelSlot
        | ObjectClass::ChannelClose
        | ObjectClass::Barrier
        | ObjectClass::Once
        | ObjectClass::WaitGroup
        | ObjectClass::Scope
        | ObjectClass::Park
        | ObjectClass::Arc
        | ObjectClass::Tag => None,
    }
}
