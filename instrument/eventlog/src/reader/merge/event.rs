//! What a record becomes once the ids of its process are those of the trace.

use crate::event::{Event, EventKind};
use crate::id::{Extent, ObjectId, StackId, ThreadId};
use crate::reader::definitions::Definitions;
use crate::record::{MemoryVerb, NoteVerb, Record, SyncVerb, ThreadVerb};

/// The event that a thread's record tells of; none for an access that cannot be used.
pub(in crate::reader) fn event(
    definitions: &Definitions,
    thread: ThreadId,
    record: &Record,
) -> Option<Event> {
    let (stack, kind) = kind(definitions, record)?;
    Some(Event {
        thread,
        stack: definitions.stack(stack),
        kind,
    })
}

fn kind(definitions: &Definitions, record: &Record) -> Option<(StackId, EventKind)> {
    Some(match *record {
        Record::Access {
            write,
            stack,
            cell,
            parts,
            ..
        } => (stack, access(write, definitions.extent(cell, parts))),
        Record::Memory {
            verb,
            stack,
            address,
            length,
            generation,
        } => {
            let (memory, tables) = (definitions.memory(), definitions.tables());
            let extent = memory.extent(tables, address, length, generation)?;
            (stack, bytes(verb, extent))
        }
        Record::Forget {
            stack, cell, parts, ..
        } => (stack, EventKind::Forget(definitions.extent(cell, parts))),
        Record::Sync {
            verb,
            stack,
            object,
            stamp: _,
        } => (stack, sync(verb, definitions.object(object))),
        Record::Fence { stack, ordering } => (stack, EventKind::Fence(ordering)),
        Record::Thread {
            verb,
            stack,
            thread,
        } => (stack, life(verb, thread)),
        Record::Note { verb, stack } => (stack, note(definitions, verb)),
    })
}

fn access(write: bool, extent: Extent) -> EventKind {
    if write {
        EventKind::Write(extent)
    } else {
        EventKind::Read(extent)
    }
}

fn bytes(verb: MemoryVerb, extent: Extent) -> EventKind {
    match verb {
        MemoryVerb::Read => EventKind::Read(extent),
        MemoryVerb::Write => EventKind::Write(extent),
        MemoryVerb::Forget => EventKind::Forget(extent),
    }
}

pub(in crate::reader) fn sync(verb: SyncVerb, object: ObjectId) -> EventKind {
    match verb {
        SyncVerb::Acquire => EventKind::Acquire(object),
        SyncVerb::Release => EventKind::Release(object),
        SyncVerb::ReleaseMerge => EventKind::ReleaseMerge(object),
        SyncVerb::Exchange => EventKind::Exchange(object),
        SyncVerb::Load(ordering) => EventKind::Load(object, ordering),
        SyncVerb::Store(ordering) => EventKind::Store(object, ordering),
        SyncVerb::Rmw(ordering) => EventKind::Rmw(object, ordering),
    }
}

fn life(verb: ThreadVerb, thread: ThreadId) -> EventKind {
    match verb {
        ThreadVerb::Fork => EventKind::Fork(thread),
        ThreadVerb::Begin => EventKind::Begin,
        ThreadVerb::End => EventKind::End,
        ThreadVerb::Join => EventKind::Join(thread),
        ThreadVerb::Switch { .. } => unreachable!("a stretch ends at a switch"),
    }
}

fn note(definitions: &Definitions, verb: NoteVerb) -> EventKind {
    match verb {
        NoteVerb::Request(object, mode) => EventKind::Request(definitions.object(object), mode),
        NoteVerb::BlockBegin(name) => EventKind::BlockBegin(name),
        NoteVerb::BlockEnd(name) => EventKind::BlockEnd(name),
        NoteVerb::Mark(name) => EventKind::Mark(name),
    }
}
