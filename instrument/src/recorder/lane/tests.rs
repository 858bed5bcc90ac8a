//! What finds all at hand tells the same as what has to look for it.

use std::sync::Arc;

use racegate_eventlog::reader;
use racegate_eventlog::{EventKind, ThreadId};

use super::super::log::Log;
use super::super::opened::within;
use super::super::options::{LogOptions, StackMode};
use crate::annotate::Named;
use crate::cell::{Cell, RaceArray, RaceCell, UnsafeCell};
use crate::sync::atomic::{AtomicU32, Ordering};
use crate::sync::{Mutex, OnceLock, RwLock, mpsc};
use crate::thread;

/// Uses each kind of thing as often as it takes until all is at hand, and then to the end
/// of more than one chunk.
fn program(rounds: u32) {
    let cell = RaceCell::named("cell", 0);
    let parts = RaceArray::named("parts", [0, 0, 0]);
    let (raw, plain) = (UnsafeCell::new(0).named("raw"), Cell::new(0).named("plain"));
    let (mutex, rwlock) = (Mutex::new(0), RwLock::new(0));
    let (atomic, once) = (AtomicU32::new(0), OnceLock::new());
    let (sender, receiver) = mpsc::channel();
    let all = |round: u32| {
        cell.set(cell.get() + round);
        parts.set(round as usize % 3, parts.get(1));
        *mutex.lock().expect("nothing fails here") += *rwlock.read().expect("nothing fails here");
        *rwlock.write().expect("nothing fails here") += 1;
        atomic.fetch_add(*once.get_or_init(|| 1), Ordering::AcqRel);
    };
    for round in 0..rounds {
        all(round);
        raw.with_mut(|value| assert!(!value.is_null()));
        raw.with(|value| assert!(!value.is_null()));
        plain.set(plain.get() + 1);
        sender.send(round).expect("nothing fails here");
        assert_eq!(receiver.recv(), Ok(round));
    }
    // Another thread reads what this one wrote, and the other way round.
    thread::scope(|scope| {
        scope
            .spawn(|| (0..rounds).for_each(all))
            .join()
            .expect("nothing fails here")
    });
    (0..rounds).for_each(all);
}

fn story(stacks: StackMode, rounds: u32) -> Vec<(ThreadId, EventKind)> {
    let yields = None;
    let log = Arc::new(Log::in_memory(LogOptions { stacks, yields }));
    within(&log, "main", || program(rounds));
    let trace = reader::read_image(&log.image()).expect("the log can be read");
    assert_eq!(trace.integrity().dropped_sync, 0);
    let events = trace.events().iter();
    events.map(|event| (event.thread, event.kind)).collect()
}

#[test]
fn lines_alone_and_whole_stacks_stand_under_the_same_events() {
    for rounds in [1, 3, 2_000] {
        let (lines, whole) = (
            story(StackMode::Site, rounds),
            story(StackMode::Full, rounds),
        );
        assert_eq!(lines.len(), whole.len());
        let differs = lines
            .iter()
            .zip(&whole)
            .position(|(line, stack)| line != stack);
        assert_eq!(differs, None, "of {rounds} rounds");
    }
}
