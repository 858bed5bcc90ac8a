//! Who holds which lock: a mutex has one holder, an rwlock one writer or readers.
//!
//! An rwlock is two objects: `U`, which both kinds acquire and a writer releases,
//! and `R`, which a writer acquires second and readers merge into. Since the two
//! have sequences of their own, a writer's first acquire may come out before the
//! last reader has left; its second one may not.

use std::collections::HashMap;

use crate::event::{Event, EventKind};
use crate::id::{ObjectId, ThreadId};
use crate::tables::{ObjectClass, Tables, ThreadOrigin};

/// The state of every lock.
pub(super) struct Locks<'a> {
    /// What locks are called; `None` where that is not known yet.
    tables: Option<&'a Tables>,
    /// By thread: it may be the same OS thread as another.
    shares: Vec<bool>,
    /// By object.
    roles: Vec<Role>,
    /// By object; for an rwlock, by its `U`.
    states: Vec<State>,
    /// How often a thread holds an rwlock (its `U`) as a reader.
    readers: HashMap<(ObjectId, ThreadId), u32>,
}

/// What an object is to a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// All of it.
    Mutex,
    /// An rwlock's `U`.
    Writers,
    /// The `R` of the rwlock with this `U`.
    Readers(ObjectId),
    /// Nothing, or a half without its other half: nothing can be said of it.
    None,
}

#[derive(Clone, Copy, Default)]
struct State {
    /// Something happened that is in no log: anyone may hold it.
    unknown: bool,
    holder: Option<ThreadId>,
    readers: u32,
}

impl<'a> Locks<'a> {
    /// Every lock is free.
    pub(super) fn new(tables: &'a Tables) -> Self {
        let objects = (0_u32..).zip(&tables.objects);
        Self {
            tables: Some(tables),
            shares: tables.threads.iter().map(|it| shares(it.origin)).collect(),
            roles: objects
                .map(|(object, _)| Role::of(tables, ObjectId::new(object)))
                .collect(),
            states: vec![State::default(); tables.objects.len()],
            readers: HashMap::new(),
        }
    }

    /// Of a log of which nothing is known yet.
    pub(super) fn guessed() -> Self {
        Self {
            tables: None,
            shares: Vec::new(),
            roles: Vec::new(),
            states: Vec::new(),
            readers: HashMap::new(),
        }
    }

    /// One more object, which may be a lock.
    pub(super) fn add(&mut self) {
        self.roles.push(Role::None);
        self.states.push(State::default());
    }

    /// From here on an object has this role.
    pub(super) fn cast(&mut self, object: ObjectId, role: Role) {
        self.roles[object.index()] = role;
    }

    /// By object.
    pub(super) fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// How a thread came to be.
    pub(super) fn learn_origin(&mut self, thread: ThreadId, origin: ThreadOrigin) {
        if self.shares.len() <= thread.index() {
            self.shares.resize(thread.index() + 1, false);
        }
        self.shares[thread.index()] = shares(origin);
    }

    /// The object of this event may be held by anyone.
    pub(super) fn forget(&mut self, event: &Event) {
        if let EventKind::Acquire(object)
        | EventKind::Release(object)
        | EventKind::ReleaseMerge(object) = event.kind
            && let Some(lock) = self.lock(object)
        {
            self.readers.retain(|(held, _), _| *held != lock);
            self.states[lock.index()] = State {
                unknown: true,
                ..State::default()
            };
        }
    }

    /// Takes one event whose ids are in the tables.
    pub(super) fn check(&mut self, event: &Event) -> Result<(), String> {
        let thread = event.thread;
        let (object, result) = match event.kind {
            EventKind::Acquire(object) => (object, self.acquire(thread, object)),
            EventKind::Release(object) => (object, self.release(thread, object)),
            EventKind::ReleaseMerge(object) => (object, self.read_unlock(thread, object)),
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
            | EventKind::End
            | EventKind::Join(_)
            | EventKind::Request(..)
            | EventKind::BlockBegin(_)
            | EventKind::BlockEnd(_)
            | EventKind::Mark(_) => return Ok(()),
        };
        result.map_err(|misuse| misuse.tell(&self.name(object)))
    }

    fn acquire(&mut self, thread: ThreadId, object: ObjectId) -> Result<(), Misuse> {
        let Some(lock) = self.lock(object) else {
            return Ok(());
        };
        let state = &mut self.states[lock.index()];
        if let Some(holder) = state.holder {
            return Err(Misuse::TakenTwice(holder));
        }
        match self.roles[object.index()] {
            Role::Mutex => state.holder = Some(thread),
            Role::Writers => {
                state.readers += 1;
                *self.readers.entry((lock, thread)).or_default() += 1;
            }
            Role::Readers(_) => return self.take_from_readers(thread, lock),
            Role::None => {}
        }
        Ok(())
    }

    /// A writer's second acquire: it came in as if it were a reader.
    fn take_from_readers(&mut self, thread: ThreadId, lock: ObjectId) -> Result<(), Misuse> {
        if self.leave_readers(thread, lock) {
            let state = &mut self.states[lock.index()];
            if state.readers > 0 && !state.unknown {
                return Err(Misuse::ReadersLeft);
            }
            state.holder = Some(thread);
        } else if !self.states[lock.index()].unknown {
            return Err(Misuse::NotTaken);
        }
        Ok(())
    }

