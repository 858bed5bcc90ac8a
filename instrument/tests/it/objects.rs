//! The events of a report's trace that are on objects of one class.

use racegate::Report;
use racegate_eventlog::{EventKind, ObjectClass, ThreadId};

/// In the merged order, each with its thread.
pub(crate) fn events(report: &Report, class: ObjectClass) -> Vec<(ThreadId, EventKind)> {
    let tables = report.trace().tables();
    let is_wanted = |kind: EventKind| {
        kind.object()
            .is_some_and(|object| tables.object(object).class == class)
    };
    let events = report.trace().events().iter();
    events
        .filter(|event| is_wanted(event.kind))
        .map(|event| (event.thread, event.kind))
        .collect()
}
