//! What a record becomes once the ids of its process are those of the trace.

use crate::event::{Event, EventKind};
use crate::id::ThreadId;
use crate::reader::definitions::Definitions;
use crate::record::{NoteVerb, Record, SyncVerb, ThreadVerb};

/// The event that a thread's record tells of.
pub(super) fn event(definitions: &mut Definitions, thread: ThreadId, record: &Record) -> Event {
    let (stack, kind) = match *record {
        Record::Access {
            write,
            stack,
            cell,
            parts,
            version: _,
        } => {
            let extent = definitions.extent(cell, parts);
            let kind = if write {
                EventKind::Write(extent)
            } else {
                EventKind::Read(extent)
            };
            (stack, kind)
        }
        Record::Sync {
            verb,
            stack,
            object,
            stamp: _,
        } => {
            let object = definitions.object(object);
            let kind = match verb {
                SyncVerb::Acquire => EventKind::Acquire(object),
                SyncVerb::Release => EventKind::Release(object),
                SyncVerb::ReleaseMerge => EventKind::ReleaseMerge(object),
                SyncVerb::Exchange => EventKind::Exchange(object),
                SyncVerb::Load(ordering) => EventKind::Load(object, ordering),
                SyncVerb::Store(ordering) => EventKind::Store(object, ordering),
                SyncVerb::Rmw(ordering) => EventKind::Rmw(object, ordering),
            };
            (stack, kind)
        }
        Record::Fence { stack, ordering } => (stack, EventKind::Fence(ordering)),
        Record::Thread {
            verb,
            stack,
            thread,
        } => {
            let kind = match verb {
                ThreadVerb::Fork => EventKind::Fork(thread),
                ThreadVerb::Begin => EventKind::Begin,
                ThreadVerb::End => EventKind::End,
                ThreadVerb::Join => EventKind::Join(thread),
                ThreadVerb::Switch { .. } => unreachable!("a stretch ends at a switch"),
            };
            (stack, kind)
        }
        Record::Note { verb, stack } => {
            let kind = match verb {
                NoteVerb::Request(object, mode) => {
                    EventKind::Request(definitions.object(object), mode)
                }
                NoteVerb::BlockBegin(name) => EventKind::BlockBegin(name),
                NoteVerb::BlockEnd(name) => EventKind::BlockEnd(name),
                NoteVerb::Mark(name) => EventKind::Mark(name),
            };
            (stack, kind)
        }
    };
    Event {
        thread,
        stack: definitions.stack(stack),
        kind,
    }
}
