//! A log block by block is the log at once.

use std::fmt::Write;

use proptest::prelude::*;
use racegate_eventlog::chunk;
use racegate_eventlog::reader::{BLOCK_EVENTS, Block, Limits, Log, LogImage};
use racegate_eventlog::text::{TextForm, parse};
use racegate_eventlog::writer::write_log;
use racegate_eventlog::{Event, EventKind, Extent, ThreadId, Trace};

use crate::merge::versions;
use crate::opinions::read_image;
use crate::program::{Choice, Deed, PARTS, Run};

fn replayed(log: &Log<'_>) -> Vec<Event> {
    let mut events = Vec::new();
    log.replay(|block| {
        assert!(!block.is_empty() && block.len() <= BLOCK_EVENTS);
        events.extend_from_slice(block);
    })
    .expect("the log is whole");
    events
}

/// The same from blocks with room for so many accesses, each of which is kept and another
/// one left in its place.
fn told_in_blocks(log: &Log<'_>, room: usize) -> Vec<(ThreadId, EventKind)> {
    let mut blocks = Vec::new();
    log.replay_blocks(Block::with_room(room), |block| {
        let next = Block::with_room(room);
        blocks.push(std::mem::replace(block, next));
    })
    .expect("the log is whole");
    let mut told = Vec::new();
    for block in &blocks {
        let before = told.len();
        for stretch in block.stretches() {
            for access in stretch.accesses {
                let extent = Extent::one(access.location());
                let kind = if access.writes() {
                    EventKind::Write(extent)
                } else {
                    EventKind::Read(extent)
                };
                told.push((stretch.thread, kind));
            }
            told.extend(stretch.then.map(|event| (event.thread, event.kind)));
        }
        assert!(block.events() > 0, "an empty block says nothing");
        assert_eq!(told.len() - before, block.events());
    }
    told
}

/// A thread that reads and writes so many cells, in turn.
fn long_trace(events: usize) -> Trace {
    let lines = (0..events).map(|event| format!("T1|w(x{})|{event}\n", event % 7));
    parse(lines.collect::<String>().as_bytes(), TextForm::Std).expect("a trace")
}

#[test]
fn a_log_longer_than_a_block_comes_in_several() {
    let trace = long_trace(2 * BLOCK_EVENTS + 1);
    let image = LogImage {
        sealed: write_log(&trace),
        windows: Vec::new(),
    };
    let log = Log::of_image(&image).expect("a whole log");
    let mut lengths = Vec::new();
    log.replay(|block| lengths.push(block.len())).unwrap();
    assert!(lengths.len() >= 3, "{lengths:?}");
    assert_eq!(replayed(&log), trace.events());
}

/// Whether a log is told to its end while it is being opened.
fn is_told(history: &str) -> bool {
    let trace = parse(history.as_bytes(), TextForm::Rgt).expect("a trace");
    let image = LogImage {
        sealed: write_log(&trace),
        windows: Vec::new(),
    };
    let _ = read_image(&image).expect("a whole log");
    let mut events = 0;
    let take = |block: &mut Block| events += block.events();
    let opened = Log::of_image_telling(&image, Limits::default(), Block::default(), take);
    let (_, integrity) = opened.expect("a whole log");
    assert!(integrity.is_none() || events == trace.events().len());
    integrity.is_some()
}

#[test]
fn what_most_logs_hold_is_told_while_they_are_opened() {
    let told = [
        "T1|w(x)|1\nT2|w(x)|2\n",
        "T1|fork(T2)|1\nT2|w(x)|2\nT1|join(T2)|3\nT1|r(x)|4\n",
        "T1|acq(l)|1\nT1|w(x)|2\nT1|rel(l)|3\nT2|acq(l)|4\nT2|rel(l)|5\n",
        "T1|racq(l)|1\nT2|racq(l)|2\nT1|rrel(l)|3\nT2|rrel(l)|4\nT1|acq(l)|5\nT1|rel(l)|6\n",
        "T1|st(a,release)|1\nT2|ld(a,acquire)|2\nT2|fence(seqcst)|3\nT2|mark(m)|4\n",
        "|cell(x,8)\nT1|w(x[2..5])|1\nT1|r(x)|2\nT2|r(x[3])|3\n",
        "T1|send(c)|1\nT2|recv(c)|2\n",
    ];
    let declared = |history: &str| history.replace("T1|send", "|chan(c,2)\nT1|send");
    for history in told {
        assert!(is_told(&declared(history)), "{history}");
    }
}

#[test]
fn an_object_that_is_accessed_as_memory_is_told_only_when_all_is_known() {
    let history = "T1|st(a,relaxed)|1\nT2|st(a,relaxed)|2\nT2|w(x)|3\n";
    assert!(is_told(history));
    let history = format!("{history}T1|wuse(a)|4\n");
    assert!(!is_told(&history));
}

#[test]
fn an_excerpt_keeps_the_order() {
    let trace = parse(
        b"T1|acq(l)|1\nT1|w(x)|2\nT1|w(y)|3\nT1|r(x)|4\nT1|rel(l)|5\n",
        TextForm::Std,
    )
    .expect("a trace");
    let log = Log::of_trace(&trace);
    let touches = |event: &Event, location| {
        if let EventKind::Read(extent) | EventKind::Write(extent) = event.kind {
            Some(extent.first() == location)
        } else {
            None
        }
    };
    let y = trace.tables().cells[1].extent.first();
    let excerpt = log.excerpt(|location| location == y).unwrap();
    let events = trace.events().iter().copied();
    let kept: Vec<Event> = events
        .filter(|event| touches(event, y) != Some(false))
        .collect();
    assert_eq!(kept.len() + 2, trace.events().len(), "x is left out");
    assert_eq!(excerpt.trace().events(), kept);
}

