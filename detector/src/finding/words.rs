//! The words for what threads do: one table for every class of object.

use racegate_eventlog::{
    Event, EventKind, FenceOrdering, LoadOrdering, ObjectClass, ObjectId, RmwOrdering,
    StoreOrdering, Trace,
};

use super::AccessKind;
use super::stacks::Stacks;

/// What a class of object is called.
pub(super) fn class(class: ObjectClass) -> &'static str {
    match class {
        ObjectClass::Mutex => "Mutex",
        ObjectClass::RwLock | ObjectClass::RwLockReaders => "RwLock",
        ObjectClass::Atomic => "Atomic",
        ObjectClass::ChannelSlot | ObjectClass::ChannelClose => "channel",
        ObjectClass::Barrier => "Barrier",
        ObjectClass::Once => "Once",
        ObjectClass::WaitGroup => "WaitGroup",
        ObjectClass::Scope => "scope",
        ObjectClass::Park => "park token",
        ObjectClass::Arc => "Arc",
        ObjectClass::Tag => "tag",
    }
}

/// What an access is called in a report, where it is of an object that is misused.
pub(super) fn access(misused: Option<ObjectClass>, kind: AccessKind) -> &'static str {
    match (misused, kind) {
        (None, AccessKind::Read) => "READ",
        (None, AccessKind::Write) => "WRITE",
        (None, AccessKind::AtomicRead) => "ATOMIC READ",
        (None, AccessKind::AtomicWrite) => "ATOMIC WRITE",
        (Some(ObjectClass::WaitGroup), AccessKind::Read) => "ADD FROM ZERO",
        (Some(_), AccessKind::Read) => "USE",
        (Some(_), AccessKind::Write) => "EXCLUSIVE USE",
        (Some(_), AccessKind::AtomicRead | AccessKind::AtomicWrite) => "WAIT",
    }
}

/// What a thread would do to learn what was released: "T2 does not … before (2)".
pub(super) fn to_acquire(class: ObjectClass) -> &'static str {
    match class {
        ObjectClass::Mutex | ObjectClass::RwLock | ObjectClass::RwLockReaders => "lock",
        ObjectClass::Atomic => "load",
        ObjectClass::ChannelSlot => "use that slot of",
        ObjectClass::ChannelClose => "see the close of",
        ObjectClass::Barrier => "leave",
        ObjectClass::Once => "look at",
        ObjectClass::WaitGroup | ObjectClass::Scope | ObjectClass::Tag => "wait for",
        ObjectClass::Park => "park on",
        ObjectClass::Arc => "drop the last of",
    }
}

/// Whether the type of an object's owner says more than its class does.
pub(super) fn type_tells(class: ObjectClass) -> bool {
    match class {
        ObjectClass::Mutex
        | ObjectClass::RwLock
        | ObjectClass::RwLockReaders
        | ObjectClass::Atomic
        | ObjectClass::Once
        | ObjectClass::Arc => true,
        ObjectClass::ChannelSlot
        | ObjectClass::ChannelClose
        | ObjectClass::Barrier
        | ObjectClass::WaitGroup
        | ObjectClass::Scope
        | ObjectClass::Park
        | ObjectClass::Tag => false,
    }
}

/// Whether an event can hand on what its thread did before.
pub(super) fn releases(kind: EventKind) -> bool {
    match kind {
        EventKind::Release(_)
        | EventKind::ReleaseMerge(_)
        | EventKind::Exchange(_)
        | EventKind::Fork(_)
        | EventKind::End => true,
        EventKind::Store(_, ordering) => ordering != StoreOrdering::Relaxed,
        EventKind::Rmw(_, ordering) => match ordering {
            RmwOrdering::Relaxed | RmwOrdering::Acquire => false,
            RmwOrdering::Release | RmwOrdering::AcqRel | RmwOrdering::SeqCst => true,
        },
        EventKind::Fence(ordering) => ordering != FenceOrdering::Acquire,
        EventKind::Read(_)
        | EventKind::Write(_)
        | EventKind::Forget(_)
        | EventKind::Acquire(_)
        | EventKind::Load(..)
        | EventKind::Begin
        | EventKind::Join(_)
        | EventKind::Request(..)
        | EventKind::BlockBegin(_)
        | EventKind::BlockEnd(_)
        | EventKind::Mark(_) => false,
    }
}

