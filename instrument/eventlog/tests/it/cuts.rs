//! What cannot be used is cut off, and told with what is missing.

use racegate_eventlog::record::{Definition, SyncVerb, ThreadVerb};
use racegate_eventlog::{ThreadId, ThreadOrigin, Trace};

use crate::opinions::read;
use crate::recorded::{Stream, image};

/// The trace of a log file whose streams were sealed to their end.
fn sealed(streams: &mut [Stream]) -> Trace {
    let mut chunks: Vec<Vec<u8>> = streams.iter_mut().map(Stream::seal).collect();
    chunks.extend(streams.iter_mut().map(Stream::seal));
    file(chunks)
}

fn file(chunks: Vec<Vec<u8>>) -> Trace {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("packed.rgl");
    std::fs::write(&path, image(chunks, []).sealed).expect("it can be written");
    read(&path).expect("a log with a header is read")
}

/// Each cut in short: thread, unused events, reason.
fn cuts(trace: &Trace) -> Vec<String> {
    let cuts = trace.integrity().cuts.iter();
    cuts.map(|cut| format!("{} {} {}", cut.thread.number(), cut.unused, cut.what))
        .collect()
}

fn thread(number: u32, origin: ThreadOrigin) -> Definition {
    Definition::Thread {
        thread: ThreadId::new(number),
        origin,
        name: String::new(),
    }
}

#[test]
fn a_missing_stamp_cuts_its_successor_and_all_that_wait_for_it() {
    let (mut one, mut two) = (Stream::new(0), Stream::new(1));
    one.switch(0, 0)
        .access(true, 1, Some(1))
        .sync(SyncVerb::Acquire, 9, 2)
        .sync(SyncVerb::Release, 9, 3);
    two.switch(1, 0)
        .access(false, 1, Some(1))
        .sync(SyncVerb::Acquire, 9, 4);
    let trace = sealed(&mut [one, two]);
    assert_eq!(trace.events().len(), 2);
    assert_eq!(
        cuts(&trace),
        [
            "0 2 event 1 of object #9 is missing",
            "1 1 event 2 of object #9 could not be used"
        ]
    );
}

#[test]
fn a_stamp_after_another_logs_needs_no_predecessor() {
    let mut one = Stream::new(0);
    one.switch(0, 0)
        .stamped(SyncVerb::Release, 9, 7, true)
        .sync(SyncVerb::Acquire, 9, 8)
        .stamped(SyncVerb::Acquire, 9, 11, true);
    assert!(sealed(&mut [one]).integrity().is_complete());
}

#[test]
fn a_gap_is_not_believed_where_synchronisation_was_dropped() {
    let (mut one, mut two) = (Stream::new(0), Stream::new(1));
    one.switch(0, 0).stamped(SyncVerb::Acquire, 9, 7, true);
    two.header.dropped_sync = 1;
    two.switch(1, 0).access(true, 1, Some(1));
    let trace = sealed(&mut [one, two]);
    assert_eq!(trace.integrity().dropped_sync, 1);
    assert_eq!(
        cuts(&trace),
        [
            "0 1 event 6 of object #9 is missing",
            "1 1 synchronisation was dropped from stream 1"
        ]
    );
}

#[test]
fn a_stamp_that_is_there_twice_cuts_the_second() {
    let (mut one, mut two) = (Stream::new(0), Stream::new(1));
    one.switch(0, 0).sync(SyncVerb::Exchange, 9, 1);
    two.switch(1, 0).sync(SyncVerb::Exchange, 9, 1);
    let trace = sealed(&mut [one, two]);
    assert_eq!(cuts(&trace), ["1 1 event 1 of object #9 is there twice"]);
}

#[test]
fn a_stamp_that_is_there_twice_is_told_also_while_its_successor_waits() {
    let (mut one, mut two, mut three) = (Stream::new(0), Stream::new(1), Stream::new(2));
    one.switch(0, 0).sync(SyncVerb::Exchange, 9, 1);
    two.switch(1, 0).sync(SyncVerb::Exchange, 9, 1);
    three
        .define(&thread(2, ThreadOrigin::Spawned))
        .switch(2, 0)
        .thread(ThreadVerb::Begin, 2)
        .sync(SyncVerb::Exchange, 9, 2);
    assert_eq!(
        cuts(&sealed(&mut [one, two, three])),
        [
            "1 1 event 1 of object #9 is there twice",
            "2 2 its fork is missing"
        ]
    );
}

