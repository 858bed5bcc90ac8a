//! What a session recorded of one synchronisation object, found by its name.

use racegate::Report;
use racegate_eventlog::{EventKind, ObjectClass, ObjectId, ThreadId};

/// What happened to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Acquire,
    Release,
    ReleaseMerge,
    Request,
}

/// The steps of the object of this name, and whose they are, in order. No object of
/// that name has no steps.
pub(crate) fn steps_of(report: &Report, name: &str) -> Vec<(ThreadId, Step)> {
    steps_where(report, |_, object_name| object_name == name)
}

/// The same of one half of an rwlock.
pub(crate) fn steps_of_class(
    report: &Report,
    class: ObjectClass,
    name: &str,
) -> Vec<(ThreadId, Step)> {
    steps_where(report, |of, object_name| of == class && object_name == name)
}

/// The same without whose they are.
pub(crate) fn verbs_of(report: &Report, name: &str) -> Vec<Step> {
    let steps = steps_of(report, name);
    steps.into_iter().map(|(_, step)| step).collect()
}

fn steps_where(
    report: &Report,
    wanted: impl Fn(ObjectClass, &str) -> bool,
) -> Vec<(ThreadId, Step)> {
    let tables = report.trace().tables();
    let is_wanted = |object: ObjectId| {
        let info = tables.object(object);
        wanted(info.class, info.name.as_deref().unwrap_or_default())
    };
    let events = report.trace().events().iter();
    events
        .filter_map(|event| {
            let (object, step) = step(event.kind)?;
            is_wanted(object).then_some((event.thread, step))
        })
        .collect()
}

fn step(kind: EventKind) -> Option<(ObjectId, Step)> {
    match kind {
        EventKind::Acquire(object) => Some((object, Step::Acquire)),
        EventKind::Release(object) => Some((object, Step::Release)),
        EventKind::ReleaseMerge(object) => Some((object, Step::ReleaseMerge)),
        EventKind::Request(object, _) => Some((object, Step::Request)),
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
        | EventKind::BlockBegin(_)
        | EventKind::BlockEnd(_)
        | EventKind::Mark(_) => None,
    }
}

/// What a closure says when it panics.
pub(crate) fn message_of(body: impl FnOnce()) -> String {
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body));
    let payload = panic.expect_err("the closure should panic");
    match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(payload) => (*payload.downcast::<&str>().expect("a text")).to_owned(),
    }
}
