//! The gate: who waits, who fails, and what they say; recorded or not.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::Scope;

use super::{RaceArray, RaceCell};

/// What an access says when it fails.
fn failure(access: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(access)).expect_err("it fails");
    *payload.downcast().expect("it says why")
}

/// How often to try for what only happens sometimes. Miri is slow, but it switches
/// between threads at will, and so needs few tries.
const fn rounds(native: u32) -> u32 {
    if cfg!(miri) { native / 25 } else { native }
}

/// A place in this file.
fn at(line: u32) -> String {
    format!("{}:{line}:", file!())
}

/// A read by another thread, which lasts until it is told to end.
struct Reading {
    end: Sender<()>,
    ended: Receiver<()>,
}

impl Reading {
    /// Begins the read, which is to run what it is given while it is inside.
    fn begin<'scope>(
        scope: &'scope Scope<'scope, '_>,
        read: impl FnOnce(&dyn Fn()) + Send + 'scope,
    ) -> Self {
        let (begun, has_begun) = mpsc::channel();
        let (end, may_end) = mpsc::channel();
        let (over, ended) = mpsc::channel();
        scope.spawn(move || {
            read(&|| {
                begun.send(()).expect("somebody waits for it");
                may_end.recv().expect("somebody ends it");
            });
            over.send(()).expect("somebody waits for it");
        });
        has_begun.recv().expect("it begins");
        Self { end, ended }
    }

    fn end(self) {
        self.end.send(()).expect("it waits for this");
        self.ended.recv().expect("it ends");
    }
}

#[test]
fn an_access_that_waits_in_vain_fails_and_names_both_sites() {
    let cell = RaceCell::new(0);
    std::thread::scope(|scope| {
        let read_at = at(line!() + 1);
        let reading = Reading::begin(scope, |inside| cell.with(|_| inside()));
        let write_at = at(line!() + 1);
        let said = failure(|| cell.set(1));
        assert!(said.contains("data race"), "{said}");
        assert!(said.contains(&format!("write at {write_at}")), "{said}");
        assert!(said.contains(&format!("read at {read_at}")), "{said}");
        assert_eq!(cell.get(), 0, "a read is let in beside the other one");
        reading.end();
    });
    cell.set(2);
    assert_eq!(cell.get(), 2);
}

#[test]
fn the_site_named_is_one_that_is_still_inside() {
    let cell = RaceCell::new(0);
    for stays_came_first in [true, false] {
        std::thread::scope(|scope| {
            let cell = &cell;
            let leaves = || Reading::begin(scope, |inside| cell.with(|_| inside()));
            let first = (!stays_came_first).then(leaves);
            let stays_at = at(line!() + 1);
            let stays = Reading::begin(scope, |inside| cell.with(|_| inside()));
            first.unwrap_or_else(leaves).end();
            let said = failure(|| cell.set(1));
            assert!(said.contains(&format!("read at {stays_at}")), "{said}");
            stays.end();
        });
        cell.set(1);
    }
}

#[test]
fn an_access_that_conflicts_with_its_own_thread_fails_at_once() {
    let cell = RaceCell::new(0);
    let both_at = at(line!() + 1);
    let said = failure(|| cell.with_mut(|value| *value = cell.get()));
    assert_eq!(said.matches(&both_at).count(), 2, "{said}");
    assert!(said.contains("this thread's own write"), "{said}");
    let parts = RaceArray::new(3, 0);
    let said = failure(|| parts.with_all(|_| parts.write_range(1, &[1, 2])));
    assert!(said.contains("this thread's own read"), "{said}");
    parts.write_range(0, &[1, 2, 3]);
    assert_eq!(parts.read_range(..), [1, 2, 3]);
}

#[test]
fn writers_are_alone_and_readers_see_no_half_of_a_write() {
    const ROUNDS: u32 = rounds(500);
    let pair = RaceCell::new((0, 0));
    let start = Barrier::new(4);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                start.wait();
                for _ in 0..ROUNDS {
                    pair.with_mut(|pair| {
                        pair.0 += 1;
                        pair.1 += 1;
                    });
                }
            });
            scope.spawn(|| {
                start.wait();
                for _ in 0..ROUNDS {
                    pair.with(|pair| assert_eq!(pair.0, pair.1));
                    let copy = pair.get();
                    assert_eq!(copy.0, copy.1);
                }
            });
        }
    });
    assert_eq!(pair.get(), (2 * ROUNDS, 2 * ROUNDS));
}

#[test]
fn ranges_that_overlap_do_not_wait_for_each_other_for_ever() {
    let parts = RaceArray::new(4, 0_u32);
    std::thread::scope(|scope| {
        for first in [0, 1, 2] {
            let parts = &parts;
            scope.spawn(move || {
                for value in 0..rounds(200) {
                    parts.write_range(first, &[value, value]);
                    let read = parts.read_range(1..4);
                    assert_eq!(read.len(), 3);
                }
            });
        }
    });
}

#[test]
fn readers_in_a_loop_do_not_keep_a_writer_out() {
    let cell = RaceCell::new(0);
    let written = AtomicBool::new(false);
    let start = Barrier::new(4);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                start.wait();
                // ORDERING: relaxed; it only ends the loop.
                while !written.load(Ordering::Relaxed) {
                    cell.with(|value| assert!(*value < 2));
                }
            });
        }
        start.wait();
        cell.set(1);
        // ORDERING: relaxed, as above.
        written.store(true, Ordering::Relaxed);
    });
}

#[test]
fn a_reader_inside_does_not_wait_for_a_writer_who_waits_for_it() {
    let cell = RaceCell::new(0);
    let (inside, is_inside) = mpsc::channel();
    std::thread::scope(|scope| {
        let cell = &cell;
        scope.spawn(move || {
            is_inside.recv().expect("the reader comes");
            cell.set(1);
        });
        cell.with(|_| {
            inside.send(()).expect("the writer waits for it");
            for _ in 0..100 {
                assert_eq!(cell.get(), 0);
                std::thread::yield_now();
            }
        });
    });
    assert_eq!(cell.get(), 1);
}

#[cfg(feature = "enabled")]
#[test]
fn an_access_that_failed_is_in_the_log() {
    let cell = RaceCell::new(0);
    let report = crate::check(|| {
        let (begun, has_begun) = mpsc::channel();
        let (end, may_end) = mpsc::channel();
        let cell = &cell;
        crate::thread::scope(|scope| {
            scope.spawn(move || {
                cell.with_mut(|_| {
                    begun.send(()).expect("somebody waits for it");
                    may_end.recv().expect("somebody ends it");
                });
            });
            has_begun.recv().expect("it begins");
            failure(|| cell.set(1));
            end.send(()).expect("it waits for this");
        });
    });
    assert_eq!(report.verdict(), crate::Verdict::Racy);
}
