//! Clock rules that are bent, one at a time: what a wrong engine would find. Each is
//! the definition itself, asked about other verbs than the trace has.

use oracle::definition::{Order, Race, races};
use racegate_eventlog::validate::validate;
use racegate_eventlog::{
    Event, EventKind, Extent, FenceOrdering, Integrity, LoadOrdering, NameId, ObjectClass,
    RmwOrdering, StoreOrdering, Trace,
};

macro_rules! bend {
    ($event:expr, $verb:pat => $other:expr) => {
        if let $verb = $event { $other } else { $event }
    };
}

/// What is done in place of an event.
pub(crate) type Bend = fn(EventKind) -> EventKind;

/// Every rule that is bent, by what the wrong engine believes.
pub(crate) const BENT: [(&str, Bend); 39] = [
    (
        "a release orders nothing",
        |it| bend!(it, EventKind::Release(_) => NOTHING),
    ),
    (
        "a release adds to what is there",
        |it| bend!(it, EventKind::Release(object) => EventKind::ReleaseMerge(object)),
    ),
    (
        "a release also acquires",
        |it| bend!(it, EventKind::Release(object) => EventKind::Exchange(object)),
    ),
    (
        "an acquire orders nothing",
        |it| bend!(it, EventKind::Acquire(_) => NOTHING),
    ),
    (
        "an acquire also releases",
        |it| bend!(it, EventKind::Acquire(object) => EventKind::Exchange(object)),
    ),
    (
        "a merge orders nothing",
        |it| bend!(it, EventKind::ReleaseMerge(_) => NOTHING),
    ),
    (
        "a merge replaces what is there",
        |it| bend!(it, EventKind::ReleaseMerge(object) => EventKind::Release(object)),
    ),
    (
        "an exchange only acquires",
        |it| bend!(it, EventKind::Exchange(object) => EventKind::Acquire(object)),
    ),
    (
        "an exchange only releases",
        |it| bend!(it, EventKind::Exchange(object) => EventKind::Release(object)),
    ),
    (
        "an exchange only merges",
        |it| bend!(it, EventKind::Exchange(object) => EventKind::ReleaseMerge(object)),
    ),
    (
        "a relaxed load acquires",
        |it| bend!(it, EventKind::Load(object, LoadOrdering::Relaxed) => EventKind::Load(object, LoadOrdering::Acquire)),
    ),
    (
        "an acquire load does not",
        |it| bend!(it, EventKind::Load(object, LoadOrdering::Acquire) => EventKind::Load(object, LoadOrdering::Relaxed)),
    ),
    (
        "a sequentially consistent load does not acquire",
        |it| bend!(it, EventKind::Load(object, LoadOrdering::SeqCst) => EventKind::Load(object, LoadOrdering::Relaxed)),
    ),
    (
        "a relaxed store releases",
        |it| bend!(it, EventKind::Store(object, StoreOrdering::Relaxed) => EventKind::Store(object, StoreOrdering::Release)),
    ),
    (
        "a release store does not",
        |it| bend!(it, EventKind::Store(object, StoreOrdering::Release) => EventKind::Store(object, StoreOrdering::Relaxed)),
    ),
    (
        "a sequentially consistent store does not release",
        |it| bend!(it, EventKind::Store(object, StoreOrdering::SeqCst) => EventKind::Store(object, StoreOrdering::Relaxed)),
    ),
    (
        "a relaxed store goes on with a release sequence",
        |it| bend!(it, EventKind::Store(object, StoreOrdering::Relaxed) => EventKind::Rmw(object, RmwOrdering::Relaxed)),
    ),
    (
        "a release store goes on with a release sequence",
        |it| bend!(it, EventKind::Store(object, StoreOrdering::Release) => EventKind::Rmw(object, RmwOrdering::Release)),
    ),
    (
        "a relaxed read-modify-write ends a release sequence",
        |it| bend!(it, EventKind::Rmw(object, RmwOrdering::Relaxed) => EventKind::Store(object, StoreOrdering::Relaxed)),
    ),
    (
        "a relaxed read-modify-write does both",
        |it| bend!(it, EventKind::Rmw(object, RmwOrdering::Relaxed) => EventKind::Rmw(object, RmwOrdering::AcqRel)),
    ),
    (
        "an acquire read-modify-write does not",
        |it| bend!(it, EventKind::Rmw(object, RmwOrdering::Acquire) => EventKind::Rmw(object, RmwOrdering::Relaxed)),
    ),
    (
        "a release read-modify-write does not",
        |it| bend!(it, EventKind::Rmw(object, RmwOrdering::Release) => EventKind::Rmw(object, RmwOrdering::Relaxed)),
    ),
    (
        "a read-modify-write that does both only releases",
        |it| bend!(it, EventKind::Rmw(object, RmwOrdering::AcqRel) => EventKind::Rmw(object, RmwOrdering::Release)),
    ),
    (
        "a sequentially consistent read-modify-write only acquires",
        |it| bend!(it, EventKind::Rmw(object, RmwOrdering::SeqCst) => EventKind::Rmw(object, RmwOrdering::Acquire)),
    ),
    (
        "an acquire fence does nothing",
        |it| bend!(it, EventKind::Fence(FenceOrdering::Acquire) => NOTHING),
    ),
    (
        "a release fence does nothing",
        |it| bend!(it, EventKind::Fence(FenceOrdering::Release) => NOTHING),
    ),
    (
        "a fence that does both only acquires",
        |it| bend!(it, EventKind::Fence(FenceOrdering::AcqRel) => EventKind::Fence(FenceOrdering::Acquire)),
    ),
    (
        "a fence that does both only releases",
        |it| bend!(it, EventKind::Fence(FenceOrdering::AcqRel) => EventKind::Fence(FenceOrdering::Release)),
    ),
    (
        "a sequentially consistent fence only acquires",
        |it| bend!(it, EventKind::Fence(FenceOrdering::SeqCst) => EventKind::Fence(FenceOrdering::Acquire)),
    ),
    (
        "a sequentially consistent fence only releases",
        |it| bend!(it, EventKind::Fence(FenceOrdering::SeqCst) => EventKind::Fence(FenceOrdering::Release)),
    ),
    (
        "a fork orders nothing",
        |it| bend!(it, EventKind::Fork(_) => NOTHING),
    ),
    (
        "a join orders nothing",
        |it| bend!(it, EventKind::Join(_) => NOTHING),
    ),
    (
        "a read is a write",
        |it| bend!(it, EventKind::Read(extent) => EventKind::Write(extent)),
    ),
    (
        "a write is a read",
        |it| bend!(it, EventKind::Write(extent) => EventKind::Read(extent)),
    ),
    (
        "memory that was forgotten is old",
        |it| bend!(it, EventKind::Forget(_) => NOTHING),
    ),
    (
        "forgetting is a write",
        |it| bend!(it, EventKind::Forget(extent) => EventKind::Write(extent)),
    ),
    (
        "waiting for an object excludes nobody",
        |it| bend!(it, EventKind::Request(..) => NOTHING),
    ),
    (
        "a range is its first part",
        |it| bend!(it, EventKind::Write(extent) => EventKind::Write(Extent::one(extent.first()))),
    ),
    (
        "a read of a range is one of its first part",
        |it| bend!(it, EventKind::Read(extent) => EventKind::Read(Extent::one(extent.first()))),
    ),
];

/// An event without an edge.
const NOTHING: EventKind = EventKind::Mark(NameId::new(0));

/// The races that the wrong engine finds.
pub(crate) fn bent_races(trace: &Trace, bend: Bend) -> Vec<Race> {
    let mut tables = trace.tables().clone();
    // Bent, a lock need not be one.
    for object in &mut tables.objects {
        object.class = ObjectClass::Tag;
        object.partner = None;
    }
    let events = trace.events().iter().map(|event| Event {
        kind: bend(event.kind),
        ..*event
    });
    let bent = validate(events.collect(), tables, Integrity::default());
    let bent = bent.expect("only locks could be used wrongly");
    races(&bent, Order::HappensBefore)
}