#[test]
fn a_join_without_the_end_is_cut() {
    let (mut one, mut two) = (Stream::new(0), Stream::new(1));
    one.switch(0, 0)
        .thread(ThreadVerb::Fork, 1)
        .thread(ThreadVerb::Join, 1);
    two.switch(1, 0).thread(ThreadVerb::Begin, 1);
    let trace = sealed(&mut [one, two]);
    assert_eq!(cuts(&trace), ["0 1 the end of thread 1 is missing"]);
}

#[test]
fn a_thread_that_never_ran_can_be_joined() {
    let mut one = Stream::new(0);
    one.switch(0, 0)
        .thread(ThreadVerb::Fork, 1)
        .thread(ThreadVerb::Join, 1);
    assert!(sealed(&mut [one]).integrity().is_complete());
}

#[test]
fn where_records_are_lost_a_join_waits_for_a_thread_of_which_none_are_left() {
    let (mut one, mut two) = (Stream::new(0), Stream::new(1));
    one.switch(0, 0)
        .thread(ThreadVerb::Fork, 1)
        .thread(ThreadVerb::Join, 1);
    two.header.dropped_sync = 1;
    two.switch(2, 0).access(true, 1, Some(1));
    assert_eq!(
        cuts(&sealed(&mut [one, two])),
        [
            "0 1 the end of thread 1 is missing",
            "2 1 synchronisation was dropped from stream 1"
        ]
    );
}

#[test]
fn a_spawned_thread_without_its_fork_is_cut() {
    let mut one = Stream::new(0);
    one.define(&thread(3, ThreadOrigin::Spawned))
        .switch(3, 0)
        .thread(ThreadVerb::Begin, 3)
        .access(true, 1, Some(1));
    let trace = sealed(&mut [one]);
    assert_eq!(cuts(&trace), ["3 2 its fork is missing"]);
    assert_eq!(trace.tables().threads.len(), 4);
}

#[test]
fn where_records_are_lost_a_thread_of_which_nothing_is_known_waits_for_its_fork() {
    let (mut one, mut two) = (Stream::new(0), Stream::new(1));
    one.define(&thread(1, ThreadOrigin::Root))
        .switch(1, 0)
        .access(true, 1, Some(1))
        .switch(2, 0)
        .access(true, 1, None);
    two.header.dropped_sync = 1;
    two.switch(3, 0);
    let trace = sealed(&mut [one, two]);
    assert_eq!(trace.events().len(), 1);
    assert_eq!(cuts(&trace)[0], "2 1 its fork is missing");
}

#[test]
fn a_fork_that_was_cut_cuts_its_child() {
    let (mut one, mut two) = (Stream::new(0), Stream::new(1));
    one.switch(0, 0)
        .sync(SyncVerb::Acquire, 9, 2)
        .thread(ThreadVerb::Fork, 1);
    two.switch(1, 0).thread(ThreadVerb::Begin, 1);
    assert_eq!(
        cuts(&sealed(&mut [one, two])),
        [
            "0 2 event 1 of object #9 is missing",
            "1 1 its fork could not be used"
        ]
    );
}

#[test]
fn a_missing_stretch_cuts_its_thread() {
    let mut one = Stream::new(0);
    one.switch(0, 0)
        .access(true, 1, Some(1))
        .switch(0, 2)
        .access(true, 1, None);
    assert_eq!(cuts(&sealed(&mut [one])), ["0 1 its stretch 1 is missing"]);
}

#[test]
fn a_stretch_in_two_streams_cuts_its_thread() {
    let (mut one, mut two) = (Stream::new(0), Stream::new(1));
    one.switch(0, 0).access(true, 1, Some(1));
    two.switch(0, 0).access(true, 1, None);
    assert_eq!(
        cuts(&sealed(&mut [one, two])),
        ["0 1 its stretch 0 is there twice"]
    );
}

#[test]
fn a_missing_chunk_ends_its_stream_and_the_thread_elsewhere_too() {
    let (mut one, mut two) = (Stream::new(0), Stream::new(1));
    one.switch(0, 0).access(true, 1, Some(1));
    let first = one.seal();
    one.access(true, 1, None);
    drop(one.seal());
    one.access(true, 1, None);
    two.switch(0, 1).access(true, 1, None);
    let trace = file(vec![first, one.seal(), two.seal(), one.seal(), two.seal()]);
    assert_eq!(trace.events().len(), 1);
    assert_eq!(cuts(&trace), ["0 2 chunk 1 of stream 0 is missing"]);
    assert_eq!(
        trace.integrity().damage[0].what,
        "expected chunk 1 of stream 0"
    );
}

