//! Which locks a thread holds.
//!
//! A mutex is one object. A reader-writer lock is two: both modes acquire the
//! writers' clock, only a writer then acquires the readers'; a reader leaves by
//! merging into the readers' clock, a writer by releasing the writers'.
//!
//! **Invariant:** a holding is named by the mutex or by the writers' object.

use std::collections::BTreeMap;

use racegate_eventlog::{Event, EventKind, LockMode, ObjectClass, ObjectId, Tables, ThreadId};

/// A lock that is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Holding {
    pub(super) lock: ObjectId,
    pub(super) mode: LockMode,
    /// The event that took it.
    pub(super) since: usize,
}

/// The locks that each thread holds at one point of a trace.
#[derive(Clone, Debug)]
pub(super) struct Locks<'t> {
    tables: &'t Tables,
    held: BTreeMap<ThreadId, Vec<Holding>>,
}

impl<'t> Locks<'t> {
    pub(super) fn new(tables: &'t Tables) -> Self {
        let held = BTreeMap::new();
        Self { tables, held }
    }

    /// What a thread holds, in the order in which it was taken.
    pub(super) fn held(&self, thread: ThreadId) -> &[Holding] {
        self.held.get(&thread).map_or(&[], Vec::as_slice)
    }

    /// How all but one thread hold a lock.
    pub(super) fn modes_of_others(
        &self,
        lock: ObjectId,
        thread: ThreadId,
    ) -> impl Iterator<Item = LockMode> {
        let others = self
            .held
            .iter()
            .filter(move |(holder, _)| **holder != thread);
        let holdings = others.flat_map(|(_, holdings)| holdings);
        holdings.filter_map(move |holding| (holding.lock == lock).then_some(holding.mode))
    }

    /// Whether every thread holds the same locks in the same modes as in `other`, taken
    /// in the same order.
    pub(super) fn are_held_as_in(&self, other: &Self) -> bool {
        let all = |locks: &Self| {
            let held = locks.held.iter();
            let held = held.flat_map(|(thread, held)| held.iter().map(|held| (*thread, *held)));
            held.map(|(thread, held)| (thread, held.lock, held.mode))
                .collect::<Vec<_>>()
        };
        all(self) == all(other)
    }

    pub(super) fn step(&mut self, index: usize, event: &Event) {
        match event.kind {
            EventKind::Acquire(object) => self.acquire(index, event.thread, object),
            EventKind::Release(object) | EventKind::ReleaseMerge(object) => {
                let lock = lock_of(self.tables, object);
                if let Some(held) = self.held.get_mut(&event.thread) {
                    held.retain(|holding| Some(holding.lock) != lock);
                }
            }
            EventKind::End => {
                self.held.remove(&event.thread);
            }
            EventKind::Read(_)
            | EventKind::Write(_)
            | EventKind::Forget(_)
            | EventKind::Exchange(_)
            | EventKind::Load(..)
            | EventKind::Store(..)
            | EventKind::Rmw(..)
            | EventKind::Fence(_)
            | EventKind::Fork(_)
            | EventKind::Begin
            | EventKind::Join(_)
            | EventKind::Request(..)
            | EventKind::BlockBegin(_)
            | EventKind::BlockEnd(_)
            | EventKind::Mark(_) => {}
        }
    }

    fn acquire(&mut self, index: usize, thread: ThreadId, object: ObjectId) {
        let class = self.tables.object(object).class;
        let Some(lock) = lock_of(self.tables, object) else {
            return;
        };
        let held = self.held.entry(thread).or_default();
        if class == ObjectClass::RwLockReaders {
            // The second half of a write-lock.
            for holding in held.iter_mut().filter(|holding| holding.lock == lock) {
                holding.mode = LockMode::Write;
            }
            return;
        }
        let mode = if class == ObjectClass::RwLock {
            LockMode::Read
        } else {
            LockMode::Write
        };
        held.push(Holding {
            lock,
            mode,
            since: index,
        });
    }
}

/// The lock that an object belongs to; none where it is no lock.
pub(super) fn lock_of(tables: &Tables, object: ObjectId) -> Option<ObjectId> {
    let info = tables.object(object);
    match info.class {
        ObjectClass::Mutex | ObjectClass::RwLock => Some(object),
        ObjectClass::RwLockReaders => info.partner,
        ObjectClass::Atomic
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
