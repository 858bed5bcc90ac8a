//! An access lies inside one cell.

use racegate_eventlog::validate::validate;
use racegate_eventlog::{
    Event, EventKind, Extent, Integrity, Location, StackId, Tables, ThreadId, ThreadInfo,
};

/// What is said of a write to so many parts from here on, of two cells of two parts.
fn write(first: u32, parts: u32) -> Result<(), String> {
    let mut tables = Tables::default();
    tables.threads.push(ThreadInfo::default());
    for name in ["one", "other"] {
        tables.add_cell(Some(name.to_owned()), None, StackId::EMPTY, 2);
    }
    let write = Event {
        thread: ThreadId::ROOT,
        stack: StackId::EMPTY,
        kind: EventKind::Write(Extent::new(Location::new(first), parts)),
    };
    let trace = validate(vec![write], tables, Integrity::default());
    trace.map(|_| ()).map_err(|error| error.what)
}

#[test]
fn an_access_that_reaches_out_of_its_cell_is_refused() {
    for (first, parts) in [(0, 1), (1, 1), (0, 2), (2, 2), (3, 1)] {
        assert_eq!(write(first, parts), Ok(()), "{parts} from {first} on");
    }
    let into_the_next = "expected an access inside one cell";
    assert_eq!(write(1, 2), Err(into_the_next.to_owned()));
    assert_eq!(write(0, 4), Err(into_the_next.to_owned()));
    let beyond_all = "expected a known location: 4 is not below 4";
    assert_eq!(write(3, 2), Err(beyond_all.to_owned()));
    assert_eq!(write(4, 1), Err(beyond_all.to_owned()));
}
