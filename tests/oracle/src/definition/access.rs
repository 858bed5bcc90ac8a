//! Which events touch memory, and which of them conflict.

use racegate_eventlog::{EventKind, Extent, LockMode, Tables};

/// What an event does to memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// How it touches it.
    pub kind: AccessKind,
    /// What it touches.
    pub extent: Extent,
    /// Whether it reads a value that was written.
    pub takes_value: bool,
    /// Whether it writes a value.
    pub gives_value: bool,
}

/// Read or write, plain or atomic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccessKind {
    /// A plain read.
    Read,
    /// A plain write.
    Write,
    /// An atomic read.
    AtomicRead,
    /// An atomic write, or a read-modify-write.
    AtomicWrite,
}

impl AccessKind {
    /// Whether two accesses of one location race when they are unordered: not if both
    /// read, nor if both are atomic.
    #[must_use]
    pub fn conflicts_with(self, other: Self) -> bool {
        use AccessKind::{AtomicRead, AtomicWrite, Read, Write};
        match (self, other) {
            (Write, _) | (_, Write) => true,
            (Read, AtomicWrite) | (AtomicWrite, Read) => true,
            (Read | AtomicRead, Read | AtomicRead) => false,
            (AtomicWrite, AtomicRead | AtomicWrite) | (AtomicRead, AtomicWrite) => false,
        }
    }

    /// Whether it is atomic.
    #[must_use]
    pub fn is_atomic(self) -> bool {
        match self {
            Self::AtomicRead | Self::AtomicWrite => true,
            Self::Read | Self::Write => false,
        }
    }
}

impl Access {
    /// What an event accesses; none for an event that is no access.
    ///
    /// An operation on an object that has memory is an atomic access of it. To wait for
    /// such an object excludes its use, but moves no value.
    #[must_use]
    pub fn of(kind: EventKind, tables: &Tables) -> Option<Self> {
        let access = |kind, extent, [takes_value, gives_value]: [bool; 2]| Self {
            kind,
            extent,
            takes_value,
            gives_value,
        };
        let of = |kind, object, values| Some(access(kind, tables.memory(object)?, values));
        let (read, write) = (AccessKind::AtomicRead, AccessKind::AtomicWrite);
        match kind {
            EventKind::Read(extent) => Some(access(AccessKind::Read, extent, [true, false])),
            EventKind::Write(extent) => Some(access(AccessKind::Write, extent, [false, true])),
            EventKind::Load(object, _) => of(read, object, [true, false]),
            EventKind::Store(object, _) => of(write, object, [false, true]),
            EventKind::Rmw(object, _) => of(write, object, [true, true]),
            EventKind::Request(object, LockMode::Read) => of(read, object, [false, false]),
            EventKind::Request(object, LockMode::Write) => of(write, object, [false, false]),
            EventKind::Forget(_)
            | EventKind::Acquire(_)
            | EventKind::Release(_)
            | EventKind::ReleaseMerge(_)
            | EventKind::Exchange(_)
            | EventKind::Fence(_)
            | EventKind::Fork(_)
            | EventKind::Begin
            | EventKind::End
            | EventKind::Join(_)
            | EventKind::BlockBegin(_)
            | EventKind::BlockEnd(_)
            | EventKind::Mark(_) => None,
        }
    }
}
