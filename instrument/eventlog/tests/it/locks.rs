//! Locks as logs show them: held before the log begins, for ever, or by a task.

use racegate_eventlog::reader::{LogImage, ReadError};
use racegate_eventlog::record::{Definition, ObjectKey, SyncVerb, ThreadVerb};
use racegate_eventlog::{ObjectClass, StackId, ThreadId, ThreadOrigin, Trace};

use crate::opinions::read_image;
use crate::recorded::{Stream, image};

const MUTEX: u64 = 10;
const WRITERS: u64 = 11;
const READERS: u64 = 12;

/// A stream that knows a mutex and an rwlock.
fn stream(number: u32) -> Stream {
    let mut stream = Stream::new(number);
    let objects = [
        (MUTEX, ObjectClass::Mutex, None),
        (WRITERS, ObjectClass::RwLock, Some(READERS)),
        (READERS, ObjectClass::RwLockReaders, Some(WRITERS)),
    ];
    for (key, class, partner) in objects {
        define(&mut stream, key, class, partner);
    }
    stream.switch(number, 0);
    stream
}

fn define(stream: &mut Stream, key: u64, class: ObjectClass, partner: Option<u64>) {
    stream.define(&Definition::Object {
        key: ObjectKey::new(key),
        class,
        partner: partner.map(ObjectKey::new),
        created_at: StackId::EMPTY,
        name: String::new(),
        type_name: String::new(),
    });
}

fn read(streams: &[Stream]) -> Result<Trace, ReadError> {
    let windows = streams.iter().map(Stream::window).collect();
    let sealed = image([], []).sealed;
    read_image(&LogImage { sealed, windows })
}

fn refused(streams: &[Stream]) -> String {
    let error = read(streams).expect_err("an impossible history");
    error.to_string()
}

#[test]
fn a_lock_may_be_held_when_the_log_begins() {
    let mut one = stream(0);
    one.stamped(SyncVerb::Release, MUTEX, 8, true)
        .sync(SyncVerb::Acquire, MUTEX, 9)
        .stamped(SyncVerb::ReleaseMerge, READERS, 5, true)
        .stamped(SyncVerb::Acquire, WRITERS, 5, true);
    assert_eq!(read(&[one]).unwrap().events().len(), 4);
}

#[test]
fn what_is_not_known_of_one_lock_is_known_of_another() {
    let mut one = stream(0);
    one.sync(SyncVerb::Acquire, WRITERS, 1)
        .stamped(SyncVerb::Acquire, MUTEX, 8, true)
        .sync(SyncVerb::ReleaseMerge, READERS, 1);
    assert_eq!(read(&[one]).unwrap().events().len(), 3);
}

#[test]
fn a_lock_that_is_new_is_free() {
    let mut one = stream(0);
    one.sync(SyncVerb::Release, MUTEX, 1);
    assert!(
        refused(&[one]).ends_with("event 0 of thread 0: expected to hold lock 0, no one holds it")
    );
}

#[test]
fn a_lock_may_be_held_for_ever() {
    let (mut one, mut two) = (stream(0), stream(1));
    one.sync(SyncVerb::Acquire, MUTEX, 1);
    two.sync(SyncVerb::Acquire, WRITERS, 1);
    assert_eq!(read(&[one, two]).unwrap().events().len(), 2);
}

#[test]
fn a_writer_may_be_merged_before_the_last_reader_has_left() {
    let (mut reader, mut writer) = (stream(1), stream(0));
    reader
        .sync(SyncVerb::Acquire, WRITERS, 1)
        .access(false, 1, Some(1))
        .sync(SyncVerb::ReleaseMerge, READERS, 1);
    writer
        .access(true, 1, Some(1))
        .sync(SyncVerb::Acquire, WRITERS, 2)
        .sync(SyncVerb::Acquire, READERS, 2)
        .sync(SyncVerb::Release, WRITERS, 3);
    let trace = read(&[reader, writer]).unwrap();
    assert_eq!(trace.events().len(), 7);
}

#[test]
fn a_writer_among_readers_is_refused() {
    let (mut reader, mut writer) = (stream(0), stream(1));
    reader.sync(SyncVerb::Acquire, WRITERS, 1);
    writer
        .sync(SyncVerb::Acquire, WRITERS, 2)
        .sync(SyncVerb::Acquire, READERS, 1);
    let told = refused(&[reader, writer]);
    assert!(told.ends_with("thread 1: expected the readers of lock 1 to have left"));
}

#[test]
fn a_writer_that_did_not_take_the_lock_is_refused() {
    let mut one = stream(0);
    one.sync(SyncVerb::Acquire, READERS, 1);
    let told = refused(&[one]);
    assert!(told.ends_with("expected to take lock 1 before waiting for its readers"));
}

#[test]
fn a_guard_may_be_dropped_by_the_task_that_its_thread_became() {
    let log = |origin| {
        let mut one = stream(0);
        one.define(&Definition::Thread {
            thread: ThreadId::new(1),
            origin,
            name: String::new(),
        });
        one.thread(ThreadVerb::Fork, 1)
            .sync(SyncVerb::Acquire, MUTEX, 1)
            .sync(SyncVerb::Acquire, WRITERS, 1)
            .switch(1, 0)
            .sync(SyncVerb::Release, MUTEX, 2)
            .sync(SyncVerb::ReleaseMerge, READERS, 1);
        read(&[one])
    };
    assert_eq!(log(ThreadOrigin::Task).unwrap().events().len(), 5);
    let told = log(ThreadOrigin::Spawned).unwrap_err().to_string();
    assert!(told.ends_with("thread 1: expected to hold lock 0, thread 0 holds it"));
}

#[test]
fn a_task_gives_back_the_lock_that_it_unlocks_and_no_other() {
    let (other_writers, other_readers) = (20, 21);
    let mut one = stream(0);
    for (thread, origin) in [(1, ThreadOrigin::Spawned), (2, ThreadOrigin::Task)] {
        one.define(&Definition::Thread {
            thread: ThreadId::new(thread),
            origin,
            name: String::new(),
        });
    }
    let (class, of_readers) = (ObjectClass::RwLock, ObjectClass::RwLockReaders);
    define(&mut one, other_writers, class, Some(other_readers));
    define(&mut one, other_readers, of_readers, Some(other_writers));
    one.thread(ThreadVerb::Fork, 1)
        .thread(ThreadVerb::Fork, 2)
        .sync(SyncVerb::Acquire, other_writers, 1)
        .switch(1, 0)
        .sync(SyncVerb::Acquire, WRITERS, 1)
        .switch(2, 0)
        .sync(SyncVerb::ReleaseMerge, READERS, 1)
        .sync(SyncVerb::ReleaseMerge, other_readers, 1);
    assert_eq!(read(&[one]).unwrap().events().len(), 6);
}

#[test]
fn half_an_rwlock_is_no_lock() {
    let class = ObjectClass::RwLock;
    let of_readers = ObjectClass::RwLockReaders;
    for (partner, back, other) in [
        // None at all; one that names another; one of another class.
        (None, None, of_readers),
        (Some(31), None, of_readers),
        (Some(31), Some(30), ObjectClass::Tag),
    ] {
        let mut one = Stream::new(0);
        define(&mut one, 30, class, partner);
        define(&mut one, 31, other, back);
        // Nobody took it.
        one.switch(0, 0).sync(SyncVerb::Release, 30, 1);
        assert_eq!(
            read(&[one]).unwrap().events().len(),
            1,
            "{partner:?} {back:?}"
        );
    }
}
