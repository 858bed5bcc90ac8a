//! The events of a report's trace that are on objects of one class.

use racegate::Report;
use racegate_eventlog::{EventKind, ObjectClass, ObjectId, ThreadId};

/// In the merged order, each with its thread.
pub(crate) fn events(report: &Report, class: ObjectClass) -> Vec<(ThreadId, EventKind)> {
    let tables = report.trace().tables();
    let is_wanted = |kind| object(kind).is_some_and(|object| tables.object(object).class == class);
    let events = report.trace().events().iter();
    events
        .filter(|event| is_wanted(event.kind))
        .map(|event| (event.thread, event.kind))
        .collect()
}

fn object(kind: EventKind) -> Option<ObjectId> {
    match kind {
        EventKind::Acquire(object)
        | EventKind::Release(object)
        | EventKind::ReleaseMerge(object)
        | EventKind::Exchange(object)
        | EventKind::Load(object, _)
        | EventKind::Store(object, _)
        | EventKind::Rmw(object, _)
        | EventKind::Request(object, _) => Some(object),
        EventKind::Read(_)
        | EventKind::Write(_)
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
