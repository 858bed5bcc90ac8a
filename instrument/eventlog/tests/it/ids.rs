//! Events that name what is in no table are refused, each with its place.

use racegate_eventlog::validate::validate;
use racegate_eventlog::{
    Event, EventKind, Extent, FenceOrdering, Integrity, LoadOrdering, Location, LockMode, NameId,
    ObjectClass, ObjectId, ObjectInfo, RmwOrdering, StackId, StoreOrdering, Tables, ThreadId,
    ThreadInfo,
};

/// Two threads, a cell of two parts and one of one, one object, one name.
fn tables() -> Tables {
    let mut tables = Tables::default();
    tables.threads.resize_with(2, ThreadInfo::default);
    tables.add_cell(None, None, StackId::EMPTY, 2);
    tables.add_cell(None, None, StackId::EMPTY, 1);
    tables.add_object(ObjectInfo {
        class: ObjectClass::Tag,
        name: None,
        type_name: None,
        created_at: StackId::EMPTY,
        partner: None,
    });
    tables.names.push("name".to_owned());
    tables
}

fn refusal(thread: u32, stack: u32, kind: EventKind) -> Option<String> {
    let event = Event {
        thread: ThreadId::new(thread),
        stack: StackId::new(stack),
        kind,
    };
    let trace = validate(vec![event], tables(), Integrity::default());
    trace.err().map(|error| error.to_string())
}

fn extent(first: u32, parts: u32) -> Extent {
    Extent::new(Location::new(first), parts)
}

/// Every kind that names an object, a name, a location or a thread.
fn naming(index: u32) -> Vec<EventKind> {
    let object = ObjectId::new(index);
    let name = NameId::new(index);
    vec![
        EventKind::Acquire(object),
        EventKind::Release(object),
        EventKind::ReleaseMerge(object),
        EventKind::Exchange(object),
        EventKind::Load(object, LoadOrdering::Relaxed),
        EventKind::Store(object, StoreOrdering::Relaxed),
        EventKind::Rmw(object, RmwOrdering::Relaxed),
        EventKind::Request(object, LockMode::Read),
        EventKind::BlockBegin(name),
        EventKind::BlockEnd(name),
        EventKind::Mark(name),
    ]
}

#[test]
fn what_is_in_no_table_is_refused() {
    for kind in naming(0) {
        assert_eq!(refusal(0, 0, kind), None, "{kind:?}");
    }
    for kind in naming(1) {
        let told = refusal(0, 0, kind).unwrap_or_else(|| panic!("{kind:?} is accepted"));
        assert!(
            told.starts_with("event 0 of thread 0: expected a known "),
            "{told}"
        );
        assert!(told.ends_with(": 1 is not below 1"), "{told}");
    }
    let fence = EventKind::Fence(FenceOrdering::Acquire);
    assert_eq!(refusal(1, 0, fence), None);
    assert_eq!(
        refusal(2, 0, fence).as_deref(),
        Some("event 0 of thread 2: expected a known thread: 2 is not below 2")
    );
    assert_eq!(
        refusal(0, 1, fence).as_deref(),
        Some("event 0 of thread 0: expected a known stack: 1 is not below 1")
    );
    assert_eq!(refusal(0, 0, EventKind::Fork(ThreadId::new(1))), None);
    for kind in [EventKind::Fork, EventKind::Join] {
        let told = refusal(0, 0, kind(ThreadId::new(2)));
        let expected = "event 0 of thread 0: expected a known thread: 2 is not below 2";
        assert_eq!(told.as_deref(), Some(expected));
    }
}

#[test]
fn an_access_of_two_cells_or_of_none_is_refused() {
    for kind in [EventKind::Read, EventKind::Write, EventKind::Forget] {
        for inside in [extent(0, 2), extent(1, 1), extent(2, 1), extent(2, 0)] {
            assert_eq!(refusal(0, 0, kind(inside)), None, "{inside:?}");
        }
        for (outside, what) in [
            (extent(1, 2), "expected an access inside one cell"),
            (extent(3, 1), "expected a known location: 3 is not below 3"),
            (extent(2, 2), "expected a known location: 3 is not below 3"),
            (extent(3, 0), "expected a known location: 3 is not below 3"),
        ] {
            let told = refusal(0, 0, kind(outside));
            let expected = format!("event 0 of thread 0: {what}");
            assert_eq!(told, Some(expected), "{outside:?}");
        }
    }
}
