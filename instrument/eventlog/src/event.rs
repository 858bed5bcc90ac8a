//! The verbs of the log.
//!
//! Each verb has one clock rule, told on its variant: `C` is the clock of the
//! event's thread, `L` that of the object, `⊔` the pointwise maximum, and *tick*
//! the step of the thread's own component. Most new wrappers need no new verb.

use crate::id::{Extent, NameId, ObjectId, StackId, ThreadId};

/// A [mark](EventKind::Mark) with this prefix begins the test that is named after it.
pub const TEST_MARK: &str = "test ";

/// One step of one thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Whose step it is.
    pub thread: ThreadId,
    /// Where in the program it was taken.
    pub stack: StackId,
    /// What was done.
    pub kind: EventKind,
}

/// What an event does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A read of one or more locations: check, then record the epoch.
    Read(Extent),
    /// A write of one or more locations: check, then record the epoch.
    Write(Extent),
    /// From here on these locations are new memory: no access before this one
    /// conflicts with any after it. No access itself, and no edge.
    Forget(Extent),
    /// `C ⊔= L`: lock, a receive that sees the close, once seen, barrier leave, park.
    Acquire(ObjectId),
    /// `L := C`, tick: unlock, once done, unpark.
    Release(ObjectId),
    /// `L ⊔= C`, tick: read-unlock, barrier arrive, wait-group done.
    ReleaseMerge(ObjectId),
    /// `(L, C) := (C, C ⊔ L)`, tick: a channel slot, on send and on receive.
    Exchange(ObjectId),
    /// An atomic load (also a failed compare-exchange, with its failure ordering).
    /// Where the atomic [has memory](crate::Tables::memory), this is an atomic read of
    /// it, and stores and read-modify-writes are atomic writes. Each happens after what
    /// it acquires and before what acquires it.
    Load(ObjectId, LoadOrdering),
    /// An atomic store. A plain store ends any release sequence (C++20).
    Store(ObjectId, StoreOrdering),
    /// An atomic read-modify-write. It continues a release sequence.
    Rmw(ObjectId, RmwOrdering),
    /// A fence.
    Fence(FenceOrdering),
    /// `C_child ⊔= C`, tick: recorded by the parent before the child starts.
    Fork(ThreadId),
    /// The first event of a thread.
    Begin,
    /// The thread's closure returned. What follows is not ordered before a join.
    End,
    /// `C ⊔= C_child`: recorded by the joiner after the child ended.
    Join(ThreadId),
    /// About to block on the object: no edge, for deadlock and contention reports.
    /// Where the object [has memory](crate::Tables::memory), an atomic write of it.
    Request(ObjectId, LockMode),
    /// A declared atomic block begins: no edge.
    BlockBegin(NameId),
    /// A declared atomic block ends: no edge.
    BlockEnd(NameId),
    /// A named point, such as the begin or end of a test: no edge.
    Mark(NameId),
}

impl EventKind {
    /// The synchronisation object that is named, if one is.
    ///
    /// ```
    /// use racegate_eventlog::{EventKind, ObjectId};
    ///
    /// let lock = ObjectId::new(3);
    /// assert_eq!(EventKind::Acquire(lock).object(), Some(lock));
    /// assert_eq!(EventKind::Begin.object(), None);
    /// ```
    #[must_use]
    pub fn object(self) -> Option<ObjectId> {
        match self {
            Self::Acquire(object)
            | Self::Release(object)
            | Self::ReleaseMerge(object)
            | Self::Exchange(object)
            | Self::Load(object, _)
            | Self::Store(object, _)
            | Self::Rmw(object, _)
            | Self::Request(object, _) => Some(object),
            Self::Read(_)
            | Self::Write(_)
            | Self::Forget(_)
            | Self::Fence(_)
            | Self::Fork(_)
            | Self::Begin
            | Self::End
            | Self::Join(_)
            | Self::BlockBegin(_)
            | Self::BlockEnd(_)
            | Self::Mark(_) => None,
        }
    }
}

/// How a lock is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LockMode {
    /// Shared with other readers.
    Read,
    /// Alone.
    Write,
}

/// The orderings a load may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LoadOrdering {
    /// No edge by itself; a later acquire fence may make one.
    Relaxed,
    /// Acquires what the store that was read released.
    Acquire,
    /// As acquire, in the single total order.
    SeqCst,
}

/// The orderings a store may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StoreOrdering {
    /// No edge by itself; an earlier release fence may make one.
    Relaxed,
    /// Releases to every load that reads it.
    Release,
    /// As release, in the single total order.
    SeqCst,
}

/// The orderings a read-modify-write may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RmwOrdering {
    /// Neither side.
    Relaxed,
    /// The load acquires.
    Acquire,
    /// The store releases.
    Release,
    /// Both sides.
    AcqRel,
    /// Both sides, in the single total order.
    SeqCst,
}

/// The orderings a fence may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FenceOrdering {
    /// Acquires what earlier relaxed loads of this thread read.
    Acquire,
    /// Lets later relaxed stores of this thread release what came before it.
    Release,
    /// Acquire, then release.
    AcqRel,
    /// Both. Its place among its like tells what loads may read, and makes no edge.
    SeqCst,
}
