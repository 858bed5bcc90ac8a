//! Logs in memory: what is merged, and in which order.

use racegate_eventlog::record::{Definition, ObjectKey, SyncVerb, ThreadVerb};
use racegate_eventlog::{EventKind, StackId, Trace};

use crate::opinions::read_image;
use crate::recorded::{Stream, image};

/// The events of a trace in short: thread and verb.
fn told(trace: &Trace) -> Vec<String> {
    trace
        .events()
        .iter()
        .map(|event| {
            let verb = match event.kind {
                EventKind::Read(extent) => format!("r{}", extent.first().number()),
                EventKind::Write(extent) => format!("w{}", extent.first().number()),
                EventKind::Acquire(object) => format!("acq{}", object.number()),
                EventKind::Release(object) => format!("rel{}", object.number()),
                EventKind::Fork(thread) => format!("fork{}", thread.number()),
                EventKind::Join(thread) => format!("join{}", thread.number()),
                EventKind::Begin => "begin".to_owned(),
                EventKind::End => "end".to_owned(),
                EventKind::Forget(_)
                | EventKind::ReleaseMerge(_)
                | EventKind::Exchange(_)
                | EventKind::Load(..)
                | EventKind::Store(..)
                | EventKind::Rmw(..)
                | EventKind::Fence(_)
                | EventKind::Request(..)
                | EventKind::BlockBegin(_)
                | EventKind::BlockEnd(_)
                | EventKind::Mark(_) => format!("{:?}", event.kind),
            };
            format!("{}:{verb}", event.thread.number())
        })
        .collect()
}

#[test]
fn a_spawned_thread_comes_between_its_fork_and_its_join() {
    let mut parent = Stream::new(0);
    parent
        .switch(0, 0)
        .thread(ThreadVerb::Begin, 0)
        .access(true, 1, Some(1))
        .thread(ThreadVerb::Fork, 1)
        .thread(ThreadVerb::Join, 1)
        .access(false, 1, Some(2))
        .thread(ThreadVerb::End, 0);
    let mut child = Stream::new(1);
    child
        .switch(1, 0)
        .thread(ThreadVerb::Begin, 1)
        .sync(SyncVerb::Acquire, 2, 1);
    let first = child.seal();
    child
        .access(true, 1, Some(2))
        .sync(SyncVerb::Release, 2, 2)
        .thread(ThreadVerb::End, 1);
    let image = image([first], [child.window(), parent.window()]);
    let trace = read_image(&image).unwrap();
    let expected = [
        "0:begin", "0:w0", "0:fork1", "1:begin", "1:acq0", "1:w0", "1:rel0", "1:end", "0:join1",
        "0:r0", "0:end",
    ];
    assert_eq!(told(&trace), expected);
    assert!(trace.integrity().is_complete());
}

#[test]
fn accesses_come_in_the_order_of_their_versions() {
    let mut one = Stream::new(0);
    one.switch(0, 0)
        .access(true, 1, Some(1))
        .access(true, 1, None)
        .access(true, 1, Some(4));
    let mut two = Stream::new(1);
    two.switch(1, 0)
        .access(false, 1, Some(2))
        .access(true, 1, Some(3))
        .access(false, 1, None);
    let trace = read_image(&image([], [one.window(), two.window()])).unwrap();
    assert_eq!(
        told(&trace),
        ["0:w0", "0:w0", "1:r0", "1:w0", "1:r0", "0:w0"]
    );
}

#[test]
fn versions_may_begin_anywhere() {
    let mut one = Stream::new(0);
    one.switch(0, 0).access(true, 1, Some(103));
    let mut two = Stream::new(1);
    two.switch(1, 0)
        .access(true, 1, Some(101))
        .access(true, 1, None);
    let trace = read_image(&image([], [one.window(), two.window()])).unwrap();
    assert_eq!(told(&trace), ["1:w0", "1:w0", "0:w0"]);
}

#[test]
fn a_write_of_which_no_version_is_known_is_the_next_one() {
    let mut one = Stream::new(0);
    one.switch(0, 0)
        .access(true, 1, None)
        .access(false, 2, Some(1));
    let mut two = Stream::new(1);
    two.switch(1, 0)
        .access(false, 1, Some(0))
        .access(false, 1, Some(1))
        .access(true, 2, Some(1));
    let trace = read_image(&image([], [one.window(), two.window()])).unwrap();
    assert_eq!(told(&trace), ["0:w0", "1:r0", "1:r0", "1:w1", "0:r1"]);
}

#[test]
fn a_part_of_a_cell_has_a_location_of_its_own() {
    let mut stream = Stream::new(0);
    stream
        .define(&Definition::Cell {
            key: ObjectKey::new(10),
            parts: 3,
            created_at: StackId::EMPTY,
            name: "table".to_owned(),
            type_name: "[u8]".to_owned(),
        })
        .switch(0, 0)
        .access(true, 12, None)
        .access(false, 10, Some(0));
    let trace = read_image(&image([], [stream.window()])).unwrap();
    assert_eq!(told(&trace), ["0:w2", "0:r0"]);
    assert_eq!(trace.tables().cells.len(), 1);
    assert_eq!(trace.tables().cells[0].name.as_deref(), Some("table"));
}

#[test]
fn zeros_behind_a_chunks_records_mean_nothing() {
    let log = |zeros: usize| {
        let mut stream = Stream::new(0);
        stream
            .switch(0, 0)
            .thread(ThreadVerb::Begin, 0)
            .access(true, 1, Some(1))
            .sync(SyncVerb::Acquire, 2, 1);
        let fill = |stream: &mut Stream| {
            for _ in 0..zeros {
                stream.word(0);
            }
            stream.seal()
        };
        let first = fill(&mut stream);
        stream.access(false, 1, None).sync(SyncVerb::Release, 2, 2);
        let second = fill(&mut stream);
        stream.thread(ThreadVerb::End, 0);
        image([first, second, fill(&mut stream), stream.seal()], [])
    };
    let dense = told(&read_image(&log(0)).unwrap());
    assert_eq!(dense.len(), 6);
    for zeros in [1, 2, 3, 16, 8000] {
        let trace = read_image(&log(zeros)).unwrap();
        assert!(trace.integrity().is_complete(), "{zeros}");
        assert_eq!(told(&trace), dense, "{zeros}");
    }
}