    fn release(&mut self, thread: ThreadId, object: ObjectId) -> Result<(), Misuse> {
        let Some(lock) = self.lock(object) else {
            return Ok(());
        };
        let state = &mut self.states[lock.index()];
        match state.holder {
            Some(holder) if holder == thread || may_share(&self.shares, holder, thread) => {
                state.holder = None;
                Ok(())
            }
            Some(holder) => Err(Misuse::HeldBy(holder)),
            None if state.unknown => Ok(()),
            None => Err(Misuse::HeldByNoOne),
        }
    }

    fn read_unlock(&mut self, thread: ThreadId, object: ObjectId) -> Result<(), Misuse> {
        let Role::Readers(lock) = self.roles[object.index()] else {
            return Ok(());
        };
        let unknown = self.states[lock.index()].unknown;
        if self.leave_readers(thread, lock) || unknown || self.leave_for(thread, lock) {
            return Ok(());
        }
        Err(Misuse::NotRead)
    }

    /// Takes the thread once from the readers; whether it was one.
    fn leave_readers(&mut self, thread: ThreadId, lock: ObjectId) -> bool {
        let Some(count) = self.readers.get_mut(&(lock, thread)) else {
            return false;
        };
        *count -= 1;
        if *count == 0 {
            self.readers.remove(&(lock, thread));
        }
        self.states[lock.index()].readers -= 1;
        true
    }

    /// Takes a reader from the readers whose guard this thread may have dropped.
    fn leave_for(&mut self, thread: ThreadId, lock: ObjectId) -> bool {
        let holder = self
            .readers
            .keys()
            .filter(|(held, holder)| *held == lock && may_share(&self.shares, *holder, thread))
            .map(|(_, holder)| *holder)
            .min();
        holder.is_some_and(|holder| self.leave_readers(holder, lock))
    }

    /// The object that stands for the whole lock, where this is a lock.
    fn lock(&self, object: ObjectId) -> Option<ObjectId> {
        match self.roles[object.index()] {
            Role::Mutex | Role::Writers => Some(object),
            Role::Readers(writers) => Some(writers),
            Role::None => None,
        }
    }

    fn name(&self, object: ObjectId) -> String {
        let lock = self.lock(object).unwrap_or(object);
        let info = self.tables.map(|tables| tables.object(lock));
        match info.and_then(|info| info.name.as_ref()) {
            Some(name) => format!("`{name}`"),
            None => format!("lock {}", lock.number()),
        }
    }
}

impl Role {
    /// What an object is.
    pub(crate) fn of(tables: &Tables, object: ObjectId) -> Self {
        let info = tables.object(object);
        let is_other_half = |partner: &ObjectId| {
            let other = tables.objects.get(partner.index());
            other.is_some_and(|other| {
                let halves = matches!(
                    (info.class, other.class),
                    (ObjectClass::RwLock, ObjectClass::RwLockReaders)
                        | (ObjectClass::RwLockReaders, ObjectClass::RwLock)
                );
                halves && other.partner == Some(object)
            })
        };
        Self::guessed(info.class, info.partner.filter(is_other_half))
    }

    /// The same of one whose partner, if any, is taken to be what it should be.
    pub(crate) fn guessed(class: ObjectClass, partner: Option<ObjectId>) -> Self {
        match class {
            ObjectClass::Mutex => Self::Mutex,
            ObjectClass::RwLock => partner.map_or(Self::None, |_| Self::Writers),
            ObjectClass::RwLockReaders => partner.map_or(Self::None, Self::Readers),
            ObjectClass::Atomic
            | ObjectClass::ChannelSlot
            | ObjectClass::ChannelClose
            | ObjectClass::Barrier
            | ObjectClass::Once
            | ObjectClass::WaitGroup
            | ObjectClass::Park
            | ObjectClass::Arc
            | ObjectClass::Scope
            | ObjectClass::Tag => Self::None,
        }
    }
}

/// Whether one may drop a guard of the other: both may be the same OS thread.
fn may_share(shares: &[bool], one: ThreadId, other: ThreadId) -> bool {
    [one, other]
        .into_iter()
        .any(|thread| shares.get(thread.index()).is_some_and(|it| *it))
}

/// Whether a thread may be the same OS thread as another.
pub(crate) fn shares(origin: ThreadOrigin) -> bool {
    matches!(origin, ThreadOrigin::Task | ThreadOrigin::Destructors)
}

/// What no lock allows.
enum Misuse {
    TakenTwice(ThreadId),
    ReadersLeft,
    NotTaken,
    HeldBy(ThreadId),
    HeldByNoOne,
    NotRead,
}

impl Misuse {
    fn tell(&self, lock: &str) -> String {
        match self {
            Self::TakenTwice(holder) => {
                format!(
                    "expected {lock} to be free, thread {} holds it",
                    holder.number()
                )
            }
            Self::ReadersLeft => format!("expected the readers of {lock} to have left"),
            Self::NotTaken => format!("expected to take {lock} before waiting for its readers"),
            Self::HeldBy(holder) => {
                format!(
                    "expected to hold {lock}, thread {} holds it",
                    holder.number()
                )
            }
            Self::HeldByNoOne => format!("expected to hold {lock}, no one holds it"),
            Self::NotRead => format!("expected to hold {lock} as a reader"),
        }
    }
}
