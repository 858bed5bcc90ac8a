//! Atomics with every ordering, fences, and annotated edges.

use racegate_eventlog::{
    EventKind, FenceOrdering, LoadOrdering, ObjectClass, ObjectId, RmwOrdering, StoreOrdering,
};

use super::actor::Actor;
use super::draft::Draft;

/// What can be done to an atomic without a lock.
pub(super) struct Atomics {
    atomics: Vec<ObjectId>,
    tag: ObjectId,
}

const LOADS: [LoadOrdering; 3] = [
    LoadOrdering::Relaxed,
    LoadOrdering::Acquire,
    LoadOrdering::SeqCst,
];
/// A relaxed store is the one that ends release sequences and hands fences on.
const STORES: [StoreOrdering; 4] = [
    StoreOrdering::Relaxed,
    StoreOrdering::Relaxed,
    StoreOrdering::Release,
    StoreOrdering::SeqCst,
];
const RMWS: [RmwOrdering; 5] = [
    RmwOrdering::Relaxed,
    RmwOrdering::Acquire,
    RmwOrdering::Release,
    RmwOrdering::AcqRel,
    RmwOrdering::SeqCst,
];
const FENCES: [FenceOrdering; 4] = [
    FenceOrdering::Acquire,
    FenceOrdering::Release,
    FenceOrdering::AcqRel,
    FenceOrdering::SeqCst,
];

impl Atomics {
    pub(super) fn new(atomics: usize, draft: &mut Draft) -> Self {
        let atomics = (0..atomics).map(|_| draft.object(ObjectClass::Atomic));
        Self {
            atomics: atomics.collect(),
            tag: draft.object(ObjectClass::Tag),
        }
    }

    /// A load, which may be that of a compare-exchange that failed; a store; a
    /// read-modify-write; or one of them with the fence that makes up for its ordering.
    pub(super) fn operate(&self, actor: &Actor, draft: &mut Draft) {
        let thread = actor.thread;
        let random = &mut draft.random;
        let atomic = random.one_of(&self.atomics);
        match random.below(10) {
            0..3 => {
                let load = EventKind::Load(atomic, random.one_of(&LOADS));
                draft.push(thread, load);
            }
            3..6 => {
                let store = EventKind::Store(atomic, random.one_of(&STORES));
                draft.push(thread, store);
            }
            6..8 => {
                let rmw = EventKind::Rmw(atomic, random.one_of(&RMWS));
                draft.push(thread, rmw);
            }
            8 => {
                Self::fence(draft, actor);
                draft.push(thread, EventKind::Store(atomic, StoreOrdering::Relaxed));
            }
            _ => {
                draft.push(thread, EventKind::Load(atomic, LoadOrdering::Relaxed));
                Self::fence(draft, actor);
            }
        }
    }

    pub(super) fn fence(draft: &mut Draft, actor: &Actor) {
        let ordering = draft.random.one_of(&FENCES);
        draft.push(actor.thread, EventKind::Fence(ordering));
    }

    /// An edge that the program declares.
    pub(super) fn annotate(&self, actor: &Actor, draft: &mut Draft) {
        let kind = match draft.random.below(4) {
            0 => EventKind::Release(self.tag),
            1 => EventKind::ReleaseMerge(self.tag),
            2 => EventKind::Acquire(self.tag),
            _ => EventKind::Exchange(self.tag),
        };
        draft.push(actor.thread, kind);
    }
}
