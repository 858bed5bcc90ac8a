//! Which events touch memory, and which of them conflict.

use racegate_eventlog::{EventKind, Extent};

/// What an event does to memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// How it touches it.
    pub kind: AccessKind,
    /// What it touches.
    pub extent: Extent,
}

/// Read or write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccessKind {
    /// A read.
    Read,
    /// A write.
    Write,
}

impl AccessKind {
    /// Whether two accesses of one location race when they are unordered.
    #[must_use]
    pub fn conflicts_with(self, other: Self) -> bool {
        (self, other) != (Self::Read, Self::Read)
    }
}

impl Access {
    /// What an event accesses; none for an event that is no access.
    #[must_use]
    pub fn of(kind: EventKind) -> Option<Self> {
        match kind {
            EventKind::Read(extent) => Some(Self {
                kind: AccessKind::Read,
                extent,
            }),
            EventKind::Write(extent) => Some(Self {
                kind: AccessKind::Write,
                extent,
            }),
            EventKind::Forget(_)
            | EventKind::Acquire(_)
            | EventKind::Release(_)
            | EventKind::ReleaseMerge(_)
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
            | EventKind::Mark(_) => None,
        }
    }
}
