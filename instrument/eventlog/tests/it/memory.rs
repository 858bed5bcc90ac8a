//! Bytes that are no cell, and the memory of objects, in recorded logs.

use racegate_eventlog::reader::LogImage;
use racegate_eventlog::record::{Definition, MemoryVerb, ObjectKey, Record, SyncVerb};
use racegate_eventlog::text::{TextForm, parse};
use racegate_eventlog::writer::write_log;
use racegate_eventlog::{
    CellPlace, EventKind, LoadOrdering, StackId, ThreadId, ThreadOrigin, Trace,
};

use crate::opinions::read_image;
use crate::recorded::{Stream, image};

fn bytes(verb: MemoryVerb, address: u64, length: u64, generation: u64) -> Record {
    Record::Memory {
        verb,
        stack: StackId::EMPTY,
        address,
        length,
        generation,
    }
}

/// Two threads that nobody forked: the first takes over what the second freed.
fn handed_over() -> (Stream, Stream) {
    let (mut heir, mut owner) = (Stream::new(0), Stream::new(1));
    heir.switch(0, 0)
        .record(bytes(MemoryVerb::Write, 64, 8, 1))
        .record(bytes(MemoryVerb::Read, 64, 8, 1));
    owner
        .switch(1, 0)
        .record(bytes(MemoryVerb::Write, 64, 8, 0))
        .record(bytes(MemoryVerb::Forget, 64, 8, 1));
    (heir, owner)
}

/// Whose event, and the first letter of its verb.
fn verbs(trace: &Trace) -> Vec<(u32, char)> {
    let verb = |kind: EventKind| format!("{kind:?}").to_lowercase().chars().next();
    let events = trace.events().iter();
    let told = events.map(|event| (event.thread.number(), verb(event.kind)));
    told.map(|(thread, verb)| (thread, verb.unwrap_or_default()))
        .collect()
}

#[test]
fn memory_is_used_again_only_after_it_was_forgotten() {
    let (mut heir, mut owner) = handed_over();
    let trace = read_image(&image(vec![heir.seal(), owner.seal()], [])).unwrap();
    assert_eq!(verbs(&trace), [(1, 'w'), (1, 'f'), (0, 'w'), (0, 'r')]);
    assert!(trace.integrity().is_complete());
}

#[test]
fn without_the_forgetting_later_accesses_are_dropped_and_counted() {
    let (mut heir, mut owner) = handed_over();
    owner.header.dropped_sync = 1;
    let trace = read_image(&image(vec![heir.seal(), owner.seal()], [])).unwrap();
    // The chunk that counts the loss is used no further, so the forgetting is not there.
    assert_eq!(verbs(&trace), []);
    assert_eq!(trace.integrity().dropped_accesses, 2);
}

#[test]
fn another_logs_forgettings_are_no_loss() {
    let mut stream = Stream::new(0);
    stream
        .switch(0, 0)
        .record(bytes(MemoryVerb::Write, 64, 8, 40))
        .record(bytes(MemoryVerb::Forget, 64, 8, 43))
        .record(bytes(MemoryVerb::Write, 64, 8, 50));
    let trace = read_image(&image(vec![stream.seal()], [])).unwrap();
    assert_eq!(verbs(&trace), [(0, 'w'), (0, 'f'), (0, 'w')]);
    assert_eq!(trace.integrity().dropped_accesses, 0);
}

#[test]
fn an_access_to_an_object_is_one_of_its_memory() {
    let mut stream = Stream::new(0);
    stream
        .switch(0, 0)
        .sync(SyncVerb::Load(LoadOrdering::Relaxed), 5, 1)
        .record(Record::Access {
            write: true,
            stack: StackId::EMPTY,
            cell: ObjectKey::new(5),
            parts: 1,
            version: None,
            more: false,
        });
    let trace = read_image(&image(vec![stream.seal()], [])).unwrap();
    let EventKind::Load(atomic, _) = trace.events()[0].kind else {
        panic!("{:?}", trace.events()[0]);
    };
    let memory = trace
        .tables()
        .memory(atomic)
        .expect("it is accessed plainly");
    assert_eq!(trace.events()[1].kind, EventKind::Write(memory));
    let (cell, _) = trace.tables().cell_of(memory.first());
    let place = &trace.tables().cell(cell).place;
    assert_eq!(place, &CellPlace::Object(atomic));
}

#[test]
fn no_bytes_are_dropped_for_the_versions_of_a_cell() {
    // A write of several parts has no version. Merged early, it hides which write the
    // read waits for; the read has to go first without it, not the bytes.
    let text = "|cell(c,2)\nA|w(c[1])\nB|w(c)\nA|r(c[1])\nA|forget(8,8)\nT|wmem(8,8)\n";
    for order in [
        ["T", "B", "A"],
        ["B", "T", "A"],
        ["A", "B", "T"],
        ["T", "A", "B"],
    ] {
        // The first thread to be named has the lowest number.
        let named: String = order.map(|name| format!("{name}|begin\n")).concat();
        let trace = parse(format!("{named}{text}").as_bytes(), TextForm::Rgt).unwrap();
        let sealed = write_log(&trace);
        let windows = Vec::new();
        let read = read_image(&LogImage { sealed, windows }).unwrap();
        assert_eq!(read.events().len(), trace.events().len(), "{order:?}");
    }
}

#[test]
fn without_the_owners_stream_later_accesses_are_dropped_and_counted() {
    let (mut heir, _) = handed_over();
    let mut lossy = Stream::new(1);
    lossy.switch(1, 0);
    lossy.header.dropped_sync = 1;
    let trace = read_image(&image(vec![heir.seal(), lossy.seal()], [])).unwrap();
    assert_eq!(verbs(&trace), []);
    assert_eq!(trace.integrity().dropped_accesses, 2);
}

#[test]
fn what_is_lost_elsewhere_does_not_make_a_forgetting_doubtful() {
    let (mut heir, mut owner) = handed_over();
    // Where something is lost, a thread of which nothing is known may lack its fork.
    owner.define(&Definition::Thread {
        thread: ThreadId::new(1),
        origin: ThreadOrigin::Foreign,
        name: String::new(),
    });
    let mut lossy = Stream::new(2);
    lossy.switch(2, 0);
    lossy.header.dropped_sync = 1;
    let chunks = vec![heir.seal(), owner.seal(), lossy.seal()];
    let trace = read_image(&image(chunks, [])).unwrap();
    assert_eq!(verbs(&trace), [(1, 'w'), (1, 'f'), (0, 'w'), (0, 'r')]);
    assert_eq!(trace.integrity().dropped_accesses, 0);
}

#[test]
fn a_name_of_bytes_says_where_it_was_given() {
    let mut stream = Stream::new(0);
    // Defined the other way round, so that no id stays what it was.
    for (id, line) in [(9, 90), (4, 40)] {
        stream.define(&Definition::Site {
            id: StackId::new(id),
            parent: StackId::EMPTY,
            file: "src/arena.rs".to_owned(),
            line,
            column: 5,
        });
    }
    stream
        .define(&Definition::Memory {
            address: 64,
            length: 64,
            named_at: StackId::new(4),
            name: "arena".to_owned(),
        })
        .switch(0, 0)
        .record(bytes(MemoryVerb::Write, 72, 8, 0));
    let trace = read_image(&image(vec![stream.seal()], [])).unwrap();
    let arena = &trace.tables().cells[0];
    assert_eq!(arena.name.as_deref(), Some("arena"));
    let named_at = trace.tables().stacks.site(arena.created_at);
    assert_eq!(named_at.map(|site| site.line), Some(40));
}
