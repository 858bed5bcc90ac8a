//! A log block by block is the log at once.

use proptest::prelude::*;
use racegate_eventlog::reader::{BLOCK_EVENTS, Log, LogImage, read_image};
use racegate_eventlog::text::{TextForm, parse};
use racegate_eventlog::writer::write_log;
use racegate_eventlog::{Event, EventKind, Trace};

use crate::program::{Choice, Run};

fn replayed(log: &Log<'_>) -> Vec<Event> {
    let mut events = Vec::new();
    log.replay(|block| {
        assert!(!block.is_empty() && block.len() <= BLOCK_EVENTS);
        events.extend_from_slice(block);
    })
    .expect("the log is whole");
    events
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

#[test]
fn an_excerpt_keeps_order_and_positions() {
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
    let events = (0..).zip(trace.events());
    let kept = events.filter(|(_, event)| touches(event, y) != Some(false));
    let (positions, kept): (Vec<u64>, Vec<Event>) = kept.unzip();
    assert_eq!(positions.len() + 2, trace.events().len(), "x is left out");
    assert_eq!(excerpt.positions(), positions);
    assert_eq!(excerpt.trace().events(), kept);
}

proptest! {
    #[test]
    fn every_replay_is_the_trace(choices in prop::collection::vec(any::<Choice>(), 0..120)) {
        let run = Run::of(&choices);
        let image = run.image();
        let trace = read_image(&image).unwrap();
        let log = Log::of_image(&image).unwrap();
        prop_assert_eq!(replayed(&log), trace.events());
        prop_assert_eq!(replayed(&log), trace.events());
        let mut demand = vec![(0, 0); trace.tables().threads.len()];
        for event in trace.events() {
            demand[event.thread.index()].0 += 1;
            if let EventKind::Join(child) = event.kind {
                demand[child.index()].1 += 1;
            }
        }
        let told: Vec<(u64, u64)> = log.demand().iter().map(|one| (one.events, one.joins)).collect();
        prop_assert_eq!(told, demand);
    }
}
