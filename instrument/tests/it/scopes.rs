//! Threads that borrow.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;

use racegate::cell::RaceCell;
use racegate::thread::Builder;
use racegate::{Verdict, check, thread};

use crate::story::story;

#[test]
fn the_end_of_a_scope_follows_the_closures_of_its_threads() {
    let cell = RaceCell::named("cell", 0);
    let report = check(|| {
        thread::scope(|scope| {
            let alice = Builder::new().name("alice".to_owned());
            alice.spawn_scoped(scope, || cell.set(1)).unwrap();
        });
        assert_eq!(cell.get(), 1);
    });
    report.assert_clean();
    let story = story(&report);
    let at = |line: &str| story.iter().position(|told| told == line);
    let in_order = [
        at("main fork alice"),
        at("alice begin"),
        at("alice write cell"),
        at("alice release-merge Scope"),
        at("main acquire Scope"),
        at("main read cell"),
    ];
    assert!(in_order.is_sorted() && in_order[0].is_some(), "{story:#?}");
}

#[test]
fn a_scope_without_threads_makes_no_edge() {
    let report = check(|| thread::scope(|_| ()));
    assert_eq!(story(&report), ["main begin", "main end"]);
}

#[test]
fn a_scoped_thread_can_be_joined() {
    let cell = RaceCell::named("cell", 0);
    let report = check(|| {
        thread::scope(|scope| {
            let answer = scope.spawn(|| {
                cell.set(1);
                42
            });
            assert_eq!(answer.join().unwrap(), 42);
            cell.set(2);
        });
    });
    report.assert_clean();
}

#[test]
fn a_thread_may_spawn_into_its_own_scope() {
    let cell = RaceCell::new(0);
    let report = check(|| {
        thread::scope(|scope| {
            scope.spawn(|| {
                cell.set(1);
                scope.spawn(|| cell.set(2));
            });
        });
        assert_eq!(cell.get(), 2);
    });
    report.assert_clean();
}

/// Writes to a cell when dropped.
struct Farewell<'cell>(&'cell RaceCell<i32>);

impl Drop for Farewell<'_> {
    fn drop(&mut self) {
        self.0.set(3);
    }
}

#[test]
fn the_end_of_a_scope_follows_the_drop_of_a_result_that_nobody_joined() {
    let cell = RaceCell::new(0);
    let by_child = check(|| {
        let (go, going) = mpsc::channel();
        thread::scope(|scope| {
            let cell = &cell;
            drop(scope.spawn(move || {
                going.recv().unwrap();
                Farewell(cell)
            }));
            go.send(()).unwrap();
        });
        assert_eq!(cell.get(), 3);
    });
    by_child.assert_clean();
    let by_parent = check(|| {
        thread::scope(|scope| {
            let kept = scope.spawn(|| {
                cell.set(1);
                Farewell(&cell)
            });
            while !kept.is_finished() {
                thread::yield_now();
            }
        });
        assert_eq!(cell.get(), 3);
    });
    by_parent.assert_clean();
}

#[test]
fn a_scope_whose_thread_panicked_follows_it_all_the_same() {
    let cell = RaceCell::new(0);
    let report = check(|| {
        let scope = || {
            thread::scope(|scope| {
                scope.spawn(|| {
                    cell.set(1);
                    std::panic::panic_any("on purpose");
                });
            });
        };
        assert!(catch_unwind(AssertUnwindSafe(scope)).is_err());
        cell.get();
    });
    report.assert_clean();
}

/// Writes to a cell when its thread is past its closure, and then tells so.
struct Late(&'static RaceCell<i32>, mpsc::Sender<()>);

impl Drop for Late {
    fn drop(&mut self) {
        self.0.set(2);
        self.1.send(()).expect("somebody waits for it");
    }
}

thread_local! {
    static LATE: RefCell<Option<Late>> = const { RefCell::new(None) };
}

#[test]
fn the_end_of_a_scope_does_not_follow_the_destructors_of_thread_locals() {
    static CELL: RaceCell<i32> = RaceCell::new(0);
    let report = check(|| {
        let (late, is_late) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(|| LATE.set(Some(Late(&CELL, late))));
        });
        is_late.recv().unwrap();
        CELL.get();
    });
    assert_eq!(report.verdict(), Verdict::Racy);
}