#[test]
fn a_thread_is_cut_where_its_last_chunk_is_missing() {
    let mut one = Stream::new(0);
    one.switch(0, 0).access(true, 1, Some(1));
    let first = one.seal();
    one.access(true, 1, None);
    drop(one.seal());
    assert_eq!(
        cuts(&file(vec![first, one.seal()])),
        ["0 0 chunk 1 of stream 0 is missing"]
    );
}

#[test]
fn a_thread_that_came_to_its_end_is_not_cut_by_what_is_lost_after_it() {
    let mut one = Stream::new(0);
    one.switch(0, 0)
        .access(true, 1, Some(1))
        .thread(ThreadVerb::End, 0);
    let first = one.seal();
    one.switch(1, 0).access(true, 1, None);
    drop(one.seal());
    let trace = file(vec![first, one.seal()]);
    assert_eq!(cuts(&trace), [""; 0]);
    assert!(!trace.integrity().is_complete());
}

#[test]
fn a_chunk_that_is_there_twice_counts_once() {
    let mut one = Stream::new(0);
    one.switch(0, 0).access(true, 1, Some(1));
    let first = one.seal();
    let trace = file(vec![first.clone(), one.seal(), first]);
    assert_eq!(trace.events().len(), 1);
    assert!(trace.integrity().is_complete());
}

#[test]
fn of_two_chunks_that_claim_one_place_none_is_used() {
    let (mut one, mut two) = (Stream::new(0), Stream::new(0));
    one.switch(0, 0).access(true, 1, Some(1));
    two.switch(0, 0).access(true, 2, Some(1));
    let trace = file(vec![one.seal(), two.seal(), one.seal()]);
    assert!(trace.events().is_empty());
    assert_eq!(
        trace.integrity().damage[0].what,
        "expected one chunk 0 of stream 0, found two that differ"
    );
}

#[test]
fn a_chunk_of_another_log_is_not_used() {
    let (mut one, mut other) = (Stream::new(0), Stream::new(1));
    one.switch(0, 0).access(true, 1, Some(1));
    other.switch(1, 0).access(true, 1, Some(2));
    other.header.log += 1;
    let trace = file(vec![one.seal(), other.seal(), one.seal()]);
    assert_eq!(trace.events().len(), 1);
    assert_eq!(
        trace.integrity().damage[0].what,
        "expected a chunk of this log"
    );
}

#[test]
fn a_file_without_the_end_of_a_stream_has_lost_something() {
    let mut one = Stream::new(0);
    one.switch(0, 0).access(true, 1, Some(1));
    let trace = file(vec![one.seal()]);
    assert_eq!(trace.events().len(), 1);
    assert_eq!(
        trace.integrity().damage[0].what,
        "expected the end of stream 0"
    );
}

#[test]
fn a_record_of_no_kind_ends_its_stream() {
    let mut one = Stream::new(0);
    one.switch(0, 0)
        .access(true, 1, Some(1))
        .word(0x10)
        .access(true, 1, None);
    let trace = sealed(&mut [one]);
    assert_eq!(trace.events().len(), 1);
    assert_eq!(
        trace.integrity().damage[0].what,
        "expected a known kind in chunk 0 of stream 0"
    );
}

#[test]
fn drops_are_summed_over_streams_and_operations_outside_are_not() {
    let (mut one, mut two) = (Stream::new(0), Stream::new(1));
    one.switch(0, 0);
    let first = one.seal();
    one.header.dropped_accesses = 3;
    one.header.outside = 5;
    two.header.dropped_accesses = 4;
    two.header.outside = 6;
    two.switch(1, 0);
    let trace = file(vec![first, two.seal(), two.seal(), one.seal()]);
    assert_eq!(trace.integrity().dropped_accesses, 7);
    assert_eq!(trace.integrity().outside, 6);
}

#[test]
fn what_stands_after_the_end_of_a_chunks_records_is_lost() {
    let end = |last| {
        let mut one = Stream::new(0);
        one.switch(0, 0).access(true, 1, Some(1)).word(0).word(last);
        sealed(&mut [one])
    };
    assert!(end(0).integrity().is_complete());
    let trace = end(1);
    assert_eq!(
        trace.integrity().damage[0].what,
        "expected nothing but zeros after the last record in chunk 0 of stream 0"
    );
    assert_eq!(trace.events().len(), 1);
}
