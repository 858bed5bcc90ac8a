//! Atomics with every ordering, fences, and annotated edges.

use racegate_eventlog::{
    EventKind, FenceOrdering, LoadOrdering, LockMode, ObjectClass, ObjectId, RmwOrdering,
    StoreOrdering,
};

use super::actor::Actor;
use super::draft::Draft;

/// What can be done to an atomic without a lock.
pub(super) struct Atomics {
    /// The last one is a tag.
    objects: Vec<ObjectId>,
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
        let mut objects: Vec<ObjectId> = atomics.collect();
        objects.push(draft.object(ObjectClass::Tag));
        Self { objects }
    }

    /// The atomics, and a tag.
    pub(super) fn objects(&self) -> &[ObjectId] {
        &self.objects
    }

    /// A load, which may be that of a compare-exchange that failed; a store; a
    /// read-modify-write; or one of them with the fence that makes up for its ordering.
    pub(super) fn operate(&self, actor: &Actor, draft: &mut Draft) {
        let thread = actor.thread;
        let random = &mut draft.random;
        let atomic = random.one_of(&self.objects[..self.objects.len() - 1]);
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
        let tag = self.objects[self.objects.len() - 1];
        let kind = match draft.random.below(10) {
            0..2 => EventKind::Release(tag),
            2..4 => EventKind::ReleaseMerge(tag),
            4..6 => EventKind::Acquire(tag),
            6..8 => EventKind::Exchange(tag),
            8 => EventKind::Request(tag, LockMode::Read),
            _ => EventKind::Request(tag, LockMode::Write),
        };
        draft.push(actor.thread, kind);
    }
}
