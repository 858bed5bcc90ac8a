//! An atomic operation and its record are one step, and a stamp is told where it must be.

use std::collections::HashMap;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};

use racegate_eventlog::chunk::{self, Chunk};
use racegate_eventlog::header::HEADER_BYTES;
use racegate_eventlog::reader::{self, LogImage};
use racegate_eventlog::record::{
    Entry, ObjectKey, Record, SyncVerb, ThreadVerb, decode, with_stamps,
};
use racegate_eventlog::{LockMode, ObjectClass, window};

use super::{Key, Object};
use crate::recorder::log::Log;
use crate::recorder::opened::within;
use crate::recorder::options::{LogOptions, StackMode};
use crate::sync::{Mutex, RwLock};
use crate::task::Task;
use crate::thread;

/// How often each of two threads does the operation, and tasks take turns.
const TIMES: usize = 200;
/// Rounds of a thread that fill some windows.
const ROUNDS: usize = 600;

/// One that meets another has to take the long way, and others may find all at hand.
#[test]
fn while_an_operation_is_under_way_no_other_one_begins() {
    for stacks in [StackMode::Site, StackMode::Full] {
        let object = Object::new::<()>(ObjectClass::Atomic);
        let (under_way, met) = (AtomicBool::new(false), AtomicBool::new(false));
        let both = Barrier::new(2);
        let operation = || {
            // ORDERING: relaxed, all; whether two meet is asked of one flag alone.
            if under_way.swap(true, Ordering::Relaxed) {
                met.store(true, Ordering::Relaxed);
            }
            (0..20).for_each(|_| std::thread::yield_now());
            under_way.store(false, Ordering::Relaxed);
        };
        let operations = || {
            let site = Location::caller();
            both.wait();
            (0..TIMES).for_each(|_| object.atomic(site, |()| SyncVerb::ReleaseMerge, operation));
        };
        let yields = None;
        let log = Arc::new(Log::in_memory(LogOptions { stacks, yields }));
        within(&log, "main", || {
            thread::scope(|scope| {
                scope.spawn(operations);
                scope.spawn(operations);
            });
        });
        assert!(!met.into_inner());
        let trace = reader::read_image(&log.image()).expect("the log can be read");
        let merges = trace.events().iter();
        let merges = merges.filter(|event| event.kind.object().is_some());
        // Two more are to the end of the scope, and one is that end.
        assert_eq!(merges.count(), 2 * TIMES + 3);
    }
}

/// A step as a log tells it.
struct Told {
    /// The number of the stretch of its chunk, over all chunks.
    stretch: usize,
    left_out: bool,
}

/// What is told of every step, by object and place in its sequence.
fn steps(image: &LogImage) -> HashMap<(ObjectKey, u64), Told> {
    let mut steps = HashMap::new();
    let mut stretch = 0;
    for chunk in chunks(image) {
        stretch += 1;
        let words = with_stamps(chunk.words.clone());
        for (told, counted) in records(&chunk.words).zip(records(&words)) {
            stretch += usize::from(matches!(
                told,
                Record::Thread {
                    verb: ThreadVerb::Switch { .. },
                    ..
                }
            ));
            let (Record::Sync { stamp: told, .. }, Record::Sync { object, stamp, .. }) =
                (told, counted)
            else {
                continue;
            };
            let stamp = stamp.expect("what is left out can be counted");
            let left_out = told.is_none();
            let before = steps.insert((object, stamp.sequence), Told { stretch, left_out });
            assert!(before.is_none(), "a stamp is there once");
        }
    }
    steps
}

fn chunks(image: &LogImage) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut sealed = &image.sealed[HEADER_BYTES..];
    while !sealed.is_empty() {
        let (chunk, length) = chunk::decode(sealed).expect("a chunk is there");
        chunks.push(chunk);
        sealed = &sealed[length..];
    }
    let windows = image.windows.iter();
    chunks.extend(windows.filter_map(|words| window::read(words)));
    chunks
}