/// The object from which an event can learn, if it can learn from any.
pub(super) fn acquired(kind: EventKind) -> Option<ObjectId> {
    match kind {
        EventKind::Acquire(object)
        | EventKind::Exchange(object)
        | EventKind::Load(object, _)
        | EventKind::Rmw(object, _) => Some(object),
        EventKind::Read(_)
        | EventKind::Write(_)
        | EventKind::Forget(_)
        | EventKind::Release(_)
        | EventKind::ReleaseMerge(_)
        | EventKind::Store(..)
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

/// The object that an event works on, if it works on any.
pub(super) fn object_of(kind: EventKind) -> Option<ObjectId> {
    match kind {
        EventKind::Release(object)
        | EventKind::ReleaseMerge(object)
        | EventKind::Store(object, _) => Some(object),
        EventKind::Acquire(_)
        | EventKind::Exchange(_)
        | EventKind::Load(..)
        | EventKind::Rmw(..)
        | EventKind::Read(_)
        | EventKind::Write(_)
        | EventKind::Forget(_)
        | EventKind::Fence(_)
        | EventKind::Fork(_)
        | EventKind::Begin
        | EventKind::End
        | EventKind::Join(_)
        | EventKind::Request(..)
        | EventKind::BlockBegin(_)
        | EventKind::BlockEnd(_)
        | EventKind::Mark(_) => acquired(kind),
    }
}

/// Whether an event is the last of its thread that others wait for: its end, or its
/// return to the scope it was spawned in.
pub(super) fn is_end(trace: &Trace, event: usize) -> bool {
    let kind = trace.events()[event].kind;
    let class = object_of(kind).map(|object| trace.tables().object(object).class);
    kind == EventKind::End || (class == Some(ObjectClass::Scope) && releases(kind))
}

impl Stacks<'_> {
    /// An event as a noun: ``unlock of `log` ``.
    pub(super) fn deed(self, event: &Event) -> String {
        let of = |deed: &str, object: ObjectId| format!("{deed} {}", self.quoted(object));
        match event.kind {
            EventKind::Acquire(object) => of(self.acquiring(object), object),
            EventKind::Release(object) => of(self.releasing(object), object),
            EventKind::ReleaseMerge(object) => of(self.releasing(object), object),
            EventKind::Exchange(object) => of("send or receive on", object),
            EventKind::Load(object, ordering) => of(&format!("{} load of", load(ordering)), object),
            EventKind::Store(object, ordering) => {
                of(&format!("{} store to", store(ordering)), object)
            }
            EventKind::Rmw(object, ordering) => {
                of(&format!("{} read-modify-write of", rmw(ordering)), object)
            }
            EventKind::Fence(ordering) => format!("{} fence", fence(ordering)),
            EventKind::Fork(child) => format!("spawn of T{}", child.number()),
            EventKind::Join(child) => format!("join of T{}", child.number()),
            EventKind::Begin => format!("begin of T{}", event.thread.number()),
            EventKind::End => format!("end of T{}", event.thread.number()),
            EventKind::Read(_) => "read".to_owned(),
            EventKind::Write(_) => "write".to_owned(),
            EventKind::Forget(_) => "end of that memory".to_owned(),
            EventKind::Request(object, _) => of("request of", object),
            EventKind::BlockBegin(_) | EventKind::BlockEnd(_) => "atomic block".to_owned(),
            EventKind::Mark(_) => "mark".to_owned(),
        }
    }

    fn acquiring(self, object: ObjectId) -> &'static str {
        match self.tables.object(object).class {
            ObjectClass::Mutex | ObjectClass::RwLock | ObjectClass::RwLockReaders => "lock of",
            ObjectClass::Atomic => "load of",
            ObjectClass::ChannelSlot => "receive on",
            ObjectClass::ChannelClose => "receive that saw the close of",
            ObjectClass::Barrier => "leaving of",
            ObjectClass::Once => "look at the finished",
            ObjectClass::WaitGroup | ObjectClass::Scope | ObjectClass::Tag => "wait for",
            ObjectClass::Park => "park on",
            ObjectClass::Arc => "last drop of",
        }
    }

    fn releasing(self, object: ObjectId) -> &'static str {
        match self.tables.object(object).class {
            ObjectClass::Mutex => "unlock of",
            ObjectClass::RwLock => "write-unlock of",
            ObjectClass::RwLockReaders => "read-unlock of",
            ObjectClass::Atomic => "store to",
            ObjectClass::ChannelSlot => "send on",
            ObjectClass::ChannelClose => "close of",
            ObjectClass::Barrier => "arrival at",
            ObjectClass::Once => "completion of",
            ObjectClass::WaitGroup => "done on",
            ObjectClass::Scope => "return to",
            ObjectClass::Park => "unpark of",
            ObjectClass::Arc => "drop of",
            ObjectClass::Tag => "signal of",
        }
    }
}

/// The ordering of a load.
fn load(ordering: LoadOrdering) -> &'static str {
    match ordering {
        LoadOrdering::Relaxed => "Relaxed",
        LoadOrdering::Acquire => "Acquire",
        LoadOrdering::SeqCst => "SeqCst",
    }
}

/// The ordering of a store.
fn store(ordering: StoreOrdering) -> &'static str {
    match ordering {
        StoreOrdering::Relaxed => "Relaxed",
        StoreOrdering::Release => "Release",
        StoreOrdering::SeqCst => "SeqCst",
    }
}

/// The ordering of a read-modify-write.
fn rmw(ordering: RmwOrdering) -> &'static str {
    match ordering {
        RmwOrdering::Relaxed => "Relaxed",
        RmwOrdering::Acquire => "Acquire",
        RmwOrdering::Release => "Release",
        RmwOrdering::AcqRel => "AcqRel",
        RmwOrdering::SeqCst => "SeqCst",
    }
}

fn fence(ordering: FenceOrdering) -> &'static str {
    match ordering {
        FenceOrdering::Acquire => "Acquire",
        FenceOrdering::Release => "Release",
        FenceOrdering::AcqRel => "AcqRel",
        FenceOrdering::SeqCst => "SeqCst",
    }
}