/// Threads that take a lock in turn, and so many steps of each inside of it.
fn turns(threads: usize, rounds: usize, steps: usize) -> Trace {
    let mut text = String::new();
    for turn in 0..threads * rounds {
        let thread = turn % threads;
        let _ = writeln!(text, "T{thread}|acq(l)|{turn}");
        for step in 0..steps {
            let _ = writeln!(text, "T{thread}|w(x{})|{step}", step % 5);
        }
        let _ = writeln!(text, "T{thread}|rel(l)|{turn}");
    }
    parse(text.as_bytes(), TextForm::Std).expect("a trace")
}

#[test]
fn a_whole_log_is_replayed_in_less_memory_than_it_takes_to_read_it_at_once() {
    let trace = turns(8, 20, 500);
    let mut bytes = write_log(&trace);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("turns.rgl");
    std::fs::write(&path, &bytes).expect("it can be written");
    let limits = Limits {
        max_memory: bytes.len() as u64 / 2,
        ..Limits::default()
    };
    let log = Log::open_within(&path, limits).expect("a whole log");
    // Eight threads have a chunk each, and there is room for fewer: they are read again.
    assert_eq!(replayed(&log), replayed(&Log::open(&path).expect("a log")));
    let refused = log.trace().expect_err("it takes more").to_string();
    assert!(
        refused.contains("putting the events in their real order needs"),
        "{refused}"
    );
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&path, &bytes).expect("it can be written");
    let refused = Log::open_within(&path, limits).expect_err("it is read at once");
    let told = format!(
        "{}: reading it at once needs {} bytes of memory or more, and {} are allowed",
        path.display(),
        bytes.len() * 10,
        limits.max_memory
    );
    assert_eq!(refused.to_string(), told);
}

#[test]
fn a_log_that_changes_after_it_was_opened_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("turns.rgl");
    let mut bytes = write_log(&turns(2, 2, 10));
    std::fs::write(&path, &bytes).expect("it can be written");
    let log = Log::open(&path).expect("a whole log");
    // The last chunk with words stands before those that end the streams of definitions
    // and two threads.
    let end = bytes.len() - 3 * chunk::HEADER_BYTES;
    bytes[end - 1] ^= 1;
    std::fs::write(&path, &bytes).expect("it can be written");
    let refused = log.replay(|_| {}).expect_err("it is another log");
    let told = "the log is no longer what it was when it was opened";
    assert!(refused.to_string().ends_with(told), "{refused}");
}

/// What each thread did, in its order, of what `keep` keeps.
fn kept(deeds: &[(usize, Deed)], keep: impl Fn(Deed) -> bool) -> Vec<(usize, Deed)> {
    let kept = deeds.iter().copied().filter(|(_, deed)| keep(*deed));
    let mut kept: Vec<_> = kept.collect();
    kept.sort_by_key(|(thread, _)| *thread);
    kept
}

proptest! {
    #[test]
    fn every_replay_is_the_same(choices in prop::collection::vec(any::<Choice>(), 0..120)) {
        let image = Run::of(&choices).image();
        let trace = read_image(&image).unwrap();
        let log = Log::of_image(&image).unwrap();
        let first = replayed(&log);
        prop_assert_eq!(first.len(), trace.events().len());
        prop_assert_eq!(replayed(&log), first);
    }

    #[test]
    fn blocks_tell_the_events_of_a_replay(choices in prop::collection::vec(any::<Choice>(), 0..120), room in 1_usize..40) {
        let image = Run::of(&choices).image();
        let log = Log::of_image(&image).unwrap();
        let trace = log.trace().unwrap();
        for log in [log, Log::of_trace(&trace)] {
            let events = replayed(&log).into_iter();
            let events: Vec<_> = events.map(|event| (event.thread, event.kind)).collect();
            prop_assert_eq!(told_in_blocks(&log, room), events);
        }
    }

    #[test]
    fn an_excerpt_is_in_the_real_order(choices in prop::collection::vec(any::<Choice>(), 0..120), parts in any::<u8>()) {
        let run = Run::of(&choices);
        let image = run.image();
        let log = Log::of_image(&image).unwrap();
        let names = log.tables();
        let is_kept = |part: usize| parts >> part & 1 == 1;
        let excerpt = log
            .excerpt(|location| is_kept(Run::part(location, names)))
            .unwrap();
        let told: Vec<_> = excerpt
            .trace()
            .events()
            .iter()
            .map(|event| Run::deed(event, excerpt.trace()))
            .collect();
        let wanted = |deed: Deed| match deed {
            Deed::Read(first, parts) | Deed::Write(first, parts) => {
                (first..first + parts).any(is_kept)
            }
            Deed::Begin | Deed::End | Deed::Fork(_) | Deed::Join(_) => true,
            Deed::Acquire(_) | Deed::Release(_) | Deed::Exchange(_) => true,
        };
        prop_assert_eq!(kept(&told, |_| true), kept(&run.deeds, wanted));
        for part in (0..PARTS).filter(|part| is_kept(*part)) {
            prop_assert_eq!(versions(&told, part), versions(&run.deeds, part), "part {}", part);
        }
    }
}