fn records(mut words: &[u64]) -> impl Iterator<Item = Record> {
    std::iter::from_fn(move || {
        loop {
            let (entry, taken) = decode(words).expect("they are records")?;
            words = &words[taken..];
            if let Entry::Record(record) = entry {
                return Some(record);
            }
        }
    })
}

#[test]
fn a_stamp_is_left_out_exactly_where_its_stretch_of_a_chunk_tells_the_one_before() {
    for stacks in [StackMode::Site, StackMode::Full] {
        let (mutex, rwlock) = (Mutex::new(()), RwLock::new(()));
        let atomic = crate::sync::atomic::AtomicU32::new(0);
        let work = || {
            for round in 0..ROUNDS {
                let alone = Mutex::new(());
                for _ in 0..5 {
                    drop(alone.lock());
                    drop(mutex.lock());
                }
                drop(rwlock.write());
                drop(rwlock.read());
                // ORDERING: relaxed; nothing follows from it.
                atomic.fetch_add(1, Ordering::Relaxed);
                atomic.fetch_add(1, Ordering::Relaxed);
                if round % 8 == 0 {
                    std::thread::yield_now();
                }
            }
        };
        let in_turns = || {
            let tasks = [Task::spawn("ping"), Task::spawn("pong")];
            for task in tasks.iter().cycle().take(TIMES) {
                let _entered = task.enter();
                drop(mutex.lock());
                drop(mutex.lock());
            }
        };
        let yields = None;
        let log = Arc::new(Log::in_memory(LogOptions { stacks, yields }));
        within(&log, "main", || {
            // Two first readers would both say that the readers' steps are this log's.
            drop(rwlock.read());
            thread::scope(|scope| {
                scope.spawn(work);
                scope.spawn(work);
                scope.spawn(in_turns);
            });
        });
        let image = log.image();
        let steps = steps(&image);
        // A round is 27, and a turn 4; two are main's own, and four the scope's.
        assert_eq!(steps.len(), 2 * ROUNDS * 27 + TIMES * 4 + 2 + 4);
        let (mut left_out, mut handed_on) = (0, 0);
        for ((object, sequence), step) in &steps {
            let before = steps.get(&(*object, sequence - 1));
            let follows = before.is_some_and(|before| before.stretch == step.stretch);
            assert_eq!(step.left_out, follows, "step {sequence} of {object}");
            left_out += usize::from(follows);
            handed_on += usize::from(before.is_some() && !follows);
        }
        assert!(left_out > steps.len() / 2, "{left_out} of {}", steps.len());
        // Each task, each time it is entered, takes the mutex after another one.
        assert!(handed_on >= TIMES - 1, "{handed_on} of {}", steps.len());
        let trace = reader::read_image(&image).expect("the log can be read");
        assert!(trace.integrity().is_complete());
    }
}

#[test]
fn steps_that_records_have_no_room_for_are_counted_and_happen_all_the_same() {
    let of_key = |class, key| {
        let mut object = Object::new::<()>(class);
        object.key = Key::assigned(key);
        object
    };
    let last = of_key(ObjectClass::Atomic, ObjectKey::MAX);
    let beyond = of_key(ObjectClass::Atomic, ObjectKey::MAX + 1);
    // Its second half has none.
    let halves = of_key(ObjectClass::RwLock, ObjectKey::MAX);
    let log = Arc::new(Log::in_memory(LogOptions::default()));
    let site = Location::caller();
    let mut results = Vec::new();
    within(&log, "main", || {
        for object in [&last, &beyond] {
            results.push(object.atomic(site, |_| SyncVerb::ReleaseMerge, || 5));
            object.release_merge();
            object.request(LockMode::Write, site);
        }
        halves.step_alone(SyncVerb::Acquire, site);
    });
    assert_eq!(results, [5, 5]);
    let trace = reader::read_image(&log.image()).expect("the log can be read");
    let integrity = trace.integrity();
    assert_eq!((integrity.dropped_sync, integrity.dropped_accesses), (3, 1));
}
