//! Stamps that are left out, and counted from those before them.

use racegate_eventlog::record::SyncVerb::{Acquire, Exchange, Release};
use racegate_eventlog::record::{SyncVerb, with_stamps};
use racegate_eventlog::{EventKind, RmwOrdering, Trace};

use crate::opinions::{read, read_image};
use crate::packed::all_packed;
use crate::recorded::{Stream, image};

/// The trace of a log whose streams are sealed to their end, on which packing has no say.
fn sealed(streams: &mut [Stream]) -> Trace {
    let mut chunks: Vec<Vec<u8>> = streams.iter_mut().map(Stream::seal).collect();
    chunks.extend(streams.iter_mut().map(Stream::seal));
    let log = image(chunks, []).sealed;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [plain, packed] = ["plain.rgl", "packed.rgl"].map(|name| folder.path().join(name));
    std::fs::write(&packed, all_packed(&log)).expect("it can be written");
    std::fs::write(&plain, log).expect("it can be written");
    let [plain, packed] = [plain, packed].map(|path| read(&path).expect("it has a header"));
    assert_eq!(plain.events(), packed.events());
    plain
}

/// Whose steps they are, in the real order.
fn threads(trace: &Trace) -> Vec<u32> {
    let steps = trace.events().iter().filter(|event| {
        matches!(
            event.kind,
            EventKind::Acquire(_) | EventKind::Release(_) | EventKind::Exchange(_)
        )
    });
    steps.map(|event| event.thread.number()).collect()
}

#[test]
fn what_is_left_out_is_counted_from_the_stamp_before_in_the_chunk() {
    let (mut one, mut two) = (Stream::new(0), Stream::new(1));
    one.switch(0, 0)
        .sync(Acquire, 9, 3)
        .follow(Release, 9)
        .sync(Acquire, 9, 7)
        .follow(Release, 9);
    two.switch(1, 0)
        .sync(Acquire, 9, 1)
        .sync(Exchange, 8, 1)
        .follow(Release, 9)
        .follow(Exchange, 8)
        .sync(Acquire, 9, 5)
        .follow(Release, 9);
    let trace = sealed(&mut [one, two]);
    assert!(trace.integrity().is_complete());
    assert_eq!(threads(&trace), [1, 1, 1, 1, 0, 0, 1, 1, 0, 0]);
}

#[test]
fn one_is_counted_from_another_that_was_counted_and_from_one_after_a_gap() {
    let (mut one, mut two) = (Stream::new(0), Stream::new(1));
    let add = SyncVerb::Rmw(RmwOrdering::Relaxed);
    one.switch(0, 0)
        .stamped(add, 9, 7, true)
        .follow(add, 9)
        .follow(add, 9);
    two.switch(1, 0).sync(add, 9, 10).follow(add, 9);
    let trace = sealed(&mut [one, two]);
    assert!(trace.integrity().is_complete());
    let threads: Vec<u32> = trace.events().iter().map(|it| it.thread.number()).collect();
    assert_eq!(threads, [0, 0, 0, 1, 1]);
}

#[test]
fn a_window_is_a_chunk() {
    let mut one = Stream::new(0);
    one.switch(0, 0).sync(Acquire, 9, 1);
    let chunk = one.seal();
    one.sync(Release, 9, 2)
        .follow(Acquire, 9)
        .follow(Release, 9);
    let trace = read_image(&image([chunk], [one.window()])).expect("it has a header");
    assert!(trace.integrity().is_complete());
    assert_eq!(trace.events().len(), 4);
}

/// What is told of the first thread's stream that this fills, and how many events are left.
fn told(fill: impl FnOnce(&mut Stream) -> Vec<Vec<u8>>) -> (Vec<String>, usize) {
    let mut one = Stream::new(0);
    one.switch(0, 0).sync(Exchange, 9, 1);
    let mut chunks = fill(&mut one);
    chunks.extend([one.seal(), one.seal()]);
    let trace = read_image(&image(chunks, [])).expect("it has a header");
    let damage = trace.integrity().damage.iter();
    (
        damage.map(|damage| damage.what.clone()).collect(),
        trace.events().len(),
    )
}

#[test]
fn what_cannot_be_counted_is_damage_and_nothing_after_it_is_used() {
    let of = |place: &str| {
        let what = "expected a step whose stamp is told, since none of its object stands before it";
        vec![format!("{what} in {place} of stream 0")]
    };
    let another_object = told(|one| {
        one.follow(Exchange, 8).follow(Exchange, 9);
        Vec::new()
    });
    assert_eq!(another_object, (of("chunk 0"), 1));
    let another_chunk = told(|one| {
        let chunk = one.seal();
        one.follow(Exchange, 9);
        vec![chunk]
    });
    assert_eq!(another_chunk, (of("chunk 1"), 1));
    for thread in [0, 1] {
        let another_stretch = told(|one| {
            one.switch(thread, u64::from(thread == 0))
                .follow(Exchange, 9);
            Vec::new()
        });
        assert_eq!(another_stretch, (of("chunk 0"), 1), "thread {thread}");
    }
}

#[test]
fn a_stamp_that_was_counted_may_be_there_twice() {
    let (mut one, mut two) = (Stream::new(0), Stream::new(1));
    one.switch(0, 0).sync(Exchange, 9, 1).follow(Exchange, 9);
    two.switch(1, 0).sync(Exchange, 9, 2);
    let trace = sealed(&mut [one, two]);
    let cuts = trace.integrity().cuts.iter();
    let cuts: Vec<&str> = cuts.map(|cut| cut.what.as_str()).collect();
    assert_eq!(cuts, ["event 2 of object #9 is there twice"]);
}

#[test]
fn words_tell_all_stamps_that_can_be_counted() {
    let mut left_out = Stream::new(0);
    left_out
        .sync(Acquire, 9, 4)
        .access(true, 1, Some(1))
        .follow(Release, 9)
        .follow(Exchange, 8)
        .switch(0, 1)
        .follow(Acquire, 9)
        .word(0);
    let mut told = Stream::new(0);
    told.sync(Acquire, 9, 4)
        .access(true, 1, Some(1))
        .sync(Release, 9, 5)
        .follow(Exchange, 8)
        .switch(0, 1)
        .follow(Acquire, 9)
        .word(0);
    assert_eq!(with_stamps(left_out.words()), told.words());
}
