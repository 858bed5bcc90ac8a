//! Mutexes, condition variables and reader-writer locks.

use racegate_eventlog::{EventKind, LockMode, ObjectClass, ObjectId};

use super::actor::{Actor, Wait};
use super::draft::Draft;

/// Every lock of the program.
pub(super) struct Locks {
    mutexes: Vec<Mutex>,
    rwlocks: Vec<RwLock>,
}

struct Mutex {
    object: ObjectId,
    taken: bool,
}

struct RwLock {
    writers: ObjectId,
    readers: ObjectId,
    /// How many threads read.
    reading: usize,
    writing: bool,
}

/// A lock in the way it is held, or is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hold {
    Mutex(usize),
    Read(usize),
    Write(usize),
}

impl Hold {
    /// Whether both are of one lock.
    fn same_lock(self, other: Self) -> bool {
        let lock = |hold| match hold {
            Self::Mutex(lock) => (false, lock),
            Self::Read(lock) | Self::Write(lock) => (true, lock),
        };
        lock(self) == lock(other)
    }
}

impl Locks {
    pub(super) fn new(mutexes: usize, rwlocks: usize, draft: &mut Draft) -> Self {
        let mutexes = (0..mutexes).map(|_| Mutex {
            object: draft.object(ObjectClass::Mutex),
            taken: false,
        });
        let mutexes = mutexes.collect();
        let rwlocks = (0..rwlocks).map(|_| {
            let (writers, readers) = draft.rwlock();
            RwLock {
                writers,
                readers,
                reading: 0,
                writing: false,
            }
        });
        Self {
            mutexes,
            rwlocks: rwlocks.collect(),
        }
    }

    /// Any lock, in any way.
    pub(super) fn any(&self, draft: &mut Draft) -> Hold {
        let choice = draft.random.below(self.mutexes.len() + self.rwlocks.len());
        match choice.checked_sub(self.mutexes.len()) {
            None => Hold::Mutex(choice),
            Some(lock) if draft.random.once_in(3) => Hold::Write(lock),
            Some(lock) => Hold::Read(lock),
        }
    }

    /// Takes a lock, or gives one back.
    pub(super) fn step(&mut self, actor: &mut Actor, draft: &mut Draft) {
        if actor.holds.is_empty() || actor.holds.len() < 3 && draft.random.once_in(3) {
            let wanted = self.any(draft);
            self.take(wanted, actor, draft);
        } else {
            let held = draft.random.below(actor.holds.len());
            self.give_back(held, actor, draft);
        }
    }

    /// Waits on a condition variable, where a mutex is all that is held.
    pub(super) fn condvar_wait(&mut self, actor: &mut Actor, draft: &mut Draft) {
        if let [Hold::Mutex(mutex)] = actor.holds[..] {
            self.give_back(0, actor, draft);
            actor.wait = Some(Wait::Mutex(mutex));
        }
    }

    /// Whether a thread that waited on a condition variable has its mutex again.
    pub(super) fn take_again(
        &mut self,
        mutex: usize,
        actor: &mut Actor,
        draft: &mut Draft,
    ) -> bool {
        !self.mutexes[mutex].taken && self.take(Hold::Mutex(mutex), actor, draft)
    }

    /// Whether the lock was free, and is held now.
    pub(super) fn take(&mut self, wanted: Hold, actor: &mut Actor, draft: &mut Draft) -> bool {
        let (thread, held) = (actor.thread, &actor.holds);
        if held.iter().any(|hold| hold.same_lock(wanted)) {
            return false;
        }
        let (lock, mode) = match wanted {
            Hold::Mutex(lock) => (self.mutexes[lock].object, LockMode::Write),
            Hold::Read(lock) => (self.rwlocks[lock].writers, LockMode::Read),
            Hold::Write(lock) => (self.rwlocks[lock].writers, LockMode::Write),
        };
        if draft.random.once_in(4) {
            draft.push(thread, EventKind::Request(lock, mode));
        }
        let free = match wanted {
            Hold::Mutex(lock) => !std::mem::replace(&mut self.mutexes[lock].taken, true),
            Hold::Read(lock) => self.rwlocks[lock].read(),
            Hold::Write(lock) => self.rwlocks[lock].write(),
        };
        if free {
            draft.push(thread, EventKind::Acquire(lock));
            if let Hold::Write(lock) = wanted {
                draft.push(thread, EventKind::Acquire(self.rwlocks[lock].readers));
            }
            actor.holds.push(wanted);
        }
        free
    }

    /// Gives back the lock that stands at this place among those held.
    pub(super) fn give_back(&mut self, held: usize, actor: &mut Actor, draft: &mut Draft) {
        let release = match actor.holds.remove(held) {
            Hold::Mutex(lock) => {
                self.mutexes[lock].taken = false;
                EventKind::Release(self.mutexes[lock].object)
            }
            Hold::Read(lock) => {
                self.rwlocks[lock].reading -= 1;
                EventKind::ReleaseMerge(self.rwlocks[lock].readers)
            }
            Hold::Write(lock) => {
                self.rwlocks[lock].writing = false;
                EventKind::Release(self.rwlocks[lock].writers)
            }
        };
        draft.push(actor.thread, release);
    }
}

impl RwLock {
    fn read(&mut self) -> bool {
        self.reading += usize::from(!self.writing);
        !self.writing
    }

    fn write(&mut self) -> bool {
        let free = self.reading == 0 && !self.writing;
        self.writing |= free;
        free
    }
}
